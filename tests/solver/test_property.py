"""Random small instances: the engine against the checker and against brute force."""

from datetime import date
from itertools import combinations, product

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from solver import Assignment, Score, SolveOptions, check, parse_instance, solve
from tests.solver.build import DAYS, county, envoy, problem, visit

COUNTIES = st.sampled_from("ABC")
HALVES = st.sampled_from(["AM", "PM"])
SPECIALTIES = ("柑橘", "水稻")
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def envoys(draw, name):
    return envoy(
        name,
        base=draw(COUNTIES),
        team=draw(st.none() | COUNTIES),
        specialties=draw(st.dictionaries(st.sampled_from(SPECIALTIES), st.integers(1, 3))),
        sharing=draw(st.sampled_from(["county", "city", "metro", "metro"])),
        max_slots_per_week=draw(st.integers(0, 5)),
        max_slots_total=draw(st.integers(0, 6)),
        target_slots=draw(st.integers(0, 3)),
        prior_slots=draw(st.integers(0, 2)),
        max_travel_minutes=draw(st.sampled_from([45, 85, 200])),
        unavailable=draw(st.lists(st.tuples(st.sampled_from(DAYS), HALVES).map(list), max_size=3)),
    )


@st.composite
def visits(draw, name, days, envoy_names, with_pins):
    first, last = sorted((draw(st.integers(0, len(days) - 1)), draw(st.integers(0, len(days) - 1))))
    roles = draw(
        st.lists(
            st.builds(
                lambda specialty, level, count: {
                    "specialty": specialty,
                    "min_level": level,
                    "count": count,
                },
                st.sampled_from(SPECIALTIES),
                st.integers(1, 2),
                st.integers(1, 2),
            ),
            min_size=1,
            max_size=2,
        )
    )
    pin = None
    if with_pins and draw(st.integers(0, 4)) == 0:
        pin = {"start": None, "envoys": None}
        if draw(st.booleans()):
            pin["start"] = {"date": draw(st.sampled_from(days)), "slot": "AM"}
        if envoy_names and draw(st.booleans()):
            pin["envoys"] = [[draw(st.sampled_from(envoy_names))], *[[] for _ in roles[1:]]]
    return visit(
        name,
        county=draw(COUNTIES),
        roles=roles,
        slots=draw(st.sampled_from([1, 1, 1, 2, 4])),
        earliest=days[first],
        latest=days[last],
        series=draw(st.sampled_from([None, "s"])),
        start_slots=draw(st.sampled_from([["AM"], ["PM"], ["AM", "PM"]])),
        weight=draw(st.integers(1, 5)),
        exclude=draw(st.lists(st.sampled_from(envoy_names), max_size=1)) if envoy_names else [],
        pin=pin,
    )


@st.composite
def problems(draw, most_envoys, most_visits, most_days, with_pins=True):
    days = DAYS[-draw(st.integers(1, most_days)) :]
    names = [f"e{n}" for n in range(draw(st.integers(0, most_envoys)))]
    count = draw(st.integers(0, most_visits))
    plan = [draw(visits(f"v{n}", days, names, with_pins)) for n in range(count)]
    before = [
        {
            "visit": item["id"],
            "date": draw(st.sampled_from(DAYS)),
            "slot": "AM",
            "roles": [[draw(st.sampled_from(names))]] if names else [],
        }
        for item in plan
        if draw(st.booleans())
    ]
    affinity = [["e0", draw(COUNTIES), draw(st.integers(-90, 40))]] if names else []
    return problem(
        [draw(envoys(name)) for name in names],
        plan,
        days=days,
        counties=[
            county("A", max_visits_per_slot=draw(st.integers(0, 2))),
            county("B", closed=[[days[0], "AM"]]),
            county("C", "德阳", max_visits_per_slot=1),
        ],
        series=[{"id": "s", "min_gap_days": draw(st.integers(0, 3))}],
        coverage=[
            {"county": "A", "specialty": None, "min_visits": draw(st.integers(0, 2))},
            {"county": "B", "specialty": "水稻", "min_visits": 1},
        ],
        rules={"max_transfer_minutes": draw(st.sampled_from([20, 55, 100]))},
        affinity=affinity,
        baseline=before,
    )


