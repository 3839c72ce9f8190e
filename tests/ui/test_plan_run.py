from datetime import date
from fractions import Fraction

import pytest
from PySide6.QtCore import QDate
from PySide6.QtTest import QSignalSpy

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.domain.gap import Tier
from envoy_app.domain.plans import Preset
from envoy_app.services.planning import PlanPreview
from tests.plan_factory import make_plan_view
from tests.ui.plan_fakes import FINISH, make_context, progress
from ui.plan.run.chart import RunChart, clock, nice_ticks, time_ticks
from ui.plan.run.dialog import RESULT, RUNNING, SETUP, RunDialog
from ui.plan.run.setup_form import month_after, periods
from ui.plan.run.state import RunState, as_progress, summary_lines

# Said by the offscreen plugin when a dialog is brought to the front.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def plan():
    return make_plan_view(visits=140, envoys=70)


@pytest.fixture
def context(qtbot, tmp_path, plan):
    made = make_context(tmp_path)
    made.workspace.planning.next_view = plan
    made.workspace.planning.preview_answer = PlanPreview(plan.days, 600, 100, 520, 0, ())
    yield made
    assert made.jobs.close()


@pytest.fixture
def dialog(qtbot, context):
    made = RunDialog(context, TODAY)
    qtbot.addWidget(made)
    made.open_beside()
    qtbot.waitUntil(made.start_button.isEnabled)
    return made


def script(context, *steps):
    for step in steps:
        context.workspace.planning.script.put(step)


# The history of a run -----------------------------------------------------------------------


def test_only_changes_are_kept_and_steps_are_per_tier():
    state = RunState()
    for at, cost in ((1, 100), (2, 100), (3, 90)):
        state.add(progress(at, (2, 5, 0, cost), (2, 5, 0, 60)))
    assert state.scores(Tier.COST) == ((1, 100), (3, 90))
    assert state.bounds(Tier.COST) == ((1, 60),)
    assert state.scores(Tier.COVERAGE) == ((1, 2),)
    assert state.gap.relative == Fraction(1, 3)


def test_the_tier_shown_is_the_one_that_moved_last():
    state = RunState()
    assert state.tier is Tier.COVERAGE
    state.add(progress(1, (2, 9, 0, 100), (2, 5, 0, 60)))
    assert state.tier is Tier.UNSCHEDULED
    state.add(progress(2, (2, 9, 0, 90), (2, 5, 0, 60)))
    assert state.tier is Tier.COST
    state.add(progress(3, (2, 8, 0, 95), (2, 5, 0, 60)))
    assert state.tier is Tier.UNSCHEDULED


def test_the_headline_speaks_in_counties_and_visits_where_they_are_known():
    state = RunState()
    assert state.headline == "还没有找到方案"
    state.add(progress(1, (1, 4, 0, 1234), covered=34, held=696))
    assert state.headline == "已覆盖 34/35 县 · 已排 696/700 项 · 成本 1,234"
    state.add(progress(2, (1, 4, 0, 1200)))
    assert state.headline == "覆盖还缺 1 次 · 未排服务权重 4 · 成本 1,200"


def test_a_bound_of_nothing_is_not_drawn():
    state = RunState()
    state.add(progress(1, (2, 5, 0, 100), (0, 0, 0, 0)))
    assert state.bounds(Tier.COST) == ()


def test_the_status_bar_gets_seconds_of_the_limit():
    made = as_progress(progress(12.4), 60)
    assert (made.done, made.total) == (12, 60)


def test_the_summary_counts_from_the_plan(plan):
    text = "\n".join(summary_lines(plan))
    held = len(plan.held)
    people = {envoy for visit in plan.held for envoy in visit.envoys}
    assert f"已排 {held}/{len(plan.visits)} 项服务" in text
    assert f"派出 {len(people)} 位特派员" in text
    assert "行车合计 1,950 小时" in text


# The chart ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(0, 3), (148_595, 270_000), (5, 5), (33, 56)])
def test_axis_values_are_round_and_span_the_values(low, high):
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len(ticks) <= 7
    assert all(tick == int(tick) for tick in ticks)


