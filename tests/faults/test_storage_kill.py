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

# A phase that starts a process which does not end with it.
LEAVING = """
import subprocess, sys
from pathlib import Path
from tests.faults import killing, workloads

def started(stage):
    subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    killing._die()

killing.PATIENCE = 3
killing.adopt_orphans()
kit = killing.make_kit(Path(sys.argv[1]) / "kit")
workloads.PHASES["left"] = workloads.Phase("filled", (started,))
kit._known["left"] = kit.known("save")
print(killing.Round("left", kit, Path(sys.argv[1])).kill_between(99)[0])
"""


def killed(folder: Path, count: int | str, *names: str) -> dict[str, dict[str, int]]:
    command = [sys.executable, "-m", "tests.faults.killing", str(folder), str(count), *names]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["wrong"] for line in told] == [[] for _ in told]
    return {line["phase"]: line["counts"] for line in told}


def test_a_kill_loses_or_harms_nothing(tmp_path):
    assert killed(tmp_path, 2) == {name: {WHOLE: 2} for name in PHASES}


def test_a_kill_between_the_steps_of_a_restore_loses_or_harms_nothing(tmp_path):
    found = killed(tmp_path, "steps", "restore", "restore of a damaged")
    assert [counts.keys() for counts in found.values()] == [{WHOLE}, {WHOLE}]
    assert [counts[WHOLE] > 15 for counts in found.values()] == [True, True]


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_what_a_killed_process_leaves_running_is_found(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", LEAVING, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("left behind")


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PHASES)
def test_no_kill_of_many_loses_or_harms_anything(name, tmp_path):
    assert killed(tmp_path, 300, name) == {name: {WHOLE: 300}}
