"""Each command on a plan solved by hand: what it does, what it costs, and that it can be undone.

A and B lie in one city, 30 minutes there and 40 back; C lies elsewhere. e and f live in A, g in B.
A half-day in A costs somebody of A 10 (5 + 5), in B 130 (60 lent, 70 on the road).
"""

from dataclasses import replace
from datetime import date

import pytest

import solver
from envoy_app.domain.changes import Topic
from envoy_app.domain.editing import (
    Absent,
    AddPerson,
    CopyVisit,
    Cure,
    Discard,
    EditRefused,
    Lock,
    Move,
    Place,
    RemovePerson,
    Replace,
    Resize,
    Several,
    SplitVisit,
    SwapPeople,
    SwapVisits,
    TakeOff,
)
from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.people import Sharing
from envoy_app.domain.plans import PlanState, ScoreView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.plan_instances import assignments_of, instances_of
from tests.services.edit_scenes import store
from tests.solver.build import DAYS, county, envoy, held, instance, visit

DATES = tuple(map(date.fromisoformat, DAYS))
AM, PM = HalfDay.AM, HalfDay.PM


def at(day, half=AM):
    return SlotTime(DATES[day], half)


def case(**more):
    """u and v half-days in A and B, w one day in A, x left out: nobody has its level."""
    roles = [{"specialty": "柑橘", "min_level": 3, "count": 1}]
    return instance(
        [
            envoy("e", max_slots_per_week=6),
            envoy("f"),
            envoy("g", base="B", team="B"),
        ],
        [
            visit("u"),
            visit("v", county="B"),
            visit("w", slots=2, weight=4),
            visit("x", roles=roles, weight=3),
        ],
        coverage=[{"county": "A", "specialty": None, "min_visits": 2}],
        **more,
    )


PLAN = (
    held("u", DAYS[0], "AM", ["e"]),
    held("v", DAYS[0], "PM", ["g"]),
    held("w", DAYS[1], "AM", ["f"]),
)


@pytest.fixture
def plan(workspace):
    return store(workspace, case(), PLAN)


@pytest.fixture
def session(workspace, plan):
    return workspace.editing.open(plan.info.id)


def of(view, key):
    (found,) = (visit for visit in view.visits if visit.id == key)
    return found


def assert_stored(workspace, session):
    """What is stored is what the session shows, and breaks no rule; the figures are true."""
    view = workspace.planning.view(session.plan.info.id)
    assert view == session.plan
    with workspace.context.read() as uow:
        whole = instances_of(workspace.context).of(uow, view)
    assert whole == session.desk.instance
    report = solver.check(whole, assignments_of(view.visits))
    assert report.violations == ()
    assert view.info.score == ScoreView(*report.score)
    return view


def done(workspace, session, command, change=None):
    """Judge a command and carry it out; the verdict must come true, undo must bring all back."""
    before = session.plan
    verdict = session.verdict(command)
    assert verdict.allowed, verdict.broken
    if change is not None:
        assert verdict.change == ScoreView(*change)
    edited = session.do(command)
    view = assert_stored(workspace, session)
    assert edited.plan == view
    assert edited.changes.description == verdict.description
    assert edited.changes.records[Topic.PLANS]
    tiers = zip(numbers(before.info.score), numbers(view.info.score), strict=True)
    assert numbers(verdict.change) == tuple(b - a for a, b in tiers)
    same_again(workspace, session, before, view)
    return workspace.editing.open(view.info.id).plan


def numbers(score):
    return score.coverage, score.unscheduled, score.disruption, score.cost


def content(view):
    return replace(view, info=replace(view.info, record_version=0))


def same_again(workspace, session, before, after):
    """Undo brings the plan of before back, figures and all; redo that of after."""
    workspace.history.undo()
    assert content(workspace.planning.view(before.info.id)) == content(before)
    workspace.history.redo()
    assert content(workspace.planning.view(before.info.id)) == content(after)
    assert content(workspace.editing.open(before.info.id).plan) == content(after)
    assert_stored(workspace, session)


