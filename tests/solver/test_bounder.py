"""The bounding process beside a run: what it proves counts, and nothing depends on it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solver import SolveOptions, parse_instance, solve
from solver.candidates import prepare
from solver.engine import bounder
from solver.engine.bounder import Bounder
from solver.engine.floors import floors

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def case():
    return parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))


@pytest.fixture
def processes(monkeypatch):
    """Every bounding process that was started."""
    started = []
    plain = subprocess.Popen

    def remember(*words, **more):
        started.append(plain(*words, **more))
        return started[-1]

    monkeypatch.setattr(bounder.subprocess, "Popen", remember)
    return started


def test_bound_of_the_cost_comes_from_beside(case, processes):
    solution = solve(case, SolveOptions(time_limit=6, workers=2))
    assert solution.bounds.cost <= solution.score.cost
    assert solution.bounds.cost > 2 * floors(prepare(case)).cost
    assert [process.poll() is not None for process in processes] == [True]


@pytest.mark.parametrize("words", ["", "print('{')", "import os; os._exit(9)"])
def test_a_bounding_process_that_fails_is_not_missed(case, words, monkeypatch):
    monkeypatch.setattr(bounder, "COMMAND", (sys.executable, "-c", words))
    solution = solve(case, SolveOptions(time_limit=2, workers=2))
    assert solution.status == "feasible"
    assert solution.bounds.cost <= solution.score.cost


def test_it_ends_with_its_input(case):
    class Silent:
        instance = case
        score = None

    beside = Bounder(Silent(), prepare(case))
    beside._outbox.put(None)
    for thread in beside._threads[:1]:
        thread.join()
    beside._process.stdin.close()
    assert beside._process.wait(timeout=30) is not None
    assert not beside.busy
    beside.close()
