"""Random small problems with every rule and every tier in them.

Hypothesis chooses the seed; the drawing itself is our own, since instances made of hypothesis'
favourite values (nothing, the first, the smallest) hold next to no visit.
"""

import random
from itertools import combinations, product

from hypothesis import strategies as st

from solver import Assignment, check
from tests.solver.build import MINUTES, county, envoy, problem, visit

# Two ISO weeks with a weekend between, and a week in which Wednesday is a holiday.
CALENDARS = (
    ("2026-12-03", "2026-12-04", "2026-12-07"),
    ("2026-12-04", "2026-12-07", "2026-12-08"),
    ("2026-12-08", "2026-12-10", "2026-12-11"),
    ("2026-12-10", "2026-12-11"),
)
LONG_CALENDAR = ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08")
PLACES = tuple(MINUTES)
SPECIALTIES = ("柑橘", "水稻")
HALVES = ("AM", "PM")


def problems(kind, envoys, visits):
    """Problems with up to so many envoys and visits, as plain data; another kind draws others."""
    seeds = st.integers(0, 10**9)
    return seeds.map(lambda seed: Drawn(f"{kind} {seed}", envoys, visits).problem())


class Drawn:
    """One problem, from one seed."""

    def __init__(self, seed, envoys, visits):
        self.rng = random.Random(seed)
        small = visits < 5
        self.days = list(self.rng.choice(CALENDARS) if small else LONG_CALENDAR)
        self.names = [f"e{n}" for n in range(max(1, envoys - self.rng.choice((0, 0, 1, 2, 4))))]
        self.count = max(1, visits - self.rng.choice((0, 0, 1, 2)))
        self.mostly = self.rng.choice(PLACES)

    def often(self, value, *others, share=0.85):
        """Mostly one value: so that not every rule stands in the way all the time."""
        return value if self.rng.random() < share else self.rng.choice(others)

    def chance(self, share):
        return self.rng.random() < share

    def slots(self, most):
        days = [*self.days, "2026-12-25"]
        return [[self.rng.choice(days), self.rng.choice(HALVES)] for _ in range(most)]

    def envoy(self, name):
        rng = self.rng
        known = rng.sample(SPECIALTIES, self.often(2, 1, share=0.6))
        return envoy(
            name,
            base=self.often(self.mostly, *PLACES, share=0.4),
            team=rng.choice([None, *PLACES]),
            specialties={key: self.often(3, 1, 2, share=0.5) for key in known},
            sharing=self.often("metro", "county", "city"),
            max_slots_per_week=self.often(5, 0, 1, 2, 3),
            max_slots_total=self.often(8, 1, 2, 4),
            target_slots=rng.randint(0, 3),
            prior_slots=rng.randint(0, 3),
            max_travel_minutes=self.often(200, 45, 85),
            unavailable=self.slots(rng.choice((0, 0, 1, 2))),
        )

    def roles(self):
        names = self.rng.sample(SPECIALTIES, self.often(1, 2))
        return [
            {
                "specialty": name,
                "min_level": self.often(1, 2, 3, share=0.7),
                "count": self.often(1, 2, share=0.8),
            }
            for name in names
        ]

    def pin(self, roles):
        start, people = None, None
        if self.chance(0.5):
            start = {"date": self.rng.choice(self.days), "slot": self.often("AM", "PM")}
        if self.chance(0.5):
            people = [[] for _ in roles]
            self.rng.choice(people).append(self.rng.choice(self.names))
        return {"start": start, "envoys": people}

    def visit(self, name):
        rng, last = self.rng, len(self.days) - 1
        ends = sorted((self.often(0, rng.randint(0, last)), self.often(last, rng.randint(0, last))))
        roles = self.roles()
        return visit(
            name,
            county=self.often(self.mostly, *PLACES, share=0.5),
            roles=roles,
            slots=self.often(1, 2, 4, share=0.6),
            earliest=self.days[ends[0]],
            latest=self.days[ends[1]],
            series=rng.choice([None, None, "s", "t"]),
            start_slots=self.often(["AM", "PM"], ["AM"], ["PM"]),
            weight=rng.randint(1, 5),
            exclude=[rng.choice(self.names)] if self.chance(0.15) else [],
            pin=self.pin(roles) if self.chance(0.1) else None,
        )

    def before(self, plan):
        """A plan in force for some visits; it may break rules, stand anywhere, name anybody."""
        rng = self.rng
        return [
            {
                "visit": item["id"],
                "date": rng.choice([*self.days, "2026-11-30"]),
                "slot": rng.choice(HALVES),
                "roles": [rng.choices(self.names, k=rng.randint(0, 2)) for _ in item["roles"]],
            }
            for item in plan
            if self.chance(0.7)
        ]

    def weights(self):
        choose = self.rng.choice
        return {
            "out_of_team": choose((0, 7, 60)),
            "out_of_city": choose((0, 11, 180)),
            "travel_minute": choose((0, 1, 1, 3)),
            "load_square": choose((0, 4, 4, 25)),
            "target_shortfall": choose((0, 30)),
            "target_excess": choose((0, 0, 13)),
            "disruption": {key: choose(range(10)) for key in ("dropped", "moved", "replaced")},
        }

    def travel(self):
        """Half of them obey no triangle inequality."""
        rows = [list(row.values()) for row in MINUTES.values()]
        if self.chance(0.5):
            some = (0, 5, 20, 40, 60, 90, 200)
            rows = [[self.rng.choice(some) for _ in PLACES] for _ in PLACES]
        return {"ids": list(PLACES), "minutes": rows}

    def counties(self):
        return [
            county(
                place,
                "德阳" if place == "C" else "成都",
                max_visits_per_slot=self.often(9, 0, 1, 1, 2),
                closed=self.slots(1) if self.chance(0.3) else [],
            )
            for place in PLACES
        ]

    def coverage(self):
        return [
            {
                "county": self.rng.choice(PLACES),
                "specialty": self.rng.choice([None, *SPECIALTIES]),
                "min_visits": self.rng.choice((0, 1, 1, 2)),
            }
            for _ in range(self.rng.randint(0, 3))
        ]

    def problem(self):
        rng = self.rng
        plan = [self.visit(f"v{n}") for n in range(self.count)]
        pairs = list(product(self.names, PLACES))
        liked = rng.sample(pairs, min(len(pairs), rng.choice((0, 0, 1, 4))))
        return problem(
            [self.envoy(name) for name in self.names],
            plan,
            days=self.days,
            travel=self.travel(),
            counties=self.counties(),
            series=[
                {"id": "s", "min_gap_days": rng.randint(0, 4)},
                {"id": "t", "min_gap_days": rng.randint(1, 9)},
            ],
            coverage=self.coverage(),
            rules={"max_transfer_minutes": rng.choice((20, 55, 100))},
            weights=self.weights(),
            affinity=[[*pair, rng.randint(-90, 40)] for pair in liked],
            baseline=self.before(plan) if self.chance(0.5) else [],
        )


def ways(case, item):
    """Every way to hold a visit that breaks no rule by itself, and to leave it out."""
    names = [person.id for person in case.envoys]
    found = [None]
    for day, half in product(case.days, HALVES):
        for crew in product(*(combinations(names, role.count) for role in item.roles)):
            held = Assignment(item.id, day, half, tuple(crew))
            broken = check(case, [held]).violations
            if all(one.code == "PIN" and one.visit != item.id for one in broken):
                found.append(held)
    return found


def best_by_force(case, choices):
    """Score of the best plan out of all, or None if there is none."""
    best = None
    for plan in product(*choices):
        report = check(case, [held for held in plan if held is not None])
        if not report.violations and (best is None or report.score < best):
            best = report.score
    return best
