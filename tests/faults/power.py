"""A power cut, simulated: what a disk may hold when the current goes between two syncs.

The calls of a workload on its files are recorded (`Recording`). Up to the moment of the cut they
are played to a disk in memory that promises no more than a real one: what was synced is there; of
what was written since, any sector of 512 bytes may be there, be missing or hold rubbish, in any
order; the creation, removal and change of name of a file or a folder last only once the folder that
it is in was synced.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults.vfs import Operation, watched

SECTOR = 512


@dataclass
class Recording:
    """The calls on files of a folder and those in it, and where among them a step was acknowledged.

    Names are relative to the folder, which is itself ".".
    """

    folder: Path
    calls: list[Operation] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    first: dict[str, bytes] = field(default_factory=dict)

    def acknowledge(self) -> None:
        self.acknowledged.append(len(self.calls))

    def note(self, call: Operation) -> None:
        """Keep a call; the hook of `watched`."""
        if Path(call.name).is_relative_to(self.folder):
            self.calls.append(replace(call, name=self._name(call.name)))

    def _name(self, path: str | Path) -> str:
        return Path(path).relative_to(self.folder).as_posix()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Record what SQLite and the functions of `os` do to the folder's files inside."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        self.first = {self._name(path): path.read_bytes() for path in found}
        with watched(self.note), pytest.MonkeyPatch.context() as patch:
            self._watch_os(patch)
            yield

    def _watch_os(self, patch: pytest.MonkeyPatch) -> None:
        move, remove, make, copy = os.replace, os.unlink, os.mkdir, shutil.copyfile

        def moved(source: Any, target: Any, **options: Any) -> None:
            move(source, target, **options)
            if Path(source).is_relative_to(self.folder):
                self.note(Operation("move", str(target), data=self._name(source).encode()))

        def removed(path: Any, **options: Any) -> None:
            remove(path, **options)
            self.note(Operation("delete", str(path)))

        def made(path: Any, *words: Any, **options: Any) -> None:
            make(path, *words, **options)
            self.note(Operation("mkdir", str(path)))

        def copied(source: Any, target: Any, **options: Any) -> Any:
            self.note(Operation("open", str(target)))
            self.note(Operation("write", str(target), data=Path(source).read_bytes()))
            return copy(source, target, **options)

        patch.setattr(shutil, "copyfile", copied)
        patch.setattr(os, "replace", moved)
        patch.setattr(os, "rename", moved)
        patch.setattr(os, "unlink", removed)
        patch.setattr(os, "remove", removed)
        patch.setattr(os, "mkdir", made)
        self._watch_sync(patch)

    def _watch_sync(self, patch: pytest.MonkeyPatch) -> None:
        sync = os.fsync

        def synced(handle: int) -> None:
            sync(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path.is_dir():
                self.note(Operation("folder", str(path)))
            else:
                self.note(Operation("contents", str(path), data=path.read_bytes()))

        patch.setattr(os, "fsync", synced)


@dataclass
class _File:
    safe: bytearray
    waiting: list[Operation] = field(default_factory=list)

    def settle(self) -> None:
        for call in self.waiting:
            _apply(self.safe, call.kind, call.offset, call.data)
        self.waiting.clear()

    def torn(self, draw: random.Random, kept: float, rubbish: float) -> bytes:
        """Return the contents after a cut: each sector written since the sync is there or not."""
        found = bytearray(self.safe)
        for call in self.waiting:
            if call.kind == "truncate":
                if draw.random() < kept:
                    _apply(found, call.kind, call.offset, b"")
                continue
            for start, piece in _sectors(call):
                if draw.random() < kept:
                    spoilt = draw.random() < rubbish
                    _apply(found, "write", start, draw.randbytes(len(piece)) if spoilt else piece)
        return bytes(found)


def _sectors(call: Operation) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start < len(call.data):
        size = SECTOR - (call.offset + start) % SECTOR
        yield call.offset + start, call.data[start : start + size]
        start += size


def _apply(content: bytearray, kind: str, offset: int, data: bytes) -> None:
    if kind == "truncate":
        content[offset:] = b""  # SQLite only ever shortens
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk:
    """A disk that keeps what was synced, and of the rest what chance gives."""

    def __init__(self, first: dict[str, bytes]) -> None:
        self._now = {name: _File(bytearray(data)) for name, data in first.items()}
        self._safe = dict(self._now)
        self._moves: list[_Move] = []  # since the syncs of their folders
        self._made: dict[str, bool] = {}  # folders made meanwhile, and whether for certain

    def take(self, call: Operation) -> None:
        """Do one call."""
        if call.kind in ("write", "truncate"):
            self._now[call.name].waiting.append(call)
        elif call.kind == "sync":
            self._now[call.name].settle()
        elif call.kind == "contents":
            self._written_elsewhere(call)
        elif call.kind == "mkdir":
            self._made[call.name] = False
        elif call.kind in ("open", "delete", "move"):
            self._rename(call)
        if call.folder or call.kind == "folder":
            self._sync_folder(call.name if call.kind == "folder" else _folder(call.name))

    def _sync_folder(self, folder: str) -> None:
        for move in self._moves:
            if move.folder == folder:
                _rename(self._safe, move.names)
        self._moves = [move for move in self._moves if move.folder != folder]
        self._made |= {name: True for name in self._made if _folder(name) == folder}

    def _written_elsewhere(self, call: Operation) -> None:
        """Take a file that was written without SQLite and synced now."""
        if call.name not in self._now:
            self._rename(Operation("open", call.name))
        self._now[call.name].waiting.clear()
        self._now[call.name].safe[:] = call.data

    def _rename(self, call: Operation) -> None:
        names: dict[str, _File | None] = {call.name: None}
        if call.kind == "open":
            names = {call.name: _File(bytearray())}
        elif call.kind == "move":
            source = call.data.decode()
            # What was never synced has no contents that a disk would owe.
            names = {call.name: self._now.get(source, _File(bytearray())), source: None}
        self._moves.append(_Move(_folder(call.name), names))
        _rename(self._now, names)

    def everything(self) -> dict[str, bytes]:
        """Return what is there when the disk loses nothing."""
        sure = random.Random(0)
        return {name: file.torn(sure, kept=1.0, rubbish=0.0) for name, file in self._now.items()}

    def cut(self, draw: random.Random) -> dict[str, bytes]:
        """Return what may be there after a power cut now."""
        names = dict(self._safe)
        in_order = draw.random() < 0.5  # most file systems; the others promise nothing
        upto = draw.randint(0, len(self._moves))
        for index, move in enumerate(self._moves):
            if index < upto if in_order else draw.random() < 0.5:
                _rename(names, move.names)
        lost = {name for name, sure in self._made.items() if not sure and draw.random() < 0.5}
        kept, rubbish = draw.choice((0.0, 0.1, 0.5, 0.9, 1.0)), draw.choice((0.0, 0.0, 0.1))
        return {
            name: file.torn(draw, kept, rubbish)
            for name, file in names.items()
            if _folder(name) not in lost
        }


@dataclass(frozen=True)
class _Move:
    """What became of names, and whose folder's sync makes it last."""

    folder: str
    names: dict[str, _File | None]


def _folder(name: str) -> str:
    return Path(name).parent.as_posix()


def _rename(names: dict[str, _File], move: dict[str, _File | None]) -> None:
    for name, file in move.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


@dataclass(frozen=True)
class Cut:
    """What is left of the files, and how many steps had been acknowledged."""

    files: dict[str, bytes]
    acknowledged: int


def cuts(recording: Recording, count: int, seed: int) -> Iterator[Cut]:
    """Yield `count` cuts at random places of a recording, from its beginning to its end.

    Every third comes right after an acknowledgement: who did not wait for the disk is caught then.
    """
    draw = random.Random(seed)
    places = sorted(
        draw.choice(recording.acknowledged)
        if recording.acknowledged and number % 3 == 0
        else draw.randint(0, len(recording.calls))
        for number in range(count)
    )
    disk, done = Disk(recording.first), 0
    for place in places:
        for call in recording.calls[done:place]:
            disk.take(call)
        done = place
        known = sum(moment <= place for moment in recording.acknowledged)
        yield Cut(disk.cut(draw), known)
