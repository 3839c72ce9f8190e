"""How one plan version differs from another, and who must be told."""

from __future__ import annotations

from dataclasses import dataclass
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
    envoy ids; those who stay are in both.
    """

    kind: VisitChangeKind
    before: VisitView | None
    after: VisitView | None
    leaving: tuple[str, ...]
    joining: tuple[str, ...]


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
