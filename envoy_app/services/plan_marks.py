"""What was done with a published plan outside of the program: printed, told to the people."""

from __future__ import annotations

from enum import StrEnum

from envoy_app.domain.changes import Changes
from envoy_app.domain.history import ChangeKind
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import PLAN_MARKS, PRINTED, ServiceContext


class PlanMark(StrEnum):
    """What a version is marked with; the value is part of a setting's key."""

    PRINTED = PRINTED
    TOLD = "told"


def is_marked(uow: UnitOfWork, plan_id: str, mark: PlanMark) -> bool:
    """Whether a version has a mark."""
    return bool(uow.settings.get(f"{PLAN_MARKS}{mark.value}/{plan_id}", False))


def mark_told(context: ServiceContext, plan_id: str) -> Changes:
    """Remember that everybody in a version was told, as a change that can be undone.

    Raises NotFoundError where there is no such version.
    """
    with context.uow() as uow:
        info = uow.plans.info(plan_id)
        uow.describe(f"记下“{info.title}”的人员都已通知", ChangeKind.EDIT)
        uow.settings.put(f"{PLAN_MARKS}{PlanMark.TOLD.value}/{plan_id}", True)
        return uow.commit()
