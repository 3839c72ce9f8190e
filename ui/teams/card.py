"""The card of a team: size, leader, groups, what it lacks; its members on demand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.teams import TeamImpact
from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.teams.members import MembersList
from ui.teams.rows import CardFacts, GroupFacts, MemberRow
from ui.teams.texts import MARKS, impact_short

LINE = theme.px(5)
STRIP = theme.px(2)
MARGIN = theme.px(3)
GROUP_ROWS = 2
GROUP_LINE = theme.px(5.5)
HEAD = theme.px(2) + 3 * LINE + GROUP_ROWS * GROUP_LINE + theme.px(3)
METER = theme.px(18)
_STATES = {
    CoverageState.COVERED: ("✓", "covered"),
    CoverageState.PARTIAL: ("▲", "warning"),
    CoverageState.UNCOVERED: ("✕", "danger"),
}
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TeamCard(QWidget):
    """One team.

    Signals: `toggled` the card after the user opened or shut it, `list_made` its MembersList
    when it is made, `menu_requested` the card and a global point.
    """

    toggled = Signal(object)
    list_made = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, facts: CardFacts, marked: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self.impact: TeamImpact | None = None
        self.members: MembersList | None = None
        self.aimed = False
        self._marked = marked
        self._only: frozenset[str] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_facts(facts)

    @property
    def county(self) -> str:
        """The code of the county."""
        return self.facts.county.code

    @property
    def is_open(self) -> bool:
        """Whether the members are shown."""
        return self.members is not None and not self.members.isHidden()

    @property
    def wanted_height(self) -> int:
        """How tall the card is, with its members where they are shown."""
        if not self.is_open:
            return HEAD
        return HEAD + self._list_height() + theme.px(2)

    @property
    def rows(self) -> tuple[MemberRow, ...]:
        """The members that are shown where the card is open."""
        only = self._only
        return tuple(row for row in self.facts.rows if only is None or row.envoy.id in only)

    def show_only(self, ids: frozenset[str] | None) -> None:
        """Show some of the members, as a search found them; None shows all."""
        if ids != self._only:
            self._only = ids
            self._set_rows()

    def _set_rows(self) -> None:
        if self.members is not None:
            self.members.set_rows(self.rows)
            self._place_members()

    def _list_height(self) -> int:
        return max(1, len(self.rows)) * theme.ROW_DENSE + theme.px(1)

    def set_facts(self, facts: CardFacts) -> None:
        """Show the team as it is now."""
        self.facts = facts
        self.setAccessibleName(facts.spoken)
        reasons = "\n".join(lack.reason for lack in facts.team.lacks)
        groups = "，".join(
            self.tr("{name}组 {own} 人（要 {wanted} 人）").format(
                name=g.name, own=g.own, wanted=g.wanted
            )
            for g in facts.groups
        )
        title = self.tr("{name}团，宜 {n} 人").format(name=facts.county.name, n=facts.needs.target)
        self.setToolTip("\n".join(part for part in (title, groups, facts.lacks, reasons) if part))
        self._set_rows()
        self.update()

    def set_impact(self, impact: TeamImpact | None) -> None:
        """Show what the drag under way would do here; None when it is over."""
        self.impact = impact
        self.update()

    def set_aimed(self, aimed: bool) -> None:
        """Mark the card as the one under the pointer of a drag."""
        if aimed != self.aimed:
            self.aimed = aimed
            self.update()

    def make_members(self) -> MembersList:
        """Return the list of members, made on first use."""
        if self.members is None:
            name = self.tr("{name}团成员").format(name=self.facts.county.name)
            self.members = MembersList(name, self._marked, self)
            self.members.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.members.setFrameShape(MembersList.Shape.NoFrame)
            self.members.setCursor(Qt.CursorShape.ArrowCursor)
            self.members.set_rows(self.rows)
            self.members.hide()
            self.list_made.emit(self.members)
        return self.members

    def set_open(self, open_: bool) -> None:
        """Show or hide the members."""
        if open_ or self.members is not None:
            self.make_members().setVisible(open_)
            self._place_members()
            self.update()

    def _place_members(self) -> None:
        if self.members is not None:
            width = self.width() - STRIP - theme.px(2)
            self.members.setGeometry(STRIP + theme.px(1), HEAD, width, self._list_height())

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(72), self.wanted_height)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_members()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() is Qt.MouseButton.LeftButton:
            self.toggle()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle()
        else:
            super().keyPressEvent(event)  # the arrows are the grid's

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(self, event.globalPos())

    def toggle(self) -> None:
        """Open or shut the card, as a click does."""
        self.set_open(not self.is_open)
        self.toggled.emit(self)

    # Painting -------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        left, right = STRIP + MARGIN, self.width() - MARGIN
        top = theme.px(2)
        line = QRect(left, top, right - left, LINE)
        self._paint_title(painter, line)
        line.translate(0, LINE)
        self._paint_leader(painter, line)
        line.translate(0, LINE)
        self._paint_groups(painter, line)
        line.translate(0, GROUP_ROWS * GROUP_LINE)
        self._paint_foot(painter, line)

    def _paint_frame(self, painter: QPainter) -> None:
        colours = theme.tokens()
        fill, edge, width = colours.surface, colours.border, 1.0
        if self.impact is not None:
            tint = getattr(colours, MARKS[self.impact.verdict][2])
            fill, edge = theme.mix(tint, colours.surface, 0.30 if self.aimed else 0.14), tint
            width = 2.5 if self.aimed else 1.0
        elif self.hasFocus():
            edge, width = colours.accent, 2.0
        half = width / 2
        area = self.rect().toRectF().adjusted(half, half, -half, -half)
        painter.setBrush(fill)
        painter.setPen(QPen(edge, width))
        painter.drawRoundedRect(area, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.coverage_brush(self.facts.state))
        inner = self.rect().adjusted(3, 4, 0, -4)
        inner.setWidth(STRIP - 2)
        painter.drawRoundedRect(inner, 2, 2)

    def _paint_title(self, painter: QPainter, line: QRect) -> None:
        facts, colours = self.facts, theme.tokens()
        arrow = icon_pixmap(IconName.UP if self.is_open else IconName.DOWN, 16, colours.muted)
        painter.drawPixmap(line.right() - 15, line.center().y() - 7, arrow)
        line = line.adjusted(0, 0, -theme.px(5), 0)
        size = facts.size
        width = painter.fontMetrics().horizontalAdvance(size)
        needs, count = facts.needs, len(facts.rows)
        fits = needs.least <= count <= needs.largest
        painter.setPen(colours.text if fits else colours.danger)
        painter.drawText(line, _RIGHT, size)
        self._paint_meter(painter, QRect(line.right() - width - theme.px(14), line.top(), 0, 0))
        font = painter.font()
        font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(theme.FONT_PIXELS + 1)
        painter.setFont(font)
        painter.setPen(colours.text)
        room = line.width() - width - theme.px(16)
        name = painter.fontMetrics().elidedText(
            facts.county.name, Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(line, _LEFT, name)
        used = painter.fontMetrics().horizontalAdvance(name) + theme.px(2)
        painter.setFont(self.font())
        if used + painter.fontMetrics().horizontalAdvance(facts.county.city_short) < room:
            painter.setPen(colours.muted)
            painter.drawText(line.adjusted(used, 0, 0, 0), _LEFT, facts.county.city_short)

    def _paint_meter(self, painter: QPainter, at: QRect) -> None:
        """A bar up to the largest size, with a tick at the least."""
        needs, colours = self.facts.needs, theme.tokens()
        area = QRect(at.left(), at.top() + LINE // 2 - 3, theme.px(12), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mix(colours.none, colours.surface, 0.45))
        painter.drawRoundedRect(area, 3, 3)
        share = min(1.0, len(self.facts.rows) / max(1, needs.largest))
        full = QRect(area.left(), area.top(), round(area.width() * share), area.height())
        short = not needs.least <= len(self.facts.rows) <= needs.largest
        painter.setBrush(colours.uncovered if short else colours.covered)
        painter.drawRoundedRect(full, 3, 3)
        painter.setPen(QPen(colours.text, 1))
        tick = area.left() + round(area.width() * needs.least / max(1, needs.largest))
        painter.drawLine(tick, area.top() - 2, tick, area.bottom() + 2)

    def _paint_leader(self, painter: QPainter, line: QRect) -> None:
        leader = self.facts.team.leader
        painter.setPen(theme.tokens().text if leader else theme.tokens().danger)
        text = self.facts.leader
        painter.drawText(line, _LEFT, _elided(painter, text, line.width()))

    def _paint_groups(self, painter: QPainter, line: QRect) -> None:
        half = line.width() // 2
        for place, group in enumerate(self.facts.groups[: 2 * GROUP_ROWS]):
            spot = QRect(
                line.left() + place % 2 * half,
                line.top() + place // 2 * GROUP_LINE,
                half - theme.px(2),
                GROUP_LINE,
            )
            self._paint_group(painter, spot, group)
        if not self.facts.groups:
            painter.setPen(theme.tokens().muted)
            painter.drawText(line, _LEFT, self.tr("没有要求产业组"))

    def _paint_group(self, painter: QPainter, spot: QRect, group: GroupFacts) -> None:
        colours, enough = theme.tokens(), group.own >= group.wanted
        chip = QRect(spot.left(), spot.top() + 1, spot.width(), spot.height() - 3)
        painter.setBrush(theme.specialty_color(group.code))
        painter.setPen(Qt.PenStyle.NoPen if enough else QPen(colours.danger, 1.5))
        painter.drawRoundedRect(chip, 3, 3)
        inside = chip.adjusted(theme.px(1.5), 0, -theme.px(1.5), 0)
        count = f"{group.own}/{group.wanted}"
        if not enough:
            count = self.tr("缺 {n}").format(n=group.wanted - group.own)
        painter.setPen(colours.text)
        width = painter.fontMetrics().horizontalAdvance(count)
        painter.drawText(
            inside, _LEFT, _elided(painter, group.short, inside.width() - width - theme.px(1))
        )
        font = painter.font()
        font.setBold(not enough)
        painter.setFont(font)
        painter.drawText(inside, _RIGHT, count)
        font.setBold(False)
        painter.setFont(font)

    def _paint_foot(self, painter: QPainter, line: QRect) -> None:
        sign, token = _STATES.get(self.facts.state, ("", "muted"))
        text = self.facts.lacks
        if self.impact is not None:
            sign, _, token = MARKS[self.impact.verdict]
            text = impact_short(self.impact)
            token = {"covered": "accent", "partial": "warning", "uncovered": "danger"}[token]
        colours = theme.tokens()
        painter.setPen(getattr(colours, "accent" if token == "covered" else token))
        painter.drawText(line, _LEFT, sign)
        rest = line.adjusted(theme.px(4), 0, 0, 0)
        painter.drawText(rest, _LEFT, _elided(painter, text, rest.width()))


def _elided(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
