"""What if: named variants of a problem, solved and compared with the problem as it is."""

from solver.whatif.base import Edit, EditError
from solver.whatif.comparing import Comparison, Difference, compare
from solver.whatif.figures import Figures, Loads, Moves, figures_of, moves_between
from solver.whatif.people import (
    AddEnvoy,
    AddExpert,
    RaiseLimits,
    RemoveEnvoy,
    SetAbsent,
    WidenSharing,
)
from solver.whatif.single import SingleChange
from solver.whatif.solving import Outcome, VariantProgress, solve_variants
from solver.whatif.terms import (
    AddVisit,
    RaiseHosts,
    RemoveVisit,
    SetCoverage,
    SetTransfer,
    SetWeights,
    WidenWindows,
)
from solver.whatif.variants import (
    EDIT_KINDS,
    VARIANTS_FORMAT,
    Variant,
    VariantError,
    parse_variants,
    variants_to_json,
)

__all__ = [
    "EDIT_KINDS",
    "VARIANTS_FORMAT",
    "AddEnvoy",
    "AddExpert",
    "AddVisit",
    "Comparison",
    "Difference",
    "Edit",
    "EditError",
    "Figures",
    "Loads",
    "Moves",
    "Outcome",
    "RaiseHosts",
    "RaiseLimits",
    "RemoveEnvoy",
    "RemoveVisit",
    "SetAbsent",
    "SetCoverage",
    "SetTransfer",
    "SetWeights",
    "SingleChange",
    "Variant",
    "VariantError",
    "VariantProgress",
    "WidenSharing",
    "WidenWindows",
    "compare",
    "figures_of",
    "moves_between",
    "parse_variants",
    "solve_variants",
    "variants_to_json",
]
