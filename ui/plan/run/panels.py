"""The solve bar and the summary: the second and third sheets of the run dialog."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.coverage import CountyCoverage, CoverageState
from envoy_app.domain.gap import Tier
from envoy_app.domain.plans import PlanView
from envoy_app.services.planning import PlanProgress
from ui import theme
from ui.plan.labels import Labels
from ui.plan.run.chart import RunChart
from ui.plan.run.state import RunState, summary_lines
from ui.plan.run.time_bar import TimeBar


class RunPanel(QWidget):
    """Shows a running search: what it does, the best so far, how close it is proven to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = RunState()
        self._build()
        self.time.ticked.connect(self._draw)

    def _build(self) -> None:
        self.phase = QLabel()
        self.phase.setProperty("muted", True)
        self.headline = QLabel()
        self.headline.setProperty("heading", True)
        self.headline.setWordWrap(True)
        self.headline.setAccessibleName(self.tr("目前最好的方案"))
        self.gap = QLabel()
        self.gap.setAccessibleName(self.tr("离最优多远"))
        self.tier = QComboBox()
        self.tier.setAccessibleName(self.tr("图中显示"))
        self.tier.addItem(self.tr("正在改进的目标"), None)
        for tier in (Tier.COVERAGE, Tier.UNSCHEDULED, Tier.COST):
            self.tier.addItem(tier.label, tier)
        self.tier.currentIndexChanged.connect(self._draw)
        self.chart = RunChart()
        self.time = TimeBar()
        head = QHBoxLayout()
        head.addWidget(self.gap, 1)
        head.addWidget(self.tier)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        for part in (self.phase, self.headline):
            box.addWidget(part)
        box.addLayout(head)
        box.addWidget(self.chart, 1)
        box.addWidget(self.time)

    def start(self, limit: float) -> None:
        """Begin with an empty history; `limit` in seconds."""
        self.state = RunState()
        self.phase.setText(self.tr("正在准备…"))
        self._show()
        self.time.start(limit)

    def stop(self) -> None:
        """Let the clock stand."""
        self.time.stop()

    def take(self, progress: PlanProgress) -> None:
        """Show a report of the search."""
        self.state.add(progress)
        self.phase.setText(progress.phase)
        self._show()

    def say(self, phase: str) -> None:
        """Show what happens now."""
        self.phase.setText(phase)

    def _show(self) -> None:
        self.headline.setText(self.state.headline)
        self.gap.setText(self.state.gap.sentence if self.state.found else "")
        self._draw()

    def _draw(self) -> None:
        chosen: Tier | None = self.tier.currentData()
        tier = chosen or self.state.tier
        self.chart.show_state(self.state, tier, self.time.seconds, self.time.limit)
        self.tier.setItemText(0, self.tr("正在改进：{0}").format(self.state.tier.label))


class ResultPanel(QWidget):
    """Says what a run came to, and what is not covered and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = QLabel()
        self.headline.setProperty("title", True)
        self.headline.setWordWrap(True)
        self.lines = QLabel()
        self.lines.setWordWrap(True)
        self.uncovered_title = QLabel(self.tr("没有完全覆盖的县"))
        self.uncovered_title.setProperty("heading", True)
        self.uncovered = QTextBrowser()
        self.uncovered.setFrameShape(QFrame.Shape.NoFrame)
        self.uncovered.setAccessibleName(self.uncovered_title.text())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        box.addWidget(self.headline)
        box.addWidget(self.lines)
        box.addWidget(self.uncovered_title)
        box.addWidget(self.uncovered, 1)

    def show_plan(self, plan: PlanView, labels: Labels, ending: str = "") -> None:
        """Show what a plan came to; `ending` is a sentence where the search was cut short."""
        counted = [item for item in plan.coverage if item.state is not CoverageState.NONE]
        self.headline.setText(
            self.tr("已覆盖 {0}/{1} 县").format(plan.covered_counties, len(counted))
        )
        self.lines.setText("\n".join(filter(None, (*summary_lines(plan), ending))))
        short = [item for item in counted if item.state is not CoverageState.COVERED]
        self.uncovered_title.setVisible(bool(short))
        self.uncovered.setVisible(bool(short))
        self.uncovered.setHtml("".join(_paragraph(item, labels) for item in short))


def _paragraph(item: CountyCoverage, labels: Labels) -> str:
    reasons = "；".join(reason.rstrip("。；") for reason in item.reasons) or "没有记录原因"
    muted = theme.tokens().muted.name()
    head = f"<b>{escape(labels.county(item.county))}</b> {item.state.label}，缺 {item.shortfall} 次"
    return f"<p>{head}<br><span style='color:{muted}'>{escape(reasons)}。</span></p>"
