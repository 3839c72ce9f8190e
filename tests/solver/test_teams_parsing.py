"""Reading team formation problems and solutions: every mistake is one sentence with its place."""

import json
from pathlib import Path

import pytest

from solver import InstanceError, SolutionError
from solver.teams import (
    parse_teams,
    parse_teams_solution,
    solve_teams,
    teams_solution_to_json,
    teams_to_json,
)
from tests.solver.build_teams import envoy, instance, problem

DATA = Path(__file__).parent / "data"


def test_a_metro_reads_and_writes_back_the_same():
    data = json.loads((DATA / "teams.json").read_text("utf-8"))
    case = parse_teams(data)
    assert (len(case.envoys), len(case.counties)) == (520, 35)
    assert teams_to_json(case) == data


def test_exclude_may_be_left_out():
    assert instance([envoy("e1")]).envoys[0].exclude == ()


def test_a_solution_reads_back_the_same():
    case = instance([envoy("e1"), envoy("e2", can_lead=True)])
    solution = solve_teams(case)
    data = json.loads(json.dumps(teams_solution_to_json(solution)))
    again = parse_teams_solution(data, case)
    assert again.formation == solution.formation
    assert (again.status, again.score, again.bounds) == ("optimal", solution.score, solution.bounds)


def at(*path, value):
    def change(data):
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


GROUP = {"specialty": "柑橘", "min_members": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (at("format", value="envoy-problem/1"), "format：应为 envoy-teams/1"),
        (at("colour", value=1), '未知的键 "colour"'),
        (lambda p: p.pop("weights"), '缺少键 "weights"'),
        (at("counties", 1, "id", value="A"), 'counties[1].id：重复的编号 "A"'),
        (at("counties", 0, "min_size", value=-1), "counties[0].min_size：不能小于 0，现为 -1"),
        (at("counties", 0, "max_size", value=2.5), "counties[0].max_size：应为整数"),
        (
            at("counties", 0, "groups", value=[GROUP, GROUP]),
            'counties[0].groups[1].specialty：重复的编号 "柑橘"',
        ),
        (at("travel", "ids", 0, value="X"), 'travel.ids[0]：县 "X" 不存在'),
        (at("travel", "ids", 1, value="A"), 'travel.ids[1]：重复的编号 "A"'),
        (lambda p: p["travel"]["minutes"].pop(), "travel.minutes：应有 3 行，现有 2 行"),
        (lambda p: p["travel"]["minutes"][2].pop(), "travel.minutes[2]：应有 3 列"),
        (at("travel", "minutes", 0, 1, value=-5), "travel.minutes[0][1]：不能小于 0，现为 -5"),
        (at("envoys", 1, "id", value="e1"), 'envoys[1].id：重复的编号 "e1"'),
        (at("envoys", 0, "base", value="X"), 'envoys[0].base：县 "X" 不存在'),
        (at("envoys", 0, "current_team", value="X"), 'envoys[0].current_team：县 "X" 不存在'),
        (at("envoys", 0, "fixed_team", value="X"), 'envoys[0].fixed_team：县 "X" 不存在'),
        (at("envoys", 0, "preferences", value=["B", "X"]), "envoys[0].preferences[1]：县"),
        (at("envoys", 0, "preferences", value=["B", "B"]), "envoys[0].preferences[1]：重复"),
        (at("envoys", 0, "exclude", value=["X"]), 'envoys[0].exclude[0]：县 "X" 不存在'),
        (at("envoys", 0, "can_lead", value=1), "envoys[0].can_lead：应为 true 或 false"),
        (at("envoys", 0, "specialties", value={"柑橘": 4}), "envoys[0].specialties.柑橘：不能大于"),
        (at("weights", "size_gap", value=10**10), "weights.size_gap：不能大于"),
        (at("weights", "size_gap", value=None), "weights.size_gap：应为整数"),
    ],
)
def test_a_mistake_is_named_with_its_place(change, message):
    data = problem([envoy("e1"), envoy("e2")])
    change(data)
    with pytest.raises(InstanceError) as error:
        parse_teams(data)
    assert message in str(error.value)


def test_figures_that_could_overflow_are_refused():
    data = problem([envoy("e1"), envoy("e2")])
    data["weights"]["size_gap"] = 10**9
    data["counties"][0]["target_size"] = 10**9
    with pytest.raises(InstanceError, match="target_size：数值过大"):
        parse_teams(data)


@pytest.mark.parametrize("data", [None, [], "teams", 3, {}])
def test_what_is_no_problem_at_all(data):
    with pytest.raises(InstanceError, match="文件："):
        parse_teams(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (at("format", value="envoy-solution/1"), "format：应为 envoy-teams-solution/1"),
        (at("problem", value="other"), 'problem：方案属于问题 "other"'),
        (lambda s: s.pop("teams"), '缺少键 "teams"'),
        (at("teams", 0, "members", value=["e1"]), "teams[0].members[0]：应为对象"),
        (at("teams", 0, "leader", value=7), "teams[0].leader：应为非空文字"),
        (at("reserve", value=[None]), "reserve[0]：应为非空文字"),
        (at("status", value="perfect"), "status：应为 optimal"),
    ],
)
def test_a_mistake_in_a_solution_is_named(change, message):
    case = instance([envoy("e1")])
    data = teams_solution_to_json(solve_teams(case))
    change(data)
    with pytest.raises(SolutionError) as error:
        parse_teams_solution(data, case)
    assert message in str(error.value)
