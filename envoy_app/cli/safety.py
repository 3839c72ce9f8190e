"""`envoy backup`, `envoy restore` and `envoy doctor`."""

from __future__ import annotations

import argparse
from pathlib import Path

from envoy_app.cli.terminal import BAD_INPUT, DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.domain.backups import Backup, Health
from envoy_app.domain.errors import InputError
from envoy_app.services.backups import examine_database, export_backup, restore_database
from envoy_app.services.workspace import default_database

_ON_PAPER = "抄在纸上，以后在历史里还查得到它，到它为止的改动就没有被人改过"

# What people know of what the tables hold; --json has all of them.
_ROWS = {
    "envoy": "特派员",
    "demand": "服务需求",
    "plan_version": "方案版本",
    "plan_visit": "下乡服务",
    "plan_seat": "派员",
    "coverage_standard": "覆盖标准",
    "import_run": "导入",
}


def backup(arguments: argparse.Namespace) -> int:
    """Write a verified backup."""
    path = arguments.db or default_database()
    if not path.exists():
        raise InputError(f"找不到数据库“{path}”，请检查 --db 的路径。")
    made = export_backup(path, arguments.output)
    say(f"已备份到“{made.path}”，已核对：{_contents(made)}。")
    return DONE


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the database."""
    path = arguments.db or default_database()
    done = restore_database(arguments.file, path)
    if done.set_aside:
        say(f"原来的数据库已损坏，改名保存为“{done.kept}”。")
    elif done.kept is not None:
        say(f"恢复之前的数据已备份到“{done.kept}”。")
    say(f"已恢复“{path}”：{_contents(done.now)}。")
    return DONE


def doctor(arguments: argparse.Namespace) -> int:
    """Say whether a database is well: 0 it is, 1 something needs attention, 3 it is unusable."""
    path: Path = arguments.db or default_database()
    health = examine_database(path)
    code = BAD_INPUT if health.fatal else NEEDS_ATTENTION if health.problems else DONE
    if arguments.json:
        print_json(_json(health, code))
    _tell(health)
    return code


def _contents(backup: Backup) -> str:
    found = backup.contents
    if found is None:
        return backup.problem or "没有内容"
    newest = found.newest_change
    changed = f"，最后更改于 {newest.astimezone():%Y-%m-%d %H:%M}" if newest else ""
    return f"{found.text}{changed}"


def _tell(health: Health) -> None:
    say(f"数据库“{health.path}”，SQLite {health.sqlite}")
    if health.revision:
        say(f"版本 {health.revision}，日志方式 {health.journal_mode}")
        say("，".join(f"{name} {health.rows.get(table, 0)}" for table, name in _ROWS.items()))
    if health.history_code:
        say(f"改动记录 {health.changes} 次，历史校验码 {health.history_code}（{_ON_PAPER}）")
    for item in health.backups:
        state = _contents(item) if item.usable else "不能用"
        say(f"备份 {item.made_text} {item.reason.value if item.reason else ''}：{state}")
    if health.fatal:
        say(health.fatal)
    for problem in health.problems:
        say(f"需要注意：{problem}")
    if not (health.fatal or health.problems):
        say("一切完好。")


def _json(health: Health, code: int) -> dict[str, object]:
    return {
        "database": str(health.path),
        "state": {DONE: "ok", NEEDS_ATTENTION: "attention"}.get(code, "unusable"),
        "sqlite": health.sqlite,
        "journal_mode": health.journal_mode,
        "revision": health.revision,
        "rows": health.rows,
        "changes": health.changes,
        "history_code": health.history_code,
        "fatal": health.fatal,
        "problems": list(health.problems),
        "backups": [
            {
                "file": str(item.path),
                "made": item.made_at.isoformat(),
                "reason": item.reason.value if item.reason else "",
                "size": item.size,
                "problem": item.problem,
            }
            for item in health.backups
        ],
    }
