"""What can be done with something held over the board: its targets, what each is worth, the drop.

A gesture knows places and commands; the mouse, the keys and the painting are somebody else's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from typing_extensions import override

from envoy_app.domain.editing import Command, EditVerdict
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from ui.plan.board.drag_paint import Mark, MarkKind
from ui.plan.board.layout import Chip, Move
from ui.plan.board.paint import FIRST_COLUMN, HEADER, Scene
from ui.plan.board.view import BoardView
from ui.plan.hand.words import Judged, Said, nowhere, said

if TYPE_CHECKING:
    from envoy_app.services.edit_session import EditSession


@dataclass(frozen=True, slots=True)
class Target:
    """Where a drop does something: row and slots on the board, one lane of the row or all.

    Without a `command` a drop changes nothing; `head` says what it does, or why not.
    """

    row: int
    first: int
    last: int
    lane: int | None
    command: Command | None
    head: str


class Gesture(ABC):
    """One way to use what is held, on one scene of the board.

    Attributes:
        title: What is held, for the words at the pointer.
        row: Where it begins.
        off: What is said where a drop does nothing.
        keys: What is said of the keys.
        exact: The exact verdicts that have been heard.
    """

    def __init__(self, board: BoardView, title: str, row: int, off: str, keys: str) -> None:
        scene = board.scene
        if scene is None:
            raise LookupError("no plan is shown")
        self.board, self.scene = board, scene
        self.title, self.row, self.off, self.keys = title, row, off, keys
        self.exact: dict[Command, EditVerdict | str] = {}

    @abstractmethod
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        """Return what is to be asked off the UI thread, None where nothing is.

        What it returns takes the answer, back in the UI's thread.
        """

    @abstractmethod
    def under(self, where: QPoint, grab: int = 0) -> Target | None:
        """Return the target under a point of the viewport; `grab` slots lie left of the pointer."""

    @abstractmethod
    def begin(self) -> Target | None:
        """Return where the keys begin."""

    @abstractmethod
    def step(self, target: Target, move: Move) -> Target | None:
        """Return the target beside another."""

    @abstractmethod
    def jump(self, target: Target, step: int) -> Target | None:
        """Return the next target that is allowed, forward or back."""

    @abstractmethod
    def judged(self, target: Target) -> Judged | None:
        """Return what is known of a target before its exact verdict."""

    @abstractmethod
    def marks(self) -> Iterable[Mark]:
        """Return what is known of the targets in sight."""

    def again(self, target: Target) -> Target | None:
        """Return a target as it is now that more is known."""
        return target

    def crew(self, target: Target) -> str:
        """Return who would come, where that is not told by the target itself."""
        return ""

    def said(self, target: Target | None) -> Said:
        """Return what is told about a target."""
        if target is None:
            return nowhere(self.off)
        if target.command is None:
            return nowhere(target.head)
        exact = self.exact.get(target.command)
        return said(target.head, self.judged(target), exact, self.crew(target))


class ChipGesture(Gesture):
    """Something that is dropped on chips; `found` is what is known of each visit."""

    def __init__(self, board: BoardView, title: str, row: int, off: str, keys: str) -> None:
        super().__init__(board, title, row, off, keys)
        self.found: dict[str, Judged] = {}

    @abstractmethod
    def target(self, chip: Chip) -> Target:
        """Return what a drop on a chip does."""

    @override
    def again(self, target: Target) -> Target | None:
        chip = self._chip(target)
        return None if chip is None else self.target(chip)

    @override
    def under(self, where: QPoint, grab: int = 0) -> Target | None:
        chip = chip_under(self.scene, where)
        return None if chip is None else self.target(chip)

    @override
    def begin(self) -> Target | None:
        chip = self.scene.chip or next(iter(in_sight(self.board)), None)
        return None if chip is None else self.target(chip)

    @override
    def step(self, target: Target, move: Move) -> Target | None:
        chip = self._chip(target)
        found = self.scene.layout.neighbour(chip, move) if chip else None
        return None if found is None else self.target(found)

    @override
    def jump(self, target: Target, step: int) -> Target | None:
        chip, chips = self._chip(target), self.scene.layout.chips
        if chip is None:
            return None
        place = chips.index(chip)
        after = chips[place + 1 :] if step > 0 else reversed(chips[:place])
        for other in after:
            known = self.found.get(other.visit.id)
            if known is not None and known.allowed:
                return self.target(other)
        return None

    def _chip(self, target: Target) -> Chip | None:
        chips = self.scene.layout.rows[target.row].chips
        place = target.first, target.lane
        return next((c for c in chips if (c.first, c.lane) == place), None)

    @override
    def judged(self, target: Target) -> Judged | None:
        chip = self._chip(target)
        return None if chip is None else self.found.get(chip.visit.id)

    @override
    def marks(self) -> Iterator[Mark]:
        for chip in in_sight(self.board):
            known = self.found.get(chip.visit.id)
            if known is not None:
                yield Mark(MarkKind.CHIP, chip.row, chip.first, chip.last, chip.lane, known)


def on_chip(chip: Chip, command: Command | None, head: str) -> Target:
    """Return a target that is a chip."""
    return Target(chip.row, chip.first, chip.last, chip.lane, command, head)


def tr(text: str) -> str:
    """Return a text of a gesture in the user's language."""
    return QCoreApplication.translate("Gestures", text)


