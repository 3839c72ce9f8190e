"""Takes described changes back, and does them again.

A change goes back as a whole in one transaction. Only the columns that it wrote are compared and
restored, so that a later edit of another field survives; where such a column was changed since,
nothing is done unless the caller says to leave those records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, func, null, select, update
from sqlalchemy.orm import Mapped, Session, aliased
from sqlmodel import SQLModel, col

from envoy_app.domain.errors import InputError, NotFoundError, UndoConflict
from envoy_app.domain.history import LASTING, REVERTING, UNDO_STEPS, ChangeKind, ChangeSet
from envoy_app.persistence.journal import (
    Journal,
    chunks,
    current,
    insert_rows,
    plain,
    table_of,
    typed,
)
from envoy_app.persistence.obstacles import NAMED_BY_PLANS, Obstacles, Step
from envoy_app.persistence.readable import readable
from envoy_app.persistence.records import KINDS, MARKS
from envoy_app.persistence.stamps import Stamp, Values
from envoy_app.persistence.tables import (
    ChangeRow,
    ChangeSetRow,
    OriginRow,
    PlanVersionRow,
)

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reverted:
    """What an undo did: its id and description, the tables it touched, who was left as is."""

    id: str
    description: str
    tables: frozenset[str]
    left: tuple[str, ...] = field(default=())


class ChangeSets:
    """The described changes on record."""

    def __init__(self, session: Session, stamp: Stamp, journal: Journal) -> None:
        """Bind to a session."""
        self._session = session
        self._stamp = stamp
        self._journal = journal

    @readable()
    def get(self, key: str) -> ChangeSet:
        """Return one change set; raises NotFoundError."""
        row = self._session.get(ChangeSetRow, key, populate_existing=True)
        if row is None:
            raise NotFoundError("找不到这次改动的记录，请刷新后再看。")
        return change_set_of(row)

    @readable()
    def all(self) -> tuple[ChangeSet, ...]:
        """Return all change sets, newest first."""
        query = select(ChangeSetRow).order_by(col(ChangeSetRow.number).desc())
        return tuple(map(change_set_of, self._session.scalars(query)))

    @readable()
    def undoable(self, limit: int = UNDO_STEPS) -> tuple[ChangeSet, ...]:
        """Return what this actor can take back with Ctrl+Z, the next one first.

        What was done again counts as done then, so that Ctrl+Z takes back what Ctrl+Y just did.
        """
        undo, redo = aliased(ChangeSetRow), aliased(ChangeSetRow)
        again = (
            select(func.max(col(redo.number)))
            .join(undo, col(undo.id) == col(redo.reverts))
            .where(col(undo.reverts) == col(ChangeSetRow.id), col(redo.kind) == ChangeKind.REDO)
            .scalar_subquery()
        )
        query = (
            self._own(~col(ChangeSetRow.kind).in_(LASTING))
            .order_by(None)
            .order_by(func.coalesce(again, col(ChangeSetRow.number)).desc())
            .limit(limit)
        )
        return tuple(map(change_set_of, self._session.scalars(query)))

    @readable()
    def redoable(self, limit: int = UNDO_STEPS) -> tuple[ChangeSet, ...]:
        """Return what this actor took back and changed nothing since, the next to redo first."""
        number, by = col(ChangeSetRow.number), col(ChangeSetRow.created_by)
        newest = self._session.scalar(
            select(func.max(number)).where(
                ~col(ChangeSetRow.kind).in_(REVERTING), by == self._stamp.actor
            )
        )
        undos = self._session.scalars(
            self._own(col(ChangeSetRow.kind) == ChangeKind.UNDO, number > (newest or 0)).limit(
                limit
            )
        ).all()
        taken = {row.id: row for row in self._sets([row.reverts or "" for row in undos])}
        return tuple(change_set_of(taken[undo.reverts]) for undo in undos if undo.reverts in taken)

    def _own(self, *conditions: Any) -> Select[ChangeSetRow]:  # noqa: ANN401  SQL terms
        """Return the query of this actor's changes that were not taken back, newest first."""
        return (
            select(ChangeSetRow)
            .where(
                col(ChangeSetRow.undone_at).is_(None),
                col(ChangeSetRow.created_by) == self._stamp.actor,
                *conditions,
            )
            .order_by(col(ChangeSetRow.number).desc())
        )

    def _sets(self, keys: Sequence[str]) -> Sequence[ChangeSetRow]:
        return self._session.scalars(
            select(ChangeSetRow).where(col(ChangeSetRow.id).in_(keys))
        ).all()

    @readable()
    def undone_by(self, key: str) -> ChangeSet:
        """Return the newest undo of a change; raises InputError where it was not undone."""
        query = (
            select(ChangeSetRow)
            .where(col(ChangeSetRow.reverts) == key, col(ChangeSetRow.undone_at).is_(None))
            .order_by(col(ChangeSetRow.number).desc())
        )
        row = self._session.scalars(query).first()
        if row is None:
            raise InputError("这次改动没有被撤销，不需要恢复。")
        return change_set_of(row)

    def undo(
        self,
        key: str,
        description: str,
        *,
        leave_changed: bool = False,
        kind: ChangeKind = ChangeKind.UNDO,
    ) -> Reverted:
        """Take a change back; the undo is itself on record under `description`.

        Raises UndoConflict naming the records changed since, or new ones in a plan by now, unless
        `leave_changed`: then those stay as they are. InputError where it was undone already or is a
        restore.
        """
        changed = self.get(key)
        if changed.undone:
            raise InputError(f"“{changed.description}”已经撤销过了，请刷新后再看。")
        if changed.kind == ChangeKind.RESTORE:
            raise InputError(
                "恢复备份不能这样撤销，请到“设置”的“备份”里恢复当时留下的“恢复前”备份。"
            )
        left = self._in_the_way(key)
        if left and not leave_changed:
            raise _conflict(tuple(left.values()), self._parts(key) - len(left), kind)
        made = self._journal.begin(description, kind, reverts=key)
        tables: set[str] = set()
        for steps in self._steps(self._ids(key)):
            present = self._present(steps)
            # A mark of an import that belongs to a record left as it is stays with it.
            free = [step for step in steps if step.key not in left]
            done = [
                step
                for step in (_merged(step, present) for step in free)
                if _untouched(step, present)
            ]
            tables |= self._revert(done, present)
        self._set_undone(key, undone=True)
        if changed.reverts:
            self._set_undone(changed.reverts, undone=False)
        return Reverted(made, description, frozenset(tables), tuple(left.values()))

    def _parts(self, key: str) -> int:
        """Return how many records a change changed, but for the marks of imports."""
        change = table_of(ChangeRow)
        query = select(func.count()).where(
            change.c.change_set_id == key, change.c.table_name != MARKS
        )
        return self._session.scalar(query) or 0

    def _in_the_way(self, key: str) -> dict[str, str]:
        """Return the names of records that cannot go back, by id.

        They were changed since, are in a plan by now, or other records forbid it.
        """
        used: set[str] = set()
        suspects: list[int] = []
        for name, (column, version) in NAMED_BY_PLANS.items():
            used |= self._used(key, name, column, version)
        obstacles = Obstacles(self._session, key)
        for name in self._tables_of(key):
            suspects += self._suspects(key, name, used, every=obstacles.concerns(name))
        left: dict[str, str] = {}
        for steps in self._steps(sorted(suspects, reverse=True)):
            present = self._present(steps)
            for step in steps:
                free = step.key not in used and _untouched(step, present)
                if not free or obstacles.stopped(step):
                    left[step.key] = _name(step, present[step.table.name].get(step.key))
        return left

    def _tables_of(self, key: str) -> list[str]:
        """Return the tables that a change wrote, but for the marks of imports."""
        change = table_of(ChangeRow)
        query = select(change.c.table_name).where(change.c.change_set_id == key).distinct()
        return sorted(name for name in self._session.scalars(query) if name != MARKS)

    def _suspects(self, key: str, name: str, used: set[str], *, every: bool) -> Iterator[int]:
        """Yield the parts of a change that must be looked at: of records used or written since.

        Or all of them, where other records can forbid that they go back.
        """
        change, table = table_of(ChangeRow), SQLModel.metadata.tables[name]
        query = (
            select(
                change.c.id,
                change.c.record_id,
                table.c.version,
                change.c.version_after,
                change.c.after.is_(null()).label("removed"),
            )
            .select_from(change.outerjoin(table, table.c.id == change.c.record_id))
            .where(change.c.change_set_id == key, change.c.table_name == name)
        )
        for row in self._session.execute(query):
            # Every write raises the version. Of a removed record there is none, unless one was
            # made anew under its id.
            same = row.version == row.version_after and not row.removed
            if every or not same or row.record_id in used:
                yield row.id

    def _set_undone(self, key: str, *, undone: bool) -> None:
        moment = datetime.now(UTC) if undone else None
        self._session.execute(
            update(table_of(ChangeSetRow))
            .where(table_of(ChangeSetRow).c.id == key)
            .values(undone_at=moment, **self._stamp.changed())
        )

    def _ids(self, key: str) -> Sequence[int]:
        """Return the numbers of what a change did, the last first.

        All of them before any is taken back: that is on record in the same table.
        """
        change = table_of(ChangeRow)
        query = select(change.c.id).where(change.c.change_set_id == key)
        return self._session.scalars(query.order_by(change.c.id.desc())).all()

    def _steps(self, ids: Iterable[int]) -> Iterator[list[Step]]:
        """Yield what a change did in portions, the last first."""
        yield from map(self._portion, chunks(ids))

    @readable()
    def _portion(self, ids: Sequence[int]) -> list[Step]:
        table = table_of(ChangeRow)
        query = select(table).where(table.c.id.in_(ids)).order_by(table.c.id.desc())
        tables = SQLModel.metadata.tables
        return [
            Step(
                tables[row["table_name"]],
                row["record_id"],
                row["after"],
                row["before"],
            )
            for row in self._session.execute(query).mappings()
        ]

    def _used(self, key: str, name: str, column: Mapped[Any], version: Mapped[str]) -> set[str]:
        """Return which records that would go are in a plan by now."""
        change = table_of(ChangeRow)
        gone = select(change.c.record_id).where(
            change.c.change_set_id == key, change.c.table_name == name, change.c.before.is_(null())
        )
        # A plan that was taken back itself is in nobody's way.
        found = self._session.scalars(
            select(column)
            .join(PlanVersionRow, col(PlanVersionRow.id) == version)
            .where(column.in_(gone), ~col(PlanVersionRow.discarded))
            .distinct()
        )
        return {str(item) for item in found if item}

    def _present(self, steps: Iterable[Step]) -> dict[str, dict[str, Values]]:
        keys: dict[str, list[str]] = {}
        tables: dict[str, Table] = {}
        for step in steps:
            keys.setdefault(step.table.name, []).append(step.key)
            tables[step.table.name] = step.table
        return {name: current(self._session, tables[name], keys[name]) for name in keys}

    def _revert(
        self, steps: Sequence[Step], present: Mapping[str, Mapping[str, Values]]
    ) -> set[str]:
        """Take some steps back; return the names of their tables."""
        own = {step.table.name for step in steps}
        # What holds on to another record goes before it and comes after it.
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name in own]
        for table in reversed(tables):
            self._take_out(table, [step for step in steps if step.table is table], present)
        for table in tables:
            self._bring_back(table, [step for step in steps if step.table is table], present)
        return own

    def _take_out(
        self, table: Table, steps: list[Step], present: Mapping[str, Mapping[str, Values]]
    ) -> None:
        rows = present[table.name]
        gone = [step.key for step in steps if step.then is None]
        self._remove(table, [rows[key] for key in gone])
        if table.name in NAMED_BY_PLANS:  # the marks of imports go with their record
            marks = table_of(OriginRow)
            self._remove(marks, current(self._session, marks, gone).values())

    def _bring_back(
        self, table: Table, steps: list[Step], present: Mapping[str, Mapping[str, Values]]
    ) -> None:
        rows = present[table.name]
        coming = {
            step.key: step.then for step in steps if step.then is not None and step.now is None
        }
        last = self._last_versions(table, coming)
        back = [
            {**self._stamp.new(), **typed(table, then), "version": last[key] + 1}
            for key, then in coming.items()
        ]
        insert_rows(self._session, table, back)
        for row in back:
            self._journal.added(table, [row], row["version"])
        self._restore(table, [step for step in steps if step.then and step.now], rows)

    def _last_versions(self, table: Table, keys: Iterable[str]) -> dict[str, int]:
        """Return the highest version on record of each: one that comes back goes on from there."""
        change, found = table_of(ChangeRow), dict[str, int]()
        for part in chunks(keys):
            query = (
                select(change.c.record_id, func.max(change.c.version_after).label("last"))
                .where(change.c.table_name == table.name, change.c.record_id.in_(part))
                .group_by(change.c.record_id)
            )
            found |= {row.record_id: row.last for row in self._session.execute(query)}
        return found

    def _remove(self, table: Table, rows: Iterable[Values]) -> None:
        going = list(rows)
        self._journal.removed(table, going)
        for part in chunks(row["id"] for row in going):
            self._session.execute(delete(table).where(table.c.id.in_(part)))

    def _restore(self, table: Table, steps: list[Step], rows: Mapping[str, Values]) -> None:
        """Write the columns back as they were; rows with the same columns go together."""
        alike: dict[tuple[str, ...], list[Values]] = {}
        for step in steps:
            then = typed(table, step.then or {})
            version = rows[step.key]["version"] + 1
            self._journal.changed(table, rows[step.key], then, version)
            row = {**self._stamp.changed(), **then, "old_id": step.key, "version": version}
            alike.setdefault(tuple(sorted(then)), []).append(row)
        query = update(table).where(table.c.id == bindparam("old_id"))
        for group in alike.values():
            self._session.execute(query, group)


