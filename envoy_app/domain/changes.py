"""What an action changed, so that views refresh only what they show."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Topics touched by one action, and its description in Chinese (for undo and status bar)."""

    topics: frozenset[Topic]
    description: str

    def touches(self, *topics: Topic) -> bool:
        """Whether any of the topics was changed."""
        return not self.topics.isdisjoint(topics)
