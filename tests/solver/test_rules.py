"""Each hard rule on an instance solved by hand: the checker sees it broken, the engine keeps it."""

import pytest

from solver import Solution, SolveOptions, check, solve
from tests.solver.build import DAYS, codes, county, envoy, held, instance, visit

OPTIONS = SolveOptions(time_limit=5, workers=1)


def solved(case) -> Solution:
    solution = solve(case, OPTIONS)
    report = check(case, solution.assignments)
    assert report.violations == ()
    assert report.score == solution.score
    return solution


def role(specialty="柑橘", level=1, count=1):
    return {"specialty": specialty, "min_level": level, "count": count}


def test_skill_level():
    # Level 3 is asked for; e1 has level 2, e2 level 3: only e2 can go.
    case = instance(
        [envoy("e1"), envoy("e2", specialties={"柑橘": 3})], [visit("v", roles=[role(level=3)])]
    )
    assert codes(case, held("v", DAYS[0], "AM", ["e1"])) == ["SKILL"]
    assert codes(case, held("v", DAYS[0], "AM", ["e2"])) == []
    assert solved(case).assignments[0].envoys == ("e2",)


def test_skill_one_seat_per_visit():
    # Two seats, one envoy: weight 5 stays unscheduled.
    case = instance([envoy("e1")], [visit("v", roles=[role(), role()], weight=5)])
    assert "SKILL" in codes(case, held("v", DAYS[0], "AM", ["e1"], ["e1"]))
    assert solved(case).score.unscheduled == 5


def test_availability():
    # Present only on the afternoon of the first day.
    absent = [[day, half] for day in DAYS for half in ("AM", "PM")]
    absent.remove([DAYS[0], "PM"])
    case = instance([envoy("e1", unavailable=absent)], [visit("v")])
    assert codes(case, held("v", DAYS[1], "AM", ["e1"])) == ["AVAILABILITY"]
    found = solved(case).assignments[0]
    assert (found.date.isoformat(), found.slot) == (DAYS[0], "PM")


def test_overlap():
    # Two visits on one day; the whole day of v2 leaves no half for v1: weight 1 of 1 + 3 is lost.
    window = {"earliest": DAYS[0], "latest": DAYS[0]}
    case = instance(
        [envoy("e1")], [visit("v1", **window), visit("v2", slots=2, weight=3, **window)]
    )
    plan = [held("v1", DAYS[0], "PM", ["e1"]), held("v2", DAYS[0], "AM", ["e1"])]
    assert codes(case, *plan) == ["OVERLAP"]
    assert solved(case).score.unscheduled == 1


@pytest.mark.parametrize(
    ("more", "day", "slot"),
    [
        ({"earliest": DAYS[1]}, DAYS[0], "AM"),  # too early
        ({"latest": DAYS[1]}, DAYS[2], "AM"),  # too late
        ({"start_slots": ["PM"]}, DAYS[0], "AM"),  # not in the morning
        ({"slots": 2}, DAYS[0], "PM"),  # whole days start in the morning
        ({"slots": 4, "latest": DAYS[2]}, DAYS[2], "AM"),  # ends on the 4th
        ({"slots": 4}, DAYS[3], "AM"),  # the 5th is no working day
        ({}, "2026-12-05", "AM"),  # nor is it to start on
    ],
)
def test_window(more, day, slot):
    case = instance([envoy("e1")], [visit("v", **more)])
    assert codes(case, held("v", day, slot, ["e1"])) == ["WINDOW"]
    assert solved(case).score.unscheduled == 0


def test_window_one_week():
    # Sunday 6 is a make-up workday: Sunday and Monday are consecutive, but two ISO weeks.
    days = ["2026-12-06", "2026-12-07"]
    case = instance(
        [envoy("e1")],
        [visit("v", slots=4, earliest=days[0], latest=days[1])],
        days=days,
    )
    assert codes(case, held("v", days[0], "AM", ["e1"])) == ["WINDOW"]
    assert solved(case).score.unscheduled == 1


