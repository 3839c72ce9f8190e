"""What if, on a real database with a planned month and variants solved as the tests say."""

from dataclasses import replace

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionViewItem,
)

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.plans import PlanState, Preset, ScoreView
from envoy_app.domain.whatif import NewExpert, Proof, WhatIf, WhatIfResult
from envoy_app.services.whatif_figures import side_by_side
from tests.factories import QINGYANG
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with
from tests.services.test_planning import fill, request
from tests.ui.whatif_fakes import FINISH, NOT_YET, FakeWhatIf, draft_of, figures, solved
from tests.ui.world import make_context
from tests.ui.world import make_workspace as make_window_workspace
from ui.commands import build_entries
from ui.main_window import MainWindow
from ui.plan.page import PlanPage
from ui.plan.variants.dialog import EMPTY, RESULT, RUNNING, SETUP, VariantsDialog
from ui.plan.variants.result import BASE, DIFFERENT, EQUAL, FAILED
from ui.plan.variants.running import Stage
from ui.plan.variants.setup import MOST, clock_words
from ui.plan.variants.table import arrow, spoken

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")

FIRST = make_plan_view(visits=60, envoys=40)
OTHER = make_plan_view(seed=2, visits=60, envoys=40)
EVEN, SHORT, WIDE = "均衡优先", "少跑路优先", "共享放宽一级"


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.jobs, timeout=20_000)


@pytest.fixture
def page(qtbot, tmp_path):
    with workspace_with(tmp_path, FIRST) as workspace:
        base = workspace.planning.latest()
        fake = FakeWhatIf(workspace.whatif, solved(base, base, ""))
        fake.answers = {
            EVEN: solved(
                base,
                draft_of(OTHER, coverage=0),
                EVEN,
                same_weights=False,
                figures=figures(base, covered=35, travel_hours=2000.0),
            ),
            SHORT: solved(base, draft_of(base), SHORT, figures=figures(base, travel_hours=1800.0)),
        }
        workspace.__dict__["whatif"] = fake
        context = make_context(workspace, tmp_path)
        made = PlanPage(context)
        qtbot.addWidget(made)
        made.resize(1366, 768)
        made.show()
        context.changed.connect(made.refresh)
        context.plans.reload()
        made.refresh(None)
        settle(qtbot, context)
        yield made
        assert context.jobs.close()


@pytest.fixture
def fake(page):
    return page.context.workspace.whatif


@pytest.fixture
def dialog(qtbot, page):
    QTest.mouseClick(page.toolbar.variants, Qt.MouseButton.LeftButton)
    settle(qtbot, page.context)
    return page.variants


def row_of(table, wanted):
    return next(n for n, row in enumerate(table.proxy.shown()) if wanted(row))


def click_box(dialog, name):
    """Tick a variant as a mouse does."""
    table = dialog.setup.list
    index = table.proxy.index(row_of(table, lambda offer: offer.item.name == name), 0)
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    table.itemDelegate().initStyleOption(option, index)
    option.rect = table.visualRect(index)
    box = table.style().subElementRect(
        QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, table
    )
    QTest.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        box.center(),
    )


def ticked(dialog):
    return [item.name for item in dialog.setup.chosen]


def start(dialog, *names):
    for name in names:
        click_box(dialog, name)
    assert ticked(dialog) == list(names)
    QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)


def compared(qtbot, dialog, *names):
    """Solve these variants to the end."""
    start(dialog, *names)
    dialog._context.workspace.whatif.script.put(FINISH)
    settle(qtbot, dialog._context)
    assert dialog.sheets.currentIndex() == RESULT
    return dialog.results


def click_column(table, place):
    header = table.horizontalHeader()
    middle = header.sectionViewportPosition(place) + header.sectionSize(place) // 2
    where = header.viewport().rect().center()
    where.setX(middle)
    QTest.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where
    )


# Choosing ------------------------------------------------------------------------------------


def test_what_is_worth_trying_is_offered_and_ticked_by_mouse_and_keyboard(dialog):
    assert dialog.isVisible()
    assert dialog.sheets.currentIndex() == SETUP
    assert FIRST.info.title in dialog.setup.headline.text()
    names = [offer.item.name for offer in dialog.setup.list.rows_model.rows]
    assert names[:3] == [EVEN, SHORT, WIDE]
    assert any(name.startswith("增加一名") for name in names)
    assert not dialog.start_button.isEnabled()
    assert "至少勾选一种" in dialog.start_button.toolTip()
    click_box(dialog, SHORT)
    assert ticked(dialog) == [SHORT]
    assert dialog.start_button.isEnabled()
    assert dialog.setup.count.text() == "已选 1 种，一次最多 6 种"
    assert "1 分 30 秒" in dialog.setup.total.text()
    dialog.setup.list.selectRow(0)
    QTest.keyClick(dialog.setup.list, Qt.Key.Key_Space)
    assert ticked(dialog) == [EVEN, SHORT]
    QTest.keyClick(dialog.setup.list, Qt.Key.Key_Space)
    click_box(dialog, SHORT)
    assert ticked(dialog) == []


