"""Replanning: what holds is kept, and that no plan changes less is proven."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import (
    InstanceError,
    Progress,
    Score,
    SolveOptions,
    check,
    instance_to_json,
    parse_instance,
    solution_to_json,
    solve,
    solve_in_child,
)
from solver.candidates import prepare
from solver.engine import settling as settling_module
from solver.engine.cpsat import solve_cpsat
from solver.engine.driver import run
from solver.engine.exact import at_most
from solver.engine.highs import solve_highs
from solver.engine.kept import Freedom, KeptModel
from solver.engine.outcome import Outcome
from solver.engine.pins import hold_pins
from solver.engine.record import Record
from solver.engine.replanning import Replanning
from solver.engine.search import construct, related_visits
from solver.engine.settling import Settling
from solver.engine.warm_start import keep_in_force
from solver.plan import Plan, assignments_of
from tests.bench.replanned import replanned
from tests.solver.build import DAYS, envoy, held, instance, problem, visit
from tests.solver.disturbed import LIMITS, best_by_model, disturbed
from tests.solver.generate import month_like
from tests.solver.test_property import SETTINGS, best_by_force

DATA = Path(__file__).parent / "data"
OPTIONS = SolveOptions(time_limit=60, workers=1)
NUMBERS = st.integers(0, 2**32 - 1)


def never():
    return False


def silent(progress):
    """Nobody watches."""


def plain(*assignments):
    return [
        {
            "visit": item.visit,
            "date": item.date.isoformat(),
            "slot": item.slot,
            "roles": [list(role) for role in item.roles],
        }
        for item in assignments
    ]


@pytest.fixture(scope="module")
def small_replan():
    return parse_instance(json.loads((DATA / "small-replan.json").read_text("utf-8")))


class Rounds:
    """The rounds of settling and replanning by hand, with everything known after each."""

    def __init__(self, case, deterministic=False):
        options = SolveOptions(time_limit=120, workers=1, deterministic=deterministic)
        self.record = Record(case, options, silent, never)
        self.tables = prepare(case)
        self.plan = hold_pins(self.tables, LIMITS, never)
        keep_in_force(self.plan)
        construct(self.plan)
        self.record.offer(self.plan)
        self.settling = Settling(self.record, self.tables, related_visits(self.tables))
        self.replanning = Replanning(self.record, self.settling)
        self.known = []

    def play(self):
        for jobs in (self.settling.jobs(120), self.replanning.jobs(120)):
            for job in jobs:
                self._adopt(job(dict(self.plan.held), self.record.score))
                self.known.append((self.record.score, self.record.bounds()))
        return self

    def _adopt(self, found):
        if found is None:
            return
        plan = Plan(self.tables)
        for index, place in found.base.items():
            if index not in found.places and index not in found.replaced:
                plan.add(index, place.start, place.crew)
        for index, (start, crew) in found.places.items():
            plan.add(index, start, crew)
        if self.record.offer(plan):
            self.plan = plan


def honest(score, bounds, best):
    """Bounds are below the best that there is with the tiers before at their score."""
    tiers = range(len(best))
    return score >= best and all(
        bounds[n] <= best[n] for n in tiers if tuple(score[:n]) == tuple(best[:n])
    )


SEEN = {"cases": 0, "kept": 0}


@settings(SETTINGS, max_examples=120)
@given(NUMBERS)
def _as_good_as_the_natural_model(seed):
    rng = random.Random(seed)
    case = parse_instance(disturbed(rng, 8, 12))
    found = best_by_model(case)
    if found is None:
        return
    best = found[0]
    rounds = Rounds(case, deterministic=seed % 4 == 0).play()
    SEEN["cases"] += 1
    SEEN["kept"] += len(rounds.settling.freedom) - len(rounds.settling.freed)
    assert rounds.record.rejected == 0
    assert all(honest(score, bounds, best) for score, bounds in rounds.known)
    assert rounds.record.score[:3] == best[:3] == rounds.record.bounds()[:3]
    if case.baseline:
        assert rounds.record.score == best == rounds.record.bounds()


def test_replans_are_proven_as_the_natural_model_proves_them():
    SEEN.update(cases=0, kept=0)
    _as_good_as_the_natural_model()
    assert SEEN["cases"] >= 60
    assert SEEN["kept"] >= 60


@settings(SETTINGS, max_examples=40)
@given(NUMBERS)
def test_replans_are_proven_as_brute_force_proves_them(seed):
    case = parse_instance(disturbed(random.Random(seed), 3, 3))
    best = best_by_force(case)
    seen: list[Progress] = []
    solution = solve(case, OPTIONS, seen.append)
    if best is None:
        assert solution.status == "infeasible"
        return
    assert solution.score == best == solution.bounds
    assert all(honest(news.score, news.bounds, best) for news in seen if news.score)


@settings(SETTINGS, max_examples=80)
@given(NUMBERS)
def test_a_kept_model_is_never_stricter_than_the_rules(seed):
    """Whatever is kept, beside whatever plan: the best plan of all is not cut off."""
    rng = random.Random(seed)
    case = parse_instance(disturbed(rng, 6, 8))
    found = best_by_model(case)
    if found is None:
        return
    tables = prepare(case)
    plan = hold_pins(tables, LIMITS, never)
    construct(plan)
    free = {v.index: Freedom(rng.randint(0, 2)) for v in tables.visits if v.possible}
    free |= {n: Freedom.FULL for n in free if n not in plan.held}
    model = KeptModel(tables, plan.held, free)
    rows = []
    for tier, best in zip(model.tiers[:3], found[0], strict=False):
        lowest = solve_cpsat(model, tier, rows, LIMITS)
        assert lowest.bound <= best
        rows.append(at_most(tier, best))


def first_plan(case):
    """The first plan that a run knows."""
    plans = []
    run(case, SolveOptions(time_limit=20, workers=1), silent, lambda: bool(plans),
        lambda plan, score: plans.append((plan, score)))  # fmt: skip
    return plans[0]


def test_the_first_plan_keeps_what_holds(small_replan):
    plan, score = first_plan(small_replan)
    before = {item.visit: item for item in small_replan.baseline}
    kept = [item for item in plan if item == before.get(item.visit)]
    assert len(kept) >= len(before) - 4
    assert score[:2] == (25, 109)
    assert score.disruption <= 12


def people(count):
    return [envoy(f"e{n}") for n in range(count)]


def test_one_who_is_ill_is_replaced_and_nothing_else_changes():
    before = [held(f"v{n}", DAYS[n], "AM", [f"e{n}"]) for n in range(3)]
    ill = [[DAYS[1], "AM"], [DAYS[1], "PM"]]
    crew = [envoy("e0"), envoy("e1", unavailable=ill), envoy("e2")]
    case = instance(crew, [visit(f"v{n}") for n in range(3)], baseline=plain(*before))
    plan, score = first_plan(case)
    assert score[:3] == (0, 0, 1)
    assert [item for item in plan if item.visit != "v1"] == [before[0], before[2]]
    assert solve(case, OPTIONS).score[:3] == (0, 0, 1)


def test_of_visits_in_each_others_way_the_urgent_one_stays():
    # Both want the one envoy at one time; the lighter has to move.
    before = [held("v0", DAYS[0], "AM", ["e0"]), held("v1", DAYS[0], "AM", ["e0"])]
    visits = [visit("v0", weight=1), visit("v1", weight=5)]
    case = instance(people(1), visits, baseline=plain(*before))
    plan, score = first_plan(case)
    assert score[:3] == (0, 0, 3)
    assert before[1] in plan


def test_nothing_is_broken():
    before = [held(f"v{n}", DAYS[n], "PM", [f"e{n % 2}"]) for n in range(4)]
    case = instance(people(3), [visit(f"v{n}") for n in range(4)], baseline=plain(*before))
    plan, score = first_plan(case)
    assert list(plan) == before
    solution = solve(case, OPTIONS)
    assert solution.status == "optimal"
    assert solution.assignments == tuple(before)
    assert solution.score == score


def test_where_changes_count_nothing_the_cheapest_plan_is_found():
    before = [held("v0", DAYS[0], "AM", ["e1"])]
    free = {"dropped": 0, "moved": 0, "replaced": 0}
    weights = problem([], [])["weights"] | {"disruption": free}
    crew = [envoy("e0"), envoy("e1", base="C", team="C")]
    case = instance(crew, [visit("v0")], baseline=plain(*before), weights=weights)
    solution = solve(case, OPTIONS)
    assert solution.status == "optimal"
    assert solution.assignments[0].envoys == ("e0",)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_plan_in_force_that_breaks_rules_everywhere(workers):
    """Everybody at one time in one place, by people who cannot: what can be saved is."""
    visits = [visit(f"v{n}", county="ABC"[n % 3]) for n in range(6)]
    before = [held(item["id"], DAYS[0], "AM", ["e0", "e9"]) for item in visits]
    crew = [*people(2), envoy("e9", specialties={"水稻": 3})]
    case = instance(crew, visits, baseline=plain(*before))
    solution = solve(case, SolveOptions(time_limit=60, workers=workers))
    best = best_by_model(case)[0]
    assert solution.score == best == solution.bounds
    assert check(case, solution.assignments).violations == ()


def test_a_plan_in_force_outside_the_horizon_moves():
    before = [held("v0", "2026-11-20", "AM", ["e0"])]
    case = instance(people(2), [visit("v0")], baseline=plain(*before))
    solution = solve(case, OPTIONS)
    assert solution.score[:3] == (0, 0, 3)
    assert solution.assignments[0].envoys == ("e0",)


def test_a_pin_goes_before_the_plan_in_force():
    before = [held("v0", DAYS[0], "AM", ["e0"])]
    pin = {"start": {"date": DAYS[2], "slot": "PM"}, "envoys": [["e1"]]}
    case = instance(people(2), [visit("v0", pin=pin)], baseline=plain(*before))
    solution = solve(case, OPTIONS)
    assert solution.status == "optimal"
    assert solution.score[:3] == (0, 0, 4)
    assert solution.assignments == (held("v0", DAYS[2], "PM", ["e1"]),)


def test_a_visit_in_force_that_is_gone_is_named():
    data = problem(people(1), [visit("v0")], baseline=plain(held("old", DAYS[0], "AM", ["e0"])))
    with pytest.raises(InstanceError, match=r"baseline\[0\]\.visit.*old"):
        parse_instance(data)


def test_the_small_replan_is_proven(small_replan):
    solution = solve(small_replan, SolveOptions(time_limit=120))
    assert solution.status == "optimal"
    assert solution.score == Score(25, 109, 4, 38585)
    assert check(small_replan, solution.assignments).violations == ()


def test_deterministic_replans_repeat(small_replan):
    options = SolveOptions(time_limit=30, workers=1, seed=3, deterministic=True)
    first, second = solve(small_replan, options), solve(small_replan, options)
    assert first.assignments == second.assignments
    assert first.bounds == second.bounds
    assert first.score[:3] == (25, 109, 4)


@pytest.mark.parametrize("calls", [3, 9, 20, 45])
def test_what_was_proven_before_a_stop_stays_and_is_true(small_replan, calls):
    best = Score(25, 109, 4, 38585)
    news: list[Progress] = []
    options = SolveOptions(time_limit=120, workers=2)
    solution = run(small_replan, options, news.append, lambda: len(news) >= calls)
    assert solution.status in {"feasible", "optimal", "cancelled"}
    known = [item for item in news if item.score is not None]
    assert all(honest(item.score, item.bounds, best) for item in known)
    if solution.score is not None:
        assert honest(solution.score, solution.bounds, best)
        told = [item.bounds for item in known if item.score[:3] == solution.score[:3]]
        assert all(solution.bounds[n] >= bounds[n] for bounds in told for n in range(3))


def test_what_a_child_proved_before_it_was_stopped_stays(small_replan):
    news: list[Progress] = []

    def proven():
        return bool(news and news[-1].bounds and news[-1].bounds[:3] == (25, 109, 4))

    solution = solve_in_child(small_replan, SolveOptions(time_limit=120), news.append, proven)
    assert solution.score[:3] == solution.bounds[:3] == (25, 109, 4)
    assert solution.bounds.cost <= 38585 <= solution.score.cost


@pytest.mark.parametrize("found", [Outcome(), Outcome(infeasible=True)])
def test_a_solver_that_fails_ends_the_rounds(small_replan, monkeypatch, found):
    monkeypatch.setattr(settling_module, "solve_highs", lambda *args, **more: found)
    rounds = Rounds(small_replan).play()
    assert rounds.settling.over
    assert rounds.record.bounds()[:3] < (25, 109, 4)
    assert len(rounds.known) == 1


def test_a_round_that_took_too_long_is_the_last(small_replan, monkeypatch):
    """Its values are used, its bound is believed, and no more time is spent."""

    def hurried(*args, **more):
        found = solve_highs(*args, **more)
        return Outcome(found.values, found.bound - 2000)

    monkeypatch.setattr(settling_module, "solve_highs", hurried)
    rounds = Rounds(small_replan).play()
    assert len(rounds.known) == 1
    assert honest(*rounds.known[0], Score(25, 109, 4, 38585))


@pytest.fixture(scope="module")
def month():
    """A small month, a plan of it and a replan."""
    data = month_like(7, envoys=120, visits=150, days=20)
    case = parse_instance(data)
    tables = prepare(case)
    plan = Plan(tables)
    construct(plan)
    return data, replanned(data, plain(*assignments_of(plan)), seed=1)


def test_a_disturbance_is_drawn_from_the_plan(month):
    data, after = month
    assert "baseline" not in data
    case = parse_instance(after)
    now = case.days[5]
    pinned = [item for item in case.visits if item.pin]
    assert {item.id for item in pinned} == {b.visit for b in case.baseline if b.date < now}
    assert len(case.visits) == len(data["visits"]) + 5
    were = {item["id"]: item["unavailable"] for item in data["envoys"]}
    ill = [item for item in case.envoys if len(item.unavailable) > len(were[item.id])]
    assert 1 <= len(ill) <= 4
    assert any(item.closed for item in case.counties)
    broken = check(case, case.baseline).violations
    assert {item.code for item in broken} & {"AVAILABILITY", "WINDOW"}
    assert "PIN" not in {item.code for item in broken}


def test_a_replanned_month_is_proven(month):
    case = parse_instance(month[1])
    solution = solve(case, SolveOptions(time_limit=120))
    assert solution.bounds[:3] == solution.score[:3]
    assert check(case, solution.assignments).violations == ()
    assert parse_instance(instance_to_json(case)) == case
    assert json.dumps(solution_to_json(solution))
