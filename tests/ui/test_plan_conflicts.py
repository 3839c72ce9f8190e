"""Broken rules under the board: told, jumped to, cured and renewed with real clicks and keys."""

import threading
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import EnvironmentProblem, NotFoundError
from envoy_app.domain.plans import PlanState
from envoy_app.domain.renewing import RenewalKind
from envoy_app.services.workspace import open_workspace
from tests.services.renewal_world import fill, plan
from tests.ui.edit_world import open_page
from ui.plan.board.layout import BoardMode
from ui.plan.conflict_rows import Cure
from ui.plan.conflicts import ConflictsPanel
from ui.plan.tray import Tray

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspace(tmp_path):
    opened = open_workspace(tmp_path / "envoy.db", actor="测试")
    fill(opened)
    plan(opened)
    yield opened
    opened.close()


@pytest.fixture
def known(qtbot, context):
    """Wait until the plan was judged and nothing runs."""

    def wait():
        qtbot.waitUntil(
            lambda: not context.conflicts.busy and not context.jobs.jobs, timeout=10_000
        )

    return wait


@pytest.fixture
def page(qtbot, context, known):
    made = open_page(context)
    made.resize(1300, 800)
    qtbot.addWidget(made)
    known()
    return made


def lone(view):
    """A visit with one person."""
    return next(v for v in view.held if len(v.envoys) == 1)


def retire(context, envoy):
    context.publish(context.workspace.roster.set_active([envoy], False, "退休"))


def rows(page):
    return page.tray.conflicts.table.rows_model.rows


def click_row(page, visit_id):
    table = page.tray.conflicts.table
    index = table.proxy.find(lambda row: row.rule.visit == visit_id)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
    return index


def click(button):
    assert button.isEnabled(), button.toolTip()
    QTest.mouseClick(button, LEFT)


def stored(context, visit_id):
    view = context.workspace.planning.view(context.plans.plan.info.id)
    return next(visit for visit in view.visits if visit.id == visit_id)


def test_nothing_broken_is_told_and_the_badge_stays_away(page):
    assert rows(page) == ()
    assert not page.toolbar.conflicts.isVisible()
    assert page.tray.tabText(2) == "冲突 (0)"
    assert page.tray.conflicts.table.empty_text.startswith("没有冲突")
    assert not page.tray.conflicts.cure_button.isEnabled()
    assert "选一条" in page.tray.conflicts.cure_button.toolTip()


def test_a_change_of_the_roster_is_counted_marked_and_told_and_its_undo_clears_it(
    page, context, known
):
    visit = lone(context.plans.plan)
    context.selection.visit = visit.id
    retire(context, visit.envoys[0])
    known()
    broken = [row.rule.visit for row in rows(page)]
    assert visit.id in broken
    assert page.toolbar.conflicts.isVisible()
    assert page.toolbar.conflicts.text() == f"冲突 {len(broken)}"
    assert f"有 {len(broken)} 处" in page.toolbar.conflicts.accessibleName()
    assert page.tray.tabText(2) == f"冲突 ({len(broken)})"
    labels = page.board.scene.labels
    assert labels.warned(visit)
    (chip,) = page.board.scene.layout.by_visit[visit.id]
    tip = page.board.tooltip_at(page.board.chip_box(chip).center())
    assert "违反规则 名册：" in tip
    shown = [text.text() for text in page.inspector.findChildren(QLabel)]
    assert "现在违反的规则" in shown
    assert any(text.startswith("名册：") for text in shown)
    context.publish(context.workspace.history.undo())
    known()
    assert rows(page) == ()
    assert not page.toolbar.conflicts.isVisible()
    assert not page.board.scene.labels.warned(visit)


def test_the_badge_opens_the_panel_though_the_tray_is_folded(page, context, known):
    visit = lone(context.plans.plan)
    retire(context, visit.envoys[0])
    known()
    click(page.toolbar.tray)
    assert not page.tray.isVisible()
    click(page.toolbar.conflicts)
    assert page.tray.isVisible()
    assert page.tray.currentWidget() is page.tray.conflicts
    assert page.tray.conflicts.table.hasFocus()
    first = page.tray.conflicts.table.current_row()
    assert context.selection.visit == first.rule.visit
    assert page.tray.conflicts.cure_button.text() == "换人…"
    assert not page.tray.cure_button.isVisible()


