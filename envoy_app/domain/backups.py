"""Backups as records, and which of them to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path


class Reason(StrEnum):
    """Why a backup was made; the value stands in its file name."""

    START = "启动"
    CHANGE = "定时"
    MANUAL = "手动"
    IMPORT = "导入前"
    MIGRATION = "升级前"
    RESTORE = "恢复前"

    @property
    def lasting(self) -> bool:
        """Whether it was made on purpose before something big, and stays for some days."""
        return self in (Reason.MANUAL, Reason.IMPORT, Reason.MIGRATION, Reason.RESTORE)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a database: the preview of a backup.

    `envoys` are those still active; `newest_change` is None where nothing is.
    """

    revision: str
    envoys: int
    demands: int
    plans: int
    newest_change: datetime | None

    @property
    def text(self) -> str:
        """The counts in words."""
        return f"{self.envoys} 名特派员、{self.demands} 条需求、{self.plans} 个排班方案"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file. `reason` is None for a file that people named.

    `contents` is None until it was looked into; `problem` says why it cannot be used, "" where
    it was checked and is sound, None where it was not checked yet.
    """

    path: Path
    made_at: datetime
    size: int
    reason: Reason | None = None
    digest: str = ""
    contents: Contents | None = None
    problem: str | None = None

    @property
    def usable(self) -> bool:
        """Whether it was checked and is sound."""
        return self.problem == ""

    @property
    def made_text(self) -> str:
        """When it was made, in the time of this computer."""
        return f"{self.made_at.astimezone():%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Health:
    """What `envoy doctor` finds. `fatal` says why the database cannot be used, "" where it can.

    `changes` are on record in the history, `history_code` stands for all of them ("" for none).
    """

    path: Path
    sqlite: str
    journal_mode: str
    revision: str
    rows: dict[str, int]
    backups: tuple[Backup, ...]
    problems: tuple[str, ...]
    fatal: str = ""
    changes: int = 0
    history_code: str = ""


HOURLY = timedelta(days=1)
DAILY = timedelta(days=31)
WEEKLY = timedelta(days=92)
LASTING = timedelta(days=7)
LASTING_COUNT = 20


def superseded(made: Sequence[tuple[datetime, bool]], now: datetime) -> dict[int, int]:
    """Return which backups may go: the index of each with the index of what stands for it.

    Kept are the newest of each hour for a day, of each day for 31 days, of each week for 92 days,
    of each month for ever; backups marked True (made before an import, a migration, a restore, or
    by hand) for seven days, the newest twenty of them. One from the future stays.

    Args:
        made: when each was made, and its mark; in any order, all in one zone.
        now: the moment to judge from, in the same zone.
    """
    marked = sorted((moment for moment, lasting in made if lasting), reverse=True)
    oldest = marked[:LASTING_COUNT][-1] if marked else now
    gone: dict[int, int] = {}
    for index, (moment, lasting) in enumerate(made):
        if lasting and now - moment < LASTING and moment >= oldest:
            continue
        bucket = _bucket(now - moment)
        same = [i for i, (other, _) in enumerate(made) if bucket(other) == bucket(moment)]
        newest = max(same, key=lambda i: (made[i][0], i))
        if newest != index:
            gone[index] = newest
    return gone


def _bucket(age: timedelta) -> Callable[[datetime], tuple[int, ...]]:
    """Return what puts a moment into its hour, day, week or month, by how old it is."""
    if age < HOURLY:
        return lambda moment: (moment.year, moment.month, moment.day, moment.hour)
    if age < DAILY:
        return lambda moment: (moment.year, moment.month, moment.day)
    if age < WEEKLY:
        return lambda moment: moment.isocalendar()[:2]
    return lambda moment: (moment.year, moment.month)
