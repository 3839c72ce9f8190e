import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError, NotFoundError, UndoConflict
from tests.ui.history_fakes import change
from tests.ui.import_files import write_roster
from tests.ui.test_imports import type_over
from tests.ui.test_main_window import specs
from tests.ui.world import type_chinese
from ui.history.conflict_dialog import ConflictDialog
from ui.history.page import HistoryView
from ui.history_question import HistoryQuestion
from ui.main_window import MainWindow
from ui.plan_store import PlanStore
from ui.undo import Conflict
from ui.undo_keys import turn_text

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
PAGES = ("overview", "imports", "roster", "demands", "plan", "print", "history", "settings")


@pytest.fixture
def window(qtbot, context, settle):
    made = MainWindow(context, specs())
    qtbot.addWidget(made)
    made.showNormal()
    made.resize(1366, 768)
    made.activateWindow()
    qtbot.waitUntil(lambda: bool(made.top_bar.search.entries))
    settle(context)
    return made


@pytest.fixture
def done(settle, context):
    return lambda: settle(context)


def rename(workspace, context, place, name):
    """Change an envoy's name as a page would; returns him as he was."""
    envoy = workspace.roster.envoys()[place]
    context.publish(workspace.roster.save(replace(envoy, name=name)))
    return envoy


def name_of(workspace, envoy):
    return workspace.roster.envoy(envoy.id).name


def press(qtbot, window, key, modifier=CONTROL):
    qtbot.keyClick(window.focusWidget() or window, key, modifier)


# What is next --------------------------------------------------------------------------------


def test_buttons_tell_what_they_would_do(window, workspace, context, done):
    steps = window.top_bar.steps
    assert not steps.redo_button.isEnabled()
    assert steps.redo_button.toolTip() == "没有可以恢复的操作"
    rename(workspace, context, 0, "改过的人")
    done()
    assert steps.undo_button.isEnabled()
    assert steps.undo_button.toolTip() == "撤销：修改特派员“改过的人”：姓名 (Ctrl+Z)"
    assert steps.undo_button.accessibleDescription() == steps.undo_button.toolTip()


def test_nothing_to_undo_is_said(qtbot, empty_context, settle):
    window = MainWindow(empty_context, specs())
    qtbot.addWidget(window)
    window.showNormal()
    settle(empty_context)
    assert not window.top_bar.steps.undo_button.isEnabled()
    press(qtbot, window, Qt.Key.Key_Z)
    assert window.status.currentMessage() == "没有可以撤销的操作"
    settle(empty_context)


def test_a_click_undoes_and_another_does_it_again(qtbot, window, workspace, context, done):
    envoy = rename(workspace, context, 0, "改过的人")
    done()
    heard = []
    context.changed.connect(heard.append)
    qtbot.mouseClick(window.top_bar.steps.undo_button, LEFT)
    done()
    assert name_of(workspace, envoy) == envoy.name
    assert [sorted(item.topics) for item in heard] == [[Topic.ROSTER]]
    message = window.status.currentMessage()
    assert message == "撤销：修改特派员“改过的人”：姓名（按 Ctrl+Y 可以恢复）"
    redo = window.top_bar.steps.redo_button
    assert redo.toolTip() == "恢复：修改特派员“改过的人”：姓名 (Ctrl+Y)"
    qtbot.mouseClick(redo, LEFT)
    done()
    assert name_of(workspace, envoy) == "改过的人"
    assert window.status.currentMessage().endswith("（按 Ctrl+Z 可以再撤销）")


@pytest.mark.parametrize("page", PAGES)
def test_the_keys_work_on_every_page(qtbot, window, workspace, context, done, page):
    envoy = rename(workspace, context, 0, "改过的人")
    window.show_page(page)
    done()
    for key, modifier, name in (
        (Qt.Key.Key_Z, CONTROL, envoy.name),
        (Qt.Key.Key_Y, CONTROL, "改过的人"),
        (Qt.Key.Key_Z, CONTROL, envoy.name),
        (Qt.Key.Key_Z, CONTROL | SHIFT, "改过的人"),
    ):
        press(qtbot, window, key, modifier)
        done()
        assert name_of(workspace, envoy) == name


def test_a_key_pressed_right_after_a_change_undoes_that_change(
    qtbot, window, workspace, context, done
):
    first = rename(workspace, context, 0, "先改的人")
    done()
    second = rename(workspace, context, 1, "后改的人")
    press(qtbot, window, Qt.Key.Key_Z)
    done()
    assert name_of(workspace, second) == second.name
    assert name_of(workspace, first) == "先改的人"


