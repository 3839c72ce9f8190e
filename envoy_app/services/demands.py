"""What the counties ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from envoy_app.domain.changes import Changes
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.errors import InputError
from envoy_app.services.context import ServiceContext

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
