"""Tiny instances by hand: two cities, three counties, and whatever a test adds."""

import copy
from datetime import date

from solver import Assignment, Instance, check, parse_instance

# Tuesday 1 to Friday 4 December 2026, and Monday 7: two ISO weeks.
DAYS = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"]

# A and B lie in the city 成都, C in 德阳. Not symmetric on purpose: A to B 30, B to A 40.
MINUTES = {
    "A": {"A": 5, "B": 30, "C": 90},
    "B": {"A": 40, "B": 10, "C": 50},
    "C": {"A": 80, "B": 60, "C": 15},
}


def county(name, city="成都", **more):
    return {"id": name, "name": name + "县", "city": city, "max_visits_per_slot": 9, **more}


def envoy(name, **more):
    usual = {
        "id": name,
        "base": "A",
        "team": "A",
        "specialties": {"柑橘": 2},
        "max_slots_per_week": 10,
        "max_slots_total": 10,
        "target_slots": 0,
        "max_travel_minutes": 200,
        "sharing": "metro",
        "unavailable": [],
    }
    return usual | more


def visit(name, **more):
    usual = {
        "id": name,
        "county": "A",
        "series": None,
        "roles": [{"specialty": "柑橘", "min_level": 1, "count": 1}],
        "slots": 1,
        "earliest": DAYS[0],
        "latest": DAYS[-1],
        "start_slots": ["AM", "PM"],
        "weight": 1,
    }
    return usual | more


def problem(envoys, visits, **more):
    usual = {
        "format": "envoy-problem/1",
        "name": "tiny",
        "days": list(DAYS),
        "counties": [county("A"), county("B"), county("C", "德阳")],
        "travel": {"ids": list(MINUTES), "minutes": [list(r.values()) for r in MINUTES.values()]},
        "envoys": envoys,
        "visits": visits,
        "series": [],
        "coverage": [],
        "rules": {"max_transfer_minutes": 60},
        "weights": {
            "out_of_team": 60,
            "out_of_city": 180,
            "travel_minute": 1,
            "load_square": 4,
            "target_shortfall": 30,
        },
    }
    return copy.deepcopy(usual | more)


def instance(envoys, visits, **more) -> Instance:
    return parse_instance(problem(envoys, visits, **more))


def held(name, day, slot, *roles) -> Assignment:
    return Assignment(name, date.fromisoformat(day), slot, tuple(map(tuple, roles)))


def codes(case, *plan):
    return sorted({violation.code for violation in check(case, plan).violations})