def test_pages_refresh_after_an_undo(qtbot, window, workspace, context, done):
    window.show_page("roster")
    envoy = rename(workspace, context, 0, "改过的人")
    done()
    table = window.pages["roster"].table
    assert "改过的人" in {row.envoy.name for row in table.proxy.shown()}
    press(qtbot, window, Qt.Key.Key_Z)
    done()
    names = {row.envoy.name for row in table.proxy.shown()}
    assert envoy.name in names
    assert "改过的人" not in names


def test_the_row_chosen_stays_chosen_while_control_is_held(qtbot, window, workspace, context, done):
    window.show_page("demands")
    done()
    demand = workspace.demands.demands()[2]
    context.publish(workspace.demands.set_state([demand.id], DemandState.CANCELLED, "县里取消"))
    done()
    table = window.pages["demands"].part.table
    table.choose(lambda row: row.demand.id == demand.id)
    press(qtbot, window, Qt.Key.Key_Z)
    done()
    (row,) = table.selected_rows()
    assert (row.demand.id, row.demand.state) == (demand.id, demand.state)
    assert table.current_row() == row


# Several steps -------------------------------------------------------------------------------


def open_menu(button):
    menu = button.menu()
    menu.aboutToShow.emit()
    return [action for action in menu.actions() if not action.isSeparator()]


def test_choosing_the_third_undoes_three_in_order(window, workspace, context, done):
    envoys = [rename(workspace, context, place, f"第{place}位") for place in range(4)]
    done()
    heading, *lines = open_menu(window.top_bar.steps.undo_button)
    assert not heading.isEnabled()
    assert [line.toolTip() for line in lines[:4]] == [
        f"修改特派员“第{place}位”：姓名" for place in (3, 2, 1, 0)
    ]
    window.top_bar.steps.undo_button.menu().hovered.emit(lines[2])
    assert heading.text() == "撤销 3 步"
    heard = []
    context.changed.connect(heard.append)
    lines[2].trigger()
    done()
    names = [name_of(workspace, envoy) for envoy in envoys]
    assert names == ["第0位", *(envoy.name for envoy in envoys[1:])]
    assert len(heard) == 1
    assert heard[0].records[Topic.ROSTER] == {envoy.id for envoy in envoys[1:]}
    assert window.status.currentMessage().startswith("撤销了 3 步，最后一步是：修改特派员“第1位”")
    *redos, _all = open_menu(window.top_bar.steps.redo_button)[1:]
    assert [line.toolTip() for line in redos] == [
        f"修改特派员“第{place}位”：姓名" for place in (1, 2, 3)
    ]
    redos[1].trigger()
    done()
    assert [name_of(workspace, envoy) for envoy in envoys[1:]] == [
        "第1位",
        "第2位",
        envoys[3].name,
    ]


def test_the_list_shows_fifteen_steps_with_their_times(window, workspace, context, done):
    for number in range(20):
        rename(workspace, context, 0, f"名{number}")
    done()
    _heading, *lines, whole = open_menu(window.top_bar.steps.undo_button)
    assert len(lines) == 15
    assert all("周" in line.text() and "修改特派员" in line.text() for line in lines)
    whole.trigger()
    assert window.current_key == "history"
    done()


class Stubborn:
    """A history whose third undo cannot be done."""

    def __init__(self, real):
        self._real = real
        self.calls = 0
        self.gate = threading.Event()
        self.gate.set()

    def __getattr__(self, name):
        return getattr(self._real, name)

    def undo(self, change_id=None, *, leave_changed=False):
        self.calls += 1
        self.gate.wait(10)
        if self.calls == 3:
            raise InputError("这一步不能撤销。")
        return self._real.undo(change_id, leave_changed=leave_changed)


@pytest.fixture
def stubborn(workspace):
    workspace.history = Stubborn(workspace.history)
    return workspace.history


def test_several_steps_stop_at_the_first_that_cannot_be(window, workspace, context, done, stubborn):
    envoys = [rename(workspace, context, place, f"第{place}位") for place in range(4)]
    done()
    open_menu(window.top_bar.steps.undo_button)[4].trigger()
    done()
    assert stubborn.calls == 3
    names = [name_of(workspace, envoy) for envoy in envoys]
    assert names == ["第0位", "第1位", envoys[2].name, envoys[3].name]
    assert window.strip.text == "这一步不能撤销。"
    assert window.top_bar.steps.undo_button.toolTip().startswith("撤销：修改特派员“第1位”")


