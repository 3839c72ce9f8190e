"""The two lists of a comparison: visits that changed, and people to tell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from envoy_app.domain.plan_changes import Notice, ToldAs, VisitChangeKind
from ui import theme
from ui.context import AppContext
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.parts import SearchBox, allow, button, label
from ui.plan.versions.rows import (
    ChangeRow,
    change_columns,
    change_keys,
    notice_columns,
    notice_keys,
    told,
)
from ui.tables import TableView

TEXT_HEIGHT = 22


class ChangesPanel(QWidget):
    """Visits that changed; `visit_requested` carries the ChangeRow to show on the board."""

    visit_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
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
            change_columns(), self.tr("变化的服务"), row_height=theme.ROW_DENSE
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


class NoticesPanel(QWidget):
    """People to tell, with phone and words; those of the chosen are shown whole below."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.search = SearchBox(self.tr("搜索姓名、单位、电话、内容"), self.tr("搜索需通知的人"))
        self.kinds = FilterCombo(
            self.tr("类别"),
            self.tr("全部人员"),
            [(kind.value, kind.value) for kind in ToldAs],
            None,
        )
        self.count = label(look="muted")
        self.table: TableView[Notice] = TableView(
            notice_columns(), self.tr("需通知的人"), row_height=theme.ROW_DENSE
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("通知内容"))
        self.text.setPlaceholderText(self.tr("选一个人，这里显示要告诉他的话"))
        self.text.setTabChangesFocus(True)
        self.copy_button = button(self.tr("复制通知文字"), self.copy_texts, icon=IconName.COPY)
        self._build()
        self.search.textChanged.connect(self.table.proxy.set_query)
        self.kinds.value_changed.connect(lambda _value: self._filter())
        self.table.proxy.counted.connect(self._count)
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._choose())
        self._choose()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.addWidget(self.search, 1)
        for part in (self.kinds, self.count, self.copy_button):
            tools.addWidget(part)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self.table)
        down.addWidget(self.text)
        down.setStretchFactor(0, 1)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(theme.px(2))
        down.setSizes([theme.px(90), theme.px(TEXT_HEIGHT)])
        self.text.setMinimumHeight(theme.px(14))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.px(2), 0, 0)
        box.setSpacing(theme.px(2))
        box.addLayout(tools)
        box.addWidget(down, 1)

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show who is to be told."""
        self.table.set_rows(notices, notice_keys(notices))
        self._filter()
        self._choose()

    def copy_texts(self) -> None:
        """Copy the words for those chosen, as they are sent to them."""
        chosen = self.table.selected_rows()
        QGuiApplication.clipboard().setText("\n\n".join(map(told, chosen)))
        self._context.notify(self.tr("已复制 {0} 人的通知文字").format(len(chosen)))

    def _filter(self) -> None:
        wanted = self.kinds.value
        self.table.proxy.set_predicate(
            (lambda notice: notice.told_as.value == wanted) if wanted else None
        )

    def _count(self) -> None:
        shown = self.table.proxy.shown()
        phoneless = sum(1 for notice in shown if not notice.phone)
        text = self.tr("{0} 人").format(len(shown))
        if phoneless:
            text += self.tr("，{0} 人没有电话").format(phoneless)
        self.count.setText(text)

    def _choose(self) -> None:
        chosen = self.table.selected_rows()
        self.text.setPlainText("\n\n".join(map(told, chosen)))
        allow(
            self.copy_button,
            "" if chosen else self.tr("先选要通知的人，可以多选"),
            self.tr("复制所选的人的通知文字，可以贴进短信或微信"),
        )
