"""Specialties with their levels, to add, change and remove."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from envoy_app.domain.people import RANK_NAMES, Skill
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.form_fields import WheelGuard, choice_combo, guarded
from ui.icons import IconName
from ui.parts import button, tool_button

LEVELS = (1, 2, 3)


class _Line(QWidget):
    """One specialty with its level and a cross."""

    def __init__(self, vocabulary: Vocabulary, skill: Skill, guard: WheelGuard) -> None:
        super().__init__()
        names = [(item.code, item.name) for item in vocabulary.specialties]
        if skill.specialty not in vocabulary.by_code:
            names.append((skill.specialty, skill.specialty))
        self.specialty: QComboBox = choice_combo(self.tr("专业"), names)
        self.specialty.setCurrentIndex(self.specialty.findData(skill.specialty))
        self.specialty.setMaxVisibleItems(20)
        self.specialty.setMinimumContentsLength(6)
        self.specialty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        levels = [(str(level), RANK_NAMES[level]) for level in LEVELS]
        self.level = choice_combo(self.tr("级别"), levels)
        self.level.setCurrentIndex(max(0, self.level.findData(str(skill.level))))
        self.remove: QToolButton = tool_button(IconName.CLOSE, self.tr("去掉这个专业"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.specialty, 1)
        row.addWidget(self.level)
        row.addWidget(self.remove)
        for combo in (self.specialty, self.level):
            guarded(combo, guard)

    @property
    def skill(self) -> Skill:
        """What the line says."""
        return Skill(self.specialty.currentData(), int(self.level.currentData()))


class SkillsEditor(QWidget):
    """Edits specialties; those whose level is the title's usual one follow a new title."""

    changed = Signal()

    def __init__(
        self, vocabulary: Vocabulary, guard: WheelGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._guard = guard
        self._usual = LEVELS[0]
        self.lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(1))
        self.add_button = button(
            self.tr("添加专业"), self.add_line, icon=IconName.ADD, look="compact"
        )
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The specialties as they stand."""
        return tuple(line.skill for line in self.lines)

    def set_skills(self, skills: tuple[Skill, ...], usual: int) -> None:
        """Show these; `usual` is the level that the title gives."""
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        self._usual = usual
        for skill in skills:
            self._append(skill)

    def set_usual(self, level: int) -> None:
        """Take the level of another title: what had the old one's follows."""
        before, self._usual = self._usual, level
        for line in self.lines:
            if line.skill.level == before:
                line.level.setCurrentIndex(line.level.findData(str(level)))

    def add_line(self) -> None:
        """Add the first specialty that is not there yet, ready to be chosen."""
        taken = {skill.specialty for skill in self.skills}
        codes = [item.code for item in self._vocabulary.specialties if item.code not in taken]
        if codes:
            line = self._append(Skill(codes[0], self._usual))
            line.specialty.setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()

    def _append(self, skill: Skill) -> _Line:
        line = _Line(self._vocabulary, skill, self._guard)
        line.specialty.currentIndexChanged.connect(self.changed)
        line.level.currentIndexChanged.connect(self.changed)
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
