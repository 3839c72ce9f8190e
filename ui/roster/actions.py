"""What can be done with the envoys selected: by button, key and context menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from envoy_app.domain.changes import Changes
from envoy_app.domain.ids import new_id
from envoy_app.domain.people import Envoy
from ui.icons import IconName, set_icon
from ui.jobs import JobHandle
from ui.parts import allow
from ui.roster.panel import LEAVE_TAB, LOAD_TAB
from ui.roster.rows import RosterRow

if TYPE_CHECKING:
    from ui.roster.page import RosterPage


def _tr(text: str) -> str:
    return QCoreApplication.translate("RosterActions", text)


class RosterActions(QObject):
    """Carries the wishes of a roster page's user to the services."""

    def __init__(self, page: RosterPage) -> None:
        super().__init__(page)
        self._page = page
        self._context = page.context
        self.edit_action = self._action(_tr("修改"), "F2", self.edit, IconName.EDIT)
        self.add_action = self._action(_tr("新增特派员"), "Ins", self.add, IconName.ADD)
        self.retire_action = self._action(
            _tr("停用"), "Del", lambda: self.set_active(False), None, on_table=True
        )
        self.restore_action = self._action(_tr("恢复"), "", lambda: self.set_active(True))
        self.leave_action = self._action(
            _tr("登记请假"), "", lambda: self._show_tab(LEAVE_TAB), IconName.TODAY
        )
        self.load_action = self._action(
            _tr("看工作量"), "", lambda: self._show_tab(LOAD_TAB), IconName.CHART
        )
        self.board_action = self._action(_tr("在排班板上看"), "", self._show_board, IconName.PLAN)
        self._connect()
        self.show()

    def _action(
        self,
        text: str,
        key: str,
        run: Callable[[], object],
        icon: IconName | None = None,
        *,
        on_table: bool = False,
    ) -> QAction:
        action = QAction(text, self)
        if icon is not None:
            set_icon(action, icon)
        if key:
            action.setShortcut(QKeySequence(key))
        # Del belongs to the text wherever one types.
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WidgetShortcut if on_table else context.WidgetWithChildrenShortcut
        )
        action.triggered.connect(lambda: run())
        (self._page.table if on_table else self._page).addAction(action)
        return action

    def _connect(self) -> None:
        page, panel = self._page, self._page.panel
        page.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        page.table.customContextMenuRequested.connect(self._open_menu)
        page.table.row_activated.connect(lambda _row: self.edit())
        panel.edit_requested.connect(self.edit)
        panel.active_requested.connect(self.set_active)
        panel.saved.connect(self._on_saved)
        panel.form_closed.connect(self._on_closed)
        panel.bulk_applied.connect(self._context.publish)

    # What is possible -------------------------------------------------------------------

    def show(self) -> None:
        """Enable what can be done with the selection; say why not with the rest."""
        rows = self._page.table.selected_rows()
        pick = _tr("先在表中选特派员")
        active = [row for row in rows if row.envoy.active]
        none_active = _tr("选中的人都已停用")
        none_retired = _tr("选中的人都在岗")
        why_not_retire = "" if active else none_active if rows else pick
        why_not_restore = "" if len(active) < len(rows) else none_retired if rows else pick
        self._allow(self.edit_action, "" if rows else pick)
        self._allow(self.retire_action, why_not_retire)
        self._allow(self.restore_action, why_not_restore)
        one = "" if len(rows) == 1 else _tr("先在表中选一位特派员")
        self._allow(self.leave_action, one)
        self._allow(self.load_action, one)
        no_plan = "" if self._context.plans.plan else _tr("还没有排班方案")
        self._allow(self.board_action, one or no_plan)
        page = self._page
        several = _tr("对选中的 {n} 人批量修改").format(n=len(rows))
        tip = several if len(rows) > 1 else _tr("修改选中的特派员 (F2)")
        allow(page.edit_button, "" if rows else pick, tip)
        hint = _tr("停用选中的特派员 (Del)，可撤销，也可随时恢复")
        allow(page.retire_button, why_not_retire, hint)
        page.add_button.setToolTip(_tr("新增特派员 (Ins)"))

    @staticmethod
    def _allow(action: QAction, why_not: str) -> None:
        action.setEnabled(not why_not)
        action.setToolTip(why_not or action.text())

    def menu(self) -> QMenu:
        """Return the context menu as it would open now."""
        menu = QMenu(self._page)
        menu.setToolTipsVisible(True)
        menu.addActions([self.edit_action, self.add_action])
        menu.addActions([self.retire_action, self.restore_action])
        menu.addSeparator()
        menu.addActions([self.leave_action, self.load_action, self.board_action])
        menu.addSeparator()
        menu.addAction(self._page.table.copy_action)
        return menu

    def _open_menu(self, where: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._page.table.viewport().mapToGlobal(where))

    # Doing it ---------------------------------------------------------------------------

    def edit(self) -> None:
        """Open the form for the envoy selected; for several, what is changed for all."""
        rows = self._page.table.selected_rows()
        panel = self._page.panel
        self._open_panel()
        if len(rows) > 1:
            panel.show_many([row.envoy for row in rows])
            panel.bulk.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif rows:
            panel.open_form(rows[0].envoy)

    def add(self) -> None:
        """Open an empty form."""
        code = self._page.place_filter.value
        known = self._context.workspace.reference.gazetteer().by_code
        self._open_panel()
        self._page.show_empty(False)
        base = code if code in known else None
        self._page.panel.open_form(Envoy(id=new_id(), name="", base_county=base), new=True)

    def set_active(self, active: bool, reason: str = "") -> None:
        """Retire the envoys selected, or take them back; others among them stay as they are."""
        rows = self._page.table.selected_rows()
        ids = [row.envoy.id for row in rows if row.envoy.active is not active]
        if not ids:
            return
        roster = self._context.workspace.roster

        def write(handle: JobHandle) -> Changes:
            return roster.set_active(ids, active, reason)

        def written(changes: Changes) -> None:
            self._context.publish(changes)
            if not active:
                self._tell_visits(rows, changes.description)

        title = _tr("恢复特派员") if active else _tr("停用特派员")
        self._context.jobs.start(title, write, written)

    def _tell_visits(self, rows: tuple[RosterRow, ...], text: str) -> None:
        visits = sum(row.visits for row in rows if row.envoy.active)
        if visits:
            more = _tr("；当前方案里还有 {n} 次下乡服务需换人").format(n=visits)
            self._context.notify(text + more)

    def _open_panel(self) -> None:
        if self._page.panel.isHidden():
            self._page.splitter.toggle_button.click()

    def _show_tab(self, place: int) -> None:
        self._open_panel()
        self._page.panel.tabs.setCurrentIndex(place)
        if place == LEAVE_TAB:
            self._page.panel.leave.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_board(self) -> None:
        rows = self._page.table.selected_rows()
        if rows:
            self._context.selection.envoy = rows[0].envoy.id
            self._context.navigate("plan")

    def _on_saved(self, changes: Changes, envoy_id: str) -> None:
        if self._page.panel.form.adding:
            self._page.await_envoy(envoy_id)
        if changes.change_id:
            self._context.publish(changes)

    def _on_closed(self) -> None:
        self._page.panel.close_form()
        self._page.show_empty(not self._page.has_rows)
        self._page.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._page.show_selected()
