"""A workspace without database and optimiser, and a context around it."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, NotFoundError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.plan_changes import Publication
from envoy_app.domain.plans import PlanInfo, PlanState, PlanView, ScoreView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.judging import CandidateView, RankingView
from envoy_app.services.planning import PlanPreview, PlanProgress, PlanRequest
from envoy_app.services.rule_words import BrokenRule
from ui.context import AppContext
from ui.crash import CrashReporter
from ui.preferences import Preferences

FINISH = "finish"
GAZETTEER = shipped_gazetteer()
VOCABULARY = shipped_vocabulary()


def progress(seconds=1.0, score=None, bounds=None, *, covered=None, held=None, phase="求解中"):
    return PlanProgress(
        seconds,
        phase,
        ScoreView(*score) if score else None,
        ScoreView(*bounds) if bounds else None,
        covered,
        35,
        held,
        700,
    )


class FakeReference:
    def gazetteer(self):
        return GAZETTEER

    def vocabulary(self):
        return VOCABULARY

    def calendar(self):
        return WorkCalendar()


class FakePlanning:
    """Runs as the test says: `script` takes PlanProgress, FINISH or an exception to raise."""

    def __init__(self, *views: PlanView):
        self.views = {view.info.id: view for view in views}
        self.script: queue.Queue[object] = queue.Queue()
        self.requests: list[PlanRequest] = []
        self.stored: list[str] = []
        self.preview_answer: object = PlanPreview((), 600, 100, 520, 0, ())
        self.next_view: PlanView | None = None
        self.shortages: object = ()
        self.gate = threading.Event()
        self.gate.set()
        self.checked: list[PlanRequest] = []
        self.given_up: list[PlanRequest] = []

    def plans(self) -> tuple[PlanInfo, ...]:
        return tuple(view.info for view in self.views.values())

    def latest(self):
        return next(iter(self.views.values()), None)

    def view(self, plan_id):
        if plan_id not in self.views:
            raise NotFoundError("没有这个排班方案。")
        return self.views[plan_id]

    def publish(self, plan_id):
        view = self.view(plan_id)
        info = replace(view.info, state=PlanState.PUBLISHED)
        self.views[plan_id] = replace(view, info=info)
        return Changes(frozenset({Topic.PLANS}), f"发布“{info.title}”")

    def preview(self, request):
        self.requests.append(request)
        if isinstance(self.preview_answer, Exception):
            raise self.preview_answer
        return self.preview_answer

    def preflight(self, request, should_cancel=lambda: False):
        """Waits for `gate`, so that a test can look at a search under way."""
        self.checked.append(request)
        while not self.gate.wait(0.02):
            if should_cancel():
                self.given_up.append(request)
                raise Cancelled
        if isinstance(self.shortages, Exception):
            raise self.shortages
        return self.shortages

    def run(self, request, on_progress=lambda p: None, should_cancel=lambda: False):
        self.requests.append(request)
        found = False
        while not should_cancel():
            try:
                step = self.script.get(timeout=0.02)
            except queue.Empty:
                continue
            if isinstance(step, Exception):
                raise step
            if step is FINISH:
                return self._store()
            on_progress(step)
            found = found or step.score is not None
        if not found:
            raise Cancelled
        return self._store()

    def _store(self):
        view = self.next_view
        assert view is not None
        self.stored.append(view.info.id)
        self.views = {view.info.id: view, **self.views}
        return view


class FakeJudge:
    """Finds the first two people of a plan fit for any seat, the rest too far or away."""

    def __init__(self, plan: PlanView, gate: threading.Event, asked: list[tuple[object, ...]]):
        self.plan, self.gate, self.asked = plan, gate, asked
        self.error: Exception | None = None

    def rank(self, visit_id, role, leaving=None, *, extra=False):
        self.asked.append((visit_id, role, leaving))
        assert self.gate.wait(10)
        if self.error:
            raise self.error
        visit = next(visit for visit in self.plan.visits if visit.id == visit_id)
        others = [card for card in self.plan.envoys.values() if card.id not in visit.envoys]
        people = tuple(_candidate(number, card) for number, card in enumerate(others))
        start = visit.start or SlotTime(self.plan.days[0], HalfDay.PM)
        return RankingView(visit_id, role, leaving, start, people)


def _candidate(number, card):
    far = BrokenRule("TRAVEL", "路程上限", "单程 190 分钟，上限 180")
    away = BrokenRule("AVAILABILITY", "可用时间", "12-08 周二 上午请假或有课")
    broken = ((), (), (far,), (away, far))[min(number, 3)]
    return CandidateView(card, ScoreView(0, 0, 0, (-12, 1340, 5, 6)[min(number, 3)]), broken, 35)


class FakeJudging:
    """Judges as FakeJudge does; `gate` lets a test look at a comparison under way."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[object, ...]] = []
        self.error: Exception | None = None

    def judge(self, plan):
        judge = FakeJudge(plan, self.gate, self.asked)
        judge.error = self.error
        return judge


class FakeComparing:
    """Knows what the fake planning's drafts would do: nothing was in force, nobody is told."""

    def __init__(self, planning: FakePlanning):
        self._planning = planning

    def publication(self, plan_id):
        info = self._planning.view(plan_id).info
        return Publication(info, (), 3, 0, 0, None, ())


class FakeEditing:
    """Opens nothing: the made-up plan has no instance."""

    def open(self, plan_id):
        raise NotFoundError("这个方案没有留下排班的数据。")

    def broken(self, plan_id):
        return ()


class FakeRoster:
    def envoys(self, include_inactive=False):
        return ()


@dataclass
class FakeWorkspace:
    planning: FakePlanning
    path: Path
    printing: object = None
    exports: object = None
    is_empty: bool = False
    is_sample: bool = True
    actor: str = "测试"

    def __post_init__(self):
        self.reference = FakeReference()
        self.roster = FakeRoster()
        self.judging = FakeJudging()
        self.editing = FakeEditing()
        self.comparing = FakeComparing(self.planning)


def make_context(folder: Path, *views: PlanView) -> AppContext:
    """Return a context on a fake workspace; its errors fail the test that meets them."""
    workspace = FakeWorkspace(FakePlanning(*views), folder / "envoy.db")
    return AppContext(workspace, Preferences(folder), CrashReporter())
