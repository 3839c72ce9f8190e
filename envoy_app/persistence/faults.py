"""Turns what the database reports into sentences for people."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from envoy_app.domain.errors import DamagedDatabase, EnvironmentProblem, ForeignFile

# What SQLite's message contains -> what to say. First match wins.
_SENTENCES = (
    ("disk is full", "磁盘空间不足，没有写入“{path}”，请清理磁盘后重试。"),
    ("disk full", "磁盘空间不足，没有写入“{path}”，请清理磁盘后重试。"),
    ("readonly", "没有权限写入数据库“{path}”，请检查文件是否只读，或换一个文件夹。"),
    ("read-only", "没有权限写入数据库“{path}”，请检查文件是否只读，或换一个文件夹。"),
    ("unable to open", "无法打开数据库“{path}”，请检查文件夹是否存在、是否有权限。"),
    ("locked", "数据库“{path}”正被另一个程序占用，请关闭它后重试。"),
    ("busy", "数据库“{path}”正被另一个程序占用，请关闭它后重试。"),
    ("malformed", "数据库“{path}”已损坏，请从备份恢复。"),
    # The revision was checked at the start: what is missing, or not ours, is damage.
    ("could not decode", "数据库“{path}”已损坏，请从备份恢复。"),
    ("no such column", "数据库“{path}”已损坏，请从备份恢复。"),
    ("no such table", "数据库“{path}”已损坏，请从备份恢复。"),
    ("has no column named", "数据库“{path}”已损坏，请从备份恢复。"),
    ("not a database", "“{path}”不是本程序的数据库文件，请另选一个文件。"),
    ("disk i/o", "读写数据库“{path}”时磁盘出错，请检查磁盘后重试。"),
)


_KINDS = {
    "malformed": DamagedDatabase,
    "could not decode": DamagedDatabase,
    "not a database": ForeignFile,
}
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def problem_of(error: BaseException, path: Path) -> EnvironmentProblem | None:
    """Return the sentence for a storage error, or None where the fault is the program's."""
    if isinstance(error, OSError):
        return _file_problem(error, path)
    text = str(error).lower()
    for sign, sentence in _SENTENCES:
        if sign in text:
            return _KINDS.get(sign, EnvironmentProblem)(sentence.format(path=path))
    return None


def _file_problem(error: OSError, path: Path) -> EnvironmentProblem:
    if error.errno in _FULL:
        return EnvironmentProblem(f"磁盘空间不足，没有写入“{path}”，请清理磁盘后重试。")
    if error.errno in _FORBIDDEN:
        return EnvironmentProblem(
            f"没有权限写入“{path}”，请检查文件或文件夹是否只读，或换一个文件夹。"
        )
    detail = error.strerror or type(error).__name__
    return EnvironmentProblem(f"读写“{path}”时出错（{detail}），请检查磁盘后重试。")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise EnvironmentProblem in place of the storage and file errors that a user can mend."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as error:
        problem = problem_of(error, path)
        if problem is None:
            raise
        raise problem from error
