"""Looks for shortages in a child process, as `solver.process` plans visits.

The caller, often a window, is spared OR-Tools.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from solver.explain.shortage import Shortage, shortage_from_json
from solver.instance import Instance
from solver.process import CHILD_COMMAND, News, run_in_child
from solver.serialise import instance_to_json
from solver.solution import SolveOptions, SolverCrashed

SHORTAGES: Final = "shortages"
Found = tuple[Shortage, ...] | None
"""What was found; None where the search did not come to its end."""


def shortages_in_child(
    instance: Instance,
    time_limit: float,
    should_cancel: Callable[[], bool],
    command: Sequence[str] = CHILD_COMMAND,
) -> Found:
    """Find what no plan can cure, in a process of its own; may be called from any thread.

    Args:
        instance: The problem.
        time_limit: Seconds after which the search is given up.
        should_cancel: Asked every 100 ms; true ends the search at once.
        command: How the child is started.

    Returns:
        All shortages, or None where the search was cancelled or given up.

    Raises:
        SolverCrashed: The child ended without an answer.
    """
    options = SolveOptions(time_limit=time_limit, workers=1)
    return run_in_child(
        _Shortages(instance), options, lambda _: None, should_cancel, command, patience=0
    )


@dataclass(frozen=True)
class _Shortages:
    """The search for shortages as the parent of the child sees it."""

    instance: Instance
    kind: str = SHORTAGES

    def problem(self) -> dict[str, Any]:
        return instance_to_json(self.instance)

    def verified(self, data: dict[str, Any]) -> tuple[Found, bool]:
        try:
            return tuple(map(shortage_from_json, data["shortages"])), False
        except (KeyError, TypeError, ValueError) as error:
            raise SolverCrashed("求解进程给出的缺口无法读取，请重试并反馈此问题。") from error

    def progress(self, data: News, best: Found) -> None:
        """There is none to tell."""

    def stopped(self, status: str, best: Found, news: News | None, stats: dict[str, Any]) -> Found:
        return None
