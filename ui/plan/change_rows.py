"""The rows of a table of visits that one plan holds otherwise than another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import PlanDifference, VisitChange, VisitChangeKind
from envoy_app.domain.plans import VisitView
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.plan.labels import Labels, joined
from ui.search import search_key
from ui.tables import Column

KIND_ORDER = {kind: place for place, kind in enumerate(VisitChangeKind)}


def tr(text: str) -> str:
    """Return a text in the user's language."""
    return QCoreApplication.translate("PlanChanges", text)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A visit that changed, in words; `plan_id` and `visit_id` are where the board shows it."""

    change: VisitChange
    county: str
    what: str
    before: str
    after: str
    people: str
    tip: str
    plan_id: str
    visit_id: str


def sides() -> tuple[str, str]:
    """Return what the two plans are called where nothing else is said."""
    return tr("原来"), tr("现在")


def change_columns(before: str, after: str) -> list[Column[ChangeRow]]:
    """Return the columns of the visits that changed, from the plan `before` to that `after`."""
    px = theme.px
    return [
        Column(
            "kind",
            tr("变化"),
            lambda r: r.change.kind.value,
            sort=lambda r: KIND_ORDER[r.change.kind],
            width=px(22),
            tooltip=_tip,
            color=lambda r: "danger" if r.change.kind is VisitChangeKind.DROPPED else None,
        ),
        Column("county", tr("县"), lambda r: r.county, width=px(20), tooltip=_tip),
        Column("what", tr("服务"), lambda r: r.what, width=px(34), flex=2, tooltip=_tip),
        Column(
            "before",
            before,
            lambda r: r.before,
            sort=lambda r: _start(r.change.before),
            width=px(33),
            tooltip=_tip,
        ),
        Column(
            "after",
            after,
            lambda r: r.after,
            sort=lambda r: _start(r.change.after),
            width=px(33),
            tooltip=_tip,
        ),
        Column("people", tr("特派员"), lambda r: r.people, width=px(36), flex=2, tooltip=_tip),
    ]


def _tip(row: ChangeRow) -> str:
    return row.tip


def _start(visit: VisitView | None) -> object:
    return (visit.start.date, visit.start.half) if visit and visit.start else None


class ChangeWords:
    """Puts the changes between two plans into rows."""

    def __init__(
        self,
        difference: PlanDifference,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        titles: tuple[str, str] | None = None,
    ) -> None:
        self._difference = difference
        self._titles = titles or sides()
        self._before = Labels(difference.before, gazetteer, vocabulary)
        self._after = Labels(difference.after, gazetteer, vocabulary)

    def rows(self) -> tuple[ChangeRow, ...]:
        """Return a row for each visit that changed."""
        return tuple(map(self._row, self._difference.visits))

    def _row(self, change: VisitChange) -> ChangeRow:
        visit = change.shown
        before = self._before.when(change.before) if change.before else ""
        after = self._after.when(change.after) if change.after else ""
        plan = self._difference.after if change.after else self._difference.before
        place = self._after.county_short(visit.county)
        return ChangeRow(
            change=change,
            county=place,
            what=" · ".join(filter(None, (visit.content, visit.place))) or visit.mode,
            before=before,
            after=after,
            people=self._people(change),
            tip=self._told(change),
            plan_id=plan.info.id,
            visit_id=visit.id,
        )

    def _people(self, change: VisitChange) -> str:
        leaving = self._before.named(change.leaving)
        joining = self._after.named(change.joining)
        if change.before is None or change.after is None:
            return joining or leaving
        if leaving and joining:
            return f"{leaving} → {joining}"
        if leaving or joining:
            return tr("减 {0}").format(leaving) if leaving else tr("加 {0}").format(joining)
        return self._after.named(change.after.envoys)

    def _told(self, change: VisitChange) -> str:
        lines: list[str] = []
        for title, visit, labels in (
            (self._titles[0], change.before, self._before),
            (self._titles[1], change.after, self._after),
        ):
            if visit is not None:
                lines += (f"{title}：", *labels.summary(visit))
        if change.reason:
            lines.append(tr("没有排上的原因：{0}").format(change.reason))
        lines.append(tr("双击或按回车，在排班表上查看"))
        return joined(lines)


def change_keys(rows: Iterable[ChangeRow]) -> list[str]:
    """Return what a search in the changes looks into."""
    return [
        search_key(
            f"{row.county} {row.people}",
            (row.change.kind.value, row.what, row.before, row.after),
        )
        for row in rows
    ]
