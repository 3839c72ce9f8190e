"""Versions side by side and publishing, on a real database with a month planned twice."""

from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton, QToolButton

from envoy_app.domain.demands import DemandState
from envoy_app.domain.plan_changes import ToldAs, VisitChangeKind
from envoy_app.domain.plans import PlanState
from tests.factories import make_info
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with
from tests.ui.world import demands_of, make_context
from ui.plan.page import PlanPage
from ui.plan.versions.dialog import APART, EQUAL, FULL, LONELY, first_choice
from ui.plan.versions.rows import told

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")


def version(number, view=None, **values):
    view = view or make_plan_view(seed=number, visits=120, envoys=90)
    made = view.info.created_at + timedelta(hours=number)
    info = {"id": f"p{number}", "version_no": number, "created_at": made, **values}
    return replace(view, info=replace(view.info, **info))


FIRST, SECOND = version(1), version(2)
JANUARY = version(
    3, make_plan_view(visits=60, envoys=40, start=date(2027, 1, 4), end=date(2027, 1, 29))
)


@pytest.fixture
def open_page(qtbot, tmp_path):
    opened = []

    def build(*views):
        manager = workspace_with(tmp_path, *views)
        context = make_context(manager.__enter__(), tmp_path)
        opened.append((manager, context))
        page = PlanPage(context)
        qtbot.addWidget(page)
        page.resize(1366, 768)
        page.show()
        context.changed.connect(page.refresh)
        context.plans.reload()
        page.refresh(None)
        settle(qtbot, context)
        return page

    yield build
    for manager, context in opened:
        assert context.jobs.close()
        manager.__exit__(None, None, None)


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.jobs, timeout=20_000)


def opened_versions(qtbot, page):
    page.toolbar.versions.click()
    settle(qtbot, page.context)
    return page.versions


@pytest.fixture
def page(open_page):
    return open_page(FIRST, SECOND)


@pytest.fixture
def dialog(qtbot, page):
    return opened_versions(qtbot, page)


def test_the_version_on_view_is_compared_with_the_one_before(dialog):
    assert dialog.sheets.currentIndex() == FULL
    assert dialog.list.rows_model.rowCount() == 2
    assert [row.mark for row in dialog.list.rows_model.rows] == ["现在", "原来"]
    shown = dialog._context.workspace.comparing.compare("p1", "p2")
    assert [row.change for row in dialog.changes.table.rows_model.rows] == list(shown.visits)
    assert dialog.notices.table.rows_model.rows == shown.notices
    assert dialog.figures.rows_model.rows == shown.figures
    assert dialog.tabs.tabText(0) == f"变化 {len(shown.visits)}"
    assert dialog.summary.text() == (
        f"{len(shown.visits)} 项服务有变化，要通知 {len(shown.notices)} 人"
    )


def test_models_keep_the_rules_of_qt(dialog):
    for table in (dialog.list, dialog.changes.table, dialog.notices.table, dialog.figures):
        QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_sides_are_swapped_and_chosen_from_the_list(qtbot, dialog):
    dialog.swap_button.click()
    settle(qtbot, dialog._context)
    assert [row.mark for row in dialog.list.rows_model.rows] == ["原来", "现在"]
    kinds = {row.change.kind for row in dialog.changes.table.rows_model.rows}
    assert VisitChangeKind.DROPPED in kinds
    dialog.list.row_activated.emit(dialog.list.rows_model.rows[0])
    settle(qtbot, dialog._context)
    assert [row.mark for row in dialog.list.rows_model.rows] == ["现在", "原来"]


def test_in_a_narrow_dialog_the_figures_have_a_tab(dialog):
    dialog.resize(1400, 700)
    assert dialog.tabs.indexOf(dialog.figures) == -1
    dialog.resize(1000, 600)
    assert dialog.tabs.tabText(dialog.tabs.indexOf(dialog.figures)) == "指标"
    dialog.tabs.setCurrentWidget(dialog.figures)
    assert dialog.figures.isVisible()
    dialog.resize(1400, 700)
    assert dialog.tabs.indexOf(dialog.figures) == -1
    assert dialog.figures.isVisible()
    assert dialog.changes.isVisible() or dialog.notices.isVisible()


def test_equal_versions_say_so(qtbot, dialog):
    dialog.choose("p2", "p2")
    settle(qtbot, dialog._context)
    assert dialog.tabs.widget(0).currentIndex() == EQUAL
    assert "同一版" in dialog.note.text()
    assert dialog.summary.text() == ""


def test_one_version_alone_says_what_to_do(qtbot, open_page):
    dialog = opened_versions(qtbot, open_page(FIRST))
    assert dialog.sheets.currentIndex() == LONELY
    assert not dialog.export.isVisible()


