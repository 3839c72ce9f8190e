"""Prepares what the pages need while nobody does anything, so that the first visit is quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from ui.context import AppContext
from ui.jobs import JobHandle

if TYPE_CHECKING:
    from ui.main_window import MainWindow

FIRST_MS = 1_500
EVERY_MS = 300
# Services that are slow to import, in the order in which they are likely to be wanted.
_SERVICES = ("planning", "editing", "judging", "teams", "imports", "exports", "printing")


class Warmer(QObject):
    """Imports services on another thread, then builds one page at a time between two looks.

    It looks whether the mouse rests and nothing runs; whoever works is not made to wait. A page
    that is wanted before its turn is built by the window as ever.
    """

    def __init__(
        self, context: AppContext, window: MainWindow, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._window = window
        self._mouse = QCursor.pos()
        self._imported = False
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.look)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to prepare."""
        return self._imported and not self._window.unbuilt

    def start(self) -> None:
        """Begin once the first page stands."""
        self.timer.start(FIRST_MS)

    def stop(self) -> None:
        """Prepare no more."""
        self.timer.stop()

    def look(self) -> None:
        """Do the next bit if nobody is busy."""
        self.timer.setInterval(EVERY_MS)
        if self._context.jobs.jobs:
            return
        if not self._imported:
            self._import()  # on another thread: no reason to wait until the mouse rests
        elif not self._resting():
            return
        elif self._window.unbuilt:
            self._window.prepare(self._window.unbuilt[0])
        else:
            self.timer.stop()

    def _resting(self) -> bool:
        mouse, self._mouse = self._mouse, QCursor.pos()
        held = QApplication.mouseButtons() or QApplication.activePopupWidget()
        return mouse == self._mouse and not held

    def _import(self) -> None:
        workspace = self._context.workspace
        modules = [spec.module for spec in self._window.specs.values() if spec.module]

        def work(handle: JobHandle) -> None:
            for module in modules:
                handle.raise_if_cancelled()
                import_module(module)
            for name in _SERVICES:
                handle.raise_if_cancelled()
                getattr(workspace, name)

        def done(nothing: None) -> None:
            self._imported = True

        self._context.jobs.start(self.tr("准备各页"), work, done, key="warming", quiet=True)
