"""What undo and redo should do, by a model that knows nothing of the journal.

A change is what differs between the contents before and after it. Taking it back brings those
columns back; a record is in the way where one of them is not as the change left it, where it would
go and a plan names it, where it would come and another took its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.services.undo_model.content import Content, Key, Record, Snapshot

Part = tuple[Record | None, Record | None]


def difference(before: Content, after: Content) -> dict[Key, Part]:
    """Return what a change did: the columns that it changed, all of a record that came or went."""
    found: dict[Key, Part] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            found[key] = (old, new)
        elif old != new:
            names = [name for name in old if old[name] != new[name]]
            found[key] = ({n: old[n] for n in names}, {n: new[n] for n in names})
    return found


@dataclass
class Change:
    """A change as the model knows it; `taken` are the records that its undo took back."""

    id: str
    actor: str
    parts: dict[Key, Part]
    undone: bool = False
    undo_id: str = ""
    taken: frozenset[Key] = frozenset()

    def steps(self) -> dict[Key, Part]:
        """Return the columns now and then: of an undo, or of a redo where it is undone."""
        if self.undone:
            return {key: part for key, part in self.parts.items() if key in self.taken}
        return {key: (after, before) for key, (before, after) in self.parts.items()}


@dataclass
class Model:
    """The changes, and for each user what Ctrl+Z and Ctrl+Y come to, the last first to go."""

    changes: dict[str, Change] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)
    redone: dict[str, list[str]] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)

    def changed(self, key: str, actor: str, before: Content, after: Content) -> Change:
        """Note a change."""
        change = Change(key, actor, difference(before, after))
        self.changes[key] = change
        self.done.setdefault(actor, []).append(key)
        self.redone[actor] = []
        return change

    def turned(self, change: Change, actor: str, taken: Iterable[Key], key: str) -> None:
        """Note that a change was taken back or done again, by whom, under which id."""
        own = self.done.setdefault(change.actor, [])
        if change.undone:
            for others in self.redone.values():
                others[:] = [item for item in others if item != change.id]
            own.append(change.id)
        else:
            own.remove(change.id)
            self.redone.setdefault(actor, []).append(change.id)
            change.undo_id, change.taken = key, frozenset(taken)
        change.undone = not change.undone

    def stopped(self, change: Change, now: Snapshot) -> frozenset[Key]:
        """Return the records that cannot go back, or come again."""
        steps = change.steps()
        return frozenset(
            key
            for key, part in steps.items()
            if not _as_left(now.content.get(key), part[0]) or self._forbidden(key, now, steps)
        )

    def _forbidden(self, key: Key, now: Snapshot, steps: dict[Key, Part]) -> bool:
        left, then = steps[key]
        others = {k: v for k, v in now.content.items() if k[0] == key[0] and k not in steps}
        if then is None:
            return key in _in_plans(now)
        if key[0] == "own_term" and left is None:
            words = {(item["topic"], item["text"]) for item in others.values()}
            return (then["topic"], then["text"]) in words
        if key[0] != "plan_version":
            return False
        gone = now.named.get(key[1], frozenset()) - now.content.keys()
        if left is None and gone & self.known:
            return True
        plan = now.content.get(key, then).get("plan_id")
        in_force = {v["plan_id"] for v in others.values() if v["state"] == "已发布"}
        return then.get("state") == "已发布" and plan in in_force


def _as_left(held: Record | None, left: Record | None) -> bool:
    if held is None or left is None:
        return held is None and left is None
    return all(held[name] == value for name, value in left.items())


def _in_plans(now: Snapshot) -> set[Key]:
    shown = (named for key, named in now.named.items() if ("plan_version", key) in now.content)
    return {key for named in shown for key in named}


def turned(content: Content, steps: dict[Key, Part], stopped: frozenset[Key]) -> Content:
    """Return the contents after an undo or a redo that leaves some records as they are."""
    return {key: record for key, record in _each(content, steps, stopped) if record is not None}


def _each(
    content: Content, steps: dict[Key, Part], stopped: frozenset[Key]
) -> Iterator[tuple[Key, Record | None]]:
    for key in content.keys() | steps.keys():
        if key in stopped or key not in steps:
            yield key, content.get(key)
            continue
        left, then = steps[key]
        yield key, None if then is None else then if left is None else content[key] | then