def test_a_visit_moves_with_its_people(workspace, session):
    view = done(workspace, session, Move("u", at(2, PM)), (0, 0, 0, 0))
    assert of(view, "u").start == at(2, PM)
    assert of(view, "u").envoys == ("e",)


def test_half_a_day_joins_another_of_its_day(workspace, session):
    """e goes to A and to B: 5 + 30 + 40 on the road instead of 10, lent once: v costs 60 + 65.

    g had 20 for it. The load: 4 x 4 for e's two instead of 4 for each.
    """
    done(workspace, session, Replace("v", "g", "e"), (0, 0, 0, 60 + 65 - 20 + 8))


def test_what_breaks_a_rule_is_told_before_and_refused(workspace, session, plan):
    session.do(Replace("v", "g", "e"))
    command = Move("v", at(0))
    verdict = session.verdict(command)
    assert [rule.code for rule in verdict.broken] == ["OVERLAP"]
    assert "同时被派往" in verdict.broken[0].text
    assert verdict.broken[0].envoy == "e"
    before = workspace.planning.view(plan.info.id)
    with pytest.raises(EditRefused, match="会违反规则：特派员人e") as refused:
        session.do(command)
    assert refused.value.broken == verdict.broken
    assert workspace.planning.view(plan.info.id) == before


def test_a_visit_is_taken_off_and_put_on_again(workspace, session):
    """u counts for A, which then lacks one of two."""
    view = done(workspace, session, TakeOff("u"), (1, 1, 0, -14))
    assert of(view, "u").reasons == ("由人工取消了安排。",)
    assert of(view, "u").envoys == ()
    view = done(workspace, session, Place("u"), (-1, -1, 0, 14))
    assert of(view, "u").reasons == ()
    session.do(TakeOff("u"))
    view = done(workspace, session, Place("u", at(3)), (-1, -1, 0, 14))
    assert of(view, "u").start == at(3)
    assert of(view, "u").envoys == ("e",), "f has two half-days already"
    session.do(TakeOff("u"))
    view = done(workspace, session, Place("u", at(3), (("g",),)), (-1, -1, 0, 60 + 70 + 12))
    assert of(view, "u").envoys == ("g",)


def test_one_person_more_and_one_less(workspace, session):
    """f then has three half-days: 4 x (9 - 4) more, and 10 on the road."""
    view = done(workspace, session, AddPerson("u", 0, "f"), (0, 0, 0, 30))
    assert of(view, "u").envoys == ("e", "f")
    assert of(view, "u").roles[0].count == 2
    view = done(workspace, session, RemovePerson("u", "e"), (0, 0, 0, -14))
    assert of(view, "u").envoys == ("f",)
    with pytest.raises(InputError, match="只派人f一人"):
        session.do(RemovePerson("u", "f"))


def test_people_and_visits_swap(workspace, session):
    """e to B 130, g to A 130, instead of 10 and 20."""
    view = done(workspace, session, SwapPeople("u", "e", "v", "g"), (0, 0, 0, 230))
    assert (of(view, "u").envoys, of(view, "v").envoys) == (("g",), ("e",))
    view = done(workspace, session, SwapVisits("u", "w"), (0, 0, 0, 0))
    assert (of(view, "u").start, of(view, "w").start) == (at(1), at(0))


def test_a_copy_is_a_visit_of_its_own(workspace, session):
    """Held by e on another day: 10 + 4 x (4 - 1). Left out it would count with its weight."""
    view = done(workspace, session, CopyVisit("u", at(2)), (0, 0, 0, 10 + 12))
    copy = view.visits[-1]
    assert (copy.county, copy.envoys, copy.start) == ("A", ("e",), at(2))
    assert copy.by_hand is not None
    with pytest.raises(InputError, match="不能删除"):
        session.do(Discard("u"))
    view = done(workspace, session, Discard(copy.id), (0, 0, 0, -22))
    assert len(view.visits) == 4
    view = done(workspace, session, CopyVisit("u"), (0, 1, 0, 0))
    assert not view.visits[-1].held


