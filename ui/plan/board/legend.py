"""The legend of the board's colours and patterns: what they mean, and a click to single one out."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.plans import VisitView
from ui import theme
from ui.icons import IconName, set_icon
from ui.parts import allow, button, label, tool_button
from ui.plan.board.categories import Category, counted, ink_on, texture
from ui.plan.board.view import BoardView

SWATCH = QSize(22, 14)
MANY = 14
COLUMNS = 3
ROW = 26


def swatch(index: int, ratio: float) -> QIcon:
    """Return a small picture of a kind's colour and pattern."""
    picture = QPixmap(SWATCH * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    fill = theme.chip_color(index)
    painter = QPainter(picture)
    painter.setPen(ink_on(fill))
    painter.setBrush(texture(index, fill))
    painter.drawRect(QRectF(0.5, 0.5, SWATCH.width() - 1, SWATCH.height() - 1))
    painter.end()
    return QIcon(picture)


class LegendPanel(QFrame):
    """Lists the kinds of visits on the board; those that are ticked stand out on it."""

    def __init__(self, board: BoardView, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("图例"))
        self._board = board
        self.buttons: dict[str, QCheckBox] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(3))
        self._box.setSpacing(theme.px(1.5))
        self._build()

    def _build(self) -> None:
        scene = self._board.scene
        if scene is None:
            self._box.addWidget(label(self.tr("还没有排班方案"), look="muted"))
            return
        chips = scene.layout.by_visit.values()
        visits: Iterable[VisitView] = (found[0].visit for found in chips)
        kinds = counted(scene.labels, visits, scene.colour_by)
        self._box.addLayout(self._build_head())
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(2))
        grid.setVerticalSpacing(0)
        columns = COLUMNS if len(kinds) > MANY else 1
        rows = -(-len(kinds) // columns)
        for place, (kind, count) in enumerate(kinds):
            grid.addWidget(self._build_kind(kind, count), place % rows, place // rows)
        self._box.addLayout(grid)
        for text in self._marks():
            self._box.addWidget(label(text, look="muted"))

    def _build_head(self) -> QHBoxLayout:
        self.all_button = button(self.tr("全部显示"), self.show_all)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("点选一类，其余变淡"), look="strong"))
        row.addStretch(1)
        row.addWidget(self.all_button)
        self._allow()
        return row

    def _build_kind(self, kind: Category, count: int) -> QCheckBox:
        chosen = self._board.highlighted
        made = QCheckBox(f"{kind.title}  {count}")
        made.setIcon(swatch(kind.index, self.devicePixelRatioF()))
        made.setIconSize(SWATCH)
        made.setChecked(chosen is not None and kind.key in chosen)
        made.setMinimumHeight(ROW)
        made.setAccessibleName(self.tr("{0}，{1} 项").format(kind.title, count))
        made.toggled.connect(lambda _on: self._choose())
        self.buttons[kind.key] = made
        return made

    def _marks(self) -> tuple[str, ...]:
        return (
            self.tr("数字是去的人数，格子太窄时一点是一人"),
            self.tr("锁：已锁定　三角或红框：缺人、待核对"),
        )

    def _choose(self) -> None:
        chosen = frozenset(key for key, made in self.buttons.items() if made.isChecked())
        self._board.set_highlighted(chosen or None)
        self._allow()

    def show_all(self) -> None:
        """Let all kinds stand out alike."""
        for made in self.buttons.values():
            made.setChecked(False)

    def _allow(self) -> None:
        allow(self.all_button, "" if self._board.highlighted else self.tr("现在就是全部显示"))


class LegendButton(QWidget):
    """Opens the legend under itself, and says how many kinds stand out."""

    def __init__(self, board: BoardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.panel: LegendPanel | None = None
        self.button = tool_button(IconName.FILTER, self.tr("图例"), self.open)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setCheckable(True)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.button)
        board.shown.connect(self._show)
        theme.notifier.theme_changed.connect(self._show)
        self._show()

    def open(self) -> None:
        """Show the legend."""
        self._show()
        panel = LegendPanel(self._board, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.adjustSize()
        under = self.mapToGlobal(QPoint(0, self.height()))
        room = self.screen().availableGeometry()
        under.setX(max(room.left(), min(under.x(), room.right() - panel.width())))
        panel.move(under)
        panel.show()
        panel.setFocus(Qt.FocusReason.PopupFocusReason)
        self.panel = panel

    def _show(self) -> None:
        chosen = self._board.highlighted
        count = len(chosen) if chosen else 0
        self.button.setChecked(count > 0)
        self.button.setText(self.tr("图例 ({0})").format(count) if count else self.tr("图例"))
        self.button.setToolTip(
            self.tr("只突出了 {0} 类，点开可改").format(count)
            if count
            else self.tr("颜色和花纹的含义；点选一类可突出显示")
        )
        set_icon(self.button, IconName.FILTER)
