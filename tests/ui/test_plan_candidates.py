"""Who could come instead, by real clicks: the tab beside the details of a visit."""

import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.domain.plans import RoleView, ScoreView
from envoy_app.services.judging import CandidateView
from envoy_app.services.rule_words import BrokenRule
from envoy_app.services.workspace import open_workspace
from tests.plan_factory import make_plan_view
from tests.services.test_judging import LEFT_OUT, SEAT, make_plan
from tests.ui.plan_fakes import GAZETTEER, VOCABULARY, make_context
from tests.ui.world import make_context as make_real_context
from ui.plan import candidates
from ui.plan.board.layout import BoardMode
from ui.plan.candidates import COLUMNS, CandidatesPanel, details, outcome, seats_of, summary
from ui.plan.labels import Labels
from ui.plan.page import PlanPage
from ui.plan.side_panel import CANDIDATES, DETAILS
from ui.tables import RowsModel

NO_CHANGE = ScoreView(0, 0, 0, 0)
FAR = BrokenRule("TRAVEL", "路程上限", "单程 190 分钟，上限 180")
FULL = BrokenRule("HOST", "县接待能力", "锦江区在 12-02 上午有 3 次下乡服务，超过上限 2。")


@pytest.fixture(scope="module")
def plan():
    return make_plan_view(visits=120, envoys=80)


@pytest.fixture(scope="module")
def pair(plan):
    """A visit with two people."""
    return next(visit for visit in plan.held if len(visit.envoys) == 2)


@pytest.fixture
def context(qtbot, tmp_path, plan):
    made = make_context(tmp_path, plan)
    yield made
    made.workspace.judging.gate.set()
    assert made.jobs.close()


@pytest.fixture
def judging(context):
    return context.workspace.judging


@pytest.fixture
def page(qtbot, context):
    made = PlanPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    context.plans.reload()
    made.refresh(None)
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    return made


@pytest.fixture
def panel(page):
    return page.side.candidates


@pytest.fixture
def opened(qtbot, context, page, panel, pair):
    """The candidates for the first seat of a visit, compared."""
    context.selection.visit = pair.id
    click_tab(page, CANDIDATES)
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    return panel


def click_tab(page, number):
    bar = page.side.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())


def rows(panel):
    return panel.list.rows_model.rows


def made_of(plan, change=NO_CHANGE, broken=()):
    return CandidateView(next(iter(plan.envoys.values())), change, broken, 35)


# Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (ScoreView(0, 0, 0, -12), "合适，成本 -12"),
        (ScoreView(0, 0, 0, 1340), "合适，成本 +1,340"),
        (ScoreView(0, 0, 0, 0), "合适，成本不变"),
        (ScoreView(0, -5, 0, 542), "可以排上，成本 +542"),
        (ScoreView(-1, -4, 0, 0), "可以排上，覆盖缺口 -1，成本不变"),
        (ScoreView(0, 0, 1, 7), "合适，变动 +1，成本 +7"),
    ],
)
def test_a_change_of_the_score_in_plain_words(plan, change, text):
    assert outcome(made_of(plan, change)) == text


def test_what_stands_in_the_way_comes_first_the_rest_in_the_tooltip(plan):
    assert outcome(made_of(plan, broken=(FAR,))) == "单程 190 分钟，上限 180"
    both = made_of(plan, broken=(FULL, FAR))
    assert outcome(both) == "锦江区在 12-02 上午有 3 次下乡服务，超过上限 2 等 2 条"
    told = details(both).splitlines()
    assert told[0].startswith(both.envoy.name)
    assert told[-2:] == [f"{rule.name}：{rule.text}" for rule in (FULL, FAR)]
    assert summary(both).startswith(f"{both.envoy.name} · {both.envoy.organisation}")


