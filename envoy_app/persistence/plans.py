"""Plan versions in one transaction. What is published never changes; a draft may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, defer
from sqlmodel import col

from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.persistence.journal import Journal, current, table_of
from envoy_app.persistence.plan_mappers import (
    info_of,
    seat_values,
    unpack,
    version_values,
    view_of,
    visit_of,
    visit_values,
)
from envoy_app.persistence.plan_seal import seal_of
from envoy_app.persistence.plan_writer import PlanWriter
from envoy_app.persistence.readable import readable
from envoy_app.persistence.repositories import write_values
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import PlanRow, PlanSeatRow, PlanVersionRow, PlanVisitRow


class PlanRepository:
    """Plans by version.

    A version whose planning was undone is kept but found by nobody, so that it can be done again.
    """

    def __init__(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp
        self._journal = journal

    def next_version(self, name: str, start: date, end: date) -> int:
        """Return the number that the next version of this name and range gets.

        Numbers of versions that were taken back are not given again: those may come back.
        """
        plan = self._plan(name, start, end)
        if plan is None:
            return 1
        query = select(func.max(PlanVersionRow.version_no)).where(
            col(PlanVersionRow.plan_id) == plan.id
        )
        return (self._session.scalar(query) or 0) + 1

    def _plan(self, name: str, start: date, end: date) -> PlanRow | None:
        return self._session.scalar(
            select(PlanRow).where(
                col(PlanRow.name) == name,
                col(PlanRow.start_date) == start,
                col(PlanRow.end_date) == end,
            )
        )

    def add(self, view: PlanView, instance: Mapping[str, Any]) -> None:
        """Store a version with the instance it was solved from."""
        info = view.info
        plan = self._plan(info.name, info.start, info.end)
        new = self._stamp.new()
        if plan is None:
            plan_id = new_id()
            head = {"name": info.name, "start_date": info.start, "end_date": info.end}
            self._session.execute(insert(PlanRow), [{**new, **head, "id": plan_id}])
        else:
            plan_id = plan.id
        version = version_values(view, plan_id, instance)
        self._session.execute(insert(PlanVersionRow), [{**new, **version}])
        shown = {"discarded": False, "state": info.state.value}
        hidden = {**shown, "discarded": True}
        self._journal.appeared(table_of(PlanVersionRow), info.id, hidden, shown)
        self._add_visits(view, new)

    def _add_visits(self, view: PlanView, new: Values) -> None:
        visits: list[Values] = []
        seats: list[Values] = []
        for position, visit in enumerate(view.visits):
            visits.append(new | visit_values(visit, view.info.id, position))
            seats += (new | seat for seat in seat_values(visit, view.info.id, position))
        if visits:
            self._session.execute(insert(PlanVisitRow), visits)
        if seats:
            self._session.execute(insert(PlanSeatRow), seats)

    @readable()
    def infos(self) -> tuple[PlanInfo, ...]:
        """Return all versions, newest first."""
        query = (
            select(PlanVersionRow, PlanRow)
            .join(PlanRow, col(PlanRow.id) == col(PlanVersionRow.plan_id))
            .where(~col(PlanVersionRow.discarded))
            .order_by(col(PlanVersionRow.created_at).desc(), col(PlanVersionRow.id).desc())
            .options(defer(PlanVersionRow.instance), defer(PlanVersionRow.frozen))  # type: ignore[arg-type]  # sqlmodel types columns as values
        )
        return tuple(info_of(row, plan) for row, plan in self._session.execute(query))

    @readable()
    def info(self, version_id: str) -> PlanInfo:
        """Return one version's head; raises NotFoundError."""
        row, plan = self._row(version_id)
        return info_of(row, plan)

    @readable()
    def _row(self, version_id: str) -> tuple[PlanVersionRow, PlanRow]:
        row = self._session.get(PlanVersionRow, version_id, populate_existing=True)
        plan = self._session.get(PlanRow, row.plan_id) if row else None
        if row is None or plan is None or row.discarded:
            raise NotFoundError("找不到这个排班方案，请在方案列表中重新选择。")
        return row, plan

    @readable()
    def view(self, version_id: str) -> PlanView:
        """Return a whole version; raises NotFoundError."""
        row, plan = self._row(version_id)
        return view_of(info_of(row, plan), row, self._visits(version_id))

    def _visits(self, version_id: str) -> tuple[VisitView, ...]:
        seats: dict[str, list[PlanSeatRow]] = defaultdict(list)
        visit, taken = table_of(PlanVisitRow), table_of(PlanSeatRow)
        # Plain rows have the same attributes and cost a third of mapped objects.
        for seat in self._session.execute(
            select(taken).where(taken.c.plan_version_id == version_id)
        ):
            seats[seat.plan_visit_id].append(cast(PlanSeatRow, seat))
        rows = self._session.execute(
            select(visit).where(visit.c.plan_version_id == version_id).order_by(visit.c.position)
        )
        return tuple(visit_of(cast(PlanVisitRow, row), seats[row.id]) for row in rows)

    @readable()
    def instance(self, version_id: str) -> dict[str, Any]:
        """Return the instance (problem-format.md §1) that a version was solved from.

        What was changed by hand since is not in it: see services.plan_instances.
        """
        row, _ = self._row(version_id)
        return unpack(row.instance)

    def save(self, before: PlanView, after: PlanView) -> None:
        """Store what was changed in a draft that was read as `before`.

        The visits and seats that differ are recorded one by one. The figures (score, cost, status,
        coverage) are not: they follow from the visits, and are made anew where those are undone.
        Raises InputError where the version is no draft, ConflictError where it was changed since.
        """
        PlanWriter(self._session, self._stamp, self._journal).save(before, after)

    def put_figures(self, view: PlanView) -> None:
        """Store the figures of a version whose visits were brought back; raises as `save`."""
        PlanWriter(self._session, self._stamp, self._journal).put_figures(view)

    def edited(self) -> frozenset[str]:
        """Return the ids of the versions of which visits or seats were changed so far."""
        visits = self._journal.touched(table_of(PlanVisitRow))
        seats = self._journal.touched(table_of(PlanSeatRow))
        return frozenset(
            {key.rsplit("-", 1)[0] for key in visits} | {key.rsplit("-", 3)[0] for key in seats}
        )

    def set_state(self, info: PlanInfo, state: PlanState) -> None:
        """Move a version on to another state; a published one is sealed.

        Raises ConflictError where someone else changed its state.
        """
        table = table_of(PlanVersionRow)
        values: Values = {"state": state.value}
        if state is PlanState.PUBLISHED:
            values["seal"] = seal_of(self._session, info.id)
        if before := current(self._session, table, [info.id]).get(info.id):
            self._journal.changed(table, before, values, info.record_version + 1)
        write_values(
            self._session,
            PlanVersionRow,
            "排班方案",
            info.id,
            info.record_version,
            values,
            self._stamp,
        )

    @readable()
    def loads(self, version_ids: Collection[str]) -> dict[str, int]:
        """Return half-days by envoy over the given versions."""
        query = (
            select(col(PlanSeatRow.envoy), func.sum(PlanSeatRow.slots))
            .where(col(PlanSeatRow.plan_version_id).in_(version_ids))
            .group_by(col(PlanSeatRow.envoy))
        )
        return {envoy: int(slots) for envoy, slots in self._session.execute(query)}

    @readable()
    def visits_of(self, envoy: str, version_ids: Collection[str]) -> tuple[tuple[date, int], ...]:
        """Return start and half-days of an envoy's visits in the given versions, by start."""
        query = (
            select(col(PlanVisitRow.start_date), col(PlanSeatRow.slots))
            .join(PlanSeatRow, col(PlanSeatRow.plan_visit_id) == col(PlanVisitRow.id))
            .where(
                col(PlanSeatRow.envoy) == envoy,
                col(PlanSeatRow.plan_version_id).in_(version_ids),
                col(PlanVisitRow.start_date).is_not(None),
            )
            .order_by(col(PlanVisitRow.start_date))
        )
        rows = self._session.execute(query)
        return tuple((start, int(slots)) for start, slots in rows if start is not None)

    @readable()
    def sent(
        self, envoy: str, version_ids: Collection[str]
    ) -> tuple[tuple[str, SlotTime, int], ...]:
        """Return version, start and half-days of an envoy's visits in the given versions."""
        visit, seat = PlanVisitRow, PlanSeatRow
        query = (
            select(
                col(seat.plan_version_id),
                col(visit.start_date),
                col(visit.start_half),
                col(visit.slots),
            )
            .join(seat, col(seat.plan_visit_id) == col(visit.id))
            .where(col(seat.envoy) == envoy, col(seat.plan_version_id).in_(version_ids))
        )
        return tuple(
            (version, SlotTime(day, HalfDay(half)), int(slots))
            for version, day, half, slots in self._session.execute(query)
            if day is not None and half is not None
        )

    @readable()
    def held_demands(self, version_id: str) -> frozenset[str]:
        """Return the ids of the demands that a version holds."""
        query = select(col(PlanVisitRow.demand_id)).where(
            col(PlanVisitRow.plan_version_id) == version_id,
            col(PlanVisitRow.demand_id).is_not(None),
            col(PlanVisitRow.start_date).is_not(None),
        )
        return frozenset(demand for demand in self._session.scalars(query) if demand)
