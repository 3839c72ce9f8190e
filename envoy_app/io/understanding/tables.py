"""Stage "find tables": where the headings of a sheet are, and what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from envoy_app.domain.imports import ImportKind, SheetQuestion
from envoy_app.domain.sheets import Area, Cell, RowMemory, Sheet, is_helper
from envoy_app.io.understanding.column_mapping import ColumnMapper
from envoy_app.io.understanding.headers import (
    Column,
    columns_of,
    header_key,
    heading_words,
    is_heading,
    known_columns,
    match_alike,
    match_heading,
)
from envoy_app.io.understanding.table_rows import Table, is_blank, last_row, with_rows

_SEARCHED_ROWS = 60  # a heading stands above; titles and notes before it are few
# What only may be a heading is looked for where offices put it: sheets from elsewhere are wide.
_LOOSE_ROWS, _LOOSE_COLUMNS, _LOOSE_TRIED = 20, 100, 4
_NARROWED = str.maketrans("（）：＊", "():*")


@dataclass(frozen=True, slots=True)
class TableSearch:
    """How a sheet's tables are looked for: the kind, the mapping of columns, what was decided.

    `heading` is the row the user named, 0 for a sheet without one, None where it is looked for.
    """

    kind: ImportKind
    mapper: ColumnMapper
    heading: int | None = None
    rows: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading that was found: its rows and columns; `sure` where its words are known."""

    rows: tuple[int, ...]
    columns: tuple[Column, ...]
    search: TableSearch
    sure: bool = True

    @property
    def known(self) -> int:
        """How many of the columns are understood."""
        return known_columns(self.columns)


def find_tables(sheet: Sheet, searches: Sequence[TableSearch]) -> tuple[Table, ...]:
    """Return the sheet's tables with their rows sorted, each of the kind that explains it best."""
    if is_helper(sheet):
        searches = [search for search in searches if search.heading is not None]
    headings = _apart([heading for search in searches for heading in _headings(sheet, search)])
    if not headings:
        loose = [heading for search in searches if (heading := _loose_heading(sheet, search))]
        headings = sorted(loose, key=lambda heading: heading.known)[-1:]
    if headings:
        return tuple(_tables(sheet, headings))
    proposed = [table for search in searches if (table := _headless(sheet, search))]
    best = max(proposed, key=lambda table: weight((table,)), default=None)
    return (best,) if best else ()


def weight(tables: Iterable[Table]) -> int:
    """Return how many columns of tables are understood, to choose between readings of a sheet."""
    return sum(1 for table in tables for column in table.columns if column.kind != "extra")


def _headings(sheet: Sheet, search: TableSearch) -> list[_Heading]:
    """Return the headings of known words, or the one that the user named."""
    if search.heading == 0:
        return []
    if search.heading is not None:
        given = _given(sheet, search)
        return [given, *_further(sheet, given)]
    found = [
        _Heading(_heading_rows(sheet, row, columns), columns, search)
        for row in _searched(sheet)
        if is_heading(columns := _columns_at(sheet, row, search.kind), search.kind)
    ]
    first = _first_of(sheet, found)
    return [first, *_further(sheet, first)] if first else []


def _searched(sheet: Sheet) -> list[int]:
    """Return the rows in which a heading may stand."""
    return [row for row in sorted(sheet.rows)[:_SEARCHED_ROWS] if len(sheet.rows[row]) > 1]


def _loose_heading(sheet: Sheet, search: TableSearch) -> _Heading | None:
    """Return the row that looks most like a heading, None where none does."""
    if search.heading is not None:
        return None
    alike = {
        row: _alike(_columns_at(sheet, row, search.kind), search.kind)
        for row in _searched(sheet)[:_LOOSE_ROWS]
        if len(sheet.rows[row]) <= _LOOSE_COLUMNS
    }
    likely = sorted(alike, key=lambda row: -known_columns(alike[row]))[:_LOOSE_TRIED]
    loose = [(_loose_columns(sheet, row, alike[row], search), row) for row in likely]
    columns, row = max(loose, key=lambda item: known_columns(item[0]), default=((), 0))
    if not columns:
        return None
    return _Heading(_heading_rows(sheet, row, columns), columns, search, sure=False)


def _apart(found: Sequence[_Heading]) -> list[_Heading]:
    """Return headings from top to bottom, of those in the same rows the best understood."""
    kept: list[_Heading] = []
    for heading in sorted(found, key=lambda heading: -heading.known):
        if not any(set(heading.rows) & set(other.rows) for other in kept):
            kept.append(heading)
    return sorted(kept, key=lambda heading: heading.rows)


