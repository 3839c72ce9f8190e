"""The conflict panel under the board: every rule that the plan on view breaks by now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.editing import BrokenRule
from ui import theme
from ui.parts import allow, button
from ui.plan.conflict_rows import (
    ConflictRow,
    Cure,
    conflict_columns,
    conflict_keys,
    conflict_rows,
    tr,
)
from ui.plan.labels import Labels
from ui.tables import TableView


class ConflictsPanel(QWidget):
    """A table of broken rules, with what can be done about them.

    Signals: `row_chosen` and `row_activated` (Enter, double click) carry a ConflictRow, as does
    `cure_requested`; `renewal_requested` when today's data is to be brought into the plan.
    """

    row_chosen = Signal(object)
    row_activated = Signal(object)
    cure_requested = Signal(object)
    renewal_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: TableView[ConflictRow] = TableView(
            conflict_columns(), self.tr("冲突"), row_height=theme.ROW_DENSE
        )
        self.cure_button = button(self.tr("处理…"), self._ask_cure)
        self.renew_button = button(self.tr("按现在的数据更新…"), self.renewal_requested.emit)
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        row.addWidget(self.cure_button)
        row.addWidget(self.renew_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.table)
        self._why_not = ""
        self._showing = False
        self.table.row_chosen.connect(self._tell_chosen)
        self.table.row_activated.connect(self.row_activated)
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._allow())
        self.show_conflicts(None, None)

    @property
    def count(self) -> int:
        """How many rules are broken, whatever the filter lets pass."""
        return self.table.rows_model.rowCount()

    def show_conflicts(
        self, broken: Sequence[BrokenRule] | None, labels: Labels | None, why_unknown: str = ""
    ) -> None:
        """Show the broken rules of a plan; None while they are not known."""
        rows = conflict_rows(broken, labels) if broken and labels else ()
        if rows != self.table.rows_model.rows:
            self._showing = True  # what was chosen stays so, and nobody jumps anywhere
            self.table.set_rows(rows, conflict_keys(rows))
            self._showing = False
        if broken is not None:
            self.table.empty_text = self.tr(
                "没有冲突：按现在的名册、工作日历和需求，这一版没有违反规则。"
            )
        else:
            self.table.empty_text = why_unknown or self.tr("正在按现在的名册和日历核对…")
        self.table.viewport().update()
        self._allow()
        known = labels is not None
        hint = self.tr(
            "按现在的名册、县团、日历、标准和需求生成新的一版：能保留的都保留，不行的退回未排。\n"
            "手工调整和可替换人选按排班时的数据判断，数据变了先更新"
        )
        allow(self.renew_button, "" if known else self.tr("还没有排班方案"), hint)

    def set_why_not(self, why_not: str) -> None:
        """Say why nothing can be changed by hand now, "" where it can."""
        self._why_not = why_not
        self._allow()

    def set_narrow(self, narrow: bool) -> None:
        """Say less on the buttons where there is little room."""
        text = self.tr("更新…") if narrow else self.tr("按现在的数据更新…")
        self.renew_button.setText(text)

    def set_county(self, code: str | None) -> None:
        """Show one county only, or all; what is in no county is always shown."""
        self.table.proxy.set_predicate(
            (lambda row: row.visit is None or row.visit.county == code) if code else None
        )

    def _tell_chosen(self, row: ConflictRow) -> None:
        if not self._showing:
            self.row_chosen.emit(row)

    def _ask_cure(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.cure_requested.emit(row)

    def _allow(self) -> None:
        chosen = self.table.selected_rows()
        row = chosen[0] if len(chosen) == 1 else None
        self.cure_button.setText(
            {
                None: self.tr("处理…"),
                Cure.PEOPLE: self.tr("换人…"),
                Cure.MOVE: self.tr("移动…"),
                Cure.TAKE_OFF: self.tr("取消安排"),
            }[row.cure if row else None]
        )
        self.cure_button.setAccessibleName(self.cure_button.text())
        allow(self.cure_button, self._why_no_cure(row), _hint(row))

    def _why_no_cure(self, row: ConflictRow | None) -> str:
        if row is None:
            return self.tr("先在表里选一条冲突")
        if row.visit is None:
            return self.tr("这一条不是某一项服务的问题，请按现在的数据更新")
        # Who could come may be looked at in any version.
        return "" if row.cure is Cure.PEOPLE else self._why_not


def _hint(row: ConflictRow | None) -> str:
    if row is None:
        return ""
    return {
        Cure.PEOPLE: tr("列出可替换的人选，选一位换上"),
        Cure.MOVE: tr("在排班表上给这项服务选另一个时间"),
        Cure.TAKE_OFF: tr("把这项服务退回未排，可以撤销"),
    }[row.cure]
