"""Views, chips and what stays when a few envoys change."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.people import Envoy
from tests.ui.world import make_context
from ui.chips import Chip, ChipBar
from ui.preferences import Preferences
from ui.roster.filters import (
    NO_ID,
    NO_PHONE,
    RESERVE,
    TERM_ENDS,
    WITHOUT_TASK,
    built_in_views,
    meets,
)
from ui.roster.page import RosterPage
from ui.table_views import SavedViews, TableState


@pytest.fixture
def page(qtbot, context, settle):
    context.plans.reload()
    made = RosterPage(context)
    context.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(1220, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


def view(name):
    return next(item for item in built_in_views() if item.name == name)


def shown(page):
    return [row.envoy for row in page.table.proxy.shown()]


def test_built_in_views_set_filters_and_sorting(page):
    page.apply_view(view("本期无任务"))
    assert page.task_filter.value == WITHOUT_TASK
    assert shown(page)
    assert all(row.slots == 0 for row in page.table.proxy.shown())
    assert page.table.sorting == ("team", False)
    assert page.view_button.text() == "视图：本期无任务 ▾"
    page.apply_view(view("机动库"))
    assert page.task_filter.value == ""
    assert shown(page)
    assert all(envoy.team_county is None for envoy in shown(page))
    page.apply_view(view("任期将满"))
    assert "term" in page.table.shown_columns
    page.apply_view(view("全部"))
    assert page.table.sorting == ("", False)
    assert all(envoy.active for envoy in shown(page))


def test_a_change_shows_that_the_view_is_left(page):
    page.apply_view(view("机动库"))
    page.level_filter.choose("3")
    assert page.view_button.text() == "视图：机动库（已改） ▾"
    page.level_filter.choose("")
    assert page.view_button.text() == "视图：机动库 ▾"


def test_a_view_of_ones_own_is_kept_for_the_next_session(
    qtbot, page, context, workspace, tmp_path, settle
):
    page.specialty_filter.choose("S19")
    page.search.setText("示例")
    page.table.show_columns(("name", "phone", "specialties"))
    page.table.sort_by("name", descending=True)
    page.save_view("植保")
    wanted = shown(page)
    page.apply_view(view("全部"))
    context.preferences.sync()
    other = RosterPage(make_context(workspace, tmp_path))
    qtbot.addWidget(other)
    other.context.plans.reload()
    other.refresh(None)
    settle(other.context)
    (own,) = [item for item in other._views.all() if item.own]
    other.apply_view(own)
    assert [envoy.id for envoy in shown(other)] == [envoy.id for envoy in wanted]
    assert other.table.shown_columns == ("name", "phone", "specialties")
    assert other.table.sorting == ("name", True)
    other._forget_view("植保")
    assert other._views.all() == ()
    assert other.context.jobs.close()


def test_the_menu_saves_under_a_name(qtbot, page):
    menu = page.view_button.view_menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:6] == ["全部", "本期无任务", "任期将满", "缺电话", "机动库", "已停用"]
    page.view_button.save_requested.emit("我的")
    assert [item.name for item in page._views.all()] == ["我的"]
    menu = page.view_button.view_menu()
    assert "删除视图" in [action.text() for action in menu.actions()]


def test_views_that_cannot_be_read_are_left_out(tmp_path):
    preferences = Preferences(tmp_path)
    views = SavedViews(preferences, "roster")
    preferences.set_text("views/roster", "no json")
    assert views.all() == ()
    preferences.set_text("views/roster", '[{"name": "x"}]')
    assert views.all() == ()
    views.save("好", TableState({"task": "with"}, "王，张"))
    assert views.all()[0].state == TableState({"task": "with"}, "王，张")


def test_chips_show_and_take_away_what_is_set(qtbot, page):
    assert page.chips.chips == ()
    page.specialty_filter.choose("S19")
    page.state_filter.choose("")
    page.search.setText("王")
    assert [chip.key for chip in page.chips.chips] == ["specialty", "state", "query"]
    qtbot.mouseClick(page.chips.buttons[2], Qt.MouseButton.LeftButton)
    assert page.search.text() == ""
    qtbot.mouseClick(page.chips.buttons[1], Qt.MouseButton.LeftButton)
    assert page.state_filter.value == "active"
    qtbot.mouseClick(page.chips.clear_button, Qt.MouseButton.LeftButton)
    assert page.chips.chips == ()
    assert page.specialty_filter.value == ""


def test_chips_without_room_are_counted(qtbot):
    bar = ChipBar()
    qtbot.addWidget(bar)
    bar.set_chips([Chip(str(n), f"筛选条件之 {n}") for n in range(8)])
    bar.resize(420, 30)
    bar.show()
    visible = [made for made in bar.buttons if made.isVisible()]
    assert 0 < len(visible) < 8
    assert bar._more.text() == f"还有 {8 - len(visible)} 个"
    assert bar._more.toolTip().split("\n")[-1] == "筛选条件之 7"


@pytest.mark.parametrize(
    ("envoy", "condition", "met"),
    [
        (Envoy("a", "某", term_end="2026"), TERM_ENDS, True),
        (Envoy("a", "某", term_end="2026-12"), TERM_ENDS, True),
        (Envoy("a", "某", term_end="2027-02-21"), TERM_ENDS, True),
        (Envoy("a", "某", term_end="2027-02-22"), TERM_ENDS, False),
        (Envoy("a", "某", term_end="2020"), TERM_ENDS, True),
        (Envoy("a", "某"), TERM_ENDS, False),
        (Envoy("a", "某"), NO_PHONE, True),
        (Envoy("a", "某", phones=("1",)), NO_PHONE, False),
        (Envoy("a", "某", id_number="1"), NO_ID, False),
        (Envoy("a", "某", team_county="510183"), RESERVE, False),
        (Envoy("a", "某"), "", True),
    ],
)
def test_conditions(envoy, condition, met):
    assert meets(envoy, condition, date(2026, 11, 23)) is met


def test_a_change_elsewhere_touches_its_rows_only(page, context, workspace, settle):
    page.table.selectRow(20)
    page.table.verticalScrollBar().setValue(200)
    before = page.table.verticalScrollBar().value()
    rows = page.table.rows_model.rows
    resets = []
    page.table.rows_model.modelReset.connect(lambda: resets.append(1))
    other = shown(page)[3]
    context.publish(workspace.roster.save(replace(other, organisation="新的单位")))
    settle(context)
    after = page.table.rows_model.rows
    assert [new for old, new in zip(rows, after, strict=True) if old is not new] == [
        next(row for row in after if row.envoy.id == other.id)
    ]
    assert next(row for row in after if row.envoy.id == other.id).envoy.organisation == "新的单位"
    assert resets == []
    assert page.table.currentIndex().row() == 20
    assert page.table.verticalScrollBar().value() == before


def test_two_changes_in_a_row_are_both_shown(page, context, workspace, settle):
    one, other = shown(page)[3], shown(page)[9]
    context.publish(workspace.roster.save(replace(one, post="甲")))
    context.publish(workspace.roster.save(replace(other, post="乙")))
    settle(context)
    posts = {row.envoy.id: row.envoy.post for row in page.table.rows_model.rows}
    assert (posts[one.id], posts[other.id]) == ("甲", "乙")


def test_another_plan_keeps_selection_and_changes_the_loads(page, context, plan, settle):
    page.table.selectRow(20)
    person = page.table.current_row().envoy
    resets = []
    page.table.rows_model.modelReset.connect(lambda: resets.append(1))
    context.plans.put(replace(plan, visits=()))
    assert page.table.current_row().envoy == person
    assert resets == []
    assert all(row.slots == 0 for row in page.table.proxy.shown())


def test_who_is_filtered_out_after_reading_again_takes_no_filter_away(
    page, context, workspace, settle
):
    page.table.selectRow(3)
    person = page.table.current_row().envoy
    page.level_filter.choose(str(person.title_rank))
    workspace.roster.set_active([person.id], False)
    page.refresh(None)
    settle(context)
    assert page.level_filter.value == str(person.title_rank)
    assert person.id not in {row.envoy.id for row in page.table.proxy.shown()}


def test_an_older_reading_that_comes_late_is_not_believed(page, context, workspace, settle):
    person = shown(page)[3]
    old = next(row for row in page.table.rows_model.rows if row.envoy.id == person.id)
    context.publish(workspace.roster.save(replace(person, post="新职务")))
    settle(context)
    page._patch([old], [person.id])
    row = next(row for row in page.table.rows_model.rows if row.envoy.id == person.id)
    assert row.envoy.post == "新职务"


def test_a_change_while_all_are_being_read_is_not_missed(page, context, workspace, settle):
    person = shown(page)[3]
    page.refresh(None)
    context.publish(workspace.roster.save(replace(person, post="新职务")))
    settle(context)
    row = next(row for row in page.table.rows_model.rows if row.envoy.id == person.id)
    assert row.envoy.post == "新职务"
    assert not page._reading_all
