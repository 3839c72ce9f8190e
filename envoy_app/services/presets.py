"""What matters first in a plan: sets of weights for the cost tier (problem-format.md §1).

Coverage and the number of visits held always come before cost; the presets weigh what is left:
lending across teams and cities, time on the road, and an even load.
"""

from __future__ import annotations

from types import MappingProxyType

from envoy_app.domain.plans import Preset

MAX_TRANSFER_MINUTES = 60
# A county office can look after two groups of visitors at a time.
MAX_VISITS_PER_SLOT = 2
# An ordinary demand outweighs any standard visit (2 to 4): someone asked for it.
DEMAND_WEIGHT = 5

_COMMON = {"out_of_team": 60, "out_of_city": 180, "travel_minute": 1, "load_square": 4}

WEIGHTS = MappingProxyType(
    {
        Preset.COVERAGE: {**_COMMON, "target_shortfall": 30},
        Preset.BALANCE: {**_COMMON, "load_square": 12, "target_shortfall": 90},
        Preset.TRAVEL: {**_COMMON, "travel_minute": 3, "load_square": 2, "target_shortfall": 10},
    }
)
