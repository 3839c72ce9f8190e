"""Rules grown stricter under a sound plan: sound again, and no more is lost than must be."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

import solver
from envoy_app.services.renewal_settling import Settling
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS
from tests.solver.test_targets import sound_plan

MET: Counter[str] = Counter()


def stricter(rng, case):
    """The same problem with less room in some of its rules."""

    def envoy(item):
        if rng.random() < 0.5:
            return item
        day = rng.choice(case.days)
        return replace(
            item,
            max_slots_per_week=rng.randint(1, item.max_slots_per_week),
            max_slots_total=rng.randint(1, item.max_slots_total),
            unavailable=(*item.unavailable, (day, "AM"))
            if rng.random() < 0.2
            else item.unavailable,
        )

    counties = tuple(replace(item, max_visits_per_slot=1) for item in case.counties)
    series = tuple(replace(item, min_gap_days=rng.randint(1, 9)) for item in case.series)
    return replace(
        case,
        envoys=tuple(map(envoy, case.envoys)),
        counties=counties if rng.random() < 0.5 else case.counties,
        series=series,
        rules=replace(case.rules, max_transfer_minutes=rng.choice((0, 30, 999))),
        visits=tuple(replace(visit, pin=None) for visit in case.visits),
    )


@settings(SETTINGS, max_examples=150)
@given(seed=st.integers(0, 2**32 - 1))
def _settled(seed):
    rng = random.Random(seed)
    case = solver.parse_instance(scene(rng, most_envoys=12))
    plan = {item.visit: item for item in sound_plan(rng, case)}
    case = stricter(rng, case)
    broken = solver.check(case, plan.values()).violations
    MET.update(item.code for item in broken)
    fixed = frozenset(key for key in plan if rng.random() < 0.2)
    settling = Settling(case, dict(plan), fixed)
    settling.settle()
    assert settling.held.keys().isdisjoint(settling.off)
    assert settling.held.keys() | settling.off.keys() == plan.keys()
    assert all(plan[key] is item for key, item in settling.held.items())
    assert solver.check(case, settling.held.values()).violations == ()
    if not broken:
        assert not settling.off
    for key in settling.off:
        again = (*settling.held.values(), plan[key])
        assert solver.check(case, again).violations, "nothing falls off that could stay"


def test_the_plan_is_sound_again_and_nothing_is_lost_for_nothing():
    MET.clear()
    _settled()
    assert set(MET) >= {"AVAILABILITY", "WEEK_LOAD", "TOTAL_LOAD", "TRANSFER", "HOST", "SERIES"}, (
        MET
    )
