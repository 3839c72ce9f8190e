"""Tasks and the county in short on the overview, with a real draft."""

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.demands import DemandState
from envoy_app.domain.todo import Task, TaskKind
from tests.factories import make_demand, make_envoy
from tests.ui.edit_world import A, B
from ui.main_window import MainWindow
from ui.overview.jumps import go_to, jump_of
from ui.overview.page import COUNTY, GAPS, TODO
from ui.overview.task_list import Source, TaskList
from ui.parts import LinkButton

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def window(qtbot, context, settle):
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    settle(context)
    look_again(qtbot, made, settle)
    return made


@pytest.fixture
def page(window):
    return window.pages["overview"]


def look_again(qtbot, window, settle):
    """Do not wait for the window to be at rest."""
    page = window.pages["overview"]
    page._checks_timer.stop()
    page._read_team_tasks()
    settle(window.context)
    qtbot.waitUntil(lambda: not window.context.conflicts.busy)


def rows(page):
    return {row.task.kind: row for row in page.tasks.rows}


def press(qtbot, page, kind):
    qtbot.mouseClick(rows(page)[kind].go_button, LEFT)


def test_tasks_are_listed_with_their_number(page):
    assert set(rows(page)) == {TaskKind.UNSCHEDULED, TaskKind.PUBLISH}
    assert page.tabs.tabText(TODO) == "待办 2"
    row = rows(page)[TaskKind.PUBLISH]
    assert row.go_button.accessibleName() == f"去做：{row.task.text}"
    assert not page.tasks.empty.isVisible()


def test_a_press_leads_to_the_visit_on_the_board(qtbot, page, window, context, settle):
    visit = rows(page)[TaskKind.UNSCHEDULED].task.visit
    press(qtbot, page, TaskKind.UNSCHEDULED)
    settle(context)
    assert window.current_key == "plan"
    assert context.selection.visit == visit
    assert window.pages["plan"].tray.left_out.current_row().visit.id == visit


def test_tasks_tick_themselves_off(qtbot, page, window, context, workspace, settle):
    demand = make_demand(state=DemandState.PENDING)
    context.publish(workspace.demands.add([demand]))
    settle(context)
    kept = rows(page)[TaskKind.PUBLISH]
    assert rows(page)[TaskKind.PENDING].task.text == "1 条服务需求等待审核。"
    context.publish(workspace.demands.set_state([demand.id], DemandState.ACCEPTED))
    settle(context)
    assert TaskKind.PENDING not in rows(page)
    assert rows(page)[TaskKind.PUBLISH] is kept


def test_the_inbox_opens_with_what_waits(qtbot, page, window, context, workspace, settle):
    context.publish(
        workspace.demands.add([make_demand(state=DemandState.PENDING), make_demand(county=B)])
    )
    settle(context)
    context.selection.county = B
    press(qtbot, page, TaskKind.PENDING)
    settle(context)
    home = window.pages["demands"]
    assert window.current_key == "demands"
    assert home.part.state_filter.value == "待审核"
    assert context.selection.county is None
    assert [row.demand.state for row in home.part.table.proxy.shown()] == [DemandState.PENDING]


def test_who_is_idle_opens_the_roster_filtered(qtbot, page, window, context, workspace, settle):
    context.publish(workspace.roster.add([make_envoy(name="闲人")]))
    settle(context)
    press(qtbot, page, TaskKind.IDLE)
    settle(context)
    roster = window.pages["roster"]
    assert window.current_key == "roster"
    assert [row.envoy.name for row in roster.table.proxy.shown()] == ["闲人"]
    assert [chip.text for chip in roster.chips.chips] == ["无任务"]
    assert "本期无任务" in roster.view_button.text()


def test_a_publication_is_told_to_the_end_and_can_be_taken_back(
    qtbot, page, window, context, workspace, settle, tmp_path, monkeypatch
):
    context.publish(workspace.planning.publish(context.plans.plan.info.id))
    settle(context)
    assert {TaskKind.TELL, TaskKind.PRINT} <= set(rows(page))
    monkeypatch.setattr(page, "choose_file", lambda name: str(tmp_path / name))
    press(qtbot, page, TaskKind.TELL)
    settle(context)
    assert (tmp_path / "通知名单.xlsx").exists()
    qtbot.mouseClick(rows(page)[TaskKind.TELL].told_button, LEFT)
    settle(context)
    assert TaskKind.TELL not in rows(page)
    context.undo.turn()
    settle(context)
    assert TaskKind.TELL in rows(page)


def test_giving_up_the_file_of_names_writes_nothing(
    qtbot, page, context, workspace, settle, tmp_path, monkeypatch
):
    context.publish(workspace.planning.publish(context.plans.plan.info.id))
    settle(context)
    monkeypatch.setattr(page, "choose_file", lambda name: "")
    press(qtbot, page, TaskKind.TELL)
    settle(context)
    assert not list(tmp_path.glob("*.xlsx"))


def test_broken_rules_come_first_and_are_urgent(qtbot, page, window, context, workspace, settle):
    from dataclasses import replace

    context.publish(workspace.roster.save(replace(workspace.roster.envoy("e"), active=False)))
    settle(context)
    look_again(qtbot, window, settle)
    first = page.tasks.rows[0]
    assert first.task.kind is TaskKind.BROKEN
    assert first._mark.accessibleName() == "紧急"
    press(qtbot, page, TaskKind.BROKEN)
    settle(context)
    assert window.current_key == "plan"
    assert context.selection.visit == first.task.visit


