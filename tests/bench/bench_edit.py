"""How long a change by hand takes: `python -m tests.bench.bench_edit [--stress]`.

On a drawn month (520 envoys, 700 visits, 21 days), with `--stress` on three (2,100 visits, 63
days), stored in a database of its own. Prints the median and the worst of each step over many,
and the processor's share of it; nothing is asserted. A drag must show all its targets within 50
ms, a drop be stored within 100.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from envoy_app.domain.editing import Command, Lock, Move, Replace, SwapPeople
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.edit_session import EditSession
from envoy_app.services.workspace import Workspace, open_workspace
from solver import parse_instance
from solver.candidates import prepare
from solver.engine.insertion import insert
from solver.plan import Plan, assignments_of
from tests.services.edit_scenes import store
from tests.solver.generate import month_like

TIMES = 40


def timed(name: str, ask: Callable[[], object], times: int = 1) -> None:
    """Ask, and print milliseconds of the clock and of this process."""
    report(name, [spent(ask) for _ in range(times)])


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the clock and of this process."""
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - busy)


def report(name: str, found: list[tuple[float, float]]) -> None:
    """Print the median and the worst of the clock, and the median of the process."""
    wall, work = zip(*found, strict=True)
    middle, worst, cpu = statistics.median(wall), max(wall), statistics.median(work)
    print(f"{name:28} median {middle:8.1f} ms   worst {worst:8.1f} ms   cpu {cpu:8.1f} ms")


def drags(session: EditSession, rng: random.Random) -> None:
    """What is asked while something is dragged."""
    held, left = session.plan.held, session.plan.unscheduled
    people = list(session.plan.envoys)

    def swap() -> object:
        visit = rng.choice(held)
        return session.seats(rng.choice(visit.envoys), visit.id)

    timed("all starts of a visit", lambda: session.starts(rng.choice(held).id), TIMES)
    if left:
        timed("all starts, left out", lambda: session.starts(rng.choice(left).id), TIMES)
    timed("all seats, from the roster", lambda: session.seats(rng.choice(people)), TIMES)
    timed("all seats, from a visit", swap, TIMES)
    timed("one more anywhere", lambda: session.additions(rng.choice(people)), TIMES)

    def instead() -> object:
        visit = rng.choice(held)
        return session.people(visit.id, rng.choice(visit.envoys))

    def row_drag() -> object:
        visit = rng.choice(held)
        envoy = rng.choice(visit.envoys)
        return (
            session.starts(visit.id),
            session.people(visit.id, envoy),
            session.seats(envoy, visit.id),
        )

    in_sight = [visit.id for visit in held[:150]]
    timed("all people for a seat", instead, TIMES)
    timed("a drag over envoys' rows", row_drag, TIMES)
    timed("150 swaps of times", lambda: session.swaps(rng.choice(held).id, in_sight), TIMES)
    timed("all starts of a copy", lambda: session.copies(rng.choice(held).id), TIMES)


def verdicts(session: EditSession, rng: random.Random) -> None:
    """One command in words."""
    held, days = session.plan.held, session.plan.days

    def move() -> object:
        start = SlotTime(rng.choice(days), rng.choice(list(HalfDay)))
        return session.verdict(Move(rng.choice(held).id, start))

    def swap() -> object:
        one, two = rng.sample(held, 2)
        return session.verdict(SwapPeople(one.id, one.envoys[0], two.id, two.envoys[0]))

    timed("verdict on a move, in words", move, TIMES)
    timed("verdict on a swap, in words", swap, TIMES)


def a_move(session: EditSession, rng: random.Random) -> Command:
    """A move that is allowed."""
    while True:
        visit = rng.choice(session.plan.held)
        good = [t for t in session.starts(visit.id) if t.allowed and t.start != visit.start]
        if good:
            return Move(visit.id, rng.choice(good).start)


def a_replacement(session: EditSession, rng: random.Random) -> Command:
    """Somebody who may come instead of somebody."""
    while True:
        envoy = rng.choice(list(session.plan.envoys))
        good = [target for target in session.seats(envoy) if target.allowed]
        if good:
            seat = rng.choice(good)
            return Replace(seat.visit, seat.leaving, envoy)


def drops(workspace: Workspace, session: EditSession, rng: random.Random) -> None:
    """From a command to what is stored; then the first drag, and undo."""
    for name, draw in (("move, stored", a_move), ("replacement, stored", a_replacement)):
        found = []
        for _ in range(TIMES):
            command = draw(session, rng)  # the search for something to do is not measured
            found.append(spent(partial(session.do, command)))
        report(name, found)
    lock = session.select(county=session.plan.held[0].county)
    timed("lock a county, stored", lambda: session.do(Lock(lock, date=True, people=True)))
    timed("all seats, after a drop", lambda: session.seats(rng.choice(list(session.plan.envoys))))
    timed("undo, figures anew", workspace.history.undo, 10)
    timed("redo, figures anew", workspace.history.redo, 10)
    timed("open again", lambda: workspace.editing.open(session.plan.info.id))


def main() -> None:
    """Draw, fill, store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stress", action="store_true")
    stress = parser.parse_args().stress
    case = parse_instance(month_like(3, visits=2100, days=63) if stress else month_like(3))
    plan = Plan(prepare(case))
    for index in range(len(case.visits)):
        insert(plan, index)
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "envoy.db", actor="bench")
        stored = store(workspace, case, assignments_of(plan))
        print(f"{len(case.envoys)} envoys, {len(case.visits)} visits, {len(stored.held)} held")
        timed("open", lambda: workspace.editing.open(stored.info.id))
        session = workspace.editing.open(stored.info.id)
        timed("prepare", session.prepare)
        drags(session, rng)
        verdicts(session, rng)
        drops(workspace, session, rng)
        workspace.close()


if __name__ == "__main__":
    main()
