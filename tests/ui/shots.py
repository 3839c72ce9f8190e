"""Pictures of every page: python -m tests.ui.shots OUTDIR [--size 1366x768] [--scheme dark]."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

DATA = Path(__file__).parents[1] / "io" / "data"
IMPORTED = [DATA / f"{name}-11.xlsx" for name in ("02-titled", "demand")]
QUIET_TICKS = 20
TICK_MS = 50
PATIENCE_MS = 30_000


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1366x768", help="physical pixels")
    parser.add_argument("--scheme", default="light", choices=("light", "dark"))
    parser.add_argument("--scale", default="1", help="QT_SCALE_FACTOR")
    parser.add_argument("--pages", nargs="*", help="page keys; all pages and dialogs by default")
    parser.add_argument("--database", type=Path, help="a real database instead of a made-up plan")
    parser.add_argument("--scenes", nargs="*", help="only these of tests/ui/scenes.py; all if none")
    parser.add_argument("--empty", action="store_true", help="a database that holds nothing")
    return parser.parse_args()


class Photographer:
    """Opens the real window offscreen and grabs what it shows."""

    def __init__(self, words: argparse.Namespace, workspace, folder: Path) -> None:
        from tests.ui.world import make_context
        from ui.main_window import MainWindow

        self._words = words
        scale = float(words.scale)
        self._width, self._height = (round(int(side) / scale) for side in words.size.split("x"))
        self._context = make_context(workspace, folder)
        self._window = MainWindow(self._context)
        self._window.showNormal()
        self._window.resize(self._width, self._height)

    @property
    def window(self):
        """The main window."""
        return self._window

    @property
    def workspace(self):
        """The services on the database."""
        return self._context.workspace

    @property
    def plans(self):
        """The plan that the window looks at."""
        return self._context.plans

    def publish(self, changes) -> None:
        """Tell the window what changed."""
        self._context.publish(changes)

    def show(self, key: str):
        """Show a page and return it."""
        self._window.show_page(key)
        self.settle()
        return self._window.pages[key]

    def pause(self, milliseconds: int) -> None:
        """Let a job run for a while."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def settle(self, patience: int = PATIENCE_MS // TICK_MS) -> None:
        """Wait until no job was seen for a second, at most so many looks."""
        from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

        deadline, loop, quiet = QDeadlineTimer(patience * TICK_MS), QEventLoop(), 0

        def tick() -> None:
            nonlocal quiet
            quiet = 0 if self._context.jobs.jobs else quiet + 1
            if quiet >= QUIET_TICKS or deadline.hasExpired():
                loop.quit()

        timer = QTimer(interval=TICK_MS)
        timer.timeout.connect(tick)
        timer.start()
        loop.exec()

    def save(self, widget, name: str) -> None:
        """Write a picture of a widget when all is quiet."""
        self.settle()
        self.snap(widget, name)

    def grab(self, name: str) -> None:
        """Write a picture of the window when all is quiet."""
        self.save(self._window, name)

    def snap(self, widget, name: str) -> None:
        """Write a picture of a widget as it is."""
        words = self._words
        file = words.folder / f"{name}-{words.scheme}-{words.size}@{words.scale}.png"
        widget.grab().save(str(file))
        print(file)  # noqa: T201  the tool's answer

    def pages(self, keys: Sequence[str]) -> None:
        """Take the pages with these keys, the first row of tables selected."""
        for key in keys or self._window.specs:
            self._window.show_page(key)
            self.settle()
            if key in ("roster", "demands"):
                page = self._window.pages[key]
                getattr(page, "part", page).table.selectRow(3)
            self.save(self._window, key)

    def dialogs(self) -> None:
        """Take a selected county, the imports, the run dialog, search, help, crash."""
        from ui.crash import CrashDialog
        from ui.first_start import FirstStart
        from ui.help import HelpDialog

        window = self._window
        window.show_page("overview")
        self._context.selection.county = "510183"
        self.save(window, "overview-county")
        self._context.selection.county = None
        if self._words.database:
            self._plan()
        self._import()
        window.top_bar.search.setText("wang")
        window.top_bar.search.textEdited.emit("wang")
        self.save(window.top_bar.search._popup, "search")
        window.top_bar.search._popup.hide()
        window.show_help()
        self.take_and_close(window.findChild(HelpDialog), "help")
        self.take_and_close(CrashDialog("RuntimeError: 示例\n" * 20), "crash")
        self.take_and_close(FirstStart(), "first-start")

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    def _plan(self) -> None:
        """Take what only a real plan has: candidates for a seat, shortages before a run."""
        window, plan = self._window, self._context.plans.plan
        window.show_page("plan")
        page = window.pages["plan"]
        for name, visits in (("held", plan.held), ("left", plan.unscheduled)):
            self._context.selection.visit = visits[0].id
            page.side.setCurrentIndex(0)
            self.save(window, f"plan-visit-{name}")
            page.side.show_candidates(0)
            self.save(window, f"plan-candidates-{name}")
        self._context.selection.visit = plan.held[0].id
        self.settle()
        page.side.candidates.open_button.click()
        self.save(window, "plan-candidates-found")
        page.side.setCurrentIndex(0)
        page.open_run_dialog()
        self.take_and_close(page.run_dialog, "run")
        page.open_variants()
        self.take_and_close(page.variants, "variants")

    def _import(self) -> None:
        """Take the page of imports: files read, each tab, what was imported, the history."""
        window = self._window
        window.open_import(files=IMPORTED)
        self.settle()
        page = window.pages["imports"]
        page.files.choose(0, page.session.batch.files[0].sheets[0].name)
        page.sheet.go_to(22, 2)
        self.save(window, "imports-read")
        for place, (tab, name) in enumerate(
            (item, type(item).__name__.removesuffix("Tab").lower())
            for item in map(page.side.widget, range(page.side.count()))
        ):
            if page.side.isTabVisible(place):
                page.side.setCurrentWidget(tab)
                self.save(window, f"imports-{name}")
        for card in page.side.terms.cards[:2]:
            page.session.answer({card.asked.term: ()})
        page.session.apply()
        self.save(window, "imports-applied")
        page.clear()
        self.save(window, "imports-history")
        window.show_page("settings")
        self.settle()
        terms = window.pages["settings"].terms
        terms.parentWidget().parentWidget().parentWidget().parentWidget().ensureWidgetVisible(terms)
        self.save(window, "settings-words")

    def take_and_close(self, dialog, name: str) -> None:
        """Take a dialog and close it."""
        dialog.show()
        self.save(dialog, name)
        dialog.close()


