"""Cells that Excel and WPS show as the text they are."""

from __future__ import annotations

import re

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell

_LONGEST = 32_767  # characters of one cell, ECMA-376 / Excel specifications and limits
_FORMULA_START = re.compile(r"^\s*[=+\-@＝＋－＠]")
_LONG_NUMBER = re.compile(r"^[\d\sXx-]{9,}$")


def clean_text(text: str) -> str:
    """Return the text without control characters XML cannot hold, cut to a cell's length."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]


def put_text(cell: Cell | MergedCell, value: object) -> None:
    """Write `value` as text: "=1+1" stays these four characters, an ID number keeps its digits.

    None and "" leave the cell empty. Text that begins with = + - @ is marked with quotePrefix,
    so that it stays text when the user edits the cell or a later program reads it; text that is
    a long number gets the number format 文本 for the same reason. Call it after the cell's style
    has been set where that style is a named one. Raises ValueError for a cell covered by a merge.
    """
    if isinstance(cell, MergedCell):
        raise ValueError(f"{cell.coordinate} lies inside a merged range: write its top left cell")
    text = "" if value is None else clean_text(str(value))
    if not text:
        cell.value = None
        return
    cell.value = text
    cell.data_type = "s"  # openpyxl makes "=…" a formula and "#N/A" an error on assignment
    if _FORMULA_START.match(text):
        cell.quotePrefix = True
    if _LONG_NUMBER.match(text):
        cell.number_format = "@"
