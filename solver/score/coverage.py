"""Tier 1: visits short of the coverage rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.engine.model import Model


def add_coverage(model: Model) -> None:
    """One shortfall variable per rule that the visits of the model can still serve."""
    for number, rule in enumerate(model.facts.instance.coverage):
        missing = rule.min_visits - model.rest.covered[number]
        if missing <= 0:
            continue
        starts = [
            (start, 1)
            for visit in model.visits
            if number in visit.rules
            for start in model.held(visit.index)
        ]
        if not starts:
            model.coverage.constant += missing
            continue
        short = model.variable(most=missing)
        model.coverage.add(short, 1)
        model.row([*starts, (short, 1)], least=missing)
