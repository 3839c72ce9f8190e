"""Counties, specialties, travel, boundaries and the coverage standard."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from envoy_app.domain.calendar import CalendarEdits, WorkCalendar
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
CALENDAR_SETTING = "calendar_edits"  # {"off": {ISO date: name}, "on": {ISO date: name}}


@dataclass(frozen=True, slots=True)
class CountyBoundary:
    """Outer rings of a county in WGS84 degrees, and where its name goes."""

    code: str
    polygons: tuple[Ring, ...]
    label: tuple[float, float]


class ReferenceService:
    """Reference data, read once per workspace; `refresh()` after it was changed."""

    def __init__(self, read: Callable[[], UnitOfWork]) -> None:
        """Take the way to open a reading transaction."""
        self._read = read
        self._lock = threading.RLock()
        self._cache: dict[str, Any] = {}

    def refresh(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._cache.clear()

    def refresh_edited(self) -> None:
        """Forget all that users can change: an undo may have changed any of it."""
        with self._lock:
            for key in ("own_terms", "vocabulary", "calendar", "standards", "minimums"):
                self._cache.pop(key, None)
            if self._cache.pop("travel_rule", None) is not None:
                self._cache.pop("travel", None)

    def refresh_calendar(self) -> None:
        """Forget the working days only: the rest is slow to read again."""
        with self._lock:
            self._cache.pop("calendar", None)

    def _once(self, key: str, load: Callable[[], ValueT]) -> ValueT:
        with self._lock:
            if key not in self._cache:
                self._cache[key] = load()
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
        return self._once("travel", lambda: default_travel(self.gazetteer(), self.travel_rule()))

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
    stored = uow.settings.get(CALENDAR_SETTING, {})
    return CalendarEdits(_dated(stored.get("off", {})), _dated(stored.get("on", {})))


def put_edits(uow: UnitOfWork, edits: CalendarEdits) -> None:
    """Store the users' edits of the working days."""
    stored = {"off": _undated(edits.days_off), "on": _undated(edits.days_on)}
    uow.settings.put(CALENDAR_SETTING, stored)


def _undated(edits: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(edits.items())}


def _dated(edits: dict[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in edits.items()}


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