def _screen(words: argparse.Namespace) -> str:
    """Return an offscreen platform whose screen has the size of the pictures: dialogs heed it."""
    width, height = map(int, words.size.split("x"))
    words.folder.mkdir(parents=True, exist_ok=True)
    screen = {
        "name": "pictures",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    file = words.folder / "screen.json"
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return f"offscreen:configfile={file.resolve()}"


def main() -> None:
    """Take the pictures that the command line asks for."""
    words = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", _screen(words))
    os.environ["QT_SCALE_FACTOR"] = words.scale

    from envoy_app.services.workspace import open_workspace
    from tests.plan_factory import make_plan_view
    from tests.ui import scenes
    from tests.ui.world import make_workspace
    from ui import theme
    from ui.app import make_application

    app = make_application(sys.argv[:1])
    theme.apply_theme(app, theme.Scheme(words.scheme))
    words.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        if words.database or words.empty:
            workspace = open_workspace(words.database or Path(name) / "empty.db")
        else:
            workspace = make_workspace(Path(name), plan=make_plan_view())
        photographer = Photographer(words, workspace, Path(name))
        if words.scenes is not None or words.empty:
            scenes.take(photographer, ("empty",) if words.empty else tuple(words.scenes))
        else:
            photographer.pages(words.pages or ())
            if not words.pages:
                photographer.dialogs()
        photographer.close()
        workspace.close()


if __name__ == "__main__":
    main()