def test_window_closed():
    # Open only on the 3rd in the morning.
    closed = [[day, half] for day in DAYS for half in ("AM", "PM")]
    closed.remove([DAYS[2], "AM"])
    counties = [county("A", closed=closed), county("B"), county("C", "德阳")]
    case = instance([envoy("e1")], [visit("v")], counties=counties)
    assert codes(case, held("v", DAYS[0], "AM", ["e1"])) == ["WINDOW"]
    assert solved(case).assignments[0].date.isoformat() == DAYS[2]


def test_week_load():
    # 2 slots a week: of three visits in the first week (weights 1, 2, 3) the lightest is lost.
    visits = [visit(f"v{n}", latest=DAYS[3], weight=n) for n in (1, 2, 3)]
    case = instance([envoy("e1", max_slots_per_week=2)], visits)
    plan = [held(f"v{n}", DAYS[n], "AM", ["e1"]) for n in (1, 2, 3)]
    assert codes(case, *plan) == ["WEEK_LOAD"]
    assert solved(case).score.unscheduled == 1


def test_total_load():
    # 3 slots in all: a whole day (2) and a half fit, the second half does not.
    visits = [visit("v1", slots=2, weight=5), visit("v2"), visit("v3")]
    case = instance([envoy("e1", max_slots_total=3)], visits)
    plan = [held(v["id"], DAYS[n], "AM", ["e1"]) for n, v in enumerate(visits)]
    assert codes(case, *plan) == ["TOTAL_LOAD"]
    assert solved(case).score.unscheduled == 1


def test_travel():
    # A to C takes 90 minutes, C to A 80: the way out counts, so 85 is not enough.
    case = instance([envoy("e1", max_travel_minutes=85)], [visit("v", county="C")])
    assert codes(case, held("v", DAYS[0], "AM", ["e1"])) == ["TRAVEL"]
    assert solved(case).score.unscheduled == 1


@pytest.mark.parametrize(
    ("scope", "team", "allowed"),
    [
        ("county", "A", {"A"}),
        ("city", "A", {"A", "B"}),
        ("metro", "A", {"A", "B", "C"}),
        ("county", "B", {"B"}),  # home is the team's county, not the base
        ("county", None, {"A"}),  # without a team the base
        ("city", "C", {"C"}),
    ],
)
def test_sharing(scope, team, allowed):
    person = envoy("e1", sharing=scope, team=team)
    for name in "ABC":
        case = instance([person], [visit("v", county=name)])
        broken = [] if name in allowed else ["SHARING"]
        assert codes(case, held("v", DAYS[0], "AM", ["e1"])) == broken
        assert solved(case).score.unscheduled == len(broken)


def test_transfer():
    # C to A takes 80 > 60, A to B 30: on one day C cannot come before A, B may come after A.
    window = {"earliest": DAYS[0], "latest": DAYS[0]}
    case = instance(
        [envoy("e1")],
        [
            visit("v1", county="C", start_slots=["AM"], **window),
            visit("v2", county="A", start_slots=["PM"], weight=2, **window),
        ],
    )
    plan = [held("v1", DAYS[0], "AM", ["e1"]), held("v2", DAYS[0], "PM", ["e1"])]
    assert codes(case, *plan) == ["TRANSFER"]
    assert solved(case).score.unscheduled == 1


def test_transfer_depends_on_direction():
    # B to C takes 50 <= 55, C to B 60 > 55: with a limit of 55 only "B, then C" is possible.
    window = {"earliest": DAYS[0], "latest": DAYS[0]}
    case = instance(
        [envoy("e1")],
        [visit("v1", county="B", **window), visit("v2", county="C", **window)],
        rules={"max_transfer_minutes": 55},
    )
    there = [held("v1", DAYS[0], "AM", ["e1"]), held("v2", DAYS[0], "PM", ["e1"])]
    back = [held("v2", DAYS[0], "AM", ["e1"]), held("v1", DAYS[0], "PM", ["e1"])]
    assert codes(case, *there) == []
    assert codes(case, *back) == ["TRANSFER"]
    assert {a.visit: a.slot for a in solved(case).assignments} == {"v1": "AM", "v2": "PM"}


