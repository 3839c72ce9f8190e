import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.imports import ImportKind
from envoy_app.services.overview import ChecklistItem
from ui.overview.figures import next_step
from ui.overview.page import OverviewPage


@pytest.fixture
def page(qtbot, context, settle):
    context.plans.reload()
    made = OverviewPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


@pytest.fixture
def empty_page(qtbot, empty_context, settle):
    empty_context.plans.reload()
    made = OverviewPage(empty_context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(empty_context)
    return made


def figures(page):
    return {card.name_label.text(): card.figure_label.text() for card in page.figures.cards}


def test_figures(page, plan, workspace):
    unscheduled = sum(not visit.held for visit in plan.visits)
    assert figures(page) == {
        "覆盖": f"{plan.covered_counties}/35 县",
        "未排": f"{unscheduled} 项",
        "人均": "1.2 天",
        "行车": "1,950 小时",
        "特派员": str(len(workspace.roster.envoys())),
        "需求": str(len(workspace.demands.demands())),
    }


def test_without_a_plan_nothing_is_made_up(empty_page):
    assert figures(empty_page)["覆盖"] == "—"
    assert "还没有排班方案" in empty_page.gaps_note.text()
    assert not empty_page.gaps.isVisible()
    assert not empty_page.board_button.isEnabled()


def test_gaps_are_those_of_the_plan_worst_first(page, plan):
    wanted = {
        item.county
        for item in plan.coverage
        if item.state in (CoverageState.PARTIAL, CoverageState.UNCOVERED)
    }
    shown = page.gaps.proxy.shown()
    assert {item.county for item in shown} == wanted
    ranks = [item.state is CoverageState.PARTIAL for item in shown]
    assert ranks == sorted(ranks)


def test_a_click_on_a_gap_selects_the_county_on_the_map(qtbot, page, context):
    first = page.gaps.proxy.index(0, 0)
    row = page.gaps.proxy.row_at(first)
    where = page.gaps.visualRect(first).center()
    qtbot.mouseClick(page.gaps.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert context.selection.county == row.county
    assert page.map.selected == row.county
    assert "缺" in page.county_note.full_text


def test_a_click_on_the_map_selects_and_the_button_opens_the_board(qtbot, page, context):
    qtbot.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.point_of("511423"))
    assert context.selection.county == "511423"
    assert page.county_label.text() == "洪雅县"
    with qtbot.waitSignal(context.navigate_requested) as asked:
        qtbot.mouseClick(page.board_button, Qt.MouseButton.LeftButton)
    assert asked.args == ["plan"]


def test_a_double_click_opens_the_board_filtered(qtbot, page, context):
    with qtbot.waitSignal(context.navigate_requested) as asked:
        qtbot.mouseDClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.point_of("510183"))
    assert asked.args == ["plan"]
    assert context.selection.county == "510183"


def test_the_county_chosen_elsewhere_is_shown(page, context):
    context.selection.county = "510183"
    assert page.map.selected == "510183"
    assert page.county_label.text() == "邛崃市"
    context.selection.county = None
    assert page.map.selected is None


def test_the_tip_tells_figures_and_reasons(page, plan):
    short = next(item for item in plan.coverage if item.reasons)
    tip = page._tip(short.county)
    assert f"已排 {short.visits_held}/{short.visits_wanted} 次" in tip
    assert short.reasons[0] in tip


def item(key, done):
    return ChecklistItem(key, key, done, "")


def test_next_step_is_after_the_last_one_done():
    steps = [item("a", True), item("b", False), item("c", True), item("d", False)]
    assert next_step(steps) == "d"
    assert next_step([item("a", False), item("b", False)]) == "a"
    assert next_step([item("a", False), item("b", True)]) == "a"
    assert next_step([item("a", True)]) is None


def go_buttons(page):
    return [
        button
        for button in page.checklist.findChildren(QPushButton)
        if button.isVisible() and button.text() == "去做"
    ]


def test_the_empty_checklist_leads_to_the_import(qtbot, empty_page, empty_context):
    (go,) = go_buttons(empty_page)
    with qtbot.waitSignal(empty_context.import_requested) as asked:
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert asked.args == [ImportKind.ROSTER]


def test_the_checklist_with_a_plan_leads_to_publishing(qtbot, page, context):
    (go,) = go_buttons(page)
    assert go.accessibleName() == "下一步：发布"
    with qtbot.waitSignal(context.navigate_requested) as asked:
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert asked.args == ["plan"]


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("demands", "demands"),
        ("plan", "plan"),
        ("publish", "plan"),
        ("print", "print"),
        ("teams", "teams"),
    ],
)
def test_steps_lead_to_their_pages(qtbot, page, context, key, target):
    with qtbot.waitSignal(context.navigate_requested) as asked:
        page.take_step(key)
    assert asked.args == [target]
