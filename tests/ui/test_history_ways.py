"""From the history to the pages, and back to the history after a crash."""

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.changes import Topic
from envoy_app.domain.history import FieldChange, Trace
from tests.ui.history_fakes import FakeHistory, change, record
from ui.history.filters import Period
from ui.history.page import HistoryView
from ui.history_question import HistoryQuestion
from ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
COUNTY = "510183"


@pytest.fixture
def history(workspace):
    workspace.history = FakeHistory([change(number) for number in range(20, 0, -1)])
    return workspace.history


@pytest.fixture
def window(qtbot, context, history, settle):
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.show_page("history")
    settle(context)
    return made


def go(qtbot, window, settle):
    page = window.pages["history"]
    place = page.table.visualRect(page.table.proxy.index(2, 2)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    settle(window.context)
    qtbot.mouseClick(page.details.go_button, LEFT)
    settle(window.context)


@pytest.mark.parametrize("table", ["plan_visit", "plan_seat"])
def test_a_visit_is_shown_on_the_board_of_its_version(
    qtbot, window, history, context, plan, settle, table
):
    visit = plan.held[5].id
    history.records = (record("r1", "服务", table),)
    history.trace = Trace(plan.info.id, visit, plan.held[5].county)
    context.selection.county = "512021"
    go(qtbot, window, settle)
    assert window.current_key == "plan"
    assert context.selection.visit == visit
    assert window.pages["plan"].board.chip.visit.id == visit
    assert context.selection.county is None


def test_a_visit_that_the_version_has_no_more_leads_to_the_version(
    qtbot, window, history, context, plan, settle
):
    history.records = (record("r1", "服务", "plan_visit"),)
    history.trace = Trace(plan.info.id, "没有了", COUNTY)
    go(qtbot, window, settle)
    assert window.current_key == "plan"
    assert context.selection.visit is None


def test_a_visit_of_a_version_that_is_gone_says_so(qtbot, window, history, settle):
    history.records = (record("r1", "服务", "plan_visit"),)
    go(qtbot, window, settle)
    button = window.pages["history"].details.go_button
    assert window.current_key == "history"
    assert not button.isEnabled()
    assert button.toolTip() == "它所在的那一版方案现在已经不在了"


@pytest.mark.parametrize("table", ["coverage_standard", "county_minimum"])
def test_the_standard_opens_at_the_county(qtbot, window, history, context, settle, table):
    history.records = (record("s1", "覆盖标准", table),)
    history.trace = Trace(county=COUNTY)
    go(qtbot, window, settle)
    home = window.pages["demands"]
    assert (window.current_key, home.tabs.currentIndex()) == ("demands", 1)
    assert home.part.grid.chosen_counties() == (COUNTY,)
    assert context.selection.county == COUNTY


@pytest.mark.parametrize(
    ("table", "key", "target"),
    [
        ("setting", "calendar.2026-12-01", "settings"),
        ("setting", "travel_rule", "settings"),
        ("own_term", "w1", "settings"),
        ("county", COUNTY, "overview"),
    ],
)
def test_settings_words_and_counties_have_their_pages(
    qtbot, window, history, settle, table, key, target
):
    history.records = (record(key, "设置", table),)
    go(qtbot, window, settle)
    assert window.current_key == target


def test_a_change_of_the_team_opens_the_team(qtbot, window, history, context, workspace, settle):
    person = next(envoy for envoy in workspace.roster.envoys() if envoy.team_county)
    fields = (FieldChange("团内职务", "成员", "团长"),)
    history.records = (record(person.id, person.name, fields=fields),)
    go(qtbot, window, settle)
    assert window.current_key == "teams"
    assert context.selection.envoy == person.id
    assert window.pages["teams"].board._person == person.id


def test_other_records_say_that_they_have_no_page(qtbot, window, history, settle):
    history.records = (record("x", "导入来源", "import_origin"),)
    go(qtbot, window, settle)
    assert window.current_key == "history"
    assert window.pages["history"].details.go_button.toolTip() == "这类记录没有单独的页面"


def test_whom_other_pages_look_at_is_offered(qtbot, page, history, context, workspace, settle):
    assert not page.selected_button.isVisible()
    person = workspace.roster.envoys()[0]
    history.records = (record(person.id, person.name),)
    context.selection.envoy = person.id
    settle(context)
    assert page.selected_button.text() == f"只看选中的 {person.name}"
    qtbot.mouseClick(page.selected_button, LEFT)
    settle(context)
    assert page.record_chip.text() == f"只看 {person.name}"
    assert history.asked[-1][:2] == (Topic.ROSTER, person.id)
    assert not page.selected_button.isVisible()
    qtbot.mouseClick(page.record_chip, LEFT)
    settle(context)
    assert page.selected_button.isVisible()
    context.selection.envoy = None
    assert not page.selected_button.isVisible()


def test_a_demand_looked_at_is_offered_to_a_page_made_later(
    qtbot, context, history, workspace, settle
):
    demand = workspace.demands.demands()[0]
    context.selection.demand = demand.id
    made = HistoryView(context)
    qtbot.addWidget(made)
    made.refresh(None)
    made.show()
    settle(context)
    assert made.selected_button.isVisible()
    assert made.selected_button.toolTip().startswith(f"只看“{demand.content}”的改动")


# After a crash -------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot, context, history, settle):
    made = HistoryView(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


def again(qtbot, context, settle, state):
    made = HistoryView(context)
    qtbot.addWidget(made)
    made.refresh(None)
    made.go_back(state)
    made.show()
    settle(context)
    return made


def test_filters_and_the_change_looked_at_come_back(qtbot, page, context, settle):
    page.search.setText("第")
    page.filters.who.choose("王协调")
    page.filters.period.choose(Period.OWN)
    page.filters.start.setDate(page.filters.start.date().addYears(-30))
    qtbot.waitUntil(lambda: not page.filters._timer.isActive())
    settle(context)
    page.table.choose(lambda entry: entry.change.number == 8)
    settle(context)
    state = page.whereabouts()
    made = again(qtbot, context, settle, state)
    assert made.whereabouts() == state
    assert made.filters.value == page.filters.value
    assert made.table.current_row().change.number == 8
    assert made.details.change.id == "c8"


def test_the_record_asked_for_comes_back(qtbot, page, context, settle):
    page.ask(HistoryQuestion(Topic.ROSTER, "e1", "张三"))
    settle(context)
    made = again(qtbot, context, settle, page.whereabouts())
    assert made.record_chip.text() == "只看 张三"
    qtbot.mouseClick(made.record_chip, LEFT)
    settle(context)
    assert not made.record_chip.isVisible()


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"record": 3, "change": None},
        {"record": {"topic": "x", "id": "e"}, "who": 7, "kind": "z"},
    ],
)
def test_nonsense_is_no_place_to_go_back_to(qtbot, context, history, settle, state):
    made = again(qtbot, context, settle, state)
    assert not made.record_chip.isVisible()
    assert made.table.proxy.rowCount() == (0 if state.get("who") else 20)
