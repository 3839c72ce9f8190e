"""What a drag shows of all its targets at once is what the verdict says of each command."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envoy_app.domain.editing import AddPerson, CopyVisit, Replace, SwapVisits
from envoy_app.domain.errors import NotFoundError
from envoy_app.services.workspace import open_workspace
from solver import parse_instance
from tests.services.edit_scenes import store
from tests.solver.build import DAYS, envoy, held, problem, visit
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS
from tests.solver.test_targets import pinned, sound_plan

SEEN: Counter[str] = Counter()
RULES = {"SKILL", "AVAILABILITY", "OVERLAP", "WEEK_LOAD", "TOTAL_LOAD", "TRAVEL", "SHARING"}


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


@settings(SETTINGS, max_examples=90)
@given(seed=st.integers(0, 2**32 - 1))
def _targets_are_exact(shared, seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = sound_plan(rng, case)
    view = store(shared, pinned(rng, case, plan), plan)
    session = shared.editing.open(view.info.id)
    for one in rng.sample(view.held, min(2, len(view.held))):
        role = rng.randrange(len(one.roles))
        people_are_exact(session, one, rng.choice(one.envoys))
        additions_are_exact(session, one, role)
        swaps_are_exact(session, one)
        copies_are_exact(session, one, rng)


def test_targets_are_exact(shared):
    SEEN.clear()
    _targets_are_exact(shared)
    assert set(SEEN) >= RULES | {"TRANSFER", "HOST", "WINDOW", "SERIES", "allowed"}


def test_somebody_on_both_visits_stays_where_he_is(workspace):
    """e goes to A in the morning and to B in the afternoon; swapped it is the same tour."""
    case = parse_instance(problem([envoy("e")], [visit("u"), visit("v", county="B")]))
    plan = [held("u", DAYS[0], "AM", ["e"]), held("v", DAYS[0], "PM", ["e"])]
    session = workspace.editing.open(store(workspace, case, plan).info.id)
    (found,) = session.swaps("u", ["u", "v"])
    assert found.visit == "v"
    assert_same(session, found, SwapVisits("u", "v"))
    assert found.allowed


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
