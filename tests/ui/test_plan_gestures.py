"""Everything but the plain move by hand: people, copies, trades, lengths, by mouse and by keys."""

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from envoy_app.domain.editing import AddPerson, EditVerdict, Replace, Resize, SwapPeople
from envoy_app.domain.time import HalfDay, SlotTime
from tests.solver.build import DAYS
from tests.ui.edit_world import move
from tests.ui.group_steps import of
from ui.plan.board.drag_paint import MarkKind
from ui.plan.board.layout import BoardMode
from ui.plan.board.paint import FIRST_COLUMN, HEADER
from ui.plan.hand.words import Grade, grade_of

DATES = tuple(map(date.fromisoformat, DAYS))
AM, PM = HalfDay.AM, HalfDay.PM
LEFT = Qt.MouseButton.LeftButton
NO, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def page(draft_page):
    draft_page.board.setFocus()
    return draft_page


@pytest.fixture
def people(page):
    """The page with a row for each envoy."""
    page.set_mode(BoardMode.ENVOY)
    return page


def row_of(page, key):
    return next(i for i, row in enumerate(page.board.scene.layout.rows) if row.key == key)


def chip_of(page, key):
    return page.board.scene.layout.by_visit[key][0]


def chip_point(page, key):
    return page.board.chip_box(chip_of(page, key)).center()


def cell(page, row, day, half=AM):
    """The middle of a half-day in a row."""
    scene, slot = page.board.scene, 2 * day + (half is PM)
    x, width = scene.timeline.span(slot, slot)
    top = scene.layout.rows[row_of(page, row)].y + 8
    return QPoint(round(x + width / 2) + FIRST_COLUMN - scene.left, top + HEADER - scene.top)


def drag(viewport, start, to, keys=NO):
    """Press at a point and move to another; the button stays down."""
    QTest.mousePress(viewport, LEFT, pos=start)
    move(viewport, start + QPoint(20, 0), keys)
    move(viewport, to, keys)


def release(viewport, to, keys=NO):
    QTest.mouseRelease(viewport, LEFT, keys, to)


def told(page):
    return page.hand.moving.overlay.shown.said


def press(page, *keys):
    for key in keys:
        QTest.keyClick(page.board, key)


def undone(context, workspace, settle):
    context.publish(workspace.history.undo())
    settle(context)


def stored(workspace, context):
    return workspace.planning.view(context.plans.plan.info.id)


# People ---------------------------------------------------------------------------------------


def test_a_chip_dropped_on_another_row_is_passed_on(people, context, settle, workspace):
    viewport, to = people.board.viewport(), cell(people, "f", 3)
    drag(viewport, chip_point(people, "u"), to)
    settle(context)
    assert told(people).head == "改派 人f：可以，有代价"
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    assert people.board.accessibleDescription() == told(people).text
    release(viewport, to)
    settle(context)
    assert of(context, "u").envoys == ("f",)
    assert stored(workspace, context) == context.plans.plan
    undone(context, workspace, settle)
    assert of(context, "u").envoys == ("e",)


def test_every_row_in_sight_has_the_verdict_the_service_gives(people, context, settle, workspace):
    drag(people.board.viewport(), chip_point(people, "u"), cell(people, "f", 3))
    settle(context)
    session = workspace.editing.open(context.plans.plan.info.id)
    rows = people.board.scene.layout.rows
    marks = list(people.hand.moving.gesture.marks())
    shown = {rows[m.row].key: grade_of(m.found) for m in marks if m.kind is MarkKind.ROW}
    assert shown == {v.envoy: grade_of(v) for v in session.people("u", "e")}
    assert shown.keys() == {"f", "g"}
    chips = [m.found for m in marks if m.kind is MarkKind.CHIP]
    assert sorted(chips, key=lambda v: v.visit) == list(session.seats("e", "u"))
    assert {m.row for m in marks if m.kind is MarkKind.CELL} == {row_of(people, "e")}


def test_a_chip_dropped_on_a_chip_swaps_the_two_people(people, context, settle, workspace):
    viewport, to = people.board.viewport(), chip_point(people, "v")
    drag(viewport, chip_point(people, "u"), to)
    settle(context)
    assert people.hand.moving.target.command == SwapPeople("u", "e", "v", "g")
    assert told(people).head.startswith("与 人g 互换，去 ")
    release(viewport, to)
    settle(context)
    assert (of(context, "u").envoys, of(context, "v").envoys) == (("g",), ("e",))
    undone(context, workspace, settle)
    assert (of(context, "u").envoys, of(context, "v").envoys) == (("e",), ("g",))


