"""Turns comparisons of the optimiser into the records that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import solver
from envoy_app.domain.whatif import (
    LoadsView,
    MoveKind,
    Proof,
    TierChange,
    VisitMove,
    WhatIfFigures,
)
from solver import whatif

MINUTES_PER_HOUR = 60
_PROOFS = {"lower": Proof.LOWER, "equal": Proof.EQUAL, "higher": Proof.HIGHER, "": Proof.OPEN}


def figures_view(figures: whatif.Figures) -> WhatIfFigures:
    """Return the figures of a plan as they are shown."""
    return WhatIfFigures(
        covered=figures.covered,
        counties=figures.counties,
        short=figures.short,
        held=figures.held,
        visits=figures.visits,
        loads=LoadsView(**vars(figures.loads)),
        travel_hours=figures.travel_minutes / MINUTES_PER_HOUR,
        seats=figures.seats,
        out_of_team=figures.out_of_team,
        out_of_city=figures.out_of_city,
    )


def tier_changes(differences: Iterable[whatif.Difference]) -> tuple[TierChange, ...]:
    """Return the tiers beside those of the plan as it is."""
    return tuple(TierChange(item.tier, item.change, _PROOFS[item.proven]) for item in differences)


def moves_view(moves: whatif.Moves | None, instance: solver.Instance) -> tuple[VisitMove, ...]:
    """Return the visits held otherwise, in the order of the instance."""
    kinds = {} if moves is None else dict(_kinds(moves))
    return tuple(
        VisitMove(visit.id, visit.county, kinds[visit.id])
        for visit in instance.visits
        if visit.id in kinds
    )


def _kinds(moves: whatif.Moves) -> Iterator[tuple[str, MoveKind]]:
    restaffed = set(moves.restaffed)
    for name in moves.restaffed:
        yield name, MoveKind.RESTAFFED
    for name in moves.restarted:
        yield name, MoveKind.BOTH if name in restaffed else MoveKind.RESTARTED
    for name in moves.added:
        yield name, MoveKind.ADDED
    for name in moves.dropped:
        yield name, MoveKind.DROPPED
