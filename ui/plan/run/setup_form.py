"""The first sheet of the run dialog: which days, what matters first, how long to search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.errors import Cancelled
from envoy_app.domain.plans import Preset
from envoy_app.domain.time import month_start
from envoy_app.services.planning import PlanPreview, PlanRequest
from ui import theme
from ui.context import AppContext
from ui.shortage_panel import ShortagePanel

PREVIEW_DELAY_MS = 200
TIME_LIMITS = ((30, "30 秒"), (60, "1 分钟"), (180, "3 分钟"), (300, "5 分钟"))
PRESET_HINTS = {
    Preset.COVERAGE: "先让每个县达到覆盖标准，再少跑路。",
    Preset.BALANCE: "覆盖相同时，让每位特派员的天数更接近。",
    Preset.TRAVEL: "覆盖相同时，让行车时间最少。",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A range of days to choose from, both ends included."""

    title: str
    start: date
    end: date


def month_after(day: date, months: int) -> Period:
    """Return the full calendar month that lies `months` after a day's."""
    start = month_start(day, months)
    end = month_start(start, 1) - timedelta(days=1)
    return Period(f"{start.year} 年 {start.month} 月", start, end)


def periods(today: date) -> tuple[Period, ...]:
    """Return the quick choices: next month first, then the one after, then the rest of this."""
    after, later, now = (month_after(today, count) for count in (1, 2, 0))
    return (
        Period(f"下个月（{after.title}）", after.start, after.end),
        Period(f"再下个月（{later.title}）", later.start, later.end),
        Period("本月余下的日子", today, now.end),
    )


