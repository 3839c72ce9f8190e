"""Stage "map columns": headings, what columns hold, and what the user said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from envoy_app.domain.column_kinds import column_kinds
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.sheets import EMPTY, Cell, Sheet
from envoy_app.io.understanding.contents import ContentMatch, ContentReader, sample
from envoy_app.io.understanding.headers import (
    ALIKE,
    EXACT,
    Column,
    header_key,
    match_alike,
    settle_kinds,
)

_SEARCHED = 400  # rows in which a column's content is looked at
_GUESSED = 100  # columns of no known heading that are looked at
_CHECKED = frozenset(
    {"id", "phone", "gender", "birth", "name", "contact", "base", "team", "county"}
)
_PLAIN = frozenset({"id", "phone", "gender", "birth", "place", "name"})
_AS_CONTENT = {"base": "place", "team": "place", "county": "place", "contact": "name"}


def column_keys(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return a key per column, by its headings; unheaded and repeated ones get a number."""
    seen: dict[str, int] = {}
    keys = []
    for position, column in enumerate(columns, 1):
        key = header_key(column.header) or f"#{position}"
        if column.parent:
            key = f"{header_key(column.parent)}/{key}"
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return tuple(keys)


def layout_of(columns: Sequence[Column]) -> str:
    """Return what sheets with the same headings have in common, in whatever order they stand.

    Where there are no headings it is what the columns hold.
    """
    keys = sorted(column_keys(columns))
    if not any(column.header for column in columns):
        keys = [column.kind for column in columns]
    return sha256("|".join(keys).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ColumnMapper:
    """Gives columns their kinds: the user first, then headings, then what they hold.

    `chosen` are kinds by column from this import, `remembered` those of earlier ones by layout
    and heading.
    """

    kind: ImportKind
    contents: ContentReader
    chosen: Mapping[int, str]
    remembered: Mapping[str, Mapping[str, str]]

    def mapped(
        self, sheet: Sheet, rows: Sequence[int], columns: Sequence[Column]
    ) -> tuple[tuple[Column, ...], str]:
        """Return all columns of a table with their kinds, and the layout they make."""
        columns = self.completed(sheet, rows, self._with_unheaded(sheet, rows, columns))
        return settle_kinds(self._corrected(columns), self.kind), layout_of(columns)

    @staticmethod
    def _with_unheaded(
        sheet: Sheet, rows: Sequence[int], columns: Sequence[Column]
    ) -> tuple[Column, ...]:
        headed = {column.index: column for column in columns}
        used = {index for row in rows[:50] for index in sheet.rows[row]}
        return tuple(
            headed.get(index, Column(index, "", "")) for index in sorted(used | set(headed))
        )

    def _corrected(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        earlier = self.remembered.get(layout_of(columns), {})
        found = []
        for column, key in zip(columns, column_keys(columns), strict=True):
            if column.index in self.chosen:
                column = self._said(column, self.chosen[column.index], "按您的更正")
            elif key in earlier:
                column = self._said(column, earlier[key], "按您上次的更正")
            found.append(column)
        said = {column.kind for column in found if column.confidence > EXACT}
        # A kind the user gave to one column is no longer another's, but for telephones.
        return tuple(
            replace(column, kind="extra", confidence=EXACT, reason="您已选定另一列")
            if column.kind in said - {"phone", "extra"}
            and column.confidence <= EXACT
            and not column.parent
            else column
            for column in found
        )

    def _said(self, column: Column, kind: str, reason: str) -> Column:
        known = kind if kind in column_kinds(self.kind) else "extra"
        return replace(column, kind=known, confidence=EXACT + 1, reason=reason)

    def completed(
        self, sheet: Sheet, rows: Sequence[int], columns: Sequence[Column]
    ) -> tuple[Column, ...]:
        """Return the columns with those of no or a wrong heading known by what they hold."""
        rows = rows[:_SEARCHED]
        unknown = {column.index for column in [c for c in columns if not c.kind][:_GUESSED]}
        samples = {
            column.index: sample(sheet.rows[row].get(column.index, EMPTY) for row in rows)
            for column in columns
            if column.kind or column.index in unknown
        }
        told = {c.index: self._contradicted(c, samples[c.index]) for c in columns if c.kind}
        kinds = {c.kind for c in columns if c.confidence > ALIKE and not told.get(c.index)}
        found: list[Column] = []
        for column in columns:
            if column.kind:
                match = told[column.index]
                column = self._checked(column, samples[column.index], match, kinds)
                kinds.add(column.kind)
            found.append(column)
        kinds = {column.kind for column in found}
        for position, column in enumerate(found):
            if not column.kind and column.index in unknown:
                found[position] = self._guessed(column, samples[column.index], kinds)
                kinds.add(found[position].kind)
        return tuple(found)

    def _own_share(self, column: Column, cells: list[Cell]) -> float:
        """Return which part of a column is what its heading says; 1 where that is not told."""
        if column.kind not in _CHECKED or len(cells) < 3:
            return 1.0
        own = self.contents.share(cells, _AS_CONTENT.get(column.kind, column.kind))
        return 1.0 if column.kind == "birth" and own > 0 else own

    def _contradicted(self, column: Column, cells: list[Cell]) -> ContentMatch | None:
        """Return what a column plainly holds where that is not what its heading says."""
        if self._own_share(column, cells) > 0.2:
            return None
        match = self.contents.best(cells)
        if match is None or match.kind not in _PLAIN:
            return None
        return match if match.kind != _AS_CONTENT.get(column.kind, column.kind) else None

    def _checked(
        self, column: Column, cells: list[Cell], match: ContentMatch | None, kinds: set[str]
    ) -> Column:
        """Return a column as its content is where that contradicts its heading, or as doubtful."""
        if match:
            kind = self._kind_of(match, kinds)
            reason = f"表头是“{header_key(column.header)}”，但{match.reason}"
            sure = min(65, match.confidence)
            return replace(column, kind=kind or "extra", confidence=sure, reason=reason)
        if self._own_share(column, cells) >= 0.5:
            return column
        if column.confidence <= ALIKE:
            return replace(column, kind="", confidence=0, reason="")
        doubt = f"{column.reason}，但内容大多不像"
        return replace(column, confidence=min(column.confidence, 60), reason=doubt)

    def _guessed(self, column: Column, cells: list[Cell], kinds: set[str]) -> Column:
        """Return a column of no known heading as what it holds, or as what its heading is like."""
        match = self.contents.best(cells)
        alike = match_alike(column.header, self.kind) if column.header else None
        if alike and alike.kind and alike.kind not in kinds:
            content = _AS_CONTENT.get(alike.kind, alike.kind)
            agrees = self.contents.share(cells, content) >= 0.5
            if agrees:
                more = 10 if match and match.kind == content else 0
                return replace(
                    column,
                    kind=alike.kind,
                    confidence=alike.confidence + more,
                    reason=alike.reason,
                )
        if match is None or (
            match.kind not in ("id", "phone") and len(cells) < 3 and column.header
        ):
            return column
        kind = self._kind_of(match, kinds)
        if not kind or (column.header and kind not in ("id", "phone", "name")):
            return column  # a heading of its own: what it means is not for us to say
        return replace(column, kind=kind, confidence=match.confidence, reason=match.reason)

    def _kind_of(self, match: ContentMatch, kinds: set[str]) -> str:
        """Return the kind of column for what it holds, "" where the table has one already."""
        wanted: tuple[str, ...]
        if self.kind is ImportKind.DEMAND:
            name = {"place": "county", "name": "contact", "title": "rank"}.get(match.kind)
            wanted = (name or match.kind,)
        elif match.kind == "place":
            wanted = ("team", "base")
        else:
            wanted = (match.kind,)
        known = column_kinds(self.kind)
        return next((kind for kind in wanted if kind in known and kind not in kinds), "")
