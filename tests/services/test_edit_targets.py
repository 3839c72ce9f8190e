"""What a drag shows of all its targets at once is what the verdict says of each command."""

import random
from collections import Counter

import pytest

from envoy_app.domain.editing import AddPerson, CopyVisit, Lock, Replace, SwapVisits
from envoy_app.domain.errors import NotFoundError
from envoy_app.services.workspace import open_workspace
from solver import parse_instance
from tests.services.edit_scenes import store
from tests.solver.build import DAYS, envoy, held, problem, visit
from tests.solver.scenes import scene
from tests.solver.test_targets import sound_plan

SEEN: Counter[str] = Counter()
RULES = {"SKILL", "AVAILABILITY", "OVERLAP", "WEEK_LOAD", "TRAVEL", "SHARING", "HOST", "WINDOW"}
RULES |= {"PIN", "TRANSFER", "allowed"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    opened = open_workspace(tmp_path_factory.mktemp("targets") / "envoy.db", actor="张三")
    yield opened
    opened.close()


def assert_same(session, target, command):
    verdict = session.verdict(command)
    assert {rule.code for rule in verdict.broken} == {rule.code for rule in target.rules}, command
    assert verdict.change == target.change, command
    SEEN.update([rule.code for rule in target.rules] or ["allowed"])


def people_are_exact(session, one, person):
    assert {v.envoy for v in session.people(one.id, person)} == set(
        session.desk.instance.envoy_by_id
    ) - set(one.envoys)
    for target in session.people(one.id, person):
        assert_same(session, target, Replace(one.id, person, target.envoy))


def additions_are_exact(session, one, role):
    for target in session.people(one.id, role=role):
        assert_same(session, target, AddPerson(one.id, role, target.envoy))
        (same,) = (
            seat
            for seat in session.additions(target.envoy)
            if (seat.visit, seat.role) == (one.id, role)
        )
        assert (same.rules, same.change, same.leaving) == (target.rules, target.change, "")


def ranking_is_the_same(workspace, session, one, role):
    judge = workspace.judging.judge(session.plan)
    ranked = judge.rank(one.id, role, extra=True).candidates
    told = {
        v.envoy: (v.change, {r.code for r in v.rules}) for v in session.people(one.id, role=role)
    }
    assert {c.envoy.id: (c.change, {r.code for r in c.broken}) for c in ranked} == told


def swaps_are_exact(session, one):
    others = [other.id for other in session.plan.held]
    found = session.swaps(one.id, others)
    assert [target.visit for target in found] == [key for key in others if key != one.id]
    for target in found:
        assert_same(session, target, SwapVisits(one.id, target.visit))


def copies_are_exact(session, one, rng):
    found = session.copies(one.id)
    for target in rng.sample(found, min(4, len(found))):
        if one.slots == 1 or target.start.half.value == "AM":
            assert_same(session, target, CopyVisit(one.id, target.start))


def locked(rng, session):
    """The session with some locks on its visits."""
    for one in session.plan.held:
        if rng.random() < 0.3:
            session.do(Lock((one.id,), date=rng.random() < 0.5, people=True))


def test_targets_are_exact(shared):
    SEEN.clear()
    for seed in range(90):
        rng = random.Random(seed)
        case = parse_instance(scene(rng, most_envoys=12))
        view = store(shared, case, sound_plan(rng, case))
        session = shared.editing.open(view.info.id)
        locked(rng, session)
        for one in rng.sample(session.plan.held, min(2, len(view.held))):
            role = rng.randrange(len(one.roles))
            people_are_exact(session, one, rng.choice(one.envoys))
            additions_are_exact(session, one, role)
            ranking_is_the_same(shared, session, one, role)
            swaps_are_exact(session, one)
            copies_are_exact(session, one, rng)
    assert set(SEEN) >= RULES, SEEN


def test_somebody_on_both_visits_stays_where_he_is(workspace):
    """e goes to A in the morning and to B in the afternoon; swapped it is the same tour."""
    case = parse_instance(problem([envoy("e")], [visit("u"), visit("v", county="B")]))
    plan = [held("u", DAYS[0], "AM", ["e"]), held("v", DAYS[0], "PM", ["e"])]
    session = workspace.editing.open(store(workspace, case, plan).info.id)
    (found,) = session.swaps("u", ["u", "v"])
    assert found.visit == "v"
    assert_same(session, found, SwapVisits("u", "v"))
    assert found.allowed


def test_a_series_keeps_its_distance(workspace):
    """u and v are three days apart; on the day of w u would be one day before v."""
    people = [envoy(name) for name in "efg"]
    series = [visit("u", series="s"), visit("v", series="s"), visit("w")]
    case = parse_instance(problem(people, series, series=[{"id": "s", "min_gap_days": 3}]))
    at = {"u": 0, "v": 3, "w": 2}
    plan = [
        held(key, DAYS[day], "AM", [name])
        for (key, day), name in zip(at.items(), "efg", strict=True)
    ]
    session = workspace.editing.open(store(workspace, case, plan).info.id)
    swaps = {target.visit: target for target in session.swaps("u", "vw")}
    for key, target in swaps.items():
        assert_same(session, target, SwapVisits("u", key))
    assert [rule.code for rule in swaps["w"].rules] == ["SERIES"]
    assert swaps["v"].allowed


def test_who_is_not_there_is_told(workspace):
    case = parse_instance(problem([envoy("e"), envoy("f")], [visit("u"), visit("v")]))
    plan = [held("u", DAYS[0], "AM", ["e"])]
    session = workspace.editing.open(store(workspace, case, plan).info.id)
    for ask in (
        lambda: session.people("v"),
        lambda: session.people("u", "f"),
        lambda: session.additions("g"),
        lambda: session.swaps("u", ["v"]),
        lambda: session.copies("w"),
    ):
        with pytest.raises(NotFoundError):
            ask()
