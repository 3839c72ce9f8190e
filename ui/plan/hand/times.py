"""A visit held over the board for its time: moved, copied, traded with another, made longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from typing_extensions import override

from envoy_app.domain.editing import (
    Command,
    CopyVisit,
    EditVerdict,
    Move,
    Place,
    Resize,
    StartVerdict,
    SwapVerdict,
    SwapVisits,
)
from envoy_app.domain.errors import UserError
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import SlotTime
from ui.plan.board import layout
from ui.plan.board.drag_paint import Mark, MarkKind
from ui.plan.board.layout import Chip
from ui.plan.board.view import BoardView
from ui.plan.hand.gestures import (
    ChipGesture,
    Gesture,
    Target,
    in_sight,
    on_chip,
    row_under,
    slot_of,
    slot_under,
    time_at,
    title_of,
    tr,
)
from ui.plan.hand.words import Judged, at, length

if TYPE_CHECKING:
    from envoy_app.services.edit_session import EditSession

LENGTHS = (1, 2, 4, 6, 8, 10)


class Times(Gesture):
    """A visit over the half-days of its row: moved there, or a copy of it put there."""

    def __init__(self, board: BoardView, visit: VisitView, row: int, *, copy: bool = False) -> None:
        what = title_of(board, visit)
        title = board.scene.layout.rows[row].title if board.scene else ""
        super().__init__(
            board,
            tr("复制 {0}").format(what) if copy else what,
            row,
            tr("请拖到“{0}”这一行的工作日上").format(title),
            tr("左右键选时间，上下键跳到可行的，回车放下，Esc 取消"),
        )
        self.visit, self.copy = visit, copy
        self.starts: dict[int, StartVerdict] = {}

    @override
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        return None if self.starts else self.ask

    def ask(self, session: EditSession) -> Callable[[], None]:
        """Ask for every half-day."""
        key = self.visit.id
        found = session.copies(key) if self.copy else session.starts(key)
        return lambda: self._take(found)

    def _take(self, found: tuple[StartVerdict, ...]) -> None:
        slots = ((slot_of(self.scene, item.start), item) for item in found)
        self.starts = {slot: item for slot, item in slots if slot is not None}

    @property
    def _wide(self) -> int:
        return 1 if self.visit.slots == 1 else 2

    def at(self, slot: int) -> Target | None:
        """Return the target that begins at a slot."""
        start, last = time_at(self.scene, slot), slot + self.visit.slots - 1
        if start is None:
            return None
        if start == self.visit.start and not self.copy:
            return Target(self.row, slot, last, None, None, tr("原来的时间，放下不改动"))
        return Target(self.row, slot, last, None, self._command(start), self._head(start))

    def _head(self, start: SlotTime) -> str:
        when = at(start, self.visit.slots)
        return tr("复制到 {0}").format(when) if self.copy else when

    def _command(self, start: SlotTime) -> Command:
        if self.copy:
            return CopyVisit(self.visit.id, start)
        return Move(self.visit.id, start) if self.visit.held else Place(self.visit.id, start)

    @override
    def under(self, where: QPoint, grab: int = 0) -> Target | None:
        slot = slot_under(self.scene, where)
        if slot is None or row_under(self.scene, where) != self.row:
            return None
        slot = max(0, slot - grab)
        return self.at(slot - slot % self._wide)

    @override
    def begin(self) -> Target | None:
        slot = slot_of(self.scene, self.visit.start) if self.visit.start else 0
        return self.at(slot or 0)

    @override
    def step(self, target: Target, move: layout.Move) -> Target | None:
        if move in (layout.Move.UP, layout.Move.DOWN):
            return self.jump(target, move.value[0])
        return self.at(target.first + move.value[1] * self._wide)

    @override
    def jump(self, target: Target, step: int) -> Target | None:
        for slot, found in sorted(self.starts.items(), reverse=step < 0):
            if (slot - target.first) * step > 0 and found.allowed:
                return self.at(slot)
        return None

    @override
    def judged(self, target: Target) -> Judged | None:
        return self.starts.get(target.first)

    @override
    def crew(self, target: Target) -> str:
        found = self.starts.get(target.first)
        if found is None or (self.visit.held and not self.copy):
            return ""
        return self.scene.labels.named(envoy for people in found.crew for envoy in people)

    @override
    def marks(self) -> Iterator[Mark]:
        for slot, found in self.starts.items():
            if slot % self._wide == 0:
                yield Mark(MarkKind.CELL, self.row, slot, slot + self._wide - 1, None, found)


class Trade(ChipGesture):
    """A visit over another one: the two take each other's time."""

    def __init__(self, board: BoardView, visit: VisitView, row: int) -> None:
        what = title_of(board, visit)
        super().__init__(
            board,
            tr("对调 {0}").format(what),
            row,
            tr("请拖到要对调时间的服务上"),
            tr("方向键选要对调的服务，PgDn、PgUp 跳到可行的，回车对调，Esc 取消"),
        )
        self.visit = visit

    @override
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        wanted = {chip.visit.id for chip in in_sight(self.board)} - self.found.keys()
        wanted.discard(self.visit.id)
        if not wanted:
            return None
        others = sorted(wanted)

        def ask(session: EditSession) -> Callable[[], None]:
            found: tuple[SwapVerdict, ...] = session.swaps(self.visit.id, others)
            return lambda: self.found.update({item.visit: item for item in found})

        return ask

    @override
    def target(self, chip: Chip) -> Target:
        other = chip.visit
        if other.id == self.visit.id:
            return on_chip(chip, None, tr("要对调的就是这一项，请选另一项"))
        labels = self.scene.labels
        head = tr("与 {0} {1} 对调时间").format(
            labels.county_short(other.county), labels.when(other)
        )
        return on_chip(chip, SwapVisits(self.visit.id, other.id), head)


