"""A run of the monkey: the whole program on a database of its own, looked at every so often."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest.mock import patch

from PySide6.QtCore import QEventLoop, Qt, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from envoy_app.services.workspace import open_workspace
from tests.ui.monkey import checks
from tests.ui.monkey.hands import Hands, top_widget
from tests.ui.monkey.world import fenced, make_world
from tests.ui.watchdog import Watch
from ui import theme
from ui.app import Session
from ui.crash import install_hooks, log_qt_messages
from ui.main_window import MainWindow
from ui.plan.page import PlanPage
from ui.preferences import Preferences

CHECK_EVERY = 400
LAST_SAID = 40
CALM_STEPS = 3_000
SIZES = ((1366, 768), (1920, 1080), (1100, 620), (1000, 500), (1600, 900))
FONTS = (10.0, 11.0, 13.0, 16.0)
_IGNORED = ("This plugin does not support",)  # the offscreen plugin, of dialogs and popups


@dataclass
class Report:
    """What a run found: what it did last before the first fault, and the faults."""

    seed: int
    deeds: int = 0
    checks: int = 0
    faults: list[str] = field(default_factory=list)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_SAID))
    silences: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        last = "\n  ".join(self.said)
        return f"seed {self.seed}, {self.deeds} deeds; {self.faults}\nlast:\n  {last}"


class _Listener(logging.Handler):
    """Hears warnings of the program and of Qt."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if not text.startswith(_IGNORED):
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            self._tell(f"{record.name}: {text}\n{trace}")


