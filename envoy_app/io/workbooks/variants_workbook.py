"""Variants of a plan side by side as a workbook: figures, what each is, what each changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import PlanDifference
from envoy_app.domain.side_by_side import ComparedFigure, SideBySide
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.changes_workbook import CHANGE_COLUMNS, ChangeRows, sample_mark
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

_CENTRED = True
_ABOUT = (
    Column("改法", 26),
    Column("改动", 50),
    Column("离最优", 34),
    Column("与现状相比已证实", 34),
    Column("没有方案的原因", 40),
)
_JUDGED = {True: "变好", False: "变差", None: ""}

Row = Sequence[object]


def write_variants_workbook(
    path: Path,
    table: SideBySide,
    differences: Sequence[tuple[str, PlanDifference]],
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    made: datetime,
) -> None:
    """Write 指标对比, 改法 and 变化 to `path` (.xlsx).

    Args:
        path: Where to.
        table: The figures.
        differences: Names of variants that have a plan, and how it differs from that as it is.
        gazetteer: Names of counties.
        vocabulary: Names of specialties.
        made: The time of the export.

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    mark = sample_mark(differences[0][1].before.info) if differences else ""
    subtitle = f"{table.title}    导出时间 {made:%Y-%m-%d %H:%M}"
    layout = TableLayout(f"几种改法对比{mark}", subtitle, tuple(_columns(table)), _note(table))
    fill_table(book.create_sheet("指标对比"), layout, [tuple(_row(f)) for f in table.figures])
    about = [
        (plan.name, "\n".join(plan.changes), plan.gap, plan.proven, plan.error)
        for plan in table.plans
    ]
    fill_table(book.create_sheet("改法"), TableLayout(f"改法{mark}", subtitle, _ABOUT), about)
    rows = [
        (name, *row)
        for name, difference in differences
        for row in ChangeRows(difference, gazetteer, vocabulary).rows()
    ]
    columns = (Column("改法", 20), *CHANGE_COLUMNS)
    layout = TableLayout(f"各改法的变化{mark}", subtitle, columns)
    fill_table(book.create_sheet("变化"), layout, rows)
    save_workbook(book, path, made)


def _columns(table: SideBySide) -> Iterator[Column]:
    yield Column("指标", 22)
    yield Column(table.plans[0].name, 14, _CENTRED)
    for plan in table.plans[1:]:
        yield Column("数值", 12, _CENTRED, group=plan.name)
        yield Column("较现状", 14, _CENTRED, group=plan.name)
    yield Column("说明", 40)


def _row(figure: ComparedFigure) -> Iterator[object]:
    yield figure.name
    yield _number(figure, 0)
    for place in range(1, len(figure.values)):
        yield _number(figure, place)
        judged = _JUDGED[figure.better(place)]
        yield " ".join(filter(None, (figure.change_text(place), judged)))
    yield figure.hint


def _number(figure: ComparedFigure, place: int) -> object:
    value = figure.values[place]
    if value is None:
        return figure.text(place)
    return round(value, figure.digits) if figure.digits else round(value)


def _note(table: SideBySide) -> str:
    failed = [plan.name for plan in table.plans if plan.error]
    return f"没有方案的改法：{'、'.join(failed)}，原因见“改法”。" if failed else ""
