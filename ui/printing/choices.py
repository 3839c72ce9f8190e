"""The left side of the print page: which document, for which counties."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.geography import Gazetteer
from ui import theme
from ui.parts import SearchBox, button, label
from ui.search import matches, search_key

CODE = int(Qt.ItemDataRole.UserRole)
KEY = CODE + 1


class Choices(QFrame):
    """Signals: `changed` when the document or the counties changed."""

    changed = Signal()

    def __init__(
        self,
        documents: Mapping[str, str],
        gazetteer: Gazetteer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._build_documents(documents)
        self._build_counties(gazetteer)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        box.setSpacing(theme.px(2))
        box.addWidget(label(self.tr("打印什么"), look="heading"))
        box.addWidget(self.documents)
        box.addSpacing(theme.px(1))
        box.addWidget(label(self.tr("哪些县"), look="heading"))
        box.addWidget(self.all)
        box.addWidget(self.some)
        box.addWidget(self.search)
        box.addWidget(self.counties, 1)
        box.addLayout(self._build_tools())
        self._enable()

    @property
    def document(self) -> str:
        """Key of the document chosen."""
        row = self.documents.currentRow()
        return str(self.documents.item(row).data(CODE)) if row >= 0 else ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the counties chosen; empty for all."""
        if self.all.isChecked():
            return ()
        items = map(self.counties.item, range(self.counties.count()))
        checked = Qt.CheckState.Checked
        return tuple(str(item.data(CODE)) for item in items if item.checkState() is checked)

    @property
    def complete(self) -> bool:
        """Whether there is something to print: all counties, or at least one."""
        return self.all.isChecked() or bool(self.codes)

    def choose_county(self, code: str | None) -> None:
        """Choose one county alone, or all."""
        with QSignalBlocker(self.counties):
            for row in range(self.counties.count()):
                item = self.counties.item(row)
                item.setCheckState(_state(item.data(CODE) == code))
        radio = self.some if code else self.all
        was = radio.isChecked()
        radio.setChecked(True)
        self._enable()
        if was and code:
            self.changed.emit()

    def set_checked(self, codes: frozenset[str]) -> None:
        """Choose these counties."""
        with QSignalBlocker(self.counties):
            for row in range(self.counties.count()):
                item = self.counties.item(row)
                item.setCheckState(_state(item.data(CODE) in codes))
        self._enable()
        self.changed.emit()

    def _build_documents(self, documents: Mapping[str, str]) -> None:
        self.documents = QListWidget()
        self.documents.setAccessibleName(self.tr("文件种类"))
        for key, title in documents.items():
            item = QListWidgetItem(title)
            item.setData(CODE, key)
            item.setSizeHint(QSize(0, theme.ROW_COMFORTABLE))
            self.documents.addItem(item)
        self.documents.setCurrentRow(0)
        self.documents.setFixedHeight(theme.ROW_COMFORTABLE * max(1, len(documents)) + 6)
        self.documents.currentRowChanged.connect(lambda _row: self.changed.emit())

    def _build_counties(self, gazetteer: Gazetteer) -> None:
        self.all = QRadioButton(self.tr("全部 {0} 个县").format(len(gazetteer.counties)))
        self.some = QRadioButton(self.tr("只打印勾选的县"))
        group = QButtonGroup(self)
        for radio in (self.all, self.some):
            group.addButton(radio)
        self.all.setChecked(True)
        self.all.toggled.connect(self._scope_changed)
        self.search = SearchBox(self.tr("找县名或拼音"), self.tr("在县里查找"))
        self.search.textChanged.connect(self._filter)
        self.counties = _CheckList()
        self.counties.setAccessibleName(self.tr("要打印的县"))
        self.counties.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for county in gazetteer.counties:
            item = QListWidgetItem(f"{county.name}  {county.city_short}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(CODE, county.code)
            item.setData(KEY, search_key(county.name, (county.city,)))
            item.setSizeHint(QSize(0, theme.ROW_DENSE))
            self.counties.addItem(item)
        self.counties.itemChanged.connect(self._item_changed)

    def _build_tools(self) -> QHBoxLayout:
        self.count = label(look="muted")
        self.clear = button(self.tr("清空"), lambda: self.set_checked(frozenset()), look="link")
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        row.addWidget(self.clear)
        return row

    def _item_changed(self) -> None:
        self._enable()
        self.changed.emit()

    def _scope_changed(self) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        some = self.some.isChecked()
        for widget in (self.counties, self.search, self.clear):
            widget.setEnabled(some)
            widget.setToolTip("" if some else self.tr("先选“只打印勾选的县”"))
        number = len(self.codes)
        self.count.setText(self.tr("已选 {0} 个县").format(number) if some else "")

    def _filter(self, text: str) -> None:
        query = text.strip()
        for row in range(self.counties.count()):
            item = self.counties.item(row)
            item.setHidden(bool(query) and not matches(str(item.data(KEY)), query))


class _CheckList(QListWidget):
    """A list in which a click anywhere on a row checks it."""

    def __init__(self) -> None:
        super().__init__()
        self.itemClicked.connect(self._toggle)
        self._before: Qt.CheckState | None = None
        self.itemPressed.connect(self._remember)

    def _remember(self, item: QListWidgetItem) -> None:
        self._before = item.checkState()

    def _toggle(self, item: QListWidgetItem) -> None:
        # A click on the box itself has toggled it already.
        if item.checkState() == self._before:
            item.setCheckState(_state(self._before is Qt.CheckState.Unchecked))

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(48), theme.px(60))


def _state(checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
