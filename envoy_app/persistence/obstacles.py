"""What forbids to take a change back though its records are as it left them.

The columns of a record tell only of itself. That a word would be explained twice, that two versions
of a plan would be in force, that a plan would name people who are no longer there: other records
tell that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session
from sqlmodel import col

from envoy_app.domain.plans import PlanState
from envoy_app.persistence.journal import table_of
from envoy_app.persistence.stamps import Values
from envoy_app.persistence.tables import (
    ChangeRow,
    DemandRow,
    EnvoyRow,
    PlanSeatRow,
    PlanVersionRow,
    PlanVisitRow,
    Stamped,
)

_PLANS = table_of(PlanVersionRow)
# Plans name envoys and demands without holding on to them.
NAMED_BY_PLANS: dict[str, tuple[Mapped[Any], Mapped[str]]] = {
    table_of(EnvoyRow).name: (col(PlanSeatRow.envoy), col(PlanSeatRow.plan_version_id)),
    table_of(DemandRow).name: (col(PlanVisitRow.demand_id), col(PlanVisitRow.plan_version_id)),
}
"""By table: the column that names its records, and that of the version in which it does."""


@dataclass(frozen=True, slots=True)
class Step:
    """What undoing one change of a record does: bring `then` in place of `now`."""

    table: Table
    key: str
    now: Values | None  # the columns that the change wrote; None: it removed the record
    then: Values | None  # the columns as they were; None: the record was not there


class Obstacles:
    """Asks other records about the steps of one undo."""

    def __init__(self, session: Session, change: str) -> None:
        """Bind to a session and to the change that is to be taken back."""
        self._session = session
        self._change = change

    def concerns(self, table: str) -> bool:
        """Whether records of a table can be held up by others, so that all must be asked about."""
        return table == _PLANS.name or bool(_unique(table_by_name(table)))

    def stopped(self, step: Step) -> bool:
        """Whether another record forbids a step."""
        if step.then is None:
            return False
        if step.table is _PLANS:
            return (
                self._taken_back(step) or self._doubly_in_force(step) or self._names_the_gone(step)
            )
        return step.now is None and self._there_already(step)

    def _there_already(self, step: Step) -> bool:
        """Whether another record took the place of the one that would come back."""
        for names in _unique(step.table):
            same = [step.table.c[name] == (step.then or {})[name] for name in names]
            if self._others(step.table, step.key, *same):
                return True
        return False

    def _taken_back(self, step: Step) -> bool:
        """Whether the planning itself was undone, so that there is nothing to publish."""
        if "discarded" in (step.then or {}):
            return False
        return bool(self._session.scalar(select(_PLANS.c.discarded).where(_PLANS.c.id == step.key)))

    def _doubly_in_force(self, step: Step) -> bool:
        """Whether a plan would have two published versions."""
        if (step.then or {}).get("state") != PlanState.PUBLISHED:
            return False
        plan = select(_PLANS.c.plan_id).where(_PLANS.c.id == step.key).scalar_subquery()
        published = _PLANS.c.state == PlanState.PUBLISHED.value
        return self._others(_PLANS, step.key, _PLANS.c.plan_id == plan, published)

    def _others(self, table: Table, key: str, *conditions: Any) -> bool:  # noqa: ANN401  SQL terms
        """Whether records fit that this undo leaves as they are."""
        change = table_of(ChangeRow)
        own = select(change.c.record_id).where(
            change.c.change_set_id == self._change, change.c.table_name == table.name
        )
        query = select(table.c.id).where(table.c.id != key, table.c.id.not_in(own), *conditions)
        return self._session.scalar(query.limit(1)) is not None

    def _names_the_gone(self, step: Step) -> bool:
        """Whether a plan that comes back names records that were taken out since."""
        if (step.then or {}).get("discarded") is not False:
            return False
        return any(map(bool, self._gone(step.key)))

    def _gone(self, version: str) -> Iterator[Sequence[str]]:
        change = table_of(ChangeRow)
        for name, (column, of_version) in NAMED_BY_PLANS.items():
            table = table_by_name(name)
            # Only what was on record here: a plan may come from elsewhere.
            known = select(change.c.record_id).where(
                change.c.table_name == table.name, change.c.record_id == column
            )
            query = select(column).where(
                of_version == version, column.not_in(select(table.c.id)), known.exists()
            )
            yield self._session.scalars(query.limit(1)).all()


def table_by_name(name: str) -> Table:
    """Return a table that a change was recorded of."""
    return Stamped.metadata.tables[name]


def _unique(table: Table) -> list[list[str]]:
    return [
        [column.name for column in item.columns]
        for item in table.constraints
        if isinstance(item, UniqueConstraint)
    ]
