"""A demand's facts, to be typed in or corrected beside the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.demand_twins import likely_twins
from envoy_app.domain.demands import Demand
from envoy_app.domain.field_names import DEMAND_FIELDS
from envoy_app.services.demand_draft import DemandDraft, draft_of, why_settled
from envoy_app.services.record_edits import demand_title
from ui.context import AppContext
from ui.demands.fields import DemandFields
from ui.demands.rows import window_text
from ui.jobs import JobHandle
from ui.parts import LinkButton, label
from ui.record_form import Checked, RecordForm

SHOWN_TWINS = 3
TALL = ("specialties", "content")


class DemandForm(RecordForm):
    """Edits one demand, or a new one.

    `look_requested` asks to see the demand with an id that may be the same one.
    """

    look_requested = Signal(str)

    def __init__(
        self,
        context: AppContext,
        others: Callable[[], Iterable[Demand]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, parent)
        self._others = others
        reference = context.workspace.reference
        self.fields = DemandFields(reference.gazetteer(), reference.vocabulary(), self)
        self._base = Demand(id="", county="")
        self._twins: tuple[str, ...] = ()
        self.settled_label = label(look="muted", wrap=True)
        self.twins_box = QWidget()
        self._twin_lines = QVBoxLayout(self.twins_box)
        self._twin_lines.setContentsMargins(0, 0, 0, 0)
        self._twin_lines.setSpacing(0)
        self.twins_box.hide()
        self.build(self.settled_label, above_note=self.twins_box)
        self.fields.edited.connect(self.on_edited)

    @override
    def add_rows(self) -> None:
        self.add_heading(self.tr("要什么"))
        self._add("county", "town", "site", "specialties", "content", "mode")
        self._add("headcount", "min_rank")
        self.add_heading(self.tr("什么时候"))
        self._add("window_start", "window_end")
        self.add_row("asap", "", self.fields.control("asap"))
        self._add("slots", "half", "urgency")
        self.add_heading(self.tr("联系"))
        self._add("contact", "phone")

    def _add(self, *fields: str) -> None:
        for name in fields:
            control, tall = self.fields.control(name), name in TALL
            self.add_row(name, DEMAND_FIELDS[name], control, tall=tall)

    @override
    def control(self, name: str) -> QWidget:
        return self.fields.control(name)

    @override
    def focus_on(self, control: QWidget) -> None:
        if control is self.fields.specialties:
            self.fields.specialties.focus_first()
        else:
            super().focus_on(control)

    # Showing ----------------------------------------------------------------------------

    @property
    @override
    def record_id(self) -> str:
        return self._base.id

    @property
    @override
    def dirty(self) -> bool:
        return self.fields.draft() != draft_of(self._base)

    def edit(self, demand: Demand) -> None:
        """Show a demand's facts; what a plan has settled is locked and says why."""
        self.title_label.setText(self.tr("修改服务需求"))
        self._open(demand, draft_of(demand), new=False)
        self.go_to("contact" if why_settled(demand) else "county")

    def add(self, demand: Demand, draft: DemandDraft | None = None) -> None:
        """Show a form for a new demand: its id and what is known, and what to begin with."""
        self.title_label.setText(self.tr("新增服务需求"))
        self._open(demand, draft or draft_of(demand), new=True)
        self.go_to("town" if demand.county else "county")

    def _open(self, demand: Demand, draft: DemandDraft, *, new: bool) -> None:
        self._base = demand
        why = "" if new else why_settled(demand)
        self._filling = True
        self.fields.fill(draft)
        self.fields.lock(why)
        self._filling = False
        self.settled_label.setText(why)
        self.settled_label.setVisible(bool(why))
        self.begin(new=new)

    @override
    def check(self) -> Checked:
        draft = self.fields.draft()
        reading = self._context.workspace.demands.read(draft, self._base, new=self._new)
        self._show_twins(reading.demand)
        return Checked(reading.problems, reading.warnings)

    def _show_twins(self, demand: Demand) -> None:
        """Say which demands a new one may repeat, each to be looked at."""
        others = {
            other.id: other
            for other in self._others()
            if self._new and other.county == demand.county and other.id != demand.id
        }
        twins = tuple(key for key, other in others.items() if likely_twins((demand, other)))
        if twins == self._twins:
            return
        self._twins = twins
        while (item := self._twin_lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.twins_box.setVisible(bool(twins))
        if twins:
            text = self.tr("可能与已有的 {n} 条需求重复，先看看：").format(n=len(twins))
            self._twin_lines.addWidget(label(text, look="warning", wrap=True))
        for key in twins[:SHOWN_TWINS]:
            self._twin_lines.addWidget(self._twin_link(others[key]))

    def _twin_link(self, other: Demand) -> LinkButton:
        words = (other.town, other.site, other.content, window_text(other), other.state.value)
        text = " ".join(part for part in words if part)
        return LinkButton(text, lambda: self.look_requested.emit(other.id))

    # Acting -----------------------------------------------------------------------------

    @property
    @override
    def saving_text(self) -> str:
        return self.tr("保存服务需求")

    @override
    def writing(self, *, merge: bool) -> Callable[[JobHandle], Changes]:
        service, draft, base = self._context.workspace.demands, self.fields.draft(), self._base
        if self._new:
            return lambda handle: service.add_draft(draft, base)
        return lambda handle: service.save_draft(draft, base, merge=merge)

    @override
    def reminder(self) -> str:
        if self._new:
            return self.tr("正在新增服务需求，先保存或取消。")
        text = self.tr("“{name}”的改动还没有保存，先保存或取消。")
        return text.format(name=demand_title(self._base))