def test_time_axis():
    assert time_ticks(60) == (0, 10, 20, 30, 40, 50, 60)
    assert time_ticks(300) == (0, 60, 120, 180, 240, 300)
    assert clock(67) == "1:07"


def test_the_chart_says_what_it_draws(qtbot):
    chart = RunChart()
    qtbot.addWidget(chart)
    chart.resize(420, 160)
    state = RunState()
    chart.show_state(state, Tier.COST, 1, 60)
    empty = chart.grab().toImage()
    for at in range(10):
        state.add(progress(at + 1, (0, 0, 0, 1000 - 30 * at), (0, 0, 0, 500 + 10 * at)))
    chart.show_state(state, Tier.COST, 30, 60)
    assert chart.accessibleDescription() == "成本：当前 730，下界 590"
    assert chart.grab().toImage() != empty


# The form -----------------------------------------------------------------------------------


def test_next_month_is_the_default():
    assert (month_after(TODAY, 1).start, month_after(TODAY, 1).end) == (
        date(2026, 12, 1),
        date(2026, 12, 31),
    )
    assert month_after(date(2026, 12, 5), 2).start == date(2027, 2, 1)
    assert [period.title for period in periods(TODAY)] == [
        "下个月（2026 年 12 月）",
        "再下个月（2027 年 1 月）",
        "本月余下的日子",
    ]


def test_the_form_asks_for_what_it_shows(dialog):
    request = dialog.form.request
    assert (request.start, request.end) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (request.preset, request.time_limit, request.name) == (Preset.COVERAGE, 60, "")
    dialog.form.name.setText(" 春耕 ")
    dialog.form._presets.button(2).setChecked(True)
    dialog.form.limit.setCurrentIndex(3)
    request = dialog.form.request
    assert (request.preset, request.time_limit, request.name) == (Preset.TRAVEL, 300, "春耕")


def test_editing_a_date_turns_the_quick_choice_to_own_days(dialog):
    dialog.form.end.setDate(QDate(2026, 12, 15))
    assert dialog.form.period.currentText() == "自选日期"
    dialog.form.end.setDate(QDate(2026, 12, 31))
    assert dialog.form.period.currentIndex() == 0


def test_the_preview_shows_figures_and_warnings(dialog, context, qtbot, plan):
    assert dialog.form.figures["days"].text() == f"{len(plan.days)} 天"
    assert dialog.form.figures["visits"].text() == "700 项"
    assert dialog.form.figures["envoys"].text() == "520 人"
    context.workspace.planning.preview_answer = PlanPreview(plan.days, 1, 0, 5, 0, ("年份未公布",))
    dialog.form.refresh()
    qtbot.waitUntil(lambda: dialog.form.warning.text() == "年份未公布")


def test_nothing_to_plan_says_why_it_cannot_start(dialog, context, qtbot):
    context.workspace.planning.preview_answer = PlanPreview((), 0, 0, 520, 0, ())
    dialog.form.refresh()
    qtbot.waitUntil(lambda: "没有工作日" in dialog.start_button.toolTip())
    assert not dialog.start_button.isEnabled()


def test_an_unusable_range_is_one_sentence(dialog, context, qtbot):
    context.workspace.planning.preview_answer = InputError("这段日期太长，请改短。")
    dialog.form.refresh()
    qtbot.waitUntil(lambda: dialog.form.warning.text() == "这段日期太长，请改短。")
    assert not dialog.start_button.isEnabled()
    dialog.form.end.setDate(QDate(2026, 11, 1))
    qtbot.waitUntil(lambda: "晚于" in dialog.form.warning.text())


# Running ------------------------------------------------------------------------------------


