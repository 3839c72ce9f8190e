"""Ctrl+K: pages, counties, people and actions in one field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QListView, QWidget
from typing_extensions import override

from ui import theme
from ui.icons import IconName, icon
from ui.parts import SearchBox
from ui.search import matches

LIMIT = 12
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


@dataclass(frozen=True)
class Entry:
    """Something to go to: `key` is what a search looks into, `run` what choosing it does."""

    title: str
    detail: str
    icon: IconName
    key: str
    run: Callable[[], object]


class _Found(QAbstractListModel):
    """The entries that answer the query."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return f"{entry.title}   {entry.detail}"
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(entry.icon, theme.tokens().muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.detail
        return None


def _rank(entry: Entry, query: str) -> int:
    """Sort names and usual readings that begin with the query first, what contains it last."""
    lines = entry.key.split("\n")
    begins = (place for place, line in enumerate(lines) if line.startswith(query))
    return next(begins, len(lines))


class CommandBar(SearchBox):
    """A field with a list under it; Enter takes the first entry, arrows choose another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", self.tr("全局搜索"), parent)
        self.setPlaceholderText(self.tr("搜索页面、人员、县、操作 (Ctrl+K)"))
        self.entries: tuple[Entry, ...] = ()
        self.found = _Found(self)
        self._completer = QCompleter(self.found, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(LIMIT)
        popup = self._popup = QListView()
        popup.setUniformItemSizes(True)
        popup.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._completer.setPopup(popup)
        self._completer.setWidget(self)
        popup.clicked.connect(self._take)
        self.textEdited.connect(self._search)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Search these from now on."""
        self.entries = tuple(entries)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.found.entries and self.text():
            chosen = self._popup.currentIndex()
            self._run(self.found.entries[chosen.row() if chosen.isValid() else 0])
        else:
            super().keyPressEvent(event)

    def _search(self, text: str) -> None:
        query = text.strip()
        hits = [entry for entry in self.entries if query and matches(entry.key, query)]
        hits.sort(key=lambda entry: _rank(entry, query.lower()))
        self.found.show(hits[:LIMIT])
        if hits:
            self._completer.complete()
        else:
            self._popup.hide()

    def _take(self, index: QModelIndex) -> None:
        self._run(self.found.entries[index.row()])

    def _run(self, entry: Entry) -> None:
        self._popup.hide()
        self.clear()
        self.found.show(())
        entry.run()
