"""Seconds from the process's start to a window that shows its data: `… DATABASE`.

Run by `tests.bench.main_job` in a process of its own; prints one line.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil


def main() -> None:
    """Open the window on a database, wait until no job is left, say how long it took."""
    from PySide6.QtCore import QTimer

    from ui.app import Session, make_application
    from ui.preferences import Preferences

    database = Path(sys.argv[1])
    app = make_application(sys.argv[:1])
    session = Session(Preferences(database.parent))
    session.begin(database)
    shown = time.time()

    def look() -> None:
        if session.context is not None and not session.context.jobs.jobs:
            began = psutil.Process().create_time()
            print(f"shown {shown - began:.2f} s, data {time.time() - began:.2f} s after the start")
            app.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(10)
    app.exec()
    session.close()


if __name__ == "__main__":
    main()
