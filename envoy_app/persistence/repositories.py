"""Collections of domain records in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from envoy_app.domain.errors import ConflictError, NotFoundError
from envoy_app.domain.imports import ImportRun
from envoy_app.persistence.mappers import (
    Values,
    import_run_of,
    import_run_values,
)
from envoy_app.persistence.tables import (
    AmbiguousTermRow,
    ImportRunRow,
    SettingRow,
    Stamped,
)

RowT = TypeVar("RowT", bound=Stamped)
RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes."""

    actor: str

    def new(self) -> Values:
        """Columns of a row just made."""
        now = datetime.now(UTC)
        return {
            "version": 1,
            "created_at": now,
            "created_by": self.actor,
            "updated_at": now,
            "updated_by": self.actor,
        }

    def changed(self) -> Values:
        """Columns of a row just changed, but for its version."""
        return {"updated_at": datetime.now(UTC), "updated_by": self.actor}


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
    ) -> None:
        """Bind to a session; `title` is the Chinese noun for messages."""
        self._session = session
        self._stamp = stamp
        self._table = table
        self._title = title
        self._to_values = to_values
        self._to_record = to_record

    def all(self) -> tuple[RecordT, ...]:
        """Return every record."""
        rows = self._session.scalars(select(self._table).order_by(col(self._table.id)))
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

    def get(self, key: str) -> RecordT:
        """Return one record; raises NotFoundError."""
        row = self._session.get(self._table, key, populate_existing=True)
        if row is None:
            raise NotFoundError(f"找不到这个{self._title}，可能已被删除，请刷新。")
        return self._to_record(row)

    def add(self, records: Iterable[RecordT]) -> None:
        """Store new records; their version becomes 1."""
        new = self._stamp.new()
        rows = [{**new, **self._to_values(record)} for record in records]
        if rows:
            self._session.execute(insert(self._table), rows)

    def save(self, record: RecordT) -> None:
        """Store a changed record that was read before.

        Raises ConflictError where it was changed since, NotFoundError where it is gone.
        """
        values = self._to_values(record)
        key = values.pop("id")
        version: int = getattr(record, "version", 0)
        write_values(self._session, self._table, self._title, key, version, values, self._stamp)

    def remove(self, keys: Iterable[str]) -> None:
        """Delete records by id; unknown ids are ignored."""
        for key in keys:
            self._session.execute(delete(self._table).where(col(self._table.id) == key))


class Settings:
    """Settings by key, JSON values."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp

    def get(self, key: str, default: object = None) -> Any:  # noqa: ANN401  JSON of any shape
        """Return a setting, or `default` where it was never set."""
        row = self._session.get(SettingRow, key)
        return default if row is None else row.value

    def put(self, key: str, value: object) -> None:
        """Set a setting."""
        row = self._session.get(SettingRow, key)
        if row is None:
            new = {**self._stamp.new(), "id": key, "value": value}
            self._session.execute(insert(SettingRow), [new])
            return
        row.value = value
        row.version += 1
        row.updated_at = datetime.now(UTC)
        row.updated_by = self._stamp.actor
        self._session.flush()


class AmbiguousTerms:
    """Generic words and the classes they may mean."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp

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


class ImportRunRepository(Repository[ImportRunRow, ImportRun]):
    """Files imported earlier."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        super().__init__(session, stamp, ImportRunRow, "导入记录", import_run_values, import_run_of)

    def known(self, sha256: str) -> bool:
        """Whether a file with this content was imported before."""
        return self.any(sha256=sha256)
