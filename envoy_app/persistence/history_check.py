"""Whether the history, the published plans and the backups still fit together.

The history proves by itself that nothing in its middle was altered. That its end was cut off shows
in the backups only: the last change of each must still be on record, unless an earlier state was
restored since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from envoy_app.domain.backups import Backup
from envoy_app.domain.history import ChangeKind, history_code
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.chain import Break, BreakKind, Examined, examine
from envoy_app.persistence.plan_seal import broken_seals
from envoy_app.persistence.readable import Unreadable, readable
from envoy_app.persistence.records import KINDS

_NAMED = 3
_TOLD = 20
_INNER_QUOTES = str.maketrans("“”", "‘’")
_ADVICE = "请保留这个文件，恢复改动之前的备份，或请维护人员核对。"


@dataclass(frozen=True, slots=True)
class HistoryHealth:
    """How many changes are on record, the code of the last, and what is wrong, in sentences."""

    changes: int
    code: str
    problems: tuple[str, ...]


def check_history(
    path: Path, connection: sqlite3.Connection, backups: Iterable[Backup]
) -> HistoryHealth:
    """Look at the history of a sound database of the current schema; nothing is changed."""
    found = examine(connection)
    problems = [
        *_sentences(connection, found.breaks),
        *_seals(path),
        *_anchors(connection, found, backups),
    ]
    return HistoryHealth(found.count, history_code(found.last), tuple(problems))


def _sentences(connection: sqlite3.Connection, breaks: Sequence[Break]) -> Iterator[str]:
    gone = [item.number for item in breaks if item.kind is BreakKind.GONE]
    if gone:
        yield f"历史中的第 {_ranges(gone)} 号改动被删除了，{_ADVICE}"
    others = [item for item in breaks if item.kind is not BreakKind.GONE]
    for item in others[:_TOLD]:
        yield f"历史中的{_told(item)}{_WRONG[item.kind](connection, item)}，{_ADVICE}"
    if len(others) > _TOLD:
        numbers = _ranges([item.number for item in others[_TOLD:]])
        yield f"历史中的第 {numbers} 号改动也不是程序写下的样子，{_ADVICE}"


def _told(item: Break) -> str:
    description = item.description.translate(_INNER_QUOTES)
    return f"第 {item.number} 号改动“{description}”（{_local(item.at)}，{item.who}）"


def _records(connection: sqlite3.Connection, item: Break) -> str:
    names = [_name(connection, table, key) for table, key in item.records[:_NAMED]]
    more = f"等 {len(item.records)} 条" if len(item.records) > _NAMED else ""
    return f"被人改过，改动的是{'、'.join(names)}{more}的记录"


_WRONG: dict[BreakKind, Callable[[sqlite3.Connection, Break], str]] = {
    BreakKind.RECORDS: _records,
    BreakKind.HEAD: lambda _, __: (
        "被人改过或是后加的（说明、时间、姓名、次序或记录的条数不符，也可能改的是它的前一号）"
    ),
    BreakKind.SLIPPED_IN: lambda _, __: "是后来插进去的",
    BreakKind.UNDONE: lambda _, __: "是否已撤销的标记被人改过",
}


def _name(connection: sqlite3.Connection, table: str, key: str) -> str:
    """Return a record's name; for a plain connection."""
    kind = KINDS.get(table)
    if kind is None:
        return "不明"
    if not kind.names:
        return kind.noun
    columns = ", ".join(f'"{name}"' for name in kind.names)
    query = f'SELECT {columns} FROM "{table}" WHERE id = ?'  # names of our own tables
    row = connection.execute(query, (key,)).fetchone()
    return kind.title(dict(zip(kind.names, row, strict=True)) if row else None)


def _local(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return "时间不明"


def _ranges(numbers: Iterable[int]) -> str:
    """Return ascending numbers as people write them: 3、7—12."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "、".join(str(a) if a == b else f"{a}—{b}" for a, b in spans)


def _seals(path: Path) -> Iterator[str]:
    engine = sqlite_file.reading_engine_for(path)
    try:
        with Session(engine) as session:
            broken = readable()(broken_seals)(session)
    except Unreadable:
        yield f"排班方案的记录读不出来，{_ADVICE}"
        return
    finally:
        engine.dispose()
    for title in broken:
        yield f"已发布的“{title}”与发布时的内容不同，被人改过，{_ADVICE}"


def _anchors(
    connection: sqlite3.Connection, found: Examined, backups: Iterable[Backup]
) -> Iterator[str]:
    """Yield what backups have and the database lost."""
    restored = _last_restore(connection)
    for backup in backups:
        if not (backup.usable and backup.contents and backup.contents.revision == schema.HEAD):
            continue
        if restored is not None and backup.made_at <= restored:
            continue  # what was made since it may have been left behind by the restore
        number, chain = last_of(backup.path)
        if not chain or _is_on_record(connection, chain):
            continue
        lost = f"有 {number} 次改动，数据库里只有 {found.count} 次" if number > found.count else ""
        yield (
            f"备份“{backup.path.name}”{lost or '里的最后一次改动，数据库的历史里没有'}，"
            "历史的末尾可能被人删掉了；若不是有人换过数据库文件，请恢复这个备份。"
        )
        return  # older ones would say the same


def _is_on_record(connection: sqlite3.Connection, chain: str) -> bool:
    query = "SELECT 1 FROM change_set WHERE chain = ? LIMIT 1"
    return connection.execute(query, (chain,)).fetchone() is not None


def _last_restore(connection: sqlite3.Connection) -> datetime | None:
    query = "SELECT max(created_at) FROM change_set WHERE kind = ?"
    (moment,) = connection.execute(query, (ChangeKind.RESTORE.value,)).fetchone()
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    except (TypeError, ValueError):
        return None


def last_of(path: Path) -> tuple[int, str]:
    """Return number and chain of the last change in a finished copy, (0, "") where none is."""
    query = "SELECT number, chain FROM change_set ORDER BY number DESC LIMIT 1"
    with closing(sqlite_file.connect_still(path)) as connection:
        try:
            row = connection.execute(query).fetchone()
        except sqlite3.DatabaseError:  # an older schema
            row = None
    return (int(row[0]), str(row[1])) if row else (0, "")
