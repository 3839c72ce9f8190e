"""Reads `envoy-teams/1` and `envoy-teams-solution/1`."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any, Final

from solver.instance import Travel
from solver.parsing.fields import (
    ParseError,
    as_object,
    fail,
    integer,
    label,
    list_of,
    mapping_of,
    nullable,
    one_of,
    optional,
    record,
    text,
)
from solver.parsing.outcome import SolutionError
from solver.parsing.problem import InstanceError
from solver.parsing.sizes import LARGEST_SUM
from solver.solution import STATUSES
from solver.teams.instance import (
    TOP_LEVEL,
    Group,
    TeamCounty,
    TeamEnvoy,
    TeamsInstance,
    TeamWeights,
)
from solver.teams.solution import (
    Formation,
    Member,
    Team,
    TeamsConflict,
    TeamsScore,
    TeamsSolution,
)

TEAMS_FORMAT: Final = "envoy-teams/1"
TEAMS_SOLUTION_FORMAT: Final = "envoy-teams-solution/1"

_natural = integer(0)


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise fail(path, "应为 true 或 false")
    return value


_group = record(Group, {"specialty": text, "min_members": _natural})
_county = record(
    TeamCounty,
    {
        "id": text,
        "name": label,
        "city": label,
        "min_size": _natural,
        "target_size": _natural,
        "max_size": _natural,
        "min_local": _natural,
        "groups": list_of(_group),
    },
)
_travel = record(Travel, {"ids": list_of(text), "minutes": list_of(list_of(_natural))})
_envoy = record(
    TeamEnvoy,
    {
        "id": text,
        "base": text,
        "specialties": mapping_of(integer(1, TOP_LEVEL)),
        "can_lead": _flag,
        "current_team": nullable(text),
        "fixed_team": nullable(text),
        "preferences": list_of(text),
        "exclude": optional(list_of(text), ()),
    },
)
_weights = record(
    TeamWeights,
    dict.fromkeys(("travel_minute", "preference_step", "size_gap", "level_gap"), _natural),
)


def _problem_of(format: str, **parts: Any) -> TeamsInstance:  # noqa: ANN401 - checked by the table
    return TeamsInstance(**parts)


_problem = record(
    _problem_of,
    {
        "format": one_of(TEAMS_FORMAT),
        "name": label,
        "counties": list_of(_county),
        "travel": _travel,
        "envoys": list_of(_envoy),
        "weights": _weights,
    },
)


def parse_teams(data: object) -> TeamsInstance:
    """Read a team formation problem that was loaded from JSON.

    Args:
        data: The decoded JSON of an `envoy-teams/1` file.

    Returns:
        The problem; every id in it exists.

    Raises:
        InstanceError: Something is not as the format says; the message is one Chinese sentence
            that names the key and where it stands.
    """
    try:
        instance: TeamsInstance = _problem(data, "")
        _check_counties(instance)
        _check_travel(instance)
        _check_envoys(instance)
        _check_sizes(instance)
    except ParseError as error:
        raise InstanceError(str(error)) from None
    return instance


def _unique(ids: Iterable[str], path: str, suffix: str = "") -> None:
    seen: set[str] = set()
    for n, name in enumerate(ids):
        if name in seen:
            raise fail(f"{path}[{n}]{suffix}", f'重复的编号 "{name}"')
        seen.add(name)


def _known(name: str | None, known: Set[str], path: str, what: str = "县") -> None:
    if name is not None and name not in known:
        raise fail(path, f'{what} "{name}" 不存在')


def _check_counties(instance: TeamsInstance) -> None:
    _unique((county.id for county in instance.counties), "counties", ".id")
    for n, county in enumerate(instance.counties):
        path = f"counties[{n}]"
        _unique((group.specialty for group in county.groups), f"{path}.groups", ".specialty")


def _check_travel(instance: TeamsInstance) -> None:
    travel, counties = instance.travel, instance.county_by_id.keys()
    _unique(travel.ids, "travel.ids")
    for n, name in enumerate(travel.ids):
        _known(name, counties, f"travel.ids[{n}]")
    for n, county in enumerate(instance.counties):
        _known(county.id, travel.index.keys(), f"counties[{n}].id", "路程表中的县")
    size = len(travel.ids)
    if len(travel.minutes) != size:
        raise fail("travel.minutes", f"应有 {size} 行，现有 {len(travel.minutes)} 行")
    for n, row in enumerate(travel.minutes):
        if len(row) != size:
            raise fail(f"travel.minutes[{n}]", f"应有 {size} 列，现有 {len(row)} 列（须为方阵）")


def _check_envoys(instance: TeamsInstance) -> None:
    _unique((envoy.id for envoy in instance.envoys), "envoys", ".id")
    counties = instance.county_by_id.keys()
    for n, envoy in enumerate(instance.envoys):
        path = f"envoys[{n}]"
        for key in ("base", "current_team", "fixed_team"):
            _known(getattr(envoy, key), counties, f"{path}.{key}")
        for key in ("preferences", "exclude"):
            listed: tuple[str, ...] = getattr(envoy, key)
            for k, name in enumerate(listed):
                _known(name, counties, f"{path}.{key}[{k}]")
            _unique(listed, f"{path}.{key}")


def _check_sizes(instance: TeamsInstance) -> None:
    """Sums stay exact in every solver, whatever the teams."""
    weights, people = instance.weights, len(instance.envoys)
    wanted = sum(
        county.min_size + county.min_local + sum(group.min_members for group in county.groups)
        for county in instance.counties
    )
    longest = max((minutes for row in instance.travel.minutes for minutes in row), default=0)
    choices = max((len(envoy.preferences) for envoy in instance.envoys), default=0)
    each = longest * weights.travel_minute + choices * weights.preference_step
    each += weights.level_gap * TOP_LEVEL
    gaps = sum(max(county.target_size, people) for county in instance.counties)
    for path, most in (
        ("counties.min_size / min_local / min_members", wanted),
        ("weights / travel / target_size", people * each + weights.size_gap * gaps),
    ):
        if most > LARGEST_SUM:
            raise fail(path, "数值过大，合计会超出可精确计算的范围，请改小")


_tier = integer(-LARGEST_SUM, LARGEST_SUM)
_score = record(TeamsScore, dict.fromkeys(TeamsScore._fields, _tier))
_member = record(Member, {"envoy": text, "group": optional(nullable(text), None)})
_team = record(
    Team,
    {"county": text, "leader": optional(nullable(text), None), "members": list_of(_member)},
)
_conflict = record(
    TeamsConflict,
    {"code": text, "county": text, "envoys": list_of(text), "message": label},
)


def _solution_of(
    format: str,
    teams: tuple[Team, ...],
    reserve: tuple[str, ...],
    **parts: Any,  # noqa: ANN401 - checked by the table
) -> TeamsSolution:
    formation = Formation(teams, reserve) if teams or reserve else None
    return TeamsSolution(formation=formation, **parts)


_solution = record(
    _solution_of,
    {
        "format": one_of(TEAMS_SOLUTION_FORMAT),
        "problem": optional(label, ""),
        "status": optional(one_of(*STATUSES), "unknown"),
        "score": optional(nullable(_score), None),
        "bounds": optional(nullable(_score), None),
        "teams": list_of(_team),
        "reserve": list_of(text),
        "conflicts": optional(list_of(_conflict), ()),
        "stats": optional(as_object, {}),
    },
)


def parse_teams_solution(data: object, instance: TeamsInstance) -> TeamsSolution:
    """Read a solution that was loaded from JSON.

    Only the shape is judged here; whether ids exist and rules hold is for `check_teams` to say.

    Args:
        data: The decoded JSON of an `envoy-teams-solution/1` file.
        instance: The problem it claims to solve.

    Raises:
        SolutionError: The shape is wrong, or it belongs to another problem.
    """
    try:
        solution: TeamsSolution = _solution(data, "")
        if solution.problem not in ("", instance.name):
            raise fail(
                "problem", f'方案属于问题 "{solution.problem}",而给出的问题是 "{instance.name}"'
            )
    except ParseError as error:
        raise SolutionError(str(error)) from None
    return solution
