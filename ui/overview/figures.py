"""Key figures and the checklist beside the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.parts import ElidedLabel, button, label

if TYPE_CHECKING:
    from envoy_app.services.overview import ChecklistItem, OverviewFigures

CARD_COLUMNS = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("Figures", text)


Card = tuple[str, str, str]


def cards(figures: OverviewFigures) -> Iterator[Card]:
    """Yield (name, figure, note) of each card; "—" where there is no plan to count."""
    for name, figure, note in _plan_cards(figures):
        if figures.plan is None:
            yield name, "—", _tr("排班后统计")
        else:
            yield name, figure, note
    yield _tr("特派员"), f"{figures.envoys:,}", _tr("人在册")
    yield (
        _tr("需求"),
        f"{figures.demands_pending + figures.demands_accepted:,}",
        _tr("待审 {a} 受理 {b}").format(a=figures.demands_pending, b=figures.demands_accepted),
    )


def _plan_cards(figures: OverviewFigures) -> Iterator[Card]:
    yield (
        _tr("覆盖"),
        _tr("{n}/{all} 县").format(n=figures.covered, all=figures.counties),
        _tr("部分 {a} 未覆盖 {b}").format(a=figures.partial, b=figures.uncovered),
    )
    yield (
        _tr("未排"),
        _tr("{n} 项").format(n=figures.visits_wanted - figures.visits_held),
        _tr("已排 {n} 项").format(n=figures.visits_held),
    )
    yield (
        _tr("人均"),
        _tr("{n:.1f} 天").format(n=figures.effort.average_days),
        _tr("派出 {n} 人").format(n=figures.effort.people),
    )
    yield (
        _tr("行车"),
        _tr("{n:,.0f} 小时").format(n=figures.travel_hours),
        _tr("全部往返合计"),
    )


def next_step(items: Sequence[ChecklistItem]) -> str | None:
    """Return the key of the step to take: the first open one after the last that is done.

    Steps left out on purpose (a plan without demands) are not asked for again; once all later
    steps are done, the first open one is.
    """
    last = max((place for place, item in enumerate(items) if item.done), default=-1)
    later = [item.key for item in items[last + 1 :]]
    skipped = [item.key for item in items if not item.done]
    return next(iter(later or skipped), None)


class FigureCard(QFrame):
    """One figure: name, number, note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.name_label = label(look="muted")
        self.figure_label = label(look="figure")
        self.figure_label.setFont(theme.tabular(self.figure_label.font()))
        self.note_label = ElidedLabel()
        self.note_label.setProperty("muted", True)
        self.note_label.setProperty("small", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(2.5), theme.px(1.5), theme.px(2), theme.px(1.5))
        layout.setSpacing(0)
        for part in (self.name_label, self.figure_label, self.note_label):
            layout.addWidget(part)

    def show_figure(self, name: str, figure: str, note: str) -> None:
        """Fill the card."""
        self.name_label.setText(name)
        self.figure_label.setText(figure)
        self.note_label.set_full_text(note)
        self.setAccessibleName(f"{name} {figure} {note}")


class FigureGrid(QWidget):
    """The cards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = [FigureCard() for _ in range(6)]
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        for place, card in enumerate(self.cards):
            layout.addWidget(card, place // CARD_COLUMNS, place % CARD_COLUMNS)
            layout.setColumnStretch(place % CARD_COLUMNS, 1)

    def show_figures(self, figures: OverviewFigures) -> None:
        """Fill all cards."""
        for card, texts in zip(self.cards, cards(figures), strict=True):
            card.show_figure(*texts)


class Checklist(QFrame):
    """The way from a roster to paper; ticks itself and offers the next step."""

    step_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._items: tuple[ChecklistItem, ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        self._rows.setSpacing(0)
        theme.notifier.theme_changed.connect(self._rebuild)

    @property
    def items(self) -> tuple[ChecklistItem, ...]:
        """The steps shown."""
        return self._items

    def show_items(self, items: tuple[ChecklistItem, ...]) -> None:
        """Show the steps."""
        if items != self._items:
            self._items = items
            self._rebuild()

    def _rebuild(self) -> None:
        while (taken := self._rows.takeAt(0)) is not None:
            row = taken.widget()
            if row is not None:
                row.deleteLater()
        following = next_step(self._items)
        for item in self._items:
            self._rows.addWidget(self._row(item, following=item.key == following))

    def _row(self, item: ChecklistItem, *, following: bool) -> QWidget:
        colours = theme.tokens()
        row = QWidget()
        row.setFixedHeight(theme.ROW_DENSE)
        mark = QLabel()
        name, tint = (
            (IconName.DONE, colours.accent)
            if item.done
            else ((IconName.NEXT, colours.text) if following else (IconName.TODO, colours.muted))
        )
        mark.setPixmap(icon_pixmap(name, 16, tint))
        done = self.tr("已完成") if item.done else self.tr("未完成")
        mark.setAccessibleName(f"{item.title} {done}")
        hint = ElidedLabel(item.hint)
        hint.setProperty("muted", True)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(mark)
        layout.addWidget(label(item.title, look="" if item.done else "strong"))
        layout.addWidget(hint, 1)
        if following:
            layout.addWidget(self._go(item.key, item.title), 0, Qt.AlignmentFlag.AlignRight)
        return row

    def _go(self, key: str, title: str) -> QWidget:
        def go() -> None:
            self.step_requested.emit(key)

        follow: Callable[[], None] = go
        made = button(self.tr("去做"), follow, look="primary")
        made.setProperty("compact", True)
        made.setAccessibleName(self.tr("下一步：{title}").format(title=title))
        return made
