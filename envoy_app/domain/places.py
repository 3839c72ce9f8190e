"""Counties as rosters write them: short names, former names, city prefixes, functional zones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import compact, is_empty, narrow

_PROVINCE = re.compile(r"^四川省?")
_LIST = re.compile(r"[、,;/|\n\r]+|\s{1,}|(?<=[区县市])[和及与](?=.{2})")
_PATH_MARKS = re.compile(r"[\s/\\\-—>_,、|]+")
_PART_SUFFIX = re.compile(r"(街道办事处|街道办|街道|办事处|片区|镇|乡)$")
_BELOW_COUNTY = re.compile(
    r"(.+?[区县市])([^区县市]{1,8}(?:街道办事处|街道办|街道|镇|乡|村|社区))$"
)
_NOTHING = frozenset({"无", "暂无", "没有"})
_CITY = re.compile(r"(.{2,3}市)(?=.{2})")
_KEPT = 100_000  # readings kept for cells that say the same
_WHOLE_COUNTY_MARK = re.compile(r"\(([区县市])\)$")


@dataclass(frozen=True, slots=True)
class Zone:
    """A functional zone's share of one county: name and the parts that lie there."""

    name: str
    county: str
    parts: tuple[str, ...]


def zone_of(text: str, county: str) -> Zone:
    """Read a zone of the gazetteer, such as 成都高新区(西区:合作、西园街道), for one county."""
    name, _, inside = text.replace("（", "(").replace("）", ")").partition("(")
    words = re.split(r"[:、]", inside.removesuffix(")"))
    parts = (re.sub(r"等(部分|街道)?$", "", word.strip()) for word in words)
    bare = (_PART_SUFFIX.sub("", part) or part for part in parts)
    return Zone(name, county, tuple(part for part in bare if part))


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """The counties a cell names, and its words that name none, each with what it may mean."""

    codes: tuple[str, ...] = ()
    unknown: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def finding(self) -> Finding | None:
        """What must be told, None where all is understood."""
        if not self.unknown:
            return None
        candidates = next((codes for _, codes in self.unknown if codes), ())
        return Finding(ProblemCode.UNKNOWN_COUNTY, self.unknown[0][0], candidates)


