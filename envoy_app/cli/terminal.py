"""Exit codes, and how the command line speaks: data on stdout, people's text on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

DONE = 0
NEEDS_ATTENTION = 1
WRONG_USE = 2
BAD_INPUT = 3


def say(text: str) -> None:
    """Print a line for people."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Mapping[str, object]) -> None:
    """Print one object on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=1), flush=True)


def use_utf8() -> None:
    """Write UTF-8 whatever the system's code page: other programs read our output."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
