"""The cards of all teams in columns, and the place where people are dropped on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override

from envoy_app.domain.teams import TeamImpact
from ui import theme
from ui.teams.card import TeamCard
from ui.teams.members import MembersList, people_of
from ui.teams.rows import CardFacts

NARROWEST = theme.px(66)
GAP = theme.px(2)
EDGE, STEP, TICK_MS = theme.px(10), theme.px(5), 30


class CardGrid(QWidget):
    """Cards in columns of their own heights; those that do not pass the filter are hidden.

    Signals: `card_toggled` a card, `list_made` a MembersList, `menu_requested` a
    card and a global point, `aimed` the code of the target (""
    for none) and the global point of a drag, `dropped` ids and the code of the target.
    """

    card_toggled = Signal(object)
    list_made = Signal(object)
    menu_requested = Signal(object, QPoint)
    aimed = Signal(object, QPoint)
    dropped = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scrollContent")
        self.setAcceptDrops(True)
        self.cards: dict[str, TeamCard] = {}
        self.marked: set[str] = set()
        self.impacts: Mapping[str | None, TeamImpact] = {}
        self._columns = 1

    def set_cards(self, facts: Sequence[CardFacts]) -> None:
        """Show the teams as they are now; cards stay open and where they are."""
        for one in facts:
            card = self.cards.get(one.county.code)
            if card is None:
                card = TeamCard(one, self.marked, self)
                card.toggled.connect(self._toggled)
                card.list_made.connect(self.list_made)
                card.menu_requested.connect(self.menu_requested)
                self.cards[card.county] = card
                card.show()
            elif card.facts != one:
                card.set_facts(one)
        self.arrange()

    def show_only(self, passes: Callable[[TeamCard], bool]) -> int:
        """Hide the cards that do not pass; return how many are shown."""
        shown = 0
        for card in self.cards.values():
            keep = passes(card)
            shown += keep
            card.setVisible(keep)
        self.arrange()
        return shown

    def open_card(self, county: str, open_: bool = True) -> MembersList:
        """Open a card (or shut it) without a word to anybody."""
        card = self.cards[county]
        card.set_open(open_)
        return card.make_members()

    def arrange(self) -> None:
        """Put every shown card below the last one of its column."""
        columns = max(1, (self.width() + GAP) // (NARROWEST + GAP))
        width = (self.width() - (columns - 1) * GAP) // columns
        tops = [0] * columns
        shown = [card for card in self.cards.values() if not card.isHidden()]
        for place, card in enumerate(shown):
            column = place % columns
            card.setGeometry(column * (width + GAP), tops[column], width, card.wanted_height)
            tops[column] += card.height() + GAP
        self._columns = columns
        self.setMinimumHeight(max(tops))
        if self.height() < max(tops):  # now, so that what was just opened can be scrolled to
            self.resize(self.width(), max(tops))

    def _toggled(self, card: TeamCard) -> None:
        self.arrange()
        self.card_toggled.emit(card)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go from card to card."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        shown = [card for card in self.cards.values() if not card.isHidden()]
        at = next((n for n, card in enumerate(shown) if card.hasFocus()), None)
        step = steps.get(Qt.Key(event.key()))
        if step is None or at is None:
            super().keyPressEvent(event)
        elif 0 <= at + step < len(shown):
            shown[at + step].setFocus(Qt.FocusReason.TabFocusReason)

    # Drops ----------------------------------------------------------------------------------

    def set_impacts(self, impacts: Mapping[str | None, TeamImpact]) -> None:
        """Show on every card what the drag under way would do; empty when it is over."""
        self.impacts = impacts
        for code, card in self.cards.items():
            card.set_impact(impacts.get(code))
            card.set_aimed(False)

    def _card_at(self, where: QPoint) -> TeamCard | None:
        return next(
            (c for c in self.cards.values() if not c.isHidden() and c.geometry().contains(where)),
            None,
        )

    def aim(self, where: QPoint) -> TeamImpact | None:
        """Mark the card at a global point as the target; return what a drop there would do."""
        target = self._card_at(self.mapFromGlobal(where))
        for card in self.cards.values():
            card.set_aimed(card is target)
        self.aimed.emit(target.county if target else "", where)
        return self.impacts.get(target.county) if target else None

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if people_of(event.mimeData()):
            event.acceptProposedAction()  # else no move would follow, and no word could be said

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        impact = self.aim(self.mapToGlobal(event.position().toPoint()))
        if impact is not None and not impact.broken:
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        for card in self.cards.values():
            card.set_aimed(False)
        self.aimed.emit("", QPoint())

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        target = self._card_at(event.position().toPoint())
        impact = self.impacts.get(target.county) if target else None
        # Only where the verdict was shown: the cards may have scrolled under the pointer.
        if target is not None and target.aimed and impact is not None and not impact.broken:
            event.acceptProposedAction()
            self.dropped.emit(people_of(event.mimeData()), target.county)
        else:
            event.ignore()


class CardArea(QScrollArea):
    """Scrolls the cards, also while something is dragged near its edge."""

    def __init__(self, grid: CardGrid, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidget(grid)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid = grid
        self._step = 0
        self._where = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._scroll)
        grid.aimed.connect(self._near_edge)

    def stop(self) -> None:
        """Stop scrolling: the drag is over."""
        self._timer.stop()

    def _near_edge(self, target: object, where: QPoint) -> None:
        y = self.viewport().mapFromGlobal(where).y()
        self._step, self._where = 0, where
        if not where.isNull() and 0 <= y < EDGE:
            self._step = -STEP
        elif not where.isNull() and self.viewport().height() - EDGE < y:
            self._step = STEP
        if self._step:
            self._timer.start()
        else:
            self._timer.stop()

    def _scroll(self) -> None:
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + self._step)
        if bar.value() != before:
            self._grid.aim(self._where)  # another card lies under the pointer that rests
