"""Counties, specialties, travel, boundaries and the coverage standard."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from envoy_app.domain.calendar import CalendarEdits, DayKind, WorkCalendar
from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.geography import Gazetteer, TravelRule, default_travel
from envoy_app.domain.imports import Term, TermAnswers, TermTopic
from envoy_app.domain.vocabulary import Specialty, Vocabulary
from envoy_app.persistence.unit_of_work import UnitOfWork
from resources import resource_path

Ring = tuple[tuple[float, float], ...]
ValueT = TypeVar("ValueT")
SEASONAL_SETTING = "standard_by_season"  # true: the farming calendar spreads the standard
TRAVEL_SETTING = "travel_rule"
# Older databases have all days in one: {"off": {ISO date: name}, "on": {ISO date: name}}.
CALENDAR_SETTING = "calendar_edits"
_EDITED = {"own_terms", "vocabulary", "calendar", "standards", "minimums", "travel_rule"}
CALENDAR_DAYS = "calendar."  # and the ISO date: {"kind": "off", "work" or null, "name": …}


@dataclass(frozen=True, slots=True)
class CountyBoundary:
    """Outer rings of a county in WGS84 degrees, and where its name goes."""

    code: str
    polygons: tuple[Ring, ...]
    label: tuple[float, float]


class ReferenceService:
    """Reference data, read once per workspace, and what users can change of it again once they do.

    Also where another program did: `version` tells that something was stored.
    """

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[UnitOfWork]],
        version: Callable[[], int] = lambda: 0,
    ) -> None:
        """Take the way to open a reading transaction, and a number that each commit changes."""
        self._read = read
        self._version = version
        self._seen = 0
        self._lock = threading.RLock()
        self._cache: dict[str, Any] = {}
        self._doubtful: set[str] = set()

    def refresh(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._cache.clear()
            self._doubtful.clear()

    def refresh_edited(self) -> None:
        """Forget all that users can change: an undo may have changed any of it."""
        with self._lock:
            self._doubtful |= self._cache.keys() & _EDITED

    def refresh_calendar(self) -> None:
        """Forget the working days only: the rest is slow to read again."""
        with self._lock:
            self._cache.pop("calendar", None)

    def _once(self, key: str, load: Callable[[], ValueT]) -> ValueT:
        with self._lock:
            if key in _EDITED and (version := self._version()) != self._seen:
                self._seen = version
                self._doubtful |= self._cache.keys() & _EDITED
            if key not in self._cache:
                self._cache[key] = load()
            elif key in self._doubtful and (found := load()) != self._cache[key]:
                self._cache[key] = found  # else the same object stays, for those who compare
            self._doubtful.discard(key)
            return cast(ValueT, self._cache[key])

    def gazetteer(self) -> Gazetteer:
        """Return all counties in code order."""

        def load() -> Gazetteer:
            with self._read() as uow:
                return Gazetteer(uow.counties.all())

        return self._once("gazetteer", load)

    def vocabulary(self) -> Vocabulary:
        """Return the specialties, with the synonyms that users added."""

        def load() -> Vocabulary:
            with self._read() as uow:
                shipped, broad = uow.specialties.all(), uow.ambiguous_terms.all()
            return Vocabulary(_with_own(shipped, self.own_terms()), broad)

        return self._once("vocabulary", load)

    def own_terms(self) -> TermAnswers:
        """Return the words that users explained while importing."""

        def load() -> dict[Term, tuple[str, ...]]:
            with self._read() as uow:
                return {own.term: own.codes for own in uow.own_terms.all()}

        return self._once("own_terms", load)

    def refresh_terms(self) -> None:
        """Forget the words only, after some were learned or forgotten."""
        with self._lock:
            self._cache.pop("own_terms", None)
            self._cache.pop("vocabulary", None)

    def travel_rule(self) -> TravelRule:
        """Return how distances become minutes."""

        def load() -> TravelRule:
            with self._read() as uow:
                return TravelRule(**uow.settings.get(TRAVEL_SETTING, asdict(TravelRule())))

        return self._once("travel_rule", load)

    def travel(self) -> tuple[tuple[int, ...], ...]:
        """Return one-way minutes between counties, rows and columns in gazetteer order."""
        rule = self.travel_rule()
        with self._lock:
            if self._cache.get("travel_of") != rule:
                self._cache["travel_of"] = rule
                self._cache["travel"] = default_travel(self.gazetteer(), rule)
            return cast(tuple[tuple[int, ...], ...], self._cache["travel"])

    def calendar(self) -> WorkCalendar:
        """Return the working days, with the users' edits."""

        def load() -> WorkCalendar:
            with self._read() as uow:
                return read_edits(uow).calendar()

        return self._once("calendar", load)

    def boundaries(self) -> tuple[CountyBoundary, ...]:
        """Return the outlines of all counties in code order (示意图,不作划界依据)."""
        return self._once("boundaries", _shipped_boundaries)

    def standards(self) -> tuple[CoverageStandard, ...]:
        """Return the coverage standard, by county and specialty."""

        def load() -> tuple[CoverageStandard, ...]:
            with self._read() as uow:
                return uow.standards.all()

        return self._once("standards", load)

    def minimums(self) -> tuple[CountyMinimum, ...]:
        """Return the least visits of each county."""

        def load() -> tuple[CountyMinimum, ...]:
            with self._read() as uow:
                return uow.minimums.all()

        return self._once("minimums", load)


