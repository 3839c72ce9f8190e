"""Somebody cannot come: what is asked, and what is answered about a plan."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_app.domain.changes import Changes
from envoy_app.domain.editing import BrokenRule, EditVerdict
from envoy_app.domain.plan_changes import PlanDifference
from envoy_app.domain.plans import PlanInfo, PlanView
from envoy_app.domain.time import SlotTime


@dataclass(frozen=True, slots=True)
class Leave:
    """The half-days on which an envoy cannot come: from the first to the last, both included."""

    envoy: str
    first: SlotTime
    last: SlotTime


@dataclass(frozen=True, slots=True)
class PlanHit:
    """A version, draft or published, and how many of its visits send somebody who is away."""

    info: PlanInfo
    visits: int


@dataclass(frozen=True, slots=True)
class OptionVerdict:
    """One way to get by without somebody on a visit, with all other visits as they are chosen.

    `broken` are the rules that it breaks together with those, `words` what it changes. Of who
    would come instead: one-way minutes, and half-days in the week of the visit and in the plan;
    None where nobody comes instead.
    """

    broken: tuple[BrokenRule, ...]
    words: tuple[str, ...]
    travel_minutes: int | None = None
    week_slots: int | None = None
    plan_slots: int | None = None

    @property
    def fits(self) -> bool:
        """Whether it goes together with what is chosen for the others."""
        return not self.broken


@dataclass(frozen=True, slots=True)
class AbsenceVerdict:
    """What comes of one choice for each visit hit.

    `whole` is the exact verdict on all of it, `options` that on every option of every hit, in
    their order, and `difference` tells what changes and whom to call.
    """

    whole: EditVerdict
    options: tuple[tuple[OptionVerdict, ...], ...]
    difference: PlanDifference


@dataclass(frozen=True, slots=True)
class AbsenceDone:
    """What was stored; `plan` is the version as it is now, None where only the roster changed."""

    changes: Changes
    plan: PlanView | None = None
