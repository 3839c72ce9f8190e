"""Several visits selected and changed at once on a real draft, with real clicks and keys."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.edit_world import A, B, move
from tests.ui.group_steps import (
    CTRL,
    LEFT,
    SHIFT,
    actions_of,
    chip_point,
    choose,
    click,
    day_point,
    menu_at,
    of,
    open_menu,
    press,
    row_point,
    stored,
    undo,
)
from ui.plan.board.layout import BoardMode
from ui.plan.board.marking import HeadKind
from ui.plan.board.paint import FIRST_COLUMN, HEADER
from ui.plan.hand.groups import GroupKind

Key = Qt.Key


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def page(draft_page):
    return draft_page


def marked(page):
    assert page.board.marking.visits == frozenset(
        page.hand.marks.ids if page.hand.marks.many else ()
    )
    return set(page.hand.marks.ids)


def told(page):
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what was shown before
    return "\n".join(label.text() for label in page.inspector.findChildren(QLabel))


# Selecting ------------------------------------------------------------------------------------


def test_ctrl_click_takes_in_and_out_and_a_click_leaves_one(page, context):
    click(page, "u")
    click(page, "v", CTRL)
    assert marked(page) == {"u", "v"}
    assert context.selection.visit == "v"
    click(page, "w", CTRL)
    click(page, "w", CTRL)
    assert marked(page) == {"u", "v"}
    assert context.selection.visit == "v"
    click(page, "v")
    assert marked(page) == {"v"}
    assert not page.hand.marks.many
    assert page.inspector.visit == of(context, "v")
    click(page, "v", CTRL)
    assert context.selection.visit is None


def test_shift_click_takes_the_rectangle_between(page, context):
    click(page, "u")
    click(page, "w", SHIFT)
    assert marked(page) == {"u", "w"}
    assert context.selection.visit == "u"
    click(page, "v", SHIFT)
    assert marked(page) == {"u", "v"}


def test_shift_and_arrows_extend_from_the_anchor(page, context):
    click(page, "u")
    press(page, Key.Key_Right, modifier=SHIFT)
    assert marked(page) == {"u", "w"}
    press(page, Key.Key_Down, modifier=SHIFT)
    assert marked(page) == {"u", "v", "w"}
    press(page, Key.Key_Up, modifier=SHIFT)
    assert marked(page) == {"u", "w"}
    press(page, Key.Key_Left, modifier=SHIFT)
    assert marked(page) == {"u"}
    assert context.selection.visit == "u"


def test_ctrl_a_takes_all_shown_and_escape_none(page, context):
    page.board.setFocus()
    press(page, Key.Key_A, modifier=CTRL)
    assert marked(page) == {"u", "v", "w"}
    press(page, Key.Key_Escape)
    assert marked(page) == set()
    assert context.selection.visit is None
    page._search("锦江")
    press(page, Key.Key_A, modifier=CTRL)
    assert marked(page) == {of(context, key).id for key in "uvw" if of(context, key).county == A}


def test_a_rubber_band_from_empty_ground_takes_what_it_touches(page, context):
    viewport = page.board.viewport()
    last = chip_point(page, "v")
    start = QPoint(viewport.width() - 30, last.y() + 4)
    QTest.mousePress(viewport, LEFT, pos=start)
    move(viewport, start - QPoint(30, 10))
    assert page.hand.picking.rubber.isVisible()
    move(viewport, QPoint(FIRST_COLUMN + 3, HEADER + 3))
    assert page.board.marking.visits == {"u", "v", "w"}
    QTest.mouseRelease(viewport, LEFT, pos=QPoint(FIRST_COLUMN + 3, HEADER + 3))
    assert marked(page) == {"u", "v", "w"}
    assert not page.hand.picking.rubber.isVisible()
    QTest.mouseClick(viewport, LEFT, pos=start)
    assert marked(page) == set()


def test_the_inspector_tells_the_sum_of_many(page, context):
    click(page, "u")
    click(page, "w", CTRL)
    text = told(page)
    assert "所选 2 项服务" in text
    assert "3 人·半天" in text
    assert "2 人：人e、人f" in text
    assert "所选 2 项服务" in page.board.accessibleDescription()
    click(page, "u")
    assert "所选" not in told(page)


def test_what_the_board_does_not_show_is_selected_no_more(page, context):
    press(page, Key.Key_A, modifier=CTRL)
    context.selection.county = B
    assert marked(page) <= {"v"}
    context.selection.county = None
    page.set_mode(BoardMode.ENVOY)
    assert {row.key for row in page.board.scene.layout.rows} >= {"e", "f", "g"}


# Changing many --------------------------------------------------------------------------------


def test_l_locks_all_selected_as_one_change(page, context, settle, workspace):
    click(page, "u")
    click(page, "v", CTRL)
    press(page, Key.Key_L)
    settle(context)
    for key in "uv":
        assert stored(context, key).date_locked
        assert stored(context, key).people_locked
    assert not stored(context, "w").locked
    assert workspace.history.undoable(1)[0].description == "锁定 2 项服务的日期和人员"
    assert marked(page) == {"u", "v"}
    press(page, Key.Key_L)
    settle(context)
    assert not stored(context, "u").locked
    undo(context, settle)
    undo(context, settle)
    assert not any(stored(context, key).locked for key in "uvw")


def test_del_takes_all_off_but_what_is_locked(page, context, settle, said):
    click(page, "w")
    press(page, Key.Key_L)
    settle(context)
    press(page, Key.Key_A, modifier=CTRL)
    press(page, Key.Key_M)
    assert said[-1] == "这里一次只能处理一项服务，先点选一项"
    press(page, Key.Key_Delete)
    settle(context)
    assert [stored(context, key).held for key in "uvw"] == [False, False, True]
    assert marked(page) == {"w"}
    undo(context, settle)
    assert all(stored(context, key).held for key in "uvw")
    press(page, Key.Key_Delete)
    settle(context)


def test_the_menu_of_many_acts_on_all_of_them(page, context, settle):
    click(page, "u")
    click(page, "v", CTRL)
    menu = menu_at(page, chip_point(page, "u"))
    offered = actions_of(menu)
    assert "选中这 2 项服务" not in offered
    assert not offered["解锁"].isEnabled()
    assert offered["解锁"].toolTip() == "没有锁定的"
    choose(page, menu, "锁定 日期", settle, context)
    assert [stored(context, key).date_locked for key in "uvw"] == [True, True, False]
    assert not stored(context, "u").people_locked
    menu = menu_at(page, chip_point(page, "w"))
    assert context.selection.visit == "w"
    assert not page.hand.marks.many
    menu.close()


# Rows, days, weeks ----------------------------------------------------------------------------


def test_a_countys_row_is_locked_copied_and_taken_off(page, context, settle, said):
    menu = menu_at(page, row_point(page, A))
    assert page.board.row.key == A
    choose(page, menu, "锁定 人员（已锁 0/2）", settle, context)
    assert [stored(context, key).people_locked for key in "uvw"] == [True, False, True]
    assert page.board.row.key == A
    assert page.board.marking.locks(page.board.scene.layout).rows[A] == 2
    assert "已锁定 2 项" in page.board.tooltip_at(row_point(page, A))
    menu = menu_at(page, row_point(page, A))
    assert not actions_of(menu)["取消安排 0 项（已锁定的 2 项不动）"].isEnabled()
    choose(page, menu, "复制", settle, context)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("县\t日期\t时长")
    assert len(lines) == 3
    assert "人e" in lines[1]
    assert "人员" in lines[1]
    menu = menu_at(page, row_point(page, B))
    choose(page, menu, "取消安排 1 项", settle, context)
    assert not stored(context, "v").held
    undo(context, settle)
    undo(context, settle)
    assert stored(context, "v").held
    assert not any(stored(context, key).locked for key in "uvw")


def test_the_menu_key_and_shift_f10_open_the_menu_of_a_row(page, context, settle):
    click(page, "u")
    press(page, Key.Key_Left)
    assert page.board.row.key == A
    press(page, Key.Key_F10, modifier=SHIFT)
    menu = open_menu(page)
    choose(page, menu, "选中这 2 项服务", settle, context)
    assert marked(page) == {"u", "w"}
    press(page, Key.Key_F10, modifier=SHIFT)
    assert any(name.startswith("取消安排 2 项") for name in actions_of(open_menu(page)))
    open_menu(page).close()


def test_a_citys_heading_is_selected_and_has_all_of_its_counties(page, context, settle):
    city = page.board.scene.layout.rows[0]
    QTest.mouseClick(page.board.viewport(), LEFT, pos=row_point(page, city.key))
    assert page.hand.groups.current.kind is GroupKind.CITY
    assert "3 项" in told(page)
    menu = menu_at(page, row_point(page, city.key))
    choose(page, menu, "锁定 全部", settle, context)
    assert all(stored(context, key).locked for key in "uvw")
    assert page.board.row.key == city.key
    undo(context, settle)
    assert not any(stored(context, key).locked for key in "uvw")


def test_the_row_of_an_envoy_leads_to_the_envoys_page(page, context, settle):
    page.set_mode(BoardMode.ENVOY)
    asked = []
    context.navigate_requested.connect(asked.append)
    menu = menu_at(page, row_point(page, "e"))
    choose(page, menu, "查看特派员", settle, context)
    assert (asked[-1], context.selection.envoy) == ("roster", "e")
    questions = []
    context.absence_requested.connect(questions.append)
    choose(page, menu_at(page, row_point(page, "e")), "请假替班", settle, context)
    assert [question.envoy for question in questions] == ["e"]
    menu = menu_at(page, row_point(page, "e"))
    choose(page, menu, "锁定 日期", settle, context)
    assert [stored(context, key).date_locked for key in "uvw"] == [True, False, False]
    page.set_mode(BoardMode.COUNTY)
    choose(page, menu_at(page, row_point(page, A)), "查看县团", settle, context)
    assert (asked[-1], context.selection.county) == ("teams", A)


def test_a_day_and_a_week_are_locked_by_their_headings(page, context, settle):
    viewport = page.board.viewport()
    QTest.mouseClick(viewport, LEFT, pos=day_point(page, 0))
    assert page.hand.marks.head.kind is HeadKind.DAY
    assert "2 项" in told(page)
    assert "2 项服务，已锁定 0 项" in page.hand.groups.tip_at(day_point(page, 0))
    assert page.hand.groups.tip_at(chip_point(page, "u")) == ""
    choose(page, menu_at(page, day_point(page, 0)), "锁定 日期", settle, context)
    assert [stored(context, key).date_locked for key in "uvw"] == [True, True, False]
    assert page.hand.marks.head.kind is HeadKind.DAY
    choose(page, menu_at(page, day_point(page, 0, week=True)), "锁定 全部", settle, context)
    assert all(stored(context, key).people_locked for key in "uvw")
    assert page.hand.marks.head.kind is HeadKind.WEEK
    locks = page.board.marking.locks(page.board.scene.layout)
    assert locks.on(page.board.scene.timeline.columns[:1]) == 2
    assert locks.total == 3
    QTest.mouseClick(viewport, LEFT, pos=QPoint(20, 10))
    choose(page, open_menu(page), "解锁 全部", settle, context)
    assert not any(stored(context, key).locked for key in "uvw")
    undo(context, settle)
    assert all(stored(context, key).locked for key in "uvw")


def test_days_are_reached_by_the_keyboard(page, context, settle):
    click(page, "u")
    press(page, Key.Key_Up)
    assert page.hand.marks.head.kind is HeadKind.DAY
    assert context.selection.visit is None
    press(page, Key.Key_Right)
    assert page.hand.marks.head.days == (of(context, "w").start.date,)
    press(page, Key.Key_Up)
    assert page.hand.marks.head.kind is HeadKind.WEEK
    press(page, Key.Key_Left)
    assert page.hand.marks.head.kind is HeadKind.ALL
    assert page.hand.groups.current.kind is GroupKind.ALL
    press(page, Key.Key_Right)
    press(page, Key.Key_F10, modifier=SHIFT)
    choose(page, open_menu(page), "锁定 日期", settle, context)
    assert [stored(context, key).date_locked for key in "uvw"] == [True, True, False]
    press(page, Key.Key_Down)
    assert context.selection.visit == "u"
    press(page, Key.Key_D)
    assert page.hand.marks.head.kind is HeadKind.DAY
    press(page, Key.Key_Escape)
    assert page.hand.marks.head is None


def test_a_published_version_offers_no_change_and_says_why(page, context, settle, workspace):
    context.publish(workspace.planning.publish(context.plans.plan.info.id))
    settle(context)
    press(page, Key.Key_A, modifier=CTRL)
    offered = actions_of(menu_at(page, chip_point(page, "u")))
    for name, action in offered.items():
        if name.startswith(("锁定", "取消安排")):
            assert not action.isEnabled()
            assert "修订" in action.toolTip()
    assert offered["修订为新的一版"].isEnabled()
    assert next(item for name, item in offered.items() if name.startswith("局部重排")).isEnabled()
    open_menu(page).close()


def test_one_command_unlocks_the_whole_plan(page, context, settle, said, workspace):
    page.hand.groups.unlock_all()
    assert said[-1] == "这一版没有锁定的服务"
    press(page, Key.Key_A, modifier=CTRL)
    press(page, Key.Key_L)
    settle(context)
    context.selection.county = B
    page.hand.groups.unlock_all()
    settle(context)
    assert not any(stored(context, key).locked for key in "uvw")
    assert workspace.history.undoable(1)[0].description == "解锁 3 项服务的日期和人员"
    undo(context, settle)
    assert all(stored(context, key).locked for key in "uvw")


def test_copying_in_the_tray_copies_the_trays_rows(page, context, settle):
    press(page, Key.Key_A, modifier=CTRL)
    press(page, Key.Key_C, modifier=CTRL)
    assert len(QGuiApplication.clipboard().text().split("\n")) == 4
    table = page.tray.left_out
    QGuiApplication.clipboard().clear()
    QTest.keyClick(table, Key.Key_C, CTRL)
    assert "人e" not in QGuiApplication.clipboard().text()
