"""The form in which a variant of one's own is put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.plans import Preset
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.domain.whatif import NewExpert, WhatIf
from ui import theme
from ui.filters import FilterCombo
from ui.form_fields import WheelGuard, choice_combo, county_combo, guarded, spin
from ui.parts import allow, button

MOST_EXPERTS, MOST_SLOTS, MOST_HOSTS, MOST_DAYS = 9, 6, 4, 20
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Checked:
    """What the form asks for, or why that cannot be taken."""

    item: WhatIf | None
    why_not: str


class ComposeForm(QWidget):
    """`added` carries the WhatIf; `check` names it, or says why it cannot be taken."""

    added = Signal(object)

    def __init__(
        self,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        check: Callable[[WhatIf], Checked],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self._guard = WheelGuard(self)
        specialties = [(item.code, item.name) for item in vocabulary.specialties]
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("改法的名称"))
        self.name.setPlaceholderText(self.tr("可不填，按改动命名"))
        self.name.setMaxLength(NAME_LENGTH)
        presets = [("", self.tr("不变")), *((item.value, item.value) for item in Preset)]
        self.preset = choice_combo(self.tr("先看什么"), presets)
        steps = [("0", self.tr("不变")), ("1", self.tr("一级")), ("2", self.tr("两级"))]
        self.widen = choice_combo(self.tr("共享放宽"), steps)
        self.widen.setToolTip(self.tr("只在本县的放到全市，只在本市的放到都市圈"))
        self.whose_county = county_combo(self.tr("放宽哪个县的人"), self.tr("全部县"), gazetteer)
        self.whose_specialty = FilterCombo(
            self.tr("放宽哪个专业的人"), self.tr("全部专业"), specialties, None
        )
        self.experts = spin(self.tr("增加几名特派员"), MOST_EXPERTS, self.tr("人"))
        self.expert_county = county_combo(self.tr("增加在哪个县"), self.tr("选县"), gazetteer)
        self.expert_specialty = FilterCombo(
            self.tr("增加哪个专业"), self.tr("选专业"), specialties, None
        )
        levels = [(str(level), RANK_NAMES[level]) for level in (1, 2, 3)]
        self.expert_level = choice_combo(self.tr("增加的人的职称"), levels)
        self.expert_level.setCurrentIndex(1)
        self.slots = spin(self.tr("每人每周多几个半天"), MOST_SLOTS, self.tr("个半天"))
        self.hosts = spin(self.tr("各县同时多接待几次"), MOST_HOSTS, self.tr("次"))
        self.days = spin(self.tr("时间放宽几个工作日"), MOST_DAYS, self.tr("天"))
        self.add_button = button(self.tr("加入清单"), self._add)
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme.px(2))
        form.setVerticalSpacing(theme.px(1.5))
        form.addRow(self.tr("名称"), self.name)
        form.addRow(self.tr("先看什么"), self.preset)
        form.addRow(self.tr("共享放宽"), self.widen)
        form.addRow(self.tr("只放宽"), _row(self.whose_county, self.whose_specialty))
        form.addRow(self.tr("增加特派员"), _row(self.experts, self.expert_level))
        form.addRow(self.tr("在"), _row(self.expert_county, self.expert_specialty))
        form.addRow(self.tr("每人每周多"), self.slots)
        form.addRow(self.tr("各县多接待"), self.hosts)
        form.addRow(self.tr("时间放宽"), self.days)
        form.addRow("", self.add_button)

    def _connect(self) -> None:
        self.name.textChanged.connect(self.refresh)
        self.name.returnPressed.connect(self._add)
        for combo in self.findChildren(QComboBox):
            combo.currentIndexChanged.connect(self.refresh)
            guarded(combo, self._guard)
        for field in (self.experts, self.slots, self.hosts, self.days):
            field.valueChanged.connect(self.refresh)
            guarded(field, self._guard)

    @property
    def item(self) -> WhatIf:
        """What the form says, not named and not checked."""
        widen = int(self.widen.currentData())
        expert = NewExpert(
            self.expert_county.value,
            self.expert_specialty.value,
            int(self.expert_level.currentData()),
            self.experts.value(),
        )
        preset = str(self.preset.currentData())
        return WhatIf(
            name=self.name.text().strip(),
            preset=Preset(preset) if preset else None,
            widen_sharing=widen,
            sharing_county=(self.whose_county.value or None) if widen else None,
            sharing_specialty=(self.whose_specialty.value or None) if widen else None,
            experts=(expert,) if expert.count else (),
            more_slots_week=self.slots.value(),
            more_hosts=self.hosts.value(),
            wider_windows=self.days.value(),
        )

    def show_item(self, item: WhatIf) -> None:
        """Put a variant into the form, to make another of it."""
        self.name.clear()
        self.preset.setCurrentIndex(self.preset.findData(item.preset.value if item.preset else ""))
        self.widen.setCurrentIndex(item.widen_sharing)
        self.whose_county.choose(item.sharing_county or "")
        self.whose_specialty.choose(item.sharing_specialty or "")
        expert = item.experts[0] if item.experts else NewExpert("", "", count=0)
        self.experts.setValue(expert.count)
        self.expert_county.choose(expert.county)
        self.expert_specialty.choose(expert.specialty)
        self.expert_level.setCurrentIndex(self.expert_level.findData(str(expert.level)))
        self.slots.setValue(item.more_slots_week)
        self.hosts.setValue(item.more_hosts)
        self.days.setValue(item.wider_windows)

    def refresh(self) -> None:
        """Say whether the variant can be taken, and dim what does not count."""
        widened, more = self.widen.currentIndex() > 0, self.experts.value() > 0
        first = self.tr("先选共享放宽几级")
        second = self.tr("先填增加几人")
        parts: tuple[tuple[QComboBox, bool, str], ...] = (
            (self.whose_county, widened, first),
            (self.whose_specialty, widened, first),
            (self.expert_county, more, second),
            (self.expert_specialty, more, second),
            (self.expert_level, more, second),
        )
        for part, counts, why_not in parts:
            part.setEnabled(counts)
            part.setToolTip(part.accessibleName() if counts else why_not)
        found = self._found()
        hint = self.tr("加入“{0}”").format(found.item.name) if found.item else ""
        allow(self.add_button, found.why_not, hint)

    def _found(self) -> Checked:
        item = self.item
        if any(not expert.county for expert in item.experts):
            return Checked(None, self.tr("请选增加的特派员在哪个县"))
        if any(not expert.specialty for expert in item.experts):
            return Checked(None, self.tr("请选增加的特派员是哪个专业"))
        if item == WhatIf(name=item.name):
            return Checked(None, self.tr("还没有改动任何东西，请至少改一项"))
        return self._check(item)

    def _add(self) -> None:
        found = self._found()
        if found.item is not None and not found.why_not:
            self.show_item(WhatIf())
            self.added.emit(found.item)


def _row(*parts: QWidget) -> QWidget:
    holder = QWidget()
    box = QHBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(1.5))
    for part in parts:
        box.addWidget(part, 1)
    return holder
