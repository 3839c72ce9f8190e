"""Team formation (一县一团): who is on which county's team; proven optimal."""

from solver.teams.checker import (
    CountyShortfall,
    TeamsBreakdown,
    TeamsReport,
    TeamsViolation,
    check_teams,
)
from solver.teams.instance import Group, TeamCounty, TeamEnvoy, TeamsInstance, TeamWeights
from solver.teams.parsing import TEAMS_FORMAT, parse_teams, parse_teams_solution
from solver.teams.process import solve_teams_in_child
from solver.teams.serialise import teams_solution_to_json, teams_to_json
from solver.teams.solution import (
    Formation,
    Member,
    Team,
    TeamsConflict,
    TeamsProgress,
    TeamsScore,
    TeamsSolution,
)
from solver.teams.solving import solve_teams

__all__ = [
    "TEAMS_FORMAT",
    "CountyShortfall",
    "Formation",
    "Group",
    "Member",
    "Team",
    "TeamCounty",
    "TeamEnvoy",
    "TeamWeights",
    "TeamsBreakdown",
    "TeamsConflict",
    "TeamsInstance",
    "TeamsProgress",
    "TeamsReport",
    "TeamsScore",
    "TeamsSolution",
    "TeamsViolation",
    "check_teams",
    "parse_teams",
    "parse_teams_solution",
    "solve_teams",
    "solve_teams_in_child",
    "teams_solution_to_json",
    "teams_to_json",
]
