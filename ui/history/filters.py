"""What narrows the history: a text, kinds, a person, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from PySide6.QtCore import QDate, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from envoy_app.domain.history import HistoryEntry, HistoryFilter
from envoy_app.domain.time import today
from ui import theme
from ui.filters import FilterCombo
from ui.history_words import KIND_GROUPS, kinds_name, tr
from ui.parts import SearchBox, label

DELAY_MS = 200
WEEK, MONTH = timedelta(days=6), timedelta(days=29)


class Period(StrEnum):
    """The spans that the filter of days offers; both ends are included."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    OWN = "own"


def _periods() -> tuple[tuple[str, str], ...]:
    return (
        (Period.TODAY, tr("今天")),
        (Period.WEEK, tr("最近 7 天")),
        (Period.MONTH, tr("最近 30 天")),
        (Period.YEAR, tr("今年")),
        (Period.OWN, tr("自选日期")),
    )


class HistoryFilters(QObject):
    """The controls of the tool row; `changed` follows once the user pauses."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.changed)
        self.search = SearchBox(tr("内容、原因、姓名、地点"), tr("搜索历史"))
        self.search.setMinimumWidth(theme.px(24))
        self.search.setMaximumWidth(theme.px(76))
        self.search.textChanged.connect(lambda text: self._timer.start())
        kinds = [(str(n), kinds_name(group)) for n, group in enumerate(KIND_GROUPS)]
        self.kind = FilterCombo(tr("按类型"), tr("全部类型"), kinds, parent)
        self.who = FilterCombo(tr("按操作人"), tr("全部人员"), (), parent)
        self.period = FilterCombo(tr("按时间"), tr("全部时间"), _periods(), parent)
        self.start, self.end = _day_edit(tr("从哪天起")), _day_edit(tr("到哪天为止"))
        for combo in (self.kind, self.who):
            combo.value_changed.connect(lambda value: self.changed.emit())
        self.period.value_changed.connect(self._take_period)
        for edit in (self.start, self.end):
            edit.dateChanged.connect(lambda day: self._timer.start())
        self.days = self._build_days()

    def _build_days(self) -> QWidget:
        """Return the first and the last day, seen only where the user chooses them himself."""
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        for part in (label(tr("从")), self.start, label(tr("到")), self.end):
            row.addWidget(part)
        row.addStretch(1)
        made.hide()
        return made

    @property
    def combos(self) -> tuple[FilterCombo, ...]:
        """What stands beside the search box, in order."""
        return self.kind, self.who, self.period

    @property
    def value(self) -> HistoryFilter:
        """What is wanted."""
        group = KIND_GROUPS[int(self.kind.value)] if self.kind.value else ()
        first, last = self._span()
        return HistoryFilter(
            text=self.search.text().strip(),
            kinds=frozenset(kind.value for kind in group),
            who=self.who.value,
            start=first,
            end=last,
        )

    def set_people(self, people: Sequence[str]) -> None:
        """Offer these people; the one chosen stays."""
        known = [self.who.itemData(place) for place in range(1, self.who.count())]
        chosen = self.who.value
        wanted = list(people) if not chosen or chosen in people else [*people, chosen]
        if wanted == known:
            return
        blocker = QSignalBlocker(self.who)
        while self.who.count() > 1:
            self.who.removeItem(1)
        for name in wanted:
            self.who.addItem(name, name)
        self.who.choose(chosen)
        blocker.unblock()

    def clear(self, text: str = "") -> None:
        """Let all pass, or all with a text; tells once."""
        self.search.setText(text)
        for combo in self.combos:
            blocker = QSignalBlocker(combo)
            combo.choose("")
            blocker.unblock()
        self._show_days()
        self._timer.stop()
        self.changed.emit()

    def whereabouts(self) -> dict[str, str]:
        """Return what is set, to be set again after a crash."""
        days = (edit.date().toString(Qt.DateFormat.ISODate) for edit in (self.start, self.end))
        names = ("search", "kind", "who", "period", "start", "end")
        combos = (combo.value for combo in self.combos)
        return dict(zip(names, (self.search.text(), *combos, *days), strict=True))

    def go_back(self, state: Mapping[str, object]) -> None:
        """Set what `whereabouts` returned once; tells once."""
        for name, edit in (("start", self.start), ("end", self.end)):
            day = QDate.fromString(str(state.get(name, "")), Qt.DateFormat.ISODate)
            if day.isValid():
                edit.setDate(day)
        self.clear(str(state.get("search", "")))
        who = str(state.get("who", ""))
        if who:
            self.set_people([who])
        for name, combo in (("kind", self.kind), ("who", self.who), ("period", self.period)):
            combo.choose(str(state.get(name, "")))

    def _take_period(self) -> None:
        self._show_days()
        self.changed.emit()

    def _show_days(self) -> None:
        self.days.setVisible(self.period.value == Period.OWN)

    def _span(self) -> tuple[date | None, date | None]:
        now = today()
        if self.period.value == Period.OWN:
            first, last = (_python(edit.date()) for edit in (self.start, self.end))
            return min(first, last), max(first, last)
        starts = {
            Period.TODAY: now,
            Period.WEEK: now - WEEK,
            Period.MONTH: now - MONTH,
            Period.YEAR: date(now.year, 1, 1),
        }
        return (starts[Period(self.period.value)], None) if self.period.value else (None, None)


def _day_edit(name: str) -> QDateEdit:
    now = today()
    made = QDateEdit(QDate(now.year, now.month, now.day))
    made.setDisplayFormat("yyyy-MM-dd")
    made.setCalendarPopup(True)
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def passes(entry: HistoryEntry, wanted: HistoryFilter) -> bool:
    """Whether an entry passes a filter; for the changes of one record, which come all at once."""
    change = entry.change
    day = change.at.astimezone().date()
    texts = (change.description, change.reason, *entry.titles)
    return (
        (not wanted.kinds or change.kind in wanted.kinds)
        and (not wanted.who or change.who == wanted.who)
        and (wanted.start is None or day >= wanted.start)
        and (wanted.end is None or day <= wanted.end)
        and (not wanted.text or any(wanted.text.lower() in text.lower() for text in texts))
    )