def title_of(board: BoardView, visit: VisitView) -> str:
    """Return what a visit is called at the pointer."""
    labels = board.scene.labels if board.scene else None
    return f"{labels.county(visit.county)} {labels.specialties(visit)}" if labels else ""


# Places on the board ---------------------------------------------------------------------------


def inside(scene: Scene, where: QPoint) -> tuple[int, int] | None:
    """Return a point of the viewport in the scrolled content, None off the rows and days."""
    if where.x() < FIRST_COLUMN or where.y() < HEADER:
        return None
    return where.x() - FIRST_COLUMN + scene.left, where.y() - HEADER + scene.top


def slot_under(scene: Scene, where: QPoint) -> int | None:
    """Return the half-day under a point of the viewport."""
    at = inside(scene, where)
    return None if at is None else scene.timeline.slot_at(at[0])


def row_under(scene: Scene, where: QPoint) -> int | None:
    """Return the row under a point of the viewport."""
    at = inside(scene, where)
    return None if at is None else scene.layout.row_index(at[1])


def chip_under(scene: Scene, where: QPoint) -> Chip | None:
    """Return the chip under a point of the viewport."""
    at, slot = inside(scene, where), slot_under(scene, where)
    return None if at is None or slot is None else scene.layout.chip_at(slot, at[1])


def time_at(scene: Scene, slot: int) -> SlotTime | None:
    """Return the half-day of a slot, None off the plan."""
    if not 0 <= slot < scene.timeline.slots:
        return None
    half = HalfDay.PM if slot % 2 else HalfDay.AM
    return SlotTime(scene.timeline.columns[slot // 2].day, half)


def slot_of(scene: Scene, start: SlotTime) -> int | None:
    """Return the slot of a half-day, None off the plan."""
    columns = scene.timeline.columns
    place = next((c.index for c in columns if c.day == start.date), None)
    return None if place is None else 2 * place + (start.half is HalfDay.PM)


def rows_in_sight(board: BoardView) -> range:
    """Return the rows in sight."""
    top = board.verticalScrollBar().value()
    scene = board.scene
    return (
        scene.layout.visible(top, top + board.viewport().height() - HEADER) if scene else range(0)
    )


def in_sight(board: BoardView) -> Iterator[Chip]:
    """Return the chips in sight, row by row."""
    scene = board.scene
    if scene is None:
        return
    right = scene.left + board.viewport().width() - FIRST_COLUMN
    for index in rows_in_sight(board):
        for chip in scene.layout.rows[index].chips:
            x, width = scene.timeline.span(chip.first, chip.last)
            if x < right and x + width > scene.left:
                yield chip
