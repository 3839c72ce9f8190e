"""The top bar: which plan, whether it is sample data, the county filter, undo, the search."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from envoy_app.domain.geography import County
from envoy_app.domain.plans import PlanState, PlanView
from ui import theme
from ui.command_bar import CommandBar
from ui.icons import IconName, set_icon
from ui.parts import ElidedLabel, label, tool_button
from ui.read_only import read_only_hint
from ui.undo import UndoKeeper
from ui.undo_bar import UndoBar


class TopBar(QWidget):
    """Shows state; asks for help and for clearing the county."""

    help_requested = Signal()
    county_cleared = Signal()

    def __init__(self, keeper: UndoKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.px(11))
        self.plan_label = ElidedLabel()
        self.plan_label.setProperty("heading", True)
        self.state_label = label(look="badge")
        self.sample_label = label(self.tr("示例"), look="sample")
        self.sample_label.setToolTip(self.tr("当前是虚构的示例数据，不能用于正式工作"))
        self.county_chip = self._chip()
        self.steps = UndoBar(keeper)
        self.search = CommandBar()
        self.search.setFixedWidth(theme.px(68))
        self.help_button = tool_button(
            IconName.HELP, self.tr("帮助 (F1)"), self.help_requested.emit
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(4), 0, theme.px(3), 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.plan_label)
        for part in (self.state_label, self.sample_label, self.county_chip):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addStretch(1)
        layout.addWidget(self.steps)
        layout.addWidget(self.search)
        layout.addWidget(self.help_button)
        self.show_plan(None)
        self.show_sample(False)
        self.show_county(None)

    def show_plan(self, plan: PlanView | None) -> None:
        """Show name, version and state of the plan on view."""
        self.state_label.setVisible(plan is not None)
        if plan is None:
            self.plan_label.set_full_text(self.tr("尚无排班方案"))
        else:
            self.plan_label.set_full_text(plan.info.title)
            self.state_label.setText(plan.info.state.value)
            draft = plan.info.state is PlanState.DRAFT
            self.state_label.setToolTip("" if draft else read_only_hint(plan.info))

    def show_sample(self, sample: bool) -> None:
        """Show or hide the mark 示例."""
        self.sample_label.setVisible(sample)

    def show_county(self, county: County | None) -> None:
        """Show the county that filters the pages, with a cross to clear it."""
        self.county_chip.setVisible(county is not None)
        if county is not None:
            self.county_chip.setText(self.tr("只看 {name}").format(name=county.name))
            self.county_chip.setAccessibleName(
                self.tr("只看 {name}，按下取消筛选").format(name=county.name)
            )

    def _chip(self) -> QToolButton:
        chip = QToolButton()
        chip.setProperty("chip", True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setToolTip(self.tr("取消按县筛选"))
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(chip, IconName.CLOSE)
        chip.clicked.connect(self.county_cleared)
        return chip
