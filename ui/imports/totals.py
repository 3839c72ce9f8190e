"""Sums over the rows of a file, made once on the worker thread and not on every look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from envoy_app.domain.import_choices import ImportBatch, ImportFile
from envoy_app.domain.imports import ImportRow, RowStatus


@dataclass(frozen=True, slots=True)
class FileTotals:
    """How many rows of a file there are of each state, rows left out aside; and likely twins."""

    statuses: Mapping[RowStatus, int]
    skipped: int
    hidden: int
    problems: int
    rivals: tuple[ImportRow, ...]
    applied: bool

    def count(self, *wanted: RowStatus) -> int:
        """Return how many rows have one of the states."""
        return sum(self.statuses.get(status, 0) for status in wanted)


def file_totals(file: ImportFile) -> FileTotals:
    """Return the sums over a file."""
    report = file.report
    left_out = sum(1 for row in report.rows if row.skipped)
    told = sum(1 for row in report.other_rows if row.reason not in ("blank", "header"))
    return FileTotals(
        Counter(row.status for row in report.rows if not row.skipped),
        left_out + told,
        len(report.hidden_rows),
        report.problem_count,
        tuple(row for row in report.rows if row.rivals),
        report.applied,
    )


def count_rows(totals: Iterable[FileTotals], *wanted: RowStatus) -> int:
    """Return how many rows of all files have one of the states."""
    return sum(item.count(*wanted) for item in totals)


def writable(batch: ImportBatch, totals: Iterable[FileTotals]) -> int:
    """Return how many rows applying a batch would write, and people it would retire."""
    fresh = [item for item in totals if not item.applied]
    if not fresh:
        return 0
    return count_rows(fresh, RowStatus.NEW, RowStatus.UPDATE) + len(batch.retired)


def _counts(batch: ImportBatch, items: Sequence[FileTotals]) -> dict[str, int]:
    counts = {status.label: count_rows(items, status) for status in RowStatus}
    counts["跳过"] = sum(item.skipped for item in items)
    counts["隐藏"] = sum(item.hidden for item in items)
    counts["退出"] = len(batch.retired)
    return {name: n for name, n in counts.items() if n}


def summary_text(batch: ImportBatch, totals: Iterable[FileTotals]) -> str:
    """Return the sum of a batch, such as 新增 412 · 更新 23 · 有误 5."""
    return _joined(_counts(batch, tuple(totals)))


def result_text(batch: ImportBatch, totals: Iterable[FileTotals]) -> str:
    """Return what became of a batch: what was written, and what was not."""
    counts = _counts(batch, tuple(totals))
    written = (RowStatus.NEW.label, RowStatus.UPDATE.label, "退出")
    done = {name: n for name, n in counts.items() if name in written}
    rest = {name: n for name, n in counts.items() if name not in written}
    text = f"已导入：{_joined(done)}" if done else "已导入，名册和需求没有改变"
    return f"{text}；没有写入：{_joined(rest)}" if rest else text


def _joined(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {n}" for name, n in counts.items())
