"""What publishing a draft does: worked out once, for the forecast and for the deed."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError
from envoy_app.domain.plan_changes import common_dates
from envoy_app.domain.plans import PlanInfo, PlanState
from envoy_app.persistence.unit_of_work import UnitOfWork

HOW_TO_REVISE = "要调整，请重新排班，或修订为新的一版再改"
_OPEN = frozenset({DemandState.ACCEPTED, DemandState.ASSIGNED})


@dataclass(frozen=True, slots=True)
class PublishingEffects:
    """Which versions are archived, and which demands move; ids of demands.

    `withdrawn` are held by the draft but were turned down, cancelled or done since; `overlapping`
    are versions of other plans in force on some of its dates.
    """

    info: PlanInfo
    archived: tuple[PlanInfo, ...]
    assigned: frozenset[str]
    reopened: frozenset[str]
    withdrawn: frozenset[str]
    overlapping: tuple[PlanInfo, ...]


def effects_of(uow: UnitOfWork, plan_id: str) -> PublishingEffects:
    """Return what publishing a draft would do as of now.

    Raises InputError where the version is no draft, NotFoundError where there is none.
    """
    info = uow.plans.info(plan_id)
    if info.state is not PlanState.DRAFT:
        raise InputError(f"“{info.title}”{info.state.value}，只有草案可以发布；{HOW_TO_REVISE}。")
    published = [item for item in uow.plans.infos() if item.state is PlanState.PUBLISHED]
    earlier = tuple(item for item in published if same_plan(item, info))
    held = uow.plans.held_demands(plan_id)
    before = frozenset[str]().union(*(uow.plans.held_demands(item.id) for item in earlier))
    states = {demand.id: demand.state for demand in uow.demands.all()}
    return PublishingEffects(
        info=info,
        archived=earlier,
        assigned=frozenset(key for key in held if states.get(key) is DemandState.ACCEPTED),
        reopened=frozenset(key for key in before - held if states.get(key) is DemandState.ASSIGNED),
        withdrawn=frozenset(key for key in held if states.get(key) not in _OPEN),
        overlapping=tuple(
            item for item in published if item not in earlier and common_dates(item, info)
        ),
    )


def siblings(uow: UnitOfWork, info: PlanInfo) -> list[PlanInfo]:
    """Return all versions of a plan, newest first, itself among them."""
    return [item for item in uow.plans.infos() if same_plan(item, info)]


def same_plan(one: PlanInfo, other: PlanInfo) -> bool:
    """Whether two versions are of one plan: of the same name and dates."""
    return (one.name, one.start, one.end) == (other.name, other.start, other.end)
