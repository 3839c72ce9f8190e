"""What only the user can decide about a sheet: a sentence and buttons above the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from envoy_app.domain.import_choices import SheetChoice
from envoy_app.domain.imports import ColumnReading, SheetQuestion
from envoy_app.domain.sheets import column_letter
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.imports.choosing import open_questions, with_kind, with_rows
from ui.imports.sheet_facts import RowMark, SheetFacts
from ui.parts import button, label

RIVALS_OFFERED = 4
Answer = tuple[str, Callable[[SheetChoice], SheetChoice]]


class QuestionStrip(QFrame):
    """One line per open question; `answered` carries the SheetChoice that a button stands for."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.buttons: list[QPushButton] = []
        self._key: object = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(theme.px(3), theme.px(1), theme.px(2), theme.px(1))
        self._body.setSpacing(theme.px(1))
        self.hide()

    def show_facts(self, facts: SheetFacts | None, choice: SheetChoice) -> None:
        """Show what is asked about a sheet, or nothing."""
        hidden = hidden_rows(facts) if facts else ()
        asked = open_questions(facts.reading, choice, hidden) if facts else ()
        key = (asked, choice, facts.reading.name if facts else "")
        if key == self._key:
            return
        self._key = key
        self._clear()
        for question in asked:
            if facts is not None:
                self._add(self._sentence(question, facts), self._answers(question, facts), choice)
        self.setVisible(bool(asked))

    def _clear(self) -> None:
        self.buttons.clear()
        while (item := self._body.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()

    def _add(self, sentence: str, answers: Sequence[Answer], choice: SheetChoice) -> None:
        mark = QLabel()
        mark.setPixmap(icon_pixmap(IconName.HELP, 16, theme.tokens().warning))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        row.addWidget(mark)
        row.addWidget(label(sentence, wrap=True), 1)
        for text, change in answers:
            made = button(text, partial(self._answer, change, choice))
            made.setProperty("compact", True)
            made.setAccessibleDescription(sentence)
            self.buttons.append(made)
            row.addWidget(made)
        self._body.addWidget(line)

    def _answer(self, change: Callable[[SheetChoice], SheetChoice], choice: SheetChoice) -> None:
        self.answered.emit(change(choice))

    def _sentence(self, question: SheetQuestion, facts: SheetFacts) -> str:
        name = facts.sheet.name
        if question is SheetQuestion.HIDDEN_ROWS:
            count = len(hidden_rows(facts))
            return self.tr("有 {n} 行在原文件中被隐藏或筛选掉了，没有导入。").format(n=count)
        if question is SheetQuestion.HIDDEN_SHEET:
            return self.tr("工作表“{name}”在原文件中是隐藏的，没有导入。").format(name=name)
        if question is SheetQuestion.NO_HEADING:
            return self.tr("这张表没有表头，各列是按内容推测的，请核对后再导入。")
        if question is SheetQuestion.RIVAL_NAMES:
            return self.tr("有几列都像姓名，请指出哪一列是特派员的姓名。")
        return self.tr("这张表横着排：每一列是一条记录，转过来才能导入。")

    def _answers(self, question: SheetQuestion, facts: SheetFacts) -> list[Answer]:
        def take(taken: bool) -> Callable[[SheetChoice], SheetChoice]:
            return lambda choice: replace(choice, take=taken)

        rows = hidden_rows(facts)
        if question is SheetQuestion.HIDDEN_ROWS:
            return [
                (self.tr("也导入"), lambda choice: with_rows(choice, rows, True)),
                (self.tr("不导入"), lambda choice: with_rows(choice, rows, False)),
            ]
        leave: Answer = (self.tr("不导入这张表"), take(False))
        if question is SheetQuestion.HIDDEN_SHEET:
            return [(self.tr("也导入"), take(True)), leave]
        if question is SheetQuestion.NO_HEADING:
            return [
                (
                    self.tr("按推测的列导入"),
                    lambda choice: replace(choice, heading=0, take=True),
                ),
                leave,
            ]
        if question is SheetQuestion.RIVAL_NAMES:
            return [*(_name_answer(facts, column) for column in _rivals(facts)), leave]
        return [
            (self.tr("转过来导入"), lambda choice: replace(choice, sideways=True, take=True)),
            leave,
        ]


def hidden_rows(facts: SheetFacts) -> tuple[int, ...]:
    """Return the hidden rows that hold something, those the user has already decided left out."""
    marks = facts.marks.items()
    return tuple(sorted(row for row, item in marks if item.mark is RowMark.HIDDEN))


def _rivals(facts: SheetFacts) -> tuple[ColumnReading, ...]:
    named = [item for item in facts.reading.columns if item.kind == "name"]
    alike = [item for item in facts.reading.columns if "姓名" in item.header or item.header == "名"]
    return tuple((named if len(named) > 1 else alike)[:RIVALS_OFFERED])


def _name_answer(facts: SheetFacts, column: ColumnReading) -> Answer:
    text = f"{column_letter(column.index)} 列 {column.header}"
    return text, lambda choice: with_kind(choice, facts.reading, column.index, "name")
