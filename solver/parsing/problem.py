"""Reads `envoy-problem/1`."""

from __future__ import annotations

from typing import Any, Final

from solver.instance import (
    HALVES,
    SHARING_SCOPES,
    VISIT_LENGTHS,
    Affinity,
    Assignment,
    County,
    CoverageRule,
    DisruptionWeights,
    Envoy,
    Instance,
    Pin,
    PinStart,
    Role,
    Rules,
    Series,
    Travel,
    Visit,
    Weights,
)
from solver.parsing.collecting import collector_still
from solver.parsing.fields import (
    LARGEST,
    ParseError,
    day,
    integer,
    integers,
    label,
    list_of,
    mapping_of,
    nullable,
    one_of,
    optional,
    record,
    row_of,
    rows_of,
    text,
)
from solver.parsing.references import check_references
from solver.parsing.sizes import check_sizes

PROBLEM_FORMAT: Final = "envoy-problem/1"


class InstanceError(ValueError):
    """The problem is not as the format says; the message is one Chinese sentence."""


_natural = integer(0)
_level = integer(1, 3)
_half = one_of(*HALVES)
_slots = list_of(row_of(day, _half))
_people_by_role = list_of(list_of(text))

ASSIGNMENT = record(
    Assignment, {"visit": text, "date": day, "slot": _half, "roles": _people_by_role}
)

_county = record(
    County,
    {
        "id": text,
        "name": label,
        "city": label,
        "max_visits_per_slot": _natural,
        "closed": optional(_slots, ()),
    },
)
_travel = record(Travel, {"ids": list_of(text), "minutes": list_of(integers(0))})
_envoy = record(
    Envoy,
    {
        "id": text,
        "base": text,
        "team": nullable(text),
        "specialties": mapping_of(_level),
        "max_slots_per_week": _natural,
        "max_slots_total": _natural,
        "target_slots": _natural,
        "prior_slots": optional(_natural, 0),
        "max_travel_minutes": _natural,
        "sharing": one_of(*SHARING_SCOPES),
        "unavailable": _slots,
    },
)
_role = record(Role, {"specialty": text, "min_level": _level, "count": integer(1)})
_pin = record(
    Pin,
    {
        "start": optional(nullable(record(PinStart, {"date": day, "slot": _half})), None),
        "envoys": optional(nullable(_people_by_role), None),
    },
)
_visit = record(
    Visit,
    {
        "id": text,
        "county": text,
        "series": nullable(text),
        "roles": list_of(_role),
        "slots": one_of(*VISIT_LENGTHS),
        "earliest": day,
        "latest": day,
        "start_slots": list_of(_half),
        "weight": integer(1),
        "exclude": optional(list_of(text), ()),
        "pin": optional(nullable(_pin), None),
    },
)
_series = record(Series, {"id": text, "min_gap_days": _natural})
_coverage = record(
    CoverageRule, {"county": text, "specialty": nullable(text), "min_visits": _natural}
)
_affinities = rows_of(text, text, integer(-LARGEST))
_disruption = record(
    DisruptionWeights,
    {
        "dropped": optional(_natural, 10),
        "moved": optional(_natural, 3),
        "replaced": optional(_natural, 1),
    },
)
_weights = record(
    Weights,
    {
        "out_of_team": _natural,
        "out_of_city": _natural,
        "travel_minute": _natural,
        "load_square": _natural,
        "target_shortfall": _natural,
        "target_excess": optional(_natural, 0),
        "disruption": optional(_disruption, DisruptionWeights()),
    },
)


def _build(
    format: str,
    affinity: tuple[tuple[str, str, int], ...],
    **parts: Any,  # noqa: ANN401 - checked by the table
) -> Instance:
    return Instance(affinity=tuple(map(Affinity._make, affinity)), **parts)


_problem = record(
    _build,
    {
        "format": one_of(PROBLEM_FORMAT),
        "name": label,
        "days": list_of(day),
        "counties": list_of(_county),
        "travel": _travel,
        "envoys": list_of(_envoy),
        "visits": list_of(_visit),
        "series": list_of(_series),
        "coverage": list_of(_coverage),
        "affinity": optional(_affinities, ()),
        "baseline": optional(list_of(ASSIGNMENT), ()),
        "rules": record(Rules, {"max_transfer_minutes": _natural}),
        "weights": _weights,
    },
)


ENVOY, VISIT = _envoy, _visit


def parse_assignments(data: object) -> tuple[Assignment, ...]:
    """Read a list of assignments; what they name is not looked up.

    Raises:
        InstanceError: It is not a list of assignments.
    """
    try:
        assignments: tuple[Assignment, ...] = list_of(ASSIGNMENT)(data, "")
    except ParseError as error:
        raise InstanceError(str(error)) from None
    return assignments


def parse_instance(data: object) -> Instance:
    """Read a problem that was loaded from JSON.

    Args:
        data: The decoded JSON of an `envoy-problem/1` file.

    Returns:
        The problem with dates as `datetime.date`; every id in it exists.

    Raises:
        InstanceError: Something is not as the format says; the message is one Chinese sentence
            that names the key and where it stands.
    """
    try:
        with collector_still():
            instance: Instance = _problem(data, "")
        check_references(instance)
        check_sizes(instance)
    except ParseError as error:
        raise InstanceError(str(error)) from None
    return instance
