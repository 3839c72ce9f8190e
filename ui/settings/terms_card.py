"""词语: what the import was taught; each word can be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import UserError
from envoy_app.domain.imports import Term, TermAnswers, TermTopic
from ui import theme
from ui.context import AppContext
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.tables import Column, TableView

ROWS_SHOWN = 8


def _tr(text: str) -> str:
    return QCoreApplication.translate("Terms", text)


@dataclass(frozen=True)
class LearnedTerm:
    """A word and what it stands for, as people read it."""

    term: Term
    meaning: str

    @property
    def topic(self) -> str:
        """What the word is about."""
        specialty = self.term.topic is TermTopic.SPECIALTY
        return _tr("专业") if specialty else _tr("县")


def learned_terms(answers: TermAnswers, names: Mapping[str, str]) -> tuple[LearnedTerm, ...]:
    """Return the words that were explained; one without a code is ignored by the import."""
    found = []
    for term, codes in answers.items():
        nothing = (
            _tr("忽略，不是专业") if term.topic is TermTopic.SPECIALTY else _tr("忽略，不是县")
        )
        found.append(
            LearnedTerm(term, "、".join(names.get(code, code) for code in codes) or nothing)
        )
    return tuple(sorted(found, key=lambda item: (item.topic, item.term.text)))


def _columns() -> list[Column[LearnedTerm]]:
    px = theme.px
    return [
        Column("text", _tr("文件中的词"), lambda item: item.term.text, width=px(50), flex=1),
        Column("topic", _tr("类别"), lambda item: item.topic, width=px(16)),
        Column("meaning", _tr("读作"), lambda item: item.meaning, width=px(70), flex=2),
    ]


class TermsEditor(QWidget):
    """The words in a table; 忘记 or Delete takes the selected ones away."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.hint = label(look="muted", wrap=True)
        self.table: _TermTable = _TermTable(self.forget)
        self.table.selectionModel().selectionChanged.connect(self._show_button)
        self.forget_button = button(self.tr("忘记"), self.forget)
        foot = QHBoxLayout()
        foot.addWidget(self.forget_button)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(self.hint)
        layout.addWidget(self.table)
        layout.addLayout(foot)
        self._show(())
        self.hint.setText(self.tr("正在读取词语…"))

    def read(self) -> None:
        """Read the words again."""
        workspace = self._context.workspace

        def work(handle: JobHandle) -> tuple[LearnedTerm, ...]:
            reference = workspace.reference
            names = {item.code: item.name for item in reference.vocabulary().specialties}
            names |= {county.code: county.name for county in reference.gazetteer().counties}
            return learned_terms(workspace.imports.own_terms(), names)

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                self.hint.setText(str(error))

        self._context.jobs.start(
            self.tr("读取词语"), work, self._show, failed, key="learned-terms", quiet=True
        )

    def _show(self, terms: tuple[LearnedTerm, ...]) -> None:
        self.table.set_rows(terms)
        self.table.setVisible(bool(terms))
        self.forget_button.setVisible(bool(terms))
        shown = min(len(terms), ROWS_SHOWN) + 1
        self.table.setFixedHeight(shown * theme.ROW_DENSE + theme.px(3))
        self.hint.setText(
            self.tr("导入时您答复过的词，以后的文件照此读；忘记的词下次会再问。")
            if terms
            else self.tr("还没有学过词语。导入时答复过的词会记在这里，以后的文件照此读。")
        )
        self._show_button()

    def _show_button(self) -> None:
        chosen = len(self.table.selected_rows())
        allow(
            self.forget_button,
            "" if chosen else self.tr("先在上面选要忘记的词"),
            self.tr("下次导入再问（Delete 键）"),
        )

    def forget(self) -> None:
        """Forget the selected words."""
        terms = [item.term for item in self.table.selected_rows()]
        service = self._context.workspace.imports

        def work(handle: JobHandle) -> Changes:
            topics = Changes(frozenset(), "")
            for term in terms:
                topics = service.forget_term(term)
            return topics

        if terms:
            self._context.jobs.start(self.tr("忘记词语"), work, self._context.publish)


class _TermTable(TableView[LearnedTerm]):
    """Delete forgets."""

    def __init__(self, forget: Callable[[], None]) -> None:
        super().__init__(_columns(), _tr("学过的词语"), row_height=theme.ROW_DENSE)
        self._forget = forget

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._forget()
        else:
            super().keyPressEvent(event)
