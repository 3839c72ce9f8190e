"""How one plan version differs from another, and who must be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from envoy_app.domain.plans import PlanInfo, PlanView, VisitView


class VisitChangeKind(StrEnum):
    """What became of a visit, from one version to another."""

    ADDED = "新增"
    DROPPED = "取消"
    MOVED = "改期"
    PEOPLE = "换人"
    MOVED_AND_PEOPLE = "改期并换人"
    FACTS = "信息变更"
    """Same time, same people: place, content, contact or the like."""


@dataclass(frozen=True, slots=True)
class VisitChange:
    """A visit that is held in at least one of two versions, and differs.

    `before` and `after` are None where a version does not hold it. `leaving` and `joining` are
    envoy ids; those who stay are in both. `reason` is why `after` leaves it out, where known.
    """

    kind: VisitChangeKind
    before: VisitView | None
    after: VisitView | None
    leaving: tuple[str, ...]
    joining: tuple[str, ...]
    reason: str = ""

    @property
    def shown(self) -> VisitView:
        """The visit as it is to be, or as it was where it is no longer held."""
        visit = self.after or self.before
        if visit is None:
            raise ValueError("a change has a visit before or after")
        return visit


class ToldAs(StrEnum):
    """As whom somebody is told."""

    ENVOY = "特派员"
    CONTACT = "县里联系人"


@dataclass(frozen=True, slots=True)
class Notice:
    """One person or county contact to tell, with what to say, a sentence for each visit."""

    told_as: ToldAs
    name: str
    phone: str
    organisation: str
    """An envoy's organisation, a contact's county."""
    sentences: tuple[str, ...]
    envoy_id: str = ""
    county: str = ""

    @property
    def text(self) -> str:
        """All sentences, a line each, numbered where there are several."""
        if len(self.sentences) < 2:
            return "".join(self.sentences)
        return "\n".join(f"{number}. {said}" for number, said in enumerate(self.sentences, 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of both versions, for people; `better` is None where neither is."""

    name: str
    before: str
    after: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Two versions side by side, `before` the older or the one published."""

    before: PlanView
    after: PlanView
    figures: tuple[Figure, ...]
    visits: tuple[VisitChange, ...]
    notices: tuple[Notice, ...]

    @property
    def heads(self) -> tuple[PlanInfo, PlanInfo]:
        """The two versions' heads."""
        return self.before.info, self.after.info

    @property
    def same_range(self) -> bool:
        """Whether both plan the same dates."""
        one, other = self.heads
        return (one.start, one.end) == (other.start, other.end)

    @property
    def common(self) -> tuple[date, date] | None:
        """The dates that both plan, first and last; None where there are none."""
        return common_dates(*self.heads)


def common_dates(one: PlanInfo, other: PlanInfo) -> tuple[date, date] | None:
    """Return the first and last date that both plan, or None where there is none."""
    first, last = max(one.start, other.start), min(one.end, other.end)
    return (first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A version in a list: its head, and what came of its visits and counties."""

    info: PlanInfo
    covered: int
    counties: int
    held: int
    visits: int

    @property
    def unscheduled(self) -> int:
        """Visits left out."""
        return self.visits - self.held


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a draft would do, and whom to tell.

    `archived` are the versions of the plan in force so far (none or one); `assigned` counts the
    demands that become 已派员, `reopened` those that go back to 已受理, `withdrawn` the demands
    that it holds although they were turned down, cancelled or done since. `difference` is None
    where nothing was in force; `notices` are then everybody's visits. `overlapping` are other
    plans in force on some of the dates, `double_booked` counts the people whom they and the draft
    send to two places at a time.
    """

    info: PlanInfo
    archived: tuple[PlanInfo, ...]
    assigned: int
    reopened: int
    withdrawn: int
    difference: PlanDifference | None
    notices: tuple[Notice, ...]
    overlapping: tuple[PlanInfo, ...] = ()
    double_booked: int = 0
