"""Single changes that would open a place for a visit in a plan as it stands, cheapest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from solver.explain.crew import NEVER, REAL, cheapest_crew
from solver.explain.openings import Openings, SeatMasks, absences
from solver.facts import Bools, Facts, Ints
from solver.instance import HALVES
from solver.plan import Crew, Plan

_STARTS_TRIED: Final = 3
_ENVOYS_PER_KIND: Final = 2
_RULE_PRICE: Final = 2**38
"""A broken rule outweighs usual prices."""


@dataclass(frozen=True)
class Place:
    """A start of the open table with people for every seat, and what they add to the score."""

    price: int
    start: int
    crew: Crew


@dataclass(frozen=True)
class Proposal:
    """A change of the instance, and the place it would open."""

    edit: dict[str, Any]
    place: Place


def proposals(plan: Plan, gap: Openings) -> list[Proposal]:
    """Every kind of change that leads to a place, the best of each kind, cheapest first."""
    found = [
        *_wider_windows(plan.facts, gap),
        *_larger_host(plan, gap),
        *_lower_levels(plan.facts, gap),
        *_envoys(plan, gap),
    ]
    return sorted(found, key=lambda item: item.place.price)


def free_place(gap: Openings) -> Place | None:
    """The cheapest place that needs no change at all."""
    return _cheapest(gap, gap.window & gap.host & gap.series, [s.allowed() for s in gap.seats])


def placed_with(gap: Openings, person: int) -> Place | None:
    """The cheapest place with one envoy in some role, without any change."""
    starts = gap.window & gap.host & gap.series
    masks = [seat.allowed() for seat in gap.seats]
    best: Place | None = None
    for seat in gap.seats:
        only = np.zeros_like(masks[seat.role])
        only[person] = masks[seat.role][person] & starts
        for _, place in _with_one(gap, seat, only, masks):
            if best is None or place.price < best.price:
                best = place
    return best


def least_broken_place(gap: Openings, slot: int | None = None) -> Place | None:
    """The place that breaks the fewest rules, the cheapest of those; None without a start.

    Args:
        gap: The visit.
        slot: The only first slot that is wanted.
    """
    broken = 3 - np.sum([gap.window, gap.host, gap.series], axis=0)
    wanted = np.ones(len(broken), dtype=np.bool_) if slot is None else gap.visit.starts == slot
    if not wanted.any():
        return None
    rough = replace(
        gap,
        start_price=_rough(gap.start_price, broken),
        seats=tuple(replace(seat, prices=_rough(seat.prices, _broken(seat))) for seat in gap.seats),
    )
    return _cheapest(rough, wanted, [np.ones_like(seat.fixed) for seat in gap.seats])


def _broken(seat: SeatMasks) -> Ints:
    """How many rules an envoy would break at each start; those no repair touches count once."""
    kept = np.sum([seat.fixed, *seat.soft.values()], axis=0)
    broken: Ints = 1 + len(seat.soft) - kept
    return broken


def _rough(prices: Ints, broken: Ints) -> Ints:
    rough: Ints = np.clip(prices, -_RULE_PRICE // 4, _RULE_PRICE // 4) + broken * _RULE_PRICE
    return rough


def _wider_windows(facts: Facts, gap: Openings) -> Iterator[Proposal]:
    visit = gap.visit
    masks = [seat.allowed() for seat in gap.seats]
    days = facts.instance.days
    firsts = np.array([days[cells[0] // 2] < visit.visit.earliest for cells in visit.cells])
    outside = ~gap.window & gap.host & gap.series
    for side, before in ((outside & firsts, True), (outside & ~firsts, False)):
        place = _cheapest(gap, side, masks, late=before)
        if place is not None:
            cells = visit.cells[place.start]
            edit = {
                "edit": "extend_window",
                "visit": visit.visit.id,
                "earliest": min(visit.visit.earliest, days[cells[0] // 2]).isoformat(),
                "latest": max(visit.visit.latest, days[cells[-1] // 2]).isoformat(),
            }
            yield Proposal(edit, place)


def _larger_host(plan: Plan, gap: Openings) -> Iterator[Proposal]:
    starts = gap.window & ~gap.host & gap.series
    place = _cheapest(gap, starts, [seat.allowed() for seat in gap.seats])
    if place is not None:
        guests = plan.guests[gap.visit.county, gap.visit.cells[place.start]]
        county = gap.visit.visit.county
        yield Proposal({"edit": "raise_host", "county": county, "to": int(guests.max()) + 1}, place)


def _lower_levels(facts: Facts, gap: Openings) -> Iterator[Proposal]:
    """Per role the smallest step down that opens a place."""
    starts = gap.window & gap.host & gap.series
    masks = [seat.allowed() for seat in gap.seats]
    for seat in gap.seats:
        role = gap.visit.visit.roles[seat.role]
        levels = np.array([e.specialties.get(role.specialty, 0) for e in facts.instance.envoys])
        for level in range(role.min_level - 1, 0, -1):
            wider = list(masks)
            wider[seat.role] = seat.allowed("SKILL") & (levels >= level)[:, None]
            place = _cheapest(gap, starts, wider)
            if place is not None:
                name = gap.visit.visit.id
                edit = {"edit": "lower_level", "visit": name, "role": seat.role, "to": level}
                yield Proposal(edit, place)
                break


def _envoys(plan: Plan, gap: Openings) -> Iterator[Proposal]:
    """Changes of one envoy, who then comes: the best few of each kind."""
    starts = gap.window & gap.host & gap.series
    masks = [seat.allowed() for seat in gap.seats]
    for code, edit_of in _EDITS_OF_ENVOYS.items():
        found: list[Proposal] = []
        for seat in gap.seats:
            nearly = seat.nearly(code) & starts
            if code == "AVAILABILITY":
                nearly &= absences(plan.facts, gap.visit) == 1
            for person, place in _with_one(gap, seat, nearly, masks):
                found.append(Proposal(edit_of(plan, gap, person, place.start), place))
        yield from sorted(found, key=lambda item: item.place.price)[:_ENVOYS_PER_KIND]


def _with_one(
    gap: Openings, seat: SeatMasks, nearly: Bools, masks: list[Bools]
) -> Iterator[tuple[int, Place]]:
    """Envoys of a mask who complete a crew in a role, cheapest first, each at the best start."""
    if not nearly.any():
        return
    others = _floors(gap, masks, short=seat.role) + gap.start_price
    totals = np.where(nearly, seat.prices + others, NEVER)
    best = totals.min(axis=1)
    for person in np.argsort(best, kind="stable")[:_ENVOYS_PER_KIND].tolist():
        if best[person] >= REAL:
            return
        start = int(totals[person].argmin())
        place = _place(gap, start, masks, (seat.role, person))
        if place is not None:
            yield person, place


def _set_sharing(plan: Plan, gap: Openings, person: int, start: int) -> dict[str, Any]:
    facts = plan.facts
    envoy = facts.instance.envoys[person]
    near = facts.city[facts.county_index[envoy.home]] == facts.city[gap.visit.county]
    return {"edit": "set_sharing", "envoy": envoy.id, "sharing": "city" if near else "metro"}


def _raise_week_load(plan: Plan, gap: Openings, person: int, start: int) -> dict[str, Any]:
    envoy = plan.facts.instance.envoys[person]
    load = int(plan.week_load[person, gap.visit.weeks[start]]) + gap.visit.slots
    return {"edit": "raise_week_load", "envoy": envoy.id, "to": load}


def _free_slot(plan: Plan, gap: Openings, person: int, start: int) -> dict[str, Any]:
    facts = plan.facts
    cells = gap.visit.cells[start]
    cell = int(cells[facts.absent[person, cells]][0])
    return {
        "edit": "free_slot",
        "envoy": facts.instance.envoys[person].id,
        "date": facts.instance.days[cell // 2].isoformat(),
        "slot": HALVES[cell % 2],
    }


_EDITS_OF_ENVOYS: Final = {
    "SHARING": _set_sharing,
    "WEEK_LOAD": _raise_week_load,
    "AVAILABILITY": _free_slot,
}


def _cheapest(gap: Openings, starts: Bools, masks: list[Bools], late: bool = False) -> Place | None:
    """The cheapest place over some starts; the first of equals, or the last."""
    if not starts.any():
        return None
    totals = np.where(starts, _floors(gap, masks) + gap.start_price, NEVER)
    order = np.argsort(totals, kind="stable")
    if late:
        order = len(totals) - 1 - np.argsort(totals[::-1], kind="stable")
    best: Place | None = None
    for start in order[:_STARTS_TRIED].tolist():
        if totals[start] >= REAL or (best is not None and totals[start] >= best.price):
            break
        place = _place(gap, start, masks)
        if place is not None and (best is None or place.price < best.price):
            best = place
    return best


def _place(
    gap: Openings, start: int, masks: list[Bools], forced: tuple[int, int] | None = None
) -> Place | None:
    prices = [
        np.where(mask[:, start], seat.prices[:, start], NEVER)
        for seat, mask in zip(gap.seats, masks, strict=True)
    ]
    if forced is not None:
        role, person = forced
        prices[role][person] = gap.seats[role].prices[person, start]
    found = cheapest_crew(prices, [seat.count for seat in gap.seats], forced)
    if found is None:
        return None
    return Place(found[0] + int(gap.start_price[start]), start, found[1])


def _floors(gap: Openings, masks: list[Bools], short: int | None = None) -> Ints:
    """Per start at most the price of the cheapest crew: each role as if it chose alone: [n].

    Args:
        gap: The visit.
        masks: Who may sit, per role.
        short: A role that lacks one seat.
    """
    totals = np.zeros(len(gap.visit.starts), dtype=np.int64)
    for seat, mask in zip(gap.seats, masks, strict=True):
        count = seat.count - (seat.role == short)
        if count > len(mask):
            return np.full(len(totals), NEVER, dtype=np.int64)
        if count:
            cheapest = np.partition(seat.priced(mask), count - 1, axis=0)[:count]
            sums = np.where(cheapest[-1] < NEVER, cheapest.sum(axis=0), NEVER)
            totals = np.minimum(totals + sums, NEVER)
    return totals
