"""How the board answers, on the real window: `python -m tests.bench.bench_board [--quick]`.

520 envoys, 2,100 visits, 63 working days, stored; software rendering. Every step is a real event
of mouse, wheel or keyboard, and counts as done when its last paint is. Prints median, 95th
percentile and worst beside what must be reached, and the same of the process's own time; nothing
is asserted: machines are noisy.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from envoy_app.domain.editing import Move
from envoy_app.services.workspace import Workspace
from tests.bench.board_world import open_world
from tests.ui.wheel import NOTCH, turn_wheel
from tests.ui.world import make_context
from ui import theme
from ui.main_window import MainWindow
from ui.plan.board.layout import BoardMode
from ui.plan.board.view import ZOOMS
from ui.plan.page import PlanPage

SIZES = ((1366, 768), (1920, 1080))
PATIENCE_MS = 60_000
QUIET_MS = 1_000


class Took(NamedTuple):
    """Milliseconds of the clock, and of this process: what other processes do not lengthen."""

    wall: float
    cpu: float


class Stopwatch:
    """Runs from its making."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        cpu = time.process_time() - self._cpu
        return Took(1000 * (time.perf_counter() - self._wall), 1000 * cpu)


@dataclass
class Table:
    """Rows of milliseconds, printed as they come."""

    size: str = ""

    def head(self) -> None:
        words = f"{'window':10} {'step':34} {'times':>5} {'median':>8} {'95 %':>8} {'worst':>8} ms"
        print(f"{words}   cpu {'median':>6} {'95 %':>8} {'worst':>8} ms   to reach")

    def row(self, name: str, times: list[Took], limit: str) -> None:
        cells = f"{self.size:10} {name:34} {len(times):5}"
        for ordered in map(sorted, zip(*times, strict=True)):
            middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            cells += f" {middle:8.1f} {late:8.1f} {ordered[-1]:8.1f}     "
        print(cells, limit, flush=True)


