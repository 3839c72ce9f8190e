"""Somebody falls ill: the assistant from every door, with real clicks and keys on a real draft."""

import threading
from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from envoy_app.domain.errors import InputError
from envoy_app.domain.people import Absence
from envoy_app.domain.plans import PlanState
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.absence_cases import AbsenceCase
from envoy_app.services.plan_instances import assignments_of, instances_of
from solver import check
from tests.services.edit_scenes import store
from tests.solver.build import DAYS, envoy, held, problem, visit
from tests.ui.edit_world import real
from ui.absence_question import AbsenceQuestion
from ui.main_window import MainWindow
from ui.parts import LinkButton
from ui.plan.board.layout import BoardMode
from ui.plan.board.paint import HEADER

DATES = tuple(map(date.fromisoformat, DAYS))
AM, PM = HalfDay.AM, HalfDay.PM
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def window(qtbot, context, said, settle):
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.show_page("plan")
    settle(context)
    return made


@pytest.fixture
def dialog(window, context, settle):
    """Open on e for Tuesday and Wednesday: u is hit."""
    window.open_absence(whole("e"))
    settle(context)
    return window.absence


def whole(who, first=0, last=1):
    return AbsenceQuestion(who, SlotTime(DATES[first], AM), SlotTime(DATES[last], PM))


def of(context, key):
    return next(visit for visit in context.plans.plan.visits if visit.id == key)


def option(dialog, text):
    """The place of an option of the visit looked at, by how it begins."""
    rows = dialog.choices.options.rows_model.rows
    return next(row for row in rows if row.option.text.startswith(text))


def click_option(dialog, text):
    table = dialog.choices.options
    wanted = option(dialog, text)
    index = table.proxy.find(lambda row: row.place == wanted.place)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())


def click(widget):
    assert widget.isEnabled(), widget.toolTip()
    QTest.mouseClick(widget, LEFT)


def take_back(context, settle):
    context.undo.refresh()
    settle(context)
    context.undo.turn()
    settle(context)


def assert_sound(workspace, plan_id):
    view = workspace.planning.view(plan_id)
    with workspace.context.read() as uow:
        instance = instances_of(workspace.context).of(uow, view)
    assert check(instance, assignments_of(view.visits)).violations == ()


def test_the_best_is_chosen_and_adopted_as_one_change_that_undo_takes_back(
    dialog, context, settle, workspace
):
    plan = context.plans.plan
    (row,) = dialog.choices.hits.rows_model.rows
    assert (row.visit.id, row.state) == ("u", "合适")
    assert dialog.total.text().startswith("合起来：")
    click_option(dialog, "改派人f")
    settle(context)
    click(dialog.adopt_button)
    settle(context)
    assert of(context, "u").envoys == ("f",)
    assert workspace.planning.view(plan.info.id) == context.plans.plan
    assert_sound(workspace, plan.info.id)
    assert workspace.roster.envoy("e").absences == (Absence(DATES[0], DATES[1], None, "请假"),)
    assert dialog.isVisible()
    assert dialog.note.text().startswith("已采用：登记人e12-01至12-02不能下乡，调整 1 项")
    assert not dialog.adopt_button.isVisible()
    click(dialog.close_button)
    assert not dialog.isVisible()
    take_back(context, settle)
    assert of(context, "u").envoys == ("e",)
    assert workspace.roster.envoy("e").absences == ()


def test_another_choice_is_judged_anew_and_all_can_be_cancelled_or_taken(dialog, context, settle):
    best = dialog.choices.chosen
    click(dialog.choices.cancel_button)
    settle(context)
    (row,) = dialog.choices.hits.rows_model.rows
    assert row.choice.startswith("取消安排")
    assert "少安排 1 项服务" in dialog.total.text()
    assert option(dialog, "取消安排").state == "已选"
    click(dialog.choices.advice_button)
    settle(context)
    assert dialog.choices.chosen == best
    assert "少安排" not in dialog.total.text()


