"""How long the board takes to lay out and to paint: `python -m tests.bench.bench_board`.

Prints milliseconds per layout, per timeline and per paint while scrolling; asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from ui import theme
from ui.plan.board.layout import BoardLayout, BoardMode, build_layout
from ui.plan.board.view import BoardView
from ui.plan.labels import Labels

SIZE = (1366, 700)
ROUNDS = 40


def measure(work: Callable[[int], object], rounds: int = ROUNDS) -> str:
    times = []
    for number in range(rounds):
        begin = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - begin) * 1000)
    worst = sorted(times)[int(len(times) * 0.95)]
    return f"median {statistics.median(times):6.1f} ms   95 % {worst:6.1f} ms"


def scroll_and_paint(board: BoardView, picture: QImage, number: int) -> None:
    down, across = board.verticalScrollBar(), board.horizontalScrollBar()
    down.setValue(down.maximum() * number // ROUNDS)
    across.setValue(across.maximum() * (number % 7) // 7)
    board.viewport().render(picture)


def measure_mode(plan: PlanView, mode: BoardMode) -> None:
    gazetteer, vocabulary = shipped_gazetteer(), shipped_vocabulary()

    def lay(_number: int) -> BoardLayout:
        return build_layout(plan, gazetteer, vocabulary.name, mode)

    layout = lay(0)
    board = BoardView()
    board.resize(*SIZE)
    labels = Labels(plan, gazetteer, vocabulary)
    board.show_plan(plan, layout, labels, lambda _day: None)
    board.show()
    print(f"  {mode.value:7} {len(layout.rows):4} rows   layout {measure(lay, 5)}")
    picture = QImage(board.viewport().size(), QImage.Format.Format_RGB32)
    for zoom in (5, 10, 22, 0):
        board.set_zoom(zoom)
        paint = measure(lambda number: scroll_and_paint(board, picture, number))
        print(f"          {zoom or 'all':>4} days in sight   paint  {paint}")
    board.close()


def main() -> None:
    app = QApplication([])
    theme.apply_theme(app, theme.Scheme.LIGHT)
    start = date(2026, 12, 1)
    for title, days in (("1 month", 30), ("3 months", 89)):
        plan = make_plan_view(start=start, end=start + timedelta(days=days))
        counts = f"{len(plan.held)} visits held, {len(plan.days)} days, {len(plan.envoys)} people"
        print(f"{title}: {counts}")
        for mode in BoardMode:
            measure_mode(plan, mode)


if __name__ == "__main__":
    main()
