"""The board's toolbar: which plan, which rows, how many days, what colours, what filter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plans import PlanInfo, PlanState
from ui import theme
from ui.filters import FilterCombo, place_choices
from ui.icons import IconName, set_icon
from ui.parts import SearchBox, allow, tool_button
from ui.plan.board.layout import BoardMode
from ui.plan.board.paint import ColourBy
from ui.plan.board.view import ZOOMS
from ui.read_only import read_only_hint

SEARCH_DELAY_MS = 0
PLANS, PLANS_FOLDED = theme.px(56), theme.px(40)
SPACING = 1.5


class PlanToolbar(QWidget):
    """Holds the controls; the page listens to its signals."""

    plan_chosen = Signal(str)
    mode_chosen = Signal(object)
    zoom_chosen = Signal(int)
    zoom_stepped = Signal(int)
    colour_chosen = Signal(object)
    place_chosen = Signal(str)
    search_changed = Signal(str)
    publish_requested = Signal()
    versions_requested = Signal()
    variants_requested = Signal()
    run_requested = Signal()
    inspector_toggled = Signal(bool)
    tray_toggled = Signal(bool)
    conflicts_requested = Signal()

    def __init__(
        self,
        gazetteer: Gazetteer,
        export: QWidget | None = None,
        parent: QWidget | None = None,
        *,
        legend: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.export = export
        self.legend = legend
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_DELAY_MS)
        self._timer.timeout.connect(lambda: self.search_changed.emit(self.search.text()))
        left, right = self._build_plan(), self._build_view(gazetteer)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(SPACING))
        self._box.addWidget(right)
        self._box.addStretch(1)
        self._box.addWidget(left)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._plan_part, self._view_part = left, right
        self._folded = False

    # Building --------------------------------------------------------------------------------

    def _build_plan(self) -> QWidget:
        self.plans = QComboBox()
        self.plans.setAccessibleName(self.tr("排班方案和版本"))
        self.plans.setFixedWidth(PLANS)
        self.plans.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.plans.activated.connect(lambda _index: self.plan_chosen.emit(self.plan_id or ""))
        self.state = QLabel()
        self.state.setProperty("badge", True)
        self.state.setAccessibleName(self.tr("方案状态"))
        self.versions = QPushButton(self.tr("版本"))
        self.versions.setToolTip(self.tr("看全部版本；任选两版对比，列出变化和要通知的人"))
        self.versions.clicked.connect(lambda: self.versions_requested.emit())
        self.variants = QPushButton()
        self.variants.clicked.connect(lambda: self.variants_requested.emit())
        self.more = self._build_more()
        self.show_comparing(running=False)
        self.publish = QPushButton(self.tr("发布…"))
        self.publish.clicked.connect(lambda: self.publish_requested.emit())
        self.run = QPushButton(self.tr("排班…"))
        self.run.setProperty("primary", True)
        self.run.clicked.connect(lambda: self.run_requested.emit())
        fixed = QSizePolicy.Policy.Fixed
        self.state.setSizePolicy(fixed, fixed)
        rare = (self.export, self.versions, self.variants, self.more)
        parts = (self.plans, self.state, *rare, self.publish, self.run)
        row = _row(*((part, 0) for part in parts if part is not None))
        row.setSizePolicy(fixed, fixed)
        return row

    def _build_more(self) -> QToolButton:
        """A menu of what is not asked for every day, where there is no room for its buttons."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        versions = menu.addAction(self.versions.text(), lambda: self.versions_requested.emit())
        versions.setToolTip(self.versions.toolTip())
        self.variants_action = menu.addAction("", lambda: self.variants_requested.emit())
        more = tool_button(IconName.MENU, self.tr("更多：版本、假如"))
        more.setProperty("framed", True)
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.hide()
        return more

    def _build_view(self, gazetteer: Gazetteer) -> QWidget:
        modes = self._build_modes()
        zoom, colour = self._build_zoom(), self._build_colour()
        self.place = FilterCombo(
            self.tr("县或城市"), self.tr("全部县市"), place_choices(gazetteer), None
        )
        self.place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.place.activated.connect(lambda _i: self.place_chosen.emit(self.place.value))
        self.search = SearchBox(self.tr("搜索人、县、乡镇、专业"), self.tr("搜索排班"))
        self.search.setToolTip(self.tr("可用拼音或首字母；不相符的服务变淡"))
        self.search.setMinimumWidth(theme.px(18))
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.tray = self._toggle(self.tr("未排"), self.tr("未排服务和覆盖情况"), self.tray_toggled)
        self.inspector = self._toggle(
            self.tr("详情"), self.tr("所选内容的详情"), self.inspector_toggled
        )
        self.conflicts = self._build_conflicts()
        parts = (modes, zoom, colour, self.place)
        toggles = ((self.conflicts, 0), (self.tray, 0), (self.inspector, 0))
        row = _row(*((part, 0) for part in parts), (self.search, 1), *toggles)
        row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return row

    def _build_zoom(self) -> QWidget:
        titles = [
            (self.tr("{0} 天").format(days) if days else self.tr("全部"), days) for days in ZOOMS
        ]
        self.zoom = _combo(self.tr("显示天数"), titles)
        self.zoom.setToolTip(self.tr("一屏显示多少个工作日（Ctrl+滚轮，Ctrl+0 看全部）"))
        self.zoom.activated.connect(lambda _i: self.zoom_chosen.emit(self.zoom.currentData()))
        self.nearer = tool_button(
            IconName.ZOOM_IN, self.tr("放大：看得更近 (Ctrl++)"), lambda: self.zoom_stepped.emit(-1)
        )
        self.farther = tool_button(
            IconName.ZOOM_OUT, self.tr("缩小：看得更多 (Ctrl+-)"), lambda: self.zoom_stepped.emit(1)
        )
        return _row((self.farther, 0), (self.zoom, 0), (self.nearer, 0), space=0)

    def _build_colour(self) -> QWidget:
        colours = (
            (self.tr("按专业着色"), ColourBy.SPECIALTY),
            (self.tr("按县团着色"), ColourBy.TEAM),
            (self.tr("按城市着色"), ColourBy.CITY),
            (self.tr("按状态着色"), ColourBy.STATE),
        )
        self.colour = _combo(self.tr("颜色"), colours)
        self.colour.activated.connect(
            lambda _i: self.colour_chosen.emit(ColourBy(self.colour.currentData()))
        )
        parts = (self.colour, self.legend)
        return _row(*((part, 0) for part in parts if part is not None), space=0)

    def _build_modes(self) -> QWidget:
        self._modes = QButtonGroup(self)
        self._modes.setExclusive(True)
        buttons = []
        for number, (mode, title) in enumerate(
            ((BoardMode.COUNTY, self.tr("按县")), (BoardMode.ENVOY, self.tr("按特派员")))
        ):
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setChecked(mode is BoardMode.COUNTY)
            button.setToolTip(self.tr("每行一个县") if not number else self.tr("每行一位特派员"))
            self._modes.addButton(button, number)
            buttons.append((button, 0))
        self._modes.idClicked.connect(
            lambda number: self.mode_chosen.emit(tuple(BoardMode)[number])
        )
        holder = _row(*buttons, space=0)
        holder.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return holder

    def _toggle(self, text: str, title: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolTip(self.tr("显示或收起：{0}").format(title))
        button.setAccessibleName(title)
        button.setText(text)
        button.toggled.connect(signal)
        return button

    def _build_conflicts(self) -> QToolButton:
        badge = QToolButton()
        badge.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        badge.setProperty("framed", True)
        set_icon(badge, IconName.WARNING, "danger")
        badge.clicked.connect(lambda: self.conflicts_requested.emit())
        badge.hide()
        return badge

    def show_conflicts(self, count: int) -> None:
        """Say how many rules the plan breaks by now; nothing where it breaks none."""
        self.conflicts.setText(self.tr("冲突 {0}").format(count))
        tip = self.tr("名册、日历或需求变了，这一版有 {0} 处违反规则，点开逐条处理").format(count)
        self.conflicts.setToolTip(tip)
        self.conflicts.setAccessibleName(tip)
        self.conflicts.setVisible(count > 0)
        self._arrange(self.width())

    # What is shown ---------------------------------------------------------------------------

    @property
    def plan_id(self) -> str | None:
        """The id of the plan chosen."""
        found = self.plans.currentData()
        return str(found) if found else None

    def set_plans(self, plans: Sequence[PlanInfo], current: PlanInfo | None) -> None:
        """Offer these plans, newest first."""
        self.plans.clear()
        for info in plans:
            self.plans.addItem(f"{info.title} · {info.state.value}", info.id)
        if current:
            self.plans.setCurrentIndex(self.plans.findData(current.id))
            self.plans.setToolTip(
                self.tr("{0}\n{1} 至 {2} · {3}\n{4} 于 {5:%m-%d %H:%M} 生成").format(
                    current.title,
                    current.start,
                    current.end,
                    current.preset.value,
                    current.created_by,
                    current.created_at.astimezone(),
                )
            )
        self._show_state(current)

    def _show_state(self, current: PlanInfo | None) -> None:
        self.publish.setVisible(current is not None)
        self._show_rare(current is not None)
        if self.export is not None:
            self.export.setVisible(current is not None)
        self.plans.setEnabled(current is not None)
        draft = current is not None and current.state is PlanState.DRAFT
        self.state.setVisible(current is not None and not draft)
        if current is None:
            return
        self.state.setText(self.tr("只读"))
        self.state.setToolTip(read_only_hint(current))
        self.publish.setEnabled(draft)
        self.publish.setToolTip(
            self.tr("把这一版定为正式方案；先看会发生什么、要通知谁")
            if draft
            else read_only_hint(current)
        )

    def show_zoom(self, days: int, zooms: Sequence[int] = ZOOMS) -> None:
        """Show how many days are in sight, of the steps that there are."""
        self.zoom.setCurrentIndex(self.zoom.findData(days))
        near, far = days == zooms[0], days not in zooms or days == zooms[-1]
        allow(
            self.nearer,
            self.tr("已是最近：一屏 {0} 天").format(days) if near else "",
            self.tr("放大：看得更近 (Ctrl++)"),
        )
        allow(
            self.farther,
            self.tr("已显示全部日期") if far else "",
            self.tr("缩小：看得更多 (Ctrl+-)"),
        )

    def show_mode(self, mode: BoardMode) -> None:
        """Show what a row stands for."""
        self._modes.button(tuple(BoardMode).index(mode)).setChecked(True)

    def show_place(self, value: str) -> None:
        """Show the county (code) or city (name) that filters the board, "" for none."""
        self.place.choose(value)

    def show_running(self, running: bool) -> None:
        """Say that a search is under way."""
        self.run.setText(self.tr("正在排班…") if running else self.tr("排班…"))
        self.run.setToolTip(self.tr("打开求解进度") if running else self.tr("选日期，让程序排班"))

    def show_comparing(self, running: bool) -> None:
        """Say that variants are being solved."""
        self.variants.setText(self.tr("正在比较…") if running else self.tr("假如…"))
        self.variants.setToolTip(
            self.tr("打开比较的进度")
            if running
            else self.tr("多一名专家、换个侧重、放宽限制会怎样：求解几种改法，和现状并列比较")
        )
        self.variants_action.setText(self.variants.text())
        self.variants_action.setToolTip(self.variants.toolTip())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width())

    def _arrange(self, width: int) -> None:
        """One row, with the rare actions in a menu if need be; two rows where that is too wide."""
        gain = self._gain()
        need = self._plan_part.sizeHint().width() + self._view_part.minimumSizeHint().width()
        need += theme.px(4) + (gain if self._folded else 0)
        one_row = width >= need - gain
        self._fold(one_row and width < need)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if one_row else direction.BottomToTop)

    def _gain(self) -> int:
        """The room that the menu of rare actions saves."""
        if not self.plans.isEnabled():
            return 0
        space = theme.px(SPACING)
        buttons = sum(part.sizeHint().width() + space for part in (self.versions, self.variants))
        return buttons - self.more.sizeHint().width() - space + PLANS - PLANS_FOLDED

    def _fold(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self.plans.setFixedWidth(PLANS_FOLDED if folded else PLANS)
            self._show_rare(self.plans.isEnabled())

    def _show_rare(self, known: bool) -> None:
        self.versions.setVisible(known and not self._folded)
        self.variants.setVisible(known and not self._folded)
        self.more.setVisible(known and self._folded)


def _row(*parts: tuple[QWidget, int], space: float = 1.5) -> QWidget:
    holder = QWidget()
    box = QHBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(space))
    for widget, stretch in parts:
        box.addWidget(widget, stretch)
    return holder


def _combo(name: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    for title, data in choices:
        combo.addItem(title, data)
    return combo
