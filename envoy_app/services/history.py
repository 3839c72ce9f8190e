"""Taking changes back and doing them again, whatever they were."""

from __future__ import annotations

from collections.abc import Callable

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import InputError
from envoy_app.domain.history import UNDO_STEPS, ChangeKind, ChangeSet
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

        Raises UndoConflict where records were changed since (`leave_changed` leaves those and
        takes the rest back), InputError where there is nothing to undo.
        """
        return self._turn(change_id, _undo, undone=True, leave_changed=leave_changed)

    def redo(self, change_id: str | None = None, *, leave_changed: bool = False) -> Changes:
        """Do again what was taken back, None what this user took back last; raises as `undo`."""
        return self._turn(change_id, _redo, undone=False, leave_changed=leave_changed)

    @no_full_collections()
    def _turn(
        self,
        change_id: str | None,
        turn: Callable[[UnitOfWork, str | None, bool], tuple[str, Reverted]],
        *,
        undone: bool,
        leave_changed: bool,
    ) -> Changes:
        with self._context.uow() as uow:
            original, done = turn(uow, change_id, leave_changed)
            uow.import_runs.mark_undone(original, undone=undone)
            if uow.plans.edited():
                from envoy_app.services.plan_figures import refresh_figures  # the optimiser's

                refresh_figures(self._context, uow)
            changes = uow.commit()
        self._context.reference.refresh_edited()
        left = f"，{len(done.left)} 条后来改过的记录没有动" if done.left else ""
        return Changes(changes.topics, done.description + left, changes.records, changes.change_id)


def _undo(uow: UnitOfWork, key: str | None, leave_changed: bool) -> tuple[str, Reverted]:
    key = key or _first(uow.changes.undoable(1), _NOTHING_TO_UNDO)
    text = f"撤销：{uow.changes.get(key).description}"
    return key, uow.changes.undo(key, text, leave_changed=leave_changed)


def _redo(uow: UnitOfWork, key: str | None, leave_changed: bool) -> tuple[str, Reverted]:
    key = key or _first(uow.changes.redoable(1), _NOTHING_TO_REDO)
    undo = uow.changes.undone_by(key)
    text = f"恢复：{uow.changes.get(key).description}"
    done = uow.changes.undo(undo.id, text, leave_changed=leave_changed, kind=ChangeKind.REDO)
    return key, done


def _first(found: tuple[ChangeSet, ...], sentence: str) -> str:
    if not found:
        raise InputError(sentence)
    return found[0].id
