"""Tables as text: fields between commas, semicolons, tabs or bars, in quotes where needed."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from envoy_app.io.reading.output import MAX_CELL_TEXT, Cells, Output, Refused

_SEPARATORS = ("\t", ",", ";", "|", "，")
_SAMPLE_LINES = 200
_DECLARED = re.compile(r"sep=(.)\n", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')  # ="0123" keeps a number's digits in Excel
_BLANKS = re.compile(r"[ \u3000\xa0]+")
_LIST_BLANKS = re.compile(r"[ \u3000\xa0]*[,，、;；/／|｜][ \u3000\xa0]*")
_RULE = re.compile(r"[ \t]*:?-*:?[ \t]*")  # the line below the heading of a drawn table
_MAX_INNER_LINES = 200


def read(text: str, name: str, output: Output) -> None:
    """Write a text as one sheet. Raises Refused ("quotes" with a line, "cell-too-long")."""
    rows = records(text)
    output.start_sheet(name)
    for number, fields in rows:
        write_fields(number, fields, output)
    output.end_sheet()


def write_fields(number: int, fields: list[str], output: Output) -> None:
    """Write the fields of a row that hold something."""
    cells = Cells()
    for column, field in enumerate(fields, 1):
        if not field.isspace():
            cells.add(column, field)
    output.row(number, cells)


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row, as Excel would count it, and its fields."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    declared = _DECLARED.match(text)
    if declared:
        return _fields(text[declared.end() :], declared[1], 1)
    separator, usual = _separator(text)
    if separator:
        return _fields(text, separator, usual)
    return _lines(text)


def _separator(text: str) -> tuple[str, int]:
    """Return what separates the fields and how many of it most lines have; "" for nothing.

    It is the one that most lines have equally often.
    """
    lines = [line for line in text[:400_000].split("\n")[:_SAMPLE_LINES] if line.strip()]
    best, best_score, usual = "", 0.0, 0
    for separator in _SEPARATORS:
        counts = Counter(line.count(separator) for line in lines if separator in line)
        if not counts:
            continue
        common, times = max(counts.items(), key=lambda item: (item[1] * item[0], item[0]))
        # Full-width commas stand in sentences as well: only where they rule the whole text.
        if separator == "，" and (common < 2 or times < len(lines) * 0.9):
            continue
        score = sum(counts.values()) + times + min(common, 30) / 10
        if separator == "\t":
            score *= 1.5
        if score > best_score:
            best, best_score, usual = separator, score, common
    return best, usual


def _text_lines(text: str) -> Iterator[str]:
    # Line by line: splitting all at once would hold the text twice.
    start = 0
    while (end := text.find("\n", start) + 1) > 0:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _fields(text: str, separator: str, usual: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MAX_CELL_TEXT)
    reader = csv.reader(_text_lines(text), delimiter=separator, strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            alone = reader.line_num <= line
            if alone and "field limit" in str(error):
                raise Refused("cell-too-long") from error
            raise Refused("quotes", line) from error
        number += 1
        if reader.line_num > line:
            _check_lines(fields, separator, usual, line)
        if separator != "|" or not all(_RULE.fullmatch(field) for field in fields):
            yield number, [_unwrapped(field) for field in fields]


def _check_lines(fields: list[str], separator: str, usual: int, line: int) -> None:
    """Refuse a cell that swallowed whole rows: its lines have the separators of rows."""
    expected = max(2, usual)
    for field in fields:
        inner = field.split("\n")
        if len(inner) > _MAX_INNER_LINES:
            raise Refused("quotes", line)
        if any(part.count(separator) >= expected for part in inner[1:]):
            raise Refused("quotes", line)


def _unwrapped(field: str) -> str:
    match = _FORMULA_TEXT.fullmatch(field) if field.startswith("=") else None
    return match[1] if match else field


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines without separators: fields between blanks or 、 where all lines have as many."""
    lines = text.split("\n")
    filled = [line.strip() for line in lines if line.strip()]
    for pattern in (_LIST_BLANKS, _BLANKS):
        counts = {len(pattern.split(line)) for line in filled}
        if len(filled) > 1 and len(counts) == 1 and counts != {1}:
            for number, line in enumerate(lines, 1):
                yield number, pattern.split(line.strip()) if line.strip() else []
            return
    for number, line in enumerate(lines, 1):
        yield number, [line]
