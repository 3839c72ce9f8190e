"""A shortage that no plan can cure, and its way between processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Shortage:
    """What is short, so that the visits cannot all be held, nor some of them each by itself.

    Attributes:
        kind: `window` (no start), `reach` (people for one visit, anytime), `free` (people for one
            visit at one time), `load` (half-days of people), `host` (half-days a county receives)
            or `coverage` (visits that count to a standard).
        visits: For `window`, `reach`, `free`: none of them can be held. For `load`, `host`: not
            all together. For `coverage`: all that could count.
        need: How many starts, people, half-days or visits are needed.
        have: How many there are at most.
        county, specialty, level: What it is about, as far as it is about one.
        first, last: The days of a `load` or `host` shortage.
    """

    kind: str
    visits: tuple[str, ...]
    need: int
    have: int
    county: str | None = None
    specialty: str | None = None
    level: int | None = None
    first: date | None = None
    last: date | None = None


def shortage_to_json(shortage: Shortage) -> dict[str, Any]:
    """The shortage as JSON data; `shortage_from_json` reads it back the same."""
    dates = {
        key: None if day is None else day.isoformat()
        for key, day in (("first", shortage.first), ("last", shortage.last))
    }
    return asdict(shortage) | dates


def shortage_from_json(data: dict[str, Any]) -> Shortage:
    """The shortage written by `shortage_to_json`."""
    dates = {
        key: None if data[key] is None else date.fromisoformat(data[key])
        for key in ("first", "last")
    }
    return Shortage(**{**data, **dates, "visits": tuple(data["visits"])})