class SetupForm(QWidget):
    """Collects a PlanRequest and shows what it would plan.

    Signals: `readiness_changed` a sentence that says why nothing can be started, or "".
    """

    readiness_changed = Signal(str)

    def __init__(self, context: AppContext, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._periods = periods(today)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_DELAY_MS)
        self._timer.timeout.connect(self._start_preview)
        self.preview: PlanPreview | None = None
        self._build()
        self._choose_period(0)

    @property
    def request(self) -> PlanRequest:
        """What the form asks for."""
        return PlanRequest(
            start=_python(self.start.date()),
            end=_python(self.end.date()),
            name=self.name.text().strip(),
            preset=tuple(PRESET_HINTS)[self._presets.checkedId()],
            time_limit=float(self.limit.currentData()),
        )

    def _build(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme.px(3))
        form.setVerticalSpacing(theme.px(2))
        self.scope = QComboBox()
        self.scope.setAccessibleName(self.tr("范围"))
        self.scope.currentIndexChanged.connect(lambda _place: self._show_rows())
        form.addRow(self.tr("范围"), self.scope)
        self.partial = _muted("")
        form.addRow("", self.partial)
        self._rows = form
        form.addRow(self.tr("时间"), self._build_days())
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("可不填，按月份命名"))
        self.name.setMaxLength(60)
        form.addRow(self.tr("名称"), self.name)
        form.addRow(self.tr("先看什么"), self._build_presets())
        self.limit = QComboBox()
        for seconds, title in TIME_LIMITS:
            self.limit.addItem(title, seconds)
        self.limit.setCurrentIndex(1)
        self.limit.setToolTip(self.tr("到时间自动停下并采用最好的方案；也可以提前停止"))
        form.addRow(self.tr("最长求解"), self.limit)
        for field, name in (
            (self.period, self.tr("时间")),
            (self.name, self.tr("名称")),
            (self.limit, self.tr("最长求解")),
        ):
            field.setAccessibleName(name)
        box = QVBoxLayout()
        box.setSpacing(theme.px(3))
        box.addLayout(form)
        self.figures_panel = self._build_preview()
        box.addWidget(self.figures_panel)
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setProperty("warning", True)
        self.outcome.setAccessibleName(self.tr("上次排班的结果"))
        self.outcome.hide()
        box.addWidget(self.outcome)
        box.addStretch(1)
        self.shortages = ShortagePanel(self._context)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(4))
        across.addLayout(box, 1)
        across.addWidget(self.shortages, 1)
        self.offer_parts(())

    def _build_days(self) -> QWidget:
        self.period = QComboBox()
        for period in self._periods:
            self.period.addItem(period.title)
        self.period.addItem(self.tr("自选日期"))
        self.period.activated.connect(self._choose_period)
        self.start, self.end = QDateEdit(), QDateEdit()
        for edit, name in ((self.start, self.tr("从")), (self.end, self.tr("到"))):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setAccessibleName(name)
            edit.dateChanged.connect(self._days_edited)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.px(1))
        grid.addWidget(self.period, 0, 0, 1, 3)
        grid.addWidget(self.start, 1, 0)
        grid.addWidget(QLabel(self.tr("至")), 1, 1)
        grid.addWidget(self.end, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        return holder

    def _build_presets(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(0.5))
        self._presets = QButtonGroup(self)
        for number, (preset, hint) in enumerate(PRESET_HINTS.items()):
            button = QRadioButton(preset.value)
            button.setAccessibleDescription(hint)
            button.setChecked(preset is Preset.COVERAGE)
            button.setFixedWidth(theme.px(26))
            self._presets.addButton(button, number)
            line = QHBoxLayout()
            line.addWidget(button)
            line.addWidget(_muted(hint), 1)
            box.addLayout(line)
        return holder

    def _build_preview(self) -> QWidget:
        panel = QFrame()
        panel.setObjectName("panel")
        grid = QGridLayout(panel)
        grid.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        grid.setVerticalSpacing(theme.px(1))
        self.figures: dict[str, QLabel] = {}
        names = (
            ("days", self.tr("工作日")),
            ("visits", self.tr("服务")),
            ("envoys", self.tr("可用特派员")),
        )
        for column, (key, title) in enumerate(names):
            value = QLabel("…")
            value.setProperty("figure", True)
            value.setAccessibleName(title)
            grid.addWidget(_muted(title), 0, column)
            grid.addWidget(value, 1, column)
            grid.setColumnStretch(column, 1)
            self.figures[key] = value
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("muted", True)
        grid.addWidget(self.note, 2, 0, 1, 3)
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.warning.setProperty("warning", True)
        self.warning.setAccessibleName(self.tr("提醒"))
        grid.addWidget(self.warning, 3, 0, 1, 3)
        return panel

    def offer_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Offer parts of the plan on view, each with what it may change, besides a whole plan."""
        self._told = [told for _title, told in parts]
        self.scope.clear()
        self.scope.addItem(self.tr("全部重新排，生成一版新方案"))
        self.scope.addItems([self.tr("局部重排：{0}").format(title) for title, _told in parts])
        self._show_rows()

    @property
    def part(self) -> int | None:
        """The number of the part to be planned anew, None for a whole new plan."""
        place = self.scope.currentIndex()
        return place - 1 if place > 0 else None

    def _show_rows(self) -> None:
        """Ask of a part nothing that is asked of a whole plan only."""
        whole = self.part is None
        if self.part is not None:
            note = self.tr("下一步选结果放在哪里、最长排多久；侧重沿用这一版方案。")
            self.partial.setText(f"{self._told[self.part]}\n{note}")
        self._rows.setRowVisible(self.scope, self.scope.count() > 1)
        self._rows.setRowVisible(self.partial, not whole)
        for row in range(2, self._rows.rowCount()):
            self._rows.setRowVisible(row, whole)
        self.figures_panel.setVisible(whole)
        self.shortages.setVisible(whole)

    def _choose_period(self, index: int) -> None:
        if index >= len(self._periods):
            self.start.setFocus()
            return
        period = self._periods[index]
        for edit, day in ((self.start, period.start), (self.end, period.end)):
            edit.blockSignals(True)
            edit.setDate(QDate(day.year, day.month, day.day))
            edit.blockSignals(False)
        self.refresh()

    def _days_edited(self) -> None:
        now = (_python(self.start.date()), _python(self.end.date()))
        known = [(period.start, period.end) for period in self._periods]
        self.period.setCurrentIndex(known.index(now) if now in known else len(known))
        self.refresh()

    def refresh(self) -> None:
        """Compute the preview anew."""
        self.preview = None
        self.shortages.stop()
        self.note.setText(self.tr("正在计算…"))
        self.readiness_changed.emit(self.tr("正在计算工作日和服务"))
        self._timer.start()

    def tell(self, sentence: str) -> None:
        """Show what became of the last run."""
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def _start_preview(self) -> None:
        request = self.request
        if request.start > request.end:
            self._fail(self.tr("开始日期晚于结束日期，请改一个。"))
            return
        self._context.jobs.start(
            self.tr("计算排班范围"),
            lambda _handle: self._context.workspace.planning.preview(request),
            lambda preview: self._show(preview, request),
            lambda error: self._fail("" if isinstance(error, Cancelled) else str(error)),
            key="plan-preview",
            quiet=True,
        )

    def _show(self, preview: PlanPreview, request: PlanRequest) -> None:
        self.preview = preview
        visits = preview.visits_from_standard + preview.visits_from_demands
        self.figures["days"].setText(self.tr("{0} 天").format(preview.working_days))
        self.figures["visits"].setText(self.tr("{0} 项").format(visits))
        self.figures["envoys"].setText(self.tr("{0} 人").format(preview.envoys_available))
        self.note.setText(
            self.tr("服务中，覆盖标准 {0} 项，已受理的需求 {1} 项。").format(
                preview.visits_from_standard, preview.visits_from_demands
            )
        )
        self.warning.setText("\n".join(preview.warnings))
        self.warning.setVisible(bool(preview.warnings))
        blocked = _blocked(preview)
        self.readiness_changed.emit(blocked)
        if not blocked:
            self.shortages.check(request)

    def _fail(self, sentence: str) -> None:
        for label in self.figures.values():
            label.setText("–")
        self.note.setText("")
        self.warning.setText(sentence)
        self.warning.setVisible(bool(sentence))
        self.readiness_changed.emit(sentence or self.tr("没有算出排班范围"))


def _blocked(preview: PlanPreview) -> str:
    if not preview.working_days:
        return "这段日期里没有工作日，请改日期。"
    if not preview.envoys_available:
        return "没有可用的特派员，请先导入名册。"
    if not preview.visits_from_standard + preview.visits_from_demands:
        return "这段日期里没有要排的服务，请先受理需求或设定覆盖标准。"
    return ""


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("muted", True)
    label.setWordWrap(True)
    return label


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
