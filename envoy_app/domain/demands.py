"""Service demands (服务需求) that counties send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from envoy_app.domain.time import HalfDay

MODES = ("集中培训", "现场指导", "技术咨询", "示范推广", "创业带动")
URGENCY_WEIGHTS = {"一般": 1, "较急": 2, "紧急": 3}


class DemandState(StrEnum):
    """Where a demand stands."""

    PENDING = "待审核"
    ACCEPTED = "已受理"
    ASSIGNED = "已派员"
    DONE = "已完成"
    REJECTED = "已驳回"
    CANCELLED = "已取消"


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand of a county. `slots` counts half-days (1, 2, 4); a null window means any day."""

    id: str
    county: str
    town: str = ""
    site: str = ""
    specialties: tuple[str, ...] = ()
    content: str = ""
    mode: str = ""
    headcount: int = 1
    min_rank: int = 0
    window_start: date | None = None
    window_end: date | None = None
    asap: bool = False
    half: HalfDay | None = None
    slots: int = 1
    contact: str = ""
    phone: str = ""
    urgency: str = ""
    state: DemandState = DemandState.PENDING
    state_reason: str = ""
    sample: bool = False
    version: int = field(default=0, compare=False)

    @property
    def weight(self) -> int:
        """What leaving it out costs, relative to an ordinary demand (一般 1, 较急 2, 紧急 3)."""
        return URGENCY_WEIGHTS.get(self.urgency, 1)
