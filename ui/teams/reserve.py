"""The reserve (机动库) beside the cards: who is on no team, and who is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.teams import TeamImpact
from ui import theme
from ui.parts import ElidedLabel, SearchBox, label
from ui.search import matches
from ui.teams.members import MembersList, people_of
from ui.teams.rows import MemberRow
from ui.teams.texts import MARKS

WIDTH = theme.px(68)


class ReservePanel(QFrame):
    """A list with its own search, and a target of drags.

    Signals: `aimed` a bool and the global point of a drag, `dropped` ids.
    """

    aimed = Signal(bool, QPoint)
    dropped = Signal(object)

    def __init__(self, marked: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAcceptDrops(True)
        self._rows: tuple[MemberRow, ...] = ()
        self._keys: Mapping[str, str] = {}
        self._impact: TeamImpact | None = None
        self._aimed = False
        self.title = label(look="heading")
        self.search = SearchBox(self.tr("在机动库里找"), self.tr("搜索机动库"))
        self.search.textChanged.connect(self._filter)
        self.list = MembersList(self.tr("机动库"), marked)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.empty = label(look="muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        box.setSpacing(theme.px(2))
        box.addWidget(self.title)
        box.addWidget(self.search)
        box.addWidget(self.empty)
        box.addWidget(self.list, 1)

    def set_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show who is in the reserve now."""
        self._rows = tuple(rows)
        self._filter()

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Take the texts that the search looks into."""
        self._keys = keys
        self._filter()

    def _filter(self) -> None:
        query = self.search.text().strip()
        shown = [
            row
            for row in self._rows
            if not query or matches(self._keys.get(row.envoy.id, row.text.lower()), query)
        ]
        self.list.set_rows(shown)
        count = f"{len(shown)} / {len(self._rows)}" if query else str(len(self._rows))
        self.title.setText(self.tr("机动库 {n} 人").format(n=count))
        if not self._rows:
            self.empty.setText(self.tr("人人都在县团里。把人拖到这里，或按 Delete，就移入机动库。"))
        else:
            self.empty.setText(self.tr("没有找到这样的人。"))
        self.empty.setVisible(not shown)

    def search_for(self, query: str) -> frozenset[str]:
        """Return whom a search finds here, the first of them brought into view."""
        found = [
            row.envoy.id
            for row in self._rows
            if query and matches(self._keys.get(row.envoy.id, row.text.lower()), query)
        ]
        self.list.reveal(found[:1])
        return frozenset(found)

    # Drops ----------------------------------------------------------------------------------

    def set_impact(self, impact: TeamImpact | None) -> None:
        """Show what the drag under way would do here; None when it is over."""
        self._impact = impact
        self._aimed = False
        self.update()

    def _aim(self, event: QDragMoveEvent) -> None:
        self._aimed = True
        self.update()
        self.aimed.emit(True, self.mapToGlobal(event.position().toPoint()))
        if self._impact is not None and not self._impact.broken:
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if people_of(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._aim(event)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aimed = False
        self.update()
        self.aimed.emit(False, QPoint())

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if self._impact is not None and not self._impact.broken:
            event.acceptProposedAction()
            self.dropped.emit(people_of(event.mimeData()))
        else:
            event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._impact is None:
            return
        colours = theme.tokens()
        tint = getattr(colours, MARKS[self._impact.verdict][2])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.mix(tint, colours.surface, 0.30 if self._aimed else 0.14))
        painter.setPen(QPen(tint, 2.5 if self._aimed else 1.0))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)


class PersonFacts(QFrame):
    """All that is known of the person looked at: name, unit, way, sharing, term."""

    ROWS = 7

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.name = ElidedLabel()
        self.name.setProperty("strong", True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(2))
        grid.setVerticalSpacing(theme.px(0.5))
        grid.setColumnStretch(1, 1)
        self._names = [label(look="muted") for _ in range(self.ROWS)]
        self._values = [ElidedLabel() for _ in range(self.ROWS)]
        for place, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            grid.addWidget(name, place, 0)
            grid.addWidget(value, place, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        box.setSpacing(theme.px(1))
        box.addWidget(self.name)
        box.addLayout(grid)
        self.clear()

    def clear(self) -> None:
        """Say what would be here."""
        self.name.set_full_text(self.tr("选一个人，这里显示详情"))
        for name, value in zip(self._names, self._values, strict=True):
            name.clear()
            value.set_full_text("")

    def show_person(self, row: MemberRow) -> None:
        """Show a person."""
        self.name.set_full_text(row.envoy.name)
        self.setAccessibleName(row.tooltip)
        for place, (name, value) in enumerate(row.facts[: self.ROWS]):
            self._names[place].setText(name)
            self._values[place].set_full_text(value)