def test_no_more_are_tried_than_can_be_read(dialog):
    dialog.setup.list.selectAll()
    QTest.keyClick(dialog.setup.list, Qt.Key.Key_Space)
    assert len(ticked(dialog)) == MOST
    assert "最多比较 6 种" in dialog.setup.outcome.text()
    left = next(o for o in dialog.setup.list.rows_model.rows if o.item.name not in ticked(dialog))
    click_box(dialog, left.item.name)
    assert len(ticked(dialog)) == MOST


def test_an_own_variant_is_put_together_and_taken_out_again(dialog):
    form = dialog.setup.form
    assert "至少改一项" in form.add_button.toolTip()
    assert not form.expert_county.isEnabled()
    form.experts.setFocus()
    QTest.keyClick(form.experts, Qt.Key.Key_Up)
    assert "哪个县" in form.add_button.toolTip()
    form.expert_county.choose(QINGYANG)
    assert "哪个专业" in form.add_button.toolTip()
    form.expert_specialty.choose("S17")
    form.hosts.setFocus()
    QTest.keyClick(form.hosts, Qt.Key.Key_Up)
    name = "青羊区增加 1 名水产特派员，各县多接待 1 次"
    assert form.add_button.toolTip() == f"加入“{name}”"
    QTest.mouseClick(form.add_button, Qt.MouseButton.LeftButton)
    wanted = WhatIf(name, experts=(NewExpert(QINGYANG, "S17", 2, 1),), more_hosts=1)
    assert dialog.setup.chosen == (wanted,)
    assert dialog.setup.list.current_row().own
    assert form.item == WhatIf()
    QTest.keyClick(dialog.setup.list, Qt.Key.Key_Return)
    assert form.item == replace(wanted, name="")
    assert f"清单里已有“{name}”" in form.add_button.toolTip()
    assert not form.add_button.isEnabled()
    QTest.keyClicks(form.name, "twice")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    assert [item.name for item in dialog.setup.chosen] == ["twice", name]
    QTest.keyClick(dialog.setup.list, Qt.Key.Key_Delete)
    assert [item.name for item in dialog.setup.chosen] == [name]


def test_suggestions_stay_in_the_list(dialog):
    setup = dialog.setup
    assert "先在清单里选" in setup.remove_button.toolTip()
    setup.list.selectRow(0)
    assert not setup.remove_button.isEnabled()
    assert "不勾选就不会求解" in setup.remove_button.toolTip()
    before = setup.list.rows_model.rows
    QTest.keyClick(setup.list, Qt.Key.Key_Delete)
    assert setup.list.rows_model.rows == before


def test_whose_sharing_is_widened(dialog):
    form = dialog.setup.form
    assert not form.whose_specialty.isEnabled()
    form.widen.setCurrentIndex(2)
    form.whose_specialty.choose("S17")
    assert form.item == WhatIf(widen_sharing=2, sharing_specialty="S17")
    form.widen.setCurrentIndex(0)
    assert form.item == WhatIf()


def test_time_in_words():
    assert [clock_words(s) for s in (45, 60, 150)] == ["45 秒", "1 分钟", "2 分 30 秒"]


# Solving -------------------------------------------------------------------------------------


