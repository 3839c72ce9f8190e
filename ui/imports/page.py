"""导入: files are dropped, understood, corrected in place, and taken over with one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.import_choices import PastedTable
from ui import theme
from ui.context import AppContext
from ui.dropping import dropped_files
from ui.imports.clipboard import pasted_table
from ui.imports.file_list import FileList
from ui.imports.foot import ConflictStrip, ImportFoot, ResultStrip
from ui.imports.refused_view import RefusedView
from ui.imports.session import ImportSession
from ui.imports.sheet_panel import SheetPanel
from ui.imports.side import SideTabs, code_names
from ui.imports.start_view import StartView
from ui.imports.totals import result_text
from ui.jobs import JobHandle
from ui.pages import Page

SPLIT = (theme.px(50), theme.px(170), theme.px(84))


class ImportPage(Page):
    """Nothing is written before 导入; all of it can be taken back afterwards."""

    topics = frozenset({Topic.ROSTER, Topic.DEMANDS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.session = ImportSession(context, self)
        self._known_files = 0
        self._build_content()
        self._connect()
        self._show_state()

    # Building ----------------------------------------------------------------------------

    def _build_content(self) -> None:
        self.strip = ConflictStrip()
        self.result = ResultStrip()
        self.start = StartView(self.context)
        self.files = FileList(self.session)
        self.sheet = SheetPanel(self.session, code_names(self.context))
        self.side = SideTabs(self.context, self.session)
        self.foot = ImportFoot(self.session)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.sheet)
        self.refused = RefusedView(self.files.remove_current)
        self.middle.addWidget(self.refused)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.files, self.middle, self.side):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(list(SPLIT))
        self.splitter.setHandleWidth(theme.px(2))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.restoreState(self.context.preferences.bytes("imports/splitter"))
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self.splitter, 1)
        column.addWidget(self.foot)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.stack.addWidget(work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(2))
        layout.setSpacing(theme.px(2))
        for strip in (self.strip, self.result):
            layout.addWidget(strip)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        session = self.session
        session.state_changed.connect(self._show_state)
        session.busy_changed.connect(self._show_work)
        session.applied.connect(self._show_applied)
        session.failed.connect(self.strip.show_text)
        self.files.sheet_chosen.connect(self._show_sheet)
        self.files.refused_chosen.connect(self._show_refused)
        self.files.add_requested.connect(self.start.drop_area.choose)
        self.side.cell_requested.connect(self.go_to)
        self.sheet.inspector.terms_requested.connect(self.side.show_terms)
        self.start.drop_area.files_chosen.connect(self.add_files)
        self.start.drop_area.paste_requested.connect(self.paste)
        self.start.history.refused.connect(self._show_refusal)
        self.start.history.shown.connect(self._forget_undone)
        self.foot.apply_requested.connect(session.apply)
        self.foot.clear_requested.connect(self.clear)
        self.foot.annotate_requested.connect(self.ask_annotated)
        self.result.undo_requested.connect(self.undo_import)
        self.result.page_requested.connect(self.context.navigate)
        for keys, run in (
            (QKeySequence.StandardKey.Paste, self.paste),
            ("F8", lambda: self.sheet.step_to_problem(1)),
            ("Shift+F8", lambda: self.sheet.step_to_problem(-1)),
            ("Ctrl+Return", self._apply_by_key),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    # Page --------------------------------------------------------------------------------

    @override
    def refresh(self, changes: Changes | None) -> None:
        self.start.history.refresh()
        self.side.forget_records()

    @override
    def start_focus(self) -> QWidget:
        return self.sheet.view if self._known_files else self.start.drop_area.choose_button

    @override
    def take_back(self) -> bool:
        """Take the newest correction back; files not yet taken over have no other history."""
        held = self.session.can_undo or self.session.locked
        self.session.undo()
        return held

    @override
    def remember(self) -> None:
        self.context.preferences.set_bytes("imports/splitter", self.splitter.saveState())

    @override
    def whereabouts(self) -> dict[str, Any]:
        return self.session.whereabouts()

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        files = state.get("files")
        if isinstance(files, list) and files and not self._known_files:
            self.session.open(tuple(Path(str(file)) for file in files), kept=state.get("kept"))

    # Coming in ---------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path], texts: Sequence[PastedTable] = ()) -> None:
        """Read files, folders and pasted tables beside those already here."""
        if self.session.locked or not (paths or texts):
            return
        self.strip.clear()
        self.result.hide()
        self.session.open(tuple(paths), tuple(texts))

    def paste(self) -> None:
        """Take the table or the files of the clipboard."""
        # None where the clipboard never held anything, or its owner is gone; the stubs hide it.
        held = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())
        data = QMimeData() if held is None else held
        paths = dropped_files(data)
        table = None if paths else pasted_table(data, datetime.now().astimezone())
        if paths or table:
            self.add_files(paths, (table,) if table else ())
        else:
            self.strip.show_text(
                self.tr("剪贴板里没有表格，请先在 Excel、WPS、Word 或微信里选中表格并复制。")
            )

    def clear(self) -> None:
        """Forget the files and begin again."""
        self.strip.clear()
        self.result.hide()
        self.session.clear()
        self.start.history.refresh()
        self.start_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    # Showing -----------------------------------------------------------------------------

    def go_to(self, file: int, sheet: str, row: int, column: int, focus: bool) -> None:
        """Show a cell; `focus` puts the keyboard there."""
        self.files.choose(file, sheet)
        self.sheet.go_to(row, column, focus=focus)

    def _show_state(self) -> None:
        batch = self.session.batch
        known = len(batch.files) + len(batch.refused)
        fresh = known > self._known_files
        self._known_files = known
        reading = self.session.locked and not known
        self.stack.setCurrentIndex(1 if known or reading else 0)
        self.files.refresh()
        self.side.refresh()
        if fresh:
            self.side.show_most_urgent()
            self.sheet.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_work()

    def _show_work(self) -> None:
        known = self._known_files
        self.stack.setCurrentIndex(1 if known or self.session.locked else 0)
        self.sheet.show_locked()
        self.files.add_button.setEnabled(not self.session.locked)
        self.foot.refresh(annotatable=self._why_no_copy())

    def _show_sheet(self, file: int, sheet: str) -> None:
        self.middle.setCurrentWidget(self.sheet)
        self.sheet.show_sheet(file, sheet)
        self.foot.refresh(annotatable=self._why_no_copy())

    def _show_refused(self, name: str) -> None:
        sentences = {item.name: item.sentence for item in self.session.batch.refused}
        self.refused.show_refused(name, sentences.get(name, ""))
        self.middle.setCurrentWidget(self.refused)
        self.foot.refresh(annotatable=self._why_no_copy())

    def _show_refusal(self, sentence: str, run_id: str, again: bool) -> None:
        if run_id:
            self.strip.show_with(
                sentence,
                self.tr("其余的重新导入") if again else self.tr("其余的撤销"),
                lambda: self.start.history.undo(run_id, leave_changed=True, again=again),
            )
        else:
            self.strip.show_text(sentence)

    # Writing -----------------------------------------------------------------------------

    def _apply_by_key(self) -> None:
        if self.foot.apply_button.isEnabled() and self.foot.isVisible():
            self.session.apply()

    def _show_applied(self, changes: Changes) -> None:
        self.strip.clear()
        self.result.show_result(
            result_text(self.session.batch, self.session.totals),
            roster=changes.touches(Topic.ROSTER),
            demands=changes.touches(Topic.DEMANDS),
            undo=True,
        )
        self.context.publish(changes)

    def undo_import(self) -> None:
        """Take back what was imported just now; the files stay here to be corrected."""
        service = self.context.workspace.imports

        def work(handle: JobHandle) -> tuple[str, Changes]:
            run_id = service.history()[0].id
            return run_id, service.undo(run_id)

        def done(found: tuple[str, Changes]) -> None:
            self.result.hide()
            self.context.publish(found[1])
            self.session.reconsider()

        self.context.jobs.start(self.tr("撤销导入"), work, done, self._undo_failed)

    def _forget_undone(self) -> None:
        """Take back what is said of the newest import once Ctrl+Z or the history undid it."""
        runs = self.start.history.table.rows_model.rows
        offered = self.result.isVisibleTo(self) and not self.result.undo_button.isHidden()
        if offered and runs and runs[0].undone_at is not None:
            self.result.hide()
            self.session.reconsider()

    def _undo_failed(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self.strip.show_text(str(error))

    # The copy for the sender -------------------------------------------------------------

    def _why_no_copy(self) -> str:
        number, _ = self.files.current
        files = self.session.batch.files
        if not 0 <= number < len(files):
            return self.tr("先在左边选一个文件")
        if not self.session.totals[number].problems:
            return self.tr("这个文件没有发现问题，不用发回")
        return ""

    def ask_annotated(self) -> None:
        """Ask where to, and write the sender's file with the problems marked."""
        number, _ = self.files.current
        name, _ = self.context.workspace.imports.annotated_name(self.session.batch, number)
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("标注后的副本"),
            self._beside(number, name),
            self.tr("Excel 工作簿 (*{ending});;所有文件 (*)").format(ending=Path(name).suffix),
        )
        own = self.session.batch.files[number].path
        if chosen and own is not None and Path(chosen).resolve() == own.resolve():
            self.strip.show_text(self.tr("原文件不能覆盖，请给副本换一个文件名。"))
        elif chosen:
            self.save_annotated(number, Path(chosen))

    def _beside(self, number: int, name: str) -> str:
        """Return the path of a name beside the file it was made of."""
        path = self.session.batch.files[number].path
        return str(path.with_name(name)) if path is not None else name.replace(":", "")

    def save_annotated(self, number: int, target: Path) -> None:
        """Write the sender's file with the problems marked, and tell where its format changed."""
        service, batch = self.context.workspace.imports, self.session.batch
        _, note = service.annotated_name(batch, number)
        if batch.files[number].path is None:
            note = self.tr("粘贴的表格没有原文件，这里是内容相同的一份。")

        def work(handle: JobHandle) -> Path:
            return service.annotate(batch, number, target)

        def done(path: Path) -> None:
            saved = self.tr("标注后的副本已存为 {path}。").format(path=path)
            if self.result.isVisible():  # the way back of an import stays
                self.context.notify(saved + note)
            else:
                self.result.show_result(saved + note, roster=False, demands=False, undo=False)

        self.context.jobs.start(self.tr("标注副本"), work, done, self._undo_failed)
