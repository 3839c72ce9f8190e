"""What an action changed, so that views refresh only what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Topic(StrEnum):
    """The kinds of records a view may show."""

    ROSTER = "roster"
    DEMANDS = "demands"
    STANDARDS = "standards"
    PLANS = "plans"
    SETTINGS = "settings"
    PRINTS = "prints"


@dataclass(frozen=True, slots=True)
class Changes:
    """What one action wrote, and its description in Chinese (for undo and status bar).

    `records` are the ids of the records touched, by topic, where the action was recorded;
    `change_id` is under which it is on record, "" where it is not.
    """

    topics: frozenset[Topic]
    description: str
    records: Mapping[Topic, frozenset[str]] = field(default_factory=dict)
    change_id: str = ""

    def touches(self, *topics: Topic) -> bool:
        """Whether any of the topics was changed."""
        return not self.topics.isdisjoint(topics)
