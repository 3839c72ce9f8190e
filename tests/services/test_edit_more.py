"""Somebody falls ill, a part is planned anew, the roster has changed since: each by hand."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

import solver
from envoy_app.domain.demands import DemandState
from envoy_app.domain.editing import (
    Absent,
    CopyVisit,
    EditRefused,
    Lock,
    Move,
    Replace,
    ReplanScope,
    Several,
    TakeOff,
)
from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.plans import PlanState, PlanView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.absences import absence_hits, record
from envoy_app.services.instances import build_instance
from envoy_app.services.plan_figures import with_figures
from envoy_app.services.plan_instances import assignments_of
from envoy_app.services.plan_results import placed_visits
from tests.factories import (
    JINGYANG,
    JINJIANG,
    make_demand,
    make_envoy,
    make_info,
    make_inputs,
)
from tests.services.edit_scenes import store
from tests.services.test_editing import assert_stored, at, case, content, of
from tests.solver.build import DAYS, envoy, held, instance, visit

DATES = tuple(map(date.fromisoformat, DAYS))
PLAN = (
    held("u", DAYS[0], "AM", ["e"]),
    held("v", DAYS[0], "PM", ["g"]),
    held("w", DAYS[1], "AM", ["e"]),
)


@pytest.fixture
def plan(workspace):
    return store(workspace, case(), PLAN)


def ill(first=0, last=1, **more):
    return Absent("e", DATES[first], DATES[last], **more)


def hits_of(workspace, plan_id, absent):
    return absence_hits(workspace.editing.open(plan_id).desk, (absent,))


def chosen(hits):
    return tuple(hit.chosen.command for hit in hits)


def note(workspace, plan, absent, commands):
    return workspace.editing.open(plan.info.id).do(record((absent,), commands, "人e"))


def test_who_is_hit_by_an_absence_and_what_can_be_done(workspace, plan):
    """u and w are e's. f lives there as well: half a day for 10 + 4, then the day for 10 + 32."""
    found = hits_of(workspace, plan.info.id, ill())
    assert [hit.visit for hit in found] == ["u", "w"]
    first = found[0]
    assert first.chosen == first.options[0]
    assert first.chosen.command == Replace("u", "e", "f")
    assert (first.chosen.text, first.chosen.envoy.name) == ("改派人f", "人f")
    texts = [option.text for option in first.options]
    assert "改派人g" in texts
    assert "改到12-03 周四 上午" in texts
    assert texts[-1] == "取消安排，以后再排"
    changes = [
        (o.change.coverage, o.change.unscheduled, o.change.disruption, o.change.cost)
        for o in first.options
    ]
    assert changes == sorted(changes)


def test_every_option_has_the_change_that_it_makes(workspace, plan):
    session = workspace.editing.open(plan.info.id)
    for hit in hits_of(workspace, plan.info.id, ill(0, 0)):
        for option in hit.options:
            verdict = session.verdict(Several((ill(0, 0), option.command), "试"))
            assert verdict.allowed
            assert verdict.change == option.change


def test_an_absence_is_recorded_with_what_was_chosen_as_one_change(workspace, plan):
    absent = ill(reason="住院")
    found = hits_of(workspace, plan.info.id, absent)
    edited = note(workspace, plan, absent, chosen(found))
    session = workspace.editing.open(plan.info.id)
    view = assert_stored(workspace, session)
    assert edited.changes.description == "登记人e12-01至12-02不能下乡，调整 2 项下乡服务"
    assert all("e" not in visit.envoys or visit.start.date > DATES[1] for visit in view.held)
    assert workspace.roster.envoy("e").absences == (Absence(DATES[0], DATES[1], None, "住院"),)
    verdict = session.verdict(Replace("v", "g", "e"))
    assert [rule.code for rule in verdict.broken] == ["AVAILABILITY"]
    workspace.history.undo()
    assert content(workspace.planning.view(plan.info.id)) == content(plan)
    assert workspace.roster.envoy("e").absences == ()


def test_an_absence_that_leaves_a_visit_without_people_is_refused(workspace, plan):
    with pytest.raises(EditRefused, match="不可用"):
        note(workspace, plan, ill(), (Replace("u", "e", "f"),))
    assert workspace.roster.envoy("e").absences == ()


def test_half_a_day_off_hits_that_half_only(workspace, plan):
    absent = ill(0, 0, half=HalfDay.PM)
    assert hits_of(workspace, plan.info.id, absent) == ()
    note(workspace, plan, absent, ())
    (absence,) = workspace.roster.envoy("e").absences
    assert absence.half is HalfDay.PM


