"""Small domain records for tests; every field has a sensible value, name only what matters."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.coverage import CountyMinimum, CoverageStandard
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.geography import TravelRule, default_travel, shipped_gazetteer
from envoy_app.domain.ids import new_id
from envoy_app.domain.people import Envoy, Skill
from envoy_app.domain.plans import CostView, PlanInfo, PlanState, Preset, ScoreView
from envoy_app.domain.teams import TeamChange, TeamProposal, TeamScore
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.instances import PlanInputs

JINJIANG, QINGYANG, LONGQUAN, JIANYANG = "510104", "510105", "510112", "510185"
JINGYANG, ANYUE = "510603", "512021"
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))

_numbers = itertools.count(1)


def make_envoy(**values) -> Envoy:
    number = next(_numbers)
    defaults = {
        "id": new_id(),
        "name": f"特派员{number}",
        "phones": (f"139{number:08d}",),
        "organisation": "省农科院",
        "title": "农艺师",
        "title_rank": 1,
        "skills": (Skill("S06", 2),),
        "base_county": JINJIANG,
        "team_county": JINJIANG,
    }
    return Envoy(**(defaults | values))


def make_demand(**values) -> Demand:
    defaults = {
        "id": new_id(),
        "county": LONGQUAN,
        "town": "柏合镇",
        "site": "示范合作社",
        "specialties": ("S08",),
        "content": "桃树冬剪",
        "mode": "现场指导",
        "contact": "王五",
        "phone": "13800000000",
        "urgency": "一般",
        "state": DemandState.ACCEPTED,
    }
    return Demand(**(defaults | values))


def make_proposal(changes: tuple[TeamChange, ...]) -> TeamProposal:
    """A proposal that is nothing but its changes."""
    nothing = TeamScore(0, 0, 0)
    return TeamProposal((), (), changes, True, len(changes), 0, 0.0, (), False, nothing, nothing)


def make_standard(county: str = LONGQUAN, specialty: str = "S08", **values) -> CoverageStandard:
    defaults = {"visits_per_month": 4, "id": f"{county}-{specialty}"}
    return CoverageStandard(county=county, specialty=specialty, **(defaults | values))


def make_inputs(**values) -> PlanInputs:
    gazetteer = shipped_gazetteer()
    defaults = {
        "name": "试排",
        "start": DECEMBER[0],
        "end": DECEMBER[1],
        "preset": Preset.COVERAGE,
        "calendar": WorkCalendar(),
        "gazetteer": gazetteer,
        "travel": default_travel(gazetteer, TravelRule()),
        "vocabulary": shipped_vocabulary(),
        "standards": (make_standard(),),
        "minimums": (CountyMinimum(LONGQUAN, 3),),
        "envoys": (make_envoy(),),
        "demands": (),
    }
    return PlanInputs(**(defaults | values))


def make_roster(standards, per_specialty: int = 2) -> tuple[Envoy, ...]:
    """Return envoys enough for the standards: for each line some who live in its county."""
    return tuple(
        make_envoy(
            base_county=standard.county,
            team_county=standard.county,
            skills=(Skill(standard.specialty, 3),),
        )
        for standard in standards
        for _ in range(per_specialty)
    )


def make_info(**values) -> PlanInfo:
    defaults = {
        "id": new_id(),
        "name": "十二月",
        "version_no": 1,
        "state": PlanState.DRAFT,
        "start": DECEMBER[0],
        "end": DECEMBER[1],
        "preset": Preset.COVERAGE,
        "status": "feasible",
        "score": ScoreView(1, 2, 0, 300),
        "bounds": ScoreView(0, 2, 0, 200),
        "cost": CostView(60, 200, 40, 200),
        "seconds": 1.5,
        "created_at": datetime.now(UTC),
        "created_by": "张三",
        "sample": True,
    }
    return PlanInfo(**(defaults | values))
