"""What an import understood and proposes, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from envoy_app.domain.problems import Problem


class ImportKind(StrEnum):
    """What a file holds."""

    AUTO = "auto"
    ROSTER = "roster"
    DEMAND = "demand"


class RowStatus(StrEnum):
    """What applying the import will do with a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"

    @property
    def label(self) -> str:
        """Return 新增, 更新, 无变化 or 有误."""
        return {"new": "新增", "update": "更新", "unchanged": "无变化", "error": "有误"}[self.value]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that the import would change.

    `kept` where the stored value was typed in the application and stays: the file's `new` is
    only told.
    """

    field: str
    old: str
    new: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One person's or demand's row: `values` by the keys of rosters/README, None where unusable."""

    sheet: str
    row: int
    status: RowStatus
    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    target_id: str | None = None
    match_reason: str = ""
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that is no person: header, title, total, note or hidden row."""

    sheet: str
    row: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that one file gave; `applied` tells whether it was written."""

    file: str
    kind: ImportKind
    rows: tuple[ImportRow, ...]
    other_rows: tuple[OtherRow, ...] = ()
    hidden_rows: tuple[OtherRow, ...] = ()
    applied: bool = False
    sha256: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self, status: RowStatus) -> int:
        """Number of rows with this status."""
        return sum(1 for row in self.rows if row.status is status)

    @property
    def problem_count(self) -> int:
        """Number of problems over all rows."""
        return sum(len(row.problems) for row in self.rows)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """A file that was imported, by its content's hash; who and when are set on storing."""

    id: str
    file: str
    kind: ImportKind
    sha256: str
    summary: Mapping[str, int]
    created_at: datetime | None = None
    created_by: str = ""
