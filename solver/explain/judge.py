"""The verdict on a change by hand, before it is made: rules broken, and the change per tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from solver.candidates import Prepared
from solver.explain.books import Books
from solver.explain.ranking import Candidate, Ranking
from solver.explain.verdict import Verdict, verdict
from solver.instance import Assignment, Instance


class Judge:
    """Judges changes of one plan, valid or not; prepared once, it may be asked often.

    A verdict is exactly the difference of `solver.check` after and before.
    """

    def __init__(
        self,
        instance: Instance,
        assignments: Sequence[Assignment],
        prepared: Prepared | None = None,
    ) -> None:
        self._prepared = prepared or Prepared(instance)
        self._books = Books(instance, assignments)
        self._ranking = Ranking(self._books, self._prepared)

    def after(self, assignments: Sequence[Assignment]) -> Judge:
        """A judge of another plan of the same instance; what was prepared is kept."""
        return Judge(self._books.instance, assignments, self._prepared)

    def prepare(self) -> None:
        """Do now what the first ranking of a visit that is not held would wait for."""
        _ = self._prepared.tables

    def move(
        self, visit: str, day: date, slot: str, roles: Sequence[Sequence[str]] | None = None
    ) -> Verdict:
        """Hold a visit at a start with some people; without people those it has.

        Raises:
            KeyError: No people are given and the visit is not held.
        """
        crew = self._held(visit).roles if roles is None else roles
        return verdict(self._books, [Assignment(visit, day, slot, tuple(map(tuple, crew)))], [])

    def drop(self, visit: str) -> Verdict:
        """Do not hold a visit."""
        return verdict(self._books, [], [visit])

    def replace(self, visit: str, leaving: str, coming: str) -> Verdict:
        """Send somebody else to a seat.

        Raises:
            KeyError: The visit is not held, or `leaving` is not on it.
        """
        return verdict(self._books, [self._with(visit, leaving, coming)], [])

    def swap(self, visit: str, envoy: str, other_visit: str, other_envoy: str) -> Verdict:
        """Two envoys of two visits take each other's seats.

        Raises:
            KeyError: A visit is not held, or the envoy is not on it.
        """
        one = self._with(visit, envoy, other_envoy)
        two = self._with(other_visit, other_envoy, envoy)
        return verdict(self._books, [one, two], [])

    def change(self, assignments: Sequence[Assignment], dropped: Sequence[str] = ()) -> Verdict:
        """Several visits at once; each at most once."""
        return verdict(self._books, assignments, dropped)

    def candidates(
        self,
        visit: str,
        role: int,
        leaving: str | None = None,
        start: tuple[date, str] | None = None,
    ) -> tuple[Candidate, ...]:
        """All envoys who are not on a visit, ranked for one seat: fewest rules broken, best score.

        Args:
            visit: A visit, held or not. One that is not held is judged at `start`, or where the
                fewest rules are broken, with the best people in its other seats.
            role: The role of the seat.
            leaving: Whose seat; by default a free one, else that of the first person.
            start: Day and half for a visit that is not held.

        Raises:
            KeyError: There is no such visit, or `leaving` is not in the role.
        """
        return self._ranking.candidates(visit, role, leaving, start)

    def additions(self, visit: str, role: int) -> tuple[Candidate, ...]:
        """All envoys who are not on a visit, ranked as one more in a role that takes one more.

        Raises:
            KeyError: The visit is not held.
        """
        return self._ranking.additions(visit, role)

    def gains(self, envoy: str, most: int = 20) -> tuple[Candidate, ...]:
        """Visits that would gain if an envoy came, in free slots, breaking no rule; best first.

        Visits left out that could be held with the envoy, and visits held to which he or she
        would come cheaper than somebody who now does.

        Raises:
            KeyError: There is no such envoy.
        """
        return self._ranking.gains(envoy, most)

    def _held(self, visit: str) -> Assignment:
        found = self._books.assignment(visit)
        if found is None:
            raise KeyError(visit)
        return found

    def _with(self, visit: str, leaving: str, coming: str) -> Assignment:
        """The first seat of one envoy given to another."""
        item = self._held(visit)
        for number, people in enumerate(item.roles):
            if leaving in people:
                seat = people.index(leaving)
                changed = (*people[:seat], coming, *people[seat + 1 :])
                roles = (*item.roles[:number], changed, *item.roles[number + 1 :])
                return replace(item, roles=roles)
        raise KeyError(leaving)
