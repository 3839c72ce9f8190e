"""Proposed teams on the page 县团: the run, the comparison, taking it whole or in part."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.errors import Cancelled, InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.teams import TeamProgress, TeamScore
from tests.factories import JINJIANG, LONGQUAN, make_envoy
from tests.ui.world import make_context
from ui.teams.page import CARDS, PROPOSAL, TeamsPage
from ui.teams.texts import proof

CODES = [county.code for county in shipped_gazetteer().counties]


@pytest.fixture(scope="module")
def roster():
    """A leader in each county but 锦江 and 龙泉驿; two who could lead there are in the reserve."""
    led = [code for code in CODES if code not in (JINJIANG, LONGQUAN)]
    people = [
        make_envoy(
            id=code, base_county=code, team_county=code, team_role="团长", title_rank=2, skills=()
        )
        for code in led
    ]
    for number, code in enumerate((JINJIANG, LONGQUAN)):
        people.append(
            make_envoy(
                id=f"free{number}",
                name=f"待定{number}",
                base_county=code,
                team_county=None,
                title_rank=2,
                skills=(),
            )
        )
    return people


@pytest.fixture
def context(qtbot, empty_workspace, tmp_path, roster):
    empty_workspace.roster.add(roster)
    made = make_context(empty_workspace, tmp_path)
    yield made
    assert made.jobs.close()


@pytest.fixture
def page(qtbot, context, settle):
    made = TeamsPage(context)
    context.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.refresh(None)
    settle(context)
    return made


@pytest.fixture
def proposed(qtbot, page):
    """The page with a proposal by the real optimiser."""
    qtbot.mouseClick(page.propose_button, Qt.MouseButton.LeftButton)
    assert page.strip.isVisible()
    assert "请等它完成或停止" in page.propose_button.toolTip()
    qtbot.waitUntil(lambda: page.sheets.currentIndex() == PROPOSAL, timeout=60_000)
    return page


def rows(view):
    table = view.changes
    return [
        tuple(column.value(row) for column in table.rows_model.columns)
        for row in table.rows_model.rows
    ]


def test_the_comparison_shows_who_goes_where_and_why(proposed):
    view = proposed.proposal
    assert view.proof_label.text().startswith("已证明最优")
    assert [row[:3] for row in rows(view)] == [
        ("待定0", "机动库", "锦江区团 团长"),
        ("待定1", "机动库", "龙泉驿区团 团长"),
    ]
    assert all("没有团长" in row[3] for row in rows(view))
    counties = {view._county(item): item for item in view.counties.rows_model.rows}
    assert len(counties) == 35
    assert counties["锦江区"].before.shortfall - counties["锦江区"].after.shortfall == 3
    assert not proposed.strip.isVisible()
    assert not proposed.search.isVisible()


def test_taken_whole_it_is_one_change_and_undo_brings_all_back(qtbot, proposed, context, settle):
    before = context.workspace.teams.desk().shortfall
    with qtbot.waitSignal(context.changed) as told:
        qtbot.mouseClick(proposed.proposal.all_button, Qt.MouseButton.LeftButton)
    settle(context)
    assert told.args[0].description == "采用组团建议：2 人的县团有变，另有 0 人只改团内角色"
    assert proposed.sheets.currentIndex() == CARDS
    assert proposed.board.grid.cards[JINJIANG].facts.team.leader.id == "free0"
    context.publish(context.workspace.history.undo())
    settle(context)
    assert context.workspace.teams.desk().shortfall == before
    assert proposed.board.grid.cards[JINJIANG].facts.rows == ()


def test_a_part_is_judged_as_it_is_ticked_and_taken_alone(qtbot, proposed, context, settle):
    view = proposed.proposal
    whole = view._part.after
    view.changes.setFocus()
    view.changes.choose(lambda row: row.change.before.id == "free1")
    qtbot.keyClick(view.changes, Qt.Key.Key_Space)
    assert view.chosen == {"free0"}
    assert view._part.after == whole + 3, "龙泉驿: size, local, leader"
    assert f"采用所选 1 / 2 人：缺口 {whole + 6} → {whole + 3}" in view.part_label.text()
    assert "龙泉驿区少 1 人" in view.rest_label.full_text or "另有" in view.rest_label.full_text
    with qtbot.waitSignal(context.changed):
        qtbot.mouseClick(view.take_button, Qt.MouseButton.LeftButton)
    settle(context)
    home = {envoy.id: envoy.team_county for envoy in context.workspace.roster.envoys()}
    assert (home["free0"], home["free1"]) == (JINJIANG, None)
    assert context.workspace.teams.desk().shortfall == whole + 3


def test_nothing_ticked_is_nothing_to_take(qtbot, proposed):
    view = proposed.proposal
    qtbot.mouseClick(view.tick_button, Qt.MouseButton.LeftButton)
    assert view.chosen == frozenset()
    assert not view.take_button.isEnabled()
    assert view.take_button.toolTip() == "先勾选要采用的变动"
    assert view.tick_button.text() == "全选"
    qtbot.mouseClick(view.tick_button, Qt.MouseButton.LeftButton)
    assert len(view.chosen) == 2


def test_discarded_it_leaves_no_trace(qtbot, proposed, context):
    qtbot.mouseClick(proposed.proposal.discard_button, Qt.MouseButton.LeftButton)
    assert proposed.sheets.currentIndex() == CARDS
    assert proposed.search.isVisible()
    assert proposed.propose_button.isEnabled()
    assert context.workspace.roster.envoy("free0").team_county is None


def test_what_was_changed_meanwhile_is_not_overwritten(qtbot, proposed, context):
    shown = []
    context.error_shown.connect(shown.append)
    free = context.workspace.roster.envoy("free0")
    context.workspace.roster.save(replace(free, remarks="刚改"))
    qtbot.mouseClick(proposed.proposal.all_button, Qt.MouseButton.LeftButton)
    assert "已被他人修改" in shown[0]
    assert context.workspace.roster.envoy("free1").team_county is None, "all or nothing"


# The run --------------------------------------------------------------------------------------


class FakeTeams:
    """Runs until it is told to stop, then ends as the test says."""

    def __init__(self, real, ending):
        self._real, self._ending = real, ending
        self.started, self.gate = threading.Event(), threading.Event()

    def __getattr__(self, name):
        return getattr(self._real, name)

    def propose(self, limit, *, on_progress, should_cancel):
        on_progress(TeamProgress(1.0, "减少缺口", 3, 12))
        self.started.set()
        while not should_cancel():
            self.gate.wait(0.01)
        raise self._ending


@pytest.fixture
def endless(context, page, request):
    fake = FakeTeams(context.workspace.teams, request.param)
    context.workspace.__dict__["teams"] = fake
    return fake


@pytest.mark.parametrize("endless", [Cancelled()], indirect=True)
def test_a_run_says_how_far_it_is_and_stops(qtbot, page, context, endless):
    told = []
    context.notified.connect(told.append)
    page.propose()
    page.propose()
    assert len([job for job in context.jobs.jobs if not job.quiet]) == 1, "one at a time"
    qtbot.waitUntil(lambda: "缺口 3，离开现县团 12 人" in page.strip.text.text())
    qtbot.mouseClick(page.strip.stop_button, Qt.MouseButton.LeftButton)
    assert not page.strip.stop_button.isEnabled()
    qtbot.waitUntil(lambda: not page.strip.isVisible())
    assert "还没有找到结果" in told[-1]
    assert page.propose_button.isEnabled()


@pytest.mark.parametrize("endless", [InputError("名册是空的。")], indirect=True)
def test_a_run_that_fails_says_why(qtbot, page, context, endless):
    shown = []
    context.error_shown.connect(shown.append)
    page.propose()
    page._stop()
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == ["名册是空的。"]
    assert page.sheets.currentIndex() == CARDS


@pytest.mark.parametrize("endless", [Cancelled()], indirect=True)
def test_a_cancelled_run_is_forgotten_at_once(qtbot, page, context, endless):
    page.propose()
    qtbot.mouseClick(page.strip.cancel_button, Qt.MouseButton.LeftButton)
    assert not page.strip.isVisible()
    assert page.propose_button.isEnabled()
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    assert page.sheets.currentIndex() == CARDS


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (TeamScore(1, 0, 0), "缺口 3，理论上最少不低于 1"),
        (TeamScore(3, 5, 0), "离开现县团 9 人，理论上最少不低于 5 人"),
        (TeamScore(3, 9, 982), "不超过 1.8 %"),
    ],
)
def test_what_is_proven_is_said(proposed, bounds, words):
    proposal = proposed.proposal.comparison.proposal
    found = replace(proposal, optimal=False, score=TeamScore(3, 9, 1000), bounds=bounds)
    assert words in proof(found)
