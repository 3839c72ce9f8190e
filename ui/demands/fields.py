"""The fields of the form of a demand: a control for each, filled from a draft and read into one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from envoy_app.domain.demands import MODES, URGENCY_WEIGHTS
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.demand_draft import FIXED_FIELDS, LENGTHS, DemandDraft
from ui import theme
from ui.demands.specialties_editor import SpecialtiesEditor
from ui.form_fields import WheelGuard, choice_combo, county_combo, free_combo, guarded, spin

TEXTS = ("town", "site", "window_start", "window_end", "contact", "phone")
MOST = 999


class DemandFields(QObject):
    """The controls by the names of a draft's fields; `edited` tells of every change."""

    edited = Signal()

    def __init__(self, gazetteer: Gazetteer, vocabulary: Vocabulary, parent: QWidget) -> None:
        super().__init__(parent)
        guard = WheelGuard(self)
        self.texts = {name: QLineEdit() for name in TEXTS}
        self.texts["window_start"].setPlaceholderText(self.tr("12-03，不限可留空"))
        self.texts["window_end"].setPlaceholderText(self.tr("12-12，不限可留空"))
        self.county = county_combo(self.tr("县"), self.tr("请选择"), gazetteer)
        self.specialties = SpecialtiesEditor(vocabulary, guard)
        self.content = QPlainTextEdit()
        self.content.setTabChangesFocus(True)
        self.content.setFixedHeight(theme.px(16))
        self.mode = free_combo(self.tr("形式"), MODES)
        self.headcount = spin(self.tr("人数"), MOST, self.tr("人"))
        ranks = [(str(rank), self._rank_text(rank)) for rank in sorted(RANK_NAMES)]
        self.min_rank = choice_combo(self.tr("职称"), ranks)
        self.asap = QCheckBox(self.tr("尽快，不定日期"))
        halves = [("", self.tr("上下午均可")), *((half.value, half.label) for half in HalfDay)]
        self.half = choice_combo(self.tr("上下午"), halves)
        self.slots = choice_combo(
            self.tr("时长"), [(str(slots), text) for slots, text in LENGTHS.items()]
        )
        self.urgency = choice_combo(self.tr("紧急"), [(name, name) for name in URGENCY_WEIGHTS])
        self._listen(guard)

    def _rank_text(self, rank: int) -> str:
        return self.tr("{name}及以上").format(name=RANK_NAMES[rank]) if rank else self.tr("不限")

    def _listen(self, guard: WheelGuard) -> None:
        for line in self.texts.values():
            line.textChanged.connect(self.edited)
        for combo in self._combos():
            guarded(combo, guard)
            combo.currentIndexChanged.connect(self.edited)
            combo.editTextChanged.connect(self.edited)
        guarded(self.headcount, guard)
        self.headcount.valueChanged.connect(self.edited)
        self.asap.toggled.connect(self.edited)
        self.content.textChanged.connect(self.edited)
        self.specialties.changed.connect(self.edited)

    def _combos(self) -> tuple[QComboBox, ...]:
        return self.county, self.mode, self.min_rank, self.half, self.slots, self.urgency

    def control(self, field: str) -> QWidget:
        """Return the control of a field."""
        found = self.texts.get(field) or getattr(self, field)
        assert isinstance(found, QWidget)
        return found

    def fill(self, draft: DemandDraft) -> None:
        """Show a draft."""
        for field, line in self.texts.items():
            line.setText(getattr(draft, field))
            line.setCursorPosition(0)
        self.county.choose(draft.county)
        self.specialties.set_codes(draft.specialties)
        self.content.setPlainText(draft.content)
        self.mode.setCurrentText(draft.mode)
        self.headcount.setValue(draft.headcount)
        self.asap.setChecked(draft.asap)
        _choose(self.min_rank, str(draft.min_rank))
        _choose(self.half, draft.half.value if draft.half else "")
        _choose(self.slots, str(draft.slots), self.tr("{n} 个半天").format(n=draft.slots))
        _choose(self.urgency, draft.urgency)

    def draft(self) -> DemandDraft:
        """Return what stands in the fields."""
        typed: dict[str, Any] = {field: line.text() for field, line in self.texts.items()}
        half = self.half.currentData()
        return DemandDraft(
            **typed,
            county=self.county.value,
            specialties=self.specialties.codes,
            content=self.content.toPlainText(),
            mode=self.mode.currentText(),
            headcount=self.headcount.value(),
            min_rank=int(self.min_rank.currentData()),
            asap=self.asap.isChecked(),
            half=HalfDay(half) if half else None,
            slots=int(self.slots.currentData()),
            urgency=self.urgency.currentData() or "",
        )

    def lock(self, why: str) -> None:
        """Let what a plan has settled not be changed for a reason; "" lets it."""
        for field in self._lockable():
            control = self.control(field)
            control.setEnabled(not why)
            control.setToolTip(why)
        self.specialties.lock(why)

    @staticmethod
    def _lockable() -> Iterator[str]:
        return (field for field in FIXED_FIELDS if field != "specialties")


def _choose(combo: QComboBox, value: str, text: str = "") -> None:
    """Choose a value; one that is not among the usual ones is added."""
    place = combo.findData(value)
    if place < 0 and value:
        combo.addItem(text or value, value)
        place = combo.count() - 1
    combo.setCurrentIndex(place)