def test_a_day_is_split_in_two(workspace, session):
    """Two half-days of one person in one county on one day are one trip."""
    view = done(workspace, session, SplitVisit("w", 1), (0, 0, 0, 0))
    first, second = of(view, "w"), view.visits[-1]
    assert [(v.slots, v.start, v.envoys, v.weight) for v in (first, second)] == [
        (1, at(1), ("f",), 2),
        (1, at(1, PM), ("f",), 2),
    ]
    session.do(Resize("u", 4))
    view = done(workspace, session, SplitVisit("u", 2), (0, 0, 0, 10))
    assert (of(view, "u").start, view.visits[-1].start) == (at(0), at(1))
    with pytest.raises(InputError, match="不能这样拆分"):
        session.do(SplitVisit("u", 3))


def test_a_visit_takes_longer_or_less(workspace, session):
    """e works two days instead of half a one: 4 x (16 - 1); the road out and back 10 as before."""
    session.do(Move("u", at(0, PM)))
    view = done(workspace, session, Resize("u", 4), (0, 0, 0, 60))
    assert (of(view, "u").slots, of(view, "u").start) == (4, at(0))
    verdict = session.verdict(Resize("u", 10))
    assert {rule.code for rule in verdict.broken} == {"WINDOW", "WEEK_LOAD"}
    done(workspace, session, Resize("u", 1), (0, 0, 0, -60))
    with pytest.raises(InputError, match="时长"):
        session.do(Resize("u", 3))


def test_locks_stand_against_commands_until_they_are_opened(workspace, session):
    view = done(workspace, session, Lock(("u",), date=True), (0, 0, 0, 0))
    assert (of(view, "u").date_locked, of(view, "u").people_locked) == (True, False)
    assert of(view, "u").locked
    for command in (Move("u", at(2)), TakeOff("u"), SwapVisits("u", "w")):
        assert {rule.code for rule in session.verdict(command).broken} == {"PIN"}
    assert {rule.code for v in session.starts("u") if not v.allowed for rule in v.rules} == {"PIN"}
    done(workspace, session, Replace("u", "e", "f"))
    done(workspace, session, Lock(("u",), date=False, people=True))
    done(workspace, session, Move("u", at(2)))
    assert [r.code for r in session.verdict(Replace("u", "f", "e")).broken] == ["PIN"]
    (onto_pinned,) = (target for target in session.seats("g", "v") if target.visit == "u")
    assert [rule.code for rule in onto_pinned.rules] == ["PIN"]
    with pytest.raises(InputError, match="已经是这样"):
        session.do(Lock(("u",), people=True))


def test_a_week_a_county_or_a_person_is_locked_in_one_step(workspace, session):
    assert session.select(week_of=DATES[3]) == ("u", "v", "w")
    assert session.select(county="A") == ("u", "w")
    assert session.select(envoy="g") == ("v",)
    assert session.select(week_of=DATES[4]) == ()
    view = done(workspace, session, Lock(session.select(county="A"), date=True, people=True))
    assert {v.id for v in view.visits if v.locked} == {"u", "w"}
    assert workspace.history.undoable()[0].description == "锁定 2 项下乡服务的时间和人员"


def test_a_proved_cure_is_one_change(workspace, session):
    """x wants level 3; asking for 2 lets e or f come."""
    (cure, *_) = session.cures("x")
    assert cure.text == "将“柑橘”席位的级别要求由正高降为副高及以上。"
    assert cure.change.unscheduled == -3
    view = done(workspace, session, Cure("x", cure.text), numbers(cure.change))
    assert of(view, "x").held
    assert of(view, "x").roles[0].min_level == 2
    assert of(view, "x").cures == ()
    with pytest.raises(InputError, match="不需要办法"):
        session.cures("x")


def test_a_cure_that_holds_no_more_is_refused(session):
    with pytest.raises(InputError, match="行不通"):
        session.do(Cure("x", "将月亮搬走。"))


