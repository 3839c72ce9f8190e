"""What the absence assistant is opened with, from whatever page."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime

LEAVE_REASONS = ("请假", "教学周", "出差", "会议", "培训", "病假")
"""What is offered as a reason wherever leave is noted; any other may be typed."""


@dataclass(frozen=True, slots=True)
class AbsenceQuestion:
    """Who cannot come, and when; what is left open is chosen in the dialog."""

    envoy: str = ""
    first: SlotTime | None = None
    last: SlotTime | None = None
    reason: str = ""


def about_visit(visit: VisitView, plan: PlanView, envoy: str = "") -> AbsenceQuestion:
    """Return the question who goes instead of somebody on the days of a visit that is held.

    Of several people nobody is chosen, unless it is `envoy`.
    """
    days = [slot.date for slot in visit.slot_times(plan.days)]
    if not days:
        return AbsenceQuestion(envoy)
    people = visit.envoys
    who = envoy if envoy in people else people[0] if len(people) == 1 else ""
    return AbsenceQuestion(who, SlotTime(days[0], HalfDay.AM), SlotTime(days[-1], HalfDay.PM))


def about_selection(envoy: str | None, visit: str | None, plan: PlanView | None) -> AbsenceQuestion:
    """Return the question about what is selected: a visit's days and people, or an envoy."""
    held = next((each for each in plan.held if each.id == visit), None) if plan else None
    if plan is None or held is None:
        return AbsenceQuestion(envoy or "")
    return about_visit(held, plan, envoy or "")
