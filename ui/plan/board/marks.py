"""Which visits, days or weeks are selected together; the one visit selected stays the anchor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.plans import VisitView
from ui.context import AppContext
from ui.plan.board.layout import BoardLayout, Chip, Move, Row
from ui.plan.board.marking import Head, between, lit
from ui.plan.board.view import BoardView


class Marks(QObject):
    """Keeps the selection of many, and shows it on the board.

    Signals: `changed` whenever what is selected together is another; read `many` and `head`.
    """

    changed = Signal()

    def __init__(self, context: AppContext, board: BoardView) -> None:
        super().__init__(board)
        self._context, self._board = context, board
        self._ids: tuple[str, ...] = ()
        self._head: Head | None = None
        self._lead: Chip | None = None
        self._row = ""
        self._own = False
        board.row_selected.connect(self._row_picked)
        board.visit_selected.connect(lambda _visit: self.collapse())
        context.selection.visit_changed.connect(lambda _visit: self.collapse())

    # What is selected ------------------------------------------------------------------------

    @property
    def ids(self) -> tuple[str, ...]:
        """The visits selected: several, the one of the window, or none."""
        one = self._context.selection.visit
        return self._ids or ((one,) if one else ())

    @property
    def anchor(self) -> str | None:
        """The one visit that the whole window has selected."""
        return self._context.selection.visit

    @property
    def many(self) -> bool:
        """Whether several visits are selected."""
        return len(self._ids) > 1

    @property
    def head(self) -> Head | None:
        """The day, the week or the whole that is selected by its heading."""
        return self._head

    @property
    def visits(self) -> tuple[VisitView, ...]:
        """The several visits that are selected, in the plan's order; none where it is only one."""
        plan, wanted = self._context.plans.plan, set(self._ids)
        return tuple(visit for visit in plan.visits if visit.id in wanted) if plan else ()

    # Selecting -------------------------------------------------------------------------------

    def choose(self, ids: Iterable[str], anchor: str | None = None) -> None:
        """Select these visits; `anchor` is the one to start from, the first by default."""
        wanted = tuple(dict.fromkeys(ids))
        if anchor not in wanted:
            anchor = wanted[0] if wanted else None
        self._own = True
        self._context.selection.visit = anchor
        if anchor is None:
            self._board.drop_selection()
        self._own = False
        self._show(wanted if len(wanted) > 1 else (), None)

    def choose_shown(self, ids: Iterable[str]) -> None:
        """Select those of some visits that are on the board."""
        scene = self._board.scene
        shown = scene.layout.by_visit if scene else {}
        self.choose(key for key in ids if key in shown)

    def toggle(self, chip: Chip, ids: tuple[str, ...]) -> None:
        """Take a visit into a selection, as its anchor, or out of it."""
        key = chip.visit.id
        if key in ids:
            rest = tuple(other for other in ids if other != key)
            self.choose(rest, rest[-1] if rest else None)
        else:
            self.choose((*ids, key), key)

    def extend(self, chip: Chip) -> None:
        """Select all between the anchor and a chip."""
        scene, anchor = self._board.scene, self._board.chip
        if scene is None or anchor is None:
            self.choose((chip.visit.id,))
            return
        self.choose(between(scene.layout, anchor, chip), anchor.visit.id)
        self._lead = chip

    def extend_by(self, move: Move) -> Chip | None:
        """Extend the selection to the next row with visits, or the next visit along the row.

        Returns the chip that was reached, None where there is none.
        """
        scene, lead = self._board.scene, self._lead or self._board.chip
        if scene is None or lead is None:
            return None
        found = _next(scene.layout, lead, move)
        if found is not None:
            # The corner keeps its time on the way up and down: what was taken in stays so.
            along = move in (Move.LEFT, Move.RIGHT)
            self.extend(found if along else replace(found, first=lead.first, last=lead.last))
        return found

    def choose_head(self, head: Head) -> None:
        """Select a day, a week or the whole by its heading."""
        self._own = True
        self._context.selection.visit = None
        self._board.drop_selection()
        self._own = False
        self._show((), head)

    def collapse(self) -> None:
        """Select only what the window has selected."""
        if self.anchor is not None:
            self._row = ""
        if not self._own and (self._ids or self._head):
            self._show((), None)

    def _row_picked(self, row: Row | None) -> None:
        self._row = row.key if row else ""

    def keep_shown(self) -> None:
        """The board shows something else: what it does not show is selected no more."""
        scene = self._board.scene
        if self._row and self._board.row is None and self._board.chip is None:
            self._board.select_row(self._row)
        shown = {chip.visit.id for chip in lit(scene.layout)} if scene else set[str]()
        days = {column.day for column in scene.timeline.columns} if scene else set()
        head = self._head if self._head and days.issuperset(self._head.days) else None
        if shown.issuperset(self._ids):
            self._show(self._ids, head)
        else:
            self.choose((key for key in self._ids if key in shown), self._context.selection.visit)

    def _show(self, ids: tuple[str, ...], head: Head | None) -> None:
        self._ids, self._head, self._lead = ids, head, None
        if ids or head:
            self._row = ""
        marking = self._board.marking
        marking.visits, marking.head = frozenset(ids), head
        self._board.viewport().update()
        self.changed.emit()


def _next(layout: BoardLayout, lead: Chip, move: Move) -> Chip | None:
    own = [chip for chip in layout.rows[lead.row].chips if not chip.dimmed]
    if move is Move.RIGHT:
        return next((chip for chip in own if chip.first > lead.first), None)
    if move is Move.LEFT:
        return next((chip for chip in reversed(own) if chip.first < lead.first), None)
    down = move is Move.DOWN
    rows = layout.rows[lead.row + 1 :] if down else tuple(reversed(layout.rows[: lead.row]))
    chips = ([chip for chip in row.chips if not chip.dimmed] for row in rows)
    found: list[Chip] = next(filter(None, chips), [])
    return min(found, key=lambda chip: abs(chip.first - lead.first), default=None)
