"""The 打印 page: choose, look, print or save."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTemporaryDir, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import PlanView
from envoy_app.services.printing import DOCUMENTS
from ui import theme
from ui.context import AppContext
from ui.exporting import LAST_FOLDER, ask_file, file_name, with_ending
from ui.icons import IconName
from ui.jobs import Job, JobHandle
from ui.pages import Page
from ui.parts import ElidedLabel, EmptyState, button, label, tool_button
from ui.printing.choices import Choices
from ui.printing.preview import FIT, ZOOMS, PreviewView
from ui.printing.rendering import (
    Document,
    Drawn,
    draw_pages,
    make_document,
    print_document,
)

DELAY_MS = 300
CHOICES_WIDTH = 236


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the preview is to show."""

    plan_id: str
    document: str
    counties: tuple[str, ...]


class PrintPage(Page):
    """Shows what will be printed, and prints it."""

    topics = frozenset({Topic.PLANS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._plan: PlanView | None = None
        self._shown: _Wanted | None = None
        self._document: Document | None = None
        self._drawn: Drawn | None = None
        self._printing: Job | None = None
        self._numbers = count(1)
        self._folder = QTemporaryDir()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._render)
        self._build()
        self._connect()

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.choices = Choices(DOCUMENTS, self.context.workspace.reference.gazetteer())
        self.choices.setFixedWidth(CHOICES_WIDTH)
        self.preview = PreviewView()
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        row.addWidget(self.choices)
        side = QVBoxLayout()
        side.setSpacing(theme.px(2))
        side.addLayout(self._build_toolbar())
        side.addLayout(self._build_outcome())
        side.addWidget(self._build_preview(), 1)
        row.addLayout(side, 1)
        go = button(
            self.tr("去排班"),
            lambda: self.context.navigate("plan"),
            icon=IconName.PLAN,
            look="primary",
        )
        hint = self.tr("打印的内容来自排班方案，请先排班。")
        self.stack = QStackedWidget()
        self.stack.addWidget(EmptyState(IconName.PRINT, self.tr("还没有可以打印的"), hint, go))
        self.stack.addWidget(content)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        box.addWidget(self.stack)

    def _build_toolbar(self) -> QHBoxLayout:
        self.previous = tool_button(IconName.UP, self.tr("上一页 (PgUp)"), lambda: self._step(-1))
        self.next = tool_button(IconName.DOWN, self.tr("下一页 (PgDn)"), lambda: self._step(1))
        self.page_label = label(look="muted")
        self.page_label.setAccessibleName(self.tr("页码"))
        self.zoom = QComboBox()
        self.zoom.setAccessibleName(self.tr("缩放"))
        for zoom in ZOOMS:
            self.zoom.addItem(self.tr("适合宽度") if zoom == FIT else f"{zoom:.0%}", zoom)
        self.status = ElidedLabel()
        self.status.setProperty("muted", True)
        self.excel = button(self.tr("导出 Excel…"), self.export_excel, icon=IconName.EXPORT)
        self.pdf = button(self.tr("导出 PDF…"), self.export_pdf, icon=IconName.FILE)
        self.print_button = button(
            self.tr("打印…"), self.print_document, icon=IconName.PRINT, look="primary"
        )
        row = QHBoxLayout()
        row.setSpacing(theme.px(1.5))
        for widget in (self.previous, self.next, self.page_label, self.zoom):
            row.addWidget(widget)
        row.addWidget(self.status, 1)
        for action in (self.excel, self.pdf, self.print_button):
            row.addWidget(action)
        return row

    def _build_outcome(self) -> QHBoxLayout:
        self.outcome = ElidedLabel()
        self.open_file = button(self.tr("打开文件"), lambda: None, look="link")
        self.open_folder = button(self.tr("打开文件夹"), lambda: None, look="link")
        for link, folder in ((self.open_file, False), (self.open_folder, True)):
            link.clicked.disconnect()
            link.clicked.connect(lambda _checked, folder=folder: self._open_result(folder))
        self._result: Path | None = None
        row = QHBoxLayout()
        row.addWidget(self.outcome)
        row.addWidget(self.open_file)
        row.addWidget(self.open_folder)
        row.addStretch(1)
        self._show_outcome("", None)
        return row

    def _build_preview(self) -> QWidget:
        self.message = label(look="muted", wrap=True)
        self.views = QStackedWidget()
        self.views.addWidget(self.preview)
        self.views.addWidget(self.message)
        return self.views

    def _connect(self) -> None:
        self.choices.changed.connect(self._choices_changed)
        self.preview.page_changed.connect(self._show_page)
        self.preview.dpi_wanted.connect(self._draw)
        self.preview.zoom_changed.connect(self._show_zoom)
        self.zoom.activated.connect(lambda _i: self.preview.set_zoom(self.zoom.currentData()))
        self.context.plans.plan_loaded.connect(self._take)
        self.context.selection.county_changed.connect(self.choices.choose_county)
        if self.context.selection.county:
            self.choices.choose_county(self.context.selection.county)

    # The preview -----------------------------------------------------------------------------

    @override
    def refresh(self, changes: Changes | None) -> None:
        if changes is None and self.context.plans.loaded:
            self._take(self.context.plans.plan)

    def _take(self, plan: PlanView | None) -> None:
        if plan != self._plan:
            self._shown = None
        self._plan = plan
        self.stack.setCurrentIndex(1 if plan else 0)
        self._update()

    def _choices_changed(self) -> None:
        self._show_outcome("", None)
        self._update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update()

    def _wanted(self) -> _Wanted | None:
        if self._plan is None or not self.choices.document or not self.choices.complete:
            return None
        return _Wanted(self._plan.info.id, self.choices.document, self.choices.codes)

    def _update(self) -> None:
        """Draw anew what the preview lacks, once the user pauses and only while it is seen."""
        wanted = self._wanted()
        if wanted is None and self._plan is not None:
            self._say(self.tr("请勾选至少一个县。"))
        if wanted and wanted != self._shown and self.isVisible():
            self.status.set_full_text(self.tr("正在生成预览…"))
            self._timer.start()
        self._enable()

    def _render(self) -> None:
        wanted = self._wanted()
        if wanted is None:
            return
        self._shown = wanted
        service = self.context.workspace.printing
        target = Path(self._folder.path()) / f"preview-{next(self._numbers)}.pdf"

        def work(_handle: JobHandle) -> Document:
            pdf = service.render(
                wanted.document, target, plan_id=wanted.plan_id, counties=wanted.counties
            )
            return make_document(service, pdf)

        self.context.jobs.start(
            self.tr("生成预览"),
            work,
            self._show_document,
            self._render_failed,
            key="print-preview",
            quiet=True,
        )

    def _render_failed(self, error: Exception) -> None:
        self._document = None
        self.status.set_full_text("")
        self._say(str(error) or self.tr("没有生成预览，请再选一次。"))
        self._enable()

    def _show_document(self, document: Document) -> None:
        if self._document is not None and self._printing is None:
            # A job that was replaced may still have it open, which Windows does not allow.
            with suppress(OSError):
                self._document.path.unlink()
        self._document = document
        self.views.setCurrentWidget(self.preview)
        self.preview.show_document(document)
        self.status.set_full_text("")
        self._show_page(self.preview.page)
        self._enable()
        self._draw(self.preview.dpi)

    def _draw(self, dpi: float) -> None:
        """Draw the pages at a density, in the background, from the first on."""
        document = self._document
        if document is None:
            return
        drawn = Drawn(dpi)
        self._drawn = drawn
        service = self.context.workspace.printing
        job = self.context.jobs.start(
            self.tr("画预览页"),
            lambda handle: draw_pages(service, document, drawn, handle),
            lambda _nothing: self._show_drawn(drawn),
            self._draw_failed,
            key="print-pages",
            quiet=True,
        )
        job.progressed.connect(lambda _progress: self._show_drawn(drawn))

    def _show_drawn(self, drawn: Drawn) -> None:
        if drawn is self._drawn:
            self.preview.show_pages(drawn.pages)

    def _draw_failed(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.views.setCurrentWidget(self.message)

    def _step(self, step: int) -> None:
        self.preview.go_to(self.preview.page + step)

    def _show_page(self, page: int) -> None:
        total = self.preview.count
        self.page_label.setText(self.tr("{0} / {1} 页").format(page, total) if total else "")
        self.previous.setEnabled(page > 1)
        self.next.setEnabled(page < total)

    def _show_zoom(self, zoom: float) -> None:
        self.zoom.setCurrentIndex(self.zoom.findData(zoom))

    def _enable(self) -> None:
        """A control that cannot be used says why."""
        wanted, ready = self._wanted(), self._document is not None
        none = self.tr("请勾选至少一个县") if wanted is None else ""
        busy = self.tr("正在打印，请等它完成或在状态栏停止") if self._printing else ""
        waiting = "" if ready and wanted == self._shown else self.tr("预览还没有生成")
        self._allow(self.pdf, none, self.tr("把预览的内容存成 PDF 文件"))
        self._allow(self.print_button, none or busy or waiting, self.tr("选打印机并打印"))
        self._allow(self.excel, "", self.tr("把整个方案存成 Excel 工作簿（不受县的选择影响）"))

    @staticmethod
    def _allow(target: QPushButton, why_not: str, hint: str) -> None:
        target.setEnabled(not why_not)
        target.setToolTip(why_not or hint)

    # Saving ----------------------------------------------------------------------------------

    def choose_file(self, title: str, name: str, kinds: str) -> str:
        """Ask for a file to write; "" where the user gave up."""
        return ask_file(self, self.context, title, name, kinds)

    def export_pdf(self) -> None:
        """Save the document as PDF."""
        wanted, plan = self._wanted(), self._plan
        if wanted is None or plan is None:
            return
        name = file_name(f"{plan.info.title} {DOCUMENTS[wanted.document]}", ".pdf")
        chosen = self.choose_file(self.tr("导出 PDF"), name, self.tr("PDF 文件 (*.pdf)"))
        service = self.context.workspace.printing
        if chosen:
            self._save(
                self.tr("导出 PDF"),
                lambda target: service.render(
                    wanted.document, target, plan_id=wanted.plan_id, counties=wanted.counties
                ),
                with_ending(Path(chosen), ".pdf"),
                self.pdf,
                self._note_made,
            )

    def export_excel(self) -> None:
        """Save the whole plan as a workbook."""
        plan = self._plan
        if plan is None:
            return
        name = file_name(plan.info.title, ".xlsx")
        chosen = self.choose_file(self.tr("导出 Excel"), name, self.tr("Excel 工作簿 (*.xlsx)"))
        service, plan_id = self.context.workspace.exports, plan.info.id
        if chosen:
            self._save(
                self.tr("导出 Excel"),
                lambda target: service.plan_workbook(target, plan_id=plan_id),
                with_ending(Path(chosen), ".xlsx"),
                self.excel,
            )

    def _save(
        self,
        title: str,
        write: Callable[[Path], Path],
        target: Path,
        source: QPushButton,
        saved: Callable[[], None] | None = None,
    ) -> None:
        self.context.preferences.set_text(LAST_FOLDER, str(target.parent))
        source.setEnabled(False)
        source.setToolTip(self.tr("正在写文件"))
        self._show_outcome(self.tr("正在写 {0}…").format(target.name), None)

        def done(written: Path) -> None:
            self._show_outcome(self.tr("已导出 {0}").format(written.name), written)
            self._enable()
            if saved is not None:
                saved()

        def failed(error: Exception) -> None:
            self._show_outcome("", None)
            self.context.show_error(error)
            self._enable()

        self.context.jobs.start(title, lambda _handle: write(target), done, failed)

    def _show_outcome(self, text: str, written: Path | None) -> None:
        self._result = written
        self.outcome.set_full_text(text)
        self.outcome.setVisible(bool(text))
        for link in (self.open_file, self.open_folder):
            link.setVisible(written is not None)

    def _open_result(self, folder: bool) -> None:
        if self._result is None:
            return
        target = self._result.parent if folder else self._result
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))):
            self.context.notify(self.tr("没有能打开它的程序，文件在 {0}").format(target))

    # Printing --------------------------------------------------------------------------------

    def choose_printer(self, pages: int) -> QPrinter | None:
        """Ask for a printer and a range of pages; None where the user gave up."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._plan.info.title if self._plan else "")
        dialog = QPrintDialog(printer, self)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        dialog.setMinMax(1, pages)
        dialog.setWindowTitle(self.tr("打印"))
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        return printer if accepted else None

    def print_document(self) -> None:
        """Print what the preview shows."""
        document = self._document
        if document is None or self._printing is not None:
            return
        printer = self.choose_printer(document.pages)
        if printer is None:
            return
        service = self.context.workspace.printing
        self._printing = self.context.jobs.start(
            self.tr("打印"),
            lambda handle: print_document(service, document, printer, handle),
            self._printed,
            self._print_failed,
        )
        self._show_outcome(self.tr("正在打印…"), None)
        self._enable()

    def _printed(self, pages: int) -> None:
        self._printing = None
        self._show_outcome(self.tr("已把 {0} 页交给打印机。").format(pages), None)
        self._enable()
        self._note_made()

    def _note_made(self) -> None:
        """Let the checklist know that a document was made."""
        service, plan = self.context.workspace.printing, self._plan
        plan_id = plan.info.id if plan else None
        self.context.jobs.start(
            self.tr("登记打印"),
            lambda _handle: service.document_made(plan_id),
            self.context.publish,
            quiet=True,
        )

    def _print_failed(self, error: Exception) -> None:
        self._printing = None
        stopped = isinstance(error, Cancelled)
        text = self.tr("打印已停止，已送出的页可能仍会打印。") if stopped else ""
        self._show_outcome(text, None)
        if not stopped:
            self.context.show_error(error)
        self._enable()
