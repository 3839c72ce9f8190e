"""Drafts of tests' random instances, stored in a workspace."""

import solver
from envoy_app.domain.ids import new_id
from envoy_app.domain.plans import EnvoyCard, PlanView, RoleView, ScoreView, VisitOrigin, VisitView
from envoy_app.services.plan_figures import with_figures
from envoy_app.services.plan_results import placed_visits
from tests.factories import make_envoy, make_info


def bare(item):
    return VisitView(
        id=item.id,
        county=item.county,
        roles=tuple(RoleView(r.specialty, r.min_level, r.count) for r in item.roles),
        slots=item.slots,
        earliest=item.earliest,
        latest=item.latest,
        weight=item.weight,
        origin=VisitOrigin.STANDARD,
    )


def card(envoy):
    return EnvoyCard(envoy.id, f"人{envoy.id}", "", "", "", envoy.base, envoy.team, 4, 8)


def view_of(case, assignments, **info):
    """A plan of an instance as planning would store it, with the checker's figures."""
    days = case.days
    reasons = {visit.id: ("没有人",) for visit in case.visits}
    visits = placed_visits(map(bare, case.visits), assignments, reasons, {})
    head = make_info(start=days[0], end=days[-1], bounds=ScoreView(0, 0, 0, 0), **info)
    view = PlanView(head, days, visits, {e.id: card(e) for e in case.envoys}, ())
    return with_figures(view, case, solver.check(case, assignments), str)


def store(workspace, case, assignments, **info):
    """Store a plan, with people of the same ids in the roster; return the plan as stored."""
    view = view_of(case, assignments, **({"name": f"方案{new_id()}"} | info))
    with workspace.context.uow() as uow:
        uow.describe("布置")
        known = {envoy.id for envoy in uow.envoys.all()}
        uow.envoys.add(
            make_envoy(id=e.id, name=f"人{e.id}", base_county=None, team_county=None)
            for e in case.envoys
            if e.id not in known
        )
        uow.plans.add(view, solver.instance_to_json(case))
        uow.commit()
    return workspace.planning.view(view.info.id)
