"""Asks before a draft is published: what will happen, and who is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes
from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plan_changes import Publication
from envoy_app.domain.plans import PlanInfo
from ui import theme
from ui.context import AppContext
from ui.dialog import Dialog
from ui.exporting import ExportButton, ExportChoice
from ui.jobs import JobHandle
from ui.parts import allow, button, label
from ui.plan.versions.panels import NoticesPanel

LEAST, ROOM = QSize(860, 540), 0.86


class PublishDialog(Dialog):
    """Publishes one draft at a time; `published` carries the Changes."""

    published = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._plan_id = ""
        self._publication: Publication | None = None
        self.setWindowTitle(self.tr("发布排班方案"))
        self.setMinimumSize(LEAST)
        self._build()

    def ask(self, info: PlanInfo) -> None:
        """Show what publishing a draft would do, and wait for the answer."""
        self._plan_id = info.id
        self._publication = None
        self.title.setText(self.tr("发布“{0}”？").format(info.title))
        self.effects.clear()
        for part in (self.warning, self.problem, self.whom):
            part.hide()
        self.stack.setCurrentWidget(self.waiting)
        self._say(self.tr("正在核对要通知的人"))
        window = self.parentWidget()
        if window is not None:
            self.resize((window.size() * ROOM).expandedTo(LEAST))
        self._read()
        self.open()

    def _build(self) -> None:
        self.title = label(look="heading")
        self.effects = label(wrap=True)
        self.warning = label(look="warning", wrap=True)
        self.problem = label(look="danger", wrap=True)
        self.whom = label(look="strong")
        self.notices = NoticesPanel(self._context)
        self.waiting = label(self.tr("正在核对…"), look="muted")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nobody = label(self.tr("安排与现行的一版相同，没有人要通知。"), look="muted")
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        for part in (self.waiting, self.nobody, self.notices):
            self.stack.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        box.setSpacing(theme.px(2))
        for part in (self.title, self.effects, self.warning, self.problem, self.whom):
            box.addWidget(part)
        box.addWidget(self.stack, 1)
        box.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        self.export = ExportButton(self._context, self._exports)
        self.export.setText(self.tr("导出通知名单"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setProperty("framed", True)
        self.cancel_button = button(self.tr("取消"), self.reject)
        self.publish_button = button(self.tr("发布"), self.publish, look="primary")
        row = QHBoxLayout()
        row.addWidget(self.export)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.publish_button)
        self.cancel_button.setDefault(True)
        return row

    def _say(self, why_not: str) -> None:
        allow(self.publish_button, why_not, self.tr("定为正式方案；可以用“撤销”收回"))
        allow(self.export, why_not, self.tr("存成 Excel，打印出来逐个打√签字"))

    # What will happen ------------------------------------------------------------------------

    def _read(self) -> None:
        comparing, plan_id = self._context.workspace.comparing, self._plan_id

        def read(handle: JobHandle) -> Publication:
            return comparing.publication(plan_id)

        self._context.jobs.start(
            self.tr("核对要通知的人"), read, self._show, self._failed, key="publication", quiet=True
        )

    def _show(self, publication: Publication) -> None:
        self._publication = publication
        self.effects.setText("\n".join(self._lines(publication)))
        warnings = list(self._warnings(publication))
        self.warning.setText("\n".join(warnings))
        self.warning.setVisible(bool(warnings))
        if publication.notices:
            self.whom.setText(self._headline(publication))
            self.whom.show()
        self.notices.show_notices(publication.notices)
        self.stack.setCurrentWidget(self.notices if publication.notices else self.nobody)
        self._say("")

    def _headline(self, publication: Publication) -> str:
        number = len(publication.notices)
        if publication.difference is None:
            return self.tr("首次发布，要通知方案里的全部 {0} 人：").format(number)
        changed = len(publication.difference.visits)
        return self.tr("与现行的一版相比有 {0} 项变化，要通知 {1} 人：").format(changed, number)

    def _warnings(self, publication: Publication) -> Iterator[str]:
        if publication.withdrawn:
            text = self.tr("有 {0} 项服务的需求后来已取消、驳回或完成，发布前请再核对。")
            yield text.format(publication.withdrawn)
        if publication.overlapping:
            names = "、".join(f"“{info.title}”" for info in publication.overlapping)
            text = self.tr("{0}已发布且日期重叠").format(names)
            if publication.double_booked:
                text += self.tr("，{0} 人会同一时间要去两处").format(publication.double_booked)
            yield text + self.tr("，请核对。")

    def _lines(self, publication: Publication) -> list[str]:
        lines = [
            self.tr("“{0}”不再生效，转为已归档，仍可查看。").format(info.title)
            for info in publication.archived
        ]
        if publication.assigned:
            lines.append(self.tr("{0} 条服务需求变为“已派员”。").format(publication.assigned))
        if publication.reopened:
            text = self.tr("{0} 条服务需求不再排上，退回“已受理”。")
            lines.append(text.format(publication.reopened))
        lines.append(self.tr("发布后这一版只读；要调整，请重新排班，或修订为新的一版再改。"))
        return lines

    # Doing it --------------------------------------------------------------------------------

    def publish(self) -> None:
        """Publish, and close when it is done."""
        planning, plan_id = self._context.workspace.planning, self._plan_id
        self._say(self.tr("正在发布"))
        self.problem.hide()

        def work(handle: JobHandle) -> Changes:
            return planning.publish(plan_id)

        def done(changes: Changes) -> None:
            if plan_id == self._plan_id:
                self.accept()
            self.published.emit(changes)

        self._context.jobs.start(self.tr("发布排班方案"), work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.reject()
            return
        self.problem.setText(str(error))
        self.problem.show()
        self._say(str(error) if self._publication is None else "")

    def _exports(self) -> Sequence[ExportChoice]:
        if self._publication is None:
            return ()
        exports, info = self._context.workspace.exports, self._publication.info
        return (
            ExportChoice(
                self.tr("需通知人员（带打√签字栏）…"),
                self.tr("{0}通知名单").format(info.title),
                lambda path: exports.changes_workbook(path, info.id),
            ),
        )
