"""Where printing and export take their plan from."""

from __future__ import annotations

from envoy_app.domain.errors import InputError
from envoy_app.domain.plans import PlanView
from envoy_app.services.context import ServiceContext


def stored_plan(context: ServiceContext, plan_id: str | None) -> PlanView:
    """Return the plan version asked for, the newest where none is.

    Raises:
        InputError: there is no plan yet.
        NotFoundError: none has this id.
    """
    with context.read() as uow:
        if plan_id is None:
            infos = uow.plans.infos()
            if not infos:
                raise InputError(
                    "还没有排班方案，请先在“排班”页排班（或执行 envoy plan），再打印或导出。"
                )
            plan_id = infos[0].id
        return uow.plans.view(plan_id)
