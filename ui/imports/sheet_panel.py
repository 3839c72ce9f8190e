"""The middle of the import page: questions, filters, the user's sheet, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.import_choices import RowChoice, SheetChoice
from envoy_app.domain.imports import ImportKind
from ui import theme
from ui.icons import IconName
from ui.imports.choosing import with_edit, with_kind, with_rows
from ui.imports.inspector import CellInspector
from ui.imports.questions import QuestionStrip
from ui.imports.session import ImportSession
from ui.imports.sheet_facts import CellState, RowFilter, SheetFacts
from ui.imports.sheet_paint import skipped_pixmap, state_pixmap
from ui.imports.sheet_view import SheetView
from ui.parts import tool_button


class SheetPanel(QWidget):
    """Shows one sheet of the session and sends its corrections there.

    `filter_changed` follows when other rows are shown.
    """

    filter_changed = Signal(object)

    def __init__(
        self, session: ImportSession, names: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._file, self._sheet = -1, ""
        self._filter = RowFilter.ALL
        self._late = False
        self.questions = QuestionStrip()
        self.view = SheetView()
        self.inspector = CellInspector(names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(1))
        layout.addWidget(self.questions)
        layout.addLayout(self._build_tools())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.inspector)
        self._connect()

    @property
    def facts(self) -> SheetFacts | None:
        """What is shown."""
        facts = self._session.facts
        return facts[self._file].get(self._sheet) if 0 <= self._file < len(facts) else None

    @property
    def choice(self) -> SheetChoice:
        """What the user decided about the sheet shown so far."""
        if not 0 <= self._file < len(self._session.batch.files):
            return SheetChoice()
        return self._session.choices(self._file).sheet(self._sheet)

    # Building ----------------------------------------------------------------------------

    def _build_tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(1))
        self.filters = QButtonGroup(self)
        self.filter_buttons: dict[RowFilter, QToolButton] = {}
        for shown in RowFilter:
            made = QToolButton()
            made.setCheckable(True)
            made.setProperty("framed", True)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda checked, shown=shown: self.show_rows(shown))
            self.filters.addButton(made)
            self.filter_buttons[shown] = made
            row.addWidget(made)
        self.filter_buttons[RowFilter.ALL].setChecked(True)
        row.addStretch(1)
        self.previous_button = tool_button(
            IconName.UP, self.tr("上一个问题 (Shift+F8)"), lambda: self.step_to_problem(-1)
        )
        self.next_button = tool_button(
            IconName.DOWN, self.tr("下一个问题 (F8)"), lambda: self.step_to_problem(1)
        )
        row.addWidget(self.previous_button)
        row.addWidget(self.next_button)
        row.addWidget(self._build_kind())
        self._show_legend()
        theme.notifier.theme_changed.connect(self._show_legend)
        return row

    def _build_kind(self) -> QComboBox:
        self.kind_combo = QComboBox()
        self.kind_combo.setAccessibleName(self.tr("这张表是名册还是需求"))
        self.kind_combo.setToolTip(self.tr("这张表读作名册还是需求"))
        for kind, name in (
            (ImportKind.ROSTER, self.tr("名册")),
            (ImportKind.DEMAND, self.tr("需求")),
        ):
            self.kind_combo.addItem(name, kind)
        self.kind_combo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.kind_combo.activated.connect(self._choose_kind)
        return self.kind_combo

    def _connect(self) -> None:
        view = self.view
        view.sheet_model.edited.connect(self._edit)
        view.cell_chosen.connect(self._show_cell)
        # Queued: the view takes the cell's text only after it was told to close the editor.
        view.itemDelegate().closeEditor.connect(self._catch_up, Qt.ConnectionType.QueuedConnection)
        view.row_choice_requested.connect(
            lambda rows, taken: self._decide(with_rows(self.choice, rows, taken))
        )
        view.record_choice_requested.connect(self._choose_records)
        view.heading_requested.connect(lambda row: self._decide(replace(self.choice, heading=row)))
        view.kind_requested.connect(self._choose_column)
        self.questions.answered.connect(self._decide)
        self.inspector.edit_requested.connect(self.edit)
        self.inspector.answer_requested.connect(
            lambda term, codes: self._session.answer({term: codes})
        )
        self.inspector.leave_out_requested.connect(
            lambda row: self._decide(with_rows(self.choice, (row,), False))
        )

    # Showing -----------------------------------------------------------------------------

    def show_sheet(self, file: int, sheet: str) -> None:
        """Show a sheet of a file, all its rows."""
        if (file, sheet) != (self._file, self._sheet):
            self._filter = RowFilter.ALL
            self.filter_buttons[RowFilter.ALL].setChecked(True)
            self.inspector.clear()
        self._file, self._sheet = file, sheet
        self.refresh()

    def refresh(self) -> None:
        """Show what the session now says; while a cell is typed into, as soon as it is done."""
        if self.view.editing:
            self._late = True
            return
        self._late = False
        facts = self.facts
        self.view.sheet_model.writable = not self._session.locked
        self.view.show_facts(facts, self.choice.edits, self._filter)
        self.questions.show_facts(facts, self.choice)
        for shown, made in self.filter_buttons.items():
            count = facts.count_for(shown) if facts else 0
            name = self._filter_names()[shown]
            room = "" if made.icon().isNull() else " "
            made.setText(f"{room}{name} {count}")
            made.setAccessibleName(self.tr("只看{name}，{n} 行").format(name=name, n=count))
            made.setToolTip(self._filter_tips()[shown])
        troubled = bool(facts and facts.troubled)
        for step_button in (self.previous_button, self.next_button):
            step_button.setEnabled(troubled)
        if facts is not None:
            place = self.kind_combo.findData(facts.reading.kind)
            self.kind_combo.setCurrentIndex(max(0, place))
        if (cell := self.view.current_cell()) is not None:
            self._show_cell(*cell)

    def _catch_up(self) -> None:
        if self._late:
            self.refresh()

    def show_rows(self, shown: RowFilter) -> None:
        """Filter the rows."""
        self._filter = shown
        self.filter_buttons[shown].setChecked(True)
        self.refresh()
        self.filter_changed.emit(shown)

    def show_locked(self) -> None:
        """Let cells be corrected, or not while files are read or written."""
        self.view.sheet_model.writable = not self._session.locked

    def go_to(self, row: int, column: int, *, focus: bool = True) -> None:
        """Put the cursor on a cell; all rows are shown where the filter hides it."""
        if not self.view.go_to(row, column) and self._filter is not RowFilter.ALL:
            self.show_rows(RowFilter.ALL)
            self.view.go_to(row, column)
        if focus:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit(self, row: int, column: int, text: str) -> None:
        """Type over a cell."""
        index = self.view.sheet_model.place(row, column)
        if index.isValid():
            self.view.sheet_model.setData(index, text)

    def _filter_names(self) -> dict[RowFilter, str]:
        return {
            RowFilter.ALL: self.tr("全部"),
            RowFilter.PROBLEMS: self.tr("问题"),
            RowFilter.CHANGES: self.tr("变更"),
            RowFilter.SKIPPED: self.tr("跳过"),
        }

    def _filter_tips(self) -> dict[RowFilter, str]:
        return {
            RowFilter.ALL: self.tr("显示整张表"),
            RowFilter.PROBLEMS: self.tr("只看有问题的行：红角是有误，黄色问号是存疑"),
            RowFilter.CHANGES: self.tr("只看要新增和更新的行：蓝条是要改变的内容"),
            RowFilter.SKIPPED: self.tr("只看跳过的行：标题、合计、说明和隐藏的行"),
        }

    def _show_legend(self) -> None:
        pictures: dict[RowFilter, QPixmap] = {
            RowFilter.PROBLEMS: state_pixmap(CellState.PROBLEM),
            RowFilter.CHANGES: state_pixmap(CellState.CHANGED),
            RowFilter.SKIPPED: skipped_pixmap(),
        }
        for shown, picture in pictures.items():
            self.filter_buttons[shown].setIcon(QIcon(picture))

    def _show_cell(self, row: int, column: int) -> None:
        files = self._session.batch.files
        terms = files[self._file].report.terms if 0 <= self._file < len(files) else ()
        self.inspector.show_cell(self.view.sheet_model, row, column, terms)

    # Correcting --------------------------------------------------------------------------

    def step_to_problem(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) problem."""
        if self.view.next_trouble(step):
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self, row: int, column: int, text: str) -> None:
        original = self.view.sheet_model.original(row, column)
        self._decide(with_edit(self.choice, row, column, text, original))

    def _choose_column(self, column: int, kind: str) -> None:
        if self.facts is not None:
            self._decide(with_kind(self.choice, self.facts.reading, column, kind))

    def _choose_records(self, columns: Sequence[int], taken: bool) -> None:
        """Take or leave out records of a sheet that lies on its side."""
        file = self._session.batch.files[self._file]
        chosen = (
            row for row in file.report.rows if row.sheet == self._sheet and row.part in columns
        )
        if not self._session.locked:
            decided = {
                row.key: replace(file.rows.get(row.key, RowChoice()), skip=not taken)
                for row in chosen
            }
            self._session.decide(self._file, decided)

    def _choose_kind(self) -> None:
        kind = ImportKind(self.kind_combo.currentData())
        self._decide(replace(self.choice, kind=kind))

    def _decide(self, choice: SheetChoice) -> None:
        if not self._session.locked and self.facts is not None:
            self._session.revise_sheet(self._file, self._sheet, choice)
            self.questions.show_facts(self.facts, self.choice)
