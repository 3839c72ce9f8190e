"""Counties as rosters write them: short names, former names, city prefixes, functional zones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from envoy_app.domain.findings import Finding, Raw
from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import compact, is_empty, narrow
from resources import read_table

_PROVINCE = re.compile(r"^四川省?")
_LIST = re.compile(r"[、,;|]+|(?<=[区县市])[和及与](?=.{2})")
_STEP = re.compile(r"[\s/\\>→_]+|[-—]+")
_UNDER = re.compile(r"([^:(]{2,8})[:(](.+?)\)?")  # 成都市：金堂县、简阳市
_PATH_MARKS = re.compile(r"[\s/\\\-—>_,、|]+")
_PART_SUFFIX = re.compile(r"(街道办事处|街道办|街道|办事处|片区|镇|乡)$")
_BELOW_COUNTY = re.compile(
    r"(.+?[区县市])([^区县市]{1,8}(?:街道办事处|街道办|街道|镇|乡|村|社区))$"
)
_NOTHING = frozenset({"无", "暂无", "没有"})
_CITY = re.compile(r"(.{2,3}市)(?=.{2})")
_TOWN = re.compile(r".*(?:街道办事处|街道办|街道|镇|乡|村|社区)")
_ANYWHERE = frozenset({"市中区", "经开区", "高新区", "空港", "市区", "城区", "市辖区"})
_KEPT = 100_000  # readings kept for cells that say the same
_AND_OTHERS = re.compile(r"等?[两二三四五六七八九]?个?(?:等|等地|县|区县|县区|市县|县市)$")
_COUNTY_NOTE = re.compile(r"\([^()]{1,6}\)$")  # 双流县(区), 金堂县(主)


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

    def __add__(self, other: PlaceReading) -> PlaceReading:
        codes = tuple(dict.fromkeys(self.codes + other.codes))
        return PlaceReading(codes, self.unknown + other.unknown)

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

    def is_region(self, text: str) -> bool:
        """Whether a text is a province or a city, with counties below it."""
        return self._is_region(_PROVINCE.sub("", compact(text)) or "四川")

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
        text, region = narrow(raw), ""
        if (under := _UNDER.fullmatch(text)) and self._is_region(compact(under[1])):
            region, text = compact(under[1]), under[2]
        pieces = [piece for piece in _LIST.split(text) if compact(piece)]
        if len(pieces) > 1 and compact(pieces[0]) in _elsewhere("province"):
            pieces = [" ".join(pieces)]  # 四川省、成都市、金堂县 is a path, no list
        return sum((self._piece(piece, region) for piece in pieces), PlaceReading())

    def _piece(self, piece: str, region: str) -> PlaceReading:
        """Read one or several counties, each perhaps below its province and city.

        A county below a city that it does not lie in is none: 市中区 of 乐山市 is not ours.
        """
        word = compact(piece)
        if (answer := self._answers.get(word)) is not None:
            return PlaceReading(answer)
        steps = [step for step in map(compact, _STEP.split(piece)) if step]
        if not region and len(steps) == 1:
            return self._step(word, "")
        found, above = PlaceReading(), region
        for position, step in enumerate(steps):
            follows = steps[position + 1] if position + 1 < len(steps) else ""
            if step == "市辖区":
                continue
            if follows and self._is_region(step, above, follows):
                above += step
            elif not (found.codes and self._lies_in(step, steps[position - 1])):
                read = self._step(step, above)
                above = "" if read.codes else above
                found += read
        return found

    def _lies_in(self, step: str, before: str) -> bool:
        """Whether a step of a path is a town or part of the county or zone before it."""
        town = _TOWN.fullmatch(step) is not None
        return (town or self._one(before + step)[0] is not None) and not self._one(step)[0]

    def _step(self, step: str, above: str) -> PlaceReading:
        if (answer := self._answers.get(above + step)) is not None:
            return PlaceReading(answer)
        code, choices = self._one(above + step)
        return PlaceReading((code,)) if code else PlaceReading(unknown=((above + step, choices),))

    def _is_region(self, word: str, above: str = "", follows: str = "") -> bool:
        """Whether a word is a province or city, with counties below it."""
        if word in _elsewhere("province") or word in self._cities:
            return True
        if word.removesuffix("市") in _elsewhere("city"):
            return True
        somewhere = word.endswith(("市", "州", "地区")) and word not in self._names
        return somewhere and (bool(above) or follows in _ANYWHERE)

    def resolve_path(self, raw: Raw) -> tuple[str | None, Finding | None]:
        """Return the county at the end of a region path: 四川省/成都市/成华区 in any spelling."""
        if is_empty(raw):
            return None, None
        if (answer := self._answers.get(compact(raw))) is not None:
            return (answer[0] if answer else None), None
        code, candidates = self._one(_PATH_MARKS.sub("", narrow(raw)).replace("市辖区", ""))
        if code:
            return code, None
        return None, Finding(ProblemCode.UNKNOWN_COUNTY, compact(raw), candidates)

    def _one(self, text: str) -> tuple[str | None, tuple[str, ...]]:
        """Return the county of one name, or None and the counties it may mean."""
        bare = _PROVINCE.sub("", text)
        for name in (text, bare, _COUNTY_NOTE.sub("", bare), _AND_OTHERS.sub("", bare)):
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


@cache
def _elsewhere(kind: str) -> frozenset[str]:
    """Return the names of provinces, or of the province's cities outside the area."""
    rows = read_table("gazetteer/regions.csv")
    names = [row["name"] for row in rows if row["kind"] == kind]
    ends = ("", "省", "市", "自治区") if kind == "province" else ("", "州")
    return frozenset(name + end for name in names for end in ends)


def without_city(text: str) -> tuple[str, ...]:
    """Return a place as written, and without the province and the city before it."""
    bare = _PROVINCE.sub("", text)
    return tuple(dict.fromkeys((text, bare, re.sub(r"^.{2,3}市(?=.{2})", "", bare))))


def _short_cities(gazetteer: Gazetteer) -> tuple[str, ...]:
    return tuple(city.removesuffix("市") for city in gazetteer.cities)