@pytest.mark.parametrize("mode", list(BoardMode))
def test_a_row_jumps_to_the_visit_and_the_person_also_if_filtered_away(
    page, context, known, qtbot, mode
):
    visit = lone(context.plans.plan)
    retire(context, visit.envoys[0])
    known()
    page.set_mode(mode)
    page.tray.show_conflicts()
    page.tray.conflicts.table.clearSelection()
    elsewhere = next(v.county for v in context.plans.plan.held if v.county != visit.county)
    page.toolbar.place.choose(elsewhere)
    page.toolbar.place.activated.emit(0)
    page.tray.set_county(None)
    page.toolbar.search.setText("没有这样的")
    qtbot.waitUntil(lambda: page._query != "")
    click_row(page, visit.id)
    chip = page.board.chip
    assert chip.visit.id == visit.id
    assert not chip.dimmed
    row = page.board.scene.layout.rows[chip.row]
    assert row.key == (visit.county if mode is BoardMode.COUNTY else visit.envoys[0])
    assert page.board.viewport().rect().intersects(page.board.chip_box(chip))
    assert context.selection.envoy == visit.envoys[0]
    assert page.inspector.subject == ("visit", visit.id)


def test_enter_and_double_click_go_on_to_the_board(page, context, known):
    visit = lone(context.plans.plan)
    retire(context, visit.envoys[0])
    known()
    page.tray.show_conflicts()
    table = page.tray.conflicts.table
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.board.hasFocus()
    assert page.board.chip.visit.id == table.current_row().rule.visit
    table.setFocus()
    page.side.hide()
    page.toolbar.inspector.setChecked(False)
    index = click_row(page, visit.id)
    QTest.mouseDClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
    assert page.board.hasFocus()
    assert page.side.isVisible()


def test_the_board_stays_where_it_is_when_the_answer_comes_anew(page, context, known):
    one, other = [v for v in context.plans.plan.held if len(v.envoys) == 1][:2]
    retire(context, one.envoys[0])
    known()
    page.tray.show_conflicts()
    click_row(page, one.id)
    context.selection.visit = other.id
    retire(context, other.envoys[0])
    known()
    assert page.tray.conflicts.table.current_row().rule.visit == one.id
    assert context.selection.visit == other.id


def test_a_visit_nobody_wants_is_taken_off_and_undo_brings_it_back(page, context, known, said):
    visit = next(v for v in context.plans.plan.held if v.demand_id)
    context.publish(
        context.workspace.demands.set_state([visit.demand_id], DemandState.CANCELLED, "不办了")
    )
    known()
    page.tray.show_conflicts()
    click_row(page, visit.id)
    assert page.tray.conflicts.cure_button.text() == "取消安排"
    click(page.tray.conflicts.cure_button)
    known()
    assert not stored(context, visit.id).held
    assert rows(page) == ()
    context.publish(context.workspace.history.undo())
    known()
    assert stored(context, visit.id).start == visit.start
    assert [row.cure for row in rows(page)] == [Cure.TAKE_OFF]


def test_somebody_else_is_sent_from_a_row_and_undo_brings_it_back(page, context, known):
    visit = next(v for v in context.plans.plan.held if len(v.envoys) == 2)
    leaving = visit.envoys[1]
    retire(context, leaving)
    known()
    page.tray.show_conflicts()
    click_row(page, visit.id)
    click(page.tray.conflicts.cure_button)
    known()
    assert page.side.comparing
    candidates = page.side.candidates
    assert candidates.seat.currentIndex() == 1
    click(candidates.replace_button)
    known()
    now = stored(context, visit.id)
    assert now.held
    assert leaving not in now.envoys
    assert visit.id not in {row.rule.visit for row in rows(page)}
    context.publish(context.workspace.history.undo())
    known()
    assert stored(context, visit.id).envoys == visit.envoys


