"""The child process that opens workbooks from anywhere: `python -m envoy_app.io.reader_child FILE`.

A workbook can be a bomb, so it is read where a crash or a full memory costs nothing. Prints one
JSON object: {"sheets": [...]} or {"refused": reason}. Imports hardly more than openpyxl.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 20
MAX_PARTS = 10_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_CELLS = 400_000
MAX_SHEETS = 300
MAX_CELL_TEXT = 32_767
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
FLAG = "--read-workbook"
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # characters XML cannot hold, ECMA-376 22.4.2.4


class Refused(Exception):
    """The workbook is not read; the argument is a reason the parent has a sentence for."""


def limit_resources() -> None:
    """Cap memory and processor time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches instead
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_package(path: Path) -> None:
    """Refuse archives that are no .xlsx, are encrypted, or unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("damaged") from error
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused("too-large")
    if "xl/workbook.xml" not in names:
        raise Refused(_other_package(names))


def _other_package(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if any(name.startswith("word/") for name in names):
        return "word"
    return "not-a-workbook"


def read(path: Path) -> list[dict[str, Any]]:
    """Return all worksheets as JSON objects. Raises Refused, or whatever openpyxl meets."""
    check_package(path)
    _spare_imports()
    from openpyxl import load_workbook

    with path.open("rb") as file:  # a file object: openpyxl judges paths by their suffix
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "_get_source")]
        if not sheets:
            raise Refused("no-sheets")
        if len(sheets) > MAX_SHEETS:
            raise Refused("too-large")
        budget = Budget()
        return [_sheet(book, sheet, budget) for sheet in sheets]


def _spare_imports() -> None:
    # openpyxl takes numpy and Pillow where they are; both cost start-up time and address space.
    for name in ("numpy", "PIL"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None blocks the import
    os.environ["OPENPYXL_LXML"] = "False"
    os.environ["OPENPYXL_DEFUSEDXML"] = "True"


class Budget:
    """Counts the cells of all sheets and refuses more than an office's file ever holds."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.cells = 0

    def take(self, count: int) -> None:
        """Add cells; raises Refused beyond the limit."""
        self.cells += count
        if self.cells > MAX_CELLS:
            raise Refused("too-large")


def _sheet(book: Any, sheet: Any, budget: Budget) -> dict[str, Any]:  # noqa: ANN401  untyped parts
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
    from typing_extensions import override

    class Parser(WorkSheetParser):
        """Tells formulas without a stored result from empty cells."""

        @override
        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                cell["data_type"] = "f"
            return cell

    # openpyxl's own read-only rows trust <dimension> and drop merges and hidden rows; its parser
    # streams all of them.
    with sheet._get_source() as source:
        parser = Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        formats = _Formats(book)
        rows = list(_rows(parser, formats, budget))
        merged = parser.merged_cells.mergeCell if parser.merged_cells else []
        return {
            "name": sheet.title,
            "hidden": sheet.sheet_state != "visible",
            "rows": rows,
            "hidden_rows": _hidden(parser.row_dimensions),
            "merged": [[r.min_row, r.min_col, r.max_row, r.max_col] for r in merged],
        }


class _Formats:
    """Number formats by style, looked up once each."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401  untyped parts of openpyxl
        self._book = book
        self._known: dict[int, str] = {}

    def of(self, style: int) -> str:
        if style not in self._known:
            self._known[style] = self._look_up(style)
        return self._known[style]

    def _look_up(self, style: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

        number = self._book._cell_styles[style].numFmtId
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return BUILTIN_FORMATS.get(number, "General")
        return str(self._book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def _rows(parser: Any, formats: _Formats, budget: Budget) -> Iterator[list[Any]]:  # noqa: ANN401
    for number, cells in parser.parse():
        kept = [_cell(cell, formats) for cell in cells if _holds(cell)]
        if not kept:
            continue
        budget.take(len(kept))
        if not (1 <= number <= MAX_ROWS and all(1 <= c[0] <= MAX_COLUMNS for c in kept)):
            raise Refused("out-of-range")
        yield [number, kept]


def _holds(cell: dict[str, Any]) -> bool:
    return cell["value"] is not None or cell["data_type"] == "f"


def _cell(cell: dict[str, Any], formats: _Formats) -> list[Any]:
    value = cell["value"]
    if isinstance(value, str):
        if len(value) > MAX_CELL_TEXT:
            raise Refused("cell-too-long")
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    kind, plain = _encoded(value)
    fault = {"e": "error", "f": "formula"}.get(cell["data_type"], "")
    return [cell["column"], kind, plain, formats.of(cell["style_id"]), fault]


def _encoded(value: object) -> tuple[str, object]:
    if isinstance(value, datetime):
        return "datetime", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, time):
        return "time", value.isoformat()
    if isinstance(value, timedelta):
        return "text", str(value)
    if isinstance(value, float) and value != value:  # NaN is no JSON
        return "text", "NaN"
    return "plain", value


def _hidden(dimensions: dict[str, dict[str, str]]) -> list[int]:
    hidden = (row for row, attributes in dimensions.items() if _is_true(attributes.get("hidden")))
    return [int(row) for row in hidden]


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "True")


def answer(path: Path) -> dict[str, Any]:
    """Read a workbook; every failure becomes a reason."""
    try:
        return {"sheets": read(path)}
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": "too-large"}
    except Exception as error:  # openpyxl raises of every kind on damaged input
        kinds = {type(item).__name__ for item in (error, error.__cause__, error.__context__)}
        unsafe = any(kind.endswith("Forbidden") for kind in kinds)  # defusedxml
        return {"refused": "unsafe" if unsafe else "damaged"}


def main(arguments: list[str]) -> int:
    """Read the workbook named first and print the answer as JSON (UTF-8)."""
    warnings.simplefilter("ignore")
    limit_resources()
    result = answer(Path(arguments[0]))
    try:
        # ASCII keeps even half a surrogate pair, which UTF-8 has no bytes for.
        data = json.dumps(result, allow_nan=False).encode("ascii")
    except (MemoryError, ValueError):
        data = b'{"refused": "too-large"}'
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
