"""Variants: what they change, what comes of it, what is proven, and what is refused."""

import copy
import random
import sys

import pytest

from solver import (
    Score,
    Solution,
    SolveOptions,
    check,
    parse_instance,
    repair_text,
    solve,
)
from solver.whatif import (
    EDIT_KINDS,
    Outcome,
    Variant,
    VariantError,
    WidenSharing,
    compare,
    figures_of,
    moves_between,
    parse_variants,
    solve_variants,
    variants_to_json,
)
from tests.solver.build import DAYS, county, envoy, held, instance, visit
from tests.solver.scenes import scene

# All envoys live in A: a half-day in A costs 10 + 4, one in B (out of team) 60 + 70 + 4.
OPTIONS = SolveOptions(time_limit=12, workers=1)


def lending_case(**more):
    """One envoy of A who is not lent; B is to be visited once, A once."""
    return instance(
        [envoy("e", sharing="county")],
        [visit("u"), visit("v", county="B", weight=3)],
        coverage=[{"county": "B", "specialty": None, "min_visits": 1}],
        **more,
    )


def variants_of(case, *edits, name="试试"):
    data = {"format": "envoy-variants/1", "variants": [{"name": name, "edits": list(edits)}]}
    return parse_variants(data, case)


def solved(case, *edits):
    """The comparison of the one variant; and the base before it."""
    return compare(solve_variants(case, variants_of(case, *edits), OPTIONS))


def test_lending_further_covers_a_county_and_that_is_proven():
    """As it is: u alone, 10 + 4. Lent within the city: u and v on one day, 60 + 75 + 4 * 2²."""
    base, wide = solved(lending_case(), {"edit": "widen_sharing"})
    assert (base.name, base.changes, base.differences[0].change) == ("", (), 0)
    assert base.score == (1, 3, 0, 14)
    assert wide.score == wide.bounds == (0, 0, 0, 151)
    assert [(d.tier, d.change, d.proven) for d in wide.differences] == [
        ("coverage", -1, "lower"),
        ("unscheduled", -3, "lower"),
        ("disruption", 0, "equal"),
        ("cost", 137, "higher"),
    ]
    assert wide.changes == ("全体特派员的共享范围放宽一级",)
    assert (base.figures.short, wide.figures.short) == ((("B", 1),), ())
    assert (wide.figures.covered, wide.figures.counties) == (1, 1)
    assert (wide.figures.seats, wide.figures.out_of_team, wide.figures.out_of_city) == (2, 1, 0)
    assert wide.figures.travel_minutes == 75
    assert (wide.moves.added, wide.moves.visits) == (("v",), 1)


def test_other_weights_are_told_at_the_old_ones_too():
    base, dear = solved(lending_case(), {"edit": "set_weights", "travel_minute": 5})
    assert (base.score.cost, dear.score.cost, dear.cost_as_base) == (14, 54, 14)
    assert not dear.same_weights
    assert dear.differences[3].proven == ""
    assert dear.changes == ("权重：每分钟路程由 1 改为 5",)


def test_one_more_expert():
    """Lives in B: 20 + 4 for v."""
    _, more = solved(
        lending_case(), {"edit": "add_expert", "county": "B", "specialty": "柑橘", "level": 1}
    )
    assert more.score == (0, 0, 0, 38)
    assert more.changes == ("B县增加 1 名“柑橘”中级及以上特派员",)
    assert more.figures.loads.mean == 1.0


def test_an_expert_is_like_the_others():
    people = [
        envoy("a", max_slots_per_week=2, target_slots=1, sharing="city"),
        envoy("b", max_slots_per_week=4, target_slots=3, sharing="city", max_travel_minutes=90),
        envoy("+B-茶叶-1", max_slots_per_week=9, target_slots=5, prior_slots=4),
    ]
    case = instance(people, [visit("v")])
    edit = {"edit": "add_expert", "county": "B", "specialty": "茶叶", "level": 3, "count": 2}
    (variant,) = variants_of(case, edit)
    first, second = variant.apply(case).envoys[3:]
    assert (first.id, second.id) == ("+B-茶叶-2", "+B-茶叶-3")
    assert (first.base, first.team, dict(first.specialties)) == ("B", "B", {"茶叶": 3})
    assert (first.max_slots_per_week, first.target_slots, first.prior_slots) == (4, 3, 0)
    assert (first.max_travel_minutes, first.sharing) == (200, "city")


