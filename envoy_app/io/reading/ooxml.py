"""Workbooks in Office Open XML (.xlsx, .xlsm): the parts around the sheets.

Read by expat, not by openpyxl: three times as fast, without a tree in memory, and styles that
openpyxl refuses (WPS and web portals write such) do not matter here. Elements are known by their
local names, so that the strict form of the standard and odd prefixes are read as well.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from typing_extensions import override

from envoy_app.io.reading.numbers import BUILTIN_FORMATS
from envoy_app.io.reading.output import GENERAL, MAX_CELL_TEXT, MAX_CELLS, MAX_TEXT, Output, Refused
from envoy_app.io.reading.package import Package
from envoy_app.io.reading.xml import Attributes, Handler

MAX_STRINGS = 2_000_000
_LEAST_CELL = len('<c r="A1"><v>1</v></c>')
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")  # characters XML cannot hold, ECMA-376 22.4.2.4


def unescaped(text: str) -> str:
    """Return text with its _xHHHH_ escapes resolved."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def is_true(text: str | None) -> bool:
    """Tell whether an attribute says yes."""
    return text is not None and text.strip().lower() in ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship of a part: the last word of its type and the part it points to."""

    kind: str
    target: str


class _Links(Handler):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.found: dict[str, Link] = {}

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        target = attributes.get("Target", "").replace("\\", "/")
        if name != "Relationship" or attributes.get("TargetMode") == "External" or not target:
            return
        path = target if target.startswith("/") else posixpath.join(self._folder, target)
        kind = attributes.get("Type", "").rsplit("/", 1)[-1]
        self.found[attributes.get("Id", "")] = Link(kind, posixpath.normpath(path).lstrip("/"))


def links(package: Package, part: str) -> dict[str, Link]:
    """Return the relationships of a part ("" for the package) by their ids."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    handler = _Links(folder)
    if package.has(path):
        with package.open(path) as source:
            handler.parse(source)
    return handler.found


class _Workbook(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.date1904 = False

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.date1904 = is_true(attributes.get("date1904"))
        elif name == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            state = attributes.get("state", "visible")
            self.sheets.append((attributes.get("name", ""), link, state != "visible"))


class _Styles(Handler):
    """The number format of each cell style."""

    def __init__(self) -> None:
        super().__init__()
        self._own: dict[int, str] = {}
        self._inside = False
        self._ids: list[int] = []

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            number = _number(attributes.get("numFmtId"))
            self._own.setdefault(number, unescaped(attributes.get("formatCode", GENERAL)))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._ids.append(_number(attributes.get("numFmtId")))

    @override
    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def formats(self) -> list[str]:
        return [self._own.get(item) or BUILTIN_FORMATS.get(item, GENERAL) for item in self._ids]


class _Strings(Handler):
    """Shared strings: the text of all runs, without phonetic guides."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._runs: list[str] = []
        self._phonetic = False
        self._length = 0

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "t" and not self._phonetic:
            self.collect()
        elif name == "si":
            self._runs = []
        elif name == "rPh":
            self._phonetic = True

    @override
    def end(self, name: str) -> None:
        if name == "t" and not self._phonetic:
            self._runs.append(self.collected())
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._keep(unescaped("".join(self._runs)))

    def _keep(self, text: str) -> None:
        if len(text) > MAX_CELL_TEXT:
            raise Refused("cell-too-long")
        self._length += len(text)
        self.found.append(text)
        if len(self.found) > MAX_STRINGS or self._length > MAX_TEXT:
            raise Refused("too-large")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Book:
    """What all sheets of a workbook share."""

    package: Package
    sheets: tuple[tuple[str, str, bool], ...]  # name, part, hidden
    strings: list[str]
    formats: list[str]
    date1904: bool


def main_part(package: Package) -> str:
    """Return the path of the workbook part, "" where there is none."""
    named = [link.target for link in links(package, "").values() if link.kind == "officeDocument"]
    known = ["xl/workbook.xml", "xl/workbook.bin"]
    return next((path for path in named + known if package.has(path)), "")


def open_book(package: Package, part: str) -> Book:
    """Read what the sheets share. Raises Refused ("no-sheets", "damaged", "too-large")."""
    workbook = _Workbook()
    with package.open(part) as source:
        workbook.parse(source)
    related = links(package, part)
    sheets = []
    for name, link, hidden in workbook.sheets:
        target = related.get(link)
        if target is None:
            raise Refused("damaged")
        if target.kind == "worksheet":
            sheets.append((unescaped(name), target.target, hidden))
    if not sheets:
        raise Refused("no-sheets")
    strings, styles = _Strings(), _Styles()
    for kind, handler in (("sharedStrings", strings), ("styles", styles)):
        for target in related.values():
            if target.kind == kind and package.has(target.target):
                with package.open(target.target) as source:
                    handler.parse(source)
                break
    return Book(package, tuple(sheets), strings.found, styles.formats(), workbook.date1904)


def _check_cells(package: Package, parts: list[str]) -> None:
    """Refuse far too many cells before any is read: counting is ten times as fast."""
    if sum(package.size(part) for part in parts) < MAX_CELLS * _LEAST_CELL:
        return
    cells = 0
    for part in parts:
        with package.open(part) as source:
            while chunk := source.read(1024 * 1024):
                cells += chunk.count(b"<v>") + chunk.count(b"<is>")
                if cells > MAX_CELLS * 1.1:  # some of them may be empty
                    raise Refused("too-large")


def read(package: Package, part: str, output: Output) -> None:
    """Write all worksheets of a workbook. Raises Refused."""
    from envoy_app.io.reading.ooxml_sheet import SheetReader

    book = open_book(package, part)
    _check_cells(package, [path for _, path, _ in book.sheets])
    for name, path, hidden in book.sheets:
        output.start_sheet(name, hidden=hidden)
        reader = SheetReader(book.strings, book.formats, book.date1904, output)
        with package.open(path) as source:
            reader.parse(source)
        output.end_sheet(reader.merges, reader.hidden_rows)
