"""Shows what an edit of many lines would change, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from envoy_app.domain.geography import County, Gazetteer
from envoy_app.domain.standard_edits import StandardChange, StandardEdits, StandardTable
from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.dialog import Dialog
from ui.parts import SearchBox, allow, button, label
from ui.search import matches, search_key
from ui.tables import Column, TableView


def change_columns(gazetteer: Gazetteer, vocabulary: Vocabulary) -> list[Column[StandardChange]]:
    """Return the columns of the list of changes."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("StandardChanges", text)

    def county(change: StandardChange) -> str:
        return gazetteer.by_code[change.county].short_name

    def specialty(change: StandardChange) -> str:
        return vocabulary.name(change.specialty) if change.specialty else tr("最低场次")

    return [
        Column("county", tr("县"), county, width=theme.px(18)),
        Column("specialty", tr("专业"), specialty, width=theme.px(34)),
        Column("before", tr("现在"), lambda change: change.before, width=theme.px(60), flex=1),
        Column("after", tr("改为"), lambda change: change.after, width=theme.px(60), flex=1),
    ]


class CopyDialog(Dialog):
    """Chooses the counties that get the standard of another; shows line by line what changes."""

    def __init__(
        self,
        table: StandardTable,
        source: County,
        only: frozenset[str],
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._table, self._source, self._only = table, source, only
        self.edits = StandardEdits()
        self.setWindowTitle(self.tr("复制覆盖标准"))
        self.resize(theme.px(230), theme.px(120))
        names = "、".join(vocabulary.name(code) for code in sorted(only))
        what = names or self.tr("全部专业和最低场次")
        heading = self.tr("把{county}的{what}复制到哪些县？").format(
            county=source.short_name, what=what
        )
        self.counties = self._build_counties(gazetteer)
        self.changes: TableView[StandardChange] = TableView(
            change_columns(gazetteer, vocabulary), self.tr("将要改动的内容")
        )
        self.count_label = label(look="muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(3))
        row.addLayout(self._build_choice())
        row.addWidget(self.changes, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setSpacing(theme.px(3))
        layout.addWidget(label(heading, look="heading", wrap=True))
        layout.addLayout(row, 1)
        layout.addLayout(self._build_buttons())
        self._show()

    def _build_counties(self, gazetteer: Gazetteer) -> QListWidget:
        counties = QListWidget()
        counties.setAccessibleName(self.tr("要复制到的县"))
        for county in sorted(gazetteer.counties, key=lambda item: item.code):
            if county.code != self._source.code:
                item = QListWidgetItem(f"{county.city.removesuffix('市')} {county.short_name}")
                item.setData(Qt.ItemDataRole.UserRole, county)
                item.setCheckState(Qt.CheckState.Unchecked)
                counties.addItem(item)
        counties.itemChanged.connect(lambda item: self._show())
        return counties

    def _build_choice(self) -> QVBoxLayout:
        search = SearchBox(self.tr("县名、拼音"), self.tr("查找县"))
        search.textChanged.connect(self._search)
        same = button(self.tr("同市全选"), partial(self._check, same_city=True))
        every = button(self.tr("全选"), partial(self._check, same_city=False))
        none = button(self.tr("全不选"), self._uncheck)
        row = QHBoxLayout()
        for part in (same, every, none):
            row.addWidget(part)
        column = QVBoxLayout()
        column.setSpacing(theme.px(2))
        column.addWidget(search)
        column.addWidget(self.counties, 1)
        column.addLayout(row)
        self.counties.setFixedWidth(theme.px(58))
        return column

    def _build_buttons(self) -> QHBoxLayout:
        self.apply_button = button(self.tr("复制"), self.accept, look="primary")
        row = QHBoxLayout()
        row.addWidget(self.count_label)
        row.addStretch(1)
        row.addWidget(button(self.tr("取消"), self.reject))
        row.addWidget(self.apply_button)
        self.apply_button.setDefault(True)
        return row

    def _items(self) -> Sequence[QListWidgetItem]:
        return [self.counties.item(row) for row in range(self.counties.count())]

    def _search(self, query: str) -> None:
        for item in self._items():
            county: County = item.data(Qt.ItemDataRole.UserRole)
            key = search_key(county.short_name, (county.name, *county.aliases))
            item.setHidden(bool(query.strip()) and not matches(key, query))

    def _check(self, *, same_city: bool) -> None:
        for item in self._items():
            county: County = item.data(Qt.ItemDataRole.UserRole)
            if not item.isHidden() and (not same_city or county.city == self._source.city):
                item.setCheckState(Qt.CheckState.Checked)

    def _uncheck(self) -> None:
        for item in self._items():
            item.setCheckState(Qt.CheckState.Unchecked)

    def _show(self) -> None:
        chosen = [
            item.data(Qt.ItemDataRole.UserRole).code
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        ]
        wanted = self._table.copied(self._source.code, chosen, only=self._only)
        self.edits = self._table.effective(wanted)
        self.changes.set_rows(self._table.changes(wanted))
        count = len(self.edits.lines) + len(self.edits.minimums)
        self.count_label.setText(self.tr("将改动 {n} 项").format(n=count))
        why = self.tr("先勾选要复制到的县") if not chosen else self.tr("这些县已经一样")
        allow(self.apply_button, "" if count else why)


class DefaultsDialog(Dialog):
    """Shows what going back to the shipped standard would change."""

    def __init__(
        self,
        edits: StandardEdits,
        table: StandardTable,
        gazetteer: Gazetteer,
        vocabulary: Vocabulary,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.edits = table.effective(edits)
        changes = table.changes(edits)
        self.setWindowTitle(self.tr("恢复默认覆盖标准"))
        self.resize(theme.px(210), theme.px(100))
        self.changes: TableView[StandardChange] = TableView(
            change_columns(gazetteer, vocabulary), self.tr("将要改动的内容")
        )
        self.changes.set_rows(changes)
        self.apply_button = button(self.tr("恢复默认"), self.accept, look="primary")
        allow(self.apply_button, "" if changes else self.tr("选中的县已经是默认标准"))
        row = QHBoxLayout()
        row.addWidget(label(self.tr("将改动 {n} 项").format(n=len(changes)), look="muted"))
        row.addStretch(1)
        row.addWidget(button(self.tr("取消"), self.reject))
        row.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        layout.setSpacing(theme.px(3))
        layout.addWidget(label(self.tr("选中的县恢复为默认的覆盖标准？"), look="heading"))
        layout.addWidget(self.changes, 1)
        layout.addLayout(row)
