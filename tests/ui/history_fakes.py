"""A history in memory: many changes, made up, filtered and paged as the service does it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import NotFoundError
from envoy_app.domain.history import (
    ChangeDetails,
    ChangeKind,
    ChangeSet,
    FieldChange,
    HistoryEntry,
    HistoryPage,
    RecordAction,
    RecordChange,
    RecordEvent,
    Trace,
)
from ui.history.filters import passes

NEWEST = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
KINDS = (
    ChangeKind.EDIT,
    ChangeKind.IMPORT,
    ChangeKind.PLAN,
    ChangeKind.PUBLISH,
    ChangeKind.TEAMS,
    ChangeKind.UNDO,
    ChangeKind.RESTORE,
)


def change(number: int, **facts: object) -> ChangeSet:
    """The change with this number; a day older for every ten before the newest."""
    kind = KINDS[number % len(KINDS)]
    made = ChangeSet(
        id=f"c{number}",
        number=number,
        description=f"第 {number} 次改动",
        kind=kind.value,
        at=NEWEST - timedelta(hours=3) * (1000 - number),
        who=("王协调", "李管理")[number % 2],
        undone=False,
    )
    return replace(made, **facts)


def record(record_id="e1", title="张三", table="envoy", fields=None) -> RecordChange:
    """A changed record."""
    made = (
        (FieldChange("职称", "农艺师", "高级农艺师"), FieldChange("备注", "", "带队\n三年"))
        if fields is None
        else fields
    )
    return RecordChange(table, record_id, "特派员", title, RecordAction.CHANGED, made)


class FakeHistory:
    """Answers from a list of changes, newest first; notes what it was asked."""

    def __init__(
        self, changes: Sequence[ChangeSet] = (), records: Sequence[RecordChange] = (record(),)
    ) -> None:
        self.changes = list(changes)
        self.records = tuple(records)
        self.pages: list[tuple[object, int, int]] = []
        self.turned: list[tuple[str, bool, bool]] = []
        self.asked: list[tuple[Topic, str, int]] = []
        self.error: Exception | None = None
        self.trace: Trace | None = None
        self.gate = threading.Event()
        self.gate.set()

    def undoable(self, limit=200):
        found = (item for item in self.changes if not item.undone)
        return tuple(found)[:limit]

    def redoable(self, limit=200):
        return tuple(item for item in self.changes if item.undone)[:limit]

    def page(self, wanted, offset=0, limit=200):
        self.gate.wait(10)
        self.pages.append((wanted, offset, limit))
        names = tuple(item.title for item in self.records)
        entries = [HistoryEntry(item, len(names), names) for item in self.changes]
        found = [entry for entry in entries if passes(entry, wanted)]
        return HistoryPage(tuple(found[offset : offset + limit]), len(found))

    def details(self, change_id, limit=300):
        found = next((item for item in self.changes if item.id == change_id), None)
        if found is None:
            raise NotFoundError("找不到这次改动的记录。")
        return ChangeDetails(found, self.records[:limit], len(self.records))

    def of_record(self, topic, record_id, limit=100):
        self.asked.append((topic, record_id, limit))
        mine = [item for item in self.records if item.record_id == record_id]
        return tuple(RecordEvent(item, mine[0]) for item in self.changes if mine)[:limit]

    def traces(self, records):
        return {
            (item.table, item.record_id): self.trace for item in records if self.trace is not None
        }

    def people(self):
        return tuple(sorted({item.who for item in self.changes}))

    def undo(self, change_id=None, *, leave_changed=False):
        return self._turn(change_id, undone=True, leave_changed=leave_changed)

    def redo(self, change_id=None, *, leave_changed=False):
        return self._turn(change_id, undone=False, leave_changed=leave_changed)

    def _turn(self, change_id, *, undone, leave_changed):
        self.turned.append((change_id, undone, leave_changed))
        if self.error is not None:
            raise self.error
        place = next(n for n, item in enumerate(self.changes) if item.id == change_id)
        self.changes[place] = replace(self.changes[place], undone=undone)
        word = "撤销" if undone else "恢复"
        text = f"{word}：{self.changes[place].description}"
        return Changes(frozenset({Topic.ROSTER}), text)
