"""An ID number that stays masked until somebody asks for it, which is noted."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.people import Envoy
from envoy_app.domain.shown_numbers import masked_id
from envoy_app.services.roster import IdLook
from ui import theme
from ui.context import AppContext
from ui.jobs import JobHandle
from ui.parts import button, label


class IdRow(QWidget):
    """Shows 510100********** with a button 显示; once pressed, the number and who looked last."""

    def __init__(self, context: AppContext, envoy: Envoy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._key = envoy.id
        self.number = label(masked_id(envoy.id_number) or "—")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note = label(look="muted", wrap=True)
        self.show_button = button(self.tr("显示"), self.reveal)
        self.show_button.setProperty("compact", True)
        self.show_button.setAccessibleName(self.tr("显示身份证号"))
        self.show_button.setToolTip(self.tr("显示完整的身份证号；谁在何时看过会记下来"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(3))
        name = label(self.tr("身份证号"), look="muted")
        # As wide as the longest name among the facts above, so that the values stand in line.
        name.setMinimumWidth(name.fontMetrics().horizontalAdvance(self.tr("工作量上限")))
        row.addWidget(name)
        row.addWidget(self.number, 1)
        row.addWidget(self.show_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        column.addLayout(row)
        column.addWidget(self.note)
        self.note.hide()
        self.show_button.setVisible(bool(envoy.id_number))

    def reveal(self) -> None:
        """Read the number, which is noted, and show it."""
        roster, key = self._context.workspace.roster, self._key

        def read(handle: JobHandle) -> tuple[str, tuple[IdLook, ...]]:
            before = roster.id_looks(key)
            return roster.reveal_id_number(key), before

        self._context.jobs.start(
            self.tr("读取身份证号"), read, self._show, key="roster-id", quiet=True
        )

    def _show(self, found: tuple[str, tuple[IdLook, ...]]) -> None:
        if not shiboken6.isValid(self):
            return  # another envoy is shown by now
        number, looks = found
        self.number.setText(number)
        self.show_button.hide()
        text = self.tr("已记下您这次查看。")
        if looks:
            when = looks[0].at.astimezone()
            text += self.tr("上次是 {who}，{when:%m-%d %H:%M}。").format(
                who=looks[0].who, when=when
            )
        self.note.setText(text)
        self.note.show()