EDITS = {
    "set_weights": ({"out_of_team": 1, "load_square": 0}, "权重：跨团派员由 60 改为 1"),
    "set_transfer": ({"minutes": 90}, "由 60 分钟改为 90 分钟"),
    "widen_sharing": ({"envoy": "e", "steps": 2}, "特派员e的共享范围放宽两级"),
    "raise_limits": (
        {"county": "A", "specialty": "柑橘", "week": 1, "travel_minutes": 30},
        "A县“柑橘”特派员每周多 1 个半天、单程路程上限多 30 分钟",
    ),
    "add_expert": ({"county": "C", "specialty": "水稻", "sharing": "metro"}, "共享范围为都市圈"),
    "add_envoy": ({"envoy": envoy("new")}, "增加特派员new"),
    "remove_envoy": ({"envoy": "f"}, "去掉特派员f"),
    "set_absent": ({"envoy": "e", "first": DAYS[1], "last": DAYS[2]}, "12月2日至12月3日不能来"),
    "raise_hosts": ({"by": 2, "county": "B"}, "B县同一个半天多接待 2 次"),
    "widen_windows": ({"days": 1, "county": "B"}, "B县下乡服务的时间窗口前后各放宽 1 个工作日"),
    "add_visit": ({"visit": visit("new", county="C")}, "C县增加一次“柑橘”下乡服务"),
    "remove_visit": ({"visit": "v"}, "取消B县的下乡服务 v"),
    "set_coverage": (
        {"county": "B", "specialty": None, "min_visits": 2},
        "B县下乡服务的覆盖标准由 1 次改为 2 次",
    ),
    "extend_window": (
        {"visit": "v", "earliest": DAYS[0], "latest": DAYS[3]},
        "将时间窗口由12月2日至12月3日放宽到12月1日至12月4日",
    ),
    "set_sharing": ({"envoy": "e", "sharing": "metro"}, "由本县放宽到都市圈"),
    "raise_week_load": ({"envoy": "e", "to": 12}, "由 10 提高到 12"),
    "lower_level": ({"visit": "v", "role": 0, "to": 1}, "由副高及以上降为中级及以上"),
    "free_slot": ({"envoy": "e", "date": DAYS[0], "slot": "AM"}, "请特派员e腾出12月1日上午"),
    "raise_host": ({"county": "A", "to": 11}, "由 9 次提高到 11 次"),
}


def rich_case():
    return instance(
        [envoy("e", sharing="county", unavailable=[[DAYS[0], "AM"]]), envoy("f", team=None)],
        [
            visit("u", exclude=["f"]),
            visit(
                "v",
                county="B",
                earliest=DAYS[1],
                latest=DAYS[2],
                roles=[{"specialty": "柑橘", "min_level": 2, "count": 1}],
            ),
        ],
        coverage=[{"county": "B", "specialty": None, "min_visits": 1}],
        affinity=[["f", "A", -5]],
        baseline=[
            {"visit": "v", "date": DAYS[1], "slot": "AM", "roles": [["f"]]},
            {"visit": "u", "date": DAYS[1], "slot": "PM", "roles": [["e"]]},
        ],
    )


def test_every_kind_is_tried_here():
    assert set(EDITS) == set(EDIT_KINDS)


@pytest.mark.parametrize("kind", EDITS)
def test_every_edit_changes_the_problem_is_told_and_read_back(kind):
    case = rich_case()
    keys, words = EDITS[kind]
    variants = variants_of(case, {"edit": kind, **keys})
    changed = variants[0].apply(case)
    assert changed != case
    assert case == rich_case()
    assert parse_variants(variants_to_json(variants), case) == variants
    (told,) = compare([outcome(case), outcome(changed, variants[0])])[1].changes
    assert words in told
    assert not told.endswith("。")


def outcome(case, variant=None):
    return Outcome(variant, case, solve(case, SolveOptions(time_limit=3, workers=1)))


def test_edits_are_made_one_after_the_other():
    case = rich_case()
    (variant,) = variants_of(
        case,
        {"edit": "add_envoy", "envoy": envoy("new", sharing="county")},
        {"edit": "widen_sharing", "envoy": "new"},
        {"edit": "remove_envoy", "envoy": "f"},
    )
    changed = variant.apply(case)
    assert {e.id: e.sharing for e in changed.envoys} == {"e": "county", "new": "city"}
    assert changed.visit_by_id["u"].exclude == ()
    assert changed.affinity == ()
    assert [item.roles for item in changed.baseline] == [((),), (("e",),)]


