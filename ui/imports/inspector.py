"""Under the table: what is wrong with the cell under the cursor, and the ways out as buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from envoy_app.domain.imports import TermQuestion
from envoy_app.domain.sheets import column_letter
from ui import theme
from ui.imports.sheet_facts import CellNote, RowMark
from ui.imports.sheet_model import SheetModel
from ui.parts import ElidedLabel, button

OFFERED = 3


@dataclass(frozen=True)
class _Offer:
    """A way out: its button's text, what it says in full, and what to emit."""

    text: str
    tip: str
    signal: str
    values: tuple[object, ...]


class CellInspector(QFrame):
    """Speaks of one cell.

    `answer_requested` carries a term and its codes, `edit_requested` row, column and text,
    `leave_out_requested` a row, `terms_requested` nothing: the open words are wanted.
    """

    answer_requested = Signal(object, object)
    edit_requested = Signal(int, int, str)
    leave_out_requested = Signal(int)
    terms_requested = Signal()

    def __init__(self, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._names = names
        self.place_label = ElidedLabel()
        self.place_label.setProperty("strong", True)
        self.sentence = ElidedLabel()
        self.buttons: list[QPushButton] = []
        self._offers = QHBoxLayout()
        self._offers.setSpacing(theme.px(1))
        upper = QHBoxLayout()
        upper.setSpacing(theme.px(2))
        upper.addWidget(self.place_label, 1)
        upper.addLayout(self._offers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(2), theme.px(1), theme.px(2), theme.px(1))
        layout.setSpacing(0)
        layout.addLayout(upper)
        layout.addWidget(self.sentence)
        self.setFixedHeight(theme.px(14))
        self.clear()

    def clear(self) -> None:
        """Say how to begin."""
        self.place_label.set_full_text(self.tr("选一格，这里说明它的问题和改法"))
        self.sentence.set_full_text(self.tr("双击或按 F2 修改，F8 到下一个问题"))
        self.sentence.setProperty("muted", True)
        self._show_offers(())

    def show_cell(
        self, model: SheetModel, row: int, column: int, terms: Sequence[TermQuestion]
    ) -> None:
        """Show a cell of the model's sheet; `terms` are the open words of its file."""
        note, mark = model.note(row, column), model.mark(row)
        heading = model.line_name(row, column)
        text = model.text(row, column) or self.tr("空")
        place = f"{column_letter(column)}{row}"
        who = self.tr("（{name}）").format(name=name) if (name := _name(model, row, column)) else ""
        self.place_label.set_full_text("  ".join(filter(None, (place, heading, text))) + who)
        lines = model.tip(row, column).split("\n")[1 if model.text(row, column) else 0 :]
        usual = mark.reason or self.tr("没有发现问题")
        self.sentence.set_full_text(" ".join(lines) or usual)
        self._show_offers(self._ways_out(model, note, row, column, terms) if note else ())

    def _ways_out(
        self,
        model: SheetModel,
        note: CellNote,
        row: int,
        column: int,
        terms: Sequence[TermQuestion],
    ) -> list[_Offer]:
        if not model.writable:
            return []
        sheet = model.facts.sheet.name if model.facts else ""
        text = model.text(row, column)
        here = [term for term in terms if _is_in(term, sheet, row, text)]
        offers = [offer for term in here for offer in self._of(term)]
        if here:
            tip = self.tr("到“词语”中选它是哪一类，答一次就都改了")
            offers = [*offers[: OFFERED - 1], _Offer(self.tr("答复…"), tip, "terms_requested", ())]
        if not offers:
            codes = [code for problem in note.problems for code in problem.candidates]
            offers = [self._edit(row, column, code) for code in codes]
        offers = offers[:OFFERED]
        if model.mark(row).mark is RowMark.ERROR:
            offers.append(_Offer(self.tr("不导入这一行"), "", "leave_out_requested", (row,)))
        return offers

    def _of(self, question: TermQuestion) -> list[_Offer]:
        count, word = len(question.rows), question.term.text
        return [
            _Offer(
                self.tr("是“{name}”").format(name=item.name),
                self.tr("“{word}”都当作“{name}”，共 {n} 处").format(
                    word=word, name=item.name, n=count
                ),
                "answer_requested",
                (question.term, (item.code,)),
            )
            for item in question.suggestions
        ]

    def _edit(self, row: int, column: int, code: str) -> _Offer:
        name = self._names.get(code, code)
        return _Offer(
            self.tr("改为“{name}”").format(name=name),
            self.tr("只改这一格"),
            "edit_requested",
            (row, column, name),
        )

    def _show_offers(self, offers: Sequence[_Offer]) -> None:
        for old in self.buttons:
            self._offers.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        for offer in offers:
            signal, values = getattr(self, offer.signal), offer.values
            made = button(offer.text, partial(signal.emit, *values))
            made.setProperty("compact", True)
            made.setToolTip(offer.tip or offer.text)
            self.buttons.append(made)
            self._offers.addWidget(made)


def _is_in(question: TermQuestion, sheet: str, row: int, text: str) -> bool:
    here = any(key.sheet == sheet and key.row == row for key in question.rows)
    return here and question.term.text in "".join(text.split())


def _name(model: SheetModel, row: int, column: int) -> str:
    """Return the name in a row, so that it is known of whom a cell far to the right speaks."""
    headings = model.facts.headings.values() if model.facts else ()
    if model.sideways:
        line = next((item.index for item in headings if item.kind == "name"), row)
        return "" if line == row else model.text(line, column)
    place = next((item.index for item in headings if item.kind == "name"), column)
    return "" if place == column or model.mark(row).mark.skipped else model.text(row, place)
