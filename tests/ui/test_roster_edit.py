"""Editing, leave, load and bulk edits from the page 特派员, with mouse and keys."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QScrollArea

from envoy_app.domain.people import Absence, Sharing
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.roster_bulk import BulkField
from ui.roster.id_row import IdRow
from ui.roster.leave_grid import LeaveFacts, LeaveGrid, Visit
from ui.roster.page import RosterPage
from ui.roster.panel import LEAVE_TAB, LOAD_TAB
from ui.roster.rows import visits_by_envoy

GOOD_ID = "51010019800305121X"


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
    made.table.selectRow(2)
    made.table.setFocus()
    return made


def chosen(page):
    return page.table.current_row().envoy


def stored(workspace, envoy):
    return workspace.roster.envoy(envoy.id)


def pick(page, *rows):
    page.table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        page.table.selectionModel().select(
            page.table.proxy.index(row, 0), flags.Select | flags.Rows
        )


# The form ---------------------------------------------------------------------------------


def test_f2_edits_and_ctrl_s_saves_as_one_described_change(qtbot, page, context, workspace, settle):
    before = chosen(page)
    resets = []
    page.table.rows_model.modelReset.connect(lambda: resets.append(1))
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    form = page.panel.form
    assert page.panel.editing
    assert not form.save_button.isEnabled()
    assert form.save_button.toolTip() == "还没有改动"
    form.texts["post"].setText("站长")
    form.texts["phones"].setText("13800000009")
    qtbot.keyClick(form.texts["post"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    assert not page.panel.editing
    after = stored(workspace, before)
    assert (after.post, after.phones) == ("站长", ("13800000009",))
    newest = workspace.history.undoable(1)[0]
    assert newest.description == f"修改特派员“{before.name}”：联系电话、职务"
    assert resets == []
    assert chosen(page) == after
    assert [row.envoy for row in page.table.rows_model.rows if row.envoy.id == after.id] == [after]
    assert page.table.hasFocus()


def test_every_wrong_field_says_why_and_nothing_is_saved(qtbot, page, context, workspace, settle):
    before = chosen(page)
    page.actions_of.edit()
    form = page.panel.form
    form.texts["name"].clear()
    form.texts["phones"].setText("1380")
    form.texts["id_number"].setText("510100198003051214")
    assert "请填写姓名" in form.errors["name"].text()
    assert "电话位数" in form.errors["phones"].text()
    assert "校验位" in form.errors["id_number"].text()
    assert form.errors["name"].isVisibleTo(form)
    assert form.save_button.toolTip().startswith("先改好标红的地方")
    form.save()
    settle(context)
    assert stored(workspace, before) == before
    form.texts["name"].setText(before.name)
    assert not form.errors["name"].isVisibleTo(form)


def test_an_id_number_that_somebody_has_is_told_with_his_name(page, context, workspace, settle):
    other = workspace.roster.envoys()[9]
    workspace.roster.save(replace(other, id_number=GOOD_ID))
    page.actions_of.edit()
    form = page.panel.form
    form.texts["birth"].clear()
    form.gender.setCurrentIndex(0)
    form.texts["id_number"].setText(GOOD_ID)
    form.save()
    settle(context)
    assert page.panel.editing
    assert f"“{other.name}”" in form.errors["id_number"].text()
    form.give_up()


def test_escape_asks_once_before_it_throws_away(qtbot, page, workspace):
    before = chosen(page)
    page.actions_of.edit()
    form = page.panel.form
    form.texts["post"].setText("站长")
    qtbot.keyClick(form.texts["post"], Qt.Key.Key_Escape)
    assert page.panel.editing
    assert "再按一次 Esc" in form.note.text()
    qtbot.keyClick(form.texts["post"], Qt.Key.Key_Escape)
    assert not page.panel.editing
    assert stored(workspace, before) == before


def test_an_unsaved_form_stays_when_another_row_is_chosen(page):
    page.actions_of.edit()
    page.panel.form.texts["post"].setText("站长")
    page.table.selectRow(5)
    assert page.panel.editing
    assert "还没有保存" in page.panel.form.note.text()
    page.panel.form.give_up()
    assert page.panel.name_label.text() == chosen(page).name


def test_an_untouched_form_gives_way_to_another_row(page):
    page.actions_of.edit()
    page.table.selectRow(5)
    assert not page.panel.editing
    assert page.panel.name_label.text() == chosen(page).name


def test_a_conflict_is_told_and_both_edits_can_stand(page, context, workspace, settle):
    before = chosen(page)
    page.actions_of.edit()
    form = page.panel.form
    form.texts["post"].setText("主任")
    workspace.roster.save(replace(stored(workspace, before), major="园艺"))
    form.save()
    settle(context)
    assert "专业由“农学”改为“园艺”" in form.note.text()
    assert form.keep_button.isVisibleTo(form)
    form.keep_button.click()
    settle(context)
    after = stored(workspace, before)
    assert (after.post, after.major) == ("主任", "园艺")
    assert not page.panel.editing


def test_specialties_are_added_changed_and_removed(page, context, workspace, settle):
    before = chosen(page)
    page.actions_of.edit()
    form = page.panel.form
    form.skills.add_button.click()
    line = form.skills.lines[-1]
    line.specialty.setCurrentIndex(line.specialty.findData("S26"))
    line.level.setCurrentIndex(line.level.findData("3"))
    form.skills.lines[0].remove.click()
    form.save()
    settle(context)
    skills = stored(workspace, before).skills
    assert (skills[-1].specialty, skills[-1].level) == ("S26", 3)
    assert before.skills[0] not in skills


def test_a_new_title_brings_usual_levels_along(page):
    page.actions_of.edit()
    form = page.panel.form
    form.texts["title"].setText("农艺师")
    form.skills.set_skills((), 1)
    form.skills.add_line()
    form.texts["title"].setText("推广研究员")
    assert [skill.level for skill in form.draft().skills] == [3]
    form.give_up()


def test_insert_adds_an_envoy_and_the_cursor_goes_there(qtbot, page, context, workspace, settle):
    count = len(workspace.roster.envoys())
    qtbot.keyClick(page.table, Qt.Key.Key_Insert)
    form = page.panel.form
    form.texts["name"].setText("赵新来")
    form.texts["phones"].setText("13800000008")
    form.save()
    settle(context)
    assert len(workspace.roster.envoys()) == count + 1
    assert chosen(page).name == "赵新来"
    assert workspace.history.undoable(1)[0].description == "新增特派员“赵新来”"
    context.publish(workspace.history.undo())
    settle(context)
    assert "赵新来" not in {row.envoy.name for row in page.table.rows_model.rows}


def test_the_first_envoy_is_added_on_an_empty_page(qtbot, empty_context, settle):
    page = RosterPage(empty_context)
    empty_context.changed.connect(page.refresh)
    qtbot.addWidget(page)
    page.refresh(None)
    page.show()
    settle(empty_context)
    page.actions_of.add()
    page.panel.form.texts["name"].setText("王一")
    page.panel.form.save()
    settle(empty_context)
    assert [row.envoy.name for row in page.table.proxy.shown()] == ["王一"]


# Retiring ---------------------------------------------------------------------------------


def test_delete_retires_without_a_question_and_undo_brings_back(
    qtbot, page, context, workspace, settle
):
    before = chosen(page)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(context)
    assert not stored(workspace, before).active
    assert before.id not in {row.envoy.id for row in page.table.proxy.shown()}
    context.publish(workspace.history.undo())
    settle(context)
    assert before.id in {row.envoy.id for row in page.table.proxy.shown()}


def test_a_reason_can_be_given_in_the_panel(qtbot, page, context, workspace, settle):
    before = chosen(page)
    page.panel.active_button.click()
    page.panel.reason.setText("调离")
    qtbot.keyClick(page.panel.reason, Qt.Key.Key_Return)
    settle(context)
    assert not stored(workspace, before).active
    assert workspace.history.undoable(1)[0].reason == "调离"


def test_retired_ones_are_shown_on_demand_and_restored(page, context, workspace, settle):
    page.state_filter.choose("retired")
    page.table.selectRow(0)
    person = chosen(page)
    assert not person.active
    assert "已停用" in page.panel.state_label.text()
    assert page.panel.active_button.text() == "恢复"
    assert not page.actions_of.retire_action.isEnabled()
    assert page.actions_of.retire_action.toolTip() == "选中的人都已停用"
    page.panel.active_button.click()
    settle(context)
    assert stored(workspace, person).active


def test_the_menu_offers_all_and_says_why_not(page):
    texts = [action.text() for action in page.actions_of.menu().actions() if action.text()]
    assert texts[:4] == ["修改", "新增特派员", "停用", "恢复"]
    assert page.actions_of.restore_action.toolTip() == "选中的人都在岗"
    page.table.clearSelection()
    page.actions_of.show()
    assert page.edit_button.toolTip() == "先在表中选特派员"


# ID numbers -------------------------------------------------------------------------------


def test_an_id_number_is_masked_until_asked_for_and_the_look_is_noted(
    qtbot, page, context, workspace, settle
):
    person = chosen(page)
    context.publish(workspace.roster.save(replace(person, id_number=GOOD_ID)))
    settle(context)
    row = page.panel.findChildren(IdRow)[-1]
    assert row.number.text() == "510100***********X"
    qtbot.mouseClick(row.show_button, Qt.MouseButton.LeftButton)
    settle(context)
    assert row.number.text() == GOOD_ID
    assert [look.who for look in workspace.roster.id_looks(person.id)] == ["测试"]


def test_the_form_hides_a_known_id_number_too(page, context, workspace, settle):
    person = chosen(page)
    context.publish(workspace.roster.save(replace(person, id_number=GOOD_ID)))
    settle(context)
    page.actions_of.edit()
    form = page.panel.form
    assert form.texts["id_number"].text() == "510100***********X"
    assert form.texts["id_number"].isReadOnly()
    assert not form.dirty
    form.reveal_button.click()
    settle(context)
    assert form.texts["id_number"].text() == GOOD_ID
    assert not form.dirty
    assert len(workspace.roster.id_looks(person.id)) == 1


# Leave ------------------------------------------------------------------------------------


@pytest.fixture
def busy(page, plan):
    """The page with an envoy chosen who has visits, his calendar open at the first of them."""
    envoy = next(
        key
        for key, visits in visits_by_envoy(plan).items()
        if not next(r for r in page.table.rows_model.rows if r.envoy.id == key).envoy.absences
    )
    page.table.choose(lambda row: row.envoy.id == envoy)
    page.panel.tabs.setCurrentIndex(LEAVE_TAB)
    visit = visits_by_envoy(plan)[envoy][0]
    page.panel.leave.grid.show_month(visit.start.date)
    area = page.panel.leave.parentWidget().parentWidget()
    assert isinstance(area, QScrollArea)
    return visit


def middle(grid, slot) -> QPoint:
    return grid.slot_rect(slot).center().toPoint()


def test_a_drag_paints_leave_and_the_conflict_is_seen_at_once(
    qtbot, page, busy, context, workspace, settle
):
    grid, person = page.panel.leave.grid, chosen(page)
    day = busy.start.date
    first, last = SlotTime(day, HalfDay.AM), SlotTime(day, HalfDay.PM)
    page.panel.leave.reason.setCurrentText("会议")
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle(grid, first))
    qtbot.mouseMove(grid, middle(grid, last))
    assert page.panel.leave.conflict_label.text().endswith("请假后需换人。")
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle(grid, last))
    settle(context)
    assert stored(workspace, person).absences == (Absence(day, day, None, "会议"),)
    text = page.panel.leave.conflict_label.text()
    assert text.startswith(f"{day:%m-%d} {busy.start.half.label}")
    assert text.endswith("有下乡服务，请假后需换人。")
    assert len(grid.facts.conflicts) >= 1
    assert "会议" in page.panel.leave.list_label.text()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=middle(grid, last))
    settle(context)
    assert stored(workspace, person).absences == (Absence(day, day, HalfDay.AM, "会议"),)


def test_leave_by_keyboard(qtbot, page, busy, context, workspace, settle):
    grid, person = page.panel.leave.grid, chosen(page)
    grid.show_month(date(2027, 3, 1))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Right, shift)
    qtbot.keyClick(grid, Qt.Key.Key_Down, shift)
    assert grid.accessibleDescription() == "03-02 周二 — 03-03 周三"
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    settle(context)
    (absence,) = stored(workspace, person).absences
    assert (absence.start, absence.end, absence.half) == (
        date(2027, 3, 2),
        date(2027, 3, 3),
        None,
    )
    assert len(workspace.history.undoable(9)) == 3  # the roster, the demands, one stroke


def test_the_grid_moves_through_halves_and_months(qtbot):
    grid = LeaveGrid(date(2026, 12, 8))
    qtbot.addWidget(grid)
    grid.resize(300, 300)
    facts = LeaveFacts(
        {SlotTime(date(2026, 12, 8), HalfDay.AM): "会议"},
        {SlotTime(date(2026, 12, 8), HalfDay.AM): Visit("S19", "简阳", "下乡服务：简阳")},
    )
    grid.set_facts(facts)
    grid.show()
    assert grid.describe(facts.conflicts[0]) == "12-08 周二 上午，请假（会议），下乡服务：简阳"
    for half in HalfDay:
        slot = SlotTime(date(2026, 12, 31), half)
        assert grid.slot_at(grid.slot_rect(slot).center()) == slot
    grid.select(SlotTime(date(2026, 12, 8), HalfDay.AM))
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.selection == (SlotTime(date(2026, 12, 8), HalfDay.PM),)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.selection == (SlotTime(date(2026, 12, 15), HalfDay.AM),)
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert grid.selection == (SlotTime(date(2026, 12, 7), HalfDay.PM),)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.month == date(2027, 1, 1)
    grid.select(SlotTime(date(2026, 11, 30), HalfDay.AM))
    assert grid.month == date(2026, 11, 1)


def test_escape_lets_go_of_a_stroke(qtbot):
    grid = LeaveGrid(date(2026, 12, 8))
    qtbot.addWidget(grid)
    grid.resize(300, 300)
    grid.show()
    done = []
    grid.stroke_done.connect(lambda slots, leave: done.append(slots))
    first, last = (SlotTime(date(2026, 12, day), HalfDay.AM) for day in (8, 9))
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle(grid, first))
    qtbot.mouseMove(grid, middle(grid, last))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle(grid, last))
    assert done == []


# Load -------------------------------------------------------------------------------------


def test_load_is_drawn_against_the_limits(qtbot, page, busy, context, plan, settle):
    person = chosen(page)
    page.panel.tabs.setCurrentIndex(LOAD_TAB)
    settle(context)
    tab = page.panel.load
    slots = sum(visit.slots for visit in visits_by_envoy(plan)[person.id])
    assert tab.load.total == slots
    assert tab.month_label.text() == f"12 月 {slots} / {person.max_slots_month} 个半天"
    assert "上限" in tab.year.accessibleDescription()
    where = QPoint(int(tab.year.width() * 2.5 / 12), 40)
    qtbot.mouseClick(tab.year, Qt.MouseButton.LeftButton, pos=where)
    assert tab.month_label.text().startswith("3 月 0 /")
    qtbot.keyClick(tab.year, Qt.Key.Key_Left)
    assert tab.month_label.text().startswith("2 月 0 /")


# Many -------------------------------------------------------------------------------------


def test_several_rows_are_edited_at_once_after_a_preview(page, context, workspace, settle):
    pick(page, 1, 4, 7)
    bulk = page.panel.bulk
    assert page.panel.many
    assert page.panel.many_label.text() == "已选 3 人"
    bulk.field.setCurrentIndex(bulk.field.findData(BulkField.SHARING.value))
    bulk.choice.setCurrentIndex(bulk.choice.findData(Sharing.CITY.value))
    assert bulk.count.text() == "将修改 3 人"
    cells = [bulk.table.proxy.index(0, column).data() for column in range(3)]
    assert cells[1:] == ["都市圈", "本市"]
    ids = [row.envoy.id for row in page.table.selected_rows()]
    bulk.apply()
    settle(context)
    assert {envoy.sharing for envoy in workspace.roster.some(ids)} == {Sharing.CITY}
    assert workspace.history.undoable(1)[0].description == "批量修改特派员 3 人：共享范围"
    assert [row.envoy.id for row in page.table.selected_rows()] == ids
    assert bulk.count.text() == "将修改 0 人，3 人本来就是"
    assert bulk.apply_button.toolTip() == "没有人需要改"


def test_a_bulk_term_is_checked_as_it_is_typed(page):
    pick(page, 1, 4)
    bulk = page.panel.bulk
    bulk.field.setCurrentIndex(bulk.field.findData(BulkField.TERM_END.value))
    assert not bulk.apply_button.isEnabled() or bulk.count.text()
    bulk.text.setText("后年")
    assert "任期请写成" in bulk.wrong.text()
    assert not bulk.apply_button.isEnabled()
    bulk.text.setText("2025-12")
    assert bulk.count.text() == "将修改 0 人，2 人不能改"
    bulk.text.setText("2028-12")
    assert bulk.count.text() == "将修改 2 人"


def test_delete_retires_all_that_are_selected(qtbot, page, context, workspace, settle):
    pick(page, 1, 4, 7)
    ids = [row.envoy.id for row in page.table.selected_rows()]
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(context)
    assert [envoy.active for envoy in workspace.roster.some(ids)] == [False] * 3
    assert workspace.history.undoable(1)[0].description == "停用特派员 3 人"


def test_a_number_that_comes_after_another_envoy_was_chosen_is_shown_nowhere(
    qtbot, page, context, workspace, settle
):
    person = chosen(page)
    context.publish(workspace.roster.save(replace(person, id_number=GOOD_ID)))
    settle(context)
    page.panel.findChildren(IdRow)[-1].reveal()
    page.table.selectRow(6)
    settle(context)
    assert GOOD_ID not in [row.number.text() for row in page.panel.findChildren(IdRow)]
    assert len(workspace.roster.id_looks(person.id)) == 1


def test_random_keys_leave_a_page_that_works(qtbot, page, context, workspace, settle):
    keys = (
        Qt.Key.Key_F2,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Insert,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Down,
        Qt.Key.Key_Delete,
        Qt.Key.Key_F2,
        Qt.Key.Key_Up,
        Qt.Key.Key_Escape,
    )
    for key in keys:
        target = page.focusWidget() or page.table
        qtbot.keyClick(target, key)
    settle(context)
    page.panel.form.give_up()
    assert not page.panel.editing
    assert sum(not envoy.active for envoy in workspace.roster.envoys(include_inactive=True)) >= 1