class Lengths(Gesture):
    """The right edge of a visit: how many half-days it takes."""

    def __init__(self, board: BoardView, chip: Chip) -> None:
        visit = chip.visit
        what = title_of(board, visit)
        super().__init__(
            board,
            tr("改时长 {0}").format(what),
            chip.row,
            tr("请左右拖动"),
            tr("左右键选时长，上下键跳到可行的，回车确定，Esc 取消"),
        )
        self.visit, self.lane, self._first = visit, chip.lane, chip.first
        self._asked = False

    @override
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        if self._asked:
            return None
        self._asked = True
        commands = [Resize(self.visit.id, slots) for slots in LENGTHS if slots != self.visit.slots]

        def ask(session: EditSession) -> Callable[[], None]:
            found: dict[Command, EditVerdict | str] = {}
            for command in commands:
                try:
                    found[command] = session.verdict(command)
                except UserError as error:
                    found[command] = str(error)
            return lambda: self.exact.update(found)

        return ask

    def _at(self, slots: int) -> Target:
        first = self._first if slots == 1 else self._first - self._first % 2
        command = None if slots == self.visit.slots else Resize(self.visit.id, slots)
        head = tr("改为 {0}").format(length(slots)) if command else tr("原来的时长，放下不改动")
        return Target(self.row, first, first + slots - 1, self.lane, command, head)

    @override
    def under(self, where: QPoint, grab: int = 0) -> Target | None:
        slot = slot_under(self.scene, where)
        if slot is None:
            return None
        taken = slot - (self._first - self._first % 2) + 1
        if slot == self._first:
            taken = 1
        return self._at(min(LENGTHS, key=lambda slots: (abs(slots - taken), slots)))

    @override
    def begin(self) -> Target | None:
        return self._at(self.visit.slots)

    @override
    def step(self, target: Target, move: layout.Move) -> Target | None:
        if move in (layout.Move.UP, layout.Move.DOWN):
            return self.jump(target, -move.value[0])
        place = LENGTHS.index(target.last - target.first + 1) + move.value[1]
        return self._at(LENGTHS[place]) if 0 <= place < len(LENGTHS) else None

    @override
    def jump(self, target: Target, step: int) -> Target | None:
        now = target.last - target.first + 1
        for slots in sorted(LENGTHS, reverse=step < 0):
            exact = self.exact.get(Resize(self.visit.id, slots))
            allowed = isinstance(exact, EditVerdict) and exact.allowed
            if (slots - now) * step > 0 and allowed:
                return self._at(slots)
        return None

    @override
    def judged(self, target: Target) -> Judged | None:
        return None

    @override
    def marks(self) -> Iterator[Mark]:
        """The stretch that each length adds to the one before."""
        begun = self._first - self._first % 2
        for before, slots in zip((0, *LENGTHS[:-1]), LENGTHS, strict=True):
            exact = self.exact.get(Resize(self.visit.id, slots))
            first, last = begun + before, begun + slots - 1
            if isinstance(exact, EditVerdict) and last < self.scene.timeline.slots:
                yield Mark(MarkKind.CELL, self.row, first, last, self.lane, exact)
