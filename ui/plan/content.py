"""Where the board, what is under it and what is beside it stand on the page of plans."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QWidget

from ui import theme
from ui.plan.inspector import INSPECTOR_WIDTH

TRAY_HEIGHT = 152
TRAY_LEAST = 128


class PlanContent(QSplitter):
    """The board above the tray, the details at the right; none can be made to vanish by a drag."""

    def __init__(self, board: QWidget, tray: QWidget, side: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        board.setMinimumHeight(theme.px(40))
        nothing = QLabel(self.tr("没有符合条件的行。"))
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setProperty("muted", True)
        self.boards = QStackedWidget()
        self.boards.addWidget(board)
        self.boards.addWidget(nothing)
        self._down = QSplitter(Qt.Orientation.Vertical)
        self._down.addWidget(self.boards)
        self._down.addWidget(tray)
        self.addWidget(self._down)
        self.addWidget(side)
        for splitter in (self._down, self):
            splitter.setStretchFactor(0, 1)
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(theme.px(2))
        self.setSizes([2000, INSPECTOR_WIDTH])

    def share_out(self, height: int) -> None:
        """Share a page's height; of a low one more is the board's."""
        tray = max(TRAY_LEAST, min(TRAY_HEIGHT, height // 5))
        self._down.setSizes([height - tray, tray])
