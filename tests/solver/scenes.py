"""Random instances in which a good part can be held and a good part is one change away."""

import random

from hypothesis import strategies as st

from tests.solver.build import DAYS, county, envoy, problem, visit

SPECIALTIES = ("柑橘", "水稻")


def scene(rng: random.Random, most_envoys=6, most_visits=8):
    """A problem with all kinds of rules, each of them binding now and then."""
    crowded = rng.random() < 0.3  # one day, one county: its room is what binds
    days = DAYS[-1:] if crowded else DAYS[-rng.randint(1, 5) :]
    names = [f"e{n}" for n in range(rng.randint(2, most_envoys))]
    places = "A" if crowded else "AABC"
    visits = [_visit(rng, f"v{n}", days, places) for n in range(rng.randint(2, most_visits))]
    before = [
        {"visit": v["id"], "date": rng.choice(days), "slot": "AM", "roles": [[rng.choice(names)]]}
        for v in visits
        if rng.random() < 0.3
    ]
    return problem(
        [_envoy(rng, name, days) for name in names],
        visits,
        days=days,
        counties=[
            county("A", max_visits_per_slot=1),
            county("B", closed=[[days[0], "AM"]]),
            county("C", "德阳", max_visits_per_slot=1),
        ],
        series=[{"id": "s", "min_gap_days": rng.randint(1, 3)}],
        coverage=[
            {"county": "A", "specialty": None, "min_visits": rng.randint(0, 2)},
            {"county": "B", "specialty": "水稻", "min_visits": 1},
        ],
        rules={"max_transfer_minutes": rng.choice([20, 55, 100])},
        affinity=[[rng.choice(names), rng.choice("ABC"), rng.randint(-90, 40)]],
        baseline=before,
    )


def _envoy(rng, name, days):
    return envoy(
        name,
        base=rng.choice("ABC"),
        team=rng.choice([None, "A", "B", "C"]),
        specialties={s: rng.randint(1, 3) for s in SPECIALTIES if rng.random() < 0.8},
        sharing=rng.choice(["county", "city", "metro", "metro"]),
        max_slots_per_week=rng.randint(1, 5),
        max_slots_total=rng.randint(3, 8),
        target_slots=rng.randint(0, 3),
        prior_slots=rng.randint(0, 2),
        max_travel_minutes=rng.choice([65, 200, 200]),
        unavailable=[[day, half] for day in days for half in ("AM", "PM") if rng.random() < 0.2],
    )


def _visit(rng, name, days, places):
    first, last = sorted(rng.randrange(len(days)) for _ in range(2))
    roles = [
        {"specialty": s, "min_level": rng.choice([1, 1, 2, 3]), "count": rng.choice([1, 1, 1, 2])}
        for s in rng.sample(SPECIALTIES, rng.choice([1, 1, 2]))
    ]
    return visit(
        name,
        county=rng.choice(places),
        roles=roles,
        slots=rng.choice([1, 1, 1, 2, 4]),
        earliest=days[first],
        latest=days[last],
        series=rng.choice([None, None, "s"]),
        start_slots=rng.choice([["AM"], ["PM"], ["AM", "PM"]]),
        weight=rng.randint(1, 5),
    )


def scenes(most_envoys=6, most_visits=8):
    """As a strategy; a number stands for the whole, so that examples differ from each other."""
    numbers = st.integers(0, 2**32 - 1)
    return numbers.map(lambda seed: scene(random.Random(seed), most_envoys, most_visits))