def test_a_visit_on_a_day_off_is_moved_from_its_row_by_keys(page, context, known):
    visit = next(v for v in context.plans.plan.held if v.slots == 1)
    day = visit.start.date
    context.publish(context.workspace.calendar.set_days(day, day, DayKind.OFF, "停电"))
    known()
    page.tray.show_conflicts()
    click_row(page, visit.id)
    assert page.tray.conflicts.cure_button.text() == "移动…"
    click(page.tray.conflicts.cure_button)
    known()
    assert page.hand.moving.overlay.isVisible()
    QTest.keyClick(page.board, Qt.Key.Key_Escape)
    assert stored(context, visit.id).start == visit.start


def test_del_and_the_menu_work_on_the_row(page, context, known):
    visit = lone(context.plans.plan)
    retire(context, visit.envoys[0])
    known()
    page.tray.show_conflicts()
    click_row(page, visit.id)
    names = [action.text() for action in page.hand.actions.menu(visit).actions()]
    assert "换人…" in names
    QTest.keyClick(page.tray.conflicts.table, Qt.Key.Key_Delete)
    known()
    assert not stored(context, visit.id).held
    context.publish(context.workspace.history.undo())
    known()
    assert stored(context, visit.id).held


def test_rows_are_filtered_sorted_and_copied_as_excel_takes_them(page, context, known):
    one, other = [v for v in context.plans.plan.held if len(v.envoys) == 1][:2]
    retire(context, one.envoys[0])
    retire(context, other.envoys[0])
    known()
    page.tray.show_conflicts()
    table = page.tray.conflicts.table
    table.sort_by("day")
    starts = [row.visit.start for row in table.proxy.shown()]
    assert starts == sorted(starts)
    page.tray._copy()
    table.clearSelection()
    page.tray._copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("规则\t违反了什么\t服务\t特派员\t县\t日期")
    assert len(lines) == len(rows(page)) + 1
    page.tray.search.setText("没有这样的")
    assert table.proxy.rowCount() == 0
    assert page.tray.tabText(2) == f"冲突 ({len(rows(page))})"


def test_answers_about_an_older_state_are_dropped(page, context, known, qtbot, monkeypatch):
    """The first question hangs until the second was answered; what it says is not shown."""
    editing = context.workspace.editing
    ask, asked, gate = editing.broken, threading.Event(), threading.Event()

    def slow(plan_id):
        found = ask(plan_id)
        asked.set()
        assert gate.wait(10)
        return found

    monkeypatch.setattr(editing, "broken", slow)
    visit = lone(context.plans.plan)
    retire(context, visit.envoys[0])
    qtbot.waitUntil(asked.is_set)
    monkeypatch.setattr(editing, "broken", ask)
    context.publish(context.workspace.history.undo())
    qtbot.waitUntil(lambda: not context.conflicts.busy)
    assert context.conflicts.broken == ()
    gate.set()
    known()
    assert context.conflicts.broken == ()
    assert rows(page) == ()


def test_what_cannot_be_known_is_told(page, context, known, monkeypatch):
    def fail(plan_id):
        raise EnvironmentProblem("这一版方案没有保存排班时的数据。")

    monkeypatch.setattr(context.workspace.editing, "broken", fail)
    retire(context, lone(context.plans.plan).envoys[0])
    known()
    assert context.conflicts.broken is None
    assert page.tray.conflicts.table.empty_text == "这一版方案没有保存排班时的数据。"
    assert not page.toolbar.conflicts.isVisible()


def test_a_published_version_tells_why_it_cannot_be_changed(page, context, known):
    workspace = context.workspace
    visit = next(v for v in context.plans.plan.held if v.demand_id)
    context.publish(workspace.planning.publish(context.plans.plan.info.id))
    known()
    day = visit.start.date
    context.publish(workspace.calendar.set_days(day, day, DayKind.OFF, "停电"))
    known()
    page.tray.show_conflicts()
    click_row(page, visit.id)
    assert not page.tray.conflicts.cure_button.isEnabled()
    assert "修订" in page.tray.conflicts.cure_button.toolTip()
    assert page.tray.conflicts.renew_button.isEnabled()


# Today's data --------------------------------------------------------------------------------


def open_dialog(page, known):
    page.tray.show_conflicts()
    click(page.tray.conflicts.renew_button)
    dialog = page.conflicts.dialog
    assert dialog.isVisible()
    known()
    return dialog