def test_plans_without_a_common_day_show_figures_only(qtbot, open_page):
    standard = tuple(visit for visit in JANUARY.visits if not visit.demand_id)
    dialog = opened_versions(qtbot, open_page(FIRST, replace(JANUARY, visits=standard)))
    assert dialog.tabs.widget(0).currentIndex() == APART
    assert "日期没有重合" in dialog.note.text()
    assert dialog.figures.rows_model.rows


def test_changes_are_searched_by_pinyin_filtered_and_copied(dialog):
    changes = dialog.changes
    county = changes.table.rows_model.rows[0].county
    changes.search.setText(county)
    shown = changes.table.proxy.shown()
    assert shown
    assert all(county in row.county or county in row.what for row in shown)
    changes.search.setText("meiyouzhegeren")
    assert changes.table.proxy.shown() == ()
    assert changes.count.text().startswith(f"{len(changes.table.rows_model.rows)} 项中的 0 项")
    changes.search.clear()
    changes.kinds.choose("新增")
    assert {row.change.kind for row in changes.table.proxy.shown()} == {VisitChangeKind.ADDED}
    changes.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["变化", "县", "服务"]
    assert len(lines) == changes.table.proxy.rowCount() + 1


def test_a_change_leads_to_the_visit_on_the_board_of_its_version(qtbot, page, dialog):
    assert not dialog.changes.show_button.isEnabled()
    assert "先选一项" in dialog.changes.show_button.toolTip()
    page.toolbar.search.setText("没有这样的词")
    dropped = next(row for row in dialog.changes.table.rows_model.rows if row.change.after is None)
    assert dropped.plan_id == "p1"
    dialog.changes.table.choose(lambda row: row is dropped)
    dialog.changes.show_button.click()
    settle(qtbot, page.context)
    assert not dialog.isVisible()
    assert page.context.plans.plan.info.id == "p1"
    assert page.board.chip.visit.id == dropped.visit_id
    assert page.toolbar.search.text() == ""
    added = next(row for row in dialog.changes.table.rows_model.rows if row.change.before is None)
    dialog.changes.table.row_activated.emit(added)
    settle(qtbot, page.context)
    assert page.context.plans.plan.info.id == "p2"
    assert page.board.chip.visit.id == added.visit_id
    reopened = opened_versions(qtbot, page)
    assert reopened is dialog
    assert [row.mark for row in reopened.list.rows_model.rows] == ["现在", "原来"]


def test_words_for_those_chosen_are_shown_and_copied(dialog):
    notices = dialog.notices
    assert not notices.copy_button.isEnabled()
    notices.kinds.choose(ToldAs.CONTACT.value)
    assert {item.told_as for item in notices.table.proxy.shown()} == {ToldAs.CONTACT}
    notices.table.selectRow(0)
    notices.table.selectAll()
    chosen = notices.table.selected_rows()
    notices.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert text == notices.text.toPlainText() == "\n\n".join(map(told, chosen))
    assert f"{chosen[0].organisation} {chosen[0].name}" in text
    phoneless = sum(1 for item in chosen if not item.phone)
    assert notices.count.text() == f"{len(chosen)} 人，{phoneless} 人没有电话"


def test_the_difference_is_saved_as_a_workbook(qtbot, dialog, tmp_path, monkeypatch):
    target = tmp_path / "变化.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    (action,) = dialog.export.menu_of_choices().actions()
    action.trigger()
    settle(qtbot, dialog._context)
    assert openpyxl.load_workbook(target).sheetnames == ["变化", "需通知人员", "指标对比"]


def test_a_new_version_appears_while_the_dialog_is_open(qtbot, page, dialog):
    third = version(4)
    with page.context.workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(third, {})
        page.context.publish(uow.commit())
    settle(qtbot, page.context)
    assert [row.mark for row in dialog.list.rows_model.rows] == ["", "现在", "原来"]


def test_every_control_has_a_name_for_screen_readers(dialog):
    for kind in (QComboBox, QLineEdit, QToolButton, QPushButton):
        for widget in dialog.findChildren(kind):
            if not isinstance(widget.parent(), QLineEdit):
                assert widget.accessibleName() or widget.text(), widget


