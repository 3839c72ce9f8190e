import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from envoy_app.domain.imports import ImportKind
from envoy_app.domain.shown_numbers import masked_phone
from tests.ui.world import type_chinese
from ui.parts import LinkButton
from ui.roster.filters import WITH_TASK, WITHOUT_TASK
from ui.roster.page import RosterPage
from ui.roster.rows import visits_by_envoy
from ui.search import pinyin_keys


@pytest.fixture
def page(qtbot, context, settle):
    context.plans.reload()
    made = RosterPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


def shown(page):
    return [row.envoy for row in page.table.proxy.shown()]


def test_all_people_are_shown_and_counted(page, workspace):
    people = workspace.roster.envoys()
    everybody = workspace.roster.envoys(include_inactive=True)
    assert [envoy.id for envoy in shown(page)] == [envoy.id for envoy in people]
    assert page.count_label.full_text == f"显示 {len(people)} / {len(everybody)} 人"
    page.state_filter.choose("")
    assert [envoy.id for envoy in shown(page)] == [envoy.id for envoy in everybody]


def test_typing_initials_finds_the_person(qtbot, page):
    wanted = shown(page)[7]
    initials = pinyin_keys(wanted.name)[1]
    qtbot.keyClicks(page.search, initials)
    assert wanted in shown(page)
    assert len(shown(page)) < len(page.table.rows_model.rows)
    assert page.count_label.full_text.startswith(f"显示 {len(shown(page))} / ")
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert len(shown(page)) == sum(row.envoy.active for row in page.table.rows_model.rows)


def test_search_by_organisation_and_specialty(qtbot, page):
    type_chinese(page.search, "畜牧站")
    assert shown(page)
    assert all("畜牧站" in envoy.organisation for envoy in shown(page))
    page.search.setText("植物保护")
    assert shown(page)
    assert all("S19" in {skill.specialty for skill in envoy.skills} for envoy in shown(page))


def test_filters_narrow_together(page):
    page.specialty_filter.choose("S19")
    page.level_filter.choose("3")
    assert shown(page)
    for envoy in shown(page):
        assert envoy.title_rank == 3
        assert "S19" in {skill.specialty for skill in envoy.skills}


def test_task_filter_follows_the_plan(page, plan):
    busy = set(visits_by_envoy(plan))
    page.state_filter.choose("")
    page.task_filter.choose(WITH_TASK)
    assert {envoy.id for envoy in shown(page)} == busy
    page.task_filter.choose(WITHOUT_TASK)
    assert not busy & {envoy.id for envoy in shown(page)}


def test_city_filters_without_choosing_a_county(page, context, workspace):
    page.place_filter.choose("德阳市")
    codes = {c.code for c in workspace.reference.gazetteer().counties if c.city == "德阳市"}
    assert shown(page)
    assert all(codes & {envoy.base_county, envoy.team_county} for envoy in shown(page))
    assert context.selection.county is None


def test_county_filter_is_the_selection_of_the_window(page, context):
    page.place_filter.choose("510683")
    assert context.selection.county == "510683"
    context.selection.county = None
    assert page.place_filter.value == ""


def test_half_days_are_those_of_the_plan(page, plan):
    by_envoy = visits_by_envoy(plan)
    for row in page.table.proxy.shown():
        assert row.slots == sum(visit.slots for visit in by_envoy.get(row.envoy.id, ()))


def test_visits_are_in_order_of_time(plan):
    for visits in visits_by_envoy(plan).values():
        starts = [visit.start for visit in visits]
        assert starts == sorted(starts)


def test_phones_are_masked_in_the_table_and_whole_in_the_details(qtbot, page):
    assert masked_phone("13812345678") == "138****5678"
    index = page.table.proxy.index(0, page.table.rows_model.column_index("phone"))
    assert "****" in index.data()
    where = page.table.visualRect(page.table.proxy.index(0, 0)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    texts = [part.text() for part in page.details.findChildren(QLabel)]
    assert shown(page)[0].phone in texts
    assert shown(page)[0].name in texts


def test_a_visit_in_the_details_opens_the_board(qtbot, page, context, plan):
    busy = next(iter(visits_by_envoy(plan)))
    page.table.choose(lambda row: row.envoy.id == busy)
    link = page.details.findChildren(LinkButton)[0]
    qtbot.waitUntil(link.isVisible)
    with qtbot.waitSignal(context.navigate_requested) as asked:
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert asked.args == ["plan"]
    assert context.selection.visit == visits_by_envoy(plan)[busy][0].id


def test_an_envoy_chosen_elsewhere_is_shown_even_if_filtered_out(page, context):
    wanted = shown(page)[3]
    page.search.setText("zzzz")
    assert shown(page) == []
    context.selection.envoy = wanted.id
    assert page.table.current_row().envoy.id == wanted.id
    assert page.search.text() == ""


def test_copy_takes_what_is_shown(qtbot, page):
    page.search.setText(shown(page)[0].name)
    page.table.clearSelection()
    page.table.copy_action.trigger()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("姓名\t派出单位")
    assert len(lines) == 1 + len(shown(page))


def test_import_button_asks_for_a_roster(qtbot, page, context):
    with qtbot.waitSignal(context.import_requested) as asked:
        page._import()
    assert asked.args == [ImportKind.ROSTER]


def test_empty_roster_says_what_to_do(qtbot, empty_context, settle):
    page = RosterPage(empty_context)
    qtbot.addWidget(page)
    page.refresh(None)
    settle(empty_context)
    assert page._stack.currentIndex() == 1


def test_sorting_by_name_is_by_pinyin(page):
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    keys = [row.key.split("\n")[1] for row in page.table.proxy.shown()]
    assert keys == sorted(keys)


def test_details_can_be_hidden(qtbot, page, context):
    qtbot.mouseClick(page.splitter.toggle_button, Qt.MouseButton.LeftButton)
    assert not page.details.isVisible()
    assert context.preferences.flag("roster/details_hidden")
    qtbot.mouseClick(page.splitter.toggle_button, Qt.MouseButton.LeftButton)
    assert page.details.isVisible()
