"""What the selected lines of the standard ask for beside their number of visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QVBoxLayout, QWidget

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.people import RANK_NAMES
from envoy_app.domain.standard_edits import LIMITS
from ui import theme
from ui.parts import label

_MIXED = -1


@dataclass(frozen=True, slots=True)
class _Choice:
    field: str
    values: tuple[tuple[int, str], ...]
    hint: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("StandardPanel", text)


def _choices() -> tuple[_Choice, ...]:
    people, gap, weight = _tr("{n} 人"), _tr("{n} 天"), _tr("{n}")

    def span(field: str, words: str, most: int | None = None) -> tuple[tuple[int, str], ...]:
        _, least, limit = LIMITS[field]
        return tuple((n, words.format(n=n)) for n in range(least, (most or limit) + 1))

    lengths = ((1, _tr("半天")), *((2 * n, _tr("{n} 天").format(n=n)) for n in range(1, 6)))
    levels = tuple((level, RANK_NAMES[level]) for level in (1, 2, 3))
    return (
        _Choice("headcount", span("headcount", people), _tr("每场同去的特派员人数")),
        _Choice("min_level", levels, _tr("去的人至少是这个级别")),
        _Choice("slots", lengths, _tr("每场多长")),
        _Choice("min_gap_days", span("min_gap_days", gap), _tr("同县同专业两场之间至少隔几天")),
        _Choice(
            "required",
            span("required", _tr("{n} 场")),
            _tr("少于这个场次就算没有覆盖，优先于其他一切"),
        ),
        _Choice("weight", span("weight", weight), _tr("排不下时，数字小的先放弃")),
    )


class StandardPanel(QFrame):
    """Edits the lines that are selected in the grid; a field that differs among them is empty."""

    field_chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.title_label = label(look="heading", wrap=True)
        self.hint_label = label(look="muted", wrap=True)
        self.combos: dict[str, QComboBox] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(theme.px(3))
        form.setVerticalSpacing(theme.px(2))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for choice in _choices():
            form.addRow(LIMITS[choice.field][0], self._combo(choice))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.title_label)
        layout.addWidget(self.hint_label)
        layout.addLayout(form)
        layout.addStretch(1)
        self.setMinimumWidth(theme.px(52))
        self.show_lines("", ())

    def _combo(self, choice: _Choice) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(LIMITS[choice.field][0])
        combo.setToolTip(choice.hint)
        for value, text in choice.values:
            combo.addItem(text, value)
        combo.activated.connect(lambda: self._chosen(choice.field))
        self.combos[choice.field] = combo
        return combo

    def _chosen(self, field: str) -> None:
        value = self.combos[field].currentData()
        if isinstance(value, int):
            self.field_chosen.emit(field, value)

    def show_lines(self, title: str, lines: Sequence[CoverageStandard]) -> None:
        """Show what lines have in common under a title; none at all disables the fields."""
        self.title_label.setText(title)
        self.title_label.setVisible(bool(title))
        hint = (
            self.tr("改动用于选中的 {n} 项").format(n=len(lines))
            if len(lines) > 1
            else self.tr("先在左边选一格或几格。直接输入数字改场次，清空即取消这个专业。")
        )
        self.hint_label.setText(hint)
        self.hint_label.setVisible(len(lines) != 1)
        for field, combo in self.combos.items():
            values = {getattr(line, field) for line in lines}
            combo.setEnabled(bool(lines))
            only = values.pop() if len(values) == 1 else _MIXED
            combo.setCurrentIndex(combo.findData(only) if only != _MIXED else -1)
            combo.setPlaceholderText(self.tr("不同") if values else "—")
