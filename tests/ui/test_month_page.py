"""本月场次: what a month will ask for, before anyone plans."""

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.plans import VisitOrigin
from envoy_app.domain.standard_edits import StandardEdits
from envoy_app.services.planning import PlanningService
from tests.ui.world import type_chinese
from ui.standards.month_page import MonthPage

QINGYANG = "510105"


@pytest.fixture
def page(qtbot, context, settle, monkeypatch):
    # Only the test of shortages waits for the child that looks for them.
    monkeypatch.setattr(PlanningService, "preflight", lambda *words: ())
    # The world's planning is a fake that solves nothing; here a month is really built.
    context.workspace.__dict__["planning"] = PlanningService(context.workspace.context)
    made = MonthPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    context.changed.connect(made.refresh)
    settle(context)
    return made


def test_a_month_shows_what_planning_it_would_hold(page, context):
    built = context.workspace.planning.build(page.request)
    assert page.table.rows_model.rows == built.visits
    assert page.count_label.text().startswith(f"显示 {len(built.visits)} / {len(built.visits)} 场")
    assert page.request.start.day == 1
    assert page.request.start.month == page.request.end.month


def test_another_month_is_built_anew(page, context, settle):
    before = page.request
    page.months.setCurrentIndex(3)
    settle(context)
    assert page.request.start > before.end
    first = page.table.rows_model.rows[0]
    assert page.request.start <= first.earliest <= page.request.end


def test_search_place_and_origin_narrow_the_list(page, context):
    page.place_filter.choose(QINGYANG)
    assert {visit.county for visit in page.table.proxy.shown()} == {QINGYANG}
    page.origin_filter.choose(VisitOrigin.STANDARD.value)
    type_chinese(page.search, "电商")
    assert {role.specialty for visit in page.table.proxy.shown() for role in visit.roles} == {"S25"}
    assert "场" in page.count_label.text()


def test_the_county_of_the_window_is_its_filter(page, context):
    context.selection.county = QINGYANG
    assert {visit.county for visit in page.table.proxy.shown()} == {QINGYANG}


def test_a_standard_that_changes_changes_the_month(page, context, settle):
    service = context.workspace.standards
    table = service.table()
    count = sum(1 for visit in page.table.rows_model.rows if visit.county == QINGYANG)
    gone = {cell: None for cell in table.lines if cell[0] == QINGYANG}
    context.publish(service.save(StandardEdits(gone)))
    settle(context)
    left = [visit for visit in page.table.rows_model.rows if visit.county == QINGYANG]
    assert len(left) < count
    assert {visit.origin for visit in left} <= {VisitOrigin.DEMAND}


def test_the_season_changes_the_month(page, context, settle):
    before = len(page.table.rows_model.rows)
    context.publish(context.workspace.standards.set_seasonal(True))
    settle(context)
    assert len(page.table.rows_model.rows) != before
    context.publish(context.workspace.history.undo())
    settle(context)
    assert len(page.table.rows_model.rows) == before


def test_shortages_are_looked_for_at_once(qtbot, page, monkeypatch):
    assert page.shortages.status.text() == "没有发现必然的缺口。"
    monkeypatch.undo()
    page.refresh(None)
    qtbot.waitUntil(lambda: page.shortages.checking)
    qtbot.waitUntil(lambda: not page.shortages.checking, timeout=20_000)
    assert "处缺口怎样排都补不上" in page.shortages.status.text()


def test_nothing_to_hold_says_what_to_do(qtbot, empty_context, settle):
    workspace = empty_context.workspace
    workspace.__dict__["planning"] = PlanningService(workspace.context)
    page = MonthPage(empty_context)
    qtbot.addWidget(page)
    page.refresh(None)
    settle(empty_context)
    assert "没有可派的特派员" in page.reason_label.text()
    assert page.table.rows_model.rows == ()


def test_the_button_leads_to_planning(qtbot, page, context):
    wanted = []
    context.navigate_requested.connect(wanted.append)
    qtbot.mouseClick(page.plan_button, Qt.MouseButton.LeftButton)
    assert wanted == ["plan"]
    assert page.focus_search()
    page.remember()
