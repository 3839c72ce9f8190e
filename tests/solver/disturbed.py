"""Replans by chance: a best plan of a small scene in force, and then all kinds of things happen."""

import random

from solver import parse_instance
from solver.candidates import prepare
from solver.engine.cpsat import Limits, solve_cpsat
from solver.engine.exact import at_most
from solver.engine.model import Model
from solver.engine.pins import hold_pins
from solver.plan import Plan, assignments_of
from solver.serialise import assignment_to_json
from tests.solver.scenes import scene

LIMITS = Limits(30, 1, 1)


def best_by_model(case):
    """Score of the best plan by the natural model, tier by tier, and the plan; None for none."""
    tables = prepare(case)
    if hold_pins(tables, LIMITS, lambda: False) is None:
        return None
    model = Model(Plan(tables), [v.index for v in tables.visits if v.possible])
    model.add_tiers()
    rows, values = [], []
    for tier in model.tiers:
        found = solve_cpsat(model, tier, rows, LIMITS)
        assert found.bound == tier.value(found.values)
        rows.append(at_most(tier, found.bound))
        values.append(found.bound)
    plan = Plan(tables)
    for index, (start, crew) in model.crews(found.values.__getitem__).items():
        plan.add(index, start, crew)
    assert plan.score() == tuple(values)
    return plan.score(), plan


def disturbed(rng: random.Random, most_envoys, most_visits):
    """An `envoy-problem/1` with a baseline that mostly holds, and now and then not at all."""
    data = scene(rng, most_envoys, most_visits) | {"baseline": []}
    found = best_by_model(parse_instance(data))
    assert found is not None
    before = [assignment_to_json(item) for item in assignments_of(found[1])]
    data["baseline"] = [item for item in before if rng.random() < rng.choice([1, 1, 0.8])]
    _people(rng, data)
    for place in data["counties"]:
        if rng.random() < 0.2:
            place["closed"] = [[rng.choice(data["days"]), "AM"]]
    _urgent(rng, data)
    _pins(rng, data)
    _misfits(rng, data)
    if rng.random() < 0.3:
        names = {"dropped": 12, "moved": 4, "replaced": 3}
        data["weights"]["disruption"] = {name: rng.randint(0, most) for name, most in names.items()}
    return data


def _people(rng, data):
    for person in data["envoys"]:
        if rng.random() < 0.25:
            slots = [[day, half] for day in data["days"] for half in ("AM", "PM")]
            ill = [slot for slot in slots if rng.random() < 0.5]
            person["unavailable"] += [slot for slot in ill if slot not in person["unavailable"]]
        if rng.random() < 0.1:
            person["specialties"] = {}
        if rng.random() < 0.1:
            person["max_slots_per_week"] = rng.randint(0, 2)


def _urgent(rng, data):
    others = scene(random.Random(rng.random()), 3, 3)["visits"]
    span = {"earliest": data["days"][0], "latest": data["days"][-1]}
    for number, item in enumerate(others[: rng.randint(0, 2)]):
        data["visits"].append(item | span | {"id": f"u{number}", "weight": 9, "series": None})


def _pins(rng, data):
    held = {item["visit"]: item for item in data["baseline"]}
    for item in data["visits"]:
        before = held.get(item["id"])
        if before and rng.random() < 0.15:
            start = {"date": before["date"], "slot": before["slot"]}
            item["pin"] = {
                "start": rng.choice([start, start, None]),
                "envoys": rng.choice([before["roles"], None]),
            }
        elif rng.random() < 0.03:
            item["pin"] = {"start": None, "envoys": None}


def _misfits(rng, data):
    """A plan in force may have been made by hand, under other rules."""
    for item in data["baseline"]:
        if rng.random() < 0.05:
            item["roles"] = [[data["envoys"][0]["id"]]]
        if rng.random() < 0.05:
            item["date"] = rng.choice(data["days"])
