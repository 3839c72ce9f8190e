"""What a unit of work changes, recorded so that undo can take it back and history can show it.

Nothing is recorded before `begin`: a change without a description cannot be offered for undo. A
unit of work that must be recorded says so (`must`), and cannot be stored without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Date, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from envoy_app.domain.history import LASTING
from envoy_app.domain.ids import new_id
from envoy_app.persistence.chain import chained, part_digest
from envoy_app.persistence.readable import readable
from envoy_app.persistence.records import MARKS
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import ChangeRow, ChangeSetRow

CHUNK = 500  # ids in one query; SQLite takes 999 and more
PORTION = 1_000  # records that are held as columns at a time
ItemT = TypeVar("ItemT")
STAMPS = frozenset({"version", "created_at", "created_by", "updated_at", "updated_by"})


@dataclass(slots=True)
class Image:
    """A record before and after, in JSON; None where it was not there."""

    before: Values | None
    after: Values | None
    version: int


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of a row class."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set on every table class
    return table


def plain(values: Mapping[str, Any]) -> Values:
    """Return columns as JSON holds them, without stamps."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in values.items()
        if name not in STAMPS
    }


def typed(table: Table, values: Mapping[str, Any]) -> Values:
    """Return columns as the database takes them."""
    return {
        name: date.fromisoformat(value)
        if value is not None and isinstance(table.c[name].type, Date)
        else value
        for name, value in values.items()
    }


