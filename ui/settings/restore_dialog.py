"""Asks before a restore: what is here now beside what the backup holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.backups import Backup, Contents
from ui import theme
from ui.dialog import Dialog
from ui.parts import ElidedLabel, button, label


def _facts(contents: Contents | None) -> tuple[str, ...]:
    if contents is None:
        return ("", "", "", "")
    newest = contents.newest_change
    return (
        str(contents.envoys),
        str(contents.demands),
        str(contents.plans),
        f"{newest.astimezone():%Y-%m-%d %H:%M}" if newest else "",
    )


class RestoreDialog(Dialog):
    """Accepted where the backup is to take the place of what is here."""

    def __init__(
        self, now: Backup, then: Backup, source: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("恢复备份"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setSpacing(theme.px(3))
        layout.addWidget(label(self.tr("用这份备份替换现在的数据？"), look="heading"))
        layout.addWidget(ElidedLabel(str(source)))
        layout.addLayout(self._build_facts(now, then))
        note = self.tr("恢复之前先把现在的数据备份好，不满意可以再恢复回来。")
        layout.addWidget(label(note, look="muted", wrap=True))
        layout.addLayout(self._build_buttons())
        self.setMinimumWidth(theme.px(110))

    def _build_facts(self, now: Backup, then: Backup) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(5))
        grid.addWidget(label(self.tr("现在"), look="strong"), 0, 1)
        grid.addWidget(label(self.tr("备份"), look="strong"), 0, 2)
        names = self.tr("特派员"), self.tr("需求"), self.tr("排班方案"), self.tr("最后更改")
        here, there = _facts(now.contents), _facts(then.contents)
        for row, facts in enumerate(zip(names, here, there, strict=True), start=1):
            for column, text in enumerate(facts):
                grid.addWidget(label(text, look="" if column else "muted"), row, column)
        grid.setColumnStretch(3, 1)
        return grid

    def _build_buttons(self) -> QHBoxLayout:
        self.cancel_button = button(self.tr("取消"), self.reject)
        self.restore_button = button(self.tr("恢复"), self.accept, look="primary")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.restore_button)
        self.cancel_button.setDefault(True)
        return row
