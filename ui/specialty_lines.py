"""Specialties to add, change and remove, a line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.form_fields import WheelGuard, choice_combo, guarded
from ui.icons import IconName
from ui.parts import allow, button, tool_button

MOST_SHOWN = 20


class SpecialtyLine(QWidget):
    """One specialty, what else belongs to it, and a cross.

    `changed` tells of every choice. A code that is not in the vocabulary is kept and offered.
    """

    changed = Signal()

    def __init__(
        self, vocabulary: Vocabulary, code: str, guard: WheelGuard, beside: Iterable[QComboBox] = ()
    ) -> None:
        super().__init__()
        names = [(item.code, item.name) for item in vocabulary.specialties]
        if code and code not in vocabulary.by_code:
            names.append((code, code))
        self.specialty = choice_combo(self.tr("专业"), names)
        self.specialty.setPlaceholderText(self.tr("请选择"))
        self.specialty.setCurrentIndex(self.specialty.findData(code))
        self.specialty.setMaxVisibleItems(MOST_SHOWN)
        self.specialty.setMinimumContentsLength(6)
        self.specialty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.remove = tool_button(IconName.CLOSE, self.tr("去掉这个专业"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.specialty, 1)
        for combo in beside:
            row.addWidget(combo)
        row.addWidget(self.remove)
        for combo in (self.specialty, *beside):
            guarded(combo, guard)
            combo.currentIndexChanged.connect(self.changed)

    @property
    def code(self) -> str:
        """The specialty, "" where none is chosen."""
        return self.specialty.currentData() or ""

    def lock(self, why: str) -> None:
        """Let nothing be changed for a reason; "" lets it."""
        self.specialty.setEnabled(not why)
        self.specialty.setToolTip(why)
        allow(self.remove, why, self.tr("去掉这个专业"))


L = TypeVar("L", bound=SpecialtyLine)


class SpecialtyLines(QWidget, Generic[L]):
    """A column of lines above a button that adds one; `changed` tells of every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[L] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(1))
        self.add_button = button(
            self.tr("添加专业"), self.add_line, icon=IconName.ADD, look="compact"
        )
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def add_line(self) -> None:
        """Add a line, ready to be chosen on."""
        raise NotImplementedError

    def set_lines(self, lines: Iterable[L]) -> None:
        """Show these instead of what stands there."""
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        for line in lines:
            self.append(line)

    def append(self, line: L) -> L:
        """Put a line under the others."""
        line.changed.connect(self.changed)
        line.remove.clicked.connect(lambda: self._drop(line))
        self._column.insertWidget(len(self.lines), line)
        self.lines.append(line)
        return line

    def lock(self, why: str) -> None:
        """Let nothing be changed for a reason; "" lets everything be changed."""
        for line in self.lines:
            line.lock(why)
        allow(self.add_button, why)

    def focus_first(self) -> None:
        """Put the keyboard on the first line."""
        target = self.lines[0].specialty if self.lines else self.add_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, line: L) -> None:
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()
