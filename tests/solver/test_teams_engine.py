"""The engine of team formation: hand-solved cases, brute force, proof, process."""

import json
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import SolveOptions, SolverCrashed
from solver.teams import (
    TeamsScore,
    check_teams,
    parse_teams,
    parse_teams_solution,
    solve_teams,
    solve_teams_in_child,
    teams_solution_to_json,
)
from solver.teams.process import teams_message
from tests.solver.build_teams import county, envoy, formed, instance, problem

DATA = Path(__file__).parent / "data"
QUICK = SolveOptions(time_limit=20, workers=1)


def solved(case, options=QUICK):
    """The solution, after the checker agreed with it."""
    solution = solve_teams(case, options)
    report = check_teams(case, solution.formation)
    assert report.violations == ()
    assert report.score == solution.score
    return solution


def members(solution):
    return {
        team.county: {member.envoy for member in team.members} for team in solution.formation.teams
    }


def test_shortfall_comes_before_moves_and_moves_before_cost():
    # B wants one person: e1 must leave A for it (a move), e2 may not go; C is dear for e2, who
    # stays there all the same, as home would be a move.
    case = instance(
        [
            envoy("e1", current_team="A"),
            envoy("e2", current_team="C", exclude=["B"]),
        ],
        counties=[county("A"), county("B", min_size=1), county("C")],
    )
    solution = solved(case)
    assert members(solution) == {"A": set(), "B": {"e1"}, "C": {"e2"}}
    # Leaders lack everywhere: 3. Cost: A to B 30, A to C 90, two sizes above 0: 2 x 15.
    assert solution.score == solution.bounds == TeamsScore(3, 1, 150)
    assert solution.status == "optimal"


def test_one_person_can_cure_several_shortfalls():
    groups = [{"specialty": "柑橘", "min_members": 1}]
    case = instance(
        [envoy("e1", base="B"), envoy("e2", base="B", can_lead=True), envoy("e3", base="A")],
        counties=[
            county("A"),
            county("B", min_size=1, max_size=1, min_local=1, groups=groups),
            county("C"),
        ],
    )
    solution = solved(case)
    assert members(solution)["B"] == {"e2"}
    assert solution.formation.teams[1].leader == "e2"
    assert solution.score.shortfall == 2  # leaders of A and C


def test_a_group_takes_the_higher_level():
    groups = [{"specialty": "柑橘", "min_members": 1}]
    case = instance(
        [envoy("e1", specialties={"柑橘": 1}), envoy("e2", specialties={"柑橘": 3})],
        counties=[county("A", target_size=2, groups=groups), county("B"), county("C")],
    )
    team = solved(case).formation.teams[0]
    assert {(item.envoy, item.group) for item in team.members} == {("e1", None), ("e2", "柑橘")}


def test_nobody_and_nowhere():
    assert solved(instance([])).score == TeamsScore(3, 0, 0)
    empty = problem([], counties=[], travel={"ids": [], "minutes": []})
    assert solved(parse_teams(empty)).score == TeamsScore(0, 0, 0)


@pytest.mark.parametrize(
    ("envoys", "code", "people"),
    [
        pytest.param([envoy("e1", fixed_team="A", exclude=["A"])], "EXCLUDE", ("e1",), id="shut"),
        pytest.param(
            [envoy("e1", fixed_team="B"), envoy("e2", fixed_team="B")],
            "MAX_SIZE",
            ("e1", "e2"),
            id="full",
        ),
    ],
)
def test_fixed_teams_that_cannot_hold_are_named(envoys, code, people):
    case = instance(envoys, counties=[county("A"), county("B", max_size=1), county("C")])
    solution = solve_teams(case, QUICK)
    assert (solution.status, solution.score, solution.formation) == ("infeasible", None, None)
    (conflict,) = solution.conflicts
    assert (conflict.code, conflict.envoys) == (code, people)
    data = json.loads(json.dumps(teams_solution_to_json(solution)))
    assert parse_teams_solution(data, case) == solution


