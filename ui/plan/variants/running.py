"""The second sheet: which variant is being solved, and what was found so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtWidgets import QVBoxLayout, QWidget

from envoy_app.domain.plans import ScoreView
from envoy_app.domain.whatif import WhatIf
from envoy_app.services.whatif import WhatIfProgress
from ui import theme
from ui.jobs import Progress
from ui.parts import label
from ui.plan.run.time_bar import TimeBar
from ui.tables import Column, TableView


class Stage(StrEnum):
    """How far a variant is."""

    WAITING = "○ 等待"
    SOLVING = "▶ 正在求解"
    DONE = "✓ 完成"


@dataclass(frozen=True, slots=True)
class RunRow:
    """A variant under way; `name` empty is the plan as it is."""

    number: int
    name: str
    stage: Stage = Stage.WAITING
    phase: str = ""
    best: str = ""


@dataclass(frozen=True, slots=True)
class VariantsProgress(Progress):
    """A report, in the form that the status bar shows too."""

    news: WhatIfProgress | None = None


def as_progress(news: WhatIfProgress, limit: float) -> VariantsProgress:
    """Wrap a report; `limit` is the time for all in seconds."""
    text = f"{news.name or '现状'}（{news.number + 1}/{news.count}）"
    return VariantsProgress(
        min(round(news.seconds), round(limit)), max(1, round(limit)), text, news
    )


def score_words(score: ScoreView | None) -> str:
    """Return the best so far in people's terms, "" where there is nothing yet."""
    if score is None:
        return ""
    covered = f"覆盖还差 {score.coverage} 次" if score.coverage else "覆盖标准全部达到"
    left = f"未排服务权重 {score.unscheduled}" if score.unscheduled else "全部排上"
    return f"{covered} · {left} · 成本 {score.cost:,}"


def advanced(rows: Sequence[RunRow], news: WhatIfProgress) -> tuple[RunRow, ...]:
    """Return the rows after a report: those before it are done."""
    found = []
    for row in rows:
        if row.number < news.number:
            found.append(replace(row, stage=Stage.DONE, phase=""))
        elif row.number == news.number:
            best = score_words(news.score) or row.best
            found.append(replace(row, stage=Stage.SOLVING, phase=news.phase, best=best))
        else:
            found.append(row)
    return tuple(found)


class RunSheet(QWidget):
    """Shows a row for each variant, and the time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = label(look="heading", wrap=True)
        self.headline.setAccessibleName(self.tr("正在做什么"))
        columns: list[Column[RunRow]] = [
            Column("name", self.tr("改法"), self._name, width=theme.px(60), flex=2),
            Column(
                "stage",
                self.tr("进度"),
                lambda row: row.stage.value,
                width=theme.px(26),
                color=lambda row: "accent" if row.stage is Stage.SOLVING else None,
            ),
            Column("best", self.tr("目前最好"), lambda row: row.best, width=theme.px(80), flex=3),
            Column("phase", self.tr("正在做"), lambda row: row.phase, width=theme.px(30), flex=1),
        ]
        self.table: TableView[RunRow] = TableView(columns, self.tr("各种改法的进度"))
        self.table.setSortingEnabled(False)
        self.time = TimeBar()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        box.addWidget(self.headline)
        box.addWidget(self.table, 1)
        box.addWidget(self.time)

    def _name(self, row: RunRow) -> str:
        return row.name or self.tr("现状（作为比较的基准）")

    def start(self, variants: Sequence[WhatIf], known: ScoreView, limit: float) -> None:
        """Begin with the score of the version compared; `limit` in seconds, for all together."""
        rows = [RunRow(number, item.name) for number, item in enumerate(variants, 1)]
        self.table.set_rows([RunRow(0, "", best=score_words(known)), *rows])
        self.say(self.tr("正在准备…"))
        self.time.start(limit)

    def stop(self) -> None:
        """Let the clock stand."""
        self.time.stop()

    def say(self, text: str) -> None:
        """Show what happens now."""
        self.headline.setText(text)

    def take(self, news: WhatIfProgress) -> None:
        """Show a report."""
        model = self.table.rows_model
        rows = advanced(model.rows, news)
        changed = {n: (row, "") for n, row in enumerate(rows) if row != model.rows[n]}
        model.patch(changed, ())
        name = news.name or self.tr("现状")
        self.say(
            self.tr("正在求解“{0}”（第 {1} 个，共 {2} 个）").format(
                name, news.number + 1, news.count
            )
        )
