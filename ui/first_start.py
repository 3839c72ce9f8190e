"""The first screen of a new user: three sentences and four ways to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ui import theme
from ui.dropping import DropHint, dropped_files
from ui.icons import IconName, icon_pixmap
from ui.jobs import Job, Progress
from ui.parts import MessageStrip, button, label

COLUMN = theme.px(140)


class ChoiceButton(QPushButton):
    """A wide button with an icon, a title and a sentence."""

    def __init__(
        self, icon: IconName, title: str, sentence: str, clicked: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._icon = icon
        self._mark = QLabel()
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(label(title, look="strong"))
        texts.addWidget(label(sentence, look="muted"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(4), theme.px(2), theme.px(4), theme.px(2))
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._mark)
        layout.addLayout(texts, 1)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: clicked())
        theme.notifier.theme_changed.connect(self._show_mark)
        self._show_mark()

    @override
    def sizeHint(self) -> QSize:
        return QSize(COLUMN, theme.px(15))

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon_pixmap(self._icon, 24, theme.tokens().accent))


class FirstStart(QWidget):
    """Asks how to begin; whoever shows it does what its signals say."""

    sample_requested = Signal()
    import_requested = Signal()
    files_dropped = Signal(object)
    open_requested = Signal()
    blank_requested = Signal()
    restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("特派员排班"))
        self._job: Job | None = None
        self._database_open = True
        self.restore_choice: ChoiceButton | None = None
        self.resize(theme.px(220), theme.px(145))
        self.setMinimumSize(theme.px(160), theme.px(125))
        self.setAcceptDrops(True)
        self._build_content()
        self.drop_hint = DropHint(self)
        self._show_job()

    @property
    def job(self) -> Job | None:
        """The sample being built, if any."""
        return self._job

    # Building ---------------------------------------------------------------------------

    def _build_content(self) -> None:
        column = QWidget()
        column.setFixedWidth(COLUMN)
        inner = self._column = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(2))
        inner.addWidget(label(self.tr("特派员排班"), look="title"))
        inner.addWidget(label(self._sentences(), wrap=True))
        inner.addSpacing(theme.px(2))
        self.choices = self._build_choices()
        for choice in self.choices:
            inner.addWidget(choice)
        inner.addWidget(self._build_progress())
        self.strip = MessageStrip()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        whole.addWidget(self.strip)
        whole.addStretch(1)
        whole.addWidget(column, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)

    def _sentences(self) -> str:
        return self.tr(
            "为成都都市圈 35 个县（市、区）安排农业科技特派员下乡服务。\n"
            "导入名册和各县需求后，程序排出一个月的日程，让每个县都被覆盖，"
            "排不到的说明原因。\n"
            "数据只保存在这台电脑上，不联网也能使用。"
        )

    def _build_choices(self) -> tuple[ChoiceButton, ...]:
        self.sample_button = ChoiceButton(
            IconName.SAMPLE,
            self.tr("用示例数据试一试"),
            self.tr("虚构的 520 名特派员和一个月的需求，几秒钟备好，处处标明“示例”"),
            self.sample_requested.emit,
        )
        self.import_button = ChoiceButton(
            IconName.IMPORT,
            self.tr("导入名册"),
            self.tr("各单位发来的 Excel 名册，拖进来也行，写入前逐行核对"),
            self.import_requested.emit,
        )
        self.open_button = ChoiceButton(
            IconName.DATABASE,
            self.tr("打开已有数据"),
            self.tr("选择以前保存或同事拷来的数据库文件（.db）"),
            self.open_requested.emit,
        )
        self.blank_button = ChoiceButton(
            IconName.FILE,
            self.tr("空白开始"),
            self.tr("先看看界面，以后再导入"),
            self.blank_requested.emit,
        )
        return self.sample_button, self.import_button, self.open_button, self.blank_button

    def _build_progress(self) -> QWidget:
        self.progress_row = QWidget()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.px(3))
        self.bar.setAccessibleName(self.tr("进度"))
        self.progress_label = label(look="muted")
        self.stop_button = button(self.tr("停止"), self._stop, icon=IconName.STOP)
        layout = QHBoxLayout(self.progress_row)
        layout.setContentsMargins(0, theme.px(2), 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.progress_label)
        layout.addWidget(self.stop_button)
        return self.progress_row

    # Dropping ---------------------------------------------------------------------------

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.import_button.isEnabled() and dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self.drop_hint.show_over(self)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hint.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        event.acceptProposedAction()
        self.files_dropped.emit(dropped_files(event.mimeData()))

    # Progress ---------------------------------------------------------------------------

    def show_error(self, text: str) -> None:
        """Show why it did not work, and let the user choose again."""
        self.strip.show_text(text)

    def offer_backup(self, sentence: str) -> None:
        """Offer to restore a backup of the database that is damaged; `sentence` says which."""
        self.take_back_offer()
        self.restore_choice = ChoiceButton(
            IconName.REFRESH, self.tr("恢复最新的完好备份"), sentence, self.restore_requested.emit
        )
        self._column.insertWidget(self._column.indexOf(self.sample_button), self.restore_choice)
        self.restore_choice.show()
        self._show_job()

    def take_back_offer(self) -> None:
        """Offer no backup any more."""
        if self.restore_choice is not None:
            self.restore_choice.hide()
            self.restore_choice.deleteLater()
            self.restore_choice = None

    def set_database_open(self, is_open: bool) -> None:
        """Without a database only another one can be opened; the other choices say so."""
        self._database_open = is_open
        self._show_job()

    def follow(self, job: Job) -> None:
        """Show the progress of building the sample or of restoring, until it ends."""
        self.strip.clear()
        self._job = job
        job.progressed.connect(self._advance)
        job.finished.connect(self._ended)
        self.bar.setRange(0, 0)
        self.progress_label.setText(job.title)
        self._show_job()

    def _advance(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.progress_label.setText(progress.text)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.stop_button.setEnabled(False)
            self.progress_label.setText(self.tr("正在停止 …"))

    def _ended(self) -> None:
        self._job = None
        self._show_job()

    def _show_job(self) -> None:
        busy = self._job is not None
        self.progress_row.setVisible(busy)
        self.stop_button.setEnabled(busy)
        why = "" if self._database_open else self.tr("先打开一个可用的数据库")
        for choice in self.choices:
            choice.setEnabled(not busy and (self._database_open or choice is self.open_button))
            choice.setToolTip("" if choice is self.open_button else why)
        if self.restore_choice is not None:
            self.restore_choice.setEnabled(not busy)
