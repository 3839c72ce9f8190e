"""Random input on the whole program: `python -m tests.bench.monkey --minutes 10 --seed 1`.

Every few hundred deeds all stored plans are checked, the chain of changes too, and the newest
change is undone and done again; a warning of Qt or of the program, an exception or a fault found
ends the run with the last deeds. Turns of the event loop above 200 ms are told. `--memory` prints
a line a minute: resident and own memory, and which widgets and objects became more.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from ui.app import make_application  # isort: skip  # first, as in the program

import psutil
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.monkey.run import MonkeyRun
from tests.ui.watchdog import Watch
from ui import memory, theme
from ui.garbage import Collector

SHOWN_KINDS = 12
FREEZE_AFTER = 6.0


class Census:
    """Counts memory and objects, once a minute."""

    def __init__(self, run: MonkeyRun) -> None:
        self._run = run
        self._begun = self._last = time.monotonic()
        self._frozen = False
        self._first: Counter[str] = Counter()

    def look(self) -> None:
        """Print a line if a minute has gone by."""
        now = time.monotonic()
        if not self._frozen and now - self._begun > FREEZE_AFTER:
            gc.freeze()  # as the program does
            self._frozen = True
        if now - self._last < 60:
            return
        self._last = now
        gc.collect()
        memory.give_back()
        used = psutil.Process().memory_full_info()
        kinds = Counter(type(item).__name__ for item in QApplication.allWidgets())
        kinds["QObjects"] = self._objects()
        kinds["python objects"] = len(gc.get_objects()) + gc.get_freeze_count()
        more = kinds - self._first if self._first else Counter()
        self._first = self._first or kinds
        said = ", ".join(f"{name} +{count}" for name, count in more.most_common(SHOWN_KINDS))
        print(
            f"{(now - self._begun) / 60:5.1f} min {self._run.report.deeds:8} deeds "
            f"RSS {used.rss / 2**20:5.0f} USS {used.uss / 2**20:5.0f} MiB "
            f"{sum(kinds.values()) - kinds['QObjects'] - kinds['python objects']} widgets; {said}",
            flush=True,
        )

    def _objects(self) -> int:
        window = self._run.session.window
        return len(window.findChildren(QObject)) if isinstance(window, QWidget) else 0


def main() -> int:
    """Play, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--log", type=Path, help="a file for every deed")
    words = parser.parse_args()
    memory.share_heaps()
    app = make_application(["monkey"])
    theme.apply_theme(app, theme.Scheme.LIGHT)
    Collector(app).start()
    watch = Watch()
    watch.start()
    end = time.monotonic() + 60 * words.minutes
    out = words.log.open("w", encoding="utf-8") if words.log else None
    log = (lambda line: print(line, file=out, flush=True)) if out else (lambda line: None)
    with tempfile.TemporaryDirectory() as folder:
        run = MonkeyRun(Path(folder), words.seed, watch, children=True, log=log)
        if words.memory:
            run.on_check = Census(run).look
        report = run.play(lambda deeds: time.monotonic() > end)
    watch.stop()
    for silence in report.silences:
        print("SILENT", silence)
    print(f"seed {report.seed}: {report.deeds} deeds, {report.checks} checks, "
          f"{len(report.silences)} silences, {len(report.faults)} faults")  # fmt: skip
    if report.faults:
        print(report.text)
    return bool(report.faults)


if __name__ == "__main__":
    sys.exit(main())
