"""SERIES: the starts of a series keep their distance in calendar days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.facts import Bools
from solver.plan import Plan
from solver.rules.base import Rule
from solver.tables import VisitTable

if TYPE_CHECKING:
    from solver.engine.model import Model


def _apart(plan: Plan, visit: VisitTable) -> Bools:
    apart = np.ones(len(visit.starts), dtype=np.bool_)
    if visit.visit.series is not None:
        gap = plan.facts.instance.gap_of_series[visit.visit.series]
        for date in plan.series_dates.get(visit.visit.series, ()):
            apart &= np.abs(visit.dates - date) >= gap
    return apart


def _keep_apart(model: Model) -> None:
    """Of any `gap` consecutive calendar days, only one has a start of the series.

    Two dates are too near exactly if such a span holds both; a span need only begin at a date
    at which something may start.
    """
    members: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for visit in model.visits:
        if visit.visit.series is not None:
            dates = ((model.date_of(start), start) for start in model.starts(visit.index))
            members[visit.visit.series].extend(dates)
    for name, starts in members.items():
        gap = model.facts.instance.gap_of_series[name]
        for first in {date for date, _ in starts} if gap else ():
            near = [start for date, start in starts if first <= date < first + gap]
            model.row([(start, 1) for start in near], most=1)


SERIES = Rule("SERIES", free_starts=_apart, couple=_keep_apart)
