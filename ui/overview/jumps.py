"""Where the overview leads: each task to where it is done, each part of a county to its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.demands import DemandState
from envoy_app.domain.plans import VisitView
from envoy_app.domain.todo import Task, TaskKind
from ui.context import AppContext
from ui.icons import IconName


def _tr(text: str) -> str:
    return QCoreApplication.translate("OverviewJumps", text)


@dataclass(frozen=True)
class Jump:
    """What a task's button says, and its picture."""

    text: str
    icon: IconName


def jump_of(kind: TaskKind) -> Jump:
    """Return how a task of a kind is offered."""
    look, go = _tr("查看"), _tr("去做")
    return {
        TaskKind.BROKEN: Jump(_tr("去改"), IconName.ERROR),
        TaskKind.LEAVE: Jump(_tr("去改"), IconName.PERSON),
        TaskKind.TELL: Jump(_tr("名单"), IconName.SEND),
        TaskKind.PENDING: Jump(_tr("审核"), IconName.DEMANDS),
        TaskKind.TWINS: Jump(_tr("核对"), IconName.COPY),
        TaskKind.UNCOVERED: Jump(look, IconName.COUNTY),
        TaskKind.UNSCHEDULED: Jump(_tr("去排"), IconName.PLAN),
        TaskKind.PUBLISH: Jump(go, IconName.PLAN),
        TaskKind.PRINT: Jump(_tr("打印"), IconName.PRINT),
        TaskKind.LEADERS: Jump(_tr("去定"), IconName.TEAMS),
        TaskKind.SMALL: Jump(_tr("补人"), IconName.TEAMS),
        TaskKind.IDLE: Jump(look, IconName.ENVOYS),
        TaskKind.BACKUP: Jump(_tr("去备份"), IconName.SAVE),
    }[kind]


def go_to(context: AppContext, task: Task) -> None:
    """Show where a task is done; those done on the overview itself lead nowhere."""
    ways: dict[TaskKind, Callable[[], None]] = {
        TaskKind.PENDING: lambda: _demands(context, DemandState.PENDING.value),
        TaskKind.TWINS: lambda: _demands(context, "twins"),
        TaskKind.PRINT: lambda: _print(context, task.plan),
        TaskKind.LEADERS: lambda: _teams(context, task.county),
        TaskKind.SMALL: lambda: _teams(context, task.county),
        TaskKind.IDLE: lambda: context.go("roster", {"task": "without"}),
        TaskKind.BACKUP: lambda: context.go("settings", {"card": "backups"}),
    }
    on_board = (TaskKind.BROKEN, TaskKind.LEAVE, TaskKind.UNSCHEDULED, TaskKind.PUBLISH)
    if task.kind in on_board:
        context.go("plan", {"plan": task.plan, "visit": task.visit})
    elif task.kind in ways:
        ways[task.kind]()


def _demands(context: AppContext, state: str) -> None:
    # All that wait are counted, so none may be hidden behind a county.
    context.selection.county = None
    context.go("demands", {"tab": "demands", "state": state})


def _teams(context: AppContext, county: str) -> None:
    context.go("teams", {"lacking": "yes", "county": county})


def _print(context: AppContext, plan_id: str) -> None:
    context.plans.show_plan(plan_id)
    context.navigate("print")


@dataclass(frozen=True)
class CountyWays:
    """Where a county, and what is in it, is seen; the county stays the window's filter."""

    context: AppContext
    code: str

    def board(self) -> None:
        """The board, filtered."""
        self._go("plan")

    def visit(self, visit: VisitView) -> None:
        """The board at a visit."""
        self.context.selection.county = self.code
        self.context.selection.visit = None
        self.context.selection.visit = visit.id
        self.context.navigate("plan")

    def team(self) -> None:
        """The county's team."""
        self.context.selection.county = self.code
        self.context.go("teams", {"county": self.code})

    def envoy(self, envoy_id: str) -> None:
        """A person in the roster, as a member of this county's team."""
        self.context.selection.county = self.code
        self.context.selection.envoy = None
        self.context.selection.envoy = envoy_id
        self.context.navigate("roster")

    def people(self) -> None:
        """All who live here or are on the team."""
        self._go("roster")

    def demands(self) -> None:
        """The county's demands."""
        self.context.selection.county = self.code
        self.context.go("demands", {"tab": "demands", "state": ""})

    def demand(self, demand_id: str) -> None:
        """One of them."""
        self.context.selection.county = self.code
        self.context.navigate("demands")
        self.context.selection.demand = None
        self.context.selection.demand = demand_id

    def standards(self) -> None:
        """What the county is to get in a month."""
        self.context.selection.county = self.code
        self.context.go("demands", {"tab": "standards"})

    def paper(self) -> None:
        """The county's schedule on paper."""
        self._go("print")

    def _go(self, page: str) -> None:
        self.context.selection.county = self.code
        self.context.navigate(page)
