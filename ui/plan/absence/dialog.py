"""The absence assistant: somebody cannot come, who takes what, and who must be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.absences import AbsenceDone, AbsenceVerdict, PlanHit
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.people import Envoy
from envoy_app.domain.time import today
from envoy_app.services.absence_cases import AbsenceCase
from ui import theme
from ui.absence_question import AbsenceQuestion
from ui.context import AppContext
from ui.dialog import Dialog
from ui.exporting import ExportButton, ExportChoice
from ui.icons import IconName
from ui.jobs import Job, JobHandle
from ui.parts import allow, button, label
from ui.plan.absence.choices import Choices
from ui.plan.absence.form import LeaveForm
from ui.plan.absence.person_field import Person, searchable
from ui.plan.labels import Labels
from ui.plan.versions.panels import NoticesPanel

T = TypeVar("T")
LEAST, ROOM = QSize(840, 470), 0.95
# Below this height (logical pixels) choices and calls are looked at in turn.
LOW = 600


@dataclass(frozen=True, slots=True)
class _People:
    """Who can be chosen, and who is at first."""

    people: tuple[Person, ...]
    chosen: Envoy | None


class AbsenceDialog(Dialog):
    """Asks for a leave, shows what it does to a plan, and stores what is chosen.

    Everything is asked off the UI thread; an answer to an older question is dropped.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: AbsenceCase | None = None
        self._verdict: AbsenceVerdict | None = None
        self._wish: tuple[str | None, bool] = (None, False)
        self._jobs: dict[str, Job] = {}
        self._unread: str | None = None  # whom to choose once the roster is read
        self._stored = False
        self.setWindowTitle(self.tr("请假替班"))
        self.setMinimumSize(LEAST)
        self._build()
        self.form.changed.connect(self._read_case)
        self.plans.activated.connect(self._choose_plan)
        self.choices.changed.connect(self._judge)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.adopt)

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.form = LeaveForm()
        self.plan_label = label(self.tr("方案"), look="muted")
        self.plans = QComboBox()
        self.plans.setAccessibleName(self.tr("按哪一版方案安排替班"))
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.plan_label.setBuddy(self.plans)
        self.note = label(wrap=True)
        self.note.setAccessibleName(self.tr("说明"))
        plan = QHBoxLayout()
        plan.setSpacing(theme.px(2))
        plan.addWidget(self.plan_label)
        plan.addWidget(self.plans)
        plan.addWidget(self.note, 1)
        self.problem = label(look="danger", wrap=True)
        self.problem.setAccessibleName(self.tr("问题"))
        self.problem.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(2))
        box.addWidget(self.form)
        box.addLayout(plan)
        box.addWidget(self._build_middle(), 1)
        box.addWidget(self.problem)
        box.addLayout(self._build_foot())

    def _build_middle(self) -> QWidget:
        self.choices = Choices()
        self.whom = label(look="strong")
        self.notices = NoticesPanel(self._context)
        self.calls = QWidget()
        column = QVBoxLayout(self.calls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.whom)
        column.addWidget(self.notices, 1)
        self.work = QSplitter(Qt.Orientation.Vertical)
        self.work.addWidget(self.choices)
        self.work.addWidget(self.calls)
        self.work.setChildrenCollapsible(False)
        self.work.setHandleWidth(theme.px(2))
        self.work.setSizes([500, 460])
        self.message = QLabel()
        self.message.setProperty("muted", True)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.retry_button = button(self.tr("再试"), self._try_again, icon=IconName.REFRESH)
        self.retry_button.setAutoDefault(False)
        said = QWidget()
        middle = QVBoxLayout(said)
        middle.addStretch(1)
        middle.addWidget(self.message)
        middle.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(said)
        self.stack.addWidget(self.work)
        return self.stack

    def _build_foot(self) -> QHBoxLayout:
        self.copy_button = button(self.tr("复制通知名单"), self.copy_list, icon=IconName.COPY)
        self.export = ExportButton(self._context, self._exports)
        self.export.setText(self.tr("导出"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setProperty("framed", True)
        self.calls_button = QPushButton()
        self.calls_button.setCheckable(True)
        self.calls_button.setToolTip(self.tr("看要打电话的人，再按回到替班安排"))
        self.calls_button.toggled.connect(lambda _on: self._arrange())
        self.calls_button.setAutoDefault(False)
        self.total = label(wrap=True)
        self.total.setAccessibleName(self.tr("合起来的影响"))
        self.close_button = button(self.tr("取消"), self.reject)
        self.adopt_button = button(self.tr("采用"), self.adopt, look="primary")
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for part in (self.copy_button, self.close_button, self.adopt_button):
            part.setAutoDefault(False)  # Enter chooses an option
        row.addWidget(self.calls_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.export)
        row.addWidget(self.total, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.adopt_button)
        return row

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Show choices over calls, or where the dialog is low one of them."""
        low = self.height() < LOW
        self.calls_button.setVisible(low and self.stack.currentWidget() is self.work)
        calls = self.calls_button.isChecked()
        self.choices.setVisible(not low or not calls)
        self.calls.setVisible(not low or calls)

    # Opening ---------------------------------------------------------------------------------

    def ask(self, question: AbsenceQuestion) -> None:
        """Open with a question; nobody chosen asks for the person first."""
        plan = self._context.plans.plan
        self._stored = False
        self._wish = (plan.info.id if plan else None, False)
        self._tell_problem("")
        self.form.setEnabled(True)
        self.form.show_person(None)
        self.form.ask(question, self._usual_day())
        self.close_button.setText(self.tr("取消"))
        self.adopt_button.show()
        window = self.parentWidget()
        if window is not None:
            self.resize((window.size() * ROOM).expandedTo(LEAST))
        self._read_people(question.envoy)
        self.open()
        first = self.form.first if question.envoy else self.form.person
        first.setFocus()

    def _usual_day(self) -> date:
        now, plan = today(), self._context.plans.plan
        if plan is None or plan.info.start <= now <= plan.info.end:
            return now
        return plan.info.start

    def _read_people(self, envoy: str) -> None:
        roster = self._context.workspace.roster
        self._unread = envoy
        self._show_message(self.tr("正在读取名册…"))

        def read(handle: JobHandle) -> _People:
            people = searchable(roster.envoys())
            chosen = next((each for each, _ in people if each.id == envoy), None)
            if chosen is None and envoy:
                chosen = next(iter(roster.some([envoy])), None)
            return _People(people, chosen)

        def done(found: _People) -> None:
            self._unread = None
            self.form.offer(found.people)
            if self.form.person.person is None:
                self.form.show_person(found.chosen)
            self._read_case()
            if envoy and self.form.person.person is None:
                self._show_message(self.tr("名册里没有这位特派员，请重新选择。"))

        self._start("people", self.tr("读取名册"), read, done)

    @override
    def done(self, result: int) -> None:
        """Nobody waits for answers any more."""
        for job in self._jobs.values():
            job.drop()
        self._jobs.clear()
        super().done(result)

    def _start(
        self, key: str, title: str, work: Callable[[JobHandle], T], done: Callable[[T], None]
    ) -> None:
        self._jobs[key] = self._context.jobs.start(
            title, work, done, self._failed, key=f"absence-{key}", quiet=True
        )

    # The case --------------------------------------------------------------------------------

    def _choose_plan(self) -> None:
        self._wish = (self.plans.currentData(), True)
        self._read_case()

    def _read_case(self) -> None:
        """Ask what the leave does to the plan; before the roster is read nobody is chosen."""
        if self._unread is not None:
            return
        leave = self.form.leave
        self._case = self._verdict = None
        self._drop("case", "judge")
        if leave is None:
            self.note.clear()
            self._show_plans(())
            text = self.tr("先选请假的人：输入姓名、拼音或首字母，按回车。")
            self._show_message(text)
            self._allow(self.tr("先选请假的人"))
            return
        self._show_message(self.tr("正在看哪些服务受影响…"))
        self._allow(self.tr("正在看哪些服务受影响"))
        absences, (plan_id, exact) = self._context.workspace.absences, self._wish

        def read(handle: JobHandle) -> AbsenceCase:
            return absences.case(leave, plan_id, exact=exact)

        self._start("case", self.tr("查看受影响的服务"), read, self._show_case)

    def _try_again(self) -> None:
        if self._unread is not None:
            self._read_people(self._unread)
        else:
            self._read_case()

    def _drop(self, *keys: str) -> None:
        for key in keys:
            if job := self._jobs.pop(key, None):
                job.drop()

    def _failed(self, error: Exception) -> None:
        known = not isinstance(error, Cancelled)  # else the crash dialog has told it
        text = str(error) if known else self.tr("没有看成，请再试一次。")
        self._show_message(text, retry=True)
        self._allow(text)

    def _show_case(self, case: AbsenceCase) -> None:
        self._case = case
        self._show_plans(case.plans)
        self.note.setText("\n".join(self._notes(case)))
        self.adopt_button.setText(self._verb(case))
        if not case.hits:
            self._show_message(self.tr("这段时间没有派出去的下乡服务，不用找人替，只登记请假。"))
            self._allow("")
            return
        assert case.plan is not None
        reference = self._context.workspace.reference
        labels = Labels(case.plan, reference.gazetteer(), reference.vocabulary())
        self.choices.show_case(case, labels)
        self.notices.show_notices(())
        self.stack.setCurrentWidget(self.work)
        self.calls_button.setChecked(False)
        self._arrange()
        self._judge()

    def _verb(self, case: AbsenceCase) -> str:
        if not case.hits:
            return self.tr("登记请假")
        return self.tr("修订并采用") if case.revises else self.tr("采用")

    def _show_plans(self, plans: Sequence[PlanHit]) -> None:
        self.plans.clear()
        for item in plans:
            number = self.tr("{0} 项受影响").format(item.visits)
            self.plans.addItem(
                f"{item.info.title} · {item.info.state.value} · {number}", item.info.id
            )
        case = self._case
        if case is not None and case.plan is not None:
            self.plans.setCurrentIndex(self.plans.findData(case.plan.info.id))
        for part in (self.plans, self.plan_label):
            part.setVisible(bool(plans))

    def _notes(self, case: AbsenceCase) -> Iterator[str]:
        """What must be said of the plans before anything is chosen."""
        plan, looked_at = case.plan, self._context.plans.plan
        if plan is not None and case.revises:
            text = self.tr(
                "“{0}”已发布、不能改：采用时先修订为新的一版草案再换人，和登记请假算一步，可以撤销。"
            )
            yield text.format(plan.info.title)
        if plan is not None and looked_at is not None and looked_at.info.id != plan.info.id:
            yield self.tr("正在看的是“{0}”，这里处理的是“{1}”。").format(
                looked_at.info.title, plan.info.title
            )
        others = [hit for hit in case.plans if hit.visits and (not plan or hit.info != plan.info)]
        if others:
            named = "、".join(
                self.tr("“{0}”（{1}，{2} 项）").format(
                    hit.info.title, hit.info.state.value, hit.visits
                )
                for hit in others[:3]
            )
            more = self.tr("等 {0} 版").format(len(others)) if len(others) > 3 else ""
            yield self.tr("{0}{1}也受影响，采用后再到这里另选方案处理。").format(named, more)

    # The verdict -----------------------------------------------------------------------------

    def _judge(self) -> None:
        """Ask what comes of the choices as they are now."""
        case, chosen = self._case, self.choices.chosen
        if case is None:
            return
        self._verdict = None
        self._drop("judge")
        self.total.setText(self.tr("正在判断合在一起行不行…"))
        self._allow(self.tr("正在判断合在一起行不行"))

        def read(handle: JobHandle) -> AbsenceVerdict:
            return case.judge(chosen)

        self._start("judge", self.tr("判断替班安排"), read, self._show_verdict)

    def _show_verdict(self, verdict: AbsenceVerdict) -> None:
        self._verdict = verdict
        self.choices.show_verdict(verdict)
        notices = verdict.difference.notices
        self.notices.show_notices(notices)
        if self.notices.table.current_row() is None:
            self.notices.table.choose(lambda _notice: True)  # the words of the first are read
        for part in (self.whom, self.calls_button):
            part.setText(self.tr("要通知 {0} 人").format(len(notices)))
        words = "，".join(word.rstrip("。") for word in verdict.whole.words)
        if verdict.whole.allowed:
            self.total.setText(self.tr("合起来：{0}。").format(words))
            self._allow("")
            return
        first = verdict.whole.broken[0].text.rstrip("。")
        self.total.setText(self.tr("选的办法合不到一起：{0}。").format(first))
        self._allow(self.tr("选的办法有冲突，先改标红的一项：{0}").format(first))

    # Doing it --------------------------------------------------------------------------------

    def adopt(self) -> None:
        """Store the leave and what was chosen, as one change."""
        case = self._case
        if case is None or self._stored or not self.adopt_button.isEnabled():
            return
        chosen, reason = self.choices.chosen if case.hits else (), self.form.why
        absences = self._context.workspace.absences
        self._tell_problem("")
        self._allow(self.tr("正在保存"))
        self.form.setEnabled(False)
        self.plans.setEnabled(False)
        self.choices.set_why_not(self.tr("正在保存"))

        def work(handle: JobHandle) -> AbsenceDone:
            return absences.adopt(case, chosen, reason)

        self._context.jobs.start(
            self.tr("登记请假、安排替班"), work, self._adopted, self._not_adopted
        )

    def _adopted(self, done: AbsenceDone) -> None:
        self._stored = True
        self.plans.setEnabled(True)
        if done.plan is not None:
            self._context.plans.put(done.plan, done.changes.change_id)
        if done.changes.change_id:
            self._context.publish(done.changes)
        else:
            self._context.notify(self.tr("这段请假以前登记过，没有要改的"))
        if self._case is None or not self._case.hits:
            self.accept()
            return
        self._show_stored(done)

    def _show_stored(self, done: AbsenceDone) -> None:
        """Stay open with whom to call: that is what comes next."""
        self.note.setText(self.tr("已采用：{0}。可以撤销。").format(done.changes.description))
        if self._case is not None and self._case.revises and done.plan is not None:
            more = self.tr("“{0}”是草案，核对后再发布。").format(done.plan.info.title)
            self.note.setText(f"{self.note.text()}{more}")
        self.plans.hide()
        self.plan_label.hide()
        self.choices.set_why_not(self.tr("已经采用；要再改，请关闭后在排班表上改"))
        self.adopt_button.hide()
        self.calls_button.setChecked(True)
        self.close_button.setText(self.tr("关闭"))
        self.close_button.setFocus()

    def _not_adopted(self, error: Exception) -> None:
        self.form.setEnabled(True)
        self.plans.setEnabled(True)
        self.choices.set_why_not("")
        self._allow("")
        if not isinstance(error, Cancelled):
            self._tell_problem(str(error))

    # Little things ---------------------------------------------------------------------------

    def _show_message(self, text: str, *, retry: bool = False) -> None:
        self.message.setText(text)
        self.message.setAccessibleName(text)
        self.retry_button.setVisible(retry)
        self.total.clear()
        self.stack.setCurrentIndex(0)
        self._arrange()

    def _tell_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _allow(self, why_not: str) -> None:
        allow(self.adopt_button, why_not, self.tr("登记请假并照此换人，一步可以撤销 (Ctrl+回车)"))
        listed = "" if self._verdict and self._verdict.difference.notices else why_not
        listed = listed or ("" if self._verdict else self.tr("没有要通知的人"))
        allow(self.copy_button, listed, self.tr("姓名、电话和要说的话，可以贴进 Excel"))
        allow(self.export, listed, self.tr("存成 Excel：变化、要通知的人（带打√签字栏）"))

    def copy_list(self) -> None:
        """Copy everybody to call, with phone and words, as Excel takes it."""
        table = self.notices.table
        people = table.rows_model.rows
        QGuiApplication.clipboard().setText(table.as_tsv(people))
        self._context.notify(self.tr("已复制 {0} 人的通知名单").format(len(people)))

    def _exports(self) -> Sequence[ExportChoice]:
        case, verdict = self._case, self._verdict
        if case is None or case.plan is None or verdict is None:
            return ()
        exports, difference = self._context.workspace.exports, verdict.difference
        person = self.form.person.person
        name = person.name if person else ""
        return (
            ExportChoice(
                self.tr("变化和要通知的人…"),
                self.tr("{0}请假替班通知名单").format(name),
                lambda path: exports.difference_workbook(path, difference),
            ),
        )
