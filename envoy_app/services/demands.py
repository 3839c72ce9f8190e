"""What the counties ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.errors import InputError
from envoy_app.domain.time import today
from envoy_app.services.context import ServiceContext
from envoy_app.services.demand_draft import (
    DemandDraft,
    DemandReading,
    Known,
    read_draft,
    settled_problems,
)
from envoy_app.services.history_values import Names
from envoy_app.services.record_edits import DEMAND, EditRefused, demand_title, names_of

# From each state, where a person may move a demand. 已派员 comes from publishing only.
ALLOWED: dict[DemandState, frozenset[DemandState]] = {
    DemandState.PENDING: frozenset(
        {DemandState.ACCEPTED, DemandState.REJECTED, DemandState.CANCELLED}
    ),
    DemandState.ACCEPTED: frozenset(
        {DemandState.PENDING, DemandState.REJECTED, DemandState.CANCELLED}
    ),
    DemandState.ASSIGNED: frozenset({DemandState.DONE, DemandState.CANCELLED}),
    DemandState.DONE: frozenset({DemandState.ASSIGNED}),
    DemandState.REJECTED: frozenset({DemandState.PENDING}),
    DemandState.CANCELLED: frozenset({DemandState.PENDING}),
}
NEEDS_REASON = frozenset({DemandState.REJECTED, DemandState.CANCELLED})


class DemandService:
    """Reads demands and moves them from state to state."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def demands(self) -> tuple[Demand, ...]:
        """Return all demands in the order they came."""
        with self._context.read() as uow:
            return uow.demands.all()

    def some(self, ids: Iterable[str]) -> tuple[Demand, ...]:
        """Return these demands, those there are, in the order of their ids."""
        with self._context.read() as uow:
            return uow.demands.some(ids)

    def read(self, draft: DemandDraft, base: Demand, *, new: bool = False) -> DemandReading:
        """Return what a draft makes of a demand, and what is wrong or doubtful; writes nothing."""
        reference = self._context.reference
        known = Known(
            reference.gazetteer().by_code,
            reference.vocabulary().by_code,
            today(),
        )
        return read_draft(draft, base, known, new=new)

    def save_draft(self, draft: DemandDraft, base: Demand, *, merge: bool = False) -> Changes:
        """Store what was typed of a demand that was read as `base`.

        Raises EditRefused with a sentence for each wrong field. Raises EditConflict where
        someone else changed the demand meanwhile; with `merge` what was typed is put on top of
        that, except for what a plan has settled by then.
        """
        reading = self.read(draft, base)
        with self._context.uow() as uow:
            demand, current = reading.demand, uow.demands.get(base.id)
            if current.version != base.version and current != base:
                if not merge:
                    names = names_of(
                        self._context.reference.gazetteer(), self._context.reference.vocabulary()
                    )
                    raise DEMAND.conflict(base, current, names)
                demand = DEMAND.merged(base, demand, current)
            demand = replace(demand, version=current.version)
            if problems := {**reading.problems, **settled_problems(demand, current)}:
                raise EditRefused(problems)
            if not (fields := DEMAND.changed(current, demand)):
                return Changes(frozenset(), "")
            uow.describe(DEMAND.described(demand, fields))
            uow.demands.save_all([demand])
            return uow.commit()

    def add_draft(self, draft: DemandDraft, new: Demand) -> Changes:
        """Store a new demand with the id of `new`; raises EditRefused as `save_draft` does."""
        reading = self.read(draft, new, new=True)
        if reading.problems:
            raise EditRefused(reading.problems)
        with self._context.uow() as uow:
            uow.describe(f"新增服务需求“{demand_title(reading.demand)}”")
            uow.demands.add([reading.demand])
            return uow.commit()

    def add(self, demands: Iterable[Demand]) -> Changes:
        """Store new demands."""
        new = tuple(demands)
        with self._context.uow() as uow:
            uow.describe(f"新增服务需求 {len(new)} 条")
            uow.demands.add(new)
            return uow.commit()

    def set_state(self, ids: Iterable[str], state: DemandState, reason: str = "") -> Changes:
        """Move demands to a state, all or none; those already in it are left alone.

        Raises InputError for a step that makes no sense or a missing reason.
        """
        if state in NEEDS_REASON and not reason.strip():
            raise InputError(f"请填写“{state.value}”的原因。")
        with self._context.uow() as uow:
            moved = [
                _moved(demand, state, reason)
                for demand in map(uow.demands.get, dict.fromkeys(ids))
                if demand.state is not state
            ]
            uow.describe(_told(moved, state), reason=reason.strip())
            uow.demands.save_all(moved)
            return uow.commit()

    def _names(self) -> Names:
        reference = self._context.reference
        return names_of(reference.gazetteer(), reference.vocabulary())


def touched_ids(changes: Changes | None) -> frozenset[str] | None:
    """Return the ids of the demands that a change touched, None where all must be read again."""
    if changes is None or not changes.records:
        return None
    return changes.records.get(Topic.DEMANDS, frozenset())


def _told(moved: Sequence[Demand], state: DemandState) -> str:
    if len(moved) == 1 and moved[0].content:
        return f"服务需求“{moved[0].content}”改为{state.value}"
    return f"{len(moved)} 条服务需求改为{state.value}"


def _moved(demand: Demand, state: DemandState, reason: str) -> Demand:
    if state not in ALLOWED[demand.state]:
        raise InputError(
            f"服务需求“{demand.content or demand.id}”是{demand.state.value}，"
            f"不能改为{state.value}，请先刷新再选择。"
        )
    return replace(demand, state=state, state_reason=reason.strip())
