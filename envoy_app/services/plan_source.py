"""Where printing and export take their plan from."""

from __future__ import annotations

from typing import Protocol

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import Vocabulary


class PlanSource(Protocol):
    """The part of the planning service that reads stored plans."""

    def view(self, plan_id: str) -> PlanView:
        """Return a plan version; raises NotFoundError."""
        ...

    def latest(self) -> PlanView | None:
        """Return the newest plan version, or None where there is none."""
        ...


class NamesSource(Protocol):
    """The part of the reference service that knows names."""

    def gazetteer(self) -> Gazetteer:
        """Return the counties."""
        ...

    def vocabulary(self) -> Vocabulary:
        """Return the specialties."""
        ...


def chosen_plan(plans: PlanSource, plan_id: str | None) -> PlanView:
    """Return the plan asked for, the newest where none is.

    Raises:
        InputError: there is no plan yet.
        NotFoundError: none has this id.
    """
    if plan_id is not None:
        return plans.view(plan_id)
    latest = plans.latest()
    if latest is None:
        raise InputError("还没有排班方案: 请先在“排班”页排班(或执行 envoy plan), 再打印或导出。")
    return latest
