"""Writes the formats of team formation; the inverse of `parse_teams` and its sister."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from solver.teams.instance import TeamsInstance
from solver.teams.parsing import TEAMS_FORMAT, TEAMS_SOLUTION_FORMAT
from solver.teams.solution import Formation, TeamsScore, TeamsSolution


def teams_to_json(instance: TeamsInstance) -> dict[str, Any]:
    """The problem as JSON data (`envoy-teams/1`); `parse_teams` reads it back the same."""
    travel = instance.travel
    return {
        "format": TEAMS_FORMAT,
        "name": instance.name,
        "counties": [_record(county) for county in instance.counties],
        "travel": {"ids": list(travel.ids), "minutes": [list(row) for row in travel.minutes]},
        "envoys": [_record(envoy) for envoy in instance.envoys],
        "weights": asdict(instance.weights),
    }


def teams_solution_to_json(solution: TeamsSolution) -> dict[str, Any]:
    """The outcome as JSON data (`envoy-teams-solution/1`)."""
    return {
        "format": TEAMS_SOLUTION_FORMAT,
        "problem": solution.problem,
        "status": solution.status,
        "score": teams_score_to_json(solution.score),
        "bounds": teams_score_to_json(solution.bounds),
        **formation_to_json(solution.formation or Formation((), ())),
        "conflicts": [_record(item) for item in solution.conflicts],
        "stats": dict(solution.stats),
    }


def formation_to_json(formation: Formation) -> dict[str, Any]:
    """Teams and reserve as JSON data."""
    return {
        "teams": [_record(team) for team in formation.teams],
        "reserve": list(formation.reserve),
    }


def teams_score_to_json(score: TeamsScore | None) -> dict[str, int] | None:
    """The three tiers by name."""
    return None if score is None else score._asdict()


def _record(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen records
    plain: dict[str, Any] = _lists(asdict(value))
    return plain


def _lists(value: Any) -> Any:  # noqa: ANN401 - JSON data
    """Tuples to lists, as they come back from a file."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_lists(item) for item in value]
    return value