def test_host():
    # One visit at a time, one day: two halves for three visits.
    counties = [county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")]
    window = {"earliest": DAYS[0], "latest": DAYS[0]}
    people = [envoy(f"e{n}") for n in range(3)]
    case = instance(people, [visit(f"v{n}", **window) for n in range(3)], counties=counties)
    plan = [held("v0", DAYS[0], "AM", ["e0"]), held("v1", DAYS[0], "AM", ["e1"])]
    assert codes(case, *plan) == ["HOST"]
    assert solved(case).score.unscheduled == 1


def test_series():
    # 3 days apart, from Tuesday 1 to Friday 4: two visits fit (1 and 4), a third does not.
    visits = [visit(f"v{n}", series="s", latest=DAYS[3]) for n in range(3)]
    case = instance([envoy("e1")], visits, series=[{"id": "s", "min_gap_days": 3}])
    near = [held("v0", DAYS[0], "AM", ["e1"]), held("v1", DAYS[2], "AM", ["e1"])]
    apart = [held("v0", DAYS[0], "AM", ["e1"]), held("v1", DAYS[3], "AM", ["e1"])]
    assert codes(case, *near) == ["SERIES"]
    assert codes(case, *apart) == []
    solution = solved(case)
    assert solution.score.unscheduled == 1
    assert {a.date.isoformat() for a in solution.assignments} == {DAYS[0], DAYS[3]}


def test_pin():
    # e1 is nearer, but e2 is pinned to the second role, and the start is pinned.
    pin = {"start": {"date": DAYS[2], "slot": "PM"}, "envoys": [[], ["e2"]]}
    people = [envoy("e1"), envoy("e2", base="C", team="C"), envoy("e3")]
    case = instance(people, [visit("v", roles=[role(), role()], pin=pin)])
    assert codes(case) == ["PIN"]
    assert codes(case, held("v", DAYS[1], "AM", ["e1"], ["e2"])) == ["PIN"]
    assert codes(case, held("v", DAYS[2], "PM", ["e2"], ["e1"])) == ["PIN"]
    found = solved(case).assignments[0]
    assert (found.date.isoformat(), found.slot) == (DAYS[2], "PM")
    assert found.roles[1] == ("e2",)


def test_pin_comes_before_weight():
    # One slot of load: the pinned visit of weight 1 is held, the other of weight 9 is not.
    visits = [visit("v1", pin={}), visit("v2", weight=9)]
    solution = solved(instance([envoy("e1", max_slots_total=1)], visits))
    assert [item.visit for item in solution.assignments] == ["v1"]
    assert solution.score.unscheduled == 9


def test_exclude():
    case = instance([envoy("e1"), envoy("e2", base="C")], [visit("v", exclude=["e1"])])
    assert codes(case, held("v", DAYS[0], "AM", ["e1"])) == ["EXCLUDE"]
    assert solved(case).assignments[0].envoys == ("e2",)


@pytest.mark.parametrize(
    "plan",
    [
        [held("nobody", DAYS[0], "AM", ["e1"])],
        [held("v", DAYS[0], "AM", ["nobody"])],
        [held("v", DAYS[0], "AM", ["e1"]), held("v", DAYS[1], "AM", ["e1"])],
        [held("v", DAYS[0], "AM")],
        [held("v", DAYS[0], "AM", [])],
        [held("v", DAYS[0], "AM", ["e1", "e2"])],
        [held("v", DAYS[0], "noon", ["e1"])],
    ],
)
def test_format_of_plan(plan):
    case = instance([envoy("e1"), envoy("e2")], [visit("v")])
    assert "FORMAT" in codes(case, *plan)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_checker_survives_the_ends_of_the_calendar(day):
    case = instance([envoy("e1")], [visit("v", slots=10)])
    assert codes(case, held("v", day, "AM", ["e1"])) == ["WINDOW"]
