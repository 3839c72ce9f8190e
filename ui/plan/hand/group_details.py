"""Shows in the inspector, and tells assistive technology, what is selected together."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.context import AppContext
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.group_actions import GroupActions
from ui.plan.hand.groups import GroupKind, told_of
from ui.plan.inspector import Inspector


class GroupDetails(QObject):
    """Follows the selection of many; a county's or an envoy's row has details of its own."""

    def __init__(
        self,
        context: AppContext,
        board: BoardView,
        groups: GroupActions,
        editor: PlanEditor,
        inspector: Inspector,
    ) -> None:
        super().__init__(board)
        self._context, self._board = context, board
        self._groups, self._inspector = groups, inspector
        groups.marks.changed.connect(self.show)
        editor.state_changed.connect(self.show)
        board.row_selected.connect(lambda _row: self.show())

    def show(self) -> None:
        """Show what is selected together, else the one visit instead of what was together."""
        group, labels = self._groups.current, self._inspector.labels
        if group is None or labels is None:
            self._show_one()
        elif group.kind not in (GroupKind.COUNTY, GroupKind.ENVOY):
            sections = self._groups.sections(group, labels, self._go_to)
            self._inspector.show_group(group.title, labels.plan.info.title, sections)
            self._board.setAccessibleDescription(told_of(group, labels))

    def _show_one(self) -> None:
        visit, subject = self._context.selection.visit, self._inspector.subject
        if subject is None or subject[0] != "group":
            return
        if visit is not None:
            self._inspector.show_visit(visit)
        else:
            self._inspector.show_nothing()

    def _go_to(self, visit: str) -> None:
        self._context.selection.visit = None  # told anew although it may be the anchor
        self._context.selection.visit = visit
