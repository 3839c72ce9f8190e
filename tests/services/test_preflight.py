"""Shortages before a run, each kind on a handful of records, in the words of the screen."""

from datetime import date

import pytest

import solver
from envoy_app.domain.coverage import CountyMinimum
from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.time import HalfDay
from envoy_app.services.instances import build_instance
from envoy_app.services.planning import PlanRequest
from envoy_app.services.preflight import ShortageKind, find_shortages
from solver.explain.shortages import shortages
from tests.factories import (
    JINGYANG,
    JINJIANG,
    LONGQUAN,
    make_demand,
    make_envoy,
    make_inputs,
    make_standard,
)

DAY = date(2026, 12, 8)
PEACH = (Skill("S08", 3),)


def never():
    return False


@pytest.fixture
def here(monkeypatch):
    """Search in this process: what is tested is what becomes of the answer."""
    monkeypatch.setattr(
        solver, "shortages_in_child", lambda instance, limit, cancel: shortages(instance)
    )


def found(*, closed=None, **values):
    inputs = make_inputs(**({"standards": (), "minimums": ()} | values))
    built = build_instance(inputs)
    for county in built.problem["counties"]:
        if closed and county["id"] == closed[0]:
            county["closed"] = closed[1]
    return find_shortages(built, inputs.gazetteer, inputs.vocabulary, never)


def only(**values):
    (item,) = found(**values)
    return item


def peach_demand(**values):
    return make_demand(window_start=DAY, window_end=DAY, **values)


def test_nothing_is_short(here):
    assert found(standards=(make_standard(),), envoys=(make_envoy(skills=PEACH),)) == ()


def test_a_specialty_out_of_everyones_reach(here):
    """Two of four peach experts are lent in their own city, two work in their county only."""
    people = [
        *(make_envoy(skills=PEACH, sharing=Sharing.CITY) for _ in range(2)),
        *(make_envoy(skills=PEACH, sharing=Sharing.COUNTY) for _ in range(2)),
    ]
    standard = make_standard(JINGYANG, headcount=2, min_level=3, visits_per_month=2, required=0)
    item = only(standards=(standard,), envoys=tuple(people))
    assert (item.kind, item.need, item.have, item.county) == (ShortageKind.REACH, 2, 0, JINGYANG)
    assert item.visits == (f"{standard.id}-1", f"{standard.id}-2")
    assert item.subject == "旌阳区 其他水果 正高"
    assert item.text == (
        "旌阳区的 2 次下乡服务（12-01 至 12-15、12-16 至 12-31）"
        "需要“桃李梨葡萄等其他水果”正高 2 人，"
        "共享范围和路程以内没有人，无法安排，请放宽共享范围、路程上限或级别要求。"
    )


def test_people_who_are_never_free_together(here):
    away = [Absence(DAY, DAY, half) for half in HalfDay]
    people = tuple(make_envoy(skills=PEACH, absences=(item,)) for item in away)
    item = only(envoys=people, demands=(peach_demand(headcount=2),))
    assert (item.kind, item.need, item.have) == (ShortageKind.FREE, 2, 1)
    assert "柏合镇 示范合作社" in item.text
    assert (item.specialty, item.level) == ("S08", 1)


def test_a_specialty_with_too_few_hands_in_a_week(here):
    """Six half-days in one week; the only expert has four."""
    week = {"window_start": date(2026, 12, 7), "window_end": date(2026, 12, 11)}
    demands = [make_demand(**week) for _ in range(6)]
    expert = make_envoy(skills=PEACH, max_slots_week=4)
    item = only(envoys=(expert,), demands=tuple(demands))
    assert (item.kind, item.need, item.have) == (ShortageKind.LOAD, 6, 4)
    assert (item.first, item.last) == (date(2026, 12, 7), date(2026, 12, 11))
    assert item.subject == "其他水果 12-07 至 12-11"
    assert "6 次下乡服务（龙泉驿区）共需 6 人·半天" in item.text
    assert item.kind.unit == "半天"


def test_a_county_that_cannot_receive_them_all(here):
    """Five visits on one day; two guests per half-day make four."""
    people = tuple(make_envoy(skills=PEACH) for _ in range(5))
    demands = tuple(peach_demand() for _ in range(5))
    item = only(start=DAY, end=DAY, envoys=people, demands=demands)
    assert (item.kind, item.need, item.have) == (ShortageKind.HOST, 5, 4)
    assert item.subject == "龙泉驿区 12-08"


def test_a_visit_without_a_day(here):
    item = only(
        envoys=(make_envoy(skills=PEACH),),
        demands=(peach_demand(town="", site="", content=""),),
        closed=(LONGQUAN, [[DAY.isoformat(), half] for half in ("AM", "PM")]),
    )
    assert (item.kind, item.need, item.have) == (ShortageKind.WINDOW, 1, 0)
    assert item.subject == "龙泉驿区 12-08"
    assert "（12-08）在允许的日期内没有可用的开始时间" in item.text


def test_a_standard_that_is_not_planned_for(here):
    item = only(
        standards=(make_standard(visits_per_month=1),),
        minimums=(CountyMinimum(LONGQUAN, 3),),
        envoys=(make_envoy(skills=PEACH),),
    )
    assert (item.kind, item.need, item.have) == (ShortageKind.COVERAGE, 3, 1)
    assert (item.subject, item.specialty) == ("龙泉驿区", None)


def test_every_kind_has_words():
    assert all(kind.label and kind.unit for kind in ShortageKind)


def test_from_the_database_through_the_child(workspace):
    """One expert of one specialty cannot meet the standards that the product ships."""
    workspace.roster.add([make_envoy(skills=(Skill("S06", 3),), base_county=JINJIANG)])
    request = PlanRequest(date(2026, 12, 7), date(2026, 12, 11))
    kinds = {item.kind for item in workspace.planning.preflight(request)}
    assert {ShortageKind.REACH, ShortageKind.COVERAGE} <= kinds
    with pytest.raises(Cancelled):
        workspace.planning.preflight(request, lambda: True)
    with pytest.raises(InputError, match="没有工作日"):
        workspace.planning.preflight(PlanRequest(date(2026, 12, 12), date(2026, 12, 13)))


def test_a_search_that_fails_does_not_stand_in_the_way(monkeypatch):
    def die(*args):
        raise solver.SolverCrashed("boom")

    monkeypatch.setattr(solver, "shortages_in_child", die)
    with pytest.raises(EnvironmentProblem, match="不影响排班"):
        found(standards=(make_standard(),))
    monkeypatch.setattr(solver, "shortages_in_child", lambda *args: None)
    with pytest.raises(EnvironmentProblem, match="不影响排班"):
        found(standards=(make_standard(),))
