"""All versions of all plans, and any two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.plan_changes import Figure, PlanDifference, PlanSummary
from envoy_app.domain.plans import PlanInfo, PlanState
from ui import theme
from ui.context import AppContext
from ui.dialog import Dialog
from ui.exporting import ExportButton, ExportChoice
from ui.icons import IconName
from ui.jobs import JobHandle
from ui.parts import EmptyState, button, label, tool_button
from ui.plan.change_rows import ChangeRow, ChangeWords
from ui.plan.changes_panel import ChangesPanel
from ui.plan.versions.panels import NoticesPanel
from ui.plan.versions.rows import (
    VersionRow,
    figure_columns,
    version_columns,
    version_title,
)
from ui.tables import TableView

READING, LONELY, FULL = range(3)
DIFFERENT, EQUAL, WAITING, APART = range(4)
LIST_LEAST, LIST_ROWS = 3, 6
LEAST, ROOM = QSize(900, 560), 0.94
FIGURES_WIDTH = theme.px(113)
# A narrower dialog has no room for figures beside the lists: they get a tab of their own.
NARROW = theme.px(290)


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with its rows, made off the UI thread."""

    difference: PlanDifference
    rows: tuple[ChangeRow, ...]


class VersionsDialog(Dialog):
    """Stays open beside the window; `visit_requested` carries a version's and a visit's id."""

    visit_requested = Signal(str, str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._versions: tuple[PlanSummary, ...] = ()
        self._difference: PlanDifference | None = None
        self.setWindowTitle(self.tr("版本对比"))
        self.setModal(False)
        self.setMinimumSize(LEAST)
        self._build()
        context.changed.connect(self._refresh)

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.list: TableView[VersionRow] = TableView(
            version_columns(), self.tr("全部版本"), row_height=theme.ROW_DENSE
        )
        self.list.setToolTip(self.tr("双击一版，把它作为“现在”的一版来对比"))
        self.list.row_activated.connect(lambda row: self._set_after(row.info.id))
        self.sheets = QStackedWidget()
        self.reading = label(self.tr("正在读取各版方案…"), look="muted")
        self.reading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheets.addWidget(self.reading)
        self.sheets.addWidget(
            EmptyState(
                IconName.PLAN,
                self.tr("还没有两版可以对比"),
                self.tr("再排一次，或把方案修订为新的一版，就可以在这里对比。"),
            )
        )
        self.sheets.addWidget(self._build_full())
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(2))
        box.addWidget(self.sheets, 1)
        box.addLayout(self._build_foot())

    def _build_full(self) -> QWidget:
        down = QSplitter(Qt.Orientation.Vertical)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addLayout(self._build_choice())
        self.note = label(look="warning", wrap=True)
        column.addWidget(self.note)
        column.addWidget(self._build_outcome(), 1)
        down.addWidget(self.list)
        down.addWidget(lower)
        down.setStretchFactor(1, 1)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(theme.px(2))
        self.list.setMinimumHeight(theme.px(26))
        self._down = down
        return down

    def _build_choice(self) -> QHBoxLayout:
        self.before, self.after = QComboBox(), QComboBox()
        self.swap_button = tool_button(IconName.REFRESH, self.tr("两版对调"), self.swap)
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        for name, combo in ((self.tr("原来"), self.before), (self.tr("现在"), self.after)):
            caption = label(name, look="strong")
            caption.setBuddy(combo)
            combo.setAccessibleName(self.tr("{0}的一版").format(name))
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(18)
            combo.activated.connect(lambda _index: self._compare())
            row.addWidget(caption)
            row.addWidget(combo, 1)
            if combo is self.before:
                row.addWidget(self.swap_button)
        return row

    def _build_outcome(self) -> QWidget:
        self.figures: TableView[Figure] = TableView(
            figure_columns(), self.tr("指标对比"), row_height=theme.ROW_DENSE
        )
        self.changes = ChangesPanel()
        self.changes.visit_requested.connect(self._show_visit)
        self.notices = NoticesPanel(self._context)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._outcome(self.changes), self.tr("变化"))
        self.tabs.addTab(self._outcome(self.notices), self.tr("需通知人员"))
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self.figures)
        across.addWidget(self.tabs)
        across.setStretchFactor(1, 1)
        across.setChildrenCollapsible(False)
        across.setHandleWidth(theme.px(2))
        across.setSizes([FIGURES_WIDTH, theme.px(200)])
        self._across = across
        return across

    def _outcome(self, panel: QWidget) -> QStackedWidget:
        """Return a panel that gives way to a sentence where there is nothing in it."""
        stack = QStackedWidget()
        stack.addWidget(panel)
        equal = EmptyState(
            IconName.DONE, self.tr("两版的安排相同"), self.tr("没有变化，也没有人要通知。")
        )
        stack.addWidget(equal)
        waiting = label(self.tr("正在对比…"), look="muted")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        stack.addWidget(waiting)
        stack.addWidget(
            EmptyState(
                IconName.INFO,
                self.tr("没有可以比较的服务"),
                self.tr("两个方案的日期没有重合；左边的指标仍可对照。"),
            )
        )
        return stack

    def _build_foot(self) -> QHBoxLayout:
        self.export = ExportButton(self._context, self._exports)
        self.export.setText(self.tr("导出 Excel"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setProperty("framed", True)
        self.summary = label(look="muted")
        self.close_button = button(self.tr("关闭"), self.hide)
        row = QHBoxLayout()
        row.addWidget(self.export)
        row.addWidget(self.summary)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside, tab = event.size().width() >= NARROW, self.tabs.indexOf(self.figures)
        if beside and tab >= 0:
            self.tabs.removeTab(tab)
            self._across.insertWidget(0, self.figures)
            self._across.setSizes([FIGURES_WIDTH, event.size().width() - FIGURES_WIDTH])
            self.figures.show()
        elif not beside and tab < 0:
            self.tabs.addTab(self.figures, self.tr("指标"))

    # Reading ---------------------------------------------------------------------------------

    def open_beside(self) -> None:
        """Show the dialog with the version on view as the later one."""
        window = self.parentWidget()
        if window is not None and not self.isVisible():
            size = window.size() * ROOM
            self.resize(size.expandedTo(LEAST))
            self.move(window.geometry().center() - self.rect().center())
        self.read()
        self.show()
        self.raise_()
        self.activateWindow()

    def read(self) -> None:
        """Read the versions again; what was compared stays chosen."""
        comparing = self._context.workspace.comparing

        def read(handle: JobHandle) -> tuple[PlanSummary, ...]:
            return comparing.versions()

        self._context.jobs.start(
            self.tr("读取各版方案"), read, self._take, key="versions", quiet=True
        )

    def _refresh(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches(Topic.PLANS):
            self.read()

    def _take(self, versions: tuple[PlanSummary, ...]) -> None:
        chosen = self._chosen()
        if len(versions) != len(self._versions):
            rows = min(max(len(versions), LIST_LEAST), LIST_ROWS)
            height = theme.ROW_DENSE * rows + self.list.horizontalHeader().sizeHint().height()
            self._down.setSizes([height + theme.px(2), self.height()])
        self._versions = versions
        infos = [item.info for item in versions]
        self._fill(infos)
        known = {info.id for info in infos}
        if chosen[0] == chosen[1] or not known.issuperset(chosen):
            plan = self._context.plans.plan
            chosen = first_choice(infos, plan.info if plan else None)
        self.sheets.setCurrentIndex(FULL if len(versions) > 1 else LONELY)
        self.export.setVisible(len(versions) > 1)
        if self.focusWidget() in (None, self.export, self.close_button):
            self.list.setFocus()
        self.choose(*chosen)

    def _fill(self, infos: Sequence[PlanInfo]) -> None:
        for combo in (self.before, self.after):
            combo.clear()
            for info in infos:
                combo.addItem(version_title(info), info.id)

    def _chosen(self) -> tuple[str, str]:
        return str(self.before.currentData() or ""), str(self.after.currentData() or "")

    # Choosing --------------------------------------------------------------------------------

    def choose(self, before: str, after: str) -> None:
        """Compare two versions."""
        self.before.setCurrentIndex(self.before.findData(before))
        self.after.setCurrentIndex(self.after.findData(after))
        self._compare()

    def swap(self) -> None:
        """Look from the other side."""
        before, after = self._chosen()
        self.choose(after, before)

    def _set_after(self, plan_id: str) -> None:
        before, after = self._chosen()
        self.choose(after if plan_id == before else before, plan_id)

    def _compare(self) -> None:
        before, after = self._chosen()
        marks = {before: self.tr("原来"), after: self.tr("现在")}
        if before == after:
            marks = {before: self.tr("原来、现在")}
        self.list.set_rows(
            [VersionRow(item, marks.get(item.info.id, "")) for item in self._versions]
        )
        self._difference = None
        if len(self._versions) < 2:
            return
        self._show_stacks(WAITING)
        reference, comparing = self._context.workspace.reference, self._context.workspace.comparing

        def compare(handle: JobHandle) -> Compared:
            found = comparing.compare(before, after)
            words = ChangeWords(found, reference.gazetteer(), reference.vocabulary())
            return Compared(found, words.rows())

        self._context.jobs.start(
            self.tr("对比两版方案"), compare, self._show, key="versions-compare", quiet=True
        )

    def _show(self, compared: Compared) -> None:
        found = self._difference = compared.difference
        self.figures.set_rows(found.figures)
        self.changes.show_rows(compared.rows)
        self.notices.show_notices(found.notices)
        self.tabs.setTabText(0, self.tr("变化 {0}").format(len(found.visits)))
        self.tabs.setTabText(1, self.tr("需通知人员 {0}").format(len(found.notices)))
        alike = EQUAL if found.common else APART
        self._show_stacks(DIFFERENT if found.visits else alike)
        note = self._note(found)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        text = self.tr("{0} 项服务有变化，要通知 {1} 人") if found.visits else ""
        self.summary.setText(text.format(len(found.visits), len(found.notices)))

    def _show_stacks(self, place: int) -> None:
        for number in range(self.tabs.count()):
            stack = self.tabs.widget(number)
            if isinstance(stack, QStackedWidget):
                stack.setCurrentIndex(place)

    def _note(self, found: PlanDifference) -> str:
        before, after = found.heads
        if before.id == after.id:
            return self.tr("两边选的是同一版，请换一版来对比。")
        if found.same_range:
            return ""
        if found.common is None:
            return self.tr("两个方案的日期没有重合，服务只比较同一条需求的；总数不评好坏。")
        first, last = found.common
        return self.tr(
            "两个方案的日期不同，服务只比较 {0:%m-%d} 至 {1:%m-%d} 的和同一条需求的；总数不评好坏。"
        ).format(first, last)

    # Leading elsewhere -----------------------------------------------------------------------

    def _show_visit(self, row: ChangeRow) -> None:
        self.hide()
        self.visit_requested.emit(row.plan_id, row.visit_id)

    def _exports(self) -> Sequence[ExportChoice]:
        found = self._difference
        if found is None:
            return ()
        exports = self._context.workspace.exports
        before, after = found.heads
        name = self.tr("{0}与{1}的变化").format(after.title, before.title)
        return (
            ExportChoice(
                self.tr("变化、需通知人员、指标对比…"),
                name,
                lambda path: exports.difference_workbook(path, found),
            ),
        )


def first_choice(infos: Sequence[PlanInfo], on_view: PlanInfo | None) -> tuple[str, str]:
    """Return which versions to compare first: the one in force and the one on view.

    Where the version on view is itself in force, the newest archived one, whose place it took;
    where there is none, the one made before it. `infos` come newest first.
    """
    if not infos:
        return "", ""
    after = next((info for info in infos if on_view and info.id == on_view.id), infos[0])
    place = infos.index(after)
    others = [*infos[place + 1 :], *reversed(infos[:place])]
    own = [info for info in others if (info.name, info.start) == (after.name, after.start)]
    published = after.state is PlanState.PUBLISHED
    wanted = PlanState.ARCHIVED if published else PlanState.PUBLISHED
    in_force = [info for info in own if info.state is wanted]
    before = next(iter((*in_force, *own, *others)), after)
    return before.id, after.id
