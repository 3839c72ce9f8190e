"""The coverage standard (覆盖标准): what every county is to get in a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from resources import read_table


@dataclass(frozen=True, slots=True)
class CoverageStandard:
    """Visits of one specialty that a county is to get each month.

    `slots` is the length of a visit in half-days, `min_gap_days` the calendar days between two
    visits, `required` how many of them tier 1 of the score counts.
    """

    id: str
    county: str
    specialty: str
    visits_per_month: int
    headcount: int = 1
    min_level: int = 1
    slots: int = 1
    min_gap_days: int = 5
    required: int = 1
    weight: int = 2
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CountyMinimum:
    """The least number of visits a county is to get each month, of whatever specialty."""

    county: str
    min_visits: int
    version: int = field(default=0, compare=False)


class CoverageState(StrEnum):
    """How well a plan covers a county; the map's and board's colours."""

    COVERED = "covered"
    PARTIAL = "partial"
    UNCOVERED = "uncovered"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return 已覆盖, 部分, 未覆盖 or 不适用."""
        names = {"covered": "已覆盖", "partial": "部分", "uncovered": "未覆盖", "none": "不适用"}
        return names[self.value]


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One coverage rule judged against a plan; `specialty` None is the county's minimum."""

    county: str
    specialty: str | None
    needed: int
    held: int
    reason: str = ""

    @property
    def shortfall(self) -> int:
        """Visits missing."""
        return max(0, self.needed - self.held)


@dataclass(frozen=True, slots=True)
class CountyCoverage:
    """A county's coverage in a plan, all its lines and why it falls short (one sentence each)."""

    county: str
    state: CoverageState
    visits_held: int
    visits_wanted: int
    lines: tuple[CoverageLine, ...]

    @property
    def shortfall(self) -> int:
        """Visits missing over all lines."""
        return sum(line.shortfall for line in self.lines)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why lines fall short, each once, in order."""
        return tuple(dict.fromkeys(line.reason for line in self.lines if line.reason))


def coverage_state(lines: tuple[CoverageLine, ...], visits_held: int) -> CoverageState:
    """Return 已覆盖 where no line falls short, 未覆盖 where nothing is held, else 部分."""
    if not lines:
        return CoverageState.NONE
    if all(line.shortfall == 0 for line in lines):
        return CoverageState.COVERED
    return CoverageState.PARTIAL if visits_held else CoverageState.UNCOVERED


def shipped_standards() -> tuple[CoverageStandard, ...]:
    """Return the default coverage standard (resources/standards/coverage.csv)."""
    return tuple(
        CoverageStandard(
            id=f"{row['county']}-{row['specialty']}",
            county=row["county"],
            specialty=row["specialty"],
            visits_per_month=int(row["visits_per_month"]),
            headcount=int(row["headcount"]),
            min_level=int(row["min_level"]),
            slots=int(row["slots"]),
            min_gap_days=int(row["min_gap_days"]),
            required=int(row["required"]),
            weight=int(row["weight"]),
        )
        for row in read_table("standards/coverage.csv")
    )


def shipped_minimums() -> tuple[CountyMinimum, ...]:
    """Return the default least visits of each county (resources/standards/minimums.csv)."""
    rows = read_table("standards/minimums.csv")
    return tuple(CountyMinimum(row["county"], int(row["min_visits"])) for row in rows)
