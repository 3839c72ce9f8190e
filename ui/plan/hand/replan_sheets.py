"""The form and the outcome of planning a part of a plan anew."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from envoy_app.domain.plan_changes import Figure, PlanDifference
from envoy_app.domain.plans import PlanState, PlanView
from ui import theme
from ui.context import AppContext
from ui.parts import label, panel
from ui.plan.change_rows import ChangeRow, ChangeWords, change_columns, sides
from ui.plan.hand.replan_words import Part, Reach, reach_of
from ui.read_only import read_only_hint
from ui.tables import TableView

TIME_LIMITS = ((10, "10 秒"), (30, "30 秒"), (60, "1 分钟"), (180, "3 分钟"))
USUAL = 1


class ReplanForm(QWidget):
    """Asks which part is planned anew, for how long, and where the outcome goes.

    Signals: `readiness_changed` a sentence that says why nothing can be started, or "".
    """

    readiness_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: PlanView | None = None
        self._parts: tuple[Part, ...] = ()
        self._build()

    def _build(self) -> None:
        self.part = QComboBox()
        self.part.setAccessibleName(self.tr("范围"))
        self.part.currentIndexChanged.connect(lambda _place: self._show_reach())
        self.limit = QComboBox()
        self.limit.setAccessibleName(self.tr("最长求解"))
        self.limit.setToolTip(self.tr("到时间自动停下并采用最好的安排；也可以提前停止"))
        for seconds, title in TIME_LIMITS:
            self.limit.addItem(title, seconds)
        self.limit.setCurrentIndex(USUAL)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme.px(3))
        form.setVerticalSpacing(theme.px(2))
        form.addRow(self.tr("范围"), self.part)
        form.addRow("", self._build_reach())
        form.addRow(self.tr("结果"), self._build_targets())
        form.addRow(self.tr("最长求解"), self.limit)
        self.outcome = label(look="warning", wrap=True)
        self.outcome.setAccessibleName(self.tr("上次重排的结果"))
        self.outcome.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(3))
        box.addLayout(form)
        box.addWidget(self.outcome)
        box.addStretch(1)

    def _build_reach(self) -> QWidget:
        frame = panel()
        self._reach = QGridLayout(frame)
        self._reach.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        self._reach.setHorizontalSpacing(theme.px(3))
        self._reach.setVerticalSpacing(theme.px(1))
        self._reach.setColumnStretch(1, 1)
        self.lines: list[tuple[QLabel, QLabel]] = []
        for row in range(3):
            pair = label(look="muted"), label(wrap=True)
            for column, part in enumerate(pair):
                self._reach.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)
            self.lines.append(pair)
        return frame

    def _build_targets(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(1))
        self._targets = QButtonGroup(self)
        self.in_place = QRadioButton(self.tr("改在这一版，一步可以撤销"))
        self.as_version = QRadioButton(self.tr("存为新的一版，这一版不变"))
        self.in_place.setChecked(True)
        for button in (self.in_place, self.as_version):
            self._targets.addButton(button)
            box.addWidget(button)
        return holder

    # What is asked for -----------------------------------------------------------------------

    @property
    def chosen(self) -> Part | None:
        """The part to be planned anew."""
        place = self.part.currentIndex()
        return self._parts[place] if 0 <= place < len(self._parts) else None

    @property
    def time_limit(self) -> float:
        """How long to search, in seconds."""
        return float(self.limit.currentData())

    @property
    def new_version(self) -> bool:
        """Whether the outcome becomes a version of its own."""
        return self.as_version.isChecked()

    def show_plan(self, plan: PlanView | None, parts: Sequence[Part], chosen: int = 0) -> None:
        """Offer parts of a plan; a published one stays as it is."""
        self._parts = tuple(parts)
        self.part.blockSignals(True)
        self.part.clear()
        self.part.addItems([part.title for part in parts])
        self.part.setCurrentIndex(chosen)
        self.part.blockSignals(False)
        self.in_place.setChecked(True)
        self.look_at(plan)

    def look_at(self, plan: PlanView | None) -> None:
        """Take the plan as it is now; what is chosen stays."""
        self._plan = plan
        fixed = plan is not None and plan.info.state is not PlanState.DRAFT
        self.in_place.setEnabled(not fixed)
        self.in_place.setToolTip(read_only_hint(plan.info) if plan and fixed else "")
        if fixed:
            self.as_version.setChecked(True)
        self._show_reach()

    def tell(self, sentence: str) -> None:
        """Show what became of the last search."""
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def _show_reach(self) -> None:
        part = self.chosen
        reach = reach_of(self._plan, part.scope) if self._plan and part else None
        self.tell("")
        self._say(reach)
        why_not = reach.why_not if reach else self.tr("还没有排班方案")
        self.readiness_changed.emit(why_not)

    def _say(self, reach: Reach | None) -> None:
        sentences = reach.sentences if reach else ()
        for row, (name, text) in enumerate(self.lines):
            head, said = sentences[row] if row < len(sentences) else ("", "")
            name.setText(head)
            text.setText(said)
            for part in (name, text):
                part.setVisible(bool(said))


class ReplanOutcome(QWidget):
    """Says what planning a part anew has changed.

    Signals: `visit_requested` a plan's id and a visit's.
    """

    visit_requested = Signal(str, str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.headline = label(look="title", wrap=True)
        self.figures = label(wrap=True)
        self.hint = label(look="muted", wrap=True)
        self.changes: TableView[ChangeRow] = TableView(
            change_columns(*sides()), self.tr("改动的服务"), row_height=theme.ROW_DENSE
        )
        self.changes.row_activated.connect(
            lambda row: self.visit_requested.emit(row.plan_id, row.visit_id)
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        for part in (self.headline, self.figures, self.changes, self.hint):
            box.addWidget(part, 1 if part is self.changes else 0)

    def show_difference(self, found: PlanDifference, ending: str, hint: str) -> None:
        """Show what changed; `ending` is a sentence where the search was cut short."""
        reference = self._context.workspace.reference
        words = ChangeWords(found, reference.gazetteer(), reference.vocabulary())
        self.changes.set_rows(words.rows())
        self.headline.setText(self.tr("改动了 {0} 项服务").format(len(found.visits)))
        told = [_figure(figure) for figure in found.figures if figure.before != figure.after]
        self.figures.setText("；".join(told) + ("。" if told else "") + ending)
        self.hint.setText(hint)


def _figure(figure: Figure) -> str:
    judged = {True: "，变好", False: "，变差", None: ""}[figure.better]
    return f"{figure.name} {figure.before} → {figure.after}{judged}"
