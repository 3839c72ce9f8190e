"""What a unit of work changes, recorded so that undo can take it back.

Nothing is recorded before `begin`: a change without a description cannot be offered for undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Date, Table, insert, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from envoy_app.domain.ids import new_id
from envoy_app.persistence.readable import readable
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import ChangeRow, ChangeSetRow

CHUNK = 500  # ids in one query; SQLite takes 999 and more
_PORTION = 2_000  # rows in one INSERT
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


def chunks(keys: Iterable[str]) -> Iterable[list[str]]:
    """Yield keys in portions that one query takes."""
    rest = iter(keys)
    while part := list(islice(rest, CHUNK)):
        yield part


def insert_rows(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows in portions, so that no statement holds all of a large import at once."""
    for start in range(0, len(rows), _PORTION):
        session.execute(insert(table), rows[start : start + _PORTION])


@readable()
def current(session: Session, table: Table, keys: Iterable[str]) -> dict[str, Values]:
    """Return rows by id, all columns."""
    found: dict[str, Values] = {}
    for part in chunks(keys):
        rows = session.execute(select(table).where(table.c.id.in_(part))).mappings()
        found.update({row["id"]: dict(row) for row in rows})
    return found


class Journal:
    """The changes of one unit of work, one image for each record."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp
        self._head: Values | None = None
        self._images: dict[tuple[str, str], Image] = {}

    @property
    def active(self) -> bool:
        """Whether changes are recorded."""
        return self._head is not None

    @property
    def change_id(self) -> str:
        """The id of the change being recorded, "" where none is."""
        return str(self._head["id"]) if self._head else ""

    def begin(self, description: str, kind: str, reverts: str | None = None) -> str:
        """Record from now on; return the id of the change."""
        key = new_id()
        self._head = {"id": key, "description": description, "kind": kind, "reverts": reverts}
        return key

    def added(self, table: Table, rows: Sequence[Values], version: int = 1) -> None:
        """Record new rows."""
        if self.active:
            for row in rows:
                self._note(table.name, row["id"], None, plain(row), version)

    def removed(self, table: Table, rows: Iterable[Values]) -> None:
        """Record rows that go, as they were."""
        if self.active:
            for row in rows:
                self._note(table.name, row["id"], plain(row), None, row["version"])

    def changed(self, table: Table, before: Values, values: Values, version: int) -> None:
        """Record what `values` change in a row; `before` holds all its columns."""
        if not self.active:
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
        known = self._images.get((table, key))
        if known is None:
            self._images[table, key] = Image(before, after, version)
            return
        if known.before is not None and before is not None:
            known.before = {**before, **known.before}
        known.after = None if after is None else {**(known.after or {}), **after}
        known.version = version

    def store(self) -> None:
        """Write what was recorded, as a part of the transaction; a change of nothing is none."""
        images = [
            (table, key, image)
            for (table, key), image in self._images.items()
            if image.before is not None or image.after is not None
        ]
        if self._head is None or not images:
            return
        head = {**self._stamp.new(), **self._head}
        rows = [
            {
                "change_set_id": head["id"],
                "table_name": table,
                "record_id": key,
                "before": image.before,
                "after": image.after,
                "version_after": image.version,
            }
            for table, key, image in images
        ]
        insert_rows(self._session, table_of(ChangeSetRow), [head])
        insert_rows(self._session, table_of(ChangeRow), rows)
        self._head = None
        self._images.clear()
