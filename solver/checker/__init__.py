"""Judges a plan, ours or edited by hand, with code that shares nothing with the model."""

from __future__ import annotations

from collections.abc import Iterable

from solver.checker.plan import read_plan
from solver.checker.report import (
    CheckReport,
    CoverageState,
    DisruptionBreakdown,
    ScoreBreakdown,
    Violation,
)
from solver.checker.rules import RULES
from solver.checker.score import score_of
from solver.instance import Assignment, Instance


def check(instance: Instance, assignments: Iterable[Assignment]) -> CheckReport:
    """Every violation of a plan, and its score.

    Never raises for a plan, however wrong it is. The score of a plan with violations counts each
    known visit once, with the known envoys on it.

    Args:
        instance: The problem.
        assignments: The visits held.

    Returns:
        Violations in the order of the rules, the four tiers, and what they are made of.
    """
    plan = read_plan(instance, assignments)
    violations = [*plan.problems, *(found for rule in RULES for found in rule(plan))]
    score, breakdown = score_of(plan)
    return CheckReport(tuple(violations), score, breakdown)


__all__ = [
    "CheckReport",
    "CoverageState",
    "DisruptionBreakdown",
    "ScoreBreakdown",
    "Violation",
    "check",
]
