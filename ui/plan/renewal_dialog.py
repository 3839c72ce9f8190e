"""Asks before today's data is brought into a plan: what stays, and the list of what does not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, ConflictError
from envoy_app.domain.plans import PlanInfo, PlanState
from envoy_app.domain.renewing import Renewal, RenewalItem, RenewalKind
from ui import theme
from ui.context import AppContext
from ui.dialog import Dialog
from ui.filters import FilterCombo
from ui.icons import IconName, icon
from ui.jobs import Job
from ui.parts import allow, button, label
from ui.tables import Column, TableView

LEAST, ROOM = QSize(820, 460), 0.8
_ORDER = {kind: place for place, kind in enumerate(RenewalKind)}
_MARKS = {
    RenewalKind.OFF: (IconName.WARNING, "danger"),
    RenewalKind.GONE: (IconName.CLOSE, "muted"),
    RenewalKind.CHANGED: (IconName.EDIT, "warning"),
    RenewalKind.NEW: (IconName.ADD, "accent"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Renewal", text)


def _mark(item: RenewalItem) -> object:
    name, token = _MARKS[item.kind]
    return icon(name, getattr(theme.tokens(), token))


def item_columns(county: Callable[[str], str]) -> tuple[Column[RenewalItem], ...]:
    """Return the columns of the list; `county` names one by its code."""
    return (
        Column(
            "kind",
            _tr("变化"),
            lambda item: item.kind.value,
            sort=lambda item: _ORDER[item.kind],
            width=96,
            decoration=_mark,
        ),
        Column("name", _tr("服务"), lambda item: item.name, width=150),
        Column("county", _tr("县"), lambda item: county(item.county), width=72, hidden=True),
        Column(
            "when",
            _tr("原定时间"),
            lambda item: item.when,
            sort=lambda item: (item.start is None, item.start, item.visit),
            width=170,
        ),
        Column("who", _tr("原派的人"), lambda item: item.who, width=120),
        Column("reason", _tr("原因"), lambda item: item.reason, width=260, flex=1),
    )


class RenewalDialog(Dialog):
    """Makes the next version of one plan at a time; `renewed` once it is on view."""

    renewed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._info: PlanInfo | None = None
        self._job: Job | None = None
        self.renewal: Renewal | None = None
        self.setWindowTitle(self.tr("按现在的数据更新"))
        self.setMinimumSize(LEAST)
        self._build()
        self.finished.connect(lambda _result: self._drop())

    def ask(self, info: PlanInfo) -> None:
        """Show what would change, and wait for the answer."""
        self._info = info
        self.title.setText(self.tr("按现在的数据更新“{0}”？").format(info.title))
        self.about.setText(self._about(info))
        self.problem.hide()
        window = self.parentWidget()
        if window is not None:
            self.resize((window.size() * ROOM).expandedTo(LEAST))
        self._read()
        self.open()

    def _about(self, info: PlanInfo) -> str:
        text = self.tr(
            "用现在的名册、县团、工作日历、覆盖标准和需求生成新的一版；仍然可行的安排原样保留，"
            "其余退回未排。原来的一版不变，可以撤销。"
        )
        if info.state is not PlanState.DRAFT:
            text += self.tr("改动会按“{0}”计算，发布前列出要通知的人。").format(info.title)
        return text

    def _build(self) -> None:
        self.title = label(look="heading")
        self.about = label(look="muted", wrap=True)
        self.counts = label(look="strong", wrap=True)
        self.problem = label(look="danger", wrap=True)
        counties = self._context.workspace.reference.gazetteer().by_code
        self.table: TableView[RenewalItem] = TableView(
            item_columns(lambda code: counties[code].short_name if code in counties else code),
            self.tr("有变化的服务"),
            row_height=theme.ROW_DENSE,
        )
        self.waiting = label(self.tr("正在比对现在的名册、日历和需求…"), look="muted")
        self.nothing = label(look="muted")
        self.stack = QStackedWidget()
        for part in (self.waiting, self.nothing, self.table):
            self.stack.addWidget(part)
        for text in (self.waiting, self.nothing):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(4))
        box.setSpacing(theme.px(2))
        for part in (self.title, self.about, self.counts, self.problem):
            box.addWidget(part)
        box.addWidget(self.stack, 1)
        box.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        self.kinds = FilterCombo(
            self.tr("变化的种类"),
            self.tr("全部变化"),
            [(kind.value, kind.value) for kind in RenewalKind],
            None,
        )
        self.kinds.value_changed.connect(lambda _value: self._filter())
        self.copy_button = button(self.tr("复制"), self.table.copy_rows, icon=IconName.COPY)
        self.copy_button.setToolTip(self.tr("复制所选的行（没有选就是全部），可以贴进 Excel"))
        self.cancel_button = button(self.tr("取消"), self.reject)
        self.renew_button = button(self.tr("更新为新的一版"), self.renew, look="primary")
        row = QHBoxLayout()
        row.addWidget(self.kinds)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.renew_button)
        self.cancel_button.setDefault(True)
        return row

    def _filter(self) -> None:
        wanted = self.kinds.value
        self.table.proxy.set_predicate((lambda item: item.kind.value == wanted) if wanted else None)

    def _drop(self) -> None:
        if self._job is not None:
            self._job.drop()
            self._job = None

    # What would change -----------------------------------------------------------------------

    def _read(self) -> None:
        editing, info = self._context.workspace.editing, self._info
        assert info is not None
        self.renewal = None
        self.counts.setText("")
        self.stack.setCurrentWidget(self.waiting)
        self._say(self.tr("正在比对，请稍候"))
        self._drop()
        self._job = self._context.jobs.start(
            self.tr("比对现在的名册、日历和需求"),
            lambda handle: editing.renewal(info.id),
            self._show,
            self._failed,
            key="renewal",
            quiet=True,
        )

    def _show(self, renewal: Renewal) -> None:
        self._job = None
        self.renewal = renewal
        self.counts.setText("，".join(renewal.words) + "。")
        self.table.set_rows(renewal.items)
        self.nothing.setText(
            self.tr("这一版已经是现在的数据，不用更新。")
            if renewal.same
            else self.tr("安排都可以原样保留；更新后手工调整按现在的数据判断。")
        )
        self.stack.setCurrentWidget(self.table if renewal.items else self.nothing)
        self._say(self.tr("这一版已经是现在的数据") if renewal.same else "")

    def _say(self, why_not: str) -> None:
        allow(self.renew_button, why_not, self.tr("生成新的一版，可以撤销"))
        listed = bool(self.renewal and self.renewal.items)
        for part in (self.kinds, self.copy_button):
            part.setVisible(listed)

    def _failed(self, error: Exception) -> None:
        self._job = None
        self._tell(error)
        self.stack.setCurrentWidget(self.nothing)
        self.nothing.setText("")
        self._say(self.tr("没有比对成功"))

    def _tell(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.problem.setText(self.tr("没有更新，请再试一次。"))
        else:
            self.problem.setText(str(error))
        self.problem.show()

    # Doing it --------------------------------------------------------------------------------

    def renew(self) -> None:
        """Make the new version as it was shown."""
        editing, info, seen = self._context.workspace.editing, self._info, self.renewal
        if info is None or seen is None:
            return
        self.problem.hide()
        self._say(self.tr("正在更新，请稍候"))
        self.cancel_button.setEnabled(False)
        self._context.jobs.start(
            self.tr("按现在的数据更新"),
            lambda handle: editing.renew(info.id, seen),
            self._done,
            self._refused,
        )

    def _done(self, renewal: Renewal) -> None:
        self.cancel_button.setEnabled(True)
        self.accept()
        self._context.plans.put(renewal.plan)
        text = self.tr("已更新为 {0}：{1}").format(
            renewal.plan.info.title, "，".join(renewal.words)
        )
        self._context.publish(Changes(frozenset({Topic.PLANS}), text))
        self.renewed.emit()

    def _refused(self, error: Exception) -> None:
        self.cancel_button.setEnabled(True)
        self._tell(error)
        if isinstance(error, ConflictError):
            self._read()  # what is shown now is what would be done
        else:
            self._say("")
