"""All classes or counties to choose from, found by name, pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from ui import theme
from ui.parts import SearchBox, button
from ui.search import matches, search_key

CODE = int(Qt.ItemDataRole.UserRole) + 1
KEY = int(Qt.ItemDataRole.UserRole) + 2
Choice = tuple[str, str, Sequence[str]]
"""Code, name, and other names that a search finds."""


class Picker(QFrame):
    """A popup: Enter or a click takes one, ticks and the button several; `picked` has the codes."""

    picked = Signal(object)

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = SearchBox(self.tr("名称、拼音或首字母"), self.tr("查找"))
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("可选的名称"))
        self.list.setUniformItemSizes(True)
        for code, name, others in choices:
            item = QListWidgetItem(name, self.list)
            item.setData(CODE, code)
            item.setData(KEY, search_key(name, others))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self._just_ticked = False
        self.list.itemClicked.connect(self._click)
        self.list.itemChanged.connect(self._tick)
        self.take_button = button(self.tr("用勾选的几项"), self._take_ticked, look="primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        layout.setSpacing(theme.px(1))
        for part in (self.search, self.list, self.take_button):
            layout.addWidget(part)
        self.resize(theme.px(60), theme.px(80))
        self._filter("")
        self._show_ticked()

    def open_under(self, widget: QWidget) -> None:
        """Show the popup under a button, on its screen."""
        room = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(0, widget.height()))
        left = min(place.x(), room.right() - self.width())
        top = min(place.y(), room.bottom() - self.height())
        self.move(max(room.left(), left), max(room.top(), top))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _shown(self) -> list[QListWidgetItem]:
        items = (self.list.item(place) for place in range(self.list.count()))
        return [item for item in items if not item.isHidden()]

    def _filter(self, query: str) -> None:
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(bool(query.strip()) and not matches(item.data(KEY), query))
        shown = self._shown()
        if shown:
            self.list.setCurrentItem(shown[0])

    def _tick(self) -> None:
        self._just_ticked = True
        self._show_ticked()

    def _click(self, item: QListWidgetItem) -> None:
        """A click on the text takes the entry; one on its box has just ticked it."""
        ticked, self._just_ticked = self._just_ticked, False
        if not ticked:
            self._take(item)

    def _ticked(self) -> list[QListWidgetItem]:
        items = (self.list.item(place) for place in range(self.list.count()))
        return [item for item in items if item.checkState() is Qt.CheckState.Checked]

    def _show_ticked(self) -> None:
        ticked = len(self._ticked())
        self.take_button.setVisible(ticked > 0)
        self.take_button.setText(self.tr("用勾选的 {n} 项").format(n=ticked))

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit((str(item.data(CODE)),))
            self.close()

    def _take_ticked(self) -> None:
        self.picked.emit(tuple(str(item.data(CODE)) for item in self._ticked()))
        self.close()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._ticked():
                self._take_ticked()
            else:
                self._take(next((item for item in self.list.selectedItems()), None))
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.keyPressEvent(event)
        else:
            super().keyPressEvent(event)
