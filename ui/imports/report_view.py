"""Rows of a file above, its problems below; a problem leads to its row."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, OtherRow
from ui import theme
from ui.imports.columns import ProblemRow, problem_columns, problem_rows, row_columns
from ui.tables import RIGHT, Column, TableView


class ReportView(QWidget):
    """Shows one report."""

    def __init__(self, gazetteer: Gazetteer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gazetteer = gazetteer
        self._kind = ImportKind.ROSTER
        self._only_problems = False
        self.rows = self._make_rows(ImportKind.ROSTER)
        self.problems: TableView[ProblemRow] = TableView(
            problem_columns(), self.tr("问题"), row_height=theme.ROW_DENSE
        )
        self.problems.row_chosen.connect(self._jump)
        self.others: TableView[OtherRow] = TableView(
            self._other_columns(), self.tr("跳过的行"), row_height=theme.ROW_DENSE
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.problems, self.tr("问题"))
        self.tabs.addTab(self.others, self.tr("跳过的行"))
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.rows)
        self.splitter.addWidget(self.tabs)
        self.splitter.setSizes([theme.px(80), theme.px(45)])
        self.splitter.setHandleWidth(theme.px(2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def show_report(self, report: ImportReport) -> None:
        """Show rows, problems and skipped rows of a report."""
        kind = ImportKind.DEMAND if report.kind is ImportKind.DEMAND else ImportKind.ROSTER
        if kind is not self._kind:
            self._kind = kind
            fresh = self._make_rows(kind)
            self.splitter.replaceWidget(0, fresh)
            self.rows.deleteLater()
            self.rows = fresh
        self.rows.set_rows(report.rows)
        problems = tuple(problem_rows(report))
        self.problems.set_rows(problems)
        others = (*report.other_rows, *report.hidden_rows)
        self.others.set_rows(others)
        self.tabs.setTabText(0, self.tr("问题 {n}").format(n=len(problems)))
        self.tabs.setTabText(1, self.tr("跳过的行 {n}").format(n=len(others)))
        self.tabs.setVisible(bool(problems or others))
        self.tabs.setCurrentIndex(0 if problems or not others else 1)
        self.show_only_problems(self._only_problems and bool(problems))

    def show_only_problems(self, only: bool) -> None:
        """Show only rows with a problem, or all."""
        self._only_problems = only
        self.rows.proxy.set_predicate((lambda row: bool(row.problems)) if only else None)

    def _jump(self, item: ProblemRow) -> None:
        wanted = item.row
        self.rows.choose(lambda row: row.sheet == wanted.sheet and row.row == wanted.row)

    def _make_rows(self, kind: ImportKind) -> TableView[ImportRow]:
        return TableView(
            row_columns(kind, self._gazetteer), self.tr("文件中的行"), row_height=theme.ROW_DENSE
        )

    def _other_columns(self) -> list[Column[OtherRow]]:
        px = theme.px
        return [
            Column("sheet", self.tr("工作表"), lambda item: item.sheet, width=px(24)),
            Column(
                "row",
                self.tr("行"),
                lambda item: str(item.row),
                sort=lambda item: item.row,
                align=RIGHT,
                width=px(12),
            ),
            Column("reason", self.tr("原因"), lambda item: item.reason, width=px(30)),
            Column("text", self.tr("内容"), lambda item: item.text, width=px(110)),
        ]
