"""Chips that say which filters are set; a press takes one away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from ui import theme
from ui.icons import IconName, set_icon
from ui.parts import button, label

LONGEST = 16


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its key, and what it says."""

    key: str
    text: str


class ChipBar(QWidget):
    """Shows chips in one line; those without room are counted at the end.

    Signals: `removed` carries a chip's key, `cleared` asks to take all filters away.
    """

    removed = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self._chips: tuple[Chip, ...] = ()
        self._more = label(look="muted")
        self.clear_button = button(self.tr("清除筛选"), self.cleared.emit, look="link")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(1))
        self._row.addWidget(self._more)
        self._row.addWidget(self.clear_button)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_chips(())

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What is shown."""
        return self._chips

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show these."""
        if tuple(chips) == self._chips and chips:
            return
        self._chips = tuple(chips)
        for old in self.buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = [self._make(chip) for chip in chips]
        for place, made in enumerate(self.buttons):
            self._row.insertWidget(place, made)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(40), theme.px(7))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(10), theme.px(7))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _make(self, chip: Chip) -> QToolButton:
        made = QToolButton()
        made.setProperty("chip", True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        cut = len(chip.text) > LONGEST
        made.setText(f"{chip.text[: LONGEST - 1]}…" if cut else chip.text)
        made.setToolTip(self.tr("{what}：按下取消这个筛选").format(what=chip.text))
        made.setAccessibleName(self.tr("取消筛选 {what}").format(what=chip.text))
        set_icon(made, IconName.CLOSE)
        made.clicked.connect(lambda: self.removed.emit(chip.key))
        return made

    def _fit(self) -> None:
        gap, left = theme.px(1), self.width()
        self.clear_button.setVisible(bool(self._chips))
        left -= self.clear_button.sizeHint().width() + theme.px(9)
        hidden: list[str] = []
        for made, chip in zip(self.buttons, self._chips, strict=True):
            left -= made.sizeHint().width() + gap
            made.setVisible(left >= 0)
            if left < 0:
                hidden.append(chip.text)
        self._more.setText(self.tr("还有 {n} 个").format(n=len(hidden)) if hidden else "")
        self._more.setToolTip("\n".join(hidden))
        self._more.setVisible(bool(hidden))
