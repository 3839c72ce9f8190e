"""Random small instances: the engine against the checker and against brute force."""

from collections import Counter
from datetime import date
from math import prod

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from solver import Assignment, Score, SolveOptions, check, parse_instance, solve
from tests.solver.instances import best_by_force, problems, ways

SETTINGS = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOST_PLANS = 6000
"""Plans that brute force looks at."""
COUNTED = SolveOptions(time_limit=10, workers=1, seed=7, deterministic=True)
ALONE = SolveOptions(time_limit=10, workers=1)
BESIDE = SolveOptions(time_limit=10, workers=2)


def assert_honest(case, solution):
    """The checker finds nothing, the score is true, no bound lies above it."""
    report = check(case, solution.assignments)
    assert report.violations == ()
    assert solution.score == report.score
    assert isinstance(solution.bounds, Score)
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))
    held = {item.visit for item in solution.assignments}
    assert {item.visit for item in solution.unscheduled} == {v.id for v in case.visits} - held
    assert all(item.reasons for item in solution.unscheduled)
    assert (solution.status == "optimal") == (solution.bounds == solution.score)
    assert solution.stats["rejected_plans"] == solution.stats["withdrawn_bounds"] == 0


def judge(data, options, seen):
    """Solve and compare with brute force where that is possible."""
    case = parse_instance(data)
    choices = [ways(case, item) for item in case.visits]
    solution = solve(case, options)
    seen["all"] += 1
    if solution.status == "infeasible":
        assert solution.conflicts
        assert solution.assignments == ()
    else:
        assert_honest(case, solution)
        seen.update(features(case, solution))
    if prod(map(len, choices)) <= MOST_PLANS:
        seen["forced"] += 1
        best = best_by_force(case, choices)
        note(f"best {best}")
        assert (solution.status == "infeasible") == (best is None)
        if best is not None:
            assert solution.status == "optimal"
            assert solution.score == best == solution.bounds


def features(case, solution):
    """What an instance with a plan tried."""
    plan, score = solution.assignments, solution.score
    by_id = case.visit_by_id
    on = Counter((envoy, item.date) for item in plan for envoy in item.envoys)
    found = {
        "feasible": True,
        "holds": plan,
        "holds several": len(plan) > 1,
        "leaves out": solution.unscheduled,
        "short of coverage": score.coverage,
        "covers": case.coverage and not score.coverage,
        "pins held": any(visit.pin for visit in case.visits),
        "baseline": case.baseline,
        "changed": score.disruption,
        "affinity used": used_affinity(case, plan),
        "several days": any(by_id[item.visit].slots > 2 for item in plan),
        "series": len([item for item in plan if by_id[item.visit].series]) > 1,
        "two on a day": any(count > 1 for count in on.values()),
        "crews": any(len(item.envoys) > 1 for item in plan),
        "capped": any(county.max_visits_per_slot < 2 for county in case.counties),
        "closed": any(county.closed for county in case.counties),
        "levels": any(role.min_level > 1 for item in plan for role in by_id[item.visit].roles),
        "weeks": len({day.isocalendar().week for day in case.days}) > 1,
        "excess": case.weights.target_excess,
    }
    return [name for name, value in found.items() if value]


def used_affinity(case, plan):
    wanted = {(item.envoy, item.county) for item in case.affinity}
    places = {visit.id: visit.county for visit in case.visits}
    return any((e, places[item.visit]) in wanted for item in plan for e in item.envoys)


LEAST = {
    "forced": 0.7,
    "feasible": 0.65,
    "holds": 0.5,
    "holds several": 0.2,
    "leaves out": 0.3,
    "short of coverage": 0.2,
    "covers": 0.05,
    "pins held": 0.04,
    "baseline": 0.2,
    "changed": 0.1,
    "affinity used": 0.05,
    "several days": 0.03,
    "series": 0.02,
    "two on a day": 0.03,
    "crews": 0.08,
    "capped": 0.15,
    "closed": 0.2,
    "levels": 0.1,
    "weeks": 0.2,
    "excess": 0.1,
}
"""Share of the instances that must try a thing, or next to nothing was tested."""


