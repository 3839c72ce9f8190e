"""Stage "open": a file or pasted table to plain sheets, read in a child with a memory and time cap.

The content decides what a file is, not its suffix; the formats are in `io/reading`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time as clock
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import psutil

from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError
from envoy_app.domain.import_choices import PastedTable
from envoy_app.domain.sheets import Sheet
from envoy_app.io.marking.sheet_records import SheetBuilder
from envoy_app.io.reader_child import FILE, FLAG, MEMORY_LIMIT, PASTED, TRACE
from envoy_app.io.reader_sentences import refusal
from envoy_app.io.reading.content import TEXT

TIME_LIMIT = 20.0  # seconds of processor time: a busy machine does not make a file a bad one
WALL_LIMIT = 60.0  # seconds
MAX_FILE = 50 * 1024 * 1024
MAX_PASTED = 20_000_000  # characters
MAX_ANSWER = 400 * 1024 * 1024
_NEVER_TEXT = frozenset({".xlsx", ".xlsm", ".xlsb"})  # Excel does not open text so named
_log = logging.getLogger(__name__)
_MAX_LINE = 64 * 1024 * 1024
_POLL = 0.05
_CANCELLED = "cancelled"
# How a child ends whose processor time is up; Windows knows no such end.
_OUT_OF_TIME = -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else None


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Return all sheets of a file of any supported format, hidden ones too.

    Raises InputError with one sentence where the file is missing, holds no table, is damaged,
    protected by a password, or needs more than 512 MB or 20 seconds; EnvironmentProblem where no
    child process can be started.
    """
    return read_content(path.name, content_of(path))


def content_of(path: Path) -> bytes:
    """Return a file's bytes, read once. Raises InputError where it cannot be or is too large."""
    if path.is_dir():
        raise InputError(f"“{path.name}”是文件夹，请选择其中的文件。")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise InputError(f"找不到文件“{path}”，请检查文件名和位置。") from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"打不开文件“{path}”，请检查是否有读取权限、是否被其他程序占用。"
        ) from error
    if len(content) > MAX_FILE:
        raise refusal("too-large", path.name)
    return content


def read_content(
    name: str, content: bytes, *, should_cancel: Callable[[], bool] | None = None
) -> tuple[Sheet, ...]:
    """Return all sheets of a file already read.

    Raises as `read_workbook` does, and Cancelled where `should_cancel`, asked by another thread,
    says so before the end.
    """
    if not content:
        raise refusal("empty", name)
    if len(content) > MAX_FILE:
        raise refusal("too-large", name)
    return _read(FILE, name, content, should_cancel)


def read_pasted(
    table: PastedTable, *, should_cancel: Callable[[], bool] | None = None
) -> tuple[Sheet, ...]:
    """Return the sheets of a table from the clipboard. Raises as `read_content` does."""
    if len(table.text) + len(table.html) > MAX_PASTED:
        raise refusal("too-large", table.name)
    record = {"name": table.name, "text": table.text, "html": table.html}
    return _read(PASTED, table.name, json.dumps(record).encode("ascii"), should_cancel)


def child_command(what: str) -> list[str]:
    """Return the command of the reading child.

    A frozen program has no `-m`: its entry point must hand FLAG over to `reader_child.main`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG, what]
    return [sys.executable, "-P", "-X", "utf8", "-m", "envoy_app.io.reader_child", what]


def _read(
    what: str, name: str, content: bytes, should_cancel: Callable[[], bool] | None
) -> tuple[Sheet, ...]:
    builder = SheetBuilder(name if what == PASTED else Path(name).stem or name)
    with _Child(what, name, should_cancel) as child:
        last = child.ask(content, builder)
    if "done" in last:
        if last["done"] == TEXT and what == FILE and Path(name).suffix.lower() in _NEVER_TEXT:
            raise refusal("text", name)
        plain = what == PASTED or last["done"] == TEXT
        return tuple(replace(sheet, plain=plain) for sheet in builder.sheets())
    if child.stopped_for == _CANCELLED:
        raise Cancelled
    reason = child.stopped_for or str(last.get("refused") or "too-large")
    told = str(last.get("trace", ""))[-TRACE:] or child.words
    _log.info("reading %s: %s, exit code %s\n%s", name, reason, child.exit_code, told)
    raise refusal(reason, name, last.get("line"))


class _Child:
    """A running child and the watch that ends it; leaving the block always ends it."""

    def __init__(
        self, what: str, name: str, should_cancel: Callable[[], bool] | None = None
    ) -> None:
        self.stopped_for = self.words = ""
        self._should_cancel = should_cancel or (lambda: False)
        self._over = threading.Event()
        # The child finds this package whatever the folder the user is in, and only this one.
        paths = (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", ""))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._errors = _spare_file()
        try:
            self._process = subprocess.Popen(
                child_command(what),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors or subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            if self._errors is not None:
                self._errors.close()
            raise EnvironmentProblem(
                f"无法启动读取“{name}”的程序（{error.strerror}），请关闭一些程序后再试。"
            ) from error
        self._watch = threading.Thread(target=self._keep_watch, name="reader-watch", daemon=True)

    def __enter__(self) -> _Child:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()
        if self._process.poll() is None:
            self._process.kill()
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with contextlib.suppress(OSError):
                pipe.close()
        # A child without a last word was killed by the system: out of memory or of time.
        if self._process.wait() == _OUT_OF_TIME:
            self._stop("too-slow")
        if self._errors is not None:
            with contextlib.suppress(OSError), self._errors:
                self._errors.seek(0)
                self.words = self._errors.read(TRACE).decode("utf-8", "replace")

    @property
    def exit_code(self) -> int | None:
        """How it ended."""
        return self._process.poll()

    def ask(self, content: bytes, builder: SheetBuilder) -> dict[str, Any]:
        """Hand over the content, add what comes back, return the last record ({} for none)."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        # The child reads all before it answers. One that ends earlier breaks the pipe.
        with contextlib.suppress(OSError), stdin:
            stdin.write(content)
        try:
            return _add_records(stdout, builder)
        except (ValueError, TypeError, KeyError, IndexError):  # cut off, or not what was agreed
            return {}

    def _keep_watch(self) -> None:
        deadline = clock.monotonic() + WALL_LIMIT
        while not self._over.wait(_POLL) and self._process.poll() is None:
            if self._should_cancel():
                self._stop(_CANCELLED)
            memory, seconds = _usage(self._process.pid)
            if seconds > TIME_LIMIT or clock.monotonic() > deadline:
                self._stop("too-slow")
            elif memory > MEMORY_LIMIT:
                self._stop("too-large")

    def _stop(self, reason: str) -> None:
        self.stopped_for = self.stopped_for or reason
        self._process.kill()


def _spare_file() -> IO[bytes] | None:
    """A place for what a child says when it dies: a pipe that nobody reads would hold it up."""
    try:
        return tempfile.TemporaryFile()
    except OSError:  # a full disk is no reason not to read
        return None


def _add_records(stream: IO[bytes], builder: SheetBuilder) -> dict[str, Any]:
    left = MAX_ANSWER
    while left > 0 and (line := stream.readline(_MAX_LINE)):
        left -= len(line)
        record = json.loads(line)
        if isinstance(record, dict) and ("done" in record or "refused" in record):
            return record
        builder.add(record)
    return {}


def _usage(pid: int) -> tuple[int, float]:
    """Return bytes and processor seconds of a process, nothing where it is gone."""
    try:
        process = psutil.Process(pid)
        spent = process.cpu_times()
        return int(process.memory_info().rss), float(spent.user + spent.system)
    except psutil.Error:
        return 0, 0.0
