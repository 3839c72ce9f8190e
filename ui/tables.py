"""Tables of immutable rows: named columns, a sort role, a row role, search, copy, columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget
from typing_extensions import override

from ui import theme
from ui.preferences import Preferences
from ui.search import matches

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
RowRole = int(Qt.ItemDataRole.UserRole) + 1
SortRole = int(Qt.ItemDataRole.UserRole) + 2
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
SHRINK = 0.65
_NO_PARENT = QModelIndex()


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
    """A read-only model over rows; `set_rows` replaces them all.

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

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.value(row)
        if role == SortRole:
            return column.sort(row) if column.sort else column.value(row)
        if role == RowRole:
            return row
        return _look(column, row, role)

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
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return column.align
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.tooltip(row) if column.tooltip else column.value(row)
    if role == Qt.ItemDataRole.DecorationRole and column.decoration:
        return column.decoration(row)
    if role == Qt.ItemDataRole.ForegroundRole and column.color:
        return _token(column.color(row))
    return None


def _token(name: str | None) -> QColor | None:
    return getattr(theme.tokens(), name) if name else None


class RowsProxy(QSortFilterProxyModel, Generic[R]):
    """Sorts by SortRole and filters by a search text and a predicate on the row."""

    counted = Signal()

    def __init__(self, model: RowsModel[R], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._query = ""
        self._accept: Callable[[R], bool] | None = None
        self.setSortRole(SortRole)
        self.setSourceModel(model)
        for signal in (self.modelReset, self.rowsInserted, self.rowsRemoved, self.layoutChanged):
            signal.connect(self.counted)

    @property
    def query(self) -> str:
        """The search text."""
        return self._query

    def set_query(self, query: str) -> None:
        """Show only rows whose search text has every word of the query."""
        self.beginFilterChange()
        self._query = query.strip()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)
        self.counted.emit()

    def set_predicate(self, accept: Callable[[R], bool] | None) -> None:
        """Show only rows the predicate accepts; None accepts all."""
        self.beginFilterChange()
        self._accept = accept
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)
        self.counted.emit()

    def row_at(self, index: Index) -> R | None:
        """Return the row of a proxy index, None where the index is not valid."""
        if not index.isValid():
            return None
        return self._model.rows[self.mapToSource(index).row()]

    def shown(self) -> tuple[R, ...]:
        """Return the rows shown, in the order shown."""
        indexes = (self.index(number, 0) for number in range(self.rowCount()))
        return tuple(self._model.rows[self.mapToSource(index).row()] for index in indexes)

    def find(self, wanted: Callable[[R], bool]) -> QModelIndex:
        """Return the proxy index of the first row wanted, or an invalid one."""
        for number, row in enumerate(self._model.rows):
            if wanted(row):
                return self.mapFromSource(self._model.index(number, 0))
        return QModelIndex()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if self._accept is not None and not self._accept(self._model.rows[source_row]):
            return False
        return not self._query or matches(self._model.search_text(source_row), self._query)

    @override
    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        one, other = source_left.data(SortRole), source_right.data(SortRole)
        if one is None or other is None:
            return one is None and other is not None
        try:
            return bool(one < other)
        except TypeError:
            return str(one) < str(other)


