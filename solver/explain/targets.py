"""Verdicts on all places at once to which a visit or a person could be dragged.

They are exactly what the checker would say of the whole plan after each change: the rules broken,
and the change of the score. They hold for plans that break no rule.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from solver.explain.crowd import best_crews
from solver.explain.passing import PersonTarget, SwapTarget, newcomers, trades
from solver.explain.seats import Seats, SeatTarget
from solver.explain.standing import Ground, Spot, Standing, codes_of
from solver.instance import HALVES, Assignment, Instance, Visit
from solver.plan import Crew
from solver.solution import Score


@dataclass(frozen=True, slots=True)
class StartTarget:
    """A start at which a visit could be held, with whom, and what would come of it.

    `codes` are the rules broken, none where it is allowed.
    """

    assignment: Assignment
    codes: tuple[str, ...]
    change: Score


@dataclass(frozen=True, slots=True)
class Substitute:
    """Somebody who could come, and the change of score of holding the visit so."""

    envoy: str
    change: Score


class Targets:
    """The places of one plan without violations; prepared once, it may be asked often."""

    def __init__(
        self, instance: Instance, assignments: Sequence[Assignment], ground: Ground | None = None
    ) -> None:
        self.standing = Standing(instance, assignments, ground)
        self.instance = instance

    def after(self, instance: Instance, assignments: Sequence[Assignment]) -> Targets:
        """Those of another plan, or of an instance with other visits; what holds on is kept."""
        return Targets(instance, assignments, self.standing.ground)

    def substitutes(self, item: Assignment, role: int, leaving: str) -> tuple[Substitute, ...]:
        """Who could have somebody's seat at a visit that is not held, best first.

        Args:
            item: The visit as it would be held.
            role: Of the seat.
            leaving: Whose seat it is; the others come.

        Returns:
            Those who break no rule by it, with the change of score of holding it with them.
        """
        standing = self.standing
        spot = standing.spot(item)
        index = standing.facts.envoy_index
        found = []
        for envoy in self.instance.envoys:
            if envoy.id in item.envoys:
                continue
            broken, _ = standing.of_person(index[envoy.id], role, spot, ())
            if not broken:
                crew = _instead(spot.crew, role, index[leaving], index[envoy.id])
                target = self._start(item, replace(spot, crew=crew), None, 0)
                if not target.codes:
                    found.append(Substitute(envoy.id, target.change))
        return tuple(sorted(found, key=lambda one: one.change))

    def prepare(self) -> None:
        """Do now what the first question would wait for."""
        self._seats.prepare()

    def starts(
        self, visit: str, roles: Sequence[Sequence[str]] | None = None
    ) -> tuple[StartTarget, ...]:
        """Every half-day of the horizon as the start of a visit.

        Args:
            visit: Held or not.
            roles: Who comes; by default those who do, and to a visit that is not held at each
                start those who break fewest rules, cheapest of these.

        Raises:
            KeyError: There is no such visit or person.
            ValueError: The people do not fill the seats, each one another.
        """
        standing, item = self.standing, self.instance.visit_by_id[visit]
        now = standing.spots.get(visit)
        days = self.instance.days
        empty = [Assignment(visit, day, half, ()) for day in days for half in HALVES]
        spots = [standing.spot(each) for each in empty]
        crews = self._crews(item, now, spots, roles)
        cost = 0 if now is None else self._cost(now)
        return tuple(
            self._start(each, replace(spot, crew=crew), now, cost)
            for each, spot, crew in zip(empty, spots, crews, strict=True)
            if crew is not None
        )

    @cached_property
    def _seats(self) -> Seats:
        return Seats(self.standing)

    def seats(
        self, envoy: str, leaving: str | None = None, visits: Container[str] | None = None
    ) -> tuple[SeatTarget, ...]:
        """Every seat of another visit that a person could take from the one who has it.

        Args:
            envoy: Who.
            leaving: The visit that he or she is dragged from: the two swap seats. By default the
                other goes, and the person stays wherever else he or she is.
            visits: Of which the seats are asked about; all by default.

        Returns:
            Left out are the visits that the person is on, and people who are on `leaving`:
            nobody fills two seats of a visit.

        Raises:
            KeyError: There is no such person, or he or she is not on the visit.
        """
        return self._seats.targets(envoy, leaving, visits)

    def additions(self, envoy: str) -> tuple[SeatTarget, ...]:
        """Every role of another visit to which a person could come as one more.

        Raises:
            KeyError: There is no such person.
        """
        return self._seats.additions(envoy)

    def people(
        self, visit: str, leaving: str | None = None, role: int = 0
    ) -> tuple[PersonTarget, ...]:
        """Everybody who is not on a visit that is held, for a seat of it.

        Args:
            visit: Which.
            leaving: Whose seat it is; by default nobody goes, and a role takes one more.
            role: That role; otherwise it is the role of who goes.

        Raises:
            KeyError: The visit is not held, or `leaving` is not on it.
        """
        return tuple(newcomers(self.standing, visit, leaving, role))

    def swaps(self, visit: str, others: Iterable[str]) -> tuple[SwapTarget, ...]:
        """A visit and each of some others taking each other's time; all of them are held.

        More than half a day begins in the morning. Raises KeyError where one is not held.
        """
        return tuple(trades(self.standing, visit, others))

    def _crews(
        self,
        visit: Visit,
        now: Spot | None,
        spots: Sequence[Spot],
        roles: Sequence[Sequence[str]] | None,
    ) -> Sequence[Crew | None]:
        if roles is None:
            return best_crews(self.standing, spots) if now is None else [now.crew] * len(spots)
        index = self.standing.facts.envoy_index
        crew = tuple(tuple(index[name] for name in people) for people in roles)
        people = [person for seats in crew for person in seats]
        if [len(seats) for seats in crew] != [role.count for role in visit.roles]:
            raise ValueError("not one person for each seat")
        if len(set(people)) < len(people):
            raise ValueError("somebody in two seats")
        return [crew] * len(spots)

    def _start(self, item: Assignment, spot: Spot, now: Spot | None, before: int) -> StartTarget:
        standing = self.standing
        mask, cost = standing.of_start(spot) | standing.of_pins(spot), -before
        for role, people in enumerate(spot.crew):
            for person in people:
                broken, price = standing.of_person(person, role, spot, ())
                mask, cost = mask | broken, cost + price
        envoys = self.instance.envoys
        roles = tuple(tuple(envoys[person].id for person in people) for people in spot.crew)
        held = now is not None
        change = Score(
            0 if held else -standing.gain(spot.visit),
            0 if held else -spot.visit.weight,
            standing.disruption(spot) - self._disruption_now(spot.visit, now),
            cost,
        )
        return StartTarget(replace(item, roles=roles), codes_of(mask), change)

    def _disruption_now(self, visit: Visit, now: Spot | None) -> int:
        if now is not None:
            return self.standing.disruption(now)
        dropped = self.instance.weights.disruption.dropped
        return dropped if visit.id in self.standing.before else 0

    def _cost(self, spot: Spot) -> int:
        """What the people of a visit add to the cost by it."""
        return sum(
            self.standing.of_person(person, role, spot, ())[1]
            for role, people in enumerate(spot.crew)
            for person in people
        )


def _instead(crew: Crew, role: int, leaving: int, coming: int) -> Crew:
    people = tuple(coming if person == leaving else person for person in crew[role])
    return (*crew[:role], people, *crew[role + 1 :])


__all__ = ["PersonTarget", "SeatTarget", "StartTarget", "Substitute", "SwapTarget", "Targets"]
