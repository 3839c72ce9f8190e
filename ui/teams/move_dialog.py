"""移到…: every target with its verdict, to choose one by keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from envoy_app.domain.teams import TeamImpact, TeamVerdict
from ui import theme
from ui.dialog import Dialog
from ui.icons import icon
from ui.parts import SearchBox, allow, label
from ui.tables import RIGHT, Column, TableView
from ui.teams.texts import MARKS, impact_lines, signed


@dataclass(frozen=True)
class Target:
    """A team or the reserve with its verdict; `key` is what a search looks into."""

    county: str | None
    name: str
    city: str
    size: str
    impact: TeamImpact
    key: str

    @property
    def words(self) -> str:
        """The verdict in one line."""
        return "".join(impact_lines(self.impact))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teams", text)


def _rank(target: Target) -> tuple[int, int, int]:
    order = list(TeamVerdict).index(target.impact.verdict)
    return (order, target.impact.shortfall, target.impact.cost)


def _columns() -> tuple[Column[Target], ...]:
    px = theme.px
    return (
        Column("name", _tr("去处"), lambda row: row.name, width=px(22)),
        Column("city", _tr("市"), lambda row: row.city, width=px(12)),
        Column("size", _tr("现有 / 最多"), lambda row: row.size, align=RIGHT, width=px(22)),
        Column(
            "verdict",
            _tr("结论"),
            lambda row: row.impact.verdict.value,
            sort=_rank,
            width=px(34),
            decoration=lambda row: icon(
                MARKS[row.impact.verdict][1],
                getattr(theme.tokens(), MARKS[row.impact.verdict][2]),
            ),
        ),
        Column(
            "shortfall",
            _tr("缺口"),
            lambda row: "" if row.impact.broken else signed(row.impact.shortfall),
            sort=lambda row: row.impact.shortfall,
            align=RIGHT,
            width=px(13),
        ),
        Column(
            "minutes",
            _tr("单程分钟"),
            lambda row: "" if row.impact.broken else signed(row.impact.minutes),
            sort=lambda row: row.impact.minutes,
            align=RIGHT,
            width=px(19),
        ),
        Column("words", _tr("说明"), lambda row: row.words, width=px(60), flex=1),
    )


class MoveDialog(Dialog):
    """Lists the targets, the best first; Enter takes the one under the cursor."""

    def __init__(self, who: str, targets: Sequence[Target], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("移到…"))
        self.resize(theme.px(220), theme.px(130))
        self.search = SearchBox(self.tr("县名、拼音、首字母"), self.tr("搜索去处"))
        self.table: TableView[Target] = TableView(
            _columns(), self.tr("去处"), row_height=theme.ROW_DENSE
        )
        ordered = sorted(targets, key=_rank)
        self.table.set_rows(ordered, [target.key for target in ordered])
        self.sentence = label(look="muted", wrap=True)
        self.sentence.setMinimumHeight(3 * self.sentence.fontMetrics().lineSpacing())
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.accept_button = QPushButton(self.tr("移到这里"))
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("返回"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._build(who, cancel)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.table.row_chosen.connect(lambda row: self._show())
        self.table.row_activated.connect(lambda row: self.accept())
        self.table.selectRow(0)
        self._show()

    def _build(self, who: str, cancel: QPushButton) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        box.setSpacing(theme.px(2))
        box.addWidget(label(self.tr("把{who}移到：").format(who=who), look="heading"))
        box.addWidget(self.search)
        box.addWidget(self.table, 1)
        box.addWidget(self.sentence)
        box.addLayout(row)

    @property
    def target(self) -> Target | None:
        """The target under the cursor."""
        return self.table.current_row()

    def _search(self, text: str) -> None:
        self.table.proxy.set_query(text)
        self.table.selectRow(0)
        self._show()

    def _show(self) -> None:
        target = self.target
        self.sentence.setText(target.words if target else self.tr("没有这样的县。"))
        if target is None:
            allow(self.accept_button, self.tr("先选一个去处"))
        else:
            allow(self.accept_button, "".join(target.impact.broken))

    @override
    def accept(self) -> None:
        if self.accept_button.isEnabled():
            super().accept()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go through the table while the cursor is in the search box."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in keys
        ):
            self.table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)


def targets_of(
    impacts: Mapping[str | None, TeamImpact],
    names: Mapping[str | None, tuple[str, str, str]],
    keys: Mapping[str | None, str],
) -> tuple[Target, ...]:
    """Return the targets; `names` has name, city and size of each."""
    return tuple(
        Target(code, *names[code], impact, keys.get(code, names[code][0]))
        for code, impact in impacts.items()
    )