def test_locked_visits_are_opened_for_somebody_ill(workspace, plan):
    session = workspace.editing.open(plan.info.id)
    session.do(Lock(("u",), date=True, people=True))
    (hit,) = hits_of(workspace, plan.info.id, ill(0, 0))
    assert isinstance(hit.chosen.command, Several)
    note(workspace, plan, ill(0, 0), chosen((hit,)))
    view = assert_stored(workspace, workspace.editing.open(plan.info.id))
    assert of(view, "u").envoys == ("f",)
    assert (of(view, "u").date_locked, of(view, "u").people_locked) == (True, False)


def dear():
    """Both visits stand with people from far off; in A e is at home, in B g."""
    problem = instance(
        [envoy("e"), envoy("g", base="B", team="B")],
        [visit("u"), visit("v", county="B"), visit("x")],
    )
    return problem, (held("u", DAYS[0], "AM", ["g"]), held("v", DAYS[0], "AM", ["e"]))


def test_what_is_left_out_is_planned_with_all_else_as_it_is(workspace):
    plan = store(workspace, *dear())
    edited = workspace.editing.replan(
        plan.info.id, ReplanScope(unscheduled_only=True), time_limit=5, workers=1
    )
    view = assert_stored(workspace, workspace.editing.open(plan.info.id))
    assert edited.plan == view
    assert edited.visits == {"x"}
    assert of(view, "x").envoys == ("e",)
    assert of(view, "u") == of(plan, "u")
    workspace.history.undo()
    assert content(workspace.planning.view(plan.info.id)) == content(plan)


def test_a_selection_is_planned_anew_as_a_version_of_its_own(workspace):
    """Free people come home: e to A; v stays as it is, so e must come at another time."""
    plan = store(workspace, *dear())
    view = workspace.editing.replan(
        plan.info.id,
        ReplanScope(counties=frozenset({"A"})),
        time_limit=5,
        workers=1,
        new_version=True,
    )
    assert (view.info.version_no, view.info.state) == (2, PlanState.DRAFT)
    assert of(view, "u").envoys == ("e",)
    assert of(view, "v") == of(plan, "v")
    assert workspace.planning.view(plan.info.id) == plan
    assert_stored(workspace, workspace.editing.open(view.info.id))
    assert not any(item.locked for item in view.visits)


@pytest.mark.parametrize(
    ("scope", "free"),
    [
        (ReplanScope(), {"u", "v", "x"}),
        (ReplanScope(visits=frozenset({"u"})), {"u", "x"}),
        (ReplanScope(days=frozenset({DATES[1]})), {"x"}),
        (ReplanScope(envoys=frozenset({"e"})), {"v", "x"}),
        (ReplanScope(counties=frozenset({"B"}), envoys=frozenset({"g"})), {"x"}),
        (ReplanScope(unscheduled_only=True), {"x"}),
    ],
)
def test_a_scope_frees_what_fits_every_filter(workspace, scope, free):
    from envoy_app.services.replanning import pinned

    plan = store(workspace, *dear())
    found = pinned(workspace.editing.open(plan.info.id).desk, scope)
    assert {item.id for item in found.visits if item.pin is None} == free


def test_what_was_changed_while_it_was_planned_is_not_lost(workspace):
    plan = store(workspace, *dear())
    session = workspace.editing.open(plan.info.id)
    began = session.desk
    session.do(Move("u", at(2)))
    with pytest.raises(ConflictError, match="重排期间"):
        session.adopt(began, plan.visits, "重排")
    assert of(workspace.planning.view(plan.info.id), "u").start == at(2)


def test_nothing_better_leaves_the_plan_alone(workspace):
    problem, _ = dear()
    best = (
        held("u", DAYS[0], "AM", ["e"]),
        held("v", DAYS[0], "AM", ["g"]),
        held("x", DAYS[1], "AM", ["e"]),
    )
    plan = store(workspace, problem, best)
    with pytest.raises(InputError, match="没有找到更好"):
        workspace.editing.replan(
            plan.info.id, ReplanScope(unscheduled_only=True), time_limit=5, workers=1
        )
    workspace.planning.publish(plan.info.id)
    with pytest.raises(InputError, match="请先修订"):
        workspace.editing.replan(plan.info.id, ReplanScope())


def peach(name, **values):
    return make_envoy(id=f"id-{name}", name=name, skills=(Skill("S08", 3),), **values)


