"""Where in the window a record of the history is seen, if it is still there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from envoy_app.domain.changes import Topic
from envoy_app.domain.history import RecordChange
from ui.history_words import tr

if TYPE_CHECKING:
    from envoy_app.services.workspace import Workspace
    from ui.context import AppContext

ENVOY, DEMAND, VERSION = "envoy", "demand", "plan_version"
PARTS = ("plan_visit", "plan_seat")
"""Kinds of records as changes name them."""


@dataclass(frozen=True, slots=True)
class Present:
    """The ids of records that are still there, by kind; only of kinds that were asked for."""

    ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def has(self, record: RecordChange) -> bool:
        """Whether a record is still there."""
        return record.record_id in self.ids.get(record.table, frozenset())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is seen: the page's key, its topic for `of_record`; or why nowhere."""

    page: str = ""
    topic: Topic | None = None
    why_not: str = ""


def read_present(workspace: Workspace, records: Iterable[RecordChange]) -> Present:
    """Look which of the records are still there; reads, so not for the UI thread."""
    kinds = {record.table for record in records}
    found: dict[str, frozenset[str]] = {}
    if ENVOY in kinds:
        envoys = workspace.roster.envoys(include_inactive=True)
        found[ENVOY] = frozenset(envoy.id for envoy in envoys)
    if DEMAND in kinds:
        found[DEMAND] = frozenset(demand.id for demand in workspace.demands.demands())
    if VERSION in kinds:
        found[VERSION] = frozenset(info.id for info in workspace.planning.plans())
    return Present(found)


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
        return Place(page, topic, gone)
    if record.table in PARTS:
        return Place("plan", Topic.PLANS)
    return Place(why_not=tr("这类记录没有单独的页面"))


def go_to(context: AppContext, record: RecordChange) -> None:
    """Show a record on its page."""
    page = place_of(record, Present()).page
    if record.table == VERSION:
        context.plans.show_plan(record.record_id)
    context.navigate(page)
    selection = context.selection
    # None first: the page is asked again although it was the last one looked at.
    if record.table == ENVOY:
        selection.envoy = None
        selection.envoy = record.record_id
    elif record.table == DEMAND:
        selection.demand = None
        selection.demand = record.record_id
