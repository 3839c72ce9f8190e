"""When an envoy can come: leave painted on a month, beside the visits of the plan on view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes
from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanView, VisitView
from envoy_app.domain.time import HalfDay, SlotTime, month_start, today
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.roster_leave import absence_words, leave_runs, leave_slots
from ui import theme
from ui.absence_question import LEAVE_REASONS, AbsenceQuestion
from ui.context import AppContext
from ui.form_fields import free_combo
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.month_cells import DAYS, WEEKS
from ui.parts import button, label, tool_button
from ui.roster.leave_grid import LeaveFacts, LeaveGrid, Visit

TOLD = 3


class LeaveTab(QWidget):
    """The calendar of one envoy; every stroke is stored at once, as one change."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._envoy: Envoy | None = None
        self._visits: tuple[VisitView, ...] = ()
        self._plan: PlanView | None = None
        reference = context.workspace.reference
        self._gazetteer, self._vocabulary = reference.gazetteer(), reference.vocabulary()
        self._today = today()
        self._placed = False
        self.grid = LeaveGrid(self._today)
        self.grid.stroke_done.connect(self._write)
        self.grid.month_changed.connect(self._show)
        self.grid.selection_changed.connect(self._tell_conflicts)
        self.reason = free_combo(self.tr("请假原因"), LEAVE_REASONS)
        self.reason.setCurrentText(LEAVE_REASONS[0])
        self.hint = label(
            self.tr("拖过要请假的半天（上半格是上午）；从已请假的格子拖起则取消。"),
            look="muted",
            wrap=True,
        )
        self.conflict_label = label(look="danger", wrap=True)
        self.substitutes_button = button(
            self.tr("安排替班…"), self._ask_substitutes, icon=IconName.ENVOYS
        )
        self.substitutes_button.setToolTip(
            self.tr("看每项服务谁能替、可否改期，列出要打电话的人 (Ctrl+L)")
        )
        self.list_label = label(wrap=True)
        self.list_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._build()

    def _build(self) -> None:
        self.month_label = label(look="strong")
        self.month_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        months = QHBoxLayout()
        months.addWidget(tool_button(IconName.LEFT, self.tr("上个月"), lambda: self._turn(-1)))
        months.addWidget(self.month_label, 1)
        months.addWidget(tool_button(IconName.TODAY, self.tr("回到今天"), self._go_today))
        months.addWidget(tool_button(IconName.RIGHT, self.tr("下个月"), lambda: self._turn(1)))
        why = QHBoxLayout()
        why.addWidget(label(self.tr("原因"), look="muted"))
        why.addWidget(self.reason, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        column.setSpacing(theme.px(1))
        column.addLayout(months)
        column.addWidget(self.grid)
        column.addLayout(why)
        column.addWidget(self.conflict_label)
        column.addWidget(self.substitutes_button)
        column.addWidget(self.hint)
        column.addWidget(label(self.tr("已登记"), look="strong"))
        column.addWidget(self.list_label)
        column.addStretch(1)

    # Showing ----------------------------------------------------------------------------

    def show_envoy(self, envoy: Envoy, visits: Iterable[VisitView], plan: PlanView | None) -> None:
        """Show an envoy's leave and his visits in the plan on view."""
        self._envoy, self._visits, self._plan = envoy, tuple(visits), plan
        if plan is not None and not self._placed:
            self._placed = True
            self.grid.show_month(max(plan.info.start, min(self._today, plan.info.end)))
        self._show()

    def _show(self) -> None:
        month = self.grid.month
        self.month_label.setText(self.tr("{y} 年 {m} 月").format(y=month.year, m=month.month))
        if self._envoy is None:
            return
        first = self.grid.first
        calendar = self._context.workspace.reference.calendar()
        days = (first + timedelta(days=offset) for offset in range(WEEKS * DAYS))
        off = frozenset(day for day in days if not calendar.is_working(day))
        visits = dict(_slots(self._visits, self._plan, self._gazetteer, self._vocabulary))
        self.grid.set_facts(LeaveFacts(leave_slots(self._envoy.absences), visits, off))
        self._tell_conflicts()
        lines = [absence_words(item) for item in self._envoy.absences]
        self.list_label.setText("\n".join(lines) or self.tr("没有登记请假"))

    def _tell_conflicts(self) -> None:
        """Say which visits leave takes the envoy from, that under the pointer before it is set."""
        facts = self.grid.facts
        wanted = facts.visits.keys() & set(self.grid.selection if self.grid.painting else ())
        found = sorted({*facts.conflicts, *wanted})
        told = "、".join(
            f"{slot.date:%m-%d} {slot.half.label}（{facts.visits[slot].short}）"
            for slot in found[:TOLD]
        )
        more = self.tr("等 {n} 个半天").format(n=len(found)) if len(found) > TOLD else ""
        text = self.tr("{when}{more}有下乡服务，请假后需换人。").format(when=told, more=more)
        self.conflict_label.setText(text if found else "")
        self.conflict_label.setVisible(bool(found))
        self.substitutes_button.setVisible(bool(facts.conflicts))

    # Acting -----------------------------------------------------------------------------

    def _ask_substitutes(self) -> None:
        """Ask who goes instead on the first leave that visits lie in, as long as it lasts."""
        facts, conflicts = self.grid.facts, sorted(self.grid.facts.conflicts)
        if self._envoy is None or not conflicts:
            return
        run = next(run for run in leave_runs(facts.leave) if conflicts[0] in run)
        reason = facts.leave[conflicts[0]]
        self._context.absence_requested.emit(
            AbsenceQuestion(self._envoy.id, run[0], run[-1], reason)
        )

    def _turn(self, months: int) -> None:
        self.grid.show_month(month_start(self.grid.month, months))

    def _go_today(self) -> None:
        self.grid.select(SlotTime(self._today, HalfDay.AM))

    def _write(self, slots: tuple[SlotTime, ...], leave: bool) -> None:
        if self._envoy is None:
            return
        roster, key = self._context.workspace.roster, self._envoy.id
        reason = self.reason.currentText()

        def write(handle: JobHandle) -> Changes:
            return roster.set_leave(key, slots, reason=reason, leave=leave)

        self._context.jobs.start(self.tr("保存请假"), write, self._written)

    def _written(self, changes: Changes) -> None:
        if changes.change_id:
            self._context.publish(changes)


def _slots(
    visits: Iterable[VisitView],
    plan: PlanView | None,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
) -> Iterator[tuple[SlotTime, Visit]]:
    for visit in visits:
        county = gazetteer.by_code[visit.county]
        code = visit.roles[0].specialty if visit.roles else ""
        what = "、".join(dict.fromkeys(vocabulary.name(role.specialty) for role in visit.roles))
        shown = Visit(code, county.short_name, f"下乡服务：{county.short_name} {what}")
        for slot in visit.slot_times(plan.days if plan else ()):
            yield slot, shown