def test_while_one_runs_the_buttons_say_so(qtbot, window, workspace, context, done, stubborn):
    envoys = [rename(workspace, context, place, f"第{place}位") for place in range(2)]
    done()
    stubborn.gate.clear()
    qtbot.mouseClick(window.top_bar.steps.undo_button, LEFT)
    for button in (window.top_bar.steps.undo_button, window.top_bar.steps.redo_button):
        assert not button.isEnabled()
        assert button.toolTip() == "正在撤销，请等它完成"
    assert window.status.jobs.title_label.text() == "撤销 …"
    press(qtbot, window, Qt.Key.Key_Z)
    assert window.status.currentMessage() == "正在撤销，请等它完成"
    stubborn.gate.set()
    done()
    assert name_of(workspace, envoys[0]) == "第0位"
    assert window.top_bar.steps.undo_button.isEnabled()


def test_a_stopped_run_keeps_what_was_done(qtbot, window, workspace, context, done, stubborn):
    envoys = [rename(workspace, context, place, f"第{place}位") for place in range(4)]
    done()
    stubborn.gate.clear()
    open_menu(window.top_bar.steps.undo_button)[4].trigger()
    qtbot.waitUntil(lambda: stubborn.calls == 1)
    qtbot.mouseClick(window.status.jobs.stop_button, LEFT)
    stubborn.gate.set()
    done()
    names = [name_of(workspace, envoy) for envoy in envoys]
    assert names == ["第0位", "第1位", "第2位", envoys[3].name]
    assert not window.strip.isVisible()


# Text fields ---------------------------------------------------------------------------------


def test_a_text_field_keeps_its_own_undo_while_it_has_something(
    qtbot, window, workspace, context, done
):
    envoy = rename(workspace, context, 0, "改过的人")
    window.show_page("roster")
    done()
    field = window.pages["roster"].search
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "wang")
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    done()
    assert field.text() == ""
    assert name_of(workspace, envoy) == "改过的人"
    qtbot.keyClick(field, Qt.Key.Key_Y, CONTROL)
    done()
    assert field.text() == "wang"
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
    done()
    assert field.text() == ""
    assert name_of(workspace, envoy) == envoy.name


def test_what_a_text_field_can_take_back(qtbot):
    line, text = QLineEdit(), QPlainTextEdit()
    for field in (line, text):
        qtbot.addWidget(field)
        assert not turn_text(field, again=False)
        type_chinese(field, "汉字")
        assert turn_text(field, again=False)
        assert turn_text(field, again=True)
        field.setReadOnly(True)
        assert not turn_text(field, again=False)
    assert not turn_text(None, again=False)


# Ctrl+K --------------------------------------------------------------------------------------


def test_search_finds_the_next_step(qtbot, window, workspace, context, done):
    envoy = rename(workspace, context, 0, "改过的人")
    done()
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    field = window.top_bar.search
    qtbot.waitUntil(field.hasFocus)
    type_chinese(field, "撤销")
    assert field.found.entries[0].title == "撤销：修改特派员“改过的人”：姓名"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    done()
    assert name_of(workspace, envoy) == envoy.name
    qtbot.keyClicks(field, "huifu")
    assert field.found.entries[0].title == "恢复：修改特派员“改过的人”：姓名"
    field.clear()


# Conflicts -----------------------------------------------------------------------------------


@pytest.fixture
def conflict(qtbot, window, workspace, context, done):
    """Two demands refused together, one of them moved on since; the first step is wanted back."""
    demands = workspace.demands.demands()[:3]
    ids = [demand.id for demand in demands]
    context.publish(workspace.demands.set_state(ids, DemandState.REJECTED, "不在范围"))
    refused = workspace.history.undoable(1)[0]
    context.publish(workspace.demands.set_state(ids[:1], DemandState.PENDING))
    done()
    context.undo.do((refused,))
    done()
    (dialog,) = window.findChildren(ConflictDialog)
    qtbot.waitUntil(dialog.isVisible)
    return dialog, demands


def states(workspace, demands):
    found = {demand.id: demand.state for demand in workspace.demands.demands()}
    return [found[demand.id] for demand in demands]


def test_a_conflict_says_what_is_in_the_way(conflict, workspace):
    dialog, demands = conflict
    assert dialog.list.count() == 1
    assert dialog.rest_button.text() == "只撤销其余 2 条"
    assert dialog.cancel_button.isDefault()
    assert states(workspace, demands) == [
        DemandState.PENDING,
        DemandState.REJECTED,
        DemandState.REJECTED,
    ]


