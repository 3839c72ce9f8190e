"""A 0-1 linear programme as plain lists, ready for CP-SAT or for HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Terms = Sequence[tuple[int, int]]
"""Pairs of a variable and its coefficient."""


@dataclass
class Expression:
    """A linear expression to be minimised or bounded."""

    terms: dict[int, int] = field(default_factory=dict)
    constant: int = 0

    def add(self, variable: int, coefficient: int) -> None:
        """Add a term; terms of one variable are summed up."""
        self.terms[variable] = self.terms.get(variable, 0) + coefficient

    def times(self, factor: int) -> Expression:
        """All of it, so many times."""
        terms = {variable: factor * value for variable, value in self.terms.items()}
        return Expression(terms, factor * self.constant)

    def plus(self, other: Expression) -> Expression:
        """The sum of both."""
        total = Expression(dict(self.terms), self.constant + other.constant)
        for variable, coefficient in other.terms.items():
            total.add(variable, coefficient)
        return total

    def value(self, values: Sequence[float]) -> int:
        """What it comes to, where the variables have whole values."""
        return self.constant + sum(f * round(values[v]) for v, f in self.terms.items())


@dataclass(frozen=True)
class Row:
    """least <= sum of terms <= most; None means no limit."""

    terms: Terms
    least: int | None
    most: int | None


@dataclass
class Programme:
    """Variables from 0 to an upper bound, rows over them.

    Attributes:
        upper: Upper bound per variable.
        integer: Whether a variable must be whole; the others turn out whole by themselves.
        rows: The constraints.
    """

    upper: list[int] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def variable(self, most: int = 1, integer: bool = True) -> int:
        """A new variable; returns its number."""
        self.upper.append(most)
        self.integer.append(integer)
        return len(self.upper) - 1

    def row(self, terms: Terms, least: int | None = None, most: int | None = None) -> None:
        """A new constraint; one that cannot be violated is left out."""
        if least is None and most is not None:
            largest = sum(max(0, factor) * self.upper[var] for var, factor in terms)
            if largest <= most:
                return
        self.rows.append(Row(terms, least, most))