def test_the_keyboard_alone_chooses_and_adopts(dialog, context, settle, workspace):
    choices = dialog.choices
    choices.hits.setFocus()
    QTest.keyClick(choices.hits, Qt.Key.Key_Return)
    assert choices.options.hasFocus()
    for _ in choices.options.rows_model.rows:
        QTest.keyClick(choices.options, Qt.Key.Key_Down)
    assert choices.told.text().startswith("取消安排")
    QTest.keyClick(choices.options, Qt.Key.Key_Space)
    settle(context)
    assert choices.options.current_row().chosen
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    assert not of(context, "u").held
    assert workspace.roster.envoy("e").absences
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_somebody_is_found_by_initials_and_escape_gives_up_the_typing_first(
    window, context, settle
):
    window.open_absence(AbsenceQuestion())
    settle(context)
    dialog = window.absence
    assert "先选请假的人" in dialog.message.text()
    assert dialog.adopt_button.toolTip() == "先选请假的人"
    field = dialog.form.person
    assert field.hasFocus()
    QTest.keyClicks(field, "rg")
    assert [entry.title for entry in field.found.entries] == ["人g"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(context)
    assert field.text() == "人g"
    assert [row.visit.id for row in dialog.choices.hits.rows_model.rows] == ["v"]
    QTest.keyClicks(field, "zzz")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), dialog.isVisible()) == ("人g", True)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_half_days_count_and_the_end_never_lies_before_the_start(
    dialog, context, settle, workspace
):
    form = dialog.form
    form.first_half.setFocus()
    QTest.keyClick(form.first_half, Qt.Key.Key_Down)
    settle(context)
    assert dialog.stack.currentIndex() == 0
    assert "只登记请假" in dialog.message.text()
    assert dialog.adopt_button.text() == "登记请假"
    form.last.setDate(QDate(2026, 11, 30))
    assert form.first.date() == form.last.date()
    assert (form.first_half.currentText(), form.last_half.currentText()) == ("上午", "下午")
    form.first.setDate(QDate(2026, 12, 4))
    assert form.last.date() == QDate(2026, 12, 4)
    form.last_half.setFocus()
    QTest.keyClick(form.last_half, Qt.Key.Key_Up)
    settle(context)
    click(dialog.adopt_button)
    settle(context)
    assert not dialog.isVisible()
    assert workspace.roster.envoy("e").absences == (Absence(DATES[3], DATES[3], AM, "请假"),)
    take_back(context, settle)
    assert workspace.roster.envoy("e").absences == ()


def test_a_published_plan_is_revised_by_the_same_button_and_one_undo(
    window, context, settle, workspace
):
    plan = context.plans.plan
    workspace.planning.publish(plan.info.id)
    context.plans.reload()
    settle(context)
    window.open_absence(whole("e"))
    settle(context)
    dialog = window.absence
    assert dialog.adopt_button.text() == "修订并采用"
    assert "先修订为新的一版草案" in dialog.note.text()
    click(dialog.adopt_button)
    settle(context)
    new = context.plans.plan
    assert (new.info.state, new.info.version_no) == (PlanState.DRAFT, 2)
    assert workspace.planning.view(new.info.id) == new
    assert "e" not in of(context, "u").envoys or of(context, "u").start.date > DATES[1]
    assert_sound(workspace, new.info.id)
    assert "核对后再发布" in dialog.note.text()
    click(dialog.close_button)
    take_back(context, settle)
    assert context.plans.plan.info.id == plan.info.id
    assert [info.id for info in workspace.planning.plans()] == [plan.info.id]
    assert workspace.roster.envoy("e").absences == ()