def test_figures_beyond_floating_point_are_proven_too():
    weights = {"travel_minute": 10**9, "preference_step": 1, "size_gap": 1, "level_gap": 1}
    people = [envoy(f"e{n}", preferences=["B"]) for n in range(3)]
    case = instance(people, counties=[county("A", min_size=2), county("B"), county("C")])
    case = parse_teams(problem(people, counties=_plain(case), weights=weights))
    solution = solved(case)
    # Two in A, 5 minutes each and a wish missed; two above the target size 0.
    assert solution.score == solution.bounds == TeamsScore(3, 0, 10 * 10**9 + 2 + 2)


def _plain(case):
    return [county(c.id, min_size=c.min_size) for c in case.counties]


SPECIALTIES = ("柑橘", "水稻")
COUNTIES = st.sampled_from("ABC")
SETTINGS = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def counties(draw, name):
    wanted = draw(st.lists(st.sampled_from(SPECIALTIES), unique=True, max_size=2))
    return county(
        name,
        min_size=draw(st.integers(0, 3)),
        target_size=draw(st.integers(0, 3)),
        max_size=draw(st.integers(1, 4)),
        min_local=draw(st.integers(0, 2)),
        groups=[{"specialty": s, "min_members": draw(st.integers(0, 2))} for s in wanted],
    )


@st.composite
def envoys(draw, name):
    return envoy(
        name,
        base=draw(COUNTIES),
        specialties=draw(st.dictionaries(st.sampled_from(SPECIALTIES), st.integers(1, 3))),
        can_lead=draw(st.booleans()),
        current_team=draw(st.none() | COUNTIES),
        fixed_team=draw(st.sampled_from([None, None, None, "A", "B"])),
        preferences=draw(st.lists(COUNTIES, unique=True, max_size=3)),
        exclude=draw(st.lists(COUNTIES, unique=True, max_size=2)),
    )


@st.composite
def problems(draw, most):
    return problem(
        [draw(envoys(f"e{n}")) for n in range(draw(st.integers(0, most)))],
        counties=[draw(counties(name)) for name in "ABC"],
        weights={
            "travel_minute": draw(st.integers(0, 2)),
            "preference_step": draw(st.integers(0, 30)),
            "size_gap": draw(st.integers(0, 60)),
            "level_gap": draw(st.integers(0, 20)),
        },
    )


def best_by_force(case):
    """Score of the best valid formation, or None if there is none."""
    everywhere = [
        [None, *((c.id, g) for c in case.counties for g in (None, *person.specialties))]
        for person in case.envoys
    ]
    best = None
    for places in product(*everywhere):
        teams, leaders, reserve = {}, {}, []
        for person, place in zip(case.envoys, places, strict=True):
            if place is None:
                reserve.append(person.id)
                continue
            teams.setdefault(place[0], []).append((person.id, place[1]))
            if person.can_lead:
                leaders[place[0]] = person.id
        report = check_teams(case, formed(case, reserve, leaders, **teams))
        if not report.violations and (best is None or report.score < best):
            best = report.score
    return best


SEEN: dict[str, int] = {"feasible": 0, "infeasible": 0}


@settings(SETTINGS, max_examples=60)
@given(problems(3))
def _against_brute_force(data):
    case = parse_teams(data)
    best = best_by_force(case)
    if best is None:
        SEEN["infeasible"] += 1
        assert solve_teams(case, QUICK).status == "infeasible"
    else:
        SEEN["feasible"] += 1
        solution = solved(case)
        assert solution.status == "optimal"
        assert solution.score == best == solution.bounds


def test_the_best_teams_are_found_and_proven():
    """Equal to brute force; most instances must be possible, or nothing was tested."""
    SEEN.update(feasible=0, infeasible=0)
    _against_brute_force()
    assert SEEN["feasible"] >= 30
    assert SEEN["infeasible"] >= 1


@settings(SETTINGS, max_examples=25)
@given(problems(14))
def test_bounds_are_honest_however_short_the_time(data):
    case = parse_teams(data)
    short = solve_teams(case, SolveOptions(time_limit=0.31))
    if short.status == "infeasible":
        return
    best = solved(case)
    assert best.status == "optimal"
    assert check_teams(case, short.formation).violations == ()
    for tier, bound in enumerate(short.bounds):
        assert bound <= short.score[tier]
        if short.score[:tier] == best.score[:tier]:
            assert bound <= best.score[tier]


