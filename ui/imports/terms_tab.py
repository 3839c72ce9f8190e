"""待确认词语: each unknown word is asked about once, however many rows have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from envoy_app.domain.import_choices import ImportBatch
from envoy_app.domain.imports import RowKey, Suggestion, Term, TermTopic
from ui import theme
from ui.icons import IconName
from ui.imports.picker import Choice, Picker
from ui.parts import ElidedLabel, EmptyState, button, label, scroll_column

CARD_LIMIT = 40
SUGGESTED = 3


@dataclass(frozen=True)
class AskedTerm:
    """A word of all files: where it stands first, how often, and what it may mean."""

    term: Term
    file: int
    first: RowKey
    count: int
    suggestions: tuple[Suggestion, ...]


def asked_terms(batch: ImportBatch) -> tuple[AskedTerm, ...]:
    """Return the open words of all files, the most frequent first."""
    found: dict[Term, AskedTerm] = {}
    for number, file in enumerate(batch.files):
        for question in file.report.terms:
            if question.term in batch.answers or not question.rows:
                continue
            known = found.get(question.term)
            count = len(question.rows) + (known.count if known else 0)
            found[question.term] = AskedTerm(
                question.term,
                known.file if known else number,
                known.first if known else question.rows[0],
                count,
                known.suggestions if known else question.suggestions,
            )
    return tuple(sorted(found.values(), key=lambda item: -item.count))


class TermCard(QFrame):
    """One word with its suggestions as buttons; `answered` carries codes, () for none."""

    answered = Signal(object)
    place_requested = Signal()

    def __init__(
        self, asked: AskedTerm, choices: Sequence[Choice], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.asked = asked
        self._choices = choices
        self.suggestions: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(2), theme.px(1.5), theme.px(2), theme.px(1.5))
        layout.setSpacing(theme.px(1))
        layout.addLayout(self._build_head())
        for item in asked.suggestions[:SUGGESTED]:
            layout.addLayout(self._build_suggestion(item))
        layout.addLayout(self._build_others())

    def _build_head(self) -> QHBoxLayout:
        topic = {
            TermTopic.SPECIALTY: self.tr("专业"),
            TermTopic.COUNTY: self.tr("县"),
        }[self.asked.term.topic]
        word = ElidedLabel(self.asked.term.text)
        word.setProperty("strong", True)
        where = button(
            self.tr("{n} 处").format(n=self.asked.count), self.place_requested.emit, look="link"
        )
        where.setToolTip(self.tr("去看第一处"))
        where.setAccessibleName(self.tr("去看“{word}”").format(word=self.asked.term.text))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(label(topic, look="badge"))
        row.addWidget(word, 1)
        row.addWidget(where)
        return row

    def _build_suggestion(self, item: Suggestion) -> QHBoxLayout:
        made = button(item.name, lambda: self.answered.emit((item.code,)), icon=IconName.CHECK)
        made.setProperty("compact", True)
        made.setAccessibleName(
            self.tr("“{word}”是“{name}”").format(word=self.asked.term.text, name=item.name)
        )
        made.setToolTip(f"{item.name}（{item.reason}）" if item.reason else item.name)
        self.suggestions.append(made)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        row.addWidget(made)
        reason = ElidedLabel(item.reason)
        reason.setProperty("muted", True)
        row.addWidget(reason, 1)
        return row

    def _build_others(self) -> QHBoxLayout:
        self.other_button = button(self.tr("其他…"), self.open_picker)
        self.other_button.setToolTip(self.tr("从全部名称中选，可以选几个"))
        nothing = (
            self.tr("不是专业")
            if self.asked.term.topic is TermTopic.SPECIALTY
            else self.tr("不是县")
        )
        self.ignore_button = button(nothing, lambda: self.answered.emit(()))
        self.ignore_button.setToolTip(self.tr("忽略这个词，以后也不再问"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for made in (self.other_button, self.ignore_button):
            made.setProperty("compact", True)
            row.addWidget(made)
        row.addStretch(1)
        return row

    def open_picker(self) -> Picker:
        """Open the list of all classes or counties."""
        picker = Picker(self._choices, self)
        picker.picked.connect(self.answered)
        picker.open_under(self.other_button)
        return picker

    def start_focus(self) -> None:
        """Put the keyboard on the best suggestion."""
        first = self.suggestions[0] if self.suggestions else self.other_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)


class TermsTab(QWidget):
    """`answered` carries TermAnswers of one word, `cell_requested` the word that is looked for."""

    answered = Signal(object)
    cell_requested = Signal(object)

    def __init__(
        self, choices: Mapping[TermTopic, Sequence[Choice]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choices = choices
        self._shown: tuple[AskedTerm, ...] | None = None
        self.cards: list[TermCard] = []
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._content: QWidget | None = None

    def show_batch(self, batch: ImportBatch) -> None:
        """Show the open words of a batch; the keyboard stays among the cards."""
        asked = asked_terms(batch)
        if asked == self._shown:
            return
        here = any(card.isAncestorOf(focus) for card in self.cards if (focus := self._focus()))
        self._shown = asked
        self._swap(self._build(asked) if asked else self._empty())
        if here and self.cards:
            self.cards[0].start_focus()

    def _focus(self) -> QWidget | None:
        return self.window().focusWidget()

    def _swap(self, content: QWidget) -> None:
        if self._content is not None:
            self._body.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self._body.addWidget(content)

    def _empty(self) -> QWidget:
        self.cards = []
        return EmptyState(
            IconName.CHECK, self.tr("没有要确认的词语"), self.tr("专业和县都认出来了")
        )

    def _build(self, asked: Sequence[AskedTerm]) -> QWidget:
        self.cards = []
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.px(1), theme.px(1), theme.px(1))
        column.setSpacing(theme.px(2))
        hint = self.tr("答一次，所有相同的地方都改，以后也记得。")
        column.addWidget(label(hint, look="muted", wrap=True))
        for item in asked[:CARD_LIMIT]:
            card = TermCard(item, self._choices[item.term.topic])
            card.answered.connect(
                lambda codes, term=item.term: self.answered.emit({term: tuple(codes)})
            )
            card.place_requested.connect(lambda item=item: self.cell_requested.emit(item))
            self.cards.append(card)
            column.addWidget(card)
        rest = len(asked) - CARD_LIMIT
        if rest > 0:
            text = self.tr("还有 {n} 个词，答完上面的再显示。").format(n=rest)
            column.addWidget(label(text, look="muted"))
        column.addStretch(1)
        return scroll_column(holder)
