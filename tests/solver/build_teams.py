"""Tiny team formation problems by hand: three counties, and whatever a test adds."""

import copy

from solver.teams import Formation, Member, Team, check_teams, parse_teams
from tests.solver.build import MINUTES


def county(name, **more):
    usual = {
        "id": name,
        "name": name + "县",
        "city": "成都",
        "min_size": 0,
        "target_size": 0,
        "max_size": 9,
        "min_local": 0,
        "groups": [],
    }
    return usual | more


def envoy(name, **more):
    usual = {
        "id": name,
        "base": "A",
        "specialties": {"柑橘": 2},
        "can_lead": False,
        "current_team": None,
        "fixed_team": None,
        "preferences": [],
    }
    return usual | more


def problem(envoys, **more):
    usual = {
        "format": "envoy-teams/1",
        "name": "tiny",
        "counties": [county("A"), county("B"), county("C")],
        "travel": {"ids": list(MINUTES), "minutes": [list(r.values()) for r in MINUTES.values()]},
        "envoys": envoys,
        "weights": {"travel_minute": 1, "preference_step": 20, "size_gap": 15, "level_gap": 5},
    }
    return copy.deepcopy(usual | more)


def instance(envoys, **more):
    return parse_teams(problem(envoys, **more))


def formed(case, reserve=(), leaders=None, **teams):
    """A formation by county: `A=["e1", ("e2", "柑橘")]`; counties left out have empty teams."""
    leaders = leaders or {}
    return Formation(
        tuple(
            Team(
                c.id,
                leaders.get(c.id),
                tuple(
                    Member(*item) if isinstance(item, tuple) else Member(item)
                    for item in teams.get(c.id, ())
                ),
            )
            for c in case.counties
        ),
        tuple(reserve),
    )


def codes(case, formation):
    return sorted({found.code for found in check_teams(case, formation).violations})
