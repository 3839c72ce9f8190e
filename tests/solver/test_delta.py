"""The checker asked about a part: what it says of the whole, whatever the plans."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver import check, parse_instance
from solver.explain.delta import Checked, check_again
from tests.solver.scenes import scene
from tests.solver.test_judge import random_assignment
from tests.solver.test_property import SETTINGS


def random_plan(rng, case):
    return tuple(random_assignment(rng, case, v) for v in case.visits if rng.random() < 0.7)


def changed(rng, case, plan):
    """One or two visits held otherwise, dropped or held anew."""
    at = {item.visit: item for item in plan}
    for visit in rng.sample(case.visits, min(2, len(case.visits))):
        at.pop(visit.id, None)
        if rng.random() < 0.7:
            at[visit.id] = random_assignment(rng, case, visit)
    return tuple(at.values())


def otherwise(rng, case):
    """An instance with one visit longer, gone or new."""
    one = rng.choice(case.visits)
    longer = replace(one, slots=2, county="C", weight=one.weight + 1)
    kind = rng.choice(["longer", "gone", "new"])
    rest = tuple(longer if v is one and kind == "longer" else v for v in case.visits)
    if kind == "gone":
        rest = tuple(v for v in case.visits if v is not one)
    if kind == "new":
        rest = (*rest, replace(one, id="new", series=None))
    known = {visit.id for visit in rest}
    return replace(case, visits=rest), known


@settings(SETTINGS, max_examples=200)
@given(st.integers(0, 2**32 - 1))
def test_a_part_says_what_the_whole_does(seed):
    rng = random.Random(seed)
    case = parse_instance(scene(rng))
    plan = random_plan(rng, case)
    known = Checked(case, plan, check(case, plan))
    assert check_again(known, case, plan) is known.report
    other, names = case, {visit.id for visit in case.visits}
    if rng.random() < 0.5:
        other, names = otherwise(rng, case)
    if rng.random() < 0.1:
        other = replace(other, envoys=other.envoys[:-1])
    after = tuple(item for item in changed(rng, case, plan) if item.visit in names)
    found, wanted = check_again(known, other, after), check(other, after)
    assert Counter(found.violations) == Counter(wanted.violations)
    assert found.score == wanted.score
    assert found.breakdown == wanted.breakdown
