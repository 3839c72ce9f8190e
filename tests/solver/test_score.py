"""Each part of the score by hand, and the figures given for the sample plan."""

import json
from pathlib import Path

import pytest

from solver import Score, SolveOptions, check, parse_instance, parse_solution, solve
from tests.solver.build import DAYS, envoy, held, instance, visit

DATA = Path(__file__).parent / "data"


def breakdown(case, *plan):
    report = check(case, plan)
    assert report.violations == ()
    assert report.score.cost == sum(
        (report.breakdown.sharing, report.breakdown.travel, report.breakdown.fairness)
    )
    return report.breakdown


def test_sample_plan():
    case = parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))
    data = json.loads((DATA / "small.solution.json").read_text("utf-8"))
    report = check(case, parse_solution(data, case).assignments)
    assert report.violations == ()
    assert report.score == Score(25, 109, 0, 36833)
    parts = report.breakdown
    assert (parts.sharing, parts.travel, parts.fairness) == (10320, 17323, 9190)


@pytest.mark.parametrize(
    ("team", "where", "price"),
    [("A", "A", 0), ("A", "B", 60), ("A", "C", 180), (None, "A", 60), (None, "C", 60)],
)
def test_sharing(team, where, price):
    case = instance([envoy("e1", team=team)], [visit("v", county=where)])
    assert breakdown(case, held("v", DAYS[0], "AM", ["e1"])).sharing == price


def test_affinity_is_added_per_seat():
    # 60 for another county of the city, less 25 because e1 is wanted there.
    case = instance([envoy("e1")], [visit("v", county="B")], affinity=[["e1", "B", -25]])
    assert breakdown(case, held("v", DAYS[0], "AM", ["e1"])).sharing == 35


@pytest.mark.parametrize(
    ("slots", "where", "minutes"),
    [
        (1, "B", 30 + 40),  # out and back
        (2, "B", 30 + 40),
        (4, "B", 2 * 30),  # they stay: twice the way out
        (1, "A", 5 + 5),  # within the county
        (6, "A", 2 * 5),
    ],
)
def test_travel_of_one_visit(slots, where, minutes):
    days = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"]
    case = instance([envoy("e1")], [visit("v", slots=slots, county=where)], days=days)
    assert breakdown(case, held("v", DAYS[0], "AM", ["e1"])).travel == minutes


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [
        ("B", "C", 30 + 50 + 80),  # A-B, B-C, C-A
        ("B", "B", 30 + 40),  # one round trip
        ("A", "B", 5 + 30 + 40),  # A-A, A-B, B-A
    ],
)
def test_travel_of_a_day(first, second, minutes):
    case = instance([envoy("e1")], [visit("v1", county=first), visit("v2", county=second)])
    plan = [held("v1", DAYS[0], "AM", ["e1"]), held("v2", DAYS[0], "PM", ["e1"])]
    assert breakdown(case, *plan).travel == minutes


def test_fairness():
    # e1: 2 from before and 1 now: 4 x 9 + 1 short of 4 = 36 + 30. e2: nothing, target 2: 60.
    case = instance(
        [envoy("e1", prior_slots=2, target_slots=4), envoy("e2", target_slots=2)], [visit("v")]
    )
    assert breakdown(case, held("v", DAYS[0], "AM", ["e1"])).fairness == 36 + 30 + 60


def test_fairness_excess():
    # Two slots, target 0, 7 per slot too many: 4 x 4 + 14.
    weights = {
        "out_of_team": 0,
        "out_of_city": 0,
        "travel_minute": 0,
        "load_square": 4,
        "target_shortfall": 0,
        "target_excess": 7,
    }
    case = instance([envoy("e1")], [visit("v", slots=2)], weights=weights)
    assert breakdown(case, held("v", DAYS[0], "AM", ["e1"])).fairness == 16 + 14


def test_coverage_and_unscheduled():
    # A wants 2 visits and 1 with 水稻; one 柑橘 visit is held: 1 + 1 short. Weight 7 is out.
    case = instance(
        [envoy("e1")],
        [visit("v1"), visit("v2", weight=7)],
        coverage=[
            {"county": "A", "specialty": None, "min_visits": 2},
            {"county": "A", "specialty": "水稻", "min_visits": 1},
            {"county": "A", "specialty": "柑橘", "min_visits": 1},
        ],
    )
    report = check(case, [held("v1", DAYS[0], "AM", ["e1"])])
    assert report.score[:2] == (2, 7)
    assert [state.missing for state in report.breakdown.coverage] == [1, 1, 0]


def test_disruption():
    # v1 dropped (10); v2 moved (3) and e1 replaced (1); v3 as before; v4 new.
    before = [
        {"visit": f"v{n}", "date": DAYS[n], "slot": "AM", "roles": [["e1"]]} for n in (1, 2, 3)
    ]
    case = instance(
        [envoy("e1"), envoy("e2")], [visit(f"v{n}") for n in (1, 2, 3, 4)], baseline=before
    )
    plan = [
        held("v2", DAYS[2], "PM", ["e2"]),
        held("v3", DAYS[3], "AM", ["e1"]),
        held("v4", DAYS[0], "AM", ["e1"]),
    ]
    report = check(case, plan)
    changes = report.breakdown.disruption
    assert (changes.dropped, changes.moved, changes.replaced) == (1, 1, 1)
    assert report.score.disruption == 14


def test_tiers_are_lexicographic():
    # e1 can hold one visit. v1 counts for coverage and weighs 1, v2 weighs 9: coverage wins.
    case = instance(
        [envoy("e1", max_slots_total=1)],
        [visit("v1", county="C"), visit("v2", weight=9)],
        coverage=[{"county": "C", "specialty": None, "min_visits": 1}],
    )
    solution = solve(case, SolveOptions(time_limit=5, workers=1))
    # 180 out of city, 90 + 80 travel, 4 x 1 load.
    assert solution.score == Score(0, 9, 0, 180 + 170 + 4)
    assert solution.status == "optimal"


def test_replanning_keeps_what_it_can():
    # The cheap envoy is e1, but the plan in force has e2 at another time: disruption comes first.
    before = [{"visit": "v", "date": DAYS[2], "slot": "PM", "roles": [["e2"]]}]
    case = instance([envoy("e1"), envoy("e2", base="C", team="C")], [visit("v")], baseline=before)
    solution = solve(case, SolveOptions(time_limit=5, workers=1))
    assert solution.score.disruption == 0
    assert solution.assignments == case.baseline
