"""The record of what was changed: by whom, when, why, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

UNDO_STEPS = 200
"""How many changes Ctrl+Z goes back; older ones can be taken back from the history."""


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
