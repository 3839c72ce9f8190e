from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QToolButton

from tests.plan_factory import make_plan_view
from tests.ui.plan_fakes import FINISH, make_context
from ui.plan.board.layout import BoardMode, RowKind
from ui.plan.board.paint import ColourBy
from ui.plan.page import PlanPage

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")


@pytest.fixture(scope="module")
def plan():
    return make_plan_view(visits=280, envoys=140)


@pytest.fixture(scope="module")
def older(plan):
    return replace(plan, info=replace(plan.info, id="plan-0000", version_no=1))


@pytest.fixture
def context(qtbot, tmp_path, plan, older):
    made = make_context(tmp_path, plan, older)
    yield made
    assert made.jobs.close()


def open_page(qtbot, context):
    page = PlanPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    context.changed.connect(page.refresh)
    context.plans.reload()
    page.refresh(None)
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    return page


@pytest.fixture
def page(qtbot, context):
    return open_page(qtbot, context)


def county_rows(page):
    return [row.key for row in page.board.scene.layout.rows if row.kind is RowKind.COUNTY]


def test_no_plan_says_what_to_do_and_opens_the_run_dialog(qtbot, tmp_path):
    context = make_context(tmp_path)
    page = open_page(qtbot, context)
    assert page.stack.currentIndex() == 0
    page.empty_run.click()
    assert page.run_dialog.isVisible()
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    page.run_dialog.close()
    assert context.jobs.close()


def test_the_newest_plan_is_shown_and_versions_can_be_chosen(page, context, qtbot, plan):
    assert page.toolbar.plans.count() == 2
    assert page.toolbar.plan_id == plan.info.id
    assert len(county_rows(page)) == 35
    page.toolbar.plans.setCurrentIndex(1)
    page.toolbar.plans.activated.emit(1)
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    assert context.plans.plan.info.id == "plan-0000"
    assert page.toolbar.plan_id == "plan-0000"


def test_rows_become_envoys(page, plan):
    page.toolbar._modes.button(1).click()
    kinds = [row.kind for row in page.board.scene.layout.rows]
    assert kinds.count(RowKind.ENVOY) == len(plan.envoys)
    assert page.board.scene.layout.mode is BoardMode.ENVOY


def test_publishing_makes_a_plan_read_only(page, context, qtbot, plan):
    assert not page.toolbar.state.isVisible()
    page.toolbar.publish.click()
    dialog = page.publish_dialog
    qtbot.waitUntil(dialog.publish_button.isEnabled)
    dialog.publish_button.click()
    qtbot.waitUntil(lambda: page.toolbar.state.text() == "只读" and not context.jobs.jobs)
    assert not dialog.isVisible()
    assert not page.toolbar.publish.isEnabled()
    for hint in (page.toolbar.publish.toolTip(), page.toolbar.state.toolTip()):
        assert "不再改动；要调整，请重新排班，或修订为新的一版再改" in hint
    assert "已发布" in page.toolbar.plans.currentText()


def test_one_selection_for_board_tray_and_inspector(page, context, plan):
    visit = plan.unscheduled[0]
    page.tray.left_out.setCurrentIndex(page.tray.left_out.proxy.index(0, 0))
    assert context.selection.visit == visit.id
    assert page.inspector.subject == ("visit", visit.id)
    held = plan.held[0]
    context.selection.visit = held.id
    assert page.board.chip.visit == held
    assert page.inspector.subject == ("visit", held.id)
    page.board.setFocus()
    QTest.keyClick(page.board, Qt.Key.Key_Escape)
    assert context.selection.visit is None
    assert page.inspector.subject is None


def test_a_county_selected_anywhere_filters_board_and_tray(page, context, plan):
    code = plan.unscheduled[0].county
    context.selection.county = code
    assert county_rows(page) == [code]
    assert {row.visit.county for row in page.tray.left_out.proxy.shown()} == {code}
    assert page.toolbar.place.value == code
    context.selection.county = None
    assert len(county_rows(page)) == 35


