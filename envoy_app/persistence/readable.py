"""Tells damage that SQLite cannot see: a record whose columns are not what the program writes.

SQLite checks its own structure, not the values; a flipped bit in a date or in JSON comes up only
where it is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager


class Unreadable(Exception):
    """A stored record is malformed; the unit of work tells it in a sentence."""


@contextmanager
def readable() -> Iterator[None]:
    """Raise Unreadable where stored values cannot be turned into records.

    Also a decorator. For reading only: around anything else it would hide the program's faults.
    """
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, zlib.error) as error:
        raise Unreadable("malformed record") from error
