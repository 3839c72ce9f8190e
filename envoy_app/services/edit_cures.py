"""Cures of a visit that is left out, proved on the plan as it is, and applied as one change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import solver
from envoy_app.domain.editing import Cure, CureView
from envoy_app.domain.errors import InputError
from envoy_app.domain.plans import ScoreView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.edit_desk import Desk, Draft
from solver.explain.budget import Budget
from solver.explain.proofs import Repair
from solver.explain.repairs import find_repairs

_SECONDS: Final = 8.0


def find_cures(desk: Desk, visit: str) -> tuple[CureView, ...]:
    """Return the cures of a visit; see `EditSession.cures`."""
    case, found = _repairs(desk, visit)
    before = solver.check(case, desk.assignments).score
    return tuple(
        CureView(
            _text(desk, repair),
            ScoreView(*(b - a for a, b in zip(before, repair.score, strict=True))),
        )
        for repair in found
    )


def _repairs(desk: Desk, key: str) -> tuple[solver.Instance, tuple[Repair, ...]]:
    """The repairs of one visit: the others that are left out are not looked at."""
    if desk.visit(key).held:
        raise InputError(f"{desk.name(key)}已经安排，不需要办法。")
    held = {item.visit for item in desk.assignments}
    visits = tuple(v for v in desk.instance.visits if v.id in held or v.id == key)
    known = {visit.id for visit in visits}
    baseline = tuple(item for item in desk.instance.baseline if item.visit in known)
    case = replace(desk.instance, visits=visits, baseline=baseline)
    budget = Budget(deadline=time.monotonic() + _SECONDS)
    return case, find_repairs(case, desk.assignments, budget).get(key, ())


def _text(desk: Desk, repair: Repair) -> str:
    names = solver.Names(envoy=desk.person, specialty=desk.vocabulary.name)
    return solver.repair_text(desk.instance, repair.edit, names)


def cure_draft(desk: Desk, command: Cure) -> Draft:
    """Return what a cure does: the change itself, and the plan that proves it.

    Raises InputError where it does not hold on the plan as it is.
    """
    _, found = _repairs(desk, command.visit)
    for repair in found:
        if _text(desk, repair) == command.text:
            return _draft(desk, command, repair)
    raise InputError("方案改动后，这个办法已经行不通，请重新查看办法。")


def _draft(desk: Desk, command: Cure, repair: Repair) -> Draft:
    now = {item.visit: item for item in desk.assignments}
    changed = {
        item.visit: _as_proved(desk.visits[item.visit], item)
        for item in repair.proof
        if now.get(item.visit) != item
    }
    edit = repair.edit
    if "visit" in edit:
        key = edit["visit"]
        changed[key] = _loosened(changed.get(key, desk.visits[key]), edit)
    amendments = () if "visit" in edit else (edit,)
    text = f"按办法安排{desk.name(command.visit)}：{command.text.rstrip('。')}"
    return Draft(text, changed, amendments=amendments, loosened=True)


def _as_proved(visit: VisitView, item: solver.Assignment) -> VisitView:
    roles = tuple(
        replace(role, envoys=people) for role, people in zip(visit.roles, item.roles, strict=True)
    )
    start = SlotTime(item.date, HalfDay(item.slot))
    return replace(visit, start=start, roles=roles, reasons=(), cures=())


def _loosened(visit: VisitView, edit: Mapping[str, Any]) -> VisitView:
    if edit["edit"] == "extend_window":
        first, last = date.fromisoformat(edit["earliest"]), date.fromisoformat(edit["latest"])
        return replace(visit, earliest=first, latest=last)
    roles = list(visit.roles)
    roles[edit["role"]] = replace(roles[edit["role"]], min_level=edit["to"])
    return replace(visit, roles=tuple(roles))
