"""The rows of the table of broken rules: what is broken, where, and the cure that is nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.editing import BrokenRule
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import SlotTime
from ui import theme
from ui.icons import IconName, icon
from ui.plan.labels import Labels
from ui.search import pinyin_keys, search_key
from ui.tables import Column


def tr(text: str) -> str:
    """Return a text in the user's language."""
    return QCoreApplication.translate("Conflicts", text)


class Cure(Enum):
    """What is done by hand about a broken rule."""

    PEOPLE = "换人"
    MOVE = "移动"
    TAKE_OFF = "取消安排"


_CURES = {"WINDOW": Cure.MOVE, "HOST": Cure.MOVE, "SERIES": Cure.MOVE, "DEMAND": Cure.TAKE_OFF}


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A broken rule in words; `visit` is None where it is about none that is held."""

    rule: BrokenRule
    visit: VisitView | None
    what: str
    envoy: str
    county: str
    when: str

    @property
    def cure(self) -> Cure:
        """The obvious thing to do."""
        return _CURES.get(self.rule.code, Cure.PEOPLE)

    @property
    def start(self) -> tuple[bool, SlotTime | None, str]:
        """What it is sorted by in time; without a time last."""
        start = self.visit.start if self.visit else None
        return start is None, start, self.rule.visit


def conflict_rows(broken: Sequence[BrokenRule], labels: Labels) -> tuple[ConflictRow, ...]:
    """Return the broken rules of a plan, in the order they were told."""
    visits = {visit.id: visit for visit in labels.plan.visits}
    return tuple(_row(rule, visits.get(rule.visit), labels) for rule in broken)


def _row(rule: BrokenRule, visit: VisitView | None, labels: Labels) -> ConflictRow:
    name = labels.named([rule.envoy]) if rule.envoy else ""
    if visit is None:
        return ConflictRow(rule, None, "", name, "", "")
    what, county = labels.short(visit), labels.county(visit.county)
    return ConflictRow(rule, visit, what, name, county, labels.when(visit))


def by_visit(broken: Sequence[BrokenRule]) -> Mapping[str, tuple[BrokenRule, ...]]:
    """Return the broken rules of each visit."""
    found: dict[str, list[BrokenRule]] = defaultdict(list)
    for rule in broken:
        if rule.visit:
            found[rule.visit].append(rule)
    return {key: tuple(rules) for key, rules in found.items()}


def conflict_columns() -> tuple[Column[ConflictRow], ...]:
    """Return the columns of the table."""
    return (
        Column("rule", tr("规则"), lambda row: row.rule.name, width=96, decoration=_mark),
        Column("text", tr("违反了什么"), lambda row: row.rule.text, width=260, flex=1),
        Column("visit", tr("服务"), lambda row: row.what, width=80),
        Column("envoy", tr("特派员"), lambda row: row.envoy, width=72),
        Column("county", tr("县"), lambda row: row.county, width=72),
        Column("day", tr("日期"), lambda row: row.when, sort=lambda row: row.start, width=116),
        Column("cure", tr("可以怎么做"), lambda row: tr(row.cure.value), width=84),
    )


def _mark(row: ConflictRow) -> object:
    return icon(IconName.WARNING, theme.tokens().danger)


def conflict_keys(rows: Sequence[ConflictRow]) -> list[str]:
    """Return what a search looks into."""
    return [
        search_key(row.county, (*pinyin_keys(row.envoy), row.what, row.rule.name, row.rule.text))
        for row in rows
    ]
