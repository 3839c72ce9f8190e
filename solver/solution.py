"""What comes out of planning: plan, score, bounds and the reasons for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from solver.instance import Assignment

STATUSES: Final = ("optimal", "feasible", "infeasible", "unknown", "cancelled")


class Score(NamedTuple):
    """The four tiers, minimised in this order; compares lexicographically."""

    coverage: int
    unscheduled: int
    disruption: int
    cost: int


@dataclass(frozen=True)
class Reason:
    """One narrowing step: how many envoys (or starts, for WINDOW, HOST, SERIES) were left.

    `role` is the index of the role where the step is about one role only. `visit` is carried so
    that a text can name the role; it is not part of the interchange format.
    """

    code: str
    left: int
    role: int | None = None
    visit: str = field(default="", compare=False)


@dataclass(frozen=True)
class Unscheduled:
    """A visit that is not held, and why."""

    visit: str
    reasons: tuple[Reason, ...] = ()
    repairs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A rule that cannot hold together with the pins."""

    code: str
    visit: str | None
    envoy: str | None
    message: str


@dataclass(frozen=True)
class Solution:
    """The outcome of a run (`envoy-solution/1`)."""

    problem: str
    status: str
    score: Score | None
    bounds: Score | None
    assignments: tuple[Assignment, ...]
    unscheduled: tuple[Unscheduled, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    stats: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SolveOptions:
    """How long and how to search.

    Attributes:
        time_limit: Wall-clock seconds for the whole run.
        workers: Threads of the exact solvers.
        seed: Seed of every random choice.
        deterministic: Count work instead of seconds, so that with one worker the same input gives
            the same plan.
    """

    time_limit: float = 60.0
    workers: int = 2
    seed: int = 1
    deterministic: bool = False


@dataclass(frozen=True)
class Progress:
    """A sign of life of a run: what is known so far, and what is being done (Chinese).

    `plan` is the best plan that was passed on; the score may be a moment ahead of it.
    """

    seconds: float
    score: Score | None
    bounds: Score | None
    phase: str
    plan: tuple[Assignment, ...] | None = None


class SolverCrashed(RuntimeError):
    """The solving process died and left nothing behind; the message is a Chinese sentence."""
