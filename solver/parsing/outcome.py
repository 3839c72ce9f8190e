"""Reads `envoy-solution/1`: plans to be judged, ours or anybody's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from solver.instance import Instance
from solver.parsing.fields import (
    ParseError,
    as_object,
    fail,
    integer,
    label,
    list_of,
    nullable,
    one_of,
    optional,
    record,
    text,
)
from solver.parsing.problem import ASSIGNMENT
from solver.solution import STATUSES, Conflict, Reason, Score, Solution, Unscheduled

SOLUTION_FORMAT: Final = "envoy-solution/1"


class SolutionError(ValueError):
    """The solution is not as the format says; the message is one Chinese sentence."""


_tier = integer(-(10**15), 10**15)
_score = record(Score, dict.fromkeys(Score._fields, _tier))
_reason = record(
    Reason,
    {"code": text, "left": integer(0), "role": optional(nullable(integer(0)), None)},
)


def _unscheduled_of(
    visit: str, reasons: tuple[Reason, ...], repairs: tuple[dict[str, Any], ...]
) -> Unscheduled:
    return Unscheduled(visit, tuple(replace(item, visit=visit) for item in reasons), repairs)


_unscheduled = record(
    _unscheduled_of,
    {
        "visit": text,
        "reasons": optional(list_of(_reason), ()),
        "repairs": optional(list_of(as_object), ()),
    },
)
_conflict = record(
    Conflict,
    {
        "code": text,
        "visit": optional(nullable(text), None),
        "envoy": optional(nullable(text), None),
        "message": optional(label, ""),
    },
)


def _build(format: str, **parts: Any) -> Solution:  # noqa: ANN401 - checked by the table
    return Solution(**parts)


_solution = record(
    _build,
    {
        "format": one_of(SOLUTION_FORMAT),
        "problem": label,
        "status": optional(one_of(*STATUSES), "unknown"),
        "score": optional(nullable(_score), None),
        "bounds": optional(nullable(_score), None),
        "assignments": list_of(ASSIGNMENT),
        "unscheduled": optional(list_of(_unscheduled), ()),
        "conflicts": optional(list_of(_conflict), ()),
        "stats": optional(as_object, {}),
    },
)


def parse_solution(data: object, instance: Instance) -> Solution:
    """Read a solution that was loaded from JSON.

    Only the shape is judged here; whether ids exist and rules hold is for `check` to say.

    Args:
        data: The decoded JSON of an `envoy-solution/1` file.
        instance: The problem it claims to solve.

    Raises:
        SolutionError: The shape is wrong, or it belongs to another problem.
    """
    try:
        solution: Solution = _solution(data, "")
        if solution.problem != instance.name:
            raise fail(
                "problem", f'方案属于问题 "{solution.problem}",而给出的问题是 "{instance.name}"'
            )
    except ParseError as error:
        raise SolutionError(str(error)) from None
    return solution


__all__ = ["SOLUTION_FORMAT", "SolutionError", "parse_solution"]
