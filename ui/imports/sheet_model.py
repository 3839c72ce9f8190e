"""The user's own sheet as a table model: its rows, columns, texts, and what is to be said."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from envoy_app.domain.column_kinds import column_kinds
from envoy_app.domain.imports import ColumnReading, RowStatus
from envoy_app.domain.sheets import column_letter
from ui.imports.fields import field_name, tr
from ui.imports.sheet_facts import CellNote, CellState, RowFacts, RowFilter, RowMark, SheetFacts
from ui.tables import LEFT, RIGHT, Index

StateRole = int(Qt.ItemDataRole.UserRole) + 1
MarkRole = int(Qt.ItemDataRole.UserRole) + 2
EditedRole = int(Qt.ItemDataRole.UserRole) + 3
HeadingRole = int(Qt.ItemDataRole.UserRole) + 4
NumberRole = int(Qt.ItemDataRole.UserRole) + 5
SURE = 80
TEXT_LIMIT = 300
_NO_PARENT = QModelIndex()


class SheetModel(QAbstractTableModel):
    """Rows and columns of one sheet as a filter shows them; texts come when they are asked for.

    `edited` carries row, column and text once the user has typed over a cell.
    """

    edited = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facts: SheetFacts | None = None
        self._edits: Mapping[tuple[int, int], str] = {}
        self._rows: tuple[int, ...] = ()
        self._columns: tuple[int, ...] = ()
        self._places: dict[int, int] = {}
        self._filter = RowFilter.ALL
        self.writable = True

    # What is shown -----------------------------------------------------------------------

    @property
    def facts(self) -> SheetFacts | None:
        """What is shown, None for no sheet."""
        return self._facts

    @property
    def rows(self) -> tuple[int, ...]:
        """The sheet's rows shown, by their numbers."""
        return self._rows

    @property
    def columns(self) -> tuple[int, ...]:
        """The sheet's columns shown, by their numbers."""
        return self._columns

    @property
    def row_filter(self) -> RowFilter:
        """Which rows are shown."""
        return self._filter

    def show_facts(
        self, facts: SheetFacts | None, edits: Mapping[tuple[int, int], str], shown: RowFilter
    ) -> bool:
        """Show a sheet; return whether rows or columns are others than before."""
        self._edits = edits
        rows = facts.rows_for(shown) if facts else ()
        columns = facts.columns if facts else ()
        same = (
            self._facts is not None
            and facts is not None
            and rows == self._rows
            and columns == self._columns
            and facts.sheet is self._facts.sheet
        )
        self._filter = shown
        if same:
            self._facts = facts
            self._repaint()
            return False
        self.beginResetModel()
        self._facts, self._rows, self._columns = facts, rows, columns
        self._places = {row: place for place, row in enumerate(rows)}
        self.endResetModel()
        return True

    def _repaint(self) -> None:
        if self._rows and self._columns:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self._rows) - 1)

    def place(self, row: int, column: int) -> QModelIndex:
        """Return the index of a cell of the sheet, an invalid one where it is not shown."""
        if row in self._places and column in self._columns:
            return self.index(self._places[row], self._columns.index(column))
        return QModelIndex()

    def cell(self, index: Index) -> tuple[int, int]:
        """Return row and column of the sheet under an index."""
        return self._rows[index.row()], self._columns[index.column()]

    def text(self, row: int, column: int) -> str:
        """Return a cell's text, as typed over by the user where he has."""
        if self._facts is None:
            return ""
        typed = self._edits.get((row, column))
        return self._facts.sheet.cell(row, column).text if typed is None else typed

    def original(self, row: int, column: int) -> str:
        """Return a cell's text as the file has it."""
        return self._facts.sheet.cell(row, column).text if self._facts else ""

    def note(self, row: int, column: int) -> CellNote | None:
        """Return what is to be said of a cell."""
        return self._facts.notes.get((row, column)) if self._facts else None

    def mark(self, row: int) -> RowFacts:
        """Return what becomes of a row."""
        return self._facts.mark(row) if self._facts else RowFacts(RowMark.NONE)

    def heading(self, line: int) -> ColumnReading | None:
        """Return what a column (a row, where the sheet lies sideways) was understood as."""
        return self._facts.headings.get(line) if self._facts else None

    def kind_name(self, line: int) -> str:
        """Return the name of what a column (or row) holds, "" where it is not taken."""
        reading = self.heading(line)
        if self._facts is None or reading is None or not reading.kind:
            return ""
        names = column_kinds(self._facts.reading.kind)
        return names.get(reading.kind, reading.header or reading.kind)

    # Model -------------------------------------------------------------------------------

    @property
    def sideways(self) -> bool:
        """Whether each column is a record."""
        return self._facts is not None and self._facts.sideways

    def line_name(self, row: int, column: int) -> str:
        """Return the name of what a cell's line holds."""
        return self.kind_name(row if self.sideways else column)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        if index.isValid() and self.writable:
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._facts is None:
            return None
        row, column = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(self.text(row, column)[:TEXT_LIMIT].split())
        if role == Qt.ItemDataRole.EditRole:
            return self.text(row, column)
        if role == StateRole:
            note = self.note(row, column)
            return note.state if note else CellState.PLAIN
        if role == MarkRole:
            return self._cell_mark(row, column)
        if role == EditedRole:
            return (row, column) in self._edits
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = isinstance(self._facts.sheet.cell(row, column).value, int | float)
            return RIGHT if number else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column_letter(column)}{row} {self.text(row, column)}"
        return None

    def _cell_mark(self, row: int, column: int) -> RowMark:
        """Return what becomes of a cell's row, or of its column where that is a record."""
        facts = self._facts
        if facts is not None and facts.sideways and row in facts.headings:
            person = facts.people.get(column)
            if person is not None and person.mark is RowMark.LEFT_OUT:
                return person.mark
        return self.mark(row).mark

    def tip(self, row: int, column: int) -> str:
        """Return all that is to be said of a cell, a line each."""
        note = self.note(row, column)
        lines = [problem.message for problem in note.problems] if note else []
        lines += [
            tr("{field}：{old} → {new}").format(
                field=field_name(item.field), old=item.old or tr("空"), new=item.new or tr("空")
            )
            + (tr("（名册中的值是手工改过的，保留）") if item.kept else "")
            for item in (note.changes if note else ())
        ]
        if (row, column) in self._edits:
            was = self.original(row, column) or tr("空")
            lines.append(tr("您改过这一格，原来是：{text}").format(text=was))
        mark = self.mark(row)
        if mark.mark.skipped:
            lines.append(mark.reason)
        return "\n".join([self.text(row, column)[:TEXT_LIMIT], *lines]).strip()

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or not self.writable:
            return False
        row, column = self.cell(index)
        text = str(value)
        if text == self.text(row, column):
            return False
        self._edits = {**self._edits, (row, column): text}
        self.dataChanged.emit(index, index)
        self.edited.emit(row, column, text)
        return True

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal:
            inside = 0 <= section < len(self._columns)
            return self._column_data(self._columns[section], role) if inside else None
        return self._row_data(self._rows[section], role) if section < len(self._rows) else None

    def _column_data(self, column: int, role: int) -> object:
        if self.sideways and role in (HeadingRole, StateRole, Qt.ItemDataRole.ToolTipRole):
            return self._record_data(column, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return column_letter(column)
        if role == HeadingRole:
            return self.kind_name(column)
        if role == NumberRole:
            return column
        if role == StateRole:
            reading = self.heading(column)
            unsure = reading is not None and reading.kind and reading.confidence < SURE
            return CellState.DOUBTFUL if unsure else CellState.PLAIN
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._column_tip(column)
        return None

    def _record_data(self, column: int, role: int) -> object:
        """Return what becomes of the record in a column."""
        facts = self._facts.people.get(column) if self._facts else None
        if role == StateRole:
            wrong = facts is not None and facts.mark is RowMark.ERROR
            return CellState.PROBLEM if wrong else CellState.PLAIN
        if role == HeadingRole:
            if facts is None:
                return tr("项目")
            return tr("不导入") if facts.mark.skipped else RowStatus(facts.mark.value).label
        return facts.reason if facts is not None else tr("这一列不是记录")

    def _column_tip(self, column: int) -> str:
        reading, name = self.heading(column), self.kind_name(column)
        letter = column_letter(column)
        if reading is None or not name:
            return tr("{letter} 列没有导入，点这里选择它是什么").format(letter=letter)
        parts = [tr("{letter} 列读作“{name}”").format(letter=letter, name=name)]
        if reading.reason:
            parts.append(tr("依据：{reason}").format(reason=reading.reason))
        parts.append(tr("把握 {n} %").format(n=reading.confidence))
        if reading.confidence < SURE:
            parts.append(tr("请核对，点这里可以更正"))
        return "\n".join(parts)

    def _row_data(self, row: int, role: int) -> object:
        facts = self.mark(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(row)
        if role == MarkRole:
            return facts.mark
        if role == NumberRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            text = tr("第 {n} 行").format(n=row)
            if self.sideways and (name := self.kind_name(row)):
                return tr("{text}读作“{name}”").format(text=text, name=name)
            return f"{text}：{facts.reason}" if facts.reason else text
        return None
