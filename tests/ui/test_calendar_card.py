from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from envoy_app.domain.calendar import CalendarEdits, DayKind
from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import InputError
from tests.ui.world import type_chinese
from ui import theme
from ui.main_window import MainWindow
from ui.settings.calendar_card import CalendarEditor
from ui.settings.calendar_texts import caption, describe, mark

TODAY = date(2026, 12, 1)
SATURDAY, TUESDAY, MONDAY = date(2026, 12, 12), date(2026, 12, 8), date(2026, 12, 7)
LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def editor(qtbot, context, settle):
    made = CalendarEditor(context, TODAY)
    qtbot.addWidget(made)
    made.resize(760, 480)
    made.show()
    made.read()
    settle(context)
    return made


@pytest.fixture
def told(context):
    said = []
    context.notified.connect(said.append)
    return said


def spot(grid, day):
    return grid.cell_rect(day).center().toPoint()


def click_day(qtbot, editor, day, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(editor.grid, LEFT, modifier, spot(editor.grid, day))


def press(qtbot, context, settle, button):
    qtbot.mouseClick(button, LEFT)
    settle(context)


def test_a_saturday_is_made_working_and_given_back(qtbot, editor, context, settle, told):
    click_day(qtbot, editor, SATURDAY)
    assert editor.selection_label.text() == "2026-12-12 周六：休息（周末）"
    with qtbot.waitSignal(context.changed) as changed:
        press(qtbot, context, settle, editor.work_button)
    assert changed.args[0].topics == {Topic.SETTINGS}
    assert context.workspace.reference.calendar().is_working(SATURDAY)
    assert told == ["2026-12-12 已设为上班"]
    assert editor.selection_label.text() == "2026-12-12 周六：上班。自行调整，默认休息（周末）"
    assert "本年自行调整 1 天" in editor.year_label.text()
    assert editor.grid.hasFocus()
    press(qtbot, context, settle, editor.restore_button)
    assert not context.workspace.reference.calendar().is_working(SATURDAY)
    assert told[-1] == "2026-12-12 已恢复默认"
    assert "自行调整" not in editor.year_label.text()


def test_a_dragged_range_is_made_free_with_a_name(qtbot, editor, context, settle, told):
    grid, friday = editor.grid, date(2026, 12, 11)
    qtbot.mousePress(grid, LEFT, pos=spot(grid, MONDAY))
    qtbot.mouseMove(grid, spot(grid, date(2026, 12, 9)))
    qtbot.mouseMove(grid, spot(grid, friday))
    qtbot.mouseRelease(grid, LEFT, pos=spot(grid, friday))
    assert grid.selection == (MONDAY, friday)
    assert editor.selection_label.text().endswith("共 5 天，上班 5 天，休息 0 天")
    type_chinese(editor.name_edit, "县里会议")
    press(qtbot, context, settle, editor.rest_button)
    off = context.workspace.calendar.edits().days_off
    assert off == {date(2026, 12, day): "县里会议" for day in range(7, 12)}
    assert told == ["2026-12-07 至 2026-12-11 已设为休息：县里会议"]
    assert editor.name_edit.text() == ""
    assert editor.selection_label.text().endswith("休息 5 天，自行调整 5 天")


def test_everything_goes_by_keyboard(qtbot, editor, context, settle):
    grid = editor.grid
    grid.setFocus()
    for key in (Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Left):
        qtbot.keyClick(grid, key)
    assert grid.selection == (date(2026, 12, 9), date(2026, 12, 9))
    assert grid.accessibleDescription() == "2026-12-09 周三：上班"
    qtbot.keyClick(grid, Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Key.Key_Tab)
    assert editor.name_edit.hasFocus()
    type_chinese(editor.name_edit, "防汛")
    qtbot.keyClick(editor.name_edit, Key.Key_Return)
    settle(context)
    expected = {date(2026, 12, 9): "防汛", date(2026, 12, 10): "防汛"}
    assert context.workspace.calendar.edits().days_off == expected
    assert grid.hasFocus()
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert editor.restore_button.hasFocus()  # past 设为休息, which has nothing to do
    qtbot.keyClick(editor.restore_button, Key.Key_Space)
    settle(context)
    assert context.workspace.calendar.edits() == CalendarEdits({}, {})


def test_keys_turn_the_months_and_keep_to_the_calendar(qtbot, editor, context, settle):
    grid = editor.grid
    grid.setFocus()
    qtbot.keyClick(grid, Key.Key_End)
    qtbot.keyClick(grid, Key.Key_PageDown)
    qtbot.keyClick(grid, Key.Key_PageDown)
    assert grid.selection[0] == date(2027, 2, 28)
    settle(context)
    assert editor.month_label.text() == "2027 年 2 月"
    qtbot.keyClick(grid, Key.Key_PageUp)
    qtbot.keyClick(grid, Key.Key_Home)
    qtbot.keyClick(grid, Key.Key_Up)
    assert grid.selection[0] == date(2026, 12, 25)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_Escape)
    assert grid.selection == (date(2027, 1, 1), date(2027, 1, 1))
    settle(context)
    assert editor.selection_label.text() == "2027-01-01 周五：休息（元旦）"
    grid.select(date(2099, 12, 31))
    qtbot.keyClick(grid, Key.Key_Right)
    qtbot.keyClick(grid, Key.Key_PageDown)
    assert grid.selection[0] == date(2099, 12, 31)
    assert not editor.next_button.isEnabled()
    assert editor.next_button.toolTip() == "日历到 2099 年为止"
    grid.select(date(2001, 1, 1))
    assert editor.previous_button.toolTip() == "日历从 2001 年开始"
    settle(context)
    assert "已公布" in editor.year_label.text()


