"""The import JSON of the command line (SPEC.md)."""

from __future__ import annotations

from envoy_app.domain.imports import (
    ColumnReading,
    ImportKind,
    ImportReport,
    ImportRow,
    OtherRow,
    SheetReading,
    TermQuestion,
)
from envoy_app.domain.problems import Problem
from envoy_app.services.import_store import summary


def report_json(report: ImportReport) -> dict[str, object]:
    """Return a report as the import JSON of the command line (SPEC.md)."""
    return {
        "file": report.file,
        "kind": report.kind.value,
        "applied": report.applied,
        "rows": [_row_json(row, report.kind) for row in report.rows],
        "non_person_rows": [_other_json(row) for row in report.other_rows],
        "hidden_rows": [_other_json(row) for row in report.hidden_rows],
        "sheets": [_sheet_json(sheet) for sheet in report.sheets],
        "questions": [_term_json(question) for question in report.terms],
        "summary": summary(report),
    }


def _row_json(row: ImportRow, kind: ImportKind) -> dict[str, object]:
    is_demand = ImportKind.DEMAND in (row.kind, kind)
    return {
        "sheet": row.sheet,
        "row": row.row,
        "part": row.part,
        "kind": ImportKind.DEMAND.value if is_demand else ImportKind.ROSTER.value,
        "status": row.status.value,
        "demand" if is_demand else "envoy": dict(row.values),
        "problems": [_problem_json(problem) for problem in row.problems],
        "matched_by": row.match_reason or None,
        "score": row.score,
        "candidates": [
            {
                "id": rival.record_id,
                "name": rival.label,
                "score": rival.score,
                "reason": rival.reason,
            }
            for rival in row.rivals
        ],
        "changes": [
            {
                "field": item.field,
                "old": item.old,
                "new": item.new,
                "kept": item.kept,
                "newer": item.newer or None,
            }
            for item in row.changes
        ],
    }


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "column": problem.column or None,
        "message": problem.message,
        "cell": problem.cell or None,
        "value": problem.value,
        "candidates": list(problem.candidates),
    }


def _other_json(row: OtherRow) -> dict[str, object]:
    return {"sheet": row.sheet, "row": row.row, "reason": row.reason, "text": row.text}


def _sheet_json(sheet: SheetReading) -> dict[str, object]:
    return {
        "name": sheet.name,
        "kind": sheet.kind.value,
        "taken": sheet.taken,
        "hidden": sheet.hidden,
        "header_rows": list(sheet.header_rows),
        "columns": [_column_json(column) for column in sheet.columns],
        "questions": [question.value for question in sheet.questions],
        "sentence": sheet.sentence,
    }


def _column_json(column: ColumnReading) -> dict[str, object]:
    return {
        "column": column.index,
        "header": column.header,
        "parent": column.parent,
        "kind": column.kind,
        "confidence": column.confidence,
        "reason": column.reason,
    }


def _term_json(question: TermQuestion) -> dict[str, object]:
    return {
        "topic": question.term.topic.value,
        "term": question.term.text,
        "rows": [{"sheet": key.sheet, "row": key.row, "part": key.part} for key in question.rows],
        "suggestions": [
            {"code": item.code, "name": item.name, "score": item.score, "reason": item.reason}
            for item in question.suggestions
        ],
    }
