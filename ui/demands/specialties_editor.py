"""The specialties that a demand asks for, to add, change and remove."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.vocabulary import Vocabulary
from ui.form_fields import WheelGuard
from ui.specialty_lines import SpecialtyLine, SpecialtyLines


class SpecialtiesEditor(SpecialtyLines[SpecialtyLine]):
    """Edits a list of specialties; a line on which none is chosen yet does not count."""

    def __init__(
        self, vocabulary: Vocabulary, guard: WheelGuard, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._guard = guard

    @property
    def codes(self) -> tuple[str, ...]:
        """The specialties as they stand."""
        return tuple(line.code for line in self.lines if line.code)

    def set_codes(self, codes: tuple[str, ...]) -> None:
        """Show these, or one empty line where there is none."""
        self.set_lines(map(self._line, codes or ("",)))

    @override
    def add_line(self) -> None:
        line = self.append(self._line(""))
        line.specialty.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, code: str) -> SpecialtyLine:
        return SpecialtyLine(self._vocabulary, code, self._guard)
