"""What if (假如): variants of a plan, and what each would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from envoy_app.domain.plans import PlanView, Preset, ScoreView


@dataclass(frozen=True, slots=True)
class NewExpert:
    """People who are not in the roster yet: base and team are the county."""

    county: str
    specialty: str
    level: int = 2
    count: int = 1


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A variant: everything that is set is changed, the rest stays. An empty name is made.

    Attributes:
        preset: Other weights.
        widen_sharing: Steps by which people are lent further, 0 to 2.
        sharing_county, sharing_specialty: Whose: of this home county, with this specialty.
        experts: People who come in addition.
        more_slots_week: Half-days that everybody works more in a week at most.
        more_hosts: Visits that every county receives more at a time.
        wider_windows: Working days by which every visit may be earlier or later.
    """

    name: str = ""
    preset: Preset | None = None
    widen_sharing: int = 0
    sharing_county: str | None = None
    sharing_specialty: str | None = None
    experts: tuple[NewExpert, ...] = ()
    more_slots_week: int = 0
    more_hosts: int = 0
    wider_windows: int = 0


class Proof(StrEnum):
    """What is proven of a difference between the best plans; its value is the word for it."""

    OPEN = ""
    LOWER = "已证实更低"
    EQUAL = "已证实相同"
    HIGHER = "已证实更高"


@dataclass(frozen=True, slots=True)
class TierChange:
    """A tier of the score (`coverage`, `unscheduled`, `disruption`, `cost`) beside the base."""

    tier: str
    change: int
    proof: Proof


class MoveKind(StrEnum):
    """How a visit is held otherwise than in the base."""

    RESTARTED = "改时间"
    RESTAFFED = "换人"
    BOTH = "改时间并换人"
    ADDED = "新排上"
    DROPPED = "不再排"


@dataclass(frozen=True, slots=True)
class VisitMove:
    """A visit that is held otherwise; `visit` is its id in both plans."""

    visit: str
    county: str
    kind: MoveKind


@dataclass(frozen=True, slots=True)
class LoadsView:
    """Half-days of all envoys, earlier plans included; `idle` have no visit in this plan."""

    least: int
    mean: float
    most: int
    deviation: float
    gini: float
    over_target: int
    idle: int


@dataclass(frozen=True, slots=True)
class WhatIfFigures:
    """What people want to know of a plan; `short` are counties and the visits they lack."""

    covered: int
    counties: int
    short: tuple[tuple[str, int], ...]
    held: int
    visits: int
    loads: LoadsView
    travel_hours: float
    seats: int
    out_of_team: int
    out_of_city: int


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """One variant, or the plan as it is: with a plan, or with the sentence why there is none.

    Attributes:
        name: As asked for; empty for the plan as it is.
        changes: What is changed, a text for each.
        error: Why there is no plan, else empty; `plan` and all after it is then empty.
        plan: The draft; it is stored only by `WhatIfService.keep`.
        bounds: None where nothing is proven yet.
        same_weights: Whether its cost can be compared with that of the plan as it is.
        cost_as_base: Its cost at the weights of the plan as it is.
        differences: Per tier, against the plan as it is.
        moves: Visits held otherwise than in the plan as it is.
        supposed: Envoys in it who are not in the roster.
    """

    name: str
    changes: tuple[str, ...]
    error: str
    plan: PlanView | None = None
    bounds: ScoreView | None = None
    same_weights: bool = True
    cost_as_base: int = 0
    figures: WhatIfFigures | None = None
    differences: tuple[TierChange, ...] = ()
    moves: tuple[VisitMove, ...] = ()
    supposed: tuple[str, ...] = ()
    problem: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """The plan as it is, and its variants in the order asked for."""

    base: WhatIfView
    variants: tuple[WhatIfView, ...]
