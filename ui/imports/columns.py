"""The two tables of the import dialog: rows of the file, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowStatus
from envoy_app.domain.problems import Problem
from ui import theme
from ui.tables import RIGHT, Column

_STATUS_COLOURS = {
    RowStatus.NEW: "accent",
    RowStatus.UPDATE: "warning",
    RowStatus.UNCHANGED: "muted",
    RowStatus.ERROR: "danger",
}


@dataclass(frozen=True)
class ProblemRow:
    """One problem of one row."""

    row: ImportRow
    problem: Problem


def _tr(text: str) -> str:
    return QCoreApplication.translate("Import", text)


def problem_rows(report: ImportReport) -> Iterator[ProblemRow]:
    """Yield every problem of a file, in its order."""
    for row in report.rows:
        for problem in row.problems:
            yield ProblemRow(row, problem)


def _text(row: ImportRow, key: str) -> str:
    value = row.values.get(key)
    return "" if value is None else str(value)


def _place(row: ImportRow, gazetteer: Gazetteer, *keys: str) -> str:
    counties = gazetteer.by_code
    for key in keys:
        value = _text(row, key)
        if value:
            return counties[value].short_name if value in counties else value
    return ""


def _change_text(row: ImportRow) -> str:
    """What applying does to a row, or what is wrong with it."""
    if row.problems:
        return ";".join(problem.message for problem in row.problems)
    parts = [
        _tr("{field}: {old} → {new}").format(
            field=change.field, old=change.old or _tr("空"), new=change.new or _tr("空")
        )
        for change in row.changes
    ]
    return ";".join(parts) or row.match_reason


def _shared_columns() -> list[Column[ImportRow]]:
    px = theme.px
    return [
        Column(
            "status",
            _tr("结果"),
            lambda row: row.status.label,
            width=px(16),
            sort=lambda row: list(RowStatus).index(row.status),
            color=lambda row: _STATUS_COLOURS[row.status],
        ),
        Column("sheet", _tr("工作表"), lambda row: row.sheet, width=px(18)),
        Column(
            "row",
            _tr("行"),
            lambda row: str(row.row),
            sort=lambda row: row.row,
            align=RIGHT,
            width=px(12),
        ),
    ]


def _note_columns() -> list[Column[ImportRow]]:
    return [
        Column(
            "note",
            _tr("问题与变更"),
            _change_text,
            width=theme.px(80),
            color=lambda row: "danger" if row.status is RowStatus.ERROR else None,
        )
    ]


def row_columns(kind: ImportKind, gazetteer: Gazetteer) -> list[Column[ImportRow]]:
    """Return the columns of the rows of a roster or a demand file."""
    px = theme.px
    if kind is ImportKind.DEMAND:
        middle: list[Column[ImportRow]] = [
            Column("county", _tr("县"), lambda row: _place(row, gazetteer, "county"), width=px(20)),
            Column("town", _tr("乡镇"), lambda row: _text(row, "town"), width=px(18)),
            Column("content", _tr("内容"), lambda row: _text(row, "content"), width=px(40)),
        ]
    else:
        middle = [
            Column("name", _tr("姓名"), lambda row: _text(row, "name"), width=px(20)),
            Column(
                "organisation",
                _tr("派出单位"),
                lambda row: _text(row, "organisation"),
                width=px(40),
            ),
            Column(
                "county",
                _tr("县"),
                lambda row: _place(row, gazetteer, "team_county", "base_county"),
                width=px(18),
            ),
        ]
    return [*_shared_columns(), *middle, *_note_columns()]


def problem_columns() -> list[Column[ProblemRow]]:
    """Return the columns of the problems: where, what was written, what to do."""
    px = theme.px
    return [
        Column("sheet", _tr("工作表"), lambda item: item.row.sheet, width=px(18)),
        Column(
            "row",
            _tr("行"),
            lambda item: str(item.row.row),
            sort=lambda item: item.row.row,
            align=RIGHT,
            width=px(12),
        ),
        Column("column", _tr("列"), lambda item: item.problem.column, width=px(18)),
        Column("cell", _tr("单元格"), lambda item: item.problem.cell, width=px(16)),
        Column("value", _tr("原内容"), lambda item: item.problem.value, width=px(34)),
        Column("message", _tr("问题"), _problem_text, width=px(90)),
    ]


def _problem_text(item: ProblemRow) -> str:
    problem = item.problem
    if not problem.candidates:
        return problem.message
    return _tr("{message} 可选：{names}").format(
        message=problem.message, names="、".join(problem.candidates)
    )