def test_windows_are_widened_by_working_days():
    case = rich_case()
    wide = variants_of(case, {"edit": "widen_windows", "days": 2})[0].apply(case)
    window = wide.visit_by_id["v"]
    assert (window.earliest.isoformat(), window.latest.isoformat()) == (DAYS[0], DAYS[4])


def file(*variants, **more):
    return {"format": "envoy-variants/1", "variants": list(variants)} | more


def one(**edit):
    return file({"name": "甲", "edits": [edit]})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "文件：应为对象"),
        (file(), "variants：至少要有一个方案"),
        (file(format="envoy-problem/1"), "format：应为 envoy-variants/1"),
        (file(extra=1), '未知的键 "extra"'),
        (file({"name": "甲", "edits": []}), "variants[0].edits：至少要有一项改动"),
        (file({"name": "", "edits": []}), "variants[0].name：应为非空文字"),
        (file({"edits": []}), 'variants[0]：缺少键 "name"'),
        (
            file(*(2 * [{"name": "甲", "edits": [{"edit": "raise_hosts"}]}])),
            'variants[1].name："甲" 出现了两次',
        ),
        (one(edit="fly"), "variants[0].edits[0].edit：应为 set_weights、"),
        (one(edit=["x"]), "variants[0].edits[0].edit：应为 set_weights、"),
        (one(edit="set_weights"), "variants[0].edits[0].edit：没有给出任何权重"),
        (one(edit="set_weights", load=1), '未知的键 "load"'),
        (one(edit="set_weights", load_square=-1), "load_square：不能小于 0"),
        (one(edit="set_weights", load_square=10**9, out_of_team=10**9), None),
        (one(edit="widen_sharing", steps=3), "steps：不能大于 2"),
        (one(edit="widen_sharing", envoy="x"), 'edits[0].envoy：特派员 "x" 不存在'),
        (one(edit="widen_sharing", county="X"), 'edits[0].county：县 "X" 不存在'),
        (one(edit="widen_sharing", specialty="蚕桑"), "edits[0].specialty：没有这样的特派员"),
        (one(edit="raise_limits"), "edits[0].week：week、total、travel_minutes 至少要给"),
        (one(edit="add_expert", county="X", specialty="柑橘"), 'county：县 "X" 不存在'),
        (one(edit="add_expert", county="A", specialty="柑橘", level=4), "level：不能大于 3"),
        (one(edit="add_envoy", envoy=envoy("e")), 'envoy.id：特派员 "e" 已经存在'),
        (one(edit="add_envoy", envoy=envoy("n", base="X")), 'envoy.base：县 "X" 不存在'),
        (one(edit="add_envoy", envoy={"id": "n"}), 'edits[0].envoy：缺少键 "base"'),
        (one(edit="remove_envoy", envoy="p"), "envoy：这名特派员锁定在下乡服务 w"),
        (one(edit="set_absent", envoy="e", first="2027-01-01"), "first：这段日期里没有"),
        (one(edit="set_absent", envoy="e", last="1月"), "last：应为 2026-12-01 这样的日期"),
        (one(edit="raise_hosts", by=0), "by：不能小于 1"),
        (one(edit="widen_windows", days=1, county="C"), "county：没有这样的下乡服务"),
        (one(edit="add_visit", visit=visit("u")), 'visit.id：下乡服务 "u" 已经存在'),
        (one(edit="add_visit", visit=visit("n", county="X")), 'visit.county：县 "X" 不存在'),
        (
            one(edit="add_visit", visit=visit("n", latest="2027-01-01")),
            "variants[0]：改动之后的问题不合要求，visits[3].latest：2027-01-01 不是",
        ),
        (one(edit="remove_visit", visit="x"), 'visit：下乡服务 "x" 不存在'),
        (one(edit="set_coverage", county="B", specialty="柑橘"), '缺少键 "min_visits"'),
        (one(edit="extend_window", visit="v", earliest=DAYS[3], latest=DAYS[1]), "先早后晚"),
        (one(edit="lower_level", visit="v", role=5, to=1), "role：没有这个席位"),
        (one(edit="free_slot", envoy="e", date=DAYS[0], slot="晚上"), "slot：应为 AM、PM 之一"),
        (one(edit="raise_host", county="X", to=3), 'county：县 "X" 不存在'),
    ],
)
def test_what_does_not_fit_is_one_sentence_with_key_and_place(data, words):
    case = rich_case()
    pinned = visit("w", pin={"start": None, "envoys": [["p"]]})
    case = instance(
        [*(envoy(name) for name in "efp")],
        [visit("u"), visit("v", county="B"), pinned],
        coverage=[],
    )
    if words is None:
        assert parse_variants(data, case)
        return
    with pytest.raises(VariantError) as error:
        parse_variants(copy.deepcopy(data), case)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_figures_by_hand():
    """e has u in A and, after noon, v in B; f, without a team, w in C, two days; g nothing.

    Loads with what was before: 2 + 1, 4, 0. The mean is 7/3; of the loads 0, 3, 4 the ranks give
    2 * (0 + 6 + 12) / (3 * 7) - 4/3 = 8/21. On the road: 5 + 30 + 40 and 2 * 90.
    """
    case = instance(
        [
            envoy("e", prior_slots=1, target_slots=2),
            envoy("f", team=None, target_slots=4),
            envoy("g"),
        ],
        [visit("u"), visit("v", county="B"), visit("w", county="C", slots=4), visit("x")],
        coverage=[
            {"county": "A", "specialty": None, "min_visits": 3},
            {"county": "A", "specialty": "柑橘", "min_visits": 2},
            {"county": "C", "specialty": None, "min_visits": 1},
        ],
    )
    plan = [
        held("u", DAYS[0], "AM", ["e"]),
        held("v", DAYS[0], "PM", ["e"]),
        held("w", DAYS[1], "AM", ["f"]),
    ]
    assert check(case, plan).violations == ()
    found = figures_of(case, plan)
    assert (found.visits, found.held, found.counties, found.short) == (4, 3, 2, (("A", 3),))
    assert (found.seats, found.out_of_team, found.out_of_city) == (3, 2, 0)
    assert found.travel_minutes == 75 + 180
    loads = found.loads
    assert (loads.least, loads.mean, loads.most) == (0, 2.333, 4)
    assert (loads.deviation, loads.gini) == (1.7, 0.381)
    assert (loads.over_target, loads.idle) == (1, 1)


