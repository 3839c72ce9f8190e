"""Repairs of drawn instances, each applied and the instance solved again from its proof."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from solver import (
    SolveOptions,
    apply_edit,
    check,
    instance_to_json,
    parse_instance,
    solve,
)
from solver.explain.budget import Budget
from solver.explain.repairs import find_repairs
from tests.solver.generate import month_like

DATA = Path(__file__).parent / "data"
WANTED = 200


def cases():
    yield parse_instance(json.loads((DATA / "small.json").read_text(encoding="utf-8")))
    for seed in range(1, 40):
        people, visits = (60, 90) if seed % 2 else (90, 150)
        drawn = month_like(seed, people, visits, days=(5, 10, 15)[seed % 3])
        if seed % 3 == 0:  # short weeks in which counties are crowded
            for place in drawn["counties"]:
                place["max_visits_per_slot"] = 1
            drawn["days"] = drawn["days"][:2]
            for item in drawn["visits"]:
                item.update(earliest=drawn["days"][0], latest=drawn["days"][-1], series=None)
        yield parse_instance(drawn)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_repairs_applied_and_solved_again():
    seen = Counter()
    for case in cases():
        before = solve(case, SolveOptions(time_limit=3)).assignments
        for name, found in find_repairs(case, before, Budget(time.monotonic() + 5)).items():
            assert [r.score for r in found] == sorted(r.score for r in found)
            for repair in found:
                solved_again(case, before, name, repair)
                seen[repair.edit["edit"]] += 1
        if seen.total() >= WANTED and len(seen) == 6:
            return
    pytest.fail(f"only {seen}")


def solved_again(case, before, name, repair):
    """The proof holds by the checker; a short run that begins with it gets no worse."""
    changed = parse_instance(instance_to_json(apply_edit(case, repair.to_json())))
    report = check(changed, repair.proof)
    assert report.violations == ()
    assert report.score == repair.score
    assert {item.visit for item in repair.proof} == {item.visit for item in before} | {name}
    again = solve(changed, SolveOptions(time_limit=0.4, workers=1), start=repair.proof)
    after = check(changed, again.assignments)
    assert after.violations == ()
    assert after.score == again.score <= repair.score
    if after.score[:2] == repair.score[:2]:
        held = {item.visit for item in again.assignments}
        weight = {v.id: v.weight for v in case.visits}
        assert sum(map(weight.get, held)) == sum(weight[i.visit] for i in repair.proof)
