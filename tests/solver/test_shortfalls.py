"""Coverage that stays short: reasons, the visits that would fill it, proved cures."""

import json
from pathlib import Path

from hypothesis import given, settings

from solver import (
    Names,
    SolveOptions,
    apply_edit,
    check,
    parse_instance,
    parse_solution,
    shortfall_text,
    shortfalls_of,
    solution_to_json,
    solve,
    solve_in_child,
)
from solver.explain.budget import Budget
from solver.explain.explained import with_repairs
from solver.explain.repairs import find_repairs
from tests.solver.build import DAYS, envoy, instance, visit
from tests.solver.scenes import scenes
from tests.solver.test_property import SETTINGS

DATA = Path(__file__).parent / "data"


def rule(place="A", specialty=None, least=1):
    return {"county": place, "specialty": specialty, "min_visits": least}


def solved(case):
    return solve(case, SolveOptions(time_limit=5, workers=1))


def test_too_few_visits_have_no_cure():
    """Two visits are wanted in A and one is planned; it is held."""
    case = instance([envoy("e")], [visit("v")], coverage=[rule(least=2)])
    (found,) = shortfalls_of(case, solved(case))
    assert (found.county, found.specialty, found.missing) == ("A", None, 1)
    assert [(reason.code, reason.left) for reason in found.reasons] == [("VISITS", 1)]
    assert (found.visits, found.repairs) == ((), ())
    assert shortfall_text(case, found) == (
        "A县的下乡服务要求至少 2 次，排上 1 次，缺 1 次："
        "本期只计划 1 次，请补充服务需求或降低标准。"
    )


def test_a_visit_left_out_explains_and_cures():
    """Nobody is lent to B; two envoys could be, f nearer: 60 + 20 + 4 against 60 + 70 + 4."""
    people = [
        envoy("e", sharing="county"),
        envoy("f", base="B", sharing="county"),
    ]
    case = instance(people, [visit("v", county="B")], coverage=[rule("B", "柑橘")])
    (found,) = shortfalls_of(case, solved(case))
    assert [(r.code, r.left) for r in found.reasons] == [
        ("VISITS", 1),
        ("SKILL", 2),
        ("SHARING", 0),
    ]
    assert found.visits == ("v",)
    best, other = found.repairs
    assert best["fills"] == "v"
    assert (best["edit"], best["envoy"], best["score_after"]["coverage"]) == ("set_sharing", "f", 0)
    assert other["envoy"] == "e"
    text = shortfall_text(case, found, Names(envoy=lambda key: {"f": "李四"}[key]))
    assert text == (
        "B县的“柑橘”下乡服务要求至少 1 次，排上 0 次，缺 1 次："
        "1 次未能安排，没有可派来的特派员（专业、共享范围或路程不符）；"
        "办法：将特派员李四的共享范围由本县放宽到本市。"
    )


def test_a_change_that_would_fill_either_of_two_visits_is_told_once():
    visits = [visit(name, county="B", latest=DAYS[0], slots=2, weight=2) for name in "uv"]
    case = instance([envoy("e", sharing="county")], visits, coverage=[rule("B", least=1)])
    (found,) = shortfalls_of(case, solved(case))
    assert found.visits == ("u", "v")
    assert [repair["edit"] for repair in found.repairs] == ["set_sharing"]


def test_a_run_tells_its_shortfalls_and_files_keep_them():
    case = instance([envoy("e")], [visit("v")], coverage=[rule(least=2), rule("B")])
    solution = solve_in_child(case, SolveOptions(time_limit=5), lambda _: None, lambda: False)
    first, second = solution.stats["shortfalls"]
    assert (first["county"], first["missing"], first["reasons"]) == (
        "A",
        1,
        [{"code": "VISITS", "left": 1}],
    )
    assert (second["county"], second["repairs"], second["visits"]) == ("B", [], [])
    assert second["text"].endswith("。")
    assert parse_solution(solution_to_json(solution), case).stats["shortfalls"] == [first, second]


def test_a_plan_that_covers_has_none():
    case = instance([envoy("e")], [visit("v")], coverage=[rule()])
    solution = solved(case)
    assert shortfalls_of(case, solution) == ()
    assert "shortfalls" not in solution.stats


@settings(SETTINGS, max_examples=40)
@given(scenes(5, 6))
def test_shortfalls_are_complete_and_their_cures_hold(data):
    case = parse_instance(data)
    solution = solve(case, SolveOptions(time_limit=1, workers=1, deterministic=True))
    solution = with_repairs(case, solution, Budget())
    found = shortfalls_of(case, solution)
    assert sum(item.missing for item in found) == solution.score.coverage
    proofs = find_repairs(case, solution.assignments, Budget())
    for item in found:
        assert shortfall_text(case, item).endswith("。")
        assert item.planned == item.held + len(item.visits)
        for repair in item.repairs:
            assert repair["score_after"]["coverage"] < solution.score.coverage
            plan = next(
                r.proof
                for r in proofs[repair["fills"]]
                if r.edit == {k: repair.get(k) for k in r.edit}
            )
            after = check(apply_edit(case, repair), plan)
            assert after.violations == ()
            state = next(
                s
                for s in after.breakdown.coverage
                if (s.county, s.specialty, s.min_visits)
                == (item.county, item.specialty, item.min_visits)
            )
            assert state.held > item.held


def test_the_known_plan_of_a_real_instance_is_explained():
    case = parse_instance(json.loads((DATA / "small.json").read_text(encoding="utf-8")))
    text = (DATA / "small.solution.json").read_text(encoding="utf-8")
    solution = parse_solution(json.loads(text), case)
    found = shortfalls_of(case, solution)
    assert sum(item.missing for item in found) == 25
    assert all(shortfall_text(case, item).count("缺") >= 1 for item in found)
