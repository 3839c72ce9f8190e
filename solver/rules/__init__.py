"""The hard rules as the optimiser uses them: one file per rule, one registry."""

from typing import Final

from solver.rules.availability import AVAILABILITY
from solver.rules.base import Rule
from solver.rules.exclude import EXCLUDE
from solver.rules.host import HOST
from solver.rules.overlap import OVERLAP
from solver.rules.pin import PIN
from solver.rules.series import SERIES
from solver.rules.sharing import SHARING
from solver.rules.skill import SKILL
from solver.rules.total_load import TOTAL_LOAD
from solver.rules.transfer import TRANSFER
from solver.rules.travel import TRAVEL
from solver.rules.week_load import WEEK_LOAD
from solver.rules.window import WINDOW

RULES: Final[tuple[Rule, ...]] = (
    SKILL,
    PIN,
    EXCLUDE,
    SHARING,
    TRAVEL,
    WINDOW,
    AVAILABILITY,
    OVERLAP,
    WEEK_LOAD,
    TOTAL_LOAD,
    TRANSFER,
    HOST,
    SERIES,
)
"""In the order in which they narrow down who and when."""

__all__ = ["RULES", "Rule"]
