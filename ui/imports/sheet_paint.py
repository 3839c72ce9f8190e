"""How cells and headings of the user's sheet are drawn: every state has a colour and a shape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from ui import theme
from ui.imports.fields import tr
from ui.imports.sheet_facts import CellState, RowMark
from ui.imports.sheet_model import EditedRole, HeadingRole, MarkRole, StateRole

CORNER = theme.px(2)
MARGIN = theme.px(1.5)
HEADER_HEIGHT = theme.px(11)
LETTER_HEIGHT = theme.px(4.5)


def state_color(state: CellState) -> QColor:
    """Return the strong colour of a state."""
    colours = theme.tokens()
    return {
        CellState.PROBLEM: colours.danger,
        CellState.DOUBTFUL: colours.partial,
        CellState.CHANGED: colours.changed,
        CellState.PLAIN: colours.muted,
    }[state]


def mark_color(mark: RowMark) -> QColor:
    """Return the colour of a row's sign."""
    colours = theme.tokens()
    return {
        RowMark.ERROR: colours.danger,
        RowMark.UPDATE: colours.changed,
        RowMark.NEW: colours.accent,
    }.get(mark, colours.muted)


def draw_state(painter: QPainter, area: QRect, state: CellState) -> None:
    """Draw the shape of a state: corner for a problem, ? for doubt, bar for a change."""
    colour = state_color(state)
    if state is CellState.PROBLEM:
        corner = QPointF(area.right() + 1, area.top())
        side = float(CORNER)
        shape = [corner, corner - QPointF(side, 0), corner + QPointF(0, side)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(shape))
    elif state is CellState.DOUBTFUL:
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.tokens().warning)
        spot = QRect(area.right() - theme.px(2.5), area.top(), theme.px(2.5), area.height())
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "?")
    elif state is CellState.CHANGED:
        painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), colour)


def state_pixmap(state: CellState, side: int = 14) -> QPixmap:
    """Return a state's shape on its tint, for the filter buttons that are the legend too."""
    pixmap = QPixmap(side, side)
    pixmap.fill(_tint(state, theme.tokens().surface))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRect(0, 0, side, side)
    draw_state(painter, area, state)
    painter.setPen(theme.tokens().border)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0, 0, -1, -1))
    painter.end()
    return pixmap


def skipped_pixmap(side: int = 14) -> QPixmap:
    """Return how skipped rows look, for their filter button."""
    pixmap = QPixmap(side, side)
    pixmap.fill(theme.tokens().surface_alt)
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect(), QBrush(theme.tokens().none, Qt.BrushStyle.BDiagPattern))
    painter.setPen(theme.tokens().border)
    painter.drawRect(0, 0, side - 1, side - 1)
    painter.end()
    return pixmap


def _tint(state: CellState, ground: QColor) -> QColor:
    share = {
        CellState.PLAIN: 0.0,
        CellState.CHANGED: 0.12,
        CellState.DOUBTFUL: 0.2,
        CellState.PROBLEM: 0.17,
    }[state]
    return theme.mix(state_color(state), ground, share)


def _ground(mark: RowMark) -> QColor:
    colours = theme.tokens()
    if mark is RowMark.HEADER:
        return theme.mix(colours.accent, colours.surface, 0.14)
    return colours.window if mark.skipped else colours.surface


class SheetDelegate(QStyledItemDelegate):
    """Draws cells; the editor is Qt's own line edit."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        area, colours = option.rect, theme.tokens()
        mark = RowMark(index.data(MarkRole) or "")
        state = CellState(index.data(StateRole) or 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = _tint(state, _ground(mark))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, theme.mix(colours.selection, ground, 0.35) if selected else ground)
        if mark in (RowMark.HIDDEN, RowMark.LEFT_OUT):
            hatch = theme.mix(colours.none, ground, 0.45)
            painter.fillRect(area, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        self._draw_text(painter, option, index, mark, state)
        draw_state(painter, area, state)
        if index.data(EditedRole):
            _draw_edited(painter, area)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.restore()

    def _draw_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        mark: RowMark,
        state: CellState,
    ) -> None:
        font = QFont(option.font)
        font.setBold(mark is RowMark.HEADER)
        font.setStrikeOut(mark is RowMark.LEFT_OUT)
        painter.setFont(font)
        colours = theme.tokens()
        grey = mark.skipped and mark is not RowMark.HEADER
        painter.setPen(colours.muted if grey else colours.text)
        right = theme.px(3) if state is CellState.DOUBTFUL else MARGIN
        room = option.rect.adjusted(MARGIN, 0, -right, 0)
        text = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0), text)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        width = option.fontMetrics.horizontalAdvance(str(index.data() or ""))
        return QSize(width + theme.px(5), theme.ROW_DENSE)

    @override
    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Fill an editor once: what the user types is not overwritten when the model changes."""
        if not editor.property("filled"):
            super().setEditorData(editor, index)
            editor.setProperty("filled", True)

    @override
    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        area = QRect(option.rect)
        area.setWidth(max(area.width(), theme.px(35)))
        editor.setGeometry(area.adjusted(0, -2, 0, 2))