def change_set_of(row: ChangeSetRow) -> ChangeSet:
    """Return a change as it is on record."""
    return ChangeSet(
        id=row.id,
        number=row.number,
        description=row.description,
        kind=row.kind,
        at=row.created_at,
        who=row.created_by,
        undone=row.undone_at is not None,
        reverts=row.reverts or "",
        reason=row.reason,
        chain=row.chain,
    )


def _untouched(step: Step, present: Mapping[str, Mapping[str, Values]]) -> bool:
    """Whether a record still is as the change left it, in the columns that it wrote."""
    row = present[step.table.name].get(step.key)
    if row is None or step.now is None:
        return row is None and step.now is None
    held = plain(row)
    return all(held.get(name) == value for name, value in step.now.items())


def _merged(step: Step, present: Mapping[str, Mapping[str, Values]]) -> Step:
    """Return a step of an import's marks with those that other imports made since left alone.

    Each field has its mark; a record that goes takes all of its marks along.
    """
    row = present[step.table.name].get(step.key)
    if step.table.name != MARKS or row is None or step.now is None:
        return step
    held = plain(row)
    now = {name: held[name] for name in step.now}
    if step.then is None:
        return replace(step, now=now)
    then = dict(step.then)
    for name, value in step.now.items():
        if held[name] != value:
            then[name] = _merge(value, then[name], held[name])
    return replace(step, now=now, then=then)


def _merge(now: object, then: object, held: object) -> object:
    """Return `held` with what still is as in `now` brought back as in `then`."""
    if not (isinstance(now, dict) and isinstance(then, dict) and isinstance(held, dict)):
        return held
    names = [*held, *(name for name in then if name not in held)]
    chosen = {name: then if held.get(name) == now.get(name) else held for name in names}
    return {name: source[name] for name, source in chosen.items() if name in source}


def _conflict(named: tuple[str, ...], rest: int, kind: ChangeKind) -> UndoConflict:
    verb = "恢复" if kind is ChangeKind.REDO else "撤销"
    shown = "、".join(named[:_SHOWN]) + ("等" if len(named) > _SHOWN else "")
    advice = f"可以保留它们、只{verb}其余的" if rest else "请先处理后来的改动"
    return UndoConflict(
        f"{shown} {len(named)} 条记录后来又改过或已排进方案，{verb}会丢掉这些，所以没有{verb}，"
        f"{advice}。",
        named,
        rest,
    )


def _name(step: Step, row: Values | None) -> str:
    kind = KINDS[step.table.name]
    if row is not None:
        return kind.title(row)
    return ("已删除的" if step.now else "") + kind.title(step.then or step.now)
