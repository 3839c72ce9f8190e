"""The specialties that a demand asks for, to add, change and remove."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.form_fields import WheelGuard, choice_combo, guarded
from ui.icons import IconName
from ui.parts import allow, button, tool_button


class _Line(QWidget):
    """One specialty and a cross."""

    def __init__(self, vocabulary: Vocabulary, code: str, guard: WheelGuard) -> None:
        super().__init__()
        names = [(item.code, item.name) for item in vocabulary.specialties]
        if code and code not in vocabulary.by_code:
            names.append((code, code))
        self.specialty: QComboBox = choice_combo(self.tr("专业"), names)
        self.specialty.setPlaceholderText(self.tr("请选择"))
        self.specialty.setCurrentIndex(self.specialty.findData(code))
        self.specialty.setMaxVisibleItems(20)
        self.specialty.setMinimumContentsLength(6)
        self.specialty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.remove: QToolButton = tool_button(IconName.CLOSE, self.tr("去掉这个专业"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.specialty, 1)
        row.addWidget(self.remove)
        guarded(self.specialty, guard)


class SpecialtiesEditor(QWidget):
    """Edits a list of specialties; a line on which none is chosen yet does not count."""

    changed = Signal()

    def __init__(
        self, vocabulary: Vocabulary, guard: WheelGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._guard = guard
        self.lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(1))
        self.add_button = button(
            self.tr("添加专业"), self.add_line, icon=IconName.ADD, look="compact"
        )
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def codes(self) -> tuple[str, ...]:
        """The specialties as they stand."""
        found = (line.specialty.currentData() for line in self.lines)
        return tuple(code for code in found if code)

    def set_codes(self, codes: tuple[str, ...]) -> None:
        """Show these, or one empty line where there is none."""
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        for code in codes or ("",):
            self._append(code)

    def set_locked(self, why: str) -> None:
        """Let nothing be changed for a reason; "" lets everything be changed."""
        for line in self.lines:
            line.specialty.setEnabled(not why)
            line.specialty.setToolTip(why)
            allow(line.remove, why, self.tr("去掉这个专业"))
        allow(self.add_button, why)

    def focus_first(self) -> None:
        """Put the keyboard on the first line."""
        target = self.lines[0].specialty if self.lines else self.add_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_line(self) -> None:
        """Add a line, ready to be chosen on."""
        self._append("").specialty.setFocus(Qt.FocusReason.OtherFocusReason)

    def _append(self, code: str) -> _Line:
        line = _Line(self._vocabulary, code, self._guard)
        line.specialty.currentIndexChanged.connect(self.changed)
        line.remove.clicked.connect(lambda: self._drop(line))
        self._column.insertWidget(len(self.lines), line)
        self.lines.append(line)
        return line

    def _drop(self, line: _Line) -> None:
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()
