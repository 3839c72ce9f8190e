"""Choosing one of thousands of people by name, pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.people import Envoy
from ui.command_bar import CommandBar, Entry
from ui.icons import IconName
from ui.search import search_key

Person = tuple[Envoy, str]
"""Somebody, and what a search looks into."""


def searchable(envoys: Sequence[Envoy]) -> tuple[Person, ...]:
    """Return people with what a search looks into; it spells pinyin, so call it on a worker."""
    return tuple(
        (envoy, search_key(envoy.name, (envoy.organisation, envoy.phone))) for envoy in envoys
    )


class PersonField(CommandBar):
    """Shows who is chosen; typing looks for others, Escape or leaving it goes back.

    Signals: `person_chosen` an Envoy whom the user chose.
    """

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("姓名、拼音或首字母"))
        self.setAccessibleName(self.tr("请假的特派员"))
        self.person: Envoy | None = None

    def offer(self, people: Sequence[Person]) -> None:
        """Let these be found."""
        self.set_entries(
            tuple(
                Entry(
                    envoy.name, envoy.organisation, IconName.PERSON, key, partial(self._pick, envoy)
                )
                for envoy, key in people
            )
        )

    def show_person(self, envoy: Envoy | None) -> None:
        """Show somebody as chosen; nobody is told."""
        self.person = envoy
        self._restore()

    def _pick(self, envoy: Envoy) -> None:
        self.show_person(envoy)
        self.person_chosen.emit(envoy)

    def _restore(self) -> None:
        self.setText(self.person.name if self.person else "")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        known = self.person.name if self.person else ""
        if event.key() == Qt.Key.Key_Escape:
            if self.text() == known:
                event.ignore()  # nothing of its own to give up: the dialog's
            else:
                self._restore()
            return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._restore()
