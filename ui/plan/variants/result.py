"""The third sheet: the figures side by side, and below what the variant chosen changes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.side_by_side import SideBySide
from envoy_app.domain.whatif import WhatIfResult, WhatIfView
from ui import theme
from ui.icons import IconName
from ui.parts import ElidedLabel, EmptyState, label
from ui.plan.change_rows import ChangeRow
from ui.plan.changes_panel import ChangesPanel
from ui.plan.variants.table import VariantsTable

DIFFERENT, EQUAL, BASE, FAILED = range(4)
LIST_LEAST = 190


def titles() -> tuple[str, str]:
    """Return what the two sides of a list of changes are called."""
    return "现状", "这种改法"


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison, made off the UI thread.

    `changes` has the rows of each variant; `plan_id` is the version that was compared.
    """

    result: WhatIfResult
    table: SideBySide
    changes: tuple[tuple[ChangeRow, ...], ...]
    plan_id: str

    @property
    def views(self) -> tuple[WhatIfView, ...]:
        """The plan as it is, then the variants."""
        return (self.result.base, *self.result.variants)

    @property
    def base_is_stored(self) -> bool:
        """Whether the plan as it is is the version itself, not one planned anew."""
        plan = self.result.base.plan
        return plan is not None and plan.info.id == self.plan_id


class ResultSheet(QWidget):
    """Signals: `visit_requested` a ChangeRow, `chosen_changed` the place of the column chosen."""

    visit_requested = Signal(object)
    chosen_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compared: Compared | None = None
        self.note = label(look="warning", wrap=True)
        self.note.setAccessibleName(self.tr("提醒"))
        self.legend = label(
            self.tr("▲▼ 变好　△▽ 变差　↑↓ 不评好坏　★ 这一行最好　点一列，下面列出它的变化"),
            look="muted",
        )
        self.table = VariantsTable()
        self.caption = ElidedLabel()
        self.caption.setProperty("strong", True)
        self.changes = ChangesPanel(titles())
        self.failed = label(look="danger", wrap=True)
        self.failed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self.table.variant_chosen.connect(self._choose)
        self.changes.visit_requested.connect(self.visit_requested)

    def _build(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.changes)
        same, base = self.tr("安排和现状相同"), self.tr("这一列是现状")
        hint = self.tr("没有服务要改时间、换人、新排上或不再排。")
        self.stack.addWidget(EmptyState(IconName.DONE, same, hint))
        look = self.tr("点别的一列，看那种改法会改变哪些服务。")
        self.stack.addWidget(EmptyState(IconName.INFO, base, look))
        self.stack.addWidget(self.failed)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        column.addWidget(self.caption)
        column.addWidget(self.stack, 1)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self.table)
        down.addWidget(lower)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(theme.px(2))
        down.setStretchFactor(1, 1)
        self._down = down
        self.table.setMinimumHeight(theme.px(40))
        lower.setMinimumHeight(LIST_LEAST)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(1.5))
        for part in (self.note, self.legend):
            box.addWidget(part)
        box.addWidget(down, 1)

    def show_compared(self, compared: Compared) -> None:
        """Show a comparison; the first variant that has a plan is chosen."""
        self._compared = compared
        self.table.show_table(compared.table)
        whole = self.table.whole_height
        self._down.setSizes([whole, max(LIST_LEAST, self.height() - whole)])
        found = [n for n, view in enumerate(compared.views) if n and view.plan is not None]
        self.table.choose(found[0] if found else 0)
        self.table.setFocus()

    def tell(self, sentence: str) -> None:
        """Show what must be known of the comparison."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    @property
    def chosen(self) -> WhatIfView | None:
        """The variant chosen, or the plan as it is."""
        place = self.table.chosen
        return self._compared.views[place] if self._compared and place >= 0 else None

    def _choose(self, place: int) -> None:
        if self._compared is None or place < 0:
            return
        view = self._compared.views[place]
        name = self._compared.table.plans[place].name
        rows = self._compared.changes[place - 1] if place else ()
        self.changes.show_rows(rows)
        if view.plan is None:
            self.failed.setText(view.error)
            sheet = FAILED
        elif not place:
            sheet = BASE
        else:
            sheet = DIFFERENT if rows else EQUAL
        self.stack.setCurrentIndex(sheet)
        what = "；".join(view.changes)
        text = self.tr("{0}：{1}").format(name, what) if what else name
        if rows:
            text = self.tr("{0}（{1} 项服务有变化）").format(text, len(rows))
        self.caption.set_full_text(text)
        self.chosen_changed.emit(place)
