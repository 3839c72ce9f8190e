"""The right of the import page: problems, open words, likely twins, changes, who is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from envoy_app.domain.imports import RowStatus, TermTopic
from ui import theme
from ui.context import AppContext
from ui.imports.changes_tab import ChangeRow, ChangesTab, GoneTab
from ui.imports.picker import Choice
from ui.imports.problems_tab import ProblemRow, ProblemsTab
from ui.imports.rivals_tab import RivalMemory, RivalRow, RivalsTab, RowOfFile, open_rivals
from ui.imports.session import ImportSession
from ui.imports.sheet_facts import cell_place
from ui.imports.terms_tab import AskedTerm, TermsTab, asked_terms
from ui.imports.totals import count_rows
from ui.jobs import JobHandle

MIN_WIDTH = theme.px(68)


class SideTabs(QTabWidget):
    """Tabs of what is to be decided; one with nothing in it is hidden, but for 问题 and 变更.

    `cell_requested` carries file, sheet, row, column (0: any), and whether the keyboard goes there.
    """

    cell_requested = Signal(int, str, int, int, bool)

    def __init__(
        self, context: AppContext, session: ImportSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._records: dict[str, object] | None = None
        self._stale: set[QWidget] = set()
        self._memory = RivalMemory()
        self._rivals: tuple[RivalRow, ...] = ()
        self._names = code_names(context)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        self.setMinimumWidth(MIN_WIDTH)
        self.problems = ProblemsTab()
        self.terms = TermsTab(term_choices(context))
        self.rivals = RivalsTab(self._names, self._find)
        self.changes = ChangesTab()
        self.gone = GoneTab()
        self._tabs: tuple[tuple[QWidget, str, str], ...] = (
            (self.problems, self.tr("问题"), self.tr("有问题的格子")),
            (self.terms, self.tr("词语"), self.tr("待确认词语：不认识或有歧义的专业和县")),
            (self.rivals, self.tr("同一人"), self.tr("疑似同一人：可能已在名册中")),
            (self.changes, self.tr("变更"), self.tr("变更预览：导入会新增和修改什么")),
            (self.gone, self.tr("不在册"), self.tr("名单上没有了的人：保留还是退出")),
        )
        for tab, title, tip in self._tabs:
            self.setTabToolTip(self.addTab(tab, title), tip)
        self.currentChanged.connect(self._show_current)
        self._connect()

    def _connect(self) -> None:
        session = self._session
        self.problems.cell_requested.connect(self._to_problem)
        self.terms.answered.connect(session.answer)
        self.terms.cell_requested.connect(self._to_term)
        self.rivals.decided.connect(lambda file, key, choice: session.decide(file, {key: choice}))
        self.rivals.cell_requested.connect(self._to_row)
        self.changes.take_requested.connect(self._take)
        self.changes.cell_requested.connect(self._to_row)
        self.gone.retire_requested.connect(session.retire)

    # Showing -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the session now says; a tab out of sight is filled when it is opened."""
        batch = self._session.batch
        self._rivals = self._memory.rows(batch, self._session.totals)
        counts = self._counts()
        for place, ((tab, title, _), count) in enumerate(zip(self._tabs, counts, strict=True)):
            self.setTabText(place, f"{title} {count}" if count else title)
            always = tab in (self.problems, self.changes)
            some = bool(count) or (tab is self.rivals and bool(self._rivals))
            self.setTabVisible(place, always or some)
        self._stale = {tab for tab, _, _ in self._tabs}
        self._show_current()

    def show_most_urgent(self) -> None:
        """Open the first tab that asks something: words, twins, the gone, problems, changes."""
        counts = dict(zip((tab for tab, _, _ in self._tabs), self._counts(), strict=True))
        order = (self.terms, self.rivals, self.problems, self.gone)
        self.setCurrentWidget(next((tab for tab in order if counts[tab]), self.changes))

    def show_terms(self) -> None:
        """Open the words, the keyboard on the first."""
        self.setCurrentWidget(self.terms)
        if self.terms.cards:
            self.terms.cards[0].start_focus()

    def forget_records(self) -> None:
        """Read the stored records again when they are needed next."""
        self._records = None

    def _show_current(self) -> None:
        tab = self.currentWidget()
        if tab not in self._stale:
            return
        self._stale.discard(tab)
        batch = self._session.batch
        if isinstance(tab, RivalsTab):
            self._read_records()
            tab.show_rows(self._rivals)
        elif isinstance(tab, ProblemsTab | TermsTab | ChangesTab | GoneTab):
            tab.show_batch(batch)

    def _counts(self) -> tuple[int, ...]:
        """Return how much there is in each tab, in their order."""
        batch, totals = self._session.batch, self._session.totals
        return (
            sum(item.problems for item in totals),
            len(asked_terms(batch)),
            open_rivals(self._rivals),
            count_rows(totals, RowStatus.NEW, RowStatus.UPDATE),
            len(batch.gone),
        )

    def _read_records(self) -> None:
        if self._records is not None:
            return
        self._records = {}
        workspace = self._context.workspace

        def read(handle: JobHandle) -> dict[str, object]:
            envoys = workspace.roster.envoys(include_inactive=True)
            demands = workspace.demands.demands()
            found: dict[str, object] = {envoy.id: envoy for envoy in envoys}
            found.update({demand.id: demand for demand in demands})
            return found

        def show(records: dict[str, object]) -> None:
            self._records = records
            self.rivals.show_records()

        self._context.jobs.start(self.tr("读取名册"), read, show, key="import-records", quiet=True)

    def _find(self, record_id: str) -> object | None:
        """Return a stored record, or the row of another file that is to become it."""
        found = (self._records or {}).get(record_id)
        rows = (
            RowOfFile(file.name, row)
            for file in self._session.batch.files
            for row in file.report.rows
            if row.status is RowStatus.NEW and row.target_id == record_id
        )
        return found if found is not None else next(rows, None)

    # Leading to a cell -------------------------------------------------------------------

    def _to_problem(self, item: ProblemRow, focus: bool) -> None:
        row, column = cell_place(item.problem.cell) or (item.row.row, 0)
        self.cell_requested.emit(item.file, item.row.sheet, row, column, focus)

    def _to_row(self, item: ChangeRow | RivalRow, focus: bool) -> None:
        facts = self._session.facts[item.file].get(item.row.sheet)
        column = item.row.part if facts is not None and facts.sideways else 0
        self.cell_requested.emit(item.file, item.row.sheet, item.row.row, column, focus)

    def _to_term(self, item: AskedTerm) -> None:
        facts = self._session.facts[item.file].get(item.first.sheet)
        wanted = {"specialty": ("spec", "specmajor", "field"), "county": ("county", "team", "base")}
        kinds = wanted[item.term.topic.value]
        columns = facts.reading.columns if facts else ()
        column = next((one.index for one in columns if one.kind in kinds), 0)
        self.cell_requested.emit(item.file, item.first.sheet, item.first.row, column, True)

    def _take(self, by_file: Mapping[int, Mapping[object, object]]) -> None:
        for file, rows in by_file.items():
            self._session.decide(file, rows)  # type: ignore[arg-type]  # as with_taken made it


def code_names(context: AppContext) -> dict[str, str]:
    """Return the names of counties and classes by their codes."""
    reference = context.workspace.reference
    names = {county.code: county.name for county in reference.gazetteer().counties}
    names |= {item.code: item.name for item in reference.vocabulary().specialties}
    return names


def term_choices(context: AppContext) -> dict[TermTopic, Sequence[Choice]]:
    """Return all that a word may stand for, with the other names that a search finds."""
    reference = context.workspace.reference
    return {
        TermTopic.SPECIALTY: [
            (item.code, item.name, item.synonyms) for item in reference.vocabulary().specialties
        ],
        TermTopic.COUNTY: [
            (county.code, county.name, (county.short_name, *county.aliases))
            for county in reference.gazetteer().counties
        ],
    }