def portions(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """Yield items in portions, so that a large import is never held as columns as a whole."""
    rest = iter(items)
    while part := list(islice(rest, PORTION)):
        yield part


def chunks(keys: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """Yield keys in portions that one query takes."""
    rest = iter(keys)
    while part := list(islice(rest, CHUNK)):
        yield part


def insert_rows(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows in portions, so that no statement holds all of a large import at once."""
    for start in range(0, len(rows), PORTION):
        session.execute(insert(table), rows[start : start + PORTION])


@readable()
def current(session: Session, table: Table, keys: Iterable[str]) -> dict[str, Values]:
    """Return rows by id, all columns."""
    found: dict[str, Values] = {}
    for part in chunks(keys):
        rows = session.execute(select(table).where(table.c.id.in_(part))).mappings()
        found.update({row["id"]: dict(row) for row in rows})
    return found


class Journal:
    """The changes of one unit of work, one image for each record.

    Images are written whenever there are many of them. One that is written is fetched back where
    its record changes again, so that there is still one for each record.
    """

    def __init__(self, session: Session, stamp: Stamp, *, must: bool = False) -> None:
        """Bind to a session; with `must` a write that is not recorded cannot be stored.

        `stored` tells afterwards whether there was anything to put on record.
        """
        self._session = session
        self._stamp = stamp
        self.must = must
        self.stored = False
        self._unrecorded = False
        self._head: Values | None = None
        self._images: dict[tuple[str, str], Image] = {}
        self._written: dict[str, set[str]] = {}
        self._headed = False

    @property
    def active(self) -> bool:
        """Whether changes are recorded."""
        return self._head is not None

    @property
    def change_id(self) -> str:
        """The id of the change being recorded, "" where none is."""
        return str(self._head["id"]) if self._head else ""

    @property
    def description(self) -> str:
        """What the change being recorded is called, "" where none is."""
        return str(self._head["description"]) if self._head else ""

    def begin(
        self, description: str, kind: str, reverts: str | None = None, reason: str = ""
    ) -> str:
        """Record from now on; return the id of the change."""
        key = new_id()
        self._head = {
            **self._stamp.new(),
            "id": key,
            "description": description,
            "kind": kind,
            "reverts": reverts,
            "reason": reason,
        }
        return key

    def added(self, table: Table, rows: Sequence[Values], version: int = 1) -> None:
        """Record new rows."""
        if self._records(bool(rows)):
            for row in rows:
                self._note(table.name, row["id"], None, plain(row), version)

    def removed(self, table: Table, rows: Iterable[Values]) -> None:
        """Record rows that go, as they were."""
        if self._records(True):
            for row in rows:
                self._note(table.name, row["id"], plain(row), None, row["version"])

    def _records(self, writes: bool) -> bool:
        """Whether changes are recorded; where not, remember that there was one."""
        self._unrecorded = self._unrecorded or (writes and not self.active)
        return self.active

    def changed(self, table: Table, before: Values, values: Values, version: int) -> None:
        """Record what `values` change in a row; `before` holds all its columns."""
        if not self._records(True):
            return
        now, old = plain(values), plain(before)
        names = [name for name, value in now.items() if old[name] != value]
        if names:
            first = {name: old[name] for name in names}
            last = {name: now[name] for name in names}
            self._note(table.name, before["id"], first, last, version)

    def _note(
        self, table: str, key: str, before: Values | None, after: Values | None, version: int
    ) -> None:
        """Keep one image of a record however often the unit of work changes it."""
        known = self._images.get((table, key)) or self._fetched(table, key)
        if known is None:
            self._images[table, key] = Image(before, after, version)
            if len(self._images) >= 2 * PORTION:
                self._write()
            return
        if known.before is not None and before is not None:
            known.before = {**before, **known.before}
        known.after = None if after is None else {**(known.after or {}), **after}
        known.version = version

    def _fetched(self, table: str, key: str) -> Image | None:
        """Take an image that is written already back, None where there is none."""
        written = self._written.get(table)
        if not written or key not in written or self._head is None:
            return None
        change = table_of(ChangeRow)
        own = (
            change.c.change_set_id == self._head["id"],
            change.c.table_name == table,
            change.c.record_id == key,
        )
        row = self._session.execute(select(change).where(*own)).mappings().one()
        self._session.execute(delete(change).where(*own))
        written.remove(key)
        image = Image(row["before"], row["after"], row["version_after"])
        self._images[table, key] = image
        return image

    def touched(self, table: Table) -> frozenset[str]:
        """Return the ids of the records of a table that changed so far."""
        held = {key for name, key in self._images if name == table.name}
        return frozenset(held | self._written.get(table.name, set()))

    def appeared(self, table: Table, key: str, hidden: Values, shown: Values) -> None:
        """Record a row that is new, as one that had `hidden` before: undo hides it again.

        For what is never removed and too large to be recorded as a whole.
        """
        if self._records(True):
            self._note(table.name, key, plain(hidden), plain(shown), 1)

    def store(self) -> dict[str, frozenset[str]]:
        """Write what was recorded, as a part of the transaction; a change of nothing is none.

        A restore is one though it writes no record, and so is an undo that left all as it is.
        Returns the ids of the records changed, by table. Raises RuntimeError where something was
        written before or without `begin` though it must be recorded.
        """
        if self._unrecorded and self.must:
            raise RuntimeError("a write was not described")
        if self._head is None:
            return {}
        self._write()
        touched = {name: frozenset(keys) for name, keys in self._written.items() if keys}
        head, change = table_of(ChangeSetRow), table_of(ChangeRow)
        own = head.c.id == self._head["id"]
        lasts = self._head["kind"] in LASTING
        if touched and touched.keys() <= {MARKS} and not lasts:  # nothing that people see
            self._session.execute(delete(change).where(change.c.change_set_id == self._head["id"]))
            touched = {}
        if lasts and not self._headed:
            self._write_head(self._head)
        self.stored = bool(touched) or lasts
        if self.stored:
            self._session.execute(update(head).where(own).values(chain=self._chained()))
        elif self._headed:
            self._session.execute(delete(head).where(own))
        self._head, self._headed = None, False
        self._written.clear()
        return touched

    def _chained(self) -> str:
        """Return the link of the change that was written."""
        head, change = table_of(ChangeSetRow), table_of(ChangeRow)
        assert self._head is not None
        before = self._session.scalar(
            select(head.c.chain).where(head.c.number == self._head["number"] - 1)
        )
        digests = self._session.scalars(
            select(change.c.digest)
            .where(change.c.change_set_id == self._head["id"])
            .order_by(change.c.id)
        )
        return chained(self._head, digests.all(), before or "")

    def _write(self) -> None:
        """Write the images held."""
        if self._head is None:
            return
        rows = [
            {
                "change_set_id": self._head["id"],
                "table_name": table,
                "record_id": key,
                "before": image.before,
                "after": image.after,
                "version_after": image.version,
            }
            for (table, key), image in self._images.items()
            if image.before is not None or image.after is not None
        ]
        for row in rows:
            row["digest"] = part_digest(row)
        if rows and not self._headed:
            self._write_head(self._head)
        insert_rows(self._session, table_of(ChangeRow), rows)
        for row in rows:
            self._written.setdefault(row["table_name"], set()).add(row["record_id"])
        self._images.clear()

    def _write_head(self, values: Values) -> None:
        head = table_of(ChangeSetRow)
        newest = self._session.scalar(select(func.max(head.c.number))) or 0
        values["number"] = newest + 1
        insert_rows(self._session, head, [values])
        self._headed = True
