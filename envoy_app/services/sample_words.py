"""The words and proportions of the fictional metro (resources/sample/words.json), and dice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.vocabulary import Vocabulary
from resources import resource_path

ValueT = TypeVar("ValueT")


@cache
def words() -> dict[str, Any]:
    """Return the words; the file's keys say what they are."""
    loaded: dict[str, Any] = json.loads(
        resource_path("sample/words.json").read_text(encoding="utf-8")
    )
    return loaded


@dataclass(frozen=True, slots=True)
class Setting:
    """The real ground the fictional people stand on."""

    gazetteer: Gazetteer
    vocabulary: Vocabulary
    standards: tuple[CoverageStandard, ...]

    def group(self, specialty: str) -> str:
        """Return the vocabulary group of a specialty: 种植业, 养殖业 or 支撑技术."""
        return self.vocabulary.by_code[specialty].group


@dataclass(frozen=True, slots=True)
class Month:
    """A whole month."""

    start: date
    end: date

    @property
    def weekdays(self) -> tuple[date, ...]:
        """Mondays to Fridays."""
        span = (self.end - self.start).days + 1
        days = (self.start + timedelta(days=offset) for offset in range(span))
        return tuple(day for day in days if day.weekday() < 5)


def next_month(today: date) -> Month:
    """Return the month after the one `today` lies in."""
    start = _after(today)
    return Month(start, _after(start) - timedelta(days=1))


def _after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def weighted(random: Random, pairs: Iterable[tuple[ValueT, float]]) -> ValueT:
    """Draw one value by its weight."""
    values, weights = zip(*pairs, strict=True)
    drawn: ValueT = random.choices(values, weights)[0]
    return drawn


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` in whole parts proportional to the weights (largest remainders)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    by_rest = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_rest[: total - sum(parts)]:
        parts[index] += 1
    return parts
