"""Changes of a draft, visit by visit and seat by seat: undo takes back no more than that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.plans import PlanState, PlanView, VisitView
from envoy_app.persistence.journal import Journal, chunks, plain, table_of
from envoy_app.persistence.plan_mappers import (
    amended_values,
    figure_values,
    seat_values,
    visit_values,
)
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import PlanSeatRow, PlanVersionRow, PlanVisitRow

_VERSION, _VISIT, _SEAT = table_of(PlanVersionRow), table_of(PlanVisitRow), table_of(PlanSeatRow)


class PlanWriter:
    """Writes changed versions in one transaction."""

    def __init__(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp
        self._journal = journal

    def save(self, before: PlanView, after: PlanView) -> None:
        """Store a draft that was read as `before`; see `PlanRepository.save`."""
        version = self._version(after)
        if version != before.info.record_version:
            raise _conflict(after)
        old = {visit.id: visit for visit in before.visits}
        new = {visit.id: visit for visit in after.visits}
        changed = [key for key, visit in new.items() if key in old and old[key] is not visit]
        self._change(after.info.id, [new[key] for key in changed if new[key] != old[key]])
        # New visits before others go: none gets the place, and so the row id, of one that goes.
        self._add(after.info.id, [visit for key, visit in new.items() if key not in old])
        self._remove(after.info.id, old.keys() - new.keys())
        amended, known = amended_values(after), amended_values(before)
        self._journal.changed(_VERSION, {"id": after.info.id, **known}, amended, version + 1)
        self._write_head(after, version, {**figure_values(after), **amended})

    def put_figures(self, view: PlanView) -> None:
        """Store the figures of a draft; see `PlanRepository.put_figures`."""
        self._write_head(view, self._version(view), figure_values(view))

    def _version(self, view: PlanView) -> int:
        """The version of the record; raises InputError where the plan may not be changed."""
        columns = (_VERSION.c.state, _VERSION.c.discarded, _VERSION.c.version)
        row = self._session.execute(
            select(*columns).where(_VERSION.c.id == view.info.id)
        ).one_or_none()
        if row is None or row.discarded:
            raise NotFoundError("找不到这个排班方案，请在方案列表中重新选择。")
        if row.state != PlanState.DRAFT.value:
            raise InputError(f"“{view.info.title}”{row.state}，不能再改，请修订为新的一版后再改。")
        return int(row.version)

    def _write_head(self, view: PlanView, version: int, values: Values) -> None:
        done = self._session.execute(
            update(_VERSION)
            .where(_VERSION.c.id == view.info.id, _VERSION.c.version == version)
            .values(**values, **self._stamp.changed(), version=version + 1)
        )
        if not done.rowcount:  # type: ignore[attr-defined]  # Result of an UPDATE has it
            raise _conflict(view)

    def _rows(self, version_id: str, visits: Collection[str]) -> dict[str, Values]:
        """Return the stored visits by their own ids."""
        found: dict[str, Values] = {}
        for part in chunks(visits):
            query = select(_VISIT).where(
                _VISIT.c.plan_version_id == version_id, _VISIT.c.visit.in_(part)
            )
            found |= {row["visit"]: dict(row) for row in self._session.execute(query).mappings()}
        return found

    def _seats(self, rows: Iterable[Values]) -> dict[str, Values]:
        """Return the seats of some visits by their row ids."""
        found: dict[str, Values] = {}
        for part in chunks([row["id"] for row in rows]):
            query = select(_SEAT).where(_SEAT.c.plan_visit_id.in_(part))
            found |= {row["id"]: dict(row) for row in self._session.execute(query).mappings()}
        return found

    def _remove(self, version_id: str, visits: Collection[str]) -> None:
        rows = self._rows(version_id, visits)
        # Seats first: they hold on to their visit.
        for table, gone in ((_SEAT, self._seats(rows.values())), (_VISIT, _by_id(rows.values()))):
            self._journal.removed(table, gone.values())
            self._delete(table, gone)

    def _add(self, version_id: str, visits: Sequence[VisitView]) -> None:
        if not visits:
            return
        last = self._session.scalar(
            select(func.max(_VISIT.c.position)).where(_VISIT.c.plan_version_id == version_id)
        )
        first = 0 if last is None else last + 1
        placed = list(enumerate(visits, first))
        self._insert(_VISIT, [visit_values(item, version_id, at) for at, item in placed])
        self._insert(
            _SEAT, [seat for at, item in placed for seat in seat_values(item, version_id, at)]
        )

    def _change(self, version_id: str, visits: Sequence[VisitView]) -> None:
        rows = self._rows(version_id, [visit.id for visit in visits])
        if len(rows) < len(visits):
            raise NotFoundError("方案里的这项下乡服务已不存在，请刷新后再试。")
        at = {key: row["position"] for key, row in rows.items()}
        wanted = [visit_values(visit, version_id, at[visit.id]) for visit in visits]
        seats = [seat for v in visits for seat in seat_values(v, version_id, at[v.id])]
        self._write(_VISIT, _by_id(rows.values()), wanted)
        self._change_seats(self._seats(rows.values()), seats)

    def _change_seats(self, now: dict[str, Values], wanted: Sequence[Values]) -> None:
        gone = {key: row for key, row in now.items() if key not in _by_id(wanted)}
        self._journal.removed(_SEAT, gone.values())
        self._delete(_SEAT, gone)
        self._write(_SEAT, now, [seat for seat in wanted if seat["id"] in now])
        self._insert(_SEAT, [seat for seat in wanted if seat["id"] not in now])

    def _write(self, table: Table, now: dict[str, Values], wanted: Iterable[Values]) -> None:
        """Write the columns that differ."""
        for values in wanted:
            row = now[values["id"]]
            known, new = plain(row), plain(values)
            differing = {name: values[name] for name in values if known[name] != new[name]}
            if not differing:
                continue
            version = row["version"] + 1
            self._journal.changed(table, row, differing, version)
            stamped = {**differing, **self._stamp.changed(), "version": version}
            self._session.execute(
                update(table).where(table.c.id == bindparam("old_id")),
                [{**stamped, "old_id": row["id"]}],
            )

    def _insert(self, table: Table, rows: Sequence[Values]) -> None:
        if rows:
            new = self._stamp.new()
            self._session.execute(insert(table), [{**new, **row} for row in rows])
            self._journal.added(table, rows)

    def _delete(self, table: Table, keys: Iterable[str]) -> None:
        for part in chunks(keys):
            self._session.execute(delete(table).where(table.c.id.in_(part)))


def _by_id(rows: Iterable[Values]) -> dict[str, Values]:
    return {row["id"]: row for row in rows}


def _conflict(view: PlanView) -> ConflictError:
    return ConflictError(f"“{view.info.title}”已被他人修改，请刷新后再改，您的改动没有保存。")
