"""Stage "normalise cells" for people: a row's cells to the keys of an envoy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from envoy_app.domain.affiliations import (
    split_name_affiliation,
    split_organisation_post,
    split_school_major,
)
from envoy_app.domain.dates import is_day, read_birth, read_term
from envoy_app.domain.findings import Finding
from envoy_app.domain.idnumber import birth_of, gender_of, read_id_number, was_rounded
from envoy_app.domain.imports import ImportRow, RowStatus
from envoy_app.domain.names import is_legible, name_is_sound, read_gender, read_name
from envoy_app.domain.places import PlaceReading
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.sheets import TYPED, RowMemory
from envoy_app.domain.specialties import SpecialtyReading
from envoy_app.domain.text import compact, is_empty, one_line
from envoy_app.domain.titles import read_education, read_title, split_title_post
from envoy_app.io.understanding.condition_cells import read_conditions
from envoy_app.io.understanding.group_contexts import NOTHING_SAID, GroupContext, group_contexts
from envoy_app.io.understanding.headers import Column
from envoy_app.io.understanding.problem_texts import Place
from envoy_app.io.understanding.row_reader import AskedTerm, Lexicon, ReadRow, RowReader, by_kind
from envoy_app.io.understanding.table_rows import Table, heading_cell

_NO_NAMES = frozenset({"待定", "空缺", "暂缺", "无", "暂无", "待补", "待补充", "同上"})
_DIGITS = re.compile(r"[0-9０-９]")
_GROUP_NUMBER = re.compile(r"\d+$")
_Told = tuple[int, ImportRow, Sequence[AskedTerm]]
"""Which of a row's groups of columns, the person, and the words to ask about."""


@dataclass(frozen=True, slots=True)
class SheetCounty:
    """The county a sheet stands for where every county has its own; code None: not known.

    `text` is "" where the user said that the sheet's name tells nothing.
    """

    code: str | None
    text: str


def read_people(
    table: Table, lexicon: Lexicon, sheet_county: SheetCounty | None = None
) -> list[ReadRow]:
    """Return a row per person of a roster table, with the problems of its cells."""
    groups = [_Group.of(group, len(table.groups) > 1) for group in table.groups]
    contexts = group_contexts(table, lexicon)
    rounded = table.sheet.plain or _holds_rounded(table)
    leaning: list[int] = []

    def reader_of(row: int, part: int) -> RowReader:
        return RowReader(
            table.sheet,
            row,
            groups[part].kinds,
            lexicon,
            sideways=table.sideways,
            rows=table.data_rows,
        )

    def read(row: int) -> list[_Told]:
        found: list[_Told] = []
        context = contexts.get(table.headings.get(row, 0), NOTHING_SAID)
        for part, group in enumerate(groups):
            if group.role and not group.is_used(table, row):
                continue
            reader = reader_of(row, part)
            person = _Person(reader, table, group, context, rounded=rounded)
            found.append((part, person.read(part, sheet_county), tuple(reader.asked)))
            if reader.looked_above:
                leaning.append(row)
        return found

    memory = _memory(table, (lexicon, contexts, rounded, sheet_county))
    people = [
        ReadRow(person, reader_of(row, part), asked)
        for row in table.data_rows
        for part, person, asked in memory.of(row, read)
    ]
    for row in leaning:
        memory.forget(row)
    return people


def _memory(table: Table, besides: object) -> RowMemory[list[_Told]]:
    """Return the people of rows read before, as long as all else that they hang on is the same.

    `besides` is what they hang on besides their table and their headings.
    """
    sheet = table.sheet
    under = frozenset(row for row, heading in table.headings.items() if heading in sheet.touched)
    stamp = (sheet.name, table.columns, table.headings, besides)
    return sheet.memory(("people", table.first), stamp, under | sheet.under_touched())


