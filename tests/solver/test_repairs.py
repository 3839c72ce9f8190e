"""Repairs: hand-solved cases per kind, then random instances applied and judged again."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings

from solver import (
    SolveOptions,
    apply_edit,
    check,
    instance_to_json,
    parse_instance,
    parse_solution,
    repair_text,
    solution_to_json,
    solve,
    solve_in_child,
)
from solver.explain.budget import Budget
from solver.explain.edits import EDIT_KINDS
from solver.explain.edits_text import Names
from solver.explain.repairs import find_repairs
from tests.solver.build import DAYS, county, envoy, held, instance, visit
from tests.solver.scenes import scene, scenes
from tests.solver.test_property import SETTINGS

# All envoys live in A and are of the team of A: a half-day in A costs a round trip of 5 + 5
# minutes and, from the load n to n + 1, fairness 4 (2n + 1). A half-day in B costs 60 (out of
# team) + 30 + 40 (travel); in C 180 + 90 + 80.


def kinds(found):
    return [repair.edit["edit"] for repair in found]


def repairs_of(case, *plan, name="v"):
    return find_repairs(case, plan, Budget()).get(name, ())


def sentences(case, found):
    return [repair_text(case, repair.to_json()) for repair in found]


def test_window_is_extended_to_the_nearest_cheap_start():
    """The only envoy is away on the only day; any other day costs 14: 10 travel + 4 fairness."""
    away = [[DAYS[0], "AM"], [DAYS[0], "PM"]]
    case = instance(
        [envoy("e", unavailable=away)],
        [visit("v", latest=DAYS[0], slots=2, weight=7)],
    )
    (found,) = repairs_of(case)
    assert found.edit == {
        "edit": "extend_window",
        "visit": "v",
        "earliest": DAYS[0],
        "latest": DAYS[1],
    }
    assert found.score == (0, 0, 0, 26)  # two slots: 10 travel, 4 * 2 * 2 fairness
    assert sentences(case, [found]) == ["将时间窗口由12月1日至12月1日放宽到12月1日至12月2日。"]


def test_one_slot_is_freed_and_the_window_competes():
    """Free the morning of the day, or hold it on another day: the scores are equal."""
    case = instance(
        [envoy("e", unavailable=[[DAYS[0], "AM"]])], [visit("v", latest=DAYS[0], slots=2)]
    )
    found = repairs_of(case)
    assert sorted(kinds(found)) == ["extend_window", "free_slot"]
    free = next(r for r in found if r.edit["edit"] == "free_slot")
    assert free.edit == {"edit": "free_slot", "envoy": "e", "date": DAYS[0], "slot": "AM"}
    assert sentences(case, [free]) == ["请特派员e腾出12月1日上午。"]


def test_sharing_is_widened_no_further_than_needed():
    """B is in the city of the team, C is not."""
    for place, scope, cost in (("B", "city", 134), ("C", "metro", 354)):
        case = instance([envoy("e", sharing="county")], [visit("v", county=place)])
        (found,) = repairs_of(case)
        assert found.edit == {"edit": "set_sharing", "envoy": "e", "sharing": scope}
        assert found.score == (0, 0, 0, cost)
    assert sentences(case, [found]) == ["将特派员e的共享范围由本县放宽到都市圈。"]


def test_week_load_is_raised_to_what_the_week_then_holds():
    """One slot is taken in the only week; one visit of two slots makes three."""
    case = instance(
        [envoy("e", max_slots_per_week=2)],
        [visit("u", latest=DAYS[0]), visit("v", latest=DAYS[3], slots=2)],
        days=DAYS[:4],
    )
    found = repairs_of(case, held("u", DAYS[0], "AM", ["e"]))
    assert kinds(found) == ["raise_week_load"]
    assert found[0].edit == {"edit": "raise_week_load", "envoy": "e", "to": 3}
    assert found[0].score == (0, 0, 0, 10 + 10 + 4 * 9)
    assert sentences(case, found) == ["将特派员e每周的半天数上限由 2 提高到 3。"]


def test_level_is_lowered_by_the_smallest_step():
    case = instance(
        [envoy("low", specialties={"柑橘": 1}), envoy("mid", specialties={"柑橘": 2})],
        [visit("v", roles=[{"specialty": "柑橘", "min_level": 3, "count": 1}])],
    )
    (found,) = repairs_of(case)
    assert found.edit == {"edit": "lower_level", "visit": "v", "role": 0, "to": 2}
    assert found.proof[0].roles == (("mid",),)
    assert sentences(case, [found]) == ["将“柑橘”席位的级别要求由正高降为副高及以上。"]


def test_county_receives_one_more():
    """Two visits on one day in a county that takes one per slot, mornings only."""
    case = instance(
        [envoy("e"), envoy("f")],
        [visit(name, latest=DAYS[0], start_slots=["AM"]) for name in "uv"],
        days=DAYS[:1],
        counties=[county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")],
    )
    found = repairs_of(case, held("u", DAYS[0], "AM", ["e"]))
    assert [repair.edit for repair in found] == [{"edit": "raise_host", "county": "A", "to": 2}]
    assert sentences(case, found) == ["将A县同一个半天接待的下乡服务上限由 1 次提高到 2 次。"]


def test_another_visit_steps_aside():
    """u must go to PM with its only expert, so that f, once lent, ... nobody else is lost.

    v needs e (rice) in the morning and one orange envoy; only f grows oranges in reach, and f
    is taken by u, which can be held in the afternoon as well. Lending g cures nothing: g is away.
    """
    case = instance(
        [
            envoy("f"),
            envoy("e", specialties={"水稻": 1}),
            envoy("g", base="B", team="B", sharing="county", unavailable=[[DAYS[0], "PM"]]),
        ],
        [
            visit("u", latest=DAYS[0], exclude=["g"]),
            visit(
                "v",
                latest=DAYS[0],
                start_slots=["AM"],
                roles=[
                    {"specialty": "柑橘", "min_level": 1, "count": 1},
                    {"specialty": "水稻", "min_level": 2, "count": 1},
                ],
                exclude=["g"],
            ),
        ],
        days=DAYS[:1],
    )
    (found,) = repairs_of(case, held("u", DAYS[0], "AM", ["f"]))
    assert found.edit == {"edit": "lower_level", "visit": "v", "role": 1, "to": 1}
    assert {(a.visit, a.slot) for a in found.proof} == {("u", "PM"), ("v", "AM")}


def test_best_comes_first():
    case = instance(
        [envoy("far", base="C", team="A", sharing="county"), envoy("near", sharing="county")],
        [visit("v", county="B")],
    )
    found = repairs_of(case)
    assert [repair.edit["envoy"] for repair in found] == ["near", "far"]
    assert [repair.score for repair in found] == sorted(repair.score for repair in found)


def test_nothing_is_told_where_two_changes_are_needed():
    case = instance(
        [envoy("e", sharing="county", specialties={"柑橘": 1})],
        [visit("v", county="B", roles=[{"specialty": "柑橘", "min_level": 2, "count": 1}])],
    )
    assert repairs_of(case) == ()


def test_names_replace_ids():
    case = instance([envoy("e", sharing="county")], [visit("v", county="B")])
    (found,) = repairs_of(case)
    text = repair_text(case, found.to_json(), Names(envoy=lambda name: {"e": "张三"}[name]))
    assert text.startswith("将特派员张三的共享范围")


@pytest.mark.parametrize(
    "edit",
    [
        {"edit": "fly"},
        {"edit": "extend_window", "visit": "v", "earliest": "2026-12-05", "latest": DAYS[4]},
        {"edit": "lower_level", "visit": "v", "role": 1, "to": 1},
    ],
)
def test_wrong_edits_are_refused(edit):
    case = instance([envoy("e")], [visit("v")])
    with pytest.raises(ValueError, match=r"unknown edit|window|no role"):
        apply_edit(case, edit)


def test_a_budget_that_is_over_finds_nothing():
    case = instance([envoy("e", sharing="county")], [visit("v", county="B")])
    assert find_repairs(case, (), Budget(steps=0)) == {}


SEEN: Counter[str] = Counter()


@settings(SETTINGS, max_examples=50)
@given(scenes(9, 10))
def _repairs_hold(data):
    case = parse_instance(data)
    before = solve(case, SolveOptions(time_limit=1, workers=1, deterministic=True)).assignments
    for name, found in find_repairs(case, before, Budget()).items():
        scores = [repair.score for repair in found]
        assert scores == sorted(scores)
        for repair in found:
            SEEN[repair.edit["edit"]] += 1
            changed = apply_edit(case, repair.edit)
            assert parse_as_changed(changed) == changed
            report = check(changed, repair.proof)
            assert report.violations == ()
            assert report.score == repair.score
            assert {a.visit for a in repair.proof} == {a.visit for a in before} | {name}
            assert check(case, repair.proof).violations  # without the change it does not hold
            assert repair_text(case, repair.to_json()).endswith("。")


def parse_as_changed(changed):
    """The changed instance is one that could be read from a file."""
    return parse_instance(instance_to_json(changed))


def test_every_repair_holds():
    """And every kind must have occurred, or nothing was tested."""
    SEEN.clear()
    _repairs_hold()
    assert set(SEEN) == set(EDIT_KINDS)


def test_a_run_tells_repairs_and_files_keep_them():
    case = instance([envoy("e", sharing="county")], [visit("v", county="B", weight=3)])
    solution = solve(case, SolveOptions(time_limit=5, workers=1))
    (left,) = solution.unscheduled
    score_after = {"coverage": 0, "unscheduled": 0, "disruption": 0, "cost": 134}
    wanted = {"edit": "set_sharing", "envoy": "e", "sharing": "city", "score_after": score_after}
    assert left.repairs == (wanted,)
    assert parse_solution(solution_to_json(solution), case).unscheduled == (left,)
    assert repair_text(case, left.repairs[0]) == "将特派员e的共享范围由本县放宽到本市。"


def test_the_child_tells_repairs():
    case = instance([envoy("e", sharing="county")], [visit("v", county="B")])
    solution = solve_in_child(case, SolveOptions(time_limit=5), lambda _: None, lambda: False)
    assert [repair["edit"] for repair in solution.unscheduled[0].repairs] == ["set_sharing"]


def test_counted_work_finds_the_same_repairs_twice():
    data = scene(random.Random(11), 6, 12)
    case = parse_instance(data)
    options = SolveOptions(time_limit=2, workers=1, deterministic=True)
    first, second = (solve(case, options).unscheduled for _ in range(2))
    assert any(item.repairs for item in first)
    assert first == second


def test_several_visits_change_places():
    """One morning: v needs e, who is with a; a would take f, who is with b; b would take k.

    And v needs rice at level 2, where r has level 1: the only single change. No one visit can
    step aside for it, the three have to be planned anew together.
    """
    morning = {"latest": DAYS[0], "start_slots": ["AM"]}
    orange, rice = (
        {"specialty": s, "min_level": n, "count": 1}
        for s, n in zip(("柑橘", "水稻"), (1, 2), strict=True)
    )
    case = instance(
        [*(envoy(name) for name in "efk"), envoy("r", specialties={"水稻": 1})],
        [
            visit("a", exclude=["k"], **morning),
            visit("b", exclude=["e"], **morning),
            visit("v", exclude=["f", "k"], **morning | {"roles": [orange, rice]}),
        ],
        days=DAYS[:1],
    )
    plan = [held("a", DAYS[0], "AM", ["e"]), held("b", DAYS[0], "AM", ["f"])]
    (found,) = repairs_of(case, *plan)
    assert found.edit == {"edit": "lower_level", "visit": "v", "role": 1, "to": 1}
    assert {item.visit: item.roles for item in found.proof} == {
        "a": (("f",),),
        "b": (("k",),),
        "v": (("e",), ("r",)),
    }


def test_a_change_may_help_the_one_who_steps_aside():
    """v can only be held by e, who is with u; u could be taken by f, lent to the city."""
    morning = {"latest": DAYS[0], "start_slots": ["AM"]}
    case = instance(
        [envoy("e"), envoy("f", base="B", team="B", sharing="county")],
        [visit("u", **morning), visit("v", exclude=["f"], **morning)],
        days=DAYS[:1],
    )
    (found,) = repairs_of(case, held("u", DAYS[0], "AM", ["e"]))
    assert found.edit == {"edit": "set_sharing", "envoy": "f", "sharing": "city"}
    assert {item.visit: item.roles for item in found.proof} == {"u": (("f",),), "v": (("e",),)}
