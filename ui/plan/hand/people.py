"""People held over the board: a visit passed on to another envoy's row, a person sent to a chip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from typing_extensions import override

from envoy_app.domain.editing import AddPerson, PersonVerdict, Replace, SeatVerdict, SwapPeople
from envoy_app.domain.plans import EnvoyCard
from ui.plan.board.drag_paint import Mark, MarkKind
from ui.plan.board.layout import Chip, Move, Row, RowKind
from ui.plan.board.view import BoardView
from ui.plan.hand.gestures import (
    ChipGesture,
    Gesture,
    Target,
    chip_under,
    in_sight,
    on_chip,
    row_under,
    rows_in_sight,
    title_of,
    tr,
)
from ui.plan.hand.times import Times
from ui.plan.hand.words import Judged

if TYPE_CHECKING:
    from envoy_app.services.edit_session import EditSession

ALONG, ROWS = (Move.LEFT, Move.RIGHT), (Move.UP, Move.DOWN)


class PassOn(Gesture):
    """A visit in its envoy's row: along the row to another time, up and down to somebody else.

    Dropped on a row that envoy comes instead; dropped on a chip the two swap seats.
    """

    def __init__(self, board: BoardView, chip: Chip) -> None:
        super().__init__(
            board,
            title_of(board, chip.visit),
            chip.row,
            tr("左右拖改时间，上下拖到另一位特派员这一行换人"),
            tr("左右键选时间，上下键选人，PgDn、PgUp 跳到可行的，回车放下，Esc 取消"),
        )
        self.visit, self.chip = chip.visit, chip
        self.envoy = self.scene.layout.rows[chip.row].key
        self.times = Times(board, chip.visit, chip.row)
        self.people: dict[str, PersonVerdict] = {}
        self.seats: dict[tuple[str, str], SeatVerdict] = {}
        self._known: set[str] = set()

    @override
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        """Ask for all times and people at once, and for the seats of the visits in sight."""
        known, wanted = bool(self.people), self._seen() - self._known
        if known and not wanted:
            return None
        key, envoy = self.visit.id, self.envoy

        def ask(session: EditSession) -> Callable[[], None]:
            take_others = None if known else self._ask_others(session)
            seats = session.seats(envoy, key, wanted)

            def take() -> None:
                if take_others is not None:
                    take_others()
                self._known |= wanted
                self.seats |= {(item.visit, item.leaving): item for item in seats}

            return take

        return ask

    def _seen(self) -> set[str]:
        return {chip.visit.id for chip in in_sight(self.board)}

    def _ask_others(self, session: EditSession) -> Callable[[], None]:
        take_times, people = self.times.ask(session), session.people(self.visit.id, self.envoy)

        def take() -> None:
            take_times()
            self.people = {item.envoy: item for item in people}

        return take

    @override
    def under(self, where: QPoint, grab: int = 0) -> Target | None:
        index = row_under(self.scene, where)
        if index is None or index == self.row:
            return self.times.under(where, grab)
        if self.scene.layout.rows[index].kind is not RowKind.ENVOY:
            return None
        chip = chip_under(self.scene, where)
        return self._on_row(index) if chip is None else self._on_chip(chip)

    def _on_row(self, index: int) -> Target:
        row, chip = self.scene.layout.rows[index], self.chip
        command, head = None, tr("{0}已经去这项服务，请选别人").format(row.title)
        if row.key not in self.visit.envoys:
            command = Replace(self.visit.id, self.envoy, row.key)
            head = tr("改派 {0}").format(row.title)
        return Target(index, chip.first, chip.last, None, command, head)

    def _on_chip(self, chip: Chip) -> Target:
        row, other, labels = self.scene.layout.rows[chip.row], chip.visit, self.scene.labels
        if row.key in self.visit.envoys or self.envoy in other.envoys:
            return on_chip(chip, None, tr("两人有一项是一起去的，不能互换"))
        command = SwapPeople(self.visit.id, self.envoy, other.id, row.key)
        head = tr("与 {0} 互换，去 {1} {2}").format(
            row.title, labels.county_short(other.county), labels.when(other)
        )
        return on_chip(chip, command, head)

    @override
    def begin(self) -> Target | None:
        return self.times.begin()

    @override
    def step(self, target: Target, move: Move) -> Target | None:
        if move in ROWS:
            return self._beside(target.row, move.value[0])
        if target.row == self.row:
            return self.times.step(target, move)
        chips = self.scene.layout.rows[target.row].chips
        places = [self._on_row(target.row), *map(self._on_chip, chips)]
        at = places.index(target) + move.value[1]
        return places[at] if 0 <= at < len(places) else None

    def _beside(self, index: int, step: int) -> Target | None:
        rows = self.scene.layout.rows
        index += step
        while 0 <= index < len(rows):
            if index == self.row:
                return self.times.begin()
            if rows[index].kind is RowKind.ENVOY:
                return self._on_row(index)
            index += step
        return None

    @override
    def jump(self, target: Target, step: int) -> Target | None:
        rows = self.scene.layout.rows
        found = range(target.row + 1, len(rows)) if step > 0 else range(target.row - 1, -1, -1)
        for index in found:
            known = self._person(rows[index])
            if known is not None and known.allowed:
                return self._on_row(index)
        return None

    def _person(self, row: Row) -> PersonVerdict | None:
        return self.people.get(row.key) if row.kind is RowKind.ENVOY else None

    @override
    def judged(self, target: Target) -> Judged | None:
        if target.row == self.row:
            return self.times.judged(target)
        if isinstance(target.command, SwapPeople):
            command = target.command
            return self.seats.get((command.other_visit, command.other_envoy))
        return self._person(self.scene.layout.rows[target.row])

    @override
    def marks(self) -> Iterator[Mark]:
        yield from self.times.marks()
        rows = self.scene.layout.rows
        for index in rows_in_sight(self.board):
            known = self._person(rows[index])
            if known is not None:
                first, last = self.chip.first, self.chip.last
                yield Mark(MarkKind.ROW, index, first, last, None, known)
        for chip in in_sight(self.board):
            seat = self.seats.get((chip.visit.id, rows[chip.row].key))
            if seat is not None:
                yield Mark(MarkKind.CHIP, chip.row, chip.first, chip.last, chip.lane, seat)


class SendTo(ChipGesture):
    """A person over visits: comes instead of somebody there, or as one more."""

    def __init__(self, board: BoardView, card: EnvoyCard, row: int, *, extra: bool = False) -> None:
        super().__init__(
            board,
            tr("增派 {0}").format(card.name) if extra else card.name,
            row,
            tr("请拖到要派这位去的服务上；按住 Ctrl 是增派"),
            tr("方向键选服务，PgDn、PgUp 跳到可行的，回车放下，Esc 取消"),
        )
        self.card, self.extra = card, extra
        self._best: dict[str, SeatVerdict] = {}

    @override
    def question(self) -> Callable[[EditSession], Callable[[], None]] | None:
        return None if self._best else self._ask

    def _ask(self, session: EditSession) -> Callable[[], None]:
        envoy = self.card.id
        seats = session.additions(envoy) if self.extra else session.seats(envoy)

        def take() -> None:
            for seat in sorted(seats, key=_worth, reverse=True):
                self._best[seat.visit] = self.found[seat.visit] = seat

        return take

    @override
    def target(self, chip: Chip) -> Target:
        visit, labels = chip.visit, self.scene.labels
        where = f"{labels.county_short(visit.county)} {labels.when(visit)}"
        if self.card.id in visit.envoys:
            return on_chip(chip, None, tr("{0}已经去这项服务").format(self.card.name))
        seat = self._best.get(visit.id)
        if seat is None:
            return on_chip(chip, None, tr("正在判断…"))
        if self.extra:
            command = AddPerson(visit.id, seat.role, self.card.id)
            return on_chip(chip, command, tr("增派到 {0}").format(where))
        leaving = labels.named([seat.leaving])
        head = tr("{0} 替下 {1}").format(where, leaving)
        return on_chip(chip, Replace(visit.id, seat.leaving, self.card.id), head)


def _worth(seat: SeatVerdict) -> tuple[bool, int, tuple[int, int, int, int]]:
    change = seat.change
    tiers = change.coverage, change.unscheduled, change.disruption, change.cost
    return not seat.allowed, len(seat.rules), tiers
