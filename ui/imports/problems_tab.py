"""问题: every problem of all files; one leads to its cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from envoy_app.domain.import_choices import ImportBatch
from envoy_app.domain.imports import ImportRow
from envoy_app.domain.problems import Problem
from ui import theme
from ui.icons import IconName
from ui.imports.fields import tr
from ui.imports.sheet_facts import CellState, severity
from ui.parts import EmptyState
from ui.tables import Column, TableView


@dataclass(frozen=True)
class ProblemRow:
    """One problem of one row of a file."""

    file: int
    row: ImportRow
    problem: Problem

    @property
    def sentence(self) -> str:
        """The sentence without the place, which has a column of its own."""
        _, mark, rest = self.problem.message.partition("：")
        return rest if mark else self.problem.message


def problem_rows(batch: ImportBatch) -> Iterator[ProblemRow]:
    """Yield every problem of all files in their order."""
    for number, file in enumerate(batch.files):
        for row in file.report.rows:
            for problem in row.problems:
                yield ProblemRow(number, row, problem)


def _color(item: ProblemRow) -> str:
    doubtful = severity(item.row, item.problem) is CellState.DOUBTFUL
    return "warning" if doubtful else "danger"


def _columns() -> list[Column[ProblemRow]]:
    px = theme.px
    return [
        Column(
            "cell",
            tr("位置"),
            lambda item: item.problem.cell or tr("{n} 行").format(n=item.row.row),
            width=px(14),
            sort=lambda item: (item.file, item.row.sheet, item.row.row),
            tooltip=lambda item: tr("工作表“{name}”第 {n} 行").format(
                name=item.row.sheet, n=item.row.row
            ),
            color=_color,
        ),
        Column(
            "message",
            tr("问题和改法"),
            lambda item: item.sentence,
            width=px(50),
            flex=1,
            tooltip=lambda item: item.problem.message,
        ),
    ]


class ProblemsTab(QWidget):
    """`cell_requested` carries the file's number, the row and whether the keyboard goes there."""

    cell_requested = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: TableView[ProblemRow] = TableView(
            _columns(), self.tr("问题"), row_height=theme.ROW_DENSE
        )
        self.table.row_chosen.connect(lambda item: self.cell_requested.emit(item, False))
        self.table.row_activated.connect(lambda item: self.cell_requested.emit(item, True))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState(IconName.CHECK, self.tr("没有发现问题"), self.tr("可以放心导入"))
        )

    def show_batch(self, batch: ImportBatch) -> None:
        """Show the problems of a batch."""
        rows = tuple(problem_rows(batch))
        self.table.blockSignals(True)
        self.table.set_rows(rows)
        self.table.blockSignals(False)
        self._stack.setCurrentIndex(0 if rows else 1)