def test_a_cure_of_a_person_goes_to_the_roster_too(workspace):
    """Only e may come to C, but is shared within the city: the rest is too far."""
    people = [envoy("e", sharing="city"), envoy("f", max_travel_minutes=10)]
    problem = instance(people, [visit("u", county="C")])
    plan = store(workspace, problem, ())
    session = workspace.editing.open(plan.info.id)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        person = uow.envoys.get("e")
        uow.envoys.save(replace(person, sharing=Sharing.CITY))
        uow.commit()
    (cure,) = (c for c in session.cures("u") if "共享范围" in c.text)
    view = done(workspace, session, Cure("u", cure.text))
    assert of(view, "u").envoys == ("e",)
    assert view.amendments == ({"edit": "set_sharing", "envoy": "e", "sharing": "metro"},)
    assert workspace.roster.envoy("e").sharing.value == "metro"
    workspace.history.undo()
    assert workspace.roster.envoy("e").sharing.value == "city"


def test_several_commands_are_one_change(workspace, session):
    commands = (Move("u", at(2)), Replace("v", "g", "e"))
    view = done(workspace, session, Several(commands, "两处调整"))
    assert (of(view, "u").start, of(view, "v").envoys) == (at(2), ("e",))


def test_drags_show_what_commands_do(session):
    """Every start and every seat has the verdict of the command that a drop would be."""
    for key in ("u", "w", "x"):
        for target in session.starts(key):
            if of(session.plan, key).held:
                verdict = session.verdict(Move(key, target.start))
                if target.start.half is PM and of(session.plan, key).slots > 1:
                    continue  # the command puts it on the morning
            else:
                verdict = session.verdict(Place(key, target.start, target.crew))
            assert target.change == verdict.change
            assert {r.code for r in target.rules} == {r.code for r in verdict.broken}
            assert all(rule.text for rule in target.rules)
    for target in session.seats("e", "u"):
        verdict = session.verdict(SwapPeople("u", "e", target.visit, target.leaving))
        assert (target.change, target.allowed) == (verdict.change, verdict.allowed)
    for target in session.seats("f"):
        verdict = session.verdict(Replace(target.visit, target.leaving, "f"))
        assert (target.change, target.allowed) == (verdict.change, verdict.allowed)


def test_a_verdict_speaks_of_minutes_and_visits(session):
    assert session.verdict(TakeOff("u")).words == (
        "覆盖标准少满足 1 次",
        "少安排 1 项服务",
        "行车少 10 分钟",
        "忙闲不均代价少 4",
    )
    assert session.verdict(Move("u", at(2))).words == ("得分不变。",)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (Move("nothing", at(0)), NotFoundError),
        (Move("x", at(0)), InputError),
        (Place("u"), InputError),
        (Place("x", at(0), (("e", "f"),)), InputError),
        (Place("x", at(0), (("nobody",),)), NotFoundError),
        (Place("x", SlotTime(date(2027, 1, 1), AM)), InputError),
        (Replace("u", "f", "g"), NotFoundError),
        (Replace("u", "e", "nobody"), NotFoundError),
        (Replace("u", "e", "e"), InputError),
        (AddPerson("u", 0, "e"), InputError),
        (AddPerson("u", 7, "f"), NotFoundError),
        (SwapPeople("u", "e", "u", "e"), InputError),
        (SwapVisits("u", "u"), InputError),
        (Lock(("x",), date=True), InputError),
        (Absent("e", DATES[1], DATES[0]), InputError),
        (TakeOff("x"), InputError),
    ],
)
def test_what_does_not_fit_is_a_sentence(workspace, session, plan, command, error):
    with pytest.raises(error, match=r"请|不同|不能"):
        session.do(command)
    assert workspace.planning.view(plan.info.id) == plan
    assert workspace.history.undoable(1)[0].description == "布置"


