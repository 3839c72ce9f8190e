"""Before solving: what no plan can hold, whoever plans. Every shortage told is a proof.

Each is a relaxation that every valid plan satisfies: people within reach of one visit, people free
at one start, and per specialty and week a flow of half-days from envoys to seats, whose minimum
cut names the visits that compete for too few (D. R. Fulkerson and L. R. Ford, "Maximal flow
through a network", 1956). Rules left out only make matters worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from ortools.graph.python import max_flow

from solver.candidates import prepare
from solver.explain.shortage import Shortage
from solver.facts import Facts, Ints
from solver.instance import Instance
from solver.rules import RULES
from solver.tables import Seat, Tables, VisitTable

_REACH: Final = tuple(r.people for r in RULES if r.people and r.code in {"SHARING", "TRAVEL"})
_SKILL: Final = next(rule.people for rule in RULES if rule.people and rule.code == "SKILL")


def shortages(instance: Instance, tables: Tables | None = None) -> tuple[Shortage, ...]:
    """Everything found that no plan of the instance can cure.

    Args:
        instance: The problem.
        tables: The prepared instance, if at hand.
    """
    tables = tables or prepare(instance)
    alone = [*_without_start(tables), *_out_of_reach(tables), *_never_free(tables)]
    lost = {name for item in alone for name in item.visits}
    rest = [visit for visit in tables.visits if visit.visit.id not in lost]
    together = [*_overbooked_people(tables.facts, rest), *_overbooked_counties(tables.facts, rest)]
    return (*alone, *together, *_uncovered(tables, rest))


def _without_start(tables: Tables) -> Iterator[Shortage]:
    for visit in tables.visits:
        if len(visit.starts) == 0:
            yield Shortage("window", (visit.visit.id,), 1, 0, visit.visit.county)


def _out_of_reach(tables: Tables) -> Iterator[Shortage]:
    """Counties with too few of a specialty and level within sharing and travel."""
    groups: defaultdict[tuple[str, str, int], list[tuple[VisitTable, int, int]]]
    groups = defaultdict(list)
    for visit in tables.visits:
        for number, role in enumerate(visit.visit.roles):
            if len(visit.starts) and len(visit.seats[number].people) < role.count:
                have = _within_reach(tables.facts, visit, number)
                if have < role.count:
                    key = (visit.visit.county, role.specialty, role.min_level)
                    groups[key].append((visit, role.count, have))
    for (county, specialty, level), found in groups.items():
        names = tuple(dict.fromkeys(visit.visit.id for visit, _, _ in found))
        need, have = min(count for _, count, _ in found), max(left for _, _, left in found)
        yield Shortage("reach", names, need, have, county, specialty, level)


def _within_reach(facts: Facts, visit: VisitTable, role: int) -> int:
    mask = _SKILL(facts, visit.visit, role)
    for rule in _REACH:
        mask = mask & rule(facts, visit.visit, role)
    return int(mask.sum())


def _never_free(tables: Tables) -> Iterator[Shortage]:
    """Visits for which enough people are in reach, but at no start enough who may come."""
    for visit in tables.visits:
        for seat in visit.seats:
            role = visit.visit.roles[seat.role]
            if len(visit.starts) == 0 or _within_reach(tables.facts, visit, seat.role) < seat.count:
                continue
            have = int(seat.open.sum(axis=0).max())
            if have < seat.count:
                place = (visit.visit.county, role.specialty, role.min_level)
                yield Shortage("free", (visit.visit.id,), seat.count, have, *place)


def _overbooked_people(facts: Facts, visits: list[VisitTable]) -> Iterator[Shortage]:
    """Per week, then for the whole horizon where that tells more: a flow for each specialty."""
    weeks = facts.week_of_day
    told: defaultdict[str, int] = defaultdict(int)
    for week in range(facts.week_count):
        inside = [v for v in visits if bool(np.all(v.weeks == week))]
        for found in _by_specialty(facts, inside, np.flatnonzero(weeks == week)):
            told[found.specialty or ""] += found.need - found.have
            yield found
    if facts.week_count > 1:
        for found in _by_specialty(facts, visits, np.arange(len(weeks))):
            if found.need - found.have > told[found.specialty or ""]:
                yield found


def _by_specialty(facts: Facts, visits: list[VisitTable], days: Ints) -> Iterator[Shortage]:
    seats: defaultdict[str, list[tuple[VisitTable, Seat]]] = defaultdict(list)
    for visit in visits:
        for seat in visit.seats:
            seats[visit.visit.roles[seat.role].specialty].append((visit, seat))
    supply = _supply(facts, days)
    for specialty, wanted in seats.items():
        found = _overbooked(wanted, supply)
        if found is not None:
            names, need, have = found
            first, last = (facts.instance.days[int(day)] for day in (days[0], days[-1]))
            yield Shortage("load", names, need, have, specialty=specialty, first=first, last=last)


def _supply(facts: Facts, days: Ints) -> Ints:
    """Most slots each envoy can work on some days: [e]."""
    supply = np.zeros(len(facts.instance.envoys), dtype=np.int64)
    for week in np.unique(facts.week_of_day[days]):
        slots = np.repeat(facts.week_of_day, 2) == week
        free = (~facts.absent[:, slots]).sum(axis=1)
        supply += np.minimum(free, facts.week_cap)
    most: Ints = np.minimum(supply, facts.total_cap)
    return most


def _overbooked(
    wanted: list[tuple[VisitTable, Seat]], supply: Ints
) -> tuple[tuple[str, ...], int, int] | None:
    """Seats that need more half-days than all who could take them have; None if there are none.

    The nodes are source, sink, envoys, seats; the sink's side of the minimum cut is the smallest.
    """
    flow, envoys = max_flow.SimpleMaxFlow(), len(supply)
    flow.add_arcs_with_capacity(
        np.zeros(envoys, dtype=np.int64), 2 + np.arange(envoys), supply.astype(np.int64)
    )
    demand = [seat.count * visit.slots for visit, seat in wanted]
    for number, (visit, seat) in enumerate(wanted):
        node = 2 + envoys + number
        size = len(seat.people)
        flow.add_arcs_with_capacity(
            2 + seat.people, np.full(size, node), np.full(size, visit.slots)
        )
        flow.add_arc_with_capacity(node, 1, demand[number])
    flow.solve(0, 1)
    lacking = sum(demand) - int(flow.optimal_flow())
    if lacking <= 0:
        return None
    short = {node - 2 - envoys for node in flow.get_sink_side_min_cut() if node >= 2 + envoys}
    names = dict.fromkeys(wanted[n][0].visit.id for n in sorted(short))
    need = sum(demand[n] for n in short)
    return tuple(names), need, need - lacking


def _overbooked_counties(facts: Facts, visits: Iterable[VisitTable]) -> Iterator[Shortage]:
    """Counties that would have to receive more half-days in a week than they can."""
    groups: defaultdict[tuple[int, int], list[VisitTable]] = defaultdict(list)
    for visit in visits:
        if bool(np.all(visit.weeks == visit.weeks[0])):
            groups[visit.county, int(visit.weeks[0])].append(visit)
    for (county, week), found in groups.items():
        slots = np.repeat(facts.week_of_day, 2) == week
        have = int((~facts.closed[county, slots]).sum() * facts.host_cap[county])
        need = sum(visit.slots for visit in found)
        if need > have:
            days = np.flatnonzero(facts.week_of_day == week)
            first, last = (facts.instance.days[int(day)] for day in (days[0], days[-1]))
            names = tuple(visit.visit.id for visit in found)
            place = found[0].visit.county
            yield Shortage("host", names, need, have, place, first=first, last=last)


def _uncovered(tables: Tables, rest: list[VisitTable]) -> Iterator[Shortage]:
    for number, rule in enumerate(tables.facts.instance.coverage):
        names = tuple(visit.visit.id for visit in rest if number in visit.rules)
        if len(names) < rule.min_visits:
            place = (rule.county, rule.specialty)
            yield Shortage("coverage", names, rule.min_visits, len(names), *place)
