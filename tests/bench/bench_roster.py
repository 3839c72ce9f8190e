"""How long the roster takes at 5,000 envoys: `python -m tests.bench.bench_roster [COUNT]`.

Prints milliseconds from a keystroke to the painted result, for sorting, for showing an envoy and
for taking one changed envoy; asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.plan_factory import make_plan_view
from tests.ui.world import envoys_of, make_context, make_workspace
from ui import theme
from ui.app import make_application
from ui.roster.filters import built_in_views
from ui.roster.page import RosterPage

COUNT = 5_000
QUERIES = (
    "w",
    "wa",
    "wan",
    "wang",
    "",
    "z",
    "zh",
    "植",
    "植物",
    "植物保护",
    "",
    "畜牧站",
    "zzz",
    "",
)
SIZE = (1230, 700)


def settle(context) -> None:
    """Wait until no job runs."""
    loop, timer = QEventLoop(), QTimer(interval=5)
    timer.timeout.connect(lambda: None if context.jobs.jobs else loop.quit())
    timer.start()
    loop.exec()


def measure(name: str, app: QApplication, works: list[Callable[[], object]]) -> None:
    """Print wall time and processor time: the second holds on a machine with other work, too."""
    walls, busy = [], []
    for work in works:
        begin, worked = time.perf_counter(), time.process_time()
        work()
        app.processEvents()
        walls.append((time.perf_counter() - begin) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    wall = f"median {statistics.median(walls):6.1f} ms   most {max(walls):6.1f} ms"
    print(f"{name:24} {wall}   processor {statistics.median(busy):6.1f} / {max(busy):6.1f} ms")


def fill(workspace, plan, count: int) -> None:
    people = envoys_of(plan)
    many = [
        replace(people[n % len(people)], id=f"{people[n % len(people)].id}-{n:05}", active=True)
        for n in range(count)
    ]
    workspace.roster.add(many)


def measure_page(app: QApplication, page: RosterPage, context) -> None:
    search = page.search

    def typing(text: str) -> Callable[[], None]:
        return lambda: search.setText(text)

    for key in ("", "name", "organisation", "slots"):
        page.table.sort_by(key)
        app.processEvents()
        measure(f"search, by {key or 'arrival'}", app, [typing(text) for text in QUERIES])
    ascending = [lambda key=key: page.table.sort_by(key) for key in ("name", "team", "slots", "")]
    measure("sort", app, ascending)
    views = [lambda view=view: page.apply_view(view) for view in built_in_views()]
    measure("view", app, views)
    page.apply_view(built_in_views()[0])
    measure("show an envoy", app, [lambda n=n: page.table.selectRow(n) for n in range(1, 30)])
    page.panel.tabs.setCurrentIndex(1)
    measure("… in the calendar", app, [lambda n=n: page.table.selectRow(n) for n in range(30, 60)])
    page.panel.tabs.setCurrentIndex(0)
    measure("select all", app, [page.table.selectAll])
    page.table.selectRow(3)
    row = page.table.current_row()
    fresh = [replace(row, envoy=replace(row.envoy, post=f"职务{n}")) for n in range(10)]
    patches = [lambda one=one: page._patch([one], [one.envoy.id]) for one in fresh]
    measure("take a changed envoy", app, patches)
    envoy = context.workspace.roster.envoy(row.envoy.id)
    begin = time.perf_counter()
    context.publish(context.workspace.roster.save(replace(envoy, post="站长")))
    settle(context)
    print(f"{'save, read and show one':24} {(time.perf_counter() - begin) * 1000:6.1f} ms")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    app = make_application(sys.argv[:1])
    theme.apply_theme(app, theme.Scheme.LIGHT)
    plan = make_plan_view()
    with tempfile.TemporaryDirectory() as name:
        workspace = make_workspace(Path(name), plan=plan)
        fill(workspace, plan, count - len(workspace.roster.envoys(include_inactive=True)))
        context = make_context(workspace, Path(name))
        page = RosterPage(context)
        context.changed.connect(page.refresh)
        page.resize(*SIZE)
        page.show()
        context.plans.reload()
        begin = time.perf_counter()
        page.refresh(None)
        settle(context)
        print(f"{'read ' + str(count):24} {(time.perf_counter() - begin) * 1000:6.1f} ms")
        page.table.setFocus(Qt.FocusReason.OtherFocusReason)
        measure_page(app, page, context)
        page.close()
        context.jobs.close()
        workspace.close()


if __name__ == "__main__":
    main()