def test_targets_of_what_is_not_there_are_told(session):
    for ask in (
        lambda: session.starts("nothing"),
        lambda: session.starts("u", (("nobody",),)),
        lambda: session.starts("u", (("e", "f"),)),
        lambda: session.seats("nobody"),
        lambda: session.seats("e", "v"),
        lambda: session.cures("nothing"),
    ):
        with pytest.raises((NotFoundError, InputError)):
            ask()


def test_a_published_version_is_refused_and_revised(workspace, session, plan):
    workspace.planning.publish(plan.info.id)
    session = workspace.editing.open(plan.info.id)
    with pytest.raises(InputError, match="已发布，不能再改，请修订"):
        session.do(Move("u", at(2)))
    published = workspace.planning.view(plan.info.id)
    info = workspace.editing.revise(plan.info.id)
    assert (info.version_no, info.state) == (2, PlanState.DRAFT)
    assert info.score == published.info.score
    revision = workspace.editing.open(info.id)
    assert [v.start for v in revision.plan.visits] == [v.start for v in published.visits]
    done(workspace, revision, Move("u", at(2)), (0, 0, 3, 0))
    done(workspace, revision, Replace("u", "e", "f"), (0, 0, 1, 16))
    assert workspace.planning.view(plan.info.id) == published
    for _ in range(3):
        workspace.history.undo()
    with pytest.raises(NotFoundError):
        workspace.planning.view(info.id)


def test_two_who_change_one_plan_do_not_overwrite_each_other(workspace, session, plan):
    from envoy_app.services.editing import EditingService

    other = EditingService(workspace.context, workspace.planning).open(plan.info.id)
    other.do(Move("u", at(2)))
    with pytest.raises(ConflictError, match="他人修改"):
        session.do(Move("w", at(3)))
    assert workspace.editing.open(plan.info.id) is session
    session.do(Move("w", at(3)))
    view = assert_stored(workspace, session)
    assert (of(view, "u").start, of(view, "w").start) == (at(2), at(3))


def test_an_edit_taken_back_out_of_order_keeps_figures_true(workspace, session, plan):
    first = session.do(Replace("v", "g", "e")).changes.change_id
    session.do(TakeOff("w"))
    workspace.history.undo(first)
    session = workspace.editing.open(plan.info.id)
    view = assert_stored(workspace, session)
    assert of(view, "v").envoys == ("g",)
    assert not of(view, "w").held


def test_an_undo_that_would_break_a_rule_is_refused(workspace, session, plan):
    """u leaves Tuesday morning, then e is sent elsewhere at that time."""
    first = session.do(Move("u", at(3))).changes.change_id
    session.do(Move("v", at(0)))
    session.do(Replace("v", "g", "e"))
    before = workspace.planning.view(plan.info.id)
    with pytest.raises(ConflictError, match="会违反规则（特派员人e"):
        workspace.history.undo(first)
    assert workspace.planning.view(plan.info.id) == before


def test_an_edit_of_a_published_version_is_not_taken_back(workspace, session, plan):
    first = session.do(Move("u", at(3))).changes.change_id
    workspace.planning.publish(plan.info.id)
    with pytest.raises(InputError, match="已发布"):
        workspace.history.undo(first)
    workspace.history.undo()
    workspace.history.undo(first)
    assert of(workspace.planning.view(plan.info.id), "u").start == at(0)


def test_a_plan_that_breaks_its_own_rules_is_not_opened(workspace):
    plan = store(workspace, case(), PLAN)
    late = replace(case(), visits=tuple(replace(v, latest=DATES[0]) for v in case().visits))
    broken = store(workspace, late, (held("u", DAYS[2], "AM", ["e"]),))
    workspace.editing.open(plan.info.id)
    with pytest.raises(InputError, match="本身违反规则（下乡服务 A柑橘服务须在"):
        workspace.editing.open(broken.info.id)


def test_the_room_of_a_county_is_not_overrun(workspace):
    tight = case(counties=[county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")])
    plan = store(workspace, tight, PLAN)
    session = workspace.editing.open(plan.info.id)
    assert [r.code for r in session.verdict(Move("u", at(1))).broken] == ["HOST"]
