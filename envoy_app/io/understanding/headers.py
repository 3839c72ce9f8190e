"""Header cells: what a heading says a column holds, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from envoy_app.domain.column_kinds import column_kinds
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.sheets import Sheet, column_letter
from envoy_app.domain.text import compact
from resources import read_table

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z.]+")
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_ENDS = "*＊:：/、，,.。★☆_-"
_LEAD = re.compile(r"^(?:[一二三四五六七八九十]+、|\d{1,2}[.、)])")

EXACT, NOTED, ALIKE = 100, 95, 70
"""Confidence of a heading: a known synonym, one with a note behind it, one that looks alike."""

# Whose telephone, name or number it is when it is not the person's own.
_OTHERS = re.compile(
    r"联系人|家属|配偶|父|母|紧急|单位|办公|负责人|推荐人|证明人|填表|填报|法人|项目|审核|传真"
)
_PERSONAL = frozenset({"name", "phone", "id", "birth", "gender"})
_JOINED = re.compile(r"^(?:及|和|与|或|、|/|情况|名称|信息|\()")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `header` as written, `parent` the heading above it ("" where none).

    `confidence` (0 to 100) and `reason` tell how its kind is known.
    """

    index: int
    header: str
    kind: str
    parent: str = ""
    confidence: int = 0
    reason: str = ""

    @property
    def letter(self) -> str:
        """The column's letters."""
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """What a heading means; `kind` "" where it is not known."""

    kind: str = ""
    confidence: int = 0
    reason: str = ""


UNKNOWN = HeadingMatch()


def header_key(text: str) -> str:
    """Return a heading without blanks, width, marks, and the English beside the Chinese."""
    key = _LEAD.sub("", compact(text).strip(_ENDS))
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


@cache
def heading_words() -> frozenset[str]:
    """Return all headings that are known, of rosters and of demands."""
    return frozenset(key for table in _synonyms().values() for key in table)


@lru_cache(maxsize=20_000)
def match_heading(text: str, table: ImportKind) -> HeadingMatch:
    """Return what a heading surely means: it is a synonym, but for a note in brackets."""
    if not text or len(text) > 60:
        return UNKNOWN
    known = _synonyms()[table.value]
    key = header_key(text)
    reason = f"表头“{key}”"
    if kind := known.get(key):
        return HeadingMatch(kind, EXACT, reason)
    if kind := known.get(_NOTE.sub("", key).strip(_ENDS)):
        return HeadingMatch(kind, NOTED, reason)
    return UNKNOWN


@lru_cache(maxsize=20_000)
def match_alike(text: str, table: ImportKind) -> HeadingMatch:
    """Return what a heading may mean: one letter away from a synonym, or it holds one.

    Chinese puts what a thing is at the end (本人现联系电话), so a synonym counts there, or in
    front of a joining word (职称及取得时间). Numbers and names of others do not.
    """
    key = _NOTE.sub("", header_key(text)).strip(_ENDS)
    if not 2 <= len(key) <= 20 or not _HAN.search(key):
        return UNKNOWN
    best, kind = "", ""
    for synonym, meaning in _synonyms()[table.value].items():
        if len(synonym) > len(best) and _is_alike(key, synonym):
            best, kind = synonym, meaning
    if not kind or (kind in _PERSONAL and _OTHERS.search(key)):
        return UNKNOWN
    name = column_kinds(table).get(kind, best)
    return HeadingMatch(kind, ALIKE, f"表头“{key}”与“{best}”相近，当作{name}")


def _is_alike(key: str, synonym: str) -> bool:
    if len(synonym) < 2:
        return False
    if key.endswith(synonym):
        return True
    if key.startswith(synonym) and _JOINED.match(key[len(synonym) :]):
        return True
    # One letter apart, four or more long: the first or the last letter is the same.
    ends = key[0] == synonym[0] or key[-1] == synonym[-1]
    return ends and len(synonym) >= 4 and _one_letter_apart(key, synonym)