def _holds_rounded(table: Table) -> bool:
    """Whether ID numbers of a table were rounded before they were made text again."""
    columns = [column.index for column in table.columns if column.kind == "id"]
    return any(
        was_rounded(table.sheet.cell(row, index).value)
        for row in table.data_rows
        for index in columns
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The columns of one person of a row; `role` is the heading above them (团长, 成员1)."""

    kinds: dict[str, list[Column]]
    own: tuple[int, ...]
    role: str = ""

    @staticmethod
    def of(columns: Sequence[Column], grouped: bool) -> _Group:
        parent = next((column.parent for column in columns if column.kind == "name"), "")
        own = tuple(column.index for column in columns if column.parent == parent)
        return _Group(by_kind(columns), own, parent if grouped else "")

    def is_used(self, table: Table, row: int) -> bool:
        """Whether the columns (成员3) hold anybody in this row."""
        return any(table.sheet.cell(row, index).text for index in self.own)


class _Person:
    """One person's cells."""

    def __init__(
        self,
        reader: RowReader,
        table: Table,
        group: _Group,
        context: GroupContext,
        *,
        rounded: bool,
    ) -> None:
        self._reader = reader
        self._table = table
        self._group = group
        self._context = context
        self._rounded = rounded
        self._joint = ("", "", "")

    def read(self, part: int, sheet_county: SheetCounty | None) -> ImportRow:
        reader = self._reader
        values: dict[str, object] = {}
        values |= self._identity()
        values |= self._work()
        values |= self._schooling()
        values["specialties"] = self._specialties()
        values |= self._counties(sheet_county)
        values |= self._service()
        in_order = {key: values[key] for key in KEYS} | read_conditions(reader)
        status = RowStatus.NEW if values["name"] else RowStatus.ERROR
        row = reader.row
        if self._table.sideways:  # rows are told as they stand in the user's own sheet
            row, part = self._name_place().column, reader.row
        return ImportRow(
            self._table.sheet.name, row, status, in_order, tuple(reader.problems), part=part
        )

    def _identity(self) -> dict[str, object]:
        reader = self._reader
        self._joint = split_name_affiliation(reader.raw("nameorg"))
        name, noted_gender = read_name(reader.raw("name") or self._joint[0])
        if name in _NO_NAMES:
            name = ""
        if not name:
            reader.note(Finding(ProblemCode.MISSING_NAME), self._name_place())
        elif not (name_is_sound(name) and is_legible(str(reader.raw("name")))):
            reader.note(Finding(ProblemCode.BAD_NAME, name), self._name_place())
        cell = reader.cell("id")
        rounded = self._rounded and cell.number_format != TYPED
        number, finding = read_id_number(cell.value, rounded=rounded)
        reader.note(finding, reader.place("id"))
        cell = reader.cell("birth")
        birth, finding = read_birth(cell.value, cell.number_format, number, reader.lexicon.today)
        reader.note(finding, reader.place("birth"))
        self._check_dates()
        gender = self._gender() or noted_gender
        self._compare(number, birth, gender)
        phones = reader.phones()
        return {
            "name": name or None,
            "gender": gender or None,
            "birth": birth or None,
            "id_number": number or None,
            "phone": phones[0] if phones else None,
            "phones": list(phones),
        }

    def _name_place(self) -> Place:
        return self._reader.place("name" if self._reader.has("name") else "nameorg")

    def _check_dates(self) -> None:
        """Tell dates that no calendar has in columns that are not taken, too (入职日期)."""
        for place, cell in self._reader.cells("extra"):
            if not place.header.endswith("日期") or not _DIGITS.search(cell.text):
                continue
            if not is_day(cell.value, cell.number_format):
                finding = Finding(ProblemCode.BAD_DATE, one_line(cell.value))
                self._reader.note(finding, place)

    def _gender(self) -> str:
        raw = self._reader.raw("gender")
        gender = read_gender(raw)
        if not gender and not is_empty(raw) and compact(raw) not in ("无", "未填"):
            finding = Finding(ProblemCode.BAD_GENDER, one_line(raw))
            self._reader.note(finding, self._reader.place("gender"))
        return gender

    def _compare(self, number: str, birth: str, gender: str) -> None:
        """Tell where a valid ID number contradicts the row; both stay as written."""
        born = birth_of(number) if number else None
        if born is None:
            return
        if birth and not born.isoformat().startswith(birth):
            finding = Finding(ProblemCode.ID_MISMATCH, birth)
            self._reader.note(finding, self._reader.place("birth"))
        if gender and gender != gender_of(number):
            place = self._reader.place("gender" if self._reader.has("gender") else "name")
            self._reader.note(Finding(ProblemCode.ID_MISMATCH, gender), place)

    def _work(self) -> dict[str, object]:
        reader = self._reader
        organisation, post = reader.text("org"), reader.text("post")
        if reader.has("orgpost"):
            joint = split_organisation_post(reader.raw("orgpost"))
            organisation, post = organisation or joint[0], post or joint[1]
        organisation, post = organisation or self._joint[1], post or self._joint[2]
        if not is_legible(organisation):
            place = reader.place("org" if reader.text("org") else "orgpost")
            reader.note(Finding(ProblemCode.BAD_TEXT, organisation), place)
        title, rank = read_title(reader.raw("title"))
        if reader.has("titlepost"):
            joint = split_title_post(reader.raw("titlepost"))
            title, rank = (title, rank) if title else read_title(joint[0])
            post = post or joint[1]
        return {
            "organisation": organisation or None,
            "post": post or None,
            "title": title or None,
            "title_rank": rank,
        }

    def _schooling(self) -> dict[str, object]:
        reader = self._reader
        education = read_education(reader.raw("edu")) or read_education(reader.raw("degree"))
        major = reader.text("major") or reader.text("specmajor")
        major = major or split_school_major(reader.raw("schoolmajor"))[1]
        return {"education": education or None, "major": major or None}

    def _specialties(self) -> list[str]:
        reader = self._reader
        resolver = reader.lexicon.specialties
        total = SpecialtyReading()
        read = []
        for kind in ("spec", "specmajor", "field"):
            reading = resolver.read(reader.raw(kind))
            total = total + reading
            read.append((reading, reader.place(kind)))
        if self._context.specialty_row and not (total.codes or total.broad or total.unknown):
            total = self._context.specialties
            read.append((total, self._heading(self._context.specialty_row)))
        for reading, place in read:
            # A broad word in one column may be settled by a word in another.
            settled = SpecialtyReading(total.codes, reading.broad, reading.unknown)
            reader.note_specialties(settled, place)
        return list(total.codes)

    def _heading(self, row: int) -> Place:
        """Return where a group heading stands; it counts for the column of specialties."""
        column = heading_cell(self._table.sheet, row)[0]
        header = self._reader.place("spec").header or self._reader.place("specmajor").header
        return Place(header, row, column, self._table.sideways)

    def _counties(self, sheet_county: SheetCounty | None) -> dict[str, object]:
        reader = self._reader
        bases = reader.counties("base")
        base = bases[0] if bases else None
        if base is None and reader.has("path"):
            base, finding = reader.lexicon.counties.resolve_path(reader.raw("path"))
            if finding:
                unknown = PlaceReading(unknown=((finding.value, finding.candidates),))
                reader.note_places(unknown, reader.place("path"))
        teams = reader.counties("team")
        if sheet_county and not reader.has("team"):
            teams = (sheet_county.code,) if sheet_county.code else ()
            if not teams and sheet_county.text:
                unknown = PlaceReading(unknown=((sheet_county.text, ()),))
                reader.note_places(unknown, Place("", reader.row, 0))
        if self._context.place_row and not teams and not reader.has("team"):
            teams = self._context.places.codes
            reader.note_places(self._context.places, self._heading(self._context.place_row))
        return {
            "base_county": base,
            "team_county": teams[0] if teams else None,
            "team_counties": list(teams),
        }

    def _service(self) -> dict[str, object]:
        reader = self._reader
        role = reader.text("role")
        if self._group.role and not role:
            role = _GROUP_NUMBER.sub("", compact(self._group.role))
        start, end = read_term(reader.raw("term"))
        return {
            "team_role": role or None,
            "term_start": start or None,
            "term_end": end or None,
            "remarks": reader.text("remarks") or None,
        }


KEYS = (
    "name",
    "gender",
    "birth",
    "id_number",
    "phone",
    "phones",
    "organisation",
    "post",
    "title",
    "title_rank",
    "education",
    "major",
    "specialties",
    "base_county",
    "team_county",
    "team_counties",
    "team_role",
    "term_start",
    "term_end",
    "remarks",
)
