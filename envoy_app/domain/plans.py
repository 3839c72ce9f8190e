"""Plans (排班方案), their visits and the view of a plan that screens and paper share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.time import HalfDay, SlotTime


class PlanState(StrEnum):
    """A plan's state."""

    DRAFT = "草案"
    PUBLISHED = "已发布"
    ARCHIVED = "已归档"


class Preset(StrEnum):
    """What matters first; each is a set of weights (see services.presets)."""

    COVERAGE = "覆盖优先"
    BALANCE = "均衡优先"
    TRAVEL = "少跑路优先"


class VisitOrigin(StrEnum):
    """Where a visit comes from."""

    STANDARD = "覆盖标准"
    DEMAND = "服务需求"


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The four tiers; all lower is better (problem-format.md §1 Score)."""

    coverage: int
    unscheduled: int
    disruption: int
    cost: int


@dataclass(frozen=True, slots=True)
class CostView:
    """The cost's parts, and people's terms for them."""

    sharing: int
    travel: int
    fairness: int
    travel_minutes: int


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """One version of a plan, without its visits."""

    id: str
    name: str
    version_no: int
    state: PlanState
    start: date
    end: date
    preset: Preset
    status: str
    score: ScoreView
    bounds: ScoreView
    cost: CostView
    seconds: float
    created_at: datetime
    created_by: str
    sample: bool
    record_version: int = 0

    @property
    def title(self) -> str:
        """Name and version as paper and title bar show them."""
        return f"{self.name} 第{self.version_no}版"


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role of a visit and who fills it (envoy ids; shorter than `count` where not held)."""

    specialty: str
    min_level: int
    count: int
    envoys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandMade:
    """What the optimiser knows of a visit that a coordinator added, and a view does not show.

    `halves` are when half a day may start, `exclude` the ids of envoys who are not wanted.
    """

    halves: tuple[HalfDay, ...] = tuple(HalfDay)
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit (下乡服务) of a plan: held where `start` is set, else unscheduled with reasons.

    `cures` are the changes that would each let it be held with nothing else lost, best first.
    `date_locked` and `people_locked` are what the coordinator fixed; `by_hand` is set where he or
    she added the visit, and nothing of it came from the optimiser.
    """

    id: str
    county: str
    roles: tuple[RoleView, ...]
    slots: int
    earliest: date
    latest: date
    weight: int
    origin: VisitOrigin
    start: SlotTime | None = None
    town: str = ""
    site: str = ""
    content: str = ""
    mode: str = ""
    contact: str = ""
    contact_phone: str = ""
    demand_id: str | None = None
    date_locked: bool = False
    people_locked: bool = False
    reasons: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()
    by_hand: HandMade | None = None

    @property
    def locked(self) -> bool:
        """Whether anything of it is locked."""
        return self.date_locked or self.people_locked

    @property
    def held(self) -> bool:
        """Whether the plan holds the visit."""
        return self.start is not None

    @property
    def envoys(self) -> tuple[str, ...]:
        """All envoy ids on the visit, role by role."""
        return tuple(envoy for role in self.roles for envoy in role.envoys)

    @property
    def place(self) -> str:
        """Town and site in one text, or "" where the county may choose."""
        return " ".join(part for part in (self.town, self.site) if part)

    def slot_times(self, days: tuple[date, ...]) -> tuple[SlotTime, ...]:
        """Return the half-days the visit takes; `days` are the plan's working days, ascending."""
        if self.start is None:
            return ()
        if self.slots == 1:
            return (self.start,)
        first = days.index(self.start.date)
        taken = days[first : first + self.slots // 2]
        return tuple(SlotTime(day, half) for day in taken for half in HalfDay)


@dataclass(frozen=True, slots=True)
class EnvoyCard:
    """What a plan shows of an envoy, frozen with the plan's version."""

    id: str
    name: str
    organisation: str
    phone: str
    title: str
    base_county: str | None
    team_county: str | None
    max_slots_week: int
    max_slots_month: int
    specialties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a plan is on people: who is sent at all, seats filled, half-days worked."""

    people: int
    seats: int
    slots: int

    @property
    def average_days(self) -> float:
        """Days of each person who is sent, on average; 0 where nobody is."""
        return self.slots / 2 / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class PlanView:
    """A whole plan version: what the board, the documents and the workbook show.

    `amendments` are the changes of people and counties that were made for this version after it
    was planned, as the optimiser reads them (`repairs` of problem-format.md, and `absent`).
    """

    info: PlanInfo
    days: tuple[date, ...]
    visits: tuple[VisitView, ...]
    envoys: Mapping[str, EnvoyCard]
    coverage: tuple[CountyCoverage, ...]
    amendments: tuple[Mapping[str, Any], ...] = ()

    @property
    def held(self) -> tuple[VisitView, ...]:
        """The visits held, by start."""
        return tuple(visit for visit in self.visits if visit.held)

    @property
    def unscheduled(self) -> tuple[VisitView, ...]:
        """The visits left out, heaviest first."""
        left = (visit for visit in self.visits if not visit.held)
        return tuple(sorted(left, key=lambda visit: (-visit.weight, visit.county, visit.id)))

    @property
    def effort(self) -> Effort:
        """How hard the plan is on people."""
        held = self.held
        return Effort(
            people=len({envoy for visit in held for envoy in visit.envoys}),
            seats=sum(len(visit.envoys) for visit in held),
            slots=sum(len(visit.envoys) * visit.slots for visit in held),
        )

    @property
    def covered_counties(self) -> int:
        """Counties whose every coverage line is met."""
        return sum(1 for item in self.coverage if item.state is CoverageState.COVERED)
