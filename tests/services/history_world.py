"""A small history with one of everything, and ways to look at it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.demands import DemandState
from envoy_app.persistence import doctor
from envoy_app.services.workspace import open_workspace
from tests.factories import make_demand, make_envoy
from tests.persistence.test_plans import make_view

NO_BACKUP = "还没有备份"


def problems(path):
    """What the doctor says of the history and the plans, but not that there is no backup."""
    return [text for text in doctor.examine(path).problems if not text.startswith(NO_BACKUP)]


def execute(path, *statements):
    """Change a database behind the program's back."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def ask(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def make_history(path):
    """Ten changes: people, a demand, an undo and a redo, a plan that is published.

    1 adds 陈梅, 王芳 and 李强, 2 edits 陈梅, 3 adds a demand, 4 accepts it, 5 and 6 take that back
    and do it again, 7 makes a day free, 8 plans, 9 publishes, 10 edits 王芳, 11 takes that back.
    """
    workspace = open_workspace(path, actor="张三")
    chen, wang, li = people = [make_envoy(name=name) for name in ("陈梅", "王芳", "李强")]
    workspace.roster.add(people)
    workspace.roster.save(replace(workspace.roster.envoy(chen.id), remarks="已电话确认"))
    demand = make_demand(id="d1", content="柑橘冬管", state=DemandState.PENDING)
    workspace.demands.add([demand])
    workspace.demands.set_state(["d1"], DemandState.ACCEPTED)
    workspace.history.undo()
    workspace.history.redo()
    workspace.calendar.set_day(date(2026, 12, 3), DayKind.OFF, "运动会")
    workspace.planning.store(make_view(id="p1", version_no=1), {"days": []})
    workspace.planning.publish("p1")
    workspace.roster.save(replace(workspace.roster.envoy(wang.id), title="研究员"))
    workspace.history.undo()
    workspace.close()
    return [person.id for person in (chen, wang, li)]
