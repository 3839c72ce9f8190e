"""The methods of the table say what is so: their plans hold, their figures are the checker's."""

import hashlib
import itertools
import json

import pytest
from hypothesis import given, settings

from solver import check, parse_instance
from solver.teams import parse_teams
from tests.bench import greedy, natural
from tests.bench.instances import carried, loads, months
from tests.bench.table import compared
from tests.bench.watch import Course, News, gap_of
from tests.solver.build_teams import county, envoy, problem
from tests.solver.generate import month_like
from tests.solver.instances import best_by_force, problems, ways
from tests.solver.test_property import SETTINGS


def dispatched(case, rounds):
    """Score and plan of the dispatcher after some rounds; every better plan is looked at."""
    clock = itertools.count()
    told = []

    def hear(dispatcher, held):
        plan = dispatcher.assignments(held)
        report = check(case, plan)
        assert report.violations == ()
        assert tuple(report.score) == dispatcher.score[1:]
        told.append(report.score)

    greedy.dispatch(case, lambda: next(clock) / 2, rounds, hear)
    assert told == sorted(told, reverse=True)
    return told[-1] if told else None


@settings(SETTINGS, max_examples=60)
@given(problems("dispatched", 6, 9))
def test_the_dispatcher_keeps_the_rules_and_counts_right(data):
    dispatched(parse_instance(data), 40)


def test_the_dispatcher_gets_better():
    case = parse_instance(month_like(3, envoys=60, visits=60, days=5))
    assert dispatched(case, 300) < dispatched(case, 0)


@pytest.mark.parametrize("solve", [natural.cpsat, natural.highs])
def test_the_natural_model_finds_what_force_finds(solve):
    met = 0

    @settings(SETTINGS, max_examples=12)
    @given(problems("natural", 3, 3))
    def compare(data):
        nonlocal met
        case = parse_instance(data)
        best = best_by_force(case, [ways(case, item) for item in case.visits])
        if best is None or any(item.pin for item in case.visits):
            return
        met += 1
        told = []
        task = natural.visits_task(case)
        solve(task, 20.0, 1, 1, lambda score, bounds: told.append((score, list(bounds))))
        assert told[-1] == (tuple(best), list(best))

    compare()
    assert met >= 4


@pytest.mark.parametrize("solve", [natural.cpsat, natural.highs])
def test_the_natural_model_forms_teams(solve):
    people = [envoy("e1", can_lead=True), envoy("e2", base="B", preferences=["A"])]
    counties = [county(name, min_size=1, target_size=1) for name in "ABC"]
    told = []
    task = natural.teams_task(parse_teams(problem(people, counties=counties)))
    solve(task, 20.0, 1, 1, lambda score, bounds: told.append((score, list(bounds))))
    score, bounds = told[-1]
    assert list(score) == bounds
    assert score[0] == 1 + 2  # one team is empty, two have no leader


def test_four_areas_at_once():
    case = parse_instance(month_like(1, envoys=80, visits=120, metros=4))
    assert len(case.counties) == 140
    assert len({item.city for item in case.counties}) == 16
    first = [item.id for item in case.counties[:35]]
    second = [item.id for item in case.counties[35:70]]
    near = [case.travel.between(one, two) for one in first for two in first]
    far = [case.travel.between(one, two) for one in first for two in second]
    assert max(near) < sum(far) / len(far)
    assert min(far) > 90


def test_one_area_is_drawn_as_ever():
    """Other tests, and figures told long ago, belong to these draws."""
    text = json.dumps(month_like(11), sort_keys=True).encode()
    assert hashlib.sha1(text).hexdigest() == "2627648b56d129ffd68e040845a59a0b458edee1"


def test_a_year_keeps_its_people_and_carries_their_load():
    year = months(1, envoys=20, visits=12)
    assert len(year) == 12
    assert [{day[5:7] for day in month["days"]} for month in year] == [
        {f"{number:02d}"} for number in range(1, 13)
    ]
    assert len({str(month["visits"]) for month in year}) == 12
    keep = {"id", "base", "team", "specialties", "sharing"}
    people = [[{key: e[key] for key in keep} for e in month["envoys"]] for month in year]
    assert all(same == people[0] for same in people)
    visit = next(item for item in year[0]["visits"] if item["slots"] == 2)
    plan = [{"visit": visit["id"], "roles": [["E0001"], ["E0002"]]}]
    after = carried(year[1], loads(year[0], plan))
    assert [e["prior_slots"] for e in after["envoys"][:4]] == [0, 2, 2, 0]
    for month in year:
        parse_instance(month)


def course(*news):
    return Course([News(*item) for item in news])


def test_gaps_need_the_tiers_before():
    assert gap_of(News(1, (0, 9, 0, 100), (0, 9, 0, 90))) == 0.1
    assert gap_of(News(1, (0, 9, 0, 100), (0, 8, 0, 90))) is None
    assert gap_of(News(1, (0, 9, 0, 100), (0, 9, 0, None))) is None
    assert gap_of(News(1, None, None)) is None


def test_proven_means_proven_to_the_end():
    first, second = (0, 9, 0, 100), (0, 8, 0, 120)
    run = course((1, first, (0, 9, 0, 0)), (2, second, (0, 7, 0, 0)), (3, second, (0, 8, 0, 0)))
    assert run.placed == 3
    assert run.first == 1
    assert run.within(0.01) is None


def test_behind_the_dispatcher_is_counted_in_seconds():
    theirs = course((0.5, (0, 9, 0, 100), None), (4, (0, 8, 0, 120), None))
    ahead = course((0.4, (0, 9, 0, 100), None), (3, (0, 8, 0, 110), None))
    late = course((2.5, (0, 8, 0, 90), None))
    assert compared(ahead, theirs, 10) == "never behind"
    assert compared(late, theirs, 10) == "behind 2.0 s, until 2.5 s"
    assert compared(course(), theirs, 10) == "behind 9.5 s, until 10.0 s"
