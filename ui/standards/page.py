"""覆盖标准: what every county is to get in a month."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, UserError
from envoy_app.domain.standard_edits import StandardEdits, StandardTable
from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import allow, button, label
from ui.standards.grid import StandardsGrid
from ui.standards.model import StandardsModel, Typed
from ui.standards.panel import StandardPanel
from ui.standards.preview_dialog import CopyDialog, DefaultsDialog

Maker = Callable[[StandardTable], StandardEdits]


class StandardsPage(Page):
    """Edits are stored one after the other off the UI thread, each as one change to undo."""

    topics = frozenset({Topic.STANDARDS, Topic.SETTINGS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        reference = context.workspace.reference
        self._gazetteer, self._vocabulary = reference.gazetteer(), reference.vocabulary()
        self._waiting: deque[Maker] = deque()
        self._saving = False
        self.model = StandardsModel(self._gazetteer.counties, self._vocabulary, self)
        self.grid = StandardsGrid(self.model)
        self.panel = StandardPanel()
        self._build_content()
        self.grid.cells_typed.connect(self._take_typed)
        self.grid.selection_moved.connect(self._show_selection)
        self.panel.field_chosen.connect(self._take_field)
        context.selection.county_changed.connect(self._take_county)
        self._show_selection()

    def _build_content(self) -> None:
        self.total_label = label(look="muted")
        self.all_box = QCheckBox(self.tr("显示全部专业"))
        self.all_box.toggled.connect(self.grid.set_show_all)
        self.season_box = QCheckBox(self.tr("按农时增减"))
        self.season_box.setToolTip(
            self.tr("农忙的月份多安排、农闲的少安排，全年总数不变；不勾选时各月相同")
        )
        self.season_box.clicked.connect(self._take_season)
        self.copy_button = button(self.tr("复制到其他县…"), self.ask_copy, icon=IconName.COPY)
        self.default_button = button(self.tr("恢复默认…"), self.ask_defaults, icon=IconName.REFRESH)
        tools = QHBoxLayout()
        tools.setSpacing(theme.px(2))
        tools.addWidget(self.total_label)
        tools.addStretch(1)
        for part in (self.season_box, self.all_box, self.copy_button, self.default_button):
            tools.addWidget(part)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(theme.px(2))
        splitter.addWidget(self.grid)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([theme.px(240), theme.px(56)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(2))
        layout.addLayout(tools)
        layout.addWidget(splitter, 1)

    # Showing ----------------------------------------------------------------------------

    @override
    def start_focus(self) -> QWidget:
        return self.grid

    @override
    def refresh(self, changes: Changes | None) -> None:
        service = self.context.workspace.standards

        def read(handle: JobHandle) -> tuple[StandardTable, bool]:
            return service.table(), service.seasonal()

        self.context.jobs.start(
            self.tr("读取覆盖标准"), read, self._show_table, key="standards", quiet=True
        )

    def _show_table(self, found: tuple[StandardTable, bool]) -> None:
        table, seasonal = found
        self.season_box.setChecked(seasonal)
        self.model.set_table(table)
        self.grid.fit_columns()
        if not self.grid.chosen_counties():
            self._take_county(self.context.selection.county)
        visits = sum(line.visits_per_month for line in table.lines.values())
        people = sum(line.visits_per_month * line.headcount for line in table.lines.values())
        self.total_label.setText(
            self.tr("全部县每月 {visits} 场、{people} 人次").format(visits=visits, people=people)
        )
        self._show_selection()

    def _show_selection(self) -> None:
        table, cells = self.model.table, self.grid.chosen_cells()
        lines = [table.lines[cell] for cell in cells if cell in table.lines]
        title = ""
        if len(lines) == 1:
            county = self._gazetteer.by_code[lines[0].county].short_name
            title = f"{county} · {self._vocabulary.name(lines[0].specialty)}"
        self.panel.show_lines(title, lines)
        counties = self.grid.chosen_counties()
        pick = self.tr("先在表中选一个县的格子")
        many = self.tr("只能从一个县复制，请只选一行里的格子")
        hint = self.tr("选中整行时复制全部专业，只选几格时只复制这些专业")
        allow(self.copy_button, "" if len(counties) == 1 else many if counties else pick, hint)
        allow(self.default_button, "" if counties else pick)

    def _take_county(self, code: str | None) -> None:
        if code is not None:
            self.grid.show_county(code)

    # Editing ----------------------------------------------------------------------------

    def _take_typed(self, typed: Typed) -> None:
        service = self.context.workspace.standards

        def make(table: StandardTable) -> StandardEdits:
            return StandardEdits(service.visits(table, typed.visits).lines, typed.least)

        self._store(make)

    def _take_field(self, field: str, value: int) -> None:
        service, cells = self.context.workspace.standards, self.grid.chosen_cells()
        self._store(lambda table: service.fields(table, cells, {field: value}))

    def _take_season(self, on: bool) -> None:
        service = self.context.workspace.standards

        def write(handle: JobHandle) -> Changes:
            return service.set_seasonal(on)

        def failed(error: Exception) -> None:
            self.season_box.setChecked(not on)
            self.context.show_error(error)

        self.context.jobs.start(self.tr("保存覆盖标准"), write, self.context.publish, failed)

    def ask_copy(self) -> None:
        """Ask where the standard of the selected county is to be copied."""
        (county,) = self.grid.chosen_counties()
        cells = [cell for cell in self.grid.chosen_cells() if cell in self.model.table.lines]
        whole = len(cells) in (0, sum(1 for code, _ in self.model.table.lines if code == county))
        only = frozenset[str]() if whole else frozenset(code for _, code in cells)
        dialog = CopyDialog(
            self.model.table,
            self._gazetteer.by_code[county],
            only,
            self._gazetteer,
            self._vocabulary,
            self,
        )
        self._ask(dialog, lambda: dialog.edits)

    def ask_defaults(self) -> None:
        """Show what going back to the shipped standard changes, and do it where wanted."""
        table, counties = self.model.table, frozenset(self.grid.chosen_counties())
        edits = self.context.workspace.standards.defaults(table, counties)
        dialog = DefaultsDialog(edits, table, self._gazetteer, self._vocabulary, self)
        self._ask(dialog, lambda: dialog.edits)

    def _ask(self, dialog: CopyDialog | DefaultsDialog, edits: Callable[[], StandardEdits]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def done() -> None:
            wanted = edits()
            self._store(lambda table: wanted)

        dialog.accepted.connect(done)
        dialog.open()

    def _store(self, make: Maker) -> None:
        """Store an edit after those that wait: each is made from what is stored by then."""
        self._waiting.append(make)
        if not self._saving:
            self._store_next()

    def _store_next(self) -> None:
        if not self._waiting:
            return
        make, service = self._waiting.popleft(), self.context.workspace.standards
        self._saving = True

        def write(handle: JobHandle) -> Changes:
            return service.save(make(service.table()))

        def done(changes: Changes) -> None:
            self._saving = False
            if changes.topics:
                self.context.publish(changes)
            self._store_next()

        def failed(error: Exception) -> None:
            self._saving = False
            self._waiting.clear()
            if isinstance(error, UserError):
                self.context.show_error(error)
            elif not isinstance(error, Cancelled):
                raise error
            self.refresh(None)

        self.context.jobs.start(self.tr("保存覆盖标准"), write, done, failed, quiet=True)
