"""The inbox of demands: worked through by single keys, with likely duplicates beside each other."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from envoy_app.domain.demands import DemandState
from tests.factories import make_demand
from tests.ui.world import type_chinese
from ui.demands.page import TWINS, DemandsPage
from ui.demands.reason_dialog import ReasonDialog


@pytest.fixture
def waiting(workspace):
    """Three demands that wait; the last two are one that was sent twice."""
    first = make_demand(state=DemandState.PENDING, content="秧田管理", county="510182")
    second = make_demand(
        state=DemandState.PENDING, county="510183", site="红光合作社", content="茶园封园"
    )
    third = replace(second, id="twin", content="茶园冬季封园")
    workspace.demands.add([first, second, third])
    return first, second, third


@pytest.fixture
def page(qtbot, context, settle, waiting):
    made = DemandsPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    with qtbot.waitActive(made):  # single keys go to the window in front only
        made.show()
    made.table.setFocus()
    settle(context)
    context.changed.connect(made.refresh)
    return made


def choose(page, demand):
    assert page.table.choose(lambda row: row.demand.id == demand.id)


def state(page, demand):
    found = {item.id: item for item in page.context.workspace.demands.demands()}
    return found[demand.id].state


def press(qtbot, page, context, settle, key):
    qtbot.keyClick(page.table, key)
    settle(context)


def link(qtbot, page, name):
    """Return the link of this name once the details show it."""

    def found():
        links = page.details.findChildren(QPushButton)
        return [part for part in links if part.accessibleName() == name and part.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1)
    return found()[0]


def test_a_key_takes_up_a_demand_and_goes_on_to_the_next(qtbot, page, context, settle, waiting):
    page.state_filter.choose(DemandState.PENDING.value)
    first = waiting[0]
    choose(page, first)
    shown = [row.demand.id for row in page.table.proxy.shown()]
    after = shown[shown.index(first.id) + 1]
    press(qtbot, page, context, settle, Qt.Key.Key_A)
    assert state(page, first) is DemandState.ACCEPTED
    assert page.table.current_row().demand.id == after
    press(qtbot, page, context, settle, Qt.Key.Key_A)
    states = {d.id: d.state for d in context.workspace.demands.demands()}
    assert states[after] is DemandState.ACCEPTED


def test_calling_off_by_key_asks_why(qtbot, page, context, settle, waiting):
    choose(page, waiting[0])
    qtbot.keyClick(page.table, Qt.Key.Key_X)
    dialog = page.findChild(ReasonDialog)
    assert dialog.windowTitle() == "取消需求"
    type_chinese(dialog.field, "县里撤回")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settle(context)
    assert state(page, waiting[0]) is DemandState.CANCELLED
    with qtbot.waitActive(page):
        page.activateWindow()
    page.table.setFocus()
    choose(page, waiting[0])
    press(qtbot, page, context, settle, Qt.Key.Key_B)
    assert state(page, waiting[0]) is DemandState.PENDING
    context.publish(context.workspace.history.undo())
    settle(context)
    assert state(page, waiting[0]) is DemandState.CANCELLED


def test_a_key_that_does_not_fit_does_nothing_and_the_menu_says_why(qtbot, page, waiting):
    choose(page, waiting[0])
    qtbot.keyClick(page.table, Qt.Key.Key_D)
    assert state(page, waiting[0]) is DemandState.PENDING
    action = page.triage.actions[DemandState.DONE]
    assert not action.isEnabled()
    assert action.toolTip() == "选中的需求都不能标为完成，只有已派员的可以"
    assert action in page.table.actions()
    assert action in page.more_button.menu().actions()
    page.table.clearSelection()
    assert "先在表中选需求" in action.toolTip()


def test_the_filter_counts_where_demands_stand(qtbot, page, context, settle, waiting):
    combo = page.state_filter

    def count(value):
        return int(combo.itemText(combo.findData(value)).split()[-1])

    assert count(TWINS) == 2
    before = count(DemandState.PENDING.value)
    choose(page, waiting[0])
    press(qtbot, page, context, settle, Qt.Key.Key_A)
    assert count(DemandState.PENDING.value) == before - 1


def test_duplicates_are_found_looked_at_and_called_off(qtbot, page, context, settle, waiting):
    _, second, third = waiting
    page.state_filter.choose(TWINS)
    assert {row.demand.id for row in page.table.proxy.shown()} == {second.id, third.id}
    choose(page, third)
    qtbot.mouseClick(link(qtbot, page, "柏合镇 红光合作社 茶园封园"), Qt.MouseButton.LeftButton)
    assert page.table.current_row().demand.id == second.id
    choose(page, third)
    call_off = link(qtbot, page, "与它重复，取消这一条")
    qtbot.mouseClick(call_off, Qt.MouseButton.LeftButton)
    settle(context)
    assert state(page, third) is DemandState.CANCELLED
    (stored,) = (d for d in context.workspace.demands.demands() if d.id == third.id)
    assert stored.state_reason == "与“柏合镇 红光合作社 茶园封园”重复"
    assert page.table.proxy.rowCount() == 0
