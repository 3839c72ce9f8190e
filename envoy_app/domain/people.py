"""Envoys (特派员) and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from envoy_app.domain.time import HalfDay

RANK_NAMES = {0: "其他", 1: "中级", 2: "副高", 3: "正高"}


class Sharing(StrEnum):
    """How far an envoy may be lent (共享范围)."""

    COUNTY = "county"
    CITY = "city"
    METRO = "metro"

    @property
    def label(self) -> str:
        """Return 本县, 本市 or 都市圈."""
        return {"county": "本县", "city": "本市", "metro": "都市圈"}[self.value]


@dataclass(frozen=True, slots=True)
class Skill:
    """A specialty of an envoy, by vocabulary code (S01…), with a level 1 中级 … 3 正高."""

    specialty: str
    level: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, both ends included, on which an envoy cannot come; `half` None means whole days."""

    start: date
    end: date
    half: HalfDay | None = None
    reason: str = ""

    def covers(self, day: date, half: HalfDay) -> bool:
        """Whether half a day is one of these."""
        return self.start <= day <= self.end and self.half in (None, half)


@dataclass(frozen=True, slots=True)
class Envoy:
    """One 特派员. Text fields are "" where nothing is known, dates and counties None.

    `birth` keeps the precision of its source: YYYY-MM or YYYY-MM-DD. `level` of a skill comes
    from the title's rank unless set by hand. Loads count half-days.
    """

    id: str
    name: str
    gender: str = ""
    birth: str = ""
    id_number: str = ""
    phones: tuple[str, ...] = ()
    organisation: str = ""
    post: str = ""
    title: str = ""
    title_rank: int = 0
    education: str = ""
    major: str = ""
    skills: tuple[Skill, ...] = ()
    base_county: str | None = None
    team_county: str | None = None
    team_counties: tuple[str, ...] = ()
    team_role: str = ""
    term_start: str = ""
    term_end: str = ""
    sharing: Sharing = Sharing.METRO
    max_slots_week: int = 4
    max_slots_month: int = 8
    target_days_year: int = 24
    max_travel_minutes: int = 180
    absences: tuple[Absence, ...] = ()
    remarks: str = ""
    active: bool = True
    sample: bool = False
    version: int = field(default=0, compare=False)

    @property
    def phone(self) -> str:
        """The first phone number, or ""."""
        return self.phones[0] if self.phones else ""

    @property
    def home(self) -> str | None:
        """The county that counts as home for sharing: the team's, or the base where none."""
        return self.team_county or self.base_county

    def term_is_over(self, today: date) -> bool:
        """Whether the term ended before today; `term_end` is YYYY, YYYY-MM or YYYY-MM-DD."""
        end = self.term_end
        return bool(end) and end < today.isoformat()[: len(end)]


def default_level(title_rank: int) -> int:
    """Return the level that a title's rank gives by default: 中级 and below 1, 副高 2, 正高 3."""
    return max(1, min(3, title_rank))
