"""What Ctrl+Z and Ctrl+Y do next: known at any time, done off the UI thread, told to all pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, UndoConflict, UserError
from envoy_app.domain.history import ChangeSet
from ui.jobs import JobHandle, Progress

if TYPE_CHECKING:
    from ui.context import AppContext

STEPS = 15
"""How many steps a drop-down offers."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What can be taken back and done again, the next one first."""

    undo: tuple[ChangeSet, ...] = ()
    redo: tuple[ChangeSet, ...] = ()

    def of(self, again: bool) -> tuple[ChangeSet, ...]:
        """Return what can be done `again`, or taken back."""
        return self.redo if again else self.undo


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change that was not taken back (or done `again`), and the records in its way."""

    change: ChangeSet
    again: bool
    error: UndoConflict


class UndoKeeper(QObject):
    """Takes changes back and does them again, one job at a time.

    `steps_changed` follows whenever what is next, or whether something is running, may differ;
    `conflicted` carries a Conflict where later changes are in the way.
    """

    steps_changed = Signal()
    conflicted = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._context = context
        self._steps = Steps()
        self._reading = False
        self._waiting: Callable[[], None] | None = None
        self._busy = ""

    @property
    def steps(self) -> Steps:
        """What is next."""
        return self._steps

    @property
    def busy(self) -> str:
        """Why nothing can be taken back now, "" where it can."""
        return self._busy

    def start(self) -> None:
        """Read what is next, now and after every change."""
        self._context.changed.connect(lambda changes: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Read what is next."""
        workspace = self._context.workspace
        self._reading = True

        def read(handle: JobHandle) -> Steps:
            history = workspace.history
            return Steps(history.undoable(STEPS), history.redoable(STEPS))

        self._context.jobs.start(
            self.tr("读取可撤销的操作"),
            read,
            self._take,
            self._not_read,
            key="undo-steps",
            quiet=True,
        )

    def _take(self, steps: Steps) -> None:
        self._steps, self._reading = steps, False
        waiting, self._waiting = self._waiting, None
        self.steps_changed.emit()
        if waiting is not None:
            waiting()

    def _not_read(self, error: Exception) -> None:
        self._reading, self._waiting = False, None
        if isinstance(error, UserError):
            self._context.show_error(error)

    def turn(self, count: int = 1, *, again: bool = False) -> None:
        """Take the next `count` changes back, one after the other, or do them `again`."""
        if self._busy:
            self._context.notify(self._busy)
        elif self._reading:
            # Something was just changed: what is next is known in a moment.
            self._waiting = lambda: self.turn(count, again=again)
        elif wanted := self._steps.of(again)[:count]:
            self.do(wanted, again=again)
        else:
            self._context.notify(nothing(again))

    def do(
        self, changes: Sequence[ChangeSet], *, again: bool = False, leave_changed: bool = False
    ) -> None:
        """Take these changes back in this order, or do them `again`; stop where one cannot be.

        `leave_changed` leaves records as they are that were changed since.
        """
        if self._busy:
            self._context.notify(self._busy)
            return
        history = self._context.workspace.history
        turn = history.redo if again else history.undo
        done: list[Changes] = []

        def work(handle: JobHandle) -> None:
            for number, change in enumerate(changes):
                handle.raise_if_cancelled()
                handle.report(
                    Progress(number, len(changes) if len(changes) > 1 else 0, change.description)
                )
                done.append(turn(change.id, leave_changed=leave_changed))

        def failed(error: Exception) -> None:
            self._finish(done, again)
            self._tell(error, changes[min(len(done), len(changes) - 1)], again)

        self._set_busy(
            self.tr("正在恢复，请等它完成") if again else self.tr("正在撤销，请等它完成")
        )
        self._context.jobs.start(
            self.tr("恢复") if again else self.tr("撤销"),
            work,
            lambda nothing: self._finish(done, again),
            failed,
        )

    def _set_busy(self, why: str) -> None:
        self._busy = why
        self.steps_changed.emit()

    def _finish(self, done: Sequence[Changes], again: bool) -> None:
        """Tell all pages at once what was done; what is next is read again in any case."""
        self._busy = ""
        if done:
            self._context.publish(_together(done))
            self._context.notify(self._told(done, again))
        if not self._reading:
            self.refresh()
        self.steps_changed.emit()

    def _told(self, done: Sequence[Changes], again: bool) -> str:
        text = done[-1].description
        if len(done) > 1:
            verb = self.tr("恢复") if again else self.tr("撤销")
            text = self.tr("{verb}了 {n} 步，最后一步是：{text}").format(
                verb=verb, n=len(done), text=text.partition("：")[2] or text
            )
        way = self.tr("按 Ctrl+Z 可以再撤销") if again else self.tr("按 Ctrl+Y 可以恢复")
        return f"{text}（{way}）"

    def _tell(self, error: Exception, change: ChangeSet, again: bool) -> None:
        if isinstance(error, UndoConflict):
            self.conflicted.emit(Conflict(change, again, error))
        elif not isinstance(error, Cancelled):
            self._context.show_error(error)


def nothing(again: bool) -> str:
    """Return the sentence for where nothing can be taken back, or done `again`."""
    text = "没有可以恢复的操作" if again else "没有可以撤销的操作"
    return QCoreApplication.translate("UndoKeeper", text)


def _together(done: Sequence[Changes]) -> Changes:
    """Return several changes as one, so that every page reads again once."""
    if len(done) == 1:
        return done[0]
    records: dict[Topic, frozenset[str]] = {}
    for changes in done:
        for topic, keys in changes.records.items():
            records[topic] = records.get(topic, frozenset()) | keys
    topics = frozenset[Topic]().union(*(changes.topics for changes in done))
    return Changes(topics, done[-1].description, records, done[-1].change_id)
