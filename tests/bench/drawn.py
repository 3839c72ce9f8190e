"""Textbook problems drawn as `envoy-problem/1`: dense assignment, and papers for reviewers."""

import random
from datetime import date, timedelta

SPECIALTY = "评审"
FREE = {"out_of_team": 0, "out_of_city": 0, "load_square": 0, "target_shortfall": 0}


def working_days(count, first=date(2026, 12, 1)):
    """The first working days from a day on, as text."""
    days = (first + timedelta(days=n) for n in range(2 * count + 7))
    return [day.isoformat() for day in days if day.weekday() < 5][:count]


def assignment(costs, name="assignment"):
    """A square (or any) matrix of costs as one day of one-seat visits; row = envoy.

    Envoys and visits have counties of their own: only the way from an envoy's county to a visit's
    costs anything, and everybody can go out once.
    """
    rows, columns = len(costs), len(costs[0])
    bases = [f"B{n:03d}" for n in range(rows)]
    hosts = [f"C{n:03d}" for n in range(columns)]
    ways = [[0] * rows + list(row) for row in costs]
    ways += [[0] * (rows + columns) for _ in hosts]
    return _day(name, bases + hosts, ways, bases, hosts)


def dense_assignment(n, seed, counties=None, longest=100, **changes):
    """n envoys and n one-seat visits on one day; both ways of a random matrix of minutes count.

    Args:
        n: Envoys, visits.
        seed: Of the draw.
        counties: How many there are; by default one for each envoy and each visit.
        longest: Minutes are drawn from 1 to this.
        changes: Keys of every envoy (`max_slots_total`, ...) that are to be otherwise.
    """
    rng = random.Random(seed)
    count = counties or n
    ids = [f"C{k:03d}" for k in range(count)]
    ways = [[rng.randint(1, longest) for _ in ids] for _ in ids]
    places = ids if counties is None else [rng.choice(ids) for _ in range(n)]
    bases = ids if counties is None else [rng.choice(ids) for _ in range(n)]
    return _day(f"dense-{n}-s{seed}", ids, ways, bases, places, **changes)


def _day(name, ids, ways, bases, places, **changes):
    day = working_days(1)[0]
    return {
        "format": "envoy-problem/1",
        "name": name,
        "days": [day],
        "counties": [_county(place, len(places)) for place in ids],
        "travel": {"ids": ids, "minutes": ways},
        "envoys": [
            _envoy(f"E{n:03d}", base, max_slots_per_week=1, max_slots_total=1) | changes
            for n, base in enumerate(bases)
        ],
        "visits": [
            _visit(f"V{n:03d}", place, 1, [day]) | {"start_slots": ["AM"]}
            for n, place in enumerate(places)
        ],
        "series": [],
        "coverage": [],
        "rules": {"max_transfer_minutes": 60},
        "weights": FREE | {"travel_minute": 1},
    }


def reviewers(seed, days, papers=118, people=177, seats=3, most=4, **changes):
    """Papers for reviewers: only affinities count, and nobody reads more than a few.

    Each paper is a visit in a county of its own that may lie anywhere in the horizon.
    """
    rng = random.Random(seed)
    ids = [f"P{n:03d}" for n in range(papers)]
    horizon = working_days(days)
    names = [f"R{n:03d}" for n in range(people)]
    return {
        "format": "envoy-problem/1",
        "name": f"reviewers-s{seed}-d{days}",
        "days": horizon,
        "counties": [_county(place, 4) for place in ids],
        "travel": {"ids": ids, "minutes": [[0] * papers for _ in ids]},
        "envoys": [
            _envoy(name, rng.choice(ids), max_slots_per_week=most, max_slots_total=most) | changes
            for name in names
        ],
        "visits": [_visit(f"V{n:03d}", place, seats, horizon) for n, place in enumerate(ids)],
        "series": [],
        "coverage": [],
        "affinity": [[name, place, _affinity(rng)] for name in names for place in ids],
        "rules": {"max_transfer_minutes": 60},
        "weights": FREE | {"travel_minute": 0},
    }


def _affinity(rng):
    """Mostly strangers; a few are experts, a few are not welcome."""
    drawn = rng.random()
    return -rng.randint(300, 1000) if drawn < 0.1 else -rng.randint(0, 300) if drawn < 0.9 else 50


def _county(name, most):
    return {"id": name, "name": name, "city": "X", "max_visits_per_slot": most}


def _envoy(name, base, **more):
    usual = {
        "id": name,
        "base": base,
        "team": None,
        "specialties": {SPECIALTY: 3},
        "max_slots_per_week": 10,
        "max_slots_total": 10,
        "target_slots": 0,
        "max_travel_minutes": 10**6,
        "sharing": "metro",
        "unavailable": [],
    }
    return usual | more


def _visit(name, place, seats, days):
    return {
        "id": name,
        "county": place,
        "series": None,
        "roles": [{"specialty": SPECIALTY, "min_level": 1, "count": seats}],
        "slots": 1,
        "earliest": days[0],
        "latest": days[-1],
        "start_slots": ["AM", "PM"],
        "weight": 1,
    }
