"""Bad problems and solutions are refused with a sentence that names the place."""

import copy
import json
from pathlib import Path

import pytest

from solver import (
    InstanceError,
    SolutionError,
    instance_to_json,
    parse_instance,
    parse_solution,
    solution_to_json,
)
from tests.solver.build import DAYS, MINUTES, envoy, instance, problem, visit

DATA = Path(__file__).parent / "data"
REMOVE = object()


def put(data, path, value):
    """Set or remove the value at a path of keys and numbers."""
    data = copy.deepcopy(data)
    *way, last = path
    target = data
    for step in way:
        target = target[step]
    if value is REMOVE:
        del target[last]
    elif last == "+":
        target.append(value)
    else:
        target[last] = value
    return data


def whole():
    return problem(
        [envoy("e1"), envoy("e2")],
        [
            visit("v1", series="s", pin={"start": None, "envoys": [["e1"]]}),
            visit("v2", exclude=["e1"]),
        ],
        series=[{"id": "s", "min_gap_days": 2}],
        coverage=[{"county": "A", "specialty": "柑橘", "min_visits": 1}],
        affinity=[["e1", "A", -5]],
        baseline=[{"visit": "v1", "date": DAYS[0], "slot": "AM", "roles": [["e1"]]}],
    )


BAD = [
    (["affinity", "+"], ["e2", "A"], "affinity[1]：应为 3 项的列表"),
    (["affinity", "+"], ["e2", "A", True], "affinity[1][2]：应为整数"),
    (["affinity", "+"], ["e2", "", 1], "affinity[1][1]：应为非空文字"),
    (["affinity", "+"], ["e1", "A", 1], "affinity[1]"),
    (["affinity", "+"], ["e9", "A", 1], "affinity[1][0]"),
    (["affinity", "+"], 5, "affinity[1]：应为 3 项的列表"),
    (["travel", "minutes", 1, 2], -1, "travel.minutes[1][2]：不能小于 0"),
    (["travel", "minutes", 1, 2], True, "travel.minutes[1][2]：应为整数"),
    (["travel", "minutes", 1], [], "travel.minutes[1]：应有 3 列"),
    (["format"], "envoy-problem/2", "format"),
    (["colour"], 1, '未知的键 "colour"'),
    (["visits", 0, "roles", 0, "colour"], 1, 'visits[0].roles[0]：未知的键 "colour"'),
    (["weights", "disruption"], {"lost": 1}, 'weights.disruption：未知的键 "lost"'),
    (["name"], REMOVE, '缺少键 "name"'),
    (["visits", 1, "weight"], REMOVE, 'visits[1]：缺少键 "weight"'),
    (["name"], 5, "name：应为文字"),
    (["days"], [], "days：排班期为空"),
    (["days"], [DAYS[1], DAYS[0]], "days[1]"),
    (["days"], [DAYS[0], DAYS[0]], "days[1]"),
    (["days", 0], "2026-13-01", "days[0]"),
    (["days", 0], "20261201", "days[0]"),
    (["days"], {"a": 1}, "days：应为列表"),
    (["visits", 0], [], "visits[0]：应为对象"),
    (["travel", "minutes", 1], [1, 2], "travel.minutes[1]"),
    (["travel", "minutes"], [[0, 1, 2]], "travel.minutes"),
    (["travel", "minutes", 0, 1], -1, "travel.minutes[0][1]"),
    (["travel", "minutes", 0, 1], 10**30, "travel.minutes[0][1]"),
    (["travel", "ids", 2], "D", 'travel.ids[2]：县 "D" 不存在'),
    (["travel", "ids", 2], "A", "travel.ids[2]"),
    (["counties", 2, "id"], "A", "counties[2].id：重复"),
    (["envoys", 1, "id"], "e1", "envoys[1].id：重复"),
    (["visits", 1, "id"], "v1", "visits[1].id：重复"),
    (["series", "+"], {"id": "s", "min_gap_days": 1}, "series[1].id：重复"),
    (["affinity", "+"], ["e1", "A", 3], "affinity[1]：重复"),
    (["baseline", "+"], {"visit": "v1", "date": DAYS[0], "slot": "AM", "roles": []}, "baseline[1]"),
    (["envoys", 0, "base"], "D", "envoys[0].base"),
    (["envoys", 0, "team"], "D", "envoys[0].team"),
    (["envoys", 0, "specialties"], {"柑橘": 4}, "envoys[0].specialties.柑橘"),
    (["envoys", 0, "sharing"], "world", "envoys[0].sharing"),
    (["envoys", 0, "max_slots_total"], True, "envoys[0].max_slots_total：应为整数"),
    (["envoys", 0, "max_slots_total"], 1.0, "envoys[0].max_slots_total：应为整数"),
    (["envoys", 0, "unavailable"], [[DAYS[0], "noon"]], "envoys[0].unavailable[0][1]"),
    (["envoys", 0, "unavailable"], [[DAYS[0]]], "envoys[0].unavailable[0]"),
    (["visits", 0, "county"], "D", "visits[0].county"),
    (["visits", 0, "series"], "t", "visits[0].series"),
    (["visits", 0, "slots"], -1, "visits[0].slots"),
    (["visits", 0, "slots"], 3, "visits[0].slots"),
    (["visits", 0, "slots"], True, "visits[0].slots"),
    (["visits", 0, "weight"], 0, "visits[0].weight"),
    (["visits", 0, "earliest"], "2026-12-05", "visits[0].earliest"),
    (["visits", 0, "latest"], "2027-12-01", "visits[0].latest"),
    (["visits", 0, "latest"], None, "visits[0].latest"),
    (["visits", 0, "roles", 0, "count"], 0, "visits[0].roles[0].count"),
    (["visits", 0, "roles", 0, "min_level"], 4, "visits[0].roles[0].min_level"),
    (["visits", 0, "pin", "envoys"], [], "visits[0].pin.envoys"),
    (["visits", 0, "pin", "envoys"], [["e9"]], "visits[0].pin.envoys[0][0]"),
    (["visits", 1, "exclude"], ["e9"], "visits[1].exclude[0]"),
    (["series", 0, "min_gap_days"], -1, "series[0].min_gap_days"),
    (["coverage", 0, "county"], "D", "coverage[0].county"),
    (["affinity", 0, 0], "e9", "affinity[0][0]"),
    (["affinity", 0, 1], "D", "affinity[0][1]"),
    (["baseline", 0, "visit"], "v9", "baseline[0].visit"),
    (["baseline", 0, "roles"], [["e9"]], "baseline[0].roles[0][0]"),
    (["weights", "load_square"], -1, "weights.load_square"),
    (["envoys", 0, "prior_slots"], 10**9, "weights"),
]


