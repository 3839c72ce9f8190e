"""Where in the window a record of the history is seen, if it is still there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from envoy_app.domain.changes import Topic
from envoy_app.domain.field_names import FIELDS
from envoy_app.domain.history import RecordChange, Trace
from ui.history_words import tr

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace
    from ui.context import AppContext

ENVOY, DEMAND, VERSION = "envoy", "demand", "plan_version"
PARTS = ("plan_visit", "plan_seat")
STANDARDS = ("coverage_standard", "county_minimum")
COUNTY, SETTING = "county", "setting"
WORDS = ("own_term", "specialty")
"""Kinds of records as changes name them."""
TRACED = frozenset((*PARTS, *STANDARDS))
TEAM_FIELDS = frozenset(FIELDS[ENVOY][name] for name in ("team_county", "team_counties",
                                                         "team_role"))  # fmt: skip
_CARDS = {"calendar": "calendar", "imports.": "terms"}
"""How the keys of settings begin, and the card that shows them."""


@dataclass(frozen=True, slots=True)
class Present:
    """The ids of records that are still there, by kind; only of kinds that were asked for.

    `traces` tell by table and id where parts of others stand.
    """

    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    traces: dict[tuple[str, str], Trace] = field(default_factory=dict)

    def has(self, record: RecordChange) -> bool:
        """Whether a record is still there."""
        return record.record_id in self.ids.get(record.table, frozenset())

    def trace(self, record: RecordChange) -> Trace | None:
        """Return where a part stands, None where what it is part of is gone."""
        return self.traces.get((record.table, record.record_id))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is seen: the page's key, its topic for `of_record`; or why nowhere."""

    page: str = ""
    topic: Topic | None = None
    why_not: str = ""


def read_present(workspace: Workspace, records: Iterable[RecordChange]) -> Present:
    """Look which of the records are still there; reads, so not for the UI thread."""
    records = tuple(records)
    kinds = {record.table for record in records}
    found: dict[str, frozenset[str]] = {}
    if ENVOY in kinds:
        envoys = workspace.roster.envoys(include_inactive=True)
        found[ENVOY] = frozenset(envoy.id for envoy in envoys)
    if DEMAND in kinds:
        found[DEMAND] = frozenset(demand.id for demand in workspace.demands.demands())
    if VERSION in kinds:
        found[VERSION] = frozenset(info.id for info in workspace.planning.plans())
    traced = [record for record in records if record.table in TRACED]
    return Present(found, workspace.history.traces(traced) if traced else {})


_PAGES = {
    ENVOY: ("roster", Topic.ROSTER),
    DEMAND: ("demands", Topic.DEMANDS),
    VERSION: ("plan", Topic.PLANS),
}


def place_of(record: RecordChange, present: Present) -> Place:
    """Return where a record is seen."""
    if record.table in _PAGES:
        page, topic = _PAGES[record.table]
        gone = "" if present.has(record) else tr("这条记录现在已经不在了")
        return Place("teams" if _of_team(record) else page, topic, gone)
    if record.table in PARTS:
        gone = "" if present.trace(record) else tr("它所在的那一版方案现在已经不在了")
        return Place("plan", Topic.PLANS, gone)
    if record.table in STANDARDS:
        return Place("demands", Topic.STANDARDS)
    if record.table == COUNTY:
        return Place("overview")
    if record.table in WORDS or record.table == SETTING:
        return Place("settings")
    return Place(why_not=tr("这类记录没有单独的页面"))


def _of_team(record: RecordChange) -> bool:
    """Whether a change of a person is one of the team alone."""
    names = {item.field for item in record.fields}
    return record.table == ENVOY and bool(names) and names <= TEAM_FIELDS


def go_to(context: AppContext, record: RecordChange, present: Present) -> None:
    """Show a record on its page."""
    page = place_of(record, present).page
    selection, trace = context.selection, present.trace(record) or Trace()
    if record.table in PARTS:
        context.go(page, {"plan": trace.plan, "visit": trace.visit})
        return
    if record.table == VERSION:
        context.plans.show_plan(record.record_id)
    # None first: the page is asked again although it was the last one looked at.
    elif record.table == ENVOY:
        selection.envoy = None
        selection.envoy = record.record_id
    elif record.table == DEMAND:
        selection.demand = None
        selection.demand = record.record_id
    elif record.table in STANDARDS or record.table == COUNTY:
        selection.county = None
        selection.county = trace.county or record.record_id
    context.go(page, _part_of(record))


def _part_of(record: RecordChange) -> dict[str, str]:
    """Return what of its page shows a record."""
    if record.table in STANDARDS:
        return {"tab": "standards"}
    if record.table in WORDS:
        return {"card": "terms"}
    if record.table == SETTING:
        found = (card for key, card in _CARDS.items() if record.record_id.startswith(key))
        return {"card": next(found, "")}
    return {}
