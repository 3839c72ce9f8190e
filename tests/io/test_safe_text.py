from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from envoy_app.io.workbooks.safe_text import put_text

TEXTS = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", " =1", "#N/A", "510000199304217083", "普通"]


def test_text_stays_text_through_save_and_load(tmp_path: Path):
    book = openpyxl.Workbook()
    for column, text in enumerate(TEXTS, 1):
        put_text(book.active.cell(1, column), text)
    book.save(tmp_path / "a.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx").active[1]
    assert [cell.value for cell in cells] == TEXTS
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True] * 6 + [False] * 3


def test_long_numbers_are_formatted_as_text():
    sheet = openpyxl.Workbook().active
    put_text(sheet["A1"], "51000019780225913X")
    put_text(sheet["A2"], 19000003057)
    put_text(sheet["A3"], "12")
    assert [sheet[f"A{row}"].number_format for row in (1, 2, 3)] == ["@", "@", "General"]


def test_nothing_leaves_the_cell_empty():
    sheet = openpyxl.Workbook().active
    for column, nothing in enumerate([None, "", "\x00"], 1):
        put_text(sheet.cell(1, column), nothing)
    assert [cell.value for cell in sheet[1]] == [None, None, None]


def test_control_characters_and_overlong_text_are_cut():
    sheet = openpyxl.Workbook().active
    put_text(sheet["A1"], "甲\x07乙" + "长" * 40_000)
    assert sheet["A1"].value.startswith("甲乙长")
    assert len(sheet["A1"].value) == 32_767


def test_covered_cell_of_a_merge_is_refused():
    sheet = openpyxl.Workbook().active
    sheet.merge_cells("A1:B1")
    with pytest.raises(ValueError, match="merged"):
        put_text(sheet["B1"], "x")
