"""A table whose first column has boxes to tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ui import theme
from ui.tables import Column, Index, R, RowsModel, TableView


class CheckedModel(RowsModel[R]):
    """`checked(row)` is None where there is nothing to tick; `ticked` carries row and state."""

    ticked = Signal(object, bool)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        checked: Callable[[R], bool | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent=parent)
        self._checked = checked

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        if index.isValid() and index.column() == 0 and self._state(index) is not None:
            found |= Qt.ItemFlag.ItemIsUserCheckable
        return found

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.CheckStateRole and index.isValid() and index.column() == 0:
            state = self._state(index)
            if state is None:
                return None
            return Qt.CheckState.Checked if state else Qt.CheckState.Unchecked
        return super().data(index, role)

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._state(index) is None:
            return False
        self.ticked.emit(self.rows[index.row()], Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def is_checked(self, row: R) -> bool | None:
        """Return whether a row is ticked."""
        return self._checked(row)

    def _state(self, index: Index) -> bool | None:
        return self._checked(self.rows[index.row()]) if index.isValid() else None


class CheckedTable(TableView[R]):
    """Space ticks all selected rows, as a click ticks one; `tick_requested` has rows and state."""

    tick_requested = Signal(object, bool)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        name: str,
        checked: Callable[[R], bool | None],
        parent: QWidget | None = None,
    ) -> None:
        self.checked_model: CheckedModel[R] = CheckedModel(columns, checked)
        super().__init__(
            columns, name, parent, row_height=theme.ROW_DENSE, model=self.checked_model
        )
        self.checked_model.setParent(self)
        self.checked_model.ticked.connect(
            lambda row, state: self.tick_requested.emit((row,), state)
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
            return
        rows = [
            row for row in self.selected_rows() if self.checked_model.is_checked(row) is not None
        ]
        if rows:
            self.tick_requested.emit(
                tuple(rows), not all(self.checked_model.is_checked(row) for row in rows)
            )
