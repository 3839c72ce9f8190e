"""Repairs against force: every single change of a small instance, solved to the end."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Pin, Score, SolveOptions, apply_edit, parse_instance, solve
from solver.candidates import prepare
from solver.engine.cpsat import Limits
from solver.engine.pins import hold_pins
from solver.explain.budget import Budget
from solver.explain.edits import EDIT_KINDS
from solver.explain.repairs import find_repairs
from tests.solver.scenes import scene
from tests.solver.test_property import SETTINGS

SCOPES = ("county", "city", "metro")
SEEN: Counter[str] = Counter()


def all_edits(case, visit):
    """Per thing that can be changed, the amounts from small to large."""
    days = [day.isoformat() for day in case.days]
    first, last = visit.earliest.isoformat(), visit.latest.isoformat()
    for begin in (day for day in days if day <= first):
        for end in (day for day in days if day >= last):
            if (begin, end) != (first, last):
                yield [
                    {"edit": "extend_window", "visit": visit.id, "earliest": begin, "latest": end}
                ]
    for number, role in enumerate(visit.roles):
        levels = range(role.min_level - 1, 0, -1)
        yield [{"edit": "lower_level", "visit": visit.id, "role": number, "to": n} for n in levels]
    for e in case.envoys:
        wider = SCOPES[SCOPES.index(e.sharing) + 1 :]
        yield [{"edit": "set_sharing", "envoy": e.id, "sharing": scope} for scope in wider]
        loads = range(e.max_slots_per_week + 1, 11)
        yield [{"edit": "raise_week_load", "envoy": e.id, "to": n} for n in loads]
        for day, half in e.unavailable:
            yield [{"edit": "free_slot", "envoy": e.id, "date": day.isoformat(), "slot": half}]
    for place in case.counties:
        most = range(place.max_visits_per_slot + 1, len(case.visits) + 1)
        yield [{"edit": "raise_host", "county": place.id, "to": n} for n in most]


def with_only(case, names):
    """The problem of holding just some visits, and what leaving out the others counts."""
    kept = tuple(replace(v, pin=Pin()) for v in case.visits if v.id in names)
    left = [v for v in case.visits if v.id not in names]
    before = tuple(item for item in case.baseline if item.visit in names)
    dropped = (len(case.baseline) - len(before)) * case.weights.disruption.dropped
    rest = Score(0, sum(v.weight for v in left), dropped, 0)
    return replace(case, visits=kept, baseline=before), rest


def best_with(case, edit, names):
    """Score of the best plan of the changed instance that holds just these; None if none can."""
    only, rest = with_only(case if edit is None else apply_edit(case, edit), names)
    if hold_pins(prepare(only), Limits(60, 1, 1), lambda: False) is None:
        return None
    solution = solve(only, SolveOptions(time_limit=60, workers=1))
    assert solution.status == "optimal"
    return Score(*(a + b for a, b in zip(solution.score, rest, strict=True)))


def scores_of(case, ladder, names):
    """Per amount the best score; where the largest does not do, none does."""
    if not ladder or best_with(case, ladder[-1], names) is None:
        return [None] * len(ladder)
    return [best_with(case, edit, names) for edit in ladder]


def compare(case):
    before = solve(case, SolveOptions(time_limit=1, workers=1, deterministic=True)).assignments
    repairs = find_repairs(case, before, Budget())
    for visit in case.visits:
        names = {item.visit for item in before} | {visit.id}
        if len(names) == len(before) or best_with(case, None, names) is not None:
            continue
        told = {freeze(r.edit): r.score for r in repairs.get(visit.id, ())}
        best = {}
        for edit, score in told.items():
            kind = dict(edit)["edit"]
            best[kind] = min(best.get(kind, score), score)
        assert best == cheapest_of_kinds(case, visit, names, told)
        SEEN.update(best.keys())


def cheapest_of_kinds(case, visit, names, told):
    """By force; what is told must be exact, and no more than is needed."""
    wanted = {}
    for ladder in all_edits(case, visit):
        scores = scores_of(case, ladder, names)
        curing = [n for n, score in enumerate(scores) if score is not None]
        for n, edit in enumerate(ladder):
            if freeze(edit) in told:
                assert told[freeze(edit)] == scores[n]
                assert all(scores[n] < scores[less] for less in curing if less < n)
        if curing:
            cheapest = min(scores[n] for n in curing)
            wanted[ladder[0]["edit"]] = min(wanted.get(ladder[0]["edit"], cheapest), cheapest)
    return wanted


def freeze(edit):
    return tuple(sorted(edit.items()))


@given(st.integers(0, 2**32 - 1))
@settings(SETTINGS, max_examples=20)
def test_the_cheapest_of_each_kind_is_told(seed):
    compare(parse_instance(scene(random.Random(seed), 3, 3)))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_cheapest_of_each_kind_is_told_many_times():
    SEEN.clear()

    @given(st.integers(0, 2**32 - 1))
    @settings(SETTINGS, max_examples=150)
    def many(seed):
        compare(parse_instance(scene(random.Random(seed), 4, 5)))

    many()
    assert set(SEEN) == set(EDIT_KINDS)