def test_the_first_choice_is_the_version_in_force_and_the_one_on_view():
    one, two, three = (make_info(id=f"{n}", version_no=n) for n in (1, 2, 3))
    other = make_info(id="x", name="别的")
    assert first_choice((), None) == ("", "")
    assert first_choice((three, two, one), three) == ("2", "3")
    assert first_choice((three, two, one), None) == ("2", "3")
    assert first_choice((three, two, one), one) == ("2", "1")
    in_force = replace(one, state=PlanState.PUBLISHED)
    assert first_choice((three, two, in_force), three) == ("1", "3")
    assert first_choice((three, two, in_force), in_force) == ("2", "1")
    assert first_choice((other, one), one) == ("x", "1")
    replaced = replace(one, state=PlanState.ARCHIVED)
    revision = replace(three, state=PlanState.PUBLISHED)
    assert first_choice((revision, two, replaced), revision) == ("1", "3")
    assert first_choice((revision, two, replaced), two) == ("3", "2")


def test_a_version_whose_planning_is_undone_goes_and_comes_back(qtbot, page, dialog):
    history = page.context.workspace.history
    assert page.toolbar.plan_id == "p2"
    page.context.publish(history.undo())
    settle(qtbot, page.context)
    assert page.toolbar.plan_id == "p1"
    assert dialog.sheets.currentIndex() == LONELY
    page.context.publish(history.redo())
    settle(qtbot, page.context)
    assert page.toolbar.plan_id == "p2"
    assert {row.mark for row in dialog.list.rows_model.rows} == {"现在", "原来"}


# Publishing ------------------------------------------------------------------------------


def asked(qtbot, page):
    page.toolbar.publish.click()
    settle(qtbot, page.context)
    return page.publish_dialog


def test_the_first_publication_tells_everybody(qtbot, page):
    dialog = asked(qtbot, page)
    number = len(page.context.workspace.comparing.announcement("p2"))
    assert dialog.title.text() == "发布“2026年12月下乡服务排班 第2版”？"
    assert dialog.whom.text() == f"首次发布，要通知方案里的全部 {number} 人："
    assert dialog.notices.table.rows_model.rowCount() == number
    dialog.cancel_button.click()
    states = {info.state for info in page.context.workspace.planning.plans()}
    assert states == {PlanState.DRAFT}


def test_a_revision_says_what_it_archives_and_whom_to_tell_then_does_it(qtbot, page):
    workspace = page.context.workspace
    workspace.planning.publish("p1")
    dialog = asked(qtbot, page)
    found = workspace.comparing.publication("p2")
    assert "“2026年12月下乡服务排班 第1版”不再生效，转为已归档" in dialog.effects.text()
    assert dialog.whom.text() == (
        f"与现行的一版相比有 {len(found.difference.visits)} 项变化，"
        f"要通知 {len(found.notices)} 人："
    )
    QTest.keyClick(dialog.publish_button, Qt.Key.Key_Space)
    settle(qtbot, page.context)
    assert not dialog.isVisible()
    states = {info.id: info.state for info in workspace.planning.plans()}
    assert states == {"p1": PlanState.ARCHIVED, "p2": PlanState.PUBLISHED}
    assert page.toolbar.state.isVisible()
    assert "修订为新的一版" in page.toolbar.state.toolTip()


def test_demands_and_other_plans_are_told_of(qtbot, page):
    workspace = page.context.workspace
    demands = [replace(item, state=DemandState.ACCEPTED) for item in demands_of(SECOND)]
    held = {visit.demand_id for visit in SECOND.held if visit.demand_id}
    gone = next(item for item in demands if item.id in held)
    workspace.demands.add(demands)
    workspace.demands.set_state([gone.id], DemandState.CANCELLED, "不办了")
    other = version(5, SECOND, name="另一个方案")
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(other, {})
        uow.commit()
    workspace.planning.publish("p5")
    dialog = asked(qtbot, page)
    people = SECOND.effort.people
    assert "有 1 项服务的需求后来已取消、驳回或完成" in dialog.warning.text()
    assert f"“另一个方案 第5版”已发布且日期重叠，{people} 人会同一时间要去两处，请核对。" in (
        dialog.warning.text()
    )


def test_a_version_published_meanwhile_is_told_in_the_dialog(qtbot, page):
    dialog = asked(qtbot, page)
    page.context.workspace.planning.publish("p2")
    dialog.publish_button.click()
    settle(qtbot, page.context)
    assert dialog.isVisible()
    assert "已发布，只有草案可以发布" in dialog.problem.text()
    dialog.reject()


def test_the_list_to_tell_is_saved(qtbot, page, tmp_path, monkeypatch):
    target = tmp_path / "名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    dialog = asked(qtbot, page)
    (action,) = dialog.export.menu_of_choices().actions()
    action.trigger()
    settle(qtbot, page.context)
    assert openpyxl.load_workbook(target).sheetnames == ["需通知人员"]
    dialog.reject()
