"""Tier 2: the weight of what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.engine.model import Model


def add_unscheduled(model: Model) -> None:
    """The weight of everything outside the plan, less what the model holds."""
    model.unscheduled.constant += model.rest.unscheduled
    for visit in model.visits:
        for start in model.held(visit.index):
            model.unscheduled.add(start, -visit.visit.weight)
