"""Typing demands in and correcting them: by button, key and context menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from envoy_app.domain.changes import Changes
from envoy_app.domain.demands import Demand
from envoy_app.domain.ids import new_id
from envoy_app.services.demand_draft import draft_of
from ui.demands.rows import DemandRow
from ui.icons import IconName, set_icon
from ui.parts import allow

if TYPE_CHECKING:
    from ui.demands.page import DemandsPage

USUAL_URGENCY = "一般"


def _tr(text: str) -> str:
    return QCoreApplication.translate("DemandActions", text)


class DemandActions(QObject):
    """Carries what is typed on a page of demands to the services."""

    def __init__(self, page: DemandsPage) -> None:
        super().__init__(page)
        self._page = page
        self._context = page.context
        self.add_action = self._action(_tr("新增需求"), "Ins", self.add, IconName.ADD)
        self.edit_action = self._action(_tr("修改"), "F2", self.edit, IconName.EDIT)
        self.copy_action = self._action(_tr("复制为新需求"), "", self.copy, IconName.COPY)
        self._put_into_menus()
        panel = page.panel
        panel.add_requested.connect(self.add)
        panel.edit_requested.connect(self.edit)
        panel.saved.connect(self._on_saved)
        panel.form_closed.connect(self._on_closed)
        panel.look_requested.connect(self._look)
        page.table.row_activated.connect(lambda _row: self.edit())

    def _action(self, text: str, key: str, run: Callable[[], object], icon: IconName) -> QAction:
        action = QAction(text, self)
        set_icon(action, icon)
        if key:
            action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: run())
        self._page.addAction(action)
        return action

    def _put_into_menus(self) -> None:
        """Put the actions first in the context menu and in the menu of the tool row."""
        actions = [self.add_action, self.edit_action, self.copy_action]
        for menu in (self._page.table, self._page.more_button.menu()):
            first = menu.actions()[0]
            menu.insertActions(first, actions)
            line = QAction(menu)
            line.setSeparator(True)
            menu.insertAction(first, line)

    # What is possible -------------------------------------------------------------------

    def show_for(self, rows: tuple[DemandRow, ...]) -> None:
        """Enable what can be done with the rows; what cannot says why."""
        why_not = "" if len(rows) == 1 else _tr("先在表中选一条需求")
        for action in (self.edit_action, self.copy_action):
            action.setEnabled(not why_not)
            action.setToolTip(why_not or action.text())
        allow(self._page.panel.edit_button, why_not, _tr("修改选中的需求 (F2)"))

    def selected(self, rows: tuple[DemandRow, ...]) -> None:
        """Let the form give way to another row, unless there is something unsaved in it."""
        panel = self._page.panel
        if not panel.editing or panel.looking:
            return
        if any(row.demand.id != panel.form.record_id for row in rows):
            if panel.form.dirty:
                panel.form.remind()
            else:
                panel.close_form()

    # Doing it ---------------------------------------------------------------------------

    def add(self) -> None:
        """Open an empty form; the county is the one that the table shows."""
        code = self._page.place_filter.value
        known = self._context.workspace.reference.gazetteer().by_code
        county = code if code in known else ""
        self._open_panel()
        self._page.panel.open_form(
            Demand(id=new_id(), county=county, urgency=USUAL_URGENCY), new=True
        )

    def edit(self) -> None:
        """Open the form for the demand selected."""
        rows = self._page.table.selected_rows()
        if len(rows) == 1:
            self._open_panel()
            self._page.panel.open_form(rows[0].demand)

    def copy(self) -> None:
        """Open a form for a new demand with the facts of the one selected."""
        rows = self._page.table.selected_rows()
        if len(rows) == 1:
            self._open_panel()
            new = Demand(id=new_id(), county="", urgency=USUAL_URGENCY)
            self._page.panel.open_form(new, new=True, draft=draft_of(rows[0].demand))

    def _open_panel(self) -> None:
        self._page.show_empty(False)
        if self._page.panel.isHidden():
            self._page.splitter.toggle_button.click()

    def _look(self, demand_id: str) -> None:
        self._page.panel.look()
        self._page.look_at(demand_id)

    def _on_saved(self, changes: Changes, demand_id: str) -> None:
        if changes.change_id:
            self._page.await_demand(demand_id)
            self._context.publish(changes)

    def _on_closed(self) -> None:
        self._page.panel.close_form()
        self._page.show_empty(not self._page.has_rows)
        self._page.table.setFocus(Qt.FocusReason.OtherFocusReason)
