"""What a solver says about a programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Values of a solution if one was found, a proven lower bound if there is one.

    Attributes:
        values: Value per variable.
        bound: No solution has an objective below this.
        infeasible: It is proven that there is no solution.
    """

    values: Sequence[float] | None = None
    bound: int | None = None
    infeasible: bool = False
