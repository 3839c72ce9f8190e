"""What a record's details say of its own history: the newest changes, and a way to all."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QVBoxLayout, QWidget

from envoy_app.domain.changes import Topic
from envoy_app.domain.history import RecordEvent
from ui import theme
from ui.context import AppContext
from ui.details import Section
from ui.history_question import HistoryQuestion
from ui.history_words import event_lines, moment, state_text, tr
from ui.jobs import JobHandle
from ui.parts import ElidedLabel, LinkButton, label

NEWEST = 5
FIELDS = 3


def history_section(context: AppContext, topic: Topic, record_id: str, title: str) -> Section:
    """Return the section 历史 of a record's details; `title` names the record for people."""
    return Section(tr("历史"), make=lambda: RecordHistory(context, topic, record_id, title))


class RecordHistory(QWidget):
    """Reads the newest changes of one record and shows them, newest first."""

    def __init__(
        self,
        context: AppContext,
        topic: Topic,
        record_id: str,
        title: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._question = HistoryQuestion(topic, record_id, title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(0.5))
        self._hint = label(tr("正在读取…"), look="muted")
        self._column.addWidget(self._hint)
        self._read()

    def _read(self) -> None:
        history, asked = self._context.workspace.history, self._question

        def read(handle: JobHandle) -> tuple[RecordEvent, ...]:
            assert asked.topic is not None
            return history.of_record(asked.topic, asked.record_id, NEWEST + 1)

        def done(events: tuple[RecordEvent, ...]) -> None:
            if shiboken6.isValid(self):  # else another record is shown by now
                self._show(events)

        def failed(error: Exception) -> None:
            if shiboken6.isValid(self):
                self._hint.setText(str(error) or tr("没有读到历史"))

        key = f"record-history-{asked.topic}"
        self._context.jobs.start(tr("读取历史"), read, done, failed, key=key, quiet=True)

    def _show(self, events: tuple[RecordEvent, ...]) -> None:
        self._hint.setText(tr("还没有改动记录"))
        self._hint.setVisible(not events)
        for event in events[:NEWEST]:
            self._add(event)
        if events:
            more = tr("全部历史…") if len(events) > NEWEST else tr("在历史页查看…")
            self._column.addWidget(LinkButton(more, self._ask_all))

    def _add(self, event: RecordEvent) -> None:
        change = event.change
        head = (moment(change.at), change.who, state_text(change))
        line = ElidedLabel(" · ".join(part for part in head if part))
        line.setProperty("muted", True)
        self._column.addSpacing(theme.px(1))
        self._column.addWidget(line)
        for text in event_lines(event.record, FIELDS):
            shown = label(text, wrap=True)
            shown.setToolTip(change.description)
            self._column.addWidget(shown)

    def _ask_all(self) -> None:
        self._context.history_requested.emit(self._question)
