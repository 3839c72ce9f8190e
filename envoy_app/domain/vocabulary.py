"""The specialty vocabulary (专业领域): 26 classes with the synonyms that rosters use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from resources import read_table

OTHER = "S99"


@dataclass(frozen=True, slots=True)
class Specialty:
    """A class of the vocabulary; code S01…S26, or S99 for 其他/待归类."""

    code: str
    name: str
    group: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All classes in code order, and the generic words that must be asked about."""

    specialties: tuple[Specialty, ...]
    ambiguous: Mapping[str, tuple[str, ...]]

    @property
    def by_code(self) -> Mapping[str, Specialty]:
        """Classes by code."""
        return {item.code: item for item in self.specialties}

    def name(self, code: str) -> str:
        """Return the class's name, or the code itself where it is unknown."""
        found = self.by_code.get(code)
        return found.name if found else code

    def short(self, code: str) -> str:
        """Return the class's name in four characters at most, for narrow columns."""
        return _narrow_names().get(code, (self.name(code)[:4], ""))[0]

    def brief(self, code: str) -> str:
        """Return the class's name in two characters, for the board's chips."""
        return _narrow_names().get(code, ("", self.name(code)[:2]))[1]


@cache
def _narrow_names() -> Mapping[str, tuple[str, str]]:
    rows = read_table("vocabulary/short_names.csv")
    return {row["code"]: (row["short"], row["brief"]) for row in rows}


def shipped_vocabulary() -> Vocabulary:
    """Return the vocabulary that the product ships (resources/vocabulary)."""
    specialties = tuple(
        Specialty(row["code"], row["name"], row["group"], tuple(row["synonyms"].split("|")))
        for row in read_table("vocabulary/specialties.csv")
    )
    ambiguous = {
        row["term"]: tuple(row["candidate_codes"].split("|"))
        for row in read_table("vocabulary/specialty_ambiguous_terms.csv")
    }
    return Vocabulary(specialties, ambiguous)
