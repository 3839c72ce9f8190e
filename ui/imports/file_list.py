"""The left of the import page: files and their sheets, each with its state."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.import_choices import ImportBatch, ImportFile, RefusedFile
from ui import theme
from ui.icons import IconName, icon
from ui.imports.choosing import open_questions
from ui.imports.fields import KIND_NAMES
from ui.imports.questions import hidden_rows
from ui.imports.session import ImportSession
from ui.imports.sheet_facts import RowFilter, SheetFacts
from ui.imports.totals import summary_text
from ui.parts import button, label

PLACE = int(Qt.ItemDataRole.UserRole) + 1
SHEET_LIMIT = 300


class FileTree(QTreeWidget):
    """Files with their sheets; Delete asks to take a file away."""

    remove_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("文件和工作表"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setAllColumnsShowFocus(True)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(theme.px(8))
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setIndentation(theme.px(3))
        self.setIconSize(theme.icon_size())
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setExpandsOnDoubleClick(False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_pressed.emit()
        else:
            super().keyPressEvent(event)


class FileList(QWidget):
    """`sheet_chosen` carries a file's number and a sheet's name, `add_requested` asks for more."""

    sheet_chosen = Signal(int, str)
    refused_chosen = Signal(str)
    add_requested = Signal()

    def __init__(self, session: ImportSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.tree = FileTree()
        self.tree.currentItemChanged.connect(self._tell)
        self.tree.remove_pressed.connect(self.remove_current)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.title = label(look="strong")
        self.add_button = button(self.tr("添加文件"), self.add_requested.emit, icon=IconName.FOLDER)
        self.add_button.setToolTip(self.tr("也可以把文件直接拖到窗口里"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        layout.addWidget(self.title)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.add_button)
        self.setMinimumWidth(theme.px(25))
        theme.notifier.theme_changed.connect(self.refresh)

    @property
    def current(self) -> tuple[int, str]:
        """The file's number and the sheet's name under the cursor; -1 for a refused file."""
        item = self.tree.currentItem()
        place: tuple[int, str] = item.data(0, PLACE) if item is not None else (-1, "")
        return place

    def choose(self, file: int, sheet: str) -> None:
        """Put the cursor on a sheet."""
        if self.current == (file, sheet):
            return
        top = self.tree.topLevelItem(file)
        children = (top.child(place) for place in range(top.childCount())) if top else ()
        for item in children:
            if item is not None and item.data(0, PLACE) == (file, sheet):
                self.tree.setCurrentItem(item)
                return

    # Showing -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's files; the cursor stays, or goes to the first sheet that is asked."""
        before = self.current
        batch, facts = self._session.batch, self._session.facts
        self.tree.blockSignals(True)
        self.tree.clear()
        items: dict[tuple[int, str], QTreeWidgetItem] = {}
        for number, file in enumerate(batch.files):
            items |= self._add_file(number, file, facts[number] if number < len(facts) else {})
        for refused in batch.refused:
            item = self._add_refused(refused)
            items[-1, refused.name] = item
        self.tree.expandAll()
        count = len(batch.files) + len(batch.refused)
        self.title.setText(self.tr("文件 {n} 个").format(n=count))
        self.tree.blockSignals(False)
        wanted = before if before in items else self._first()
        if wanted in items:
            self.tree.setCurrentItem(items[wanted])
            if wanted == before:
                self._tell()

    def _first(self) -> tuple[int, str]:
        """Return the sheet to begin with: one with rows, else the first."""
        batch = self._session.batch
        for number, file in enumerate(batch.files):
            named = [row.sheet for row in file.report.rows[:1]]
            asked = [item.name for item in file.report.sheets if item.questions]
            rest = [sheet.name for sheet in file.sheets if not sheet.hidden]
            for name in (*named, *asked, *rest):
                return number, name
        return (-1, batch.refused[0].name) if batch.refused else (-1, "")

    def _add_file(
        self, number: int, file: ImportFile, facts: dict[str, SheetFacts] | object
    ) -> dict[tuple[int, str], QTreeWidgetItem]:
        top = QTreeWidgetItem(self.tree, [file.name])
        top.setFirstColumnSpanned(True)
        known = facts if isinstance(facts, dict) else {}
        words = summary_text(ImportBatch(), (self._session.totals[number],))
        top.setToolTip(0, "\n".join(filter(None, (file.name, words))))
        top.setIcon(0, icon(IconName.FILE))
        items: dict[tuple[int, str], QTreeWidgetItem] = {}
        for sheet in file.sheets[:SHEET_LIMIT]:
            item = QTreeWidgetItem(top)
            self._dress_sheet(item, number, known.get(sheet.name), sheet.name)
            items[number, sheet.name] = item
        first = file.sheets[0].name if file.sheets else ""
        top.setData(0, PLACE, (number, first))
        return items

    def _dress_sheet(
        self, item: QTreeWidgetItem, number: int, facts: SheetFacts | None, name: str
    ) -> None:
        item.setData(0, PLACE, (number, name))
        mark, token, state = self._state(facts, number)
        item.setIcon(0, icon(mark, getattr(theme.tokens(), token)))
        item.setText(0, name)
        item.setText(1, state)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, QColor(theme.tokens().muted))
        sentence = facts.reading.sentence if facts else ""
        kind = KIND_NAMES.get(facts.reading.kind, "") if facts else ""
        tip = "\n".join(filter(None, (name, f"{kind} {state}".strip(), sentence)))
        item.setToolTip(0, tip)
        item.setToolTip(1, tip)
        if token == "muted":
            item.setForeground(0, QColor(theme.tokens().muted))

    def _state(self, facts: SheetFacts | None, number: int) -> tuple[IconName, str, str]:
        if facts is None or not facts.rows:
            return IconName.TODO, "muted", self.tr("空表")
        choice = self._session.choices(number).sheet(facts.sheet.name)
        rows = facts.count_for(RowFilter.ALL)
        if open_questions(facts.reading, choice, hidden_rows(facts)):
            return IconName.HELP, "warning", self.tr("待确认")
        if facts.reading.taken and rows:
            troubled = facts.count_for(RowFilter.PROBLEMS)
            words = self.tr("{n} 行").format(n=rows)
            if troubled:
                return (
                    IconName.WARNING,
                    "warning",
                    self.tr("{words}，{n} 疑").format(words=words, n=troubled),
                )
            return IconName.CHECK, "accent", words
        hidden = self.tr("隐藏，不导入") if facts.sheet.hidden else self.tr("不导入")
        return IconName.CLOSE, "muted", hidden

    def _add_refused(self, refused: RefusedFile) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [refused.name])
        item.setFirstColumnSpanned(True)
        item.setData(0, PLACE, (-1, refused.name))
        item.setIcon(0, icon(IconName.ERROR, theme.tokens().danger))
        item.setToolTip(0, f"{refused.name}\n{refused.sentence}")
        item.setForeground(0, QColor(theme.tokens().danger))
        return item

    # Acting ------------------------------------------------------------------------------

    def remove_current(self) -> None:
        """Leave the file under the cursor out."""
        number, name = self.current
        if self._session.locked:
            return
        if number >= 0:
            self._session.drop(number)
        elif name:
            self._session.drop_refused(name)

    def menu(self) -> QMenu:
        """Return the menu of the sheet or file under the cursor."""
        menu = QMenu(self)
        number, name = self.current
        if number >= 0:
            choices = self._session.choices(number)
            choice = choices.sheet(name)
            for taken, text in ((True, self.tr("导入这张表")), (False, self.tr("不导入这张表"))):
                action = menu.addAction(text)
                action.setCheckable(True)
                action.setChecked(choice.take is taken)
                wanted = replace(choice, take=taken)
                action.triggered.connect(partial(self._session.revise_sheet, number, name, wanted))
            menu.addSeparator()
        remove = menu.addAction(self.tr("移除这个文件"), self.remove_current)
        remove.setShortcut(Qt.Key.Key_Delete)
        return menu

    def _open_menu(self, where: QPoint) -> None:
        if self.tree.currentItem() is None or self._session.locked:
            return
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(where))

    def _tell(self) -> None:
        number, name = self.current
        if number >= 0:
            self.sheet_chosen.emit(number, name)
        elif name:
            self.refused_chosen.emit(name)
