"""疑似同一人: a row of the file beside the stored record that it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.import_choices import ImportBatch, RowChoice
from envoy_app.domain.imports import ImportRow, Likeness, RowKey
from ui import theme
from ui.icons import IconName
from ui.imports.fields import field_name, tr
from ui.imports.totals import FileTotals
from ui.parts import allow, button, label, scroll_column
from ui.tables import RIGHT, Column, TableView

_COMPARED = (
    "name",
    "gender",
    "birth",
    "id_number",
    "phones",
    "organisation",
    "post",
    "title",
    "specialties",
    "base_county",
    "team_county",
    "county",
    "town",
    "site",
    "content",
    "window_start",
    "contact",
    "phone",
)
Record = object


@dataclass(frozen=True)
class RivalRow:
    """A row of a file and one stored record that it may be; `choice` is what the user decided."""

    file: int
    row: ImportRow
    rival: Likeness
    choice: RowChoice

    @property
    def who(self) -> str:
        """The name in the file."""
        return str(self.row.values.get("name") or self.row.values.get("content") or "")

    @property
    def decision(self) -> str:
        """What was decided, in one word."""
        if self.choice.target is None:
            return ""
        return tr("合并") if self.choice.target == self.rival.record_id else tr("分开")


@dataclass(frozen=True)
class RowOfFile:
    """A row of a file that is imported together with the one compared: no record yet."""

    file: str
    row: ImportRow

    @property
    def place(self) -> str:
        """Where it stands."""
        return tr("“{file}”第 {n} 行").format(file=self.file, n=self.row.row)


class RivalMemory:
    """Keeps pairs that were decided: the services no longer name them as open."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, RowKey], ImportRow] = {}
        self._files: tuple[str, ...] = ()

    def rows(self, batch: ImportBatch, totals: Sequence[FileTotals]) -> tuple[RivalRow, ...]:
        """Return every row with a stored record that it may be, open or decided."""
        files = tuple(file.name for file in batch.files)
        if files[: len(self._files)] != self._files:
            self._seen.clear()
        self._files = files
        found: list[RivalRow] = []
        for number, (file, item) in enumerate(zip(batch.files, totals, strict=True)):
            self._seen.update({(number, row.key): row for row in item.rivals})
            asked = {row.key for row in item.rivals}
            asked |= {key for key, choice in file.rows.items() if choice.target is not None}
            rows = (row for key in asked if (row := self._seen.get((number, key))))
            for row in sorted(rows, key=lambda row: (row.sheet, row.row, row.part)):
                choice = file.rows.get(row.key, RowChoice())
                found += [RivalRow(number, row, rival, choice) for rival in row.rivals]
        return tuple(found)


def open_rivals(rows: Iterable[RivalRow]) -> int:
    """Return how many rows still wait for a decision."""
    return len({(item.file, item.row.key) for item in rows if item.choice.target is None})


def spoken(value: object, names: Mapping[str, str]) -> str:
    """Return a value with the names of codes."""
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple | frozenset):
        return "、".join(spoken(item, names) for item in value)
    return names.get(str(value), str(value))


