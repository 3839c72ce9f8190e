"""Two users on one database, and the model beside them; after every step both must agree."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from envoy_app.domain.errors import InputError, UndoConflict
from envoy_app.persistence.chain import broken_links
from envoy_app.persistence.plan_seal import seal_of
from envoy_app.services.reference import ReferenceService
from envoy_app.services.workspace import Workspace, open_workspace
from tests.services.undo_model.actions import COMMANDS, load_sample
from tests.services.undo_model.content import Snapshot, opened, snapshot
from tests.services.undo_model.model import Change, Model, turned

USERS = ("张三", "李四")
_CACHED = ("calendar", "own_terms", "vocabulary", "standards", "minimums", "travel_rule")
DONE, REFUSED, NOTHING = "done", "refused", "nothing"


def template(folder: Path) -> Path:
    """Make an empty database with the reference data, to be copied."""
    path = folder / "template.db"
    open_workspace(path, actor="test").close()
    return path


class World:
    """A database, its users, the model, and what became of the steps."""

    def __init__(self, path: Path, made: Path) -> None:
        shutil.copyfile(made, path)
        self.path = path
        self.model = Model()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self._open: dict[str, Workspace] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self.seen = snapshot(path)

    def user(self, name: str) -> Workspace:
        if name not in self._open:
            self._open[name] = open_workspace(self.path, actor=name)
        return self._open[name]

    def close(self) -> None:
        for workspace in self._open.values():
            workspace.close()
        self._open.clear()

    def step(self, name: str, draw: random.Random) -> str:
        """Take a step, compare with the model, check what must always hold."""
        user = USERS[0] if draw.random() < 0.75 else USERS[1]
        outcome = STEPS[name](self, user, draw)
        self.outcomes[name, outcome] += 1
        self._check(user)
        return outcome

    def command(
        self, action: Callable[[Workspace, random.Random], object], user: str, draw: random.Random
    ) -> str:
        before, heads = self.seen, self._heads()
        action(self.user(user), draw)
        self.seen = after = snapshot(self.path)
        made = [key for key in self._heads() if key not in heads]
        self.model.known |= after.content.keys()
        if after.content == before.content:
            assert made == []
            return NOTHING
        (key,) = made
        self.model.changed(key, user, before.content, after.content)
        return DONE

    def turn(
        self, user: str, draw: random.Random, change: Change, *, named: str | None, leave: bool
    ) -> str:
        """Take a change back or do it again, as the model says it must go."""
        before, steps = self.seen, change.steps()
        stopped = self.model.stopped(change, before)
        rest = len(steps) - len(stopped)
        history = self.user(user).history
        # To take an undo back by its own id is to do the change again.
        redo = change.undone and named != change.undo_id
        turn = history.redo if redo else history.undo
        if stopped and not leave:
            with pytest.raises(UndoConflict) as told:
                turn(named, leave_changed=leave)
            assert (len(told.value.records), told.value.rest) == (len(stopped), rest)
            assert snapshot(self.path).content == before.content
            return REFUSED
        changes = turn(named, leave_changed=leave)
        self.seen = snapshot(self.path)
        assert self.seen.content == turned(before.content, steps, stopped)
        self.model.turned(change, user, steps.keys() - stopped, changes.change_id)
        return DONE

    def last(self, user: str, draw: random.Random, *, undone: bool) -> str:
        """Press Ctrl+Z or Ctrl+Y."""
        stack = (self.model.redone if undone else self.model.done).get(user, [])
        if stack:
            leave = draw.random() < 0.5
            return self.turn(user, draw, self.model.changes[stack[-1]], named=None, leave=leave)
        history = self.user(user).history
        with pytest.raises(InputError, match="没有可以"):
            (history.redo if undone else history.undo)()
        return NOTHING

    def any(self, user: str, draw: random.Random, *, undone: bool) -> str:
        """Take any change back, or do any again, from the list of the history."""
        chosen = [change for change in self.model.changes.values() if change.undone is undone]
        if not chosen:
            return NOTHING
        change = draw.choice(chosen[-8:])
        named = draw.choice((change.id, change.undo_id)) if undone else change.id
        return self.turn(user, draw, change, named=named, leave=draw.random() < 0.5)

    def restart(self, user: str, draw: random.Random) -> str:
        """Close the window and open it again."""
        if user in self._open:
            self._open.pop(user).close()
        return DONE

    def _heads(self) -> dict[str, bool]:
        with opened(self.path) as connection:
            rows = connection.execute("SELECT id, undone_at FROM change_set ORDER BY number")
            return {key: undone is not None for key, undone in rows}

    def _check(self, user: str) -> None:
        with opened(self.path) as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert broken_links(connection) == ()
            runs = connection.execute("SELECT batch_id, undone_at FROM import_run").fetchall()
        heads, changes = self._heads(), self.model.changes
        assert {key: change.undone for key, change in changes.items()} == {
            key: heads[key] for key in changes
        }
        assert all(changes[batch].undone == (undone is not None) for batch, undone in runs)
        history, model = self.user(user).history, self.model
        assert [item.id for item in history.undoable()] == model.done.get(user, [])[::-1][:200]
        assert [item.id for item in history.redoable()] == model.redone.get(user, [])[::-1][:200]
        self._check_records(self.seen)
        for workspace in self._open.values():
            self._check_caches(workspace)

    def _check_records(self, now: Snapshot) -> None:
        """Versions only go up, published plans are as they were, marks have their record."""
        for key, version in now.versions.items():
            if key[0] != "setting":
                assert version >= self._versions.get(key, 0)
        self._versions |= now.versions
        assert now.marks <= {key for table, key in now.content if table in ("envoy", "demand")}
        sealed = {k[1]: v["seal"] for k, v in now.content.items() if k[0] == "plan_version"}
        with self.user(USERS[0]).context.read() as uow:
            for key, seal in sealed.items():
                assert not seal or seal == seal_of(uow.plans._session, key)

    def _check_caches(self, workspace: Workspace) -> None:
        context = workspace.context
        fresh = ReferenceService(lambda: context.database.reading("test"))
        for name in _CACHED:
            assert getattr(context.reference, name)() == getattr(fresh, name)(), name


def _command(name: str) -> Callable[[World, str, random.Random], str]:
    return lambda world, user, draw: world.command(COMMANDS[name], user, draw)


STEPS: dict[str, Callable[[World, str, random.Random], str]] = {
    **{name: _command(name) for name in COMMANDS},
    "sample": lambda world, user, draw: world.command(load_sample, user, draw),
    "undo": lambda world, user, draw: world.last(user, draw, undone=False),
    "redo": lambda world, user, draw: world.last(user, draw, undone=True),
    "undo any": lambda world, user, draw: world.any(user, draw, undone=False),
    "redo any": lambda world, user, draw: world.any(user, draw, undone=True),
    "restart": World.restart,
}
OFTEN = ("save an envoy", "undo", "undo", "redo", "undo any", "redo any", "publish", "plan")
