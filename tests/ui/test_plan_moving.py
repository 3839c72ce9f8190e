"""Changing a real draft by hand with real mouse and key events; undo brings it back."""

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from envoy_app.domain.time import HalfDay, SlotTime
from tests.solver.build import DAYS
from tests.ui.edit_world import move
from tests.ui.group_steps import chip_point, of
from ui.plan.board.paint import FIRST_COLUMN, HEADER
from ui.plan.hand.words import Grade, grade_of

DATES = tuple(map(date.fromisoformat, DAYS))
AM, PM = HalfDay.AM, HalfDay.PM
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def page(draft_page):
    return draft_page


def cell(page, key, day, half=AM):
    """The middle of a half-day in the row of a visit's county."""
    scene = page.board.scene
    county = next(v.county for v in scene.labels.plan.visits if v.id == key)
    row = next(row for row in scene.layout.rows if row.key == county)
    x, width = scene.timeline.span(2 * day + (half is PM), 2 * day + (half is PM))
    return QPoint(round(x + width / 2) + FIRST_COLUMN - scene.left, row.y + 8 + HEADER - scene.top)


def drag(page, key, to):
    """Press on a chip and move to a point; the button stays down."""
    viewport, start = page.board.viewport(), chip_point(page, key)
    QTest.mousePress(viewport, LEFT, pos=start)
    move(viewport, start + QPoint(20, 0))
    move(viewport, to)


def shown(page):
    return page.hand.moving.overlay.shown


def aimed(page):
    return page.hand.moving.target.command.start


def press(page, *keys):
    for key in keys:
        QTest.keyClick(page.board, key)


def test_a_chip_is_dragged_with_the_verdict_first_and_undo_brings_it_back(
    page, context, settle, workspace
):
    before = of(context, "u").start
    target = cell(page, "u", 3, PM)
    drag(page, "u", target)
    settle(context)
    assert len(page.hand.moving.gesture.starts) == 2 * len(DAYS)
    assert shown(page).said.grade is Grade.FREE
    assert shown(page).said.text.startswith("12-04 周五 下午：可以")
    assert page.hand.moving.overlay.isVisible()
    QTest.mouseRelease(page.board.viewport(), LEFT, pos=target)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[3], PM)
    assert workspace.planning.view(context.plans.plan.info.id) == context.plans.plan
    assert page.board.chip.visit == of(context, "u")
    assert context.selection.visit == "u"
    assert not page.hand.moving.overlay.isVisible()
    context.undo.refresh()
    settle(context)
    context.undo.turn()
    settle(context)
    assert of(context, "u").start == before
    assert page.board.chip.visit.start == before
    context.undo.refresh()
    settle(context)
    context.undo.turn(again=True)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[3], PM)
    assert page.hand.editor.why_not == ""


def test_a_barred_half_day_says_the_rule_and_takes_nothing(page, context, settle, said):
    plan = context.plans.plan
    target = cell(page, "u", 2, PM)
    drag(page, "u", target)
    settle(context)
    assert shown(page).said.grade is Grade.BARRED
    told = shown(page).said.text
    assert "人e" in told
    assert page.board.accessibleDescription() == told
    QTest.mouseRelease(page.board.viewport(), LEFT, pos=target)
    settle(context)
    assert context.plans.plan is plan
    assert said[-1] == f"没有改动：{told}"


def test_every_half_day_has_the_grade_the_service_gives(page, context, settle, workspace):
    drag(page, "u", cell(page, "u", 1))
    settle(context)
    session = workspace.editing.open(context.plans.plan.info.id)
    wanted = [grade_of(item) for item in session.starts("u")]
    assert [grade_of(item) for _, item in sorted(page.hand.moving.gesture.starts.items())] == wanted
    assert Grade.BARRED in wanted
    assert Grade.FREE in wanted


