"""How the history speaks: times, kinds of changes, what a record went through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from envoy_app.domain.history import ChangeKind, ChangeSet, FieldChange, RecordAction, RecordChange
from envoy_app.domain.time import day_label

NOTHING = "（空）"
_NAMES: Mapping[str, str] = {
    ChangeKind.EDIT: "修改",
    ChangeKind.IMPORT: "导入",
    ChangeKind.TERM: "词语",
    ChangeKind.SAMPLE: "示例数据",
    ChangeKind.PLAN: "排班",
    ChangeKind.PUBLISH: "发布",
    ChangeKind.TEAMS: "组团",
    ChangeKind.UNDO: "撤销",
    ChangeKind.REDO: "恢复",
    ChangeKind.RESTORE: "恢复备份",
}
KIND_GROUPS: tuple[tuple[ChangeKind, ...], ...] = (
    (ChangeKind.IMPORT,),
    (ChangeKind.EDIT,),
    (ChangeKind.TEAMS,),
    (ChangeKind.PLAN,),
    (ChangeKind.PUBLISH,),
    (ChangeKind.TERM,),
    (ChangeKind.SAMPLE,),
    (ChangeKind.UNDO, ChangeKind.REDO),
    (ChangeKind.RESTORE,),
)
"""What the filter of kinds offers."""


def tr(text: str) -> str:
    """Return the text in the window's language."""
    return QCoreApplication.translate("History", text)


def moment(at: datetime, today: datetime | None = None) -> str:
    """Return a time as 12-03 周四 14:20, with the year where it is another."""
    here = at.astimezone()
    now = today or datetime.now().astimezone()
    year = "" if here.year == now.year else f"{here.year}-"
    return f"{year}{day_label(here.date())} {here:%H:%M}"


def kind_name(kind: str) -> str:
    """Return what a kind of change is called."""
    return tr(_NAMES.get(kind, kind))


def kinds_name(kinds: tuple[ChangeKind, ...]) -> str:
    """Return what a group of kinds is called: 撤销/恢复."""
    return "/".join(kind_name(kind) for kind in kinds)


def state_text(change: ChangeSet) -> str:
    """Return 已撤销 where a change was taken back."""
    return tr("已撤销") if change.undone else ""


def why_not(change: ChangeSet) -> str:
    """Return why a change cannot be taken back or done again from the history, "" where it can."""
    if change.kind in (ChangeKind.UNDO, ChangeKind.REDO):
        return tr("这一步本身就是撤销或恢复；要改回来，请选被它撤销或恢复的那一步")
    if change.kind == ChangeKind.RESTORE:
        return tr("恢复备份不能这样撤销；恢复之前的数据另有备份，可以在“设置”里恢复")
    return ""


def record_name(record: RecordChange) -> str:
    """Return what a record is called: 特派员“张三”, the kind alone where it has no name."""
    return f"{record.noun}“{record.title}”" if record.title else record.noun


def one_line(value: str) -> str:
    """Return a value without line breaks, （空） where there is none."""
    return " ".join(value.split()) or tr(NOTHING)


def field_text(field: FieldChange) -> str:
    """Return a field's change in a line: 职称：农艺师 → 高级农艺师."""
    before, after = one_line(field.before), one_line(field.after)
    return f"{field.field}：{before} → {after}"


def event_lines(record: RecordChange, most: int) -> tuple[str, ...]:
    """Return what happened to a record, in at most `most` lines and one that counts the rest."""
    if record.action is not RecordAction.CHANGED:
        return (tr(record.action.value),)
    lines = [field_text(field) for field in record.fields[:most]]
    if len(record.fields) > most:
        lines.append(tr("另有 {n} 项").format(n=len(record.fields) - most))
    return tuple(lines) or (tr(record.action.value),)
