"""Questions to the history: which changes, what each did, what happened to one record.

A change may be an import of fifty thousand records: they are counted and sampled by the database,
and only what is shown is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from envoy_app.domain.history import ChangeSet, HistoryFilter, RecordImage
from envoy_app.persistence.journal import chunks, table_of
from envoy_app.persistence.readable import readable
from envoy_app.persistence.records import KINDS, MARKS
from envoy_app.persistence.stamps import Values
from envoy_app.persistence.tables import (
    ChangeRow,
    ChangeSetRow,
    CountyMinimumRow,
    CountyRow,
    PlanRow,
    PlanVersionRow,
    PlanVisitRow,
    StandardRow,
)
from envoy_app.persistence.undo import change_set_of

_CODE = re.compile(r"[0-9a-f]{8,64}")
# What a record is known by, besides the columns that name it.
_KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "demand": ("town",),
    "coverage_standard": ("county", "specialty"),
    "plan_visit": ("visit", "county", "roles", "start_date", "start_half", "plan_version_id"),
    "plan_seat": ("plan_visit_id", "envoy"),
    "own_term": ("topic",),
}
_change, _head = table_of(ChangeRow), table_of(ChangeSetRow)
_shown = _change.c.table_name != MARKS
Condition = ColumnElement[bool]


class ChangeQueries:
    """Reads the history; marks of imports are no records for people and never counted."""

    def __init__(self, session: Session) -> None:
        """Bind to a session."""
        self._session = session

    @readable()
    def page(
        self, wanted: HistoryFilter, offset: int, limit: int
    ) -> tuple[tuple[ChangeSet, ...], int]:
        """Return some of the changes that pass a filter, newest first, and how many all are."""
        conditions = tuple(_conditions(wanted))
        query = (
            select(ChangeSetRow)
            .where(*conditions)
            .order_by(col(ChangeSetRow.number).desc())
            .offset(offset)
            .limit(limit)
        )
        found = tuple(map(change_set_of, self._session.scalars(query)))
        if offset == 0 and len(found) < limit:
            return found, len(found)
        total = self._session.scalar(
            select(func.count()).select_from(ChangeSetRow).where(*conditions)
        )
        return found, total or 0

    def counts(self, keys: Iterable[str]) -> dict[str, int]:
        """Return how many records each change touched, by its id; none for one without."""
        found: dict[str, int] = {}
        for part in chunks(keys):
            query = (
                select(_change.c.change_set_id, func.count())
                .where(_change.c.change_set_id.in_(part), _shown)
                .group_by(_change.c.change_set_id)
            )
            found.update((key, count) for key, count in self._session.execute(query))
        return found

    @readable()
    def samples(self, keys: Iterable[str], each: int) -> dict[str, list[RecordImage]]:
        """Return the first parts of each change, by its id."""
        first = (
            select(_change.c.id)
            .where(_change.c.change_set_id == _head.c.id, _shown)
            .order_by(_change.c.id)
            .limit(1)
        )
        ids: list[int] = []
        for part in chunks(keys):
            columns = (first.offset(n).scalar_subquery() for n in range(each))
            rows = self._session.execute(select(*columns).where(_head.c.id.in_(part)))
            ids += [number for row in rows for number in row if number is not None]
        found: dict[str, list[RecordImage]] = {}
        for numbers in chunks(ids):
            query = select(_change).where(_change.c.id.in_(numbers)).order_by(_change.c.id)
            for row in self._session.execute(query).mappings():
                found.setdefault(row["change_set_id"], []).append(_image(row))
        return found

    @readable()
    def parts(self, key: str, limit: int) -> tuple[tuple[RecordImage, ...], int]:
        """Return the first records of a change, and how many all are."""
        query = select(_change).where(_change.c.change_set_id == key, _shown)
        rows = self._session.execute(query.order_by(_change.c.id).limit(limit)).mappings()
        return tuple(map(_image, rows)), self.counts([key]).get(key, 0)

    @readable()
    def of_record(
        self, tables: Collection[str], record_id: str, limit: int
    ) -> tuple[tuple[ChangeSet, RecordImage], ...]:
        """Return what happened to a record of one of the tables, newest first."""
        query = (
            select(ChangeSetRow, *_change.c)
            .join(_change, _change.c.change_set_id == col(ChangeSetRow.id))
            .where(_change.c.record_id == record_id, _change.c.table_name.in_(tables), _shown)
            .order_by(col(ChangeSetRow.number).desc(), _change.c.id)
            .limit(limit)
        )
        names = [column.name for column in _change.c]
        return tuple(
            (change_set_of(row[0]), _image(dict(zip(names, row[1:], strict=True))))
            for row in self._session.execute(query)
        )

    @readable()
    def people(self) -> tuple[str, ...]:
        """Return who ever changed something, in the order of their names."""
        query = select(_head.c.created_by).distinct().order_by(_head.c.created_by)
        return tuple(self._session.scalars(query))

    @readable()
    def known(self, table: str, keys: Iterable[str]) -> dict[str, Values]:
        """Return what records are known by; of those that are gone as they were at last."""
        if table not in KINDS:
            return {}
        found: dict[str, Values] = {}
        wanted = set(keys)
        query = _identities(table)
        for part in chunks(wanted):
            rows = self._session.execute(query.where(_own_id(table).in_(part))).mappings()
            found.update({row["id"]: dict(row) for row in rows})
        return found | self._gone(table, wanted - found.keys())

    def _gone(self, table: str, keys: set[str]) -> dict[str, Values]:
        found: dict[str, Values] = {}
        for part in chunks(keys):
            query = (
                select(_change.c.record_id, _change.c.before, _change.c.after)
                .where(
                    _change.c.table_name == table,
                    _change.c.record_id.in_(part),
                    or_(_change.c.before.is_(null()), _change.c.after.is_(null())),
                )
                .order_by(_change.c.id)
            )
            found.update({row[0]: row[1] or row[2] or {} for row in self._session.execute(query)})
        return found

    @readable()
    def held_visits(self, version_id: str) -> tuple[int, int]:
        """Return how many visits a plan version holds, and of how many."""
        query = select(func.count(col(PlanVisitRow.start_date)), func.count()).where(
            col(PlanVisitRow.plan_version_id) == version_id
        )
        held, all_ = self._session.execute(query).one()
        return int(held), int(all_)


def _image(row: RowMapping | Mapping[str, Any]) -> RecordImage:
    names = ("change_set_id", "table_name", "record_id", "before", "after")
    return RecordImage(*(row[name] for name in names))


def _own_id(table: str) -> ColumnElement[str]:
    column: ColumnElement[str] = SQLModel.metadata.tables[table].c.id
    return column


def _identities(table: str) -> Select[Any]:
    """Return the query of what the records of a table are known by."""
    version, plan = table_of(PlanVersionRow), table_of(PlanRow)
    if table == version.name:
        dates = plan.c.start_date, plan.c.end_date
        columns = version.c.id, version.c.version_no, version.c.preset, plan.c.name, *dates
        return select(*columns).join(plan, plan.c.id == version.c.plan_id)
    own = SQLModel.metadata.tables[table]
    names = dict.fromkeys(("id", *KINDS[table].names, *_KNOWN_BY.get(table, ())))
    return select(*(own.c[name] for name in names))


def _conditions(wanted: HistoryFilter) -> Iterable[Condition]:
    if text := wanted.text.strip():
        yield _holds(text)
    if wanted.kinds:
        yield _head.c.kind.in_(sorted(wanted.kinds))
    if wanted.who:
        yield _head.c.created_by == wanted.who
    if wanted.start:
        yield _head.c.created_at >= _midnight(wanted.start)
    if wanted.end:
        yield _head.c.created_at < _midnight(wanted.end + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _holds(text: str) -> Condition:
    """Return the condition that a change's texts or one of its records' names hold a text."""
    own = [column.icontains(text, autoescape=True) for column in (_head.c.description,
           _head.c.reason)]  # fmt: skip
    if _CODE.fullmatch(text):
        own.append(_head.c.chain.startswith(text, autoescape=True))
    touched = [_head.c.id.in_(_touching(name, ids)) for name, ids in _named(text)]
    return or_(*own, *touched)


def _touching(table: str, ids: Select[Any]) -> Select[Any]:
    """Return the ids of the changes that touched one of the records."""
    return select(_change.c.change_set_id).where(
        _change.c.record_id.in_(ids), _change.c.table_name == table
    )


def _named(text: str) -> Iterable[tuple[str, Select[Any]]]:
    """Yield, by table, the ids of the records whose names hold a text; those gone too."""
    for name, kind in KINDS.items():
        table = SQLModel.metadata.tables[name]
        if kind.names:
            hits = [table.c[column].icontains(text, autoescape=True) for column in kind.names]
            yield name, select(table.c.id).where(or_(*hits))
            yield name, _gone_named(table, kind.names, text)
    version, plan = table_of(PlanVersionRow), table_of(PlanRow)
    hit = plan.c.name.icontains(text, autoescape=True)
    of_plan = select(version.c.id).join(plan, plan.c.id == version.c.plan_id)
    yield version.name, of_plan.where(hit)
    counties = select(col(CountyRow.id)).where(col(CountyRow.name).icontains(text, autoescape=True))
    yield CountyMinimumRow.__tablename__, counties
    standard = table_of(StandardRow)
    of_county = select(standard.c.id).where(standard.c.county.in_(counties))
    yield standard.name, of_county


def _gone_named(table: Table, names: Sequence[str], text: str) -> Select[Any]:
    before = _change.c.before
    hits = [before[column].as_string().icontains(text, autoescape=True) for column in names]
    return select(_change.c.record_id).where(
        _change.c.after.is_(null()),
        _change.c.table_name == table.name,
        # Cheaper than taking the JSON of all apart.
        and_(cast(before, Text).icontains(text, autoescape=True), or_(*hits)),
    )
