"""Pictures of every page: python -m tests.ui.shots OUTDIR [--size 1366x768] [--scheme dark]."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1366x768", help="physical pixels")
    parser.add_argument("--scheme", default="light", choices=("light", "dark"))
    parser.add_argument("--scale", default="1", help="QT_SCALE_FACTOR")
    parser.add_argument("--pages", nargs="*", help="page keys; all by default")
    parser.add_argument("--skip", nargs="*", default=())
    parser.add_argument("--database", type=Path, help="a real database instead of a made-up plan")
    return parser.parse_args()


def main() -> None:
    """Open the real window offscreen and grab its pages."""
    arguments = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = arguments.scale

    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

    from tests.plan_factory import make_plan_view
    from tests.ui.world import make_context, make_workspace, roster_report
    from ui import theme
    from ui.app import make_application
    from ui.crash import CrashDialog
    from ui.first_start import FirstStart
    from ui.help import HelpDialog
    from ui.main_window import MainWindow

    app = make_application(sys.argv[:1])
    theme.apply_theme(app, theme.Scheme(arguments.scheme))
    width, height = (
        round(int(side) / float(arguments.scale)) for side in arguments.size.split("x")
    )
    arguments.folder.mkdir(parents=True, exist_ok=True)

    def settle(context=None) -> None:
        deadline = QDeadlineTimer(20_000)
        loop = QEventLoop()
        timer = QTimer(interval=50)
        timer.timeout.connect(
            lambda: (
                loop.quit()
                if deadline.hasExpired() or not (context and context.jobs.jobs)
                else None
            )
        )
        timer.start()
        loop.exec()

    def save(widget, name: str) -> None:
        settle(context)
        file = (
            arguments.folder / f"{name}-{arguments.scheme}-{arguments.size}@{arguments.scale}.png"
        )
        widget.grab().save(str(file))
        print(file)  # noqa: T201  the tool's answer

    with tempfile.TemporaryDirectory() as name:
        if arguments.database:
            from envoy_app.services.workspace import open_workspace

            workspace = open_workspace(arguments.database)
        else:
            workspace = make_workspace(Path(name), plan=make_plan_view())
        context = make_context(workspace, Path(name))
        window = MainWindow(context)
        window.showNormal()
        window.resize(width, height)
        settle(context)
        for key in arguments.pages or window.specs:
            if key in arguments.skip:
                continue
            window.show_page(key)
            settle(context)
            if key in ("roster", "demands"):
                window.pages[key].table.selectRow(3)
            save(window, key)
        if not arguments.pages:
            window.show_page("overview")
            context.selection.county = "510183"
            save(window, "overview-county")
            window.open_import()
            dialog = window._import_dialog
            dialog.resize(min(1000, width), min(600, height))
            dialog._take(([roster_report()], []))
            save(dialog, "import")
            dialog.close()
            window.top_bar.search.setText("wang")
            window.top_bar.search.textEdited.emit("wang")
            save(window.top_bar.search._popup, "search")
            window.top_bar.search._popup.hide()
            window.show_help()
            save(window.findChild(HelpDialog), "help")
            window.findChild(HelpDialog).accept()
            crash = CrashDialog("RuntimeError: 示例\n" * 20)
            crash.show()
            save(crash, "crash")
            crash.close()
            first = FirstStart()
            first.resize(min(880, width), min(600, height))
            first.show()
            save(first, "first-start")
            first.close()
        window.close()
        workspace.close()


if __name__ == "__main__":
    main()
