"""How much of the time allowed has gone."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from ui import theme
from ui.plan.run.chart import clock

TICK_MS = 250


class TimeBar(QWidget):
    """A bar and a clock that run from `start` to `stop`; `ticked` four times a second."""

    ticked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = 60.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("已用时间"))
        self.elapsed = QLabel()
        self.elapsed.setFont(theme.tabular(self.elapsed.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.elapsed)

    @property
    def seconds(self) -> float:
        """Seconds since the start, 0 before it."""
        return self._clock.elapsed() / 1000 if self._clock.isValid() else 0.0

    def start(self, limit: float) -> None:
        """Begin anew; `limit` in seconds."""
        self.limit = limit
        self._clock.start()
        self._timer.start()
        self._tick()

    def stop(self) -> None:
        """Let the clock stand."""
        self._timer.stop()

    def _tick(self) -> None:
        seconds = self.seconds
        self.bar.setMaximum(max(1, round(self.limit * 10)))
        self.bar.setValue(min(self.bar.maximum(), round(seconds * 10)))
        self.elapsed.setText(
            self.tr("已用 {0} / 最长 {1}").format(clock(seconds), clock(self.limit))
        )
        self.ticked.emit()
