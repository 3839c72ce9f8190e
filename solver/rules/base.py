"""What a rule is to the optimiser: filters for what can never be, masks and rows for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.facts import Bools, Facts, Ints
from solver.instance import Visit
from solver.plan import Plan
from solver.tables import Seat, VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


@dataclass(frozen=True)
class Rule:
    """One hard rule; a part that it does not need is None.

    Attributes:
        people: Envoys who may take a role, whatever the time: [e].
        starts: First slots at which a visit may start, out of those given: [n] -> [n].
        people_at: Envoys who may take part at each start, whatever else is planned: [e, n].
        free_people: Which people of a seat a plan leaves free at each start: [p, n] or [p, 1].
        free_starts: Which starts a plan leaves free: [n].
        couple: Adds rows for what visits that are planned together ask of each other.
    """

    code: str
    people: Callable[[Facts, Visit, int], Bools] | None = None
    starts: Callable[[Facts, Visit, Ints], Bools] | None = None
    people_at: Callable[[Facts, Ints], Bools] | None = None
    free_people: Callable[[Plan, VisitTable, Seat], Bools] | None = None
    free_starts: Callable[[Plan, VisitTable], Bools] | None = None
    couple: Callable[[Model], None] | None = None
