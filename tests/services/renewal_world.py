"""A small real month: roster, standard and demands in a database, planned without the optimiser."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import solver
from envoy_app.domain.coverage import CountyMinimum
from envoy_app.domain.people import Sharing, Skill
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.services.plan_figures import with_figures
from envoy_app.services.plan_instances import amended
from envoy_app.services.plan_results import placed_visits
from envoy_app.services.planning import PlanRequest
from tests.factories import (
    JINGYANG,
    JINJIANG,
    LONGQUAN,
    QINGYANG,
    make_demand,
    make_envoy,
    make_info,
    make_standard,
)
from tests.solver.test_targets import sound_plan

SPAN = (date(2026, 12, 7), date(2026, 12, 18))
COUNTIES = (JINJIANG, QINGYANG, LONGQUAN, JINGYANG)
NAMES = "赵钱孙李周吴郑王冯陈褚卫"


def request(name="两周"):
    """What is planned: two weeks."""
    return PlanRequest(*SPAN, name=name)


def fill(workspace):
    """Twelve people of three specialties, four lines of the standard, five demands."""
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.standards.remove([item.id for item in workspace.reference.standards()])
        uow.minimums.remove([item.county for item in workspace.reference.minimums()])
        uow.standards.add(
            [
                make_standard(LONGQUAN, "S08", visits_per_month=6, required=2, min_gap_days=2),
                make_standard(QINGYANG, "S06", visits_per_month=4, min_gap_days=3),
                make_standard(JINGYANG, "S08", visits_per_month=4, headcount=2, slots=2),
                make_standard(JINJIANG, "S01", visits_per_month=2),
            ]
        )
        uow.minimums.add([CountyMinimum(LONGQUAN, 3)])
        uow.commit()
    workspace.reference.refresh()
    codes = ("S08", "S06", "S01")
    workspace.roster.add(
        make_envoy(
            id=f"e{number}",
            name=f"{name}一",
            skills=(Skill(codes[number % 3], 3), Skill(codes[(number + 1) % 3], 1)),
            base_county=COUNTIES[number % 4],
            team_county=COUNTIES[number % 4],
        )
        for number, name in enumerate(NAMES)
    )
    workspace.demands.add(
        make_demand(
            id=f"d{number}",
            county=COUNTIES[number % 4],
            specialties=(codes[number % 3],),
            headcount=1 + number % 2,
            slots=(1, 2, 4)[number % 3],
            content=f"技术指导{number}",
        )
        for number in range(5)
    )


def plan(workspace, seed=1, locks=0.0, name="两周") -> PlanView:
    """Store a sound plan of the month as planning would; some of its visits locked."""
    rng = random.Random(seed)
    asked = request(name)
    built = workspace.planning.build(asked)
    case = solver.parse_instance(built.problem)
    assignments = sound_plan(rng, case)
    reasons = {visit.id: ("没有人。",) for visit in case.visits}
    visits = placed_visits(built.visits, assignments, reasons, {})
    visits = tuple(
        replace(v, date_locked=True, people_locked=rng.random() < 0.5)
        if v.held and rng.random() < locks
        else v
        for v in visits
    )
    info = make_info(
        start=asked.start, end=asked.end, name=asked.title, bounds=ScoreView(0, 0, 0, 0)
    )
    bare = PlanView(info, built.days, visits, built.cards, ())
    now = amended(case, bare)
    view = with_figures(bare, now, solver.check(now, assignments), str)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(view, built.problem)
        uow.commit()
    return workspace.planning.view(view.info.id)


__all__ = ["COUNTIES", "SPAN", "Sharing", "fill", "plan", "request"]
