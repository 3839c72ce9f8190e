"""The pre-flight check beside the setup form, by real clicks."""

from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.services.planning import PlanPreview
from envoy_app.services.preflight import ShortageKind, ShortageView
from tests.plan_factory import make_plan_view
from tests.ui.plan_fakes import make_context
from ui.plan.run.dialog import RUNNING, RunDialog
from ui.shortage_panel import COLUMNS
from ui.tables import RowsModel

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")
TODAY = date(2026, 11, 23)
REACH = ShortageView(
    ShortageKind.REACH,
    "邛崃市 种业 副高及以上",
    "邛崃市的 4 次下乡服务需要“种业与育种”副高及以上 2 人，共享范围和路程以内没有人。",
    2,
    0,
    ("a", "b", "c", "d"),
    "510183",
    "S21",
    2,
    None,
    None,
)
LOAD = ShortageView(
    ShortageKind.LOAD,
    "中药材 全期",
    "12月1日至12月31日：“中药材”的 9 次下乡服务共需 52 人·半天，能派的人至多承担 40 人·半天。",
    52,
    40,
    ("e",),
    None,
    "S10",
    None,
    date(2026, 12, 1),
    date(2026, 12, 31),
)


@pytest.fixture
def context(qtbot, tmp_path):
    made = make_context(tmp_path)
    plan = make_plan_view(visits=10, envoys=10)
    made.workspace.planning.preview_answer = PlanPreview(plan.days, 600, 100, 520, 0, ())
    made.workspace.planning.next_view = plan
    yield made
    made.workspace.planning.gate.set()
    assert made.jobs.close()


@pytest.fixture
def planning(context):
    return context.workspace.planning


@pytest.fixture
def dialog(qtbot, context):
    made = RunDialog(context, TODAY)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def panel(dialog):
    return dialog.form.shortages


def open_and_settle(qtbot, context, dialog):
    dialog.open_beside()
    qtbot.waitUntil(dialog.start_button.isEnabled)
    qtbot.waitUntil(lambda: not context.jobs.jobs)


def test_the_model(qtmodeltester):
    qtmodeltester.check(RowsModel(COLUMNS, (REACH, LOAD)))


def test_shortages_stand_beside_the_form_with_a_sentence_each(
    qtbot, context, planning, dialog, panel
):
    planning.shortages = (REACH, LOAD)
    open_and_settle(qtbot, context, dialog)
    assert "有 2 处缺口" in panel.status.text()
    model = panel.table.model()
    shown = [[model.index(row, at).data() for at in range(4)] for row in range(2)]
    assert shown == [
        ["邛崃市 种业 副高及以上", "够不着人", "2 人", "0 人"],
        ["中药材 全期", "人手不够", "52 半天", "40 半天"],
    ]
    assert panel.sentence.text() == REACH.text
    box = panel.table.visualRect(model.index(1, 0))
    QTest.mouseClick(
        panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), box.center()
    )
    assert panel.sentence.text() == LOAD.text
    QTest.keyClick(panel.table, Qt.Key.Key_Up)
    assert panel.sentence.text() == REACH.text
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == LOAD.text
    assert dialog.start_button.isEnabled()


def test_nothing_short_says_so(qtbot, context, dialog, panel):
    open_and_settle(qtbot, context, dialog)
    assert panel.status.text() == "没有发现必然的缺口。"
    assert not panel.table.isVisible()


def test_the_form_is_alive_and_ready_while_the_check_runs(qtbot, context, planning, dialog, panel):
    planning.gate.clear()
    dialog.open_beside()
    qtbot.waitUntil(lambda: len(planning.checked) == 1)
    assert panel.checking
    assert "正在查找" in panel.status.text()
    assert dialog.start_button.isEnabled()
    QTest.keyClicks(dialog.form.name, "abc")
    assert dialog.form.name.text() == "abc"
    planning.gate.set()
    qtbot.waitUntil(lambda: not panel.checking)


def test_another_date_ends_the_check_and_begins_one_for_it(qtbot, context, planning, dialog, panel):
    planning.shortages = (REACH,)
    planning.gate.clear()
    dialog.open_beside()
    qtbot.waitUntil(lambda: len(planning.checked) == 1)
    dialog.form.end.setDate(QDate(2026, 12, 15))
    assert not panel.checking
    qtbot.waitUntil(lambda: len(planning.checked) == 2)
    assert [request.end for request in planning.checked] == [date(2026, 12, 31), date(2026, 12, 15)]
    qtbot.waitUntil(lambda: planning.given_up == planning.checked[:1])
    planning.gate.set()
    qtbot.waitUntil(panel.table.isVisible)
    dialog.form.end.setDate(QDate(2026, 12, 10))
    assert not panel.table.isVisible()
    qtbot.waitUntil(panel.table.isVisible)


def test_starting_ends_the_check(qtbot, context, planning, dialog, panel):
    planning.gate.clear()
    dialog.open_beside()
    qtbot.waitUntil(lambda: len(planning.checked) == 1)
    QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert dialog.sheets.currentIndex() == RUNNING
    qtbot.waitUntil(lambda: len(planning.given_up) == 1)
    QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.running)


def test_a_check_that_fails_is_a_sentence_and_planning_can_begin(
    qtbot, context, planning, dialog, panel
):
    planning.shortages = EnvironmentProblem("排前检查没有完成，不影响排班，可以直接开始。")
    open_and_settle(qtbot, context, dialog)
    assert panel.status.text() == "排前检查没有完成，不影响排班，可以直接开始。"
    assert dialog.start_button.isEnabled()


def test_a_range_that_cannot_be_planned_is_not_checked(qtbot, context, planning, dialog, panel):
    planning.preview_answer = InputError("这段日期太长，请改短。")
    dialog.open_beside()
    qtbot.waitUntil(lambda: dialog.form.warning.text() == "这段日期太长，请改短。")
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    assert planning.checked == []
    assert "日期和人员齐备后" in panel.status.text()


def test_opening_the_dialog_again_checks_again(qtbot, context, planning, dialog, panel):
    open_and_settle(qtbot, context, dialog)
    planning.shortages = (LOAD,)
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    open_and_settle(qtbot, context, dialog)
    qtbot.waitUntil(lambda: panel.sentence.text() == LOAD.text)
