"""The bounding process beside a run: what it proves counts, and nothing depends on it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solver import SolveOptions, instance_to_json, parse_instance, solve, talk
from solver.candidates import prepare
from solver.engine import bounder
from solver.engine.floors import floors
from solver.talk import child_environment

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

    monkeypatch.setattr(talk.subprocess, "Popen", remember)
    return started


def test_bound_of_the_cost_comes_from_beside(case, processes):
    solution = solve(case, SolveOptions(time_limit=6, workers=2))
    assert solution.bounds.cost <= solution.score.cost
    assert solution.bounds.cost > 2 * floors(prepare(case)).cost
    assert [process.poll() is not None for process in processes] == [True]


@pytest.mark.parametrize("deterministic", [False, True])
def test_bound_of_the_cost_without_a_process(case, processes, deterministic):
    solution = solve(case, SolveOptions(time_limit=8, workers=1, deterministic=deterministic))
    assert 2 * floors(prepare(case)).cost < solution.bounds.cost <= solution.score.cost
    assert not processes


@pytest.mark.parametrize("words", ["", "print('{')", "import os; os._exit(9)"])
def test_a_bounding_process_that_fails_is_not_missed(case, words, monkeypatch):
    monkeypatch.setattr(bounder, "COMMAND", (sys.executable, "-c", words))
    solution = solve(case, SolveOptions(time_limit=2, workers=2))
    assert solution.status == "feasible"
    assert solution.bounds.cost <= solution.score.cost


def test_it_ends_with_its_input(case):
    words = [sys.executable, "-m", "solver.bounding.child"]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, env=child_environment())
    child.communicate((json.dumps(instance_to_json(case)) + "\n").encode(), timeout=30)
    assert child.returncode == 0