def test_a_whole_day_is_grabbed_anywhere_and_begins_in_the_morning(page, context, settle):
    viewport = page.board.viewport()
    (chip,) = page.board.scene.layout.by_visit["w"]
    start = page.board.chip_box(chip).center() + QPoint(page.board.chip_box(chip).width() // 4, 0)
    QTest.mousePress(viewport, LEFT, pos=start)
    move(viewport, cell(page, "w", 3, PM))
    settle(context)
    assert aimed(page) == SlotTime(DATES[3], AM)
    QTest.mouseRelease(viewport, LEFT, pos=cell(page, "w", 3, PM))
    settle(context)
    assert of(context, "w").start == SlotTime(DATES[3], AM)


def test_escape_ends_a_drag_and_other_rows_take_nothing(page, context, settle, said):
    plan = context.plans.plan
    drag(page, "u", cell(page, "u", 3))
    press(page, Qt.Key.Key_Escape)
    assert page.hand.moving.gesture is None
    QTest.mouseRelease(page.board.viewport(), LEFT, pos=cell(page, "u", 3))
    drag(page, "u", cell(page, "v", 3))
    assert page.hand.moving.target is None
    QTest.mouseRelease(page.board.viewport(), LEFT, pos=cell(page, "v", 3))
    settle(context)
    assert context.plans.plan is plan
    assert "锦江区" in said[-1]


def test_a_visit_left_out_is_dragged_from_the_tray(page, context, settle):
    table = page.tray.left_out
    rows = table.rows_model.rows
    place = next(i for i, row in enumerate(rows) if row.visit.id == "y")
    index = table.proxy.mapFromSource(table.rows_model.index(place, 1))
    start = table.visualRect(index).center()
    target = page.board.viewport().mapTo(page, cell(page, "y", 2, PM))
    QTest.mousePress(table.viewport(), LEFT, pos=start)
    to = table.viewport().mapFrom(page, target)
    move(table.viewport(), to)
    settle(context)
    assert aimed(page) == SlotTime(DATES[2], PM)
    assert shown(page).said.grade is Grade.FREE
    assert "多安排 1 项服务" in shown(page).said.why
    QTest.mouseRelease(table.viewport(), LEFT, pos=to)
    settle(context)
    assert of(context, "y").start == SlotTime(DATES[2], PM)
    assert of(context, "y").envoys == ("f",)
    assert page.board.scene.layout.by_visit["y"]


def test_the_keyboard_moves_with_the_words_and_enter_drops(page, context, settle):
    context.selection.visit = "u"
    page.board.setFocus()
    press(page, Qt.Key.Key_M)
    settle(context)
    assert "原来的时间" in shown(page).said.text
    press(page, *[Qt.Key.Key_Right] * 5)
    settle(context)
    assert aimed(page) == SlotTime(DATES[2], PM)
    assert shown(page).said.grade is Grade.BARRED
    assert page.board.accessibleDescription() == shown(page).said.text
    press(page, Qt.Key.Key_Down)
    settle(context)
    assert aimed(page) == SlotTime(DATES[3], AM)
    press(page, Qt.Key.Key_Return)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[3], AM)
    press(page, Qt.Key.Key_M, Qt.Key.Key_Right, Qt.Key.Key_Escape)
    assert page.hand.moving.gesture is None
    assert page.board.chip.visit.id == "u"


def test_del_takes_off_and_l_locks(page, context, settle, said, workspace):
    context.selection.visit = "u"
    page.board.setFocus()
    press(page, Qt.Key.Key_L)
    settle(context)
    assert of(context, "u").date_locked
    assert of(context, "u").people_locked
    press(page, Qt.Key.Key_M)
    assert said[-1] == "日期已锁定，先按 L 解锁"
    press(page, Qt.Key.Key_L)
    settle(context)
    assert not of(context, "u").locked
    press(page, Qt.Key.Key_Delete)
    settle(context)
    assert not of(context, "u").held
    context.publish(workspace.history.undo())
    settle(context)
    assert of(context, "u").held


def test_nothing_is_dragged_before_it_is_ready(page, context, settle, said):
    context.plans.plan_loaded.emit(None)
    assert page.hand.editor.why_not
    page.hand.editor.look_at(context.plans.plan)
    assert "正在准备" in page.hand.editor.why_not
    page.hand.moving.start_visit(of(context, "u"))
    assert page.hand.moving.gesture is None
    assert "正在准备" in said[-1]
    settle(context)
    assert page.hand.editor.why_not == ""


