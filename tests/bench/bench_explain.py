"""How long explanations take: `python -m tests.bench.bench_explain PROBLEM.json SOLUTION.json`.

With `--database DIR/envoy.db` (of `envoy demo DIR`) as the window asks: services, words and all.
Prints the median and the worst of each kind of question over many; nothing is asserted.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from solver import Instance, parse_instance, parse_solution
from solver.explain.budget import Budget
from solver.explain.judge import Judge
from solver.explain.repairs import find_repairs
from solver.explain.shortages import shortages

QUESTIONS = 60


def timed(name: str, ask: Callable[[], object], times: int = 1) -> None:
    """Ask and print milliseconds."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - begin))
    print(f"{name:28} median {statistics.median(spent):8.1f} ms   worst {max(spent):8.1f} ms")


def judging(case: Instance, judge: Judge, plan: list, rng: random.Random) -> None:
    """The questions of the window."""

    def move() -> object:
        item = rng.choice(plan)
        return judge.move(item.visit, rng.choice(case.days), rng.choice(["AM", "PM"]), item.roles)

    def swap() -> object:
        one, two = rng.sample(plan, 2)
        return judge.swap(one.visit, one.envoys[0], two.visit, two.envoys[0])

    held = {item.visit for item in plan}
    left = [visit.id for visit in case.visits if visit.id not in held]
    timed("move", move, QUESTIONS)
    timed("drop", lambda: judge.drop(rng.choice(plan).visit), QUESTIONS)
    timed("swap", swap, QUESTIONS)
    timed("candidates, first time", lambda: judge.candidates(plan[0].visit, 0))
    timed("candidates", lambda: judge.candidates(rng.choice(plan).visit, 0), QUESTIONS // 3)
    if left:
        timed("candidates, left out, first", lambda: judge.candidates(left[0], 0))
        timed("candidates, left out", lambda: judge.candidates(rng.choice(left), 0), len(left))
    timed("gains", lambda: judge.gains(rng.choice(case.envoys).id), QUESTIONS // 3)


def services(path: Path) -> None:
    """Measure the newest plan of a database through the services."""
    from envoy_app.domain.time import HalfDay, SlotTime
    from envoy_app.services.planning import PlanRequest
    from envoy_app.services.workspace import open_workspace

    workspace = open_workspace(path)
    plan = workspace.planning.latest()
    assert plan is not None, "the database holds no plan"
    rng = random.Random(1)
    held, envoys = plan.held, list(plan.envoys)
    timed("build the judge", lambda: workspace.judging.judge(plan))
    judge = workspace.judging.judge(plan)

    def move() -> object:
        start = SlotTime(rng.choice(plan.days), rng.choice(list(HalfDay)))
        return judge.move(rng.choice(held).id, start)

    def swap() -> object:
        one, two = rng.sample(held, 2)
        return judge.swap(one.id, one.envoys[0], two.id, two.envoys[0])

    timed("rank", lambda: judge.rank(rng.choice(held).id, 0), QUESTIONS)
    if plan.unscheduled:
        timed("rank, left out", lambda: judge.rank(rng.choice(plan.unscheduled).id, 0), QUESTIONS)
    timed("gains", lambda: judge.gains(rng.choice(envoys)), QUESTIONS)
    timed("verdict on a move", move, QUESTIONS)
    timed("verdict on a swap", swap, QUESTIONS)
    request = PlanRequest(plan.info.start, plan.info.end)
    timed("preflight, with its child", lambda: workspace.planning.preflight(request), 5)
    workspace.close()


def main() -> None:
    """Measure one plan of one problem, or of a database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", type=Path, nargs="?")
    parser.add_argument("solution", type=Path, nargs="?")
    parser.add_argument("--database", type=Path)
    arguments = parser.parse_args()
    if arguments.database:
        services(arguments.database)
    elif arguments.problem and arguments.solution:
        files(arguments.problem, arguments.solution)
    else:
        parser.error("PROBLEM.json and SOLUTION.json, or --database")


def files(problem: Path, solved: Path) -> None:
    """Measure one plan of one problem."""
    case = parse_instance(json.loads(problem.read_text(encoding="utf-8")))
    solution = parse_solution(json.loads(solved.read_text(encoding="utf-8")), case)
    plan = list(solution.assignments)
    timed("prepare a judge", lambda: Judge(case, plan), 5)
    judge = Judge(case, plan)
    timed("prepare for rankings", judge.prepare)
    judging(case, judge, plan, random.Random(1))
    timed("shortages", lambda: shortages(case), 3)
    timed("repairs, all visits", lambda: find_repairs(case, plan, Budget()))


if __name__ == "__main__":
    main()