@pytest.fixture(scope="module")
def metro():
    return parse_teams(json.loads((DATA / "teams.json").read_text("utf-8")))


@pytest.mark.slow
def test_a_metro_is_proven_in_time(metro):
    begin = time.monotonic()
    news = []
    solution = solve_teams_in_child(metro, SolveOptions(time_limit=60), news.append, lambda: False)
    assert time.monotonic() - begin < 20
    assert check_teams(metro, solution.formation).violations == ()
    assert solution.status == "optimal"
    assert solution.score == solution.bounds == TeamsScore(0, 5, 29108)
    assert news[0].seconds < 1, "the first teams come at once"


def test_cancel_keeps_the_best_teams(metro):
    news, asked = [], []

    def cancel():
        if news and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    solution = solve_teams_in_child(metro, SolveOptions(time_limit=60), news.append, cancel)
    assert time.monotonic() - asked[0] < 1.5
    assert solution.status == "feasible"
    assert check_teams(metro, solution.formation).score == solution.score
    assert solution.bounds <= solution.score


def test_cancel_before_anything_is_found(metro):
    options = SolveOptions(time_limit=60)
    solution = solve_teams_in_child(metro, options, lambda news: None, lambda: True)
    assert solution.status in {"cancelled", "feasible"}
    assert (solution.score is None) == (solution.status == "cancelled")


def test_a_deterministic_run_repeats():
    people = [
        envoy(f"e{n}", base="ABC"[n % 3], preferences=["B"][: n % 2], can_lead=n % 4 == 0)
        for n in range(20)
    ]
    wants = [county(name, min_size=4, target_size=6) for name in "ABC"]
    case = instance(people, counties=wants)
    options = SolveOptions(time_limit=20, workers=1, seed=3, deterministic=True)
    first, second = solve_teams(case, options), solve_teams(case, options)
    assert first.status == "optimal"
    assert (first.formation, first.score) == (second.formation, second.score)


def test_importing_is_light():
    """A window or a checker must not wait for numpy and OR-Tools."""
    code = "import sys, solver.teams; print(sorted({'numpy', 'ortools'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def child_that(*lines):
    return (sys.executable, "-c", "\n".join(["import sys, json", "sys.stdin.readline()", *lines]))


def say(message):
    return f"print({json.dumps(message)!r}, flush=True)"


def tiny_message(change):
    case = instance([envoy("e1")])
    formation = formed(case, ["e1"])
    score = check_teams(case, formation).score
    return case, formation, teams_message(case.name, formation, change(score))


def test_teams_survive_a_crash():
    case, formation, message = tiny_message(lambda score: score)
    command = child_that(say(message), "import os", "os._exit(7)")
    solution = solve_teams_in_child(case, QUICK, lambda news: None, lambda: False, command)
    assert (solution.status, solution.formation) == ("feasible", formation)
    assert solution.stats["child"] == "crashed"


def test_bounds_of_teams_that_did_not_arrive_are_not_claimed():
    """The child went on to a smaller shortfall; what it proved there is no bound for old teams."""
    people = [envoy("e1", current_team="A"), envoy("e2", current_team="A")]
    case = instance(people, counties=[county(name, min_size=1) for name in "ABC"])
    formation = formed(case, B=["e1"], C=["e2"])
    score = check_teams(case, formation).score
    ahead = score._replace(shortfall=score.shortfall - 1)
    news = {"seconds": 1.0, "phase": "x", "bounds": ahead._asdict()}
    for then, bounds in ((ahead, (ahead.shortfall, 0, 0)), (score, ahead)):
        message = {"progress": news | {"score": then._asdict()}}
        command = child_that(
            say(teams_message(case.name, formation, score)),
            say(message),
            "import os",
            "os._exit(7)",
        )
        solution = solve_teams_in_child(case, QUICK, lambda news: None, lambda: False, command)
        assert solution.bounds == bounds


def test_a_lying_child_is_not_believed():
    case, _, message = tiny_message(lambda score: score._replace(shortfall=0))
    command = child_that(say(message))
    with pytest.raises(SolverCrashed, match="未通过校验"):
        solve_teams_in_child(case, QUICK, lambda news: None, lambda: False, command)
