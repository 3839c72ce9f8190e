"""The first sheet: which variants to try, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from envoy_app.domain.errors import InputError
from envoy_app.domain.plans import PlanInfo
from envoy_app.domain.whatif import WhatIf
from envoy_app.services.planning import PlanRequest
from ui import theme
from ui.checked_table import CheckedTable
from ui.context import AppContext
from ui.parts import allow, button, card, label, scroll_column
from ui.plan.run.setup_form import PRESET_HINTS
from ui.plan.variants.compose import Checked, ComposeForm
from ui.tables import Column

MOST = 6
SHARES = 2  # the plan as it is gets two shares of the time
SECONDS = ((15, "15 秒"), (30, "30 秒"), (60, "1 分钟"), (180, "3 分钟"))
FORM_WIDTH = 92


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant in the list: what it changes in words, and whether the user made it."""

    item: WhatIf
    words: str
    own: bool = False


def request_of(info: PlanInfo, seconds: float) -> PlanRequest:
    """Return what would plan a version anew; `seconds` are for all together."""
    return PlanRequest(info.start, info.end, info.name, info.preset, seconds)


def told(item: WhatIf, words: str) -> str:
    """Return what a variant changes; of another preset alone, what that is for."""
    alone = item.preset is not None and replace(item, name="", preset=None) == WhatIf()
    return PRESET_HINTS[item.preset].rstrip("。") if alone and item.preset else words


