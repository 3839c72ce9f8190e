"""The command line as other programs use it: exit codes, JSON, one sentence for bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from envoy_app.cli import main
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy

DATA = Path(__file__).parents[1]
SMALL = DATA / "solver" / "data" / "small.json"
SMALL_SOLUTION = DATA / "solver" / "data" / "small.solution.json"
ROSTER = DATA / "io" / "data" / "01-clean-template-11.xlsx"
DEMAND = DATA / "io" / "data" / "demand-11.xlsx"


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.strip().splitlines()


def test_check_of_the_known_plan_gives_the_known_score(capsys):
    assert main(["check", str(SMALL), str(SMALL_SOLUTION), "--json"]) == 0

    verdict = json.loads(capsys.readouterr().out)
    assert verdict["violations"] == []
    assert verdict["score"] == {
        "coverage": 25,
        "unscheduled": 109,
        "disruption": 0,
        "cost": 36833,
    }
    assert verdict["breakdown"] == {"sharing": 10320, "travel": 17323, "fairness": 9190}


def test_check_names_a_broken_rule(tmp_path, capsys):
    solution = json.loads(SMALL_SOLUTION.read_text(encoding="utf-8"))
    stays, moved = solution["assignments"][:2]
    moved["roles"] = [[stays["roles"][0][0]]]
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(solution), encoding="utf-8")

    assert main(["check", str(SMALL), str(wrong), "--json"]) == 1

    violations = json.loads(capsys.readouterr().out)["violations"]
    assert "SKILL" in {violation["code"] for violation in violations}
    assert all(violation["message"] for violation in violations)


def test_solve_writes_a_plan_that_check_accepts(tmp_path, capsys):
    target = tmp_path / "解.json"

    code = main(["solve", str(SMALL), "-o", str(target), "--time-limit", "8", "--progress"])

    assert code == 1, "coverage 25 is the best there is: it needs attention"
    assert len(told(capsys)) > 1, "progress is told"
    solution = json.loads(target.read_text(encoding="utf-8"))
    assert solution["format"] == "envoy-solution/1"
    assert solution["score"]["coverage"] == 25
    assert all(solution["bounds"][tier] <= solution["score"][tier] for tier in solution["score"])
    assert all(item["reasons"] for item in solution["unscheduled"])
    assert main(["check", str(SMALL), str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["score"] == solution["score"]


def problem_with(tmp_path, change):
    problem = json.loads(SMALL.read_text(encoding="utf-8"))
    change(problem)
    path = tmp_path / "坏.json"
    path.write_text(json.dumps(problem), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(
            lambda p: p["visits"][3].update(county="999999"), ("visits[3]", "999999"), id="dangling"
        ),
        pytest.param(lambda p: p.update(colour=1), ("colour",), id="unknown key"),
        pytest.param(lambda p: p.update(days=[]), ("days",), id="empty horizon"),
        pytest.param(lambda p: p["visits"][0].update(slots=-1), ("visits[0]",), id="negative"),
        pytest.param(lambda p: p["travel"]["minutes"].pop(), ("travel",), id="not square"),
        pytest.param(lambda p: p["envoys"].append(p["envoys"][0]), ("envoys",), id="twice"),
    ],
)
def test_a_bad_problem_is_one_sentence(tmp_path, capsys, change, named):
    path, target = problem_with(tmp_path, change), tmp_path / "out.json"

    assert main(["solve", str(path), "-o", str(target)]) == 3

    lines = told(capsys)
    assert len(lines) == 1
    assert all(word in lines[0] for word in named)
    assert not target.exists()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"[" * 200_000, id="nested too deep"),
        pytest.param(None, id="missing"),
    ],
)
def test_a_file_that_is_no_problem_is_one_sentence(tmp_path, capsys, content):
    path = tmp_path / "p.json"
    if content is not None:
        path.write_bytes(content)

    assert main(["check", str(path), str(path)]) == 3

    lines = told(capsys)
    assert len(lines) == 1
    assert "p.json" in lines[0]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["fly"], id="unknown command"),
        pytest.param(["plan"], id="missing dates"),
        pytest.param(["plan", "--from", "2026-13-01", "--to", "2026-12-31"], id="no date"),
        pytest.param(["solve", "a", "-o", "b", "--time-limit", "-1"], id="negative limit"),
        pytest.param(["solve", "a", "-o", "b", "--workers", "no"], id="no number"),
        pytest.param(["import", "a.xlsx", "--kind", "pets"], id="unknown kind"),
        pytest.param(["import", "a.xlsx", "--colour"], id="unknown option"),
    ],
)
def test_wrong_words_are_one_chinese_sentence(capsys, words):
    assert main(words) == 2

    lines = told(capsys)
    assert len(lines) == 1
    assert lines[0].startswith("用法不对：")


def test_import_as_json_then_again_changes_nothing(tmp_path, capsys):
    database = tmp_path / "数据 库.db"
    words = ["import", str(ROSTER), "--db", str(database), "--json"]

    assert main(words) == 1, "the sheet has planted problems"
    first = json.loads(capsys.readouterr().out)
    assert main(words) == 1
    second = json.loads(capsys.readouterr().out)

    assert first["kind"] == "roster"
    assert first["summary"]["new"] == 58
    assert set(first["rows"][0]) >= {"sheet", "row", "status", "envoy", "problems"}
    assert second["summary"]["unchanged"] == 58
    assert second["summary"]["new"] == second["summary"]["update"] == 0


def test_a_dry_run_writes_nothing(tmp_path):
    database = tmp_path / "a.db"

    assert main(["import", str(ROSTER), "--db", str(database), "--dry-run"]) == 1

    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_on_a_database_leaves_it_as_it_was(tmp_path, capsys):
    database = tmp_path / "a.db"
    assert main(["import", str(ROSTER), "--db", str(database)]) == 1
    capsys.readouterr()

    assert main(["import", str(ROSTER), "--db", str(database), "--dry-run", "--json"]) == 1

    assert json.loads(capsys.readouterr().out)["summary"]["unchanged"] == 58


def test_two_files_with_the_same_people_bring_them_once(tmp_path, capsys):
    words = ["import", str(ROSTER), str(ROSTER), "--db", str(tmp_path / "a.db"), "--json"]

    assert main(words) == 1

    first, second = json.loads(capsys.readouterr().out)["files"]
    assert first["summary"]["new"] == second["summary"]["unchanged"] == 58


def test_all_files_of_a_command_are_one_change(tmp_path):
    database = tmp_path / "a.db"

    assert main(["import", str(ROSTER), str(DEMAND), "--db", str(database)]) == 1

    workspace = open_workspace(database)
    first, second = workspace.imports.history()
    assert first.batch_id == second.batch_id != ""
    workspace.imports.undo(first.id)
    assert workspace.roster.envoys(include_inactive=True) == ()
    assert workspace.demands.demands() == ()
    workspace.close()


def test_demands_are_recognised(tmp_path, capsys):
    words = ["import", str(DEMAND), "--db", str(tmp_path / "a.db"), "--json"]

    assert main(words) == 1

    report = json.loads(capsys.readouterr().out)
    assert report["kind"] == "demand"
    assert report["summary"]["new"] == 59


@pytest.mark.parametrize("missing_first", [True, False])
def test_one_bad_file_of_two_and_nothing_is_written(tmp_path, capsys, missing_first):
    files = [str(tmp_path / "没有.xlsx"), str(ROSTER)]
    database = tmp_path / "a.db"

    assert main(["import", *(files if missing_first else files[::-1]), "--db", str(database)]) == 3

    assert "没有.xlsx" in told(capsys)[-1]
    assert not database.exists()


def small_roster(database: Path) -> None:
    workspace = open_workspace(database)
    workspace.roster.add(
        make_envoy(base_county=county.code) for county in shipped_gazetteer().counties
    )
    workspace.close()


def test_plan_print_export(tmp_path, capsys):
    database = tmp_path / "a.db"
    small_roster(database)
    words = ["plan", "--db", str(database), "--from", "2026-12-07", "--to", "2026-12-11"]

    code = main([*words, "--name", "试排", "--time-limit", "5", "--json"])

    said = capsys.readouterr()
    plan = json.loads(said.out)
    assert "必然的缺口" not in said.err
    assert code == 1, "one envoy a county cannot meet the standard"
    assert plan["name"] == "试排"
    assert len(plan["counties"]) == 35
    assert all(item["reasons"] for item in plan["counties"] if item["shortfall"])
    assert all(item["reasons"] for item in plan["unscheduled"])

    pdf, workbook = tmp_path / "a.pdf", tmp_path / "a.xlsx"
    common = ["--db", str(database), "--plan", plan["plan"]]
    assert main(["print", *common, "--doc", "coverage-matrix", "-o", str(pdf)]) == 0
    assert main(["export", *common, "-o", str(workbook)]) == 0
    with pypdfium2.PdfDocument(pdf) as opened:
        assert "试排" in opened[0].get_textpage().get_text_bounded()
    assert "按县" in openpyxl.load_workbook(workbook).sheetnames


def test_planning_says_first_what_no_plan_can_cure(tmp_path, capsys):
    """Experts of one specialty only: the standard wants others everywhere."""
    database = tmp_path / "a.db"
    small_roster(database)
    words = ["plan", "--db", str(database), "--from", "2026-12-07", "--to", "2026-12-11"]

    assert main([*words, "--time-limit", "2"]) == 1

    lines = told(capsys)
    short = [line for line in lines if line.startswith("必然的缺口：")]
    assert len(short) > 1
    assert lines[: len(short)] == short, "before the search begins"
    assert all(line.endswith("。") for line in short)


def test_a_horizon_without_working_days(tmp_path, capsys):
    database = tmp_path / "a.db"
    small_roster(database)

    code = main(["plan", "--db", str(database), "--from", "2026-12-12", "--to", "2026-12-13"])

    assert code == 3
    lines = told(capsys)
    assert len(lines) == 1
    assert "没有工作日" in lines[0]


def test_planning_an_empty_database(tmp_path, capsys):
    database = tmp_path / "a.db"
    open_workspace(database).close()
    words = ["plan", "--db", str(database), "--from", "2026-12-01", "--to", "2026-12-31"]

    assert main(words) == 3
    assert "先导入名册" in told(capsys)[-1]


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "--from", "2026-12-01", "--to", "2026-12-31"],
        ["print", "--doc", "county-schedule", "-o", "a.pdf"],
        ["export", "-o", "a.xlsx"],
    ],
)
def test_a_database_mistyped_is_told_and_not_made(tmp_path, capsys, words):
    assert main([*words, "--db", str(tmp_path / "envy.db")]) == 3

    lines = told(capsys)
    assert len(lines) == 1
    assert "envy.db" in lines[0]
    assert list(tmp_path.iterdir()) == []


def test_printing_without_a_plan(tmp_path, capsys):
    database = tmp_path / "a.db"
    open_workspace(database).close()
    words = ["print", "--db", str(database), "--doc", "county-schedule"]

    assert main([*words, "-o", str(tmp_path / "a.pdf")]) == 3

    assert len(told(capsys)) == 1
    assert not (tmp_path / "a.pdf").exists()


def test_commands_start_without_the_window():
    """`envoy check` on a server without Qt's libraries must not load Qt."""
    script = (
        "import sys; from envoy_app.cli import main; "
        f"code = main(['check', {str(SMALL)!r}, {str(SMALL_SOLUTION)!r}]); "
        "print(code, any(name.startswith('PySide6') for name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.split()[-2:] == ["0", "False"]


def test_a_demo_leaves_database_workbooks_and_paper(tmp_path, capsys):
    folder = tmp_path / "示例 输出"

    assert main(["demo", str(folder), "--seed", "3", "--time-limit", "10"]) in (0, 1)

    lines = told(capsys)
    assert len(lines) == 10
    assert {path.suffix for path in folder.iterdir()} == {".db", ".xlsx", ".pdf"}
    for path in folder.glob("*.pdf"):
        with pypdfium2.PdfDocument(path) as opened:
            text = "".join(page.get_textpage().get_text_bounded() for page in opened)
        assert all(county.name in "".join(text.split()) for county in shipped_gazetteer().counties)
        assert "示例" in text
    workspace = open_workspace(folder / "envoy.db")
    view = workspace.planning.latest()
    workspace.close()
    assert view is not None
    assert view.info.start.day == 1
    assert view.info.start > date.today()  # noqa: DTZ011 - the user's own calendar
    assert len(view.coverage) == 35
    assert main(["demo", str(folder)]) == 3, "a second demo never overwrites the first"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_window_without_a_screen_is_one_sentence(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert main([]) == 3

    assert len(told(capsys)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_interrupted_solving_keeps_the_best_plan(tmp_path):
    target = tmp_path / "best.json"
    words = ["solve", str(SMALL), "-o", str(target), "--time-limit", "60", "--progress"]
    process = subprocess.Popen(
        [sys.executable, "-m", "envoy_app", *words],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stderr is not None
    found = next(line for line in process.stderr if "最好 25/" in line)
    assert found
    os.killpg(process.pid, signal.SIGINT)
    os.kill(process.pid, signal.SIGINT)

    _, words_left = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "Traceback" not in words_left
    solution = json.loads(target.read_text(encoding="utf-8"))
    assert solution["status"] == "feasible"
    assert solution["score"]["coverage"] == 25
