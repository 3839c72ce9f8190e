"""What the people below a group heading share: the specialty and the county it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from envoy_app.domain.places import PlaceReading
from envoy_app.domain.specialties import SpecialtyReading
from envoy_app.io.understanding.group_headings import level, subjects
from envoy_app.io.understanding.row_reader import Lexicon
from envoy_app.io.understanding.table_rows import Table, heading_cell


@dataclass(frozen=True, slots=True)
class GroupContext:
    """What group headings say of the people below them, and the rows in which they say it."""

    specialties: SpecialtyReading = field(default_factory=SpecialtyReading)
    specialty_row: int = 0
    places: PlaceReading = field(default_factory=PlaceReading)
    place_row: int = 0


NOTHING_SAID = GroupContext()


def group_contexts(table: Table, lexicon: Lexicon) -> Mapping[int, GroupContext]:
    """Return what counts below each group heading, by its row.

    A heading of the other sort stays in force above a new one that divides its group: by their
    numbers (一、 and （一）), or where nobody stands directly below it (水稻组, 金堂县, 简阳市).
    """
    found: dict[int, GroupContext] = {}
    before = NOTHING_SAID
    said = {row: _context(table, row, lexicon) for row in table.group_rows}
    places = any(own.places.codes for own in said.values())
    words = any(own.specialties.codes or own.specialties.broad for own in said.values())
    for row, own in said.items():
        if own.specialties.unknown and places and not words:  # 市本级 among counties
            unknown = tuple((word, ()) for word in own.specialties.unknown)
            own = GroupContext(places=PlaceReading(unknown=unknown), place_row=row)
        if own.place_row and _is_below(table, row, before.specialty_row):
            own = GroupContext(before.specialties, before.specialty_row, own.places, row)
        elif own.specialty_row and _is_below(table, row, before.place_row):
            own = GroupContext(own.specialties, row, before.places, before.place_row)
        found[row] = before = own
    return found


def _is_below(table: Table, row: int, other: int) -> bool:
    """Whether a heading divides the group of another one, by their numbers where they have any."""
    if not other:
        return False
    own, above = (level(heading_cell(table.sheet, one)[1]) for one in (row, other))
    if own and above:
        return own > above
    return other not in table.headings.values()


def _context(table: Table, row: int, lexicon: Lexicon) -> GroupContext:
    text = heading_cell(table.sheet, row)[1]
    about = subjects(text)
    if not about:  # 第一组 says neither
        return NOTHING_SAID
    for words in about:
        reading = lexicon.counties.read(words)
        if (reading.codes and not reading.unknown) or lexicon.counties.is_region(words):
            return GroupContext(places=PlaceReading(reading.codes), place_row=row)
        specialties = lexicon.specialties.read(words)
        if not specialties.unknown:
            return GroupContext(specialties, row)
    bare = about[-1]
    if bare.endswith(("县", "市", "区")):
        return GroupContext(places=PlaceReading(unknown=((bare, ()),)), place_row=row)
    return GroupContext(SpecialtyReading(unknown=(bare,)), row)
