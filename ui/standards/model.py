"""The coverage standard as a grid: counties down, specialties across, visits in the cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor
from typing_extensions import override

from envoy_app.domain.geography import County
from envoy_app.domain.standard_edits import (
    LIMITS,
    MOST_VISITS,
    Cell,
    StandardTable,
    line_text,
)
from envoy_app.domain.vocabulary import OTHER, Vocabulary
from ui import theme

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
TOTAL, LEAST = 0, 1
FIRST_SPECIALTY = 2
_STRONGEST = 5  # visits a month from which a cell is not shaded any deeper
_SHADES = 0.09
LineRole = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into cells: visits a month by cell, least visits by county."""

    visits: dict[Cell, int]
    least: dict[str, int]

    def __bool__(self) -> bool:
        """Whether anything was typed."""
        return bool(self.visits or self.least)


class StandardsModel(QAbstractTableModel):
    """Shows a `StandardTable`; what is typed is told in `typed`, the model itself keeps it not."""

    typed = Signal(object)

    def __init__(
        self,
        counties: Sequence[County],
        vocabulary: Vocabulary,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.counties = tuple(sorted(counties, key=lambda item: item.code))
        self._vocabulary = vocabulary
        self.specialties = tuple(item.code for item in vocabulary.specialties if item.code != OTHER)
        self._table = StandardTable((), ())
        self._rows = {county.code: row for row, county in enumerate(self.counties)}

    @property
    def table(self) -> StandardTable:
        """The standard shown."""
        return self._table

    def set_table(self, table: StandardTable) -> None:
        """Show another state of the standard; only cells that differ are told to be so."""
        before, self._table = self._table, table
        changed = {
            cell
            for cell in before.lines.keys() | table.lines.keys()
            if before.lines.get(cell) != table.lines.get(cell)
        }
        rows = {self._rows[county] for county, _ in changed if county in self._rows}
        rows |= {
            row
            for county, row in self._rows.items()
            if before.least_of(county) != table.least_of(county)
        }
        for row in sorted(rows):
            self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def used(self, specialty: str) -> bool:
        """Whether any county asks for a specialty."""
        return any(code == specialty for _, code in self._table.lines)

    def cell(self, index: Index) -> Cell | None:
        """Return county and specialty of a cell, None where it is a sum."""
        if not index.isValid() or index.column() < FIRST_SPECIALTY:
            return None
        return (
            self.counties[index.row()].code,
            self.specialties[index.column() - FIRST_SPECIALTY],
        )

    def place(self, cell: Cell) -> QModelIndex:
        """Return the index of a cell."""
        return self.index(self._rows[cell[0]], FIRST_SPECIALTY + self.specialties.index(cell[1]))

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.counties)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else FIRST_SPECIALTY + len(self.specialties)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return self._county_header(section, role)
        if role == Qt.ItemDataRole.DisplayRole:
            fixed = (self.tr("合计"), self.tr("最低"))
            if section < FIRST_SPECIALTY:
                return fixed[section]
            return self._vocabulary.short(self.specialties[section - FIRST_SPECIALTY])
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._column_hint(section)
        return None

    def _county_header(self, section: int, role: int) -> object:
        county = self.counties[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{county.city.removesuffix('市')} {county.short_name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            leading = "、".join(county.industries)
            return f"{county.name}\n" + self.tr("主导产业：{names}").format(names=leading)
        return None

    def _column_hint(self, section: int) -> str:
        if section == TOTAL:
            return self.tr("各专业每月场次之和")
        if section == LEAST:
            return self.tr("不论专业，每月至少几场")
        return self._vocabulary.name(self.specialties[section - FIRST_SPECIALTY])

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        if index.isValid() and index.column() != TOTAL:
            known |= Qt.ItemFlag.ItemIsEditable
        return known

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        read: dict[int, Callable[[Index], object]] = {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.EditRole: self._number,
            Qt.ItemDataRole.ToolTipRole: self._hint,
            Qt.ItemDataRole.AccessibleTextRole: self._hint,
            Qt.ItemDataRole.BackgroundRole: self._shade,
            Qt.ItemDataRole.ForegroundRole: self._ink,
        }
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return read[role](index) if role in read else None

    def _number(self, index: Index) -> int:
        county = self.counties[index.row()].code
        if index.column() == TOTAL:
            return self._table.visits_of(county)
        if index.column() == LEAST:
            return self._table.least_of(county)
        line = self._table.lines.get(self.cell(index) or ("", ""))
        return line.visits_per_month if line else 0

    def _text(self, index: Index) -> str:
        number = self._number(index)
        return str(number) if number or index.column() < FIRST_SPECIALTY else ""

    def _hint(self, index: Index) -> str:
        county = self.counties[index.row()]
        cell = self.cell(index)
        if cell is not None:
            line = self._table.lines.get(cell)
            name = self._vocabulary.name(cell[1])
            return f"{county.short_name} · {name}：{line_text(line)}"
        total, least = self._table.visits_of(county.code), self._table.least_of(county.code)
        if total < least:
            words = self.tr("各专业合计 {total} 场，少于最低 {least} 场，请增加场次或改小最低")
        else:
            words = self.tr("各专业合计 {total} 场，最低 {least} 场")
        return words.format(total=total, least=least)

    def _shade(self, index: Index) -> QBrush | None:
        cell = self.cell(index)
        if cell is None or cell not in self._table.lines:
            return None
        strength = min(self._table.lines[cell].visits_per_month, _STRONGEST)
        color = QColor(theme.tokens().accent)
        color.setAlphaF(_SHADES * strength)
        return QBrush(color)

    def _ink(self, index: Index) -> QColor | None:
        county = self.counties[index.row()].code
        if index.column() == TOTAL and self._number(index) < self._table.least_of(county):
            return theme.tokens().warning
        return theme.tokens().muted if index.column() < FIRST_SPECIALTY else None

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        typed = self.parsed({(index.row(), index.column()): str(value)})
        if typed:
            self.typed.emit(typed)
        return bool(typed)

    def parsed(self, texts: dict[tuple[int, int], str]) -> Typed:
        """Return what texts in cells (row, column) say; what is no sensible number says nothing."""
        found = Typed({}, {})
        for (row, column), text in texts.items():
            clean = text.strip()
            if clean and not clean.isdecimal():
                continue
            number = int(clean or 0)
            index = self.index(row, column)
            cell = self.cell(index)
            if cell is not None and number <= LIMITS["visits_per_month"][2]:
                found.visits[cell] = number
            elif column == LEAST and number <= MOST_VISITS:
                found.least[self.counties[row].code] = number
        return found
