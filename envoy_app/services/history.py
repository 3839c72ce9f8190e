"""What was changed, by whom and why; taking changes back and doing them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import InputError
from envoy_app.domain.history import (
    REVERTING,
    UNDO_STEPS,
    ChangeDetails,
    ChangeKind,
    ChangeSet,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    RecordChange,
    RecordEvent,
    RecordImage,
    Trace,
)
from envoy_app.persistence.records import KINDS
from envoy_app.persistence.undo import Reverted
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.collecting import no_full_collections
from envoy_app.services.context import ServiceContext

if TYPE_CHECKING:
    from envoy_app.services.history_texts import HistoryTexts

SEAT, VISIT = "plan_seat", "plan_visit"
STANDARD, LEAST = "coverage_standard", "county_minimum"
_SHOWN_NAMES = 3
_NOTHING_TO_UNDO = "没有可以撤销的操作。"
_NOTHING_TO_REDO = "没有可以恢复的操作。"


class HistoryService:
    """The history of a workspace, undo and redo over all of it; callable from any thread."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    def page(self, wanted: HistoryFilter, offset: int = 0, limit: int = 200) -> HistoryPage:
        """Return some of the changes that pass a filter, newest first.

        A 历史校验码 noted earlier, given as the filter's text, finds the change that it stands for.
        """
        with self._context.read() as uow:
            changes, total = uow.history.page(wanted, offset, limit)
            keys = [change.id for change in changes]
            counts = uow.history.counts(keys)
            samples = uow.history.samples(keys, _SHOWN_NAMES)
            texts = self._texts(uow, (image for part in samples.values() for image in part))
        entries = []
        for change in changes:
            names = filter(None, map(texts.title, samples.get(change.id, ())))
            entry = HistoryEntry(change, counts.get(change.id, 0), tuple(dict.fromkeys(names)))
            entries.append(entry)
        return HistoryPage(tuple(entries), total)

    def details(self, change_id: str, limit: int = 300) -> ChangeDetails:
        """Return what one change did to its first records; raises NotFoundError."""
        with self._context.read() as uow:
            change = uow.changes.get(change_id)
            images, total = uow.history.parts(change_id, limit)
            texts = self._texts(uow, images)
            return ChangeDetails(change, tuple(map(texts.record, images)), total)

    def of_record(self, topic: Topic, record_id: str, limit: int = 100) -> tuple[RecordEvent, ...]:
        """Return what happened to one record, newest first."""
        tables = [name for name, kind in KINDS.items() if kind.topic is topic]
        with self._context.read() as uow:
            found = uow.history.of_record(tables, record_id, limit)
            texts = self._texts(uow, (image for _, image in found))
            return tuple(RecordEvent(change, texts.record(image)) for change, image in found)

    def traces(self, records: Iterable[RecordChange]) -> dict[tuple[str, str], Trace]:
        """Return by table and id where visits, seats and lines of the standard stand.

        Those of plan versions that are gone are left out.
        """
        wanted: dict[str, set[str]] = defaultdict(set)
        for record in records:
            wanted[record.table].add(record.record_id)
        found: dict[tuple[str, str], Trace] = {}
        with self._context.read() as uow:
            versions = {info.id for info in uow.plans.infos()}
            seats = uow.history.known(SEAT, wanted[SEAT])
            holders = {row["plan_visit_id"] for row in seats.values()}
            visits = uow.history.known(VISIT, wanted[VISIT] | holders)
            lines = uow.history.known(STANDARD, wanted[STANDARD])
        for key, row in visits.items():
            if row["plan_version_id"] in versions:
                found[VISIT, key] = Trace(row["plan_version_id"], row["visit"], row["county"])
        for key, row in seats.items():
            if (trace := found.get((VISIT, row["plan_visit_id"]))) is not None:
                found[SEAT, key] = trace
        found |= {(STANDARD, key): Trace(county=row["county"]) for key, row in lines.items()}
        return found | {(LEAST, key): Trace(county=key) for key in wanted[LEAST]}

    def people(self) -> tuple[str, ...]:
        """Return who ever changed something."""
        with self._context.read() as uow:
            return uow.history.people()

    def _texts(self, uow: UnitOfWork, images: Iterable[RecordImage]) -> HistoryTexts:
        from envoy_app.services.history_texts import HistoryTexts  # not needed to start

        reference = self._context.reference
        return HistoryTexts(uow.history, reference.gazetteer(), reference.vocabulary(), images)

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
            if uow.plans.edited():
                from envoy_app.services.plan_figures import refresh_figures  # the optimiser's

                refresh_figures(self._context, uow)
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
