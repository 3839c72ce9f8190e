"""The rows of the tables that show versions, their changes and the people to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import (
    Figure,
    Notice,
    PlanDifference,
    PlanSummary,
    ToldAs,
    VisitChange,
    VisitChangeKind,
)
from envoy_app.domain.plans import PlanInfo, PlanState, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.icons import IconName, icon
from ui.plan.labels import Labels, joined
from ui.read_only import read_only_hint
from ui.search import search_key
from ui.tables import RIGHT, Column

KIND_ORDER = {kind: place for place, kind in enumerate(VisitChangeKind)}


def tr(text: str) -> str:
    """Return a text in the user's language."""
    return QCoreApplication.translate("Versions", text)


def version_title(info: PlanInfo) -> str:
    """Return a version as lists name it."""
    return f"{info.title} · {info.state.value}"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list; `mark` is 原来 or 现在 where it is compared."""

    summary: PlanSummary
    mark: str = ""

    @property
    def info(self) -> PlanInfo:
        """The version's head."""
        return self.summary.info


def _made(row: VersionRow) -> str:
    return f"{row.info.created_at.astimezone():%Y-%m-%d %H:%M}"


def _lock(row: VersionRow) -> object:
    return None if row.info.state is PlanState.DRAFT else icon(IconName.LOCK, theme.tokens().muted)


def _state_tip(row: VersionRow) -> str:
    if row.info.state is PlanState.DRAFT:
        return tr("草案可以发布，也可以调整")
    return read_only_hint(row.info)


def version_columns() -> list[Column[VersionRow]]:
    """Return the columns of the list of versions."""
    px = theme.px
    return [
        Column("title", tr("方案和版本"), lambda r: r.info.title, width=px(62), flex=2),
        Column("mark", tr("对比"), lambda r: r.mark, width=px(15), color=lambda _r: "accent"),
        Column(
            "state",
            tr("状态"),
            lambda r: r.info.state.value,
            width=px(22),
            tooltip=_state_tip,
            decoration=_lock,
        ),
        Column("made", tr("生成时间"), _made, sort=lambda r: r.info.created_at, width=px(34)),
        Column("who", tr("生成人"), lambda r: r.info.created_by, width=px(22), flex=1),
        Column(
            "covered",
            tr("已覆盖县"),
            lambda r: f"{r.summary.covered}/{r.summary.counties}",
            sort=lambda r: r.summary.covered,
            align=RIGHT,
            width=px(20),
        ),
        Column(
            "left",
            tr("未排"),
            lambda r: str(r.summary.unscheduled),
            sort=lambda r: r.summary.unscheduled,
            align=RIGHT,
            width=px(14),
        ),
        Column(
            "cost",
            tr("综合代价"),
            lambda r: f"{r.info.score.cost:,}",
            sort=lambda r: r.info.score.cost,
            align=RIGHT,
            width=px(24),
        ),
        Column("preset", tr("优先考虑"), lambda r: r.info.preset.value, width=px(24)),
    ]


def figure_columns() -> list[Column[Figure]]:
    """Return the columns of the figures side by side."""
    px = theme.px
    judged = {True: tr("变好"), False: tr("变差"), None: ""}
    colours = {True: "accent", False: "danger", None: None}
    return [
        Column("name", tr("指标"), lambda f: f.name, width=px(28), flex=1),
        Column("before", tr("原来"), lambda f: f.before, align=RIGHT, width=px(31)),
        Column("after", tr("现在"), lambda f: f.after, align=RIGHT, width=px(31)),
        Column(
            "better",
            tr("评价"),
            lambda f: judged[f.better],
            width=px(14),
            color=lambda f: colours[f.better],
        ),
    ]


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


def change_columns() -> list[Column[ChangeRow]]:
    """Return the columns of the visits that changed."""
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
            tr("原来"),
            lambda r: r.before,
            sort=lambda r: _start(r.change.before),
            width=px(33),
            tooltip=_tip,
        ),
        Column(
            "after",
            tr("现在"),
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
    """Puts the changes between two versions into rows."""

    def __init__(
        self, difference: PlanDifference, gazetteer: Gazetteer, vocabulary: Vocabulary
    ) -> None:
        self._difference = difference
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
            (tr("原来"), change.before, self._before),
            (tr("现在"), change.after, self._after),
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


def notice_columns() -> list[Column[Notice]]:
    """Return the columns of the people to tell."""
    px = theme.px
    return [
        Column("name", tr("姓名"), lambda n: n.name, width=px(20), tooltip=_notice_tip),
        Column("as", tr("类别"), lambda n: n.told_as.value, width=px(22), tooltip=_notice_tip),
        Column("phone", tr("电话"), _phone, width=px(26), color=_phone_colour),
        Column("from", tr("单位或县"), lambda n: n.organisation, width=px(38), flex=1),
        Column(
            "text",
            tr("通知内容"),
            lambda n: " ".join(n.text.split("\n")),
            width=px(80),
            flex=3,
            tooltip=_notice_tip,
        ),
    ]


def _phone(notice: Notice) -> str:
    return notice.phone or tr("没有电话")


def _phone_colour(notice: Notice) -> str | None:
    return None if notice.phone else "warning"


def _notice_tip(notice: Notice) -> str:
    return notice.text


def notice_keys(notices: Iterable[Notice]) -> list[str]:
    """Return what a search in the people to tell looks into."""
    return [
        search_key(item.name, (item.organisation, item.phone, item.told_as.value, item.text))
        for item in notices
    ]


def told(notice: Notice) -> str:
    """Return a notice as it is sent to one person."""
    head = f"{notice.name}（{notice.phone}）" if notice.phone else notice.name
    if notice.told_as is ToldAs.CONTACT:
        head = f"{notice.organisation} {head}"
    return f"{head}：\n{notice.text}" if len(notice.sentences) > 1 else f"{head}：{notice.text}"
