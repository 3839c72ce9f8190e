"""What the map's layers show of a plan: visits held, what is short, who helps whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from envoy_app.domain.plans import PlanView, VisitView

Month = tuple[int, int]
"""Year and month."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Visits that a plan leaves out in a county, and the seats on them."""

    visits: int
    seats: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Envoys whom one county lends to another: seats filled, and how many people that are."""

    source: str
    target: str
    seats: int
    people: int


@dataclass(frozen=True, slots=True)
class MapFigures:
    """The figures of all layers; counties and specialties are codes.

    `visits` by month counts the visits held that begin in it. `lacks` by specialty counts the
    visits left out that need it; under None are all of them. `flows` are largest first.
    """

    months: tuple[Month, ...]
    visits: Mapping[Month, Mapping[str, int]]
    lacks: Mapping[str | None, Mapping[str, Lack]]
    flows: tuple[Flow, ...]

    @property
    def specialties(self) -> tuple[str, ...]:
        """The specialties that are short, those most visits lack first."""
        total = {
            code: sum(lack.visits for lack in by_county.values())
            for code, by_county in self.lacks.items()
            if code is not None
        }
        return tuple(sorted(total, key=lambda code: (-total[code], code)))

    def visits_in(self, month: Month | None) -> Mapping[str, int]:
        """Return the visits of one month by county; of all months where None."""
        if month is not None:
            return self.visits.get(month, {})
        return sum((Counter(found) for found in self.visits.values()), Counter())

    def lent(self, county: str) -> int:
        """Return the seats that a county's envoys fill elsewhere."""
        return sum(flow.seats for flow in self.flows if flow.source == county)

    def borrowed(self, county: str) -> int:
        """Return the seats in a county that others' envoys fill."""
        return sum(flow.seats for flow in self.flows if flow.target == county)


def map_figures(view: PlanView) -> MapFigures:
    """Count what the layers show; not for the UI thread."""
    visits: defaultdict[Month, Counter[str]] = defaultdict(Counter)
    for visit in view.held:
        assert visit.start is not None
        visits[_month(visit.start.date)][visit.county] += 1
    return MapFigures(
        months=tuple(dict.fromkeys(_month(day) for day in view.days)),
        visits=dict(visits),
        lacks=_lacks(view),
        flows=tuple(_flows(view)),
    )


def _month(day: date) -> Month:
    return day.year, day.month


def _lacks(view: PlanView) -> dict[str | None, dict[str, Lack]]:
    found: defaultdict[str | None, dict[str, Lack]] = defaultdict(dict)
    for visit in view.unscheduled:
        for specialty, seats in _needs(visit):
            before = found[specialty].get(visit.county, Lack(0, 0))
            found[specialty][visit.county] = Lack(before.visits + 1, before.seats + seats)
    return dict(found)


def _needs(visit: VisitView) -> Iterator[tuple[str | None, int]]:
    """Yield each specialty of a visit with the seats for it, and None with all seats."""
    seats: Counter[str] = Counter()
    for role in visit.roles:
        seats[role.specialty] += role.count
    yield None, seats.total()
    yield from seats.items()


def _flows(view: PlanView) -> list[Flow]:
    seats: Counter[tuple[str, str]] = Counter()
    people: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for visit in view.held:
        for envoy in visit.envoys:
            card = view.envoys.get(envoy)
            home = (card.team_county or card.base_county) if card else None
            if home and home != visit.county:
                seats[home, visit.county] += 1
                people[home, visit.county].add(envoy)
    found = [Flow(*way, count, len(people[way])) for way, count in seats.items()]
    return sorted(found, key=lambda flow: (-flow.seats, flow.source, flow.target))
