"""Who cannot come, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QGridLayout, QHBoxLayout, QWidget

from envoy_app.domain.absences import Leave
from envoy_app.domain.people import Envoy
from envoy_app.domain.time import HalfDay, SlotTime
from ui import theme
from ui.absence_question import LEAVE_REASONS, AbsenceQuestion
from ui.form_fields import WheelGuard, choice_combo, free_combo, guarded
from ui.parts import ElidedLabel, label
from ui.plan.absence.person_field import Person, PersonField

HALVES = [(half.value, half.label) for half in HalfDay]


class LeaveForm(QWidget):
    """The question; `changed` whenever another one is asked."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = PersonField()
        self.person.person_chosen.connect(self._person_chosen)
        self.facts = ElidedLabel()
        self.facts.setProperty("muted", True)
        self.first, self.first_half = self._end(self.tr("从"), self.tr("从上午还是下午"))
        self.last, self.last_half = self._end(self.tr("到"), self.tr("到上午还是下午"))
        self.reason = free_combo(self.tr("原因"), LEAVE_REASONS)
        self._guard = WheelGuard(self)
        for part in (self.first, self.first_half, self.last, self.last_half, self.reason):
            guarded(part, self._guard)
        self._build()
        self.first.dateChanged.connect(lambda: self._edited(self.first))
        self.last.dateChanged.connect(lambda: self._edited(self.last))
        self.first_half.currentIndexChanged.connect(lambda: self._edited(self.first))
        self.last_half.currentIndexChanged.connect(lambda: self._edited(self.last))
        self._quiet = False

    def _end(self, name: str, half_name: str) -> tuple[QDateEdit, QComboBox]:
        edit = QDateEdit()
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setAccessibleName(name)
        return edit, choice_combo(half_name, HALVES)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(2))
        grid.setVerticalSpacing(theme.px(0.5))
        self.person.setMinimumWidth(theme.px(44))
        parts: Sequence[tuple[str, Sequence[QWidget]]] = (
            (self.tr("特派员"), (self.person,)),
            (self.tr("从"), (self.first, self.first_half)),
            (self.tr("到"), (self.last, self.last_half)),
            (self.tr("原因"), (self.reason,)),
        )
        for column, (title, widgets) in enumerate(parts):
            name = label(title, look="muted")
            name.setBuddy(widgets[0])
            grid.addWidget(name, 0, column)
            row = QHBoxLayout()
            row.setSpacing(theme.px(1))
            for widget in widgets:
                row.addWidget(widget)
            grid.addLayout(row, 1, column)
        grid.addWidget(self.facts, 1, len(parts))
        grid.setColumnStretch(len(parts), 1)

    # The question ----------------------------------------------------------------------------

    @property
    def leave(self) -> Leave | None:
        """What is asked; None while nobody is chosen."""
        envoy = self.person.person
        if envoy is None:
            return None
        first = SlotTime(_python(self.first.date()), HalfDay(self.first_half.currentData()))
        last = SlotTime(_python(self.last.date()), HalfDay(self.last_half.currentData()))
        return Leave(envoy.id, first, last)

    @property
    def why(self) -> str:
        """The reason given."""
        return self.reason.currentText().strip()

    def offer(self, people: Sequence[Person]) -> None:
        """Let these be chosen."""
        self.person.offer(people)

    def show_person(self, envoy: Envoy | None) -> None:
        """Show somebody as chosen."""
        self.person.show_person(envoy)
        self._tell_facts()

    def ask(self, question: AbsenceQuestion, usual: date) -> None:
        """Show a question; days that are open are the usual one, from morning to evening."""
        first = question.first or SlotTime(usual, HalfDay.AM)
        last = question.last or SlotTime(first.date, HalfDay.PM)
        self._show(first, last)
        self.reason.setCurrentText(question.reason or LEAVE_REASONS[0])

    def _show(self, first: SlotTime, last: SlotTime) -> None:
        self._quiet = True
        for edit, half, slot in (
            (self.first, self.first_half, first),
            (self.last, self.last_half, last),
        ):
            edit.setDate(QDate(slot.date.year, slot.date.month, slot.date.day))
            half.setCurrentIndex(half.findData(slot.half.value))
        self._quiet = False

    def _person_chosen(self, envoy: Envoy) -> None:
        self._tell_facts()
        self.changed.emit()

    def _tell_facts(self) -> None:
        envoy = self.person.person
        parts = (envoy.title, envoy.organisation, envoy.phone) if envoy else ()
        self.facts.set_full_text(" · ".join(part for part in parts if part))

    def _edited(self, touched: QDateEdit) -> None:
        """Keep the end from lying before the start: the one that was not touched follows."""
        if self._quiet:
            return
        first = SlotTime(_python(self.first.date()), HalfDay(self.first_half.currentData()))
        last = SlotTime(_python(self.last.date()), HalfDay(self.last_half.currentData()))
        if last < first:
            if touched is self.first:
                last = SlotTime(first.date, HalfDay.PM)
            else:
                first = SlotTime(last.date, HalfDay.AM)
            self._show(first, last)
        self.changed.emit()


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
