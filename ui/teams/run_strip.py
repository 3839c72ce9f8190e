"""The strip under the tools while teams are being proposed: how far, how good, stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from envoy_app.domain.teams import TeamProgress
from ui import theme
from ui.icons import IconName
from ui.parts import button, label


class RunStrip(QFrame):
    """Signals: `stop_requested` to take what is found so far, `cancel_requested` to forget it."""

    stop_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._limit = 1.0
        self.text = label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(2))
        self.bar.setAccessibleName(self.tr("组团进度"))
        self.stop_button = button(
            self.tr("停止并看结果"), self.stop_requested.emit, icon=IconName.STOP
        )
        self.cancel_button = button(self.tr("取消"), self.cancel_requested.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(3), theme.px(1), theme.px(2), theme.px(1))
        row.setSpacing(theme.px(3))
        row.addWidget(self.text)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.cancel_button)
        self.hide()

    def start(self, limit: float) -> None:
        """Show the strip for a run of at most `limit` seconds."""
        self._limit = limit
        self.bar.setRange(0, 0)
        self.text.setText(self.tr("正在组团…"))
        self.stop_button.setEnabled(True)
        self.show()

    def show_progress(self, progress: object) -> None:
        """Show how far a run is."""
        if not isinstance(progress, TeamProgress):
            return
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * min(1.0, progress.seconds / self._limit)))
        if progress.shortfall is None:
            self.text.setText(self.tr("正在组团…"))
            return
        self.text.setText(
            self.tr("{phase}：缺口 {n}，离开现县团 {m} 人（{s:.0f} 秒）").format(
                phase=progress.phase,
                n=progress.shortfall,
                m=progress.moves,
                s=progress.seconds,
            )
        )

    def stopping(self) -> None:
        """Say that the run was asked to end."""
        self.text.setText(self.tr("正在停止…"))
        self.stop_button.setEnabled(False)
        self.stop_button.setToolTip(self.tr("已经在停止"))