def test_along_its_row_a_chip_changes_its_time(people, context, settle):
    viewport, to = people.board.viewport(), cell(people, "e", 3, PM)
    drag(viewport, chip_point(people, "u"), to)
    settle(context)
    assert told(people).head == "12-04 周五 下午：可以"
    release(viewport, to)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[3], PM)
    assert of(context, "u").envoys == ("e",)


def test_a_barred_row_takes_nothing_and_says_the_rule(people, context, settle, said):
    context.publish(
        context.workspace.editing.open(context.plans.plan.info.id).do(Resize("w", 4)).changes
    )
    settle(context)
    plan = context.plans.plan
    viewport, to = people.board.viewport(), cell(people, "e", 3)
    drag(viewport, chip_point(people, "w"), to)
    settle(context)
    assert told(people).grade is Grade.BARRED
    text = told(people).text
    release(viewport, to)
    settle(context)
    assert context.plans.plan is plan
    assert said[-1] == f"没有改动：{text}"


def test_the_keyboard_goes_to_the_rows_and_to_their_chips(people, context, settle, workspace, said):
    context.selection.visit = "u"
    press(people, Qt.Key.Key_M)
    settle(context)
    assert "上下键选人" in said[-1]
    press(people, Qt.Key.Key_Down)
    settle(context)
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    press(people, Qt.Key.Key_Down)
    assert people.hand.moving.target.command == Replace("u", "e", "g")
    press(people, Qt.Key.Key_Right)
    assert people.hand.moving.target.command == SwapPeople("u", "e", "v", "g")
    press(people, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert people.hand.moving.target.command is None, "its own row, its own time"
    press(people, Qt.Key.Key_PageDown)
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    settle(context)
    assert people.board.accessibleDescription().startswith("改派 人f：")
    press(people, ENTER)
    settle(context)
    assert of(context, "u").envoys == ("f",)
    undone(context, workspace, settle)
    assert of(context, "u").envoys == ("e",)


def test_a_heading_is_dragged_onto_a_chip(people, context, settle, workspace):
    viewport, to = people.board.viewport(), chip_point(people, "v")
    drag(viewport, people.board.row_box(row_of(people, "f")).center(), to)
    settle(context)
    assert people.hand.moving.target.command == Replace("v", "g", "f")
    assert "替下 人g" in told(people).head
    marks = {m.found.visit: grade_of(m.found) for m in people.hand.moving.gesture.marks()}
    session = workspace.editing.open(context.plans.plan.info.id)
    assert marks == {v.visit: grade_of(v) for v in session.seats("f")}
    release(viewport, to)
    settle(context)
    assert of(context, "v").envoys == ("f",)
    undone(context, workspace, settle)
    assert of(context, "v").envoys == ("g",)


def test_m_on_a_heading_sends_the_person_by_keys(people, context, settle):
    context.selection.visit = None
    QTest.mouseClick(
        people.board.viewport(), LEFT, pos=people.board.row_box(row_of(people, "f")).center()
    )
    press(people, Qt.Key.Key_M)
    settle(context)
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    press(people, ESC)
    assert people.hand.moving.gesture is None
    press(people, Qt.Key.Key_M)
    settle(context)
    press(people, ENTER)
    settle(context)
    assert of(context, "u").envoys == ("f",)


def candidate_point(panel, key):
    rows = panel.list.rows_model.rows
    place = next(i for i, row in enumerate(rows) if row.envoy.id == key)
    return panel.list.visualRect(panel.list.rows_model.index(place, 0)).center()


def test_a_candidate_is_dragged_onto_a_chip_and_ctrl_adds(page, context, settle, workspace):
    context.selection.visit = "u"
    page.hand.actions.people_requested.emit(0)
    settle(context)
    panel = page.side.candidates
    source, start = panel.list.viewport(), candidate_point(panel, "f")
    to = source.mapFromGlobal(page.board.viewport().mapToGlobal(chip_point(page, "u")))
    drag(source, start, to)
    settle(context)
    assert page.hand.moving.target.command == Replace("u", "e", "f")
    move(source, to, CTRL)
    settle(context)
    assert page.hand.moving.target.command == AddPerson("u", 0, "f")
    assert page.hand.moving.overlay.shown.title == "增派 人f"
    assert told(page).head.startswith("增派到 ")
    release(source, to, CTRL)
    settle(context)
    assert of(context, "u").envoys == ("e", "f")
    undone(context, workspace, settle)
    assert of(context, "u").envoys == ("e",)


def in_details(qtbot, page, kind, wanted):
    """The parts of the details on view; they are put there as soon as the events are handled."""

    def found():
        parts = page.inspector.findChildren(kind)
        return [part for part in parts if part.isVisible() and wanted(part)]

    qtbot.waitUntil(lambda: found() != [])
    return found()


def test_a_name_is_dragged_out_of_the_details(qtbot, page, context, settle):
    context.selection.visit = "w"
    settle(context)
    inspector = page.inspector
    (name,) = in_details(qtbot, page, QLabel, lambda part: part.property("grab") == "f")
    start = name.mapTo(inspector, QPoint(5, 5))
    to = inspector.mapFromGlobal(page.board.viewport().mapToGlobal(chip_point(page, "u")))
    QTest.mousePress(name, LEFT, pos=QPoint(5, 5))
    move(inspector, start + QPoint(-20, 0))
    move(inspector, to)
    settle(context)
    assert page.hand.moving.target.command == Replace("u", "e", "f")
    release(inspector, to)
    settle(context)
    assert of(context, "u").envoys == ("f",)


def test_one_more_from_the_list_and_one_less_from_the_details(
    qtbot, page, context, settle, workspace
):
    context.selection.visit = "u"
    item = next(i for i in page.hand.actions.items.all(of(context, "u")) if i and "增派" in i.text)
    item.run()
    settle(context)
    panel = page.side.candidates
    assert panel.seat.currentText().startswith("增派 1 人")
    assert panel.replace_button.text() == "增派这位"
    assert panel.list.chosen().envoy.id == "f"
    QTest.mouseClick(panel.replace_button, LEFT)
    settle(context)
    assert of(context, "u").envoys == ("e", "f")
    page.side.setCurrentIndex(0)
    fewer, _ = in_details(
        qtbot, page, QPushButton, lambda part: part.accessibleName() == "不再派这位"
    )
    QTest.mouseClick(fewer, LEFT)
    settle(context)
    assert of(context, "u").envoys == ("f",)
    undone(context, workspace, settle)
    assert of(context, "u").envoys == ("e", "f")
    less = page.hand.actions.items.remove(of(context, "u"))
    assert [choice.text for choice in less.choices] == ["人e", "人f"]


# Times ----------------------------------------------------------------------------------------


def test_ctrl_copies_and_can_be_pressed_on_the_way(page, context, settle, workspace):
    viewport, to = page.board.viewport(), cell(page, of(context, "u").county, 3)
    drag(viewport, chip_point(page, "u"), to)
    settle(context)
    assert told(page).head == "12-04 周五 上午：可以"
    QTest.keyPress(page.board, Qt.Key.Key_Control)
    settle(context)
    assert told(page).head.startswith("复制到 12-04 周五 上午：可以")
    assert "派人" in told(page).why
    assert page.hand.moving.overlay.shown.title.startswith("复制 ")
    release(viewport, to, CTRL)
    settle(context)
    copy = context.plans.plan.visits[-1]
    assert (copy.county, copy.start) == (of(context, "u").county, SlotTime(DATES[3], AM))
    assert of(context, "u").start == SlotTime(DATES[0], AM)
    assert copy.by_hand is not None
    undone(context, workspace, settle)
    assert all(visit.id != copy.id for visit in context.plans.plan.visits)


def test_letting_go_of_ctrl_moves_again(page, context, settle):
    viewport, to = page.board.viewport(), cell(page, of(context, "u").county, 3)
    drag(viewport, chip_point(page, "u"), to, CTRL)
    settle(context)
    assert page.hand.moving.gesture.copy
    QTest.keyRelease(page.board, Qt.Key.Key_Control)
    settle(context)
    assert not page.hand.moving.gesture.copy
    release(viewport, to)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[3], AM)
    assert len(context.plans.plan.visits) == 5


