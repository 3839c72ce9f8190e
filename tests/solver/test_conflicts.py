"""Pins that cannot hold together: nothing named is needless, and what they break is told."""

import json
import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import SolveOptions, conflicts_text, parse_instance, parse_solution, solution_to_json
from solver import solve as solve_instance
from solver.candidates import prepare
from solver.conflicts_text import MINIMAL
from solver.engine import conflicts as module
from solver.engine.conflicts import Core, plan_or_core
from solver.engine.cpsat import Limits
from solver.engine.outcome import Outcome
from tests.solver.build import DAYS, county, envoy, instance, visit
from tests.solver.generate import month_like
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS, best_by_force

OPTIONS = SolveOptions(time_limit=20, workers=1)


def solve(case):
    solution = solve_instance(case, OPTIONS)
    assert solution.status == "infeasible"
    assert solution.assignments == ()
    assert solution.score is None
    return solution


def told(case):
    """Codes with visits of the conflicts; of an infeasible instance, proven to be minimal."""
    solution = solve(case)
    assert solution.stats[MINIMAL] is True
    assert all(item.message.endswith("。") for item in solution.conflicts)
    return {(item.code, item.visit) for item in solution.conflicts}


def pin(day=None, *envoys, slot="AM"):
    start = day and {"date": day, "slot": slot}
    return {"start": start, "envoys": [list(envoys)] if envoys else None}


def test_pin_on_someone_ill():
    away = [[DAYS[0], "AM"]]
    case = instance([envoy("e1", unavailable=away)], [visit("v", pin=pin(DAYS[0], "e1"))])
    assert told(case) == {("PIN", "v"), ("AVAILABILITY", "v")}
    (rule,) = [item for item in solve(case).conflicts if item.code == "AVAILABILITY"]
    assert rule.envoy == "e1"


def test_pin_on_someone_unskilled_at_any_time():
    case = instance([envoy("e1", specialties={})], [visit("v", pin=pin(None, "e1"))])
    assert told(case) == {("PIN", "v"), ("SKILL", None)}


def test_pin_outside_the_window():
    late = visit("v", earliest=DAYS[2], pin=pin(DAYS[0]))
    assert told(instance([envoy("e1")], [late])) == {("PIN", "v"), ("WINDOW", "v")}


def test_pin_outside_the_horizon():
    case = instance([envoy("e1")], [visit("v", pin=pin("2026-12-05"))])
    assert told(case) == {("PIN", "v"), ("WINDOW", "v")}


def test_pin_of_too_many():
    case = instance([envoy("e1"), envoy("e2")], [visit("v", pin=pin(None, "e1", "e2"))])
    solution = solve(case)
    assert {(item.code, item.visit) for item in solution.conflicts} == {("PIN", "v")}
    assert "锁定了 2 人，只有 1 个席位" in conflicts_text(solution)


def test_two_pins_on_one_envoy_at_a_time():
    visits = [visit(f"v{n}", pin=pin(DAYS[0], "e1")) for n in range(2)]
    case = instance([envoy("e1"), envoy("e2")], [*visits, visit("v2", pin=pin(DAYS[1], "e1"))])
    assert told(case) == {("PIN", "v0"), ("PIN", "v1"), ("OVERLAP", "v1")}
    text = conflicts_text(solve(case))
    assert text.startswith("下乡服务 v0、v1 的锁定不能同时满足，放开其中任意一项即可：")
    assert "特派员 e1 在 2026-12-01 上午 同时被派往 v0 和 v1" in text
    assert "。" not in text


def test_pins_beyond_the_load_of_a_week():
    # Three half-days in the first week for someone who may work two; the fourth pin is next week.
    visits = [visit(f"v{n}", pin=pin(DAYS[n], "e1")) for n in range(3)]
    visits.append(visit("v3", pin=pin(DAYS[4], "e1")))
    case = instance([envoy("e1", max_slots_per_week=2)], visits)
    assert told(case) == {*(("PIN", f"v{n}") for n in range(3)), ("WEEK_LOAD", None)}


