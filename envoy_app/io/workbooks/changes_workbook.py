"""How plan versions differ, and who must be told, as a workbook to work through and to file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import Figure, Notice, PlanDifference
from envoy_app.domain.plans import PlanInfo, PlanView, VisitView
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.io.workbooks.table_sheet import Column, TableLayout, fill_table
from envoy_app.io.workbooks.workbook_file import new_workbook, save_workbook

_CENTRED = True
_BEFORE, _AFTER = "原来", "现在"
CHANGE_COLUMNS = (
    Column("变化", 11, _CENTRED),
    Column("市", 9, _CENTRED),
    Column("县（市、区）", 12),
    Column("服务内容", 24),
    Column("专业领域", 20),
    Column("时间", 17, _CENTRED, group=_BEFORE),
    Column("地点", 20, group=_BEFORE),
    Column("特派员", 16, group=_BEFORE),
    Column("时间", 17, _CENTRED, group=_AFTER),
    Column("地点", 20, group=_AFTER),
    Column("特派员", 16, group=_AFTER),
    Column("原因", 30),
)
_TELL = (
    Column("序号", 6, _CENTRED),
    Column("类别", 11, _CENTRED),
    Column("姓名", 12),
    Column("单位或县", 26),
    Column("电话", 14, _CENTRED, text=True),
    Column("通知内容", 74),
    Column("已通知", 8, _CENTRED),
    Column("通知人签字", 12, _CENTRED),
)
_FIGURES = (
    Column("指标", 30),
    Column(_BEFORE, 22, _CENTRED),
    Column(_AFTER, 22, _CENTRED),
    Column("评价", 12, _CENTRED),
)
_JUDGED = {True: "变好", False: "变差", None: ""}
_SENTENCES = 5  # of one row: two lines each are the tallest row
_SIGNED = "通知到人后在“已通知”栏打√，并签字。"

Row = Sequence[object]


def write_changes_workbook(
    path: Path,
    difference: PlanDifference,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    made: datetime,
) -> None:
    """Write 变化, 需通知人员 and 指标对比 to `path` (.xlsx).

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    before, after = difference.heads
    mark = sample_mark(after)
    subtitle = f"{_head(before)} → {_head(after)}    导出时间 {made:%Y-%m-%d %H:%M}"
    rows = ChangeRows(difference, gazetteer, vocabulary).rows()
    note = "" if difference.same_range else _days_note(difference)
    sheet = book.create_sheet("变化")
    fill_table(sheet, TableLayout(f"排班变化{mark}", subtitle, CHANGE_COLUMNS, note), list(rows))
    _tell_sheet(book.create_sheet("需通知人员"), f"需通知人员{mark}", subtitle, difference.notices)
    sheet = book.create_sheet("指标对比")
    layout = TableLayout(f"指标对比{mark}", subtitle, _FIGURES, note)
    fill_table(sheet, layout, [_figure(item) for item in difference.figures])
    save_workbook(book, path, made)


def write_announcement_workbook(
    path: Path, info: PlanInfo, notices: Iterable[Notice], made: datetime
) -> None:
    """Write whom to tell of a version that nothing was in force before, to `path` (.xlsx).

    Raises OSError where the file cannot be written.
    """
    book = new_workbook(made)
    subtitle = f"{_head(info)}    导出时间 {made:%Y-%m-%d %H:%M}"
    title = f"需通知人员{sample_mark(info)}"
    _tell_sheet(book.create_sheet("需通知人员"), title, subtitle, notices)
    save_workbook(book, path, made)


def sample_mark(info: PlanInfo) -> str:
    """Return what a title adds where nothing in the plan is real."""
    return "（示例数据）" if info.sample else ""


def _head(info: PlanInfo) -> str:
    return f"{info.title}（{info.state.value}）"


def _days_note(difference: PlanDifference) -> str:
    common = difference.common
    if common is None:
        return "两个方案的日期没有重合，服务只比较同一条需求的。"
    first, last = common
    days = f"{first:%m-%d} 至 {last:%m-%d}"
    return f"两个方案的日期不同，服务只比较都有的日期 {days} 和同一条需求的。"


def _tell_sheet(sheet: Worksheet, title: str, subtitle: str, notices: Iterable[Notice]) -> None:
    rows = [row for number, item in enumerate(notices, 1) for row in _tell_rows(number, item)]
    fill_table(sheet, TableLayout(title, subtitle, _TELL, _SIGNED), rows)


def _tell_rows(number: int, item: Notice) -> Iterator[Row]:
    """Yield a person's row, and more where the words would not fit on paper in one."""
    lines = item.text.split("\n")
    for first in range(0, len(lines), _SENTENCES):
        name = f"{item.name}（续）" if first else item.name
        text = "\n".join(lines[first : first + _SENTENCES])
        yield number, item.told_as.value, name, item.organisation, item.phone, text, "", ""


def _figure(item: Figure) -> Row:
    return item.name, item.before, item.after, _JUDGED[item.better]


class ChangeRows:
    """The rows of 变化."""

    def __init__(
        self, difference: PlanDifference, gazetteer: Gazetteer, vocabulary: Vocabulary
    ) -> None:
        """Take the names of counties and specialties."""
        self._difference = difference
        self._counties = gazetteer.by_code
        self._vocabulary = vocabulary

    def rows(self) -> Iterator[Row]:
        """Yield a row for each visit that changed."""
        before, after = self._difference.before, self._difference.after
        for change in self._difference.visits:
            visit = change.shown
            county = self._counties[visit.county]
            yield (
                change.kind.value,
                county.city,
                county.name,
                visit.content,
                self._specialties(visit),
                *self._side(change.before, before),
                *self._side(change.after, after),
                change.reason,
            )

    def _specialties(self, visit: VisitView) -> str:
        codes = dict.fromkeys(role.specialty for role in visit.roles)
        return "、".join(map(self._vocabulary.name, codes))

    def _side(self, visit: VisitView | None, view: PlanView) -> tuple[str, str, str]:
        if visit is None:
            return "", "", ""
        cards = ((envoy, view.envoys.get(envoy)) for envoy in visit.envoys)
        names = "、".join(card.name if card else envoy for envoy, card in cards)
        return _when(visit, view.days), visit.place or "由县里安排", names


def _when(visit: VisitView, days: tuple[date, ...]) -> str:
    times = visit.slot_times(days)
    first, last = times[0], times[-1]
    if visit.slots == 1:
        return f"{day_label(first.date)}{first.half.label}"
    if first.date == last.date:
        return f"{day_label(first.date)}全天"
    return f"{day_label(first.date)}\n至 {day_label(last.date)}"
