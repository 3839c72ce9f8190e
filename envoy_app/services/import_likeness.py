"""How alike two names of people or organisations are, as lists in Chinese spell them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.suggestions import sounds
from envoy_app.domain.text import compact

_BRACKETS = re.compile(r"[()\[\]【】〔〕<>《》“”\"'·\-—_]")
_COMPANY = re.compile(r"(?:股份)?有限(?:责任)?公司")
_LEVEL = re.compile(r"^[省市县区](?=.{3})")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation's name taken apart: where it is ("" where not said) and the rest."""

    place: str
    core: str


class Organisations:
    """Compares organisations loosely: brackets, kinds of company, places written or not."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Learn the names of counties and cities, which lists put before an office's name."""
        names: dict[str, str] = {"四川省": "四川", "四川": "四川"}
        for city in gazetteer.cities:
            names |= {city: city, city.removesuffix("市"): city}
        for county in gazetteer.counties:
            names |= {county.name: county.code, county.short_name: county.code}
        self._places = names
        longest_first = sorted(names, key=len, reverse=True)
        self._prefix = re.compile(f"^(?:{'|'.join(map(re.escape, longest_first))})")
        self.read = lru_cache(maxsize=20_000)(self._read)

    def _read(self, text: str) -> Organisation:
        rest = _COMPANY.sub("有限公司", _BRACKETS.sub("", compact(text)))
        place = ""
        while match := self._prefix.match(rest):
            if len(rest) - match.end() < 2:
                break
            place, rest = self._places[match.group()], rest[match.end() :]
        return Organisation(place, _LEVEL.sub("", rest))

    def agreement(self, one: str, other: str) -> int:
        """Return 2 for the same name, 1 for one spelled otherwise, 0 where one is not given.

        -1 for two organisations.
        """
        if not one or not other:
            return 0
        if one == other:
            return 2
        left, right = self.read(one), self.read(other)
        if left.core != right.core:
            return -1
        return 1 if left.place == right.place or not (left.place and right.place) else -1


def alike_names(one: str, other: str) -> bool:
    """Whether a name may be the other mistyped: it sounds alike, or one character of 3 differs."""
    short, long = sorted((one.replace("·", ""), other.replace("·", "")), key=len)
    if not short:
        return False
    if short == long:
        return True
    if len(short) != len(long):
        return len(short) >= 3 and long.startswith(short)
    differing = sum(left != right for left, right in zip(short, long, strict=True))
    if len(short) >= 3 and differing == 1:
        return True
    return differing <= 2 and _near(sounds(short), sounds(long))


def _near(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether syllables are the same but for what dialects and keyboards mix up (n/ng, l/n)."""
    return [_plain(part) for part in one] == [_plain(part) for part in other]


def _plain(syllable: str) -> str:
    plain = re.sub(r"^(zh|ch|sh)", lambda match: match.group()[0], syllable)
    return re.sub(r"^n", "l", re.sub(r"ng$", "n", plain))
