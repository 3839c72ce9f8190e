"""What has to be done now, and a county in short: what the overview lists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from envoy_app.domain.demands import Demand
from envoy_app.domain.people import Envoy
from envoy_app.domain.teams import TeamLack


class TaskKind(StrEnum):
    """What a task is about, the most urgent first."""

    BROKEN = "broken"
    LEAVE = "leave"
    TELL = "tell"
    PENDING = "pending"
    TWINS = "twins"
    UNCOVERED = "uncovered"
    UNSCHEDULED = "unscheduled"
    PUBLISH = "publish"
    PRINT = "print"
    LEADERS = "leaders"
    SMALL = "small"
    IDLE = "idle"
    BACKUP = "backup"


URGENT = frozenset({TaskKind.BROKEN, TaskKind.LEAVE, TaskKind.TELL})
"""Somebody stands before a closed door where these wait."""
CHECKS = frozenset({TaskKind.BROKEN, TaskKind.LEADERS, TaskKind.SMALL})
"""What takes the optimiser's rules to find out, and so comes a little later than the rest."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: how many of it there are, a sentence, and what to look at first.

    The rest are ids, "" where it is about none; `plan` is a version.
    """

    kind: TaskKind
    count: int
    text: str
    plan: str = ""
    county: str = ""
    visit: str = ""

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait until tomorrow."""
        return self.kind in URGENT


def in_order(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Return tasks with the most urgent first."""
    places = {kind: place for place, kind in enumerate(TaskKind)}
    return tuple(sorted(tasks, key=lambda task: places[task.kind]))


@dataclass(frozen=True, slots=True)
class CountyBrief:
    """A county's team and open demands, as they stand now.

    `team` has the leader first; `lacks` is empty where it has all that a team needs.
    """

    county: str
    team: tuple[Envoy, ...]
    leader: Envoy | None
    lacks: tuple[TeamLack, ...]
    demands: tuple[Demand, ...]
