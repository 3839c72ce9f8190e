"""Specialties with their levels, to add, change and remove."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.people import RANK_NAMES, Skill
from envoy_app.domain.vocabulary import Vocabulary
from ui.form_fields import WheelGuard, choice_combo
from ui.specialty_lines import SpecialtyLine, SpecialtyLines

LEVELS = (1, 2, 3)


class SkillLine(SpecialtyLine):
    """One specialty with its level and a cross."""

    def __init__(self, vocabulary: Vocabulary, skill: Skill, guard: WheelGuard) -> None:
        levels = [(str(level), RANK_NAMES[level]) for level in LEVELS]
        self.level = choice_combo(QCoreApplication.translate("SkillLine", "级别"), levels)
        self.level.setCurrentIndex(max(0, self.level.findData(str(skill.level))))
        super().__init__(vocabulary, skill.specialty, guard, (self.level,))

    @property
    def skill(self) -> Skill:
        """What the line says."""
        return Skill(self.code, int(self.level.currentData()))


class SkillsEditor(SpecialtyLines[SkillLine]):
    """Edits specialties; those whose level is the title's usual one follow a new title."""

    def __init__(
        self, vocabulary: Vocabulary, guard: WheelGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._guard = guard
        self._usual = LEVELS[0]

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The specialties as they stand."""
        return tuple(line.skill for line in self.lines)

    def set_skills(self, skills: tuple[Skill, ...], usual: int) -> None:
        """Show these; `usual` is the level that the title gives."""
        self._usual = usual
        self.set_lines(map(self._line, skills))

    def set_usual(self, level: int) -> None:
        """Take the level of another title: what had the old one's follows."""
        before, self._usual = self._usual, level
        for line in self.lines:
            if line.skill.level == before:
                line.level.setCurrentIndex(line.level.findData(str(level)))

    @override
    def add_line(self) -> None:
        """Add the first specialty that is not there yet, ready to be changed."""
        taken = {skill.specialty for skill in self.skills}
        codes = [item.code for item in self._vocabulary.specialties if item.code not in taken]
        if codes:
            line = self.append(self._line(Skill(codes[0], self._usual)))
            line.specialty.setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()

    def _line(self, skill: Skill) -> SkillLine:
        return SkillLine(self._vocabulary, skill, self._guard)
