"""The grid on which the coverage standard is edited like a sheet of Excel."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QGuiApplication, QIntValidator, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.standard_edits import MOST_VISITS, Cell
from ui import theme
from ui.standards.model import FIRST_SPECIALTY, LEAST, StandardsModel, Typed


class _NumberDelegate(QStyledItemDelegate):
    """Takes whole numbers only; what is typed replaces what was there."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        # A style sheet on items keeps the style from painting their own background.
        shade = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(shade, QBrush):
            painter.fillRect(option.rect, shade)
        super().paint(painter, option, index)

    @override
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag.AlignCenter)
        editor.setValidator(QIntValidator(0, MOST_VISITS, editor))
        return editor


class StandardsGrid(QTableView):
    """Typing a number edits a cell, Enter goes down, Del empties, Ctrl+C and Ctrl+V as in Excel."""

    cells_typed = Signal(object)
    selection_moved = Signal()

    def __init__(self, model: StandardsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid_model = model
        self.setModel(model)
        self.setAccessibleName(self.tr("覆盖标准：各县各专业每月场次"))
        self.setItemDelegate(_NumberDelegate(self))
        self._show_all = False
        self._build_look()
        model.typed.connect(self.cells_typed)
        model.dataChanged.connect(self.fit_columns)
        self.selectionModel().selectionChanged.connect(self.selection_moved)

    def _build_look(self) -> None:
        self.setFont(theme.tabular(self.font()))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW_DENSE)
        rows.setDefaultSectionSize(theme.ROW_DENSE)
        rows.setHighlightSections(True)
        columns.setMinimumSectionSize(theme.px(9))
        columns.setDefaultSectionSize(theme.px(18))
        columns.setMinimumHeight(theme.ROW_COMFORTABLE)
        self.setColumnWidth(0, theme.px(12))
        self.setColumnWidth(1, theme.px(12))

    @property
    def show_all(self) -> bool:
        """Whether specialties that nobody asks for are shown too."""
        return self._show_all

    def set_show_all(self, show: bool) -> None:
        """Show all specialties, or only those that a county asks for."""
        self._show_all = show
        self.fit_columns()

    def fit_columns(self) -> None:
        """Hide the specialties that nobody asks for, unless all are wanted."""
        model = self.grid_model
        for number, specialty in enumerate(model.specialties, start=FIRST_SPECIALTY):
            self.setColumnHidden(number, not (self._show_all or model.used(specialty)))

    def chosen_cells(self) -> tuple[Cell, ...]:
        """Return the selected cells that belong to a specialty and are on view."""
        found = (
            self.grid_model.cell(index)
            for index in self.selectedIndexes()
            if not self.isColumnHidden(index.column())
        )
        return tuple(cell for cell in found if cell is not None)

    def chosen_counties(self) -> tuple[str, ...]:
        """Return the counties in whose rows something is selected, in order."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        return tuple(self.grid_model.counties[row].code for row in rows)

    def show_county(self, code: str) -> None:
        """Put the cursor on a county's row."""
        for row, county in enumerate(self.grid_model.counties):
            if county.code == code:
                index = self.grid_model.index(row, FIRST_SPECIALTY)
                self.setCurrentIndex(index)
                self.selectRow(row)
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    # Keys -------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._tell(Typed(dict.fromkeys(self.chosen_cells(), 0), {}))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # An editor lets Enter through to the grid, and is closed only after this event.
            QTimer.singleShot(0, self._go_down)
        else:
            super().keyPressEvent(event)

    def _go_down(self) -> None:
        here = self.currentIndex()
        below = self.grid_model.index(here.row() + 1, here.column())
        if below.isValid():
            self.setCurrentIndex(below)

    def copy(self) -> None:
        """Copy the selected block with its headings, as Excel takes it."""
        indexes = self.selectedIndexes()
        if not indexes:
            return
        rows = sorted({index.row() for index in indexes})
        columns = sorted(
            {index.column() for index in indexes if not self.isColumnHidden(index.column())}
        )
        model, across = self.grid_model, Qt.Orientation.Horizontal
        head = [str(model.headerData(column, across)) for column in columns]
        lines = ["\t".join([self.tr("县"), *head])]
        for row in rows:
            texts = (str(model.data(model.index(row, column))) for column in columns)
            lines.append("\t".join([model.counties[row].short_name, *texts]))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def paste(self, text: str) -> None:
        """Take a block of numbers from the clipboard, from the cursor on right and down.

        Headings that `copy` wrote are passed over. One number fills all selected cells.
        """
        block = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        if len(block) > 1 and block[0][0].strip() == self.tr("县"):
            block = [line[1:] for line in block[1:]]
        if not block:
            return
        if len(block) == 1 and len(block[0]) == 1:
            cells = {(i.row(), i.column()): block[0][0] for i in self.selectedIndexes()}
        else:
            cells = self._laid_out(block)
        self._tell(self.grid_model.parsed(cells))

    def _laid_out(self, block: list[list[str]]) -> dict[tuple[int, int], str]:
        starts = self.selectedIndexes() or [self.currentIndex()]
        top, left = min(i.row() for i in starts), min(i.column() for i in starts)
        model = self.grid_model
        columns = [c for c in range(left, model.columnCount()) if not self.isColumnHidden(c)]
        return {
            (row, column): text
            for row, line in enumerate(block, start=top)
            if row < model.rowCount()
            for column, text in zip(columns, line, strict=False)
            if column >= LEAST
        }

    def _tell(self, typed: Typed) -> None:
        if typed:
            self.cells_typed.emit(typed)
