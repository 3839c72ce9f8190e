"""Team formation on the command line: problem files, and teams of a database."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from envoy_app.cli import main, team_work
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy
from tests.solver.build_teams import county, envoy, problem


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.strip().splitlines()


def written(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


@pytest.fixture
def led(tmp_path):
    """Three counties that each get a leader, and one of them a second person."""
    people = [envoy(f"e{name}", base=name, can_lead=True) for name in "ABC"]
    counties = [county(name, target_size=1) for name in "ABC"]
    counties[1]["min_size"] = 2
    return written(tmp_path / "团.json", problem([*people, envoy("e4")], counties=counties))


def test_solve_forms_teams_that_check_accepts(tmp_path, capsys, led):
    target = tmp_path / "解.json"

    assert main(["solve", led, "-o", str(target), "--time-limit", "20", "--progress"]) == 0

    lines = told(capsys)
    assert "optimal" in lines[-1]
    assert len(lines) > 1, "progress is told"
    solution = json.loads(target.read_text(encoding="utf-8"))
    assert solution["format"] == "envoy-teams-solution/1"
    assert [team["leader"] for team in solution["teams"]] == ["eA", "eB", "eC"]
    # Everyone at home: 5 + 10 + 15; e4 from A to B: 30, and B is one above its target: 15.
    assert solution["score"] == solution["bounds"] == {"shortfall": 0, "moves": 0, "cost": 75}
    assert main(["check", led, str(target), "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["violations"] == []
    assert verdict["score"] == solution["score"]
    assert verdict["breakdown"] == {"travel": 60, "preference": 0, "size": 15, "level": 0}


def test_check_names_a_broken_rule_of_teams(tmp_path, capsys, led):
    teams = [{"county": name, "leader": None, "members": []} for name in "ABC"]
    teams[0]["members"] = [{"envoy": "eA", "group": "柑橘"}]
    solution = {
        "format": "envoy-teams-solution/1",
        "teams": teams,
        "reserve": ["eB", "eC", "e4"],
    }
    path = written(tmp_path / "s.json", solution)

    assert main(["check", led, path]) == 1
    assert "GROUP" in capsys.readouterr().out
    assert main(["check", led, path, "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    (violation,) = verdict["violations"]
    assert (violation["code"], violation["county"], violation["envoy"]) == ("GROUP", "A", "eA")
    assert verdict["score"]["shortfall"] == 3 + 2


def test_teams_that_fall_short_need_attention(tmp_path):
    path = written(tmp_path / "p.json", problem([envoy("e1")]))

    assert main(["solve", path, "-o", str(tmp_path / "s.json")]) == 1


def test_fixed_teams_that_cannot_hold_are_told(tmp_path, capsys):
    shut = problem([envoy("e1", fixed_team="A", exclude=["A"])])
    path, target = written(tmp_path / "p.json", shut), tmp_path / "s.json"

    assert main(["solve", path, "-o", str(target)]) == 1

    assert "固定在A县团" in told(capsys)[-1]
    assert json.loads(target.read_text(encoding="utf-8"))["status"] == "infeasible"


def test_a_bad_teams_problem_is_one_sentence(tmp_path, capsys):
    path = written(tmp_path / "p.json", problem([envoy("e1", base="X")]))

    assert main(["solve", path, "-o", str(tmp_path / "s.json")]) == 3

    lines = told(capsys)
    assert len(lines) == 1
    assert "envoys[0].base" in lines[0]


@pytest.fixture
def database(tmp_path):
    """Two people in each county, one of whom may lead; one of them on no team yet."""
    path = tmp_path / "a.db"
    workspace = open_workspace(path)
    for county_ in shipped_gazetteer().counties:
        home = {"base_county": county_.code, "team_county": county_.code}
        leader = make_envoy(name=f"{county_.name}甲", title_rank=2, team_role="团长", **home)
        workspace.roster.add([leader, make_envoy(**home)])
    workspace.roster.add([make_envoy(name="新人", team_county=None, sample=True)])
    workspace.close()
    return path


def roster(path):
    workspace = open_workspace(path)
    envoys = workspace.roster.envoys()
    workspace.close()
    return envoys


def test_teams_are_proposed_and_nothing_is_written(capsys, database):
    before = roster(database)

    assert main(["teams", "--db", str(database), "--time-limit", "20", "--json"]) == 1

    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert (found["status"], found["applied"], found["sample"]) == ("optimal", False, True)
    assert len(found["teams"]) == 35
    assert found["teams"][0]["leader"]["name"] == "锦江区甲"
    assert found["shortfall"] == sum(team["shortfall"] for team in found["teams"]) > 0
    assert all(lack["reason"] for team in found["teams"] for lack in team["lacks"])
    placed = [member for team in found["teams"] for member in team["members"]]
    assert len(placed) + len(found["reserve"]) == len(before) == 71
    for words in ("（示例）", "已证明是最好的", "要写入请加 --apply"):
        assert words in captured.err
    assert roster(database) == before


def test_teams_are_written_where_asked(capsys, database):
    assert main(["teams", "--db", str(database), "--apply", "--json"]) == 1

    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["applied"] is True
    assert "已写入数据库" in captured.err
    now = {envoy.id: envoy for envoy in roster(database)}
    for team in found["teams"]:
        assert now[team["leader"]["envoy"]].team_role == "团长"
        assert {now[m["envoy"]].team_county for m in team["members"]} == {team["county"]}
    assert all(now[item["envoy"]].team_county == item["to"] for item in found["changes"])


def test_teams_of_a_database_mistyped(tmp_path, capsys):
    assert main(["teams", "--db", str(tmp_path / "envy.db")]) == 3

    assert "envy.db" in told(capsys)[-1]
    assert list(tmp_path.iterdir()) == []


def test_teams_of_an_empty_database(tmp_path, capsys):
    open_workspace(tmp_path / "a.db").close()

    assert main(["teams", "--db", str(tmp_path / "a.db")]) == 3

    assert "先导入名册" in told(capsys)[-1]


def test_teams_of_a_run_that_was_stopped_are_not_written(capsys, database, monkeypatch):
    @contextmanager
    def stopped():
        yield lambda: True

    monkeypatch.setattr(team_work, "stop_on_interrupt", stopped)
    before = roster(database)

    code = main(["teams", "--db", str(database), "--apply"])

    # Stopped at once there may be no teams yet (3), or the first ones (1).
    assert code in (1, 3)
    assert "没有写入" in told(capsys)[-1]
    assert roster(database) == before