def test_the_run_is_told_variant_by_variant(qtbot, page, dialog, fake):
    start(dialog, EVEN, SHORT)
    assert dialog.sheets.currentIndex() == RUNNING
    assert page.toolbar.variants.text() == "正在比较…"
    rows = dialog.progress.table.rows_model
    fake.say(1, EVEN, ScoreView(1, 0, 0, 1234))
    qtbot.waitUntil(lambda: rows.rows[1].stage is Stage.SOLVING)
    assert [row.stage for row in rows.rows] == [Stage.DONE, Stage.SOLVING, Stage.WAITING]
    assert rows.rows[1].best == "覆盖还差 1 次 · 全部排上 · 成本 1,234"
    assert "第 2 个，共 3 个" in dialog.progress.headline.text()
    fake.say(2, SHORT)
    qtbot.waitUntil(lambda: rows.rows[2].stage is Stage.SOLVING)
    assert rows.rows[1].stage is Stage.DONE
    assert rows.rows[1].best.endswith("1,234")
    QTest.mouseClick(dialog.hide_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert dialog.running
    QTest.mouseClick(page.toolbar.variants, Qt.MouseButton.LeftButton)
    assert dialog.sheets.currentIndex() == RUNNING
    fake.script.put(FINISH)
    settle(qtbot, page.context)
    assert page.toolbar.variants.text() == "假如…"
    (asked,) = fake.asked
    wanted, variants, plan_id = asked
    assert (wanted.start, wanted.end, wanted.preset) == (
        FIRST.info.start,
        FIRST.info.end,
        FIRST.info.preset,
    )
    assert (wanted.time_limit, plan_id) == (120, FIRST.info.id)
    assert [item.preset for item in variants] == [Preset.BALANCE, Preset.TRAVEL]


def test_a_stop_keeps_what_is_finished(qtbot, dialog, fake):
    start(dialog, EVEN, SHORT)
    fake.say(1, EVEN)
    qtbot.waitUntil(lambda: dialog.progress.table.rows_model.rows[1].stage is Stage.SOLVING)
    QTest.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    settle(qtbot, dialog._context)
    results = dialog.results
    assert dialog.sheets.currentIndex() == RESULT
    model = results.table.figures
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(3)]
    assert heads == ["现状", EVEN, f"{SHORT}（没有方案）"]
    click_column(results.table, 2)
    assert results.stack.currentIndex() == FAILED
    assert results.failed.text() == NOT_YET
    assert model.index(0, 2).data() == "—"
    assert not dialog.keep_button.isEnabled()
    assert dialog.keep_button.toolTip() == NOT_YET


def test_a_stop_before_anything_was_found_goes_back(qtbot, dialog):
    start(dialog, EVEN)
    QTest.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    settle(qtbot, dialog._context)
    assert dialog.sheets.currentIndex() == SETUP
    assert "还没有可以比较的结果" in dialog.setup.outcome.text()
    assert ticked(dialog) == [EVEN]


def test_an_error_is_told_and_the_choice_stays(qtbot, dialog, fake):
    start(dialog, EVEN)
    fake.script.put(EnvironmentProblem("求解进程意外结束。"))
    settle(qtbot, dialog._context)
    assert dialog.sheets.currentIndex() == SETUP
    assert dialog.setup.outcome.text() == "求解进程意外结束。"
    assert ticked(dialog) == [EVEN]
    assert dialog.start_button.isEnabled()


# The result ----------------------------------------------------------------------------------


def test_figures_stand_side_by_side_with_sign_arrow_and_best(qtbot, dialog):
    results = compared(qtbot, dialog, EVEN, SHORT)
    table = dialog._compared.table
    by_name = {figure.name: figure for figure in table.figures}
    travel = by_name["行车（小时）"]
    assert [travel.text(n) for n in range(3)] == ["1,950", "2,000", "1,800"]
    assert [travel.change_text(n) for n in range(3)] == ["", "+50", "−150"]
    assert [arrow(travel, n) for n in range(3)] == ["", "△", "▼"]
    assert travel.best == {2}
    assert spoken(travel, 2) == "行车（小时）：1,800，比现状少 150，变好，这一行最好"
    assert by_name["其中行车代价"].text(1) == "—"
    assert by_name["安排不同（项）"].text(1) == str(len(dialog._compared.changes[0]))
    model = results.table.figures
    place = table.figures.index(travel)
    assert model.index(place, 2).data(Qt.ItemDataRole.AccessibleTextRole) == spoken(travel, 2)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert results.note.text() == ""


def test_a_column_is_chosen_by_mouse_and_keyboard_and_its_changes_are_listed(qtbot, dialog):
    results = compared(qtbot, dialog, EVEN, SHORT)
    assert results.table.chosen == 1
    assert results.stack.currentIndex() == DIFFERENT
    base = dialog._context.plans.plan
    difference = dialog._context.workspace.comparing.rearranged(base, draft_of(OTHER))
    listed = [row.visit_id for row in results.changes.table.rows_model.rows]
    assert listed == [change.shown.id for change in difference.visits]
    assert results.caption.full_text == f"{EVEN}：改：{EVEN}（{len(listed)} 项服务有变化）"
    QTest.keyClick(results.table, Qt.Key.Key_Right)
    assert results.table.chosen == 2
    assert results.stack.currentIndex() == EQUAL
    click_column(results.table, 0)
    assert results.stack.currentIndex() == BASE
    assert not dialog.keep_button.isEnabled()
    assert "现状就是已保存的" in dialog.keep_button.toolTip()
    click_column(results.table, 1)
    assert results.stack.currentIndex() == DIFFERENT
    assert dialog.keep_button.isEnabled()


