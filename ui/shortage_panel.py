"""Beside the setup form: shortages that no plan can cure, found while the user still chooses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from envoy_app.domain.errors import Cancelled
from envoy_app.services.planning import PlanRequest
from envoy_app.services.preflight import ShortageView
from ui import theme
from ui.context import AppContext
from ui.jobs import Job
from ui.parts import label
from ui.tables import RIGHT, Column, TableView

COLUMNS: tuple[Column[ShortageView], ...] = (
    Column(
        "subject",
        "哪里缺",
        lambda row: row.subject,
        width=132,
        flex=1,
        tooltip=lambda row: row.text,
    ),
    Column("kind", "缺什么", lambda row: row.kind.label, width=80, tooltip=lambda row: row.text),
    Column(
        "need",
        "需要",
        lambda row: f"{row.need} {row.kind.unit}",
        sort=lambda row: row.need,
        align=RIGHT,
        width=62,
    ),
    Column(
        "have",
        "至多",
        lambda row: f"{row.have} {row.kind.unit}",
        sort=lambda row: row.have,
        align=RIGHT,
        width=62,
    ),
)


class ShortagePanel(QFrame):
    """Looks for shortages off the UI thread; a new search ends the one before."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._context = context
        self._job: Job | None = None
        self._build()
        self.stop()

    def _build(self) -> None:
        self.status = label(wrap=True)
        self.status.setAccessibleName(self.tr("排前检查"))
        self.table: TableView[ShortageView] = TableView(
            COLUMNS, self.tr("必然的缺口"), row_height=theme.ROW_DENSE
        )
        self.table.row_chosen.connect(self._explain)
        self.sentence = label(look="muted", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName(self.tr("缺口的说明"))
        # The longest sentence has its room from the start, so that the table never jumps.
        self.sentence.setMinimumHeight(5 * self.sentence.fontMetrics().lineSpacing())
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        found = QWidget()
        below = QVBoxLayout(found)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.px(2))
        below.addWidget(self.table, 1)
        below.addWidget(self.sentence)
        self._sheets = QStackedWidget()
        self._sheets.addWidget(QWidget())
        self._sheets.addWidget(found)
        self._sheets.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        box.setSpacing(theme.px(2))
        box.addWidget(label(self.tr("排前检查"), look="heading"))
        box.addWidget(self.status)
        box.addWidget(self._sheets, 1)

    @property
    def checking(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None

    def check(self, request: PlanRequest) -> None:
        """Look for what no plan for this request can cure."""
        self.stop()
        self._say(self.tr("正在查找怎样排都补不上的缺口…"))
        planning = self._context.workspace.planning
        self._job = self._context.jobs.start(
            self.tr("排前检查"),
            lambda handle: planning.preflight(request, handle.cancelled),
            self._show,
            self._fail,
            key="plan-preflight",
            quiet=True,
        )

    def stop(self) -> None:
        """End a search that runs, and forget what the one before found."""
        if self._job is not None:
            self._job.drop()
            self._job = None
        self.table.set_rows(())
        self.sentence.clear()
        self._say(self.tr("日期和人员齐备后，这里列出怎样排都补不上的缺口。"))

    def _show(self, found: tuple[ShortageView, ...]) -> None:
        self._job = None
        if not found:
            self._say(self.tr("没有发现必然的缺口。"))
            return
        self._say(
            self.tr("有 {0} 处缺口怎样排都补不上；照样可以排班，其余的会排好。").format(len(found)),
            warning=True,
        )
        self.table.set_rows(found)
        self.table.choose(lambda row: True)
        self._sheets.setCurrentIndex(1)

    def _fail(self, error: Exception) -> None:
        self._job = None
        unforeseen = isinstance(error, Cancelled)
        self._say(self.tr("排前检查没有完成，不影响排班。") if unforeseen else str(error))

    def _say(self, text: str, *, warning: bool = False) -> None:
        self._sheets.setCurrentIndex(0)
        self.status.setProperty("muted", not warning)
        self.status.setProperty("warning", warning)
        self.status.style().unpolish(self.status)
        self.status.style().polish(self.status)
        self.status.setText(text)

    def _explain(self, row: ShortageView) -> None:
        self.sentence.setText(row.text)
