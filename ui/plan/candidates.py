"""Who could come instead: all envoys ranked for a seat of the selected visit."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.editing import AddPerson, Command, Place, Replace
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import VisitView
from envoy_app.domain.time import SlotTime, day_label
from envoy_app.services.judging import CandidateView, RankingView
from ui import theme
from ui.context import AppContext
from ui.icons import IconName, icon_pixmap
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.plan.labels import Labels
from ui.tables import Column, RowRole, RowsModel

ROW_HEIGHT = 44
MARK = 14
NOTHING = "点选一项服务，这里列出每个席位可替换的人选。"


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a visit, and who has it (None: nobody); an `extra` one is yet to be made."""

    role: int
    leaving: str | None
    text: str
    extra: bool = False


def seats_of(labels: Labels, visit: VisitView) -> tuple[Seat, ...]:
    """Return the seats of a visit held, in the order of its people, then one more per role.

    One per role if it is left out.
    """
    if not visit.held:
        return tuple(
            Seat(number, None, _need(labels, visit, number)) for number in range(len(visit.roles))
        )
    seats: list[Seat] = []
    for number, role in enumerate(visit.roles):
        need = _need(labels, visit, number)
        for envoy in role.envoys:
            card = labels.plan.envoys.get(envoy)
            seats.append(Seat(number, envoy, f"{card.name if card else envoy} · {need}"))
        empty = role.count - len(role.envoys)
        seats.extend([Seat(number, None, f"缺 1 人 · {need}")] * empty)
    for number in range(len(visit.roles)):
        need = _need(labels, visit, number)
        seats.append(Seat(number, None, f"增派 1 人 · {need}", extra=True))
    return tuple(seats)


def _need(labels: Labels, visit: VisitView, role: int) -> str:
    return labels.need(visit.roles[role])


def outcome(candidate: CandidateView) -> str:
    """Return what would come of it in plain words, or the first rule broken."""
    if not candidate.allowed:
        first, count = candidate.broken[0].text.rstrip("。"), len(candidate.broken)
        return first + (f" 等 {count} 条" if count > 1 else "")
    change = candidate.change
    parts = ["可以排上" if change.unscheduled < 0 else "合适"]
    if change.coverage:
        parts.append(f"覆盖缺口 {change.coverage:+d}")
    if change.disruption:
        parts.append(f"变动 {change.disruption:+d}")
    parts.append(f"成本 {change.cost:+,}" if change.cost else "成本不变")
    return "，".join(parts)


def summary(candidate: CandidateView) -> str:
    """Return a candidate in one line, for the clipboard and assistive technology."""
    card = candidate.envoy
    parts = (card.name, card.organisation, outcome(candidate), minutes(candidate))
    return " · ".join(part for part in parts if part)


def minutes(candidate: CandidateView) -> str:
    """Return how far the candidate is from the county."""
    return f"{candidate.travel_minutes} 分钟"


def details(candidate: CandidateView) -> str:
    """Return all that is known, a line each: who, where from, every rule broken."""
    card = candidate.envoy
    lines = [f"{card.name} {card.title}".strip(), card.organisation, card.phone]
    lines.append(f"单程 {minutes(candidate)}")
    if candidate.allowed:
        lines.append(outcome(candidate))
    lines += [f"{rule.name}：{rule.text}" for rule in candidate.broken]
    return "\n".join(line for line in lines if line)


COLUMNS: tuple[Column[CandidateView], ...] = (
    Column("candidate", "可替换人选", summary, tooltip=details),
)


class CandidateList(QListView):
    """The candidates, two lines each; only what is in sight is painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model: RowsModel[CandidateView] = RowsModel(COLUMNS, parent=self)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Painter(self))
        self.setUniformItemSizes(True)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def chosen(self) -> CandidateView | None:
        """Return the candidate under the cursor."""
        found = self.currentIndex().data(RowRole)
        return found if isinstance(found, CandidateView) else None


class _Painter(QStyledItemDelegate):
    """Paints name, organisation and minutes over what would come of it."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW_HEIGHT)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        candidate = index.data(RowRole)
        style = option.widget.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        painter.save()
        box = option.rect.adjusted(theme.px(2), theme.px(1), -theme.px(2), -theme.px(1))
        half = box.height() // 2
        upper, lower = QRect(box), QRect(box)
        upper.setHeight(half)
        lower.setTop(box.top() + half)
        _paint_person(painter, upper, candidate, option.font)
        _paint_outcome(painter, lower, candidate, option.font)
        painter.restore()


