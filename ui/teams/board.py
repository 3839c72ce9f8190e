"""Cards and reserve side by side, tied together: selection, drags with verdicts, menus, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from envoy_app.domain.vocabulary import Vocabulary
from ui import theme
from ui.search import matches, search_key
from ui.teams.card import TeamCard
from ui.teams.grid import CardArea, CardGrid
from ui.teams.hint import VerdictHint
from ui.teams.members import MembersList
from ui.teams.menu import MenuActions, member_menu
from ui.teams.move_dialog import MoveDialog, Target, targets_of
from ui.teams.reserve import WIDTH, PersonFacts, ReservePanel
from ui.teams.rows import CardFacts, MemberRow
from ui.teams.texts import place_name

if TYPE_CHECKING:
    from envoy_app.services.team_moves import TeamDesk

MOST_OPENED = 12


@dataclass(frozen=True)
class Found:
    """How much a search found: teams shown, members by name, people in the reserve."""

    teams: int
    members: int
    reserve: int


class TeamsBoard(QWidget):
    """Shows a desk and asks for changes of it; writes nothing.

    Signals: `move_requested` ids and a county (None the reserve), `role_requested` id and role,
    `group_requested` id and specialty (None automatic), `person_chosen` an id, `person_wanted` an
    id to show on its own page, `county_wanted` the code of a county for all pages.
    """

    move_requested = Signal(object, object)
    role_requested = Signal(str, str)
    group_requested = Signal(str, object)
    person_chosen = Signal(str)
    person_wanted = Signal(str)
    county_wanted = Signal(str)

    def __init__(self, vocabulary: Vocabulary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._desk: TeamDesk | None = None
        self._people: Mapping[str, str] = {}
        self._counties: Mapping[str, str] = {}
        self._opened_by_search: set[str] = set()
        self._query = ""
        self._person: str | None = None
        self.dialog: MoveDialog | None = None
        self._build()

    def _build(self) -> None:
        self.grid = CardGrid()
        self.area = CardArea(self.grid, self.tr("县团卡片"))
        self.reserve = ReservePanel(self.grid.marked)
        self.facts = PersonFacts()
        self.hint = VerdictHint(self)
        side = QWidget()
        side.setFixedWidth(WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self.reserve, 1)
        column.addWidget(self.facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        row.addWidget(self.area, 1)
        row.addWidget(side)
        self.grid.list_made.connect(self._connect_list)
        self.grid.card_toggled.connect(self._card_toggled)
        self.grid.menu_requested.connect(self.open_card_menu)
        self.grid.aimed.connect(self._aim)
        self.grid.dropped.connect(self.move_requested)
        self.reserve.aimed.connect(lambda over, where: self._aim(None if over else "", where))
        self.reserve.dropped.connect(lambda ids: self.move_requested.emit(ids, None))
        self._connect_list(self.reserve.list)

    # Showing --------------------------------------------------------------------------------

    def show_teams(
        self, desk: TeamDesk, cards: Sequence[CardFacts], reserve: Sequence[MemberRow]
    ) -> None:
        """Show the teams of a desk; what is open and selected stays so."""
        self._desk = desk
        self.grid.set_cards(cards)
        self.reserve.set_rows(reserve)
        self._show_again([*reserve, *(row for one in cards for row in one.rows)])

    def _show_again(self, rows: Sequence[MemberRow]) -> None:
        """Show the person looked at as he or she is now."""
        row = next((row for row in rows if row.envoy.id == self._person), None)
        if row is not None:
            self.facts.show_person(row)
        else:
            self.facts.clear()

    def set_keys(self, people: Mapping[str, str], counties: Mapping[str, str]) -> None:
        """Take the texts that searches look into."""
        self._people, self._counties = people, counties
        self.reserve.set_keys(people)

    def filter(self, query: str, city: str, lacking: bool) -> Found:
        """Show the teams that pass; return how many, and how many people the search found.

        A search that finds few teams by their people opens them and marks the people; those whom
        it finds in the reserve are marked there.
        """
        found = self._found(query)
        by_name = {
            code
            for code, card in self.grid.cards.items()
            if not query or self._county_matches(card, query)
        }
        by_people = {code for code, ids in found.items() if ids}
        self.grid.marked.clear()
        self.grid.marked.update(*found.values())
        resting = self.reserve.search_for(query)
        self.grid.marked.update(resting)

        def passes(card: TeamCard) -> bool:
            return (
                card.county in by_name | by_people
                and (not city or card.facts.county.city == city)
                and not (lacking and not card.facts.team.lacks)
            )

        self._open_found({code: frozenset(found[code]) for code in by_people})
        shown = self.grid.show_only(passes)
        if query != self._query:
            self._query = query
            self.area.verticalScrollBar().setValue(0)
        for card in self.grid.cards.values():
            if card.members is not None:
                card.members.viewport().update()
        return Found(shown, sum(map(len, found.values())), len(resting))

    def _open_found(self, found: Mapping[str, frozenset[str]]) -> None:
        """Open the cards on which few people were found, with them only; shut those of before."""
        wanted = found if len(found) <= MOST_OPENED else {}
        for code in self._opened_by_search - wanted.keys():
            self.grid.cards[code].show_only(None)
            self.grid.open_card(code, False)
        self._opened_by_search &= wanted.keys()
        for code, ids in wanted.items():
            if not self.grid.cards[code].is_open:
                self._opened_by_search.add(code)
                self.grid.open_card(code)
            if code in self._opened_by_search:
                self.grid.cards[code].show_only(ids)

    def _county_matches(self, card: TeamCard, query: str) -> bool:
        return matches(self._counties.get(card.county, card.facts.county.name), query)

    def _found(self, query: str) -> Mapping[str, set[str]]:
        """The members that a search finds, by county."""
        if not query:
            return {}
        return {
            code: {
                row.envoy.id
                for row in card.facts.rows
                if matches(self._people.get(row.envoy.id, row.text.lower()), query)
            }
            for code, card in self.grid.cards.items()
        }

    def jump(self, county: str) -> None:
        """Open a team and bring it into view."""
        if county in self.grid.cards:
            card = self.grid.cards[county]
            card.show_only(None)
            self._opened_by_search.discard(county)
            self.grid.open_card(county)
            self.grid.arrange()
            self.area.ensureWidgetVisible(card, 0, theme.px(4))
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card_toggled(self, card: TeamCard) -> None:
        self._opened_by_search.discard(card.county)
        card.show_only(None)
        self.grid.arrange()

    def set_all_open(self, open_: bool) -> None:
        """Open or shut all cards that are shown."""
        for code, card in self.grid.cards.items():
            if not card.isHidden():
                card.show_only(None)
                self.grid.open_card(code, open_)
        self._opened_by_search.clear()
        self.grid.arrange()

    # People ---------------------------------------------------------------------------------

    def _connect_list(self, people: MembersList) -> None:
        people.chosen.connect(self._choose)
        people.move_requested.connect(self.open_move)
        people.reserve_requested.connect(lambda ids: self.move_requested.emit(ids, None))
        people.menu_requested.connect(self.open_menu)
        people.drag_started.connect(self.begin_drag)
        people.drag_ended.connect(self.end_drag)

    def _choose(self, row: MemberRow) -> None:
        self._person = row.envoy.id
        self.facts.show_person(row)
        self.person_chosen.emit(row.envoy.id)

    def select(self, envoy_id: str) -> None:
        """Put the cursor on a person, wherever he or she is now, and bring him or her to view."""
        if self._desk is None or envoy_id not in self._desk.envoys or envoy_id == self._person:
            return
        county = self._desk.envoys[envoy_id].team_county
        if county is None:
            self.reserve.list.choose(envoy_id)
        elif county in self.grid.cards:
            members = self.grid.open_card(county)
            self.grid.arrange()
            members.choose(envoy_id)
            row = members.visualRect(members.currentIndex())
            place = members.viewport().mapTo(self.grid, row.center())
            self.area.ensureVisible(place.x(), place.y(), 0, theme.px(15))

    def open_menu(self, ids: Sequence[str], where: QPoint) -> None:
        """Show the menu of people."""
        if self._desk is None:
            return
        first = ids[0]
        actions = MenuActions(
            move=lambda: self.open_move(ids),
            to_reserve=lambda: self.move_requested.emit(ids, None),
            set_role=lambda role: self.role_requested.emit(first, role),
            set_group=lambda code: self.group_requested.emit(first, code),
            show=lambda: self.person_wanted.emit(first),
        )
        menu = member_menu(self, self._desk, ids, self._vocabulary, actions)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def open_card_menu(self, card: TeamCard, where: QPoint) -> None:
        """Show the menu of a team."""
        menu = QMenu(self)
        fold = self.tr("收起成员") if card.is_open else self.tr("展开成员")
        menu.addAction(fold).triggered.connect(lambda: card.toggle())
        only = menu.addAction(self.tr("各页只看{name}").format(name=card.facts.county.name))
        only.triggered.connect(lambda: self.county_wanted.emit(card.county))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def open_move(self, ids: Sequence[str]) -> None:
        """Ask where people go, every target with its verdict."""
        if self._desk is None:
            return
        dialog = MoveDialog(self._who(ids), self._targets(self._desk, ids), self)
        dialog.accepted.connect(lambda: self._move_to(ids, dialog.target))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()
        dialog.search.setFocus()

    def _move_to(self, ids: Sequence[str], target: Target | None) -> None:
        if target is not None:
            self.move_requested.emit(ids, target.county)

    def _who(self, ids: Sequence[str]) -> str:
        assert self._desk is not None
        name = self._desk.envoys[ids[0]].name
        return name if len(ids) == 1 else self.tr("{name}等 {n} 人").format(name=name, n=len(ids))

    def _targets(self, desk: TeamDesk, ids: Sequence[str]) -> tuple[Target, ...]:
        names: dict[str | None, tuple[str, str, str]] = {
            code: (
                card.facts.county.name,
                card.facts.county.city_short,
                f"{len(card.facts.rows)} / {card.facts.needs.largest}",
            )
            for code, card in self.grid.cards.items()
        }
        names[None] = (desk.name(None), "", str(len(desk.reserve)))
        keys: dict[str | None, str] = {None: search_key(desk.name(None))}
        keys.update(self._counties)
        return targets_of(desk.targets(ids), names, keys)

    # Drags ----------------------------------------------------------------------------------

    def begin_drag(self, ids: Sequence[str]) -> None:
        """Show on every target what a drop there would do."""
        if self._desk is not None:
            impacts = self._desk.targets(ids)
            self.grid.set_impacts(impacts)
            self.reserve.set_impact(impacts[None])

    def end_drag(self) -> None:
        """Take the verdicts away."""
        self.area.stop()
        self.grid.set_impacts({})
        self.reserve.set_impact(None)
        self.hint.hide()

    def _aim(self, target: str | None, where: QPoint) -> None:
        impact = self.grid.impacts.get(target)
        if impact is None or self._desk is None:
            self.hint.hide()
        else:
            self.hint.show_verdict(place_name(self._desk, target), impact, where)
