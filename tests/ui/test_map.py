import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor

from envoy_app.domain.coverage import CoverageState
from ui import theme
from ui.overview.map_geometry import CORE_DISTRICTS, lay_out, project
from ui.overview.map_widget import CountyMap

SIZES = [(330, 220), (330, 290), (640, 400), (818, 560), (1300, 800)]


@pytest.fixture
def county_map(qtbot, workspace):
    reference = workspace.reference
    made = CountyMap(reference.boundaries(), reference.gazetteer().counties)
    qtbot.addWidget(made)
    made.resize(700, 440)
    made.show()
    return made


def test_the_way_up_is_north_and_the_scale_is_true(workspace):
    outlines = {item.code: item for item in project(workspace.reference.boundaries())}
    counties = workspace.reference.gazetteer().by_code
    mianzhu, hongya = outlines["510683"].label, outlines["511423"].label
    assert mianzhu.y() < hongya.y()
    assert mianzhu.x() > hongya.x()
    # One degree of longitude is shorter than one of latitude by cos(30.55°) = 0.861.
    one, other = counties["510683"].label, counties["511423"].label
    shrink = (mianzhu.x() - hongya.x()) / (one[0] - other[0])
    assert shrink == pytest.approx(0.861, abs=0.002)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_county_is_under_its_point(qtbot, workspace, width, height):
    layout = lay_out(project(workspace.reference.boundaries()), QSizeF(width, height))
    for county in workspace.reference.gazetteer().counties:
        assert layout.county_at(layout.anchor(county.code)) == county.code


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_inset_hides_no_county(qtbot, workspace, width, height):
    layout = lay_out(project(workspace.reference.boundaries()), QSizeF(width, height))
    assert set(layout.inset_outlines) == set(CORE_DISTRICTS)
    for code, path in layout.outlines.items():
        assert not path.intersects(layout.inset), code


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_names_do_not_overlap(county_map, width, height):
    county_map.resize(width, height)
    county_map.grab()
    rects = [label.rect for label in county_map.labels]
    assert not any(one.intersects(other) for one, other in itertools.combinations(rects, 2))
    assert len(rects) >= (35 if width >= 640 else 20)


def test_nothing_is_under_the_margin(county_map):
    assert county_map.county_at(QPointF(2, 430)) is None


def test_a_click_selects_and_a_double_click_opens(qtbot, county_map):
    with qtbot.waitSignal(county_map.county_selected) as selected:
        qtbot.mouseClick(county_map, Qt.MouseButton.LeftButton, pos=county_map.point_of("510107"))
    assert selected.args == ["510107"]
    assert county_map.selected == "510107"
    with qtbot.waitSignal(county_map.county_opened) as opened:
        qtbot.mouseDClick(county_map, Qt.MouseButton.LeftButton, pos=county_map.point_of("511423"))
    assert opened.args == ["511423"]
    with qtbot.waitSignal(county_map.county_selected) as cleared:
        qtbot.mouseClick(county_map, Qt.MouseButton.LeftButton, pos=QPoint(2, 430))
    assert cleared.args == [None]


def test_keyboard_walks_selects_and_opens(qtbot, county_map):
    county_map.setFocus()
    county_map.set_selected("510683")
    qtbot.keyClick(county_map, Qt.Key.Key_Down)
    below = county_map.cursor_county
    assert below != "510683"
    assert county_map.selected == "510683"
    with qtbot.waitSignal(county_map.county_selected) as selected:
        qtbot.keyClick(county_map, Qt.Key.Key_Return)
    assert selected.args == [below]
    with qtbot.waitSignal(county_map.county_opened) as opened:
        qtbot.keyClick(county_map, Qt.Key.Key_Return)
    assert opened.args == [below]
    qtbot.keyClick(county_map, Qt.Key.Key_Escape)
    assert county_map.selected is None


def test_tab_goes_to_the_next_county_and_out_at_the_end(qtbot, county_map):
    county_map.setFocus()
    county_map.set_selected("510104")
    qtbot.keyClick(county_map, Qt.Key.Key_Tab)
    assert county_map.cursor_county == "510105"
    county_map.set_selected("512022")
    qtbot.keyClick(county_map, Qt.Key.Key_Tab)
    assert county_map.cursor_county == "512022"


def test_every_county_can_be_reached_by_arrows(qtbot, county_map):
    county_map.setFocus()
    reached, frontier = {"510104"}, ["510104"]
    while frontier:
        start = frontier.pop()
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            county_map.set_selected(start)
            qtbot.keyClick(county_map, key)
            found = county_map.cursor_county
            if found not in reached:
                reached.add(found)
                frontier.append(found)
    assert len(reached) == 35


def test_states_are_painted(county_map):
    code = "511423"
    county_map.set_states({code: CoverageState.COVERED}, lambda code: "")
    point = county_map.point_of(code) + QPoint(-14, 14)
    assert county_map.county_at(QPointF(point)) == code
    shown = QColor(county_map.grab().toImage().pixel(point))
    assert shown == theme.tokens().covered


def test_the_tip_reaches_screen_readers(qtbot, county_map):
    county_map.set_states({}, lambda code: f"县 {code}")
    qtbot.mouseClick(county_map, Qt.MouseButton.LeftButton, pos=county_map.point_of("510683"))
    assert county_map.accessibleDescription() == "县 510683"
