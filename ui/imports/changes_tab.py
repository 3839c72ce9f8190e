"""变更预览: what would be written, field by field; and who is no longer on the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from envoy_app.domain.import_choices import Gone, ImportBatch, RowChoice
from envoy_app.domain.imports import FieldChange, ImportRow, RowKey, RowStatus
from ui import theme
from ui.checked_table import CheckedTable
from ui.icons import IconName
from ui.imports.fields import field_name, tr
from ui.parts import EmptyState, allow, button, label
from ui.tables import Column


@dataclass(frozen=True)
class ChangeRow:
    """A new record, or one field of a stored one that the file would change."""

    file: int
    row: ImportRow
    change: FieldChange | None
    taken: bool

    @property
    def who(self) -> str:
        """Whom or what it is about."""
        values = self.row.values
        return str(values.get("name") or values.get("content") or values.get("site") or "")

    @property
    def field(self) -> str:
        """The field's name, 新增 for a whole record."""
        return field_name(self.change.field) if self.change else tr("新增")

    @property
    def text(self) -> str:
        """Old and new value, or where the new one belongs."""
        if self.change is None:
            values = self.row.values
            return str(values.get("organisation") or values.get("town") or "")
        old, new = self.change.old or tr("空"), self.change.new or tr("空")
        return f"{old} → {new}"

    @property
    def newer(self) -> str:
        """Which of the two values is newer, in words; "" where nothing tells."""
        words = {"file": tr("文件"), "stored": tr("已有")}
        return words.get(self.change.newer, "") if self.change else ""

    @property
    def tip(self) -> str:
        """All that is known of it."""
        lines = [f"{self.who}  {self.field}", self.text]
        if self.newer:
            lines.append(tr("较新的是：{which}").format(which=self.newer))
        if self.change is not None and self.change.kept:
            lines.append(tr("已有的值是在本软件中手工改的，保留不动；勾选后改用文件中的值。"))
        if self.row.match_reason:
            lines.append(tr("认作同一人：{reason}").format(reason=self.row.match_reason))
        return "\n".join(lines)


def change_rows(batch: ImportBatch) -> Iterator[ChangeRow]:
    """Yield what a batch would write, changed fields before new records."""
    new: list[ChangeRow] = []
    for number, file in enumerate(batch.files):
        for row in file.report.rows:
            if row.skipped:
                continue
            taken = file.rows.get(row.key, RowChoice()).take
            if row.status is RowStatus.NEW:
                new.append(ChangeRow(number, row, None, taken=False))
            elif row.status is not RowStatus.ERROR:
                for change in row.changes:
                    yield ChangeRow(number, row, change, change.field in taken)
    yield from new


def with_taken(
    batch: ImportBatch, items: Iterable[ChangeRow], taken: bool
) -> dict[int, dict[RowKey, RowChoice]]:
    """Return by file the choices of rows with fields taken from it, or left as they are stored."""
    found: dict[int, dict[RowKey, RowChoice]] = {}
    for item in items:
        if item.change is None:
            continue
        choices = found.setdefault(item.file, {})
        before = choices.get(
            item.row.key, batch.files[item.file].rows.get(item.row.key, RowChoice())
        )
        field = {item.change.field}
        take = before.take | field if taken else before.take - field
        choices[item.row.key] = replace(before, take=frozenset(take))
    return found


def _tick(item: ChangeRow) -> bool | None:
    change = item.change
    return item.taken if change is not None and (change.kept or item.taken) else None


def _color(item: ChangeRow) -> str | None:
    if item.change is None:
        return "accent"
    return "muted" if item.change.kept and not item.taken else "changed"


def _columns() -> list[Column[ChangeRow]]:
    px = theme.px
    return [
        Column("who", tr("姓名或内容"), lambda item: item.who, width=px(20), tooltip=_tip),
        Column(
            "field", tr("字段"), lambda item: item.field, width=px(17), color=_color, tooltip=_tip
        ),
        Column(
            "text",
            tr("原来 → 导入后"),
            lambda item: item.text,
            width=px(36),
            flex=1,
            color=_color,
            tooltip=_tip,
        ),
        Column("newer", tr("较新"), lambda item: item.newer, width=px(12), tooltip=_tip),
    ]


