"""How long the pages take to show: `python -m tests.bench.pages [--envoys N] [--visits N]`.

Processor milliseconds of the window's thread from the click in the rail to the painted page and
to all its data, with the longest turn of the event loop on the way: at the first visit straight
after the start, at the first visit of a window that had time to prepare (`--prepared`), and the
worst of later visits. Asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# First, as in the program: its imports are slower once Qt is there.
from ui.app import Session, make_application  # isort: skip

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from tests.bench.bench_roster import fill
from tests.plan_factory import make_plan_view
from tests.ui.watchdog import Watch
from tests.ui.world import make_workspace
from ui import theme
from ui.main_window import MainWindow
from ui.preferences import Preferences

LATER = 3
SIZE = (1366, 768)


def wait_until(watch: Watch, done: Callable[[], bool]) -> None:
    """Run the event loop until then."""
    loop, timer = QEventLoop(), QTimer(interval=5)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start()
    watch.around(loop.exec)()


def visit(watch: Watch, window: MainWindow, key: str) -> tuple[float, float, float]:
    """Milliseconds until a page is painted, until its data are there, of the longest turn."""
    watch.take()
    began = time.thread_time()
    with watch.looking():
        window.rail.page_requested.emit(key)
        QApplication.processEvents()
    shown = time.thread_time()
    wait_until(watch, lambda: not window.context.jobs.jobs)
    QApplication.processEvents()
    told = (shown - began, time.thread_time() - began, watch.longest)
    return tuple(1000 * seconds for seconds in told)


def measure(watch: Watch, session: Session, *, prepared: bool) -> None:
    """Print a table of all pages."""
    window = session.show_window()
    window.resize(*SIZE)
    wait_until(watch, lambda: not window.context.jobs.jobs)
    keys = [key for key in window.specs if key != "overview"]
    if prepared:
        watch.take()
        wait_until(watch, lambda: session.warmer.done)
        print(f"prepared, longest turn {1000 * watch.longest:.0f} ms")
    first = {key: visit(watch, window, key) for key in ("overview", *keys)}
    later = {key: [visit(watch, window, key)] for key in first}
    for key in list(first) * (LATER - 1):
        later[key].append(visit(watch, window, key))
    print(f"{'page':10} {'first: shown, data, turn':>26} {'later, worst':>26}")
    for key, found in first.items():
        print(f"{key:10} {_row(found)} {_row(map(max, *later[key]))}")


def _row(found) -> str:
    return "  " + "".join(f"{value:8.0f}" for value in found)


def main() -> None:
    """Measure one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--envoys", type=int, default=520)
    parser.add_argument("--visits", type=int, default=2100)
    parser.add_argument("--prepared", action="store_true")
    words = parser.parse_args()
    app = make_application(["pages"])
    theme.apply_theme(app, theme.Scheme.LIGHT)
    watch = Watch()
    watch.start()
    plan = make_plan_view(visits=words.visits, envoys=min(words.envoys, 520))
    with tempfile.TemporaryDirectory() as name:
        workspace = make_workspace(Path(name), plan=plan)
        known = len(workspace.roster.envoys(include_inactive=True))
        if words.envoys > known:
            fill(workspace, plan, words.envoys - known)
        session = Session(Preferences(Path(name)), opener=lambda path: workspace)
        session.begin(workspace.path)
        print(f"{words.envoys} envoys, {words.visits} visits; ms of the processor")
        measure(watch, session, prepared=words.prepared)
        session.close()
    watch.stop()


if __name__ == "__main__":
    main()
