"""The panel at the right of a table: all that is known of the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.context import AppContext
from ui.icons import IconName
from ui.parts import LinkButton, label, scroll_column, tool_button

Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Link:
    """A line that leads elsewhere."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Section:
    """A heading with facts (name and value), chips, lines, links or a widget of its own below.

    With `grab`, an id, the heading can be dragged; `grab_hint` says where to.
    """

    title: str
    facts: Facts = ()
    chips: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    links: Sequence[Link] = ()
    empty: str = ""
    make: Callable[[], QWidget] | None = None
    grab: str = ""
    grab_hint: str = ""


class DetailsSplitter(QSplitter):
    """A table with its details at the right; a button shows and hides the details."""

    def __init__(self, table: QWidget, details: QWidget, context: AppContext, key: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._details = details
        self._preferences = context.preferences
        self._key = key
        self.addWidget(table)
        self.addWidget(details)
        self.setStretchFactor(0, 1)
        self.setSizes([theme.px(220), theme.px(68)])
        self.setHandleWidth(theme.px(2))
        self.setChildrenCollapsible(False)
        self.toggle_button = tool_button(IconName.PANEL, self.tr("显示或隐藏详情"), self._toggle)
        self.restoreState(self._preferences.bytes(f"{key}/splitter"))
        details.setVisible(not self._preferences.flag(f"{key}/details_hidden"))

    def remember(self) -> None:
        """Keep the widths for the next session."""
        self._preferences.set_bytes(f"{self._key}/splitter", self.saveState())

    def _toggle(self) -> None:
        hidden = not self._details.isHidden()
        self._details.setVisible(not hidden)
        self._preferences.set_flag(f"{self._key}/details_hidden", hidden)


class DetailsPanel(QFrame):
    """Shows a title, a subtitle and sections; scrolls where they are long."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._hint = hint
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(theme.px(1), theme.px(1), theme.px(1), theme.px(1))
        self._shown: QWidget | None = None
        self._latest: Callable[[], None] = self.clear
        self.setMinimumWidth(theme.px(56))
        self.clear()
        theme.notifier.theme_changed.connect(self._repeat)

    def _repeat(self) -> None:
        self._latest()

    def clear(self) -> None:
        """Show the hint."""
        self._latest = self.clear
        hint = label(self._hint, look="muted", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._swap(hint)

    def show_details(self, title: str, subtitle: str, sections: Sequence[Section]) -> None:
        """Show what is known of one row."""
        self._latest = lambda: self.show_details(title, subtitle, sections)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(3))
        column.setSpacing(theme.px(1))
        if title:
            column.addWidget(_selectable(title, "title"))
        if subtitle:
            column.addWidget(_selectable(subtitle, "muted"))
        for section in sections:
            column.addSpacing(theme.px(2))
            column.addWidget(_heading(section))
            _add_section(column, section)
        column.addStretch(1)
        self._swap(scroll_column(content))

    def grab_at(self, where: QPoint) -> str:
        """Return the id of the heading at a point that can be dragged, "" where there is none."""
        found = self.childAt(where)
        return str(found.property("grab") or "") if found is not None else ""

    def _swap(self, widget: QWidget) -> None:
        if self._shown is not None:
            self._body.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = widget
        self._body.addWidget(widget)


def _heading(section: Section) -> QLabel:
    made = label(section.title, look="strong")
    if section.grab:
        made.setProperty("grab", section.grab)
        made.setCursor(Qt.CursorShape.OpenHandCursor)
        made.setToolTip(section.grab_hint)
    return made


def _selectable(text: str, look: str = "") -> QLabel:
    made = label(text, look=look, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _add_section(column: QVBoxLayout, section: Section) -> None:
    if section.facts:
        column.addLayout(_facts(section.facts))
    if section.chips:
        column.addWidget(_chips(section.chips))
    for line in section.lines:
        column.addWidget(_selectable(line))
    for link in section.links:
        column.addWidget(LinkButton(link.text, link.run))
    if section.make is not None:
        column.addWidget(section.make())
    if section.empty and not (section.facts or section.chips or section.lines or section.links):
        column.addWidget(label(section.empty, look="muted", wrap=True))


def _facts(facts: Facts) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(3))
    grid.setVerticalSpacing(theme.px(1))
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(facts):
        grid.addWidget(label(name, look="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_selectable(value or "—"), row, 1)
    return grid


def _chips(chips: Sequence[tuple[str, str]]) -> QWidget:
    """Chips of specialties: (code, text), each on its colour, two to a row."""
    holder = QWidget()
    grid = QVBoxLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(theme.px(1))
    for code, text in chips:
        row = QHBoxLayout()
        row.addWidget(chip(code, text))
        row.addStretch(1)
        grid.addLayout(row)
    return holder


def chip(code: str, text: str) -> QLabel:
    """Return a specialty's chip."""
    made = label(text)
    background = theme.specialty_color(code).name()
    ink = theme.tokens().text.name()
    made.setStyleSheet(
        f"background: {background}; color: {ink}; border-radius: 4px; padding: 1px 6px;"
    )
    return made
