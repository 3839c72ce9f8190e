"""What stands at the right of the board: the details of what is selected, and who could come."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget

from ui.absence_question import about_selection
from ui.context import AppContext
from ui.plan.candidates import CandidatesPanel
from ui.plan.inspector import Inspector

DETAILS, CANDIDATES = range(2)


class SidePanel(QTabWidget):
    """Two views of one selection."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.tabBar().setDrawBase(False)
        self.inspector = Inspector()
        self.candidates = CandidatesPanel(context)
        self.addTab(self.inspector, self.tr("详情"))
        self.addTab(self.candidates, self.tr("可替换人选"))
        self.inspector.subject_shown.connect(self._follow)
        self.inspector.substitutes_requested.connect(self.show_candidates)
        self.inspector.absence_requested.connect(self._ask_absence)

    @property
    def comparing(self) -> bool:
        """Whether candidates are looked at."""
        return self.currentIndex() == CANDIDATES

    def show_candidates(self, seat: int) -> None:
        """Show who could take a seat of the visit selected."""
        self.candidates.choose_seat(seat)  # before it is in sight: one comparison, not two
        self.setCurrentIndex(CANDIDATES)
        self.candidates.list.setFocus()

    def _ask_absence(self, envoy: str) -> None:
        """Ask who goes instead: on the days of the visit shown, or in the plan."""
        visit = self.inspector.visit
        question = about_selection(envoy, visit.id if visit else None, self._context.plans.plan)
        self._context.absence_requested.emit(question)

    def _follow(self) -> None:
        self.candidates.show_visit(self.inspector.labels, self.inspector.visit)
