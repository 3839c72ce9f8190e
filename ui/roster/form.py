"""An envoy's facts, to be edited beside the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.domain.people import Envoy, Sharing, default_level
from envoy_app.domain.shown_numbers import masked_id
from envoy_app.domain.teams import LEADER, MEMBER
from envoy_app.domain.titles import rank_of
from envoy_app.services.record_edits import EditConflict, EditRefused
from envoy_app.services.roster_draft import EnvoyDraft, draft_of, read_draft
from ui import theme
from ui.context import AppContext
from ui.form_fields import (
    WheelGuard,
    choice_combo,
    county_combo,
    free_combo,
    guarded,
    spin,
)
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import allow, button, label, scroll_column
from ui.roster.skills_editor import SkillsEditor

ROLES = (MEMBER, LEADER, "副团长", "组长")
DEGREES = ("博士研究生", "硕士研究生", "大学本科", "大专", "中专", "高中")
TEXTS = (
    "name",
    "birth",
    "id_number",
    "phones",
    "organisation",
    "post",
    "title",
    "major",
    "term_start",
    "term_end",
)
MOST = {"week": 14, "month": 62, "days": 366, "minutes": 600}


class EnvoyForm(QWidget):
    """Edits one envoy, or a new one; nothing is written before 保存.

    Signals: `saved` carries the Changes and the envoy's id, `closed` follows saving and giving up.
    """

    saved = Signal(object, str)
    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        reference = context.workspace.reference
        self._gazetteer, self._vocabulary = reference.gazetteer(), reference.vocabulary()
        self._guard = WheelGuard(self)
        self._base = Envoy(id="", name="")
        self._new = False
        self._saving = False
        self._warned = False
        self._filling = False
        self.errors: dict[str, QLabel] = {}
        self._server: dict[str, str] = {}
        self._build_controls()
        self._build_frame()
        self._build_shortcuts()

    # Building ---------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self.texts = {name: QLineEdit() for name in TEXTS}
        self.texts["birth"].setPlaceholderText("1975-10-08")
        self.texts["phones"].setPlaceholderText(self.tr("多个用顿号隔开"))
        self.texts["term_start"].setPlaceholderText("2026-01")
        self.texts["term_end"].setPlaceholderText("2027-12")
        nothing = self.tr("未填写")
        genders = [("", nothing), ("男", self.tr("男")), ("女", self.tr("女"))]
        self.gender = choice_combo(self.tr("性别"), genders)
        self.education = free_combo(self.tr("学历"), DEGREES)
        self.base_county = county_combo(self.tr("常驻县"), nothing, self._gazetteer)
        self.team_county = county_combo(self.tr("县团"), self.tr("机动库"), self._gazetteer)
        self.team_role = free_combo(self.tr("团内角色"), ROLES)
        sharings = [(item.value, item.label) for item in Sharing]
        self.sharing = choice_combo(self.tr("共享范围"), sharings)
        self.numbers = {
            "max_slots_week": spin(self.tr("每周上限"), MOST["week"], self.tr("个半天")),
            "max_slots_month": spin(self.tr("每月上限"), MOST["month"], self.tr("个半天")),
            "target_days_year": spin(self.tr("年度目标"), MOST["days"], self.tr("天")),
            "max_travel_minutes": spin(self.tr("单程上限"), MOST["minutes"], self.tr("分钟"), 10),
        }
        self.skills = SkillsEditor(self._vocabulary, self._guard)
        self.remarks = QPlainTextEdit()
        self.remarks.setTabChangesFocus(True)
        self.remarks.setFixedHeight(theme.px(16))
        self._listen()

    def _listen(self) -> None:
        for line in self.texts.values():
            line.textChanged.connect(self._on_edited)
        for combo in self._combos():
            guarded(combo, self._guard)
            combo.currentIndexChanged.connect(self._on_edited)
            combo.editTextChanged.connect(self._on_edited)
        for number in self.numbers.values():
            guarded(number, self._guard)
            number.valueChanged.connect(self._on_edited)
        self.skills.changed.connect(self._on_edited)
        self.remarks.textChanged.connect(self._on_edited)
        self.texts["title"].textChanged.connect(self._follow_title)

    def _combos(self) -> tuple[QComboBox, ...]:
        return (
            self.gender,
            self.education,
            self.base_county,
            self.team_county,
            self.team_role,
            self.sharing,
        )

    def _build_frame(self) -> None:
        self.title_label = label(look="title", wrap=True)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(3))
        self._grid.setHorizontalSpacing(theme.px(2))
        self._grid.setVerticalSpacing(theme.px(1))
        self._grid.setColumnStretch(1, 1)
        self._build_id_number()
        self._add_rows()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        head.addWidget(self.title_label)
        column.addLayout(head)
        self._area = scroll_column(content)
        column.addWidget(self._area, 1)
        column.addWidget(self._build_foot())

    def _build_id_number(self) -> None:
        self.reveal_button = button(self.tr("显示"), self._reveal, look="compact")
        self.reveal_button.setToolTip(self.tr("显示完整的身份证号并修改；谁在何时看过会记下来"))
        self._id_holder = QWidget()
        row = QHBoxLayout(self._id_holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.texts["id_number"], 1)
        row.addWidget(self.reveal_button)

    def _add_rows(self) -> None:
        texts, numbers = self.texts, self.numbers
        self._heading(self.tr("基本情况"))
        self._row("name", self.tr("姓名"), texts["name"])
        self._row("gender", self.tr("性别"), self.gender)
        self._row("id_number", self.tr("身份证号"), self._id_holder, texts["id_number"])
        self._row("birth", self.tr("出生"), texts["birth"])
        self._row("phones", self.tr("电话"), texts["phones"])
        self._row("organisation", self.tr("派出单位"), texts["organisation"])
        self._row("post", self.tr("职务"), texts["post"])
        self._row("title", self.tr("职称"), texts["title"])
        self._row("education", self.tr("学历"), self.education)
        self._row("major", self.tr("所学专业"), texts["major"])
        self._heading(self.tr("专业领域"))
        self._grid.addWidget(self.skills, self._grid.rowCount(), 0, 1, 2)
        self._error_row("skills")
        self._heading(self.tr("派往"))
        self._row("base_county", self.tr("常驻县"), self.base_county)
        self._row("team_county", self.tr("县团"), self.team_county)
        self._row("team_role", self.tr("团内角色"), self.team_role)
        self._row("sharing", self.tr("共享范围"), self.sharing)
        self._row("term_start", self.tr("任期开始"), texts["term_start"])
        self._row("term_end", self.tr("任期结束"), texts["term_end"])
        self._heading(self.tr("工作量"))
        self._row("max_slots_week", self.tr("每周上限"), numbers["max_slots_week"])
        self._row("max_slots_month", self.tr("每月上限"), numbers["max_slots_month"])
        self._row("target_days_year", self.tr("年度目标"), numbers["target_days_year"])
        self._row("max_travel_minutes", self.tr("单程上限"), numbers["max_travel_minutes"])
        self._row("remarks", self.tr("备注"), self.remarks)

    def _heading(self, text: str) -> None:
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, theme.px(2))
            row += 1
        self._grid.addWidget(label(text, look="strong"), row, 0, 1, 2)

    def _row(self, field: str, name: str, control: QWidget, edited: QWidget | None = None) -> None:
        row = self._grid.rowCount()
        text = label(name, look="muted")
        text.setBuddy(edited or control)
        (edited or control).setAccessibleName(name)
        self._grid.addWidget(text, row, 0)
        self._grid.addWidget(control, row, 1)
        self._error_row(field)

    def _error_row(self, field: str) -> None:
        error = label(look="danger", wrap=True)
        error.setProperty("small", True)
        error.hide()
        self.errors[field] = error
        self._grid.addWidget(error, self._grid.rowCount(), 0 if field == "skills" else 1, 1, -1)

    def _build_foot(self) -> QFrame:
        foot = QFrame()
        self.note = label(look="danger", wrap=True)
        self.note.hide()
        self.keep_button = button(self.tr("保留我的改动并保存"), lambda: self.save(merge=True))
        self.keep_button.setToolTip(self.tr("别处改过的其他内容不动，您改过的各项用您的"))
        self.theirs_button = button(self.tr("放弃，看最新的"), self._take_theirs)
        self.save_button = button(self.tr("保存"), self.save, icon=IconName.SAVE, look="primary")
        self.cancel_button = button(self.tr("取消"), self.give_up)
        self.cancel_button.setToolTip("Esc")
        column = QVBoxLayout(foot)
        column.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(2))
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
        def on(key: str | QKeySequence.StandardKey, run: Callable[[], object]) -> None:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: run())

        on("Ctrl+S", self.save)
        on("Esc", self.escape)

    # Showing ----------------------------------------------------------------------------

    @property
    def envoy_id(self) -> str:
        """Whom the form edits."""
        return self._base.id

    @property
    def adding(self) -> bool:
        """Whether the envoy is a new one."""
        return self._new

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.draft() != draft_of(self._base)

    def edit(self, envoy: Envoy) -> None:
        """Show an envoy's facts."""
        self._open(envoy, new=False)
        self.title_label.setText(self.tr("修改 {name}").format(name=envoy.name))

    def add(self, envoy: Envoy) -> None:
        """Show an empty form; `envoy` brings the new id and what is known already."""
        self._open(envoy, new=True)
        self.title_label.setText(self.tr("新增特派员"))

    def _open(self, envoy: Envoy, *, new: bool) -> None:
        self._base, self._new, self._saving, self._warned = envoy, new, False, False
        self._filling = True
        self._fill(draft_of(envoy))
        hidden = bool(envoy.id_number)
        if hidden:
            self.texts["id_number"].setText(masked_id(envoy.id_number))
        self.texts["id_number"].setReadOnly(hidden)
        self.reveal_button.setVisible(hidden)
        self._filling = False
        self._server = {}
        self._show_note("")
        self._check()
        self._area.verticalScrollBar().setValue(0)
        name = self.texts["name"]
        name.setFocus(Qt.FocusReason.OtherFocusReason)
        name.selectAll()

    def _fill(self, draft: EnvoyDraft) -> None:
        for field, line in self.texts.items():
            line.setText(getattr(draft, field))
            line.setCursorPosition(0)
        self.gender.setCurrentIndex(max(0, self.gender.findData(draft.gender)))
        self.education.setCurrentText(draft.education)
        self.base_county.choose(draft.base_county or "")
        self.team_county.choose(draft.team_county or "")
        self.team_role.setCurrentText(draft.team_role)
        self.sharing.setCurrentIndex(self.sharing.findData(draft.sharing.value))
        for field, number in self.numbers.items():
            number.setValue(getattr(draft, field))
        self.skills.set_skills(draft.skills, default_level(self._base.title_rank))
        self.remarks.setPlainText(draft.remarks)

    def draft(self) -> EnvoyDraft:
        """Return what stands in the form."""
        typed: dict[str, Any] = {field: line.text() for field, line in self.texts.items()}
        if self.texts["id_number"].isReadOnly():
            typed["id_number"] = self._base.id_number
        typed |= {field: number.value() for field, number in self.numbers.items()}
        return EnvoyDraft(
            **typed,
            gender=self.gender.currentData(),
            education=self.education.currentText(),
            skills=self.skills.skills,
            base_county=self.base_county.value or None,
            team_county=self.team_county.value or None,
            team_role=self.team_role.currentText(),
            sharing=Sharing(self.sharing.currentData()),
            remarks=self.remarks.toPlainText(),
        )

    def _follow_title(self, text: str) -> None:
        if not self._filling and (rank := rank_of(text)) is not None:
            self.skills.set_usual(default_level(rank))

    def _on_edited(self) -> None:
        if not self._filling:
            self._server, self._warned = {}, False
            self._check()

    def _check(self) -> dict[str, str]:
        """Show what is wrong beside the fields; a new form does not begin with complaints."""
        draft = self.draft()
        today = datetime.now().astimezone().date()
        problems = read_draft(draft, self._base, today).problems | self._server
        untouched = draft == draft_of(self._base)
        for field, error in self.errors.items():
            sentence = "" if untouched else problems.get(field, "")
            error.setText(sentence)
            error.setVisible(bool(sentence))
        why = ""
        if self._saving:
            why = self.tr("正在保存")
        elif untouched:
            why = self.tr("还没有改动")
        elif problems:
            why = self.tr("先改好标红的地方：{what}").format(what=next(iter(problems.values())))
        allow(self.save_button, why, self.tr("保存 (Ctrl+S)"))
        return problems

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
        if self._saving or not self.dirty or self._check():
            return
        roster, draft, base = self._context.workspace.roster, self.draft(), self._base
        new = self._new

        def write(handle: JobHandle) -> Changes:
            if new:
                return roster.add_draft(draft, base)
            return roster.save_draft(draft, base, merge=merge)

        self._saving = True
        self._check()
        self._context.jobs.start(self.tr("保存特派员"), write, self._on_saved, self._on_failed)

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
        elif isinstance(error, UserError) and not isinstance(error, Cancelled):
            self._show_note(str(error))
        problems = self._check()
        self._go_to(next(iter(problems), ""))

    def _go_to(self, field: str) -> None:
        control = self.texts.get(field) or self.numbers.get(field)
        if control is None and field in ("team_role", "gender"):
            control = getattr(self, field)
        if isinstance(control, QLineEdit | QSpinBox | QComboBox):
            control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_theirs(self) -> None:
        self.closed.emit()

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
        """Say that this envoy is still being edited."""
        if self._new:
            self._show_note(self.tr("正在新增特派员，先保存或取消。"))
        else:
            name = self._base.name
            self._show_note(self.tr("“{name}”的改动还没有保存，先保存或取消。").format(name=name))

    def _reveal(self) -> None:
        roster, key = self._context.workspace.roster, self._base.id

        def read(handle: JobHandle) -> str:
            return roster.reveal_id_number(key)

        def show(number: str) -> None:
            if self._base.id == key:  # another envoy may be edited by now
                self._show_id(number)

        self._context.jobs.start(self.tr("读取身份证号"), read, show, quiet=True)

    def _show_id(self, number: str) -> None:
        field = self.texts["id_number"]
        self._filling = True
        field.setText(number)
        field.setReadOnly(False)
        self._filling = False
        self.reveal_button.hide()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