def test_buttons_turn_the_months_and_come_back(qtbot, editor, context, settle):
    press(qtbot, context, settle, editor.next_button)
    assert editor.month_label.text() == "2027 年 1 月"
    press(qtbot, context, settle, editor.previous_button)
    press(qtbot, context, settle, editor.previous_button)
    assert editor.month_label.text() == "2026 年 11 月"
    press(qtbot, context, settle, editor.today_button)
    assert editor.grid.selection == (TODAY, TODAY)
    assert editor.month_label.text() == "2026 年 12 月"
    click_day(qtbot, editor, date(2027, 1, 5))  # in the last weeks shown
    assert editor.month_label.text() == "2027 年 1 月"
    assert editor.grid.selection[0] == date(2027, 1, 5)


def test_an_unannounced_year_says_so(editor, context, settle):
    editor.grid.select(date(2090, 10, 2))
    settle(context)
    assert editor.year_label.text() == (
        "2090 年放假安排尚未公布（或程序还不知道），现按周末和法定节日推算，公布后请在这里调整。"
    )
    assert editor.year_label.property("warning")
    editor.grid.select(TODAY)
    settle(context)
    assert editor.year_label.text() == "2026 年放假安排已公布。"
    assert not editor.year_label.property("warning")


def test_buttons_that_have_nothing_to_do_say_why(qtbot, editor, context, settle):
    click_day(qtbot, editor, TUESDAY)
    assert editor.rest_button.isEnabled()
    assert editor.work_button.toolTip() == "选中的日子都已上班"
    assert editor.restore_button.toolTip() == "选中的日子没有自行调整过"
    click_day(qtbot, editor, SATURDAY)
    assert not editor.rest_button.isEnabled()
    assert editor.rest_button.toolTip() == "选中的日子都已休息，填写名称后可以改名"
    type_chinese(editor.name_edit, "校庆")
    assert editor.rest_button.isEnabled()
    assert editor.rest_button.toolTip() == ""
    editor.grid.select(date(2027, 1, 11), extend=True)
    settle(context)
    assert editor.grid.selection == (SATURDAY, date(2027, 1, 11))  # 31 days
    assert editor.rest_button.isEnabled()
    editor.grid.select(date(2027, 1, 12), extend=True)
    assert editor.rest_button.toolTip() == "一次最多调整 31 天，请选短一些"


