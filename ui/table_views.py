"""Named views of a table: filters, columns and sorting, to come back to with one click."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from ui import theme
from ui.parts import button
from ui.preferences import Preferences

LONGEST_NAME = 20


@dataclass(frozen=True)
class TableState:
    """What a view sets. Filters that are not named are cleared.

    `columns` are the keys of the columns shown, in their order, None leaves them as they are;
    `sort` is a column's key, "" the order in which the rows came.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    columns: tuple[str, ...] | None = None
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True)
class View:
    """A state with a name; `own` ones were saved by the user."""

    name: str
    state: TableState
    own: bool = False


class SavedViews:
    """The user's views of one table, kept in the preferences."""

    def __init__(self, preferences: Preferences, table: str) -> None:
        self._preferences = preferences
        self._key = f"views/{table}"

    def all(self) -> tuple[View, ...]:
        """Return them in the order in which they were saved; unreadable ones are left out."""
        try:
            stored = json.loads(self._preferences.text(self._key, "[]"))
            return tuple(_view_of(item) for item in stored)
        except (ValueError, KeyError, TypeError, AttributeError):
            return ()

    def save(self, name: str, state: TableState) -> None:
        """Keep a state under a name; one of the same name is replaced."""
        kept = [view for view in self.all() if view.name != name]
        self._store([*kept, View(name, state, own=True)])

    def remove(self, name: str) -> None:
        """Forget a view."""
        self._store([view for view in self.all() if view.name != name])

    def _store(self, views: Sequence[View]) -> None:
        stored = [
            {
                "name": view.name,
                "filters": dict(view.state.filters),
                "query": view.state.query,
                "columns": view.state.columns,
                "sort": view.state.sort,
                "descending": view.state.descending,
            }
            for view in views
        ]
        # Plain ASCII: an ini file turns a list with commas in other encodings into several values.
        self._preferences.set_text(self._key, json.dumps(stored))


def _view_of(item: Mapping[str, object]) -> View:
    filters, columns = item["filters"], item["columns"]
    if not isinstance(filters, dict) or not isinstance(columns, list | None):
        raise TypeError
    state = TableState(
        {str(key): str(value) for key, value in filters.items()},
        str(item["query"]),
        None if columns is None else tuple(map(str, columns)),
        str(item["sort"]),
        bool(item["descending"]),
    )
    return View(str(item["name"]), state, own=True)


class ViewButton(QToolButton):
    """Says which view is shown; its menu offers all, saves what is set, forgets own ones.

    Signals: `chosen` carries a View, `save_requested` and `remove_requested` a name.
    """

    chosen = Signal(object)
    save_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, views: Callable[[], Sequence[View]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views = views
        self._current = ""
        self._changed = False
        self.setProperty("framed", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.clicked.connect(self._open)

    def show_view(self, name: str, *, changed: bool) -> None:
        """Show the name of the view, and whether it was changed since it was chosen."""
        self._current, self._changed = name, changed
        mark = self.tr("（已改）") if changed else ""
        self.setText(self.tr("视图：{name}{mark} ▾").format(name=name, mark=mark))
        self.setAccessibleName(self.tr("视图：{name}{mark}").format(name=name, mark=mark))
        self.setToolTip(self.tr("一次切换筛选、列和排序；也可把现在的样子存为视图"))

    def view_menu(self) -> QMenu:
        """Return the menu as it would open now."""
        menu = QMenu(self)
        views = self._views()
        for view in views:
            if view.own and not menu.property("parted"):
                menu.addSeparator()
                menu.setProperty("parted", True)
            action = menu.addAction(view.name)
            action.setCheckable(True)
            action.setChecked(view.name == self._current and not self._changed)
            action.triggered.connect(lambda _checked, view=view: self.chosen.emit(view))
        menu.addSeparator()
        menu.addAction(self._saver(menu))
        own = [view.name for view in views if view.own]
        if own:
            forget = menu.addMenu(self.tr("删除视图"))
            for name in own:
                forget.addAction(name).triggered.connect(
                    lambda _checked, name=name: self.remove_requested.emit(name)
                )
        return menu

    def _saver(self, menu: QMenu) -> QWidgetAction:
        """A field for a name, in the menu itself."""
        holder = QWidget()
        name = QLineEdit()
        name.setPlaceholderText(self.tr("给现在的视图起个名字"))
        name.setAccessibleName(self.tr("视图名称"))
        name.setMaxLength(LONGEST_NAME)
        name.setMinimumWidth(theme.px(42))

        def save() -> None:
            if text := name.text().strip():
                self.save_requested.emit(text)
                menu.close()

        name.returnPressed.connect(save)
        keep = button(self.tr("保存"), save)
        row = QHBoxLayout(holder)
        row.setContentsMargins(theme.px(2), theme.px(1), theme.px(2), theme.px(1))
        row.addWidget(name, 1)
        row.addWidget(keep)
        action = QWidgetAction(menu)
        action.setDefaultWidget(holder)
        return action

    def _open(self) -> None:
        menu = self.view_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