def test_a_run_shows_progress_then_its_result(dialog, context, qtbot, plan):
    made = QSignalSpy(dialog.plan_made)
    dialog.start_button.click()
    assert dialog.running
    assert dialog.sheets.currentIndex() == RUNNING
    assert not dialog.adopt_button.isEnabled()
    assert "还没有找到方案" in dialog.adopt_button.toolTip()
    script(context, progress(1, (2, 9, 0, 1000), (2, 9, 0, 900), phase="改进方案", covered=34))
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    assert dialog.panel.phase.text() == "改进方案"
    assert "已覆盖 34/35 县" in dialog.panel.headline.text()
    assert dialog.panel.gap.text() == "成本离理论最优不超过 10.0 %"
    script(context, FINISH)
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)
    assert made.at(0)[0] == plan
    assert not dialog.running
    assert dialog.result_panel.headline.text().startswith(f"已覆盖 {plan.covered_counties}/")
    for item in plan.coverage:
        if item.shortfall:
            assert item.reasons[0][:12] in dialog.result_panel.uncovered.toPlainText()


def test_a_search_cut_short_says_so_beside_its_result(dialog, context, qtbot):
    dialog.start_button.click()
    sentence = "求解进程意外退出，已保留此前核对过的最好方案。"
    script(context, progress(1, (2, 9, 0, 1000), phase="改进方案"))
    script(context, progress(2, (2, 9, 0, 1000), phase=sentence), FINISH)
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)
    assert sentence in dialog.result_panel.lines.text()
    dialog.again_button.click()
    qtbot.waitUntil(dialog.start_button.isEnabled)
    dialog.start_button.click()
    script(context, progress(1, (2, 9, 0, 1000), phase="改进方案"), FINISH)
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)
    assert sentence not in dialog.result_panel.lines.text()


def test_no_bound_says_so(dialog, context, qtbot):
    dialog.start_button.click()
    script(context, progress(1, (2, 9, 0, 1000), (0, 0, 0, 0)))
    qtbot.waitUntil(lambda: dialog.panel.gap.text() == "尚无下界")
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not dialog.running)


def test_stop_and_adopt_keeps_the_best_plan(dialog, context, qtbot, plan):
    dialog.start_button.click()
    script(context, progress(1, (2, 9, 0, 1000)))
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    dialog.adopt_button.click()
    assert not dialog.adopt_button.isEnabled()
    assert "采用" in dialog.panel.phase.text()
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)
    assert context.workspace.planning.stored == [plan.info.id]


def test_cancel_before_a_plan_changes_nothing(dialog, context, qtbot):
    dialog.start_button.click()
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.sheets.currentIndex() == SETUP
    assert dialog.form.outcome.text() == "已取消排班，没有改动任何内容。"
    assert context.workspace.planning.stored == []


def test_cancel_after_a_plan_stores_nothing_either(dialog, context, qtbot):
    dialog.start_button.click()
    script(context, progress(1, (2, 9, 0, 1000)))
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.form.outcome.text() == "已取消排班，没有改动任何内容。"
    assert context.workspace.planning.stored == []


def test_an_error_is_one_sentence_and_the_form_is_back(dialog, context, qtbot):
    dialog.start_button.click()
    script(context, EnvironmentProblem("求解进程意外退出，请重新求解。"))
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.sheets.currentIndex() == SETUP
    assert dialog.form.outcome.text() == "求解进程意外退出，请重新求解。"


def test_closing_the_dialog_lets_the_search_go_on(dialog, context, qtbot):
    dialog.start_button.click()
    dialog.close()
    assert not dialog.isVisible()
    assert [job.title for job in context.jobs.jobs if not job.quiet] == ["排班"]
    dialog.open_beside()
    assert dialog.sheets.currentIndex() == RUNNING
    script(context, FINISH)
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)


def test_stopping_in_the_status_bar_adopts_too(dialog, context, qtbot):
    dialog.start_button.click()
    script(context, progress(1, (2, 9, 0, 1000)))
    qtbot.waitUntil(dialog.adopt_button.isEnabled)
    next(job for job in context.jobs.jobs if not job.quiet).cancel()
    qtbot.waitUntil(lambda: dialog.sheets.currentIndex() == RESULT)
    assert len(context.workspace.planning.stored) == 1