def _first_of(sheet: Sheet, found: Sequence[_Heading]) -> _Heading | None:
    """Return the first heading; a poorer one right above a richer one is a part of it."""
    if not found:
        return None
    best = found[0]
    for later in found[1:]:
        near = all(is_blank(sheet, row) for row in range(best.rows[-1] + 1, later.rows[0]))
        richer = known_columns(later.columns) > known_columns(best.columns)
        poor = known_columns(best.columns) <= 2 < known_columns(later.columns) / 2
        if richer and (near or poor):
            best = later
    return best


def _given(sheet: Sheet, search: TableSearch) -> _Heading:
    row = search.heading or 1
    columns = _alike(_columns_at(sheet, row, search.kind), search.kind)
    return _Heading(_heading_rows(sheet, row, columns), columns, search)


def _columns_at(sheet: Sheet, row: int, kind: ImportKind) -> tuple[Column, ...]:
    """Return the columns a row heads, with the row above or below where merges are lost."""
    columns = columns_of(sheet, row, kind)
    if known_columns(columns) < 2:
        return columns
    if below := _split_heading(sheet, row, columns, kind):
        return below
    return _under_parents(sheet, row, columns, kind)


def _split_heading(
    sheet: Sheet, row: int, columns: tuple[Column, ...], kind: ImportKind
) -> tuple[Column, ...]:
    """Return the columns of a heading whose second row stands below, unmerged; () where none."""
    own = {column.index: column for column in columns}
    under = sheet.rows.get(row + 1, {})
    words = {index: cell.text for index, cell in under.items() if cell.text}
    names = [column.index for column in columns if column.kind == "name"]
    known = sum(1 for text in words.values() if match_heading(text, kind).kind)
    covered = any(area.first_row <= row < area.last_row for area in sheet.merged)
    if covered or known < 2 or known < len(words) * 0.5 or any(index in words for index in names):
        return ()
    parent = ""
    found = []
    for index in sorted({*own, *words}):
        top = own[index].header if index in own else ""
        parent = top or (parent if index in words else "")
        if index not in words:
            found.append(own[index])
            continue
        match = match_heading(words[index], kind)
        found.append(
            Column(index, words[index], match.kind, parent, match.confidence, match.reason)
        )
    return tuple(found)


def _under_parents(
    sheet: Sheet, row: int, columns: tuple[Column, ...], kind: ImportKind
) -> tuple[Column, ...]:
    """Return the columns with what stands above them, where headings repeat and merges are lost."""
    headers = [header_key(column.header) for column in columns if column.kind == "name"]
    if len(headers) < 2 or any(column.parent for column in columns) or sheet.merged:
        return columns
    above = {index: cell.text for index, cell in sheet.rows.get(row - 1, {}).items() if cell.text}
    if len(above) < 2:
        return columns
    own = {column.index: column for column in columns}
    parent = ""
    found = []
    for index in sorted({*own, *above}):
        parent = above.get(index, parent)
        if index in own:
            found.append(replace(own[index], parent=parent))
        else:
            match = match_heading(above[index], kind)
            found.append(
                Column(index, above[index], match.kind, "", match.confidence, match.reason)
            )
            parent = ""
    return tuple(found)


def _heading_rows(sheet: Sheet, row: int, columns: Iterable[Column]) -> tuple[int, ...]:
    columns = tuple(columns)
    first = min((area.first_row for area in sheet.merged if _reaches(area, row)), default=row)
    below = sheet.rows.get(row + 1, {})
    split = any(
        column.index in below
        and below[column.index].text == column.header
        and sheet.merged_cell(row, column.index).text != column.header
        for column in columns
    )
    if split:
        return tuple(range(first, row + 2))
    if any(column.parent for column in columns):
        first = min(first, row - 1)
    return tuple(range(max(first, 1), row + 1))


def _reaches(area: Area, row: int) -> bool:
    """Whether a merged heading cell ends in this row and began above it."""
    return area.first_row < row == area.last_row


def _alike(columns: Iterable[Column], kind: ImportKind) -> tuple[Column, ...]:
    """Return the columns with headings that only look like known ones taken for them."""
    found = []
    for column in columns:
        match = match_alike(column.header, kind) if not column.kind else None
        if match and match.kind:
            column = replace(
                column, kind=match.kind, confidence=match.confidence, reason=match.reason
            )
        found.append(column)
    return tuple(found)


