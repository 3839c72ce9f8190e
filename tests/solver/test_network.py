"""Instances that are networks: flows against hand and force, and what must be refused."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import SolveOptions, parse_instance, solve
from solver.bounding.duties import offered_starts
from solver.candidates import prepare
from solver.engine.floors import raise_floors
from solver.engine.network import shape as shapes
from solver.engine.network.proof import Relaxed
from solver.engine.network.shape import applicable, free_shape, timed_shape
from solver.engine.network.solving import solve_network
from solver.engine.record import Record
from solver.engine.search import construct
from solver.plan import Plan
from tests.bench.drawn import assignment, dense_assignment, reviewers
from tests.solver.build import DAYS, county, envoy, instance, problem, visit
from tests.solver.test_bounding import all_plans
from tests.solver.test_property import SETTINGS

SLOTS = ["AM", "PM"]
FREE_TRAVEL = {
    "out_of_team": 60,
    "out_of_city": 180,
    "travel_minute": 0,
    "load_square": 4,
    "target_shortfall": 30,
}


def one_day(name, **more):
    return visit(name, latest=DAYS[0], start_slots=["AM"], **more)


def by_network(case, **options):
    """The record of a run of the network alone, after an empty plan."""
    tables = prepare(case)
    record = Record(case, SolveOptions(time_limit=60, **options), lambda _: None, lambda: False)
    raise_floors(record, tables)
    plan = Plan(tables)
    record.offer(plan)
    solve_network(record, plan)
    return record


def who(record):
    return {item.visit: item.roles for item in record.assignments}


# By hand


def test_two_envoys_change_places_to_save_a_way():
    # From A: 10 to A, 70 to B (30 + 40); from B: 70 to A, 20 to B; loads cost 4 each.
    case = instance(
        [envoy("a"), envoy("b", base="B")], [one_day("v", county="A"), one_day("w", county="B")],
        weights=FREE_TRAVEL | {"travel_minute": 1, "out_of_team": 0},
    )  # fmt: skip
    record = by_network(case)
    assert record.proven()
    assert who(record) == {"v": (("a",),), "w": (("b",),)}
    # Both have no target: 10 + 20 for the ways, 4 + 4 for the loads, and b serves A's city.
    assert record.score == (0, 0, 0, 38)


def test_the_lighter_visit_is_left_out():
    rivals = [one_day(f"v{n}", weight=n + 1) for n in range(3)]
    record = by_network(instance([envoy("e"), envoy("f")], rivals))
    assert record.proven()
    assert sorted(who(record)) == ["v1", "v2"]
    assert record.score[:2] == (0, 1)


def test_coverage_comes_before_weight():
    rivals = [one_day("light", county="B"), one_day("heavy", weight=9), one_day("more", weight=5)]
    record = by_network(
        instance(
            [envoy("e"), envoy("f")],
            rivals,
            coverage=[
                {"county": "B", "specialty": None, "min_visits": 1},
                {"county": "B", "specialty": "柑橘", "min_visits": 2},
                {"county": "C", "specialty": None, "min_visits": 3},
            ],
        )
    )
    assert record.proven()
    assert sorted(who(record)) == ["heavy", "light"]
    assert record.score[:2] == (4, 5)


def test_loads_are_shared_out_as_fairness_asks():
    # Four visits on four days, travel free: 4 L^2 + 30 max(0, 1 - L) is least at two each.
    plan = [visit(f"v{n}", earliest=DAYS[n], latest=DAYS[n]) for n in range(4)]
    case = instance([envoy(n, target_slots=1) for n in "ef"], plan, weights=FREE_TRAVEL)
    record = by_network(case)
    assert record.proven()
    assert record.score.cost == 2 * 4 * 2**2


def test_a_week_has_its_limit():
    # Four days lie in one week and Monday in the next; the cheap envoy may work once a week.
    plan = [visit(f"v{n}", earliest=DAYS[n], latest=DAYS[n]) for n in (0, 1, 4)]
    people = [envoy("near", max_slots_per_week=1), envoy("far", team=None)]
    weights = FREE_TRAVEL | {"load_square": 0, "target_shortfall": 0}
    record = by_network(instance(people, plan, weights=weights))
    assert record.proven()
    assert record.score.cost == 60
    assert who(record)["v4"] == (("near",),)


def test_starts_are_kept_apart_for_whoever_is_wanted_twice():
    # The friend saves 50 on either visit and is free on Tuesday morning and Friday only.
    away = [[day, half] for day, half in product(DAYS, SLOTS) if (day, half) not in
            {(DAYS[0], "AM"), (DAYS[3], "PM")}]  # fmt: skip
    people = [envoy("friend", unavailable=away), envoy("other", team=None)]
    record = by_network(
        instance(
            people, [visit("v"), visit("w")], weights=FREE_TRAVEL | {"load_square": 0},
            affinity=[["friend", "A", -50]],
        )
    )  # fmt: skip
    assert record.proven()
    assert record.score == (0, 0, 0, -100)


# What is no network


def refused(case):
    return applicable(prepare(case)) is None


def test_a_plain_assignment_is_taken():
    assert not refused(instance([envoy("e")], [one_day("v"), one_day("w")]))


@pytest.mark.parametrize(
    ("visits", "more"),
    [
        pytest.param([visit("v"), visit("w")], {}, id="two halves of a day share a way"),
        pytest.param(
            [one_day("v"), visit("w", slots=2)], {"weights": FREE_TRAVEL}, id="two lengths"
        ),
        pytest.param(
            [one_day("v", pin={"start": None, "envoys": None})], {}, id="pinned visits"
        ),
        pytest.param(
            [one_day("v")],
            {"baseline": [{"visit": "v", "date": DAYS[0], "slot": "AM", "roles": [["e"]]}]},
            id="a plan in force",
        ),
        pytest.param([], {}, id="nothing to hold"),
        pytest.param([one_day("v", roles=[])], {}, id="nobody wanted"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(visits, more):
    assert refused(instance([envoy("e")], visits, **more))


def test_two_lengths_are_taken_if_nobody_can_do_both():
    both = [visit("v", latest=DAYS[0]), visit("w", latest=DAYS[0], slots=2)]
    assert refused(instance([envoy("e")], both))
    assert not refused(instance([envoy("e", max_slots_total=1)], both))


def test_two_lengths_are_taken_if_nobody_counts_them():
    both = [visit("v"), visit("w", slots=2)]
    nothing = FREE_TRAVEL | {"load_square": 0, "target_shortfall": 0}
    assert not refused(instance([envoy("e")], both, weights=nothing))
    assert refused(instance([envoy("e", max_slots_total=9)], both, weights=nothing))
    assert refused(instance([envoy("e", max_slots_per_week=7)], both, weights=nothing))
    assert refused(instance([envoy("e")], both, weights=nothing | {"load_square": 1}))


def test_half_days_too_far_apart_are_taken():
    halves = [visit("v", county="A"), visit("w", county="B")]
    assert refused(instance([envoy("e")], halves, rules={"max_transfer_minutes": 30}))
    assert not refused(instance([envoy("e")], halves, rules={"max_transfer_minutes": 29}))
    at_home = [*halves, visit("x", county="A")]
    assert refused(instance([envoy("e")], at_home, rules={"max_transfer_minutes": 29}))


def test_what_is_too_large_is_refused(monkeypatch):
    case = instance([envoy("e"), envoy("f")], [one_day("v"), one_day("w")])
    monkeypatch.setattr(shapes, "_MOST_ARCS", 3)
    assert refused(case)


@pytest.mark.parametrize(
    ("visits", "limit"),
    [
        pytest.param(
            [visit("v", roles=[{"specialty": "柑橘", "min_level": 1, "count": 2}])],
            60,
            id="two people must agree on a start",
        ),
        pytest.param([visit("v"), visit("w", county="B")], 30, id="too far for one day"),
        pytest.param(
            [visit("v", slots=4), visit("w", slots=4)], 60, id="stays that overlap in part"
        ),
    ],
)
def test_starts_that_are_no_network_are_left_out_of_it(visits, limit):
    case = instance(
        [envoy("e"), envoy("f")],
        visits,
        weights=FREE_TRAVEL,
        rules={"max_transfer_minutes": limit},
    )
    traits = applicable(prepare(case))
    assert traits is not None
    assert timed_shape(traits) is None


# Against force


@st.composite
def networks(draw, true):
    """Small instances that are true networks, or would be but for whole visits and other rules."""
    most_seats = 1 if true else 2
    days = DAYS[-draw(st.integers(1, 3)) :]
    kinds = ["mornings", "whole", "free ways", "far apart", *([] if true else ["boundless"])]
    kind = draw(st.sampled_from(kinds))
    names = [f"e{n}" for n in range(draw(st.integers(1, 3)))]
    cells = [[day, half] for day in days for half in SLOTS]
    people = [
        envoy(
            name,
            base=draw(st.sampled_from("ABC")),
            team=draw(st.none() | st.sampled_from("ABC")),
            specialties=draw(
                st.dictionaries(st.sampled_from(["柑橘", "水稻"]), st.integers(1, 3), min_size=1)
            ),
            max_slots_per_week=10 if kind == "boundless" else draw(st.integers(1, 5)),
            max_slots_total=10 if kind == "boundless" else draw(st.integers(1, 6)),
            target_slots=draw(st.integers(0, 3)),
            prior_slots=draw(st.integers(0, 2)),
            max_travel_minutes=draw(st.sampled_from([60, 200, 200])),
            unavailable=draw(st.lists(st.sampled_from(cells), max_size=2)),
        )
        for name in names
    ]
    plan = []
    for n in range(draw(st.integers(1, 3))):
        first, last = sorted(draw(st.integers(0, len(days) - 1)) for _ in "ab")
        role = {
            "specialty": draw(st.sampled_from(["柑橘", "水稻"])),
            "min_level": draw(st.sampled_from([1, 1, 2])),
            "count": draw(st.integers(1, most_seats)),
        }
        other = {"specialty": "柑橘", "min_level": 1, "count": 1}
        two = not true and draw(st.integers(0, 3)) == 0
        plan.append(
            visit(
                f"v{n}",
                county="ABC"[n] if kind == "far apart" else draw(st.sampled_from("ABC")),
                roles=[role, other] if two else [role],
                slots=1 + (kind == "whole" or (kind == "boundless" and n > 0)),
                start_slots=["AM"] if kind == "mornings" else SLOTS,
                earliest=days[first],
                latest=days[last],
                weight=draw(st.integers(1, 4)),
                series=None if true else draw(st.sampled_from([None, None, "s"])),
            )
        )
    weights = FREE_TRAVEL | {"travel_minute": 0 if kind in {"free ways", "boundless"} else 1}
    if kind == "boundless":
        weights |= {"load_square": 0, "target_shortfall": 0}
    return problem(
        people,
        plan,
        days=days,
        counties=[
            county("A", max_visits_per_slot=9 if true else draw(st.integers(1, 2))),
            county("B"),
            county("C", "德阳"),
        ],
        series=[{"id": "s", "min_gap_days": draw(st.integers(0, 2))}],
        coverage=draw(
            st.lists(
                st.builds(
                    lambda place, name, most: {
                        "county": place,
                        "specialty": name,
                        "min_visits": most,
                    },
                    st.sampled_from("AB"),
                    st.sampled_from([None, "柑橘", "水稻"]),
                    st.integers(0, 2),
                ),
                max_size=3,
            )
        ),
        affinity=[["e0", place, draw(st.integers(-90, 40))] for place in "AB"],
        rules={"max_transfer_minutes": 20 if kind == "far apart" else 100 if true else 60},
        weights=weights,
    )


SEEN = {"cases": 0, "proven": 0, "lost": 0}


@settings(SETTINGS, max_examples=120)
@given(networks(true=True))
def _true_networks_are_proven(data):
    case = parse_instance(data)
    if not any(visit.possible for visit in prepare(case).visits):
        return
    record = by_network(case)
    assert record.proven()
    best = min(score for score, _ in all_plans(case))
    assert record.score == best
    SEEN["cases"] += 1
    SEEN["lost"] += best.unscheduled > 0


def test_true_networks_are_proven():
    """Equal to brute force, all of them, also where not everything can be held."""
    SEEN.update(cases=0, lost=0)
    _true_networks_are_proven()
    assert SEEN["cases"] >= 50
    assert SEEN["lost"] >= 10


@settings(SETTINGS, max_examples=120)
@given(networks(true=False))
def _bounds_are_below_every_plan(data):
    case = parse_instance(data)
    if refused(case):
        assert not any(len(offered_starts(visit)) for visit in prepare(case).visits)
        return
    scores = [score for score, _ in all_plans(case)]
    record = by_network(case)
    for tier in range(4):
        for upper, bound in record._bounds[tier].items():
            within = [
                score[tier]
                for score in scores
                if all(now <= most for now, most in zip(score[: len(upper)], upper, strict=True))
            ]
            assert bound <= min(within, default=bound)
    best = min(scores)
    assert record.score >= best
    assert not record.proven() or record.score == best
    SEEN["cases"] += 1
    SEEN["proven"] += record.proven()
    SEEN["lost"] += best.unscheduled > 0


def test_bounds_are_below_every_plan():
    """Whatever tiers they are given for; and often they are met."""
    SEEN.update(cases=0, proven=0, lost=0)
    _bounds_are_below_every_plan()
    assert SEEN["cases"] >= 60
    assert SEEN["proven"] >= 0.6 * SEEN["cases"]
    assert SEEN["lost"] >= 10


@settings(SETTINGS, max_examples=60)
@given(networks(true=False), st.integers(0, 2**20))
def test_extras_are_what_an_arc_costs_every_plan_at_least(data, seed):
    """At any prices: the bound for all visits held, and more with an arc that is dear."""
    case = parse_instance(data)
    traits = applicable(prepare(case))
    if traits is None:
        return
    rng = np.random.default_rng(seed)
    facts = traits.facts
    for shape in filter(None, (free_shape(traits), timed_shape(traits))):
        relaxed = Relaxed(shape, rng.integers(-50, 300, len(shape.seat_visit)))
        arcs = {
            (int(shape.visits[shape.seat_visit[m]]), int(shape.seat_role[m]), int(e), int(n)): a
            for a, (m, e, n) in enumerate(zip(shape.seat, shape.envoy, shape.start, strict=True))
        }
        for score, plan in all_plans(case):
            if score.unscheduled > shape.lost:
                continue
            assert score.cost >= relaxed.all_held
            for held in plan:
                index = facts.visit_index[held.visit]
                slot = facts.slot_index[held.date, held.slot]
                start = prepare(case).visits[index].starts.tolist().index(slot)
                for role, names in enumerate(held.roles):
                    for name in names:
                        way = (index, role, facts.envoy_index[name])
                        arc = arcs.get((*way, -1), arcs.get((*way, start)))
                        assert score.cost >= relaxed.all_held + int(relaxed.extra[arc])


# Larger ones


def least_total(costs):
    """Cost of a cheapest assignment, by H. W. Kuhn (1955) with potentials; rows <= columns."""
    size = len(costs)
    row_price, column_price, match = [0] * (size + 1), [0] * (size + 1), [0] * (size + 1)
    for row in range(1, size + 1):
        match[0], column = row, 0
        least, before, done = [10**9] * (size + 1), [0] * (size + 1), [False] * (size + 1)
        while match[column]:
            done[column] = True
            here, delta, after = match[column], 10**9, 0
            for other in range(1, size + 1):
                if done[other]:
                    continue
                cost = costs[here - 1][other - 1] - row_price[here] - column_price[other]
                if cost < least[other]:
                    least[other], before[other] = cost, column
                if least[other] < delta:
                    delta, after = least[other], other
            for other in range(size + 1):
                if done[other]:
                    row_price[match[other]] += delta
                    column_price[other] -= delta
                else:
                    least[other] -= delta
            column = after
        while column:
            match[column], column = match[before[column]], before[column]
    return -column_price[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_dense_assignment_is_proven(seed):
    data = dense_assignment(30, seed)
    ways = data["travel"]["minutes"]
    both = [[ways[e][v] + ways[v][e] for v in range(30)] for e in range(30)]
    record = by_network(parse_instance(data))
    assert record.proven()
    assert record.score == (0, 0, 0, least_total(both))


def test_a_matrix_of_costs_is_an_assignment():
    costs = [[7, 2, 9], [4, 3, 6], [5, 8, 1]]
    record = by_network(parse_instance(assignment(costs)))
    assert record.proven()
    assert record.score.cost == least_total(costs) == 2 + 4 + 1


@pytest.mark.parametrize("days", [1, 5])
def test_papers_find_reviewers_and_times(days):
    """With two half-days only, the starts of papers decide who can come; with ten they do not."""
    case = parse_instance(reviewers(3, days, papers=12, people=18, seats=3, most=2))
    record = by_network(case)
    assert record.proven()
    assert record.score[:2] == (0, 0)


def test_too_few_people_for_all_papers():
    """Twelve can read once, so four of six papers by three are held."""
    case = parse_instance(reviewers(4, 5, papers=6, people=12, seats=3, most=1))
    record = by_network(case)
    assert record.score[:2] == (0, 2)
    assert record.bounds()[:2] == (0, 2)
    assert record.proven()


def test_the_whole_run_ends_with_the_network():
    solution = solve(parse_instance(dense_assignment(20, 5)), SolveOptions(time_limit=60))
    assert solution.status == "optimal"


def test_counted_runs_repeat_themselves():
    case = parse_instance(reviewers(6, 1, papers=10, people=15, seats=3, most=2))
    options = SolveOptions(time_limit=20, workers=1, deterministic=True)
    first, second = solve(case, options), solve(case, options)
    assert first.status == second.status
    assert first.assignments == second.assignments
    assert first.bounds == second.bounds


def test_a_known_plan_that_is_better_stays():
    case = instance([envoy("e")], [one_day("v")])
    tables = prepare(case)
    record = Record(case, SolveOptions(time_limit=60), lambda _: None, lambda: False)
    raise_floors(record, tables)
    plan = Plan(tables)
    construct(plan)
    record.offer(plan)
    assert solve_network(record, plan) is None
    assert record.proven()
