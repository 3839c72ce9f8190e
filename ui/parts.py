"""Small widgets that several pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ui import theme
from ui.icons import IconName, icon_pixmap, set_icon


def label(text: str = "", *, look: str = "", wrap: bool = False) -> QLabel:
    """Return a plain-text label; `look` is muted, heading, title, figure, badge or danger."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if look:
        made.setProperty(look, True)
    return made


def button(
    text: str,
    clicked: Callable[[], object],
    *,
    icon: IconName | None = None,
    look: str = "",
) -> QPushButton:
    """Return a push button; `look` is primary or link."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    if look:
        made.setProperty(look, True)
    if icon is not None:
        set_icon(made, icon, "on_accent" if look == "primary" else "text")
    made.clicked.connect(lambda: clicked())
    return made


def tool_button(
    icon: IconName, name: str, clicked: Callable[[], object] | None = None, *, text: str = ""
) -> QToolButton:
    """Return an icon button with a name for tooltip and screen readers."""
    made = QToolButton()
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if text:
        made.setText(text)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setProperty("framed", True)
    set_icon(made, icon)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def allow(action: QAbstractButton, why_not: str, hint: str = "") -> None:
    """Enable a button, or disable it and say why in its tooltip; `hint` is its usual tooltip."""
    action.setEnabled(not why_not)
    action.setToolTip(why_not or hint)


def card(title: str, parts: Iterable[QWidget | QLayout]) -> QFrame:
    """Return a framed column of parts under a heading."""
    frame = panel("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
    layout.setSpacing(theme.px(2))
    layout.addWidget(label(title, look="heading"))
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return frame


def panel(name: str = "panel") -> QFrame:
    """Return a framed surface."""
    frame = QFrame()
    frame.setObjectName(name)
    return frame


class ElidedLabel(QLabel):
    """One line of text, ended by an ellipsis where it does not fit, the whole as tooltip."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_full_text(text)

    @property
    def full_text(self) -> str:
        """The text without an ellipsis."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show a text."""
        self._full = text
        self.updateGeometry()
        self._elide()

    @override
    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._full) + theme.px(4)
        return QSize(width, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(6), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.contentsRect().width() - 2 * self.margin()
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, max(0, room))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class LinkButton(QPushButton):
    """A line of text to press, ended by an ellipsis where it does not fit."""

    def __init__(self, text: str, clicked: Callable[[], object]) -> None:
        super().__init__()
        self._full = text
        self.setProperty("link", True)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: clicked())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - theme.px(3)
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room))


class SearchBox(QLineEdit):
    """A search field with a magnifier and a clear button; Escape empties it."""

    def __init__(self, hint: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        glass = QAction(self)
        set_icon(glass, IconName.SEARCH, "muted")
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for part in self.findChildren(QToolButton):
            part.setAccessibleName(name if part.defaultAction() is glass else self.tr("清空"))

    def take_over(self) -> bool:
        """Have the keyboard, the next key replacing what stands here; return True."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class EmptyState(QWidget):
    """What a page shows when it has nothing to show: a sentence and the next step."""

    def __init__(
        self,
        icon: IconName,
        title: str,
        hint: str,
        action: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        self._mark = QLabel()
        self._icon = icon
        self._show_mark()
        theme.notifier.theme_changed.connect(self._show_mark)
        parts: list[QWidget] = [self._mark, label(title, look="heading"), label(hint, look="muted")]
        for part in parts:
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        if action is not None:
            layout.addSpacing(theme.px(2))
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon_pixmap(self._icon, 32, theme.tokens().muted))


class MessageStrip(QFrame):
    """A sentence under the top bar that stays until read: what happened, what to do."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._mark = QLabel()
        self.text_label = label(look="danger", wrap=True)
        self.text_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = tool_button(IconName.CLOSE, self.tr("关闭提示"), self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(1), theme.px(2), theme.px(1))
        layout.addWidget(self._mark)
        layout.addWidget(self.text_label, 1)
        layout.addWidget(self.close_button)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self.text_label.text()

    def show_text(self, text: str) -> None:
        """Show a sentence."""
        self._mark.setPixmap(icon_pixmap(IconName.ERROR, 20, theme.tokens().danger))
        self.text_label.setText(text)
        self.setAccessibleName(text)
        self.show()

    def clear(self) -> None:
        """Take the sentence away."""
        self.text_label.clear()
        self.hide()
        self.closed.emit()


def scroll_column(content: QWidget) -> QScrollArea:
    """Return a scroll area around a column that never scrolls sideways."""
    content.setObjectName("scrollContent")
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