def test_shift_and_click_selects_a_range(qtbot, editor):
    click_day(qtbot, editor, SATURDAY)
    click_day(qtbot, editor, MONDAY, SHIFT)
    assert editor.grid.selection == (MONDAY, SATURDAY)
    qtbot.mouseClick(editor.grid, LEFT, pos=QPoint(20, 3))  # the names of the weekdays
    assert editor.grid.selection == (MONDAY, SATURDAY)


def test_a_refusal_is_shown_and_the_editor_goes_on(
    qtbot, editor, context, settle, monkeypatch, told
):
    def refuse(*nothing):
        raise InputError("数据文件正被占用，请稍后再试。")

    monkeypatch.setattr(context.workspace.calendar, "set_days", refuse)
    click_day(qtbot, editor, TUESDAY)
    with qtbot.waitSignal(context.error_shown) as shown:
        press(qtbot, context, settle, editor.rest_button)
    assert shown.args == ["数据文件正被占用，请稍后再试。"]
    assert editor.rest_button.isEnabled()
    assert told == []


def test_the_tooltip_tells_own_changes(editor, context, settle):
    context.workspace.calendar.set_day(TUESDAY, DayKind.OFF, "县里会议")
    editor.read()
    settle(context)
    where = spot(editor.grid, TUESDAY)
    ask = QHelpEvent(QHelpEvent.Type.ToolTip, where, editor.grid.mapToGlobal(where))
    QApplication.sendEvent(editor.grid, ask)
    assert QToolTip.text() == "2026-12-08 周二：休息（县里会议）。自行调整，默认上班"
    QToolTip.hideText()


def test_marks_and_captions(context):
    service = context.workspace.calendar
    service.set_day(SATURDAY, DayKind.WORK)

    def shown(day):
        (fact,) = service.days(day, day)
        return mark(fact), caption(fact), describe(fact).partition("：")[2]

    assert shown(date(2026, 10, 1)) == ("休", "国庆节", "休息（国庆节）")
    assert shown(date(2026, 10, 4)) == ("休", "国庆节", "休息（国庆节）")
    assert shown(date(2026, 10, 10)) == ("班", "国庆节调休", "上班（国庆节调休）")
    assert shown(date(2026, 10, 11)) == ("", "", "休息（周末）")
    assert shown(date(2026, 10, 12)) == ("", "", "上班")
    assert shown(SATURDAY) == ("班", "", "上班。自行调整，默认休息（周末）")


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_days_look_by_what_they_are(qapp, editor, context, settle, scheme):
    theme.apply_theme(qapp, scheme)
    context.workspace.calendar.set_day(TUESDAY, DayKind.OFF)
    context.workspace.calendar.set_day(SATURDAY, DayKind.WORK)
    editor.read()
    settle(context)
    picture = editor.grid.grab().toImage()
    scale = picture.devicePixelRatio()

    def ground(day):
        corner = editor.grid.cell_rect(day).bottomRight()
        return picture.pixelColor(int((corner.x() - 6) * scale), int((corner.y() - 6) * scale))

    days = (TODAY, TUESDAY, SATURDAY, date(2026, 12, 13), date(2026, 12, 9))
    selected, free, worked, weekend, ordinary = (ground(day).name() for day in days)
    assert len({selected, free, worked, weekend, ordinary}) == 5
    assert ordinary == theme.tokens().surface.name()
    assert selected == theme.tokens().selection.name()


def test_the_board_names_the_days_as_edited(qtbot, context, settle):
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    window.show_page("plan")
    settle(context)
    window.show_page("settings")
    settle(context)
    editor, board = window.pages["settings"].calendar, window.pages["plan"].board
    editor.grid.select(TUESDAY)
    settle(context)
    type_chinese(editor.name_edit, "县里会议")
    press(qtbot, context, settle, editor.rest_button)
    assert window.status.currentMessage() == "2026-12-08 已设为休息：县里会议"
    window.show_page("plan")
    named = {column.day: column.name for column in board.scene.timeline.columns if column.name}
    assert named == {TUESDAY: "县里会议"}  # the plan keeps its days; their names are the calendar's
    window.close()
