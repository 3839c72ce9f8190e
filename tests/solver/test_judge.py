"""Verdicts before the drop: equal to the checker's difference, whatever the plan."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import (
    Assignment,
    Score,
    SolveOptions,
    check,
    parse_instance,
    parse_solution,
    solve,
)
from solver.explain.judge import Judge
from tests.solver.build import DAYS, envoy, held, instance, visit
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS

SEEN: Counter[str] = Counter()
SEEDS = st.integers(0, 2**32 - 1)


def difference(case, before, after):
    """What the checker says about the two whole plans."""
    old, new = check(case, before), check(case, after)
    known, now = Counter(old.violations), Counter(new.violations)
    change = Score(*(b - a for a, b in zip(old.score, new.score, strict=True)))
    return now - known, known - now, change


def assert_same(found, wanted):
    assert (Counter(found.violations), Counter(found.cured), found.change) == wanted
    SEEN.update(item.code for item in found.violations)


def random_assignment(rng, case, item):
    names = [e.id for e in case.envoys]
    crew = tuple(
        tuple(rng.choice(names) for _ in range(role.count - (rng.random() < 0.1)))
        for role in item.roles
    )
    return Assignment(item.id, rng.choice(case.days), rng.choice(["AM", "PM"]), crew)


def random_plan(rng, case):
    """Now and then a valid plan, else one that breaks whatever it likes."""
    if rng.random() < 0.4:
        return list(solve(case, SolveOptions(0.5, workers=1, deterministic=True)).assignments)
    chosen = [v for v in case.visits if rng.random() < 0.7]
    plan = [random_assignment(rng, case, item) for item in chosen]
    return plan + ([rng.choice(plan)] if plan and rng.random() < 0.1 else [])


def with_one(plan, item):
    """The plan with one assignment in the place of its visit."""
    at = next((n for n, other in enumerate(plan) if other.visit == item.visit), len(plan))
    return [*plan[:at], item, *plan[at + 1 :]]


@settings(SETTINGS, max_examples=100)
@given(SEEDS)
def _verdicts_are_exact(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = random_plan(rng, case)
    judge = Judge(case, plan)
    for _ in range(4):
        item = random_assignment(rng, case, rng.choice(case.visits))
        found = judge.move(item.visit, item.date, item.slot, item.roles)
        assert_same(found, difference(case, plan, with_one(plan, item)))
        name = item.visit
        rest = [other for other in plan if other.visit != name]
        assert_same(judge.drop(name), difference(case, plan, rest))


def test_verdicts_are_exact():
    """On random moves; and nearly every rule must have been broken by one."""
    SEEN.clear()
    _verdicts_are_exact()
    rules = {"SKILL", "AVAILABILITY", "OVERLAP", "WINDOW", "WEEK_LOAD", "TOTAL_LOAD", "TRAVEL"}
    assert set(SEEN) >= rules | {"SHARING", "TRANSFER", "HOST", "SERIES", "FORMAT"}


@settings(SETTINGS, max_examples=60)
@given(SEEDS)
def test_candidates_are_exact_and_ranked(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = random_plan(rng, case)
    judge = Judge(case, plan)
    item = rng.choice(case.visits)
    role = rng.randrange(len(item.roles))
    found = judge.candidates(item.id, role)
    present = next((a for a in plan if a.visit == item.id), None)
    if present is not None:
        left = {e.id for e in case.envoys} - set(present.envoys)
        assert {candidate.envoy for candidate in found} == left
    order = [(len(c.violations), c.change) for c in found]
    assert order == sorted(order)
    for candidate in found:
        assert candidate.envoy in candidate.assignment.roles[role]
        broken, _, change = difference(case, plan, with_one(plan, candidate.assignment))
        assert Counter(candidate.violations) == broken
        assert candidate.change == change


GAINS: Counter[str] = Counter()


@settings(SETTINGS, max_examples=80)
@given(SEEDS)
def _gains_are_exact(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = random_plan(rng, case)
    judge = Judge(case, plan)
    for person in case.envoys:
        found = judge.gains(person.id)
        assert [c.change for c in found] == sorted(c.change for c in found)
        for candidate in found:
            broken, _, change = difference(case, plan, with_one(plan, candidate.assignment))
            assert not broken
            assert candidate.change == change < Score(0, 0, 0, 0)
            assert person.id in candidate.assignment.envoys
            held_before = any(item.visit == candidate.assignment.visit for item in plan)
            GAINS["held" if held_before else "left out"] += 1


def test_gains_are_exact():
    GAINS.clear()
    _gains_are_exact()
    assert GAINS["held"] > 3
    assert GAINS["left out"] > 3


def two_visits():
    case = instance(
        [envoy("e"), envoy("f", base="B", team="B"), envoy("g", specialties={})],
        [visit("u"), visit("v", county="B")],
    )
    return case, [held("u", DAYS[0], "AM", ["f"]), held("v", DAYS[0], "AM", ["e"])]


def test_swap_sends_both_home():
    """Before: f to A 60 + 70, e to B 60 + 70; after: e in A 10, f in B 20. Loads stay."""
    case, plan = two_visits()
    found = Judge(case, plan).swap("u", "f", "v", "e")
    assert found.allowed
    assert found.change == (0, 0, 0, 30 - 260)


def test_a_move_without_people_keeps_them():
    case, plan = two_visits()
    found = Judge(case, plan).move("u", case.days[1], "PM")
    assert found.allowed
    assert found.change == (0, 0, 0, 0)


def test_replacing_tells_the_rule():
    """g has no specialty; from a far home f is relieved: 10 instead of 130."""
    case, plan = two_visits()
    found = Judge(case, plan).replace("u", "f", "g")
    assert [item.code for item in found.violations] == ["SKILL"]
    assert found.change == (0, 0, 0, -120)


def test_a_visit_left_out_is_ranked_where_it_can_be_held():
    """Both could come alone: e costs 10 + 4, f 60 + 70 + 4, g may not."""
    case, _ = two_visits()
    found = Judge(case, []).candidates("u", 0)
    assert [c.envoy for c in found] == ["e", "f", "g"]
    assert [c.change for c in found[:2]] == [(0, -1, 0, 14), (0, -1, 0, 134)]
    assert [len(c.violations) for c in found] == [0, 0, 1]


def test_a_start_can_be_asked_for():
    case, _ = two_visits()
    found = Judge(case, []).candidates("u", 0, start=(case.days[2], "PM"))
    assert {(c.assignment.date, c.assignment.slot) for c in found} == {(case.days[2], "PM")}


def test_unknown_people_and_visits_are_told():
    case, plan = two_visits()
    judge = Judge(case, plan)
    for ask in (
        lambda: judge.candidates("w", 0),
        lambda: judge.candidates("u", 0, leaving="e"),
        lambda: judge.replace("u", "e", "g"),
        lambda: judge.gains("x"),
        lambda: Judge(case, []).move("u", case.days[0], "AM"),
    ):
        with pytest.raises(KeyError):
            ask()


def test_the_next_plan_is_judged_by_itself():
    case, plan = two_visits()
    judge = Judge(case, plan)
    after = judge.after(plan[:1])
    assert after.drop("v").change == (0, 0, 0, 0)
    assert judge.drop("v").change == (0, 1, 0, -134)


DATA = Path(__file__).parent / "data"


def test_verdicts_on_a_real_plan():
    """Where people have several visits a day, counties fill up and series are long."""
    case = parse_instance(json.loads((DATA / "small.json").read_text(encoding="utf-8")))
    text = (DATA / "small.solution.json").read_text(encoding="utf-8")
    plan = list(parse_solution(json.loads(text), case).assignments)
    judge, rng = Judge(case, plan), random.Random(3)
    for _ in range(25):
        item = random_assignment(rng, case, rng.choice(case.visits))
        found = judge.move(item.visit, item.date, item.slot, item.roles)
        assert_same(found, difference(case, plan, with_one(plan, item)))
