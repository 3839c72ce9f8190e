"""Shortages before solving: hand-solved, and each one refuted by no solution."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings

from solver import Pin, SolveOptions, parse_instance, parse_solution, solve
from solver.explain.shortages import shortages
from solver.explain.shortages_text import shortage_text
from tests.solver.build import DAYS, county, envoy, instance, visit
from tests.solver.scenes import scenes
from tests.solver.test_property import SETTINGS

TWO = {"specialty": "柑橘", "min_level": 2, "count": 2}


def only(case):
    (found,) = shortages(case)
    return found, shortage_text(case, found)


def test_a_plan_without_shortage():
    assert shortages(instance([envoy("e")], [visit("v")])) == ()


def test_nobody_in_reach_of_a_county():
    """Two experts are wanted in C twice; one is in reach, the other is lent in the city only."""
    case = instance(
        [envoy("e"), envoy("f", sharing="city")],
        [visit(name, county="C", roles=[TWO]) for name in "uv"],
    )
    found, text = only(case)
    assert (found.kind, found.county, found.visits) == ("reach", "C", ("u", "v"))
    assert (found.need, found.have, found.level) == (2, 1, 2)
    assert text == (
        "C县的 2 次下乡服务（u、v）需要“柑橘”副高及以上 2 人，共享范围和路程以内只有 1 人，"
        "无法安排，请放宽共享范围、路程上限或级别要求。"
    )


def test_no_start():
    case = instance([envoy("e")], [visit("v", slots=4, latest=DAYS[0])])
    found, text = only(case)
    assert (found.kind, found.have) == ("window", 0)
    assert text.startswith("A县的下乡服务（v）在允许的日期内没有可用的开始时间")


def test_never_two_at_once():
    """Each is there on half of the only day, the visit takes one half."""
    case = instance(
        [envoy("e", unavailable=[[DAYS[0], "AM"]]), envoy("f", unavailable=[[DAYS[0], "PM"]])],
        [visit("v", latest=DAYS[0], roles=[TWO])],
    )
    found, text = only(case)
    assert (found.kind, found.need, found.have) == ("free", 2, 1)
    assert "同时能来的至多 1 人" in text


def test_a_week_of_too_much():
    """Three whole days in the first week, 6 half-days; e and f have 2 each there. Another in the
    second week is no part of it, nor is the rice, which has an envoy of its own."""
    case = instance(
        [
            envoy("e", max_slots_per_week=2),
            envoy("f", max_slots_per_week=2),
            envoy("g", specialties={"水稻": 1}),
        ],
        [
            *(visit(name, slots=2, latest=DAYS[3]) for name in "abc"),
            visit("later", slots=2, earliest=DAYS[4]),
            visit(
                "rice",
                latest=DAYS[3],
                roles=[{"specialty": "水稻", "min_level": 1, "count": 1}],
            ),
        ],
    )
    found, text = only(case)
    assert (found.kind, found.visits, found.specialty) == ("load", ("a", "b", "c"), "柑橘")
    assert (found.need, found.have) == (6, 4)
    assert text.startswith("12月1日至12月4日：“柑橘”的 3 次下乡服务（a、b、c）共需 6 人·半天")


def test_the_horizon_tells_what_no_week_tells():
    """Each week alone could be done, but e has 3 half-days in all."""
    case = instance(
        [envoy("e", max_slots_total=3)],
        [visit("a", slots=2, latest=DAYS[3]), visit("b", slots=2, earliest=DAYS[4])],
    )
    found, _ = only(case)
    assert (found.need, found.have, found.visits) == (4, 3, ("a", "b"))
    assert (found.first, found.last) == (case.days[0], case.days[-1])


def test_a_county_that_is_full():
    """One day, one visit per slot: two of three half-days."""
    case = instance(
        [envoy(name) for name in "efg"],
        [visit(name, latest=DAYS[0]) for name in "abc"],
        days=DAYS[:1],
        counties=[county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")],
    )
    found, text = only(case)
    assert (found.kind, found.need, found.have) == ("host", 3, 2)
    assert text.startswith("12月1日至12月1日：A县须接待 3 次下乡服务共 3 个半天")


def test_a_standard_without_demands():
    case = instance(
        [envoy("e")],
        [visit("v")],
        coverage=[{"county": "A", "specialty": "柑橘", "min_visits": 2}],
    )
    found, text = only(case)
    assert (found.kind, found.need, found.have, found.visits) == ("coverage", 2, 1, ("v",))
    assert text == (
        "A县的覆盖标准要求“柑橘”下乡服务至少 2 次，可能安排的至多 1 次，请补充服务需求或降低标准。"
    )


SEEN: Counter[str] = Counter()


def pinned(case, names):
    """The instance with some visits that must be held, and no others."""
    kept = [replace(v, pin=Pin()) for v in case.visits if v.id in names]
    return replace(case, visits=tuple(kept), baseline=(), coverage=())


@settings(SETTINGS, max_examples=80)
@given(scenes(5, 8))
def _shortages_are_proofs(data):
    case = parse_instance(data)
    options = SolveOptions(time_limit=2, workers=1)
    for found in shortages(case):
        SEEN[found.kind] += 1
        assert found.have < found.need
        assert shortage_text(case, found).endswith("。")
        if found.kind == "coverage":
            others = {v.id for v in case.visits if v.county == found.county} - set(found.visits)
            wanted = found.specialty
            for name in others:
                roles = case.visit_by_id[name].roles
                if wanted is None or wanted in {role.specialty for role in roles}:
                    assert solve(pinned(case, {name}), options).status == "infeasible"
        elif found.kind in {"load", "host"}:
            assert solve(pinned(case, set(found.visits)), options).status == "infeasible"
        else:
            for name in found.visits:
                assert solve(pinned(case, {name}), options).status == "infeasible"


def test_shortages_are_proofs():
    """The visits pinned, nothing else: there must be no plan. Every kind must have occurred."""
    SEEN.clear()
    _shortages_are_proofs()
    assert set(SEEN) == {"window", "reach", "free", "load", "host", "coverage"}


def test_the_best_plan_holds_nothing_that_cannot_be_held():
    """small.json is over-constrained on purpose; its plan holds all that can be held."""
    data = Path(__file__).parent / "data"
    case = parse_instance(json.loads((data / "small.json").read_text(encoding="utf-8")))
    text = (data / "small.solution.json").read_text(encoding="utf-8")
    held = {item.visit for item in parse_solution(json.loads(text), case).assignments}
    found = shortages(case)
    alone = {v for item in found if item.kind in {"window", "reach", "free"} for v in item.visits}
    assert len(alone) >= 15
    assert not alone & held
    assert all(set(s.visits) - held for s in found if s.kind in {"load", "host"})
