from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from tests.ui.wheel import NOTCH, turn_wheel
from ui import theme
from ui.plan.board.layout import BoardMode, RowKind, build_layout
from ui.plan.board.paint import FIRST_COLUMN, HEADER, ColourBy
from ui.plan.board.timeline import DayColumn
from ui.plan.board.view import ZOOMS, BoardView
from ui.plan.labels import Labels

GAZETTEER = shipped_gazetteer()
VOCABULARY = shipped_vocabulary()
NAMES = {date(2026, 12, 5): "示例假日"}


@pytest.fixture(scope="module")
def plan():
    return make_plan_view()


@pytest.fixture
def board(qtbot, plan):
    made = BoardView()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    show(made, plan, BoardMode.COUNTY)
    return made


def show(board, plan, mode):
    layout = build_layout(plan, GAZETTEER, VOCABULARY.name, mode)
    labels = Labels(plan, GAZETTEER, VOCABULARY)
    board.show_plan(plan, layout, labels, NAMES.get, today=date(2026, 12, 3))


def press(board, *keys):
    for key in keys:
        QTest.keyClick(board, key)


def test_a_click_on_a_chip_selects_its_visit(board, qtbot):
    chip = board.scene.layout.chips[3]
    with qtbot.waitSignal(board.visit_selected) as heard:
        qtbot.mouseClick(
            board.viewport(), Qt.MouseButton.LeftButton, pos=board.chip_box(chip).center()
        )
    assert heard.args == [chip.visit.id]
    assert board.chip == chip
    assert chip.visit.county in {c.code for c in GAZETTEER.counties}
    assert board.accessibleDescription().startswith(board.scene.labels.county(chip.visit.county))


def test_every_visible_chip_is_hit_where_it_is_painted(board):
    inside = board.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
    seen = [c for c in board.scene.layout.chips if inside.contains(board.chip_box(c))]
    assert len(seen) > 20
    for chip in seen:
        assert board.chip_at(board.chip_box(chip).center()) == chip


def test_a_click_on_a_row_heading_selects_the_row_and_a_groups_its_group(board, qtbot):
    with qtbot.waitSignal(board.row_selected) as heard:
        qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=board.row_box(1).center())
    assert heard.args[0].key == "510104"
    assert board.chip is None
    qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=board.row_box(0).center())
    assert board.row.kind is RowKind.GROUP


