"""Who was on the last list of the same kind and is not on this one.

Only ever a question: a list names part of the people, and of which part it speaks must be sure.
Nobody of another county, nobody of another organisation where the list is of one, and nobody at
all unless most of those whom the earlier list named are on this one too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from envoy_app.domain.import_choices import Gone
from envoy_app.domain.import_memory import ListTrace
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, ImportRun, RowStatus
from envoy_app.domain.people import Envoy
from envoy_app.services.import_matching import Pool

_VARIABLE = re.compile(
    r"[\d〇一二三四五六七八九十]+[年月日季届期批]?|[(（\[【][^)）\]】]*[)）\]】]|[\s_.\-]"
)
_WORDS = re.compile(r"(最新|最终|修改|更新|终稿|定稿|新版|副本|copy|final|new|v)+", re.IGNORECASE)
_SUFFIX = re.compile(r"\.\w{1,5}$")
_MOST = 0.8  # a list is of one county or organisation where so many of its rows are

History = Sequence[tuple[ImportRun, ListTrace]]


def list_name(file: str) -> str:
    """Return a file's name without what changes from one month to the next."""
    return _WORDS.sub("", _VARIABLE.sub("", _SUFFIX.sub("", file)))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Of whom a list speaks; None: it does not tell."""

    counties: frozenset[str]
    organisation: str | None

    def holds(self, envoy: Envoy) -> bool:
        """Whether the list should name an envoy."""
        if self.organisation is not None and envoy.organisation != self.organisation:
            return False
        return envoy.home in self.counties if self.counties else envoy.home is None


def find_gone(
    reports: Iterable[ImportReport], history: History, envoys: Pool[Envoy]
) -> tuple[Gone, ...]:
    """Return the envoys in service whom the last list of a file's kind named and no file does."""
    reports = tuple(reports)
    present = {key for report in reports for row in report.rows for key in _touched(row)}
    unread = " ".join(_unread(reports))
    gone: dict[str, Gone] = {}
    for report in reports:
        for envoy, run in _missing(report, history, envoys, present):
            if envoy.name not in unread:
                gone.setdefault(envoy.id, _gone(envoy, run))
    return tuple(gone.values())


def _touched(row: ImportRow) -> Iterable[str]:
    """Yield who a row is or may be."""
    if row.target_id:
        yield row.target_id
    yield from (rival.record_id for rival in row.rivals)


def _unread(reports: Iterable[ImportReport]) -> Iterable[str]:
    """Yield the text of rows that name people but are not taken."""
    for report in reports:
        yield from (row.text for row in report.hidden_rows)
        for row in report.rows:
            if row.status is RowStatus.ERROR or row.skipped:
                yield str(row.values.get("name") or "")


def _missing(
    report: ImportReport, history: History, envoys: Pool[Envoy], present: set[str]
) -> Iterable[tuple[Envoy, ImportRun]]:
    rows = [
        row
        for row in report.rows
        if row.kind is not ImportKind.DEMAND and row.status is not RowStatus.ERROR
    ]
    if not rows:
        return
    scope = _scope(rows)
    name = list_name(report.file)
    layouts = {sheet.layout for sheet in report.sheets if sheet.taken and sheet.layout}
    for run, trace in history:
        if run.kind is ImportKind.DEMAND:
            continue
        if not ((name and trace.name == name) or layouts & set(trace.layouts)):
            continue
        known = (envoys.get(key) for key in trace.records)
        expected = [item for item in known if item and item.active and scope.holds(item)]
        absent = [envoy for envoy in expected if envoy.id not in present]
        if 2 * len(absent) < len(expected):
            yield from ((envoy, run) for envoy in absent)
            return  # older lists were settled when this one came


def _scope(rows: Sequence[ImportRow]) -> _Scope:
    homes = Counter(
        str(home)
        for row in rows
        if (home := row.values.get("team_county") or row.values.get("base_county"))
    )
    offices = Counter(str(row.values.get("organisation") or "") for row in rows)
    office, count = offices.most_common(1)[0]
    one_office = bool(office) and count >= _MOST * len(rows)
    main = homes.most_common(1)
    if main and main[0][1] >= _MOST * homes.total():
        counties = frozenset({main[0][0]})
    else:
        counties = frozenset(homes)
    return _Scope(counties, office if one_office else None)


def _gone(envoy: Envoy, run: ImportRun) -> Gone:
    when = f"{run.created_at.astimezone():%Y-%m-%d} " if run.created_at else ""
    reason = f"{when}导入的“{run.file}”中有此人，这次的名单中没有"
    return Gone(envoy.id, envoy.name, envoy.organisation, reason)