class CountyResolver:
    """Finds counties by any of their names; unknown places are never guessed."""

    def __init__(
        self, gazetteer: Gazetteer, answers: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Learn all names; `answers` are the codes that the user gave to further words."""
        self._answers = {compact(word): codes for word, codes in (answers or {}).items()}
        self._read: dict[Raw, PlaceReading] = {}
        self._cities = tuple(dict.fromkeys((*gazetteer.cities, *_short_cities(gazetteer))))
        self._names: dict[str, set[str]] = {}
        self._home: dict[str, str] = {}
        self._zones: list[Zone] = []
        for county in gazetteer.counties:
            self._learn(county)

    def _learn(self, county: County) -> None:
        self._home[county.code] = county.city_short
        self._zones.extend(zone_of(zone, county.code) for zone in county.zones)
        names = {county.name, county.short_name, *county.aliases, county.code, *county.old_codes}
        for name in names:
            self._names.setdefault(compact(name), set()).add(county.code)

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """All names of counties that are words, with the codes they may stand for."""
        return {
            name: tuple(sorted(codes)) for name, codes in self._names.items() if not name.isdigit()
        }

    def is_elsewhere(self, text: str) -> bool:
        """Whether a place names a city that is not of the area (乐山市市中区)."""
        city = _CITY.match(_PROVINCE.sub("", compact(text)))
        return city is not None and city[1] not in self._cities and city[1] not in self._names

    def resolve(self, raw: Raw) -> tuple[tuple[str, ...], Finding | None]:
        """Return the codes of all counties a cell names, in order, and what is not understood."""
        reading = self.read(raw)
        return reading.codes, reading.finding

    def read(self, raw: Raw) -> PlaceReading:
        """Read a cell that names one or several counties; what was read once is kept."""
        if (known := self._read.get(raw)) is not None:
            return known
        if len(self._read) > _KEPT:
            self._read.clear()
        return self._read.setdefault(raw, self._cell(raw))

    def _cell(self, raw: Raw) -> PlaceReading:
        if is_empty(raw) or compact(raw) in _NOTHING:
            return PlaceReading()
        if (answer := self._answers.get(compact(raw))) is not None:
            return PlaceReading(answer)
        if whole := self._by_name(_PROVINCE.sub("", _PATH_MARKS.sub("", narrow(raw)))):
            return PlaceReading((whole,))
        codes: list[str] = []
        unknown: list[tuple[str, tuple[str, ...]]] = []
        for part in (piece for piece in _LIST.split(narrow(raw)) if piece):
            word = compact(part)
            if (answer := self._answers.get(word)) is not None:
                codes.extend(answer)
                continue
            code, choices = self._one(word)
            if code:
                codes.append(code)
            else:
                unknown.append((part, choices))
        return PlaceReading(tuple(dict.fromkeys(codes)), tuple(unknown))

    def resolve_path(self, raw: Raw) -> tuple[str | None, Finding | None]:
        """Return the county at the end of a region path: 四川省/成都市/成华区 in any spelling."""
        if is_empty(raw):
            return None, None
        if (answer := self._answers.get(compact(raw))) is not None:
            return (answer[0] if answer else None), None
        code, candidates = self._one(_PATH_MARKS.sub("", narrow(raw)))
        if code:
            return code, None
        return None, Finding(ProblemCode.UNKNOWN_COUNTY, compact(raw), candidates)

    def _one(self, text: str) -> tuple[str | None, tuple[str, ...]]:
        """Return the county of one name, or None and the counties it may mean."""
        bare = _PROVINCE.sub("", text)
        for name in (text, bare, _WHOLE_COUNTY_MARK.sub("", bare)):
            if code := self._by_name(name):
                return code, ()
        if (below := _BELOW_COUNTY.fullmatch(bare)) and (code := self._by_name(below[1])):
            return code, ()
        return self._by_zone(text)

    def _by_name(self, name: str) -> str | None:
        if len(codes := self._names.get(name, set())) == 1:
            return next(iter(codes))
        for city in self._cities:
            if name.startswith(city) and len(name) > len(city):
                inside = {
                    code
                    for code in self._names.get(name[len(city) :], set())
                    if self._home[code] == city.removesuffix("市")
                }
                return inside.pop() if len(inside) == 1 else None
        return None

    def _by_zone(self, text: str) -> tuple[str | None, tuple[str, ...]]:
        spellings = (text, text.replace("市", "", 1), _PROVINCE.sub("", text))
        named = [zone for zone in self._zones if any(s.startswith(zone.name) for s in spellings)]
        if named:
            return self._part_of_zone(text, named)
        if len(text) < 3:
            return None, ()
        like = [zone.county for zone in self._zones if zone.name.endswith(text)]
        return None, tuple(dict.fromkeys(like))

    @staticmethod
    def _part_of_zone(text: str, zones: list[Zone]) -> tuple[str | None, tuple[str, ...]]:
        longest = max(len(zone.name) for zone in zones)
        zones = [zone for zone in zones if len(zone.name) == longest]
        name = zones[0].name
        rest = text[text.find(name[-3:]) + 3 :].strip("()")
        rest = _PART_SUFFIX.sub("", rest) or rest
        if rest:
            zones = [zone for zone in zones if rest in zone.parts] or zones
        counties = tuple(dict.fromkeys(zone.county for zone in zones))
        # 成都高新区 lies in three counties: only a named part settles which.
        return (counties[0], ()) if len(counties) == 1 else (None, counties)


def without_city(text: str) -> tuple[str, ...]:
    """Return a place as written, and without the province and the city before it."""
    bare = _PROVINCE.sub("", text)
    return tuple(dict.fromkeys((text, bare, re.sub(r"^.{2,3}市(?=.{2})", "", bare))))


def _short_cities(gazetteer: Gazetteer) -> tuple[str, ...]:
    return tuple(city.removesuffix("市") for city in gazetteer.cities)
