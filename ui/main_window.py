"""The main window: rail, top bar, pages, status bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRect, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.imports import ImportKind
from ui import theme
from ui.absence_question import AbsenceQuestion, about_selection
from ui.command_bar import Entry
from ui.commands import build_entries, undo_entries
from ui.context import AppContext
from ui.dropping import DropHint, dropped_files
from ui.history_question import HistoryQuestion
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.pages import Page
from ui.parts import MessageStrip
from ui.rail import Rail
from ui.status import StatusBar
from ui.top_bar import TopBar
from ui.undo import Conflict
from ui.undo_keys import UndoKeys

if TYPE_CHECKING:
    from ui.plan.absence.dialog import AbsenceDialog

# Below this width (logical pixels) the rail gives its names' room to the page.
NARROW_WINDOW = 1180
SEARCH_DELAY_MS = 700
SMALLEST = (theme.px(225), theme.px(112))


@dataclass(frozen=True)
class PageSpec:
    """A page of the window; `make` is called on its first visit, and imports `module`."""

    key: str
    title: str
    icon: IconName
    make: Callable[[AppContext], Page]
    module: str = ""


# Each page is imported when first shown, so that the window stands within two seconds.
def _overview(context: AppContext) -> Page:
    from ui.overview.page import OverviewPage

    return OverviewPage(context)


def _imports(context: AppContext) -> Page:
    from ui.imports.page import ImportPage

    return ImportPage(context)


def _roster(context: AppContext) -> Page:
    from ui.roster.page import RosterPage

    return RosterPage(context)


def _teams(context: AppContext) -> Page:
    from ui.teams.page import TeamsPage

    return TeamsPage(context)


def _demands(context: AppContext) -> Page:
    from ui.demands_home import DemandsHome

    return DemandsHome(context)


def _plan(context: AppContext) -> Page:
    from ui.plan.page import PlanPage

    return PlanPage(context)


def _print(context: AppContext) -> Page:
    from ui.printing.page import PrintPage

    return PrintPage(context)


def _history(context: AppContext) -> Page:
    from ui.history.page import HistoryView

    return HistoryView(context)


def _settings(context: AppContext) -> Page:
    from ui.settings.page import SettingsPage

    return SettingsPage(context)


def page_specs() -> tuple[PageSpec, ...]:
    """Return all pages in the order of the rail."""
    tr = QCoreApplication.translate
    return (
        PageSpec(
            "overview", tr("MainWindow", "总览"), IconName.OVERVIEW, _overview, "ui.overview.page"
        ),
        PageSpec("imports", tr("MainWindow", "导入"), IconName.IMPORT, _imports, "ui.imports.page"),
        PageSpec("roster", tr("MainWindow", "特派员"), IconName.ENVOYS, _roster, "ui.roster.page"),
        PageSpec("teams", tr("MainWindow", "县团"), IconName.TEAMS, _teams, "ui.teams.page"),
        PageSpec(
            "demands", tr("MainWindow", "需求"), IconName.DEMANDS, _demands, "ui.demands_home"
        ),
        PageSpec("plan", tr("MainWindow", "排班"), IconName.PLAN, _plan, "ui.plan.page"),
        PageSpec("print", tr("MainWindow", "打印"), IconName.PRINT, _print, "ui.printing.page"),
        PageSpec(
            "history", tr("MainWindow", "历史"), IconName.HISTORY, _history, "ui.history.page"
        ),
        PageSpec(
            "settings", tr("MainWindow", "设置"), IconName.SETTINGS, _settings, "ui.settings.page"
        ),
    )


class MainWindow(QMainWindow):
    """Holds the pages and carries signals between them and the context."""

    def __init__(self, context: AppContext, specs: Sequence[PageSpec] | None = None) -> None:
        super().__init__()
        self.context = context
        self.specs = {spec.key: spec for spec in specs or page_specs()}
        self.pages: dict[str, Page] = {}
        self._unread: set[str] = set()
        self._missed: dict[str, Changes] = {}
        self._entries: tuple[Entry, ...] = ()
        self.current_key = ""
        self.absence: AbsenceDialog | None = None
        # Spelling 520 names in pinyin would compete with drawing the first page.
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_DELAY_MS)
        self._search_timer.timeout.connect(self._read_search)
        self.setWindowTitle(self.tr("特派员排班"))
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self._build_frame()
        self._build_shortcuts()
        self._connect_context()
        self._restore()
        self.context.plans.reload()
        self.context.undo.start()
        self._read_facts()
        self.show_page("overview")

    # Building ---------------------------------------------------------------------------

    def _build_frame(self) -> None:
        self.rail = Rail([(spec.key, spec.title, spec.icon) for spec in self.specs.values()])
        self.top_bar = TopBar(self.context.undo)
        self.strip = MessageStrip()
        self.stack = QStackedWidget()
        self.status = StatusBar(self.context.jobs, self.context.workspace.path)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.strip)
        column.addWidget(self.stack, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(content, 1)
        self.setCentralWidget(whole)
        self._column = column
        self.drop_hint = DropHint(self)
        self.setStatusBar(self.status)

    def _build_shortcuts(self) -> None:
        def on(keys: str | QKeySequence.StandardKey, run: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(lambda: run())

        for number, key in enumerate(self.specs, start=1):
            on(f"Ctrl+{number}", partial(self.show_page, key))
        on("Ctrl+K", self._focus_search)
        on("Ctrl+F", self._focus_page_search)
        on("Ctrl+I", self.open_import)
        on("Ctrl+L", self.open_absence)
        on("F1", self.show_help)
        on("F5", self.reread)
        self.undo_keys = UndoKeys(self, self.undo, self.redo)

    def _connect_context(self) -> None:
        context = self.context
        self.rail.page_requested.connect(self.show_page)
        self.rail.collapse_toggled.connect(
            lambda shut: context.preferences.set_text("rail", "narrow" if shut else "wide")
        )
        self.top_bar.help_requested.connect(self.show_help)
        self.top_bar.county_cleared.connect(self._clear_county)
        context.changed.connect(self._on_changed)
        context.navigate_requested.connect(self.show_page)
        context.part_requested.connect(self.show_part)
        context.notified.connect(self.status.say)
        context.error_shown.connect(self.strip.show_text)
        context.import_requested.connect(lambda kind: self.open_import(kind))
        context.plans.plan_loaded.connect(self.top_bar.show_plan)
        context.selection.county_changed.connect(self._show_county)
        context.history_requested.connect(self.show_history)
        context.absence_requested.connect(self.open_absence)
        context.undo.conflicted.connect(self._show_conflict)
        context.undo.steps_changed.connect(self._offer_entries)
        self.top_bar.steps.history_requested.connect(self.show_history)

    # Pages ------------------------------------------------------------------------------

    def show_page(self, key: str) -> None:
        """Show a page, built now if this is its first visit; catch up on what it missed."""
        if key not in self.specs:
            raise KeyError(f"no such page: {key}")
        self.prepare(key)
        page, first = self.pages[key], key in self._unread
        self._unread.discard(key)
        self.current_key = key
        self.stack.setCurrentWidget(page)
        self.rail.mark(key)
        page.start_focus().setFocus(Qt.FocusReason.OtherFocusReason)
        missed = self._missed.pop(key, None)
        if first:
            page.refresh(None)
        elif missed is not None:
            page.refresh(missed)

    def show_part(self, key: str, part: Mapping[str, str]) -> None:
        """Show a page, and there what `part` names."""
        self.show_page(key)
        self.pages[key].show_part(part)

    @property
    def unbuilt(self) -> tuple[str, ...]:
        """Keys of the pages that nobody has needed yet."""
        return tuple(key for key in self.specs if key not in self.pages)

    def prepare(self, key: str) -> None:
        """Build a page if it is not; it reads its data when it is first shown."""
        if key not in self.pages:
            self.pages[key] = page = self.specs[key].make(self.context)
            self._unread.add(key)
            self.stack.addWidget(page)

    @property
    def visited(self) -> dict[str, Page]:
        """The pages that were shown, by key."""
        return {key: page for key, page in self.pages.items() if key not in self._unread}

    def reread(self) -> None:
        """Read the page on screen again."""
        self.context.plans.reload()
        self.pages[self.current_key].refresh(None)

    def _on_changed(self, changes: Changes) -> None:
        self.status.mark_saved()
        for key, page in self.visited.items():
            if not changes.touches(*page.topics):
                continue
            if key == self.current_key:
                page.refresh(changes)
            else:
                before = self._missed.get(key)
                topics = changes.topics | (before.topics if before else frozenset())
                self._missed[key] = Changes(topics, changes.description)
        if changes.touches(Topic.ROSTER, Topic.SETTINGS):
            self._read_facts()

    def put_strip(self, strip: QWidget) -> None:
        """Put a strip of its own kind under the strip of messages."""
        self._column.insertWidget(self._column.indexOf(self.strip) + 1, strip)

    # Facts in the bars ------------------------------------------------------------------

    def _read_facts(self) -> None:
        workspace = self.context.workspace

        def read(handle: JobHandle) -> bool:
            return workspace.is_sample

        self.context.jobs.start(
            self.tr("读取数据说明"), read, self.top_bar.show_sample, key="sample-mark", quiet=True
        )
        self._search_timer.start()

    def _read_search(self) -> None:
        def read(handle: JobHandle) -> tuple[Entry, ...]:
            return build_entries(self)

        self.context.jobs.start(
            self.tr("准备搜索"), read, self._take_entries, key="search", quiet=True
        )

    def _take_entries(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self._offer_entries()

    def _offer_entries(self) -> None:
        """Let Ctrl+K find what there is, and what would be taken back now."""
        if self._entries:
            self.top_bar.search.set_entries((*undo_entries(self), *self._entries))

    def _show_county(self, code: str | None) -> None:
        gazetteer = self.context.workspace.reference.gazetteer()
        self.top_bar.show_county(gazetteer.by_code.get(code) if code else None)

    def _clear_county(self) -> None:
        self.context.selection.county = None

    # Actions ----------------------------------------------------------------------------

    def _focus_search(self) -> None:
        self.top_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top_bar.search.selectAll()

    def _focus_page_search(self) -> None:
        if not self.pages[self.current_key].focus_search():
            self._focus_search()

    def show_help(self) -> None:
        """Open the page of help."""
        from ui.help import HelpDialog

        dialog = HelpDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open_import(self, kind: ImportKind | None = None, files: Sequence[Path] = ()) -> None:
        """Show the page of imports, with files where there are some.

        What a file holds is seen from its columns; `kind` only says where the user came from.
        """
        from ui.imports.page import ImportPage

        self.show_page("imports")
        page = self.pages["imports"]
        if isinstance(page, ImportPage):
            page.add_files(files)

    def open_absence(self, question: AbsenceQuestion | None = None) -> None:
        """Open the absence assistant; by default for the envoy or the visit that is selected."""
        from ui.plan.absence.dialog import AbsenceDialog

        if self.absence is None:
            self.absence = AbsenceDialog(self.context, self)
        if not self.absence.isVisible():
            selection, plan = self.context.selection, self.context.plans.plan
            visit = selection.visit if self.current_key == "plan" else None
            self.absence.ask(question or about_selection(selection.envoy, visit, plan))

    def open_variants(self) -> None:
        """Show variants of the plan on view side by side."""
        from ui.plan.page import PlanPage

        self.show_page("plan")
        page = self.pages["plan"]
        if isinstance(page, PlanPage):
            page.open_variants()

    def undo(self) -> None:
        """Take the last step back: the page's own where it has one, else the newest change."""
        if not self.pages[self.current_key].take_back():
            self.context.undo.turn()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.context.undo.turn(again=True)

    def show_history(self, question: HistoryQuestion | None = None) -> None:
        """Show the page 历史: of one record, of a text, or all."""
        from ui.history.page import HistoryView

        self.show_page("history")
        page = self.pages["history"]
        if isinstance(page, HistoryView):
            page.ask(question)

    def _show_conflict(self, conflict: Conflict) -> None:
        from ui.history.conflict_dialog import ConflictDialog

        dialog = ConflictDialog(conflict, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.history_requested.connect(self.show_history)
        dialog.rest_requested.connect(
            lambda asked: self.context.undo.do(
                (asked.change,), again=asked.again, leave_changed=True
            )
        )
        dialog.open()

    # Dropping ---------------------------------------------------------------------------

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self.drop_hint.show_over(self.stack)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hint.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        event.acceptProposedAction()
        self.open_import(files=dropped_files(event.mimeData()))

    # Size and end -----------------------------------------------------------------------

    def _restore(self) -> None:
        preferences = self.context.preferences
        geometry = preferences.bytes("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            screen = self.screen().availableGeometry()
            self.resize(min(1366, screen.width()), min(768, screen.height()))
            if screen.width() <= 1400:
                self.setWindowState(Qt.WindowState.WindowMaximized)
            else:
                place = QRect(self.rect())
                place.moveCenter(screen.center())
                self.move(place.topLeft())
        self._fit_rail()

    def _fit_rail(self) -> None:
        wanted = self.context.preferences.text("rail")
        narrow = wanted == "narrow" or (not wanted and self.width() < NARROW_WINDOW)
        if narrow != self.rail.collapsed:
            self.rail.set_collapsed(narrow)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.context.preferences.set_bytes("window/geometry", self.saveGeometry())
        for page in self.visited.values():
            page.remember()
        self.context.preferences.sync()
        self._search_timer.stop()
        self.context.jobs.close()
        super().closeEvent(event)