def test_copy_and_paste_by_keys(page, context, settle, workspace, said):
    press(page, Qt.Key.Key_Escape)
    QTest.keyClick(page.board, Qt.Key.Key_V, CTRL)
    assert said[-1] == "先点选一项服务，按 Ctrl+C 复制"
    context.selection.visit = "u"
    QTest.keyClick(page.board, Qt.Key.Key_C, CTRL)
    assert "人e" in QGuiApplication.clipboard().text()
    QTest.keyClick(page.board, Qt.Key.Key_V, CTRL)
    settle(context)
    press(page, *[Qt.Key.Key_Right] * 6)
    settle(context)
    assert told(page).head == "复制到 12-04 周五 上午：可以，有代价"
    press(page, ENTER)
    settle(context)
    assert context.plans.plan.visits[-1].start == SlotTime(DATES[3], AM)
    undone(context, workspace, settle)
    assert len(context.plans.plan.visits) == 5


def test_alt_trades_the_times_of_two_visits(page, context, settle, workspace):
    viewport, to = page.board.viewport(), chip_point(page, "w")
    drag(viewport, chip_point(page, "u"), to, ALT)
    settle(context)
    assert "对调时间：可以" in told(page).head
    session = workspace.editing.open(context.plans.plan.info.id)
    marks = {m.found.visit: m.found for m in page.hand.moving.gesture.marks()}
    assert marks == {v.visit: v for v in session.swaps("u", "vw")}
    release(viewport, to, ALT)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[1], AM)
    assert of(context, "w").start == SlotTime(DATES[0], AM)
    undone(context, workspace, settle)
    assert of(context, "u").start == SlotTime(DATES[0], AM)


