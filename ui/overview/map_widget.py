"""The county map: painted, pointed at, and walked with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.geography import County
from ui import theme
from ui.overview.flow_paint import arrows_of, paint_arrows, paint_numbers
from ui.overview.layers import MapPicture, plain_picture
from ui.overview.map_geometry import (
    CORE_DISTRICTS,
    INSET_TITLE,
    Boundary,
    MapLayout,
    PlacedLabel,
    lay_out,
    place_labels,
    project,
)

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CountyMap(QWidget):
    """Shows a picture of the counties. A click selects; a double click or a second Enter opens.

    `menu_requested` carries a county and the place on the screen for its menu.
    """

    county_selected = Signal(object)
    county_opened = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(
        self,
        boundaries: Sequence[Boundary],
        counties: Sequence[County],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._boundaries = boundaries
        self._outlines = project(boundaries)
        self._counties = {county.code: county for county in counties}
        self._order = [item.code for item in self._outlines]
        self._picture = plain_picture(lambda code: self._counties[code].name)
        self._selected: str | None = None
        self._hovered: str | None = None
        self._cursor: str | None = None
        self._layout: MapLayout | None = None
        self._labels: tuple[PlacedLabel, ...] | None = None
        self._cities: tuple[QPainterPath, ...] = ()
        self._base: QPixmap | None = None
        self._names: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("县（市、区）覆盖地图"))
        theme.notifier.theme_changed.connect(self._repaint_base)

    @property
    def selected(self) -> str | None:
        """Code of the county drawn as selected."""
        return self._selected

    @property
    def cursor_county(self) -> str | None:
        """Code of the county the keyboard stands on."""
        return self._cursor

    @property
    def labels(self) -> tuple[PlacedLabel, ...]:
        """The names written now."""
        if self._labels is None:
            self._labels = self._place_names(self._ready())
        return self._labels

    @property
    def picture(self) -> MapPicture:
        """What is shown."""
        return self._picture

    def show_picture(self, picture: MapPicture) -> None:
        """Show this from now on."""
        if picture.numbers != self._picture.numbers:
            self._labels = None  # names with their numbers need other room
        self._picture = picture
        self._tell_reader()
        self._repaint_base()

    def set_states(self, states: Mapping[str, CoverageState], tips: Callable[[str], str]) -> None:
        """Show a state per county code; `tips(code)` is the text at the pointer."""
        self.show_picture(plain_picture(tips, states))

    def set_selected(self, code: str | None) -> None:
        """Draw a county as selected, without telling anyone."""
        self._selected = code
        if code is not None:
            self._cursor = code
        self.update()

    def twin(self, size: QSize) -> CountyMap:
        """Return a map of another size that shows the same, to be painted elsewhere."""
        made = CountyMap(self._boundaries, tuple(self._counties.values()))
        made.resize(size)
        made.show_picture(self._picture)
        made.set_selected(self._selected)
        return made

    def point_of(self, code: str) -> QPoint:
        """Return a point inside a county, for tests and for menus."""
        return self._ready().anchor(code).toPoint()

    def county_at(self, point: QPointF) -> str | None:
        """Return the county under a point of the widget."""
        return self._ready().county_at(point)

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(120))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(54))

    # Layout and painting ----------------------------------------------------------------

    def _ready(self) -> MapLayout:
        if self._layout is None:
            self._layout = lay_out(self._outlines, QSizeF(self.size()))
            self._labels = None
            self._cities = self._unite_cities(self._layout)
        return self._layout

    def _name_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(12)
        return font

    def _place_names(self, layout: MapLayout) -> tuple[PlacedLabel, ...]:
        metrics = QFontMetricsF(self._name_font())

        def sized(code: str) -> tuple[str, str, QSizeF]:
            number = self._picture.numbers.get(code, "")
            text = f"{self._counties[code].short_name} {number}".rstrip()
            return code, text, QSizeF(metrics.horizontalAdvance(text) + 2, metrics.height())

        outer = [code for code in self._order if code not in CORE_DISTRICTS]
        # Small counties have fewest places for their name, so they choose first.
        outer.sort(key=lambda code: _area(layout.outlines[code]))
        inner = [sized(code) for code in layout.inset_outlines]
        named = place_labels(inner, layout.inset_outlines, layout.inset_labels)
        rest = place_labels(
            [sized(code) for code in outer],
            layout.outlines,
            layout.labels,
            taken=(layout.core.adjusted(2, 2, -2, -2),),
        )
        return (*named, *rest)

    def _repaint_base(self) -> None:
        self._base = self._names = None
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        self._repaint_base()
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self._ready()
        if self._base is None:
            self._base = self._drawn(lambda painter: self._paint_base(painter, layout))
        if self._names is None:
            self._names = self._drawn(self._paint_names)
        names = self._names
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._base)
        self._paint_over(painter, self.focus_county, lambda: painter.drawPixmap(0, 0, names))

    @property
    def focus_county(self) -> str | None:
        """The county whose flows stand out: under the pointer, else the keyboard, else selected."""
        walked = self._cursor if self.hasFocus() else None
        return self._hovered or walked or self._selected

    def paint_on(self, painter: QPainter) -> None:
        """Paint the whole, as it would stand in a widget of this size without a pointer."""
        layout = self._ready()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_base(painter, layout)
        self._paint_over(painter, self._selected, lambda: self._paint_names(painter))

    def _paint_over(
        self, painter: QPainter, focus: str | None, write_names: Callable[[], None]
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.tokens()
        self._outline(painter, self._hovered, QPen(colours.text, 1.6))
        self._outline(painter, self._selected, QPen(colours.accent, 3.0))
        if self.hasFocus() and self._cursor != self._selected:
            pen = QPen(colours.text, 1.6, Qt.PenStyle.DashLine)
            self._outline(painter, self._cursor, pen)
        faint, strong = arrows_of(self._picture.flows, self._ready().anchor, focus)
        paint_arrows(painter, faint, strong, focus)
        write_names()
        paint_numbers(painter, strong, self._name_font())

    def _outline(self, painter: QPainter, code: str | None, pen: QPen) -> None:
        if code is None:
            return
        layout = self._ready()
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        for paths in (layout.outlines, layout.inset_outlines):
            if code in paths:
                painter.drawPath(paths[code])

    def _drawn(self, paint: Callable[[QPainter], None]) -> QPixmap:
        """Return what is painted as a pixmap, to be drawn again with every move of the pointer."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
        painter.end()
        return pixmap

    def _paint_base(self, painter: QPainter, layout: MapLayout) -> None:
        self._fill(painter, layout.outlines)
        self._paint_city_borders(painter)
        self._paint_inset(painter, layout)

    def _fill(self, painter: QPainter, outlines: Mapping[str, QPainterPath]) -> None:
        painter.setPen(QPen(theme.tokens().surface, 1.2))
        for code, path in outlines.items():
            painter.setBrush(self._picture.brush(code))
            painter.drawPath(path)

    def _unite_cities(self, layout: MapLayout) -> tuple[QPainterPath, ...]:
        cities: dict[str, QPainterPath] = {}
        for code, path in layout.outlines.items():
            city = self._counties[code].city
            cities[city] = cities[city].united(path) if city in cities else path
        return tuple(map(_largest_part, cities.values()))

    def _paint_city_borders(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.mix(theme.tokens().text, theme.tokens().surface, 0.6), 1.4))
        for path in self._cities:
            painter.drawPath(path)

    def _paint_inset(self, painter: QPainter, layout: MapLayout) -> None:
        if layout.inset.isNull():
            return
        colours = theme.tokens()
        frame = QPen(colours.muted, 1.0)
        painter.setPen(frame)
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(layout.inset, 4, 4)
        self._fill(painter, layout.inset_outlines)
        painter.setPen(colours.muted)
        painter.setFont(self._name_font())
        title = QRectF(layout.inset.topLeft(), QSizeF(layout.inset.width(), INSET_TITLE))
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self.tr("中心城区"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(frame)
        painter.drawRect(layout.core)
        painter.setPen(QPen(theme.mix(colours.muted, colours.surface, 0.5), 1.0))
        near = _nearest_corner(layout.inset, layout.core.center())
        painter.drawLine(near, _nearest_corner(layout.core, near))

    def _paint_names(self, painter: QPainter) -> None:
        colours = theme.tokens()
        font = self._name_font()
        metrics = QFontMetricsF(font)
        halo = QPen(colours.surface, 3.0)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        for label in self.labels:
            path = QPainterPath()
            base = QPointF(label.rect.left() + 1, label.rect.top() + metrics.ascent())
            path.addText(base, font, label.text)
            painter.strokePath(path, halo)
            painter.fillPath(path, colours.text)

    # Pointer ----------------------------------------------------------------------------

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.county_at(event.position())
        if found != self._hovered:
            self._hovered = found
            shape = Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._select(self.county_at(event.position()))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.county_at(event.position())
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self._select(found)
            self.county_opened.emit(found)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        found = self._cursor if by_key else self.county_at(QPointF(event.pos()))
        if found is not None:
            place = self.mapToGlobal(self.point_of(found)) if by_key else event.globalPos()
            self._select(found)
            self.menu_requested.emit(found, place)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.county_at(QPointF(event.pos()))
            if found is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._picture.tip(found), self)
            return True
        return super().event(event)

    def _select(self, code: str | None) -> None:
        self.set_selected(code)
        self._tell_reader()
        self.county_selected.emit(code)

    # Keyboard ---------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in _ENTER and self._cursor is not None:
            if self._cursor == self._selected:
                self.county_opened.emit(self._cursor)
            else:
                self._select(self._cursor)
        elif key is Qt.Key.Key_Escape and self._selected is not None:
            self._select(None)
        else:
            super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the counties, then on to the next control."""
        place = self._order.index(self._cursor) if self._cursor in self._order else None
        if place is None:
            return super().focusNextPrevChild(forward)
        place += 1 if forward else -1
        if not 0 <= place < len(self._order):
            return super().focusNextPrevChild(forward)
        self._move_to(self._order[place])
        return True

    def _walk(self, across: float, down: float) -> None:
        layout = self._ready()
        start = layout.labels.get(self._cursor or "")
        if start is None:
            self._move_to(self._order[0])
            return

        def cost(code: str) -> float:
            step = layout.labels[code] - start
            along = step.x() * across + step.y() * down
            aside = abs(step.x() * down) + abs(step.y() * across)
            return along + 2.5 * aside if along > aside * 0.4 else float("inf")

        others = [code for code in self._order if code != self._cursor]
        best = min(others, key=cost, default=None)
        if best is not None and cost(best) < float("inf"):
            self._move_to(best)

    def _move_to(self, code: str) -> None:
        self._cursor = code
        self._tell_reader()
        self.update()

    def _tell_reader(self) -> None:
        self.setAccessibleDescription(self._picture.tip(self._cursor) if self._cursor else "")


def _area(path: QPainterPath) -> float:
    bounds = path.boundingRect()
    return bounds.width() * bounds.height()


def _largest_part(path: QPainterPath) -> QPainterPath:
    """Neighbours' borders differ by a hair; uniting leaves slivers that are not worth a line."""
    parts = QPainterPath()
    for polygon in path.toSubpathPolygons():
        bounds = polygon.boundingRect()
        if bounds.width() * bounds.height() > 150:
            parts.addPolygon(polygon)
    return parts


def _nearest_corner(rect: QRectF, point: QPointF) -> QPointF:
    corners = (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight())
    return min(corners, key=lambda corner: (corner - point).manhattanLength())
