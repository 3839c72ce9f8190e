"""What somebody wants to see of the history."""

from __future__ import annotations

from dataclasses import dataclass

from envoy_app.domain.changes import Topic


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """One record, or all changes in which a text occurs.

    `change_id` is the entry to put the cursor on, "" the newest.
    """

    topic: Topic | None = None
    record_id: str = ""
    title: str = ""
    text: str = ""
    change_id: str = ""
