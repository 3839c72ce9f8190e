"""Plan versions to rows and back. What a version shows is frozen with it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from envoy_app.domain.coverage import CountyCoverage, CoverageLine, CoverageState
from envoy_app.domain.plans import (
    CostView,
    EnvoyCard,
    HandMade,
    PlanInfo,
    PlanState,
    PlanView,
    Preset,
    RoleView,
    ScoreView,
    VisitOrigin,
    VisitView,
)
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.persistence.stamps import Values
from envoy_app.persistence.tables import PlanRow, PlanSeatRow, PlanVersionRow, PlanVisitRow


def pack(value: Mapping[str, Any]) -> bytes:
    """Return JSON as compressed bytes."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), level=6)


def unpack(data: bytes) -> Values:
    """Return what `pack` was given."""
    values: Values = json.loads(zlib.decompress(data))
    return values


def _numbers(record: ScoreView | CostView) -> list[int]:
    return [getattr(record, field.name) for field in fields(record)]


def version_values(view: PlanView, plan_id: str, instance: Mapping[str, Any]) -> Values:
    """Return the columns of a plan version."""
    info = view.info
    return {
        "id": info.id,
        "plan_id": plan_id,
        "version_no": info.version_no,
        "state": info.state.value,
        "preset": info.preset.value,
        "status": info.status,
        "score": _numbers(info.score),
        "bounds": _numbers(info.bounds),
        "cost": _numbers(info.cost),
        "seconds": info.seconds,
        "sample": info.sample,
        "instance": pack(instance),
        "frozen": pack(_frozen(view)),
        "coverage": _coverage(view),
        "amendments": list(map(dict, view.amendments)),
    }


def figure_values(view: PlanView) -> Values:
    """Return the columns that follow from a version's visits."""
    return {
        "status": view.info.status,
        "score": _numbers(view.info.score),
        "cost": _numbers(view.info.cost),
        "coverage": _coverage(view),
    }


def amended_values(view: PlanView) -> Values:
    """Return the columns of a version, visits aside, that a change by hand writes."""
    return {
        "bounds": _numbers(view.info.bounds),
        "amendments": list(map(dict, view.amendments)),
    }


def _frozen(view: PlanView) -> Values:
    return {
        "days": [day.isoformat() for day in view.days],
        "cards": [asdict(card) for card in view.envoys.values()],
    }


def _coverage(view: PlanView) -> list[Values]:
    return [asdict(item) for item in view.coverage]


def info_of(row: PlanVersionRow, plan: PlanRow) -> PlanInfo:
    """Return a version's head."""
    return PlanInfo(
        id=row.id,
        name=plan.name,
        version_no=row.version_no,
        state=PlanState(row.state),
        start=plan.start_date,
        end=plan.end_date,
        preset=Preset(row.preset),
        status=row.status,
        score=ScoreView(*row.score),
        bounds=ScoreView(*row.bounds),
        cost=CostView(*row.cost),
        seconds=row.seconds,
        created_at=row.created_at,
        created_by=row.created_by,
        sample=row.sample,
        record_version=row.version,
    )


_SAME_IN_VISIT = tuple(
    field.name
    for field in fields(VisitView)
    if field.name not in {"id", "roles", "origin", "start", "reasons", "cures", "by_hand"}
)


def visit_values(visit: VisitView, version_id: str, position: int) -> Values:
    """Return a visit's columns; its row id joins version and visit."""
    values: Values = {name: getattr(visit, name) for name in _SAME_IN_VISIT}
    return values | {
        "id": f"{version_id}-{position:05d}",
        "plan_version_id": version_id,
        "visit": visit.id,
        "position": position,
        "roles": [[role.specialty, role.min_level, role.count] for role in visit.roles],
        "origin": visit.origin.value,
        "start_date": visit.start.date if visit.start else None,
        "start_half": visit.start.half.value if visit.start else None,
        "reasons": list(visit.reasons),
        "cures": list(visit.cures),
        "by_hand": _by_hand_values(visit.by_hand),
    }


def seat_values(visit: VisitView, version_id: str, position: int) -> list[Values]:
    """Return the columns of all seats of a visit."""
    row_id = f"{version_id}-{position:05d}"
    return [
        {
            "id": f"{row_id}-{role_index}-{seat}",
            "plan_visit_id": row_id,
            "plan_version_id": version_id,
            "role": role_index,
            "position": seat,
            "envoy": envoy,
            "slots": visit.slots,
        }
        for role_index, role in enumerate(visit.roles)
        for seat, envoy in enumerate(role.envoys)
    ]


def visit_of(row: PlanVisitRow, seats: Iterable[PlanSeatRow]) -> VisitView:
    """Return a visit with its people; `seats` are the visit's, in any order."""
    filled: dict[int, list[tuple[int, str]]] = {}
    for seat in seats:
        filled.setdefault(seat.role, []).append((seat.position, seat.envoy))
    roles = tuple(
        RoleView(code, level, count, tuple(envoy for _, envoy in sorted(filled.get(index, ()))))
        for index, (code, level, count) in enumerate(row.roles)
    )
    start = None
    if row.start_date and row.start_half:
        start = SlotTime(row.start_date, HalfDay(row.start_half))
    return VisitView(
        id=row.visit,
        roles=roles,
        origin=VisitOrigin(row.origin),
        start=start,
        reasons=tuple(row.reasons),
        cures=tuple(row.cures or ()),
        by_hand=_by_hand(row.by_hand),
        **{name: getattr(row, name) for name in _SAME_IN_VISIT},
    )


def _by_hand_values(made: HandMade | None) -> Values | None:
    if made is None:
        return None
    return {"halves": [half.value for half in made.halves], "exclude": list(made.exclude)}


def _by_hand(stored: Values | None) -> HandMade | None:
    if stored is None:
        return None
    return HandMade(tuple(map(HalfDay, stored["halves"])), tuple(stored["exclude"]))


def view_of(info: PlanInfo, row: PlanVersionRow, visits: tuple[VisitView, ...]) -> PlanView:
    """Return a whole plan version."""
    frozen = unpack(row.frozen)
    cards = (
        EnvoyCard(**{**card, "specialties": tuple(card["specialties"])}) for card in frozen["cards"]
    )
    return PlanView(
        info=info,
        days=tuple(date.fromisoformat(day) for day in frozen["days"]),
        visits=visits,
        envoys={card.id: card for card in cards},
        coverage=tuple(_coverage_of(item) for item in row.coverage),
        amendments=tuple(row.amendments),
    )


def _coverage_of(item: Values) -> CountyCoverage:
    lines = tuple(CoverageLine(**line) for line in item["lines"])
    state = CoverageState(item["state"])
    return CountyCoverage(item["county"], state, item["visits_held"], item["visits_wanted"], lines)
