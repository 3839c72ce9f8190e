"""The fictional counties' demands of a month, deterministic by seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.demands import MODES
from envoy_app.domain.geography import County
from envoy_app.services.sample_people import PHONE_PREFIX
from envoy_app.services.sample_words import Month, Setting, weighted, words

LEAST, MOST = 92, 108


@dataclass(frozen=True, slots=True)
class SampleDemand:
    """A row of the sample's demand sheet, in the words an office uses."""

    county: str
    town: str
    site: str
    industry: str
    content: str
    mode: str
    headcount: int
    rank: str
    window: str
    duration: str
    contact: str
    phone: str
    urgency: str


def make_demands(setting: Setting, seed: int, month: Month) -> tuple[SampleDemand, ...]:
    """Return 92 to 108 demands; every county has at least two."""
    random = Random(f"demands-{seed}-{month.start}")
    return _Demands(setting, random, month).make()


class _Demands:
    def __init__(self, setting: Setting, random: Random, month: Month) -> None:
        self._setting = setting
        self._random = random
        self._month = month
        self._phones = iter(random.sample(range(10_000), MOST))
        self._lines: dict[str, list[CoverageStandard]] = defaultdict(list)
        for line in setting.standards:
            self._lines[line.county].append(line)

    def make(self) -> tuple[SampleDemand, ...]:
        counties = self._setting.gazetteer.counties
        count = self._random.randint(LEAST, MOST)
        chosen = [*counties, *counties]
        chosen += self._random.choices(
            counties, [item.towns_total for item in counties], k=count - len(chosen)
        )
        self._random.shuffle(chosen)
        return tuple(self._demand(county) for county in chosen)

    def _demand(self, county: County) -> SampleDemand:
        pick, known = self._random.choice, words()
        codes = self._specialties(county)
        group = self._setting.group(codes[0])
        duration = weighted(self._random, (("半天", 50), ("1天", 36), ("2天", 14)))
        towns = known["subdistricts"] if county.kind == "区" else known["towns"]
        return SampleDemand(
            county=county.name,
            town=pick(towns),
            site=pick(known["sites"]),
            industry="、".join(pick(known["specialty_words"][code]) for code in codes),
            content=pick(known["contents"][group]),
            mode=weighted(self._random, zip(MODES, (30, 34, 16, 15, 5), strict=True)),
            headcount=self._headcount(len(codes)),
            rank=weighted(self._random, (("不限", 42), ("中级及以上", 33), ("副高及以上", 25))),
            window=self._window(duration),
            duration=duration,
            contact=pick(known["surnames"]) + pick(known["male"]) + pick(known["female"]),
            phone=f"{PHONE_PREFIX}{next(self._phones):04d}",
            urgency=weighted(self._random, (("一般", 56), ("较急", 32), ("紧急", 12))),
        )

    def _specialties(self, county: County) -> list[str]:
        """Draw one or two of what the county grows, now and then something it has no team for."""
        own = [line.specialty for line in self._lines[county.code]]
        first = self._random.choice(own)
        if self._random.random() < 0.08:
            first = self._random.choice(("S16", "S18", "S22", "S26"))
        others = [code for code in own if code != first]
        return [first, self._random.choice(others)] if self._random.random() < 0.2 else [first]

    def _headcount(self, least: int) -> int:
        return max(least, weighted(self._random, ((1, 62), (2, 30), (3, 8))))

    def _window(self, duration: str) -> str:
        """Return an expected time as counties write it, always with the year."""
        month = f"{self._month.start.year}年{self._month.start.month}月"
        kind = weighted(
            self._random, (("span", 46), ("ten", 26), ("day", 12), ("month", 10), ("soon", 6))
        )
        if kind == "soon":
            return "尽快"
        if kind == "month":
            return month
        if kind == "ten":
            return month + self._random.choice(("上旬", "中旬", "下旬"))
        if kind == "day" and duration == "半天":
            day = self._random.choice(self._month.weekdays)
            return f"{month}{day.day}日{self._random.choice(('上午', '下午'))}"
        return self._span()

    def _span(self) -> str:
        """Return five to nine days, so that two working days in a row lie among them."""
        first = self._random.choice(self._month.weekdays[:-4])
        last = min(first + timedelta(days=self._random.randint(5, 9)), self._month.end)
        return self._random.choice((_iso, _dotted))(first, last)


def _iso(first: date, last: date) -> str:
    return f"{first:%Y-%m-%d}至{last:%Y-%m-%d}"


def _dotted(first: date, last: date) -> str:
    return f"{first:%Y.%m.%d}-{last:%m.%d}"
