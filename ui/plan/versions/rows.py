"""The rows of the tables that show versions, their figures and the people to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.plan_changes import Figure, Notice, PlanSummary, ToldAs
from envoy_app.domain.plans import PlanInfo, PlanState
from ui import theme
from ui.icons import IconName, icon
from ui.read_only import read_only_hint
from ui.search import search_key
from ui.tables import RIGHT, Column


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
