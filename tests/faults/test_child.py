"""A solving process that dies, hangs, lies or babbles: the last plan that was verified is kept."""

import threading
import time

import psutil
import pytest

from solver import SolveOptions, SolverCrashed, check, process, solve_in_child
from tests.faults.fakes import (
    BROKEN,
    GOOD,
    UNKNOWN,
    WORSE,
    assert_gone,
    case,
    fake,
    news,
    offspring,
    plan_message,
    say,
    tiers,
)

OPTIONS = SolveOptions(time_limit=600)  # nothing here is meant to take so long
PLAN = plan_message(GOOD)

DEATHS = {
    "exit 7": "os._exit(7)",
    "exit 0": "os._exit(0)",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "segmentation fault": "os.kill(os.getpid(), signal.SIGSEGV)",
    "exception": "raise RuntimeError('第一行\\n第二行')",
    "out of memory": "raise MemoryError",
    "half a line": """say(b'{"progress": {"sec'); os._exit(1)""",
    "output closed": "os.close(1); hang()",
    "everything closed": "[os.close(n) for n in (0, 1, 2)]; hang()",
    "much on stderr": "[os.write(2, b'x' * 10**6) for n in range(50)]; os._exit(1)",
}

LIES = {
    "binary": "say(bytes(range(256)) * 40 + b'\\n')",
    "half an object": "say('{')",
    "a list": "say('[]')",
    "a number": "say('3')",
    "a word": "say('hello')",
    "null": "say('null')",
    "an empty object": "say('{}')",
    "unknown message": """say('{"plan": 1}')""",
    "deep": "say('[' * 100_000)",
    "digits": """say('{"progress": ' + '1' * 10**6 + '}')""",
    "lone surrogate": """say('{"incumbent": {"problem": "\\\\ud800"}}')""",
    "progress of nothing": """say('{"progress": null}')""",
    "progress of another kind": """say('{"progress": {"seconds": 1}}')""",
    "seconds that are no number": say(news(None, None, seconds=float("nan"))),
    "score that is no number": say(news(tiers(cost=float("nan")), None)),
    "score of other tiers": say(news({"cost": 3}, None)),
    "bounds above the score": say(news(tiers(), tiers(cost=10**6))),
    "incumbent of nothing": """say('{"incumbent": null}')""",
    "a plan with a broken rule": say(plan_message(BROKEN)),
    "a plan with a stranger": say(plan_message(UNKNOWN)),
    "a score that is too good": say(plan_message(GOOD, score=tiers(cost=-1))),
    "a score that is no number": say(plan_message(GOOD, score=tiers(cost=float("nan")))),
    "a score of 10^30": say(plan_message(GOOD, score=tiers(cost=10**30))),
    "a solution with a broken rule": say(plan_message(BROKEN, "solution")),
    "a solution with bounds above it": say(
        plan_message(GOOD, "solution", bounds=tiers(cost=10**6), unscheduled=[])
    ),
    "optimal without a proof": say(
        plan_message(GOOD, "solution", status="optimal", bounds=tiers(cost=0))
    ),
    "a plan and none": say(plan_message(GOOD, "solution", status="infeasible")),
    "held and left out": say(
        plan_message(GOOD, "solution", bounds=tiers(cost=0), unscheduled=[{"visit": "v"}])
    ),
    "another problem": say(plan_message(GOOD, "solution", problem="another")),
    "a line without an end": "[say(b'x' * 10**6) for n in range(80)]",
    "the same for ever": "while True: say('{}')",
    "signs of life that lie, for ever": f"while True: {say(news(tiers(), tiers(cost=10**6)))}",
}
LIES_AFTER_A_PLAN = {
    "worse than before": say(plan_message(WORSE)),
    "a solution worse than before": say(plan_message(WORSE, "solution")),
    "no solution any more": say(
        {"solution": {"format": "envoy-solution/1", "problem": "tiny", "status": "infeasible",
                      "assignments": []}}
    ),
}  # fmt: skip


def run(command, told=None, should_cancel=lambda: False, options=OPTIONS):
    return solve_in_child(
        case(),
        options,
        (lambda item: None) if told is None else told.append,
        should_cancel,
        command,
    )


def assert_kept(solution, told, how):
    assert solution.assignments == GOOD
    assert solution.status == "feasible"
    assert solution.score == check(case(), GOOD).score
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))
    assert solution.stats["child"] == how
    assert told[-1].phase == solution.stats["message"]
    assert_one_sentence(told[-1].phase)
    assert "保留" in told[-1].phase


def assert_one_sentence(words):
    assert words.endswith("。")
    assert words.count("。") == 1
    assert words.isprintable()
    assert len(words) < 300


@pytest.mark.parametrize("name", DEATHS)
def test_death_after_a_plan(name):
    told = []
    assert_kept(run(fake(say(PLAN), DEATHS[name]), told), told, "crashed")
    assert_gone(offspring())


@pytest.mark.parametrize("name", DEATHS)
def test_death_before_a_plan(name):
    with pytest.raises(SolverCrashed) as error:
        run(fake(DEATHS[name]))
    assert_one_sentence(str(error.value))
    assert "请重新求解" in str(error.value)
    assert_gone(offspring())


def test_want_of_memory_is_named():
    with pytest.raises(SolverCrashed, match="内存不足"):
        run(fake("raise MemoryError"))


