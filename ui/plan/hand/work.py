"""Ties changing a plan by hand to the page: board, tray, candidates, and the strip above them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from envoy_app.domain.editing import Cure, CureView
from envoy_app.domain.plans import PlanState, PlanView, VisitView
from envoy_app.services.judging import CandidateView
from ui import theme
from ui.context import AppContext
from ui.parts import ElidedLabel, button
from ui.plan.board.marks import Marks
from ui.plan.board.picking import Picking
from ui.plan.board.view import BoardView
from ui.plan.candidates import CandidatesPanel
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.grabs import Grab, PersonGrab, VisitGrab
from ui.plan.hand.group_actions import GroupActions
from ui.plan.hand.group_details import GroupDetails
from ui.plan.hand.moving import Moving
from ui.plan.hand.replanning import Replanning
from ui.plan.hand.visit_actions import VisitActions
from ui.plan.hand.words import figure
from ui.plan.inspector import Inspector
from ui.plan.tray import Tray
from ui.read_only import read_only_hint
from ui.tables import RowRole


class ReadOnlyStrip(QFrame):
    """Says over the board that a version cannot be changed, and offers to revise it."""

    def __init__(self, editor: PlanEditor) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.text = ElidedLabel()
        self.revise_button = button(self.tr("修订为新的一版"), editor.revise)
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.px(2), theme.px(1), theme.px(1), theme.px(1))
        box.setSpacing(theme.px(2))
        box.addWidget(self.text, 1)
        box.addWidget(self.revise_button)
        self.hide()

    def show_plan(self, view: PlanView | None) -> None:
        """Show the strip for a version that is no draft."""
        fixed = view is not None and view.info.state is not PlanState.DRAFT
        self.setVisible(fixed)
        if view is not None and fixed:
            self.text.setText(read_only_hint(view.info))


class HandWork(QObject):
    """Owns what changes the plan by hand.

    Signals: `county_needed` a county whose row must be on the board, `people_requested` the
    number of a seat of the selected visit for which somebody is to be chosen.
    """

    county_needed = Signal(str)
    people_requested = Signal(int)

    def __init__(
        self,
        context: AppContext,
        board: BoardView,
        tray: Tray,
        candidates: CandidatesPanel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.editor = PlanEditor(context, self)
        self.moving = Moving(context, board, self.editor)
        self.actions = VisitActions(context, board, self.editor, self.moving, parent)
        self.strip = ReadOnlyStrip(self.editor)
        table = tray.left_out

        def chip_at(where: QPoint) -> VisitView | None:
            chip = board.chip_at(where)
            return chip.visit if chip else None

        def row_at(where: QPoint) -> VisitView | None:
            row = table.proxy.row_at(table.indexAt(where))
            return row.visit if row else None

        def visit_at(where: QPoint) -> Grab | None:
            visit = row_at(where)
            return None if visit is None else VisitGrab(visit)

        def candidate_at(where: QPoint) -> Grab | None:
            found = candidates.list.indexAt(where).data(RowRole)
            return PersonGrab(found.envoy) if isinstance(found, CandidateView) else None

        self.moving.watch(table.viewport(), visit_at)
        self.moving.watch(candidates.list.viewport(), candidate_at)
        self.actions.watch(board, board.viewport(), chip_at)
        self.actions.watch(table, table.viewport(), row_at)
        self.marks = Marks(context, board)
        self.picking = Picking(board, self.marks, lambda: self.moving.gesture is not None)
        self.groups = GroupActions(context, board, self.marks, self.picking, self.editor)
        self.groups.watch(table)
        self.replanning = Replanning(context, self.groups, self.editor, parent)
        self.moving.county_needed.connect(self.county_needed)
        self.actions.people_requested.connect(self.people_requested)
        self.cure_menu: QMenu | None = None
        self._tray, self._context, self._board = tray, context, board
        tray.cures_requested.connect(self._find_cures)
        candidates.command_chosen.connect(self.editor.do)
        self.editor.state_changed.connect(lambda: candidates.set_why_not(self.editor.why_not))

    def watch_details(self, inspector: Inspector) -> None:
        """Let people be dragged out of the details, and be sent home from there."""

        def person_at(where: QPoint) -> Grab | None:
            card = inspector.person_at(where)
            return None if card is None else PersonGrab(card)

        self.moving.watch(inspector, person_at)
        GroupDetails(self._context, self._board, self.groups, self.editor, inspector)
        inspector.command_chosen.connect(self.editor.do)

    def look_at(self, view: PlanView | None, *, shown: bool) -> None:
        """Take the plan on view; while the page is not `shown` nothing is prepared."""
        self.moving.end()
        self.strip.show_plan(view)
        if shown:
            self.editor.look_at(view)
        self.marks.keep_shown()

    def _find_cures(self, visit: VisitView) -> None:
        self.editor.cures(visit.id, lambda found: self._offer(visit, found))

    def _offer(self, visit: VisitView, found: tuple[CureView, ...]) -> None:
        """Let one of the proved cures be chosen, under the button that asked."""
        if not found:
            self._context.notify(self.tr("没有找到改动一处就能排上的办法"))
            return
        menu = QMenu(self._tray)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for cure in found:
            action = menu.addAction(
                f"{cure.text.rstrip('。')}（{figure(cure.change, named=True)}）"
            )
            command = Cure(visit.id, cure.text)
            action.triggered.connect(lambda _checked=False, todo=command: self.editor.do(todo))
        self.cure_menu = menu
        button = self._tray.cure_button
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
