"""The verdict at the pointer while people are dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.teams import TeamImpact, TeamVerdict
from ui import theme
from ui.parts import label
from ui.teams.texts import MARKS, figures, impact_lines

WIDTH = theme.px(76)
MOST_LINES = 5
AWAY = theme.px(5)


class VerdictHint(QWidget):
    """Floats over the page, never in the way of the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedWidth(WIDTH)
        self._tint = "covered"
        self.title = label(look="strong", wrap=True)
        self.lines = label(wrap=True)
        self.figures = label(look="muted")
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(2), theme.px(3), theme.px(2))
        box.setSpacing(theme.px(1))
        for part in (self.title, self.lines, self.figures):
            box.addWidget(part)
        self.hide()

    def show_verdict(self, place: str, impact: TeamImpact, where: QPoint) -> None:
        """Say at a global point what a drop there would do."""
        sign, _, self._tint = MARKS[impact.verdict]
        self.title.setText(f"{sign} {place}：{impact.verdict.value}")
        lines = impact_lines(impact)
        more = len(lines) - MOST_LINES
        shown = list(lines[:MOST_LINES])
        if more > 0:
            shown.append(self.tr("另有 {n} 条").format(n=more))
        self.lines.setText("\n".join(shown))
        self.lines.setVisible(bool(shown))
        self.figures.setText(figures(impact))
        self.figures.setVisible(impact.verdict is not TeamVerdict.BROKEN)
        self.setAccessibleName(f"{self.title.text()}。{self.lines.text()}")
        # A label that wraps tells its height for a width only; adjustSize would cut the last line.
        self._box.invalidate()
        self.setFixedHeight(self._box.heightForWidth(WIDTH))
        self._place(where)
        self.raise_()
        self.show()

    def _place(self, where: QPoint) -> None:
        """Beside the pointer, inside the page."""
        parent = self.parentWidget()
        if parent is None:
            return
        at = parent.mapFromGlobal(where) + QPoint(AWAY, AWAY + theme.ROW_COMFORTABLE)
        if at.x() + self.width() > parent.width():
            at.setX(parent.mapFromGlobal(where).x() - self.width() - AWAY)
        if at.y() + self.height() > parent.height():
            at.setY(parent.mapFromGlobal(where).y() - self.height() - AWAY)
        self.move(max(0, at.x()), max(0, at.y()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colours.surface)
        tint = getattr(colours, self._tint)
        painter.setPen(QPen(tint, 1.5))
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(area, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRect(QRectF(3, 5, 4, self.height() - 10))
