"""What a drag shows: every target at once, and each exactly what the checker says of the whole."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Pin, PinStart, Score, check, parse_instance
from solver.explain.targets import Targets
from tests.solver.build import DAYS, envoy, held, instance, visit
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS

SEEDS = st.integers(0, 2**32 - 1)
SEEN: Counter[str] = Counter()


def draw(rng, case, item):
    """A visit anywhere with different people, and as many as it wants; None where too few."""
    names = [e.id for e in case.envoys]
    wanted = [role.count for role in item.roles]
    if sum(wanted) > len(names):
        return None
    chosen = iter(rng.sample(names, sum(wanted)))
    crew = tuple(tuple(next(chosen) for _ in range(count)) for count in wanted)
    return Assignment(item.id, rng.choice(case.days), rng.choice(["AM", "PM"]), crew)


def sound_plan(rng, case, tries=12):
    """A plan without violations, as full as a few tries make it."""
    plan = []
    for item in case.visits:
        for _ in range(tries):
            wish = draw(rng, case, item)
            if wish is not None and not check(case, [*plan, wish]).violations:
                plan.append(wish)
                break
    return plan


def pinned(rng, case, plan):
    """The instance with pins that the plan keeps."""
    at = {item.visit: item for item in plan}

    def pin(item):
        now = at.get(item.id)
        if now is None or rng.random() < 0.6:
            return item
        start = PinStart(now.date, now.slot) if rng.random() < 0.6 else None
        people = now.roles if rng.random() < 0.6 else None
        return replace(item, pin=Pin(start, people))

    return replace(case, visits=tuple(map(pin, case.visits)))


def drawn(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = sound_plan(rng, case)
    return rng, pinned(rng, case, plan), plan


def instead(plan, *items):
    """The plan with visits in the place of themselves; new ones at the end."""
    new = {item.visit: item for item in items}
    return [*(new.pop(item.visit, item) for item in plan), *new.values()]


def with_seat(item, leaving, coming):
    roles = (tuple(coming if p == leaving else p for p in role) for role in item.roles)
    return replace(item, roles=tuple(roles))


def assert_same(target, case, plan, after):
    old, new = check(case, plan), check(case, after)
    assert not old.violations
    assert {item.code for item in new.violations} == set(target.codes), new.violations
    assert target.change == Score(*(b - a for a, b in zip(old.score, new.score, strict=True)))
    SEEN.update(target.codes or ["allowed"])


@settings(SETTINGS, max_examples=120)
@given(SEEDS)
def _starts_are_exact(seed):
    rng, case, plan = drawn(seed)
    targets, at = Targets(case, plan), {item.visit: item for item in plan}
    for item in case.visits:
        found = targets.starts(item.id)
        if item.id in at or sum(role.count for role in item.roles) <= len(case.envoys):
            assert len(found) == 2 * len(case.days)
        for target in found:
            if item.id in at:
                assert target.assignment.roles == at[item.id].roles
            assert_same(target, case, plan, instead(plan, target.assignment))
    wish = draw(rng, case, rng.choice(case.visits))
    if wish is not None:
        for target in targets.starts(wish.visit, wish.roles):
            assert target.assignment.roles == wish.roles
            assert_same(target, case, plan, instead(plan, target.assignment))


def test_starts_are_exact():
    SEEN.clear()
    _starts_are_exact()
    rules = {"SKILL", "AVAILABILITY", "OVERLAP", "WINDOW", "WEEK_LOAD", "TOTAL_LOAD", "TRAVEL"}
    assert set(SEEN) >= rules | {"SHARING", "TRANSFER", "HOST", "SERIES", "PIN", "allowed"}


@settings(SETTINGS, max_examples=200)
@given(SEEDS)
def _seats_are_exact(seed):
    rng, case, plan = drawn(seed)
    some = case.visits[0]
    excluding = replace(some, exclude=(rng.choice(case.envoys).id,))
    if not check(with_visit(case, excluding), plan).violations:
        case = with_visit(case, excluding)
    targets, at = Targets(case, plan), {item.visit: item for item in plan}
    for person in case.envoys:
        found = targets.seats(person.id)
        others = [i for i in plan if person.id not in i.envoys]
        assert len(found) == sum(len(i.envoys) for i in others)
        for target in found:
            item = with_seat(at[target.visit], target.leaving, person.id)
            assert target.leaving in at[target.visit].roles[target.role]
            assert_same(target, case, plan, instead(plan, item))
        for source in (i for i in plan if person.id in i.envoys):
            for target in targets.seats(person.id, source.visit):
                one = with_seat(at[target.visit], target.leaving, person.id)
                two = with_seat(source, person.id, target.leaving)
                assert_same(target, case, plan, instead(plan, one, two))


def with_visit(case, item):
    visits = tuple(item if v.id == item.id else v for v in case.visits)
    return replace(case, visits=visits)


def test_seats_are_exact():
    SEEN.clear()
    _seats_are_exact()
    rules = {"SKILL", "AVAILABILITY", "OVERLAP", "WEEK_LOAD", "TOTAL_LOAD", "TRAVEL", "EXCLUDE"}
    assert set(SEEN) >= rules | {"SHARING", "TRANSFER", "PIN", "allowed"}


def two_visits():
    case = instance(
        [envoy("e"), envoy("f", base="B", team="B"), envoy("g", specialties={})],
        [visit("u"), visit("v", county="B")],
    )
    return case, [held("u", DAYS[0], "AM", ["f"]), held("v", DAYS[0], "AM", ["e"])]


def test_a_person_dragged_from_a_visit_swaps_and_one_from_the_roster_replaces():
    """f to A costs 60 + 70, e to B 60 + 70; swapped e in A 10, f in B 20.

    Alone e would go to A too, at the same time as to B: nobody is in two places.
    """
    case, plan = two_visits()
    targets = Targets(case, plan)
    (swap,) = targets.seats("e", "v")
    assert (swap.visit, swap.leaving, swap.codes) == ("u", "f", ())
    assert swap.change == (0, 0, 0, 30 - 260)
    (clash,) = targets.seats("e")
    assert clash.codes == ("OVERLAP",)
    assert {target.codes for target in targets.seats("g")} == {("SKILL",)}


def test_a_visit_that_is_left_out_is_tried_with_the_best_people():
    """With nothing else to do e comes to A at 10 + 4, wherever it is held."""
    case, plan = two_visits()
    found = Targets(case, plan[1:]).starts("u")
    assert len(found) == 10
    (clash, *others) = found
    assert clash.assignment.roles == (("f",),), "e is in B then"
    assert {target.assignment.roles for target in others[1:]} == {(("e",),)}
    assert {target.change for target in others[1:]} == {Score(0, -1, 0, 10 + 12)}


def test_what_does_not_fit_is_told():
    case, plan = two_visits()
    targets = Targets(case, plan)
    for roles in ([["e", "f"]], [[]], [["e"], ["f"]]):
        with pytest.raises(ValueError, match="seat"):
            targets.starts("u", roles)
    for ask in (
        lambda: targets.starts("w"),
        lambda: targets.starts("u", [["x"]]),
        lambda: targets.seats("x"),
        lambda: targets.seats("e", "u"),
    ):
        with pytest.raises(KeyError):
            ask()


def test_the_ground_is_kept_where_only_visits_differ():
    case, plan = two_visits()
    targets = Targets(case, plan)
    other = with_visit(case, replace(case.visits[0], latest=case.days[0]))
    after = targets.after(other, plan[:1])
    assert after.standing.ground is targets.standing.ground
    assert {t.codes for t in after.starts("u")[2:]} == {("WINDOW",)}
    fewer = replace(case, envoys=case.envoys[:2])
    assert targets.after(fewer, plan).standing.ground is not targets.standing.ground


def test_a_plan_that_holds_nothing_has_no_seats():
    case, _ = two_visits()
    assert Targets(case, []).seats("e") == ()
