"""What a database holds, read past the product: all that undo must bring back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

Record = dict[str, object]
Key = tuple[str, str]  # table and id
Content = dict[Key, Record]

_STAMPS = {"id", "version", "created_at", "created_by", "updated_at", "updated_by"}
_TABLES = ("envoy", "demand", "own_term", "setting")
_PLANS = "SELECT id, plan_id, version_no, state, seal FROM plan_version WHERE NOT discarded"
_NAMES = """SELECT plan_version_id, 'envoy', envoy FROM plan_seat
    UNION SELECT plan_version_id, 'demand', demand_id FROM plan_visit WHERE demand_id IS NOT NULL"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@dataclass(frozen=True)
class Snapshot:
    """The records with all columns but stamps, their versions, and whom the shown plans name."""

    content: Content
    versions: dict[Key, int]
    named: dict[str, frozenset[Key]]  # by plan version, also of those that are taken back
    marks: frozenset[str]


def snapshot(path: Path) -> Snapshot:
    """Read a database."""
    content: Content = {}
    versions: dict[Key, int] = {}
    named: dict[str, set[Key]] = {}
    with opened(path) as connection:
        for table in _TABLES:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                content[table, row["id"]] = _columns(row)
                versions[table, row["id"]] = row["version"]
        for row in connection.execute(_PLANS):
            content["plan_version", row["id"]] = _columns(row)
        for version, table, key in connection.execute(_NAMES):
            named.setdefault(version, set()).add((table, key))
        marks = {key for (key,) in connection.execute("SELECT id FROM import_origin")}
    return Snapshot(
        content, versions, {key: frozenset(of) for key, of in named.items()}, frozenset(marks)
    )


def _columns(row: sqlite3.Row) -> Record:
    return {name: _value(row[name]) for name in row.keys() if name not in _STAMPS}  # noqa: SIM118  a row's own values


def _value(value: object) -> object:
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value
