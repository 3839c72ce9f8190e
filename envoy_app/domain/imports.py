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
    only told. `newer` tells which of the two is: "file", "stored", "" where nothing tells.
    """

    field: str
    old: str
    new: str
    kept: bool = False
    newer: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored record that a row may be: how sure (0 to 100) and why, in words."""

    record_id: str
    label: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class RowKey:
    """Where a row stands in a file; `part` counts the people of one row (团长, 成员1, …) from 0."""

    sheet: str
    row: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One person's or demand's row: `values` by the keys of rosters/README, None where unusable.

    `score` tells how sure the match with `target_id` is (0 to 100); `rivals` are stored records
    that it may be as well, for the user to merge with or to keep apart. `skipped` where the user
    leaves the row out.
    """

    sheet: str
    row: int
    status: RowStatus
    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    target_id: str | None = None
    match_reason: str = ""
    changes: tuple[FieldChange, ...] = ()
    kind: ImportKind = ImportKind.ROSTER
    part: int = 0
    score: int = 0
    rivals: tuple[Likeness, ...] = ()
    skipped: bool = False

    @property
    def key(self) -> RowKey:
        """Where the row stands."""
        return RowKey(self.sheet, self.row, self.part)


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that is no person: header, title, total, note or hidden row."""

    sheet: str
    row: int
    reason: str
    text: str = ""


class SheetQuestion(StrEnum):
    """What only the user can decide about a sheet; nothing of it is taken unasked."""

    HIDDEN_SHEET = "hidden-sheet"
    HIDDEN_ROWS = "hidden-rows"  # the visible rows are taken, the hidden ones wait
    NO_HEADING = "no-heading"  # columns are proposed by their content
    RIVAL_NAMES = "rival-names"  # several columns of names, nothing tells which
    SIDEWAYS = "sideways"  # a person per column; taken once the user agrees


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What a column was understood as.

    `kind` is a key of `column_kinds`, "" where the column is not taken; `confidence` 0 to 100;
    `reason` in Chinese: 表头“联系电话”, 内容都是手机号, 按您上次的更正.
    """

    index: int
    header: str
    kind: str
    confidence: int
    reason: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What was understood of one sheet. `layout` is the same for sheets with the same headings."""

    name: str
    kind: ImportKind
    taken: bool
    hidden: bool = False
    header_rows: tuple[int, ...] = ()
    columns: tuple[ColumnReading, ...] = ()
    questions: tuple[SheetQuestion, ...] = ()
    sentence: str = ""  # what is asked or why nothing is taken, for people
    layout: str = ""


class TermTopic(StrEnum):
    """What a word of a file should name."""

    SPECIALTY = "specialty"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Term:
    """A word as the file has it, without blanks and width (domain.text.compact)."""

    topic: TermTopic
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class or county that a word may mean; `score` 0 to 100, `reason` in Chinese (字形相近)."""

    code: str
    name: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class TermQuestion:
    """A word that is asked about once, however many rows have it; best suggestion first."""

    term: Term
    rows: tuple[RowKey, ...]
    suggestions: tuple[Suggestion, ...] = ()


TermAnswers = Mapping[Term, tuple[str, ...]]
"""Codes a word stands for; () where the user said that it says nothing."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that one file gave; `applied` tells whether it was written.

    `kind` is that of most rows; each row has its own.
    """

    file: str
    kind: ImportKind
    rows: tuple[ImportRow, ...]
    other_rows: tuple[OtherRow, ...] = ()
    hidden_rows: tuple[OtherRow, ...] = ()
    applied: bool = False
    sha256: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheets: tuple[SheetReading, ...] = ()
    terms: tuple[TermQuestion, ...] = ()

    def count(self, status: RowStatus) -> int:
        """Number of rows with this status; rows that the user leaves out do not count."""
        return sum(1 for row in self.rows if row.status is status and not row.skipped)

    @property
    def problem_count(self) -> int:
        """Number of problems over all rows."""
        return sum(len(row.problems) for row in self.rows)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """A file that was imported, by its content's hash; who and when are set on storing.

    `batch_id` is the change that undo takes back, shared by the files imported together; "" for
    imports made before there was an undo.
    """

    id: str
    file: str
    kind: ImportKind
    sha256: str
    summary: Mapping[str, int]
    created_at: datetime | None = None
    created_by: str = ""
    batch_id: str = ""
    undone_at: datetime | None = None
    has_original: bool = False
