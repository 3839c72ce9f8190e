"""历史: every change, searchable, with what it did and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import UserError
from envoy_app.domain.history import (
    ChangeDetails,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    RecordChange,
)
from ui import theme
from ui.context import AppContext
from ui.details import DetailsSplitter
from ui.history.details import WIDTH, ChangePanel
from ui.history.filters import HistoryFilters, passes
from ui.history.model import PAGE_ROWS, HistoryModel
from ui.history.places import Present, go_to, place_of, read_present
from ui.history_question import HistoryQuestion
from ui.history_words import record_name, tr
from ui.icons import IconName, set_icon
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import EmptyState, SearchBox, button, label, tool_button
from ui.tables import TableView

NAME = "history"
MOST_OF_RECORD = 1000
CHIP_WIDTH = theme.px(40)


@dataclass(frozen=True, slots=True)
class _Read:
    """A page of entries, and the people who made changes."""

    page: HistoryPage
    people: tuple[str, ...]


class HistoryView(Page):
    """The history; anything in it can be taken back, in whatever order."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._record: HistoryQuestion | None = None
        self._wanted: str | None = None
        self._selected: HistoryQuestion | None = None
        self.model = HistoryModel(self)
        self.filters = HistoryFilters(self)
        self._build_content()
        self._connect()
        self.table.restore(context.preferences, NAME)
        self._show_record()

    # Building ---------------------------------------------------------------------------

    def _build_content(self) -> None:
        self.table: TableView[HistoryEntry] = TableView(
            self.model.columns, tr("改动历史"), model=self.model
        )
        # By pages, newest first: sorting what happens to be loaded would mislead.
        self.table.setSortingEnabled(False)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.details = ChangePanel(self.context.undo)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(
            EmptyState(
                IconName.FILTER,
                tr("没有符合条件的改动"),
                tr("换个说法，或放宽上面的条件。"),
                button(tr("清除全部条件"), self._clear),
            )
        )
        self.splitter = DetailsSplitter(self.lists, self.details, self.context, NAME)
        if self.context.preferences.bytes(f"{NAME}/splitter").isEmpty():
            self.splitter.setSizes([theme.px(200), WIDTH])
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(2))
        column.addLayout(self._build_tools())
        column.addWidget(self.filters.days)
        column.addWidget(self.splitter, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(
            EmptyState(
                IconName.HISTORY,
                tr("还没有改动"),
                tr("导入名册、受理需求、排班、发布以后，每一步都记在这里，随时可以撤销。"),
                button(tr("导入名册"), self.context.request_import, icon=IconName.IMPORT),
            )
        )

    def _build_tools(self) -> QHBoxLayout:
        self.record_chip = self._build_chip()
        self.selected_button = button("", self._ask_selected, look="link")
        self.count_label = label(look="muted")
        self.columns_button = tool_button(
            IconName.COLUMNS, tr("选择显示的列"), self._choose_columns
        )
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.search, 2)
        row.addWidget(self.record_chip)
        row.addWidget(self.selected_button)
        for part in self.filters.combos:
            row.addWidget(part)
        row.addWidget(self.count_label)
        row.addStretch(1)
        row.addWidget(self.columns_button)
        row.addWidget(self.splitter.toggle_button)
        row.addWidget(tool_button(IconName.COPY, tr("复制到剪贴板，可贴入 Excel"), self._copy))
        return row

    def _build_chip(self) -> QToolButton:
        chip = QToolButton()
        chip.setProperty("chip", True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(chip, IconName.CLOSE)
        chip.clicked.connect(lambda: self.ask(None))
        return chip

    def _connect(self) -> None:
        self.filters.changed.connect(self._read)
        self.model.more_wanted.connect(self._read_more)
        self.table.row_chosen.connect(self._show_details)
        self.details.record_requested.connect(self._go)
        self.details.record_history_requested.connect(self._ask_record)
        selection = self.context.selection
        selection.envoy_changed.connect(lambda key: self._look_at(Topic.ROSTER, key))
        selection.demand_changed.connect(lambda key: self._look_at(Topic.DEMANDS, key))
        self._look_at(Topic.DEMANDS, selection.demand)
        self._look_at(Topic.ROSTER, selection.envoy)

    # Page --------------------------------------------------------------------------------

    @property
    def search(self) -> SearchBox:
        """The field for a text."""
        return self.filters.search

    @override
    def refresh(self, changes: Changes | None) -> None:
        self._read()

    @override
    def start_focus(self) -> QWidget:
        return self.table

    @override
    def focus_search(self) -> bool:
        return self.search.take_over()

    @override
    def remember(self) -> None:
        self.table.remember(self.context.preferences, NAME)
        self.splitter.remember()

    @override
    def whereabouts(self) -> dict[str, Any]:
        asked, current = self._record, self.table.current_row()
        record = {}
        if asked is not None and asked.topic is not None:
            record = {"topic": asked.topic.value, "id": asked.record_id, "title": asked.title}
        change = current.change.id if current is not None else ""
        return {"record": record, "change": change, **self.filters.whereabouts()}

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        self._record = _record_of(state.get("record"))
        self._wanted = str(state.get("change", "")) or None
        self._show_record()
        self.filters.go_back(state)

    # Asking ------------------------------------------------------------------------------

    def ask(self, question: HistoryQuestion | None) -> None:
        """Show the history of one record, or all changes with a text; None shows all."""
        self._record = question if question is not None and question.record_id else None
        self._wanted = question.change_id if question is not None else None
        self._show_record()
        self.filters.clear(question.text if question is not None else "")

    def _clear(self) -> None:
        self.ask(None)

    def _ask_record(self, record: RecordChange) -> None:
        place = place_of(record, Present())
        if place.topic is not None:
            self.ask(HistoryQuestion(place.topic, record.record_id, record_name(record)))

    def _look_at(self, topic: Topic, key: str | None) -> None:
        """Offer the history of whom or what other pages look at."""
        workspace = self.context.workspace
        if key is None:
            if self._selected is not None and self._selected.topic is topic:
                self._selected = None
                self._show_record()
            return

        def read(handle: JobHandle) -> HistoryQuestion | None:
            if topic is Topic.ROSTER:
                people = workspace.roster.some([key])
                return next((HistoryQuestion(topic, key, item.name) for item in people), None)
            found = workspace.demands.some([key])
            names = (item.content or item.site or item.town for item in found)
            return next((HistoryQuestion(topic, key, name) for name in names), None)

        def done(question: HistoryQuestion | None) -> None:
            self._selected = question
            self._show_record()

        self.context.jobs.start(
            tr("读取选中的记录"), read, done, key="history-selected", quiet=True
        )

    def _ask_selected(self) -> None:
        if self._selected is not None:
            self.ask(self._selected)

    def _show_record(self) -> None:
        asked, other = self._record, self._selected
        self.record_chip.setVisible(asked is not None)
        self.selected_button.setVisible(asked is None and other is not None)
        if other is not None:
            self._fit(self.selected_button, tr("只看选中的 {name}").format(name=other.title))
            self.selected_button.setToolTip(
                tr("只看“{name}”的改动，它是别的页面选中的").format(name=other.title)
            )
        if asked is not None:
            text = tr("只看 {name}").format(name=asked.title)
            self._fit(self.record_chip, text)
            self.record_chip.setToolTip(tr("{text}，按下显示全部记录的历史").format(text=text))
            self.record_chip.setAccessibleName(
                tr("{text}，按下显示全部记录的历史").format(text=text)
            )

    def _fit(self, part: QAbstractButton, text: str) -> None:
        right = Qt.TextElideMode.ElideRight
        part.setText(part.fontMetrics().elidedText(text, right, CHIP_WIDTH))
        part.setAccessibleName(text)

    # Reading -----------------------------------------------------------------------------

    def _read(self) -> None:
        """Read from the newest on, as many as were loaded."""
        wanted, asked = self.filters.value, self._record
        limit = max(PAGE_ROWS, self.model.rowCount())
        history = self.context.workspace.history
        self.model.hold()

        def read(handle: JobHandle) -> _Read:
            if asked is None or asked.topic is None:
                return _Read(history.page(wanted, 0, limit), history.people())
            events = history.of_record(asked.topic, asked.record_id, MOST_OF_RECORD)
            entries = [HistoryEntry(item.change, 1, (item.record.title,)) for item in events]
            found = tuple(entry for entry in entries if passes(entry, wanted))
            return _Read(HistoryPage(found, len(found)), history.people())

        def done(found: _Read) -> None:
            self._show(found, wanted)

        self.context.jobs.start(
            tr("读取历史"), read, done, self._not_read, key="history-rows", quiet=True
        )

    def _not_read(self, error: Exception) -> None:
        self.model.give_up()
        if isinstance(error, UserError):
            self.context.show_error(error)

    def _read_more(self) -> None:
        wanted, offset = self.filters.value, self.model.rowCount()
        history = self.context.workspace.history

        def read(handle: JobHandle) -> HistoryPage:
            return history.page(wanted, offset, PAGE_ROWS)

        def done(page: HistoryPage) -> None:
            self.model.append(page.entries, page.total)
            self._count()

        self.context.jobs.start(
            tr("读取更早的历史"), read, done, self._not_read, key="history-rows", quiet=True
        )

    def _show(self, found: _Read, wanted: HistoryFilter) -> None:
        current = self.table.current_row()
        chosen, self._wanted = self._wanted, None
        if chosen is None and current is not None:
            chosen = current.change.id
        self.filters.set_people(found.people)
        self.model.start(found.page.entries, found.page.total)
        nothing_yet = not found.page.total and wanted == HistoryFilter() and self._record is None
        self._stack.setCurrentIndex(1 if nothing_yet else 0)
        self.lists.setCurrentIndex(0 if found.page.total else 1)
        self._count()
        found_it = chosen is not None and self.table.choose(
            lambda entry: entry.change.id == chosen or not chosen
        )
        if not found_it:
            self.details.clear()

    def _count(self) -> None:
        self.count_label.setText(tr("共 {n} 次改动").format(n=self.model.total))

    def _show_details(self, entry: HistoryEntry) -> None:
        self.details.show_head(entry.change)
        workspace, change_id = self.context.workspace, entry.change.id
        asked = self._record.record_id if self._record is not None else ""

        def read(handle: JobHandle) -> tuple[ChangeDetails, Present]:
            details = workspace.history.details(change_id)
            return details, read_present(workspace, details.records)

        self.context.jobs.start(
            tr("读取改动的记录"),
            read,
            lambda found: self.details.show_details(*found, record_id=asked),
            key="history-details",
            quiet=True,
        )

    # Acting ------------------------------------------------------------------------------

    def _go(self, record: RecordChange) -> None:
        go_to(self.context, record, self.details.present)

    def _copy(self) -> None:
        rows = self.table.selected_rows()
        self.table.copy_rows()
        count = len(rows) if rows else self.table.proxy.rowCount()
        self.context.notify(tr("已复制 {n} 行").format(n=count))

    def _choose_columns(self) -> None:
        menu = self.table.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.columns_button.mapToGlobal(self.columns_button.rect().bottomLeft()))


def _record_of(kept: object) -> HistoryQuestion | None:
    """Return the record whose history was shown, None where what was kept names none."""
    if not isinstance(kept, Mapping):
        return None
    with suppress(ValueError):
        topic = Topic(kept.get("topic", ""))
        key, title = str(kept.get("id", "")), str(kept.get("title", ""))
        return HistoryQuestion(topic, key, title) if key else None
    return None
