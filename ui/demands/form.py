"""A demand's facts, to be typed in or corrected beside the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes
from envoy_app.domain.demand_twins import likely_twins
from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.services.demand_draft import DemandDraft, draft_of, why_settled
from envoy_app.services.record_edits import EditConflict, EditRefused, demand_title
from ui import theme
from ui.context import AppContext
from ui.demands.fields import DemandFields
from ui.demands.rows import window_text
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import LinkButton, allow, button, label, scroll_column

SHOWN_TWINS = 3


class DemandForm(QWidget):
    """Edits one demand, or a new one; nothing is written before 保存.

    Signals: `saved` carries the Changes and the demand's id, `closed` follows saving and giving
    up, `look_requested` asks to see the demand with an id that may be the same one.
    """

    saved = Signal(object, str)
    closed = Signal()
    look_requested = Signal(str)

    def __init__(
        self,
        context: AppContext,
        others: Callable[[], Iterable[Demand]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._others = others
        reference = context.workspace.reference
        self.fields = DemandFields(reference.gazetteer(), reference.vocabulary(), self)
        self._base = Demand(id="", county="")
        self._new = self._saving = self._warned = self._filling = False
        self.errors: dict[str, QLabel] = {}
        self._server: dict[str, str] = {}
        self._twins: tuple[str, ...] = ()
        self._build_frame()
        self._build_shortcuts()
        self.fields.edited.connect(self._on_edited)

    # Building ---------------------------------------------------------------------------

    def _build_frame(self) -> None:
        self.title_label = label(look="title", wrap=True)
        self.settled_label = label(look="muted", wrap=True)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(3))
        self._grid.setHorizontalSpacing(theme.px(2))
        self._grid.setVerticalSpacing(theme.px(1))
        self._grid.setColumnStretch(1, 1)
        self._add_rows()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        head.setSpacing(theme.px(1))
        head.addWidget(self.title_label)
        head.addWidget(self.settled_label)
        column.addLayout(head)
        self._area = scroll_column(content)
        column.addWidget(self._area, 1)
        column.addWidget(self._build_foot())

    def _add_rows(self) -> None:
        self._heading(self.tr("要什么"))
        self._row("county", self.tr("县"))
        self._row("town", self.tr("乡镇"))
        self._row("site", self.tr("地点"))
        self._row("specialties", self.tr("专业领域"))
        self._row("content", self.tr("内容"))
        self._row("mode", self.tr("形式"))
        self._row("headcount", self.tr("人数"))
        self._row("min_rank", self.tr("职称"))
        self._heading(self.tr("什么时候"))
        self._row("window_start", self.tr("最早日期"))
        self._row("window_end", self.tr("最晚日期"))
        self._row("asap", "")
        self._row("slots", self.tr("时长"))
        self._row("half", self.tr("上下午"))
        self._row("urgency", self.tr("紧急"))
        self._heading(self.tr("联系"))
        self._row("contact", self.tr("联系人"))
        self._row("phone", self.tr("电话"))

    def _heading(self, text: str) -> None:
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, theme.px(2))
            row += 1
        self._grid.addWidget(label(text, look="strong"), row, 0, 1, 2)

    def _row(self, field: str, name: str) -> None:
        row, control = self._grid.rowCount(), self.fields.control(field)
        if name:
            text = label(name, look="muted")
            text.setBuddy(control)
            control.setAccessibleName(name)
            side = Qt.AlignmentFlag.AlignVCenter
            if field in ("specialties", "content"):  # beside their first line
                side = Qt.AlignmentFlag.AlignTop
                text.setContentsMargins(0, theme.px(1), 0, 0)
            self._grid.addWidget(text, row, 0, side)
        self._grid.addWidget(control, row, 1)
        error = label(wrap=True)
        error.setProperty("small", True)
        error.hide()
        self.errors[field] = error
        self._grid.addWidget(error, row + 1, 1)

    def _build_foot(self) -> QFrame:
        foot = QFrame()
        self.twins_box = QWidget()
        self._twin_lines = QVBoxLayout(self.twins_box)
        self._twin_lines.setContentsMargins(0, 0, 0, 0)
        self._twin_lines.setSpacing(0)
        self.twins_box.hide()
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
        column.addWidget(self.twins_box)
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
        def on(key: str, run: Callable[[], object]) -> None:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: run())

        on("Ctrl+S", self.save)
        on("Esc", self.escape)

    # Showing ----------------------------------------------------------------------------

    @property
    def demand_id(self) -> str:
        """Which demand the form edits."""
        return self._base.id

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.fields.draft() != draft_of(self._base)

    def edit(self, demand: Demand) -> None:
        """Show a demand's facts; what a plan has settled is locked and says why."""
        self.title_label.setText(self.tr("修改服务需求"))
        self._open(demand, draft_of(demand), new=False)
        self.go_to("contact" if why_settled(demand) else "county")

    def add(self, demand: Demand, draft: DemandDraft | None = None) -> None:
        """Show a form for a new demand: its id and what is known, and what to begin with."""
        self.title_label.setText(self.tr("新增服务需求"))
        self._open(demand, draft or draft_of(demand), new=True)
        self.go_to("town" if demand.county else "county")

    def _open(self, demand: Demand, draft: DemandDraft, *, new: bool) -> None:
        self._base, self._new, self._saving, self._warned = demand, new, False, False
        why = "" if new else why_settled(demand)
        self._filling = True
        self.fields.fill(draft)
        self.fields.lock(why)
        self._filling = False
        self.settled_label.setText(why)
        self.settled_label.setVisible(bool(why))
        self._server = {}
        self._show_note("")
        self._check()
        self._area.verticalScrollBar().setValue(0)

    def go_to(self, field: str) -> None:
        """Put the keyboard on a field and bring it into sight; "" leaves it where it is."""
        if field:
            self.fields.focus(field)
            self._area.ensureWidgetVisible(self.fields.control(field))

    def _on_edited(self) -> None:
        if not self._filling:
            self._server, self._warned = {}, False
            self._check()

    def _check(self) -> dict[str, str]:
        """Show what is wrong beside the fields; a new form does not begin with complaints."""
        draft = self.fields.draft()
        untouched = draft == draft_of(self._base)
        reading = self._context.workspace.demands.read(draft, self._base, new=self._new)
        problems = reading.problems | self._server
        for field in self.errors:
            wrong = "" if untouched else problems.get(field, "")
            doubt = "" if untouched else reading.warnings.get(field, "")
            self._show_error(field, wrong or doubt, "danger" if wrong else "warning")
        why = ""
        if self._saving:
            why = self.tr("正在保存")
        elif untouched:
            why = self.tr("还没有改动")
        elif problems:
            why = self.tr("先改好标红的地方：{what}").format(what=next(iter(problems.values())))
        allow(self.save_button, why, self.tr("保存 (Ctrl+S)"))
        self._show_twins(reading.demand)
        return problems

    def _show_error(self, field: str, sentence: str, look: str) -> None:
        error = self.errors[field]
        error.setText(sentence)
        error.setVisible(bool(sentence))
        if error.property(look) is not True:
            for name in ("danger", "warning"):
                error.setProperty(name, name == look)
            error.style().unpolish(error)
            error.style().polish(error)

    def _show_twins(self, demand: Demand) -> None:
        """Say which demands a new one may repeat, each to be looked at."""
        others = {
            other.id: other
            for other in self._others()
            if self._new and other.county == demand.county and other.id != demand.id
        }
        twins = tuple(key for key, other in others.items() if likely_twins((demand, other)))
        if twins == self._twins:
            return
        self._twins = twins
        while (item := self._twin_lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.twins_box.setVisible(bool(twins))
        if twins:
            text = self.tr("可能与已有的 {n} 条需求重复，先看看：").format(n=len(twins))
            self._twin_lines.addWidget(label(text, look="warning", wrap=True))
        for key in twins[:SHOWN_TWINS]:
            self._twin_lines.addWidget(self._twin_link(others[key]))

    def _twin_link(self, other: Demand) -> LinkButton:
        words = (other.town, other.site, other.content, window_text(other), other.state.value)
        text = " ".join(part for part in words if part)
        return LinkButton(text, lambda: self.look_requested.emit(other.id))

    def _show_note(self, text: str, *, conflict: bool = False) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.keep_button.setVisible(conflict)
        self.theirs_button.setVisible(conflict)
        self.save_button.setVisible(not conflict)
        self.cancel_button.setVisible(not conflict)

    # Acting -----------------------------------------------------------------------------

    def save(self, *, merge: bool = False) -> None:
        """Write what was changed; errors are shown here."""
        if self._saving or not self.dirty:
            return
        if problems := self._check():
            self.go_to(next(iter(problems)))
            return
        service, draft, base = self._context.workspace.demands, self.fields.draft(), self._base
        new = self._new

        def write(handle: JobHandle) -> Changes:
            if new:
                return service.add_draft(draft, base)
            return service.save_draft(draft, base, merge=merge)

        self._saving = True
        self._check()
        self._context.jobs.start(self.tr("保存服务需求"), write, self._on_saved, self._on_failed)

    def _on_saved(self, changes: Changes) -> None:
        self._saving = False
        self.saved.emit(changes, self._base.id)
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
        """Say that this demand is still being edited."""
        if self._new:
            self._show_note(self.tr("正在新增服务需求，先保存或取消。"))
        else:
            text = self.tr("“{name}”的改动还没有保存，先保存或取消。")
            self._show_note(text.format(name=demand_title(self._base)))
