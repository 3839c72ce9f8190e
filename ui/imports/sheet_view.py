"""The user's own sheet: looks like it did in Excel, coloured by state, corrected in place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.column_kinds import column_kinds
from envoy_app.domain.sheets import Area, column_letter
from ui import theme
from ui.imports.pinned import PinnedColumn
from ui.imports.sheet_facts import RowFilter, RowMark, SheetFacts
from ui.imports.sheet_model import SheetModel
from ui.imports.sheet_paint import ColumnHeader, RowHeader, SheetDelegate
from ui.tables import Index

WIDTHS = (theme.px(12), theme.px(52))
SAMPLE_ROWS = 60
SPAN_LIMIT = 3_000
LEFT_OUT_WIDTH = "不导入"
ScrollHint = QAbstractItemView.ScrollHint


class SheetView(QTableView):
    """Shows one sheet.

    Signals carry the sheet's own numbers: `cell_chosen` row and column, `row_choice_requested`
    rows and whether to take them, `record_choice_requested` the same of the columns of a sheet
    on its side, `heading_requested` a row (0: there is none), `kind_requested` a column and its
    kind.
    """

    cell_chosen = Signal(int, int)
    row_choice_requested = Signal(object, bool)
    record_choice_requested = Signal(object, bool)
    heading_requested = Signal(int)
    kind_requested = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet_model = SheetModel(self)
        self.setAccessibleName(self.tr("文件中的表"))
        self.setItemDelegate(SheetDelegate(self))
        self.setHorizontalHeader(ColumnHeader(self))
        self.setVerticalHeader(RowHeader(self))
        self.setModel(self.sheet_model)
        self._build_look()
        self.pinned = PinnedColumn(self)
        self.horizontalHeader().sectionClicked.connect(self.open_column_menu)
        self.selectionModel().currentChanged.connect(self._tell_cell)
        copy = QAction(self.tr("复制"), self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_cells)
        self.addAction(copy)
        theme.notifier.theme_changed.connect(self.viewport().update)

    def _build_look(self) -> None:
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.setFont(theme.tabular(self.font()))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)

    # Showing -----------------------------------------------------------------------------

    def show_facts(
        self, facts: SheetFacts | None, edits: Mapping[tuple[int, int], str], shown: RowFilter
    ) -> None:
        """Show a sheet; the cursor stays on its cell where that is still shown."""
        before = self.current_cell()
        known = self.sheet_model.facts
        other = facts is None or known is None or facts.sheet is not known.sheet
        if not self.sheet_model.show_facts(facts, edits, shown):
            return
        self.clearSpans()
        if facts is not None:
            self._span(facts)
        if other:
            self._fit_columns()
        self.verticalHeader().setFixedWidth(self.verticalHeader().sizeHint().width())
        if before is not None and not other:
            self.go_to(*before)
        elif facts is not None:
            self._begin(facts)

    @override
    def scrollTo(
        self, index: Index, hint: ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a cell into sight, out from under the column that stays."""
        super().scrollTo(index, hint)
        if index.isValid():
            self.pinned.uncover(index.column())

    def cell_option(self, area: QRect, index: Index) -> QStyleOptionViewItem:
        """Return how the delegate is to draw a cell at another place."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = area
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
        if index == self.currentIndex() and self.hasFocus():
            option.state |= QStyle.StateFlag.State_HasFocus
        return option

    def _begin(self, facts: SheetFacts) -> None:
        """Put the cursor on the first row that is taken; the sheet is seen from its corner."""
        taken = (row for row, item in sorted(facts.marks.items()) if not item.mark.skipped)
        self.go_to(next(taken, 1), facts.columns[0] if facts.columns else 1)
        self.scrollToTop()

    def _span(self, facts: SheetFacts) -> None:
        rows, columns = self.sheet_model.rows, self.sheet_model.columns
        for area in (*facts.sheet.merged, *_overflowing(facts))[:SPAN_LIMIT]:
            top = bisect_left(rows, area.first_row)
            left = bisect_left(columns, area.first_column)
            height = bisect_right(rows, area.last_row) - top
            width = bisect_right(columns, area.last_column) - left
            whole = top < len(rows) and rows[top] == area.first_row
            whole = whole and left < len(columns) and columns[left] == area.first_column
            if whole and height * width > 1:
                self.setSpan(top, left, height, width)

    def _fit_columns(self) -> None:
        metrics, model = self.fontMetrics(), self.sheet_model
        rows = [row for row in model.rows if model.mark(row).mark is not RowMark.OTHER]
        rows = (rows if len(rows) > 1 else list(model.rows))[:SAMPLE_ROWS]
        merged = _merged_cells(model.facts)
        for place, column in enumerate(model.columns):
            texts = (model.text(row, column) for row in rows if (row, column) not in merged)
            longest = max((metrics.horizontalAdvance(text[:40]) for text in texts), default=0)
            heading = metrics.horizontalAdvance(model.kind_name(column) or LEFT_OUT_WIDTH)
            heading += theme.px(11)
            wanted = max(longest + theme.px(4), heading)
            self.setColumnWidth(place, min(max(wanted, WIDTHS[0]), WIDTHS[1]))

    @property
    def editing(self) -> bool:
        """Whether a cell is being typed into."""
        return self.state() == QAbstractItemView.State.EditingState

    def edit_cell(self, index: QModelIndex) -> None:
        """Let a cell be typed over, where that is possible now."""
        if self.sheet_model.flags(index) & Qt.ItemFlag.ItemIsEditable and not self.editing:
            self.edit(index)

    def current_cell(self) -> tuple[int, int] | None:
        """Return the sheet's row and column under the cursor."""
        index = self.currentIndex()
        return self.sheet_model.cell(index) if index.isValid() else None

    def go_to(self, row: int, column: int) -> bool:
        """Put the cursor on a cell; return whether it is shown."""
        index = self.sheet_model.place(row, column)
        if not index.isValid() and row in self.sheet_model.rows and self.sheet_model.columns:
            index = self.sheet_model.place(row, self.sheet_model.columns[0])
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def next_trouble(self, step: int) -> bool:
        """Go to the next (1) or previous (-1) problem shown, around the end; False for none."""
        facts = self.sheet_model.facts
        places = [place for place in (facts.troubled if facts else ()) if self._shows(place)]
        if not places:
            return False
        current = self.current_cell()
        if current is None:
            return self.go_to(*places[0 if step > 0 else -1])
        at = bisect_right(places, current) if step > 0 else bisect_left(places, current) - 1
        return self.go_to(*places[at % len(places)])

    def _shows(self, place: tuple[int, int]) -> bool:
        return self.sheet_model.place(*place).isValid()

    def _tell_cell(self, current: QModelIndex) -> None:
        if current.isValid():
            self.cell_chosen.emit(*self.sheet_model.cell(current))

    # Keys and menus ----------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        self._uncover_cursor()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and key == Qt.Key.Key_Down and index.isValid():
            self.open_column_menu(index.column())
        elif enter and index.isValid() and not self.editing:
            self.edit_cell(index)
        elif key == Qt.Key.Key_Delete and index.isValid():
            for chosen in self.selectionModel().selectedIndexes()[:200]:
                self.sheet_model.setData(chosen, "")
        else:
            super().keyPressEvent(event)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._uncover_cursor()
        super().inputMethodEvent(event)

    def _uncover_cursor(self) -> None:
        """Scroll to the cursor's cell before it is typed into: it may be seen as pinned only."""
        index = self.currentIndex()
        if index.isValid() and not self.editing and index.column() == self.pinned.section:
            self.scrollTo(index)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ContextMenu and self.currentIndex().isValid():
            self._open_cell_menu(event)
            return True
        return super().event(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ContextMenu:
            self._open_cell_menu(event)
            return True
        return super().viewportEvent(event)

    def copy_cells(self) -> None:
        """Copy the selected cells as Excel takes them."""
        chosen = self.selectionModel().selectedIndexes()
        lines: dict[int, list[str]] = {}
        for index in sorted(chosen, key=lambda item: (item.row(), item.column())):
            lines.setdefault(index.row(), []).append(str(index.data() or ""))
        text = "\n".join("\t".join(line) for line in lines.values())
        QGuiApplication.clipboard().setText(text)

    def selected_rows(self) -> tuple[int, ...]:
        """Return the sheet's numbers of the rows that hold a selected cell."""
        places = {index.row() for index in self.selectionModel().selectedIndexes()}
        return tuple(self.sheet_model.rows[place] for place in sorted(places))

    def selected_columns(self) -> tuple[int, ...]:
        """Return the sheet's numbers of the columns that hold a selected cell."""
        places = {index.column() for index in self.selectionModel().selectedIndexes()}
        return tuple(self.sheet_model.columns[place] for place in sorted(places))

    def column_menu(self, section: int) -> QMenu:
        """Return the menu that says what a column holds, or what becomes of its record."""
        facts, model = self.sheet_model.facts, self.sheet_model
        menu = QMenu(self)
        if facts is None:
            return menu
        column = model.columns[section]
        if not model.sideways:
            self._add_kinds(menu, column)
        elif column in facts.people:
            self._add_records(menu, (column,))
        return menu

    def _add_kinds(self, menu: QMenu, column: int) -> None:
        """Add what a column (or the row of a sheet on its side) can hold."""
        facts, model = self.sheet_model.facts, self.sheet_model
        if facts is None:
            return
        reading = model.heading(column)
        now = reading.kind if reading else ""
        leave_out = menu.addAction(
            self.tr("不导入这一行")
            if model.sideways
            else self.tr("不导入 {letter} 列").format(letter=column_letter(column))
        )
        leave_out.setCheckable(True)
        leave_out.setChecked(not now)
        leave_out.triggered.connect(partial(self.kind_requested.emit, column, ""))
        menu.addSeparator()
        for kind, name in column_kinds(facts.reading.kind).items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(kind == now)
            action.triggered.connect(partial(self.kind_requested.emit, column, kind))

    def _add_records(self, menu: QMenu, columns: Iterable[int]) -> None:
        """Add what can become of the records of a sheet on its side."""
        facts, model = self.sheet_model.facts, self.sheet_model
        people = facts.people if facts else {}
        known = [column for column in columns if column in people]
        for text, skipped in (
            (self.tr("不导入所选的 {n} 条记录"), False),
            (self.tr("导入所选的 {n} 条记录"), True),
        ):
            of_these = tuple(item for item in known if people[item].mark.skipped is skipped)
            action = menu.addAction(text.format(n=len(of_these)))
            action.setEnabled(model.writable and bool(of_these))
            action.triggered.connect(partial(self.record_choice_requested.emit, of_these, skipped))

    def open_column_menu(self, section: int) -> None:
        """Open the menu of a column under its heading."""
        model = self.sheet_model
        if not model.writable or model.facts is None:
            return
        menu = self.column_menu(section)
        if menu.isEmpty():
            menu.deleteLater()
            return
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        header = self.horizontalHeader()
        left = max(0, header.sectionViewportPosition(section))
        menu.popup(header.mapToGlobal(QPoint(left, header.height())))

    def cell_menu(self) -> QMenu:
        """Return the menu of the selected rows."""
        menu = QMenu(self)
        rows, model = self.selected_rows(), self.sheet_model
        skipped = [row for row in rows if model.mark(row).mark.skipped]
        taken = [row for row in rows if row not in skipped]
        edit = menu.addAction(self.tr("修改这一格"), lambda: self.edit_cell(self.currentIndex()))
        edit.setShortcut(QKeySequence(Qt.Key.Key_F2))
        menu.addSeparator()
        leave = menu.addAction(self.tr("不导入所选的 {n} 行").format(n=len(taken)))
        leave.triggered.connect(partial(self.row_choice_requested.emit, tuple(taken), False))
        take = menu.addAction(self.tr("导入所选的 {n} 行").format(n=len(skipped)))
        take.triggered.connect(partial(self.row_choice_requested.emit, tuple(skipped), True))
        heading = menu.addAction(self.tr("这一行是表头"))
        heading.triggered.connect(partial(self.heading_requested.emit, rows[0] if rows else 0))
        none = menu.addAction(self.tr("这张表没有表头"))
        none.triggered.connect(partial(self.heading_requested.emit, 0))
        if model.sideways and rows:
            self._add_kinds(menu.addMenu(self.tr("这一行读作")), rows[0])
            self._add_records(menu, self.selected_columns())
        menu.addSeparator()
        menu.addAction(self.tr("复制"), self.copy_cells)
        can = model.writable and bool(rows)
        edit.setEnabled(can)
        leave.setEnabled(can and bool(taken))
        take.setEnabled(can and bool(skipped))
        heading.setEnabled(can and model.mark(rows[0]).mark is not RowMark.HEADER)
        none.setEnabled(model.writable)
        return menu

    def _open_cell_menu(self, event: QEvent) -> None:
        menu = self.cell_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        area: QRect = self.visualRect(self.currentIndex())
        place = getattr(event, "globalPos", None)
        by_mouse = place is not None and self.underMouse()
        menu.popup(
            place() if by_mouse and place else self.viewport().mapToGlobal(area.bottomLeft())
        )


def _overflowing(facts: SheetFacts) -> list[Area]:
    """Return the areas that the text of titles and notes runs over, as it does in Excel."""
    last = facts.columns[-1] if facts.columns else 1
    merged = {(row, area.first_column) for area in facts.sheet.merged for row in _rows(area)}
    found: list[Area] = []
    for row, item in facts.marks.items():
        if item.mark is not RowMark.OTHER or len(found) >= SPAN_LIMIT:
            continue
        filled = sorted(facts.sheet.rows.get(row, {}))
        if not filled or any((row, column) in merged for column in filled):
            continue
        ends = [*(column - 1 for column in filled[1:]), last]
        found += [
            Area(row, start, row, end)
            for start, end in zip(filled, ends, strict=True)
            if end > start
        ]
    return found


def _rows(area: Area) -> range:
    return range(area.first_row, min(area.last_row, area.first_row + 200) + 1)


def _merged_cells(facts: SheetFacts | None) -> set[tuple[int, int]]:
    """Return the top left cells of areas merged over columns: their text needs no column's room."""
    areas = facts.sheet.merged if facts else ()
    wide = (area for area in areas if area.last_column > area.first_column)
    return {(area.first_row, area.first_column) for area in wide}
