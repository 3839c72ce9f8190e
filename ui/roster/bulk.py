"""Several envoys at once: what to set, what that changes, and one change for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.changes import Changes
from envoy_app.domain.people import RANK_NAMES, Envoy, Sharing
from envoy_app.services.record_edits import ENVOY, names_of
from envoy_app.services.roster_bulk import (
    BULK_ROLES,
    BulkEdit,
    BulkField,
    BulkPreview,
    preview_bulk,
)
from envoy_app.services.roster_draft import read_term_text
from ui import theme
from ui.context import AppContext
from ui.form_fields import choice_combo, spin
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.tables import Column, TableView

_NUMBERS = {
    BulkField.WEEK: (14, "个半天", 4),
    BulkField.MONTH: (62, "个半天", 8),
    BulkField.TARGET: (366, "天", 24),
    BulkField.TRAVEL: (600, "分钟", 180),
}
_TERMS = (BulkField.TERM_START, BulkField.TERM_END)


@dataclass(frozen=True)
class PreviewRow:
    """One envoy before and after; `refused` says why nothing changes."""

    before: Envoy
    after: Envoy
    refused: str = ""


class BulkPanel(QWidget):
    """Sets one thing for all selected envoys, after showing what that changes."""

    applied = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        reference = context.workspace.reference
        self._vocabulary = reference.vocabulary()
        self._names = names_of(reference.gazetteer(), self._vocabulary)
        self._envoys: tuple[Envoy, ...] = ()
        self._applying = False
        self.preview: BulkPreview | None = None
        self._build_controls()
        self._build()
        self._show_value()

    def _build_controls(self) -> None:
        fields = [(field.value, field.label) for field in BulkField]
        self.field = choice_combo(self.tr("改什么"), fields)
        self.field.setMaxVisibleItems(len(fields))
        specialties = [(item.code, item.name) for item in self._vocabulary.specialties]
        self.choice = choice_combo(self.tr("改成"), [])
        self.number: QSpinBox = spin(self.tr("改成"), 1, "")
        self.text = QLineEdit()
        self.text.setAccessibleName(self.tr("改成"))
        self._specialties = specialties
        levels = [("0", self.tr("按职称"))]
        levels += [(str(rank), RANK_NAMES[rank]) for rank in (1, 2, 3)]
        self.level = choice_combo(self.tr("级别"), levels)
        self.value = QStackedWidget()
        for control in (self.choice, self.number, self.text):
            self.value.addWidget(control)
        self.value.setFixedHeight(theme.px(8))
        self.field.currentIndexChanged.connect(self._show_value)
        self.choice.currentIndexChanged.connect(self._show_preview)
        self.level.currentIndexChanged.connect(self._show_preview)
        self.number.valueChanged.connect(self._show_preview)
        self.text.textChanged.connect(self._show_preview)

    def _build(self) -> None:
        # Words are made for the rows on screen only: there may be thousands.
        columns = [
            Column[PreviewRow](
                "name", self.tr("姓名"), lambda row: row.before.name, width=theme.px(15)
            ),
            Column[PreviewRow](
                "before",
                self.tr("现在"),
                lambda row: ENVOY.in_words(row.before, self._field.field, self._names),
                width=theme.px(22),
                flex=1,
            ),
            Column[PreviewRow](
                "after",
                self.tr("改后"),
                lambda row: (
                    row.refused or ENVOY.in_words(row.after, self._field.field, self._names)
                ),
                width=theme.px(22),
                flex=1,
                color=lambda row: "muted" if row.refused else "changed",
            ),
        ]
        self.table: TableView[PreviewRow] = TableView(
            columns, self.tr("修改预览"), row_height=theme.ROW_DENSE
        )
        self.table.setMinimumHeight(theme.px(20))
        self.count = label(wrap=True)
        self.wrong = label(look="danger", wrap=True)
        self.apply_button = button(self.tr("应用"), self.apply, icon=IconName.CHECK, look="primary")
        what = QHBoxLayout()
        what.addWidget(self.field, 1)
        what.addWidget(self.level)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(3), theme.px(1), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(1))
        column.addWidget(label(self.tr("批量修改"), look="strong"))
        column.addLayout(what)
        column.addWidget(self.value)
        for part in (self.wrong, self.count):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.apply_button)

    # Showing ----------------------------------------------------------------------------

    def show_envoys(self, envoys: Sequence[Envoy]) -> None:
        """Work on these."""
        self._envoys = tuple(envoys)
        self._show_preview()

    @property
    def _field(self) -> BulkField:
        return BulkField(self.field.currentData())

    def _show_value(self) -> None:
        """Offer what fits the thing to be set."""
        field = self._field
        blocked = [self.choice.blockSignals(True), self.number.blockSignals(True)]
        self.choice.clear()
        for value, text in self._offers(field):
            self.choice.addItem(text, value)
        if field in _NUMBERS:
            most, unit, usual = _NUMBERS[field]
            self.number.setRange(0, most)
            self.number.setSuffix(f" {unit}")
            self.number.setValue(usual)
        self.text.setPlaceholderText("2027-12" if field in _TERMS else "")
        self.choice.blockSignals(blocked[0])
        self.number.blockSignals(blocked[1])
        shown: QWidget = self.choice
        if field in _NUMBERS:
            shown = self.number
        elif not self.choice.count():
            shown = self.text
        self.value.setCurrentWidget(shown)
        self.level.setVisible(field is BulkField.ADD_SPECIALTY)
        self._show_preview()

    def _offers(self, field: BulkField) -> list[tuple[object, str]]:
        offers: dict[BulkField, list[tuple[object, str]]] = {
            BulkField.SHARING: [(item.value, item.label) for item in Sharing],
            BulkField.ROLE: [(role, role) for role in BULK_ROLES],
            BulkField.ACTIVE: [(False, self.tr("停用")), (True, self.tr("恢复为在岗"))],
            BulkField.ADD_SPECIALTY: [*self._specialties],
            BulkField.REMOVE_SPECIALTY: [*self._specialties],
        }
        return offers.get(field, [])

    def _edit(self) -> tuple[BulkEdit | None, str]:
        """Return what to do, or why it cannot be done."""
        field, control = self._field, self.value.currentWidget()
        if isinstance(control, QSpinBox):
            return BulkEdit(field, control.value()), ""
        if isinstance(control, QComboBox):
            return BulkEdit(field, control.currentData(), int(self.level.currentData())), ""
        text = self.text.text().strip()
        if field in _TERMS:
            value, wrong = read_term_text(text)
            return (None, wrong) if wrong else (BulkEdit(field, value), "")
        if not text:
            return None, self.tr("先填写要改成什么")
        return BulkEdit(field, text), ""

    def _show_preview(self) -> None:
        edit, wrong = self._edit()
        self.preview = preview_bulk(self._envoys, edit) if edit else None
        self.wrong.setText(wrong if self.text.text() else "")
        self.wrong.setVisible(bool(self.wrong.text()))
        rows: list[PreviewRow] = []
        if self.preview is not None:
            rows = [PreviewRow(before, after) for before, after in self.preview.changes]
            rows += [PreviewRow(one, one, why) for one, why in self.preview.refused]
        self.table.set_rows(rows)
        self._say(wrong)

    def _say(self, wrong: str) -> None:
        preview = self.preview
        changes = len(preview.changes) if preview else 0
        parts = [self.tr("将修改 {n} 人").format(n=changes)]
        if preview and preview.same:
            parts.append(self.tr("{n} 人本来就是").format(n=preview.same))
        if preview and preview.refused:
            parts.append(self.tr("{n} 人不能改").format(n=len(preview.refused)))
        self.count.setText("，".join(parts) if preview else "")
        why = wrong or ("" if changes else self.tr("没有人需要改"))
        if self._applying:
            why = self.tr("正在保存")
        self.apply_button.setText(self.tr("应用到 {n} 人").format(n=changes))
        allow(self.apply_button, why, self.tr("作为一次修改保存，可以撤销"))

    # Acting -----------------------------------------------------------------------------

    def apply(self) -> None:
        """Store what the preview shows."""
        preview = self.preview
        if preview is None or not preview.changes or self._applying:
            return
        roster = self._context.workspace.roster

        def write(handle: JobHandle) -> Changes:
            return roster.apply_bulk(preview)

        self._applying = True
        self._say("")
        self._context.jobs.start(self.tr("批量修改"), write, self._on_applied, self._on_failed)

    def _on_applied(self, changes: Changes) -> None:
        self._applying = False
        self.applied.emit(changes)

    def _on_failed(self, error: Exception) -> None:
        self._applying = False
        self._show_preview()
        self.wrong.setText(str(error))
        self.wrong.setVisible(bool(str(error)))
