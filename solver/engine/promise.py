"""Which duties are worth trying, as the bounding process told; filters models by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solver.engine.model import PeopleFilter
from solver.facts import Bools, Ints
from solver.plan import Held
from solver.tables import Seat, Tables, VisitTable


class Promise:
    """Promising duties.

    Args:
        tables: The prepared instance.
        columns: Visit, position of the start and envoy of each duty.
        given: Upper tiers for which it holds.
        beyond: What every plan costs at least that reaches them and has another duty.
        settled: Whether the prices that it comes from are as good as they get.

    Attributes:
        size: Number of duties.

    Raises:
        ValueError: They are not of this instance.
    """

    def __init__(
        self,
        tables: Tables,
        columns: Sequence[Sequence[int]],
        given: tuple[int, ...],
        beyond: int,
        settled: bool,
    ) -> None:
        self.given, self.beyond, self.settled = given, beyond, settled
        self.size = len(columns[0])
        visits, starts, envoys = (np.array(column, dtype=np.int64) for column in columns)
        count = len(tables.facts.instance.envoys)
        most = np.array([len(visit.starts) for visit in tables.visits], dtype=np.int64)
        if not (_within(visits, len(most)) and _within(envoys, count)):
            raise ValueError("no such visit or envoy")
        if not _within(starts, most[visits]):
            raise ValueError("no such start")
        self._open: dict[int, Bools] = {}
        order = np.argsort(visits, kind="stable")
        for index in np.unique(visits).tolist():
            mine = order[slice(*np.searchsorted(visits[order], [index, index + 1]))]
            mask = np.zeros((count, len(tables.visits[index].starts)), dtype=np.bool_)
            mask[envoys[mine], starts[mine]] = True
            self._open[index] = mask

    def people(self, held: Mapping[int, Held]) -> PeopleFilter:
        """Offers what is promising, and what a plan has."""

        def allowed(visit: VisitTable, seat: Seat) -> Bools:
            mine = self._open.get(visit.index)
            mask: Bools = np.zeros(seat.open.shape, np.bool_) if mine is None else mine[seat.people]
            place = held.get(visit.index)
            if place is not None:
                mask[np.isin(seat.people, place.crew[seat.role]), place.start] = True
            return mask

        return allowed


def _within(numbers: Ints, limit: Ints | int) -> bool:
    return bool(((numbers >= 0) & (numbers < limit)).all())
