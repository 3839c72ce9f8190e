"""How long to look for repairs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from solver.engine.cpsat import Limits

_MODEL_SECONDS: Final = 2.0
_MODEL_WORK: Final = 1.0
"""In deterministic time of CP-SAT."""


@dataclass
class Budget:
    """When to end: at a point of time, on request, or after so many steps of work."""

    deadline: float = float("inf")
    should_stop: Callable[[], bool] = lambda: False
    steps: float = float("inf")
    _taken: int = field(default=0, init=False)

    def limits(self) -> Limits:
        """For one small model: a share of what is left, or a counted amount of work."""
        if self.steps < float("inf"):
            return Limits(_MODEL_SECONDS * 10, 1, 1, work=_MODEL_WORK)
        left = self.deadline - time.monotonic()
        return Limits(max(0.05, min(_MODEL_SECONDS, left)), 1, 1)

    def over(self) -> bool:
        """Counts as a step of some milliseconds."""
        self._taken += 1
        return self._taken > self.steps or time.monotonic() >= self.deadline or self.should_stop()