def test_seats_are_people_then_gaps_and_roles_where_left_out(plan, pair):
    labels = Labels(plan, GAZETTEER, VOCABULARY)
    seats = seats_of(labels, pair)
    more = [(number, None) for number in range(len(pair.roles))]
    assert [seat.leaving for seat in seats] == [*pair.envoys, *(None for _ in more)]
    assert [(seat.role, seat.leaving) for seat in seats if seat.extra] == more
    assert seats[-1].text.startswith("增派 1 人 · ")
    assert seats[0].text.startswith(plan.envoys[pair.envoys[0]].name)
    short = replace(pair, roles=(RoleView("S08", 3, 2, pair.envoys[:1]),))
    assert [seat.text for seat in seats_of(labels, short)][1] == (
        "缺 1 人 · 桃李梨葡萄等其他水果 正高"
    )
    left = plan.unscheduled[0]
    assert [(seat.role, seat.leaving) for seat in seats_of(labels, left)] == [
        (number, None) for number in range(len(left.roles))
    ]


def test_the_model(qtmodeltester, plan):
    people = [made_of(plan), made_of(plan, broken=(FAR, FULL))]
    qtmodeltester.check(RowsModel(COLUMNS, people))


# The panel ------------------------------------------------------------------------------------


def test_nothing_is_compared_before_somebody_looks(qtbot, context, page, panel, judging, pair):
    context.selection.visit = pair.id
    assert page.side.currentIndex() == DETAILS
    assert judging.asked == []
    click_tab(page, CANDIDATES)
    qtbot.waitUntil(lambda: rows(panel) != ())
    assert judging.asked == [(pair.id, 0, pair.envoys[0])]
    assert panel.status.text() == f"合适的 2 人，共比较 {len(context.plans.plan.envoys) - 2} 人。"
    assert panel.list.currentIndex().row() == 0
    assert panel.list.model().index(0, 0).data() == summary(rows(panel)[0])


def test_the_window_is_alive_while_people_are_compared(qtbot, context, page, panel, judging, pair):
    judging.gate.clear()
    context.selection.visit = pair.id
    click_tab(page, CANDIDATES)
    qtbot.waitUntil(lambda: len(judging.asked) == 1)
    assert panel.status.text() == "正在比较…"
    assert not panel.open_button.isEnabled()
    QTest.keyClicks(page.toolbar.search, "abc")
    assert page.toolbar.search.text() == "abc"
    judging.gate.set()
    qtbot.waitUntil(lambda: rows(panel) != ())


def test_another_seat_and_another_visit_are_compared_anew(
    qtbot, context, page, opened, judging, pair, plan
):
    opened.seat.setFocus()
    QTest.keyClick(opened.seat, Qt.Key.Key_Down)
    assert rows(opened) == ()
    qtbot.waitUntil(lambda: rows(opened) != ())
    number = 0 if len(pair.roles) == 1 else 1
    assert judging.asked[-1] == (pair.id, number, pair.envoys[1])
    other = next(visit for visit in plan.held if visit.id != pair.id)
    context.selection.visit = other.id
    qtbot.waitUntil(lambda: judging.asked[-1] == (other.id, 0, other.envoys[0]))
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    left = plan.unscheduled[0]
    context.selection.visit = left.id
    qtbot.waitUntil(lambda: "试排" in opened.status.text())
    assert judging.asked[-1] == (left.id, 0, None)


def test_a_late_answer_for_a_visit_left_behind_is_dropped(
    qtbot, context, page, panel, judging, pair, plan
):
    judging.gate.clear()
    click_tab(page, CANDIDATES)
    context.selection.visit = pair.id
    qtbot.waitUntil(lambda: len(judging.asked) == 1)
    context.selection.visit = None
    assert "点选一项服务" in panel.status.text()
    judging.gate.set()
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    assert rows(panel) == ()
    assert not panel.list.isVisible()


