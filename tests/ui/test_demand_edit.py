"""Demands typed in and corrected on their page, with mouse and keys."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from envoy_app.domain.demands import DemandState
from tests.factories import make_demand
from tests.ui.world import type_chinese
from ui.demands.page import DemandsPage
from ui.parts import LinkButton

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tea(workspace):
    """A demand that waits, days ahead of whatever today is."""
    start = datetime.now().astimezone().date() + timedelta(days=30)
    made = make_demand(
        county="510183",
        site="红光合作社",
        content="茶园封园",
        state=DemandState.PENDING,
        window_start=start,
        window_end=start + timedelta(days=4),
    )
    workspace.demands.add([made])
    return made


@pytest.fixture
def page(qtbot, context, settle, tea):
    made = DemandsPage(context)
    qtbot.addWidget(made)
    made.resize(1220, 700)
    made.refresh(None)
    with qtbot.waitActive(made):
        made.show()
    made.table.setFocus()
    settle(context)
    context.changed.connect(made.refresh)
    made.table.choose(lambda row: row.demand.id == tea.id)
    return made


def stored(page, key):
    (found,) = page.context.workspace.demands.some([key])
    return found


def newest(page):
    return page.context.workspace.history.undoable(1)[0].description


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))
    assert combo.currentData() == value


def retype(line, text):
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def save(qtbot, page, settle):
    qtbot.keyClick(page.panel.form.fields.texts["contact"], Qt.Key.Key_S, CONTROL)
    settle(page.context)


def test_f2_corrects_and_ctrl_s_saves_one_named_change(qtbot, page, settle, tea):
    resets = []
    page.table.rows_model.modelReset.connect(lambda: resets.append(1))
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    assert form.isVisible()
    assert form.save_button.toolTip() == "还没有改动"
    retype(form.fields.texts["phone"], "13900000007")
    qtbot.keyClick(form.fields.headcount, Qt.Key.Key_Up)
    save(qtbot, page, settle)
    assert not page.panel.editing
    after = stored(page, tea.id)
    assert (after.phone, after.headcount) == ("13900000007", 2)
    assert newest(page) == "修改服务需求“茶园封园”：人数、联系电话"
    assert page.table.current_row().demand == after
    assert page.table.hasFocus()
    assert resets == []
    page.context.publish(page.context.workspace.history.undo())
    settle(page.context)
    assert page.table.current_row().demand == tea


def test_insert_adds_a_demand_and_the_cursor_goes_there(qtbot, page, settle):
    page.state_filter.choose(DemandState.ACCEPTED.value)  # the new one would be hidden
    qtbot.keyClick(page.table, Qt.Key.Key_Insert)
    form = page.panel.form
    choose(form.fields.county, "510182")
    choose(form.fields.specialties.lines[0].specialty, "S08")
    type_chinese(form.fields.content, "秧田管理")
    retype(form.fields.texts["window_start"], "12-3")
    save(qtbot, page, settle)
    new = page.table.current_row().demand
    assert (new.county, new.specialties, new.content) == ("510182", ("S08",), "秧田管理")
    assert (new.state, new.urgency, new.sample) == (DemandState.PENDING, "一般", False)
    assert newest(page) == "新增服务需求“秧田管理”"
    assert stored(page, new.id) == new
    page.context.publish(page.context.workspace.history.undo())
    settle(page.context)
    assert all(row.demand.id != new.id for row in page.table.proxy.shown())


def test_the_county_shown_is_filled_in(qtbot, page):
    page.place_filter.choose("510183")
    qtbot.mouseClick(page.panel.add_button, LEFT)
    assert page.panel.form.fields.county.value == "510183"


def test_wrong_fields_say_why_and_nothing_is_saved(qtbot, page, settle, tea):
    qtbot.mouseClick(page.panel.edit_button, LEFT)
    form = page.panel.form
    retype(form.fields.texts["window_end"], "2020-01-01")
    retype(form.fields.texts["phone"], "1380")
    assert "早于最早日期" in form.errors["window_end"].text()
    assert "电话位数" in form.errors["phone"].text()
    assert form.errors["phone"].property("danger") is True
    assert form.save_button.toolTip().startswith("先改好标红的地方")
    qtbot.mouseClick(form.fields.specialties.lines[0].remove, LEFT)
    assert "至少选一个专业" in form.errors["specialties"].text()
    save(qtbot, page, settle)
    assert page.panel.editing
    assert stored(page, tea.id) == tea


def test_days_gone_by_are_a_warning_that_can_be_saved(qtbot, page, settle, tea):
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    retype(form.fields.texts["window_start"], "2020-01-01")
    retype(form.fields.texts["window_end"], "2020-01-08")
    assert "已经过去" in form.errors["window_end"].text()
    assert form.errors["window_end"].property("warning") is True
    save(qtbot, page, settle)
    assert stored(page, tea.id).window_end == date(2020, 1, 8)


def test_escape_asks_once_before_it_throws_away(qtbot, page, tea):
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    retype(form.fields.texts["contact"], "Li")
    qtbot.keyClick(form.fields.texts["contact"], Qt.Key.Key_Escape)
    assert page.panel.editing
    assert "再按一次 Esc" in form.note.text()
    qtbot.keyClick(form.fields.texts["contact"], Qt.Key.Key_Escape)
    assert not page.panel.editing
    assert stored(page, tea.id) == tea


def test_an_unsaved_form_stays_and_an_untouched_one_gives_way(qtbot, page, tea):
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    page.table.selectRow(2)
    assert not page.panel.editing
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    retype(page.panel.form.fields.texts["contact"], "Li")
    page.table.selectRow(3)
    assert page.panel.editing
    assert "还没有保存" in page.panel.form.note.text()


def test_a_likely_duplicate_is_told_while_typing_and_can_be_looked_at(qtbot, page, tea):
    page.table.selectRow(2)
    qtbot.keyClick(page.table, Qt.Key.Key_Insert)
    form = page.panel.form
    choose(form.fields.county, "510183")
    choose(form.fields.specialties.lines[0].specialty, "S08")
    type_chinese(form.fields.texts["site"], "红光合作社")
    assert not form.twins_box.isVisible()
    type_chinese(form.fields.content, "茶园冬季封园")
    assert form.twins_box.isVisible()
    (link,) = form.twins_box.findChildren(LinkButton)
    qtbot.mouseClick(link, LEFT)
    assert page.table.current_row().demand.id == tea.id
    assert page.panel.looking
    assert not form.isVisible()
    qtbot.mouseClick(page.panel.back_button, LEFT)
    assert form.isVisible()
    assert form.fields.draft().content == "茶园冬季封园"


def test_a_copy_starts_as_a_new_demand_that_waits(qtbot, page, settle, tea):
    names = [action.text() for action in page.table.actions()]
    assert "复制为新需求" in names
    page.actions_of.copy_action.trigger()
    form = page.panel.form
    assert form.twins_box.isVisible()
    retype(form.fields.texts["site"], "Hongqi")
    save(qtbot, page, settle)
    new = page.table.current_row().demand
    assert new.id != tea.id
    assert replace(new, id=tea.id, site=tea.site) == tea


def test_what_a_plan_has_settled_is_locked_and_says_why(qtbot, page, settle, workspace, tea):
    workspace.demands.set_state([tea.id], DemandState.ACCEPTED)
    sent = replace(make_demand(content="已定的"), state=DemandState.ASSIGNED)
    page.context.publish(workspace.demands.add([sent]))
    settle(page.context)
    page.look_at(sent.id)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    assert "已派员" in form.settled_label.text()
    assert form.settled_label.isVisible()
    for field in ("county", "window_start", "headcount", "slots"):
        assert not form.fields.control(field).isEnabled()
        assert "改方案" in form.fields.control(field).toolTip()
    assert form.fields.texts["contact"].hasFocus()
    assert not form.fields.texts["contact"].visibleRegion().isEmpty()
    retype(form.fields.texts["contact"], "Li")
    save(qtbot, page, settle)
    assert stored(page, sent.id).contact == "Li"


def test_a_conflict_is_told_and_both_edits_can_stand(qtbot, page, settle, workspace, tea):
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    retype(form.fields.texts["contact"], "Li")
    workspace.demands.set_state([tea.id], DemandState.ACCEPTED)
    save(qtbot, page, settle)
    assert "状态由“待审核”改为“已受理”" in form.note.text()
    qtbot.mouseClick(form.keep_button, LEFT)
    settle(page.context)
    after = stored(page, tea.id)
    assert (after.contact, after.state) == ("Li", DemandState.ACCEPTED)
    assert not page.panel.editing


def test_the_first_demand_is_typed_where_there_is_none(qtbot, empty_context, settle):
    page = DemandsPage(empty_context)
    qtbot.addWidget(page)
    page.refresh(None)
    page.show()
    settle(empty_context)
    qtbot.mouseClick(page.first_button, LEFT)
    form = page.panel.form
    assert form.isVisible()
    form.give_up()
    assert page.first_button.isVisible()
    qtbot.mouseClick(page.first_button, LEFT)
    choose(form.fields.county, "510182")
    choose(form.fields.specialties.lines[0].specialty, "S08")
    type_chinese(form.fields.content, "秧田管理")
    empty_context.changed.connect(page.refresh)
    qtbot.mouseClick(form.save_button, LEFT)
    settle(empty_context)
    assert page.table.current_row().demand.content == "秧田管理"
