"""Replanned instances: a plan in force, part of it over, and then something happens.

`python -m tests.bench.replanned problem.json solution.json out.json [--seed 1]` writes one. The
disturbance is that of life: envoys fall ill for a week, a county closes for a day, urgent visits
come in. What began in the first quarter of the horizon is over and therefore pinned.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
from pathlib import Path
from typing import Any

Json = dict[str, Any]

ILL_DAYS = 5
URGENT_WEIGHT = 8
URGENT_DAYS = 4


def replanned(
    problem: Json,
    assignments: list[Json],
    seed: int,
    ill: int = 4,
    closed: int = 1,
    urgent: int = 5,
) -> Json:
    """The problem with the plan as its baseline, after a disturbance.

    Args:
        problem: `envoy-problem/1` as plain data; it is not changed.
        assignments: A valid plan of it.
        seed: Of what happens.
        ill: Envoys who are ill for a week from now on.
        closed: Counties that receive nobody tomorrow.
        urgent: Visits that come in.
    """
    rng = random.Random(seed)
    after = copy.deepcopy(problem)
    days = after["days"]
    now = len(days) // 4
    after["name"] = f"{problem['name']}-replan{seed}"
    after["baseline"] = copy.deepcopy(assignments)
    held = {item["visit"]: item for item in assignments}
    for visit in after["visits"]:
        _passes(visit, held.get(visit["id"]), days[now])
    _fall_ill(rng, after, held, days[now : now + ILL_DAYS], ill)
    _close(rng, after, held, days[now + 1], closed)
    window = days[now + 1], days[min(len(days) - 1, now + URGENT_DAYS)]
    after["visits"] += [_urgent(rng, after, n, *window) for n in range(urgent)]
    return after


def _passes(visit: Json, item: Json | None, now: str) -> None:
    """What has begun stays; what was left out can only be held later."""
    if item is None:
        if visit["latest"] >= now:
            visit["earliest"] = max(visit["earliest"], now)
    elif item["date"] < now:
        start = {"date": item["date"], "slot": item["slot"]}
        visit["pin"] = {"start": start, "envoys": copy.deepcopy(item["roles"])}


def _begun(after: Json) -> list[Json]:
    """Visits of several days that have begun: their people and counties are spared."""
    return [v for v in after["visits"] if v.get("pin") and v["slots"] > 2]


def _fall_ill(rng: random.Random, after: Json, held: Json, days: list[str], count: int) -> None:
    spared = {name for v in _begun(after) for role in v["pin"]["envoys"] for name in role}
    busy = {n for i in held.values() if i["date"] in days for role in i["roles"] for n in role}
    for name in rng.sample(sorted(busy - spared), min(count, len(busy - spared))):
        (envoy,) = [item for item in after["envoys"] if item["id"] == name]
        away = {tuple(slot) for slot in envoy["unavailable"]}
        away.update((day, half) for day in days for half in ("AM", "PM"))
        envoy["unavailable"] = [list(slot) for slot in sorted(away)]


def _close(rng: random.Random, after: Json, held: Json, day: str, count: int) -> None:
    county_of = {visit["id"]: visit["county"] for visit in after["visits"]}
    spared = {visit["county"] for visit in _begun(after)}
    hosts = {county_of[n] for n, i in held.items() if i["date"] == day} - spared
    for name in rng.sample(sorted(hosts), min(count, len(hosts))):
        (county,) = [item for item in after["counties"] if item["id"] == name]
        county["closed"] = [*county.get("closed", []), [day, "AM"], [day, "PM"]]


def _urgent(rng: random.Random, after: Json, number: int, first: str, last: str) -> Json:
    specialties = sorted({name for envoy in after["envoys"] for name in envoy["specialties"]})
    slots = rng.choice((1, 1, 2))
    names = rng.sample(specialties, rng.choice((1, 1, 2)))
    return {
        "id": f"U{number:03d}",
        "county": rng.choice(after["counties"])["id"],
        "series": None,
        "roles": [
            {"specialty": n, "min_level": rng.choice((1, 1, 2)), "count": rng.choice((1, 1, 2))}
            for n in names
        ],
        "slots": slots,
        "earliest": first,
        "latest": last,
        "start_slots": ["AM", "PM"] if slots == 1 else ["AM"],
        "weight": URGENT_WEIGHT,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", type=Path)
    parser.add_argument("solution", type=Path, help="envoy-solution/1 of the problem")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ill", type=int, default=4)
    parser.add_argument("--closed", type=int, default=1)
    parser.add_argument("--urgent", type=int, default=5)
    words = parser.parse_args()
    problem, solution = (
        json.loads(path.read_text("utf-8")) for path in (words.problem, words.solution)
    )
    case = replanned(
        problem, solution["assignments"], words.seed, words.ill, words.closed, words.urgent
    )
    words.out.write_text(json.dumps(case, ensure_ascii=False, indent=0), "utf-8")


if __name__ == "__main__":
    main()