def test_todays_data_is_brought_in_with_a_preview_and_undo_takes_it_back(
    page, context, known, said
):
    before = context.plans.plan
    visit = lone(before)
    retire(context, visit.envoys[0])
    known()
    fallen = {row.rule.visit for row in rows(page)}
    dialog = open_dialog(page, known)
    assert {item.visit for item in dialog.table.rows_model.rows} == fallen
    assert {item.kind for item in dialog.renewal.items} == {RenewalKind.OFF}
    assert f"{len(fallen)} 项退回未排" in dialog.counts.text()
    assert "停用" in dialog.table.rows_model.rows[0].reason
    assert context.workspace.planning.plans() == (before.info,)
    click(dialog.renew_button)
    known()
    assert not dialog.isVisible()
    now = context.plans.plan
    assert now.info.title == "两周 第2版"
    assert context.workspace.planning.view(now.info.id) == now
    assert page.toolbar.plan_id == now.info.id
    assert rows(page) == ()
    assert page.tray.currentIndex() == 0
    assert fallen <= {row.visit.id for row in page.tray.left_out.rows_model.rows}
    assert any("已更新为 两周 第2版" in text for text in said)
    context.publish(context.workspace.history.undo())
    known()
    assert context.plans.plan.info.id == before.info.id
    with pytest.raises(NotFoundError):
        context.workspace.planning.view(now.info.id)


def test_a_version_that_is_up_to_date_needs_no_update(page, known):
    dialog = open_dialog(page, known)
    assert dialog.stack.currentWidget() is dialog.nothing
    assert not dialog.renew_button.isEnabled()
    assert "已经是现在的数据" in dialog.renew_button.toolTip()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_preview_that_another_change_overtook_is_shown_anew(page, context, known):
    dialog = open_dialog(page, known)
    dialog.reject()
    visit = lone(context.plans.plan)
    day = date(2026, 12, 8)
    context.publish(context.workspace.calendar.set_days(day, day, DayKind.OFF, "停电"))
    known()
    dialog = open_dialog(page, known)
    context.workspace.roster.set_active(visit.envoys, False)
    click(dialog.renew_button)
    known()
    assert dialog.isVisible()
    assert "刚才又变了" in dialog.problem.text()
    assert visit.id in {item.visit for item in dialog.renewal.items}
    assert len(context.workspace.planning.plans()) == 1
    click(dialog.renew_button)
    known()
    assert not dialog.isVisible()
    assert len(context.workspace.planning.plans()) == 2


def test_what_cannot_be_updated_is_told_in_the_dialog(page, context, known):
    everybody = [person.id for person in context.workspace.roster.envoys()]
    context.publish(context.workspace.roster.set_active(everybody, False))
    known()
    dialog = open_dialog(page, known)
    assert "没有可派的特派员" in dialog.problem.text()
    assert not dialog.renew_button.isEnabled()


def test_a_published_version_is_renewed_as_a_draft_that_counts_its_changes(page, context, known):
    visit = lone(context.plans.plan)
    context.publish(context.workspace.planning.publish(context.plans.plan.info.id))
    retire(context, visit.envoys[0])
    known()
    dialog = open_dialog(page, known)
    assert "通知" in dialog.about.text()
    click(dialog.renew_button)
    known()
    now = context.plans.plan
    assert now.info.state is PlanState.DRAFT
    assert now.info.score.disruption > 0
    assert page.hand.editor.why_not == ""


def test_the_panel_keeps_qts_rules(qtbot, qtmodeltester):
    panel = ConflictsPanel()
    qtbot.addWidget(panel)
    qtmodeltester.check(panel.table.rows_model)
    assert panel.table.empty_text.startswith("正在")


def test_a_narrow_tray_keeps_all_tabs_in_sight(qtbot):
    tray = Tray()
    qtbot.addWidget(tray)
    tray.show_conflict_count(51)
    tray.show_conflicts()
    tray.resize(560, 150)
    tray.show()
    renew, bar = tray.conflicts.renew_button, tray.tabBar()
    assert renew.text() == "更新…"
    assert renew.accessibleName() == "按现在的数据更新…"
    assert not tray.search.isVisible()
    assert all(bar.rect().contains(bar.tabRect(n)) for n in range(bar.count()))
    tray.resize(1000, 150)
    assert renew.text() == "按现在的数据更新…"
    assert tray.search.isVisible()
