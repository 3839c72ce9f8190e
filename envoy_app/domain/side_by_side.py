"""Figures of a plan and of its variants side by side, in people's terms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of the plan as it is (the first value) and of each variant.

    Attributes:
        name: With its unit.
        values: None where there is no plan, or where the figure cannot be compared.
        digits: After the point.
        good: +1 where more is better, -1 where less is, 0 where neither.
        hint: What it counts, and why a value may be missing.
    """

    name: str
    values: tuple[float | None, ...]
    digits: int = 0
    good: int = 0
    hint: str = ""

    def text(self, place: int) -> str:
        """Return a value as it is written, "—" where there is none."""
        value = self.values[place]
        return "—" if value is None else f"{value:,.{self.digits}f}"

    def change(self, place: int) -> float:
        """Return by how much a variant has more than the plan as it is, as far as it is shown."""
        first, value = self.values[0], self.values[place]
        if first is None or value is None:
            return 0.0
        return round(round(value, self.digits) - round(first, self.digits), self.digits)

    def change_text(self, place: int) -> str:
        """Return the change with its sign, "" where there is none."""
        change = self.change(place)
        return f"{change:+,.{self.digits}f}".replace("-", "−") if change else ""

    def better(self, place: int) -> bool | None:
        """Return whether a variant is better than the plan as it is; None where neither is."""
        change = self.change(place)
        return change * self.good > 0 if change and self.good else None

    @property
    def best(self) -> frozenset[int]:
        """The places of the best values; none where all are the same."""
        known = {
            place: round(value, self.digits) * self.good
            for place, value in enumerate(self.values)
            if value is not None
        }
        if not self.good or len(set(known.values())) < 2:
            return frozenset()
        most = max(known.values())
        return frozenset(place for place, value in known.items() if value == most)


@dataclass(frozen=True, slots=True)
class ComparedPlan:
    """The head of a column: what it is called, what is changed, why there is no plan.

    `gap` says how far it may be from the best, `gap_brief` says it for a narrow cell, `proven`
    what is proven of the difference.
    """

    name: str
    changes: tuple[str, ...] = ()
    error: str = ""
    gap: str = ""
    gap_brief: str = ""
    proven: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The plan as it is and its variants; `plans` and the values of each figure go together."""

    title: str
    plans: tuple[ComparedPlan, ...]
    figures: tuple[ComparedFigure, ...]