def test_a_variant_is_kept_as_a_draft_and_the_keeping_undone(qtbot, page, dialog):
    compared(qtbot, dialog, EVEN)
    workspace = page.context.workspace
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page.context)
    newest, first = workspace.planning.plans()
    assert first.id == FIRST.info.id
    assert (newest.version_no, newest.state) == (FIRST.info.version_no + 1, PlanState.DRAFT)
    stored = workspace.planning.view(newest.id)
    assert {v.id for v in stored.held} == {v.id for v in OTHER.held}
    assert page.context.plans.plan.info.id == newest.id
    assert page.toolbar.plan_id == newest.id
    assert dialog.busy.text() == f"已保留为“{newest.title}”"
    assert not dialog.keep_button.isEnabled()
    page.context.publish(workspace.history.undo())
    settle(qtbot, page.context)
    assert [info.id for info in workspace.planning.plans()] == [FIRST.info.id]
    assert page.context.plans.plan.info.id == FIRST.info.id
    assert dialog.busy.text() == ""
    assert dialog.keep_button.isEnabled()
    page.context.publish(workspace.history.redo())
    settle(qtbot, page.context)
    assert workspace.planning.latest().info.id == newest.id


def test_a_change_leads_to_the_visit_on_the_board(qtbot, page, dialog):
    results = compared(qtbot, dialog, EVEN)
    table = results.changes.table
    known = {visit.id for visit in FIRST.held}
    place = row_of(table, lambda row: row.visit_id in known)
    table.selectRow(place)
    wanted = table.current_row().visit_id
    QTest.mouseClick(results.changes.show_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page.context)
    assert not dialog.isVisible()
    assert page.context.plans.plan.info.id == FIRST.info.id
    assert page.context.selection.visit == wanted


def test_a_change_of_a_variant_kept_leads_to_the_version_kept(qtbot, page, dialog):
    results = compared(qtbot, dialog, EVEN)
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page.context)
    kept = page.context.plans.plan.info.id
    page.context.plans.show_plan(FIRST.info.id)
    settle(qtbot, page.context)
    results.changes.table.selectRow(0)
    QTest.keyClick(results.changes.table, Qt.Key.Key_Return)
    settle(qtbot, page.context)
    assert page.context.plans.plan.info.id == kept


def test_the_table_is_copied_for_excel(qtbot, dialog):
    compared(qtbot, dialog, EVEN, SHORT)
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0] == ["指标", "现状", EVEN, f"{EVEN} 较现状", SHORT, f"{SHORT} 较现状"]
    assert ["行车（小时）", "1950", "2000", "50", "1800", "-150"] in lines
    assert {len(line) for line in lines} == {6}


def test_the_comparison_is_saved_as_a_workbook(qtbot, dialog, tmp_path, monkeypatch):
    target = tmp_path / "对比.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    compared(qtbot, dialog, EVEN)
    (action,) = dialog.export.menu_of_choices().actions()
    action.trigger()
    settle(qtbot, dialog._context)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["指标对比", "改法", "变化"]
    rows = [row[:4] for row in book["指标对比"].iter_rows(values_only=True)]
    assert ("行车（小时）", 1950, 2000, "+50 变差") in rows


def test_a_plan_changed_since_and_one_planned_anew_are_told(qtbot, page, dialog, fake):
    other = draft_of(FIRST)
    fake.base = solved(other, other, "")
    results = compared(qtbot, dialog, EVEN)
    assert "按现在的数据重新排过" in results.note.text()
    click_column(results.table, 0)
    assert dialog.keep_button.isEnabled()
    plan = page.context.plans.plan
    changed = replace(plan.info, record_version=plan.info.record_version + 1)
    page.context.plans.put(replace(plan, info=changed))
    assert "比较之后又改过" in results.note.text()


def test_others_are_tried_and_the_last_result_found_again(qtbot, dialog):
    compared(qtbot, dialog, EVEN)
    QTest.mouseClick(dialog.again_button, Qt.MouseButton.LeftButton)
    settle(qtbot, dialog._context)
    assert dialog.sheets.currentIndex() == SETUP
    assert ticked(dialog) == [EVEN]
    QTest.mouseClick(dialog.back_button, Qt.MouseButton.LeftButton)
    assert dialog.sheets.currentIndex() == RESULT
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.open_beside()
    assert dialog.sheets.currentIndex() == RESULT


