"""What bringing today's roster, demands and calendar into a plan does to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from envoy_app.domain.plans import PlanInfo, PlanView
from envoy_app.domain.time import SlotTime


class RenewalKind(StrEnum):
    """What becomes of a visit that does not stay as it was."""

    OFF = "退回未排"
    GONE = "不再需要"
    CHANGED = "有调整"
    NEW = "新增待排"


@dataclass(frozen=True, slots=True)
class RenewalItem:
    """A visit that does not stay as it was.

    `visit` is its id: in the new version, for one that is gone in the old. `start`, `when` and
    `who` are as it was held before, empty where it was not; `reason` is a sentence.
    """

    kind: RenewalKind
    visit: str
    name: str
    county: str
    reason: str
    start: SlotTime | None = None
    when: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A version made anew with today's data, and what it changes.

    Attributes:
        source: The version that it comes from.
        plan: The new version, with the number it has or would get.
        kept: How many visits are held as before.
        unlocked: How many visits lose a lock.
        joined: How many people can be sent now who could not before.
        left: How many people could be sent before who cannot now.
        items: What does not stay as it was: what falls off first, then as in `RenewalKind`.
        same: Whether there is nothing to bring in.
    """

    source: PlanInfo
    plan: PlanView
    kept: int
    unlocked: int
    joined: int
    left: int
    items: tuple[RenewalItem, ...]
    same: bool

    def count(self, kind: RenewalKind) -> int:
        """Number of visits of a kind."""
        return sum(item.kind is kind for item in self.items)

    @property
    def words(self) -> tuple[str, ...]:
        """All of it in short for people."""
        return tuple(self._words())

    def _words(self) -> Iterator[str]:
        yield f"{self.kept} 项安排不变"
        for kind in RenewalKind:
            if number := self.count(kind):
                yield f"{number} 项{kind.value}"
        if self.unlocked:
            yield f"{self.unlocked} 项解除锁定"
        if self.joined:
            yield f"新增 {self.joined} 位可派特派员"
        if self.left:
            yield f"{self.left} 位特派员不能再派"
