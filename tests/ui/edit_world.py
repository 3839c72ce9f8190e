"""A small real draft in a real workspace, on the page that changes it by hand.

County A lies in one city with B, 30 minutes there and 40 back; C lies elsewhere. e and f live in
A, g in B. u (A) and v (B) take half a day, w (A) a whole one; x and y are left out: nobody has x's
level, y was not wanted before now.
"""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from envoy_app.services.workspace import Workspace, open_workspace
from solver import parse_instance
from tests.services.edit_scenes import store
from tests.solver.build import DAYS, envoy, held, problem, visit
from ui.context import AppContext
from ui.plan.page import PlanPage

A, B, C = "510104", "510105", "510603"
_CODES = {"A": A, "B": B, "C": C, "柑橘": "S01"}


def real(value):
    """The same with codes of the gazetteer and the vocabulary."""
    text = json.dumps(value, ensure_ascii=False)
    for name, code in _CODES.items():
        text = text.replace(f'"{name}"', f'"{code}"')
    return json.loads(text)


def case():
    """The instance; e is away on the afternoon of the third day."""
    expert = [{"specialty": "柑橘", "min_level": 3, "count": 1}]
    away = [[DAYS[2], "PM"]]
    whole = problem(
        [
            envoy("e", max_slots_per_week=6, unavailable=away),
            envoy("f"),
            envoy("g", base="B", team="B"),
        ],
        [
            visit("u"),
            visit("v", county="B"),
            visit("w", slots=2, weight=4),
            visit("x", roles=expert, weight=3),
            visit("y", weight=2),
        ],
        coverage=[{"county": "A", "specialty": None, "min_visits": 2}],
    )
    return parse_instance(real(whole))


PLAN = (
    held("u", DAYS[0], "AM", ["e"]),
    held("v", DAYS[0], "PM", ["g"]),
    held("w", DAYS[1], "AM", ["f"]),
)


def make_workspace(folder: Path) -> Workspace:
    """A database with the draft."""
    workspace = open_workspace(folder / "envoy.db", actor="测试")
    store(workspace, case(), PLAN, name="十二月")
    return workspace


def open_page(context: AppContext) -> PlanPage:
    """The page on the newest plan, shown."""
    page = PlanPage(context)
    page.resize(1200, 640)
    page.show()
    context.changed.connect(page.refresh)
    context.plans.reload()
    page.refresh(None)
    return page


def move(viewport, to, keys=Qt.KeyboardModifier.NoModifier):
    """QTest.mouseMove tells no button; a held one is told as the system does."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(viewport.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        keys,
    )
    QApplication.sendEvent(viewport, event)
