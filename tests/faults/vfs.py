"""A layer between SQLite and its files, made with ctypes: it sees, fails or cuts every write.

Python's sqlite3 has no hook for this, but the library it is linked to is loaded already, and its C
interface lets a "VFS" (sqlite.org/vfs.html) be registered. Ours is a copy of the system's own whose
open, write, truncate, sync, delete and (on request) read come here first. What the product opens
while `watched` runs goes through it, without a change to the product.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SQLITE_OK, SQLITE_FULL, IOERR_READ, IOERR_WRITE, IOERR_SYNC = 0, 13, 266, 778, 1034
OPEN_CREATE = 0x4
# Journals, super-journals and write-ahead logs: SQLite syncs the folder with their first sync.
_JOURNALS = 0x0800 | 0x4000 | 0x80000
_NAME = b"envoy-watched"

_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong
_OPEN = ctypes.CFUNCTYPE(_I, _P, _P, _P, _I, ctypes.POINTER(_I))
_DELETE = ctypes.CFUNCTYPE(_I, _P, ctypes.c_char_p, _I)
_CLOSE = ctypes.CFUNCTYPE(_I, _P)
_WRITE = ctypes.CFUNCTYPE(_I, _P, _P, _I, _L)
_TRUNCATE = ctypes.CFUNCTYPE(_I, _P, _L)
_SYNC = ctypes.CFUNCTYPE(_I, _P, _I)


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", _I),
        ("file_size", _I),
        ("max_path", _I),
        ("next", _P),
        ("name", ctypes.c_char_p),
        ("data", _P),
        ("open", _P),
        ("delete", _P),
        ("rest", _P * 14),
    ]


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", _I),
        ("close", _P),
        ("read", _P),
        ("write", _P),
        ("truncate", _P),
        ("sync", _P),
        ("rest", _P * 13),
    ]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: `kind` is open (that makes a file), read, write, truncate, sync or delete."""

    kind: str
    name: str
    offset: int = 0  # of a write; the new size of a truncate
    data: bytes = b""
    folder: bool = False  # a sync or delete that syncs the folder too


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a call instead: its first `part` bytes are written, then `end` answers."""

    end: Callable[[], int]
    part: int = 0


def fail(code: int, part: int = 0) -> Verdict:
    """Return the verdict that a call fails."""
    return Verdict(lambda: code, part)


Hook = Callable[[Operation], Verdict | None]


class _Layer:
    """The registered layer; there is one in a process."""

    def __init__(self, library: ctypes.CDLL) -> None:
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_register.argtypes = [ctypes.POINTER(_Vfs), _I]
        self.hook: Hook | None = None
        self.reads = False
        self._library = library
        self._real = library.sqlite3_vfs_find(None)
        self._files: dict[int, tuple[str, _Methods, bool]] = {}
        self._methods: dict[tuple[int, bool], tuple[_Methods, _Methods]] = {}
        real = self._real.contents
        self._real_open, self._real_delete = _OPEN(real.open), _DELETE(real.delete)
        self._calls = {
            "close": _CLOSE(self._close),
            "read": _WRITE(self._read),
            "write": _WRITE(self._write),
            "truncate": _TRUNCATE(self._truncate),
            "sync": _SYNC(self._sync),
        }
        self._entries = _OPEN(self._open), _DELETE(self._delete)
        self._own = _Vfs.from_buffer_copy(real)
        self._own.next, self._own.name = None, _NAME
        self._own.open, self._own.delete = (ctypes.cast(call, _P).value for call in self._entries)

    def use(self, ours: bool) -> None:
        chosen = ctypes.pointer(self._own) if ours else self._real
        assert self._library.sqlite3_vfs_register(chosen, 1) == SQLITE_OK

    def _ask(self, operation: Operation) -> Verdict | None:
        return self.hook(operation) if self.hook else None

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, out: object) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        journal = bool(flags & _JOURNALS)
        if path and flags & OPEN_CREATE and not Path(path).exists():
            verdict = self._ask(Operation("open", path))
            if verdict:
                _P.from_address(file).value = None  # no methods: nothing to close
                return verdict.end()
        answer = self._real_open(ctypes.addressof(self._real.contents), name, file, flags, out)
        if answer == SQLITE_OK:
            here = _P.from_address(file)
            real, ours = self._watched(here.value or 0)
            self._files[file] = (path, real, journal)
            here.value = ctypes.addressof(ours)
        return answer

    def _watched(self, address: int) -> tuple[_Methods, _Methods]:
        """Return a file's own methods and the copy with ours in their place."""
        key = (address, self.reads)
        if key not in self._methods:
            real = _Methods.from_address(address)
            size = ctypes.sizeof(_Methods) if real.version >= 3 else ctypes.sizeof(_Methods) - 16
            ours = _Methods()
            ctypes.memmove(ctypes.addressof(ours), address, size)
            for name, call in self._calls.items():
                if name != "read" or self.reads:
                    setattr(ours, name, ctypes.cast(call, _P).value)
            self._methods[key] = (real, ours)
        return self._methods[key]

    def _delete(self, _vfs: int, name: bytes, folder: int) -> int:
        verdict = None
        if Path(name.decode()).exists():
            verdict = self._ask(Operation("delete", name.decode(), folder=bool(folder)))
        if verdict:
            return verdict.end()
        return self._real_delete(ctypes.addressof(self._real.contents), name, 0)

    def _close(self, file: int) -> int:
        _, real, _ = self._files.pop(file)
        return _CLOSE(real.close)(file)

    def _read(self, file: int, buffer: int, amount: int, offset: int) -> int:
        name, real, _ = self._files[file]
        verdict = self._ask(Operation("read", name, offset))
        return verdict.end() if verdict else _WRITE(real.read)(file, buffer, amount, offset)

    def _write(self, file: int, buffer: int, amount: int, offset: int) -> int:
        name, real, _ = self._files[file]
        operation = Operation("write", name, offset, ctypes.string_at(buffer, amount))
        verdict = self._ask(operation)
        part = min(verdict.part, amount) if verdict else amount
        answer = _WRITE(real.write)(file, buffer, part, offset) if part else SQLITE_OK
        return verdict.end() if verdict else answer

    def _truncate(self, file: int, size: int) -> int:
        name, real, _ = self._files[file]
        verdict = self._ask(Operation("truncate", name, size))
        return verdict.end() if verdict else _TRUNCATE(real.truncate)(file, size)

    def _sync(self, file: int, _flags: int) -> int:
        """Answer at once: neither a kill nor a failing call loses what the system has."""
        name, _, journal = self._files[file]
        verdict = self._ask(Operation("sync", name, folder=journal))
        return verdict.end() if verdict else SQLITE_OK


