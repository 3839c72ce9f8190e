"""All that can be done by hand with one visit, as items of a menu; each says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from envoy_app.domain.editing import (
    Command,
    CopyVisit,
    Discard,
    Lock,
    RemovePerson,
    Resize,
    SplitVisit,
    TakeOff,
)
from envoy_app.domain.plans import VisitView
from ui.plan.board.view import BoardView
from ui.plan.hand.editor import PlanEditor
from ui.plan.hand.grabs import How
from ui.plan.hand.moving import Moving
from ui.plan.hand.times import LENGTHS
from ui.plan.hand.words import length


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways; its verdict is asked before it is chosen."""

    text: str
    command: Command


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, or several ways to do it; `why_not` says why it cannot be done now."""

    text: str
    run: Callable[[], object] = lambda: None
    why_not: str = ""
    choices: tuple[Choice, ...] = ()


class VisitItems(QObject):
    """Makes the items for a visit.

    Signals: `people_requested` the number of a seat for which somebody is to be chosen,
    `absence_requested` a VisitView to which somebody cannot come.
    """

    people_requested = Signal(int)
    absence_requested = Signal(object)

    def __init__(
        self, board: BoardView, editor: PlanEditor, moving: Moving, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._board, self._editor, self._moving = board, editor, moving

    def all(self, visit: VisitView) -> tuple[Item | None, ...]:
        """Return all that can be done with a visit; None is a line between."""
        found = [
            self.move(visit),
            self.trade(visit),
            self.copy_to(visit),
            None,
            self._people(visit),
            self._add(visit),
            self.remove(visit),
            self._absence(visit),
            None,
            self.resize(visit),
            self.split(visit),
            None,
            self._lock(visit, date=True),
            self._lock(visit, date=False),
            None,
            self.take_off(visit),
            self._copy(visit),
            self.discard(visit),
        ]
        if self._editor.read_only:
            found += [None, Item(self.tr("修订为新的一版"), self._editor.revise)]
        return tuple(found)

    def _item(self, text: str, run: Callable[[], object], why_not: str = "") -> Item:
        return Item(text, run, self._editor.why_not or why_not)

    def _doing(self, text: str, command: Command, why_not: str = "") -> Item:
        return self._item(text, lambda: self._editor.do(command), why_not)

    def _choosing(self, text: str, choices: list[Choice], why_not: str) -> Item:
        return Item(text, why_not=self._editor.why_not or why_not, choices=tuple(choices))

    # Time ------------------------------------------------------------------------------------

    def move(self, visit: VisitView) -> Item:
        """Move it, or put it on."""
        why_not = self.tr("日期已锁定，先按 L 解锁") if visit.date_locked else ""
        text = self.tr("移动…\tM") if visit.held else self.tr("安排到…\tM")
        return self._item(text, lambda: self._moving.start_visit(visit), why_not)

    def trade(self, visit: VisitView) -> Item:
        """Trade its time with another."""
        why_not = self.tr("日期已锁定，先按 L 解锁") if visit.date_locked else ""
        return self._item(
            self.tr("与另一项对调时间…\tX"),
            lambda: self._moving.start_visit(visit, How.TRADE),
            self._not_held(visit) or why_not,
        )

    def copy_to(self, visit: VisitView) -> Item:
        """Hold a copy at another time."""
        return self._item(
            self.tr("复制到…\tCtrl+C、Ctrl+V"),
            lambda: self._moving.start_visit(visit, How.COPY),
            self._not_held(visit),
        )

    def resize(self, visit: VisitView) -> Item:
        """Let it take longer or less."""
        choices = [
            Choice(length(slots), Resize(visit.id, slots))
            for slots in LENGTHS
            if slots != visit.slots
        ]
        return self._choosing(self.tr("改时长\tT"), choices, "")

    def start_length(self, visit: VisitView) -> Item:
        """Choose its length on the board."""
        chip = self._board.chip
        if chip is None or chip.visit.id != visit.id:
            return self._item("", lambda: None, self._not_held(visit))
        return self._item("", lambda: self._moving.start_length(chip))

    def split(self, visit: VisitView) -> Item:
        """Make two of it."""
        choices = [
            Choice(
                self.tr("{0} + {1}").format(length(slots), length(visit.slots - slots)),
                SplitVisit(visit.id, slots),
            )
            for slots in LENGTHS
            if visit.slots - slots in LENGTHS
        ]
        whole = self.tr("半天的服务不能再拆分") if visit.slots == 1 else ""
        return self._choosing(self.tr("拆分为\tS"), choices, whole)

    # People ----------------------------------------------------------------------------------

    def _people(self, visit: VisitView) -> Item:
        text = self.tr("换人…") if visit.held else self.tr("可派人选…")
        return Item(text, lambda: self.people_requested.emit(0))

    def _absence(self, visit: VisitView) -> Item:
        why_not = "" if visit.held else self.tr("还没有排上，没有人要去")
        return Item(self.tr("有人来不了…"), lambda: self.absence_requested.emit(visit), why_not)

    def _add(self, visit: VisitView) -> Item:
        seats = sum(role.count for role in visit.roles)
        run = partial(self.people_requested.emit, seats)  # a seat beyond those it has
        return self._item(self.tr("增派 1 人…"), run, self._not_held(visit))

    def remove(self, visit: VisitView) -> Item:
        """Send one person less."""
        scene = self._board.scene
        choices = [
            Choice(scene.labels.named([envoy]) or envoy, RemovePerson(visit.id, envoy))
            for role in visit.roles
            for envoy in role.envoys
            if role.count > 1 and scene is not None
        ]
        single = "" if choices else self.tr("每个专业只派了一人，可以换人或取消安排")
        return self._choosing(self.tr("减派 1 人"), choices, self._not_held(visit) or single)

    # Locks and all of it ---------------------------------------------------------------------

    def _not_held(self, visit: VisitView) -> str:
        return "" if visit.held else self.tr("还没有排上，先拖到排班表上")

    def _lock(self, visit: VisitView, *, date: bool) -> Item:
        locked = visit.date_locked if date else visit.people_locked
        what = self.tr("日期") if date else self.tr("人员")
        text = (self.tr("解锁{0}") if locked else self.tr("锁定{0}")).format(what)
        command = Lock(
            (visit.id,), date=not locked if date else None, people=None if date else not locked
        )
        return self._doing(text, command, self._not_held(visit))

    def lock_all(self, visit: VisitView) -> Item:
        """Lock date and people, or let go of both."""
        command = Lock((visit.id,), date=not visit.locked, people=not visit.locked)
        text = self.tr("解锁") if visit.locked else self.tr("锁定")
        return self._doing(text, command, self._not_held(visit))

    def take_off(self, visit: VisitView) -> Item:
        """Do not hold it any more."""
        return self._doing(self.tr("取消安排\tDel"), TakeOff(visit.id), self._not_held(visit))

    def remove_key(self, visit: VisitView) -> Item:
        """Take it off; one that was added by hand and is left out goes altogether."""
        by_hand = visit.by_hand is not None and not visit.held
        return self.discard(visit) if by_hand else self.take_off(visit)

    def _copy(self, visit: VisitView) -> Item:
        return self._doing(self.tr("复制一项，放入未排服务"), CopyVisit(visit.id))

    def discard(self, visit: VisitView) -> Item:
        """Remove a visit that was added by hand."""
        why_not = self.tr("只能删除手工新增的服务；这一项可以取消安排")
        return self._doing(
            self.tr("删除这项手工新增的服务"),
            Discard(visit.id),
            "" if visit.by_hand is not None else why_not,
        )
