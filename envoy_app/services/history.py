"""Taking changes back and doing them again, whatever they were."""

from __future__ import annotations

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import InputError
from envoy_app.domain.history import REVERTING, UNDO_STEPS, ChangeKind, ChangeSet
from envoy_app.persistence.undo import Reverted
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext

_NOTHING_TO_UNDO = "没有可以撤销的操作。"
_NOTHING_TO_REDO = "没有可以恢复的操作。"


class HistoryService:
    """Undo and redo over all changes of a workspace; callable from any thread."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def undoable(self, limit: int = UNDO_STEPS) -> tuple[ChangeSet, ...]:
        """Return the changes that Ctrl+Z takes back one after the other, the next one first."""
        with self._context.read() as uow:
            return uow.changes.undoable(limit)

    def redoable(self, limit: int = UNDO_STEPS) -> tuple[ChangeSet, ...]:
        """Return the changes that Ctrl+Y does again one after the other, the next one first."""
        with self._context.read() as uow:
            return uow.changes.redoable(limit)

    def undo(self, change_id: str | None = None, *, leave_changed: bool = False) -> Changes:
        """Take a change back, None the newest of this user; the undo is itself on record.

        To take an undo back is to do its change again. Raises UndoConflict where records were
        changed since (`leave_changed` leaves those and takes the rest back), InputError where
        there is nothing to undo.
        """
        return self._turn(change_id, undone=True, leave_changed=leave_changed)

    def redo(self, change_id: str | None = None, *, leave_changed: bool = False) -> Changes:
        """Do again what was taken back, None what this user took back last; raises as `undo`."""
        return self._turn(change_id, undone=False, leave_changed=leave_changed)

    @no_full_collections()
    def _turn(self, change_id: str | None, *, undone: bool, leave_changed: bool) -> Changes:
        with self._context.uow() as uow:
            key, undone = _meant(uow, change_id, undone=undone)
            done = (_undo if undone else _redo)(uow, key, leave_changed)
            uow.import_runs.mark_undone(key, undone=undone)
            changes = uow.commit()
        self._context.reference.refresh_edited()
        left = f"，{len(done.left)} 条后来改过的记录没有动" if done.left else ""
        return Changes(changes.topics, done.description + left, changes.records, changes.change_id)


def _meant(uow: UnitOfWork, key: str | None, *, undone: bool) -> tuple[str, bool]:
    """Return the change that is meant, and whether it is to be taken back or done again."""
    if key is None:
        found = uow.changes.undoable(1) if undone else uow.changes.redoable(1)
        return _first(found, _NOTHING_TO_UNDO if undone else _NOTHING_TO_REDO), undone
    named = uow.changes.get(key)
    if named.kind not in REVERTING:
        return key, undone
    if not undone:
        raise InputError("这是撤销或恢复本身，请选它所针对的那次改动。")
    if named.undone:
        raise InputError(f"“{named.description}”已经撤销过了，请刷新后再看。")
    if named.kind == ChangeKind.UNDO:
        return named.reverts, False
    return uow.changes.get(named.reverts).reverts, True  # a redo names the undo that it took back


def _undo(uow: UnitOfWork, key: str, leave_changed: bool) -> Reverted:
    text = f"撤销：{uow.changes.get(key).description}"
    return uow.changes.undo(key, text, leave_changed=leave_changed)


def _redo(uow: UnitOfWork, key: str, leave_changed: bool) -> Reverted:
    undo = uow.changes.undone_by(key)
    text = f"恢复：{uow.changes.get(key).description}"
    return uow.changes.undo(undo.id, text, leave_changed=leave_changed, kind=ChangeKind.REDO)


def _first(found: tuple[ChangeSet, ...], sentence: str) -> str:
    if not found:
        raise InputError(sentence)
    return found[0].id
