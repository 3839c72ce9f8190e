"""The log: what the program did, and how it failed, in files that hold no personal data.

The files lie in the system's folder for logs of this user (`platformdirs.user_log_dir`: on Linux
~/.local/state/envoy-scheduling/log, on Windows %LOCALAPPDATA%), or in the folder for temporary
files where that cannot be written; where neither can, there is no log, and nobody is bothered.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import platformdirs
import psutil
from typing_extensions import override

from envoy_app.domain.masking import masked

APPLICATION = "envoy-scheduling"
WINDOW_LOG, COMMAND_LOG = "window.log", "command.log"
LARGEST = 2 << 20  # bytes of one file
KEPT = 4  # older files beside it
_FAULT = "fault-{pid}.txt"
_FAULT_KEPT = 20_000  # characters of a trace that are read
_PACKAGES = ("envoy_app", "ui", "solver")
_log = logging.getLogger(__name__)


class MaskingFormatter(logging.Formatter):
    """Writes time, process, level and origin, and then the masked message and traceback."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        time = self.formatTime(record)
        head = f"{time} [{record.process} {record.threadName}] {record.levelname} {record.name}"
        parts = [record.getMessage()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(record.stack_info)
        return f"{head}: {masked(chr(10).join(parts))}"


class _LogFile(RotatingFileHandler):
    """A rotating file that never troubles anybody: a full disk costs log lines, nothing else."""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the standard error of a window is nowhere, that of a command is people's."""

    @override
    def close(self) -> None:
        with suppress(OSError):  # the last lines did not go out
            super().close()

    @override
    def rotate(self, source: str, dest: str) -> None:
        with suppress(OSError):  # Windows: another process has it open
            super().rotate(source, dest)


class ConsoleFormatter(logging.Formatter):
    """One line for people: a traceback belongs into the file."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return masked(record.getMessage()).partition("\n")[0]


@dataclass(frozen=True)
class Log:
    """An open log. `faults` are the traces that processes left which a signal ended, by number."""

    file: Path | None
    faults: dict[int, str]
    close: Callable[[], None]

    @property
    def folder(self) -> Path | None:
        """Where the log lies; None where it could not be written anywhere."""
        return self.file.parent if self.file else None


def log_folders() -> tuple[Path, ...]:
    """Return where the log may lie, the best place first."""
    whose = f"{APPLICATION}-log-{os.getuid()}" if hasattr(os, "getuid") else f"{APPLICATION}-log"
    return (
        Path(platformdirs.user_log_dir(APPLICATION, appauthor=False)),
        Path(tempfile.gettempdir()) / whose,
    )


def open_log(name: str, **versions: str) -> Log:
    """Write the log of this process to the file `name` from now on; never raises.

    A process that a signal ends (SIGSEGV, SIGABRT…) leaves the trace of its threads beside it,
    which the next one that opens the log takes into it. `versions` are named in the first line.
    """
    for folder in log_folders():
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = _LogFile(
                folder / name, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=False
            )
            return _opened(handler, folder, versions)
    return Log(None, {}, lambda: None)


def _opened(handler: logging.FileHandler, folder: Path, versions: dict[str, str]) -> Log:
    handler.setFormatter(MaskingFormatter())
    levels = {name: logging.getLogger(name).level for name in _PACKAGES}
    for name in _PACKAGES:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    _log.info("start: %s", versions_text(**versions))
    faults = _take_faults(folder)
    ends = _catch_faults(folder), _hear_the_unheard()

    def close() -> None:
        _log.info("end")
        for end in ends:
            end()
        logging.getLogger().removeHandler(handler)
        handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)

    return Log(Path(handler.baseFilename), faults, close)


def versions_text(**others: str) -> str:
    """Return what runs here, for the log and for reports."""
    try:
        own = metadata.version(APPLICATION)
    except metadata.PackageNotFoundError:  # run from its sources
        own = "?"
    parts = [f"{APPLICATION} {own}", f"Python {platform.python_version()}"]
    parts += [f"{name} {version}" for name, version in others.items()]
    return " · ".join([*parts, platform.platform()])


def _hear_the_unheard() -> Callable[[], None]:
    """Log what ends threads, what fails in destructors, and warnings; returns what undoes it."""
    before, before_thread = sys.unraisablehook, threading.excepthook

    def unraisable(found: sys.UnraisableHookArgs) -> None:
        _log.error("failed where nobody listens: %s", found.err_msg, exc_info=found.exc_value)

    def in_thread(found: threading.ExceptHookArgs) -> None:
        _log.error("a thread failed", exc_info=found.exc_value)

    def undo() -> None:
        sys.unraisablehook, threading.excepthook = before, before_thread
        logging.captureWarnings(False)

    sys.unraisablehook, threading.excepthook = unraisable, in_thread
    logging.captureWarnings(True)
    return undo


# Ends by signals ------------------------------------------------------------------------------


def _catch_faults(folder: Path) -> Callable[[], None]:
    """Let the system's fatal signals write all threads' frames to a file; returns what ends it.

    Frames hold no values, so the file needs no mask but for the account in its paths.
    """
    if faulthandler.is_enabled():  # somebody who looks for an error wants it on the console
        return lambda: None
    path = folder / _FAULT.format(pid=os.getpid())
    try:
        file: IO[str] = path.open("w", encoding="utf-8")
    except OSError:
        return lambda: None
    faulthandler.enable(file)

    def let_go() -> None:
        faulthandler.disable()
        file.close()
        with suppress(OSError):
            path.unlink()

    return let_go


def _take_faults(folder: Path) -> dict[int, str]:
    """Take the traces of processes that are gone into the log, and return them masked."""
    taken: dict[int, str] = {}
    for path in sorted(folder.glob(_FAULT.format(pid="*"))):
        number = path.stem.rpartition("-")[2]
        if not number.isdigit() or psutil.pid_exists(int(number)):
            continue
        with suppress(OSError):
            text = masked(path.read_text(encoding="utf-8", errors="replace")[:_FAULT_KEPT])
            path.unlink()
            if text.strip():
                taken[int(number)] = text
                _log.error("process %s was ended by a signal:\n%s", number, text)
    return taken


def tell_console() -> Callable[[], None]:
    """Send warnings for people to the standard error, one line each; returns what ends it."""
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    # What children say in dying and what Python warns of is not for people.
    console.addFilter(
        lambda record: (
            not record.exc_info and not record.name.startswith(("solver.", "py.warnings"))
        )
    )
    console.setFormatter(ConsoleFormatter())
    root = logging.getLogger()
    root.addHandler(console)
    return lambda: root.removeHandler(console)
