"""What a change of a plan does, as the difference of two judgements of the checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from solver.checker import Violation, check
from solver.explain.books import Books
from solver.instance import Assignment, Instance
from solver.solution import Score


@dataclass(frozen=True)
class Verdict:
    """What a change would do.

    Attributes:
        violations: Those of the plan after it that were not there before.
        cured: Those of the plan before that would be gone.
        change: Score after less score before, tier by tier.
    """

    violations: tuple[Violation, ...]
    cured: tuple[Violation, ...]
    change: Score

    @property
    def allowed(self) -> bool:
        """Whether no rule would be broken by it."""
        return not self.violations


def verdict(
    books: Books,
    changed: Sequence[Assignment],
    dropped: Sequence[str],
    within: Instance | None = None,
) -> Verdict:
    """Judge some visits that are held anew or otherwise, and some that are not held any more.

    Only what the change can touch is given to the checker; all that it says about the rest, such
    as visits that are missing there, is the same before and after.

    Args:
        books: The plan before.
        changed: Visits as they are to be held.
        dropped: Visits that are not to be held.
        within: The rules to judge by, where not those of the books: an instance with the same
            visits, counties and people, some of whose limits were changed.
    """
    before = [books.assignments[n] for n in books.touched(changed, dropped)]
    after = _applied(before, changed, dropped)
    instance = _of_those_on(within or books.instance, [*before, *after])
    old, new = check(instance, before), check(instance, after)
    known, now = Counter(old.violations), Counter(new.violations)
    change = Score(*(b - a for a, b in zip(old.score, new.score, strict=True)))
    return Verdict(tuple((now - known).elements()), tuple((known - now).elements()), change)


def _of_those_on(instance: Instance, items: Sequence[Assignment]) -> Instance:
    """Without the envoys who are on none of the visits: they count the same before and after."""
    names = {name for item in items for name in item.envoys}
    return replace(instance, envoys=tuple(e for e in instance.envoys if e.id in names))


def _applied(
    before: Sequence[Assignment], changed: Sequence[Assignment], dropped: Sequence[str]
) -> list[Assignment]:
    """Each changed visit in its place, new ones at the end."""
    waiting = {item.visit: item for item in changed}
    after = [waiting.pop(item.visit, item) for item in before if item.visit not in dropped]
    return [*after, *waiting.values()]
