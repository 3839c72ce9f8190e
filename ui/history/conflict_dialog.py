"""Says why a change was not taken back, which records are in its way, and what is possible."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from ui import theme
from ui.dialog import Dialog
from ui.history_question import HistoryQuestion
from ui.history_words import tr
from ui.parts import button, label
from ui.undo import Conflict

MOST_LINES = 8
_QUOTED = re.compile("“(.+)”")


class ConflictDialog(Dialog):
    """`rest_requested` asks to leave those records as they are; `history_requested` to look."""

    rest_requested = Signal(object)
    history_requested = Signal(object)

    def __init__(self, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conflict = conflict
        again, error = conflict.again, conflict.error
        self.setWindowTitle(tr("不能整个恢复") if again else tr("不能整个撤销"))
        self.setMinimumWidth(theme.px(130))
        self.setMaximumWidth(theme.px(160))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setSpacing(theme.px(2))
        what = tr("没有恢复：{text}") if again else tr("没有撤销：{text}")
        layout.addWidget(
            label(what.format(text=conflict.change.description), look="heading", wrap=True)
        )
        why = tr("下面 {n} 条记录后来又改过或已排进方案，{verb}会丢掉后来的改动：")
        layout.addWidget(label(why.format(n=len(error.records), verb=self._verb), wrap=True))
        layout.addWidget(self._build_list())
        layout.addWidget(label(self._safe(), look="muted", wrap=True))
        layout.addSpacing(theme.px(1))
        layout.addLayout(self._build_buttons())

    @property
    def _verb(self) -> str:
        return tr("恢复") if self.conflict.again else tr("撤销")

    def _safe(self) -> str:
        """Return what is safe, and which way is open."""
        safe = tr("数据一点没有改动，后来的改动都在。")
        rest = self.conflict.error.rest
        if rest > 0:
            way = tr("其余 {n} 条可以{verb}，上面这些保持现在的样子。")
            return safe + way.format(n=rest, verb=self._verb)
        return safe + tr("请先处理后来的改动，再{verb}这一步。").format(verb=self._verb)

    def _build_list(self) -> QListWidget:
        self.list = QListWidget()
        self.list.setAccessibleName(tr("后来改过的记录"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for name in self.conflict.error.records:
            self.list.addItem(name)
            self.list.item(self.list.count() - 1).setToolTip(name)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda item: self._look())
        lines = min(MOST_LINES, max(2, self.list.count()))
        row = max(self.list.sizeHintForRow(0), theme.px(5))
        self.list.setFixedHeight(lines * row + theme.px(2))
        return self.list

    def _build_buttons(self) -> QHBoxLayout:
        rest = self.conflict.error.rest
        self.look_button = button(tr("查看后来的改动"), self._look)
        self.cancel_button = button(tr("取消"), self.reject)
        text = tr("只恢复其余 {n} 条") if self.conflict.again else tr("只撤销其余 {n} 条")
        self.rest_button = button(text.format(n=rest), self._take_rest, look="primary")
        self.rest_button.setVisible(rest > 0)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.look_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.rest_button)
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()
        return row

    def _take_rest(self) -> None:
        self.rest_requested.emit(self.conflict)
        self.accept()

    def _look(self) -> None:
        self.history_requested.emit(self.question())
        self.reject()

    def question(self) -> HistoryQuestion:
        """Return what to look for: the record chosen in the list, by its name."""
        chosen = self.list.selectedItems() or [self.list.item(0)]
        quoted = _QUOTED.search(chosen[0].text())
        if quoted:
            return HistoryQuestion(text=quoted.group(1))
        # "已删除的特派员" names nobody: the change itself is shown, with what came after it.
        return HistoryQuestion(change_id=self.conflict.change.id)
