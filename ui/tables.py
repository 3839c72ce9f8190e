"""Tables of immutable rows as people handle them: sorting, search, copy, columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget
from typing_extensions import override

from ui import theme
from ui.preferences import Preferences
from ui.table_rows import (
    CENTER,
    LEFT,
    RIGHT,
    Column,
    Index,
    R,
    RowRole,
    RowsModel,
    RowsProxy,
    SortRole,
)

__all__ = [
    "CENTER",
    "LEFT",
    "RIGHT",
    "Column",
    "Index",
    "R",
    "RowRole",
    "RowsModel",
    "RowsProxy",
    "SortRole",
    "TableView",
    "tsv_cell",
]
SHRINK = 0.65


class TableView(QTableView, Generic[R]):
    """A table with our manners: 28 px rows, sorting, copy as TSV, a column chooser.

    `empty_text` is shown where no row passes the filters.
    """

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
        self.proxy: RowsProxy[R] = self.rows_model.proxied(self)
        self.setModel(self.proxy)
        self.empty_text = ""
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
        self.copy_action = QAction(self.tr("复制（可贴入 Excel）"), self)
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
        # Whole rows are selected: asking every cell, as `selectedRows` does, takes seconds.
        selection = self.selectionModel().selection()
        blocks = (selection.at(number) for number in range(selection.count()))
        places = {place for block in blocks for place in range(block.top(), block.bottom() + 1)}
        return tuple(self.proxy.record(place) for place in sorted(places))

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
        return tsv(lines)

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

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the columns shown, in the order shown."""
        header, columns = self.horizontalHeader(), self.rows_model.columns
        order = [header.logicalIndex(place) for place in range(header.count())]
        return tuple(columns[place].key for place in order if not self.isColumnHidden(place))

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns in this order and hide the others; the first always stays."""
        header, columns = self.horizontalHeader(), self.rows_model.columns
        known = [key for key in keys if any(column.key == key for column in columns)]
        for place, column in enumerate(columns):
            self.setColumnHidden(place, place > 0 and column.key not in known)
        for place, key in enumerate(known):
            header.moveSection(header.visualIndex(self.rows_model.column_index(key)), place)
        if not self._sized_by_hand:
            self._fit_columns()

    @property
    def sorting(self) -> tuple[str, bool]:
        """Key of the column that rows are sorted by ("" for none), and whether descending."""
        place, descending = self.proxy.sorting
        columns = self.rows_model.columns
        return (columns[place].key if 0 <= place < len(columns) else "", descending)

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column, or by none where the key is "" or unknown."""
        found = [n for n, column in enumerate(self.rows_model.columns) if column.key == key]
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(found[0] if found else -1, order)

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

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.empty_text and not self.proxy.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.tokens().muted)
            box = self.viewport().rect().adjusted(theme.px(4), theme.px(10), -theme.px(4), 0)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, self.empty_text)

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
        header = self.horizontalHeader()
        order = [header.logicalIndex(number) for number in range(header.count())]
        last = [number for number in order if not self.isColumnHidden(number)][-1:]
        moved = place not in last and before and after
        by_hand = self.isVisible() and not self._fitting and moved
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


def tsv(lines: Iterable[Iterable[str]]) -> str:
    """Return lines of cells as Excel takes them from a clipboard."""
    return "\n".join("\t".join(map(tsv_cell, line)) for line in lines)


def tsv_cell(text: str) -> str:
    """Return a cell of TSV: no tabs or line breaks; text that a sheet would compute stays text."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat[:1] in {"=", "+", "-", "@"} else flat