def test_x_trades_by_keys(page, context, settle):
    context.selection.visit = "u"
    press(page, Qt.Key.Key_X)
    settle(context)
    assert "请选另一项" in told(page).text
    press(page, Qt.Key.Key_Right)
    settle(context)
    assert "对调时间：可以" in told(page).head
    press(page, ENTER)
    settle(context)
    assert of(context, "u").start == SlotTime(DATES[1], AM)
    assert of(context, "w").start == SlotTime(DATES[0], AM)


# Lengths --------------------------------------------------------------------------------------


def edge(page, key):
    box = page.board.chip_box(chip_of(page, key))
    return QPoint(box.right() - 1, box.center().y())


def test_the_right_edge_makes_a_visit_longer(page, context, settle, workspace):
    viewport, to = page.board.viewport(), cell(page, of(context, "u").county, 1, PM)
    QTest.mouseMove(viewport, edge(page, "u"))
    drag(viewport, edge(page, "u"), to)
    assert viewport.cursor().shape() is Qt.CursorShape.SizeHorCursor
    settle(context)
    assert page.hand.moving.target.command == Resize("u", 4)
    session = workspace.editing.open(context.plans.plan.info.id)
    exact = page.hand.moving.gesture.exact
    assert exact == {
        Resize("u", slots): session.verdict(Resize("u", slots)) for slots in (2, 4, 6, 8, 10)
    }
    assert isinstance(exact[Resize("u", 10)], EditVerdict)
    assert not exact[Resize("u", 10)].allowed
    assert told(page).head == "改为 2 天：可以，有代价"
    release(viewport, to)
    settle(context)
    assert of(context, "u").slots == 4
    undone(context, workspace, settle)
    assert of(context, "u").slots == 1


def test_t_chooses_the_length_by_keys(page, context, settle, workspace):
    context.selection.visit = "w"
    press(page, Qt.Key.Key_T)
    settle(context)
    press(page, Qt.Key.Key_Left)
    settle(context)
    assert page.hand.moving.target.command == Resize("w", 1)
    press(page, Qt.Key.Key_Left, ENTER)
    settle(context)
    assert of(context, "w").slots == 1
    undone(context, workspace, settle)
    assert of(context, "w").slots == 2


def test_s_offers_to_split_with_the_verdict(page, context, settle, workspace, said, qtbot):
    context.selection.visit = "u"
    press(page, Qt.Key.Key_S)
    assert said[-1] == "半天的服务不能再拆分"
    context.selection.visit = "w"
    press(page, Qt.Key.Key_S)
    settle(context)
    (menu,) = [item for item in page.findChildren(QMenu) if item.isVisible()]
    (action,) = menu.actions()
    assert action.text() == "半天 + 半天\t可以 成本0"
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(context)
    assert of(context, "w").slots == 1
    assert len(context.plans.plan.visits) == 6
    undone(context, workspace, settle)
    assert of(context, "w").slots == 2
    assert len(context.plans.plan.visits) == 5