def test_the_place_filter_takes_a_city_or_a_county(page, context):
    page.toolbar.place.choose("资阳市")
    page.toolbar.place.activated.emit(0)
    assert county_rows(page) == ["512002", "512021", "512022"]
    page.toolbar.place.choose("512021")
    page.toolbar.place.activated.emit(0)
    assert context.selection.county == "512021"
    assert county_rows(page) == ["512021"]
    page.toolbar.place.choose("")
    page.toolbar.place.activated.emit(0)
    assert len(county_rows(page)) == 35


def test_double_click_in_the_tray_selects_the_county(page, context, plan):
    page.tray.left_out.activated.emit(page.tray.left_out.proxy.index(0, 0))
    assert context.selection.county == plan.unscheduled[0].county


def test_search_takes_pinyin_and_says_when_nothing_is_found(page, qtbot):
    page.toolbar.search.setText("pujiang")
    qtbot.waitUntil(lambda: county_rows(page) == ["510131"])
    page.toolbar.search.setText("没有这样的词")
    qtbot.waitUntil(lambda: page.boards.currentIndex() == 1)
    page.toolbar.search.setText("")
    qtbot.waitUntil(lambda: page.boards.currentIndex() == 0)


def test_an_envoys_row_shows_the_envoy_and_enter_opens_the_inspector(page, context):
    page.set_mode(BoardMode.ENVOY)
    page.toolbar.inspector.setChecked(False)
    assert not page.inspector.isVisible()
    page.board.setFocus()
    QTest.keyClick(page.board, Qt.Key.Key_Right)
    for _ in page.board.scene.timeline.columns:
        if page.board.row is None:
            QTest.keyClick(page.board, Qt.Key.Key_Left)
    row = page.board.row
    assert context.selection.envoy == row.key
    assert page.inspector.subject == ("envoy", row.key)
    QTest.keyClick(page.board, Qt.Key.Key_Return)
    assert page.inspector.isVisible()


def test_links_of_the_inspector_lead_on(page, context, plan):
    visit = plan.held[0]
    page.inspector.envoy_requested.emit(visit.envoys[0])
    assert page.inspector.subject == ("envoy", visit.envoys[0])
    page.inspector.visit_requested.emit(visit.id)
    assert page.board.chip.visit == visit


def test_zoom_and_colour_reach_the_board(page):
    page.toolbar.zoom.setCurrentIndex(page.toolbar.zoom.findData(5))
    page.toolbar.zoom.activated.emit(0)
    assert page.board.zoom == 5
    page.board.step_zoom(1)
    assert page.toolbar.zoom.currentData() == 10
    city = page.toolbar.colour.findData(ColourBy.CITY)
    page.toolbar.colour.setCurrentIndex(city)
    page.toolbar.colour.activated.emit(city)
    assert page.board.scene.colour_by is ColourBy.CITY


def test_a_new_plan_is_shown_when_the_search_ends(page, context, qtbot, plan):
    made = replace(plan, info=replace(plan.info, id="plan-0002", version_no=3))
    planning = context.workspace.planning
    planning.next_view = made
    page.toolbar.run.click()
    dialog = page.run_dialog
    planning.preview_answer = replace(planning.preview_answer, days=plan.days)
    dialog.form.refresh()
    qtbot.waitUntil(dialog.start_button.isEnabled)
    dialog.start()
    assert page.toolbar.run.text() == "正在排班…"
    planning.script.put(FINISH)
    qtbot.waitUntil(lambda: page.toolbar.plan_id == "plan-0002" and not context.jobs.jobs)
    assert page.toolbar.plans.count() == 3
    assert page.toolbar.run.text() == "排班…"
    dialog.close()


def test_every_control_has_a_name_for_screen_readers(page):
    for kind in (QComboBox, QLineEdit, QToolButton, QPushButton):
        for widget in page.toolbar.findChildren(kind):
            if not isinstance(widget.parent(), QLineEdit):
                assert widget.accessibleName() or widget.text(), widget
