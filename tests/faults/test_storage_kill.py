"""Killed at any moment: every acknowledged change is there, none by halves, the file is sound."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.checking import WHOLE
from tests.faults.workloads import PHASES

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")


def killed(folder: Path, count: int, *names: str) -> dict[str, dict[str, int]]:
    command = [sys.executable, "-m", "tests.faults.killing", str(folder), str(count), *names]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["wrong"] for line in told] == [[] for _ in told]
    return {line["phase"]: line["counts"] for line in told}


def test_a_kill_loses_or_harms_nothing(tmp_path):
    assert killed(tmp_path, 2) == {name: {WHOLE: 2} for name in PHASES}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PHASES)
def test_no_kill_of_many_loses_or_harms_anything(name, tmp_path):
    assert killed(tmp_path, 300, name) == {name: {WHOLE: 300}}
