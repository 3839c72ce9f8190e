"""Header cells: what a column holds, by its heading and, where that is missing, by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from envoy_app.domain.idnumber import is_valid
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.phones import read_phones
from envoy_app.domain.sheets import Sheet, column_letter
from envoy_app.domain.text import compact
from resources import read_table

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z.]+")
_NOTE = re.compile(r"\([^()]*\)")
_ENDS = "*＊:：/、，,.。★☆_-"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `header` as written, `parent` the heading above it ("" where none)."""

    index: int
    header: str
    kind: str
    parent: str = ""

    @property
    def letter(self) -> str:
        """The column's letters."""
        return column_letter(self.index)


def header_key(text: str) -> str:
    """Return a heading without blanks, width, marks, and the English beside the Chinese."""
    key = compact(text).strip(_ENDS)
    if _HAN.search(key) and (chinese := _LATIN.sub("", key).strip(_ENDS)):
        return chinese
    return key.casefold()


@cache
def _synonyms() -> Mapping[str, Mapping[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for row in read_table("vocabulary/headers.csv"):
        kinds = tables.setdefault(row["table"], {})
        for synonym in row["synonyms"].split("|"):
            kinds.setdefault(header_key(synonym), row["kind"])
    return tables


def kind_of(text: str, table: ImportKind) -> str:
    """Return what a heading means in a roster or demand table, "" where it is not known."""
    if not text or len(text) > 40:
        return ""
    known = _synonyms()[table.value]
    key = header_key(text)
    if found := known.get(key):
        return found
    return known.get(_NOTE.sub("", key).strip(_ENDS), "")


def columns_of(sheet: Sheet, row: int, table: ImportKind) -> tuple[Column, ...]:
    """Return the columns that a row would head, all its non-empty cells, merges filled."""
    found = []
    for index in _indexes(sheet, row):
        header = sheet.merged_cell(row, index).text
        if not header:
            continue
        top = sheet.merged_cell(row - 1, index).text if row > 1 else ""
        parent = top if top != header and _is_parent(sheet, row - 1, index) else ""
        found.append(Column(index, header, kind_of(header, table), parent))
    return tuple(found)


def _indexes(sheet: Sheet, row: int) -> Iterable[int]:
    own = set(sheet.rows.get(row, {}))
    for area in sheet.merged:
        if area.first_row <= row <= area.last_row and area.first_column == area.last_column:
            own.add(area.first_column)
    return sorted(own)


def _is_parent(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a merged heading stands above, narrower than a title over the whole table."""
    above = [
        area
        for area in sheet.merged
        if area.first_row <= row <= area.last_row
        and area.first_column <= column <= area.last_column
    ]
    if not above:
        return False
    widest = max((max(cells) for cells in sheet.rows.values() if cells), default=0)
    return any(1 < area.last_column - area.first_column + 1 < widest * 0.7 for area in above)


def known_columns(columns: Iterable[Column]) -> int:
    """Return how many columns are understood; a heading's weight."""
    return sum(1 for column in columns if column.kind)


def is_heading(columns: tuple[Column, ...], table: ImportKind) -> bool:
    """Whether these columns can head a table: a roster has names, a demand says where and what."""
    kinds = {column.kind for column in columns} - {""}
    if table is ImportKind.ROSTER:
        plain = any(header_key(column.header) == "姓名" for column in columns)
        return "name" in kinds and (len(kinds) >= 2 or (plain and len(columns) >= 2))
    told = kinds & {"county", "spec", "content", "count", "when", "site", "town"}
    return len(told) >= 3 and bool(kinds & {"content", "spec"}) and len(kinds) >= 4


def guess_kind(texts: Iterable[str]) -> str:
    """Return "id" or "phone" where nearly all of a column's texts are that, else ""."""
    filled = [text for text in texts if text][:50]
    if len(filled) < 3:
        return ""
    if sum(map(_looks_like_id, filled)) >= len(filled) * 0.8:
        return "id"
    if sum(bool(read_phones(text)[0]) for text in filled) >= len(filled) * 0.8:
        return "phone"
    return ""


def _looks_like_id(text: str) -> bool:
    return is_valid(compact(text).upper())


def settle_kinds(columns: tuple[Column, ...], table: ImportKind) -> tuple[Column, ...]:
    """Return the columns with each kind given once per group and 专业 told apart.

    专业 is the specialty only where there is no column of its own for it. Further columns of a
    kind are kept as extras, except telephones, which may stand in several. Two columns of names
    stay two, for the caller to refuse: nobody can say which to take.
    """
    has_spec = any(column.kind in ("spec", "field") for column in columns)
    taken: set[tuple[str, str]] = set()
    settled = []
    for column in columns:
        kind = column.kind
        if kind == "major" and table is ImportKind.ROSTER and not has_spec:
            kind = "specmajor"
        group = column.parent if is_grouped(columns) else ""
        if kind not in ("", "extra", "phone", "name") and (group, kind) in taken:
            kind = "extra"
        taken.add((group, kind))
        settled.append(Column(column.index, column.header, kind or "extra", column.parent))
    return tuple(settled)


def is_grouped(columns: tuple[Column, ...]) -> bool:
    """Whether a row holds several people, each under a heading of its own (团长, 成员1, …)."""
    parents = {column.parent for column in columns if column.kind == "name"}
    return len(parents) > 1