def _tip(item: ChangeRow) -> str:
    return item.tip


class ChangesTab(QWidget):
    """`take_requested` carries choices by file and row, `cell_requested` a ChangeRow."""

    take_requested = Signal(object)
    cell_requested = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batch = ImportBatch()
        self.summary = label(look="muted", wrap=True)
        self.table: CheckedTable[ChangeRow] = CheckedTable(_columns(), self.tr("变更预览"), _tick)
        self.table.tick_requested.connect(self._take)
        self.table.row_chosen.connect(lambda item: self.cell_requested.emit(item, False))
        self.table.row_activated.connect(lambda item: self.cell_requested.emit(item, True))
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(
            EmptyState(
                IconName.DONE, self.tr("没有要写入的变更"), self.tr("文件内容与已有的记录一致")
            )
        )
        self._stack.addWidget(
            EmptyState(
                IconName.HELP,
                self.tr("还没有可以导入的行"),
                self.tr("先在左边选一张表，答复表格上方的问题"),
            )
        )

    def show_batch(self, batch: ImportBatch) -> None:
        """Show what a batch would write."""
        self._batch = batch
        rows = tuple(change_rows(batch))
        kept = sum(1 for item in rows if _tick(item) is not None)
        text = self.tr("蓝色是要改的内容，绿色是新增的记录。")
        if kept:
            text = self.tr(
                "{n} 处在本软件中手工改过，不会被文件覆盖；要用文件中的值就勾选（空格键）。"
            ).format(n=kept)
        self.summary.setText(text)
        self.table.blockSignals(True)
        self.table.set_rows(rows)
        self.table.blockSignals(False)
        dated = any(item.newer for item in rows)
        self.table.setColumnHidden(self.table.rows_model.column_index("newer"), not dated)
        read = any(file.report.rows for file in batch.files)
        self._stack.setCurrentIndex(0 if rows else 1 if read else 2)

    def _take(self, items: Sequence[ChangeRow], taken: bool) -> None:
        self.take_requested.emit(with_taken(self._batch, items, taken))


def _gone_columns() -> list[Column[Gone]]:
    px = theme.px
    return [
        Column("name", tr("退出"), lambda item: item.name, width=px(22)),
        Column("organisation", tr("派出单位"), lambda item: item.organisation, width=px(26)),
        Column("reason", tr("说明"), lambda item: item.reason, width=px(26), flex=1),
    ]


class GoneTab(QWidget):
    """名单上没有了: `retire_requested` carries the ids of all who are to be retired."""

    retire_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batch = ImportBatch()
        self.table: CheckedTable[Gone] = CheckedTable(
            _gone_columns(),
            self.tr("名单上没有了的人"),
            lambda item: item.envoy_id in self._batch.retired,
        )
        self.table.tick_requested.connect(self._tick)
        hint = self.tr("这些人在以前的名单上，这次没有。勾选的人标为退出，不再排班；其余保留。")
        self.all_button = button(self.tr("全部退出"), lambda: self._all(True))
        self.none_button = button(self.tr("全部保留"), lambda: self._all(False))
        foot = QHBoxLayout()
        foot.addWidget(self.all_button)
        foot.addWidget(self.none_button)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        layout.addWidget(label(hint, look="muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    def show_batch(self, batch: ImportBatch) -> None:
        """Show who is gone."""
        self._batch = batch
        self.table.set_rows(batch.gone)
        retired = len(batch.retired)
        allow(self.all_button, "" if retired < len(batch.gone) else self.tr("已经全部勾选为退出"))
        allow(self.none_button, "" if retired else self.tr("已经全部保留"))

    def _tick(self, items: Sequence[Gone], state: bool) -> None:
        ids = {item.envoy_id for item in items}
        self.retire_requested.emit(
            self._batch.retired | ids if state else self._batch.retired - ids
        )

    def _all(self, state: bool) -> None:
        ids = frozenset(item.envoy_id for item in self._batch.gone)
        self.retire_requested.emit(ids if state else frozenset())
