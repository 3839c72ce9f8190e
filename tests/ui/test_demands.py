import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from envoy_app.domain.demands import DemandState
from tests.ui.world import type_chinese
from ui.demands.page import DemandsPage
from ui.demands.reason_dialog import ReasonDialog
from ui.demands.rows import length_text, window_text


@pytest.fixture
def page(qtbot, context, settle):
    context.plans.reload()
    made = DemandsPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(context)
    context.changed.connect(made.refresh)
    return made


def shown(page):
    return [row.demand for row in page.table.proxy.shown()]


def states(page):
    return {demand.id: demand.state for demand in page.context.workspace.demands.demands()}


def test_all_demands_are_shown(page, workspace):
    demands = workspace.demands.demands()
    assert shown(page) == list(demands)
    assert page.count_label.full_text == f"显示 {len(demands)} / {len(demands)} 条"


def test_search_and_filters(qtbot, page):
    type_chinese(page.search, shown(page)[0].town)
    assert shown(page)
    assert len({demand.town for demand in shown(page)}) == 1
    page.search.clear()
    page.state_filter.choose(DemandState.PENDING.value)
    page.urgency_filter.choose("紧急")
    assert all(
        (demand.state, demand.urgency) == (DemandState.PENDING, "紧急") for demand in shown(page)
    )


def test_county_filter_is_the_selection_of_the_window(page, context):
    county = shown(page)[0].county
    context.selection.county = county
    assert {demand.county for demand in shown(page)} == {county}


def test_buttons_say_why_they_cannot_be_pressed(page):
    assert not page.accept_button.isEnabled()
    assert "先在表中选需求" in page.accept_button.toolTip()
    page.table.choose(lambda row: row.demand.state is DemandState.ACCEPTED)
    assert not page.accept_button.isEnabled()
    assert "待审核" in page.accept_button.toolTip()
    assert page.refuse_button.isEnabled()


def test_accepting_takes_up_only_those_that_wait(qtbot, page, context, settle):
    before = states(page)
    waiting = {key for key, state in before.items() if state is DemandState.PENDING}
    assert waiting
    page.table.selectAll()
    qtbot.mouseClick(page.accept_button, Qt.MouseButton.LeftButton)
    settle(context)
    after = states(page)
    assert all(after[key] is DemandState.ACCEPTED for key in waiting)
    assert {demand.state for demand in shown(page)} == set(after.values())


def test_turning_down_needs_a_reason(qtbot, page, context, settle):
    page.table.choose(lambda row: row.demand.state is DemandState.PENDING)
    chosen = page.table.current_row().demand.id
    qtbot.mouseClick(page.refuse_button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(ReasonDialog)
    assert not dialog.accept_button.isEnabled()
    type_chinese(dialog.field, "不在服务范围内")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settle(context)
    (demand,) = [d for d in context.workspace.demands.demands() if d.id == chosen]
    assert (demand.state, demand.state_reason) == (DemandState.REJECTED, "不在服务范围内")
    assert page.table.current_row().demand.id == chosen
    assert "原因：不在服务范围内" in [part.text() for part in page.details.findChildren(QLabel)]


def test_cancelling_the_reason_changes_nothing(qtbot, page):
    before = states(page)
    page.table.choose(lambda row: row.demand.state is DemandState.PENDING)
    qtbot.mouseClick(page.refuse_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.findChild(ReasonDialog), Qt.Key.Key_Escape)
    assert states(page) == before


def test_details_show_who_comes(page, plan):
    visit = next(item for item in plan.visits if item.demand_id and item.held)
    page.table.choose(lambda row: row.demand.id == visit.demand_id)
    texts = [part.text() for part in page.details.findChildren(QLabel)]
    assert "、".join(plan.envoys[code].name for code in visit.envoys) in texts


def test_empty_page_says_what_to_do(qtbot, empty_context, settle):
    page = DemandsPage(empty_context)
    qtbot.addWidget(page)
    page.refresh(None)
    settle(empty_context)
    assert page._stack.currentIndex() == 1


def test_texts_of_time():
    from dataclasses import replace
    from datetime import date

    from envoy_app.domain.demands import Demand

    demand = Demand("d", "510104", window_start=date(2026, 12, 3), window_end=date(2026, 12, 9))
    assert window_text(demand) == "12-03 — 12-09"
    assert window_text(replace(demand, window_end=date(2026, 12, 3))) == "12-03"
    assert window_text(replace(demand, window_start=None, window_end=None)) == "不限"
    assert window_text(replace(demand, asap=True)) == "尽快"
    assert [length_text(replace(demand, slots=n)) for n in (1, 2, 4)] == ["半天", "1 天", "2 天"]
