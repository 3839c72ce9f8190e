"""The instances of the table by name; each is drawn from a seed, or read from a file."""

from __future__ import annotations

import importlib
import json
import random
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from solver import SolveOptions, parse_instance, solve_in_child
from solver.serialise import assignment_to_json
from tests.solver.generate import month_like

Json = dict[str, Any]

YEAR = "year"
"""Twelve months, one after another; see `months`."""
PLAN_SECONDS = 20.0
"""For the plan in force of a month that is replanned."""


class Missing(Exception):
    """An instance that cannot be had here; the message says why."""


def week(seed: int) -> Json:
    return month_like(seed, visits=240, days=5)


def month(seed: int) -> Json:
    return month_like(seed)


def quarter(seed: int) -> Json:
    """63 working days, 2,100 visits."""
    return month_like(seed, visits=2100, days=63)


def metros(seed: int) -> Json:
    """Four metropolitan areas at once: 2,080 envoys, 140 counties, 2,800 visits."""
    return month_like(seed, envoys=2080, visits=2800, metros=4)


def replanned(seed: int) -> Json:
    """A month whose plan is in force when people fall ill and a county closes."""
    drawn = month(seed)
    options = SolveOptions(time_limit=PLAN_SECONDS, seed=seed)
    plan = solve_in_child(parse_instance(drawn), options, lambda news: None, lambda: False)
    disturb = _beside("replanned", "replanned")
    return disturb(drawn, [assignment_to_json(item) for item in plan.assignments], seed)


def dense(seed: int) -> Json:
    """500 envoys, 500 one-seat visits on one day, travel only."""
    return _beside("drawn", "dense_assignment")(500, seed)


def reviewers(seed: int) -> Json:
    """118 papers of three seats, 177 people with four at most, affinities only."""
    return _beside("drawn", "reviewers")(seed, 21)


def teams(seed: int) -> Json:
    """520 envoys, 35 counties; the one that the tests use, people in another order."""
    path = Path(__file__).parents[1] / "solver" / "data" / "teams.json"
    drawn: Json = json.loads(path.read_text(encoding="utf-8"))
    random.Random(seed).shuffle(drawn["envoys"])
    return drawn | {"name": f"{drawn['name']}-s{seed}"}


def _beside(module: str, name: str) -> Callable[..., Json]:
    """A function of a module of this folder that need not be there."""
    try:
        found: Callable[..., Json] = getattr(importlib.import_module(f"tests.bench.{module}"), name)
    except (ImportError, AttributeError) as error:
        raise Missing(f"tests/bench/{module}.py: {error}") from None
    return found


DRAWN: dict[str, Callable[[int], Json]] = {
    "week": week,
    "month": month,
    "quarter": quarter,
    "metros": metros,
    "replanned": replanned,
    "dense": dense,
    "reviewers": reviewers,
    "teams": teams,
}


def read(path: Path) -> Json:
    """A problem from a file."""
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def months(seed: int, year: int = 2026, **sizes: int) -> list[Json]:
    """The months of a year: the same people and places, other visits and other absences.

    `prior_slots` stays 0; whoever plans them carries it on with `carried`.
    """
    first = month_like(seed, first=date(year, 1, 1), **sizes)
    drawn = []
    for number in range(1, 13):
        begin = date(year, number, 1)
        days = sum(
            date(year, number, n + 1).weekday() < 5 for n in range(monthrange(year, number)[1])
        )
        other = month_like(100 * seed + number, first=begin, days=days, **sizes)
        people = [
            envoy | {"unavailable": away["unavailable"]}
            for envoy, away in zip(first["envoys"], other["envoys"], strict=True)
        ]
        same = {"envoys": people, "travel": first["travel"], "counties": first["counties"]}
        drawn.append(other | same | {"name": f"{first['name']}-{year}-{number:02d}"})
    return drawn


def carried(problem: Json, load: dict[str, int]) -> Json:
    """A month after others: what everybody has done counts for fairness."""
    people = [envoy | {"prior_slots": load.get(envoy["id"], 0)} for envoy in problem["envoys"]]
    return problem | {"envoys": people}


def loads(problem: Json, plan: list[Json]) -> dict[str, int]:
    """Slots of each envoy in a plan."""
    slots = {visit["id"]: visit["slots"] for visit in problem["visits"]}
    load: dict[str, int] = {}
    for item in plan:
        for envoy in (name for role in item["roles"] for name in role):
            load[envoy] = load.get(envoy, 0) + slots[item["visit"]]
    return load