def test_figures_of_nothing():
    case = instance([], [])
    assert figures_of(case, []).loads.gini == 0.0
    assert figures_of(instance([envoy("e")], []), []).loads.gini == 0.0


def test_moves_are_counted_once_per_visit():
    before = [
        held("a", DAYS[0], "AM", ["e"]),
        held("b", DAYS[0], "AM", ["f"]),
        held("c", DAYS[0], "AM", ["g", "h"]),
    ]
    after = [
        held("a", DAYS[1], "AM", ["f"]),
        held("c", DAYS[0], "AM", ["h", "g"]),
        held("d", DAYS[0], "AM", ["e"]),
    ]
    found = moves_between(before, after)
    assert (found.restarted, found.restaffed) == (("a",), ("a",))
    assert (found.added, found.dropped, found.visits) == (("d",), ("b",), 3)


def ranged(case, score, bounds):
    limits = bounds and Score(*bounds)
    return Outcome(None, case, Solution(case.name, "feasible", Score(*score), limits, ()))


@pytest.mark.parametrize(
    ("one", "two", "proven"),
    [
        (((5, 0, 0, 9), (5, 0, 0, 9)), ((3, 0, 0, 9), (2, 0, 0, 1)), ["lower", "", "", ""]),
        (((5, 0, 0, 9), (4, 0, 0, 9)), ((4, 0, 0, 9), (2, 0, 0, 1)), ["", "", "", ""]),
        (
            ((1, 2, 0, 9), (1, 2, 0, 5)),
            ((1, 2, 0, 15), (1, 2, 0, 10)),
            ["equal", "equal", "equal", "higher"],
        ),
        (
            ((1, 2, 0, 9), (1, 2, 0, 5)),
            ((1, 2, 0, 8), (1, 2, 0, 4)),
            ["equal", "equal", "equal", ""],
        ),
        (((1, 2, 0, 9), None), ((0, 2, 0, 8), (0, 2, 0, 4)), ["", "", "", ""]),
    ],
)
def test_a_difference_is_proven_where_bounds_do_not_overlap(one, two, proven):
    case = instance([envoy("e")], [visit("v")])
    _, found = compare([ranged(case, *one), ranged(case, *two)])
    assert [item.proven for item in found.differences] == proven


