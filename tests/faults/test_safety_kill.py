"""A process killed while it migrates, backs up or restores: the old or the new is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PHASES = ("migrate", "backup", "restore", "restore-damaged")


def rounds(phase, count, folder, timeout):
    command = [sys.executable, "-m", "tests.faults.kill_rounds", phase, str(count), str(folder)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, timeout=timeout, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    killed, old, new = map(int, re.findall(r"\d+", done.stdout))
    assert old + new == count
    return killed


@pytest.mark.skipif(sys.platform == "win32", reason="no fork on Windows")
@pytest.mark.parametrize("phase", PHASES)
def test_killed_at_some_moments(tmp_path, phase):
    assert rounds(phase, 8, tmp_path, 120) > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform == "win32", reason="no fork on Windows")
@pytest.mark.parametrize("phase", PHASES)
def test_killed_at_many_moments(tmp_path, phase):
    assert rounds(phase, 2000, tmp_path, 3600) > 1000
