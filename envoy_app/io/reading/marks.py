"""What calamine does not tell about a workbook's sheets: formats, hidden rows, faulty cells."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from envoy_app.io.reading.output import GENERAL, MAX_CELLS, Merges, Refused


@dataclass
class SheetMarks:
    """Marks of one sheet; rows and columns count from 0 as in the file."""

    name: str
    hidden: bool
    worksheet: bool = True
    styles: dict[int, array[int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    faults: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: Merges = field(default_factory=Merges)

    def add_cell(self, row: int, column: int, style: int) -> None:
        """Remember the style of a cell."""
        if not style and row not in self.styles:
            return
        styles = self.styles.setdefault(row, array("H"))
        if column >= len(styles):
            if column > 16_383:
                raise Refused("out-of-range")
            styles.extend([0] * (column + 1 - len(styles)))
        styles[column] = min(style, 65_535)

    def add_fault(self, row: int, column: int, text: str) -> None:
        """Remember a cell that holds an error value."""
        self.faults.setdefault(row, {})[column] = text

    def add_merged(self, top: int, bottom: int, left: int, right: int) -> None:
        """Remember a merged range, its bounds in the order of the file."""
        self.merges.add(top + 1, left + 1, bottom + 1, right + 1)

    def style(self, row: int, column: int) -> int:
        """Return the style of a cell, 0 where none was told."""
        styles = self.styles.get(row)
        return styles[column] if styles is not None and column < len(styles) else 0


@dataclass
class BookMarks:
    """Marks of a workbook; `formats` by the number of a cell's style."""

    sheets: list[SheetMarks] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    date1904: bool = False

    def format_of(self, style: int) -> str:
        """Return the number format of a style."""
        return self.formats[style] if style < len(self.formats) else GENERAL


class CellCount:
    """Refuses a workbook of more cells than are ever read, the styled empty ones counted too."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._cells = 0

    def add(self, cells: int = 1) -> None:
        """Count cells. Raises Refused."""
        self._cells += cells
        if self._cells > 8 * MAX_CELLS:
            raise Refused("too-large")
