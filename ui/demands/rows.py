"""The rows and columns of the demand table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.demand_twins import likely_twins
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.icons import IconName, icon
from ui.search import search_key
from ui.tables import RIGHT, Column

_STATE_COLOURS = {
    DemandState.PENDING: "warning",
    DemandState.REJECTED: "muted",
    DemandState.CANCELLED: "muted",
    DemandState.ASSIGNED: "accent",
    DemandState.DONE: "accent",
}


@dataclass(frozen=True)
class DemandRow:
    """One line of the table; `twins` are the ids of demands that may be the same one."""

    demand: Demand
    county: str
    specialties: str
    key: str
    twins: tuple[str, ...] = ()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Demands", text)


def make_rows(
    demands: Sequence[Demand], gazetteer: Gazetteer, vocabulary: Vocabulary
) -> tuple[DemandRow, ...]:
    """Return the rows with their search texts; spells pinyin, so not for the UI thread."""
    counties = gazetteer.by_code
    twins = likely_twins(demands)

    def row(demand: Demand) -> DemandRow:
        county = counties[demand.county].short_name if demand.county in counties else ""
        known = "、".join(vocabulary.name(code) for code in demand.specialties)
        texts = (
            demand.town,
            demand.site,
            known,
            demand.content,
            demand.contact,
            demand.phone,
            demand.mode,
        )
        return DemandRow(demand, county, known, search_key(county, texts), twins.get(demand.id, ()))

    return tuple(row(demand) for demand in demands)


def with_fresh(
    rows: Sequence[DemandRow],
    fresh: Sequence[Demand],
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
) -> tuple[DemandRow, ...]:
    """Return the rows with some demands read again, new ones last.

    Only these are spelled again; who may be whose duplicate is told anew of all.
    """
    made = {row.demand.id: row for row in make_rows(fresh, gazetteer, vocabulary)}
    kept = [made.pop(row.demand.id, row) for row in rows]
    together = (*kept, *made.values())
    twins = likely_twins(row.demand for row in together)
    return tuple(
        row
        if row.twins == twins.get(row.demand.id, ())
        else replace(row, twins=twins.get(row.demand.id, ()))
        for row in together
    )


def visits_by_demand(plan: PlanView | None) -> Mapping[str, VisitView]:
    """Return the visits of a plan that answer a demand, by its id."""
    visits = plan.visits if plan else ()
    return {visit.demand_id: visit for visit in visits if visit.demand_id}


def window_text(demand: Demand) -> str:
    """Return the days on which the county wants the visit."""
    if demand.asap:
        return _tr("尽快")
    start, end = demand.window_start, demand.window_end
    if start is None and end is None:
        return _tr("不限")
    if start == end and start is not None:
        return f"{start:%m-%d}"
    first = f"{start:%m-%d}" if start else ""
    last = f"{end:%m-%d}" if end else ""
    return f"{first} — {last}"


def length_text(demand: Demand) -> str:
    """Return 半天, 1 天 or 2 天."""
    return _tr("半天") if demand.slots == 1 else _tr("{n} 天").format(n=demand.slots // 2)


def demand_columns() -> list[Column[DemandRow]]:
    """Return the columns of the demand table."""
    px = theme.px

    def window_sort(row: DemandRow) -> str:
        return str(row.demand.window_start or row.demand.window_end or "9999")

    def state_hint(row: DemandRow) -> str:
        twice = _tr("可能与另一条重复，详情里可以对照") if row.twins else ""
        known = row.demand.state_reason or row.demand.state.value
        return "\n".join(part for part in (known, twice) if part)

    def content(row: DemandRow) -> str:
        return row.demand.content

    def place(row: DemandRow) -> str:
        return " ".join(part for part in (row.demand.town, row.demand.site) if part)

    return [
        Column("county", _tr("县"), lambda row: row.county, width=px(15)),
        Column("place", _tr("地点"), place, width=px(34), flex=2),
        Column("specialties", _tr("专业领域"), lambda row: row.specialties, width=px(32), flex=2),
        Column("content", _tr("内容"), content, width=px(40), flex=2),
        Column("mode", _tr("形式"), lambda row: row.demand.mode, width=px(18)),
        Column(
            "headcount",
            _tr("人数"),
            lambda row: str(row.demand.headcount),
            sort=lambda row: row.demand.headcount,
            align=RIGHT,
            width=px(12),
        ),
        Column(
            "window",
            _tr("时间"),
            lambda row: window_text(row.demand),
            sort=window_sort,
            width=px(27),
        ),
        Column(
            "length",
            _tr("时长"),
            lambda row: length_text(row.demand),
            sort=lambda row: row.demand.slots,
            width=px(12),
        ),
        Column(
            "urgency",
            _tr("紧急"),
            lambda row: row.demand.urgency,
            sort=lambda row: -row.demand.weight,
            width=px(12),
            color=lambda row: "danger" if row.demand.weight >= 3 else None,
        ),
        Column(
            "state",
            _tr("状态"),
            lambda row: row.demand.state.value,
            sort=lambda row: list(DemandState).index(row.demand.state),
            width=px(20),
            tooltip=state_hint,
            decoration=lambda row: icon(IconName.COPY) if row.twins else None,
            color=lambda row: _STATE_COLOURS.get(row.demand.state),
        ),
        Column("contact", _tr("联系人"), lambda row: row.demand.contact, width=px(16)),
        Column("phone", _tr("联系电话"), lambda row: row.demand.phone, width=px(28), hidden=True),
    ]
