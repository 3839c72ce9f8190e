"""Ctrl+Z, Ctrl+Y and Ctrl+Shift+Z on every page: the text field first, then the page, then all."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

UNDO_KEYS = ("Ctrl+Z",)
REDO_KEYS = ("Ctrl+Y", "Ctrl+Shift+Z")
_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)


class UndoKeys(QObject):
    """Gives the keys to a focused text field while it has something to undo of its own.

    Qt's fields swallow these keys even where they have nothing to take back; so the one that has
    the keyboard is watched, and the keys always come to the window first.
    """

    def __init__(
        self,
        window: QWidget,
        undo: Callable[[], object],
        redo: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        self._keys = tuple(map(QKeySequence, (*UNDO_KEYS, *REDO_KEYS)))
        for keys, again, run in ((UNDO_KEYS, False, undo), (REDO_KEYS, True, redo)):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), window)
                shortcut.activated.connect(lambda again=again, run=run: self._turn(again, run))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._watch)

    def _turn(self, again: bool, run: Callable[[], object]) -> None:
        if not turn_text(QApplication.focusWidget(), again=again):
            run()

    def _watch(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if isinstance(now, _FIELDS) and now.window() is self._window:
            now.installEventFilter(self)
            self._watched = now

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            pressed = QKeySequence(event.keyCombination())
            if any(
                pressed.matches(keys) == QKeySequence.SequenceMatch.ExactMatch
                for keys in self._keys
            ):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def turn_text(field: QWidget | None, *, again: bool) -> bool:
    """Undo (or redo `again`) in a text field; return whether it had something to."""
    if isinstance(field, QAbstractSpinBox):
        field = field.findChild(QLineEdit, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if isinstance(field, QLineEdit):
        able = field.isRedoAvailable() if again else field.isUndoAvailable()
        able = able and not field.isReadOnly()
    elif isinstance(field, QTextEdit | QPlainTextEdit):
        document = field.document()
        able = document.isRedoAvailable() if again else document.isUndoAvailable()
        able = able and not field.isReadOnly()
    else:
        return False
    if able:
        field.redo() if again else field.undo()
    return able