def test_nothing_to_do_is_told_only_once_everything_was_looked_at(qtbot):
    tasks = TaskList()
    qtbot.addWidget(tasks)
    tasks.show()
    assert tasks.empty.text() == "正在看有哪些事要做…"
    tasks.show_tasks(Source.RECORDS, ())
    assert tasks.empty.text() == "正在看有哪些事要做…"
    tasks.show_tasks(Source.TEAMS, ())
    assert tasks.empty.text() == "正在看有哪些事要做…"
    tasks.show_tasks(Source.RULES, ())
    assert tasks.empty.text().startswith("没有待办")
    tasks.show_tasks(Source.RECORDS, (Task(TaskKind.PENDING, 1, "一条"),))
    assert not tasks.empty.isVisible()
    tasks.show_tasks(Source.RECORDS, ())
    assert tasks.empty.isVisible()


def test_every_kind_of_task_leads_somewhere(qtbot, context):
    here = {TaskKind.UNCOVERED, TaskKind.TELL}  # done on the overview itself
    for kind in set(TaskKind) - here:
        gone = []
        context.part_requested.connect(lambda key, part, gone=gone: gone.append(key))
        context.navigate_requested.connect(gone.append)
        go_to(context, Task(kind, 1, "", "p1", A, "v"))
        assert gone, kind
    assert all(jump_of(kind).text for kind in TaskKind)


def test_the_gaps_are_a_task_that_opens_the_list(qtbot, page):
    page.take_task(Task(TaskKind.UNCOVERED, 1, ""))
    assert page.tabs.currentIndex() == GAPS


# A county ------------------------------------------------------------------------------------


def links(page):
    found = page.county.findChildren(LinkButton)
    return {link.accessibleName(): link for link in found if link.isVisible()}


@pytest.fixture
def county(qtbot, page, context, workspace, settle):
    head = make_envoy(name="李头", team_county=A, base_county=A, team_role="团长", title_rank=3)
    context.publish(workspace.roster.add([head]))
    context.publish(workspace.demands.add([make_demand(county=A, content="修枝")]))
    qtbot.mouseClick(page.map, LEFT, pos=page.map.point_of(A))
    settle(context)
    return head


def test_a_click_on_the_map_shows_the_county_beside_it(page, county, context):
    assert page.tabs.currentIndex() == COUNTY
    assert page.tabs.tabText(COUNTY) == "锦江"
    texts = list(links(page))
    assert any("周二上午" in text and "人e" in text for text in texts)
    assert any(text.startswith("没排上：") for text in texts)
    assert "团长：李头" in texts
    assert "已受理 · 修枝" in texts
    context.selection.county = None
    assert page.tabs.currentIndex() == TODO


def go(qtbot, page, start):
    link = next(item for text, item in links(page).items() if text.startswith(start))
    qtbot.mouseClick(link, LEFT)


@pytest.mark.parametrize(
    ("start", "target"),
    [
        ("12-01 周二上午", "plan"),
        ("在排班里看全部", "plan"),
        ("打印本县日程", "print"),
        ("没排上：", "plan"),
        ("看本县的覆盖标准", "demands"),
        ("团长：李头", "roster"),
        ("看县团的 1 人", "teams"),
        ("已受理 · 修枝", "demands"),
        ("看本县全部需求", "demands"),
    ],
)
def test_each_part_of_a_county_leads_to_its_page_with_the_county(
    qtbot, page, county, window, context, settle, start, target
):
    go(qtbot, page, start)
    settle(context)
    assert window.current_key == target
    assert context.selection.county == A
    assert window.top_bar.county_chip.isVisible()
    qtbot.mouseClick(window.top_bar.county_chip, LEFT)
    assert context.selection.county is None


def test_a_visit_of_a_county_is_shown_on_the_board(qtbot, page, county, window, context, settle):
    go(qtbot, page, "12-01 周二上午")
    settle(context)
    assert context.selection.visit == "u"
    assert window.pages["plan"].board.chip.visit.id == "u"


def test_a_person_and_a_demand_are_shown_on_their_pages(
    qtbot, page, county, window, context, settle
):
    go(qtbot, page, "团长：李头")
    settle(context)
    assert window.pages["roster"].table.current_row().envoy.id == county.id
    window.show_page("overview")
    go(qtbot, page, "已受理 · 修枝")
    settle(context)
    assert window.pages["demands"].part.table.current_row().demand.content == "修枝"


def test_the_standard_opens_at_the_county(qtbot, page, county, window, context, settle):
    go(qtbot, page, "看本县的覆盖标准")
    settle(context)
    home = window.pages["demands"]
    assert home.tabs.currentIndex() == 1
    assert home.part.grid.chosen_counties() == (A,)


def test_the_menu_of_a_county_leads_everywhere(qtbot, page, window, context, settle):
    for words, target in (
        ("查看排班", "plan"),
        ("打印本县日程", "print"),
        ("县团", "teams"),
        ("本县的特派员", "roster"),
        ("服务需求", "demands"),
        ("覆盖标准", "demands"),
    ):
        menu = page.county_menu(B)
        next(action for action in menu.actions() if action.text() == words).trigger()
        settle(context)
        assert window.current_key == target
        assert context.selection.county == B


def test_the_menu_says_why_there_is_no_board(qtbot, empty_context, settle):
    from ui.overview.page import OverviewPage

    page = OverviewPage(empty_context)
    qtbot.addWidget(page)
    board = page.county_menu(A).actions()[0]
    assert not board.isEnabled()
    assert board.toolTip() == "还没有排班方案"


def test_without_a_plan_the_tasks_come_to_an_end_too(qtbot, tmp_path, settle):
    from envoy_app.services.workspace import open_workspace
    from tests.ui.world import make_context

    empty = open_workspace(tmp_path / "empty.db", actor="测试")
    context = make_context(empty, tmp_path)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    settle(context)
    look_again(qtbot, window, settle)
    assert window.pages["overview"].tasks.empty.text().startswith("没有待办")
    window.close()
    empty.close()
