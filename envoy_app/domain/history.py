"""The record of what was changed: by whom, when, why, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

UNDO_STEPS = 200
"""How many changes Ctrl+Z goes back; older ones can be taken back from the history."""


CODE_DIGITS = 12


def history_code(chain: str) -> str:
    """Return the 历史校验码 of a history: the beginning of its last change's chain."""
    return chain[:CODE_DIGITS]


class ChangeKind(StrEnum):
    """What kind of action a change was; stored."""

    EDIT = "edit"
    IMPORT = "import"
    TERM = "term"
    SAMPLE = "sample"
    PLAN = "plan"
    PUBLISH = "publish"
    TEAMS = "teams"
    UNDO = "undo"
    REDO = "redo"
    RESTORE = "restore"


REVERTING = (ChangeKind.UNDO, ChangeKind.REDO)
LASTING = (*REVERTING, ChangeKind.RESTORE)
"""Kinds that are no step of their own for undo."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A described change as it is on record.

    `number` counts all changes of a database from 1; `reverts` is the id of the change that this
    one took back; `chain` is the SHA-256 over this change and the `chain` of the one before.
    """

    id: str
    number: int
    description: str
    kind: str
    at: datetime
    who: str
    undone: bool
    reverts: str = ""
    reason: str = ""
    chain: str = ""


@dataclass(frozen=True, slots=True)
class RecordImage:
    """One record's part of a change: the columns that it changed, before and after.

    None where the record was not there before, or not after.
    """

    change_set_id: str
    table: str
    record_id: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class RecordAction(StrEnum):
    """What happened to a record."""

    ADDED = "新增"
    CHANGED = "修改"
    REMOVED = "删除"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, all in words for people; ID numbers are masked."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What a change did to one record; `noun` is its kind for people, `title` its name."""

    table: str
    record_id: str
    noun: str
    title: str
    action: RecordAction
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change as a list shows it: how many records it touched, and the names of some."""

    change: ChangeSet
    records: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which changes to show; empty fields let all pass.

    `text` is looked for in descriptions, reasons and the names of records; days are local days,
    both included.
    """

    text: str = ""
    kinds: frozenset[str] = frozenset()
    who: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of the changes that pass a filter, newest first; `total` counts all of them."""

    entries: tuple[HistoryEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """What one change did, record by record (the first of them); `total` counts all."""

    change: ChangeSet
    records: tuple[RecordChange, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One change of one record, for the history that the record itself shows."""

    change: ChangeSet
    record: RecordChange


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a record stands that is part of another: ids, "" where it is part of none.

    `plan` is a version that is still there, `visit` a visit of it.
    """

    plan: str = ""
    visit: str = ""
    county: str = ""
