"""Seeded instances drawn like a month of the metropolitan area; of any size."""

import random
from datetime import date, timedelta

CITIES = (("成都市", 20, (0, 0)), ("德阳市", 6, (45, 60)), ("眉山市", 6, (-40, -70)),
          ("资阳市", 3, (70, -60)))  # fmt: skip
SPECIALTIES = tuple(f"专业{n}" for n in range(24))


METRO_STEP = 280
"""Units of the map between two metropolitan areas: 150 minutes and more where they come nearest."""


def month_like(seed=1, envoys=520, visits=700, days=21, first=date(2026, 12, 1), metros=1):
    """An `envoy-problem/1` as plain data, with 35 counties in each metropolitan area.

    People live and mostly work in their own area; a few reach into the next.
    """
    rng = random.Random(seed)
    dates = _working_days(first, days)
    areas = [_places(rng, metro) for metro in range(metros)]
    places = [place for area in areas for place in area]
    ids = [place["id"] for place in places]
    people = [_envoy(rng, n, areas[n % metros], dates) for n in range(envoys)]
    plan = [_visit(rng, n, ids, dates) for n in range(visits)]
    return {
        "format": "envoy-problem/1",
        "name": f"month-like-s{seed}-e{envoys}-v{visits}-d{days}" + f"-m{metros}" * (metros > 1),
        "days": dates,
        "counties": [{key: place[key] for key in COUNTY_KEYS} for place in places],
        "travel": {"ids": ids, "minutes": [[_minutes(a, b) for b in places] for a in places]},
        "envoys": people,
        "visits": plan,
        "series": [{"id": f"S{n:04d}", "min_gap_days": 5} for n in range(4 * len(ids))],
        "coverage": _coverage(plan, ids),
        "rules": {"max_transfer_minutes": 60},
        "weights": {
            "out_of_team": 60,
            "out_of_city": 180,
            "travel_minute": 1,
            "load_square": 4,
            "target_shortfall": 30,
        },
    }


COUNTY_KEYS = ("id", "name", "city", "max_visits_per_slot")


def _working_days(first, count):
    days = (first + timedelta(days=n) for n in range(2 * count + 7))
    return [day.isoformat() for day in days if day.weekday() < 5][:count]


def _places(rng, metro=0):
    """The counties of a metropolitan area; the areas lie in a row."""
    mark = f"{metro + 1}区" if metro else ""
    return [
        {
            "id": f"{mark}{city}{n}",
            "name": f"{mark}{city}{n}",
            "city": f"{mark}{city}",
            "max_visits_per_slot": 4,
            "at": (metro * METRO_STEP + x + rng.gauss(0, 28), y + rng.gauss(0, 28)),
        }
        for city, count, (x, y) in CITIES
        for n in range(count)
    ]


def _minutes(a, b):
    (x, y), (u, v) = a["at"], b["at"]
    return 15 + round(1.2 * ((x - u) ** 2 + (y - v) ** 2) ** 0.5)


def _envoy(rng, number, places, dates):
    base = rng.choice(places)
    same_city = [place for place in places if place["city"] == base["city"]]
    other = rng.choice(places if rng.random() < 0.15 else same_city)
    team = None if rng.random() < 0.09 else base if rng.random() < 0.6 else other
    weeks = max(1, len(dates) // 5)
    months = max(1, len(dates) // 21)
    per_week = rng.choice((2, 2, 3, 4))
    away = [[day, half] for day in dates for half in ("AM", "PM") if rng.random() < 0.13]
    return {
        "id": f"E{number:04d}",
        "base": base["id"],
        "team": team and team["id"],
        "specialties": {name: rng.choice((1, 1, 1, 2, 2, 3)) for name in _some(rng)},
        "max_slots_per_week": per_week,
        "max_slots_total": per_week if weeks == 1 else months * rng.choice((6, 8, 8, 10, 10, 12)),
        "target_slots": months * rng.choice((2, 3, 3, 4)),
        "max_travel_minutes": rng.choice((90, 120, 150, 180, 240)),
        "sharing": rng.choice(("county", "city", "city", "metro", "metro")),
        "unavailable": away,
    }


def _some(rng):
    return rng.sample(SPECIALTIES, rng.choice((1, 2, 2, 3)))


def _visit(rng, number, ids, dates):
    slots = rng.choice((1, 1, 1, 1, 1, 2, 2, 2, 2, 4)) if len(dates) > 1 else rng.choice((1, 2))
    first, last = _window(rng, dates, slots)
    roles = rng.sample(SPECIALTIES, rng.choice((1, 1, 1, 2, 2)))
    series = number % (10 * len(ids))
    return {
        "id": f"V{number:05d}",
        "county": ids[number % len(ids)],
        "series": f"S{series:04d}" if series < 4 * len(ids) else None,
        "roles": [
            {
                "specialty": name,
                "min_level": rng.choice((1,) * 8 + (2, 3)),
                "count": rng.choice((1,) * 6 + (2,)),
            }
            for name in roles
        ],
        "slots": slots,
        "earliest": first,
        "latest": last,
        "start_slots": ["AM", "PM"] if slots == 1 and rng.random() < 0.8 else ["AM"],
        "weight": rng.choice((1, 2, 3, 5, 8)),
    }


def _window(rng, dates, slots):
    if rng.random() < 0.5:  # half of the horizon
        half = len(dates) // 2
        return (dates[0], dates[half]) if rng.random() < 0.5 else (dates[half], dates[-1])
    length = rng.choice((1, 3, 5, 8)) + slots // 2
    first = rng.randrange(max(1, len(dates) - length + 1))
    return dates[first], dates[min(len(dates), first + length) - 1]


def _coverage(plan, ids):
    rules = []
    for county in ids:
        here = [item for item in plan if item["county"] == county]
        names = list(dict.fromkeys(role["specialty"] for item in here for role in item["roles"]))
        rules += [{"county": county, "specialty": name, "min_visits": 1} for name in names[:4]]
        rules.append({"county": county, "specialty": None, "min_visits": min(3, len(here))})
    return rules