def compared(
    row: ImportRow, record: Record | None, names: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return name, value in the file and stored value of every field that either knows."""
    lines: list[tuple[str, str, str]] = []
    for field in _COMPARED:
        here = spoken(row.values.get(field), names)
        there = spoken(_stored(record, field), names)
        told = field == "phone" and any(name == field_name(field) for name, _, _ in lines)
        if (here or there) and not told:
            lines.append((field_name(field), here, there))
    return lines


def _stored(record: Record | None, field: str) -> object:
    if isinstance(record, RowOfFile):
        return record.row.values.get(field)
    if field == "specialties" and hasattr(record, "skills"):
        return tuple(skill.specialty for skill in record.skills)
    return getattr(record, field, None)


def _columns() -> list[Column[RivalRow]]:
    px = theme.px
    return [
        Column("who", tr("文件中"), lambda item: item.who, width=px(20)),
        Column(
            "rival",
            tr("可能就是"),
            lambda item: item.rival.label,
            width=px(30),
            flex=1,
            tooltip=lambda item: f"{item.rival.label}\n{item.rival.reason}",
        ),
        Column(
            "score",
            tr("相似"),
            lambda item: f"{item.rival.score} %",
            sort=lambda item: item.rival.score,
            align=RIGHT,
            width=px(13),
        ),
        Column("decision", tr("决定"), lambda item: item.decision, width=px(12), color=_color),
    ]


def _color(item: RivalRow) -> str | None:
    return "accent" if item.decision else None


class RivalsTab(QWidget):
    """`decided` carries a file, its RowKey and the RowChoice; `cell_requested` a RivalRow.

    `find(record_id)` returns a stored record or the RowOfFile that becomes one, None where it is
    not known (yet).
    """

    decided = Signal(int, object, object)
    cell_requested = Signal(object, bool)

    def __init__(
        self,
        names: Mapping[str, str],
        find: Callable[[str], Record | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._names = names
        self._find = find
        self._shown: QWidget | None = None
        self.table: TableView[RivalRow] = TableView(
            _columns(), self.tr("疑似同一人"), row_height=theme.ROW_DENSE
        )
        self.table.row_chosen.connect(self._compare)
        self.merge_button = button(self.tr("是同一人，合并"), self._merge, icon=IconName.CHECK)
        self.keep_button = button(self.tr("不是，两人都保留"), self._keep, icon=IconName.ENVOYS)
        buttons = QHBoxLayout()
        buttons.addWidget(self.merge_button)
        buttons.addWidget(self.keep_button)
        buttons.addStretch(1)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(theme.px(1))
        hint = self.tr("这些人可能已在名册或别的行里，请逐个决定；没有决定的都保留。")
        self._body.addWidget(label(hint, look="muted", wrap=True))
        self._body.addWidget(self.table, 1)
        self._body.addLayout(buttons)
        self._show_buttons()

    def show_rows(self, rows: Sequence[RivalRow]) -> None:
        """Show pairs; the next open one is chosen, and its cell shown to whoever works here."""
        before = self.table.current_row()
        focus = QApplication.focusWidget()
        self.blockSignals(focus is None or not self.isAncestorOf(focus))
        self.table.set_rows(rows)
        same = before is not None and self.table.choose(
            lambda item: _pair(item) == _pair(before) and item.choice.target is None
        )
        if rows and not same and not self.table.choose(lambda item: item.choice.target is None):
            self.table.choose(lambda item: before is None or _pair(item) == _pair(before))
        self.blockSignals(False)
        self._show_comparison()

    def show_records(self) -> None:
        """Compare again, now that the stored records are known."""
        self._show_comparison()

    def _compare(self, item: RivalRow) -> None:
        self._show_comparison()
        self.cell_requested.emit(item, False)

    def _show_comparison(self) -> None:
        if self._shown is not None:
            self._body.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
            self._shown = None
        item = self.table.current_row()
        self._show_buttons()
        if item is None:
            return
        record = self._find(item.rival.record_id)
        reason, there = item.rival.reason, tr("已有的记录")
        if isinstance(record, RowOfFile):
            reason = tr("{reason}；别的行是{place}").format(reason=reason, place=record.place)
            there = tr("别的行")
        lines = compared(item.row, record, self._names)
        self._shown = scroll_column(_grid(reason, lines, there))
        self._shown.setMinimumHeight(theme.px(40))
        self._body.insertWidget(2, self._shown, 2)

    def _show_buttons(self) -> None:
        why = "" if self.table.current_row() else self.tr("先在上面选一行")
        allow(self.merge_button, why, self.tr("文件中的内容更新到已有的记录"))
        allow(self.keep_button, why, self.tr("文件中的人作为新的一人导入"))

    def _merge(self) -> None:
        if (item := self.table.current_row()) is not None:
            self._decide(item, item.rival.record_id)

    def _keep(self) -> None:
        if (item := self.table.current_row()) is not None:
            self._decide(item, "")

    def _decide(self, item: RivalRow, target: str) -> None:
        self.decided.emit(item.file, item.row.key, replace(item.choice, target=target))


def _pair(item: RivalRow) -> tuple[int, object, str]:
    return item.file, item.row.key, item.rival.record_id


def _grid(reason: str, lines: Sequence[tuple[str, str, str]], other: str) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(theme.px(1), theme.px(1), theme.px(1), theme.px(1))
    grid.setHorizontalSpacing(theme.px(2))
    grid.setVerticalSpacing(theme.px(0.5))
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(3, 1)
    grid.addWidget(label(reason, look="muted", wrap=True), 0, 0, 1, 4)
    for column, text in ((1, tr("文件中")), (3, other)):
        grid.addWidget(label(text, look="strong"), 1, column)
    for place, (name, here, there) in enumerate(lines, start=2):
        differs = bool(here and there) and here != there
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(label(name, look="muted"), place, 0, top)
        grid.addWidget(label(here or "—", look="warning" if differs else "", wrap=True), place, 1)
        grid.addWidget(label("≠" if differs else "", look="warning"), place, 2, top)
        grid.addWidget(label(there or "—", look="warning" if differs else "", wrap=True), place, 3)
    grid.setRowStretch(len(lines) + 2, 1)
    return holder