def clock_words(seconds: int) -> str:
    """Return 45 秒 or 2 分 30 秒."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"


class SetupSheet(QWidget):
    """Signals: `readiness_changed` a sentence that says why nothing can be started, or ""."""

    readiness_changed = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._info: PlanInfo | None = None
        self._offers: tuple[Offer, ...] = ()
        self._ticked: frozenset[str] = frozenset()
        self._reading = False
        self._presets_first = False
        reference = context.workspace.reference
        self.form = ComposeForm(reference.gazetteer(), reference.vocabulary(), self._check)
        self._build()
        self._connect()

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.headline = label(look="heading", wrap=True)
        self.hint = label(
            self.tr("勾选要试的改法，程序逐个求解，再和现状并列比较。现有的方案不会改动。"),
            look="muted",
            wrap=True,
        )
        self.outcome = label(look="warning", wrap=True)
        self.outcome.setAccessibleName(self.tr("上次比较的结果"))
        self.outcome.hide()
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(4))
        middle.addLayout(self._build_list(), 1)
        middle.addWidget(self._build_form())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        for part in (self.headline, self.hint, self.outcome):
            box.addWidget(part)
        box.addLayout(middle, 1)
        box.addLayout(self._build_time())

    def _build_form(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card(self.tr("自己组合一种"), [self.form]))
        column.addStretch(1)
        area = scroll_column(holder)
        area.setFixedWidth(theme.px(FORM_WIDTH))
        return area

    def _build_list(self) -> QVBoxLayout:
        columns: list[Column[Offer]] = [
            Column("name", self.tr("改法"), lambda o: o.item.name, width=theme.px(56), flex=2),
            Column("words", self.tr("改动"), lambda o: o.words, width=theme.px(60), flex=3),
            Column(
                "from",
                self.tr("来源"),
                lambda o: self.tr("自己的") if o.own else self.tr("建议"),
                width=theme.px(16),
            ),
        ]
        self.list: CheckedTable[Offer] = CheckedTable(
            columns, self.tr("要试的改法"), lambda offer: offer.item.name in self._ticked
        )
        self.list.setToolTip(self.tr("空格勾选；双击或回车把这一种放进右边的表单，改一改再加入"))
        self.count = label(look="muted")
        self.base_button = button(self.tr("以此为底修改"), self._to_form)
        self.remove_button = button(self.tr("移出清单"), self.remove)
        row = QHBoxLayout()
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.base_button)
        row.addWidget(self.remove_button)
        box = QVBoxLayout()
        box.setSpacing(theme.px(2))
        box.addWidget(self.list, 1)
        box.addLayout(row)
        return box

    def _build_time(self) -> QHBoxLayout:
        self.seconds = QComboBox()
        self.seconds.setAccessibleName(self.tr("每种最长求解"))
        for seconds, title in SECONDS:
            self.seconds.addItem(title, seconds)
        self.seconds.setCurrentIndex(1)
        self.total = label(look="muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        caption = label(self.tr("每种最长求解"))
        caption.setBuddy(self.seconds)
        for part in (caption, self.seconds, self.total):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.list.tick_requested.connect(self._tick)
        self.list.row_activated.connect(lambda _offer: self._to_form())
        self.list.selectionModel().selectionChanged.connect(lambda *_args: self._show_buttons())
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove)
        self.form.added.connect(self.add)
        self.seconds.currentIndexChanged.connect(lambda _index: self._show_state())
        self._show_buttons()

    # What is offered -------------------------------------------------------------------------

    def set_up(self, info: PlanInfo, *, presets: bool = False) -> None:
        """Offer what is worth trying on a version; what the user put together stays.

        With `presets` the other presets are ticked where nothing is.
        """
        self._info = info
        self._presets_first = presets
        self.headline.setText(
            self.tr("以“{0}”为现状（{1:%m-%d} 至 {2:%m-%d}，{3}）").format(
                info.title, info.start, info.end, info.preset.value
            )
        )
        self._reading = True
        service, request = self._context.workspace.whatif, self.request
        self._context.jobs.start(
            self.tr("查找值得试的改法"),
            lambda _handle: tuple(
                Offer(item, told(item, service.words(item)))
                for item in service.suggestions(request, info.id)
            ),
            self._take,
            self._failed,
            key="variants-suggestions",
            quiet=True,
        )
        self._show_state()

    def _take(self, offers: tuple[Offer, ...]) -> None:
        self._reading = False
        names = {offer.item.name for offer in offers}
        own = tuple(o for o in self._offers if o.own and o.item.name not in names)
        self._offers = (*own, *offers)
        self._ticked &= {offer.item.name for offer in self._offers}
        if self._presets_first and not self._ticked:
            self._ticked = frozenset(o.item.name for o in offers if o.item.preset is not None)
        self._show()

    def _failed(self, error: Exception) -> None:
        self._reading = False
        self.tell(str(error))
        self._show_state()

    @property
    def request(self) -> PlanRequest:
        """What is to be planned; a version must have been given."""
        if self._info is None:
            raise ValueError("no version was given")
        return request_of(self._info, self._seconds())

    @property
    def chosen(self) -> tuple[WhatIf, ...]:
        """The variants ticked, in the order shown."""
        return tuple(o.item for o in self._offers if o.item.name in self._ticked)

    def tell(self, sentence: str) -> None:
        """Show what became of the last comparison."""
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def add(self, item: WhatIf) -> None:
        """Put a variant of the user's on top of the list, ticked where there is room."""
        words = told(item, self._context.workspace.whatif.words(item))
        self._offers = (Offer(item, words, own=True), *self._offers)
        if len(self._ticked) < MOST:
            self._ticked |= {item.name}
        self._show()
        self.list.choose(lambda offer: offer.item == item)
        self.list.setFocus()

    def remove(self) -> None:
        """Take the selected variants of the user's out of the list."""
        gone = {offer.item.name for offer in self.list.selected_rows() if offer.own}
        if gone:
            self._offers = tuple(o for o in self._offers if o.item.name not in gone)
            self._ticked -= gone
            self._show()

    def _check(self, item: WhatIf) -> Checked:
        try:
            named = self._context.workspace.whatif.named(item)
        except InputError as error:
            return Checked(None, str(error))
        if any(offer.item.name == named.name for offer in self._offers):
            return Checked(named, self.tr("清单里已有“{0}”，请改个名称").format(named.name))
        return Checked(named, "")

    def _to_form(self) -> None:
        offer = self.list.current_row()
        if offer is not None:
            self.form.show_item(replace(offer.item, name=""))
            self.form.name.setFocus()

    # What is chosen --------------------------------------------------------------------------

    def _tick(self, rows: tuple[Offer, ...], wanted: bool) -> None:
        names = [offer.item.name for offer in rows]
        if wanted:
            room = MOST - len(self._ticked)
            new = [name for name in names if name not in self._ticked]
            self._ticked |= set(new[:room])
            if len(new) > room:
                self.tell(self.tr("一次最多比较 {0} 种，请先去掉几种。").format(MOST))
        else:
            self._ticked -= set(names)
            self.tell("")
        model = self.list.rows_model
        model.dataChanged.emit(model.index(0, 0), model.index(model.rowCount(QModelIndex()) - 1, 0))
        self._show_state()

    def _show(self) -> None:
        self.list.set_rows(self._offers)
        self.form.refresh()
        self._show_state()
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self.list.selected_rows()
        own = any(offer.own for offer in chosen)
        nothing = self.tr("先在清单里选一种改法")
        allow(
            self.base_button,
            "" if chosen else nothing,
            self.tr("放进右边的表单，改一改再加入"),
        )
        only_own = self.tr("只有自己加入的可以移出；建议的不勾选就不会求解")
        allow(self.remove_button, "" if own else (only_own if chosen else nothing), "Delete")

    def _seconds(self) -> int:
        return int(self.seconds.currentData()) * (len(self._ticked) + SHARES)

    def _show_state(self) -> None:
        self.count.setText(self.tr("已选 {0} 种，一次最多 {1} 种").format(len(self._ticked), MOST))
        total = self.tr("连现状一起最多 {0}，可以随时停下").format(clock_words(self._seconds()))
        self.total.setText(total if self._ticked else "")
        if self._reading:
            self.readiness_changed.emit(self.tr("正在查找值得试的改法"))
        else:
            self.readiness_changed.emit("" if self._ticked else self.tr("请至少勾选一种改法"))
