"""A layout made from the last one is the same as one made anew, and keeps what did not change."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from ui.plan.board.layout import BoardFilter, BoardMode, RowKeeper, build_layout
from ui.plan.inspector import Inspector
from ui.plan.labels import Labels
from ui.plan.tray import Tray
from ui.search import Finder

GAZETTEER, VOCABULARY = shipped_gazetteer(), shipped_vocabulary()
PLAN = make_plan_view(visits=60, envoys=40, end=date(2026, 12, 18))


def layout(plan, mode, shown=None, keeper=None):
    return build_layout(plan, GAZETTEER, VOCABULARY.name, mode, shown, 24, keeper)


def labels(plan):
    return Labels(plan, GAZETTEER, VOCABULARY)


def changed(plan, number, **values):
    visits = list(plan.visits)
    place = number % len(visits)
    visits[place] = replace(visits[place], **values)
    return replace(plan, visits=tuple(visits))


def moved(plan, number, day, half):
    if plan.visits[number % len(plan.visits)].slots > 1:
        half = HalfDay.AM
    day = plan.days[day % (len(plan.days) - 2)]
    return changed(plan, number, start=SlotTime(day, half))


def crewed(plan, number, envoy):
    visit = plan.visits[number % len(plan.visits)]
    known = list(plan.envoys)
    crew = (known[envoy % len(known)],)
    roles = (replace(visit.roles[0], envoys=crew), *visit.roles[1:])
    return changed(plan, number, roles=roles)


def renamed(plan, envoy):
    key = list(plan.envoys)[envoy % len(plan.envoys)]
    card = replace(plan.envoys[key], name=f"新名{envoy}", team_county=None)
    return replace(plan, envoys={**plan.envoys, key: card})


NUMBERS = st.integers(0, 59)
EDITS = st.one_of(
    st.tuples(st.just(moved), NUMBERS, NUMBERS, st.sampled_from(list(HalfDay))),
    st.tuples(st.just(crewed), NUMBERS, NUMBERS),
    st.tuples(st.just(renamed), NUMBERS),
    st.tuples(st.just(lambda plan, number: changed(plan, number, start=None)), NUMBERS),
    st.tuples(st.just(lambda plan, number: changed(plan, number, content="白马")), NUMBERS),
)
VIEWS = st.tuples(
    st.sampled_from(list(BoardMode)),
    st.sampled_from(["", "w", "白马", "zhang", "zzz"]),
    st.sampled_from([None, "资阳市"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(EDITS, VIEWS), min_size=1, max_size=8))
def test_a_layout_from_the_last_one_is_the_same_as_one_made_anew(steps):
    plan, keeper, finder = PLAN, RowKeeper(), Finder()
    for (edit, *words), (mode, query, city) in steps:
        plan = edit(plan, *words)
        shown = BoardFilter(city=city, matches=finder.matcher(query))
        anew = BoardFilter(city=city, matches=Finder().matcher(query))
        assert layout(plan, mode, shown, keeper) == layout(plan, mode, anew)


@pytest.mark.parametrize("mode", list(BoardMode))
def test_only_rows_of_a_changed_visit_are_made_anew(mode):
    keeper = RowKeeper()
    before = layout(PLAN, mode, None, keeper)
    number = next(n for n, visit in enumerate(PLAN.visits) if visit.slots == 1)
    visit = PLAN.visits[number]
    other = HalfDay.PM if visit.start.half is HalfDay.AM else HalfDay.AM
    after = layout(
        changed(PLAN, number, start=replace(visit.start, half=other)), mode, None, keeper
    )
    mine = {visit.county} if mode is BoardMode.COUNTY else set(visit.envoys)
    # A row may slide because another grew; its chips are the same objects all the same.
    chips = {row.key: row.chips for row in before.rows}
    assert {row.key for row in after.rows if row.chips and row.chips is not chips[row.key]} == mine


def test_tables_keep_their_rows_when_a_visit_moves(qtbot):
    tray = Tray()
    qtbot.addWidget(tray)
    tray.set_plan(labels(PLAN))
    tray.left_out.selectRow(1)
    kept = tray.left_out.current_row()
    with (
        qtbot.assertNotEmitted(tray.left_out.rows_model.modelReset),
        qtbot.assertNotEmitted(tray.coverage.rows_model.modelReset),
    ):
        tray.set_plan(labels(moved(PLAN, 0, 3, HalfDay.AM)))
    assert tray.left_out.current_row() == kept


def test_a_new_reason_changes_one_row_and_no_selection(qtbot):
    tray = Tray()
    qtbot.addWidget(tray)
    tray.set_plan(labels(PLAN))
    tray.left_out.selectRow(1)
    kept = tray.left_out.current_row().visit.id
    number = PLAN.visits.index(PLAN.unscheduled[0])
    plan = changed(PLAN, number, reasons=("另一个原因",))
    with qtbot.assertNotEmitted(tray.left_out.rows_model.modelReset):
        tray.set_plan(labels(plan))
    assert tray.left_out.rows_model.rows[0].reasons == "另一个原因"
    assert tray.left_out.current_row().visit.id == kept
    tray.search.setText("另一个")
    assert [row.visit.id for row in tray.left_out.proxy.shown()] == [PLAN.visits[number].id]


def test_what_is_held_now_leaves_the_table(qtbot):
    tray = Tray()
    qtbot.addWidget(tray)
    tray.set_plan(labels(PLAN))
    number = PLAN.visits.index(PLAN.unscheduled[0])
    plan = moved(PLAN, number, 2, HalfDay.AM)
    tray.set_plan(labels(plan))
    assert [row.visit for row in tray.left_out.rows_model.rows] == list(plan.unscheduled)
    assert tray.tabText(0) == f"未排服务 ({len(plan.unscheduled)})"


def test_details_stay_where_nothing_of_them_changed(qtbot):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.set_plan(labels(PLAN))
    shown = PLAN.held[0]
    number = PLAN.visits.index(shown)
    inspector.show_visit(shown.id)
    panel = inspector._shown
    with qtbot.waitSignal(inspector.subject_shown):  # candidates are compared with the plan anew
        inspector.set_plan(labels(moved(PLAN, number + 1, 3, HalfDay.AM)))
    assert inspector._shown is panel
    inspector.set_plan(labels(changed(PLAN, number, content="换了内容")))
    assert inspector._shown is not panel
    assert inspector.visit.content == "换了内容"