def test_the_rest_can_be_undone(qtbot, conflict, workspace, done):
    dialog, demands = conflict
    qtbot.mouseClick(dialog.rest_button, LEFT)
    done()
    assert states(workspace, demands) == [
        DemandState.PENDING,
        demands[1].state,
        demands[2].state,
    ]


def test_cancelling_changes_nothing(qtbot, conflict, window, workspace, done):
    dialog, demands = conflict
    before = states(workspace, demands)
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    done()
    assert states(workspace, demands) == before
    qtbot.waitUntil(lambda: not window.findChildren(ConflictDialog))


def test_the_later_changes_can_be_looked_at(qtbot, conflict, window, done):
    dialog, demands = conflict
    qtbot.mouseClick(dialog.look_button, LEFT)
    done()
    assert window.current_key == "history"
    page = window.pages["history"]
    assert isinstance(page, HistoryView)
    assert page.search.text() == demands[0].content[:12]
    assert page.details.change is not None, "the newest of them"
    assert page.details.change.description.endswith("改为待审核")


@pytest.mark.parametrize("rest", [0, 3])
def test_the_dialog_speaks_of_doing_again(qtbot, rest):
    error = UndoConflict("说明", ("特派员“张三”", "已删除的派员"), rest)
    dialog = ConflictDialog(Conflict(change(7), True, error))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.windowTitle() == "不能整个恢复"
    assert dialog.rest_button.isVisible() == bool(rest)
    texts = [part.text() for part in dialog.findChildren(QLabel)]
    assert "没有恢复：第 7 次改动" in texts
    assert any("2 条记录后来又改过" in text for text in texts)
    assert dialog.question() == HistoryQuestion(text="张三")
    dialog.list.setCurrentRow(1)
    assert dialog.question() == HistoryQuestion(change_id="c7")


# What was on view ----------------------------------------------------------------------------


class GonePlanning:
    """One version is left; another was taken back."""

    def __init__(self, plan):
        self.plan = plan

    def view(self, plan_id):
        if self.plan is None or plan_id != self.plan.info.id:
            raise NotFoundError("没有这个排班方案。")
        return self.plan

    def latest(self):
        return self.plan


@pytest.mark.parametrize("left", [True, False])
def test_a_plan_taken_back_gives_way_to_the_latest(qtbot, context, workspace, plan, done, left):
    gone = replace(plan, info=replace(plan.info, id="gone"))
    store: PlanStore = context.plans
    store.put(gone)
    workspace.__dict__["planning"] = GonePlanning(plan if left else None)
    errors = []
    context.error_shown.connect(errors.append)
    context.publish(Changes(frozenset({Topic.PLANS}), "撤销：排班"))
    done()
    assert store.plan is (plan if left else None)
    assert errors == []
    newer = replace(plan, info=replace(plan.info, id="newer"))
    workspace.planning.plan = newer
    context.publish(Changes(frozenset({Topic.PLANS}), "排班"))
    done()
    assert store.plan is newer


def test_an_import_undone_with_the_keys_shows_on_the_page_of_imports(
    qtbot, window, context, workspace, done, tmp_path
):
    window.open_import(files=[write_roster(tmp_path / "示例县名册.xlsx")])
    page = window.pages["imports"]
    done()
    page.session.apply()
    done()
    assert page.result.isVisible()
    context.undo.turn()
    done()
    runs = page.start.history.table.rows_model.rows
    assert runs[0].undone_at is not None
    assert not page.result.isVisible()
    context.undo.turn(again=True)
    done()
    assert page.start.history.table.rows_model.rows[0].undone_at is None


def test_a_correction_of_a_file_comes_before_the_changes(
    qtbot, window, context, workspace, done, tmp_path
):
    envoy = rename(workspace, context, 0, "改过的人")
    window.open_import(files=[write_roster(tmp_path / "示例县名册.xlsx")])
    page = window.pages["imports"]
    done()
    type_over(qtbot, page.sheet.view, 6, 1, "赵四")
    done()
    assert page.session.can_undo
    press(qtbot, window, Qt.Key.Key_Z)
    done()
    assert not page.session.can_undo
    assert name_of(workspace, envoy) == "改过的人"
    press(qtbot, window, Qt.Key.Key_Z)
    done()
    assert name_of(workspace, envoy) == envoy.name