def test_the_keyboard_goes_through_and_opens(qtbot, context, page, opened):
    opened.list.setFocus()
    QTest.keyClick(opened.list, Qt.Key.Key_Down)
    assert opened.list.chosen() == rows(opened)[1]
    QTest.keyClick(opened.list, Qt.Key.Key_Return)
    assert page.board.row.key == rows(opened)[1].envoy.id
    QTest.keyClick(opened.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == summary(rows(opened)[1])


def test_a_double_click_finds_the_row_and_keeps_the_visit(qtbot, context, page, opened, pair):
    box = opened.list.visualRect(opened.list.model().index(2, 0))
    for click in (QTest.mouseClick, QTest.mouseDClick):
        click(opened.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    wanted = rows(opened)[2].envoy.id
    assert page.board.scene.layout.mode is BoardMode.ENVOY
    assert page.board.row.key == wanted
    assert page.board.row_box(page.board.scene.row).top() < page.board.height()
    assert context.selection.envoy == wanted
    assert context.selection.visit == pair.id
    assert opened.visit == pair
    assert len(rows(opened)) > 2, "the list stays, to look at another"


def test_a_row_that_is_filtered_away_is_shown_again(qtbot, context, page, opened, plan):
    page.set_mode(BoardMode.ENVOY)
    page.toolbar.search.setText("没有这样的词")
    qtbot.waitUntil(lambda: page.boards.currentIndex() == 1)
    qtbot.waitUntil(lambda: rows(opened) != ())
    QTest.mouseClick(opened.open_button, Qt.MouseButton.LeftButton)
    assert page.board.row.key == rows(opened)[0].envoy.id
    assert page.toolbar.search.text() == ""
    assert page.boards.currentIndex() == 0


def test_the_details_lead_to_the_seat_of_a_person(qtbot, context, page, panel, judging, pair):
    context.selection.visit = pair.id

    def links():
        return [
            link
            for link in page.inspector.findChildren(QPushButton)
            if link.accessibleName() == "可替换人选" and link.isVisibleTo(page.inspector)
        ]

    qtbot.waitUntil(lambda: len(links()) == 2)
    QTest.mouseClick(links()[1], Qt.MouseButton.LeftButton)
    assert page.side.currentIndex() == CANDIDATES
    assert panel.seat.currentIndex() == 1
    qtbot.waitUntil(lambda: rows(panel) != ())
    assert judging.asked[-1][2] == pair.envoys[1]


def test_a_county_has_no_seats(page, opened):
    page.inspector.show_county("510104")
    assert "点选一项服务" in opened.status.text()
    assert not opened.seat.isVisible()
    assert rows(opened) == ()


def test_an_error_is_a_sentence(qtbot, context, page, panel, judging, pair):
    judging.error = EnvironmentProblem("这一版方案没有保存排班时的数据，不能比较人选。")
    context.selection.visit = pair.id
    click_tab(page, CANDIDATES)
    qtbot.waitUntil(lambda: "没有保存" in panel.status.text())
    assert rows(panel) == ()


def test_only_what_is_in_sight_is_painted(qtbot, opened, monkeypatch):
    painted = []
    monkeypatch.setattr(
        candidates, "_paint_person", lambda painter, box, item, font: painted.append(item)
    )
    opened.list.viewport().grab()
    assert rows(opened)[0] in painted
    assert len(painted) <= opened.list.viewport().height() // candidates.ROW_HEIGHT + 1
    assert len(painted) < len(rows(opened))


def test_the_window_does_not_load_the_optimiser():
    """Numbers come when somebody compares; OR-Tools stays in its child."""
    code = (
        "import sys, ui.main_window, ui.plan.page, envoy_app.services.judging;"
        "print(sorted({'numpy', 'ortools'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_with_the_real_service(qtbot, tmp_path):
    """From the database to the list: the words of the rules arrive."""
    workspace = open_workspace(tmp_path / "envoy.db", actor="测试")
    plan, problem = make_plan()
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(plan, problem)
        uow.commit()
    context = make_real_context(workspace, tmp_path)
    panel = CandidatesPanel(context)
    qtbot.addWidget(panel)
    panel.resize(268, 480)
    panel.show()
    reference = workspace.reference
    labels = Labels(plan, reference.gazetteer(), reference.vocabulary())
    visits = {visit.id: visit for visit in plan.visits}
    panel.show_visit(labels, visits[SEAT])
    qtbot.waitUntil(lambda: rows(panel) != ())
    assert panel.status.text() == "合适的 2 人，共比较 12 人。"
    assert rows(panel)[0].envoy.name == "合适"
    assert outcome(rows(panel)[0]).startswith("合适，成本 -")
    panel.show_visit(labels, visits[LEFT_OUT])
    qtbot.waitUntil(lambda: panel.status.text().startswith("没有合适的人，共比较 13 人。"))
    assert context.jobs.close()
    workspace.close()
