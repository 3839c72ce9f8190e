"""Three months as a coordinator has them, stored: real counties, names, holidays; no search."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random

import solver
from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.people import Absence, Envoy, Sharing, Skill
from envoy_app.domain.plans import EnvoyCard, PlanView, VisitView
from envoy_app.domain.time import HalfDay
from envoy_app.services.workspace import Workspace, open_workspace
from solver import parse_instance
from solver.candidates import prepare
from solver.engine.insertion import insert
from solver.plan import Plan, assignments_of
from tests.factories import make_envoy
from tests.plan_factory import GIVEN, ORGANISATIONS, SITES, SURNAMES, TITLES, TOPICS, TOWNS
from tests.services.edit_scenes import view_of
from tests.solver.generate import SPECIALTIES, month_like

LOCKED, ILL = 10, 20
"""Every how many visits one is locked, and every how many of its visits an envoy is on leave."""

START = date(2026, 9, 1)
"""Holidays, make-up days and the change of four months lie in the 63 working days from here."""


def open_world(folder: Path, *, envoys: int = 520, visits: int = 2100, days: int = 63) -> Workspace:
    """A workspace whose newest plan is a draft of that size, with locks and broken rules."""
    case = parse_instance(real_data(envoys, visits, days))
    plan = Plan(prepare(case))
    for index in range(len(case.visits)):
        insert(plan, index)
    workspace = open_workspace(folder / "envoy.db", actor="bench")
    view = dressed(view_of(case, assignments_of(plan), name="2026年秋季下乡服务排班"))
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.envoys.add(_roster(case, view))
        uow.plans.add(view, solver.instance_to_json(case))
        uow.commit()
    return workspace


def real_data(envoys: int, visits: int, days: int) -> dict[str, object]:
    """A drawn instance with the codes of the gazetteer and the days people work on."""
    data = month_like(3, envoys=envoys, visits=visits, days=days, first=START)
    worked = dict(zip(data["days"], map(str, islice(_worked(), days)), strict=True))
    names = {item["id"]: item["city"] for item in data["counties"]}
    codes = _codes(names)
    codes.update({name: f"S{n + 1:02}" for n, name in enumerate(SPECIALTIES)})
    words = worked | codes
    whole = json.dumps(data, ensure_ascii=False)
    return json.loads(re.sub(r'"([^"]+)"', lambda at: f'"{words.get(at[1], at[1])}"', whole))


def _codes(cities: dict[str, str]) -> dict[str, str]:
    left = list(shipped_gazetteer().counties)
    found = {}
    for name, city in cities.items():
        county = next((item for item in left if item.city == city), left[0])
        left.remove(county)
        found[name] = county.code
    return found


def _worked() -> Iterator[date]:
    calendar = WorkCalendar()
    return (day for n in count() if calendar.is_working(day := START + timedelta(days=n)))


def dressed(view: PlanView) -> PlanView:
    """The plan with names of people and places as long as real ones."""
    pick = Random(1).choice
    people = {
        card.id: replace(
            card,
            name=pick(SURNAMES) + pick(GIVEN) + pick(GIVEN),
            organisation=pick(ORGANISATIONS),
            phone=f"190{number:08d}",
            title=pick(TITLES),
            specialties=_skills(view, card.id),
        )
        for number, card in enumerate(view.envoys.values())
    }
    visits = tuple(
        replace(visit, town=pick(TOWNS), site=pick(SITES), content=pick(TOPICS))
        if number % 3
        else visit
        for number, visit in enumerate(view.visits)
    )
    visits = tuple(
        replace(visit, date_locked=True, people_locked=number % 3 == 0)
        if visit.held and number % LOCKED == 0
        else visit
        for number, visit in enumerate(visits)
    )
    return replace(view, visits=visits, envoys=people)


def _skills(view: PlanView, envoy: str) -> tuple[str, ...]:
    roles = (role for visit in view.visits for role in visit.roles if envoy in role.envoys)
    return tuple(dict.fromkeys(role.specialty for role in roles))[:3]


def _roster(case: solver.Instance, view: PlanView) -> Iterator[Envoy]:
    """The roster that the plan was made from, but for some who have taken leave since."""
    months = WorkCalendar().months(view.info.start, view.info.end)
    ill: dict[str, list[Absence]] = {}
    for visit in list(view.held)[::ILL]:
        ill.setdefault(visit.envoys[0], []).append(_leave(visit))
    return (
        _envoy(view.envoys[item.id], item, months, ill.get(item.id, ())) for item in case.envoys
    )


def _leave(visit: VisitView) -> Absence:
    day = visit.start.date
    return Absence(day, day, reason="病假")


def _envoy(card: EnvoyCard, item: solver.Envoy, months: float, leave: Iterable[Absence]) -> Envoy:
    away = (Absence(day, day, HalfDay(half)) for day, half in item.unavailable)
    return make_envoy(
        id=card.id,
        name=card.name,
        organisation=card.organisation,
        base_county=card.base_county,
        team_county=card.team_county,
        skills=tuple(Skill(name, level) for name, level in item.specialties.items()),
        sharing=Sharing(item.sharing),
        max_slots_week=item.max_slots_per_week,
        max_slots_month=math.ceil(item.max_slots_total / months),
        max_travel_minutes=item.max_travel_minutes,
        absences=(*away, *leave),
    )
