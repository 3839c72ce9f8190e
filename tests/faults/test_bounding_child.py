"""A bounding process that dies, hangs, lies or babbles: bounds stay honest, the search goes on."""

import json
import sys
import time
from pathlib import Path

import pytest

from solver import Score, SolveOptions, check, parse_instance, parse_solution, solve
from solver.candidates import prepare
from solver.engine import bounder
from solver.engine.bounder import Bounder
from solver.engine.floors import floors, raise_floors
from solver.engine.record import Record
from solver.plan import assignments_of, load_plan
from tests.faults.fakes import assert_gone, offspring

DATA = Path(__file__).parents[1] / "solver" / "data"
SECONDS = 20


@pytest.fixture(scope="module")
def case():
    return parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def tables(case):
    return prepare(case)


@pytest.fixture(scope="module")
def plan(case, tables):
    known = json.loads((DATA / "small.solution.json").read_text("utf-8"))
    return load_plan(tables, parse_solution(known, case).assignments)


@pytest.fixture
def record(case, tables, plan):
    # Its time is over: it asks for bounds at the present score.
    found = Record(case, SolveOptions(time_limit=0), lambda progress: None, lambda: False)
    raise_floors(found, tables)
    assert found.offer(plan)
    return found


@pytest.fixture
def beside(record, tables, monkeypatch):
    """Starts a bounder whose process runs some lines of Python once it has been told of a plan."""
    started = []

    def start(*lines):
        monkeypatch.setattr(bounder, "COMMAND", told(lines))
        started.append(Bounder(record, tables))
        return started[-1]

    yield start
    for talk in started:
        talk.close()


def told(lines):
    begin = (
        "import json, os, signal, sys, threading",
        "hang = threading.Event().wait",
        "sys.stdin.readline()",
        "given = json.loads(sys.stdin.readline())['given']",
        "def say(**more): print(json.dumps({'given': given, 'done': False} | more), flush=True)",
    )
    return (sys.executable, "-c", "\n".join((*begin, *lines)))


def until(condition, talk):
    """Exchange until a condition holds."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        talk.exchange()


def test_a_bound_is_noted(record, beside):
    talk = beside("say(bound=30_000, likely=[[0, 1], [0, 2]])", "hang()")
    until(lambda: record.bounds().cost == 30_000, talk)
    assert talk.likely == {0: [1, 2]}
    assert talk.busy
    talk.close()
    assert not talk.busy
    assert_gone(offspring())


RUBBISH = {
    "nothing": "os._exit(0)",
    "death": "os.kill(os.getpid(), signal.SIGKILL)",
    "output closed": "os.close(1)",
    "no JSON": "print('{', flush=True)",
    "binary": "os.write(1, bytes(range(256)) * 99 + b'\\n')",
    "a list": "print([1], flush=True)",
    "nothing said": "print('{}', flush=True)",
    "no number": "say(bound=float('nan'))",
    "a word": "say(bound='30000')",
    "half": "say(bound=1.5)",
    "true": "say(bound=True)",
    "beyond all limits": "say(bound=10**30)",
    "other tiers": "say(given=[1], bound=3)",
    "no tiers": "say(given=None, bound=3)",
    "pairs that are none": "say(bound=3, likely=[[1]])",
    "a visit that is none": "say(bound=3, likely=[[10**6, 0]])",
    "before the beginning": "say(bound=3, likely=[[-1, 0]])",
    "duties that are none": "say(bound=3, promising=[[1]], beyond=3)",
    "duties of a word": "say(bound=3, promising='x', beyond=3)",
    "duties without an end": "say(bound=3, promising=[[10**30], [0], [0]], beyond=3)",
    "duties of nobody": "say(bound=3, promising=[[0], [0], [10**6]], beyond=3)",
    "duties of different lengths": "say(bound=3, promising=[[0, 1], [0], [0]], beyond=3)",
    "nothing beyond": "say(bound=3, promising=[[0], [0], [0]])",
    "for ever": "while True: print('[]', flush=True)",
    "without an end": "while True: os.write(1, b'x' * 10**6)",
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_ends_it(name, record, tables, beside):
    talk = beside(RUBBISH[name])
    until(lambda: not talk.busy, talk)
    talk.close()
    assert record.bounds() == floors(tables)
    assert_gone(offspring())


@pytest.mark.parametrize("hanging", ["hang()", "os.kill(os.getpid(), signal.SIGSTOP)"])
def test_hanging_holds_nobody_up(hanging, record, beside):
    talk = beside("say(bound=30_000)", hanging)
    until(lambda: record.bounds().cost == 30_000, talk)
    talk.exchange()
    talk.close()
    assert_gone(offspring())


def test_much_that_is_true_holds_nobody_up(record, beside):
    talk = beside("while True: say(bound=30_000)")
    until(lambda: record.bounds().cost == 30_000, talk)
    talk.exchange()
    talk.close()
    assert_gone(offspring())


def test_a_bound_above_a_known_plan_is_refused(record, tables, beside):
    """And what the liar said before is not believed any more."""
    lies = ("say(bound=30_000)", "say(bound=10**6)", "hang()")
    talk = beside(*lies)
    until(lambda: record.withdrawn, talk)
    assert record.bounds() == floors(tables)
    assert not record.proven()
    assert not talk.busy
    assert_gone(offspring())


def test_a_bound_that_a_better_plan_refutes(record, tables, plan, beside):
    """The lie could not be seen before; the better plan shows it, and the bound is withdrawn."""
    cost = record.score.cost
    talk = beside(f"say(bound={cost}, done=True)", "hang()")
    until(lambda: record.bounds().cost == cost, talk)
    better = cheaper(plan, tables)
    assert record.offer(better)
    assert record.withdrawn == 1
    assert record.bounds().cost == floors(tables).cost
    talk.exchange()
    assert not talk.busy
    talk.close()


def cheaper(plan, tables):
    """The same visits, one of them with somebody who costs less."""
    for index, held in sorted(plan.held.items()):
        visit = tables.visits[index]
        others = load_plan(tables, ())
        for other, place in plan.held.items():
            if other != index:
                others.add(other, place.start, place.crew)
        for seat, people in enumerate(held.crew):
            for person in visit.seats[seat].people.tolist():
                crew = list(held.crew)
                crew[seat] = (person, *people[1:])
                others.add(index, held.start, tuple(crew))
                if others.score() < plan.score() and valid(others):
                    return others
                others.remove(index)
    raise AssertionError("the known plan is the best there is")


def valid(plan):
    return not check(plan.facts.instance, assignments_of(plan)).violations


def test_no_process_to_be_had(case, monkeypatch):
    monkeypatch.setattr(bounder, "COMMAND", ("/no/such/program",))
    solution = solve(case, SolveOptions(time_limit=2, workers=2))
    assert check(case, solution.assignments).violations == ()
    assert isinstance(solution.bounds, Score)


@pytest.mark.parametrize(
    "words", ["while True: print('[]')", "while True: print('x' * 10**6, end='')"]
)
def test_a_whole_run_beside_a_babbler(case, monkeypatch, words):
    monkeypatch.setattr(bounder, "COMMAND", (sys.executable, "-c", words))
    solution = solve(case, SolveOptions(time_limit=2, workers=2))
    assert check(case, solution.assignments).violations == ()
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))
    assert_gone(offspring())
