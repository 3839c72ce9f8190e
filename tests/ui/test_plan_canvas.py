"""The board as it is painted and scrolled: parts equal the whole, and loads, groups and zooms."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from tests.ui.wheel import turn_wheel
from ui import theme
from ui.plan.board.layout import BoardMode, RowKind, build_layout
from ui.plan.board.paint import FIRST_COLUMN, HEADER, ColourBy
from ui.plan.board.row_heads import load_words, loads, spans_in_sight
from ui.plan.board.view import ZOOMS, BoardView
from ui.plan.labels import Labels

GAZETTEER, VOCABULARY = shipped_gazetteer(), shipped_vocabulary()
NAMES = {date(2026, 12, 5): "示例假日"}
TODAY = date(2026, 12, 9)


@pytest.fixture(scope="module")
def plan():
    return make_plan_view(start=date(2026, 12, 1), end=date(2027, 2, 26))


@pytest.fixture
def board(qtbot, plan):
    made = BoardView()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    show(made, plan)
    return made


def show(board, plan, mode=BoardMode.COUNTY):
    layout = build_layout(plan, GAZETTEER, VOCABULARY.name, mode)
    labels = Labels(plan, GAZETTEER, VOCABULARY)
    board.show_plan(plan, layout, labels, NAMES.get, today=TODAY)


def painted(board, parts):
    """What the painter makes of the board, part by part."""
    area = board.viewport().rect()
    picture = QImage(area.size(), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.magenta)
    painter = QPainter(picture)
    for part in parts(area):
        board._painter.paint(painter, area, board.scene, part)
    painter.end()
    return picture


def whole(area):
    return [area]


def tiles(area):
    """Tiles of odd sizes, so that they cut through chips, words and lines."""
    return [
        QRect(x, y, 83, 61).intersected(area)
        for x in range(0, area.width(), 83)
        for y in range(0, area.height(), 61)
    ]


@pytest.mark.parametrize("zoom", [5, 21, 0])
@pytest.mark.parametrize("mode", list(BoardMode))
def test_painted_in_parts_it_is_the_same_picture(board, plan, mode, zoom):
    show(board, plan, mode)
    board.set_zoom(zoom)
    board.verticalScrollBar().setValue(137)
    board.horizontalScrollBar().setValue(43)
    board.select_visit(board.scene.layout.chips[30].visit.id)
    assert painted(board, tiles) == painted(board, whole)


def wheel(board, x=0, y=0, *, ctrl=False):
    turn_wheel(board.viewport(), QPointF(500, 300), across=x, down=y, ctrl=ctrl)


def on_screen(board):
    """The px that the window shows, not painted anew."""
    picture = board.screen().grabWindow(board.winId()).toImage()
    return picture.copy(board.viewport().geometry()).convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.parametrize("mode", list(BoardMode))
def test_what_scrolling_moved_is_what_painting_anew_would_show(board, plan, mode, qtbot):
    show(board, plan, mode)
    board.setFocus()
    QTest.qWaitForWindowExposed(board)
    down, across = board.verticalScrollBar(), board.horizontalScrollBar()
    for x, y in ((0, -120), (0, -120), (0, 120), (-120, 0), (-120, 0), (120, 0), (0, -120)):
        before = down.value(), across.value()
        wheel(board, x, y)
        assert (down.value(), across.value()) != before
        qtbot.waitUntil(lambda: on_screen(board) == painted(board, whole))


def test_a_group_is_named_in_the_corner_while_its_rows_are_scrolled(board, plan):
    show(board, plan, BoardMode.ENVOY)
    heads = [row for row in board.scene.layout.rows if row.kind is RowKind.GROUP]
    assert board.scene.group == heads[0]
    board.verticalScrollBar().setValue(heads[3].y + 30)
    assert board.scene.group == heads[3]


def test_ctrl_and_arrows_jump_from_group_to_group(board):
    tops = [row.y for row in board.scene.layout.rows if row.kind is RowKind.GROUP]
    QTest.keyClick(board, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert board.verticalScrollBar().value() == tops[1]
    QTest.keyClick(board, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert board.verticalScrollBar().value() == tops[0]


def test_the_load_is_that_of_the_week_and_month_in_sight(board, plan):
    show(board, plan, BoardMode.ENVOY)
    board.set_zoom(5)
    board.go_to(date(2026, 12, 14))
    scene = board.scene
    spans = spans_in_sight(scene)
    for row in scene.layout.rows:
        if row.kind is not RowKind.ENVOY:
            continue
        own = [v for v in plan.held if row.key in v.envoys]
        times = [time.date for visit in own for time in visit.slot_times(plan.days)]
        week = sum(day.isocalendar()[:2] == (2026, 51) for day in times)
        month = sum(day.month == 12 for day in times)
        assert [load.done for load in loads(scene, row, spans)] == [week, month]
    row = scene.layout.rows[1]
    text = board.tooltip_at(board.row_box(1).center() + QPoint(0, scene.top))
    assert load_words(scene, row).startswith("第 51 周 ")
    assert text.endswith("半天")


def test_a_visit_over_the_week_end_counts_in_both_weeks(board, plan):
    visit = next(visit for visit in plan.held if visit.slots == 1)
    friday = SlotTime(date(2026, 12, 11), HalfDay.AM)
    long = replace(visit, slots=4, start=friday)
    show(board, replace(plan, visits=(long,)), BoardMode.ENVOY)
    board.set_zoom(5)
    row = next(row for row in board.scene.layout.rows if row.key == visit.envoys[0])
    found = []
    for day in (date(2026, 12, 7), date(2026, 12, 14)):
        board.go_to(day)
        found.append(loads(board.scene, row, spans_in_sight(board.scene))[0].done)
    assert found == [2, 2]


def test_keys_and_wheel_go_through_all_zooms(board, qtbot):
    board.set_zoom(ZOOMS[0])
    seen = [board.zoom]
    for _ in ZOOMS[1:]:
        wheel(board, y=-120, ctrl=True)
        seen.append(board.zoom)
    assert seen == list(ZOOMS) == [5, 10, 21, 31, 42, 63, 0]
    QTest.keyClick(board, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert board.zoom == 63
    QTest.keyClick(board, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert board.zoom == 0
    board.set_zoom(10)
    QTest.keyClick(board, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert board.zoom == 0


def test_a_short_plan_has_no_zooms_beyond_itself(board):
    show(board, make_plan_view(visits=20, envoys=40))
    assert board.zooms() == (5, 10, 21, 0)
    board.set_zoom(63)
    board.step_zoom(-1)
    assert board.zoom == 21


def test_far_away_days_have_months_weeks_and_mondays_and_holidays_stay_wide(board):
    board.set_zoom(0)
    line = board.scene.timeline
    assert line.dense
    assert [(month.year, month.number) for month in line.months] == [
        (2026, 12), (2027, 1), (2027, 2),
    ]  # fmt: skip
    named, usual = line.gaps[0], line.gaps[1]
    assert named.names == ("示例假日",)
    assert named.width > usual.width
    assert line.columns[4].x == named.x + named.width
    assert line.gap_at(named.x + named.width - 1) == named
    board.set_zoom(5)
    assert not board.scene.timeline.dense


def test_today_is_a_line_over_all_rows(board):
    board.set_zoom(21)
    column = next(c for c in board.scene.timeline.columns if c.day == TODAY)
    picture = painted(board, whole)
    x = FIRST_COLUMN + round(column.x) + 1 - board.scene.left
    found = [picture.pixelColor(x, y) for y in range(HEADER, 480)]
    assert found.count(theme.tokens().accent) > len(found) // 2


def test_hovering_marks_one_chip_and_paints_little(board, qtbot):
    board.set_zoom(0)
    first, second = board.scene.layout.chips[:2]
    for chip in (first, second):
        QTest.mouseMove(board.viewport(), board.chip_box(chip).center())
        assert board.scene.hover == chip
        qtbot.waitUntil(lambda: on_screen(board) == painted(board, whole))


@pytest.mark.parametrize("colour_by", list(ColourBy))
def test_a_kind_that_does_not_stand_out_is_faint(board, colour_by):
    board.set_zoom(5)
    board.set_colour_by(colour_by)
    inside = board.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
    boxes = map(board.chip_box, board.scene.layout.chips)
    box = next(box for box in boxes if inside.contains(box))
    place = QPoint(box.right() - 4, box.bottom() - 5)
    plain = painted(board, whole).pixelColor(place)
    board.set_highlighted(frozenset({"none of them"}))
    faint = painted(board, whole).pixelColor(place)
    surface = theme.tokens().surface
    assert theme.contrast(faint, surface) < theme.contrast(plain, surface)
    board.set_highlighted(None)
    assert painted(board, whole).pixelColor(place) == plain
