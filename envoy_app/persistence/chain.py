"""The chain of digests over all changes: whoever alters one later breaks it.

A part of a change has the SHA-256 of its content. A change has that of its head, of the digests
of its parts in order, and of the change before. `undone_at` is not in it: the undo is itself in
the chain.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HEAD = ("number", "id", "description", "kind", "reason", "reverts", "created_by")
_PART = ("table_name", "record_id", "before", "after", "version_after")


def part_digest(row: Mapping[str, Any]) -> str:
    """Return the digest of one record's part of a change."""
    return _digest([row[name] for name in _PART])


def chained(head: Mapping[str, Any], digests: Sequence[str], last: str) -> str:
    """Return what a change is chained with; `last` is that of the change before, at first ""."""
    moment: datetime = head["created_at"]
    # SQLite gives moments back without their zone, which is always UTC.
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return _digest([*(head[name] for name in _HEAD), moment.isoformat(), list(digests), last])


def _digest(content: Sequence[object]) -> str:
    return hashlib.sha256(_ENCODER.encode(content).encode()).hexdigest()


def broken_links(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Return the numbers of the changes that were altered, removed or slipped in later.

    For a plain connection with sqlite3's own rows, none converted. A change that is missing is
    told by its number; after one that is broken the others are judged by themselves.
    """
    broken: list[int] = []
    expected, last = 1, ""
    with closing(connection.cursor()) as cursor:
        cursor.row_factory = sqlite3.Row
        parts = _parts(cursor)
        heads = connection.cursor()
        heads.row_factory = sqlite3.Row
        known = next(parts, None)
        for head in heads.execute("SELECT * FROM change_set ORDER BY number"):
            digests: list[str | None] = []
            while known is not None and known[0] == head["number"]:
                digests += known[1]
                known = next(parts, None)
            broken += range(expected, head["number"])
            if head["number"] > expected:
                last = "?"  # what it was chained with is gone
            if None in digests or not _holds(head, digests, last):
                broken.append(head["number"])
            expected, last = head["number"] + 1, head["chain"]
    return tuple(broken)


def _parts(cursor: sqlite3.Cursor) -> Iterator[tuple[int, list[str | None]]]:
    """Yield the digests of every change's parts, None for one that was altered."""
    rows = cursor.execute(
        """SELECT change_set.number, "change".* FROM "change"
        JOIN change_set ON change_set.id = change_set_id ORDER BY number, "change".id"""
    )
    for number, group in groupby(rows, key=itemgetter("number")):
        yield number, [_sound(row) for row in group]


def _sound(row: sqlite3.Row) -> str | None:
    content = dict(row)
    try:
        for name in ("before", "after"):
            content[name] = None if row[name] is None else json.loads(row[name])
    except (TypeError, ValueError):
        return None
    digest: str = row["digest"]
    return digest if part_digest(content) == digest else None


def _holds(row: sqlite3.Row, digests: Sequence[str | None], last: str) -> bool:
    try:
        head = {**dict(row), "created_at": datetime.fromisoformat(row["created_at"])}
    except (TypeError, ValueError):
        return False
    chain: str = row["chain"]
    return chained(head, [digest or "" for digest in digests], last) == chain
