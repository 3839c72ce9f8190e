"""Record ids: text, ordered by creation, safe to make on many machines at once."""

from __future__ import annotations

import itertools
import secrets
import time

_counter = itertools.count(secrets.randbits(16))


def new_id() -> str:
    """Return a new id of 26 hex digits: 12 of milliseconds, 5 of a counter, 9 of chance.

    Ids made by one process sort in the order they were made as long as its counter does not
    wrap (a million ids), so lists keep the order of the imported sheet.
    """
    millis = time.time_ns() // 1_000_000
    return f"{millis:012x}{next(_counter) & 0xFFFFF:05x}{secrets.randbits(36):09x}"
