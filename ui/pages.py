"""The base of all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.plans import PlanView
from ui.context import AppContext


class Page(QWidget):
    """One page of the window: built on its first visit, told what changed.

    A page that is not on screen gets its changes when it is shown next, in one call.
    """

    topics: frozenset[Topic] = frozenset(Topic)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._show_plan_on_view: Callable[[PlanView | None], None] | None = None
        self._plan_missed = False

    def follow_plan(self, show: Callable[[PlanView | None], None]) -> None:
        """Call `show` with each plan that comes on view; while the page is not, when it is next.

        After a change by hand only the page on screen has work to do.
        """
        self._show_plan_on_view = show
        self.context.plans.plan_loaded.connect(self._plan_loaded)

    def _plan_loaded(self, plan: PlanView | None) -> None:
        self._plan_missed = not self.isVisible()
        if self._show_plan_on_view is not None and not self._plan_missed:
            self._show_plan_on_view(plan)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._plan_missed and self._show_plan_on_view is not None:
            self._plan_missed = False
            self._show_plan_on_view(self.context.plans.plan)

    def refresh(self, changes: Changes | None) -> None:
        """Read again what `changes` touches; None means everything (first showing)."""

    def start_focus(self) -> QWidget:
        """Return the widget that gets the keyboard when the page is shown."""
        return self

    def focus_search(self) -> bool:
        """Put the cursor into the page's search box; return False where it has none."""
        return False

    def take_back(self) -> bool:
        """Undo what this page holds of its own (Ctrl+Z); return False where that is nothing."""
        return False

    def show_part(self, part: Mapping[str, str]) -> None:
        """Show what another page leads to: a tab, filters, a record; unknown keys mean nothing.

        Keys by page: 特派员 the names of its filters (task: with or without), 县团 county and
        lacking, 需求 tab (demands, standards, month) and state, 排班 plan and visit, 设置 card.
        """

    def whereabouts(self) -> dict[str, Any]:
        """Return what the page shows as plain JSON, for going on there after a crash."""
        return {}

    def go_back(self, state: Mapping[str, Any]) -> None:
        """Show what `whereabouts` returned once; it comes from a file and may hold anything."""

    def remember(self) -> None:
        """Keep widths and the like in the preferences; called when the window closes."""
