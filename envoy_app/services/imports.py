"""Importing rosters and demands: understand a file, propose, write in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.demands import Demand
from envoy_app.domain.errors import InputError
from envoy_app.domain.ids import new_id
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    ImportRow,
    ImportRun,
    OtherRow,
    RowStatus,
)
from envoy_app.domain.people import Envoy
from envoy_app.domain.problems import Problem
from envoy_app.io.importing import read_file
from envoy_app.io.row_reader import Lexicon
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.import_changes import (
    Digests,
    Proposal,
    changed_demand,
    changed_envoy,
    new_demand,
    new_envoy,
    readable,
)
from envoy_app.services.import_matching import (
    DEMAND_RULES,
    ENVOY_RULES,
    Match,
    Rule,
    match_rows,
)

RecordT = TypeVar("RecordT", Envoy, Demand)
PROVENANCE = "imports.written"  # setting: record id → field → digest of what an import wrote


@dataclass(frozen=True, slots=True)
class _Kind(Generic[RecordT]):
    """How one kind of record is matched and proposed."""

    rules: Sequence[Rule[RecordT]]
    make: Callable[[Mapping[str, object]], Proposal[RecordT]]
    change: Callable[[RecordT, Mapping[str, object], Digests], Proposal[RecordT]]


_ENVOYS: _Kind[Envoy] = _Kind(ENVOY_RULES, new_envoy, changed_envoy)
_DEMANDS: _Kind[Demand] = _Kind(DEMAND_RULES, new_demand, changed_demand)


class ImportService:
    """Reads files and applies what they propose; callable from any thread."""

    def __init__(self, context: ServiceContext, today: Callable[[], date] = date.today) -> None:
        """Take the workspace's context; `today` dates demands that name no year."""
        self._context = context
        self._today = today

    def read(self, path: Path, kind: ImportKind = ImportKind.AUTO) -> ImportReport:
        """Return what a file holds and what importing it would do; nothing is written.

        Raises InputError with one sentence where the file cannot be read or has no heading.
        """
        reference = self._context.reference
        lexicon = Lexicon(reference.gazetteer(), reference.vocabulary(), self._today())
        report = replace(read_file(path, kind, lexicon), sha256=_hash(path))
        with self._context.read() as uow:
            return self._readable(_proposed(report, uow)[0])

    def apply(self, report: ImportReport) -> tuple[ImportReport, Changes]:
        """Write what a report proposes, all rows without errors or nothing.

        The rows are matched again inside the transaction, so that what was stored since the
        report was made counts. Returns the report as applied.
        """
        with self._context.uow() as uow:
            applied, changes = self.apply_within(uow, report)
            uow.commit()
        return applied, changes

    def apply_within(self, uow: UnitOfWork, report: ImportReport) -> tuple[ImportReport, Changes]:
        """Write what a report proposes as a part of the caller's transaction, which commits it."""
        proposed, proposals = _proposed(report, uow)
        changed = _write(uow, proposed, proposals)
        if changed:
            uow.import_runs.add([_run(proposed)])
        topic = Topic.DEMANDS if report.kind is ImportKind.DEMAND else Topic.ROSTER
        return replace(self._readable(proposed), applied=True), Changes(
            frozenset({topic} if changed else ()), _description(proposed)
        )

    def _readable(self, report: ImportReport) -> ImportReport:
        """Return the report with names in place of codes in what changes."""
        reference = self._context.reference
        names = {county.code: county.name for county in reference.gazetteer().counties}
        names |= {item.code: item.name for item in reference.vocabulary().specialties}
        rows = (replace(row, changes=readable(row.changes, names)) for row in report.rows)
        return replace(report, rows=tuple(rows))


def _hash(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"读取文件“{path.name}”时出错，请检查文件是否还在原处。") from error


Proposals = dict[int, Proposal[Envoy]] | dict[int, Proposal[Demand]]


def _proposed(report: ImportReport, uow: UnitOfWork) -> tuple[ImportReport, Proposals]:
    """Return the report with each row's status, target and changes, and the records to write."""
    known: Mapping[str, Digests] = uow.settings.get(PROVENANCE, {})
    if report.kind is ImportKind.DEMAND:
        rows, demands = propose(report.rows, uow.demands.all(), _DEMANDS, known)
        return replace(report, rows=rows), demands
    rows, envoys = propose(report.rows, uow.envoys.all(), _ENVOYS, known)
    return replace(report, rows=rows), envoys


