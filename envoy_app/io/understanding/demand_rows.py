"""Stage "normalise cells" for demands: a row's cells to the keys of a demand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from envoy_app.domain.demand_terms import read_headcount, read_slots, read_window
from envoy_app.domain.demands import URGENCY_WEIGHTS
from envoy_app.domain.findings import Finding
from envoy_app.domain.imports import ImportKind, ImportRow, RowStatus
from envoy_app.domain.names import read_name
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.sheets import RowMemory, Sheet
from envoy_app.domain.specialties import SpecialtyReading
from envoy_app.domain.text import compact
from envoy_app.domain.titles import read_wanted_rank
from envoy_app.io.understanding.row_reader import AskedTerm, Lexicon, ReadRow, RowReader, by_kind
from envoy_app.io.understanding.table_rows import Table

_FILLED_ON = re.compile(r"(?:填报|填表|制表|报送|汇总)?(?:日期|时间)[:：]?(\d{4})[-./年](\d{1,2})")
_TITLE_MONTH = re.compile(r"(\d{4})年(\d{1,2})月")


def month_of(sheet: Sheet, heading: int, today: date) -> date:
    """Return the first of the month the sheet was filled in, or `today` where it does not say.

    Dates without a year count from it (rosters/README: months before it mean next year).
    """
    above = [
        compact(cell.value)
        for row in sorted(sheet.rows)
        if row < heading
        for cell in sheet.rows[row].values()
    ]
    for pattern in (_FILLED_ON, _TITLE_MONTH):
        for text in above:
            if (match := pattern.search(text)) and 1 <= int(match[2]) <= 12:
                return date(int(match[1]), int(match[2]), 1)
    return today


def read_demands(table: Table, lexicon: Lexicon) -> list[ReadRow]:
    """Return a row per demand of a table, with the problems of its cells."""
    heading = table.header_rows[0] if table.header_rows else table.first
    month = month_of(table.sheet, heading, lexicon.today)
    columns = by_kind(table.columns)

    leaning: list[int] = []

    def reader_of(row: int) -> RowReader:
        return RowReader(
            table.sheet, row, columns, lexicon, sideways=table.sideways, rows=table.data_rows
        )

    def read(row: int) -> tuple[ImportRow, Sequence[AskedTerm]]:
        reader = reader_of(row)
        told = _demand(table, reader, month)
        if reader.looked_above:
            leaning.append(row)
        return told, tuple(reader.asked)

    sheet = table.sheet
    stamp = (sheet.name, lexicon, table.columns, month)
    memory: RowMemory[tuple[ImportRow, Sequence[AskedTerm]]] = sheet.memory(
        ("demands", table.first), stamp, sheet.under_touched()
    )
    rows = []
    for row in table.data_rows:
        told, asked = memory.of(row, read)
        rows.append(ReadRow(told, reader_of(row), asked))
    for row in leaning:
        memory.forget(row)
    return rows


def _demand(table: Table, reader: RowReader, month: date) -> ImportRow:
    values = _values(reader, month)
    # A demand without a county cannot be stored: nobody could be sent anywhere.
    status = RowStatus.NEW if values["county"] else RowStatus.ERROR
    row, part = reader.row, 0
    if table.sideways:  # rows are told as they stand in the user's own sheet
        row, part = reader.place("content").column or reader.place("spec").column, reader.row
    return ImportRow(
        table.sheet.name,
        row,
        status,
        values,
        tuple(reader.problems),
        kind=ImportKind.DEMAND,
        part=part,
    )


def _values(reader: RowReader, month: date) -> dict[str, object]:
    window, finding = read_window(reader.raw("when"), month)
    county = _county(reader)
    specialties = _specialties(reader)
    headcount, bad_count = read_headcount(reader.raw("count"))
    reader.note(bad_count, reader.place("count"))
    reader.note(finding, reader.place("when"))
    slots, bad_length = read_slots(reader.raw("length"))
    reader.note(bad_length, reader.place("length"))
    phones = reader.phones()
    urgency = reader.text("urgency")
    return {
        "county": county,
        "town": reader.text("town") or None,
        "site": reader.text("site") or None,
        "specialties": specialties,
        "content": reader.text("content") or None,
        "mode": reader.text("mode") or None,
        "headcount": headcount,
        "min_rank": read_wanted_rank(reader.raw("rank")),
        "window_start": window.start.isoformat() if window.start else None,
        "window_end": window.end.isoformat() if window.end else None,
        "asap": window.asap,
        "slot": window.half.value if window.half else None,
        "slots": slots,
        "contact": read_name(reader.raw("contact"))[0] or None,
        "phone": phones[0] if phones else None,
        "urgency": urgency or None,
        "weight": URGENCY_WEIGHTS.get(urgency),
    }


def _county(reader: RowReader) -> str | None:
    asked = len(reader.asked)
    counties = reader.counties("county")
    if not counties and len(reader.asked) == asked:  # an empty cell: no place to go to
        reader.note(Finding(ProblemCode.UNKNOWN_COUNTY), reader.place("county"))
    return counties[0] if counties else None


def _specialties(reader: RowReader) -> list[str]:
    """Return the specialties of 需求产业, or those named in 需求内容 where that is empty."""
    resolver = reader.lexicon.specialties
    kind = "spec"
    reading = resolver.read(reader.raw("spec"))
    if reading == SpecialtyReading():
        kind = "content"
        reading = resolver.read_within(reader.raw("content"))
        if not (reading.codes or reading.broad):
            reader.note(Finding(ProblemCode.UNKNOWN_SPECIALTY), reader.place("spec"))
    reader.note_specialties(reading, reader.place(kind))
    return list(reading.codes)
