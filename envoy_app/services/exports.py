"""Exports a plan as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from envoy_app.io.atomic import write_atomically
from envoy_app.io.plan_workbook import write_plan_workbook
from envoy_app.services.context import ServiceContext
from envoy_app.services.plan_source import stored_plan


def _local_now() -> datetime:
    return datetime.now().astimezone()


class ExportService:
    """Workbooks of stored plans. May be called from any thread."""

    def __init__(
        self,
        context: ServiceContext,
        *,
        now: Callable[[], datetime] = _local_now,
    ) -> None:
        """`now` is replaced in tests."""
        self._context = context
        self._now = now

    def plan_workbook(self, target: Path, *, plan_id: str | None = None) -> Path:
        """Write a plan version (the newest where None), whole or not at all; returns its path.

        A name without .xlsx gets it.

        Raises:
            InputError: no plan yet, or the file cannot be written.
            NotFoundError: no plan has this id.
        """
        view = stored_plan(self._context, plan_id)
        gazetteer = self._context.reference.gazetteer()
        vocabulary = self._context.reference.vocabulary()
        made = self._now()

        def write(path: Path) -> None:
            write_plan_workbook(path, view, gazetteer, vocabulary, made)

        return write_atomically(_workbook_name(target), write)


def _workbook_name(target: Path) -> Path:
    # Excel refuses a workbook under another ending, and the user would blame the file.
    return target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")
