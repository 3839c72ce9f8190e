"""Prints a plan's documents into PDF files and draws their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from envoy_app.domain.changes import Changes, Topic
from envoy_app.io.atomic import write_atomically
from envoy_app.reports.model import Source
from envoy_app.reports.pages import PageImage, page_count, page_images
from envoy_app.reports.registry import DOCUMENTS as _REGISTERED
from envoy_app.reports.registry import document
from envoy_app.reports.typeset import Typesetter
from envoy_app.services.context import ServiceContext
from envoy_app.services.plan_source import stored_plan

__all__ = ["DOCUMENTS", "PageImage", "PrintService"]

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {key: item.title for key, item in _REGISTERED.items()}
)


def _local_now() -> datetime:
    return datetime.now().astimezone()


class PrintService:
    """Documents of stored plans. May be called from any thread."""

    def __init__(
        self,
        context: ServiceContext,
        *,
        typesetter: Typesetter | None = None,
        now: Callable[[], datetime] = _local_now,
    ) -> None:
        """`typesetter` and `now` are replaced in tests."""
        self._context = context
        self._typesetter = typesetter or Typesetter()
        self._now = now

    def render(
        self,
        doc: str,
        target: Path,
        *,
        plan_id: str | None = None,
        counties: Sequence[str] = (),
    ) -> Path:
        """Write a document as PDF, whole or not at all, and return its path.

        Args:
            doc: a key of `DOCUMENTS`.
            target: the file to write; one that exists is replaced.
            plan_id: the plan version, the newest where None.
            counties: codes of the counties to print, empty for all.

        Raises:
            InputError: no such document or county, no plan yet, or the file cannot be written.
            NotFoundError: no plan has this id.
            EnvironmentProblem: the computer has no Chinese font.
        """
        kind = document(doc)
        source = Source(
            view=stored_plan(self._context, plan_id),
            gazetteer=self._context.reference.gazetteer(),
            vocabulary=self._context.reference.vocabulary(),
            printed=self._now(),
            counties=tuple(counties),
        )
        made = self._typesetter.pdf(kind, source)
        return write_atomically(target, lambda path: _write(path, made))

    def document_made(self, plan_id: str | None = None) -> Changes:
        """Remember that a document went to the user or the printer; a preview does not count.

        The checklist ticks 打印 from then on; `plan_id` is the version, None the newest.
        """
        self._context.note_printed(plan_id)
        return Changes(frozenset({Topic.PRINTS}), "")

    def pages(self, pdf: Path, dpi: float = 96) -> Iterator[PageImage]:
        """Yield the pages of a PDF as pictures, one at a time; raises InputError."""
        return page_images(pdf, dpi)

    def page_count(self, pdf: Path) -> int:
        """Return the number of pages of a PDF; raises InputError."""
        return page_count(pdf)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