class Bench:
    """The window on the page 排班, and ways to act on it as a user does."""

    def __init__(self, workspace: Workspace, folder: Path, rounds: int) -> None:
        self.context = make_context(workspace, folder)
        self.window = MainWindow(self.context)
        self.window.showNormal()
        self.rounds = rounds
        self.beat = QTimer(interval=2)
        self.table = Table()
        for key in (*self.window.specs, "plan"):  # each hears of every change once it was seen
            self.show_page(key)
        page = self.window.pages["plan"]
        assert isinstance(page, PlanPage)
        self.page, self.board = page, page.board
        self.until(lambda: not self.context.jobs.jobs and not page.hand.editor.why_not)
        self.rest()

    def show_page(self, key: str) -> None:
        self.window.show_page(key)
        self.until(lambda: not self.context.jobs.jobs)

    def wait(self) -> None:
        """Sleep till the next event, as the application does: spinning would slow down its jobs.

        With a time limit Qt does not sleep, so that a timer ends it.
        """
        self.beat.start()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self.beat.stop()

    def until(self, ready: Callable[[], bool]) -> None:
        """Let events run until something is so."""
        clock = QElapsedTimer()
        clock.start()
        while not ready():
            assert clock.elapsed() < PATIENCE_MS, "it never came"
            self.wait()
        self.settle()

    def rest(self) -> None:
        """Wait until nothing was done for a second: what the window prepares after its start."""
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < QUIET_MS:
            self.wait()
            if self.context.jobs.jobs:
                clock.restart()

    def settle(self) -> None:
        """Let everything that is due be done and painted."""
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()

    def timed(self, act: Callable[..., object], *words: object, **more: object) -> Took:
        """Time of an act with all that follows of it, painted."""
        watch = Stopwatch()
        act(*words, **more)
        QApplication.processEvents()
        return watch.took()

    def wheel(self, across: int, down: int, *, ctrl: bool = False) -> None:
        port = self.board.viewport()
        turn_wheel(port, QPointF(port.rect().center()), across=across, down=down, ctrl=ctrl)

    # What is measured -----------------------------------------------------------------------

    def scrolling(self, mode: BoardMode) -> None:
        """Wheel down and up, sideways, and the scroll bars pulled, at every zoom."""
        self.page.set_mode(mode)
        down, across = self.board.verticalScrollBar(), self.board.horizontalScrollBar()
        for zoom in ZOOMS:
            self.board.set_zoom(zoom)
            down.setValue(0)
            self.settle()
            times: list[Took] = []
            for number in range(self.rounds):
                away = number < self.rounds * 2 // 3
                times.append(self.timed(self.wheel, 0, -NOTCH if away else NOTCH))
            for number in range(self.rounds if across.maximum() else 0):
                away = number < self.rounds * 2 // 3
                times.append(self.timed(self.wheel, -NOTCH if away else NOTCH, 0))
            for bar in (down, across):
                for number in range(self.rounds // 2 if bar.maximum() else 0):
                    place = bar.maximum() * (7 * number % self.rounds) // self.rounds
                    times.append(self.timed(bar.setValue, place))
            self.table.row(f"scroll {mode.value} {zoom or 'all'} days", times, "95 % ≤ 16, ≤ 50")

    def zooming(self, mode: BoardMode) -> None:
        """Ctrl and the wheel, in and out."""
        self.page.set_mode(mode)
        self.board.set_zoom(ZOOMS[0])
        self.settle()
        steps = [-NOTCH] * (len(ZOOMS) - 1) + [NOTCH] * (len(ZOOMS) - 1)
        ways = cycle(steps)
        times = [self.timed(self.wheel, 0, next(ways), ctrl=True) for _ in range(4 * len(steps))]
        self.table.row(f"zoom {mode.value}", times, "95 % ≤ 16, ≤ 50")

    def hovering(self, mode: BoardMode) -> None:
        """The pointer crosses the board."""
        self.page.set_mode(mode)
        self.board.set_zoom(10)
        port = self.board.viewport()
        places = [QPoint(200 + 37 * n % (port.width() - 220), 80 + 23 * n % 400) for n in range(60)]
        times = [self.timed(QTest.mouseMove, port, at) for at in places]
        self.table.row(f"hover {mode.value}", times, "95 % ≤ 16, ≤ 50")

    def walking(self, mode: BoardMode) -> None:
        """Arrow keys: the selection, the inspector and the tray follow."""
        self.page.set_mode(mode)
        self.board.set_zoom(10)
        self.board.verticalScrollBar().setValue(0)
        keys = cycle([Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down])
        times = [self.timed(QTest.keyClick, self.board, next(keys)) for _ in range(30)]
        self.table.row(f"arrow key {mode.value}", times, "≤ 50")

    def switching(self) -> None:
        """Rows become people and counties again."""
        times = []
        for number in range(12):
            mode = tuple(BoardMode)[(number + 1) % 2]
            times.append(self.timed(self.page.set_mode, mode))
        self.table.row("switch of mode", times, "≤ 100")

    def loading(self) -> None:
        """Another version is shown: all anew."""
        store = self.context.plans
        times = [self.timed(store.put, store.plan) for _ in range(8)]
        self.table.row("plan shown", times, "≤ 100")

    def searching(self, mode: BoardMode) -> None:
        """Keystrokes in the search box: the board shows what matches."""
        self.page.set_mode(mode)
        box = self.page.toolbar.search
        box.setFocus()
        times = []
        for word in ("wang", "zl", "pujiang", "s", "baima"):
            times += [self.timed(self.type, letter) for letter in word]
            times += [self.timed(self.type, "") for _ in word]
        self.table.row(f"search keystroke {mode.value}", times, "≤ 50")

    def type(self, letter: str) -> None:
        box, page = self.page.toolbar.search, self.page
        if letter:
            QTest.keyClicks(box, letter)
        else:
            QTest.keyClick(box, Qt.Key.Key_Backspace)
        clock = QElapsedTimer()
        clock.start()
        while page._query != box.text().strip() and clock.elapsed() < 1000:
            self.wait()

    def turning_pages(self) -> None:
        """To the overview and back."""
        times, back = [], []
        self.page.set_mode(BoardMode.ENVOY)
        for _ in range(10):
            back.append(self.timed(self.window.show_page, "overview"))
            self.until(lambda: not self.context.jobs.jobs)
            times.append(self.timed(self.window.show_page, "plan"))
        self.table.row("to this page", times, "≤ 100")
        self.table.row("to the overview", back, "≤ 100")

    def dropping(self, mode: BoardMode) -> None:
        """A visit is dragged: all verdicts shown, then dropped, stored, and painted."""
        self.page.set_mode(mode)
        self.board.set_zoom(10)
        editor, moving = self.page.hand.editor, self.page.hand.moving
        rng = Random(1)
        verdicts, drops, silent = [], [], []
        while len(drops) < self.rounds // 3:
            session = editor._session
            visit = rng.choice([visit for visit in session.plan.held if visit.slots == 1])
            good = [t for t in session.starts(visit.id) if t.allowed and t.start != visit.start]
            if not good:
                continue
            self.board.select_visit(visit.id)
            self.until(lambda: not self.context.jobs.jobs)
            watch = Stopwatch()
            moving.start_visit(visit)
            self.until(lambda: moving.gesture and moving.gesture.question() is None)
            verdicts.append(watch.took())
            moving.end()
            start = rng.choice(good).start
            with watched() as gaps:
                watch = Stopwatch()
                editor.do(Move(visit.id, start))
                self.until(lambda visit=visit, start=start: self.shows(visit.id, start))
                drops.append(watch.took())
                self.until(lambda: not self.context.jobs.jobs)
            silent.append(Took(max(gaps, default=0.0), 0.0))
        self.table.row(f"verdicts shown {mode.value}", verdicts, "≤ 50")
        self.table.row(f"drop, stored and shown {mode.value}", drops, "≤ 100")
        self.table.row(f"  longest silence {mode.value}", silent, "≤ 200")

    def shows(self, visit: str, start: object) -> bool:
        scene = self.board.scene
        chips = scene.layout.by_visit.get(visit, ()) if scene else ()
        return bool(chips) and chips[0].visit.start == start


@contextmanager
def watched() -> Iterator[list[float]]:
    """Milliseconds between the beats of a timer: how long the event loop was silent."""
    gaps: list[float] = []
    last = [time.perf_counter()]

    def beat() -> None:
        now = time.perf_counter()
        gaps.append(1000 * (now - last[0]))
        last[0] = now

    timer = QTimer(interval=1)
    timer.timeout.connect(beat)
    timer.start()
    yield gaps
    timer.stop()


def run(bench: Bench, width: int, height: int) -> None:
    bench.table.size = f"{width}×{height}"
    bench.window.resize(width, height)
    bench.settle()
    for mode in BoardMode:
        bench.scrolling(mode)
        bench.zooming(mode)
        bench.hovering(mode)
        bench.walking(mode)
        bench.searching(mode)
        bench.dropping(mode)
    bench.switching()
    bench.loading()
    bench.turning_pages()


def main() -> None:
    """Make the world, open the window, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one size, few rounds")
    quick = parser.parse_args().quick
    app = QApplication([])
    theme.apply_theme(app, theme.Scheme.LIGHT)
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_world(Path(folder))
        bench = Bench(workspace, Path(folder), 20 if quick else 60)
        gc.freeze()  # as the application does once it has settled
        plan = bench.context.plans.plan
        print(f"{len(plan.held)} visits held, {len(plan.days)} days, {len(plan.envoys)} people")
        bench.table.head()
        for width, height in SIZES[: 1 if quick else 2]:
            run(bench, width, height)
        bench.window.close()
        workspace.close()


if __name__ == "__main__":
    main()
