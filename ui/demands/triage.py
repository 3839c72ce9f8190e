"""What can be done with the selected demands: buttons, menu and single keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from envoy_app.domain.demands import DemandState
from envoy_app.services.demands import ALLOWED, NEEDS_REASON
from ui.demands.rows import DemandRow


def _tr(text: str) -> str:
    return QCoreApplication.translate("Triage", text)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to move demands on; `word` is what the person does."""

    state: DemandState
    word: str
    key: str
    sources: frozenset[DemandState]

    @property
    def asks(self) -> bool:
        """Whether a reason must be given."""
        return self.state in NEEDS_REASON

    def fitting(self, rows: Sequence[DemandRow]) -> list[str]:
        """Return the ids of the rows that can be moved so."""
        return [row.demand.id for row in rows if row.demand.state in self.sources]

    def why_not(self, rows: Sequence[DemandRow]) -> str:
        """Return why none of the rows can be moved so, "" where one can."""
        if not rows:
            return _tr("先在表中选需求，可按住 Ctrl 或 Shift 选多条")
        if self.fitting(rows):
            return ""
        known = "、".join(state.value for state in DemandState if state in self.sources)
        sentence = _tr("选中的需求都不能{word}，只有{states}的可以")
        return sentence.format(word=self.word, states=known)


def steps() -> tuple[Step, ...]:
    """Return all steps that a person may take, those of the inbox first."""

    def step(state: DemandState, word: str, key: str) -> Step:
        return Step(state, word, key, frozenset(s for s, to in ALLOWED.items() if state in to))

    return (
        step(DemandState.ACCEPTED, _tr("受理"), "A"),
        step(DemandState.REJECTED, _tr("驳回"), "R"),
        step(DemandState.CANCELLED, _tr("取消"), "X"),
        step(DemandState.PENDING, _tr("退回待审核"), "B"),
        step(DemandState.DONE, _tr("标为完成"), "D"),
        step(DemandState.ASSIGNED, _tr("改回已派员"), "U"),
    )


class TriageActions:
    """The steps as actions of a table; `take(step)` does one with what is selected."""

    def __init__(self, table: QWidget, take: Callable[[Step], object]) -> None:
        """Put the actions on the table: keys work there, its context menu shows them."""
        self.actions: dict[DemandState, QAction] = {}
        for step in steps():
            action = QAction(step.word + ("…" if step.asks else ""), table)
            action.setShortcut(QKeySequence(step.key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _, step=step: take(step))
            action.setData(step)
            table.addAction(action)
            self.actions[step.state] = action

    def show_for(self, rows: Sequence[DemandRow]) -> None:
        """Enable what can be done with the rows; what cannot says why."""
        for action in self.actions.values():
            step: Step = action.data()
            why_not = step.why_not(rows)
            action.setEnabled(not why_not)
            action.setToolTip(why_not or f"{step.word} ({step.key})")

    def menu(self, parent: QWidget) -> QMenu:
        """Return a menu of the steps that have no button of their own."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        for state, action in self.actions.items():
            if state not in (DemandState.ACCEPTED, DemandState.REJECTED):
                menu.addAction(action)
        return menu
