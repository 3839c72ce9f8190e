"""One running application per database: a lock of the operating system on a file beside it.

The system lets go of the lock when its process ends, however it ends, so a lock is never stale.
The file itself stays: removing it would let two processes lock two files of one name.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from envoy_app.domain.errors import AlreadyOpen, EnvironmentProblem

POLL_SECONDS = 0.05
_BYTE = 1 << 20  # the byte that Windows locks: beyond the text, which others may read

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        # flock belongs to the open file: closing another handle of it does not let go.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_guard = threading.Lock()
_held: dict[Path, tuple[int, int]] = {}  # database -> handle, how often this process took it


def lock_file(path: Path) -> Path:
    """Return the lock file of a database."""
    return path.with_name(f"{path.name}.lock")


class InstanceLock:
    """A lock on a database, as a context manager; within one process it can be taken again."""

    def __init__(self, path: Path, wait: float = 0.0) -> None:
        """Bind to a database; `wait` is for how many seconds to try."""
        self._path = path.resolve()
        self._wait = wait

    def acquire(self) -> None:
        """Take the lock.

        Raises AlreadyOpen where another process holds it, EnvironmentProblem where no lock file
        can be made.
        """
        until = time.monotonic() + self._wait
        while not self._try():
            if time.monotonic() >= until:
                raise AlreadyOpen(
                    f"数据库“{self._path}”正在另一个窗口中使用，请回到那个窗口，或先关闭它。"
                )
            time.sleep(POLL_SECONDS)

    def _try(self) -> bool:
        with _guard:
            handle, count = _held.get(self._path, (-1, 0))
            if not count:
                handle = self._open()
                try:
                    _lock(handle)
                except OSError:
                    os.close(handle)
                    return False
                _note_process(handle)
            _held[self._path] = handle, count + 1
            return True

    def _open(self) -> int:
        try:
            return os.open(lock_file(self._path), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EnvironmentProblem(
                f"没有权限在文件夹“{self._path.parent}”中写入，请检查权限，或换一个文件夹。"
            ) from error

    def release(self) -> None:
        """Let go, as often as it was taken."""
        with _guard:
            handle, count = _held.get(self._path, (-1, 0))
            if count > 1:
                _held[self._path] = handle, count - 1
            elif count == 1:
                del _held[self._path]
                os.close(handle)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _note_process(handle: int) -> None:
    """Write who holds the lock, for people who look into the file."""
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, f"{os.getpid()}\n".encode())
