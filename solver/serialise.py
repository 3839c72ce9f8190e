"""Writes the interchange formats; the inverse of `parse_instance` and `parse_solution`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from solver.instance import Assignment, Instance, Travel
from solver.parsing.collecting import collector_still
from solver.parsing.outcome import SOLUTION_FORMAT
from solver.parsing.problem import PROBLEM_FORMAT
from solver.solution import Reason, Score, Solution, Unscheduled


def instance_to_json(instance: Instance) -> dict[str, Any]:
    """The problem as JSON data (`envoy-problem/1`); `parse_instance` reads it back the same."""
    keys = (
        "name",
        "days",
        "counties",
        "travel",
        "envoys",
        "visits",
        "series",
        "coverage",
        "baseline",
        "rules",
        "weights",
    )
    with collector_still():
        parts = {key: _plain(getattr(instance, key)) for key in keys}
        affinity = list(map(list, instance.affinity))
    return {"format": PROBLEM_FORMAT, **parts, "affinity": affinity}


def solution_to_json(solution: Solution) -> dict[str, Any]:
    """The outcome as JSON data (`envoy-solution/1`)."""
    return {
        "format": SOLUTION_FORMAT,
        "problem": solution.problem,
        "status": solution.status,
        "score": score_to_json(solution.score),
        "bounds": score_to_json(solution.bounds),
        "assignments": [_plain(item) for item in solution.assignments],
        "unscheduled": [_unscheduled(item) for item in solution.unscheduled],
        "conflicts": [asdict(item) for item in solution.conflicts],
        "stats": _plain(dict(solution.stats)),
    }


def assignment_to_json(assignment: Assignment) -> dict[str, Any]:
    """One held visit as JSON data."""
    return {
        "visit": assignment.visit,
        "date": assignment.date.isoformat(),
        "slot": assignment.slot,
        "roles": [list(role) for role in assignment.roles],
    }


def score_to_json(score: Score | None) -> dict[str, int] | None:
    """The four tiers by name."""
    return None if score is None else score._asdict()


def _unscheduled(item: Unscheduled) -> dict[str, Any]:
    return {
        "visit": item.visit,
        "reasons": [reason_to_json(reason) for reason in item.reasons],
        "repairs": [dict(repair) for repair in item.repairs],
    }


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """A narrowing step as in `unscheduled[].reasons`."""
    role = {} if reason.role is None else {"role": reason.role}
    return {"code": reason.code, **role, "left": reason.left}


def record_to_json(value: object) -> Any:  # noqa: ANN401 - JSON data
    """A part of a problem as JSON data."""
    return _plain(value)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON data
    """Records to objects, tuples to lists, dates to text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Assignment):
        return assignment_to_json(value)
    if isinstance(value, Travel):
        return {"ids": list(value.ids), "minutes": [list(row) for row in value.minutes]}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {key: _plain(getattr(value, key)) for key in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