def _with_own(specialties: Iterable[Specialty], own: TermAnswers) -> tuple[Specialty, ...]:
    """Return the classes with the words that users said stand for one of them."""
    words: dict[str, list[str]] = {}
    for term, codes in own.items():
        if term.topic is TermTopic.SPECIALTY and len(codes) == 1:
            words.setdefault(codes[0], []).append(term.text)
    return tuple(
        replace(item, synonyms=(*item.synonyms, *words.get(item.code, ()))) for item in specialties
    )


def read_edits(uow: UnitOfWork) -> CalendarEdits:
    """Return the users' edits of the working days."""
    before = uow.settings.get(CALENDAR_SETTING, {})
    edits = CalendarEdits(_dated(before.get("off", {})), _dated(before.get("on", {})))
    for day, edit in _dated(uow.settings.starting(CALENDAR_DAYS)).items():
        kind = DayKind(edit["kind"]) if edit["kind"] else None
        edits = edits.changed([day], kind, {day: edit["name"]})
    return edits


def put_edits(uow: UnitOfWork, before: CalendarEdits, after: CalendarEdits) -> None:
    """Store what differs between the users' edits of the working days, day by day.

    Each day is a setting of its own, so that one can be taken back without the others.
    """
    old = uow.settings.get(CALENDAR_SETTING, {})
    listed = old.get("off", {}).keys() | old.get("on", {}).keys()
    gone = []
    for day in sorted({*before.days_off, *before.days_on, *after.days_off, *after.days_on}):
        kind, name = _edit(after, day)
        if (kind, name) == _edit(before, day):
            continue
        key = CALENDAR_DAYS + day.isoformat()
        if kind or day.isoformat() in listed:
            uow.settings.put(key, {"kind": kind and kind.value, "name": name})
        else:
            gone.append(key)
    uow.settings.remove(gone)


def _edit(edits: CalendarEdits, day: date) -> tuple[DayKind | None, str]:
    return edits.kind(day), edits.days_off.get(day, edits.days_on.get(day, ""))


def _dated(edits: Mapping[str, ValueT]) -> dict[date, ValueT]:
    return {date.fromisoformat(day): name for day, name in sorted(edits.items())}


def _shipped_boundaries() -> tuple[CountyBoundary, ...]:
    text = resource_path("gazetteer/metro_counties.geojson").read_text(encoding="utf-8")
    features = json.loads(text)["features"]
    return tuple(sorted(map(_boundary, features), key=lambda item: item.code))


def _boundary(feature: dict[str, Any]) -> CountyBoundary:
    geometry, properties = feature["geometry"], feature["properties"]
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    rings = tuple(tuple((float(x), float(y)) for x, y in part[0]) for part in parts)
    lon, lat = properties["label"]
    return CountyBoundary(properties["code"], rings, (lon, lat))