@pytest.mark.parametrize("name", LIES | LIES_AFTER_A_PLAN)
def test_lie_after_a_plan(name):
    told = []
    solution = run(fake(say(PLAN), (LIES | LIES_AFTER_A_PLAN)[name], "hang()"), told)
    assert_kept(solution, told, "rubbish")
    assert_gone(offspring())


@pytest.mark.parametrize("name", LIES)
def test_lie_before_a_plan(name):
    with pytest.raises(SolverCrashed) as error:
        run(fake(LIES[name], "hang()"))
    assert_one_sentence(str(error.value))
    assert_gone(offspring())


@pytest.mark.parametrize("command", [("/no/such/program",), ("/",), ("/dev/null",)])
def test_a_child_that_does_not_start(command):
    with pytest.raises(SolverCrashed) as error:
        run(command)
    assert_one_sentence(str(error.value))


def test_a_child_that_is_no_child_of_ours():
    with pytest.raises(SolverCrashed) as error:
        run(("/bin/true",))
    assert_one_sentence(str(error.value))


STOPPED = "os.kill(os.getpid(), signal.SIGSTOP)"


@pytest.mark.parametrize("hanging", ["hang()", STOPPED])
def test_cancel_does_not_wait_for_who_hangs(hanging):
    told = []
    command = fake(say(PLAN), say(news(tiers(), None)), hanging)
    solution = run(command, told, lambda: bool(told))
    assert solution.assignments == GOOD
    assert solution.status == "feasible"
    assert "message" not in solution.stats  # it was the wish of the caller
    assert_gone(offspring())


@pytest.mark.parametrize("hanging", ["hang()", STOPPED])
def test_cancel_before_a_plan(hanging):
    told = []
    solution = run(fake(say(news(None, None)), hanging), told, lambda: bool(told))
    assert solution.status == "cancelled"
    assert solution.score is None
    assert_gone(offspring())


@pytest.mark.parametrize("hanging", ["hang()", STOPPED])
def test_patience_ends_after_the_limit(hanging):
    told = []
    solution = run(fake(say(PLAN), hanging), told, options=SolveOptions(time_limit=0.2))
    assert_kept(solution, told, "late")
    without = run(fake(hanging), options=SolveOptions(time_limit=0.2))
    assert (without.status, without.score) == ("unknown", None)
    assert_gone(offspring())


class Suspended:
    """A clock of a machine that sleeps a minute whenever somebody is told of something."""

    def __init__(self):
        self.slept = 0.0
        self.time = time.time

    def monotonic(self):
        return time.monotonic() + self.slept

    def __call__(self, progress):
        self.slept += 60.0


def test_a_machine_that_sleeps_is_not_taken_for_a_child_that_hangs(monkeypatch):
    clock = Suspended()
    monkeypatch.setattr(process, "time", clock)
    last = plan_message(GOOD, "solution", bounds=tiers(cost=0))
    command = fake(say(PLAN), *[say(news(tiers(), None))] * 3, say(last), "hang()")
    solution = solve_in_child(case(), SolveOptions(time_limit=1), clock, lambda: False, command)
    assert clock.slept == 180.0
    assert solution.bounds.cost == 0
    assert "child" not in solution.stats


@pytest.mark.parametrize("ending", ["os._exit(1)", "hang()", STOPPED])
def test_what_it_started_ends_with_it(ending):
    words = "[sys.executable, '-c', 'import threading; threading.Event().wait()']"
    start = f"import subprocess; subprocess.Popen({words})"
    told, seen = [], []

    def cancel():
        seen.extend(offspring())
        return bool(told) and ending != "os._exit(1)"

    run(fake(start, say(PLAN), say(news(None, None)), ending), told, cancel)
    assert seen
    assert_gone(set(seen) | set(offspring()))


def test_bounds_said_before_the_end_count():
    bounds = tiers(cost=tiers()["cost"] - 1)
    told = []
    solution = run(fake(say(PLAN), say(news(tiers(), bounds)), "os._exit(1)"), told)
    assert solution.bounds._asdict() == bounds


def outcome():
    return plan_message(GOOD, "outcome", bounds=tiers(cost=0), unscheduled=[])


def test_death_while_explaining():
    """The plan was complete; only explanations are missing."""
    told = []
    solution = run(fake(say(outcome()), "os._exit(1)"), told)
    assert solution.assignments == GOOD
    assert solution.bounds.cost == 0
    assert "保留" in told[-1].phase


def test_a_lie_while_explaining():
    told = []
    assert_kept(run(fake(say(outcome()), "say('{}')", "hang()"), told), told, "rubbish")


def test_bounds_of_a_liar_do_not_count():
    bounds = tiers(cost=tiers()["cost"] - 1)
    solution = run(fake(say(PLAN), say(news(tiers(), bounds)), "say('{}')", "hang()"))
    assert solution.bounds.cost < bounds["cost"]


def test_who_watches_may_fail_by_himself():
    """What the caller's own code raises is the caller's, and leaves no process."""

    def fail(progress):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        solve_in_child(case(), OPTIONS, fail, lambda: False, fake(say(news(None, None)), "hang()"))
    assert_gone(offspring())


def test_nothing_is_left_of_threads():
    before = threading.active_count()
    run(fake(say(PLAN), "os._exit(1)"))
    assert threading.active_count() == before
    assert psutil.Process().children() == []