class TableView(QTableView, Generic[R]):
    """A table with our manners: 28 px rows, sorting, copy as TSV, a column chooser."""

    row_chosen = Signal(object)
    row_activated = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        name: str,
        parent: QWidget | None = None,
        *,
        row_height: int = theme.ROW_COMFORTABLE,
        model: RowsModel[R] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.rows_model: RowsModel[R] = model or RowsModel(columns, parent=self)
        self.proxy: RowsProxy[R] = RowsProxy(self.rows_model, self)
        self.setModel(self.proxy)
        self._sized_by_hand = False
        self._fitting = False
        self._build_look(row_height)
        self._build_actions()
        self.selectionModel().currentRowChanged.connect(self._tell_chosen)
        self.clicked.connect(self._tell_chosen)
        self.activated.connect(lambda index: self._tell(self.row_activated, index))

    def _build_look(self, row_height: int) -> None:
        self.setFont(theme.tabular(self.font()))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(row_height)
        self.verticalHeader().setDefaultSectionSize(row_height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(theme.px(9))
        header.setMinimumHeight(row_height)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        for index, column in enumerate(self.rows_model.columns):
            self.setColumnWidth(index, column.width)
            self.setColumnHidden(index, column.hidden)
        header.sectionResized.connect(self._note_size)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def _build_actions(self) -> None:
        self.copy_action = QAction(self.tr("复制(可贴入 Excel)"), self)
        self.copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.triggered.connect(self.copy_rows)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def set_rows(self, rows: Sequence[R], search_keys: Sequence[str] | None = None) -> None:
        """Show other rows; the current row stays where an equal one is among them."""
        before = self.current_row()
        self.rows_model.set_rows(rows, search_keys)
        if before is not None:
            self.choose(lambda row: row == before)

    def current_row(self) -> R | None:
        """Return the row under the cursor."""
        return self.proxy.row_at(self.currentIndex())

    def selected_rows(self) -> tuple[R, ...]:
        """Return the selected rows in the order shown."""
        indexes = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        found = (self.proxy.row_at(index) for index in indexes)
        return tuple(row for row in found if row is not None)

    def choose(self, wanted: Callable[[R], bool]) -> bool:
        """Put the cursor on the first row wanted; return whether it is shown."""
        index = self.proxy.find(wanted)
        if index.isValid():
            # Not `selectRow`: with Ctrl held, as for Ctrl+Z, that would take the row out again.
            flag = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.scrollTo(index)
        return index.isValid()

    def as_tsv(self, rows: Sequence[R]) -> str:
        """Return header and rows of the visible columns as Excel takes them from a clipboard."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        columns = [self.rows_model.columns[i] for i in order if not self.isColumnHidden(i)]
        lines = [[column.title for column in columns]]
        lines += [[column.value(row) for column in columns] for row in rows]
        return "\n".join("\t".join(_cell(text) for text in line) for line in lines)

    def copy_rows(self) -> None:
        """Copy the selected rows, or all shown where none is selected."""
        rows = self.selected_rows() or self.proxy.shown()
        QGuiApplication.clipboard().setText(self.as_tsv(rows))

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns; the first always stays."""
        menu = QMenu(self)
        for index, column in enumerate(self.rows_model.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(index))
            action.setEnabled(index > 0)
            action.toggled.connect(
                lambda shown, index=index: self.setColumnHidden(index, not shown)
            )
        return menu

    def restore(self, preferences: Preferences, key: str) -> None:
        """Take widths, order and visibility of columns from the last session."""
        stored = preferences.text(f"tables/{key}/columns")
        if stored == self._signature():
            self._fitting = True
            self.horizontalHeader().restoreState(preferences.bytes(f"tables/{key}/header"))
            self._fitting = False
            self._sized_by_hand = preferences.flag(f"tables/{key}/sized")

    def remember(self, preferences: Preferences, key: str) -> None:
        """Keep widths, order and visibility of columns for the next session."""
        preferences.set_text(f"tables/{key}/columns", self._signature())
        preferences.set_bytes(f"tables/{key}/header", self.horizontalHeader().saveState())
        preferences.set_flag(f"tables/{key}/sized", self._sized_by_hand)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized_by_hand:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the room to the columns with flex, until the user sets a width himself."""
        columns = self.rows_model.columns
        shown = [place for place in range(len(columns)) if not self.isColumnHidden(place)]
        shares = sum(columns[place].flex for place in shown)
        if not shares:
            return
        over = self.viewport().width() - sum(columns[place].width for place in shown)
        self._fitting = True
        for place in shown:
            column = columns[place]
            wanted = column.width + over * column.flex // shares
            self.setColumnWidth(place, max(round(column.width * SHRINK), wanted))
        self._fitting = False

    def _note_size(self, place: int, before: int, after: int) -> None:
        # The last column stretches by itself; what is hidden has no width of its own.
        last = self.horizontalHeader().logicalIndex(len(self.rows_model.columns) - 1)
        by_hand = self.isVisible() and not self._fitting and place != last and before and after
        if by_hand:
            self._sized_by_hand = True

    def _signature(self) -> str:
        return "|".join(column.key for column in self.rows_model.columns)

    def _header_menu(self, where: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(where))

    def _tell_chosen(self, current: QModelIndex) -> None:
        self._tell(self.row_chosen, current)

    def _tell(self, signal: object, index: QModelIndex) -> None:
        row = self.proxy.row_at(index)
        if row is not None:
            signal.emit(row)  # type: ignore[attr-defined]  # a bound signal


def _cell(text: str) -> str:
    """A cell of TSV: no tabs or line breaks; text that a sheet would compute stays text."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in {"=", "+", "-", "@"} else flat
