"""The inspector: everything about the visit, county or envoy that is selected."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.plans import PlanView
from ui import theme
from ui.icons import IconName, set_icon
from ui.plan.details import county_details, envoy_details, visit_details
from ui.plan.labels import Labels

INSPECTOR_WIDTH = 268


class Inspector(QFrame):
    """Shows details as text that can be selected and copied.

    Signals: `visit_requested`, `county_requested`, `envoy_requested` for links, `closed`.
    """

    visit_requested = Signal(str)
    county_requested = Signal(str)
    envoy_requested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(200)
        self._labels: Labels | None = None
        self._subject: tuple[str, str] | None = None
        self._build()
        theme.notifier.theme_changed.connect(self._show)

    def _build(self) -> None:
        title = QLabel(self.tr("详情"))
        title.setProperty("heading", True)
        close = QToolButton()
        close.setToolTip(self.tr("收起详情"))
        close.setAccessibleName(self.tr("收起详情"))
        set_icon(close, IconName.CLOSE, "muted")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(3), theme.px(1), theme.px(1), 0)
        head.addWidget(title, 1)
        head.addWidget(close)
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("所选内容的详情"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setStyleSheet("QTextBrowser { border: none; background: transparent; }")
        self.text.setOpenLinks(False)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.anchorClicked.connect(self._follow)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.text, 1)

    def set_plan(self, labels: Labels | None) -> None:
        """Take another plan; what is shown stays where it is still there."""
        self._labels = labels
        self._show()

    def show_visit(self, visit_id: str) -> None:
        """Show a visit."""
        self._set(("visit", visit_id))

    def show_county(self, code: str) -> None:
        """Show a county and its visits."""
        self._set(("county", code))

    def show_envoy(self, envoy_id: str) -> None:
        """Show an envoy and his visits."""
        self._set(("envoy", envoy_id))

    def clear(self) -> None:
        """Show what can be selected."""
        self._set(None)

    def _set(self, subject: tuple[str, str] | None) -> None:
        if subject != self._subject:
            self._subject = subject
            self._show()

    def _show(self) -> None:
        self.text.document().setDefaultStyleSheet(_css())
        self.text.setHtml(self._html())

    def _html(self) -> str:
        hint = self.tr("点选一项服务、一个县或一位特派员, 这里显示详情。")
        if self._labels is None or self._subject is None:
            return f"<p class='muted'>{hint}</p>"
        labels, plan = self._labels, self._labels.plan
        kind, key = self._subject
        if kind == "county":
            return county_details(labels, plan, key)
        if kind == "envoy":
            return envoy_details(labels, plan, key)
        return _visit(labels, plan, key) or f"<p class='muted'>{hint}</p>"

    def _follow(self, url: QUrl) -> None:
        kind, _, key = url.toString().partition(":")
        signals = {
            "visit": self.visit_requested,
            "county": self.county_requested,
            "envoy": self.envoy_requested,
        }
        if kind in signals:
            signals[kind].emit(key)


def _visit(labels: Labels, plan: PlanView, visit_id: str) -> str:
    found = next((visit for visit in plan.visits if visit.id == visit_id), None)
    return visit_details(labels, found) if found else ""


def _css() -> str:
    colours = theme.tokens()
    return f"""
      h3 {{ margin: 4px 0 6px 0; font-size: 15px; }}
      p {{ margin: 2px 0 6px 0; }} ul {{ margin: 0 0 0 -24px; }}
      .section {{ color: {colours.muted.name()}; margin: 10px 0 2px 0; font-weight: 600; }}
      .muted {{ color: {colours.muted.name()}; }}
      .warning {{ color: {colours.warning.name()}; font-weight: 600; }}
      .key {{ color: {colours.muted.name()}; padding-right: 8px; white-space: nowrap; }}
      a {{ color: {colours.accent.name()}; text-decoration: none; }}
    """
