"""The gazetteer: counties of the metropolitan area, their names and the way between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from resources import read_table

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class County:
    """A county-level division. Coordinates are WGS84 degrees, area km²."""

    code: str
    name: str
    short_name: str
    city: str
    kind: str
    seat: tuple[float, float]
    label: tuple[float, float]
    area_km2: float
    towns_total: int
    industries: tuple[str, ...]
    industry_confidence: str
    aliases: tuple[str, ...]
    old_codes: tuple[str, ...]
    zones: tuple[str, ...]

    @property
    def city_short(self) -> str:
        """The city without 市."""
        return self.city.removesuffix("市")


@dataclass(frozen=True, slots=True)
class TravelRule:
    """How seat distances become minutes: distance × detour / speed, and minutes inside a county."""

    detour: float = 1.35
    speed_kmh: float = 48.0
    within_minutes: int = 25


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All counties in code order."""

    counties: tuple[County, ...]

    @property
    def by_code(self) -> Mapping[str, County]:
        """Counties by GB/T 2260 code."""
        return {county.code: county for county in self.counties}

    @property
    def cities(self) -> tuple[str, ...]:
        """City names in code order."""
        return tuple(dict.fromkeys(county.city for county in self.counties))


def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def _county(row: Mapping[str, str]) -> County:
    return County(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        city=row["city"],
        kind=row["kind"],
        seat=(float(row["seat_lon_wgs84"]), float(row["seat_lat_wgs84"])),
        label=(float(row["label_lon"]), float(row["label_lat"])),
        area_km2=float(row["area_km2"]),
        towns_total=int(row["towns_total"]),
        industries=_parts(row["industries"], "、"),
        industry_confidence=row["industry_confidence"],
        aliases=_parts(row["aliases"], "|"),
        old_codes=_parts(row["old_codes"], "|"),
        zones=_parts(row["functional_zones"], "|"),
    )


def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer that the product ships (resources/gazetteer/counties.csv)."""
    rows = sorted(read_table("gazetteer/counties.csv"), key=lambda row: row["code"])
    return Gazetteer(tuple(_county(row) for row in rows))


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (longitude, latitude) points in km (haversine formula)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def default_travel(gazetteer: Gazetteer, rule: TravelRule) -> tuple[tuple[int, ...], ...]:
    """Return one-way minutes between county seats, rows and columns in gazetteer order."""

    def minutes(one: County, other: County) -> int:
        if one is other:
            return rule.within_minutes
        road = distance_km(one.seat, other.seat) * rule.detour
        return max(rule.within_minutes, round(road / rule.speed_kmh * 60))

    return tuple(
        tuple(minutes(one, other) for other in gazetteer.counties) for one in gazetteer.counties
    )