def _paint_person(painter: QPainter, box: QRect, candidate: CandidateView, usual: QFont) -> None:
    colours = theme.tokens()
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    strong = QFont(usual)
    strong.setWeight(QFont.Weight.DemiBold)
    painter.setFont(theme.tabular(usual))
    painter.setPen(colours.muted)
    far = minutes(candidate)
    painter.drawText(box, right, far)
    room = box.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(far) - theme.px(2), 0)
    painter.setFont(strong)
    painter.setPen(colours.text)
    name = painter.fontMetrics().elidedText(
        candidate.envoy.name, Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, left, name)
    rest = room.adjusted(painter.fontMetrics().horizontalAdvance(name) + theme.px(2), 0, 0, 0)
    painter.setFont(usual)
    painter.setPen(colours.muted)
    _draw_elided(painter, rest, candidate.envoy.organisation, usual)


def _paint_outcome(painter: QPainter, box: QRect, candidate: CandidateView, usual: QFont) -> None:
    colours = theme.tokens()
    allowed = candidate.allowed
    mark = icon_pixmap(
        IconName.CHECK if allowed else IconName.CLOSE,
        MARK,
        colours.accent if allowed else colours.danger,
    )
    top = box.top() + (box.height() - MARK) // 2
    painter.drawPixmap(box.left(), top, MARK, MARK, mark)
    painter.setFont(usual)
    painter.setPen(colours.text if allowed else colours.muted)
    _draw_elided(painter, box.adjusted(MARK + theme.px(1), 0, 0, 0), outcome(candidate), usual)


