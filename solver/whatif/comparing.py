"""What a variant changes: score and bounds, figures, visits held otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from solver.checker import check
from solver.explain.edits_text import Names
from solver.serialise import score_to_json
from solver.solution import Score
from solver.whatif.figures import Figures, Moves, figures_of, moves_between
from solver.whatif.solving import Outcome

LOWER: Final = "lower"
EQUAL: Final = "equal"
HIGHER: Final = "higher"


@dataclass(frozen=True)
class Difference:
    """One tier of the score beside that of the problem as it is.

    Attributes:
        tier: Its name.
        change: The score less that of the problem as it is.
        proven: `lower`, `equal` or `higher`, where it is proven that the best plans of the two
            problems differ so; empty where the bounds leave it open.
    """

    tier: str
    change: int
    proven: str


@dataclass(frozen=True)
class Comparison:
    """An outcome beside that of the problem as it is; without a plan there is only the error.

    Attributes:
        name: Of the variant; empty for the problem as it is.
        changes: What it changes, a text for each edit.
        status, score, bounds: Of its solution.
        cost_as_base: Its cost at the weights of the problem as it is; the same as in the score
            where it leaves the weights alone.
        differences: Per tier; empty where one of the two has no plan. Costs at different weights
            are not comparable, see `same_weights`.
    """

    name: str
    changes: tuple[str, ...]
    status: str
    error: str
    score: Score | None
    bounds: Score | None
    same_weights: bool
    cost_as_base: int | None
    figures: Figures | None
    moves: Moves | None
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """As `envoy whatif --json` writes it."""
        return {
            "name": self.name,
            "changes": list(self.changes),
            "status": self.status,
            "error": self.error,
            "score": score_to_json(self.score),
            "bounds": score_to_json(self.bounds),
            "same_weights": self.same_weights,
            "cost_as_base": self.cost_as_base,
            "figures": self.figures and self.figures.to_json(),
            "moves": self.moves and self.moves.to_json(),
            "differences": [dict(vars(item)) for item in self.differences],
        }


def compare(outcomes: Sequence[Outcome], names: Names | None = None) -> tuple[Comparison, ...]:
    """Put outcomes beside the first, which is that of the problem as it is.

    Args:
        outcomes: As `solve_variants` returns them.
        names: How envoys and specialties are written in the changes.
    """
    base = outcomes[0]
    return tuple(_compared(base, outcome, names or Names()) for outcome in outcomes)


def _compared(base: Outcome, outcome: Outcome, names: Names) -> Comparison:
    solution, instance = outcome.solution, outcome.instance
    found = solution.score is not None
    both = found and base.solution.score is not None
    plan, before = solution.assignments, base.solution.assignments
    as_base = replace(instance, weights=base.instance.weights)
    return Comparison(
        name="" if outcome.variant is None else outcome.variant.name,
        changes=_changes(base, outcome, names),
        status=solution.status,
        error=outcome.error,
        score=solution.score,
        bounds=solution.bounds,
        same_weights=as_base.weights == instance.weights,
        cost_as_base=check(as_base, plan).score.cost if found else None,
        figures=figures_of(instance, plan) if found else None,
        moves=moves_between(before, plan) if both else None,
        differences=_differences(base, outcome) if both else (),
    )


def _changes(base: Outcome, outcome: Outcome, names: Names) -> tuple[str, ...]:
    instance, told = base.instance, []
    for edit in outcome.variant.edits if outcome.variant is not None else ():
        told.append(edit.text(instance, names))
        instance = edit.apply(instance)
    return tuple(told)


def _differences(base: Outcome, outcome: Outcome) -> tuple[Difference, ...]:
    one, two = base.solution.score, outcome.solution.score
    assert one is not None
    assert two is not None
    settled, told = True, []
    for tier, name in enumerate(Score._fields):
        alike = name != "cost" or base.instance.weights == outcome.instance.weights
        proven = _proven(base, outcome, tier) if settled and alike else ""
        told.append(Difference(name, two[tier] - one[tier], proven))
        settled = settled and _met(base, tier) and _met(outcome, tier)
    return tuple(told)


def _proven(base: Outcome, outcome: Outcome, tier: int) -> str:
    """What the bounds say of the best values of a tier, all tiers before it being settled."""
    low, high = _range(base, tier), _range(outcome, tier)
    if high[1] < low[0]:
        return LOWER
    if high[0] > low[1]:
        return HIGHER
    return EQUAL if low == high and low[0] == low[1] else ""


def _range(outcome: Outcome, tier: int) -> tuple[float, int]:
    score, bounds = outcome.solution.score, outcome.solution.bounds
    assert score is not None
    return float("-inf") if bounds is None else bounds[tier], score[tier]


def _met(outcome: Outcome, tier: int) -> bool:
    low, high = _range(outcome, tier)
    return low == high