class MonkeyRun:
    """Plays until told that it is enough, or until something is wrong.

    Every deed is one turn of whichever event loop runs. What it does depends on the seed and on
    what is on screen; jobs take their own time, so two runs are alike, not the same.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        watch: Watch,
        *,
        children: bool = False,
        every: int = CHECK_EVERY,
        log: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.report = Report(seed)
        self._random = Random(seed)
        self._hands = Hands(self._random)
        self._watch = watch
        self._every = every
        self._children = children
        self._log = log
        self._folder = folder
        self._path = make_world(folder)
        self._loop = QEventLoop()
        self._calming = 0
        self._level = 0  # event loops that run while nothing is open
        self._over = False
        self._busy = -1  # the level of the loop whose turn is under way
        self._enough: Callable[[int], bool] = lambda deeds: True
        self.on_check: Callable[[], None] = lambda: None
        # One for all turns: PySide keeps something for good of every call of `singleShot`.
        self._next = QTimer(singleShot=True)
        self._next.timeout.connect(self._turn)

    def play(self, enough: Callable[[int], bool]) -> Report:
        """Play until `enough(deeds)` or a fault; look at everything once more at the end."""
        self._enough = enough
        with (
            self._session(),
            self._dressing_left_out(),
            fenced(self._folder, self._random, children=self._children),
        ):
            self.session.begin(self._path)
            self._window.resize(*SIZES[0])
            self._soon(50)
            self._watch.around(self._loop.exec)()
        return self.report

    @contextmanager
    def _session(self) -> Iterator[None]:
        preferences = Preferences(self._folder)
        self.session = Session(preferences, opener=lambda path: open_workspace(path, actor="猴子"))
        listener = _Listener(self._fault)
        with ExitStack() as ends:
            logging.getLogger().addHandler(listener)
            ends.callback(logging.getLogger().removeHandler, listener)
            ends.callback(install_hooks(self.session.crash))
            ends.callback(log_qt_messages())
            ends.callback(self._end)
            yield

    def _dressing_left_out(self) -> AbstractContextManager[object]:
        """Other colours dress every widget of every page anew, in one go inside Qt."""
        apply = theme._Follower.apply

        def dressed(follower: theme._Follower) -> None:
            with self._watch.away():
                apply(follower)

        return patch.object(theme._Follower, "apply", dressed)

    def _end(self) -> None:
        window = self.session.window
        self.session.close()
        if window is not None:
            window.deleteLater()
        self.session.deleteLater()

    @property
    def _window(self) -> MainWindow:
        assert self.session.window is not None
        return self.session.window

    # Turns -----------------------------------------------------------------------------------

    def _soon(self, milliseconds: int = 0) -> None:
        self._next.start(milliseconds)

    def _turn(self) -> None:
        if self._over:
            return
        level = QThread.currentThread().loopLevel()
        self._level = self._level or level
        if level == self._busy:  # QTest lets events through while it sends one
            self._soon(1)
            return
        self._soon(self._pause())  # first: what follows may run a loop of its own
        before, self._busy = self._busy, level
        if self._calming or self._time_to_look():
            self._calm()
        else:
            self.report.deeds += 1
            self._do(self._deed)
        self._busy = before

    def _time_to_look(self) -> bool:
        report = self.report
        due = report.deeds % self._every == self._every - 1
        return bool(report.faults) or due or self._enough(report.deeds)

    def _pause(self) -> int:
        jobs = self.session.context is not None and self.session.context.jobs.jobs
        return 5 if jobs and (self._calming or self.report.deeds % 3 == 0) else 0

    def _do(self, deed: Callable[[], str]) -> None:
        line = f"{self.report.deeds}: "
        try:
            line += deed()
        except Exception as error:  # the monkey's own
            self._fault("".join(traceback.format_exception(error)))
        self.report.said.append(line)
        self._log(line)
        for silence in self._watch.take():
            self.report.silences.append(f"{line}: {silence.text}")
            self._log(f"SILENCE {silence.text}")

    def _fault(self, text: str) -> None:
        self._log(f"FAULT {text}")
        self.report.faults.append(text)

    def _deed(self) -> str:
        if self._window.isHidden():
            self._fault("the window is closed")
        rare = self._random.random()
        if rare < 0.02 and not self._hands.todo:
            return self._rare()
        return self._hands.act(self._window)

    def _rare(self) -> str:
        common = (self._show_page, self._command, self._plan_dialog)
        seldom = (self._resize, self._scheme, self._font, self._close)
        deed = self._random.choice((*common, *common, *seldom))
        return f"{deed.__name__} {deed()}"

    def _resize(self) -> str:
        size = self._random.choice(SIZES)
        self._window.showNormal()
        self._window.resize(*size)
        return str(size)

    def _show_page(self) -> str:
        key = self._random.choice(list(self._window.specs))
        if top_widget(self._window) is self._window:
            self._window.rail.page_requested.emit(key)
        return key

    def _scheme(self) -> str:
        scheme = self._random.choice(list(theme.Scheme))
        theme.change_scheme(scheme)
        return scheme.name

    def _font(self) -> str:
        font = QApplication.font()
        font.setPointSizeF(self._random.choice(FONTS))
        with self._watch.away():
            QApplication.setFont(font)
        return str(font.pointSizeF())

    def _close(self) -> str:
        top = top_widget(self._window)
        if top is not self._window:
            top.close()
        return type(top).__name__

    def _command(self) -> str:
        """Do one of the operations that Ctrl+K finds: random letters hardly ever name one."""
        known = [
            entry
            for entry in self._window.top_bar.search.entries
            if entry.detail.startswith(("操作", "排班"))
        ]
        if not known or top_widget(self._window) is not self._window:
            return "none"
        entry = self._random.choice(known)
        self._begin(entry.run)
        return entry.title

    def _plan_dialog(self) -> str:
        """Open a dialog of the page of plans, whose buttons are a thousandth of the window."""
        if top_widget(self._window) is not self._window:
            return "none"
        self._window.show_page("plan")
        page = self._window.pages["plan"]
        assert isinstance(page, PlanPage)
        opening = self._random.choice(
            (page.open_run_dialog, page.open_versions, page.open_variants,
             page.conflicts.open_renewal, page.hand.replanning.ask)
        )  # fmt: skip
        if page.context.plans.plan is not None:
            self._begin(opening)
        return opening.__name__

    def _begin(self, opening: Callable[[], object]) -> None:
        """Do it in a turn of its own: it may run a loop that lasts."""
        QTimer.singleShot(0, self._window, opening)

    # Looking ---------------------------------------------------------------------------------

    def _calm(self) -> None:
        """Close what is open and wait for what runs, one thing a turn; then look."""
        self._hands.todo.clear()
        self._calming += 1
        if self._calming > CALM_STEPS:
            self._fault(f"no rest: {self._unrest()}")
            self._finish()
        elif self._open():
            self._shut(top_widget(self._window))
        elif self._unrest():
            for job in self.session.context.jobs.jobs if self.session.context else ():
                if not job.quiet and self._calming > 200:
                    job.cancel()
        else:
            self._calming = 0
            with self._watch.away():
                self._look()
            if self.report.faults or self._enough(self.report.deeds):
                self._finish()
            else:
                self.report.deeds += 1

    def _open(self) -> bool:
        nested = QThread.currentThread().loopLevel() > self._level
        held = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        return nested or held or top_widget(self._window) is not self._window

    def _shut(self, top: QWidget) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._hands.let_go(top)
        elif top is self._window:
            self._hands.key(top, Qt.Key.Key_Escape)
        else:
            top.close()

    def _unrest(self) -> str:
        context = self.session.context
        jobs = [job.title for job in context.jobs.jobs] if context else []
        return f"{top_widget(self._window)}, jobs {jobs}" if jobs else ""

    def _finish(self) -> None:
        self._over = True
        self._loop.quit()

    def _look(self) -> None:
        context = self.session.context
        assert context is not None
        workspace = context.workspace
        self.report.checks += 1
        self.on_check()
        for fault in (
            *checks.unsound_plans(workspace),
            *checks.unlike_after_undo(workspace, context.publish),
            *checks.damage(workspace.path),
            *checks.left_dialogs(),
        ):
            self._fault(fault)
