"""WINDOW: allowed starts, days in the window and in one week, the county open."""

from __future__ import annotations

import numpy as np

from solver.facts import Bools, Facts, Ints
from solver.instance import Visit, slots_of
from solver.rules.base import Rule


def _allowed(facts: Facts, visit: Visit, slots: Ints) -> Bools:
    return np.array([_fits(facts, visit, int(slot)) for slot in slots], dtype=np.bool_)


def _fits(facts: Facts, visit: Visit, slot: int) -> bool:
    day, half = facts.instance.days[slot // 2], ("AM", "PM")[slot % 2]
    if half not in (visit.start_slots if visit.slots == 1 else ("AM",)):
        return False
    try:
        used = slots_of(day, half, visit.slots)
    except OverflowError:  # at the end of the calendar
        return False
    numbers = [facts.slot_index.get(cell, -1) for cell in used]
    if min(numbers) < 0 or day < visit.earliest or used[-1][0] > visit.latest:
        return False
    one_week = facts.week_of_day[numbers[0] // 2] == facts.week_of_day[numbers[-1] // 2]
    return bool(one_week) and not facts.closed[facts.county_index[visit.county], numbers].any()


WINDOW = Rule("WINDOW", starts=_allowed)
