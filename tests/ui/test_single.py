"""A second start of the window on one database."""

import subprocess
import sys
from pathlib import Path

from ui.single import Doorbell, ring

ROOT = Path(__file__).parents[2]

# A window of its own process: it begins, and ends when its input does.
FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QSocketNotifier
import ui.app

app = ui.app.make_application(["envoy"])
session = ui.app.Session(ui.app.Preferences(Path(sys.argv[1]).parent))
session.begin(Path(sys.argv[1]))
session._bell.rung.connect(lambda: print("rung", flush=True))
end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
end.activated.connect(app.quit)
print("open", flush=True)
app.exec()
session.close()
"""
SECOND = """
import sys
from pathlib import Path
import ui.app
ui.app.QApplication.exec = lambda *nothing: 7
print(ui.app.run(["envoy"], Path(sys.argv[1])))
"""


def start(code, path):
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_a_second_start_brings_the_first_window_to_the_front_and_ends(tmp_path):
    path = tmp_path / "数据 库.db"
    with start(FIRST, path) as first:
        assert first.stdout.readline() == "open\n"
        with start(SECOND, path) as second:
            assert second.communicate(timeout=60)[0] == "0\n"
        assert first.stdout.readline() == "rung\n"
        first.stdin.close()
        assert first.wait(60) == 0
    with start(SECOND, path) as third:  # the first has let go
        assert third.communicate(timeout=60)[0] == "7\n"


def test_where_nobody_listens_nobody_answers(qtbot, tmp_path):
    assert not ring(tmp_path / "a.db")


def test_each_database_has_its_own_bell(qtbot, tmp_path):
    bell = Doorbell(tmp_path / "a.db")
    assert not ring(tmp_path / "b.db")
    bell.close()
    bell.close()
    again = Doorbell(tmp_path / "a.db")
    again.close()
