"""The list of the people to tell of a change from one version to another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from envoy_app.domain.plan_changes import Notice, ToldAs
from ui import theme
from ui.context import AppContext
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.parts import SearchBox, allow, button, label
from ui.plan.versions.rows import notice_columns, notice_keys, told
from ui.tables import TableView

TEXT_HEIGHT = 22


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
