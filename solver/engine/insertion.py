"""Finding the best place for a visit in a plan."""

from __future__ import annotations

from itertools import permutations
from typing import Final

import numpy as np

from solver.facts import Bools, Ints
from solver.plan import Crew, Held, Plan
from solver.rules import RULES
from solver.score.cost import seat_prices
from solver.score.disruption import seat_changes, start_changes
from solver.tables import Seat, VisitTable

NEVER: Final = 2**58
"""Price of what is not allowed; above every real price."""
WANTED: Final = 2**54
"""Discount that puts pinned people first."""
_DISRUPTION_PRICE: Final = 2**24
"""A change against the plan in force outweighs usual costs; comparisons of plans are exact."""
_MOST_STARTS_TRIED: Final = 3

_START_RULES: Final = tuple(rule.free_starts for rule in RULES if rule.free_starts)
_PEOPLE_RULES: Final = tuple(rule.free_people for rule in RULES if rule.free_people)


def insert(plan: Plan, index: int, rng: np.random.Generator | None = None) -> bool:
    """Hold a visit where it costs least.

    Args:
        plan: The plan to change.
        index: A visit that it does not hold.
        rng: If given, good places are sometimes overlooked, for variety.

    Returns:
        Whether there was a place.
    """
    visit = plan.tables.visits[index]
    if not visit.possible:
        return False
    prices = [_prices(plan, visit, seat) for seat in visit.seats]
    totals = _totals(plan, visit, prices)
    if rng is not None:
        totals = totals + (rng.random(len(totals)) < 0.03) * (WANTED // 2)
    for _ in range(min(_MOST_STARTS_TRIED, len(totals))):
        start = int(totals.argmin())
        if totals[start] >= NEVER // 2:
            return False
        crew = _crew(visit, prices, start)
        if crew is not None:
            plan.add(index, start, crew)
            return True
        totals[start] = NEVER
    return False


def fits(plan: Plan, index: int, place: Held) -> bool:
    """Whether a plan that does not hold a visit leaves room for it, at a start and with people."""
    visit = plan.tables.visits[index]
    people = [person for crew in place.crew for person in crew]
    if len(place.crew) != len(visit.seats) or len(set(people)) < len(people):
        return False
    if not visit.possible or not free_starts(plan, visit)[place.start]:
        return False
    return all(
        _seats(plan, visit, seat, set(crew), place.start)
        for seat, crew in zip(visit.seats, place.crew, strict=True)
    )


def _seats(plan: Plan, visit: VisitTable, seat: Seat, crew: set[int], start: int) -> bool:
    """Whether people, pinned ones among them, may fill a role."""
    rows = np.flatnonzero(np.isin(seat.people, list(crew)))
    if len(crew) != seat.count or len(rows) < len(crew) or not set(seat.forced) <= set(rows):
        return False
    return bool(_allowed(plan, visit, seat)[rows, start].all())


def disruption_price(plan: Plan) -> int:
    """Price of one point of disruption, lower where weights are huge: sums stay in 64 bits."""
    weights = plan.facts.instance.weights.disruption
    return min(_DISRUPTION_PRICE, 2**50 // (1 + weights.moved + weights.replaced))


def free_starts(plan: Plan, visit: VisitTable) -> Bools:
    """Starts that place and series leave free: [n]."""
    free = np.ones(len(visit.starts), dtype=np.bool_)
    for rule in _START_RULES:
        free &= rule(plan, visit)
    return free


def _allowed(plan: Plan, visit: VisitTable, seat: Seat) -> Bools:
    """Who may sit at each start beside the plan: [p, n]."""
    allowed = seat.open
    for rule in _PEOPLE_RULES:
        allowed = allowed & rule(plan, visit, seat)
    return allowed


def _prices(plan: Plan, visit: VisitTable, seat: Seat) -> Ints:
    """What each person would cost at each start: [p, n]."""
    allowed = _allowed(plan, visit, seat)
    fairness, rest = seat_prices(plan, visit, seat)
    changes = seat_changes(plan, visit, seat)
    if changes is not None:
        fairness = fairness + changes * disruption_price(plan)
    if seat.forced:
        fairness = fairness.copy()
        fairness[list(seat.forced)] -= WANTED
    prices: Ints = np.where(allowed, rest + fairness[:, None], NEVER)
    return prices


def _totals(plan: Plan, visit: VisitTable, prices: list[Ints]) -> Ints:
    totals: Ints = np.where(free_starts(plan, visit), 0, NEVER)
    moves = start_changes(plan, visit)
    if moves is not None:
        totals = totals + moves * disruption_price(plan)
    for seat, price in zip(visit.seats, prices, strict=True):
        if seat.count == 1:
            totals = totals + price.min(axis=0)
        else:
            cheapest = np.partition(price, seat.count - 1, axis=0)[: seat.count]
            totals = totals + np.where(cheapest[-1] < NEVER, cheapest.sum(axis=0), NEVER)
        totals = np.minimum(totals, NEVER)
    return totals


def _crew(visit: VisitTable, prices: list[Ints], start: int) -> Crew | None:
    """The cheapest people at a start, role by role; every order of few roles is tried."""
    orders = permutations(range(len(prices))) if len(prices) <= 3 else [range(len(prices))]
    best: tuple[int, Crew] | None = None
    for order in orders:
        found = _fill(visit, prices, start, tuple(order))
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


def _fill(
    visit: VisitTable, prices: list[Ints], start: int, order: tuple[int, ...]
) -> tuple[int, Crew] | None:
    taken: set[int] = set()
    crew: list[tuple[int, ...]] = [()] * len(order)
    total = 0
    for role in order:
        seat, column = visit.seats[role], prices[role][:, start]
        rows = [int(row) for row in np.argsort(column, kind="stable")[: seat.count + len(taken)]]
        rows = [row for row in rows if int(seat.people[row]) not in taken][: seat.count]
        if len(rows) < seat.count or column[rows[-1]] >= NEVER // 2:
            return None
        if not set(seat.forced) <= set(rows):
            return None
        total += int(column[rows].sum())
        crew[role] = tuple(int(seat.people[row]) for row in rows)
        taken.update(crew[role])
    return total, tuple(crew)