def _one_letter_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]


def columns_of(sheet: Sheet, row: int, table: ImportKind) -> tuple[Column, ...]:
    """Return the columns that a row would head, all its non-empty cells, merges filled."""
    found = []
    parents = _parents(sheet, row - 1)
    for index in _indexes(sheet, row):
        header = sheet.merged_cell(row, index).text
        if not header:
            continue
        top = sheet.merged_cell(row - 1, index).text if row > 1 else ""
        parent = top if top != header and index in parents else ""
        match = match_heading(header, table)
        found.append(Column(index, header, match.kind, parent, match.confidence, match.reason))
    return tuple(found)


def _widest(sheet: Sheet) -> int:
    return max((max(cells) for cells in sheet.rows.values() if cells), default=0)


def _indexes(sheet: Sheet, row: int) -> Iterable[int]:
    own = set(sheet.rows.get(row, {}))
    for area in sheet.merged:
        if area.first_row <= row <= area.last_row and area.first_column == area.last_column:
            own.add(area.first_column)
    return sorted(own)


def _parents(sheet: Sheet, row: int) -> frozenset[int]:
    """Return the columns over which a merged heading stands, narrower than a title over all."""
    areas = [area for area in sheet.merged if area.first_row <= row <= area.last_row]
    if not areas:
        return frozenset()
    widest = _widest(sheet)
    return frozenset(
        column
        for area in areas
        if 1 < area.last_column - area.first_column + 1 < widest * 0.7
        for column in range(area.first_column, area.last_column + 1)
    )


def known_columns(columns: Iterable[Column]) -> int:
    """Return how many columns are understood; a heading's weight."""
    return sum(1 for column in columns if column.kind)


def is_heading(columns: tuple[Column, ...], table: ImportKind) -> bool:
    """Whether these columns can head a table: a roster has names, a demand says where and what."""
    kinds = {column.kind for column in columns} - {""}
    if table is ImportKind.ROSTER:
        if "nameorg" in kinds and "name" not in kinds:
            return len(columns) >= 2
        plain = any(header_key(column.header) == "姓名" for column in columns)
        return "name" in kinds and (len(kinds) >= 2 or (plain and len(columns) >= 2))
    told = kinds & {"county", "spec", "content", "count", "when", "site", "town"}
    return len(told) >= 3 and bool(kinds & {"content", "spec"}) and len(kinds) >= 4


def settle_kinds(columns: tuple[Column, ...], table: ImportKind) -> tuple[Column, ...]:
    """Return the columns with each kind given once per group and 专业 told apart.

    The surest column of a kind has it, the first of equal ones. 专业 is the specialty only where
    there is no column of its own for it. Further columns of a kind are kept as extras, except
    telephones, which may stand in several. Two columns of names stay two, for the caller to ask:
    nobody can say which to take.
    """
    has_spec = any(column.kind in ("spec", "field") for column in columns)
    grouped = is_grouped(columns)
    taken: set[tuple[str, str]] = set()
    settled = []
    for column in sorted(columns, key=lambda column: (-column.confidence, column.index)):
        kind = column.kind
        if kind == "major" and table is ImportKind.ROSTER and not has_spec:
            kind = "specmajor"
        group = column.parent if grouped else ""
        if kind not in ("", "extra", "phone", "name") and (group, kind) in taken:
            kind = "extra"
        taken.add((group, kind))
        settled.append(
            Column(
                column.index,
                column.header,
                kind or "extra",
                column.parent,
                column.confidence,
                column.reason,
            )
        )
    return tuple(sorted(settled, key=lambda column: column.index))


def is_grouped(columns: tuple[Column, ...]) -> bool:
    """Whether a row holds several people, each under a heading of its own (团长, 成员1, …)."""
    parents = {column.parent for column in columns if column.kind == "name"}
    return len(parents) > 1