@pytest.fixture
def real(workspace):
    """A week of two demands of the real counties, with people of the roster."""
    people = (peach("在岗"), peach("备用"))
    demands = (make_demand(id="一"), make_demand(id="二", county=JINJIANG))
    inputs = make_inputs(
        start=date(2026, 12, 7),
        end=date(2026, 12, 11),
        standards=(),
        minimums=(),
        envoys=people,
        demands=demands,
    )
    built = build_instance(inputs)
    problem = solver.parse_instance(built.problem)
    assignments = (
        held("D-一", "2026-12-07", "AM", ["id-在岗"]),
        held("D-二", "2026-12-08", "AM", ["id-备用"]),
    )
    info = make_info(start=inputs.start, end=inputs.end)
    visits = placed_visits(built.visits, assignments, {}, {})
    bare = PlanView(info, built.days, visits, built.cards, ())
    view = with_figures(bare, problem, solver.check(problem, assignments), str)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.envoys.add(people)
        uow.demands.add(demands)
        uow.plans.add(view, built.problem)
        uow.commit()
    return view.info.id


def change(workspace, name, **values):
    person = workspace.roster.envoy(f"id-{name}")
    workspace.roster.save(replace(person, **values))


def test_a_plan_that_nothing_has_overtaken_breaks_nothing(workspace, real):
    assert workspace.editing.broken(real) == ()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"active": False}, "ROSTER"),
        ({"absences": (Absence(date(2026, 12, 7), date(2026, 12, 7)),)}, "AVAILABILITY"),
        ({"sharing": Sharing.COUNTY}, "SHARING"),
        ({"base_county": JINGYANG, "max_travel_minutes": 20}, "TRAVEL"),
        ({"skills": (Skill("S01", 3),)}, "SKILL"),
        ({"max_slots_week": 0}, "WEEK_LOAD"),
        ({"max_slots_month": 0}, "TOTAL_LOAD"),
    ],
)
def test_what_changed_in_the_roster_since_is_told_with_a_jump(workspace, real, values, code):
    change(workspace, "在岗", **values)
    (rule,) = workspace.editing.broken(real)
    assert rule.code == code
    assert "在岗" in rule.text or code == "SHARING"
    assert rule.envoy == "id-在岗"
    assert rule.visit in {"D-一", ""}


def test_demands_that_are_gone_are_told(workspace, real):
    with workspace.context.uow() as uow:
        demand = uow.demands.get("一")
        uow.describe("取消")
        uow.demands.save(replace(demand, state=DemandState.CANCELLED, state_reason="改期"))
        uow.commit()
    (rule,) = workspace.editing.broken(real)
    assert (rule.code, rule.visit) == ("DEMAND", "D-一")
    assert rule.text == "服务需求“桃树冬剪”已取消，仍有安排，请取消这项服务。"


def test_unknown_plans_and_people_are_told(workspace, real):
    for ask in (
        lambda: workspace.editing.open("nothing"),
        lambda: workspace.editing.revise("nothing"),
        lambda: workspace.editing.broken("nothing"),
        lambda: hits_of(workspace, real, ill()),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_small_changes_are_recorded_small(workspace, real):
    """Not 20 kB: the visit's own columns, the seat's; no figures, no coverage."""
    session = workspace.editing.open(real)
    session.do(Move("D-一", SlotTime(date(2026, 12, 9), HalfDay.PM)))
    session.do(Replace("D-一", "id-在岗", "id-备用"))
    session.do(TakeOff("D-一"))
    with closing(sqlite3.connect(workspace.path)) as connection:
        rows = connection.execute(
            'SELECT change_set_id, "before", "after" FROM "change" ORDER BY id DESC LIMIT 4'
        ).fetchall()
    assert all(len(json.dumps(row)) < 1_000 for row in rows)
    assert solver.check(session.desk.instance, assignments_of(session.plan.visits)).score[1] > 0
    assert session.plan.info.score.unscheduled == make_demand().weight * 5


def test_substitutes_are_ranked_for_the_plan_as_it_was_changed(workspace, plan):
    """f is absent from now on; a visit added by hand can be asked about like any other."""
    session = workspace.editing.open(plan.info.id)
    before = workspace.judging.judge(plan)
    session.do(Absent("f", DATES[0], DATES[4]))
    edited = session.do(CopyVisit("u", at(3)))
    judge = workspace.judging.judge(edited.plan)
    assert judge is not before
    found = {item.envoy.id: item for item in judge.rank("u", 0).candidates}
    assert [rule.code for rule in found["f"].broken] == ["AVAILABILITY"]
    verdict = session.verdict(Replace("u", "e", "g"))
    assert (found["g"].change, found["g"].allowed) == (verdict.change, True)
    copy = edited.plan.visits[-1].id
    assert judge.move(copy, at(4)).allowed
