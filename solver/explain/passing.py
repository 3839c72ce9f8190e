"""Who else could come to a visit, and which visits could trade their times with it.

Exactly what the checker would say of the whole plan after each change, as `Targets` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from solver.explain.standing import BIT, Spot, Standing, codes_of
from solver.instance import HALVES
from solver.solution import Score


@dataclass(frozen=True, slots=True)
class PersonTarget:
    """Somebody for a seat of a visit, the rules it breaks, the change of score."""

    envoy: str
    codes: tuple[str, ...]
    change: Score


@dataclass(frozen=True, slots=True)
class SwapTarget:
    """A visit that would take another's time and give its own, and what would come of it."""

    visit: str
    codes: tuple[str, ...]
    change: Score


def newcomers(
    standing: Standing, visit: str, leaving: str | None, role: int
) -> Iterator[PersonTarget]:
    """Everybody who is not on a visit that is held, for one seat; see `Targets.people`."""
    spot, index = standing.spots[visit], standing.facts.envoy_index
    gone, mask, saved = None, 0, 0
    if leaving is not None:
        gone = index[leaving]
        role = next((n for n, people in enumerate(spot.crew) if gone in people), -1)
        if role < 0:
            raise KeyError(leaving)
        pin = spot.visit.pin
        mask = BIT["PIN"] * bool(pin and pin.envoys and leaving in pin.envoys[role])
        saved = standing.of_person(gone, role, spot, ())[1]
    before = standing.before.get(visit, (0, "", frozenset[int]()))[2]
    weight = standing.instance.weights.disruption.replaced
    on_it = frozenset(spot.people)
    for person, envoy in enumerate(standing.instance.envoys):
        if person not in on_it:
            broken, price = standing.of_person(person, role, spot, ())
            changes = weight * ((gone in before) - (person in before))
            change = Score(0, 0, changes, price - saved)
            yield PersonTarget(envoy.id, codes_of(mask | broken), change)


def trades(standing: Standing, visit: str, others: Iterable[str]) -> Iterator[SwapTarget]:
    """A visit trading its time with each of some others; see `Targets.swaps`."""
    one = standing.spots[visit]
    for other in others:
        two = standing.spots[other]
        if other != visit:
            new_one, new_two = _at(one, two), _at(two, one)
            after = standing.with_moved((new_one, new_two))
            mask, now = _judged(after, new_one, new_two)
            _, before = _judged(standing, one, two)
            changes = _disruption(standing, new_one, new_two) - _disruption(standing, one, two)
            yield SwapTarget(other, codes_of(mask), Score(0, 0, changes, now - before))


def _at(spot: Spot, other: Spot) -> Spot:
    """A visit at another's time; more than half a day begins in the morning."""
    half = other.half if spot.visit.slots == 1 else HALVES[0]
    first = 2 * (other.first // 2) + (spot.visit.slots == 1 and half == HALVES[1])
    return replace(spot, first=first, half=half)


def _judged(standing: Standing, one: Spot, two: Spot) -> tuple[int, int]:
    """The rules that two visits of a plan break, and what their people cost by both."""
    mask = standing.of_start(one) | standing.of_start(two)
    cost = 0
    for spot in (one, two):
        for role, people in enumerate(spot.crew):
            for person in people:
                broken, price = standing.of_person(person, role, spot, ())
                mask |= broken
                if spot is one and person in two.people:
                    # Somebody on both costs one of them first, then the other on top of it.
                    price = standing.of_person(person, role, one, (two.visit.id,))[1]
                cost += price
    return mask, cost


def _disruption(standing: Standing, one: Spot, two: Spot) -> int:
    return standing.disruption(one) + standing.disruption(two)
