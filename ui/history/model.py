"""The rows of the history: loaded by pages as one scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Signal
from typing_extensions import override

from envoy_app.domain.history import HistoryEntry
from ui import theme
from ui.history_words import kind_name, moment, state_text, tr
from ui.tables import RIGHT, Column, Index, RowsModel

PAGE_ROWS = 200
_NO_PARENT = QModelIndex()
TITLES = 5


def _titles(entry: HistoryEntry) -> str:
    text = "、".join(entry.titles[:TITLES])
    if text and entry.records > len(entry.titles[:TITLES]):
        text = tr("{names} 等 {n} 条").format(names=text, n=entry.records)
    return text


def _what(entry: HistoryEntry) -> str:
    return "\n".join(part for part in (entry.change.description, _titles(entry)) if part)


def history_columns() -> list[Column[HistoryEntry]]:
    """Return the columns: time, who, what, why, how many records, whether taken back."""
    px = theme.px

    def colour(entry: HistoryEntry) -> str | None:
        return "muted" if entry.change.undone else None

    return [
        Column(
            "time",
            tr("时间"),
            lambda entry: moment(entry.change.at),
            width=px(32),
            tooltip=lambda entry: f"{entry.change.at.astimezone():%Y-%m-%d %H:%M:%S}",
            color=colour,
        ),
        Column("who", tr("操作人"), lambda entry: entry.change.who, width=px(16), color=colour),
        Column(
            "what",
            tr("内容"),
            lambda entry: entry.change.description,
            width=px(70),
            tooltip=_what,
            color=colour,
            flex=3,
        ),
        Column(
            "kind",
            tr("类型"),
            lambda entry: kind_name(entry.change.kind),
            width=px(18),
            color=colour,
            hidden=True,
        ),
        Column(
            "why",
            tr("原因"),
            lambda entry: entry.change.reason,
            width=px(26),
            color=colour,
            flex=1,
        ),
        Column(
            "records",
            tr("记录数"),
            lambda entry: str(entry.records),
            align=RIGHT,
            width=px(14),
            color=colour,
        ),
        Column(
            "state",
            tr("状态"),
            lambda entry: state_text(entry.change),
            width=px(15),
            color=colour,
        ),
    ]


class HistoryModel(RowsModel[HistoryEntry]):
    """Knows how many entries there are; `more_wanted` asks for those after the ones it has."""

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(history_columns(), parent=parent)
        self.total = 0
        self._asked = False

    def start(self, entries: Sequence[HistoryEntry], total: int) -> None:
        """Show the first entries of `total`."""
        self.total, self._asked = total, False
        self.set_rows(entries)

    def append(self, entries: Sequence[HistoryEntry], total: int) -> None:
        """Show more entries; those that moved down meanwhile are not shown twice."""
        self._asked = False
        known = {entry.change.id for entry in self._rows}
        fresh = tuple(entry for entry in entries if entry.change.id not in known)
        first = len(self._rows)
        # Without news there is no more to ask for, whatever was counted.
        self.total = total if fresh else first
        if fresh:
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._rows = (*self._rows, *fresh)
            self.endInsertRows()

    def hold(self) -> None:
        """Ask for no more: the rows are about to be read anew."""
        self._asked = True

    def give_up(self) -> None:
        """Ask again when next scrolled: the last question was not answered."""
        self._asked = False

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._asked and len(self._rows) < self.total

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._asked = True
            self.more_wanted.emit()
