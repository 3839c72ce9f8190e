"""Variants solved as a test says; suggestions, names and keeping are the real service's."""

from __future__ import annotations

import queue
from dataclasses import replace

from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.domain.whatif import (
    LoadsView,
    MoveKind,
    Proof,
    TierChange,
    VisitMove,
    WhatIf,
    WhatIfFigures,
    WhatIfResult,
    WhatIfView,
)
from envoy_app.services.plan_matching import visit_changes
from envoy_app.services.whatif import WhatIfProgress, WhatIfService

FINISH = "finish"
NOT_YET = "已停止，这个方案还没有轮到。"


def figures(plan: PlanView, **values) -> WhatIfFigures:
    """Made-up figures around what the plan itself says."""
    given = {
        "covered": plan.covered_counties,
        "counties": 35,
        "short": (),
        "held": len(plan.held),
        "visits": len(plan.visits),
        "loads": LoadsView(0, 2.5, 8, 2.0, 0.3, 0, 12),
        "travel_hours": 1950.0,
        "seats": 200,
        "out_of_team": 40,
        "out_of_city": 4,
    }
    return WhatIfFigures(**{**given, **values})


def solved(base: PlanView, plan: PlanView, name: str, **values) -> WhatIfView:
    """A variant with a plan; without a name the plan as it is."""
    info = plan.info
    differences = tuple(
        TierChange(tier, getattr(info.score, tier) - getattr(base.info.score, tier), Proof.OPEN)
        for tier in ("coverage", "unscheduled", "disruption", "cost")
    )
    moves = tuple(
        VisitMove(item.shown.id, item.shown.county, MoveKind.BOTH)
        for item in (visit_changes(base, plan) if name else ())
    )
    given = {
        "changes": (f"改：{name}",) if name else (),
        "error": "",
        "plan": plan,
        "bounds": info.bounds,
        "cost_as_base": info.score.cost,
        "figures": figures(plan),
        "differences": differences,
        "moves": moves,
    }
    return WhatIfView(**{"name": name, **given, **values})


def draft_of(view: PlanView, **score) -> PlanView:
    """A plan as a variant has it: a draft that is stored nowhere."""
    info = replace(view.info, id="draft", version_no=0, score=replace(view.info.score, **score))
    return replace(view, info=info)


class FakeWhatIf:
    """`script` takes WhatIfProgress, FINISH or an exception; `answers` has views by name."""

    def __init__(self, real: WhatIfService, base: WhatIfView) -> None:
        self.real = real
        self.base = base
        self.answers: dict[str, WhatIfView] = {}
        self.script: queue.Queue[object] = queue.Queue()
        self.asked: list[tuple[object, tuple[WhatIf, ...], str | None]] = []
        self.suggestions = real.suggestions
        self.named = real.named
        self.words = real.words
        self.keep = real.keep

    def say(self, number: int, name: str, score: ScoreView | None = None, count: int = 3) -> None:
        """Let the run tell what it does."""
        self.script.put(WhatIfProgress(1.0 + number, number, count, name, "求解中", score))

    def run(self, request, variants, on_progress, should_cancel, plan_id):
        self.asked.append((request, tuple(variants), plan_id))
        told = -1
        while not should_cancel():
            try:
                step = self.script.get(timeout=0.02)
            except queue.Empty:
                continue
            if isinstance(step, Exception):
                raise step
            if step is FINISH:
                return self._result(variants, len(variants))
            on_progress(step)
            told = step.number
        if told < 1:
            raise Cancelled
        return self._result(variants, told)

    def _result(self, variants, reached: int) -> WhatIfResult:
        late = [WhatIfView(item.name, (), NOT_YET) for item in variants[reached:]]
        return WhatIfResult(
            self.base, (*(self.answers[item.name] for item in variants[:reached]), *late)
        )
