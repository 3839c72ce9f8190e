"""Changes of the coverage standard, checked and put in words before they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.errors import InputError
from envoy_app.domain.people import RANK_NAMES

Cell = tuple[str, str]
"""County code and specialty code."""

# Field -> (Chinese name, least, most); lengths of visits are half a day or whole days.
LIMITS: dict[str, tuple[str, int, int]] = {
    "visits_per_month": ("每月场次", 0, 31),
    "headcount": ("每场人数", 1, 20),
    "min_level": ("最低级别", 1, 3),
    "slots": ("时长", 1, 10),
    "min_gap_days": ("间隔天数", 0, 60),
    "required": ("必保场次", 0, 31),
    "weight": ("权重", 1, 9),
}
MOST_VISITS = 99  # the least visits that can be asked of a county


@dataclass(frozen=True, slots=True)
class StandardEdits:
    """Lines by county and specialty (None: none any more), and least visits by county."""

    lines: Mapping[Cell, CoverageStandard | None] = field(default_factory=dict)
    minimums: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.lines or self.minimums)


@dataclass(frozen=True, slots=True)
class StandardChange:
    """One line before and after, in words; `specialty` "" is the county's least visits."""

    county: str
    specialty: str
    before: str
    after: str


class StandardTable:
    """The whole standard, for looking up and for trying edits."""

    def __init__(
        self, standards: Iterable[CoverageStandard], minimums: Iterable[CountyMinimum]
    ) -> None:
        """Take what is stored."""
        self.lines = {(item.county, item.specialty): item for item in standards}
        self.minimums = {item.county: item for item in minimums}

    def visits_of(self, county: str) -> int:
        """Return how many visits a month all lines of a county ask for."""
        return sum(
            item.visits_per_month for (code, _), item in self.lines.items() if code == county
        )

    def least_of(self, county: str) -> int:
        """Return the least visits of a county, 0 where none is set."""
        found = self.minimums.get(county)
        return found.min_visits if found else 0

    def effective(self, edits: StandardEdits) -> StandardEdits:
        """Return the edits without those that change nothing."""
        return StandardEdits(
            {
                cell: line
                for cell, line in edits.lines.items()
                if line != self.lines.get(cell) and (line is not None or cell in self.lines)
            },
            {
                county: least
                for county, least in edits.minimums.items()
                if least != self.least_of(county)
            },
        )

    def changes(self, edits: StandardEdits) -> tuple[StandardChange, ...]:
        """Return what edits would change, line by line."""
        wanted = self.effective(edits)
        lines = (
            StandardChange(*cell, *difference(self.lines.get(cell), line))
            for cell, line in sorted(wanted.lines.items())
        )
        least = (
            StandardChange(county, "", str(self.least_of(county)), str(number))
            for county, number in sorted(wanted.minimums.items())
        )
        return (*lines, *least)

    def copied(
        self, source: str, targets: Iterable[str], *, only: frozenset[str] = frozenset()
    ) -> StandardEdits:
        """Return the edits that give counties the lines of another.

        With `only` just those specialties are copied, and no least visits; otherwise lines that
        the source does not have fall away.
        """
        lines: dict[Cell, CoverageStandard | None] = {}
        minimums: dict[str, int] = {}
        for county in targets:
            if county == source:
                continue
            if not only:
                lines |= {cell: None for cell in self.lines if cell[0] == county}
                minimums[county] = self.least_of(source)
            for (code, specialty), line in self.lines.items():
                if code == source and (not only or specialty in only):
                    lines[county, specialty] = self.moved(line, county, specialty)
        return StandardEdits(lines, minimums)

    def moved(self, line: CoverageStandard, county: str, specialty: str) -> CoverageStandard:
        """Return a line as that of another county or specialty, with what is stored there."""
        before = self.lines.get((county, specialty))
        return CoverageStandard(
            id=before.id if before else f"{county}-{specialty}",
            county=county,
            specialty=specialty,
            visits_per_month=line.visits_per_month,
            headcount=line.headcount,
            min_level=line.min_level,
            slots=line.slots,
            min_gap_days=line.min_gap_days,
            required=line.required,
            weight=line.weight,
            version=before.version if before else 0,
        )

    def pattern(
        self, county: str, specialty: str, shipped: Iterable[CoverageStandard]
    ) -> CoverageStandard:
        """Return what a new line looks like: as shipped, else as most counties have it."""
        for line in shipped:
            if (line.county, line.specialty) == (county, specialty):
                return self.moved(line, county, specialty)
        others = sorted(
            (line for (_, code), line in self.lines.items() if code == specialty),
            key=lambda line: (line.visits_per_month, line.county),
        )
        if others:
            return self.moved(others[len(others) // 2], county, specialty)
        return CoverageStandard(f"{county}-{specialty}", county, specialty, visits_per_month=2)


def field_text(line: CoverageStandard, name: str) -> str:
    """Return one of the fields in `LIMITS` in words."""
    value: int = getattr(line, name)
    words = {
        "visits_per_month": f"每月 {value} 场",
        "headcount": f"每场 {value} 人",
        "min_level": f"{RANK_NAMES.get(value, value)}及以上",
        "slots": "半天" if value == 1 else f"{value // 2} 天",
        "min_gap_days": f"间隔 {value} 天",
        "required": f"必保 {value} 场",
        "weight": f"权重 {value}",
    }
    return words[name]


def line_text(line: CoverageStandard | None) -> str:
    """Return a line in words."""
    return "、".join(field_text(line, name) for name in LIMITS) if line else "无"


def difference(before: CoverageStandard | None, after: CoverageStandard | None) -> tuple[str, str]:
    """Return both lines in words; where there are two, only what differs."""
    if before is None or after is None:
        return line_text(before), line_text(after)
    names = [name for name in LIMITS if getattr(before, name) != getattr(after, name)]
    first, second = (
        "、".join(field_text(line, name) for name in names) for line in (before, after)
    )
    return first, second


def check_line(line: CoverageStandard, where: str) -> None:
    """Raise InputError with one sentence where a line makes no sense; `where` names it."""
    for name, (title, least, most) in LIMITS.items():
        value = getattr(line, name)
        if not least <= value <= most:
            raise InputError(f"{where}的{title}是 {value}，应在 {least} 到 {most} 之间，请改正。")
    if line.slots > 1 and line.slots % 2:
        raise InputError(f"{where}的时长是 {line.slots} 个半天，应为半天或整天，请改正。")
    if line.required > line.visits_per_month:
        raise InputError(
            f"{where}的必保场次 {line.required} 多于每月场次 {line.visits_per_month}，请改小。"
        )


def check_minimum(number: int, where: str) -> None:
    """Raise InputError where the least visits make no sense; `where` names the county."""
    if not 0 <= number <= MOST_VISITS:
        raise InputError(f"{where}的最低场次是 {number}，应在 0 到 {MOST_VISITS} 之间，请改正。")