def test_whom_to_call_is_copied_for_excel_and_exported(
    dialog, context, settle, said, tmp_path, monkeypatch
):
    click_option(dialog, "改派人f")
    settle(context)
    names = [notice.name for notice in dialog.notices.table.rows_model.rows]
    assert names == ["人e", "人f", "县级协调员"]
    assert dialog.whom.text() == "要通知 3 人"
    click(dialog.copy_button)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 4
    assert lines[1].split("\t")[0] == "人e"
    assert "改由 人f 去" in lines[1]
    target = tmp_path / "名单.xlsx"
    monkeypatch.setattr(dialog.export, "choose_file", lambda title, name: str(target))
    (choice,) = dialog.export.menu_of_choices().actions()
    choice.trigger()
    settle(context)
    sheet = openpyxl.load_workbook(target)["需通知人员"]
    told = {cell for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert {"人e", "人f", "县级协调员"} <= told


def test_the_version_treated_is_said_and_another_one_can_be_chosen(
    window, context, settle, workspace
):
    first = context.plans.plan
    other = workspace.editing.revise(first.info.id)
    context.plans.show_plan(first.info.id)
    settle(context)
    window.open_absence(whole("e"))
    settle(context)
    dialog = window.absence
    assert dialog.plans.currentData() == first.info.id
    assert f"“{other.title}”（草案，1 项）也受影响" in dialog.note.text()
    dialog.plans.setFocus()
    QTest.keyClick(dialog.plans, Qt.Key.Key_Up)
    settle(context)
    assert dialog.plans.currentData() == other.id
    assert f"这里处理的是“{other.title}”" in dialog.note.text()
    click(dialog.adopt_button)
    settle(context)
    assert context.plans.plan.info.id == other.id
    kept = workspace.planning.view(first.info.id)
    assert next(each for each in kept.visits if each.id == "u").envoys == ("e",)


def clash_case():
    """f goes to u, g to w; g has half a day a week only."""
    once = {"max_slots_per_week": 1}
    days = {"latest": DAYS[0], "start_slots": ["AM"]}
    second = {"earliest": DAYS[1], "latest": DAYS[1], "start_slots": ["AM"]}
    people = [envoy("e"), envoy("f", **once), envoy("g", base="B", team="B", **once)]
    ground = problem(people, [visit("u", **days), visit("w", **second)])
    from solver import parse_instance

    return parse_instance(real(ground))


def test_choices_that_clash_are_marked_and_cannot_be_adopted(window, context, settle, workspace):
    sent = (held("u", DAYS[0], "AM", ["e"]), held("w", DAYS[1], "AM", ["e"]))
    plan = store(workspace, clash_case(), sent, name="冲突")
    context.plans.show_plan(plan.info.id)
    settle(context)
    window.open_absence(whole("e"))
    settle(context)
    dialog = window.absence
    assert option(dialog, "改派人g").state == "冲突"
    click_option(dialog, "改派人g")
    settle(context)
    assert [row.state for row in dialog.choices.hits.rows_model.rows] == ["有冲突", "有冲突"]
    assert "人g" in dialog.choices.problem.text()
    assert not dialog.adopt_button.isEnabled()
    assert "人g" in dialog.adopt_button.toolTip()
    dialog.adopt()
    settle(context)
    assert workspace.planning.view(plan.info.id) == plan
    click(dialog.choices.advice_button)
    settle(context)
    assert [row.state for row in dialog.choices.hits.rows_model.rows] == ["合适", "合适"]
    assert dialog.choices.problem.text() == ""
    assert dialog.adopt_button.isEnabled()


def test_an_older_question_is_not_answered_any_more(window, context, settle, monkeypatch):
    gate, absences = threading.Event(), context.workspace.absences
    asked = absences.case

    def slow(leave, plan_id, *, exact=False):
        if leave.envoy == "e":
            assert gate.wait(10)
        return asked(leave, plan_id, exact=exact)

    monkeypatch.setattr(absences, "case", slow)
    window.open_absence(whole("e"))
    dialog = window.absence
    settle_people(context)
    assert dialog.message.text() == "正在看哪些服务受影响…"
    assert dialog.adopt_button.toolTip() == "正在看哪些服务受影响"
    dialog.form.person.setFocus()
    QTest.keyClicks(dialog.form.person, "rg")
    QTest.keyClick(dialog.form.person, Qt.Key.Key_Return)
    gate.set()
    settle(context)
    assert [row.visit.id for row in dialog.choices.hits.rows_model.rows] == ["v"]


def settle_people(context):
    """Wait until the names are read; the case waits at its gate."""
    from PySide6.QtTest import QSignalSpy

    spy = QSignalSpy(context.jobs.jobs_changed)
    while any(job.key == "absence-people" for job in context.jobs.jobs):
        assert spy.wait(5000)


def test_what_fails_is_said_and_tried_again(window, context, settle, monkeypatch):
    absences = context.workspace.absences
    asked = absences.case

    def refuse(*args, **more):
        raise InputError("数据库正忙，请稍后再试。")

    monkeypatch.setattr(absences, "case", refuse)
    window.open_absence(whole("e"))
    settle(context)
    dialog = window.absence
    assert dialog.message.text() == "数据库正忙，请稍后再试。"
    assert not dialog.adopt_button.isEnabled()
    monkeypatch.setattr(absences, "case", asked)
    click(dialog.retry_button)
    settle(context)
    assert dialog.stack.currentWidget() is dialog.work
    monkeypatch.setattr(absences, "adopt", refuse)
    click(dialog.adopt_button)
    settle(context)
    assert dialog.problem.text() == "数据库正忙，请稍后再试。"
    assert dialog.adopt_button.isEnabled()


def test_a_roster_that_is_not_read_is_read_again(window, context, settle, monkeypatch):
    roster = context.workspace.roster
    read = roster.envoys

    def refuse():
        raise InputError("数据库正忙，请稍后再试。")

    monkeypatch.setattr(roster, "envoys", refuse)
    window.open_absence(whole("e"))
    settle(context)
    dialog = window.absence
    assert dialog.message.text() == "数据库正忙，请稍后再试。"
    dialog.form.last.setDate(QDate(2026, 12, 3))  # there is nobody to ask about yet
    assert dialog.retry_button.isVisible()
    monkeypatch.setattr(roster, "envoys", read)
    click(dialog.retry_button)
    settle(context)
    assert dialog.form.person.person.id == "e"
    assert dialog.stack.currentWidget() is dialog.work


def test_for_somebody_unknown_another_can_be_chosen(window, context, settle):
    window.open_absence(whole("没有这个人"))
    settle(context)
    dialog = window.absence
    assert dialog.message.text() == "名册里没有这位特派员，请重新选择。"
    assert not dialog.adopt_button.isEnabled()
    dialog.form.person.setFocus()
    QTest.keyClicks(dialog.form.person, "rg")
    QTest.keyClick(dialog.form.person, Qt.Key.Key_Return)
    settle(context)
    assert dialog.form.person.person.id == "g"
    assert dialog.stack.currentWidget() is dialog.work


def test_the_judge_that_fails_leaves_a_way_back(window, context, settle, monkeypatch):
    judged = AbsenceCase.judge

    def refuse(self, chosen):
        raise InputError("没有判断成。")

    monkeypatch.setattr(AbsenceCase, "judge", refuse)
    window.open_absence(whole("e"))
    settle(context)
    assert window.absence.message.text() == "没有判断成。"
    monkeypatch.setattr(AbsenceCase, "judge", judged)
    click(window.absence.retry_button)
    settle(context)
    assert window.absence.adopt_button.isEnabled()


def test_on_a_low_screen_choices_and_calls_are_looked_at_in_turn(dialog, context, settle):
    dialog.resize(860, 480)
    assert dialog.choices.isVisible()
    assert not dialog.calls.isVisible()
    click(dialog.calls_button)
    assert (dialog.choices.isVisible(), dialog.calls.isVisible()) == (False, True)
    click(dialog.calls_button)
    dialog.resize(1200, 700)
    assert dialog.choices.isVisible()
    assert dialog.calls.isVisible()
    assert not dialog.calls_button.isVisible()


# The doors ------------------------------------------------------------------------------------


def test_the_key_asks_about_the_visit_selected_on_the_board(window, context, settle):
    context.selection.visit = "v"
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    leave = window.absence.form.leave
    assert (leave.envoy, leave.first, leave.last) == (
        "g",
        SlotTime(DATES[0], AM),
        SlotTime(DATES[0], PM),
    )


def test_the_inspector_asks_about_the_person_of_the_visit(window, context, settle):
    page = window.pages["plan"]
    context.selection.visit = "w"
    links = page.inspector.findChildren(LinkButton)
    (link,) = [each for each in links if each.accessibleName() == "请假替班…"]
    click(link)
    settle(context)
    leave = window.absence.form.leave
    assert (leave.envoy, leave.first.date) == ("f", DATES[1])


def test_the_menu_of_a_visit_and_the_palette_lead_there(window, context, settle):
    actions = window.pages["plan"].hand.actions

    def item(key):
        found = [each for each in actions.items.all(of(context, key)) if each]
        return next(each for each in found if each.text == "有人来不了…")

    assert item("y").why_not == "还没有排上，没有人要去"
    assert item("u").why_not == ""
    item("u").run()
    settle(context)
    assert window.absence.form.leave.envoy == "e"
    window.absence.reject()
    context.selection.visit = None
    window._read_search()
    settle(context)
    search = window.top_bar.search
    search.setFocus()
    QTest.keyClicks(search, "qjtb")
    QTest.keyClick(search, Qt.Key.Key_Return)
    settle(context)
    assert window.absence.isVisible()


def test_leave_painted_on_the_roster_leads_to_substitutes_for_its_days(
    window, context, settle, workspace
):
    window.show_page("roster")
    settle(context)
    context.selection.envoy = "e"
    settle(context)
    panel = window.pages["roster"].panel
    panel.tabs.setCurrentIndex(1)
    tab = panel.leave
    assert not tab.substitutes_button.isVisible()
    slots = tuple(SlotTime(day, half) for day in DATES[:2] for half in HalfDay)
    context.publish(workspace.roster.set_leave("e", slots[:3], reason="住院"))
    settle(context)
    assert "请假后需换人" in tab.conflict_label.text()
    tab.substitutes_button.click()
    settle(context)
    dialog = window.absence
    assert (dialog.form.leave.first, dialog.form.leave.last) == (slots[0], slots[2])
    assert dialog.form.why == "住院"
    click(dialog.adopt_button)
    settle(context)
    assert "e" not in of(context, "u").envoys or of(context, "u").start > slots[2]
    assert_sound(workspace, context.plans.plan.info.id)
    assert workspace.roster.envoy("e").absences == (
        Absence(DATES[0], DATES[0], None, "住院"),
        Absence(DATES[1], DATES[1], AM, "住院"),
    )
    settle(context)
    assert not tab.substitutes_button.isVisible()


def test_the_key_asks_about_the_row_of_an_envoy_on_the_board(window, context, settle):
    page = window.pages["plan"]
    context.selection.visit = "v"
    page.set_mode(BoardMode.ENVOY)
    row = next(row for row in page.board.scene.layout.rows if row.key == "f")
    where = QPoint(20, row.y + 8 + HEADER - page.board.scene.top)
    QTest.mouseClick(page.board.viewport(), LEFT, pos=where)
    QTest.keyClick(page.board, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    settle(context)
    assert window.absence.form.leave.envoy == "f"
