"""The child process: news, cancel, crash; and runs that can be repeated."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from solver import (
    SolveOptions,
    SolverCrashed,
    check,
    instance_to_json,
    parse_instance,
    solution_to_json,
    solve,
    solve_in_child,
)
from solver.process import incumbent_message
from solver.talk import Talk
from tests.solver.build import DAYS, envoy, held, instance, visit

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def small():
    return parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))


def tiny():
    return instance([envoy("e1")], [visit("v")])


def never():
    return False


def test_child_solves_and_reports():
    news = []
    solution = solve_in_child(tiny(), SolveOptions(time_limit=10), news.append, never)
    assert solution.status == "optimal"
    assert news
    assert all(item.phase for item in news)
    assert news[-1].bounds is None or news[-1].bounds <= solution.score


def test_cancel_returns_the_best_plan_within_a_second_or_so(small):
    asked = []

    def cancel():
        if not asked and news and news[-1].score is not None:
            asked.append(time.monotonic())
        return bool(asked)

    news = []
    solution = solve_in_child(small, SolveOptions(time_limit=60), news.append, cancel)
    assert time.monotonic() - asked[0] < 2.5
    assert solution.status == "feasible"
    assert check(small, solution.assignments).violations == ()


def test_cancel_before_anything_is_found(small):
    solution = solve_in_child(small, SolveOptions(time_limit=60), lambda news: None, lambda: True)
    assert solution.status in {"cancelled", "feasible"}
    assert (solution.score is None) == (solution.status == "cancelled")


def test_child_works_from_another_thread():
    found = []
    thread = threading.Thread(
        target=lambda: found.append(
            solve_in_child(tiny(), SolveOptions(time_limit=10), lambda news: None, never)
        )
    )
    thread.start()
    thread.join(60)
    assert found[0].status == "optimal"


def test_importing_the_package_is_light():
    """A window or a checker must not wait for numpy and OR-Tools."""
    code = "import sys, solver; print(sorted({'numpy', 'ortools'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def child_that(*lines):
    return (sys.executable, "-c", "\n".join(["import sys, json", "sys.stdin.readline()", *lines]))


def test_crash_without_a_plan_is_a_sentence():
    command = child_that("sys.exit('boom')")
    with pytest.raises(SolverCrashed, match="boom") as error:
        solve_in_child(tiny(), SolveOptions(time_limit=10), lambda news: None, never, command)
    assert "求解进程意外退出" in str(error.value)


def say(message):
    return f"print({json.dumps(message)!r}, flush=True)"


def test_crash_after_a_plan_gives_the_plan():
    case = tiny()
    plan = (held("v", DAYS[0], "AM", ["e1"]),)
    message = incumbent_message(case.name, plan, check(case, plan).score)
    command = child_that(say(message), "import os", "os._exit(7)")
    solution = solve_in_child(case, SolveOptions(time_limit=10), lambda news: None, never, command)
    assert solution.status == "feasible"
    assert solution.assignments == plan


@pytest.mark.parametrize("end", ["os._exit(7)", "time.sleep(60)"])
def test_an_outcome_counts_where_its_explanations_do_not_come(end):
    """A child that dies or hangs while it looks for repairs; who watches cancels at the outcome."""
    case = instance([envoy("e1")], [visit("v"), visit("w", county="C", weight=2)])
    solution = solve(case, SolveOptions(time_limit=5))
    outcome = {"outcome": solution_to_json(solution)}
    news = {"seconds": 1.0, "score": None, "bounds": None, "phase": "寻找补救办法"}
    command = child_that(say(outcome), say({"progress": news}), "import os, time", end)
    told = []
    found = solve_in_child(
        case, SolveOptions(time_limit=60), told.append, lambda: bool(told), command
    )
    assert (found.status, found.score, found.bounds) == ("optimal", solution.score, solution.bounds)
    assert found.assignments == solution.assignments


class Starved(Talk):
    """Its reader gets no turn, on a busy machine, before the process has long ended."""

    def hear(self, seconds):
        if self.exit_code is None:
            self._process.wait()
            raise queue.Empty
        if not self._killed:
            raise queue.Empty
        return super().hear(seconds)


def test_a_last_message_that_is_late_in_coming_counts_and_is_no_crash(monkeypatch, caplog):
    monkeypatch.setattr("solver.process.Talk", Starved)
    solution = solve_in_child(tiny(), SolveOptions(time_limit=10), lambda news: None, never)
    assert solution.status == "optimal"
    assert "child" not in solution.stats
    assert not caplog.records


def test_what_killed_the_process_is_told_though_it_is_ended_as_well(monkeypatch):
    monkeypatch.setattr("solver.process.Talk", Starved)
    command = child_that("sys.exit(3)")
    with pytest.raises(SolverCrashed) as error:
        solve_in_child(tiny(), SolveOptions(time_limit=10), lambda news: None, never, command)
    assert "内存" not in str(error.value)


def test_a_stopped_run_tells_repairs(small):
    asked = []

    def cancel():
        asked.extend(["now"] if news and news[-1].score is not None else [])
        return bool(asked)

    news = []
    solution = solve_in_child(small, SolveOptions(time_limit=60), news.append, cancel)
    assert solution.status == "feasible"
    assert any(item.repairs for item in solution.unscheduled)


def test_a_lying_child_is_not_believed():
    case = tiny()
    plan = (held("v", DAYS[0], "AM", ["e1"]),)
    score = check(case, plan).score._replace(cost=0)  # the plan is right, its score is not
    command = child_that(say(incumbent_message(case.name, plan, score)))
    with pytest.raises(SolverCrashed, match="未通过校验"):
        solve_in_child(case, SolveOptions(time_limit=10), lambda news: None, never, command)


def test_child_ends_with_its_parent(small):
    """A closed input is all that a child notices of a parent that was killed."""
    request = {"problem": instance_to_json(small), "options": {"time_limit": 60.0}}
    child = subprocess.Popen(
        [sys.executable, "-m", "solver.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    child.communicate((json.dumps(request) + "\n").encode(), timeout=20)
    assert child.returncode == 1


def test_deterministic_runs_repeat(small):
    options = SolveOptions(time_limit=4, workers=1, seed=3, deterministic=True)
    first, second = solve(small, options), solve(small, options)
    assert first.assignments == second.assignments
    assert first.score == second.score
    assert first.score[:2] <= (27, 112)


def test_small_reaches_the_proven_tiers(small):
    solution = solve(small, SolveOptions(time_limit=12))
    assert check(small, solution.assignments).violations == ()
    assert solution.score[:3] == (25, 109, 0)
    assert solution.score.cost < 36833
    assert solution.bounds <= solution.score


@pytest.mark.slow
def test_small_is_proven(small):
    solution = solve(small, SolveOptions(time_limit=60))
    assert solution.bounds[:3] == (25, 109, 0)
    assert solution.score.cost < 36450


def test_a_child_that_never_listens_can_be_cancelled(small):
    command = (sys.executable, "-c", "import threading; threading.Event().wait()")
    begin = time.monotonic()
    options = SolveOptions(time_limit=60)
    solution = solve_in_child(small, options, lambda news: None, lambda: True, command)
    assert time.monotonic() - begin < 3
    assert solution.status == "cancelled"
