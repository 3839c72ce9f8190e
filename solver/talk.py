"""Talks with another process in lines of JSON, never waiting for it and believing nothing.

A pipe may block and the other side may hang, die or write rubbish: threads read and write, what
they pass on is bounded in number and size, and the end takes the whole process group along.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

Message = dict[str, Any]

_WAITING: Final = 100
"""Messages read ahead at most; a process that says more is made to wait."""
_LONGEST: Final = 64 << 20
"""Bytes of one message at most; the plan of a large problem takes one or two million."""
_WORDS: Final = 4096
_LAST_WORDS: Final = 200
_END_SECONDS: Final = 1.0
"""How long what was said before the end may take to arrive."""
_SETTLE_SECONDS: Final = 0.3


class Talk:
    """A process and the threads that talk with it.

    Attributes:
        rubbish: Whether it wrote something that is no message; nothing is read after that.
        finished: Whether everything that it will ever say has been heard.
    """

    def __init__(self, command: Sequence[str], name: str, leads: bool = True) -> None:
        """Start the process.

        Args:
            command: How to start it.
            name: Of the threads that talk with it.
            leads: Whether it gets a process group of its own: what it starts ends with it, and
                signals meant for the terminal's group reach only this side, which asks.

        Raises:
            OSError: It cannot be started.
        """
        self.rubbish = False
        self._leads = leads and os.name == "posix"
        self.finished = self._killed = False
        self._inbox: queue.Queue[Message | None] = queue.Queue(_WAITING)
        self._outbox: queue.Queue[Message | None] = queue.Queue()
        self._errors = b""
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            process_group=0 if self._leads else None,
        )
        self._threads = [
            threading.Thread(target=work, name=f"{name}-{part}", daemon=True)
            for work, part in ((self._write, "in"), (self._read, "out"), (self._hear, "err"))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    @property
    def last_words(self) -> str:
        """The last line of its standard error, on one line of a bearable length."""
        lines = self.words.splitlines()
        words = lines[-1].strip()[:_LAST_WORDS] if lines else ""
        return "".join(sign for sign in words if sign.isprintable())

    @property
    def words(self) -> str:
        """The end of its standard error: tracebacks and what libraries said."""
        return self._errors.decode("utf-8", "replace").strip()

    def settle(self) -> None:
        """Let one that has closed its output come to its end, and its last words arrive."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SETTLE_SECONDS)
        self._threads[-1].join(_SETTLE_SECONDS)

    def send(self, message: Message) -> None:
        """Tell the process something, without waiting for it to listen."""
        self._outbox.put(message)

    def hear(self, seconds: float) -> Message | None:
        """The next message, or None where there will be no more.

        Raises:
            queue.Empty: Nothing was said in time.
        """
        message = self._inbox.get(timeout=seconds)
        self.finished = message is None
        return message

    def said(self, most: int) -> Iterator[Message]:
        """What it has said up to now, so many messages at most; does not wait."""
        for _ in range(most):
            try:
                message = self._inbox.get_nowait()
            except queue.Empty:
                return
            self.finished = message is None
            if message is not None:
                yield message

    def end(self) -> list[Message]:
        """Kill it with all that it started; returns what it had said and nobody had heard."""
        self._kill()
        self._outbox.put(None)
        unheard: list[Message] = []
        with suppress(queue.Empty):
            while not self.finished:
                message = self.hear(_END_SECONDS)
                unheard += [] if message is None else [message]
        return unheard

    def close(self) -> None:
        """Kill it if it lives, and let go of everything."""
        self._kill()
        self._outbox.put(None)
        streams = (self._process.stdin, self._process.stdout, self._process.stderr)
        for thread, stream in zip(self._threads, streams, strict=True):
            if self._ended(thread):
                with suppress(OSError):  # unsent input to a process that is gone
                    _open(stream).close()

    def _ended(self, thread: threading.Thread) -> bool:
        """Wait for a thread; one that a pipe holds up, because somebody has it open, is let go."""
        end = time.monotonic() + _END_SECONDS
        while thread.is_alive() and time.monotonic() < end:
            with suppress(queue.Empty):  # the reader may be waiting for room
                self._inbox.get_nowait()
            thread.join(0.01)
        return not thread.is_alive()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kill(self) -> None:
        """End it at once, with its group if it leads one."""
        if self._killed:  # its number may be somebody else's by now
            return
        self._killed = True
        with suppress(OSError):  # nobody is left
            if self._leads:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    def _write(self) -> None:
        """A process that is gone is noticed elsewhere; here it only stops the writing."""
        stream = _open(self._process.stdin)
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                stream.write(json.dumps(message).encode("ascii") + b"\n")
                stream.flush()

    def _read(self) -> None:
        stream = _open(self._process.stdout)
        while line := stream.readline(_LONGEST):
            message = _message(line)
            if message is None:
                self.rubbish = line.endswith(b"\n") or len(line) == _LONGEST  # else cut off
                break
            self._inbox.put(message)
        self._inbox.put(None)

    def _hear(self) -> None:
        stream = _open(self._process.stderr)
        while words := os.read(stream.fileno(), _WORDS):
            self._errors = (self._errors + words)[-_WORDS:]


def _message(line: bytes) -> Message | None:
    """A line as a message; None if it is none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):  # no JSON, no text, digits without end
        return None
    return message if isinstance(message, dict) else None


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three are pipes
    return stream


def child_environment() -> dict[str, str]:
    """The child must find this package, wherever the parent found it, and speak UTF-8."""
    root = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