def test_it_fits_a_small_screen(qtbot, dialog):
    compared(qtbot, dialog, EVEN)
    hint = dialog.minimumSizeHint().expandedTo(dialog.minimumSize())
    assert hint.width() <= 855
    assert hint.height() <= 481


def test_ctrl_c_in_the_table_copies_it(qtbot, dialog):
    results = compared(qtbot, dialog, EVEN)
    results.table.setFocus()
    QTest.keyClick(results.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == results.table.figures.as_tsv()


def test_controls_have_names(dialog):
    for kind in (QPushButton, QComboBox, QLineEdit):
        for part in dialog.findChildren(kind):
            assert part.accessibleName() or part.text() or part.parent().accessibleName()


# Ways in -------------------------------------------------------------------------------------


def test_without_a_plan_it_says_what_to_do(qtbot, empty_context):
    dialog = VariantsDialog(empty_context)
    qtbot.addWidget(dialog)
    empty_context.plans.reload()
    settle(qtbot, empty_context)
    dialog.open_beside()
    assert dialog.sheets.currentIndex() == EMPTY
    (wanted,) = (b for b in dialog.sheets.widget(EMPTY).findChildren(QPushButton))
    with qtbot.waitSignal(dialog.planning_requested):
        QTest.mouseClick(wanted, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_the_command_palette_opens_it(qtbot, tmp_path):
    workspace = make_window_workspace(tmp_path, plan=FIRST)
    context = make_context(workspace, tmp_path)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    settle(qtbot, context)
    (entry,) = (item for item in build_entries(window) if item.title.startswith("假如"))
    entry.run()
    settle(qtbot, context)
    assert window.pages["plan"].variants.isVisible()
    assert window.pages["plan"].variants.sheets.currentIndex() == SETUP
    window.close()
    assert context.jobs.close()
    workspace.close()


def test_a_run_leads_on_to_variants(qtbot, page):
    page.open_run_dialog()
    run = page.run_dialog
    settle(qtbot, page.context)
    run._done(page.context.plans.plan)
    settle(qtbot, page.context)
    QTest.mouseClick(run.variants_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page.context)
    assert not run.isVisible()
    assert page.variants.isVisible()
    assert ticked(page.variants) == [EVEN, SHORT]
    assert page.variants.start_button.isEnabled()


def test_a_small_roster_is_really_solved(qtbot, workspace_of_a_week):
    """One more expert of fish covers the county that lacks one; the plan is kept and undone."""
    context = workspace_of_a_week
    dialog = VariantsDialog(context)
    qtbot.addWidget(dialog)
    dialog.plan_kept.connect(context.plans.put)
    dialog.open_beside()
    settle(qtbot, context)
    dialog.setup.seconds.setItemData(0, 2)
    dialog.setup.seconds.setCurrentIndex(0)
    start(dialog, "增加一名水产特派员")
    qtbot.waitUntil(lambda: not dialog.running, timeout=60_000)
    assert dialog.sheets.currentIndex() == RESULT
    assert dialog._compared.base_is_stored
    covered = dialog._compared.table.figures[0]
    assert (covered.text(0), covered.text(1), covered.better(1)) == ("1", "2", True)
    rows = dialog.results.changes.table.rows_model.rows
    assert "青羊" in {row.county for row in rows}
    assert any("设想的水产特派员1" in row.people for row in rows)
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    settle(qtbot, context)
    planning = context.workspace.planning
    assert planning.latest().info.name == "一周（增加一名水产特派员）"
    context.publish(context.workspace.history.undo())
    assert [info.name for info in planning.plans()] == ["一周"]
    settle(qtbot, context)


@pytest.fixture
def workspace_of_a_week(qtbot, tmp_path):
    with workspace_with(tmp_path) as workspace:
        fill(workspace)
        workspace.planning.run(request())
        context = make_context(workspace, tmp_path)
        context.plans.reload()
        settle(qtbot, context)
        yield context
        assert context.jobs.close()


# The figures ---------------------------------------------------------------------------------


def test_what_is_proven_and_how_far_from_the_best():
    base = solved(FIRST, FIRST, "")
    view = solved(FIRST, draft_of(FIRST), "甲")
    proofs = (Proof.LOWER, Proof.EQUAL, Proof.EQUAL, Proof.OPEN)
    told = tuple(
        replace(item, proof=proof) for item, proof in zip(view.differences, proofs, strict=True)
    )
    plans = side_by_side(WhatIfResult(base, (replace(view, differences=told),)), (0,)).plans
    assert plans[1].proven == "覆盖缺口更少，未排服务相同"
    assert plans[0].proven == ""
    assert "最优" in plans[0].gap or plans[0].gap == "尚无下界"
