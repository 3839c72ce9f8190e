import pytest
from PySide6.QtGui import QGuiApplication

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from ui.plan.inspector import Inspector
from ui.plan.labels import Labels
from ui.plan.tray import Tray, coverage_rows, left_out_rows


@pytest.fixture(scope="module")
def plan():
    return make_plan_view()


@pytest.fixture(scope="module")
def labels(plan):
    return Labels(plan, shipped_gazetteer(), shipped_vocabulary())


@pytest.fixture
def tray(qtbot, labels):
    made = Tray()
    qtbot.addWidget(made)
    made.set_plan(labels)
    return made


def test_models_keep_qts_rules(tray, qtmodeltester):
    qtmodeltester.check(tray.left_out.rows_model)
    qtmodeltester.check(tray.coverage.rows_model)


def test_the_tab_counts_what_is_left_out(tray, plan, labels):
    assert tray.tabText(0) == f"未排服务 ({len(plan.unscheduled)})"
    rows = left_out_rows(labels)
    assert [row.visit for row in rows] == list(plan.unscheduled)
    assert all(row.reasons for row in rows)
    short = sum(line.shortfall > 0 for item in plan.coverage for line in item.lines)
    assert tray.tabText(1) == f"覆盖情况 ({short} 条不足)"


def test_what_falls_short_stands_first_with_its_reason(labels):
    rows = coverage_rows(labels)
    shortfalls = [row.line.shortfall for row in rows]
    assert shortfalls == sorted(shortfalls, reverse=True)
    assert all(bool(row.reason) == bool(row.line.shortfall) for row in rows)


def test_a_county_filters_both_tables(tray, plan):
    code = plan.unscheduled[0].county
    tray.set_county(code)
    assert {row.visit.county for row in tray.left_out.proxy.shown()} == {code}
    assert {row.line.county for row in tray.coverage.proxy.shown()} == {code}
    tray.set_county(None)
    assert tray.left_out.proxy.rowCount() == len(plan.unscheduled)


def test_search_takes_pinyin(tray):
    tray.search.setText("qingbaijiang")
    names = {row.county for row in tray.left_out.proxy.shown()}
    assert names == {"青白江区"}


def test_choosing_a_row_tells_the_visit_and_double_click_its_county(tray, plan, qtbot):
    with qtbot.waitSignal(tray.visit_selected) as heard:
        tray.left_out.setCurrentIndex(tray.left_out.proxy.index(2, 0))
    assert heard.args == [tray.left_out.proxy.shown()[2].visit.id]
    with qtbot.waitSignal(tray.county_requested) as asked:
        tray.left_out.activated.emit(tray.left_out.proxy.index(0, 0))
    assert asked.args == [plan.unscheduled[0].county]


def test_copy_gives_the_rows_as_excel_takes_them(tray, plan):
    tray._copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["权重", "县", "专业领域"]
    assert len(lines) == 1 + len(plan.unscheduled)


def test_no_plan_leaves_the_tables_empty(tray):
    tray.set_plan(None)
    assert tray.left_out.rows_model.rowCount() == 0
    assert tray.tabText(0) == "未排服务 (0)"


def test_texts_of_a_visit_of_several_days(plan, labels):
    visit = next(visit for visit in plan.held if visit.slots == 4)
    last = visit.slot_times(plan.days)[-1].date
    assert labels.when(visit).endswith(
        f"至 {last:%m-%d} {'周一周二周三周四周五'[2 * last.weekday() :][:2]}（2 天）"
    )
    assert labels.length(visit) == "2 天"


def texts(widget):
    from PySide6.QtWidgets import QLabel, QPushButton

    labels = [item.text() for item in widget.findChildren(QLabel)]
    return "\n".join(labels + [item.text() for item in widget.findChildren(QPushButton)])


@pytest.fixture
def inspector(qtbot, labels):
    made = Inspector()
    qtbot.addWidget(made)
    made.set_plan(labels)
    return made


def test_the_inspector_tells_people_and_phones_of_a_visit(inspector, plan):
    visit = next(v for v in plan.held if v.contact and len(v.envoys) == 2)
    inspector.show_visit(visit.id)
    shown = texts(inspector)
    for envoy in visit.envoys:
        assert plan.envoys[envoy].name in shown
        assert plan.envoys[envoy].phone in shown
    assert visit.contact_phone in shown
    assert visit.origin.value in shown


def test_the_inspector_tells_why_a_visit_is_left_out(inspector, plan):
    visit = plan.unscheduled[0]
    inspector.show_visit(visit.id)
    assert visit.reasons[0] in texts(inspector)


def test_the_inspector_tells_what_would_cure_it(inspector, plan):
    inspector.show_visit(next(v for v in plan.unscheduled if not v.cures).id)
    assert "怎样可以排上" not in texts(inspector)
    visit = next(v for v in plan.unscheduled if v.cures)
    inspector.show_visit(visit.id)
    shown = texts(inspector)
    assert "怎样可以排上（任选一项）" in shown
    assert all(cure in shown for cure in visit.cures)


def test_the_tray_tells_cures_and_finds_by_them(tray, plan):
    visit = next(v for v in plan.unscheduled if v.cures)
    row = next(row for row in tray.left_out.rows_model.rows if row.visit == visit)
    assert row.cures.startswith(visit.cures[0].rstrip("。"))
    tray.search.setText("放宽到都市圈")
    assert tray.left_out.proxy.rowCount() == sum(bool(v.cures) for v in plan.unscheduled)


def test_the_inspector_lists_a_countys_and_an_envoys_visits(inspector, plan, qtbot):
    inspector.show_county("510131")
    own = [visit for visit in plan.visits if visit.county == "510131"]
    assert f"已排 {sum(v.held for v in own)} 项" in texts(inspector)
    busy = max(plan.envoys, key=lambda key: sum(key in v.envoys for v in plan.held))
    inspector.show_envoy(busy)
    count = sum(busy in visit.envoys for visit in plan.held)
    assert f"下乡服务 {count} 项" in texts(inspector)


def test_a_visit_of_another_plan_shows_the_hint(inspector):
    inspector.show_visit("no such visit")
    assert "点选一项服务" in texts(inspector)
