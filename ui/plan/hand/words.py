"""What is said of a place where something held over the board could be dropped; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from envoy_app.domain.editing import BrokenRule, EditVerdict
from envoy_app.domain.plans import ScoreView
from envoy_app.domain.time import SlotTime, day_label

TOLD = 3
ASKING = "正在判断…"


class Judged(Protocol):
    """What is known of a target at once: rules by name, and the change of the score."""

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken."""

    @property
    def rules(self) -> tuple[BrokenRule, ...]:
        """What stands against it."""

    @property
    def change(self) -> ScoreView:
        """The change of the score."""


class Grade(Enum):
    """Whether something may be done: its word."""

    FREE = "可以"
    COST = "可以，有代价"
    BARRED = "不可以"
    UNKNOWN = ASKING


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict in words: what would be done and the grade, then why."""

    grade: Grade
    head: str
    why: str

    @property
    def text(self) -> str:
        """All of it as one sentence, for assistive technology."""
        return f"{self.head}。{self.why}" if self.why else self.head


def grade_of(found: Judged | EditVerdict | None) -> Grade:
    """Return the grade of a target; a better score or the same costs nothing."""
    if found is None:
        return Grade.UNKNOWN
    if not found.allowed:
        return Grade.BARRED
    change = found.change
    worse = (change.coverage, change.unscheduled, change.disruption, change.cost) > (0, 0, 0, 0)
    return Grade.COST if worse else Grade.FREE


def figure(change: ScoreView, *, named: bool = False) -> str:
    """Return the change of the score that matters most, short enough for half a day's cell.

    `named` says of the cost too what it is.
    """
    if change.coverage:
        return f"缺口{signed(change.coverage)}"
    if change.disruption:
        return f"变动{signed(change.disruption)}"
    return f"成本{signed(change.cost)}" if named else signed(change.cost)


def signed(value: int) -> str:
    """Return a number with its sign: +130, −12, 0."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def at(start: SlotTime, slots: int) -> str:
    """Return when a visit of so many half-days would begin."""
    day = day_label(start.date)
    return f"{day} {start.half.label}" if slots == 1 else f"{day} 起"


def length(slots: int) -> str:
    """Return how long a visit of so many half-days takes, as it stands alone."""
    return "半天" if slots == 1 else f"{slots // 2} 天"


def nowhere(text: str) -> Said:
    """Return what is said where a drop changes nothing."""
    return Said(Grade.UNKNOWN, text, "")


def said(head: str, found: Judged | None, exact: EditVerdict | str | None, crew: str = "") -> Said:
    """Return what is known of a target: the exact verdict, a reason, or by now only the rules.

    `head` says what would be done, `crew` who would come where that is chosen by the program.
    """
    grade = Grade.BARRED if isinstance(exact, str) else grade_of(exact or found)
    if exact is None and found is None:
        return Said(grade, head, ASKING)
    head = f"{head}：{grade.value}"
    if isinstance(exact, str):
        return Said(grade, head, exact)
    why = _expected(found) if exact is None and found is not None else ""
    if exact is not None:
        why = _reasons(exact)
    allowed = grade in (Grade.FREE, Grade.COST)
    return Said(grade, head, f"派{crew}；{why}" if crew and allowed else why)


def _reasons(exact: EditVerdict) -> str:
    if exact.allowed:
        return "，".join(word.rstrip("。") for word in exact.words) + "。"
    return told([rule.text for rule in exact.broken])


def _expected(found: Judged) -> str:
    if found.allowed:
        return f"成本 {signed(found.change.cost)}。"
    return told(["违反" + "、".join(rule.name for rule in found.rules)])


def told(sentences: Sequence[str]) -> str:
    """Return the first sentences as one, and how many there are where not all are told."""
    shown = "；".join(text.rstrip("。") for text in sentences[:TOLD])
    return shown + (f" 等 {len(sentences)} 条。" if len(sentences) > TOLD else "。")
