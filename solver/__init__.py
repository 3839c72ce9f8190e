"""Pure optimisation: instance in, outcome out. No Qt, no database, no Excel."""

from solver.checker import (
    CheckReport,
    CoverageState,
    DisruptionBreakdown,
    ScoreBreakdown,
    Violation,
    check,
)
from solver.conflicts_text import conflicts_text
from solver.explain.edits import apply_edit
from solver.explain.edits_text import Names, repair_text
from solver.explain.preflight import shortages_in_child
from solver.explain.shortage import Shortage
from solver.explain.shortages_text import shortage_text
from solver.explain.shortfalls import Shortfall, shortfall_text, shortfalls_of
from solver.instance import (
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
from solver.parsing.decode import decode_json
from solver.parsing.outcome import SolutionError, parse_solution
from solver.parsing.problem import InstanceError, parse_instance
from solver.process import solve_in_child
from solver.reasons_text import explain_text
from solver.serialise import instance_to_json, solution_to_json
from solver.solution import (
    Conflict,
    Progress,
    Reason,
    Score,
    Solution,
    SolveOptions,
    SolverCrashed,
    Unscheduled,
)
from solver.solving import solve
from solver.texts import RuleText, rule_text

__all__ = [
    "Affinity",
    "Assignment",
    "CheckReport",
    "Conflict",
    "County",
    "CoverageRule",
    "CoverageState",
    "DisruptionBreakdown",
    "DisruptionWeights",
    "Envoy",
    "Instance",
    "InstanceError",
    "Names",
    "Pin",
    "PinStart",
    "Progress",
    "Reason",
    "Role",
    "RuleText",
    "Rules",
    "Score",
    "ScoreBreakdown",
    "Series",
    "Shortage",
    "Shortfall",
    "Solution",
    "SolutionError",
    "SolveOptions",
    "SolverCrashed",
    "Travel",
    "Unscheduled",
    "Violation",
    "Visit",
    "Weights",
    "apply_edit",
    "check",
    "conflicts_text",
    "decode_json",
    "explain_text",
    "instance_to_json",
    "parse_instance",
    "parse_solution",
    "repair_text",
    "rule_text",
    "shortage_text",
    "shortages_in_child",
    "shortfall_text",
    "shortfalls_of",
    "solution_to_json",
    "solve",
    "solve_in_child",
]
