"""An envoy's facts, to be edited beside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.field_names import ENVOY_FIELDS
from envoy_app.domain.people import Envoy, Sharing, default_level
from envoy_app.domain.shown_numbers import masked_id
from envoy_app.domain.teams import LEADER, MEMBER
from envoy_app.domain.time import today
from envoy_app.domain.titles import rank_of
from envoy_app.services.roster_draft import EnvoyDraft, draft_of, read_draft
from ui import theme
from ui.context import AppContext
from ui.form_fields import WheelGuard, choice_combo, county_combo, free_combo, guarded, spin
from ui.jobs import JobHandle
from ui.parts import button
from ui.record_form import Checked, RecordForm
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


class EnvoyForm(RecordForm):
    """Edits one envoy, or a new one."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer, self._vocabulary = reference.gazetteer(), reference.vocabulary()
        self._guard = WheelGuard(self)
        self._base = Envoy(id="", name="")
        self._build_controls()
        self._build_id_number()
        self.build()

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
            line.textChanged.connect(self.on_edited)
        for combo in self._combos():
            guarded(combo, self._guard)
            combo.currentIndexChanged.connect(self.on_edited)
            combo.editTextChanged.connect(self.on_edited)
        for number in self.numbers.values():
            guarded(number, self._guard)
            number.valueChanged.connect(self.on_edited)
        self.skills.changed.connect(self.on_edited)
        self.remarks.textChanged.connect(self.on_edited)
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

    def _build_id_number(self) -> None:
        self.reveal_button = button(self.tr("显示"), self._reveal, look="compact")
        self.reveal_button.setToolTip(self.tr("显示完整的身份证号并修改；谁在何时看过会记下来"))
        self._id_holder = QWidget()
        row = QHBoxLayout(self._id_holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        self._id_line = self.texts["id_number"]
        row.addWidget(self._id_line, 1)
        row.addWidget(self.reveal_button)

    @override
    def add_rows(self) -> None:
        self.add_heading(self.tr("基本情况"))
        self._add("name", "gender")
        self.add_row("id_number", ENVOY_FIELDS["id_number"], self._id_holder, self._id_line)
        self._add("birth", "phones", "organisation", "post", "title", "education", "major")
        self.add_heading(ENVOY_FIELDS["skills"])
        self.add_wide_row("skills", self.skills)
        self.add_heading(self.tr("派往"))
        self._add("base_county", "team_county", "team_role", "sharing", "term_start", "term_end")
        self.add_heading(self.tr("工作量"))
        self._add(*self.numbers, "remarks")

    def _add(self, *fields: str) -> None:
        for name in fields:
            control = self.control(name)
            assert control is not None
            self.add_row(name, ENVOY_FIELDS[name], control, tall=name == "remarks")

    @override
    def control(self, name: str) -> QWidget | None:
        found = self.texts.get(name) or self.numbers.get(name) or getattr(self, name, None)
        return found if isinstance(found, QWidget) else None

    @override
    def focus_on(self, control: QWidget) -> None:
        if control is self.skills:
            self.skills.focus_first()
        else:
            super().focus_on(control)

    # Showing ----------------------------------------------------------------------------

    @property
    @override
    def record_id(self) -> str:
        return self._base.id

    @property
    @override
    def dirty(self) -> bool:
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
        self._base = envoy
        self._filling = True
        self._fill(draft_of(envoy))
        hidden = bool(envoy.id_number)
        if hidden:
            self._id_line.setText(masked_id(envoy.id_number))
            self._id_line.setCursorPosition(0)
        self._id_line.setReadOnly(hidden)
        self.reveal_button.setVisible(hidden)
        self._filling = False
        self.begin(new=new)
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

    @override
    def check(self) -> Checked:
        return Checked(read_draft(self.draft(), self._base, today()).problems)

    # Acting -----------------------------------------------------------------------------

    @property
    @override
    def saving_text(self) -> str:
        return self.tr("保存特派员")

    @override
    def writing(self, *, merge: bool) -> Callable[[JobHandle], Changes]:
        roster, draft, base = self._context.workspace.roster, self.draft(), self._base
        if self._new:
            return lambda handle: roster.add_draft(draft, base)
        return lambda handle: roster.save_draft(draft, base, merge=merge)

    @override
    def reminder(self) -> str:
        if self._new:
            return self.tr("正在新增特派员，先保存或取消。")
        return self.tr("“{name}”的改动还没有保存，先保存或取消。").format(name=self._base.name)

    def _reveal(self) -> None:
        roster, key = self._context.workspace.roster, self._base.id

        def read(handle: JobHandle) -> str:
            return roster.reveal_id_number(key)

        def show(number: str) -> None:
            if self._base.id == key:  # another envoy may be edited by now
                self._show_id(number)

        self._context.jobs.start(self.tr("读取身份证号"), read, show, quiet=True)

    def _show_id(self, number: str) -> None:
        field = self._id_line
        self._filling = True
        field.setText(number)
        field.setReadOnly(False)
        self._filling = False
        self.reveal_button.hide()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
