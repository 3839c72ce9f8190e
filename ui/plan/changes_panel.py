"""The list of visits that one plan holds otherwise than another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.plan_changes import VisitChangeKind
from ui import theme
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.parts import SearchBox, allow, button, label
from ui.plan.change_rows import ChangeRow, change_columns, change_keys, sides
from ui.tables import TableView


class ChangesPanel(QWidget):
    """Visits that changed; `visit_requested` carries the ChangeRow to show on the board."""

    visit_requested = Signal(object)

    def __init__(
        self, titles: tuple[str, str] | None = None, parent: QWidget | None = None
    ) -> None:
        """`titles` are what the two plans are called."""
        super().__init__(parent)
        self.search = SearchBox(self.tr("搜索县、人、服务、日期"), self.tr("搜索变化"))
        self.kinds = FilterCombo(
            self.tr("变化的种类"),
            self.tr("全部变化"),
            [(kind.value, kind.value) for kind in VisitChangeKind],
            None,
        )
        self.count = label(look="muted")
        self.table: TableView[ChangeRow] = TableView(
            change_columns(*(titles or sides())), self.tr("变化的服务"), row_height=theme.ROW_DENSE
        )
        self.show_button = button(self.tr("在排班表上看"), self._request)
        self.copy_button = button(self.tr("复制"), self.table.copy_rows, icon=IconName.COPY)
        self.copy_button.setToolTip(self.tr("复制所选的行（没有选就是全部），可以贴进 Excel"))
        self._build()
        self.search.textChanged.connect(self.table.proxy.set_query)
        self.kinds.value_changed.connect(lambda _value: self._filter())
        self.table.proxy.counted.connect(self._count)
        self.table.row_activated.connect(self.visit_requested)
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._choose())
        self._choose()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.addWidget(self.search, 1)
        for part in (self.kinds, self.count, self.copy_button, self.show_button):
            tools.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.px(2), 0, 0)
        box.setSpacing(theme.px(2))
        box.addLayout(tools)
        box.addWidget(self.table, 1)

    def show_rows(self, rows: Sequence[ChangeRow]) -> None:
        """Show the changes of a comparison."""
        self.table.set_rows(rows, change_keys(rows))
        self._filter()

    def _filter(self) -> None:
        wanted = self.kinds.value
        self.table.proxy.set_predicate(
            (lambda row: row.change.kind.value == wanted) if wanted else None
        )

    def _count(self) -> None:
        shown, total = self.table.proxy.rowCount(), len(self.table.rows_model.rows)
        text = self.tr("{0} 项") if shown == total else self.tr("{1} 项中的 {0} 项")
        self.count.setText(text.format(shown, total))

    def _choose(self) -> None:
        chosen = self.table.selected_rows()
        allow(
            self.show_button,
            "" if chosen else self.tr("先选一项变化"),
            self.tr("在排班表上选中这项服务（双击或回车）"),
        )

    def _request(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.visit_requested.emit(row)
