"""Lists of people: the members of a team on its card, the reserve beside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.teams.rows import MemberRow

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-envoy-team-members"
RowRole = int(Qt.ItemDataRole.UserRole) + 1
_NO_PARENT = QModelIndex()
NAME_WIDTH, ROLE_WIDTH = theme.px(15), theme.px(17)


class MembersModel(QAbstractListModel):
    """People in order; a change of them replaces only what differs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[MemberRow, ...] = ()

    def set_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show other people."""
        if self.rows != tuple(rows):
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tooltip
        return row if role == RowRole else None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else found


class MemberDelegate(QStyledItemDelegate):
    """Paints a person: name, role and rank, specialties as chips, base county."""

    def __init__(self, marked: set[str], parent: QObject) -> None:
        super().__init__(parent)
        self._marked = marked

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(40), theme.ROW_DENSE)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: MemberRow = index.data(RowRole)
        colours = theme.tokens()
        painter.save()
        area = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colours.selection)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colours.hover)
        elif row.envoy.id in self._marked:
            painter.fillRect(area, theme.mix(colours.partial, colours.surface, 0.22))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.accent)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        area.adjust(theme.px(2), 0, -theme.px(2), 0)
        self._texts(painter, area, row)
        painter.restore()

    def _texts(self, painter: QPainter, area: QRect, row: MemberRow) -> None:
        colours = theme.tokens()
        font = painter.font()
        font.setBold(row.leads)
        painter.setFont(font)
        painter.setPen(colours.text)
        _text(painter, QRect(area.left(), area.top(), NAME_WIDTH, area.height()), row.envoy.name)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(colours.danger if row.place == "" else colours.muted)
        width = painter.fontMetrics().horizontalAdvance(row.place)
        right = area.right() - width
        painter.drawText(
            QRect(right, area.top(), width + 1, area.height()),
            Qt.AlignmentFlag.AlignVCenter,
            row.place,
        )
        if row.expired:
            right -= theme.px(5)
            mark = icon_pixmap(IconName.WARNING, 16, colours.warning)
            painter.drawPixmap(right, area.center().y() - theme.px(2), mark)
        painter.setPen(colours.muted)
        left = area.left() + NAME_WIDTH + theme.px(1)
        about = " ".join(part for part in (row.role, row.rank) if part)
        _text(painter, QRect(left, area.top(), ROLE_WIDTH, area.height()), about)
        left += ROLE_WIDTH + theme.px(1)
        self._chips(painter, QRect(left, area.top(), right - left, area.height()), row)

    def _chips(self, painter: QPainter, area: QRect, row: MemberRow) -> None:
        """As many chips as there is room for."""
        left, metrics = area.left(), painter.fontMetrics()
        for code, name in row.chips:
            width = metrics.horizontalAdvance(name) + theme.px(2)
            if left + width > area.right():
                return
            chip = QRect(left, area.top() + 3, width, area.height() - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.specialty_color(code))
            painter.drawRoundedRect(chip, 3, 3)
            painter.setPen(theme.tokens().text)
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, name)
            left += width + theme.px(1)


def _text(painter: QPainter, area: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def people_of(data: QMimeData) -> tuple[str, ...]:
    """Return the ids of the people in a drag; empty for any other drag."""
    if not data.hasFormat(MIME):
        return ()
    return tuple(bytes(data.data(MIME).data()).decode().split("\n"))


def mime_of(ids: Sequence[str]) -> QMimeData:
    """Return people as the data of a drag."""
    data = QMimeData()
    data.setData(MIME, QByteArray("\n".join(ids).encode()))
    return data


class MembersList(QListView):
    """People to select, to drag and to act on.

    Signals: `chosen` the MemberRow under the cursor, `move_requested` and `reserve_requested` ids,
    `menu_requested` ids and a global point, `drag_started` ids, `drag_ended` nothing.
    """

    chosen = Signal(object)
    move_requested = Signal(object)
    reserve_requested = Signal(object)
    menu_requested = Signal(object, QPoint)
    drag_started = Signal(object)
    drag_ended = Signal()

    def __init__(self, name: str, marked: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._restoring = False
        self.people = MembersModel(self)
        self.setModel(self.people)
        self.setItemDelegate(MemberDelegate(marked, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAcceptDrops(False)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def ids(self) -> tuple[str, ...]:
        """Return the people selected, in the order shown."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.people.rows[place].envoy.id for place in places)

    def set_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show people; whoever is selected stays so while shown."""
        selected, current = set(self.ids()), self.current_id()
        self._restoring = True  # nobody chose: each list has a cursor of its own
        self.people.set_rows(rows)
        for place, row in enumerate(self.people.rows):
            index = self.people.index(place)
            flag = self.selectionModel().SelectionFlag
            if row.envoy.id == current:
                self.selectionModel().setCurrentIndex(index, flag.NoUpdate)
            if row.envoy.id in selected:
                self.selectionModel().select(index, flag.Select)
        self._restoring = False

    def current_id(self) -> str | None:
        """Return who is under the cursor."""
        index = self.currentIndex()
        return self.people.rows[index.row()].envoy.id if index.isValid() else None

    def reveal(self, ids: Sequence[str]) -> None:
        """Bring people into view, the cursor stays; everybody is painted anew."""
        for place, row in enumerate(self.people.rows):
            if row.envoy.id in ids:
                self.scrollTo(self.people.index(place), self.ScrollHint.PositionAtTop)
        self.viewport().update()

    def choose(self, envoy_id: str) -> bool:
        """Put the cursor on a person; return whether he or she is here."""
        for place, row in enumerate(self.people.rows):
            if row.envoy.id == envoy_id:
                self.setCurrentIndex(self.people.index(place))
                return True
        return False

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid() and not self._restoring:
            self.chosen.emit(self.people.rows[index.row()])

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        ids = self.ids()
        if not ids:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of(ids))
        drag.setPixmap(self._drag_picture(ids))
        drag.setHotSpot(QPoint(-theme.px(3), theme.px(3)))
        self.drag_started.emit(ids)
        drag.exec(Qt.DropAction.MoveAction)
        self.drag_ended.emit()

    def _drag_picture(self, ids: Sequence[str]) -> QPixmap:
        text = next(row.envoy.name for row in self.people.rows if row.envoy.id == ids[0])
        if len(ids) > 1:
            text = self.tr("{name}等 {n} 人").format(name=text, n=len(ids))
        ratio = self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(text) + theme.px(6)
        picture = QPixmap(QSize(width, theme.ROW_COMFORTABLE) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.tokens().accent)
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setPen(theme.tokens().on_accent)
        area = QRect(0, 0, width, theme.ROW_COMFORTABLE)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return picture

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        ids = self.ids()
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = [row for row in self.people.rows if row.envoy.id in ids] or self.people.rows
            QGuiApplication.clipboard().setText("\n".join("\t".join(_cells(r)) for r in rows))
        elif ids and event.key() == Qt.Key.Key_M and not event.modifiers():
            self.move_requested.emit(ids)
        elif ids and event.key() == Qt.Key.Key_Delete:
            self.reserve_requested.emit(ids)
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.ids():
            self.menu_requested.emit(self.ids(), event.globalPos())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.people.rows:
            self.setCurrentIndex(self.people.index(0))


def _cells(row: MemberRow) -> tuple[str, ...]:
    envoy = row.envoy
    return (envoy.name, row.role, row.rank, envoy.organisation, envoy.title, row.place)