def test_the_menu_has_all_of_it_and_says_why_not(page, context, settle, qtbot):
    where = chip_point(page, "v")
    viewport = page.board.viewport()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, where, viewport.mapToGlobal(where)))
    (menu,) = [item for item in page.findChildren(QMenu) if item.isVisible()]
    assert context.selection.visit == "v"
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert texts == [
        "移动…",
        "与另一项对调时间…",
        "复制到…",
        "换人…",
        "增派 1 人…",
        "减派 1 人",
        "有人来不了…",
        "改时长",
        "拆分为",
        "锁定日期",
        "锁定人员",
        "取消安排",
        "复制一项，放入未排服务",
        "删除这项手工新增的服务",
    ]
    disabled = [action for action in menu.actions() if not action.isEnabled()]
    assert [action.text().split("\t")[0] for action in disabled] == [
        "减派 1 人",
        "拆分为",
        "删除这项手工新增的服务",
    ]
    assert all(action.toolTip() for action in disabled)
    next(action for action in menu.actions() if action.text().startswith("复制一项")).trigger()
    menu.close()
    settle(context)
    assert len(context.plans.plan.unscheduled) == 3
    context.selection.visit = "x"
    items = [item for item in page.hand.actions.items.all(of(context, "x")) if item]
    assert [item.text.split("\t")[0] for item in items if item.why_not] == [
        "与另一项对调时间…",
        "复制到…",
        "增派 1 人…",
        "减派 1 人",
        "有人来不了…",
        "拆分为",
        "锁定日期",
        "锁定人员",
        "取消安排",
        "删除这项手工新增的服务",
    ]


def test_a_published_version_is_revised_before_it_is_changed(
    page, context, settle, said, workspace
):
    published = context.plans.plan.info.id
    context.publish(workspace.planning.publish(published))
    settle(context)
    assert page.hand.strip.isVisible()
    context.selection.visit = "u"
    page.board.setFocus()
    press(page, Qt.Key.Key_Delete)
    assert "修订为新的一版" in said[-1]
    assert of(context, "u").held
    QTest.mouseClick(page.hand.strip.revise_button, LEFT)
    settle(context)
    assert context.plans.plan.info.id != published
    assert context.plans.plan.info.version_no == 2
    assert not page.hand.strip.isVisible()
    press(page, Qt.Key.Key_Delete)
    settle(context)
    assert not of(context, "u").held


def test_a_candidate_replaces_the_person_and_undo_brings_him_back(page, context, settle, workspace):
    context.selection.visit = "u"
    page.hand.actions.people_requested.emit(0)
    settle(context)
    panel = page.side.candidates
    names = [row.envoy.id for row in panel.list.rows_model.rows if row.allowed]
    assert panel.list.chosen().envoy.id == names[0] == "f"
    assert panel.replace_button.isEnabled()
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    settle(context)
    assert of(context, "u").envoys == ("f",)
    assert panel.visit == of(context, "u")
    settle(context)
    QTest.mouseClick(panel.replace_button, LEFT)
    settle(context)
    assert of(context, "u").envoys == ("e",)
    context.publish(workspace.history.undo())
    settle(context)
    assert of(context, "u").envoys == ("f",)


def test_a_candidate_goes_alone_to_a_visit_left_out(page, context, settle):
    context.selection.visit = "x"
    page.hand.actions.people_requested.emit(0)
    settle(context)
    panel = page.side.candidates
    assert not panel.replace_button.isEnabled()
    assert panel.replace_button.toolTip()
    context.selection.visit = "y"
    settle(context)
    chosen = panel.list.chosen().envoy.id
    QTest.mouseClick(panel.replace_button, LEFT)
    settle(context)
    assert of(context, "y").envoys == (chosen,)


def test_a_proved_cure_of_the_tray_is_one_change(page, context, settle, workspace):
    assert not page.tray.cure_button.isEnabled()
    assert page.tray.cure_button.toolTip() == "先在表里选一项未排服务"
    page.tray.left_out.choose(lambda row: row.visit.id == "x")
    QTest.mouseClick(page.tray.cure_button, LEFT)
    settle(context)
    action = page.hand.cure_menu.actions()[0]
    action.trigger()
    page.hand.cure_menu.close()
    settle(context)
    assert of(context, "x").held
    context.publish(workspace.history.undo())
    settle(context)
    assert not of(context, "x").held
