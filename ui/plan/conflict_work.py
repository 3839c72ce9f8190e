"""Ties the broken rules of the plan on view to the page: panel, marks, jumps and cures."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from envoy_app.domain.editing import BrokenRule, TakeOff
from envoy_app.domain.plans import VisitView
from ui.context import AppContext
from ui.plan.conflict_rows import ConflictRow, Cure, by_visit
from ui.plan.hand.work import HandWork
from ui.plan.labels import Labels
from ui.plan.renewal_dialog import RenewalDialog
from ui.plan.toolbar import PlanToolbar
from ui.plan.tray import Tray


class ConflictWork(QObject):
    """Shows what the context's ConflictStore knows.

    Signals: `marks_changed` the ids of visits of which the labels know otherwise now,
    `jump_requested` a visit id and an envoy id ("" for none) to put the board on,
    `people_requested` the number of a seat of the visit just jumped to, `opened` after a jump by
    Enter or double click.
    """

    marks_changed = Signal(object)
    jump_requested = Signal(str, str)
    people_requested = Signal(int)
    opened = Signal()

    def __init__(
        self, context: AppContext, bar: PlanToolbar, tray: Tray, hand: HandWork, page: QWidget
    ) -> None:
        super().__init__(page)
        self._context, self._bar, self._tray = context, bar, tray
        self._hand, self._page = hand, page
        panel = self._panel = tray.conflicts
        self._labels: Labels | None = None
        self.dialog: RenewalDialog | None = None
        table = panel.table

        def row_at(where: QPoint) -> VisitView | None:
            row = table.proxy.row_at(table.indexAt(where))
            return row.visit if row else None

        hand.actions.watch(table, table.viewport(), row_at)
        hand.editor.state_changed.connect(lambda: panel.set_why_not(hand.editor.why_not))
        panel.row_chosen.connect(self._jump)
        panel.row_activated.connect(self._open)
        panel.cure_requested.connect(self._cure)
        panel.renewal_requested.connect(self.open_renewal)
        bar.conflicts_requested.connect(self._open_panel)
        context.conflicts.conflicts_changed.connect(self._show)

    def take(self, labels: Labels | None) -> None:
        """Take the plan on view, and mark its visits as far as is known."""
        self._labels = labels
        if labels is not None:
            labels.broken = by_visit(self._broken or ())  # before it is laid out
        self._show()

    @property
    def _broken(self) -> tuple[BrokenRule, ...] | None:
        """What is known of the plan on view."""
        store, labels = self._context.conflicts, self._labels
        if labels is None or labels.plan.info.id != store.plan_id:
            return None
        return store.broken

    def _show(self) -> None:
        labels, broken = self._labels, self._broken
        self._panel.show_conflicts(broken, labels, self._context.conflicts.why_unknown)
        self._bar.show_conflicts(self._panel.count)
        self._tray.show_conflict_count(self._panel.count)
        marks = by_visit(broken or ())
        if labels is not None and labels.broken != marks:
            before, labels.broken = labels.broken, marks
            known = before.keys() | marks.keys()
            self.marks_changed.emit(
                frozenset(key for key in known if before.get(key) != marks.get(key))
            )

    # What the user does ----------------------------------------------------------------------

    def _jump(self, row: ConflictRow) -> None:
        self.jump_requested.emit(row.rule.visit if row.visit else "", row.rule.envoy)

    def _open_panel(self) -> None:
        self._bar.tray.setChecked(True)
        self._tray.show_conflicts()

    def _open(self, row: ConflictRow) -> None:
        self._jump(row)
        self._bar.inspector.setChecked(True)
        self.opened.emit()

    def _cure(self, row: ConflictRow) -> None:
        if row.visit is None:
            return
        self._jump(row)
        if row.cure is Cure.MOVE:
            self._hand.moving.start_visit(row.visit)
        elif row.cure is Cure.TAKE_OFF:
            self._hand.editor.do(TakeOff(row.visit.id))
        else:
            self.people_requested.emit(_seat(row))

    def open_renewal(self) -> None:
        """Show what bringing today's data into the plan would change."""
        plan = self._context.plans.plan
        if plan is None:
            return
        if self.dialog is None:
            self.dialog = RenewalDialog(self._context, self._page.window())
            # What fell off is cured and planned from there.
            self.dialog.renewed.connect(lambda: self._tray.setCurrentIndex(0))
        self.dialog.ask(plan.info)


def _seat(row: ConflictRow) -> int:
    """The seat of the person whom a row is about; the first one where it is about nobody."""
    envoys = row.visit.envoys if row.visit else ()
    return envoys.index(row.rule.envoy) if row.rule.envoy in envoys else 0