def _find() -> _Layer | None:
    for name in (_sqlite3.__file__, "sqlite3.dll"):
        try:
            library = ctypes.CDLL(name)
            library.sqlite3_vfs_register  # noqa: B018  raises where the symbol is hidden
        except (OSError, AttributeError):
            continue
        layer = _Layer(library)
        # Connections may outlive this module at the end of the process and still call in here.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(layer))
        return layer
    return None


_layer = _find()
needs_layer = pytest.mark.skipif(
    _layer is None, reason="SQLite is built into Python without its C interface"
)


def available() -> bool:
    """Whether `watched` works with this Python."""
    return _layer is not None


@contextmanager
def watched(hook: Hook, *, reads: bool = False) -> Iterator[None]:
    """Ask `hook` about every call on files that SQLite opens inside; syncs are not carried out."""
    assert _layer
    _layer.hook, _layer.reads = hook, reads
    _layer.use(ours=True)
    try:
        yield
    finally:
        _layer.use(ours=False)
        _layer.hook = None


@contextmanager
def unwatched() -> Iterator[None]:
    """Let calls pass unasked inside, also within `watched`."""
    hook = _layer.hook if _layer else None
    if _layer:
        _layer.hook = None
    try:
        yield
    finally:
        if _layer:
            _layer.hook = hook
