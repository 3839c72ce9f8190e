"""What one change did, as a tree: a line for each record, below it a line for each field."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from envoy_app.domain.history import ChangeDetails, FieldChange, RecordAction, RecordChange
from ui import theme
from ui.history_words import NOTHING, one_line, record_name, tr
from ui.tables import Index

FIELD, BEFORE, AFTER = range(3)
_NO_PARENT = QModelIndex()
_TOP = 0  # internal id of a record's line; a field's line carries its record's number from 1
_COLOURS = {
    RecordAction.ADDED: "accent",
    RecordAction.CHANGED: "text",
    RecordAction.REMOVED: "danger",
}


def _titles() -> tuple[str, ...]:
    return tr("项目"), tr("原来"), tr("现在")


class DetailsModel(QAbstractItemModel):
    """Read-only; `show` replaces all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.records: tuple[RecordChange, ...] = ()

    def show(self, details: ChangeDetails | None) -> None:
        """Show another change, or none."""
        self.beginResetModel()
        self.records = details.records if details is not None else ()
        self.endResetModel()

    def record_of(self, index: Index) -> RecordChange | None:
        """Return the record that a line belongs to."""
        if not index.isValid():
            return None
        owner = index.internalId()
        return self.records[index.row() if owner == _TOP else owner - 1]

    def field_of(self, index: Index) -> FieldChange | None:
        """Return the field of a line, None for a record's line."""
        record = self.record_of(index)
        if record is None or index.internalId() == _TOP:
            return None
        return record.fields[index.row()]

    @override
    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    @override
    def parent(self, child: Index = _NO_PARENT) -> QModelIndex:  # type: ignore[override]  # Qt has two
        owner = child.internalId() if child.isValid() else _TOP
        return QModelIndex() if owner == _TOP else self.createIndex(owner - 1, 0, _TOP)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        if not parent.isValid():
            return len(self.records)
        top = parent.internalId() == _TOP and parent.column() == 0
        return len(self.records[parent.row()].fields) if top else 0

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return len(_titles())

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record = self.record_of(index)
        if record is None:
            return None
        field = self.field_of(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(record, field, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(record, field)
        if role == Qt.ItemDataRole.FontRole and field is None:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            if field is None:
                return getattr(theme.tokens(), _COLOURS[record.action])
            holds = BEFORE if record.action is RecordAction.REMOVED else AFTER
            return theme.tokens().text if index.column() == holds else theme.tokens().muted
        return None

    def _text(self, record: RecordChange, field: FieldChange | None, column: int) -> str:
        if field is None:
            return heading(record) if column == FIELD else ""
        if column == FIELD:
            return field.field
        other = {RecordAction.ADDED: BEFORE, RecordAction.REMOVED: AFTER}.get(record.action)
        if column == other:
            return ""  # there was nothing, or nothing is left: no need to say so line by line
        return one_line(field.before if column == BEFORE else field.after)

    def _tip(self, record: RecordChange, field: FieldChange | None) -> str:
        if field is None:
            return heading(record)
        before, after = field.before or tr(NOTHING), field.after or tr(NOTHING)
        return tr("{field}\n原来：{before}\n现在：{after}").format(
            field=field.field, before=before, after=after
        )

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _titles()[section] if 0 <= section < len(_titles()) else None
        return None


def heading(record: RecordChange) -> str:
    """Return a record's line: 修改 特派员“张三”."""
    return f"{tr(record.action.value)}  {record_name(record)}"
