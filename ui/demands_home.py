"""The page 需求: what counties asked for, what the standard gives them, what a month holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from ui import theme
from ui.context import AppContext
from ui.demands.page import DemandsPage
from ui.pages import Page

TABS = ("demands", "standards", "month")


def _standards(context: AppContext) -> Page:
    from ui.standards.page import StandardsPage

    return StandardsPage(context)


def _month(context: AppContext) -> Page:
    from ui.standards.month_page import MonthPage

    return MonthPage(context)


class DemandsHome(Page):
    """Three pages under tabs; each is built when first shown and told what it missed."""

    topics = frozenset(Topic) - {Topic.PRINTS}

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._makers: tuple[tuple[str, Callable[[AppContext], Page]], ...] = (
            (self.tr("服务需求"), DemandsPage),
            (self.tr("覆盖标准"), _standards),
            (self.tr("本月场次"), _month),
        )
        self.parts: dict[int, Page] = {}
        self._stale: set[int] = set()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("需求、覆盖标准或本月场次"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title, _ in self._makers:
            self.tabs.addTab(title)
        self.stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.px(2), theme.px(1), theme.px(3), 0)
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        layout.addLayout(bar)
        layout.addWidget(self.stack, 1)
        self._show(0)
        self.tabs.currentChanged.connect(self._show)
        context.selection.demand_changed.connect(self._look_at_demand)

    @property
    def part(self) -> Page:
        """The page under the tab that is open."""
        return self.parts[self.tabs.currentIndex()]

    def _show(self, number: int) -> None:
        first = number not in self.parts
        if first:
            self.parts[number] = self._makers[number][1](self.context)
            self.stack.addWidget(self.parts[number])
        self.stack.setCurrentWidget(self.parts[number])
        if number in self._stale or (first and number > 0):
            self._stale.discard(number)
            self.parts[number].refresh(None)
        self.part.start_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_at_demand(self, demand_id: str | None) -> None:
        if demand_id is not None:
            self.tabs.setCurrentIndex(0)

    @override
    def refresh(self, changes: Changes | None) -> None:
        for number, part in self.parts.items():
            if changes is not None and not changes.touches(*part.topics):
                continue
            if part is self.part:
                part.refresh(changes)
            else:
                self._stale.add(number)

    @override
    def start_focus(self) -> QWidget:
        return self.part.start_focus()

    @override
    def focus_search(self) -> bool:
        return self.part.focus_search()

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        tab = part.get("tab", "")
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
        self.part.show_part(part)

    @override
    def whereabouts(self) -> dict[str, Any]:
        number = self.tabs.currentIndex()
        return {"tab": number, "part": self.part.whereabouts()}

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        number, part = state.get("tab"), state.get("part")
        if isinstance(number, int) and 0 <= number < self.tabs.count():
            self.tabs.setCurrentIndex(number)
            if isinstance(part, Mapping):
                self.part.go_back(part)

    @override
    def remember(self) -> None:
        for part in self.parts.values():
            part.remember()
