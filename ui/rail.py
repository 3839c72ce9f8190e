"""The left rail: one button per page, collapsible to icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui import theme
from ui.icons import IconName, set_icon
from ui.parts import tool_button

WIDE, NARROW = theme.px(32), theme.px(12)


class Rail(QWidget):
    """Page buttons; `page_requested` carries a page key."""

    page_requested = Signal(str)
    collapse_toggled = Signal(bool)

    def __init__(
        self, pages: Sequence[tuple[str, str, IconName]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(1.5), theme.px(2), theme.px(1.5), theme.px(2))
        layout.setSpacing(theme.px(0.5))
        for number, (key, title, icon) in enumerate(pages, start=1):
            layout.addWidget(self._page_button(key, title, icon, number))
        layout.addStretch(1)
        self.collapse_button = tool_button(IconName.MENU, self.tr("收起或展开导航"), self._toggle)
        layout.addWidget(self.collapse_button)
        self._collapsed = False
        self.set_collapsed(False)

    @property
    def collapsed(self) -> bool:
        """Whether only icons show."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Show icons only, or icons and names."""
        self._collapsed = collapsed
        self.setFixedWidth(NARROW if collapsed else WIDE)
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if collapsed
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for button in self.buttons.values():
            button.setToolButtonStyle(style)

    def mark(self, key: str) -> None:
        """Show which page is open."""
        self.buttons[key].setChecked(True)

    def _page_button(self, key: str, title: str, icon: IconName, number: int) -> QToolButton:
        button = QToolButton()
        button.setText(f"  {title}")
        button.setAccessibleName(title)
        button.setToolTip(f"{title} (Ctrl+{number})")
        button.setProperty("rail", True)
        button.setCheckable(True)
        button.setIconSize(theme.icon_size() * 1.25)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(theme.px(9))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(button, icon)
        button.clicked.connect(lambda: self.page_requested.emit(key))
        self._group.addButton(button)
        self.buttons[key] = button
        return button

    def _toggle(self) -> None:
        self.set_collapsed(not self._collapsed)
        self.collapse_toggled.emit(self._collapsed)
