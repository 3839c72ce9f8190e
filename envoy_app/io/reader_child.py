"""The child process that opens tables from anywhere: `python -m envoy_app.io.reader_child WHAT`.

A workbook can be a bomb, so it is read where a crash or a full memory costs nothing. Takes the
file through standard input (WHAT is "file") or a pasted table as JSON {"name", "text", "html"}
("pasted"). Prints one JSON record per line (see reading/output.py) while it reads, so that
neither side ever holds the whole twice; the last is {"done": what it was} or {"refused": reason}.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

from envoy_app.io.reading import content as formats
from envoy_app.io.reading.output import Output, Refused

MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
TRACE = 4_000  # characters of a traceback that the parent's log gets
FLAG = "--read-workbook"
FILE, PASTED = "file", "pasted"


def limit_resources() -> None:
    """Cap memory and processor time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches instead
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    # Beyond the first it is told, beyond the second the system kills without a word.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(what: str, content: bytes, write: Callable[[Any], None]) -> None:
    """Read a file or a pasted table into records; every failure becomes a last record."""
    try:
        if what == PASTED:
            from envoy_app.io.reading import pasted

            pasted.read(json.loads(content), Output(write))
            last: dict[str, Any] = {"done": formats.TEXT}
        else:
            last = {"done": formats.read(content, Output(write))}
    except Refused as refused:
        last = {"refused": refused.args[0], "line": refused.args[1] if refused.args[1:] else 0}
    except (MemoryError, RecursionError):
        last = {"refused": "too-large"}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # damaged input raises of every kind; a panic in Rust is no Exception
        last = {"refused": "damaged", "trace": traceback.format_exc()[-TRACE:]}
    write(last)


class _Printer:
    """Prints records as lines of UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encode = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode

    def __call__(self, record: Any) -> None:  # noqa: ANN401  JSON
        # Half a surrogate pair is no text and has no bytes in UTF-8.
        self._stream.write(self._encode(record).encode("utf-8", "ignore") + b"\n")


def main(arguments: list[str]) -> int:
    """Read what standard input holds and print the records."""
    warnings.simplefilter("ignore")
    faulthandler.enable()  # a library that aborts leaves its frames with the parent
    limit_resources()
    with open(0, "rb", closefd=False) as source:
        content = source.read()
    with open(1, "wb", closefd=False) as stream:
        answer(arguments[0] if arguments else FILE, content, _Printer(stream))
        stream.flush()
    # Nothing is left to do; tearing down large lists would only take time.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
