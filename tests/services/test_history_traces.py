"""Where parts of plans and of the standard are seen from the history."""

from dataclasses import replace

import pytest

from envoy_app.domain.editing import Replace
from envoy_app.domain.history import HistoryFilter, Trace
from tests.ui.edit_world import A, make_workspace


@pytest.fixture
def workspace(tmp_path):
    opened = make_workspace(tmp_path)
    yield opened
    opened.close()


def newest(workspace):
    entry = workspace.history.page(HistoryFilter()).entries[0]
    return workspace.history.details(entry.change.id).records


def test_visits_and_seats_are_traced_to_the_visit_of_their_version(workspace):
    plan = workspace.planning.latest()
    workspace.editing.open(plan.info.id).do(Replace("u", "e", "f"))
    records = newest(workspace)
    assert {record.table for record in records} >= {"plan_seat"}
    traces = workspace.history.traces(records)
    for record in records:
        if record.table in ("plan_seat", "plan_visit"):
            assert traces[record.table, record.record_id] == Trace(plan.info.id, "u", A)


def test_parts_of_a_version_that_is_gone_have_no_trace(workspace):
    plan = workspace.planning.latest()
    copy = workspace.editing.revise(plan.info.id)
    workspace.editing.open(copy.id).do(Replace("u", "e", "f"))
    records = newest(workspace)
    workspace.history.undo()
    workspace.history.undo()
    assert copy.id not in {info.id for info in workspace.planning.plans()}
    assert workspace.history.traces(records) == {}


def test_lines_of_the_standard_are_traced_to_their_county(workspace):
    table = workspace.standards.table()
    cell = next(iter(table.lines))
    edits = workspace.standards.fields(table, [cell], {"headcount": 4})
    workspace.standards.save(edits)
    (record,) = newest(workspace)
    traces = workspace.history.traces([record, replace(record, table="county_minimum")])
    assert traces[record.table, record.record_id] == Trace(county=cell[0])
    assert traces["county_minimum", record.record_id] == Trace(county=record.record_id)