def _draw_edited(painter: QPainter, area: QRect) -> None:
    pen = QPen(theme.tokens().accent, 2, Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawLine(
        area.bottomLeft() + QPoint(MARGIN, -1), area.bottomRight() + QPoint(-MARGIN, -1)
    )


class ColumnHeader(QHeaderView):
    """The letter, and under it what the column was understood as."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(theme.px(9))
        self.setFixedHeight(HEADER_HEIGHT)
        self.setAccessibleName(tr("各列读作什么"))

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        model, colours = self.model(), theme.tokens()
        if not rect.isValid():
            return
        name = str(model.headerData(logicalIndex, self.orientation(), HeadingRole) or "")
        state = CellState(model.headerData(logicalIndex, self.orientation(), StateRole) or 0)
        painter.save()
        painter.fillRect(rect, colours.surface_alt)
        lower = rect.adjusted(0, LETTER_HEIGHT, 0, 0)
        painter.fillRect(lower, _name_ground(name, state))
        painter.setPen(colours.muted)
        letter = str(model.headerData(logicalIndex, self.orientation()) or "")
        upper = QRect(rect.left(), rect.top(), rect.width(), LETTER_HEIGHT)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, letter)
        self._draw_name(painter, lower, name, state)
        painter.setPen(colours.border)
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _draw_name(self, painter: QPainter, area: QRect, name: str, state: CellState) -> None:
        colours = theme.tokens()
        font = QFont(self.font())
        font.setBold(bool(name))
        painter.setFont(font)
        painter.setPen(colours.text if name else colours.muted)
        arrow = theme.px(2.5)
        room = area.adjusted(MARGIN, 0, -MARGIN - arrow, 0)
        if state is CellState.DOUBTFUL:
            draw_state(painter, QRect(room), state)
            painter.setFont(font)
            painter.setPen(colours.text)
            room.adjust(0, 0, -theme.px(2.5), 0)
        text = painter.fontMetrics().elidedText(
            name or tr("不导入"), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if not getattr(self.model(), "sideways", False):
            _draw_arrow(painter, area, arrow)


def _name_ground(name: str, state: CellState) -> QColor:
    colours = theme.tokens()
    if not name:
        return colours.window
    return _tint(state, theme.mix(colours.accent, colours.surface, 0.08))


def _draw_arrow(painter: QPainter, area: QRect, side: int) -> None:
    middle = QPointF(area.right() - side, area.center().y())
    half = side / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.tokens().muted, 1.2))
    painter.drawPolyline(
        [
            middle + QPointF(-half + 1, -1.5),
            middle + QPointF(0, 1.5),
            middle + QPointF(half - 1, -1.5),
        ]
    )


class RowHeader(QHeaderView):
    """The row's number, and a sign of what becomes of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(theme.ROW_DENSE)
        self.setDefaultSectionSize(theme.ROW_DENSE)
        self.setAccessibleName(tr("各行怎样处理"))

    @override
    def sizeHint(self) -> QSize:
        model = self.model()
        rows = model.rowCount()
        last = str(model.headerData(rows - 1, self.orientation()) or "") if rows else ""
        digits = max(3, len(last))
        width = self.fontMetrics().horizontalAdvance("0" * digits) + theme.px(9)
        return QSize(width, super().sizeHint().height())

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        model, colours = self.model(), theme.tokens()
        if not rect.isValid():
            return
        mark = RowMark(model.headerData(logicalIndex, self.orientation(), MarkRole) or "")
        painter.save()
        painter.fillRect(rect, colours.surface_alt)
        if mark is RowMark.HIDDEN:
            painter.fillRect(rect, QBrush(colours.none, Qt.BrushStyle.BDiagPattern))
        painter.setPen(mark_color(mark))
        sign = QRect(rect.left() + theme.px(1), rect.top(), theme.px(4), rect.height())
        painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, mark.sign)
        painter.setPen(colours.muted)
        number = rect.adjusted(theme.px(5), 0, -theme.px(1), 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        text = str(model.headerData(logicalIndex, self.orientation()) or "")
        painter.drawText(number, flags, text)
        painter.setPen(colours.border)
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()