def assert_much_was_tried(seen):
    missing = {
        name: seen[name] for name, share in LEAST.items() if seen[name] < share * seen["all"]
    }
    assert not missing
    assert seen["feasible"] < seen["all"]


def tried(kind, options, count):
    """Judge so many instances; returns what they tried."""
    seen = Counter()

    @settings(SETTINGS, max_examples=count)
    @given(problems(kind, 4, 4))
    def judge_all(data):
        judge(data, options, seen)

    judge_all()
    return seen


def test_best_plan_is_found_and_proven():
    """Equal to brute force wherever that can be tried; a run that counts its work."""
    assert_much_was_tried(tried("counted", COUNTED, 120))


@pytest.mark.parametrize(
    ("kind", "options", "count"), [("alone", ALONE, 60), ("beside", BESIDE, 20)]
)
def test_best_plan_is_found_by_the_clock_too(kind, options, count):
    assert tried(kind, options, count)["forced"] > count // 2


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("kind", "options", "count"),
    [("many counted", COUNTED, 400), ("many alone", ALONE, 300), ("many beside", BESIDE, 100)],
)
def test_best_plan_is_found_many_times(kind, options, count):
    assert_much_was_tried(tried(kind, options, count))


def assert_no_bound_is_refuted(solutions):
    """A bound of a tier holds for every plan whose tiers before are no worse than its own."""
    for mine in solutions:
        for other in solutions:
            for tier, bound in enumerate(mine.bounds):
                before = zip(other.score[:tier], mine.score[:tier], strict=True)
                if all(theirs <= ours for theirs, ours in before):
                    assert other.score[tier] >= bound


SHORT = (
    SolveOptions(time_limit=2, workers=1, seed=2),
    SolveOptions(time_limit=1, workers=2, seed=3),
    SolveOptions(time_limit=0.3, workers=1, seed=4),
    SolveOptions(time_limit=1, workers=1, seed=5, deterministic=True),
)


def compared(kind, count):
    """Several runs of larger instances; returns how many held something."""
    held = []

    @settings(SETTINGS, max_examples=count)
    @given(problems(kind, 9, 14))
    def compare(data):
        case = parse_instance(data)
        solutions = [solve(case, options) for options in SHORT]
        if solutions[0].status == "infeasible":
            assert {item.status for item in solutions} == {"infeasible"}
            return
        for solution in solutions:
            assert_honest(case, solution)
        assert_no_bound_is_refuted(solutions)
        held.append(len(solutions[0].assignments))

    compare()
    return sum(number > 3 for number in held)


def test_bounds_are_honest_whatever_else_is_found():
    assert compared("larger", 5) >= 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bounds_are_honest_many_times():
    assert compared("many larger", 60) >= 30


@settings(SETTINGS, max_examples=6)
@given(problems("twice", 9, 14))
def test_counting_work_gives_the_same_twice(data):
    case = parse_instance(data)
    options = SolveOptions(time_limit=1, workers=1, seed=11, deterministic=True)
    first, second = solve(case, options), solve(case, options)
    assert first.status == second.status
    assert first.assignments == second.assignments
    assert first.bounds == second.bounds
    assert first.unscheduled == second.unscheduled
    assert first.conflicts == second.conflicts


@settings(SETTINGS, max_examples=150)
@given(problems("judged", 3, 3), st.data())
def test_checker_takes_anything(data, draw):
    case = parse_instance(data)
    names = st.sampled_from([*(e.id for e in case.envoys), "e9"])
    plan = draw.draw(
        st.lists(
            st.builds(
                Assignment,
                st.sampled_from([*(v.id for v in case.visits), "v9"]),
                st.dates(date(2026, 11, 30), date(2026, 12, 9)) | st.dates(),
                st.sampled_from(["AM", "PM", ""]),
                st.lists(st.lists(names, max_size=3).map(tuple), max_size=3).map(tuple),
            ),
            max_size=6,
        )
    )
    report = check(case, plan)
    if len({held.visit for held in plan}) < len(plan):
        assert "FORMAT" in {found.code for found in report.violations}
    assert report.score.unscheduled <= sum(v.weight for v in case.visits)
