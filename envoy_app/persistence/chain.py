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
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HEAD = ("number", "id", "description", "kind", "reason", "reverts", "created_by")
_NEAR = 20  # how far a change may have been moved for its successors to be told as sound
_MOST = 1_000  # missing numbers that are told one by one
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


class BreakKind(StrEnum):
    """How a change on record is not what the program wrote."""

    RECORDS = "records"
    """What it did to some records was altered."""
    HEAD = "head"
    """Its description, moment, author, order or number of records was; or it was added later."""
    GONE = "gone"
    SLIPPED_IN = "slipped in"
    UNDONE = "undone"
    """Whether it is taken back is not what the undos on record say."""


@dataclass(frozen=True, slots=True)
class Break:
    """A change that was altered, removed or slipped in; of one that is gone only the number."""

    number: int
    kind: BreakKind
    description: str = ""
    at: str = ""
    who: str = ""
    records: tuple[tuple[str, str], ...] = ()
    """Table and id of the records of which the parts were altered."""


@dataclass(frozen=True, slots=True)
class Examined:
    """How many changes are on record, the chain of the last, and what is wrong with them."""

    count: int
    last: str
    breaks: tuple[Break, ...]


def broken_links(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Return the numbers of the changes that were altered, removed or slipped in later."""
    return tuple(dict.fromkeys(item.number for item in examine(connection).breaks))


def examine(connection: sqlite3.Connection) -> Examined:
    """Look at all changes on record, one after the other; none is held in memory.

    For a plain connection, none of whose values is converted. What follows a change that is gone
    cannot be judged; after one that is broken the others are judged by themselves.
    """
    breaks: list[Break] = []
    judge, count = _Judge(), 0
    with closing(connection.cursor()) as cursor, closing(connection.cursor()) as heads:
        cursor.row_factory = heads.row_factory = sqlite3.Row
        parts = _parts(cursor)
        known = next(parts, None)
        for head in heads.execute("SELECT * FROM change_set ORDER BY number, id"):
            own: list[_Part] = []
            while known is not None and known[0] == head["id"]:
                own += known[1]
                known = next(parts, None)
            breaks += judge.of(head, own)
            count += 1
    breaks += _undone_otherwise(connection)
    return Examined(count, str(judge.last or ""), tuple(breaks))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part's digest as it is stored; of one whose content has another, whose it is."""

    digest: str
    altered: tuple[str, str] | None


class _Judge:
    """Judges one change after the other."""

    def __init__(self) -> None:
        self._expected = 1
        self.last: str | None = ""
        self._displaced: list[str] = []

    def of(self, head: sqlite3.Row, parts: Sequence[_Part]) -> Iterator[Break]:
        """Yield what is wrong with the next change, and which are missing before it."""
        number = head["number"] if isinstance(head["number"], int) else 0
        told = number, str(head["description"]), str(head["created_at"]), str(head["created_by"])
        if number < self._expected:
            yield _broken(BreakKind.SLIPPED_IN, told)
            return
        if number > self._expected:
            self.last = None  # what this one is chained with is gone
            for missing in range(self._expected, min(number, self._expected + _MOST)):
                yield Break(missing, BreakKind.GONE)
        if altered := tuple(part.altered for part in parts if part.altered):
            yield _broken(BreakKind.RECORDS, told, altered)
        digests = [part.digest for part in parts]
        if self._fits(head, digests):
            self._displaced.clear()
        else:
            yield _broken(BreakKind.HEAD, told)
            self._displaced += [head["chain"], _link(head, digests, self.last or "")]
        self._expected, self.last = number + 1, head["chain"]

    def _fits(self, head: sqlite3.Row, digests: Sequence[str]) -> bool:
        """Whether a change is chained with the one before, or with one told as misplaced."""
        if self.last is None:
            return True
        near = self.last, *self._displaced[-_NEAR:]
        return bool(head["chain"]) and any(
            _link(head, digests, last) == head["chain"] for last in near
        )


def _broken(
    kind: BreakKind, told: tuple[int, str, str, str], records: tuple[tuple[str, str], ...] = ()
) -> Break:
    number, description, at, who = told
    return Break(number, kind, description, at, who, records)


def _parts(cursor: sqlite3.Cursor) -> Iterator[tuple[str, list[_Part]]]:
    """Yield the parts of every change, by its id, in the order of the changes."""
    rows = cursor.execute(
        """SELECT "change".* FROM "change" JOIN change_set ON change_set.id = change_set_id
        ORDER BY number, change_set.id, "change".id"""
    )
    for key, group in groupby(rows, key=itemgetter("change_set_id")):
        yield key, [_part(row) for row in group]


def _part(row: sqlite3.Row) -> _Part:
    content, sound = dict(row), True
    try:
        for name in ("before", "after"):
            content[name] = None if row[name] is None else json.loads(row[name])
        sound = part_digest(content) == row["digest"]
    except (TypeError, ValueError):
        sound = False
    altered = None if sound else (str(row["table_name"]), str(row["record_id"]))
    return _Part(str(row["digest"]), altered)


def _link(row: sqlite3.Row, digests: Sequence[str], last: str) -> str:
    """Return what a change should be chained with; "" where it cannot be read."""
    try:
        head = {**dict(row), "created_at": datetime.fromisoformat(row["created_at"])}
        return chained(head, digests, last)
    except (TypeError, ValueError):
        return ""


def _undone_otherwise(connection: sqlite3.Connection) -> Iterator[Break]:
    """Yield the changes of which `undone_at` is not what the undos on record left."""
    rows = connection.execute(
        """SELECT id, number, reverts, undone_at IS NOT NULL, description, created_at, created_by
        FROM change_set ORDER BY number"""
    ).fetchall()
    reverts = {row[0]: row[2] for row in rows}
    undone: dict[str, bool] = {}
    for taken_back in filter(None, reverts.values()):
        undone[taken_back] = True
        if before := reverts.get(taken_back):  # an undo taken back: its change is done again
            undone[before] = False
    for key, number, _, held, description, at, who in rows:
        if undone.get(key, False) != bool(held):
            yield Break(number, BreakKind.UNDONE, str(description), str(at), str(who))
