"""Asks why demands are turned down or called off."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.dialog import Dialog
from ui.parts import label


class ReasonDialog(Dialog):
    """One line for the reason; the button waits until something is written."""

    def __init__(self, count: int, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("{word}需求").format(word=word))
        self.setMinimumWidth(theme.px(100))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("例如：不在服务范围内"))
        self.field.setAccessibleName(self.tr("{word}原因").format(word=word))
        self.field.setMaxLength(200)
        buttons = QDialogButtonBox()
        self.accept_button = QPushButton(word)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setEnabled(False)
        self.accept_button.setToolTip(self.tr("先填写原因"))
        cancel = QPushButton(self.tr("返回"))
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.field.textChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(3))
        text = self.tr("{word} {n} 条需求，原因会随需求保存，县里可以看到：").format(
            word=word, n=count
        )
        layout.addWidget(label(text, wrap=True))
        layout.addWidget(self.field)
        layout.addWidget(buttons)

    @property
    def reason(self) -> str:
        """What was written."""
        return self.field.text().strip()

    def _check(self) -> None:
        self.accept_button.setEnabled(bool(self.reason))
        self.accept_button.setToolTip("" if self.reason else self.tr("先填写原因"))
