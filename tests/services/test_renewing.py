"""Today's data brought into a plan: what stands stays, what does not says why, no broken rule."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solver
from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.domain.editing import AddPerson, CopyVisit, Lock, Resize, TakeOff
from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.ids import new_id
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.plans import PlanState, ScoreView
from envoy_app.domain.renewing import RenewalKind
from envoy_app.domain.time import HalfDay
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.renewal_visits import matched
from envoy_app.services.workspace import open_workspace
from tests.factories import LONGQUAN, make_demand, make_envoy
from tests.services.renewal_world import COUNTIES, SPAN, fill, plan
from tests.services.test_plan_matching import visit
from tests.solver.test_property import SETTINGS


@pytest.fixture
def world(workspace):
    fill(workspace)
    return workspace


def at(view):
    return {visit.id: visit for visit in view.visits}


def where(visit):
    return visit.start, visit.slots, visit.envoys, visit.date_locked, visit.people_locked


def checked(workspace, view):
    """The stored instance of a version, asked by the checker; its figures are the checker's."""
    with workspace.context.read() as uow:
        instance = instances_of(workspace.context).of(uow, view)
    report = solver.check(instance, assignments_of(view.visits))
    assert report.violations == ()
    assert view.info.score == ScoreView(*report.score)
    return instance


def renewed(workspace, view):
    """Renew, and hold it to what every renewal promises."""
    plans = workspace.planning.plans()
    seen = workspace.editing.renewal(view.info.id)
    assert workspace.planning.plans() == plans, "a preview stores nothing"
    found = workspace.editing.renew(view.info.id, seen)
    assert workspace.planning.view(found.plan.info.id) == found.plan
    assert workspace.planning.view(view.info.id) == view, "the version it comes from stays"
    assert found.plan.info.state is PlanState.DRAFT
    checked(workspace, found.plan)
    assert workspace.editing.broken(found.plan.info.id) == ()
    again = workspace.editing.renewal(found.plan.info.id)
    assert (again.same, again.items) == (True, ())
    assert len(again.words) == 1
    return found


def kinds(found):
    return {item.visit: item.kind for item in found.items}


def save(workspace, key, **values):
    workspace.roster.save(replace(workspace.roster.envoy(key), **values))


# Any edits of the roster ---------------------------------------------------------------------


def edit_person(rng, workspace, person):
    day = rng.choice([SPAN[0] + timedelta(days=n) for n in range(12)])
    half = rng.choice([None, HalfDay.AM, HalfDay.PM])
    change = rng.choice(
        [
            {"active": not person.active},
            {"absences": (Absence(day, day + timedelta(days=rng.randrange(4)), half),)},
            {"sharing": rng.choice(list(Sharing))},
            {"base_county": rng.choice(COUNTIES), "team_county": rng.choice([*COUNTIES, None])},
            {"base_county": None, "team_county": None},
            {"skills": (Skill(rng.choice(("S08", "S06", "S01")), rng.choice((1, 3))),)},
            {"skills": ()},
            {"max_slots_week": rng.randrange(4)},
            {"max_slots_month": rng.randrange(6)},
            {"max_travel_minutes": rng.choice((10, 40, 70))},
        ]
    )
    save(workspace, person.id, **change)


def back_at(view, old, instance):
    """What the checker says of a version with one visit back as it was."""
    asked = instance.visit_by_id[old.id]
    loose = replace(asked, pin=None)
    visits = tuple(loose if item.id == old.id else item for item in instance.visits)
    plan = (*assignments_of(view.visits), *assignments_of([old]))
    return solver.check(replace(instance, visits=visits), plan).violations