def test_a_stop_ends_all_and_says_so():
    case, news = lending_case(), []
    variants = variants_of(case, {"edit": "widen_sharing"})
    outcomes = solve_variants(case, variants, OPTIONS, news.append, lambda: bool(news))
    base, wide = compare(outcomes)
    assert wide.error == "已停止，这个方案还没有轮到。"
    assert (wide.score, wide.figures, wide.moves, wide.differences) == (None, None, None, ())
    assert {(item.number, item.count, item.name) for item in news} == {(0, 2, "")}
    assert base.to_json()["figures"] is None or base.score is not None


def test_every_run_is_told_of():
    case, news = lending_case(), []
    solve_variants(case, variants_of(case, {"edit": "widen_sharing"}), OPTIONS, news.append)
    assert {(item.number, item.name) for item in news} == {(0, ""), (1, "试试")}
    assert [item.seconds for item in news] == sorted(item.seconds for item in news)


def test_a_process_that_dies_costs_its_variant_only():
    case = lending_case()
    base = solve(case, SolveOptions(time_limit=3, workers=1))
    command = (sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit('boom')")
    outcomes = solve_variants(
        case, variants_of(case, {"edit": "widen_sharing"}), OPTIONS, base=base, command=command
    )
    first, second = compare(outcomes)
    assert first.score == base.score
    assert "求解进程意外退出" in second.error
    assert second.to_json()["score"] is None


def test_pins_that_cannot_hold_are_told():
    pin = {"start": {"date": DAYS[0], "slot": "AM"}, "envoys": None}
    case = instance([envoy("e")], [visit("v", pin=pin)])
    _, gone = solved(case, {"edit": "set_absent", "envoy": "e"})
    assert gone.status == "infeasible"
    assert gone.error.startswith("排不出方案：")


def test_a_plan_found_elsewhere_is_taken_over():
    """The base as given is poor; the variant, with more room, finds a plan that it may have."""
    case = instance([envoy("e"), envoy("f", base="C")], [visit("v")])
    poor = solve(case, SolveOptions(time_limit=3, workers=1))
    plan = (held("v", DAYS[0], "AM", ["f"]),)
    score = check(case, plan).score
    low = poor.bounds._replace(cost=0)
    given = Solution(case.name, "feasible", score, low, plan)
    first, _ = solve_variants(case, variants_of(case, {"edit": "raise_hosts"}), OPTIONS, base=given)
    assert first.solution.score == (0, 0, 0, 14)
    assert first.solution.bounds == low
    assert check(case, first.solution.assignments).violations == ()


def test_a_problem_that_is_only_loosened_is_never_worse():
    rng = random.Random(5)
    for _ in range(2):
        case = parse_instance(scene(rng))
        variants = (
            Variant("更宽", (WidenSharing(steps=2),)),
            *variants_of(case, {"edit": "raise_limits", "week": 2, "total": 2}, name="更多"),
        )
        base, *rest = solve_variants(case, variants, SolveOptions(time_limit=6, workers=1))
        for found in rest:
            assert found.solution.score <= base.solution.score
            assert check(found.instance, found.solution.assignments).violations == ()


def test_a_repair_can_be_tried_as_a_variant():
    case = lending_case()
    (left,) = solve(case, SolveOptions(time_limit=3, workers=1)).unscheduled
    repair = left.repairs[0]
    _, found = solved(case, dict(repair))
    assert found.score == tuple(repair["score_after"].values())
    assert found.changes == (repair_text(case, repair).rstrip("。"),)


def test_where_a_county_is_crowded_more_room_is_told():
    case = instance(
        [envoy("e"), envoy("f")],
        [visit(name, latest=DAYS[0], start_slots=["AM"]) for name in "uv"],
        counties=[county("A", max_visits_per_slot=1), county("B"), county("C", "德阳")],
    )
    base, more = solved(case, {"edit": "raise_hosts", "county": "A"})
    assert (base.figures.held, more.figures.held) == (1, 2)
    assert more.figures.loads.idle == 0
