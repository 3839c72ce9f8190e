"""What is to be planned: the visit planning problem as small frozen records.

Field names are those of the interchange format `envoy-problem/1`; times are whole minutes, loads
whole half-days ("slots").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final, NamedTuple

HALVES: Final = ("AM", "PM")
SHARING_SCOPES: Final = ("county", "city", "metro")
VISIT_LENGTHS: Final = (1, 2, 4, 6, 8, 10)
LONG_VISIT: Final = 4
"""From this many slots on the envoys stay overnight and travel out and back once."""

Slot = tuple[date, str]
"""A working day and one of its halves."""


@dataclass(frozen=True)
class County:
    """A county that receives visits and where envoys live."""

    id: str
    name: str
    city: str
    max_visits_per_slot: int
    closed: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Travel:
    """One-way minutes between counties; row = from, the diagonal is travel within the county."""

    ids: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each county."""
        return {county: row for row, county in enumerate(self.ids)}

    def between(self, origin: str, target: str) -> int:
        """Minutes from one county to another (KeyError for an unknown county)."""
        return self.minutes[self.index[origin]][self.index[target]]


@dataclass(frozen=True)
class Envoy:
    """A person who can be sent."""

    id: str
    base: str
    team: str | None
    specialties: Mapping[str, int]
    max_slots_per_week: int
    max_slots_total: int
    target_slots: int
    max_travel_minutes: int
    sharing: str
    unavailable: tuple[Slot, ...] = ()
    prior_slots: int = 0

    @property
    def home(self) -> str:
        """The county whose sharing scope counts: the team's, or the base without a team."""
        return self.base if self.team is None else self.team


@dataclass(frozen=True)
class Role:
    """Seats of one kind at a visit."""

    specialty: str
    min_level: int
    count: int


@dataclass(frozen=True)
class PinStart:
    """A start the coordinator has fixed."""

    date: date
    slot: str


@dataclass(frozen=True)
class Pin:
    """What the coordinator has fixed of a visit; an empty pin still says it must be held."""

    start: PinStart | None = None
    envoys: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class Visit:
    """A visit that is held whole, at one start, or not at all."""

    id: str
    county: str
    series: str | None
    roles: tuple[Role, ...]
    slots: int
    earliest: date
    latest: date
    start_slots: tuple[str, ...]
    weight: int
    exclude: tuple[str, ...] = ()
    pin: Pin | None = None


@dataclass(frozen=True)
class Series:
    """Visits that want some days between them."""

    id: str
    min_gap_days: int


@dataclass(frozen=True)
class CoverageRule:
    """How many visits a county must get, of one specialty or of any."""

    county: str
    specialty: str | None
    min_visits: int


class Affinity(NamedTuple):
    """Cost added per seat of an envoy in a county; negative = preferred.

    A plain tuple: there may be one for each envoy and county.
    """

    envoy: str
    county: str
    minutes: int


@dataclass(frozen=True)
class Assignment:
    """One visit held: its start and the envoys of each role."""

    visit: str
    date: date
    slot: str
    roles: tuple[tuple[str, ...], ...]

    @property
    def envoys(self) -> tuple[str, ...]:
        """Everyone on the visit, in the order of the roles."""
        return tuple(envoy for role in self.roles for envoy in role)


@dataclass(frozen=True)
class Rules:
    """Limits that hold for everybody."""

    max_transfer_minutes: int


@dataclass(frozen=True)
class DisruptionWeights:
    """What a change against the plan in force counts."""

    dropped: int = 10
    moved: int = 3
    replaced: int = 1


@dataclass(frozen=True)
class Weights:
    """Prices of the cost tier and of disruption."""

    out_of_team: int
    out_of_city: int
    travel_minute: int
    load_square: int
    target_shortfall: int
    target_excess: int = 0
    disruption: DisruptionWeights = field(default_factory=DisruptionWeights)


@dataclass(frozen=True)
class Instance:
    """A whole planning problem (`envoy-problem/1`); build it by hand or with `parse_instance`."""

    name: str
    days: tuple[date, ...]
    counties: tuple[County, ...]
    travel: Travel
    envoys: tuple[Envoy, ...]
    visits: tuple[Visit, ...]
    series: tuple[Series, ...]
    coverage: tuple[CoverageRule, ...]
    rules: Rules
    weights: Weights
    affinity: tuple[Affinity, ...] = ()
    baseline: tuple[Assignment, ...] = ()

    @cached_property
    def county_by_id(self) -> dict[str, County]:
        """Counties by id."""
        return {county.id: county for county in self.counties}

    @cached_property
    def envoy_by_id(self) -> dict[str, Envoy]:
        """Envoys by id."""
        return {envoy.id: envoy for envoy in self.envoys}

    @cached_property
    def visit_by_id(self) -> dict[str, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def gap_of_series(self) -> dict[str, int]:
        """Least gap between the starts of a series, in calendar days."""
        return {series.id: series.min_gap_days for series in self.series}


def iso_week(day: date) -> tuple[int, int]:
    """Year and number of the ISO week."""
    year, week, _ = day.isocalendar()
    return year, week


def slots_of(start: date, half: str, length: int) -> list[Slot]:
    """The slots a visit takes if it runs on consecutive calendar days from its start.

    Args:
        start: First day.
        half: `AM` or `PM`; only half-day visits may start in the afternoon.
        length: Number of slots; 1 is the half itself, more are whole days.

    Returns:
        The slots in order of time; no check is made that they are working days.
    """
    if length == 1:
        return [(start, half)]
    span = [start + timedelta(days=n) for n in range((length + 1) // 2)]
    return [(day, part) for day in span for part in HALVES]
