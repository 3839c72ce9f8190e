"""Stage "write": what outcomes propose, into one unit of work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from envoy_app.domain.changes import Topic
from envoy_app.domain.demands import Demand
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_memory import ListTrace, Origin, OwnTerm
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    ImportRun,
    RowStatus,
    TermAnswers,
)
from envoy_app.domain.people import Envoy
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.import_gone import list_name

_PORTION = 2_000  # records and marks that are written together
_LONG_NUMBER = re.compile(r"\d{11,}[xX]?")  # of a person, in the name of a file


def summary(report: ImportReport) -> dict[str, int]:
    """Return how many rows there are of each status, and how many problems."""
    counts = {status.value: report.count(status) for status in RowStatus}
    return {"rows": len(report.rows), **counts, "problems": report.problem_count}


def description(reports: Sequence[ImportReport]) -> str:
    """Return what an import does, in one sentence without personal data."""
    new = sum(report.count(RowStatus.NEW) for report in reports)
    update = sum(report.count(RowStatus.UPDATE) for report in reports)
    kinds = {report.kind is ImportKind.DEMAND for report in reports}
    noun = "服务需求" if kinds == {True} else "名册" if kinds == {False} else "名册和服务需求"
    files = f"“{_LONG_NUMBER.sub('…', reports[0].file)}”" if reports else ""
    if len(reports) > 1:
        files += f"等 {len(reports)} 个文件"
    return f"导入{noun}{files}：新增 {new}，更新 {update}"


def proposes(report: ImportReport) -> bool:
    """Whether a record would be stored; marks alone are nothing that people see."""
    return any(row.status in (RowStatus.NEW, RowStatus.UPDATE) for row in report.rows)


class Writer:
    """Stores records and marks as they come, so that a large import is never held as a whole.

    Several files may bring the same record, which is stored once, as the last of them leaves it:
    then all is held until `finish`. `known` are the marks that are stored already.
    """

    def __init__(self, uow: UnitOfWork, known: Mapping[str, Origin], *, hold: bool) -> None:
        """Bind to a unit of work, which is the caller's to commit."""
        self._uow = uow
        self._known = known
        self._hold = hold
        self._new: dict[str, Envoy | Demand] = {}
        self._changed: dict[str, Envoy | Demand] = {}
        self._origins: dict[str, Origin] = {}
        self._topics: set[Topic] = set()

    def take(self, status: RowStatus, record: Envoy | Demand, origin: Origin | None) -> None:
        """Store what a row proposes, sooner or later.

        Raises ConflictError where a record was changed since it was read.
        """
        if status is RowStatus.NEW:
            self._new[record.id] = record
        elif status is RowStatus.UPDATE:
            (self._new if record.id in self._new else self._changed)[record.id] = record
        if origin is not None:
            self._origins[record.id] = origin
        if not self._hold and len(self._new) + len(self._changed) + len(self._origins) >= _PORTION:
            self._store()

    def finish(self) -> frozenset[Topic]:
        """Store the rest; return the topics of what changed. Raises as `take` does."""
        self._store()
        return frozenset(self._topics)

    def _store(self) -> None:
        uow, known, origins = self._uow, self._known, self._origins
        new, changed = tuple(self._new.values()), tuple(self._changed.values())
        uow.envoys.add(record for record in new if isinstance(record, Envoy))
        uow.demands.add(record for record in new if isinstance(record, Demand))
        uow.envoys.save_all(record for record in changed if isinstance(record, Envoy))
        uow.demands.save_all(record for record in changed if isinstance(record, Demand))
        uow.origins.add(item for key, item in origins.items() if key not in known)
        uow.origins.save_all(item for key, item in origins.items() if key in known)
        self._topics |= {
            Topic.DEMANDS if isinstance(record, Demand) else Topic.ROSTER
            for record in new + changed
        }
        for held in (self._new, self._changed, self._origins):
            held.clear()


def run_of(report: ImportReport, batch_id: str) -> ImportRun:
    """Return what the history keeps of an applied file."""
    return ImportRun(
        new_id(), report.file, report.kind, report.sha256, summary(report), batch_id=batch_id
    )


def trace_of(report: ImportReport) -> ListTrace:
    """Return what kind of list a file was and whom it named."""
    return ListTrace(
        list_name(report.file),
        tuple(sorted({sheet.layout for sheet in report.sheets if sheet.taken and sheet.layout})),
        tuple(
            row.target_id
            for row in report.rows
            if row.target_id and row.kind is not ImportKind.DEMAND and not row.skipped
        ),
    )


def retire(uow: UnitOfWork, envoy_ids: Iterable[str]) -> int:
    """Take envoys out of service; return how many were in it."""
    leaving = [uow.envoys.get(key) for key in envoy_ids]
    leaving = [envoy for envoy in leaving if envoy.active]
    uow.envoys.save_all([replace(envoy, active=False) for envoy in leaving])
    return len(leaving)


def learn(uow: UnitOfWork, answers: TermAnswers) -> int:
    """Remember what words stand for; return how many were not known so."""
    known = {own.term: own for own in uow.own_terms.all()}
    fresh, changed = [], []
    for term, codes in answers.items():
        own = known.get(term)
        if own is None:
            fresh.append(OwnTerm(new_id(), term, tuple(codes)))
        elif own.codes != tuple(codes):
            changed.append(replace(own, codes=tuple(codes)))
    uow.own_terms.add(fresh)
    uow.own_terms.save_all(changed)
    return len(fresh) + len(changed)