def _loose_columns(
    sheet: Sheet, row: int, columns: tuple[Column, ...], search: TableSearch
) -> tuple[Column, ...]:
    """Return the columns of a row that may be a heading: words alike, names by their content."""
    if known_columns(columns) < 2:
        return ()
    below = [number for number in sorted(sheet.rows) if number > row]
    columns = search.mapper.completed(sheet, below, columns)
    return columns if is_heading(columns, search.kind) else ()


def _further(sheet: Sheet, first: _Heading) -> list[_Heading]:
    """Return headings of other columns below the first; repeats of it are rows of its table."""
    found = [first]
    kind = first.search.kind
    memory: RowMemory[int] = sheet.memory("heading cells", None)
    for row in sorted(sheet.rows):
        if row <= found[-1].rows[-1]:
            continue
        if memory.of(row, lambda number: _heading_cells(sheet.rows[number])) < 3:
            continue
        columns = _columns_at(sheet, row, kind)
        if is_heading(columns, kind) and not _repeats(columns, found[-1].columns):
            found.append(_Heading(_heading_rows(sheet, row, columns), columns, first.search))
    return found[1:]


def _heading_cells(cells: Mapping[int, Cell]) -> int:
    """Return how many cells of a row are surely headings, told at a glance."""
    known = heading_words()
    texts = (cell.value for cell in cells.values())
    return sum(
        1
        for text in texts
        if type(text) is str
        and len(text) < 24
        and "".join(text.split()).translate(_NARROWED) in known
    )


def _repeats(columns: Sequence[Column], earlier: Sequence[Column]) -> bool:
    keys = {column.index: header_key(column.header) for column in earlier}
    same = sum(1 for c in columns if keys.get(c.index) == header_key(c.header))
    return same >= 0.6 * max(len(columns), len(earlier))


def _tables(sheet: Sheet, headings: Sequence[_Heading]) -> Iterable[Table]:
    first = 1
    for position, heading in enumerate(headings):
        search = heading.search
        later = headings[position + 1] if position + 1 < len(headings) else None
        last = later.rows[0] - 1 if later else last_row(sheet)
        below = [row for row in sorted(sheet.rows) if heading.rows[-1] < row <= last]
        columns, layout = search.mapper.mapped(sheet, below, heading.columns)
        asked = None if heading.sure or _named(columns) else SheetQuestion.NO_HEADING
        table = Table(
            sheet,
            search.kind,
            heading.rows,
            columns,
            first,
            last,
            question=asked,
            form=_is_form(sheet, heading),
            layout=layout,
        )
        table = with_rows(table, search.rows, search.mapper.contents.names_group)
        if later:
            table = _ended(table)
        first = table.last + 1
        yield table


def _named(columns: Iterable[Column]) -> bool:
    """Whether a heading tells the names, if only by words alike."""
    return any(column.kind == "name" and column.reason.startswith("表头") for column in columns)


def _ended(table: Table) -> Table:
    """Return a table without the title rows of the next one, which follows it."""
    told = {row.row: row.reason for row in table.other_rows}
    last = table.last
    while told.get(last) in ("note", "blank", "group-heading", "filling-info"):
        last -= 1
    others = tuple(row for row in table.other_rows if row.row <= last)
    return replace(table, last=last, other_rows=others)


def _is_form(sheet: Sheet, heading: _Heading) -> bool:
    """Whether headings stand in front of their values, as in the form of one person."""
    known = known_columns(heading.columns)
    unknown = len(heading.columns) - known
    row = heading.rows[-1] + 1
    below = sheet.rows.get(row, {})
    return unknown >= 0.6 * known and _heading_cells(below) >= 2


def _headless(sheet: Sheet, search: TableSearch) -> Table | None:
    """Return a table of columns proposed by their content, None where they tell no people."""
    rows = sorted(sheet.rows)
    columns, layout = search.mapper.mapped(sheet, rows, ())
    kinds = {column.kind for column in columns} - {"extra", "seq"}
    if search.heading is None and not _tells_records(kinds, search.kind):
        return None
    table = Table(
        sheet,
        search.kind,
        (),
        columns,
        last=last_row(sheet),
        question=SheetQuestion.NO_HEADING,
        layout=layout,
    )
    return with_rows(table, search.rows, search.mapper.contents.names_group)


def _tells_records(kinds: set[str], kind: ImportKind) -> bool:
    if kind is ImportKind.ROSTER:
        return "name" in kinds and (bool(kinds & {"id", "phone"}) or len(kinds) >= 4)
    return {"county", "spec"} <= kinds and bool(kinds & {"phone", "when", "count", "length"})
