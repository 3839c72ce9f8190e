"""A run that begins with a known plan is never worse than it, however short."""

import json
import random
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, SolveOptions, check, parse_instance, parse_solution, solve
from solver import solve_in_child as in_child
from solver.candidates import prepare
from solver.engine.beginning import begun
from solver.plan import Plan, assignments_of
from tests.solver.build import DAYS, envoy, held, instance, visit
from tests.solver.scenes import scene
from tests.solver.test_judge import random_assignment
from tests.solver.test_property import SETTINGS

DATA = Path(__file__).parent / "data"


def known():
    case = parse_instance(json.loads((DATA / "small.json").read_text(encoding="utf-8")))
    text = (DATA / "small.solution.json").read_text(encoding="utf-8")
    return case, parse_solution(json.loads(text), case).assignments


def test_a_short_run_keeps_a_good_plan():
    case, plan = known()
    begin = check(case, plan).score
    options = SolveOptions(time_limit=0.5, workers=1)
    assert solve(case, options, start=plan).score <= begin


def test_the_child_begins_with_it_too():
    case, plan = known()
    first = []
    found = in_child(
        case,
        SolveOptions(time_limit=30),
        first.append,
        lambda: any(news.plan is not None for news in first),
        start=plan,
    )
    assert found.score <= check(case, plan).score


def test_what_does_not_fit_is_passed_over():
    """An unknown visit and person, a day outside, a start in the window's way, a seat twice."""
    case = instance(
        [envoy("e"), envoy("f", specialties={})],
        [visit("u", latest=DAYS[0]), visit("v"), visit("w")],
    )
    strange = Assignment("v", date(2027, 1, 4), "AM", (("e",),))
    start = [
        held("x", DAYS[0], "AM", ["e"]),
        strange,
        held("u", DAYS[1], "AM", ["e"]),
        held("v", DAYS[0], "AM", ["nobody"]),
        held("v", DAYS[0], "AM", ["f"]),
        held("v", DAYS[2], "PM", ["e"]),
        held("v", DAYS[1], "PM", ["e"]),
        held("w", DAYS[2], "PM", ["e"]),
    ]
    plan = assignments_of(begun(Plan(prepare(case)), start))
    assert held("v", DAYS[2], "PM", ["e"]) in plan
    assert {item.visit for item in plan} == {"u", "v", "w"}
    assert check(case, plan).violations == ()


@settings(SETTINGS, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_any_beginning_gives_a_valid_plan(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    start = [random_assignment(rng, case, rng.choice(case.visits)) for _ in range(6)]
    plan = assignments_of(begun(Plan(prepare(case)), start))
    assert check(case, plan).violations == ()