@settings(SETTINGS, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def _roster_edits(world, seed):
    rng = random.Random(seed)
    before = plan(world, rng.random(), locks=0.3, name=f"两周{new_id()}")
    everybody = world.roster.envoys(include_inactive=True)
    edited = rng.sample(everybody, rng.randint(1, 5))
    for person in edited:
        edit_person(rng, world, person)
    try:
        assert_roster_edits(world, before, {person.id for person in edited})
    finally:
        for person in everybody:
            known = world.roster.envoy(person.id).version
            world.roster.save(replace(person, version=known))


def assert_roster_edits(world, before, names):
    try:
        found = renewed(world, before)
    except InputError:  # nobody is left who could be sent
        assert not any(p.home and p.skills for p in world.roster.envoys())
        return
    now, instance = at(found.plan), checked(world, found.plan)
    assert set(kinds(found).values()) <= {RenewalKind.OFF}
    for old in before.visits:
        new = now[old.id]
        if not old.held or names.isdisjoint(old.envoys):
            assert replace(new, cures=()) == replace(old, cures=())
        elif new.held:
            assert where(new) == where(old)
        else:
            assert kinds(found)[old.id] is RenewalKind.OFF
            assert not new.locked
            assert new.reasons[0].endswith("的安排取消。")
            assert back_at(found.plan, old, instance), "nothing falls off that could stay"
    undo_and_redo(world, before, found)


def undo_and_redo(workspace, before, found):
    changes = workspace.history.undo()
    assert changes.description == f"撤销：按现在的数据更新“{before.info.title}”为第2版"
    assert workspace.planning.latest().info.id == before.info.id
    with pytest.raises(NotFoundError):
        workspace.planning.view(found.plan.info.id)
    workspace.history.redo()
    assert workspace.planning.view(found.plan.info.id).visits == found.plan.visits
    workspace.history.undo()


def test_any_edits_of_the_roster(tmp_path_factory):
    opened = open_workspace(tmp_path_factory.mktemp("renew") / "envoy.db", actor="张三")
    fill(opened)
    _roster_edits(opened)
    opened.close()


# One by one ----------------------------------------------------------------------------------


def test_nothing_changed_is_told_and_can_be_stored_all_the_same(world):
    view = plan(world)
    seen = world.editing.renewal(view.info.id)
    assert (seen.same, seen.items, seen.words) == (True, (), ("11 项安排不变",))
    found = world.editing.renew(view.info.id)
    assert [where(v) for v in found.plan.visits] == [where(v) for v in view.visits]
    assert found.plan.info.title == "两周 第2版"


def test_new_people_can_be_sent_and_the_version_says_so(world):
    view = plan(world)
    world.roster.add([make_envoy(id="neu", name="新来")])
    found = renewed(world, view)
    assert (found.joined, found.left, found.same) == (1, 0, False)
    assert "新增 1 位可派特派员" in found.words
    session = world.editing.open(found.plan.info.id)
    assert session.desk.person("neu") == "新来"


def test_demands_come_go_and_change(world):
    view = plan(world)
    held = [visit for visit in view.held if visit.demand_id]
    cancelled, moved = held[0], held[1]
    world.demands.set_state([cancelled.demand_id], DemandState.CANCELLED, "不办了")
    with world.context.uow() as uow:
        uow.describe("改期")
        demand = uow.demands.get(moved.demand_id)
        day = moved.start.date
        uow.demands.save(replace(demand, window_start=day + timedelta(days=1), site="新村"))
        uow.commit()
    world.demands.add([make_demand(id="neu", county=LONGQUAN)])
    found = renewed(world, view)
    assert kinds(found) == {
        cancelled.id: RenewalKind.GONE,
        moved.id: RenewalKind.OFF,
        "D-neu": RenewalKind.NEW,
    }
    gone, off, new = (
        next(item for item in found.items if item.kind is kind)
        for kind in (RenewalKind.GONE, RenewalKind.OFF, RenewalKind.NEW)
    )
    assert gone.reason == "服务需求已取消。"
    assert gone.who
    assert "须在" in off.reason
    assert (new.reason, new.when) == ("按现在的数据新增，还没有安排。", "")
    assert at(found.plan)[moved.id].site == "新村"
    assert cancelled.id not in at(found.plan)
    undo_and_redo(world, view, found)


def test_what_a_county_corrected_in_its_demand_is_told(world):
    view = plan(world)
    held = next(visit for visit in view.held if visit.demand_id)
    with world.context.uow() as uow:
        uow.describe("更正")
        demand = uow.demands.get(held.demand_id)
        uow.demands.save(replace(demand, site="", town="", content="新题目", contact="赵六"))
        uow.commit()
    found = renewed(world, view)
    assert kinds(found) == {held.id: RenewalKind.CHANGED}
    assert found.items[0].reason == "地点改为 由县里定，内容改为 新题目，联系人变了。"
    assert found.kept == len(view.held), "those who go go as before"
    now = at(found.plan)[held.id]
    assert (now.content, now.contact, where(now)) == ("新题目", "赵六", where(held))


def test_a_demand_that_is_done_stays_where_it_was_held(world):
    view = plan(world)
    done = next(visit for visit in view.held if visit.demand_id)
    world.planning.publish(view.info.id)
    world.demands.set_state([done.demand_id], DemandState.DONE)
    found = renewed(world, world.planning.view(view.info.id))
    assert where(at(found.plan)[done.id]) == where(done)


def test_a_day_off_takes_off_what_lies_on_it_and_shifts_nothing_else(world):
    view = plan(world)
    day = date(2026, 12, 17)
    world.calendar.set_days(day, day, DayKind.OFF, "停电")
    found = renewed(world, view)
    hit = {v.id for v in view.held if day in {s.date for s in v.slot_times(view.days)}}
    lost = {item.visit for item in found.items if item.kind is not RenewalKind.NEW}
    assert hit
    assert hit <= lost
    gone = {item.visit for item in found.items if item.kind is RenewalKind.GONE}
    assert lost - hit <= gone, "fewer days, fewer visits of the standard; nothing else falls off"
    held = [where(visit) for visit in found.plan.held]
    assert all(where(old) in held for old in view.held if old.id not in lost)


def test_more_and_fewer_visits_of_the_standard(world):
    view = plan(world)
    line = next(item for item in world.reference.standards() if item.county == LONGQUAN)
    for monthly, kind in ((10, RenewalKind.NEW), (2, RenewalKind.GONE)):
        with world.context.uow() as uow:
            uow.describe("改标准")
            known = next(item for item in uow.standards.all() if item.id == line.id)
            uow.standards.save(replace(known, visits_per_month=monthly, required=1))
            uow.commit()
        world.reference.refresh()
        found = renewed(world, view)
        assert set(kinds(found).values()) == {kind}
        held = {where(visit) for visit in found.plan.held}
        lost = {item.visit for item in found.items if item.kind is RenewalKind.GONE}
        assert {where(v) for v in view.held if v.id not in lost} <= held


def test_a_standard_that_asks_for_fewer_people_keeps_the_first(world):
    view = plan(world, seed=3)
    pair = next(visit for visit in view.held if len(visit.envoys) == 2 and visit.demand_id)
    with world.context.uow() as uow:
        uow.describe("少一人")
        uow.demands.save(replace(uow.demands.get(pair.demand_id), headcount=1))
        uow.commit()
    found = renewed(world, view)
    now = at(found.plan)[pair.id]
    assert now.envoys == pair.envoys[:1]
    assert kinds(found) == {pair.id: RenewalKind.CHANGED}
    assert found.items[0].reason == "少派 1 人。"


def test_what_was_changed_by_hand_stays_as_it_is_also_after_a_revision(world):
    view = plan(world)
    session = world.editing.open(view.info.id)
    one = next(v for v in session.plan.held if v.slots == 1 and len(v.envoys) == 1)
    copy = session.do(CopyVisit(one.id)).plan.visits[-1]
    longer = next(
        v for v in session.plan.held if v.slots == 1 and session.verdict(Resize(v.id, 2)).allowed
    )
    session.do(Resize(longer.id, 2))
    more = next(
        command
        for v in session.plan.held
        for envoy in session.desk.instance.envoy_by_id
        if envoy not in v.envoys and session.verdict(command := AddPerson(v.id, 0, envoy)).allowed
    )
    session.do(more)
    session.do(Lock((longer.id,), date=True))
    world.planning.publish(view.info.id)
    revised = world.planning.view(world.editing.revise(view.info.id).id)
    for source in (world.planning.view(view.info.id), revised):
        found = renewed(world, source)
        assert found.items == ()
        assert [where(v) for v in found.plan.visits] == [where(v) for v in source.visits]
        now = at(found.plan)
        assert now[copy.id].by_hand == copy.by_hand
        assert now[longer.id].slots == 2
        assert now[longer.id].date_locked
        assert more.envoy in now[more.visit].envoys
        assert found.plan.info.score.disruption == 0


def test_locks_fall_with_their_visit_and_are_counted(world):
    view = plan(world)
    session = world.editing.open(view.info.id)
    lone = next(v for v in view.held if len(v.envoys) == 1)
    session.do(Lock((lone.id,), date=True, people=True))
    world.roster.set_active(lone.envoys, False)
    found = renewed(world, session.plan)
    assert kinds(found)[lone.id] is RenewalKind.OFF
    assert found.unlocked == 1
    assert "1 项解除锁定" in found.words
    assert not at(found.plan)[lone.id].locked
    assert found.left == 1


def test_changes_of_a_published_version_are_counted_and_those_of_a_draft_are_not(world):
    view = plan(world)
    lone = next(v for v in view.held if len(v.envoys) == 1)
    world.roster.set_active(lone.envoys, False)
    fallen = [v for v in view.held if lone.envoys[0] in v.envoys]
    assert renewed(world, view).plan.info.score.disruption == 0
    world.planning.publish(view.info.id)
    published = world.planning.view(view.info.id)
    found = renewed(world, published)
    assert found.plan.info.score.disruption == 10 * len(fallen)
    draft = renewed(world, found.plan)
    assert draft.plan.info.score.disruption == 10 * len(fallen)


def test_what_stands_against_each_other_loses_the_least(world):
    """Fewer half-days from now on: of two the locked one stays, whatever it weighs."""
    view = plan(world)
    session = world.editing.open(view.info.id)
    person, week = next(
        (envoy, own)
        for envoy in view.envoys
        if len(own := [v for v in view.held if envoy in v.envoys]) == 2
    )
    stays = min(week, key=lambda v: v.weight)
    session.do(Lock((stays.id,), date=True))
    save(world, person, max_slots_month=2 * max(v.slots for v in week) - 1)
    found = renewed(world, session.plan)
    other = next(v for v in week if v.id != stays.id)
    assert kinds(found) == {other.id: RenewalKind.OFF}
    assert "半天，超过上限" in found.items[0].reason


def test_a_preview_that_is_out_of_date_is_not_stored(world):
    view = plan(world)
    seen = world.editing.renewal(view.info.id)
    world.roster.set_active(view.held[0].envoys, False)
    with pytest.raises(ConflictError, match="刚才又变了"):
        world.editing.renew(view.info.id, seen)
    assert world.planning.latest().info.id == view.info.id


def test_it_is_one_change_on_record(world):
    view = plan(world)
    before = len(world.history.undoable())
    world.editing.renew(view.info.id)
    changes = world.history.undoable()
    assert len(changes) == before + 1
    assert changes[0].kind == ChangeKind.PLAN
    assert changes[0].description == "按现在的数据更新“两周 第1版”为第2版"


def test_what_cannot_be_renewed_is_told(world):
    view = plan(world)
    with pytest.raises(NotFoundError):
        world.editing.renewal("nothing")
    world.roster.set_active([person.id for person in world.roster.envoys()], False)
    with pytest.raises(InputError, match="没有可派的特派员"):
        world.editing.renew(view.info.id)
    assert world.planning.latest().info.id == view.info.id


def test_a_left_out_visit_keeps_its_reason(world):
    view = plan(world)
    session = world.editing.open(view.info.id)
    session.do(TakeOff(view.held[0].id))
    found = renewed(world, session.plan)
    assert at(found.plan)[view.held[0].id].reasons == ("由人工取消了安排。",)


def test_visits_of_a_series_are_matched_by_their_days_where_their_number_changed():
    old = [visit("a-1", 3), visit("a-2", 14)]
    new = [
        replace(visit(f"a-{n}"), earliest=date(2026, 12, first), latest=date(2026, 12, first + 4))
        for n, first in ((1, 1), (2, 6), (3, 11))
    ]
    pairs = matched(old, new)
    assert {key: found.id for key, found in pairs.items()} == {"a-1": "a-1", "a-3": "a-2"}