@pytest.mark.parametrize(("path", "value", "place"), BAD)
def test_bad_problem(path, value, place):
    with pytest.raises(InstanceError) as error:
        parse_instance(put(whole(), path, value))
    assert place in str(error.value)
    assert "\n" not in str(error.value)


def test_window_the_wrong_way_round():
    data = put(whole(), ["visits", 0, "earliest"], DAYS[3])
    with pytest.raises(InstanceError, match=r"visits\[0\].earliest"):
        parse_instance(put(data, ["visits", 0, "latest"], DAYS[1]))


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_not_even_an_object(data):
    with pytest.raises(InstanceError, match="文件"):
        parse_instance(data)


@pytest.mark.parametrize("name", ["small.json", "small-replan.json"])
def test_round_trip_of_files(name):
    case = parse_instance(json.loads((DATA / name).read_text("utf-8")))
    assert parse_instance(json.loads(json.dumps(instance_to_json(case)))) == case


def test_round_trip_of_everything():
    case = parse_instance(whole())
    assert parse_instance(instance_to_json(case)) == case
    assert case.travel.between("C", "A") == MINUTES["C"]["A"]


def solution(**more):
    return {
        "format": "envoy-solution/1",
        "problem": "tiny",
        "assignments": [{"visit": "v", "date": DAYS[0], "slot": "AM", "roles": [["e1"]]}],
    } | more


def test_solution_round_trip():
    case = instance([envoy("e1")], [visit("v")])
    score = {"coverage": 0, "unscheduled": 0, "disruption": 0, "cost": -3}
    reasons = [{"code": "SKILL", "role": 0, "left": 2}, {"code": "SHARING", "left": 0}]
    data = solution(
        status="feasible",
        score=score,
        bounds=score,
        unscheduled=[{"visit": "w", "reasons": reasons, "repairs": []}],
        conflicts=[],
        stats={"seconds": 1.5},
    )
    assert solution_to_json(parse_solution(data, case)) == data


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"format": "x"}, "format"),
        ({"problem": "other"}, "problem"),
        ({"status": "perfect"}, "status"),
        ({"assignments": [{"visit": "v"}]}, "assignments[0]"),
        ({"assignments": None}, "assignments"),
        ({"extra": 1}, '未知的键 "extra"'),
    ],
)
def test_bad_solution(more, place):
    case = instance([envoy("e1")], [visit("v")])
    with pytest.raises(SolutionError) as error:
        parse_solution(solution(**more), case)
    assert place in str(error.value)