def test_pins_beyond_what_a_county_receives():
    counties = [county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")]
    visits = [visit(f"v{n}", pin=pin(DAYS[0]), county=c) for n, c in enumerate("BAA")]
    case = instance([envoy(f"e{n}") for n in range(4)], visits, counties=counties)
    assert told(case) == {("PIN", "v1"), ("PIN", "v2"), ("HOST", "v2")}


def test_pins_of_a_series_too_near_to_each_other():
    days = (DAYS[0], DAYS[1], DAYS[4])
    visits = [visit(f"v{n}", series="s", pin=pin(day)) for n, day in enumerate(days)]
    case = instance([envoy("e1")], visits, series=[{"id": "s", "min_gap_days": 3}])
    assert told(case) == {("PIN", "v0"), ("PIN", "v1"), ("SERIES", "v1")}


def test_three_pins_of_which_any_two_can_hold():
    # Three mornings' visits at one time for two people who know the subject.
    visits = [visit(f"v{n}", pin=pin(DAYS[0])) for n in range(3)]
    visits.append(visit("v3", pin=pin(DAYS[1])))
    people = [envoy("e1"), envoy("e2"), envoy("e3", specialties={"水稻": 3})]
    found = told(instance(people, visits))
    assert {name for code, name in found if code == "PIN"} == {"v0", "v1", "v2"}
    assert ("OVERLAP", None) in found


def test_pins_that_only_have_to_be_held():
    # One slot of load for two visits that must be held; the third pin has nothing to do with it.
    visits = [visit("v1", pin={}), visit("v2", pin={}), visit("v3", pin={}, county="B")]
    people = [
        envoy("e1", max_slots_total=1, sharing="county"),
        envoy("e2", base="B", team="B", sharing="county", max_travel_minutes=20),
    ]
    found = told(instance(people, visits))
    assert {("PIN", "v1"), ("PIN", "v2"), ("TOTAL_LOAD", None)} <= found
    assert ("PIN", "v3") not in found


def test_conflicts_can_be_written_and_read_again():
    visits = [visit(f"v{n}", pin=pin(DAYS[0], "e1")) for n in range(2)]
    case = instance([envoy("e1")], visits)
    solution = solve(case)
    again = parse_solution(json.loads(json.dumps(solution_to_json(solution))), case)
    assert again.conflicts == solution.conflicts
    assert conflicts_text(again) == conflicts_text(solution)


def unpinned(case, names):
    """The instance with only some visits, all other pins gone with theirs."""
    return replace(case, visits=tuple(v for v in case.visits if v.id in names))


@st.composite
def pinned_scenes(draw):
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    data = scene(rng, most_envoys=3, most_visits=4)
    data["baseline"] = []
    for item in data["visits"]:
        start = {"date": rng.choice(data["days"]), "slot": "AM"} if rng.random() < 0.6 else None
        if rng.random() < 0.8:
            item["pin"] = {"start": start, "envoys": None}
    return data


def core_of(case, seconds=60.0, stopped=False):
    core = plan_or_core(prepare(case), Limits(seconds, 1, 1), lambda: stopped)
    assert isinstance(core, Core)
    return core


TRIED = {"conflicts": 0}


@settings(SETTINGS, max_examples=60)
@given(pinned_scenes())
def _nothing_is_needless(data):
    case = parse_instance(data)
    if best_by_force(case) is not None:
        return
    TRIED["conflicts"] += 1
    core = core_of(case)
    pins = {item.visit for item in core.conflicts if item.code == "PIN"}
    assert core.minimal
    assert best_by_force(unpinned(case, pins)) is None
    for fewer in combinations(sorted(pins), len(pins) - 1):
        assert best_by_force(unpinned(case, set(fewer))) is not None


def test_nothing_named_is_needless():
    TRIED["conflicts"] = 0
    _nothing_is_needless()
    assert TRIED["conflicts"] >= 10


def crowded_month():
    """175 pins; three are for one person in a week with room for two."""
    data = month_like(3)
    who = {"id": "x", "specialties": {"专业0": 3}, "max_slots_per_week": 2, "unavailable": []}
    data["envoys"].append(data["envoys"][0] | who | {"sharing": "metro", "max_travel_minutes": 999})
    for item in data["visits"][:175]:
        item["pin"] = pin()
    for item, day in zip(data["visits"], data["days"][1:4], strict=False):
        item["roles"] = [{"specialty": "专业0", "min_level": 1, "count": 1}]
        item |= {"earliest": data["days"][0], "latest": data["days"][-1], "series": None}
        item |= {"slots": 1, "start_slots": ["AM", "PM"], "pin": pin(day, "x")}
    return parse_instance(data)


def test_among_the_pins_of_a_month_the_few_are_found():
    core = core_of(crowded_month())
    assert core.minimal
    assert [item.code for item in core.conflicts] == ["PIN"] * 3 + ["WEEK_LOAD"]
    assert {item.envoy for item in core.conflicts} == {None, "x"}


@pytest.mark.parametrize(("seconds", "stopped"), [(0.0, False), (60.0, True)])
def test_what_is_not_made_sure_of_is_not_claimed(seconds, stopped, monkeypatch):
    monkeypatch.setattr(module, "_LEAST_SECONDS", 0.0)
    visits = [visit(f"v{n}", pin=pin(DAYS[0], "e1")) for n in range(2)]
    case = instance([envoy("e1"), envoy("e2")], [*visits, visit("w", pin=pin(DAYS[1]))])
    core = core_of(case, seconds, stopped)
    assert not core.minimal
    assert {("PIN", "v0"), ("PIN", "v1")} <= {(c.code, c.visit) for c in core.conflicts}
    text = conflicts_text(replace(solve(case), conflicts=core.conflicts, stats={}))
    assert "请放开其中一项或几项" in text


def test_a_question_left_open_keeps_the_pin(monkeypatch):
    """A solver that finds out nothing must not shrink the set."""
    visits = [visit(f"v{n}", pin=pin(DAYS[0], "e1")) for n in range(3)]
    case = instance([envoy("e1")], visits)
    monkeypatch.setattr(module, "solve_cpsat", lambda *args, **more: Outcome())
    core = core_of(case)
    assert not core.minimal
    assert {c.visit for c in core.conflicts if c.code == "PIN"} == {"v0", "v1", "v2"}