def propose(
    rows: Sequence[ImportRow],
    records: Sequence[RecordT],
    kind: _Kind[RecordT],
    known: Mapping[str, Digests],
) -> tuple[tuple[ImportRow, ...], dict[int, Proposal[RecordT]]]:
    """Return the rows with what will be done, and the proposals by position."""
    matches = match_rows(rows, records, kind.rules)
    proposals: dict[int, Proposal[RecordT]] = {}
    result = []
    for position, row in enumerate(rows):
        if row.status is RowStatus.ERROR:
            result.append(row)
            continue
        match = matches.get(position)
        proposal = _proposal(row, match, kind, known)
        proposals[position] = proposal
        result.append(_told(row, match, proposal))
    return tuple(result), proposals


def _proposal(
    row: ImportRow,
    match: Match[RecordT] | None,
    kind: _Kind[RecordT],
    known: Mapping[str, Digests],
) -> Proposal[RecordT]:
    if match is None:
        return kind.make(row.values)
    return kind.change(match.record, row.values, known.get(match.record.id, {}))


def _told(row: ImportRow, match: Match[RecordT] | None, proposal: Proposal[RecordT]) -> ImportRow:
    if match is None:
        return replace(
            row, status=RowStatus.NEW, target_id=proposal.record.id, match_reason="", changes=()
        )
    return replace(
        row,
        status=RowStatus.UPDATE if proposal.writes else RowStatus.UNCHANGED,
        target_id=match.record.id,
        match_reason=match.reason,
        changes=proposal.changes,
    )


def _write(uow: UnitOfWork, report: ImportReport, proposals: Proposals) -> int:
    """Store new and changed records with what was written into them; return their number."""
    by_status: dict[RowStatus, list[Proposal[Envoy] | Proposal[Demand]]] = {}
    for position, proposal in proposals.items():
        by_status.setdefault(report.rows[position].status, []).append(proposal)
    added = by_status.get(RowStatus.NEW, [])
    updated = by_status.get(RowStatus.UPDATE, [])
    uow.envoys.add([p.record for p in added if isinstance(p.record, Envoy)])
    uow.demands.add([p.record for p in added if isinstance(p.record, Demand)])
    for proposal in updated:
        if isinstance(proposal.record, Envoy):
            uow.envoys.save(proposal.record)
        else:
            uow.demands.save(proposal.record)
    if added or updated:
        known = dict(uow.settings.get(PROVENANCE, {}))
        known.update({p.record.id: dict(p.digests) for p in (*added, *updated)})
        uow.settings.put(PROVENANCE, known)
    return len(added) + len(updated)


def _run(report: ImportReport) -> ImportRun:
    return ImportRun(new_id(), report.file, report.kind, report.sha256, summary(report))


def _description(report: ImportReport) -> str:
    noun = "服务需求" if report.kind is ImportKind.DEMAND else "名册"
    new, update = report.count(RowStatus.NEW), report.count(RowStatus.UPDATE)
    return f"导入{noun}“{report.file}”：新增 {new}，更新 {update}"


def summary(report: ImportReport) -> dict[str, int]:
    """Return how many rows there are of each status, and how many problems."""
    counts = {status.value: report.count(status) for status in RowStatus}
    return {"rows": len(report.rows), **counts, "problems": report.problem_count}


def report_json(report: ImportReport) -> dict[str, object]:
    """Return a report as the import JSON of the command line (SPEC.md)."""
    key = "demand" if report.kind is ImportKind.DEMAND else "envoy"
    return {
        "file": report.file,
        "kind": report.kind.value,
        "applied": report.applied,
        "rows": [_row_json(row, key) for row in report.rows],
        "non_person_rows": [_other_json(row) for row in report.other_rows],
        "hidden_rows": [_other_json(row) for row in report.hidden_rows],
        "summary": summary(report),
    }


def _row_json(row: ImportRow, key: str) -> dict[str, object]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "status": row.status.value,
        key: dict(row.values),
        "problems": [_problem_json(problem) for problem in row.problems],
        "matched_by": row.match_reason or None,
        "changes": [
            {"field": item.field, "old": item.old, "new": item.new, "kept": item.kept}
            for item in row.changes
        ],
    }


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "column": problem.column or None,
        "message": problem.message,
        "cell": problem.cell or None,
        "value": problem.value,
        "candidates": list(problem.candidates),
    }


def _other_json(row: OtherRow) -> dict[str, object]:
    return {"sheet": row.sheet, "row": row.row, "reason": row.reason, "text": row.text}
