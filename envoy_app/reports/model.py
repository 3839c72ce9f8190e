"""What a document is before it is set: plain data, every value a text, a number or a list.

The templates in resources/documents read it as JSON. Texts reach typst as strings, never as
markup, so whatever a roster holds is printed as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is made from. `counties` are the codes to print, empty for all."""

    view: PlanView
    gazetteer: Gazetteer
    vocabulary: Vocabulary
    printed: datetime
    counties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page carries around its content."""

    title: str
    plan: str
    period: str
    printed: str
    sample: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One envoy of a visit."""

    name: str
    organisation: str
    phone: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A visit as the county's schedule lists it; `people` is never empty."""

    date: str
    weekday: str
    time: str
    place: str
    content: str
    mode: str
    specialty: str
    people: tuple[PersonLine, ...]
    contact: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class CountySection:
    """One county's pages; `notes` say what it does not get and why."""

    county: str
    city: str
    state: str
    state_label: str
    summary: str
    rows: tuple[ScheduleRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountySchedule:
    """Document `county-schedule`."""

    frame: Frame
    sections: tuple[CountySection, ...]


@dataclass(frozen=True, slots=True)
class WeekColumn:
    """A week's heading."""

    name: str
    dates: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """Visits of one county in one week; `detail` names their specialties in short."""

    count: int
    detail: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A county's row. `required` and `met` count the visits that the coverage standard asks."""

    county: str
    cells: tuple[MatrixCell, ...]
    held: int
    wanted: int
    required: int
    met: int
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class CityBlock:
    """The counties of one city and its totals by week."""

    city: str
    covered: str
    totals: tuple[int, ...]
    held: int
    wanted: int
    required: int
    met: int
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class ShortfallRow:
    """A coverage line that falls short."""

    city: str
    county: str
    what: str
    needed: int
    held: int
    missing: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnscheduledRow:
    """A visit that was left out."""

    county: str
    origin: str
    window: str
    length: str
    specialty: str
    place: str
    content: str
    reason: str
    cure: str


@dataclass(frozen=True, slots=True)
class CoverageMatrix:
    """Document `coverage-matrix`."""

    frame: Frame
    paper: str
    summary: str
    weeks: tuple[WeekColumn, ...]
    cities: tuple[CityBlock, ...]
    totals: tuple[int, ...]
    held: int
    wanted: int
    required: int
    met: int
    shortfalls: tuple[ShortfallRow, ...]
    unscheduled: tuple[UnscheduledRow, ...]
