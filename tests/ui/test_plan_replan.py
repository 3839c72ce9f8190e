"""A part of a real draft is planned anew from the window: what may change, what did, and undo."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from envoy_app.domain.editing import ReplanScope
from envoy_app.domain.errors import InputError
from envoy_app.domain.plan_changes import VisitChangeKind
from envoy_app.domain.plans import PlanState
from tests.ui.edit_world import A
from tests.ui.group_steps import (
    CTRL,
    LEFT,
    actions_of,
    chip_point,
    choose,
    click,
    menu_at,
    of,
    open_menu,
    press,
    row_point,
    stored,
    undo,
)
from tests.ui.plan_fakes import progress
from ui.plan.hand.replan_words import reach_of
from ui.plan.run.search_dialog import RESULT, RUNNING, SETUP

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")
Key = Qt.Key


@pytest.fixture
def workspace(draft_workspace):
    return draft_workspace


@pytest.fixture
def page(draft_page):
    return draft_page


@pytest.fixture
def dialog(page, context, settle):
    """The dialog, asked about what is left out."""
    page.hand.replanning.ask()
    made = page.hand.replanning.dialog
    pick(made, "仅未排")
    settle(context)
    return made


class Search:
    """Stands for the optimiser: waits to be told, then answers or gives up as it does."""

    def __init__(self, workspace, monkeypatch):
        self.go, self.begun = threading.Event(), threading.Event()
        self.scopes, self.real = [], workspace.editing.replan
        monkeypatch.setattr(workspace.editing, "replan", self)

    def __call__(self, plan_id, scope, tell, ask, **words):
        self.scopes.append(scope)
        tell(progress(1.0, (0, 5, 0, 90), (0, 0, 0, 0), covered=1, held=4))
        self.begun.set()
        while not self.go.wait(0.01):
            if ask():
                break
        return self.real(plan_id, scope, should_cancel=ask, **(words | {"time_limit": 5.0}))


def pick(dialog, text):
    """Choose a part by its name."""
    combo = dialog.form.part
    place = next(i for i in range(combo.count()) if combo.itemText(i).startswith(text))
    combo.setCurrentIndex(place)


def reach(dialog):
    return {
        name.text(): said.text() for name, said in dialog.form.lines if said.isVisibleTo(dialog)
    }


def start(dialog, context, settle):
    assert dialog.start_button.isEnabled(), dialog.start_button.toolTip()
    QTest.mouseClick(dialog.start_button, LEFT)
    settle(context)


def test_a_countys_menu_says_what_may_change_and_what_stays(page, context, settle):
    click(page, "u")
    press(page, Key.Key_L)
    settle(context)
    choose(page, menu_at(page, row_point(page, A)), "局部重排", settle, context)
    dialog = page.hand.replanning.dialog
    assert dialog.isVisible()
    assert dialog.form.chosen.scope == ReplanScope(visits=frozenset({"u", "w"}))
    assert reach(dialog) == {
        "可能改动": "1 项服务的日期和人员（1 个县，现派 1 人）",
        "尽量补上": "未排的 2 项服务",
        "保持不动": "其余 1 项服务，以及范围内锁定的 1 项",
    }
    pick(dialog, "仅未排")
    assert reach(dialog)["可能改动"] == "没有，已排的都保持原样"
    assert reach(dialog)["保持不动"] == "其余 3 项服务"
    pick(dialog, "全部已排")
    assert dialog.form.chosen.scope == ReplanScope()


def test_what_is_left_out_comes_in_as_one_change_and_undo_takes_it_back(
    page, context, settle, dialog, workspace
):
    plan = context.plans.plan
    start(dialog, context, settle)
    assert dialog.sheets.currentIndex() == RESULT
    assert stored(context, "y").held
    assert all(of(context, key) == item for key, item in zip("uvw", plan.held, strict=False))
    assert context.plans.plan.info.id == plan.info.id
    assert dialog.outcome.headline.text() == "改动了 1 项服务"
    (row,) = dialog.outcome.changes.rows_model.rows
    assert (row.visit_id, row.change.kind) == ("y", VisitChangeKind.ADDED)
    assert "已排" in dialog.outcome.figures.text()
    assert context.selection.visit == "y"
    assert page.hand.editor.why_not == ""
    context.undo.refresh()
    settle(context)
    assert dialog.undo_button.isEnabled()
    QTest.mouseClick(dialog.undo_button, LEFT)
    settle(context)
    assert not stored(context, "y").held
    assert not dialog.isVisible()


def test_the_outcome_as_a_version_of_its_own_leaves_the_first_alone(
    page, context, settle, dialog, workspace
):
    first = context.plans.plan.info.id
    QTest.mouseClick(dialog.form.as_version, LEFT)
    start(dialog, context, settle)
    made = context.plans.plan.info
    assert (made.version_no, made.state) == (2, PlanState.DRAFT)
    assert stored(context, "y").held
    assert not next(v for v in workspace.planning.view(first).visits if v.id == "y").held
    assert not dialog.undo_button.isVisible()
    undo(context, settle)
    assert context.plans.plan.info.id == first


def test_a_published_version_is_planned_anew_only_as_a_new_one(page, context, settle, workspace):
    published = context.plans.plan.info.id
    context.publish(workspace.planning.publish(published))
    settle(context)
    press(page, Key.Key_A, modifier=CTRL)
    menu = menu_at(page, chip_point(page, "u"))
    choose(page, menu, "局部重排", settle, context)
    form = page.hand.replanning.dialog.form
    assert not form.in_place.isEnabled()
    assert "修订" in form.in_place.toolTip()
    assert form.new_version
    start(page.hand.replanning.dialog, context, settle)
    assert context.plans.plan.info.id != published
    assert context.plans.plan.info.state is PlanState.DRAFT
    assert workspace.planning.view(published).info.state is PlanState.PUBLISHED


def test_nothing_better_says_so_and_changes_nothing(page, context, settle, dialog, said):
    start(dialog, context, settle)
    QTest.mouseClick(dialog.again_button, LEFT)
    plan = context.plans.plan
    start(dialog, context, settle)
    assert dialog.sheets.currentIndex() == SETUP
    assert "没有找到更好的安排" in dialog.form.outcome.text()
    assert dialog.form.outcome.isVisible()
    assert said[-1] == dialog.form.outcome.text()
    assert context.plans.plan == plan
    assert page.hand.editor.why_not == ""


def test_while_it_runs_nothing_else_changes_and_stopping_adopts(
    page, context, settle, dialog, workspace, monkeypatch, qtbot, said
):
    search = Search(workspace, monkeypatch)
    QTest.mouseClick(dialog.start_button, LEFT)
    assert dialog.sheets.currentIndex() == RUNNING
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    assert dialog.panel.headline.text().startswith("已覆盖 1/35 县 · 已排 4/700 项")
    press(page, Key.Key_A, modifier=CTRL)
    press(page, Key.Key_Delete)
    assert said[-1] == "正在局部重排，停止或完成后才能改动"
    offered = actions_of(menu_at(page, row_point(page, A)))
    assert not next(item for name, item in offered.items() if name.startswith("局部")).isEnabled()
    open_menu(page).close()
    QTest.mouseClick(dialog.adopt_button, LEFT)
    search.go.set()
    settle(context)
    assert search.scopes == [ReplanScope(unscheduled_only=True)]
    assert of(context, "u").held
    assert page.hand.editor.why_not == ""


def test_giving_up_keeps_the_plan(
    page, context, settle, dialog, workspace, monkeypatch, qtbot, said
):
    Search(workspace, monkeypatch)
    plan = context.plans.plan
    QTest.mouseClick(dialog.start_button, LEFT)
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    QTest.mouseClick(dialog.cancel_button, LEFT)
    settle(context)
    assert dialog.sheets.currentIndex() == SETUP
    assert dialog.form.outcome.text() == "已取消局部重排，方案没有改动。"
    assert context.plans.plan == plan
    assert workspace.planning.view(plan.info.id) == plan
    assert page.hand.editor.why_not == ""


def test_a_refusal_is_told_on_the_form(page, context, settle, dialog, workspace, monkeypatch):
    def refuse(*_asked, **_words):
        raise InputError("按现有锁定排不出方案。")

    monkeypatch.setattr(workspace.editing, "replan", refuse)
    start(dialog, context, settle)
    assert dialog.form.outcome.text() == "按现有锁定排不出方案。"
    assert dialog.start_button.isEnabled()


def test_the_run_dialog_offers_the_parts_that_are_selected(page, context, settle):
    context.selection.county = A
    context.selection.envoy = "e"
    page.open_run_dialog()
    settle(context)
    scope = page.run_dialog.form.scope
    assert scope.isVisible()
    assert [scope.itemText(i) for i in range(scope.count())] == [
        "全部重新排，生成一版新方案",
        "局部重排：锦江区（2 项）",
        "局部重排：人e参加的服务（1 项）",
        "局部重排：仅未排服务（2 项）",
        "局部重排：全部已排服务（3 项）",
    ]
    scope.setFocus()
    QTest.keyClick(scope, Key.Key_Down)
    QTest.keyClick(scope, Key.Key_Down)
    assert page.run_dialog.start_button.text() == "下一步…"
    assert not page.run_dialog.form.name.isVisible()
    QTest.mouseClick(page.run_dialog.start_button, LEFT)
    assert not page.run_dialog.isVisible()
    dialog = page.hand.replanning.dialog
    assert dialog.isVisible()
    assert dialog.form.chosen.title == "人e参加的服务（1 项）"
    assert dialog.form.chosen.scope == ReplanScope(visits=frozenset({"u"}))


def test_a_wholly_locked_part_of_a_full_plan_cannot_be_planned_anew(page, context, settle):
    press(page, Key.Key_A, modifier=CTRL)
    press(page, Key.Key_L)
    settle(context)
    plan = context.plans.plan
    assert reach_of(plan, ReplanScope()).why_not == ""
    full = replace(plan, visits=plan.held)
    assert reach_of(full, ReplanScope()).why_not == "这里的服务全部锁定，先解锁一部分"
    assert reach_of(full, ReplanScope(unscheduled_only=True)).why_not == "没有可以重排的服务"
