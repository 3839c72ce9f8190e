"""The real solving process, killed, stopped or starved at any moment."""

import json
import random
import resource
import signal
import sys
from pathlib import Path

import psutil
import pytest

from solver import SolveOptions, SolverCrashed, check, parse_instance, solve_in_child
from solver.teams import check_teams, parse_teams, solve_teams_in_child
from tests.faults.fakes import assert_gone, offspring

DATA = Path(__file__).parents[1] / "solver" / "data"


@pytest.fixture(scope="module")
def small():
    return parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))


class Fate:
    """Does something to the solving process (or the one beside it) when it has spoken so often."""

    def __init__(self, act, turns, bounder=False, wait_for_plan=True):
        self.act, self.turns, self.bounder, self.wait_for_plan = act, turns, bounder, wait_for_plan
        self.seen, self.struck, self.last = set(), [], None

    def __call__(self, progress):
        self.last = progress
        self.seen |= set(offspring())
        if self.struck or (self.wait_for_plan and progress.score is None):
            return
        self.turns -= 1
        children = psutil.Process().children()
        below = [item for child in children for item in child.children()]
        victims = below if self.bounder else children
        if self.turns <= 0 and victims:
            self.struck = victims
            for victim in victims:
                victim.send_signal(self.act)


def assert_valid(case, solution):
    report = check(case, solution.assignments)
    assert report.violations == ()
    assert solution.score == report.score
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))


def killed_at(case, turns):
    fate = Fate(signal.SIGKILL, turns)
    solution = solve_in_child(case, SolveOptions(time_limit=600), fate, lambda: False)
    assert fate.struck
    assert_valid(case, solution)
    assert solution.stats["child"] == "crashed"
    assert fate.last.phase == solution.stats["message"]
    assert "内存不足" in fate.last.phase
    assert_gone(fate.seen)


@pytest.mark.parametrize("turns", [1, 12])
def test_killed_with_a_plan(small, turns):
    killed_at(small, turns)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_many_moments(small):
    rng = random.Random(5)
    for _ in range(30):
        killed_at(small, rng.randrange(1, 80))


def test_stopped_by_force_and_cancelled(small):
    fate = Fate(signal.SIGSTOP, 3)
    solution = solve_in_child(small, SolveOptions(time_limit=600), fate, lambda: bool(fate.struck))
    assert_valid(small, solution)
    assert_gone(fate.seen)


@pytest.mark.parametrize("act", [signal.SIGKILL, signal.SIGSTOP])
def test_the_process_beside_it_does_not_matter(small, act):
    fate = Fate(act, 5, bounder=True)
    solution = solve_in_child(small, SolveOptions(time_limit=5), fate, lambda: False)
    assert fate.struck
    assert_valid(small, solution)
    assert "child" not in solution.stats
    assert_gone(fate.seen)


def test_killed_while_the_process_beside_it_hangs(small):
    first = Fate(signal.SIGSTOP, 2, bounder=True)
    then = Fate(signal.SIGKILL, 2)

    def both(progress):
        first(progress)
        if first.struck:
            then(progress)

    solution = solve_in_child(small, SolveOptions(time_limit=600), both, lambda: False)
    assert then.struck
    assert_valid(small, solution)
    assert_gone(first.seen | then.seen)


def starved(mebibytes):
    """The command of a real child that may not have more memory."""
    lines = (
        "import resource, runpy, sys",
        f"resource.setrlimit(resource.RLIMIT_AS, ({mebibytes << 20},) * 2)",
        "sys.argv = ['solver.child']",
        "runpy.run_module('solver.child', run_name='__main__')",
    )
    return (sys.executable, "-c", "\n".join(lines))


@pytest.mark.parametrize("mebibytes", [40, 120, 300, 450, 600])
def test_out_of_memory(small, mebibytes):
    """It may be enough or not: a plan that holds, or a sentence; never silence or a traceback."""
    sentence, options, told = "", SolveOptions(time_limit=4), []
    try:
        solution = solve_in_child(small, options, told.append, lambda: False, starved(mebibytes))
    except SolverCrashed as error:
        sentence = str(error)
    else:
        assert_valid(small, solution)
        sentence = solution.stats.get("message", "。")
    assert sentence.endswith("。")
    assert "\n" not in sentence
    assert_gone(offspring())


def test_the_limit_is_one(small):
    """Or the test above tries nothing."""
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    with pytest.raises(SolverCrashed):
        solve_in_child(small, SolveOptions(time_limit=4), print, lambda: False, starved(60))


@pytest.mark.parametrize("act", [signal.SIGKILL, signal.SIGSTOP])
def test_teams_are_kept_too(act):
    case = parse_teams(json.loads((DATA / "teams.json").read_text("utf-8")))
    fate = Fate(act, 2)
    stopped = act == signal.SIGSTOP
    solution = solve_teams_in_child(
        case, SolveOptions(time_limit=600), fate, lambda: stopped and bool(fate.struck)
    )
    assert fate.struck
    report = check_teams(case, solution.formation)
    assert report.violations == ()
    assert report.score == solution.score
    assert_gone(fate.seen)
