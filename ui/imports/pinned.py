"""The column of names, kept in sight while a wide sheet is scrolled to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from typing_extensions import override

from ui import theme

if TYPE_CHECKING:
    from ui.imports.sheet_view import SheetView

KINDS = ("name", "nameorg", "site", "town", "county")
LARGEST_SHARE = 0.4


class PinnedColumn(QWidget):
    """Lies over the left edge of a sheet once its column of names has been scrolled away."""

    def __init__(self, view: SheetView) -> None:
        super().__init__(view)
        self._view = view
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.hide()
        model = view.sheet_model
        for signal in (
            view.horizontalScrollBar().valueChanged,
            view.horizontalHeader().sectionResized,
            view.horizontalHeader().geometriesChanged,
            model.modelReset,
        ):
            signal.connect(self.place)
        for signal in (
            view.verticalScrollBar().valueChanged,
            view.selectionModel().selectionChanged,
            model.dataChanged,
            theme.notifier.theme_changed,
        ):
            signal.connect(self.update)
        view.viewport().installEventFilter(self)

    @property
    def section(self) -> int:
        """The place of the column that stays, -1 where no column tells whom a row is about."""
        model = self._view.sheet_model
        facts = model.facts
        if facts is None or not model.columns:
            return -1
        if model.sideways:
            return 0
        lines = {item.kind: item.index for item in reversed(tuple(facts.headings.values()))}
        column = next((lines[kind] for kind in KINDS if kind in lines), None)
        return model.columns.index(column) if column in model.columns else -1

    def uncover(self, section: int) -> None:
        """Scroll so that a column is not hidden under the one that stays."""
        bar, left = self._view.horizontalScrollBar(), self._view.columnViewportPosition(section)
        if self._wanted() and section > self.section and left < self._room():
            bar.setValue(bar.value() - (self._room() - left))

    def place(self) -> None:
        """Show, move or hide the column after the sheet was scrolled."""
        view, wanted = self._view, self._wanted()
        if wanted:
            viewport = view.viewport().geometry()
            header = view.horizontalHeader().height()
            self.setGeometry(
                viewport.left(), viewport.top() - header, self._room(), viewport.height() + header
            )
            self.raise_()
            self.update()
        self.setVisible(wanted)

    def _room(self) -> int:
        return self._view.columnWidth(self.section)

    def _wanted(self) -> bool:
        section = self.section
        if section < 0 or self._view.columnViewportPosition(section) >= 0:
            return False
        return self._room() <= LARGEST_SHARE * self._view.viewport().width()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the column's heading and cells as the sheet has them."""
        painter, view, section = QPainter(self), self._view, self.section
        if section < 0:
            return
        header = view.horizontalHeader()
        painter.fillRect(self.rect(), theme.tokens().surface)
        painter.save()
        painter.setClipRect(0, header.height(), self.width(), self.height())
        for row in self._rows_in_sight():
            self._paint_cell(painter, row, section)
        painter.restore()
        header.paintSection(painter, QRect(0, 0, self.width(), header.height()), section)
        painter.setPen(QPen(theme.tokens().accent, 1))
        painter.drawLine(self.rect().topRight(), self.rect().bottomRight())

    def _rows_in_sight(self) -> range:
        view = self._view
        first = view.rowAt(0)
        last = view.rowAt(view.viewport().height() - 1)
        if first < 0:
            return range(0)
        return range(first, (last if last >= 0 else view.sheet_model.rowCount() - 1) + 1)

    def _paint_cell(self, painter: QPainter, row: int, section: int) -> None:
        view = self._view
        top = view.rowViewportPosition(row) + view.horizontalHeader().height()
        area = QRect(0, top, self.width(), view.rowHeight(row))
        index = view.sheet_model.index(row, section)
        if view.columnSpan(row, section) == 1:
            view.itemDelegate().paint(painter, view.cell_option(area, index), index)
        painter.setPen(theme.tokens().border)
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor on the cell pressed where the sheet stands, or open the heading's menu."""
        view, top = self._view, event.position().toPoint().y()
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        if top < view.horizontalHeader().height():
            view.open_column_menu(self.section)
        elif (index := self._index(top)).isValid():
            view.setAutoScroll(False)
            view.setCurrentIndex(index)
            view.setAutoScroll(True)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Scroll to the cell and let it be typed over."""
        index = self._index(event.position().toPoint().y())
        if index.isValid():
            self._view.scrollTo(index)
            self._view.edit_cell(index)

    def _index(self, top: int) -> QModelIndex:
        view = self._view
        row = view.rowAt(top - view.horizontalHeader().height())
        return view.sheet_model.index(row, self.section) if row >= 0 else QModelIndex()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the sheet."""
        QApplication.sendEvent(self._view.viewport(), event)

    @override
    def event(self, event: QEvent) -> bool:
        """Tell what there is to say of the cell under the mouse."""
        if isinstance(event, QHelpEvent):
            index = self._index(event.y())
            tip = str(index.data(Qt.ItemDataRole.ToolTipRole) or "") if index.isValid() else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)
