"""What the user decides about files before they are imported: pure data, replaced not changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from envoy_app.domain.imports import ImportKind, ImportReport, RowKey, TermAnswers
from envoy_app.domain.sheets import Sheet


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """What the user decided about a sheet; None and empty leave it to the reader.

    `heading` is the row of the heading, 0 where the sheet has none. `columns` gives a column
    (from 1) its kind, "" to leave it out. `rows` takes a row (hidden, a note) or leaves it out.
    `edits` are cells typed over, by row and column.
    """

    take: bool | None = None
    kind: ImportKind | None = None
    heading: int | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    rows: Mapping[int, bool] = field(default_factory=dict)
    sideways: bool | None = None
    edits: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What the user decided about a file, by the names of its sheets."""

    kind: ImportKind = ImportKind.AUTO
    sheets: Mapping[str, SheetChoice] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetChoice:
        """Return what was decided about a sheet."""
        return self.sheets.get(name, SheetChoice())


@dataclass(frozen=True, slots=True)
class RowChoice:
    """What the user decided about a row.

    `target` is the stored record it is, "" for a new one, None where the matching decides.
    `take` names fields to take from the file though they were edited in the application.
    """

    target: str | None = None
    take: frozenset[str] = frozenset()
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A stored envoy whom an earlier list of this kind named and this one does not."""

    envoy_id: str
    name: str
    organisation: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that was read: its sheets as they are (without edits), decisions and the report.

    `content` is the file itself, kept with the history; `path` None for a pasted table.
    `saved_at` is when the file was last saved, None where it is not known. `originals` are the
    values that rows with edited cells had without the edits: what the file itself says.
    """

    name: str
    path: Path | None
    content: bytes = field(repr=False)
    sheets: tuple[Sheet, ...] = field(repr=False)
    report: ImportReport = field(repr=False)
    choices: FileChoices = FileChoices()
    rows: Mapping[RowKey, RowChoice] = field(default_factory=dict)
    saved_at: datetime | None = None
    originals: Mapping[RowKey, Mapping[str, object]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PastedTable:
    """What the clipboard held: text, HTML (from Word, Excel, WPS, a web page) or both."""

    name: str
    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be read, and the sentence that says why and what to do."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Files that are imported together, in one transaction.

    `answers` are those given here; stored synonyms are known already. `gone` are asked about,
    `retired` the ids of those to be retired.
    """

    files: tuple[ImportFile, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
    answers: TermAnswers = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    retired: frozenset[str] = frozenset()
