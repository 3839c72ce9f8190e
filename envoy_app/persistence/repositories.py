"""Collections of domain records in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from envoy_app.domain.errors import ConflictError, NotFoundError
from envoy_app.persistence.journal import (
    Journal,
    chunks,
    current,
    insert_rows,
    portions,
    table_of,
)
from envoy_app.persistence.readable import readable
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import AmbiguousTermRow, SettingRow, Stamped

RowT = TypeVar("RowT", bound=Stamped)
RecordT = TypeVar("RecordT")


def write_values(
    session: Session,
    table: type[Stamped],
    title: str,
    key: str,
    version: int,
    values: Values,
    stamp: Stamp,
) -> None:
    """Update one row if it still has `version`.

    Raises ConflictError where someone else changed it, NotFoundError where it is gone.
    """
    changed = session.execute(
        update(table)
        .where(col(table.id) == key, col(table.version) == version)
        .values(**values, **stamp.changed(), version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount:  # type: ignore[attr-defined]  # Result of an UPDATE has it
        return
    if session.get(table, key) is None:
        raise NotFoundError(f"这个{title}已不存在，请刷新后再试。")
    raise ConflictError(f"这个{title}已被他人修改，请刷新后再改，您的改动没有保存。")


class Repository(Generic[RowT, RecordT]):
    """Records of one table, in the order of their ids."""

    def __init__(
        self,
        session: Session,
        stamp: Stamp,
        table: type[RowT],
        title: str,
        to_values: Callable[[RecordT], Values],
        to_record: Callable[[RowT], RecordT],
        journal: Journal,
    ) -> None:
        """Bind to a session; `title` is the Chinese noun for messages."""
        self._journal = journal
        self._session = session
        self._stamp = stamp
        self._table = table
        self._title = title
        self._to_values = to_values
        self._to_record = to_record

    @readable()
    def all(self) -> tuple[RecordT, ...]:
        """Return every record."""
        table = table_of(self._table)
        # Plain rows have the same attributes and cost a third of mapped objects.
        rows = cast(Iterable[RowT], self._session.execute(select(table).order_by(table.c.id)))
        return tuple(map(self._to_record, rows))

    def count(self) -> int:
        """Return the number of records."""
        return self._session.scalar(select(func.count()).select_from(self._table)) or 0

    def any(self, **equal: object) -> bool:
        """Whether there is any record (with these columns equal), without reading it."""
        query = select(col(self._table.id)).limit(1)
        for name, value in equal.items():
            query = query.where(getattr(self._table, name) == value)
        return self._session.scalar(query) is not None

    @readable()
    def get(self, key: str) -> RecordT:
        """Return one record; raises NotFoundError."""
        row = self._session.get(self._table, key, populate_existing=True)
        if row is None:
            raise NotFoundError(f"找不到这个{self._title}，可能已被删除，请刷新。")
        return self._to_record(row)

    @readable()
    def some(self, keys: Iterable[str]) -> tuple[RecordT, ...]:
        """Return the records with these ids that there are, in the order of their ids."""
        table, found = table_of(self._table), []
        for part in chunks(sorted(keys)):
            query = select(table).where(table.c.id.in_(part)).order_by(table.c.id)
            found += cast(list[RowT], self._session.execute(query).all())
        return tuple(map(self._to_record, found))

    @readable()
    def mark(self) -> tuple[object, ...]:
        """Return what differs as soon as any record was added, changed or removed."""
        table = self._table
        query = select(func.count(), func.max(col(table.updated_at)), func.sum(col(table.version)))
        return tuple(self._session.execute(query).one())

    @readable()
    def changed_at(self) -> dict[str, datetime]:
        """Return when each record was last written, by id."""
        table = table_of(self._table)
        rows = self._session.execute(select(table.c.id, table.c.updated_at))
        return {row.id: row.updated_at for row in rows}

    def add(self, records: Iterable[RecordT]) -> None:
        """Store new records; their version becomes 1."""
        new, table = self._stamp.new(), table_of(self._table)
        for part in portions(records):
            rows = [self._to_values(record) for record in part]
            insert_rows(self._session, table, [new | row for row in rows])
            self._journal.added(table, rows)

    def save(self, record: RecordT) -> None:
        """Store a changed record that was read before.

        Raises ConflictError where it was changed since, NotFoundError where it is gone.
        """
        self.save_all([record])

    def save_all(self, records: Iterable[RecordT]) -> None:
        """Store changed records that were read before, all or (with an error) none.

        Raises ConflictError where one was changed since, NotFoundError where one is gone.
        """
        for part in portions(records):
            self._save([(self._to_values(one), int(getattr(one, "version", 0))) for one in part])

    def _save(self, rows: Sequence[tuple[Values, int]]) -> None:
        table = table_of(self._table)
        if self._journal.active:
            before = current(self._session, table, (values["id"] for values, _ in rows))
            for values, version in rows:
                if old := before.get(values["id"]):
                    self._journal.changed(table, old, values, version + 1)
        changed = self._stamp.changed()
        keyed = [
            {**changed, **values, "old_id": values["id"], "old": version, "version": version + 1}
            for values, version in rows
        ]
        query = update(table).where(
            table.c.id == bindparam("old_id"), table.c.version == bindparam("old")
        )
        result = self._session.execute(query, keyed)
        if result.rowcount != len(rows):  # type: ignore[attr-defined]  # an UPDATE's result has it
            self._refuse(rows)

    def _refuse(self, rows: Iterable[tuple[Values, int]]) -> None:
        """Tell which of the rows could not be written: their versions did not go up."""
        wanted = {values["id"]: version for values, version in rows}
        now = current(self._session, table_of(self._table), wanted)
        if wanted.keys() - now.keys():
            raise NotFoundError(f"这个{self._title}已不存在，请刷新后再试。")
        raise ConflictError(f"这个{self._title}已被他人修改，请刷新后再改，您的改动没有保存。")

    def remove(self, keys: Iterable[str]) -> None:
        """Delete records by id; unknown ids are ignored."""
        table = table_of(self._table)
        for part in chunks(keys):
            if self._journal.active:
                self._journal.removed(table, current(self._session, table, part).values())
            self._session.execute(delete(table).where(table.c.id.in_(part)))


class Settings:
    """Settings by key, JSON values."""

    def __init__(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp
        self._journal = journal

    @readable()
    def get(self, key: str, default: object = None) -> Any:  # noqa: ANN401  JSON of any shape
        """Return a setting, or `default` where it was never set."""
        row = current(self._session, table_of(SettingRow), [key]).get(key)
        return default if row is None else row["value"]

    @readable()
    def starting(self, prefix: str) -> dict[str, Any]:
        """Return the settings whose keys begin so, by the rest of the key."""
        table = table_of(SettingRow)
        query = select(table.c.id, table.c.value).where(table.c.id.startswith(prefix))
        return {key[len(prefix) :]: value for key, value in self._session.execute(query)}

    def put(self, key: str, value: object) -> None:
        """Set a setting."""
        table = table_of(SettingRow)
        before = current(self._session, table, [key]).get(key)
        if before is None:
            new = {"id": key, "value": value}
            self._session.execute(insert(table), [{**self._stamp.new(), **new}])
            self._journal.added(table, [new])
            return
        version = before["version"] + 1
        self._journal.changed(table, before, {"value": value}, version)
        values = {**self._stamp.changed(), "value": value, "version": version}
        self._session.execute(update(table).where(table.c.id == key).values(**values))

    def remove(self, keys: Iterable[str]) -> None:
        """Forget settings; those that were never set are ignored."""
        table = table_of(SettingRow)
        for part in chunks(keys):
            self._journal.removed(table, current(self._session, table, part).values())
            self._session.execute(delete(table).where(table.c.id.in_(part)))


class AmbiguousTerms:
    """Generic words and the classes they may mean."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp

    @readable()
    def all(self) -> dict[str, tuple[str, ...]]:
        """Return candidate codes by word."""
        rows = self._session.scalars(select(AmbiguousTermRow))
        return {row.id: tuple(row.candidates) for row in rows}

    def add(self, terms: Mapping[str, tuple[str, ...]]) -> None:
        """Store new words."""
        new = self._stamp.new()
        rows = [{**new, "id": term, "candidates": list(codes)} for term, codes in terms.items()]
        if rows:
            self._session.execute(insert(AmbiguousTermRow), rows)
