"""Stage "normalise cells" for people: a row's cells to the keys of an envoy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from envoy_app.domain.affiliations import split_organisation_post, split_school_major
from envoy_app.domain.dates import read_birth, read_term
from envoy_app.domain.findings import Finding
from envoy_app.domain.idnumber import read_id_number
from envoy_app.domain.imports import ImportRow, RowStatus
from envoy_app.domain.names import read_gender, read_name
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.specialties import SpecialtyReading
from envoy_app.domain.text import compact, one_line
from envoy_app.domain.titles import read_education, read_title, split_title_post
from envoy_app.io.condition_cells import read_conditions
from envoy_app.io.headers import Column
from envoy_app.io.row_reader import Lexicon, Place, RowReader
from envoy_app.io.tables import Table

_HEADING_NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十0-9]+[)）]?\s*[、.．]?\s*")
_HEADING_END = re.compile(r"(产业|专业|技术)?(服务)?(组|团|队|类)?\s*([（(][^（()）]*[)）])?$")
_GROUP_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class SheetCounty:
    """The county a sheet stands for where every county has its own; code None: not known."""

    code: str | None
    text: str


def read_people(
    table: Table, lexicon: Lexicon, sheet_county: SheetCounty | None = None
) -> list[ImportRow]:
    """Return a row per person of a roster table, with the problems of its cells."""
    headings = dict(table.headings)
    people = []
    for row in table.data_rows:
        for group in table.groups:
            reader = RowReader(table.sheet, row, group, lexicon)
            if len(table.groups) > 1 and not _is_used(table, row, group):
                continue
            person = _Person(reader, table, group)
            people.append(person.read(headings.get(row, 0), sheet_county))
    return people


def _is_used(table: Table, row: int, group: tuple[Column, ...]) -> bool:
    """Whether a group of columns (成员3) holds anybody in this row."""
    own = (column for column in group if column.parent)
    return any(table.sheet.cell(row, column.index).text for column in own)


class _Person:
    """One person's cells."""

    def __init__(self, reader: RowReader, table: Table, group: tuple[Column, ...]) -> None:
        self._reader = reader
        self._table = table
        self._grouped = len(table.groups) > 1
        self._parent = next((column.parent for column in group if column.kind == "name"), "")

    def read(self, heading: int, sheet_county: SheetCounty | None) -> ImportRow:
        reader = self._reader
        values: dict[str, object] = {}
        values |= self._identity()
        values |= self._work()
        values |= self._schooling()
        values["specialties"] = self._specialties(heading)
        values |= self._counties(sheet_county)
        values |= self._service()
        in_order = {key: values[key] for key in KEYS} | read_conditions(reader)
        status = RowStatus.NEW if values["name"] else RowStatus.ERROR
        sheet = self._table.sheet.name
        return ImportRow(sheet, reader.row, status, in_order, tuple(reader.problems))

    def _identity(self) -> dict[str, object]:
        reader = self._reader
        name, noted_gender = read_name(reader.raw("name"))
        if not name:
            reader.note(Finding(ProblemCode.MISSING_NAME), reader.place("name"))
        number, finding = read_id_number(reader.raw("id"))
        reader.note(finding, reader.place("id"))
        cell = reader.cell("birth")
        birth, finding = read_birth(cell.value, cell.number_format, number, reader.lexicon.today)
        reader.note(finding, reader.place("birth"))
        phones = reader.phones()
        return {
            "name": name or None,
            "gender": read_gender(reader.raw("gender")) or noted_gender or None,
            "birth": birth or None,
            "id_number": number or None,
            "phone": phones[0] if phones else None,
            "phones": list(phones),
        }

    def _work(self) -> dict[str, object]:
        reader = self._reader
        organisation, post = reader.text("org"), reader.text("post")
        if reader.has("orgpost"):
            joint = split_organisation_post(reader.raw("orgpost"))
            organisation, post = organisation or joint[0], post or joint[1]
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

    def _specialties(self, heading: int) -> list[str]:
        reader = self._reader
        resolver = reader.lexicon.specialties
        total = SpecialtyReading()
        read = []
        for kind in ("spec", "specmajor", "field"):
            reading = resolver.read(reader.raw(kind))
            total = total + reading
            read.append((reading, reader.place(kind), one_line(reader.raw(kind))))
        if heading and not (total.codes or total.broad or total.unknown):
            place, text = self._heading(heading)
            total = resolver.read(text)
            read.append(
                (total, place, one_line(self._table.sheet.cell(heading, place.column).value))
            )
        for reading, place, text in read:
            # A broad word in one column may be settled by a word in another.
            for finding in SpecialtyReading(total.codes, reading.broad, reading.unknown).findings(
                text
            ):
                reader.note(finding, place)
        return list(total.codes)

    def _heading(self, row: int) -> tuple[Place, str]:
        """Return where a group heading stands and the specialty it names (一、柑橘产业组(7人))."""
        cells = self._table.sheet.rows[row]
        column = min(index for index, cell in cells.items() if cell.text)
        text = compact(cells[column].value)
        bare = _HEADING_END.sub("", _HEADING_NUMBER.sub("", text))
        header = self._reader.place("spec").header or self._reader.place("specmajor").header
        return Place(header, row, column), bare

    def _counties(self, sheet_county: SheetCounty | None) -> dict[str, object]:
        reader = self._reader
        counties = reader.lexicon.counties
        bases, finding = counties.resolve(reader.raw("base"))
        reader.note(finding, reader.place("base"))
        base = bases[0] if bases else None
        if base is None and reader.has("path"):
            base, finding = counties.resolve_path(reader.raw("path"))
            reader.note(finding, reader.place("path"))
        teams, finding = counties.resolve(reader.raw("team"))
        reader.note(finding, reader.place("team"))
        if sheet_county and not reader.has("team"):
            teams = (sheet_county.code,) if sheet_county.code else ()
            if not teams:
                unknown = Finding(ProblemCode.UNKNOWN_COUNTY, sheet_county.text)
                reader.note(unknown, Place("", reader.row, 0))
        return {
            "base_county": base,
            "team_county": teams[0] if teams else None,
            "team_counties": list(teams),
        }

    def _service(self) -> dict[str, object]:
        reader = self._reader
        role = reader.text("role")
        if self._grouped and not role:
            role = _GROUP_NUMBER.sub("", compact(self._parent))
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


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier row of the file that is the same person, and the kind of cell that shows it."""

    row: ImportRow
    kind: str


def find_twin(
    values: Mapping[str, object], seen: Mapping[tuple[str, ...], ImportRow]
) -> Twin | None:
    """Return the earlier row of the same person: same ID number, or same name and phone."""
    for key, kind in identity_keys(values):
        earlier = seen.get(key)
        if earlier is None:
            continue
        numbers = {values["id_number"], earlier.values["id_number"]} - {None}
        if len(numbers) < 2:  # two valid ID numbers are two people, whatever else agrees
            return Twin(earlier, kind)
    return None


def identity_keys(values: Mapping[str, object]) -> list[tuple[tuple[str, ...], str]]:
    """Return what tells a person from others in a file, strongest first, and its column kind.

    A shared office phone alone does not: the name must be the same too. Two people of one name
    and different phones are two people.
    """
    keys: list[tuple[tuple[str, ...], str]] = []
    if number := values["id_number"]:
        keys.append((("id", str(number)), "id"))
    phones = values["phones"]
    if values["name"] and isinstance(phones, list):
        keys.extend((("phone", str(values["name"]), phone), "phone") for phone in phones)
    return keys
