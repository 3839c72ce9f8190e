"""The foot of the import page: the sum of it all, the copy for the sender, the button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from ui import theme
from ui.icons import IconName
from ui.imports.session import ImportSession
from ui.imports.totals import summary_text, writable
from ui.jobs import Progress
from ui.parts import ElidedLabel, MessageStrip, allow, button, label, tool_button


class ImportFoot(QWidget):
    """Summary, progress with stop, 标注后的副本… and 导入 n 行."""

    annotate_requested = Signal()
    apply_requested = Signal()
    clear_requested = Signal()

    def __init__(self, session: ImportSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.summary = ElidedLabel()
        self.summary.setProperty("strong", True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(3))
        self.bar.setFixedWidth(theme.px(28))
        self.bar.setAccessibleName(self.tr("进度"))
        self.work_label = ElidedLabel()
        self.work_label.setProperty("muted", True)
        self.stop_button = tool_button(IconName.STOP, self.tr("停止"), session.cancel)
        self.clear_button = button(self.tr("放弃"), self.clear_requested.emit)
        self.undo_button = button(self.tr("撤回更正"), session.undo)
        self.annotate_button = button(
            self.tr("标注后的副本…"), self.annotate_requested.emit, icon=IconName.SEND
        )
        self.apply_button = button(
            self.tr("导入"), self.apply_requested.emit, icon=IconName.IMPORT, look="primary"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        row.addWidget(self.summary, 1)
        for part in (
            self.bar,
            self.work_label,
            self.stop_button,
            self.clear_button,
            self.undo_button,
            self.annotate_button,
            self.apply_button,
        ):
            row.addWidget(part)
        session.progressed.connect(self._advance)

    def refresh(self, *, annotatable: str) -> None:
        """Show what the session now says; `annotatable` tells why there can be no copy."""
        session, batch = self._session, self._session.batch
        count = writable(batch, session.totals)
        done = bool(batch.files) and all(item.applied for item in session.totals)
        self.summary.set_full_text(summary_text(batch, session.totals))
        self.apply_button.setText(
            self.tr("导入 {n} 行").format(n=count) if count else self.tr("导入")
        )
        self.apply_button.setAccessibleName(self.apply_button.text())
        allow(
            self.apply_button, self._why_not_apply(count, done), self.tr("一次写入，可以整次撤销")
        )
        locked = self.tr("正在处理，请稍候") if session.locked else ""
        allow(self.annotate_button, locked or annotatable, self._annotate_hint())
        allow(
            self.undo_button,
            locked or ("" if session.can_undo else self.tr("没有可以撤回的更正")),
            self.tr("撤回上一次更正 (Ctrl+Z)"),
        )
        self.clear_button.setText(self.tr("完成") if done else self.tr("放弃"))
        allow(
            self.clear_button,
            locked,
            self.tr("回到开始，可以导入别的文件") if done else self.tr("不导入，清空本页"),
        )
        self._show_work()

    def _why_not_apply(self, count: int, done: bool) -> str:
        session = self._session
        if session.busy:
            return self.tr("正在核对，请稍候")
        if done:
            return self.tr("已经导入")
        if not count:
            return self.tr("没有可以新增或更新的行")
        return ""

    def _annotate_hint(self) -> str:
        return self.tr("把有问题的格子标在对方的原文件里，另存一份发回去")

    def _show_work(self) -> None:
        busy = self._session.busy
        for part in (self.bar, self.work_label, self.stop_button):
            part.setVisible(busy)
        if busy:
            self.bar.setRange(0, 0)
            self.work_label.set_full_text(f"{self._session.title} …")

    def _advance(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            if progress.text:
                self.work_label.set_full_text(f"{self._session.title} {progress.text}")


class ConflictStrip(MessageStrip):
    """A sentence that stays, with one button where there is a way out of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way_out = button("", self._take)
        self.way_out.setProperty("compact", True)
        self._run: object = None
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.insertWidget(layout.count() - 1, self.way_out)
        self.way_out.hide()

    def show_with(self, text: str, way: str, run: object) -> None:
        """Show a sentence and a button that calls `run`."""
        self._run = run
        self.way_out.setText(way)
        self.way_out.setAccessibleName(way)
        self.show_text(text)
        self.way_out.show()

    @override
    def show_text(self, text: str) -> None:
        """Show a sentence without a button."""
        self.way_out.hide()
        super().show_text(text)

    def _take(self) -> None:
        self.clear()
        if callable(self._run):
            self._run()


class ResultStrip(QFrame):
    """What was imported, with the way back and the ways on."""

    undo_requested = Signal()
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.text_label = label(look="strong", wrap=True)
        self.undo_button = button(self.tr("撤销这次导入"), self.undo_requested.emit)
        self.roster_button = button(
            self.tr("去看名册"), lambda: self.page_requested.emit("roster"), look="link"
        )
        self.demands_button = button(
            self.tr("去看需求"), lambda: self.page_requested.emit("demands"), look="link"
        )
        self.close_button = tool_button(IconName.CLOSE, self.tr("关闭提示"), self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(3), theme.px(1), theme.px(2), theme.px(1))
        row.setSpacing(theme.px(2))
        row.addWidget(self.text_label, 1)
        for part in (
            self.roster_button,
            self.demands_button,
            self.undo_button,
            self.close_button,
        ):
            row.addWidget(part)
        self.hide()

    def show_result(self, text: str, *, roster: bool, demands: bool, undo: bool) -> None:
        """Show what was written and where to see it."""
        self.text_label.setText(text)
        self.setAccessibleName(text)
        self.roster_button.setVisible(roster)
        self.demands_button.setVisible(demands)
        self.undo_button.setVisible(undo)
        self.show()
        # The button that was pressed is disabled now: the keyboard would be lost to the rail.
        way_on = next((part for part in self._ways_on() if part.isVisible()), self.close_button)
        way_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ways_on(self) -> tuple[QPushButton, ...]:
        return self.roster_button, self.demands_button, self.undo_button
