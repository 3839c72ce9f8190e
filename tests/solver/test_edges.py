"""Instances at the edge: nothing to do, nobody to do it, pins that cannot hold."""

import pytest

from solver import Score, SolveOptions, check, explain_text, rule_text, solve
from solver.texts import RULE_CODES
from tests.solver.build import DAYS, county, envoy, instance, visit

OPTIONS = SolveOptions(time_limit=4, workers=1)


def reasons(case, name):
    solution = solve(case, OPTIONS)
    (found,) = [item.reasons for item in solution.unscheduled if item.visit == name]
    return [(reason.code, reason.left) for reason in found]


def test_nothing_to_do():
    solution = solve(instance([envoy("e1", target_slots=2)], []), OPTIONS)
    assert solution.score == Score(0, 0, 0, 60)
    assert solution.status == "optimal"


def test_nobody_to_do_it():
    solution = solve(instance([], [visit("v", weight=3)]), OPTIONS)
    assert solution.score == Score(0, 3, 0, 0)
    assert solution.status == "optimal"
    assert [(r.code, r.left) for r in solution.unscheduled[0].reasons] == [("SKILL", 0)]


def test_nothing_at_all():
    empty = {"counties": [], "travel": {"ids": [], "minutes": []}}
    assert solve(instance([], [], **empty), OPTIONS).score == Score(0, 0, 0, 0)


def test_visit_without_roles_is_held_by_nobody():
    solution = solve(instance([], [visit("v", roles=[])]), OPTIONS)
    assert solution.score == Score(0, 0, 0, 0)


def test_more_seats_than_envoys():
    seats = [{"specialty": "柑橘", "min_level": 1, "count": 3}]
    case = instance([envoy("e1"), envoy("e2")], [visit("v", roles=seats)])
    assert reasons(case, "v") == [("SKILL", 2)]


def test_horizon_shorter_than_the_visit():
    case = instance([envoy("e1")], [visit("v", slots=10)])
    assert reasons(case, "v") == [("WINDOW", 0)]


def test_reasons_narrow_down():
    # Six know 柑橘; e6 is not lent to B; e5 lives too far; e4 is away; e3 may not work at all.
    away = [[day, half] for day in DAYS for half in ("AM", "PM")]
    people = [
        envoy("e3", max_slots_per_week=0),
        envoy("e4", unavailable=away),
        envoy("e5", max_travel_minutes=20),
        envoy("e6", sharing="county"),
        envoy("e7", specialties={}),
    ]
    case = instance(people, [visit("v", county="B")])
    counts = [("SKILL", 4), ("SHARING", 3), ("TRAVEL", 2), ("AVAILABILITY", 1)]
    assert reasons(case, "v") == [*counts, ("OVERLAP", 1), ("WEEK_LOAD", 0)]


def test_reasons_name_the_place():
    counties = [county("A", max_visits_per_slot=0), county("B"), county("C", "德阳")]
    case = instance([envoy("e1")], [visit("v")], counties=counties)
    assert reasons(case, "v")[-1] == ("HOST", 0)


def test_explanation_is_a_sentence_for_people():
    case = instance([envoy("e1", max_travel_minutes=20)], [visit("v", county="B")])
    (missing,) = solve(case, OPTIONS).unscheduled
    text = explain_text(case, missing.reasons, lambda name: f"《{name}》")
    assert text.endswith("。")
    assert text.count("。") == 1
    assert "《柑橘》" in text
    assert "路程以内 0 人" in text


@pytest.mark.parametrize("code", RULE_CODES)
def test_every_rule_has_a_text(code):
    assert rule_text(code).name
    assert rule_text(code).meaning.endswith("。")


def pin(day=None, *envoys):
    start = day and {"date": day, "slot": "AM"}
    return {"start": start, "envoys": [list(envoys)] if envoys else None}


def test_pins_that_force_the_search_to_make_room():
    # v2 weighs more and wants the same morning; the pin of v1 comes first.
    case = instance(
        [envoy("e1")],
        [
            visit("v1", pin=pin(DAYS[0], "e1")),
            visit("v2", weight=9, earliest=DAYS[0], latest=DAYS[0], start_slots=["AM"]),
        ],
    )
    solution = solve(case, OPTIONS)
    assert check(case, solution.assignments).violations == ()
    assert solution.score.unscheduled == 9


def test_huge_weights_do_not_overflow():
    weights = {
        "out_of_team": 10**8,
        "out_of_city": 10**9,
        "travel_minute": 10**6,
        "load_square": 10**9,
        "target_shortfall": 10**9,
        "target_excess": 10**9,
        "disruption": {"dropped": 10**9, "moved": 10**9, "replaced": 10**9},
    }
    before = [{"visit": "v", "date": DAYS[0], "slot": "AM", "roles": [["e1"]]}]
    people = [envoy("e1", target_slots=3), envoy("e2")]
    case = instance(
        people, [visit("v"), visit("w", weight=10**9)], weights=weights, baseline=before
    )
    solution = solve(case, SolveOptions(time_limit=1, workers=1))
    report = check(case, solution.assignments)
    assert report.violations == ()
    assert solution.score == report.score
    assert solution.score[:3] == (0, 0, 0)
    assert solution.bounds <= solution.score
