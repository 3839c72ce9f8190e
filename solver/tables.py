"""What may be at all: for each visit its possible starts, for each seat its possible people."""

from __future__ import annotations

from dataclasses import dataclass

from solver.facts import Bools, Facts, Ints
from solver.instance import Visit


@dataclass(frozen=True)
class Seat:
    """The seats of one role of a visit.

    Attributes:
        people: Envoys who may sit here at some start: shape [p].
        open: Whether they may at a given start: shape [p, starts].
        forced: Which of `people` are pinned: positions in `people`.
        impossible_pins: Pinned envoys who may never sit here.
        lending: Sharing cost per person: shape [p].
        trip: Travel cost per person where the day has no other visit: shape [p].
        base: Base county per person: shape [p].
        week_room: Most slots of a week that leave room for the visit: shape [p, 1].
        total_room: The same for the horizon: shape [p].
    """

    role: int
    count: int
    people: Ints
    open: Bools
    forced: tuple[int, ...]
    impossible_pins: tuple[int, ...]
    lending: Ints
    trip: Ints
    base: Ints
    week_room: Ints
    total_room: Ints


@dataclass(frozen=True)
class VisitTable:
    """A visit with its possible starts.

    Attributes:
        starts: First slot of each start: shape [n].
        cells: Slots taken by each start: shape [n, slots].
        half: 0 or 1 for a start in the morning or afternoon: shape [n].
        weeks: Week of each start: shape [n].
        dates: Calendar number of each start: shape [n].
        rules: The coverage rules to which it counts.
    """

    index: int
    visit: Visit
    county: int
    slots: int
    starts: Ints
    cells: Ints
    half: Ints
    weeks: Ints
    dates: Ints
    seats: tuple[Seat, ...]
    rules: tuple[int, ...]

    @property
    def pinned(self) -> bool:
        """Whether it must be held."""
        return self.visit.pin is not None

    @property
    def possible(self) -> bool:
        """False if it can certainly never be held, for want of starts or people."""
        return len(self.starts) > 0 and all(
            len(seat.people) >= seat.count
            and len(seat.forced) <= seat.count
            and not seat.impossible_pins
            for seat in self.seats
        )


@dataclass(frozen=True)
class Tables:
    """The prepared instance."""

    facts: Facts
    visits: tuple[VisitTable, ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        """The different lengths of visits."""
        return tuple(sorted({visit.slots for visit in self.visits}))
