"""Before solving: what no plan can hold, in people's terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import solver
from envoy_app.domain.errors import Cancelled, EnvironmentProblem
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import VisitOrigin, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.instances import BuiltInstance

TIME_LIMIT: Final = 20.0
"""Seconds; a month takes less than one."""


class ShortageKind(StrEnum):
    """What is short (see `solver.Shortage`)."""

    WINDOW = "window"
    REACH = "reach"
    FREE = "free"
    LOAD = "load"
    HOST = "host"
    COVERAGE = "coverage"

    @property
    def label(self) -> str:
        """The kind in a few characters."""
        return _LABELS[self]

    @property
    def unit(self) -> str:
        """What is counted."""
        return _UNITS[self]


_LABELS: Final = {
    ShortageKind.WINDOW: "无日期可排",
    ShortageKind.REACH: "够不着人",
    ShortageKind.FREE: "人凑不齐",
    ShortageKind.LOAD: "人手不够",
    ShortageKind.HOST: "接待不下",
    ShortageKind.COVERAGE: "达不到标准",
}
_UNITS: Final = {
    ShortageKind.WINDOW: "天",
    ShortageKind.REACH: "人",
    ShortageKind.FREE: "人",
    ShortageKind.LOAD: "半天",
    ShortageKind.HOST: "半天",
    ShortageKind.COVERAGE: "次",
}


@dataclass(frozen=True, slots=True)
class ShortageView:
    """A shortage that no plan can cure.

    `subject` names place, specialty and days in short; `text` is one sentence saying what, where,
    what to do; `visits` are ids; the rest as of `solver.Shortage`.
    """

    kind: ShortageKind
    subject: str
    text: str
    need: int
    have: int
    visits: tuple[str, ...]
    county: str | None
    specialty: str | None
    level: int | None
    first: date | None
    last: date | None


def find_shortages(
    built: BuiltInstance,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    should_cancel: Callable[[], bool],
) -> tuple[ShortageView, ...]:
    """Return what no plan of an instance can hold; the search runs in a process of its own.

    Raises Cancelled where it was stopped, EnvironmentProblem where the process died or took too
    long; planning is possible all the same.
    """
    instance = solver.parse_instance(built.problem)
    try:
        found = solver.shortages_in_child(instance, TIME_LIMIT, should_cancel)
    except solver.SolverCrashed as error:
        raise EnvironmentProblem("排前检查没有完成，不影响排班，可以直接开始。") from error
    if found is None:
        if should_cancel():
            raise Cancelled
        raise EnvironmentProblem("排前检查用时太长，已停下，不影响排班，可以直接开始。")
    words = _Words(instance, built, gazetteer, vocabulary)
    return tuple(map(words.view, found))


class _Words:
    """Puts the shortages of one instance into words."""

    def __init__(
        self,
        instance: solver.Instance,
        built: BuiltInstance,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
    ) -> None:
        self._instance = instance
        self._visits = {visit.id: visit for visit in built.visits}
        self._gazetteer = gazetteer
        self._vocabulary = vocabulary

    def view(self, shortage: solver.Shortage) -> ShortageView:
        """Return the shortage as it is shown."""
        place = self._when if shortage.county else self._county_of
        text = solver.shortage_text(self._instance, shortage, self._vocabulary.name, place)
        return ShortageView(
            kind=ShortageKind(shortage.kind),
            subject=self._subject(shortage),
            text=text,
            need=shortage.need,
            have=shortage.have,
            visits=shortage.visits,
            county=shortage.county,
            specialty=shortage.specialty,
            level=shortage.level,
            first=shortage.first,
            last=shortage.last,
        )

    def _subject(self, shortage: solver.Shortage) -> str:
        parts = []
        if shortage.county:
            parts.append(self._county(shortage.county))
        if shortage.specialty:
            parts.append(self._vocabulary.short(shortage.specialty))
        if shortage.level:
            above = "及以上" if shortage.level < max(RANK_NAMES) else ""
            parts.append(RANK_NAMES[shortage.level] + above)
        if shortage.first and shortage.last:
            parts.append(self._period(shortage.first, shortage.last))
        if shortage.kind == ShortageKind.WINDOW:
            parts += map(self._when, shortage.visits)
        return " ".join(parts)

    def _period(self, first: date, last: date) -> str:
        days = self._instance.days
        whole = (first, last) == (days[0], days[-1]) and len(days) > 1
        return "全期" if whole else _range(first, last)

    def _when(self, visit_id: str) -> str:
        """A visit whose county is named already: where in it, or in which days."""
        visit = self._visits[visit_id]
        if visit.origin is VisitOrigin.DEMAND:
            return visit.place or visit.content or _days(visit)
        return _days(visit)

    def _county_of(self, visit_id: str) -> str:
        return self._county(self._visits[visit_id].county)

    def _county(self, code: str) -> str:
        return self._gazetteer.by_code[code].name


def _days(visit: VisitView) -> str:
    return _range(visit.earliest, visit.latest)


def _range(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d} 至 {last:%m-%d}"
