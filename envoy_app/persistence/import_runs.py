"""The history of imports: runs, the kind of list each was, and the files themselves."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, defer
from sqlmodel import col

from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.import_memory import ListTrace
from envoy_app.domain.imports import ImportRun
from envoy_app.persistence.journal import table_of
from envoy_app.persistence.mappers import import_run_of, import_run_values
from envoy_app.persistence.readable import readable
from envoy_app.persistence.stamps import Stamp
from envoy_app.persistence.tables import ImportFileRow, ImportRunRow

_LEVEL = 3  # workbooks are compressed already; text shrinks well at any level


class ImportRunRepository:
    """Files imported earlier. They stay when an import is undone: marked, not removed."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp

    def add(self, runs: Iterable[ImportRun], traces: Mapping[str, ListTrace] | None = None) -> None:
        """Store runs; `traces` tell by run id what kind of list it was."""
        new = self._stamp.new()
        rows = [
            {**new, **import_run_values(run), "trace": _packed((traces or {}).get(run.id))}
            for run in runs
        ]
        if rows:
            self._session.execute(insert(table_of(ImportRunRow)), rows)

    @readable()
    def all(self) -> tuple[ImportRun, ...]:
        """Return all runs, newest first."""
        files = table_of(ImportFileRow)
        kept = set(self._session.scalars(select(files.c.id)))
        rows = self._session.scalars(
            select(ImportRunRow)
            .order_by(col(ImportRunRow.created_at).desc(), col(ImportRunRow.id).desc())
            .options(defer(ImportRunRow.trace))  # type: ignore[arg-type]  # sqlmodel types columns as values
        )
        return tuple(replace(import_run_of(row), has_original=row.sha256 in kept) for row in rows)

    @readable()
    def get(self, run_id: str) -> ImportRun:
        """Return one run; raises NotFoundError."""
        row = self._session.get(ImportRunRow, run_id)
        if row is None:
            raise NotFoundError("找不到这次导入，请刷新导入历史后再选。")
        kept = self._session.get(ImportFileRow, row.sha256) is not None
        return replace(import_run_of(row), has_original=kept)

    def traces(self) -> Iterable[tuple[ImportRun, ListTrace]]:
        """Yield runs that count (not taken back) with the list each was, newest first."""
        query = (
            select(ImportRunRow)
            .where(col(ImportRunRow.undone_at).is_(None), col(ImportRunRow.trace).is_not(None))
            .order_by(col(ImportRunRow.created_at).desc(), col(ImportRunRow.id).desc())
        )
        with readable():
            for row in self._session.scalars(query):
                if trace := _unpacked(row.trace):
                    yield import_run_of(row), trace

    @readable()
    def mark(self) -> tuple[object, ...]:
        """Return what differs as soon as a run was added or marked."""
        table = table_of(ImportRunRow)
        query = select(func.count(), func.max(table.c.updated_at)).select_from(table)
        return tuple(self._session.execute(query).one())

    def mark_undone(self, batch_id: str, *, undone: bool) -> None:
        """Mark all runs of a batch as taken back, or as done again."""
        moment = datetime.now(UTC) if undone else None
        self._session.execute(
            update(table_of(ImportRunRow))
            .where(col(ImportRunRow.batch_id) == batch_id)
            .values(undone_at=moment, **self._stamp.changed())
        )

    def known(self, sha256: str) -> bool:
        """Whether a file with this content was imported before."""
        query = select(col(ImportRunRow.id)).where(col(ImportRunRow.sha256) == sha256).limit(1)
        return self._session.scalar(query) is not None


def _packed(trace: ListTrace | None) -> bytes | None:
    if trace is None:
        return None
    return zlib.compress(json.dumps(asdict(trace), ensure_ascii=False).encode(), _LEVEL)


def _unpacked(packed: bytes | None) -> ListTrace | None:
    if not packed:
        return None
    found = json.loads(zlib.decompress(packed))
    return ListTrace(found["name"], tuple(found["layouts"]), tuple(found["records"]))


class ImportFiles:
    """The imported files themselves, once for each content."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp

    def keep(self, sha256: str, content: bytes) -> None:
        """Store a file's content unless it is there already."""
        if self._session.get(ImportFileRow, sha256) is None:
            packed = zlib.compress(content, _LEVEL)
            row = {"id": sha256, "size": len(content), "content": packed}
            self._session.execute(insert(table_of(ImportFileRow)), [{**self._stamp.new(), **row}])

    @readable()
    def content(self, sha256: str) -> bytes:
        """Return a file's content; raises NotFoundError where it was not kept."""
        row = self._session.get(ImportFileRow, sha256)
        if row is None:
            raise NotFoundError("这次导入没有保存原文件，请向报送单位索取。")
        return zlib.decompress(row.content)