def options_of(case, item):
    """Every way to hold a visit that has enough people, and to leave it out."""
    names = [person.id for person in case.envoys]
    ways = [None]
    for day, half in product(case.days, ("AM", "PM")):
        for crew in product(*(combinations(names, role.count) for role in item.roles)):
            held = Assignment(item.id, day, half, tuple(crew))
            codes = {found.code for found in check(case, [held]).violations}
            if not codes - {"PIN"} or (codes == {"PIN"} and not _pin_broken(item, held)):
                ways.append(held)
    return ways


def _pin_broken(item, held):
    start = item.pin and item.pin.start
    return bool(start) and (start.date, start.slot) != (held.date, held.slot)


def best_by_force(case):
    """Score of the best plan, or None if there is none."""
    best = None
    for ways in product(*(options_of(case, item) for item in case.visits)):
        plan = [held for held in ways if held is not None]
        report = check(case, plan)
        if not report.violations and (best is None or report.score < best):
            best = report.score
    return best


SEEN: dict[str, int] = {"feasible": 0, "infeasible": 0}


@settings(SETTINGS, max_examples=60)
@given(problems(3, 3, 2))
def _against_brute_force(data):
    case = parse_instance(data)
    ways = [len(options_of(case, item)) for item in case.visits]
    note(f"ways {ways}")
    best = best_by_force(case)
    solution = solve(case, SolveOptions(time_limit=20, workers=1))
    if best is None:
        SEEN["infeasible"] += 1
        assert solution.status == "infeasible"
        assert solution.conflicts
    else:
        SEEN["feasible"] += 1
        assert solution.status == "optimal"
        assert solution.score == best == solution.bounds


def test_best_plan_is_found_and_proven():
    """Equal to brute force; and most instances must have a plan, or nothing was tested."""
    SEEN.update(feasible=0, infeasible=0)
    _against_brute_force()
    assert SEEN["feasible"] >= 30
    assert SEEN["infeasible"] >= 1


@settings(SETTINGS, max_examples=12)
@given(problems(8, 12, 5, with_pins=False))
def test_plan_is_valid_and_bounds_are_honest(data):
    case = parse_instance(data)
    solution = solve(case, SolveOptions(time_limit=1, workers=2))
    report = check(case, solution.assignments)
    assert report.violations == ()
    assert solution.score == report.score
    assert isinstance(solution.bounds, Score)
    assert all(low <= now for low, now in zip(solution.bounds, solution.score, strict=True))
    held = {item.visit for item in solution.assignments}
    assert {item.visit for item in solution.unscheduled} == {v.id for v in case.visits} - held
    assert all(item.reasons for item in solution.unscheduled)


@settings(SETTINGS, max_examples=150)
@given(problems(3, 3, 3), st.data())
def test_checker_takes_anything(data, draw):
    case = parse_instance(data)
    names = st.sampled_from([*(e.id for e in case.envoys), "e9"])
    plan = draw.draw(
        st.lists(
            st.builds(
                Assignment,
                st.sampled_from([*(v.id for v in case.visits), "v9"]),
                st.dates(date(2026, 11, 30), date(2026, 12, 9)) | st.dates(),
                st.sampled_from(["AM", "PM", ""]),
                st.lists(st.lists(names, max_size=3).map(tuple), max_size=3).map(tuple),
            ),
            max_size=6,
        )
    )
    report = check(case, plan)
    if len({held.visit for held in plan}) < len(plan):
        assert "FORMAT" in {found.code for found in report.violations}
    assert report.score.unscheduled <= sum(v.weight for v in case.visits)
