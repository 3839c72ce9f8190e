"""Who writes a row, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes."""

    actor: str

    def new(self) -> Values:
        """Columns of a row just made."""
        now = datetime.now(UTC)
        return {
            "version": 1,
            "created_at": now,
            "created_by": self.actor,
            "updated_at": now,
            "updated_by": self.actor,
        }

    def changed(self) -> Values:
        """Columns of a row just changed, but for its version."""
        return {"updated_at": datetime.now(UTC), "updated_by": self.actor}
