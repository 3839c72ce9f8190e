"""A workspace for tests of the window: a real database, a made-up plan, no optimiser."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from datetime import date
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QWidget

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.people import Absence, Envoy, Skill
from envoy_app.domain.plans import Effort, PlanView, VisitView
from envoy_app.services.workspace import Workspace, open_workspace
from tests.plan_factory import make_plan_view
from ui.context import AppContext
from ui.crash import CrashReporter
from ui.preferences import Preferences


def envoys_of(plan: PlanView) -> list[Envoy]:
    """The people of a plan, with what a roster would say of them."""
    roles = ("成员", "团长", "副团长", "成员")
    return [
        Envoy(
            id=card.id,
            name=card.name,
            gender="女" if number % 3 == 0 else "男",
            birth=f"19{60 + number % 35}-0{number % 9 + 1}",
            phones=(card.phone,),
            organisation=card.organisation,
            post="主任" if number % 11 == 0 else "",
            title=card.title,
            title_rank=number % 4,
            education="硕士研究生",
            major="农学",
            skills=tuple(Skill(code, number % 3 + 1) for code in card.specialties),
            base_county=card.base_county,
            team_county=card.team_county,
            team_role=roles[number % 4] if card.team_county else "",
            term_start="2026-01",
            term_end="2027-12",
            absences=(Absence(date(2026, 12, 7), date(2026, 12, 11), None, "教学周"),)
            if number % 7 == 0
            else (),
            active=number % 60 != 59,
            sample=True,
        )
        for number, card in enumerate(plan.envoys.values())
    ]


def demands_of(plan: PlanView) -> list[Demand]:
    """The demands that a plan answers."""
    states = (DemandState.ACCEPTED, DemandState.ACCEPTED, DemandState.PENDING)
    return [
        _demand(visit, number, states[number % 3])
        for number, visit in enumerate(v for v in plan.visits if v.demand_id)
    ]


def _demand(visit: VisitView, number: int, state: DemandState) -> Demand:
    return Demand(
        id=visit.demand_id or "",
        county=visit.county,
        town=visit.town,
        site=visit.site,
        specialties=tuple(role.specialty for role in visit.roles),
        content=visit.content,
        mode=visit.mode,
        headcount=sum(role.count for role in visit.roles),
        window_start=date(2026, 12, 1 + number % 20),
        window_end=date(2026, 12, 11 + number % 20),
        slots=visit.slots,
        contact=visit.contact,
        phone=visit.contact_phone,
        urgency=("一般", "较急", "紧急")[number % 3],
        state=state,
        sample=True,
    )


class FakePlanning:
    """Knows the plans it was given."""

    def __init__(self, *plans: PlanView) -> None:
        self.known = list(plans)

    def latest(self):
        return self.known[0] if self.known else None

    def plans(self):
        return tuple(plan.info for plan in self.known)

    def view(self, plan_id):
        return next(plan for plan in self.known if plan.info.id == plan_id)


class FakeOverview:
    """Counts what the fake planning and the real database hold."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def figures(self):
        from envoy_app.services.overview import ChecklistItem, OverviewFigures

        plan = self._workspace.planning.latest()
        envoys = self._workspace.roster.envoys()
        demands = self._workspace.demands.demands()
        held = plan.held if plan else ()
        states = [item.state.value for item in plan.coverage] if plan else []
        pending = sum(item.state is DemandState.PENDING for item in demands)
        return OverviewFigures(
            envoys=len(envoys),
            counties=35,
            demands_pending=pending,
            demands_accepted=len(demands) - pending,
            plan=plan.info if plan else None,
            covered=states.count("covered"),
            partial=states.count("partial"),
            uncovered=states.count("uncovered"),
            visits_held=len(held),
            visits_wanted=len(plan.visits) if plan else 0,
            effort=plan.effort if plan else Effort(0, 0, 0),
            travel_hours=1950.0 if plan else 0.0,
            checklist=(
                ChecklistItem("roster", "导入名册", bool(envoys), f"已有 {len(envoys)} 名特派员"),
                ChecklistItem("teams", "组建县团", bool(envoys), "445 人已入县团"),
                ChecklistItem("demands", "受理需求", False, f"{pending} 条待审核"),
                ChecklistItem("plan", "排班", plan is not None, "选择日期，开始排班"),
                ChecklistItem("publish", "发布", False, "核对后发布方案"),
                ChecklistItem("print", "打印", False, "打印各县日程和覆盖矩阵"),
            ),
        )


class FakeSample:
    """Adds one envoy; waits on `gate` so that a test can stop it half way."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.gate = threading.Event()
        self.gate.set()

    def load(self, seed=1, on_progress=lambda progress: None):
        on_progress("生成名册")
        self.gate.wait(10)
        on_progress("导入名册")
        self._workspace.roster.add([Envoy(id="e1", name="示例人", sample=True)])
        return Changes(frozenset({Topic.ROSTER}), "载入示例数据")


@cache
def _empty_database() -> Path:
    """A database with the reference data, made once: migrating it anew takes ten times as long."""
    folder = Path(tempfile.mkdtemp(prefix="envoy-ui-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_workspace(folder / "envoy.db", actor="测试").close()
    return folder / "envoy.db"


def make_workspace(folder: Path, *, plan: PlanView | None = None, envoys: int = 0) -> Workspace:
    """A database in `folder` with the plan's people and demands; services that need more faked."""
    if not (folder / "envoy.db").exists():
        shutil.copyfile(_empty_database(), folder / "envoy.db")
    workspace = open_workspace(folder / "envoy.db", actor="测试")
    workspace.__dict__["planning"] = FakePlanning(*([plan] if plan else []))
    workspace.__dict__["overview"] = FakeOverview(workspace)
    workspace.__dict__["sample"] = FakeSample(workspace)
    if plan is not None:
        workspace.roster.add(envoys_of(plan)[: envoys or None])
        workspace.demands.add(demands_of(plan))
    return workspace


def make_context(workspace: Workspace, folder: Path) -> AppContext:
    """A context as the session makes it."""
    return AppContext(workspace, Preferences(folder), CrashReporter())


def small_plan() -> PlanView:
    """A plan of 60 visits and 40 people over all counties."""
    return make_plan_view(visits=60, envoys=40)


def type_chinese(widget: QWidget, text: str) -> None:
    """Commit text as an input method does; QTest's keys know Latin letters only."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)
