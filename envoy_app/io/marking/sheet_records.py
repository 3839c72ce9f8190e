"""The records of the reading child (see reading/output.py) put together to sheets."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from typing import Any

from envoy_app.domain.findings import Raw
from envoy_app.domain.sheets import Area, Cell, Row, Sheet

_REMEMBERED = 50_000  # equal cells are one object; more would cost more than they spare
_KINDS = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


class SheetBuilder:
    """Adds record after record; every method may raise ValueError and its kin on other input."""

    def __init__(self, name: str) -> None:
        """Begin without sheets; `name` is for a sheet that has none."""
        self._name = name
        self._formats = ["General"]
        self._cells: dict[tuple[type, Raw, int, str], Cell] = {}
        self._done: list[Sheet] = []
        self._open: dict[str, Any] = {}
        self._rows: dict[int, Row] = {}
        self._merged: tuple[Area, ...] = ()

    def add(self, record: Any) -> None:  # noqa: ANN401  JSON
        """Take the next record."""
        if isinstance(record, list):
            self._add_row(*record)
        elif "format" in record:
            self._formats.append(str(record["format"]))
        elif "sheet" in record:
            self._open, self._rows, self._merged = record, {}, ()
        elif "merged" in record:
            self._merged = tuple(Area(*bounds) for bounds in record["merged"])
        elif "hidden_rows" in record:
            self._close(record["hidden_rows"])

    def sheets(self) -> tuple[Sheet, ...]:
        """Return the sheets that are whole."""
        return tuple(self._done)

    def _close(self, hidden: list[list[int]]) -> None:
        numbers = (row for first, last in hidden for row in range(first, last + 1))
        self._done.append(
            Sheet(
                name=self._unique(self._open["sheet"] or self._name),
                rows=self._rows,
                hidden=bool(self._open["hidden"]),
                hidden_rows=frozenset(numbers),
                merged=self._merged,
            )
        )

    def _unique(self, name: str) -> str:
        """Return a name that no earlier sheet has: choices and rows name their sheet."""
        taken = {sheet.name for sheet in self._done}
        numbered = (f"{name} ({count})" for count in itertools.count(2))
        return name if name not in taken else next(item for item in numbered if item not in taken)

    def _add_row(
        self, number: int, columns: list[int], values: list[Any], formats: list[int] | int
    ) -> None:
        shown = [formats] * len(columns) if isinstance(formats, int) else formats
        cells = dict(zip(columns, map(self._cell, values, shown), strict=True))
        earlier = self._rows.get(number)
        self._rows[number] = {**earlier, **cells} if earlier else cells

    def _cell(self, value: Any, shown: int) -> Cell:  # noqa: ANN401  JSON
        fault = ""
        if isinstance(value, dict):
            fault = value.get("fault", "")
            value = _KINDS[value["kind"]](value["value"]) if "kind" in value else value["value"]
            if fault and not value:
                value = None
        key = (type(value), value, shown, fault)
        cell = self._cells.get(key)
        if cell is None:
            if len(self._cells) >= _REMEMBERED:
                self._cells.clear()
            cell = self._cells[key] = Cell(value, self._formats[shown], fault)
        return cell
