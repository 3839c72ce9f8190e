"""Models of immutable rows: named columns, a sort role, a row role, search and sorting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from typing_extensions import override

from ui import theme
from ui.search import found

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
RowRole = int(Qt.ItemDataRole.UserRole) + 1
SortRole = int(Qt.ItemDataRole.UserRole) + 2
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
_NO_PARENT = QModelIndex()
# Plain numbers: a view asks thousands of times, and an enumeration costs ten times as much.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. `value` gives the text, `sort` what it sorts by (the text where None).

    `tooltip` None shows the text itself, so that nothing cut by an ellipsis is lost; `color`
    names a theme token for the text. `width` is in logical pixels; a column with `flex` takes its
    share of the room that is over, or gives of its own where there is too little.
    """

    key: str
    title: str
    value: Callable[[R], str]
    sort: Callable[[R], object] | None = None
    align: Qt.AlignmentFlag = LEFT
    width: int = 100
    tooltip: Callable[[R], str] | None = None
    color: Callable[[R], str | None] | None = None
    decoration: Callable[[R], object] | None = None
    hidden: bool = False
    flex: int = 0


class RowsModel(QAbstractTableModel, Generic[R]):
    """A read-only model over rows; `set_rows` replaces them all, `patch` some of them.

    `search_key(row)` is what text search looks into; by default the texts of all columns.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        rows: Sequence[R] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows = tuple(rows)
        self._keys: Mapping[int, str] = {}

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows in source order."""
        return self._rows

    def set_rows(self, rows: Sequence[R], search_keys: Sequence[str] | None = None) -> None:
        """Show other rows; `search_keys` gives one search text per row."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._keys = dict(enumerate(search_keys)) if search_keys is not None else {}
        self.endResetModel()

    def patch(self, changed: Mapping[int, tuple[R, str]], added: Sequence[tuple[R, str]]) -> None:
        """Put other rows, with their search texts, in some places and new ones behind the last.

        Nothing is reset: what views keep of the rows (selection, scrolling) stays.
        """
        if changed:
            rows, keys = list(self._rows), dict(self._keys)
            for place, (row, key) in changed.items():
                rows[place], keys[place] = row, key
            self._rows, self._keys = tuple(rows), keys
            last = len(self.columns) - 1
            first_place, last_place = min(changed), max(changed)
            self.dataChanged.emit(self.index(first_place, 0), self.index(last_place, last))
        if added:
            count = len(self._rows)
            self.beginInsertRows(QModelIndex(), count, count + len(added) - 1)
            self._keys = {**self._keys, **dict(enumerate((key for _, key in added), count))}
            self._rows = (*self._rows, *(row for row, _ in added))
            self.endInsertRows()

    def search_text(self, row: int) -> str:
        """Return what a search looks into."""
        found = self._keys.get(row)
        if found is None:
            found = "\n".join(column.value(self._rows[row]) for column in self.columns).lower()
        return found

    def column_index(self, key: str) -> int:
        """Return the number of a column by its key."""
        return next(index for index, column in enumerate(self.columns) if column.key == key)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def proxied(self, parent: QObject | None = None) -> RowsProxy[R]:
        """Return what sorts and filters this model for a view."""
        kinds = type(self).mro()
        own = kinds[: kinds.index(RowsModel)]
        if any(name in vars(kind) for kind in own for name in ("data", "flags", "setData")):
            return EditableProxy(self, parent)
        return RowsProxy(self, parent)

    def value(self, row: int, column: int, role: int) -> object:
        """Return what a view shows in a place."""
        record, shown = self._rows[row], self.columns[column]
        if role == _DISPLAY:
            return shown.value(record)
        if role == SortRole:
            return shown.sort(record) if shown.sort else shown.value(record)
        if role == RowRole:
            return record
        return _look(shown, record, role)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.value(index.row(), index.column(), role) if index.isValid() else None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None


def _look(column: Column[R], row: R, role: int) -> object:
    if role == _ALIGNMENT:
        return column.align
    if role == _TOOLTIP:
        return column.tooltip(row) if column.tooltip else column.value(row)
    if role == _DECORATION and column.decoration:
        return column.decoration(row)
    if role == _FOREGROUND and column.color:
        return _token(column.color(row))
    return None


def _token(name: str | None) -> QColor | None:
    return getattr(theme.tokens(), name) if name else None


class RowsProxy(QAbstractTableModel, Generic[R]):
    """Shows the rows of a model that pass a search text and a predicate, in the order wanted.

    QSortFilterProxyModel asks for every comparison on its own, which in Python takes three
    quarters of a second for 5,000 rows; here each key is asked for once.
    """

    counted = Signal()

    def __init__(self, model: RowsModel[R], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._query = ""
        self._accept: Callable[[R], bool] | None = None
        self._column = -1
        self._descending = False
        self._ranked: Sequence[int] = ()
        self._accepted: Sequence[int] | None = None
        self._order: list[int] = []
        self._places: dict[int, int] = {}
        self._sort_anew()
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_rows)
        model.dataChanged.connect(self._on_data)

    @property
    def query(self) -> str:
        """The search text."""
        return self._query

    @property
    def sorting(self) -> tuple[int, bool]:
        """The column that the rows are sorted by (-1: none), and whether descending."""
        return self._column, self._descending

    def set_query(self, query: str) -> None:
        """Show only rows whose search text has every word of the query."""
        self._query = query.strip()
        self._arrange()

    def set_predicate(self, accept: Callable[[R], bool] | None) -> None:
        """Show only rows the predicate accepts; None accepts all."""
        self._accept = accept
        self._arrange(self._accept_anew)

    def row_at(self, index: Index) -> R | None:
        """Return the row of a proxy index, None where the index is not valid."""
        if not index.isValid():
            return None
        return self._model.rows[self._order[index.row()]]

    def record(self, place: int) -> R:
        """Return the row shown in a place."""
        return self._model.rows[self._order[place]]

    def shown(self) -> tuple[R, ...]:
        """Return the rows shown, in the order shown."""
        rows = self._model.rows
        return tuple(rows[number] for number in self._order)

    def find(self, wanted: Callable[[R], bool]) -> QModelIndex:
        """Return the proxy index of the first row wanted, or an invalid one."""
        for number, row in enumerate(self._model.rows):
            if wanted(row):
                return self.mapFromSource(self._model.index(number, 0))
        return QModelIndex()

    def mapToSource(self, index: Index) -> QModelIndex:
        """Return the model's index of a proxy index."""
        if not index.isValid():
            return QModelIndex()
        return self._model.index(self._order[index.row()], index.column())

    def mapFromSource(self, index: Index) -> QModelIndex:
        """Return the proxy index of the model's index, an invalid one where it is not shown."""
        place = self._places.get(index.row()) if index.isValid() else None
        return QModelIndex() if place is None else self.index(place, index.column())

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._order)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return self._model.columnCount(parent)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        return self._model.value(self._order[index.row()], index.column(), role)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        return self._model.headerData(section, orientation, role)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return self._model.canFetchMore(parent)

    @override
    def fetchMore(self, parent: Index) -> None:
        self._model.fetchMore(parent)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column = column
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._arrange(self._sort_anew)

    # Inside -------------------------------------------------------------------------------

    def _arrange(self, before: Callable[[], None] | None = None) -> None:
        """Show what passes now; rows that stay keep their selection."""
        self.layoutAboutToBeChanged.emit()
        if before is not None:
            before()
        kept = self.persistentIndexList()
        sources = [(self._order[index.row()], index.column()) for index in kept]
        self._filter()
        places = self._places
        moved = [
            self.index(places[number], column) if number in places else QModelIndex()
            for number, column in sources
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()
        self.counted.emit()

    def _accept_anew(self) -> None:
        self._accepted = None

    def _sort_anew(self) -> None:
        self._accepted = None
        rows = self._model.rows
        self._ranked = range(len(rows))
        if 0 <= self._column < len(self._model.columns):
            column = self._model.columns[self._column]
            values = [column.sort(row) if column.sort else column.value(row) for row in rows]
            self._ranked = _ranked(values, descending=self._descending)

    def _filter(self) -> None:
        if self._accepted is None:
            rows, accept = self._model.rows, self._accept
            self._accepted = (
                self._ranked if accept is None else [n for n in self._ranked if accept(rows[n])]
            )
        if words := self._query.lower().split():
            text, whole = self._model.search_text, "".join(words)
            self._order = [n for n in self._accepted if found(text(n), words, whole)]
        else:
            self._order = list(self._accepted)
        self._places = {number: place for place, number in enumerate(self._order)}

    def _on_reset(self) -> None:
        self._sort_anew()
        self._filter()
        self.endResetModel()
        self.counted.emit()

    def _on_rows(self) -> None:
        self._arrange(self._sort_anew)

    def _on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        """Show changed rows where they belong now."""
        self._arrange(self._sort_anew)
        if self._order:
            shown = [self._places.get(row, -1) for row in range(first.row(), last.row() + 1)]
            found = [place for place in shown if place >= 0]
            if found:
                end = self.index(max(found), last.column())
                self.dataChanged.emit(self.index(min(found), first.column()), end)


class EditableProxy(RowsProxy[R]):
    """Asks a model that has data, flags or edits of its own for them: a box to tick.

    The others go without, since Qt asks for the flags of every cell that is selected.
    """

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self._model.data(self.mapToSource(index), role)

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        return self._model.setData(self.mapToSource(index), value, role)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return self._model.flags(self.mapToSource(index))


def _ranked(values: Sequence[object], *, descending: bool) -> Sequence[int]:
    """Return the places of values from least to greatest, None least; equal ones stay in order."""
    places = range(len(values))
    try:
        return sorted(places, key=lambda n: _key(values[n]), reverse=descending)
    except TypeError:
        return sorted(places, key=lambda n: _key(str(values[n])), reverse=descending)


def _key(value: object) -> tuple[bool, object]:
    return (value is not None, value)
