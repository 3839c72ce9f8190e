"""`envoy solve` killed at any moment: the file is the old one or the new one, never half of one."""

import json
import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

import solver
from envoy_app.cli import main
from solver.process import solve_in_child
from tests.faults.fakes import assert_gone, fake, offspring, relay
from tests.solver.build import envoy, problem, visit

SMALL = Path(__file__).parents[1] / "solver" / "data" / "small.json"


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.json"
    data = problem([envoy("e1"), envoy("e2")], [visit(f"v{n}") for n in range(8)])
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def killed(path, target, seconds, limit):
    """Run `envoy solve`, kill it with force after some time; whether it had to be killed."""
    words = [sys.executable, "-m", "envoy_app", "solve", str(path), "-o", str(target)]
    run = subprocess.Popen([*words, "--time-limit", str(limit)], stderr=subprocess.DEVNULL)
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        below = offspring()
        run.kill()
        run.wait()
        assert_gone(below)
        return True
    return False


def is_valid(path, target):
    """Whether the file is a whole solution that keeps all rules."""
    return main(["check", str(path), str(target), "--json"]) == 0


def killed_often(path, folder, moments, limit):
    """Half of the runs find an old file."""
    forced = 0
    for n, seconds in enumerate(moments):
        target = folder / f"{n}.json"
        if n % 2:
            target.write_text("old", encoding="utf-8")
        forced += killed(path, target, seconds, limit)
        if target.exists() and target.read_text(encoding="utf-8") != "old":
            assert is_valid(path, target)
        else:
            assert target.exists() == bool(n % 2)
    return forced


def test_killed_at_some_moments(tiny, tmp_path, capsys):
    assert killed_often(tiny, tmp_path, (0.05, 0.4, 0.8, 1.1, 60), 5) >= 1
    assert is_valid(tiny, tmp_path / "4.json")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("limit", "count"), [(1, 25), (4, 25)])
def test_killed_at_many_moments(tmp_path, capsys, limit, count):
    rng = random.Random(limit)
    moments = [rng.uniform(0, limit + 2.5) for _ in range(count)]
    assert killed_often(SMALL, tmp_path, moments, limit) >= count // 4


def test_killed_in_the_middle_of_writing(tiny, tmp_path, capsys):
    """The old file is there as long as the new one is not whole."""
    target = tmp_path / "out.json"
    target.write_text("old", encoding="utf-8")
    lines = (
        "import os, signal, sys",
        "from envoy_app.cli import main",
        "from envoy_app.io import atomic",
        "atomic.replace_durably = lambda temporary, target: os.kill(os.getpid(), signal.SIGKILL)",
        f"main(['solve', {str(tiny)!r}, '-o', {str(target)!r}])",
    )
    run = subprocess.run([sys.executable, "-c", "\n".join(lines)], timeout=60, check=False)
    assert run.returncode == -9
    assert target.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    "fault", ["os._exit(3)", "say('{}'); hang()", "os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_the_best_plan_is_written_and_one_sentence_said(fault, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(solver, "solve_in_child", partial(solve_in_child, command=relay(fault)))
    target = tmp_path / "out.json"
    assert main(["solve", str(SMALL), "-o", str(target), "--time-limit", "600"]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "保留" in line
    assert is_valid(SMALL, target)
    assert_gone(offspring())


@pytest.mark.parametrize("fault", ["os._exit(3)", "say('{}'); hang()"])
def test_without_a_plan_nothing_is_written(fault, tiny, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(solver, "solve_in_child", partial(solve_in_child, command=fake(fault)))
    target = tmp_path / "out.json"
    assert main(["solve", str(tiny), "-o", str(target)]) == 3
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("求解进程")
    assert not target.exists()
    assert psutil.Process().children() == []
