"""Stage "propose": what a file's rows would do to the stored records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from envoy_app.domain.demands import Demand
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import RowChoice
from envoy_app.domain.import_memory import Origin
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowKey, RowStatus
from envoy_app.domain.people import Envoy
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.import_changes import (
    SAVED,
    Background,
    Proposal,
    changed_demand,
    changed_envoy,
    demand_fields,
    digest,
    envoy_fields,
    new_demand,
    new_envoy,
    readable,
)
from envoy_app.services.import_likeness import Organisations
from envoy_app.services.import_matching import Judge, Match, Pool, Values, match_rows
from envoy_app.services.import_people import people_judge
from envoy_app.services.import_wishes import demand_judge

RecordT = TypeVar("RecordT", Envoy, Demand)
_ALIASES = 8  # marks of rows kept for one record, the newest


@dataclass(frozen=True, slots=True)
class Kind(Generic[RecordT]):
    """How one kind of record is matched and proposed."""

    judge: Judge[RecordT]
    make: Callable[[Values, str], Proposal[RecordT]]
    change: Callable[[RecordT, Values, Background], Proposal[RecordT]]
    fields: Callable[[Values], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The two kinds of records that a file can hold."""

    envoys: Kind[Envoy]
    demands: Kind[Demand]


def kinds(gazetteer: Gazetteer) -> Kinds:
    """Return how envoys and demands are matched and proposed."""
    return Kinds(
        Kind(people_judge(Organisations(gazetteer)), new_envoy, changed_envoy, envoy_fields),
        Kind(demand_judge(), new_demand, changed_demand, demand_fields),
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored at one moment; `mark` differs as soon as any of it does."""

    kinds: Kinds
    envoys: Pool[Envoy]
    demands: Pool[Demand]
    origins: dict[str, Origin]
    edited_at: Mapping[str, datetime]
    mark: tuple[object, ...] = ()

    def layer(self) -> Stored:
        """Return a copy that takes what a batch brings, on top of this one."""
        return replace(
            self,
            envoys=self.envoys.layer(),
            demands=self.demands.layer(),
            origins=dict(self.origins),
        )


def stored_mark(uow: UnitOfWork) -> tuple[object, ...]:
    """Return what differs as soon as envoys, demands or marks of imports do."""
    return (*uow.envoys.mark(), *uow.demands.mark(), *uow.origins.mark())


def read_stored(uow: UnitOfWork, how: Kinds) -> Stored:
    """Return all that rows can be matched with."""
    origins = {origin.record_id: origin for origin in uow.origins.all()}
    return Stored(
        how,
        _pool(how.envoys.judge, uow.envoys.all(), origins),
        _pool(how.demands.judge, uow.demands.all(), origins),
        origins,
        {**uow.envoys.changed_at(), **uow.demands.changed_at()},
        stored_mark(uow),
    )


def _pool(
    judge: Judge[RecordT], records: Sequence[RecordT], origins: Mapping[str, Origin]
) -> Pool[RecordT]:
    aliases = {}
    for record in records:
        if origin := origins.get(record.id):
            # Imports of older versions left the marks of the cells only.
            aliases[record.id] = origin.aliases or (judge.mark(origin.digests),)
    return Pool(judge, records, aliases)


Take = Callable[[RowStatus, Envoy | Demand, Origin | None], None]
"""Takes what a row would store: the record as it would be, and its marks where they are new."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user decided about a file's rows, and when the file was last saved.

    `originals` are the values of rows with edited cells as the file itself has them.
    """

    rows: Mapping[RowKey, RowChoice] = field(default_factory=dict)
    saved_at: datetime | None = None
    originals: Mapping[RowKey, Values] = field(default_factory=dict)

    def of(self, row: ImportRow) -> RowChoice:
        """Return what was decided about a row."""
        return self.rows.get(row.key, _UNDECIDED)


_UNDECIDED = RowChoice()


def propose(
    report: ImportReport,
    wishes: Wishes,
    view: Stored,
    names: Mapping[str, str],
    take: Take | None = None,
    *,
    last: bool = False,
) -> ImportReport:
    """Return the report with each row's fate, and put the records into `view` for later files.

    `names` turns codes of counties and specialties into words. `take` is given what is to be
    stored, row by row. No file comes after the `last`: nothing is put into `view` then.
    """
    skipped = [_wanted(row, wishes) for row in report.rows]
    stage = _Stage(wishes, view, take, last)
    told: dict[int, ImportRow] = {}
    people = _usable(skipped, ImportKind.ROSTER)
    told |= _propose_kind(people, view.kinds.envoys, view.envoys, stage)
    demands = _usable(skipped, ImportKind.DEMAND)
    told |= _propose_kind(demands, view.kinds.demands, view.demands, stage)
    rows = (told.get(position, row) for position, row in enumerate(skipped))
    return replace(report, rows=tuple(_in_words(row, names) for row in rows))


@dataclass(frozen=True, slots=True)
class _Stage:
    """What all rows of a file share on their way to proposals."""

    wishes: Wishes
    view: Stored
    take: Take | None
    last: bool

    @property
    def shows(self) -> bool:
        """Whether only the fate of rows is asked for: then no new record need be made."""
        return self.take is None and self.last


def _wanted(row: ImportRow, wishes: Wishes) -> ImportRow:
    skip = wishes.of(row).skip
    return row if row.skipped is skip else replace(row, skipped=skip)


def _in_words(row: ImportRow, names: Mapping[str, str]) -> ImportRow:
    return replace(row, changes=readable(row.changes, names)) if row.changes else row


def _usable(rows: Sequence[ImportRow], kind: ImportKind) -> dict[int, ImportRow]:
    return {
        position: row
        for position, row in enumerate(rows)
        if row.status is not RowStatus.ERROR
        and (row.kind is ImportKind.DEMAND) == (kind is ImportKind.DEMAND)
    }


def _propose_kind(
    rows: Mapping[int, ImportRow], kind: Kind[RecordT], pool: Pool[RecordT], stage: _Stage
) -> dict[int, ImportRow]:
    wishes = stage.wishes
    taken = {position: row for position, row in rows.items() if not row.skipped}
    targets = {position: wishes.of(row).target for position, row in taken.items()}
    chosen = {position: target for position, target in targets.items() if target is not None}
    told = {position: _left_out(row) for position, row in rows.items() if row.skipped}
    for position, match in match_rows(taken, pool, kind.judge, chosen):
        row = taken[position]
        if match.record is None and stage.shows:
            told[position] = _told_new(row, match, _own_id(row, pool) or new_id())
            continue
        proposal = _proposal(row, match, kind, pool, stage)
        told[position] = _told(row, match, proposal)
        if not stage.shows:
            origin = _origin(told[position], proposal, kind, stage)
            _keep(told[position], proposal, origin, pool, stage)
    return told


def _left_out(row: ImportRow) -> ImportRow:
    return replace(row, status=RowStatus.UNCHANGED, changes=(), rivals=(), score=0, match_reason="")


def _proposal(
    row: ImportRow, match: Match[RecordT], kind: Kind[RecordT], pool: Pool[RecordT], stage: _Stage
) -> Proposal[RecordT]:
    if match.record is None:
        return kind.make(row.values, _own_id(row, pool))
    origin = stage.view.origins.get(match.record.id)
    background = Background(
        origin.digests if origin else {},
        stage.view.edited_at.get(match.record.id),
        stage.wishes.saved_at,
        stage.wishes.of(row).take,
    )
    return kind.change(match.record, row.values, background)


def _own_id(row: ImportRow, pool: Pool[RecordT]) -> str:
    """Return the id that a new row was given when it was shown, "" where it has none."""
    again = row.status is RowStatus.NEW and row.target_id and pool.get(row.target_id) is None
    return row.target_id or "" if again else ""


def _told_new(row: ImportRow, match: Match[RecordT], key: str) -> ImportRow:
    fresh = row.status is RowStatus.NEW and row.target_id == key
    if fresh and row.rivals == match.rivals and not (row.changes or row.match_reason or row.score):
        return row  # most rows of most files, again and again
    return replace(
        row,
        status=RowStatus.NEW,
        target_id=key,
        match_reason=match.reason,
        score=match.score,
        rivals=match.rivals,
        changes=(),
    )


def _told(row: ImportRow, match: Match[RecordT], proposal: Proposal[RecordT]) -> ImportRow:
    if match.record is None:
        return _told_new(row, match, proposal.record.id)
    return replace(
        row,
        status=RowStatus.UPDATE if proposal.writes else RowStatus.UNCHANGED,
        target_id=proposal.record.id,
        match_reason=match.reason,
        score=match.score,
        rivals=match.rivals,
        changes=proposal.changes,
    )


def _origin(
    row: ImportRow,
    proposal: Proposal[RecordT],
    kind: Kind[RecordT],
    stage: _Stage,
) -> Origin:
    """Return the marks that go with a row: of what it writes, and of itself for next time.

    A cell edited before the import counts as edited in the application: the mark is that of what
    the file says, so that the same file does not bring the slip back.
    """
    wishes, view = stage.wishes, stage.view
    old: Origin = view.origins.get(proposal.record.id) or Origin(proposal.record.id)
    mark = kind.judge.identity(row.values)
    marks: tuple[str, ...] = (mark,)
    digests = dict(proposal.digests)
    if original := wishes.originals.get(row.key):
        marks = (mark, kind.judge.identity(original))
        said, typed = kind.fields(original), kind.fields(row.values)
        for name in (name for name in typed if said.get(name) != typed[name]):
            digests.pop(name, None)
            if name in said:
                digests[name] = digest(said[name])
    if wishes.saved_at is not None and row.status is not RowStatus.UNCHANGED:
        digests[SAVED] = wishes.saved_at.isoformat()
    aliases = (*old.aliases, *(item for item in marks if item not in old.aliases))
    return replace(old, digests=digests, aliases=aliases[-_ALIASES:])


def _keep(
    row: ImportRow,
    proposal: Proposal[RecordT],
    origin: Origin,
    pool: Pool[RecordT],
    stage: _Stage,
) -> None:
    """Hand over what the row would store, and keep it for the files that follow."""
    key, view = proposal.record.id, stage.view
    known = view.origins.get(key) == origin
    same = known and row.status is RowStatus.UNCHANGED
    if stage.take is not None and not same:
        stage.take(row.status, proposal.record, None if known else origin)
    if stage.last or same:
        return
    if not known:
        view.origins[key] = origin
    pool.put(proposal.record, origin.aliases)
