"""The panel at the right of the history: what one change did, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.history import (
    ChangeDetails,
    ChangeSet,
    RecordAction,
    RecordChange,
    history_code,
)
from ui import theme
from ui.history.details_model import AFTER, BEFORE, FIELD, DetailsModel, heading
from ui.history.places import Present, place_of
from ui.history_words import field_text, kind_name, moment, state_text, tr, why_not
from ui.icons import IconName
from ui.parts import allow, button, label
from ui.undo import UndoKeeper

LEAST_WIDTH = theme.px(72)
WIDTH = theme.px(90)
OPEN_RECORDS = 40
"""So many records show their fields at once; where there are more, they are folded."""


class DetailsTree(QTreeView):
    """Records with their fields; Ctrl+C copies the lines selected."""

    def __init__(self, model: DetailsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setAccessibleName(tr("改动的记录"))
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIndentation(theme.px(3))
        header = self.header()
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(theme.px(12))
        header.resizeSection(FIELD, theme.px(29))
        for section in (BEFORE, AFTER):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        copy = QAction(tr("复制"), self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_lines)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def unfold(self) -> None:
        """Show the columns that say something; open the records where they are few."""
        actions = {record.action for record in self._model.records}
        self.setColumnHidden(BEFORE, actions == {RecordAction.ADDED})
        self.setColumnHidden(AFTER, actions == {RecordAction.REMOVED})
        count = self._model.rowCount()
        for row in range(count):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
        if count <= OPEN_RECORDS:
            self.expandAll()

    def copy_lines(self) -> None:
        """Copy the lines selected, as they read."""
        # Not `selectedRows`: a record's line has one cell over all columns.
        chosen = self.selectionModel().isSelected
        lines = []
        for row, record in enumerate(self._model.records):
            top = self._model.index(row, FIELD)
            lines += [heading(record)] if chosen(top) else []
            lines += [
                field_text(field)
                for place, field in enumerate(record.fields)
                if chosen(self._model.index(place, FIELD, top))
            ]
        QGuiApplication.clipboard().setText("\n".join(lines))


class ChangePanel(QFrame):
    """Shows one change; `record_requested` carries the record to go to."""

    record_requested = Signal(object)
    record_history_requested = Signal(object)

    def __init__(self, keeper: UndoKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(LEAST_WIDTH)
        self._keeper = keeper
        self._change: ChangeSet | None = None
        self._present = Present()
        self.model = DetailsModel(self)
        self._stack = QStackedLayout(self)
        hint = label(tr("在表中选一次改动，这里显示它改了什么"), look="muted", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(hint)
        self._stack.addWidget(self._build_content())
        self.tree.selectionModel().currentRowChanged.connect(self._show_ways)
        self.tree.activated.connect(lambda index: self._go())
        keeper.steps_changed.connect(self._show_turn)

    def _build_content(self) -> QWidget:
        self.title_label = label(look="heading", wrap=True)
        self.title_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts_label = label(look="muted", wrap=True)
        self.reason_label = label(wrap=True)
        self.count_label = label(look="muted", wrap=True)
        self.tree = DetailsTree(self.model)
        self.turn_button = button("", self._turn)
        self.go_button = button(tr("转到这条记录"), self._go, icon=IconName.NEXT)
        self.record_button = button(tr("它的历史"), self._ask_history, icon=IconName.HISTORY)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(1))
        for part in (self.title_label, self.facts_label, self.reason_label):
            column.addWidget(part)
        turns = QHBoxLayout()
        turns.addWidget(self.turn_button)
        turns.addStretch(1)
        column.addSpacing(theme.px(1))
        column.addLayout(turns)
        column.addSpacing(theme.px(2))
        column.addWidget(self.count_label)
        column.addWidget(self.tree, 1)
        ways = QHBoxLayout()
        ways.setSpacing(theme.px(2))
        for way in (self.go_button, self.record_button):
            ways.addWidget(way)
        ways.addStretch(1)
        column.addSpacing(theme.px(1))
        column.addLayout(ways)
        return content

    # Showing -----------------------------------------------------------------------------

    @property
    def change(self) -> ChangeSet | None:
        """The change shown."""
        return self._change

    @property
    def record(self) -> RecordChange | None:
        """The record under the cursor."""
        return self.model.record_of(self.tree.currentIndex())

    @property
    def present(self) -> Present:
        """What is still there of the records shown."""
        return self._present

    def clear(self) -> None:
        """Show the hint."""
        self._change = None
        self.model.show(None)
        self._stack.setCurrentIndex(0)

    def show_head(self, change: ChangeSet) -> None:
        """Show what is known of a change before its records are read."""
        if self._change is None or change.id != self._change.id:
            self.model.show(None)
            self.count_label.setText(tr("正在读取改动的记录…"))
        self._change = change
        self.title_label.setText(change.description)
        facts = (moment(change.at), change.who, kind_name(change.kind), state_text(change))
        self.facts_label.setText(" · ".join(part for part in facts if part))
        code = tr("历史校验码 {code}").format(code=history_code(change.chain))
        self.facts_label.setToolTip(code if change.chain else "")
        self.reason_label.setText(tr("原因：{reason}").format(reason=change.reason))
        self.reason_label.setVisible(bool(change.reason))
        self._stack.setCurrentIndex(1)
        self._show_turn()
        self._show_ways()

    def show_details(self, details: ChangeDetails, present: Present, record_id: str = "") -> None:
        """Show the records of the change whose head is shown; `present` are those still there.

        The cursor goes to the record with this id, else to the first.
        """
        if self._change is None or details.change.id != self._change.id:
            return
        self.show_head(details.change)
        self._present = present
        self.model.show(details)
        self.tree.unfold()
        shown = len(details.records)
        if details.total > shown:
            text = tr("改动了 {total} 条记录，这里列出前 {shown} 条").format(
                total=details.total, shown=shown
            )
        else:
            text = tr("改动了 {total} 条记录").format(total=details.total)
        self.count_label.setText(text)
        if shown:
            ids = [record.record_id for record in details.records]
            row = ids.index(record_id) if record_id in ids else 0
            flag = QItemSelectionModel.SelectionFlag
            index = self.model.index(row, 0)
            self.tree.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.tree.expand(index)
        self._show_ways()

    def _show_turn(self) -> None:
        change = self._change
        if change is None:
            return
        name = tr("恢复这一步") if change.undone else tr("撤销这一步")
        hint = (
            tr("把撤销了的内容再写回去")
            if change.undone
            else tr("只把这一步改过的内容改回去，别的改动不受影响")
        )
        self.turn_button.setText(name)
        self.turn_button.setAccessibleName(name)
        allow(self.turn_button, why_not(change) or self._keeper.busy, hint)

    def _show_ways(self) -> None:
        record = self.record
        pick = tr("先在上面选一条记录")
        place = place_of(record, self._present) if record is not None else None
        allow(self.go_button, place.why_not if place is not None else pick)
        no_history = "" if place is not None and place.topic else tr("这类记录没有单独的历史")
        allow(self.record_button, no_history if record is not None else pick)

    # Acting ------------------------------------------------------------------------------

    def _turn(self) -> None:
        if self._change is not None:
            self._keeper.do((self._change,), again=self._change.undone)

    def _go(self) -> None:
        record = self.record
        if record is not None and not place_of(record, self._present).why_not:
            self.record_requested.emit(record)

    def _ask_history(self) -> None:
        if self.record is not None:
            self.record_history_requested.emit(self.record)