def test_arrows_walk_and_escape_clears(board):
    press(board, Qt.Key.Key_Right)
    first = board.chip
    assert first is not None
    press(board, Qt.Key.Key_Right)
    assert board.chip.row == first.row
    assert board.chip.first >= first.first
    press(board, Qt.Key.Key_Left)
    assert board.chip == first
    press(board, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert board.chip.row > first.row
    press(board, Qt.Key.Key_Escape)
    assert board.chip is None
    assert board.row is None


def test_left_of_the_first_chip_is_the_row_and_enter_activates_it(board, qtbot):
    press(board, Qt.Key.Key_Right, Qt.Key.Key_Left)
    assert board.chip is None
    assert board.row.kind is RowKind.COUNTY
    with qtbot.waitSignal(board.row_activated) as heard:
        press(board, Qt.Key.Key_Return)
    assert heard.args[0] == board.row
    before = board.row
    press(board, Qt.Key.Key_Down)
    assert board.row.kind is RowKind.COUNTY
    assert board.row.y > before.y


def test_enter_on_a_visit_opens_it(board, qtbot):
    press(board, Qt.Key.Key_Right)
    with qtbot.waitSignal(board.opened):
        press(board, Qt.Key.Key_Return)


def test_walking_scrolls_so_that_the_selection_is_in_sight(board):
    press(board, Qt.Key.Key_Right)
    inside = board.viewport().rect().adjusted(FIRST_COLUMN, HEADER, 0, 0)
    for key in [Qt.Key.Key_Down] * 30 + [Qt.Key.Key_Right] * 15:
        press(board, key)
        assert board.chip is None or inside.contains(board.chip_box(board.chip).center())
    assert board.verticalScrollBar().value() > 0
    assert board.horizontalScrollBar().value() > 0


def test_selecting_from_elsewhere_shows_it_and_stays_silent(board, plan, qtbot):
    visit = plan.held[-1]
    with qtbot.assertNotEmitted(board.visit_selected):
        board.select_visit(visit.id)
    assert board.chip.visit == visit
    assert board.viewport().rect().contains(board.chip_box(board.chip).center())
    board.select_visit(None)
    assert board.chip is None


def test_the_selected_visit_stays_selected_when_rows_become_envoys(board, plan):
    visit = next(visit for visit in plan.held if len(visit.envoys) == 2)
    board.select_visit(visit.id)
    show(board, plan, BoardMode.ENVOY)
    assert board.chip.visit == visit
    assert len(board.scene.layout.by_visit[visit.id]) == 2


def wheel(board, notches, x):
    turn_wheel(board.viewport(), QPointF(x, 200), down=NOTCH * notches, ctrl=True)


def test_ctrl_wheel_zooms_about_the_pointer(board, qtbot):
    board.go_to(date(2026, 12, 14))
    x = FIRST_COLUMN + 150.0
    before = board.scene.timeline.slot_at(x - FIRST_COLUMN + board.scene.left)
    with qtbot.waitSignal(board.zoom_changed) as heard:
        wheel(board, 1, x)
    assert heard.args == [5]
    after = board.scene.timeline.slot_at(x - FIRST_COLUMN + board.scene.left)
    assert abs(after - before) <= 1
    wheel(board, 3, x)
    assert board.zoom == ZOOMS[0]
    for _ in ZOOMS:
        wheel(board, -1, x)
    assert board.zoom == 0


def test_all_days_fit_the_window(board):
    board.set_zoom(0)
    assert board.horizontalScrollBar().maximum() == 0
    room = board.viewport().width() - FIRST_COLUMN
    assert board.scene.timeline.width == pytest.approx(room, abs=1)


def test_five_days_fill_the_window(board):
    board.set_zoom(5)
    days = board.scene.timeline.columns
    assert days[1].x - days[0].x == pytest.approx(
        (board.viewport().width() - FIRST_COLUMN) / 5, rel=0.02
    )


def test_hovering_tells_who_where_and_whom_to_call(board, plan):
    chip = next(c for c in board.scene.layout.chips if c.visit.contact)
    board.select_visit(chip.visit.id)
    text = board.tooltip_at(board.chip_box(chip).center())
    card = plan.envoys[chip.visit.envoys[0]]
    for word in (card.name, card.phone, card.organisation, chip.visit.town, chip.visit.contact):
        assert word in text


def test_hovering_over_free_days_names_the_holiday(board):
    gaps = board.scene.timeline.gaps
    x = int(gaps[0].x) + FIRST_COLUMN + 2
    assert board.tooltip_at(QPoint(x, 300)) == "12-05 至 12-06 示例假日"
    x = int(gaps[1].x) + FIRST_COLUMN + 2
    assert board.tooltip_at(QPoint(x, 300)) == "12-12 至 12-13 休息日"


def test_a_make_up_day_says_so_as_long_as_there_is_room(board, plan):
    saturday = DayColumn(date(2026, 10, 10), 0, 0.0, "国庆节调休上班")
    texts = [board._painter.header.day_text(saturday, width) for width in (300, 100, 70, 40, 24)]
    assert texts == ["10-10 周六 国庆节调休上班", "10-10 周六 班", "10-10 班", "10班", "10"]
    friday = DayColumn(date(2026, 10, 9), 0, 0.0)
    texts = [board._painter.header.day_text(friday, width) for width in (100, 50, 34, 20, 10)]
    assert texts == ["10-09 周五", "10-09", "9 五", "9", ""]


def test_free_days_before_the_first_stay_in_sight_when_zooming(qtbot):
    plan = make_plan_view(visits=20, envoys=40, start=date(2026, 10, 8), end=date(2026, 10, 31))
    plan = replace(plan, info=replace(plan.info, start=date(2026, 10, 1)))
    made = BoardView()
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    show(made, plan, BoardMode.COUNTY)
    made.set_zoom(5)
    assert made.horizontalScrollBar().value() == 0
    assert made.tooltip_at(QPoint(FIRST_COLUMN + 3, 300)).startswith("10-01 至 10-07")


def test_hovering_over_a_row_heading_tells_its_coverage(board):
    row = board.scene.layout.rows[1]
    locked = sum(chip.visit.locked for chip in row.chips)
    text = board.tooltip_at(board.row_box(1).center())
    head = f"锦江区（成都市）\n{row.state.label} · 已排 {row.done}/{row.total} 项"
    assert text == f"{head}\n已锁定 {locked} 项"


def test_it_paints_in_every_zoom_mode_colour_and_scheme(board, plan, qapp):
    colours = set()
    for scheme in (theme.Scheme.LIGHT, theme.Scheme.DARK):
        theme.apply_theme(qapp, scheme)
        for mode in BoardMode:
            show(board, plan, mode)
            for colour_by in ColourBy:
                board.set_colour_by(colour_by)
                board.set_zoom(ZOOMS[len(colours) % len(ZOOMS)])
                picture = board.viewport().grab().toImage()
                assert picture.width() >= 700
                colours.add(picture.pixelColor(2, 2).name())
    assert colours == {theme.LIGHT.surface_alt.name(), theme.DARK.surface_alt.name()}


def test_a_chip_carries_its_specialtys_colour(board):
    chip = board.scene.layout.chips[0]
    box = board.chip_box(chip)
    picture = board.viewport().grab().toImage()
    found = picture.pixelColor(box.left() + 3, box.center().y() + 6)
    assert found.name() == theme.specialty_color(chip.visit.roles[0].specialty).name()


def test_no_plan_paints_an_empty_surface(board):
    board.clear()
    assert board.chip is None
    assert board.tooltip_at(QPoint(300, 300)) == ""
    press(board, Qt.Key.Key_Right)
    picture = board.viewport().grab().toImage()
    assert picture.pixelColor(400, 300) == theme.tokens().surface


def test_a_three_month_plan_scrolls_to_its_end(qtbot):
    plan = make_plan_view(
        visits=60, envoys=80, start=date(2026, 12, 1), end=date(2026, 12, 1) + timedelta(days=89)
    )
    made = BoardView()
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    show(made, plan, BoardMode.ENVOY)
    press(made, Qt.Key.Key_End)
    last = made.scene.timeline.columns[-1]
    assert last.x + 2 * made.scene.timeline.slot_width - made.scene.left <= 800 - FIRST_COLUMN
