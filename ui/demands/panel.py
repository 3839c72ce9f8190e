"""The right of the page 需求: one demand, or the form in which it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.demands import Demand
from envoy_app.services.demand_draft import DemandDraft
from ui import theme
from ui.context import AppContext
from ui.demands.form import DemandForm
from ui.details import DetailsPanel
from ui.icons import IconName
from ui.parts import button, label


class DemandPanel(DetailsPanel):
    """Shows what the page tells it; the form, made when first needed, covers it while open.

    From the form one may look at another demand and come back: what was typed stays.

    Signals: `add_requested`, `edit_requested`, and those of the form: `saved`, `form_closed`,
    `look_requested`.
    """

    add_requested = Signal()
    edit_requested = Signal()
    saved = Signal(object, str)
    form_closed = Signal()
    look_requested = Signal(str)

    def __init__(
        self,
        context: AppContext,
        hint: str,
        demands: Callable[[], Iterable[Demand]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hint, parent)
        self._context = context
        self._demands = demands
        self.editing = False
        self.setMinimumWidth(theme.px(62))
        outer, self._stack = self._body, QStackedWidget()
        self._view = QWidget()
        self._body = self._build_view()
        if self._shown is not None:
            outer.removeWidget(self._shown)
            self._body.addWidget(self._shown, 1)
        self._stack.addWidget(self._view)
        outer.addWidget(self._stack)

    def _build_view(self) -> QVBoxLayout:
        self.add_button = button(self.tr("新增"), self.add_requested.emit, icon=IconName.ADD)
        self.add_button.setToolTip(self.tr("新增服务需求 (Ins)"))
        self.edit_button = button(self.tr("修改"), self.edit_requested.emit, icon=IconName.EDIT)
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        row.setSpacing(theme.px(2))
        row.addWidget(self.add_button)
        row.addWidget(self.edit_button)
        row.addStretch(1)
        column = QVBoxLayout(self._view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_back())
        column.addLayout(row)
        return column

    def _build_back(self) -> QFrame:
        """What leads back to a form that waits."""
        self.back_frame = QFrame()
        self.back_frame.hide()
        self.back_button = button(self.tr("继续填写"), self.resume, look="primary")
        row = QHBoxLayout(self.back_frame)
        row.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        row.addWidget(label(self.tr("填了一半的需求还在"), look="warning"), 1)
        row.addWidget(self.back_button)
        return self.back_frame

    @cached_property
    def form(self) -> DemandForm:
        """The form."""
        made = DemandForm(self._context, self._demands)
        made.saved.connect(self.saved)
        made.closed.connect(self.form_closed)
        made.look_requested.connect(self.look_requested)
        self._stack.addWidget(made)
        return made

    @property
    def looking(self) -> bool:
        """Whether the form waits behind another demand that is looked at."""
        return self.editing and self._stack.currentWidget() is self._view

    def open_form(
        self, demand: Demand, *, new: bool = False, draft: DemandDraft | None = None
    ) -> None:
        """Show the form; where it is open with something unsaved, that stays."""
        if self.editing and self.form.dirty:
            self.resume()
            self.form.remind()
            return
        self.editing = True
        self.resume()
        if new:
            self.form.add(demand, draft)
        else:
            self.form.edit(demand)

    def look(self) -> None:
        """Show what is behind the form; it waits."""
        self.back_frame.show()
        self._stack.setCurrentWidget(self._view)

    def resume(self) -> None:
        """Show the form again."""
        self.back_frame.hide()
        self._stack.setCurrentWidget(self.form)
        self.form.go_to("content")

    def close_form(self) -> None:
        """Show again what was shown before the form."""
        self.editing = False
        self.back_frame.hide()
        self._stack.setCurrentWidget(self._view)
