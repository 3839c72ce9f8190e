"""Controls of the form: they let the wheel scroll the form, and tell when they were changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget
from typing_extensions import override

from envoy_app.domain.geography import Gazetteer
from ui import theme
from ui.filters import FilterCombo


class WheelGuard(QObject):
    """Keeps the wheel from changing a value that the pointer only passes over."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        turned = event.type() is QEvent.Type.Wheel
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def guarded(widget: QWidget, guard: WheelGuard) -> None:
    """Let a control take the wheel only where it has the keyboard."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(guard)


def county_combo(name: str, nothing: str, gazetteer: Gazetteer) -> FilterCombo:
    """Return a choice of counties, city after city; the first entry is none."""
    choices = [(item.code, item.name) for item in gazetteer.counties]
    combo = FilterCombo(name, nothing, choices, None)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo


def choice_combo(name: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
    """Return a choice of values; each entry is (value, text)."""
    combo = QComboBox()
    combo.setAccessibleName(name)
    for value, text in choices:
        combo.addItem(text, value)
    return combo


def free_combo(name: str, offers: Sequence[str]) -> QComboBox:
    """Return a text field that offers usual texts."""
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setAccessibleName(name)
    combo.addItems([*offers])
    combo.setCurrentText("")
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(4)
    return combo


def spin(name: str, most: int, unit: str, step: int = 1) -> QSpinBox:
    """Return a field for a number from 0 to `most`."""
    made = QSpinBox()
    made.setRange(0, most)
    made.setSuffix(f" {unit}")
    made.setSingleStep(step)
    made.setAccessibleName(name)
    made.lineEdit().setTextMargins(theme.px(1), 0, 0, 0)
    return made