def _draw_elided(painter: QPainter, box: QRect, text: str, font: QFont) -> None:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class CandidatesPanel(QFrame):
    """Lists the candidates for a seat; they are compared off the UI thread, once in sight.

    Signals: `command_chosen` what sends the candidate (the button; double click or Enter where
    that can be done), `envoy_requested` an envoy's id (the other button; double click or Enter
    where not).
    """

    command_chosen = Signal(object)
    envoy_requested = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._context = context
        self._labels: Labels | None = None
        self._visit: VisitView | None = None
        self._seats: tuple[Seat, ...] = ()
        self._due = False
        self._start: SlotTime | None = None
        self._fixed = self.tr("正在准备手工调整，请稍候…")
        self._build()
        self.show_visit(None, None)

    def _build(self) -> None:
        self.seat = QComboBox()
        self.seat.setAccessibleName(self.tr("席位"))
        self.seat.setMinimumContentsLength(8)
        self.seat.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.seat.currentIndexChanged.connect(lambda _index: self._ask())
        self.title = label(look="strong", wrap=True)
        self.status = label(look="muted", wrap=True)
        self.status.setAccessibleName(self.tr("比较的结果"))
        self.list = CandidateList()
        self.list.setAccessibleName(self.tr("可替换人选"))
        self.list.activated.connect(lambda _index: self._activate())
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._enable())
        self.open_button = button(self.tr("查看这位的日程"), self._open)
        self.replace_button = button(self.tr("改派这位"), self._replace, look="primary")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        box.setSpacing(theme.px(2))
        box.addWidget(self.title)
        box.addWidget(self.seat)
        box.addWidget(self.status)
        box.addWidget(self.list, 1)
        box.addWidget(self.replace_button)
        box.addWidget(self.open_button)

    @property
    def visit(self) -> VisitView | None:
        """The visit whose seats are offered."""
        return self._visit

    def show_visit(self, labels: Labels | None, visit: VisitView | None) -> None:
        """Offer the seats of a visit, or say what to select."""
        same = visit is not None and self._visit is not None and visit.id == self._visit.id
        before = self.seat.currentIndex() if same else 0
        self._labels, self._visit = labels, visit
        self._seats = seats_of(labels, visit) if labels and visit else ()
        self.seat.blockSignals(True)
        self.seat.clear()
        for seat in self._seats:
            self.seat.addItem(seat.text)
        self.seat.setCurrentIndex(min(before, len(self._seats) - 1))
        self.seat.blockSignals(False)
        buttons = self.replace_button, self.open_button
        for part in (self.seat, self.title, self.list, *buttons):
            part.setVisible(bool(self._seats))
        if labels and visit:
            when = labels.when(visit) if visit.held else self.tr("未排")
            self.title.setText(f"{labels.county(visit.county)} {when}")
        self._ask()

    def choose_seat(self, number: int) -> None:
        """Choose a seat, counted as the visit's people are."""
        self.seat.setCurrentIndex(number)

    def set_why_not(self, why_not: str) -> None:
        """Say why nobody can be sent now, "" where somebody can."""
        self._fixed = why_not
        self._enable()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._due:
            self._ask()

    def _ask(self) -> None:
        """Compare, now or as soon as the panel is in sight."""
        self.list.rows_model.set_rows(())
        self._enable()
        if not self._seats:
            self._due = False
            self.status.setText(self.tr(NOTHING))
            return
        self.status.setText(self.tr("正在比较…"))
        self._due = not self.isVisible()
        if not self._due:
            self._compare(self._seats[self.seat.currentIndex()])

    def _compare(self, seat: Seat) -> None:
        assert self._labels is not None
        assert self._visit is not None
        plan, visit = self._labels.plan, self._visit.id
        judging = self._context.workspace.judging

        def compare(handle: JobHandle) -> RankingView:
            judge = judging.judge(plan)
            handle.raise_if_cancelled()
            return judge.rank(visit, seat.role, seat.leaving, extra=seat.extra)

        self._context.jobs.start(
            self.tr("比较人选"),
            compare,
            lambda ranking: self._show(ranking, seat),
            self._fail,
            key="candidates",
            quiet=True,
        )

    def _show(self, ranking: RankingView, seat: Seat) -> None:
        if self._visit is None or ranking.visit != self._visit.id or seat not in self._seats:
            return
        self._start = ranking.start
        self.list.rows_model.set_rows(ranking.candidates)
        self.list.setCurrentIndex(self.list.rows_model.index(0, 0))
        self.status.setText(self._said(ranking))

    def _said(self, ranking: RankingView) -> str:
        count, allowed = len(ranking.candidates), ranking.allowed
        if not count:
            return self.tr("没有别的特派员可以比较。")
        if allowed:
            said = self.tr("合适的 {0} 人，共比较 {1} 人。").format(allowed, count)
        else:
            said = self.tr("没有合适的人，共比较 {0} 人。").format(count)
        if self._visit and not self._visit.held and ranking.start is not None:
            said += self.tr("\n按 {0}试排。").format(_slot(ranking.start))
        return said

    def _fail(self, error: Exception) -> None:
        cancelled = isinstance(error, Cancelled)
        self.status.setText(self.tr("没有比较完，请换一项再回来。") if cancelled else str(error))

    def _enable(self) -> None:
        chosen = self.list.chosen()
        number = self.seat.currentIndex()
        extra = 0 <= number < len(self._seats) and self._seats[number].extra
        what = self.tr("增派这位") if extra else self.tr("改派这位")
        self.replace_button.setText(what)
        self.replace_button.setAccessibleName(what)
        nobody = "" if chosen else self.tr("先在名单里选一位")
        hint = self.tr("在“按特派员”的排班表里找到这一行")
        allow(self.open_button, nobody, hint)
        allow(self.replace_button, nobody or self._why_not(chosen), self.tr("可以撤销"))

    def _why_not(self, chosen: CandidateView | None) -> str:
        if chosen is None:
            return self.tr("先在名单里选一位")
        if self._fixed:
            return self._fixed
        if not chosen.allowed:
            return outcome(chosen)
        if self._command(chosen) is None:
            return self.tr("这项服务要几个人，先把它拖到排班表上，再逐个换人")
        return ""

    def _command(self, chosen: CandidateView) -> Command | None:
        """What sends a candidate: to a seat that is taken, or alone to a visit left out."""
        visit, number = self._visit, self.seat.currentIndex()
        if visit is None or not 0 <= number < len(self._seats):
            return None
        seat = self._seats[number]
        leaving = seat.leaving
        if seat.extra:
            return AddPerson(visit.id, seat.role, chosen.envoy.id)
        if visit.held:
            return Replace(visit.id, leaving, chosen.envoy.id) if leaving else None
        alone = sum(role.count for role in visit.roles) == 1
        return Place(visit.id, self._start, ((chosen.envoy.id,),)) if alone else None

    def _replace(self) -> None:
        chosen = self.list.chosen()
        command = self._command(chosen) if chosen and not self._why_not(chosen) else None
        if command is not None:
            self.command_chosen.emit(command)

    def _activate(self) -> None:
        if self._why_not(self.list.chosen()):
            self._open()
        else:
            self._replace()

    def _open(self) -> None:
        chosen = self.list.chosen()
        if chosen is not None:
            self.envoy_requested.emit(chosen.envoy.id)


def _slot(start: SlotTime) -> str:
    return f"{day_label(start.date)} {start.half.label}"
