"""A record's facts, to be typed in or corrected beside a table: what all such forms do alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.services.record_edits import EditConflict, EditRefused
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import allow, button, label, scroll_column


@dataclass(frozen=True)
class Checked:
    """What is wrong and what is doubtful with what stands in a form: a sentence by field."""

    problems: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)


class RecordForm(QWidget):
    """Edits one record, or a new one; nothing is written before 保存.

    A kind of form fills the grid with `add_heading` and `add_row`, and says what is typed, whether
    it differs and how it is written. Signals: `saved` carries the Changes and the record's id,
    `closed` follows saving and giving up.
    """

    saved = Signal(object, str)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._new = self._saving = self._warned = self._filling = False
        self.errors: dict[str, QLabel] = {}
        self._server: dict[str, str] = {}

    # What a kind of form says -----------------------------------------------------------

    @property
    def record_id(self) -> str:
        """Which record the form edits."""
        raise NotImplementedError

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        raise NotImplementedError

    def check(self) -> Checked:
        """Judge what stands in the form, after every change; nothing is written."""
        raise NotImplementedError

    def writing(self, *, merge: bool) -> Callable[[JobHandle], Changes]:
        """Return what stores it, to be run off the UI thread."""
        raise NotImplementedError

    def control(self, name: str) -> QWidget | None:
        """Return the control of a field, None where it has none."""
        raise NotImplementedError

    def reminder(self) -> str:
        """Return the sentence that says what is still being edited."""
        raise NotImplementedError

    @property
    def saving_text(self) -> str:
        """What the status bar says while it is written."""
        raise NotImplementedError

    # Building ---------------------------------------------------------------------------

    def build(self, *heads: QWidget, above_note: QWidget | None = None) -> None:
        """Make the frame; `heads` stand under the title, `above_note` above the buttons."""
        self.title_label = label(look="title", wrap=True)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(3))
        self._grid.setHorizontalSpacing(theme.px(2))
        self._grid.setVerticalSpacing(theme.px(1))
        self._grid.setColumnStretch(1, 1)
        self.add_rows()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        head.setSpacing(theme.px(1))
        for part in (self.title_label, *heads):
            head.addWidget(part)
        column.addLayout(head)
        self._area = scroll_column(content)
        column.addWidget(self._area, 1)
        column.addWidget(self._build_foot(above_note))
        self._build_shortcuts()

    def add_rows(self) -> None:
        """Fill the grid."""
        raise NotImplementedError

    def add_heading(self, text: str) -> None:
        """Add a heading over the next rows."""
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, theme.px(2))
            row += 1
        self._grid.addWidget(label(text, look="strong"), row, 0, 1, 2)

    def add_row(
        self,
        name: str,
        text: str,
        control: QWidget,
        edited: QWidget | None = None,
        *,
        tall: bool = False,
    ) -> None:
        """Add a field's row; `edited` is what has the keyboard where `control` only holds it.

        Without a text the control stands alone. The text stands beside the first line of a `tall`
        control. A unit in the text (半天) is left out: the control shows its own.
        """
        row = self._grid.rowCount()
        if text:
            self._grid.addWidget(self._label(text, edited or control, tall=tall), row, 0)
        self._grid.addWidget(control, row, 1)
        self._add_error(name, 1)

    def add_wide_row(self, name: str, control: QWidget) -> None:
        """Add a field's control over the whole width."""
        self._grid.addWidget(control, self._grid.rowCount(), 0, 1, 2)
        self._add_error(name, 0)

    def _label(self, text: str, edited: QWidget, *, tall: bool) -> QLabel:
        made = label(text.partition("（")[0], look="muted")
        made.setBuddy(edited)
        edited.setAccessibleName(text)
        if tall:
            made.setAlignment(Qt.AlignmentFlag.AlignTop)
            made.setContentsMargins(0, theme.px(1), 0, 0)
        return made

    def _add_error(self, name: str, at: int) -> None:
        error = label(wrap=True)
        error.setProperty("small", True)
        error.hide()
        self.errors[name] = error
        self._grid.addWidget(error, self._grid.rowCount(), at, 1, -1)

    def _build_foot(self, above_note: QWidget | None) -> QFrame:
        foot = QFrame()
        self.note = label(look="danger", wrap=True)
        self.note.hide()
        self.keep_button = button(self.tr("保留我的改动并保存"), lambda: self.save(merge=True))
        self.keep_button.setToolTip(self.tr("别处改过的其他内容不动，您改过的各项用您的"))
        self.theirs_button = button(self.tr("放弃，看最新的"), self.closed.emit)
        self.save_button = button(self.tr("保存"), self.save, icon=IconName.SAVE, look="primary")
        self.cancel_button = button(self.tr("取消"), self.give_up)
        self.cancel_button.setToolTip("Esc")
        column = QVBoxLayout(foot)
        column.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(2))
        if above_note is not None:
            column.addWidget(above_note)
        column.addWidget(self.note)
        for wide in (self.keep_button, self.theirs_button):
            wide.hide()
            column.addWidget(wide)
        row = QHBoxLayout()
        row.addWidget(self.save_button, 1)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        return foot

    def _build_shortcuts(self) -> None:
        for key, run in (("Ctrl+S", self.save), ("Esc", self.escape)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    # Showing ----------------------------------------------------------------------------

    @property
    def adding(self) -> bool:
        """Whether the record is a new one."""
        return self._new

    def begin(self, *, new: bool) -> None:
        """Start over: the controls have been filled with another record."""
        self._new, self._saving, self._warned, self._server = new, False, False, {}
        self._show_note("")
        self._check()
        self._area.verticalScrollBar().setValue(0)

    def on_edited(self) -> None:
        """To be called when a control was changed; while `_filling` it does nothing."""
        if not self._filling:
            self._server, self._warned = {}, False
            self._check()

    def _check(self) -> dict[str, str]:
        """Show what is wrong beside the fields; a new form does not begin with complaints."""
        found = self.check()
        problems = {**found.problems, **self._server}
        untouched = not self.dirty
        for name in self.errors:
            wrong = "" if untouched else problems.get(name, "")
            doubt = "" if untouched else found.doubts.get(name, "")
            self._show_error(name, wrong or doubt, "danger" if wrong else "warning")
        why = ""
        if self._saving:
            why = self.tr("正在保存")
        elif untouched:
            why = self.tr("还没有改动")
        elif problems:
            why = self.tr("先改好标红的地方：{what}").format(what=next(iter(problems.values())))
        allow(self.save_button, why, self.tr("保存 (Ctrl+S)"))
        return problems

    def _show_error(self, name: str, sentence: str, look: str) -> None:
        error = self.errors[name]
        error.setText(sentence)
        error.setVisible(bool(sentence))
        if error.property(look) is not True:
            for other in ("danger", "warning"):
                error.setProperty(other, other == look)
            error.style().unpolish(error)
            error.style().polish(error)

    def _show_note(self, text: str, *, conflict: bool = False) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.keep_button.setVisible(conflict)
        self.theirs_button.setVisible(conflict)
        self.save_button.setVisible(not conflict)
        self.cancel_button.setVisible(not conflict)

    def go_to(self, name: str) -> None:
        """Put the keyboard on a field and bring it into sight; "" leaves it where it is."""
        control = self.control(name) if name else None
        if control is not None:
            self.focus_on(control)
            self._area.ensureWidgetVisible(control)

    def focus_on(self, control: QWidget) -> None:
        """Give a field's control the keyboard."""
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    # Acting -----------------------------------------------------------------------------

    def save(self, *, merge: bool = False) -> None:
        """Write what was changed; errors are shown here."""
        if self._saving or not self.dirty:
            return
        if problems := self._check():
            self.go_to(next(iter(problems)))
            return
        write = self.writing(merge=merge)
        self._saving = True
        self._check()
        self._context.jobs.start(self.saving_text, write, self._on_saved, self._on_failed)

    def _on_saved(self, changes: Changes) -> None:
        self._saving = False
        self.saved.emit(changes, self.record_id)
        self.closed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._saving = False
        if isinstance(error, EditConflict):
            self._show_note(str(error), conflict=True)
        elif isinstance(error, EditRefused):
            self._server = error.problems
            self._show_note("")
        elif isinstance(error, UserError) and not isinstance(error, Cancelled):
            self._show_note(str(error))
        self.go_to(next(iter(self._check()), ""))

    def give_up(self) -> None:
        """Close the form; what was typed is gone. What is being saved is waited for."""
        if not self._saving:
            self.closed.emit()

    def escape(self) -> None:
        """Close the form; where there is something to lose only at the second time."""
        if self.dirty and not self._warned:
            self._warned = True
            self._show_note(self.tr("有改动还没有保存：再按一次 Esc 放弃，按 Ctrl+S 保存。"))
        else:
            self.give_up()

    def remind(self) -> None:
        """Say what is still being edited."""
        self._show_note(self.reminder())
