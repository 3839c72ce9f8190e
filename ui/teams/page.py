"""县团: the teams as cards, the reserve beside; moved by hand or by a proposal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, InputError, UserError
from envoy_app.domain.imports import ImportKind
from ui import theme
from ui.context import AppContext
from ui.exporting import ExportButton, ExportChoice
from ui.filters import FilterCombo
from ui.icons import IconName
from ui.jobs import Job, JobHandle
from ui.pages import Page
from ui.parts import EmptyState, SearchBox, allow, button, label, tool_button
from ui.teams.board import Found, TeamsBoard
from ui.teams.rows import CardFacts, MemberRow, RowMaker, county_keys, people_keys
from ui.teams.run_strip import RunStrip

if TYPE_CHECKING:
    from envoy_app.services.team_comparison import TeamComparison
    from envoy_app.services.team_moves import TeamDesk
    from ui.teams.proposal import ProposalView

TIME_LIMIT = 60.0
CARDS, PROPOSAL = range(2)


@dataclass(frozen=True)
class _Read:
    """What a refresh brings; `desk` None where there is nobody."""

    desk: TeamDesk | None
    cards: tuple[CardFacts, ...] = ()
    reserve: tuple[MemberRow, ...] = ()


class TeamsPage(Page):
    """The teams."""

    topics = frozenset({Topic.ROSTER, Topic.STANDARDS, Topic.SETTINGS})

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._gazetteer = context.workspace.reference.gazetteer()
        self._vocabulary = context.workspace.reference.vocabulary()
        self._desk: TeamDesk | None = None
        self._fresh = False
        self._reopened: list[str] = []
        self._wanted: str | None = context.selection.county
        self._job: Job | None = None
        self._build()
        filters = (self.search, self.city_filter, self.lacking)
        self.card_tools = (*filters, self.open_button, self.shut_button)
        context.selection.county_changed.connect(self._take_county)

    # Building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.board = TeamsBoard(self._vocabulary)
        self.board.move_requested.connect(self.move_people)
        self.board.role_requested.connect(self.set_role)
        self.board.group_requested.connect(self.set_group)
        self.board.person_chosen.connect(self._choose_person)
        self.board.person_wanted.connect(self._show_person)
        self.board.county_wanted.connect(self._choose_county)
        self.strip = RunStrip()
        self.strip.stop_requested.connect(self._stop)
        self.strip.cancel_requested.connect(self._cancel)
        self.sheets = QStackedLayout()
        self.sheets.addWidget(self.board)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(2))
        column.addLayout(self._build_tools())
        column.addWidget(self.strip)
        column.addLayout(self.sheets, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(self._build_empty())

    def _build_tools(self) -> QHBoxLayout:
        self.search = SearchBox(self.tr("县名、姓名、拼音、首字母"), self.tr("搜索县团和成员"))
        self.search.setMaximumWidth(theme.px(64))
        self.search.textChanged.connect(self._filter)
        cities = [(city, city) for city in self._gazetteer.cities]
        self.city_filter = FilterCombo(self.tr("按市"), self.tr("全部市"), cities, self)
        self.city_filter.value_changed.connect(self._filter)
        self.lacking = QCheckBox(self.tr("只看有缺的"))
        self.lacking.toggled.connect(self._filter)
        self.count_label = label(look="muted")
        self.count_label.setAccessibleName(self.tr("县团总数"))
        self.open_button = tool_button(IconName.DOWN, self.tr("展开全部成员"), self._open_all)
        self.shut_button = tool_button(IconName.UP, self.tr("收起全部成员"), self._shut_all)
        self.export_button = ExportButton(self.context, self._exports)
        self.propose_button = button(
            self.tr("组团建议"), self.propose, icon=IconName.PLAY, look="primary"
        )
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(self.search, 1)
        row.addWidget(self.city_filter)
        row.addWidget(self.lacking)
        row.addWidget(self.count_label)
        row.addStretch(1)
        for one in (self.open_button, self.shut_button, self.export_button, self.propose_button):
            row.addWidget(one)
        return row

    def _build_empty(self) -> EmptyState:
        return EmptyState(
            IconName.COUNTY,
            self.tr("还没有可以组团的人"),
            self.tr("先导入名册，并填好常驻县；这里就会列出各县的县团和机动库。"),
            button(self.tr("导入名册"), self._import, icon=IconName.IMPORT, look="primary"),
        )

    @cached_property
    def proposal(self) -> ProposalView:
        """The comparison, made when there is one to show."""
        from ui.teams.proposal import ProposalView

        view = ProposalView()
        view.take_requested.connect(self.take)
        view.discard_requested.connect(self.discard)
        self.sheets.addWidget(view)
        return view

    # Reading --------------------------------------------------------------------------------

    @override
    def refresh(self, changes: Changes | None) -> None:
        self._fresh = False
        workspace, gazetteer, vocabulary = self.context.workspace, self._gazetteer, self._vocabulary

        def read(handle: JobHandle) -> _Read:
            try:
                desk = workspace.teams.desk()
            except InputError:  # nobody to form teams with: the empty state says what to do
                return _Read(None)
            rows = RowMaker(desk, gazetteer, vocabulary)
            return _Read(desk, rows.cards(), rows.reserve())

        self.context.jobs.start(self.tr("读取县团"), read, self._show, key="teams-desk", quiet=True)

    def _show(self, found: _Read) -> None:
        self._desk = found.desk
        self._fresh = True
        self._stack.setCurrentIndex(0 if found.desk is not None else 1)
        if found.desk is None:
            return
        self.board.show_teams(found.desk, found.cards, found.reserve)
        self._open_again()
        self._filter()
        self._read_keys(found.desk)
        if self._wanted is not None:
            self.board.jump(self._wanted)
            self._wanted = None
        elif self.isVisible():
            self._follow()

    def _read_keys(self, desk: TeamDesk) -> None:
        """Spell the names in pinyin after the cards are shown: it takes longer than they do."""
        vocabulary, counties = self._vocabulary, self._gazetteer.counties

        def spell(handle: JobHandle) -> tuple[Mapping[str, str], Mapping[str, str]]:
            return people_keys(desk, vocabulary), county_keys(counties)

        self.context.jobs.start(
            self.tr("准备搜索"),
            spell,
            lambda keys: self.board.set_keys(*keys),
            key="teams-keys",
            quiet=True,
        )

    def _follow(self) -> None:
        """Go to the person whom another page looked at."""
        envoy = self.context.selection.envoy
        if envoy is not None:
            self.board.select(envoy)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    @override
    def start_focus(self) -> QWidget:
        return self.search

    @override
    def focus_search(self) -> bool:
        return self.search.take_over()

    @override
    def whereabouts(self) -> dict[str, Any]:
        cards = self.board.grid.cards
        return {
            "search": self.search.text(),
            "city": self.city_filter.value,
            "lacking": self.lacking.isChecked(),
            "open": [code for code, card in cards.items() if card.is_open],
        }

    @override
    def go_back(self, state: Mapping[str, Any]) -> None:
        self.city_filter.choose(str(state.get("city", "")))
        self.lacking.setChecked(state.get("lacking") is True)
        opened = state.get("open")
        self._reopened = list(map(str, opened)) if isinstance(opened, list) else []
        if self._desk is not None:
            self._open_again()
        query = state.get("search")
        self.search.setText(query if isinstance(query, str) else "")

    def _open_again(self) -> None:
        """Open the cards that were open before a crash."""
        for code in self._reopened:
            if code in self.board.grid.cards:
                self.board.grid.open_card(code)
        self._reopened = []
        self.board.grid.arrange()

    # Filtering ------------------------------------------------------------------------------

    def _filter(self) -> None:
        query = self.search.text().strip()
        found = self.board.filter(query, self.city_filter.value, self.lacking.isChecked())
        self.count_label.setText(self._count(query, found))

    def _count(self, query: str, found: Found) -> str:
        if self._desk is None:
            return ""
        if query:
            return self.tr("找到 {n} 个县团、{m} 名成员，机动库 {k} 人").format(
                n=found.teams, m=found.members, k=found.reserve
            )
        teams = self._desk.teams.values()
        return self.tr("{shown} / {all} 个县团，{n} 人，缺口 {m}").format(
            shown=found.teams,
            all=len(teams),
            n=sum(len(team.members) for team in teams),
            m=self._desk.shortfall,
        )

    def _take_county(self, code: str | None) -> None:
        if code is None:
            return
        if self._desk is None:
            self._wanted = code
            return
        if self.board.grid.cards[code].isHidden():
            self.search.clear()
            self.city_filter.choose("")
            self.lacking.setChecked(False)
        self.board.jump(code)

    @override
    def show_part(self, part: Mapping[str, str]) -> None:
        if "lacking" in part:
            self.search.clear()
            self.city_filter.choose("")
            self.lacking.setChecked(bool(part["lacking"]))
        self._take_county(part.get("county"))

    def _open_all(self) -> None:
        self.board.set_all_open(True)

    def _shut_all(self) -> None:
        self.board.set_all_open(False)

    # By hand --------------------------------------------------------------------------------

    def move_people(self, ids: Sequence[str], county: str | None) -> None:
        """Move people to a team, or to the reserve where None."""
        teams = self.context.workspace.teams
        self._write(lambda desk: teams.move(desk, ids, county))

    def set_role(self, envoy_id: str, role: str) -> None:
        """Give a member another role."""
        teams = self.context.workspace.teams
        self._write(lambda desk: teams.set_role(desk, envoy_id, role))

    def set_group(self, envoy_id: str, specialty: str | None) -> None:
        """Put a member into a group, or leave that to the program."""
        teams = self.context.workspace.teams
        self._write(lambda desk: teams.set_group(desk, envoy_id, specialty))

    def _write(self, write: Callable[[TeamDesk], Changes]) -> None:
        if self._desk is None:
            return
        try:
            # Quicker than the cards are read again: the next change stands on the last one.
            desk = self._desk if self._fresh else self.context.workspace.teams.desk()
            changes = write(desk)
        except UserError as error:
            self.context.show_error(error)
            self.refresh(None)
            return
        self.context.publish(changes)

    def _choose_county(self, code: str) -> None:
        self.context.selection.county = code

    def _choose_person(self, envoy_id: str) -> None:
        self.context.selection.envoy = envoy_id

    def _show_person(self, envoy_id: str) -> None:
        self.context.selection.envoy = envoy_id
        self.context.navigate("roster")

    # By the optimiser -----------------------------------------------------------------------

    def propose(self) -> None:
        """Let the optimiser propose teams, beside a live window."""
        if self._job is not None:
            return
        teams = self.context.workspace.teams

        def run(handle: JobHandle) -> TeamComparison:
            return teams.compare(
                teams.propose(TIME_LIMIT, on_progress=handle.report, should_cancel=handle.cancelled)
            )

        self.strip.start(TIME_LIMIT)
        allow(self.propose_button, self.tr("正在组团，请等它完成或停止"))
        self._job = self.context.jobs.start(self.tr("组团"), run, self._proposed, self._failed)
        self._job.progressed.connect(self.strip.show_progress)
        self._job.cancel_requested.connect(self.strip.stopping)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.drop()
            self._ended()
            self.context.notify(self.tr("已取消组团，没有改动任何内容。"))

    def _ended(self) -> None:
        self._job = None
        self.strip.hide()
        allow(self.propose_button, "")

    def _proposed(self, comparison: TeamComparison) -> None:
        self._ended()
        self.proposal.show_comparison(comparison)
        self._show_sheet(PROPOSAL)

    def _failed(self, error: Exception) -> None:
        self._ended()
        if isinstance(error, Cancelled):
            self.context.notify(self.tr("组团已停止，还没有找到结果，没有改动任何内容。"))
        else:
            self.context.show_error(error)

    def _show_sheet(self, sheet: int) -> None:
        self.sheets.setCurrentIndex(sheet)
        for part in self.card_tools:
            part.setVisible(sheet == CARDS)
        why_not = self.tr("先采用或放弃这份建议") if sheet == PROPOSAL else ""
        allow(self.propose_button, why_not)
        if sheet == PROPOSAL:
            self.proposal.changes.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, chosen: Collection[str]) -> None:
        """Write the changes of some people of the proposal."""
        comparison = self.proposal.comparison
        if comparison is None:
            return
        try:
            changes = self.context.workspace.teams.take(comparison, chosen)
        except UserError as error:
            self.context.show_error(error)
            return
        self.discard()
        self.context.publish(changes)

    def discard(self) -> None:
        """Forget the proposal and go back to the cards."""
        self._show_sheet(CARDS)
        self.proposal.clear()

    # Elsewhere ------------------------------------------------------------------------------

    def _import(self) -> None:
        self.context.request_import(ImportKind.ROSTER)

    def _exports(self) -> Sequence[ExportChoice]:
        exports = self.context.workspace.exports
        return (ExportChoice(self.tr("县团名单…"), self.tr("县团名单"), exports.teams_workbook),)
