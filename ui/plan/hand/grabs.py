"""What the mouse has taken hold of, and which gesture it is with Ctrl or Alt held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, Qt

from envoy_app.domain.plans import EnvoyCard, VisitView
from ui.plan.board.layout import BoardMode, Chip, RowKind
from ui.plan.board.paint import FIRST_COLUMN
from ui.plan.board.view import BoardView
from ui.plan.hand.gestures import Gesture, chip_under, row_under, slot_under
from ui.plan.hand.people import PassOn, SendTo
from ui.plan.hand.times import Lengths, Times, Trade

EDGE = 5
"""How near its right edge a chip is made longer instead of moved, in px."""
WIDE_ENOUGH = 24


class How(Enum):
    """Which of its gestures something is used for."""

    PLAIN = "plain"
    COPY = "copy"
    TRADE = "trade"


def how_of(keys: Qt.KeyboardModifier) -> How:
    """Return what the keys that are held ask for: Ctrl copies or adds, Alt or Shift trades."""
    if keys & Qt.KeyboardModifier.ControlModifier:
        return How.COPY
    if keys & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier):
        return How.TRADE
    return How.PLAIN


@dataclass(frozen=True, slots=True)
class VisitGrab:
    """A visit, by its chip on the board or by its line in the tray; `slots` left of the pointer."""

    visit: VisitView
    chip: Chip | None = None
    slots: int = 0

    def gesture(self, board: BoardView, how: How) -> Gesture | None:
        """Return what is done with it; None where its row is not on the board."""
        scene, chip = board.scene, self.chip
        row = _row_of(board, self.visit) if chip is None else chip.row
        if scene is None or row is None:
            return None
        if how is How.TRADE and self.visit.held:
            return Trade(board, self.visit, row)
        if how is How.COPY and self.visit.held:
            return Times(board, self.visit, row, copy=True)
        if chip is not None and scene.layout.mode is BoardMode.ENVOY:
            return PassOn(board, chip)
        return Times(board, self.visit, row)


@dataclass(frozen=True, slots=True)
class PersonGrab:
    """A person, by name in the details, by line among the candidates, by row on the board."""

    card: EnvoyCard
    slots: int = 0

    def gesture(self, board: BoardView, how: How) -> Gesture | None:
        """Return what is done with the person."""
        return SendTo(board, self.card, 0, extra=how is How.COPY)


@dataclass(frozen=True, slots=True)
class EdgeGrab:
    """The right edge of a chip."""

    chip: Chip
    slots: int = 0

    def gesture(self, board: BoardView, how: How) -> Gesture | None:
        """Return what is done with it."""
        return Lengths(board, self.chip)


Grab = VisitGrab | PersonGrab | EdgeGrab
GrabAt = Callable[[QPoint], Grab | None]


def grab_on_board(board: BoardView, where: QPoint) -> Grab | None:
    """Return what lies under a point of the board's viewport."""
    scene = board.scene
    if scene is None:
        return None
    if where.x() < FIRST_COLUMN:
        return _person_at(board, where)
    chip = chip_under(scene, where)
    if chip is None:
        return None
    if on_edge(board, chip, where):
        return EdgeGrab(chip)
    slot = slot_under(scene, where)
    return VisitGrab(chip.visit, chip, (chip.first if slot is None else slot) - chip.first)


def on_edge(board: BoardView, chip: Chip, where: QPoint) -> bool:
    """Whether a point lies at a chip's right edge."""
    box = board.chip_box(chip)
    return box.width() >= WIDE_ENOUGH and where.x() > box.right() - EDGE


def _person_at(board: BoardView, where: QPoint) -> Grab | None:
    scene = board.scene
    body = QPoint(FIRST_COLUMN, where.y())
    index = row_under(scene, body) if scene else None
    if scene is None or index is None:
        return None
    row = scene.layout.rows[index]
    card = scene.labels.plan.envoys.get(row.key) if row.kind is RowKind.ENVOY else None
    return None if card is None else PersonGrab(card)


def _row_of(board: BoardView, visit: VisitView) -> int | None:
    """The row of a visit: of its chip that is selected, else of its county."""
    scene, chip = board.scene, board.chip
    if scene is None:
        return None
    if chip is not None and chip.visit.id == visit.id:
        return chip.row
    rows = enumerate(scene.layout.rows)
    wanted = (i for i, row in rows if row.kind is RowKind.COUNTY and row.key == visit.county)
    return next(wanted, None)
