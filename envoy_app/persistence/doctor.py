"""What `envoy doctor` looks at: place, file, schema, history of changes, backups."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from envoy_app.domain.backups import Backup, Health
from envoy_app.domain.errors import InputError, UserError
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.backups import BackupStore
from envoy_app.persistence.faults import told
from envoy_app.persistence.history_check import HistoryHealth, check_history
from envoy_app.persistence.location import check_location

NEWEST = 5
"""How many backups are looked into."""

# Query for what must not be -> sentence with its count.
_JOURNAL_CHECKS = (
    (
        'SELECT count(*) FROM "change" WHERE change_set_id NOT IN (SELECT id FROM change_set)',
        "有 {n} 条更改记录不属于任何一次操作。",
    ),
    (
        """SELECT count(*) FROM change_set WHERE kind NOT IN ('undo', 'redo', 'restore')
        AND id NOT IN (SELECT change_set_id FROM "change")""",
        "有 {n} 次操作没有留下更改的内容。",
    ),
    (
        'SELECT count(*) FROM "change" WHERE "before" IS NULL AND "after" IS NULL',
        "有 {n} 条更改记录没有内容。",
    ),
    (
        """SELECT count(*) FROM "change" WHERE table_name NOT IN
        (SELECT name FROM sqlite_master WHERE type = 'table')""",
        "有 {n} 条更改记录指向不存在的表。",
    ),
    (
        """SELECT count(*) FROM change_set WHERE reverts IS NOT NULL
        AND reverts NOT IN (SELECT id FROM change_set)""",
        "有 {n} 次撤销找不到所撤销的操作。",
    ),
    (
        """SELECT count(*) FROM import_run JOIN change_set ON change_set.id = batch_id
        WHERE (import_run.undone_at IS NULL) <> (change_set.undone_at IS NULL)""",
        "有 {n} 次导入是否已撤销的标记与改动记录不符。",
    ),
)


def examine(path: Path) -> Health:
    """Look at a database without changing it, and say all that is wrong at once.

    Raises InputError where there is no such file.
    """
    if not path.is_file():
        raise InputError(f"找不到数据库“{path}”，请检查 --db 的路径。")
    problems: list[str] = []
    try:
        check_location(path)
    except UserError as problem:
        problems.append(str(problem))
    backups = _backups(path, problems)
    facts = _Facts()
    fatal = ""
    history = HistoryHealth(0, "", ())
    try:
        revision = sqlite_file.inspect(path)
        with told(path), closing(sqlite_file.connect(path)) as connection:
            facts.read(connection)
            problems += _wrong_inside(connection, revision)
            if revision == schema.HEAD:
                history = check_history(path, connection, backups)
                problems += history.problems
    except UserError as problem:
        fatal = str(problem)
    return Health(
        path=path,
        sqlite=sqlite3.sqlite_version,
        journal_mode=facts.journal_mode,
        revision=facts.revision,
        rows=facts.rows,
        backups=backups,
        problems=tuple(problems),
        fatal=fatal,
        changes=history.changes,
        history_code=history.code,
    )


class _Facts:
    def __init__(self) -> None:
        self.journal_mode = ""
        self.revision = ""
        self.rows: dict[str, int] = {}

    def read(self, connection: sqlite3.Connection) -> None:
        # Of the modes only WAL is kept in the file; else each connection of ours sets its own.
        kept = str(connection.execute("PRAGMA journal_mode").fetchone()[0]).upper()
        ours = sqlite_file.journal_mode(sqlite3.sqlite_version_info)
        self.journal_mode = kept if kept == "WAL" else ours
        self.rows = sqlite_file.counts_of(connection)
        self.revision = sqlite_file.revision_of(connection) if self.rows else ""


def _wrong_inside(connection: sqlite3.Connection, revision: str) -> list[str]:
    """Return what is wrong in a file whose pages are sound."""
    if not revision:
        return ["数据库是空的，打开窗口或导入一次就会建好。"]
    found = []
    if dangling := len(connection.execute("PRAGMA foreign_key_check").fetchall()):
        found.append(f"有 {dangling} 条记录指向不存在的记录。")
    if revision not in schema.REVISIONS:
        return [*found, "数据库由更新版本的程序建立，请先升级本程序。"]
    if revision != schema.HEAD:
        found.append("数据库是较早版本的，下次打开时会先备份再升级。")
        return found
    for query, sentence in _JOURNAL_CHECKS:
        if count := connection.execute(query).fetchone()[0]:
            found.append(sentence.format(n=count))
    return found


def _backups(path: Path, problems: list[str]) -> tuple[Backup, ...]:
    store = BackupStore(path)
    try:
        newest = tuple(store.look(item) for item in store.entries()[:NEWEST])
    except UserError as problem:
        problems.append(str(problem))
        return ()
    if not newest:
        problems.append("还没有备份，打开窗口会自动备份，也可以用 envoy backup 另存一份。")
    problems += [f"备份“{item.path.name}”不能用：{item.problem}" for item in newest if item.problem]
    return newest
