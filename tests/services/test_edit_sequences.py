"""Random commands on random plans: never a broken rule, true figures, and all of it undone."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solver
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
from envoy_app.domain.errors import InputError, NotFoundError
from envoy_app.domain.plans import ScoreView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.plan_instances import assignments_of, instances_of
from envoy_app.services.workspace import open_workspace
from tests.services.edit_scenes import store
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS
from tests.solver.test_targets import sound_plan

DONE: Counter[str] = Counter()
STEPS = 10


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    opened = open_workspace(tmp_path_factory.mktemp("edits") / "envoy.db", actor="张三")
    yield opened
    opened.close()


def draw(rng, session):
    """Any command, sensible or not; allowed starts and seats more often than by chance."""
    view = session.plan
    visits, people = view.visits, list(session.desk.instance.envoy_by_id)
    held = view.held if view.held and rng.random() < 0.8 else visits
    one, two = rng.choice(held).id, rng.choice(held).id
    on = rng.choice(session.desk.visits[one].envoys or people)
    other_on = rng.choice(session.desk.visits[two].envoys or people)
    start = SlotTime(rng.choice(view.days), rng.choice(list(HalfDay)))
    good = [target.start for target in session.starts(one) if target.allowed]
    start = rng.choice(good) if good and rng.random() < 0.7 else start
    day = rng.choice(view.days)
    person = rng.choice(people)
    seats = [Replace(s.visit, s.leaving, person) for s in session.seats(person) if s.allowed]
    swaps = [
        SwapPeople(one, on, s.visit, s.leaving)
        for s in (session.seats(on, one) if on in session.desk.visits[one].envoys else ())
        if s.allowed
    ]
    flags = rng.choice([True, False, None]), rng.choice([True, False, None])
    lock = Lock(tuple({one, two}), *flags)
    kinds = [
        Move(one, start),
        Place(one, rng.choice([None, start])),
        TakeOff(one),
        rng.choice(seats or [Replace(one, on, person)]),
        AddPerson(one, 0, rng.choice(people)),
        RemovePerson(one, on),
        rng.choice(swaps or [SwapPeople(one, on, two, other_on)]),
        SwapVisits(one, two),
        CopyVisit(one, rng.choice([None, start])),
        SplitVisit(one, rng.choice([1, 2])),
        Resize(one, rng.choice([1, 2, 4])),
        Lock((one,), *flags),
        lock,
        Discard(visits[-1].id),
        Absent(rng.choice(people), day, day, rng.choice([None, HalfDay.AM])),
    ]
    chosen = rng.choice(kinds + swaps[:6] + seats[:3])
    if rng.random() < 0.1:
        return Several((chosen, rng.choice(kinds)), "两步")
    return chosen


def content(view):
    return replace(view, info=replace(view.info, record_version=0))


def assert_true(workspace, session):
    """Stored is what is shown; the checker finds nothing and agrees with the figures."""
    view = workspace.planning.view(session.plan.info.id)
    assert view == session.plan
    with workspace.context.read() as uow:
        instance = instances_of(workspace.context).of(uow, view)
    assert instance == session.desk.instance
    assert solver.parse_instance(solver.instance_to_json(instance)) == instance
    report = solver.check(instance, assignments_of(view.visits))
    assert report.violations == ()
    assert view.info.score == ScoreView(*report.score)
    return view


def assert_drags(rng, session):
    """What a drag shows is what the command would do."""
    for visit in rng.sample(session.plan.held, min(2, len(session.plan.held))):
        target = rng.choice(session.starts(visit.id))
        if visit.slots == 1:
            compare(target, session.verdict(Move(visit.id, target.start)))
        person = rng.choice(visit.envoys)
        for seat in session.seats(person, visit.id)[:2]:
            swap = SwapPeople(visit.id, person, seat.visit, seat.leaving)
            compare(seat, session.verdict(swap))


def compare(target, verdict):
    assert target.change == verdict.change
    assert {rule.code for rule in target.rules} == {rule.code for rule in verdict.broken}


def step(rng, workspace, session):
    command = draw(rng, session)
    try:
        verdict = session.verdict(command)
    except (InputError, NotFoundError):
        with pytest.raises((InputError, NotFoundError)):
            session.do(command)
        return 0
    before = session.plan
    if not verdict.allowed:
        with pytest.raises(EditRefused):
            session.do(command)
        assert session.plan is before
        assert workspace.planning.view(before.info.id) == before
        DONE["refused"] += 1
        return 0
    edited = session.do(command)
    DONE[type(command).__name__] += 1
    assert_true(workspace, session)
    return bool(edited.changes.change_id)


@settings(SETTINGS, max_examples=45)
@given(seed=st.integers(0, 2**32 - 1))
def _sequences(shared, seed):
    rng = random.Random(seed)
    case = solver.parse_instance(scene(rng, most_envoys=12))
    first = store(shared, case, sound_plan(rng, case))
    session = shared.editing.open(first.info.id)
    steps = sum(step(rng, shared, session) for _ in range(STEPS))
    assert_drags(rng, session)
    last = session.plan
    for _ in range(steps):
        shared.history.undo()
    assert content(shared.planning.view(first.info.id)) == content(first)
    for _ in range(steps):
        shared.history.redo()
    assert content(shared.planning.view(first.info.id)) == content(last)
    session = shared.editing.open(first.info.id)
    assert_true(shared, session)


def test_sequences(shared):
    """And nearly every kind of command must have been done."""
    DONE.clear()
    _sequences(shared)
    kinds = {"Move", "Place", "TakeOff", "Replace", "AddPerson", "RemovePerson", "SwapPeople"}
    kinds |= {"SwapVisits", "CopyVisit", "SplitVisit", "Resize", "Lock", "Discard", "Absent"}
    assert set(DONE) >= kinds | {"Several", "refused"}, DONE


@settings(SETTINGS, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def _cures(shared, seed):
    rng = random.Random(seed)
    case = solver.parse_instance(scene(rng, most_envoys=12))
    first = store(shared, case, sound_plan(rng, case))
    session = shared.editing.open(first.info.id)
    for visit in first.unscheduled[:2]:
        for cure in session.cures(visit.id)[:1]:
            verdict = session.verdict(Cure(visit.id, cure.text))
            assert verdict.allowed
            assert verdict.change == cure.change
            session.do(Cure(visit.id, cure.text))
            assert session.desk.visits[visit.id].held
            assert_true(shared, session)
            DONE["Cure"] += 1
            shared.history.undo()
            session = shared.editing.open(first.info.id)
            assert content(session.plan) == content(first)


def test_cures_hold(shared):
    DONE.clear()
    _cures(shared)
    assert DONE["Cure"] > 3