def test_a_length_that_is_barred_says_why_in_the_menu(page, context, settle):
    context.selection.visit = "u"
    menu = page.hand.actions.menu(of(context, "u"))
    lengths = next(a.menu() for a in menu.actions() if a.menu() and a.text().startswith("改时长"))
    lengths.aboutToShow.emit()
    settle(context)
    week = next(a for a in lengths.actions() if a.text().startswith("5 天"))
    assert not week.isEnabled()
    assert week.text().endswith("不可以")
    assert week.toolTip()
    assert next(a for a in lengths.actions() if a.text().startswith("1 天")).isEnabled()
    menu.deleteLater()


def test_del_removes_what_was_added_by_hand(page, context, settle, workspace):
    next(
        item
        for item in page.hand.actions.items.all(of(context, "u"))
        if item and "放入" in item.text
    ).run()
    settle(context)
    copy = context.plans.plan.visits[-1]
    context.selection.visit = copy.id
    page.tray.left_out.setFocus()
    QTest.keyClick(page.tray.left_out, Qt.Key.Key_Delete)
    settle(context)
    assert all(visit.id != copy.id for visit in context.plans.plan.visits)
    undone(context, workspace, settle)
    assert context.plans.plan.visits[-1] == copy


# Ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [NO, CTRL, ALT])
def test_escape_ends_every_drag(people, context, settle, keys):
    plan, viewport = context.plans.plan, people.board.viewport()
    to = cell(people, "f", 3)
    drag(viewport, chip_point(people, "u"), to, keys)
    settle(context)
    press(people, ESC)
    assert people.hand.moving.gesture is None
    assert not people.hand.moving.overlay.isVisible()
    release(viewport, to, keys)
    settle(context)
    assert context.plans.plan is plan


def test_a_published_version_says_why_to_every_gesture(people, context, settle, said, workspace):
    context.publish(workspace.planning.publish(context.plans.plan.info.id))
    settle(context)
    plan = context.plans.plan
    context.selection.visit = "u"
    for key in (Qt.Key.Key_M, Qt.Key.Key_X, Qt.Key.Key_T, Qt.Key.Key_S):
        said.clear()
        press(people, key)
        assert "修订为新的一版" in said[-1]
    viewport = people.board.viewport()
    for start in (
        chip_point(people, "u"),
        edge(people, "u"),
        people.board.row_box(row_of(people, "f")).center(),
    ):
        said.clear()
        drag(viewport, start, cell(people, "f", 3))
        assert "修订为新的一版" in said[-1]
        release(viewport, cell(people, "f", 3))
    settle(context)
    assert context.plans.plan is plan


def test_the_board_scrolls_under_a_person_at_its_edge(people, context, settle):
    people.board.set_zoom(5)
    people.resize(900, 640)
    across, viewport = people.board.horizontalScrollBar(), people.board.viewport()
    assert across.maximum() > 0
    at = QPoint(viewport.width() - 3, cell(people, "f", 0).y())
    drag(viewport, chip_point(people, "u"), at)
    people.hand.moving._timer.timeout.emit()
    assert across.value() > 0
    settle(context)
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    before = across.value()
    move(viewport, at - QPoint(200, 0))
    people.hand.moving._timer.timeout.emit()
    assert across.value() == before
    press(people, ESC)
    assert not people.hand.moving._timer.isActive()


def test_another_row_comes_under_the_pointer_when_the_wheel_turns(people, context, settle):
    """The words always are about what a drop would do."""
    people.resize(900, 300)
    down, viewport = people.board.verticalScrollBar(), people.board.viewport()
    drag(viewport, chip_point(people, "u"), cell(people, "f", 3))
    settle(context)
    assert people.hand.moving.target.command == Replace("u", "e", "f")
    rows = people.board.scene.layout.rows
    down.setRange(0, 400)
    down.setValue(down.value() + rows[row_of(people, "g")].y - rows[row_of(people, "f")].y)
    assert people.hand.moving.target.command == Replace("u", "e", "g")
    press(people, ESC)
