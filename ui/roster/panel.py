"""The right of the page 特派员: one envoy in tabs, the form, or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanView, VisitView
from ui import theme
from ui.context import AppContext
from ui.details import DetailsPanel, Section
from ui.icons import IconName
from ui.parts import ElidedLabel, button, label, scroll_column
from ui.roster.bulk import BulkPanel
from ui.roster.form import EnvoyForm
from ui.roster.leave_tab import LeaveTab
from ui.roster.load_tab import LoadTab

LEAVE_TAB, LOAD_TAB = 1, 2


class EnvoyPanel(DetailsPanel):
    """Shows what the page tells it: nothing, one envoy, the form, or several envoys.

    The form, the calendar, the chart and the bulk edit are made when first needed: dressing their
    controls takes longer than all the rest of the page.

    Signals: `edit_requested`; `active_requested` with the new state and a reason; those of the
    form, `saved` and `form_closed`, and of the bulk edit, `bulk_applied`.
    """

    edit_requested = Signal()
    active_requested = Signal(bool, str)
    saved = Signal(object, str)
    form_closed = Signal()
    bulk_applied = Signal(object)

    def __init__(self, context: AppContext, hint: str, parent: QWidget | None = None) -> None:
        self._ready = False
        super().__init__(hint, parent)
        self._envoy: Envoy | None = None
        self._visits: tuple[VisitView, ...] = ()
        self._plan: PlanView | None = None
        self.setMinimumWidth(theme.px(66))
        outer = self._body
        self._stack = QStackedWidget()
        self._context = context
        self._build_view()
        self._many = QWidget()
        self._build_many()
        self._nobody = QWidget()
        self._hint_body = QVBoxLayout(self._nobody)
        for page in (self._nobody, self._view, self._many):
            self._stack.addWidget(page)
        if self._shown is not None:
            outer.removeWidget(self._shown)
            self._hint_body.addWidget(self._shown)
            self._shown = None
        outer.addWidget(self._stack)
        self._body = self._facts_body
        self._ready = True

    # Building ---------------------------------------------------------------------------

    def _build_view(self) -> None:
        self._view = QWidget()
        self.name_label = label(look="title", wrap=True)
        self.name_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place_label = ElidedLabel()
        self.place_label.setProperty("muted", True)
        self.state_label = label(look="warning", wrap=True)
        self.edit_button = button(self.tr("修改"), self.edit_requested.emit, icon=IconName.EDIT)
        self.edit_button.setToolTip("F2")
        self.active_button = button(self.tr("停用"), self._ask_active)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        facts = QWidget()
        self._facts_body = QVBoxLayout(facts)
        self._facts_body.setContentsMargins(0, 0, 0, 0)
        self._tab_bodies: dict[int, QVBoxLayout] = {}
        self.tabs.addTab(facts, self.tr("资料"))
        for place, name in ((LEAVE_TAB, self.tr("日历")), (LOAD_TAB, self.tr("工作量"))):
            holder = QWidget()
            self._tab_bodies[place] = QVBoxLayout(holder)
            self._tab_bodies[place].setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(holder, name)
        self.tabs.setTabToolTip(1, self.tr("在日历上登记请假"))
        self.tabs.currentChanged.connect(self._show_tab)
        column = QVBoxLayout(self._view)
        column.setContentsMargins(0, theme.px(2), 0, 0)
        column.setSpacing(theme.px(1))
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(3), 0, theme.px(3), 0)
        head.setSpacing(theme.px(1))
        row = QHBoxLayout()
        row.addWidget(self.name_label, 1)
        row.addWidget(self.edit_button)
        row.addWidget(self.active_button)
        head.addLayout(row)
        head.addWidget(self.place_label)
        head.addWidget(self.state_label)
        head.addWidget(self._build_reason())
        column.addLayout(head)
        column.addWidget(self.tabs, 1)

    def _build_reason(self) -> QFrame:
        """What 停用 asks: a reason, which may stay empty."""
        self.reason_frame = QFrame()
        self.reason_frame.hide()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("停用原因，可不填"))
        self.reason.setAccessibleName(self.tr("停用原因"))
        self.reason.returnPressed.connect(self._retire)
        row = QHBoxLayout(self.reason_frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.reason, 1)
        row.addWidget(button(self.tr("停用"), self._retire, look="primary"))
        row.addWidget(button(self.tr("取消"), self.reason_frame.hide))
        return self.reason_frame

    def _build_many(self) -> None:
        self.many_label = label(look="title")
        self.many_names = label(look="muted", wrap=True)
        column = QVBoxLayout(self._many)
        column.setContentsMargins(0, theme.px(2), 0, 0)
        column.setSpacing(theme.px(1))
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(3), 0, theme.px(3), 0)
        head.addWidget(self.many_label)
        head.addWidget(self.many_names)
        column.addLayout(head)
        self._many_body = column

    @cached_property
    def form(self) -> EnvoyForm:
        """The form."""
        made = EnvoyForm(self._context)
        made.saved.connect(self.saved)
        made.closed.connect(self.form_closed)
        self._stack.addWidget(made)
        return made

    @cached_property
    def bulk(self) -> BulkPanel:
        """What changes several envoys at once."""
        made = BulkPanel(self._context)
        made.applied.connect(self.bulk_applied)
        self._many_body.addWidget(scroll_column(made), 1)
        return made

    @cached_property
    def leave(self) -> LeaveTab:
        """The calendar."""
        made = LeaveTab(self._context)
        self._tab_bodies[LEAVE_TAB].addWidget(scroll_column(made))
        return made

    @cached_property
    def load(self) -> LoadTab:
        """The chart."""
        made = LoadTab(self._context)
        self._tab_bodies[LOAD_TAB].addWidget(scroll_column(made))
        return made

    # Showing ----------------------------------------------------------------------------

    @property
    def editing(self) -> bool:
        """Whether the form is open."""
        return isinstance(self._stack.currentWidget(), EnvoyForm)

    @property
    def many(self) -> bool:
        """Whether several envoys are shown."""
        return self._stack.currentWidget() is self._many

    @override
    def clear(self) -> None:
        if not self._ready:
            super().clear()
        elif not self.editing:
            self._stack.setCurrentWidget(self._nobody)

    @override
    def show_details(self, title: str, subtitle: str, sections: Sequence[Section]) -> None:
        """Show what is known of one envoy; an open form stays until it is closed."""
        self.name_label.setText(title)
        self.place_label.set_full_text(subtitle)
        super().show_details("", "", sections)
        self._latest = lambda: self.show_details(title, subtitle, sections)
        if not self.editing:
            self._stack.setCurrentWidget(self._view)

    def show_envoy(self, envoy: Envoy, visits: Iterable[VisitView], plan: PlanView | None) -> None:
        """Show an envoy's calendar and load, and what can be done with him."""
        if self._envoy is None or self._envoy.id != envoy.id:
            self.reason_frame.hide()
        self._envoy, self._visits, self._plan = envoy, tuple(visits), plan
        self.active_button.setText(self.tr("停用") if envoy.active else self.tr("恢复"))
        tip = self.tr("停用后不再排班，资料和历史保留，可随时恢复")
        self.active_button.setToolTip(tip if envoy.active else self.tr("恢复为在岗"))
        self.state_label.setText(self._state_words())
        self.state_label.setVisible(bool(self.state_label.text()))
        self._show_tab(self.tabs.currentIndex())

    def show_many(self, envoys: Sequence[Envoy]) -> None:
        """Offer to change several envoys at once."""
        if self.editing:
            return
        self.many_label.setText(self.tr("已选 {n} 人").format(n=len(envoys)))
        names = "、".join(envoy.name for envoy in envoys[:6])
        more = self.tr(" 等") if len(envoys) > 6 else ""
        self.many_names.setText(names + more)
        self.bulk.show_envoys(envoys)
        self._stack.setCurrentWidget(self._many)

    def open_form(self, envoy: Envoy, *, new: bool = False) -> None:
        """Show the form; where it is open with something unsaved, that stays."""
        if self.editing and self.form.dirty:
            self.form.remind()
            return
        self._stack.setCurrentWidget(self.form)
        if new:
            self.form.add(envoy)
        else:
            self.form.edit(envoy)

    def close_form(self) -> None:
        """Show again what was shown before the form."""
        known = self._envoy is not None
        self._stack.setCurrentWidget(self._view if known else self._nobody)

    def _state_words(self) -> str:
        if self._envoy is None or self._envoy.active:
            return ""
        visits = len(self._visits)
        if visits:
            return self.tr("已停用；当前方案里还有他的 {n} 次下乡服务，需换人。").format(n=visits)
        return self.tr("已停用，不再排班。")

    def _show_tab(self, place: int) -> None:
        """Fill the tab on view only: walking through the table stays quick."""
        if self._envoy is None:
            return
        if place == LEAVE_TAB:
            self.leave.show_envoy(self._envoy, self._visits, self._plan)
        elif place == LOAD_TAB:
            self.load.show_envoy(self._envoy, self._plan)

    # Acting -----------------------------------------------------------------------------

    def _ask_active(self) -> None:
        if self._envoy is not None and not self._envoy.active:
            self.active_requested.emit(True, "")
            return
        self.reason.clear()
        self.reason_frame.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _retire(self) -> None:
        self.reason_frame.hide()
        self.active_requested.emit(False, self.reason.text())
