"""What the parts of the board's painter share: measures, the scene, fonts and mixed colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from ui import theme
from ui.icons import IconName, icon_pixmap
from ui.plan.board.categories import ColourBy
from ui.plan.board.layout import BoardLayout, Chip, Row, RowKind
from ui.plan.board.timeline import Timeline
from ui.plan.labels import Labels

WEEK_HEIGHT = 22
DAY_HEIGHT = 22
HALF_HEIGHT = 18
HEADER = WEEK_HEIGHT + DAY_HEIGHT + HALF_HEIGHT
FIRST_COLUMN = 184
SMALL_PIXELS = 11
MOST_TEXTS = 20_000
"""Shortened texts that are kept: each width asks for others."""
FLAGS_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
FLAGS_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
FLAGS_CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass
class Scene:
    """All that the painter needs to know; offsets in px of the scrolled content.

    `highlighted` are the keys of the kinds that stand out, None where all are alike.
    """

    layout: BoardLayout
    timeline: Timeline
    labels: Labels
    colour_by: ColourBy = ColourBy.SPECIALTY
    today: date | None = None
    left: int = 0
    top: int = 0
    chip: Chip | None = None
    row: int | None = None
    hover: Chip | None = None
    focus: bool = False
    sharing_visit: frozenset[str] = field(default_factory=frozenset)
    highlighted: frozenset[str] | None = None

    @property
    def day_in_sight(self) -> date | None:
        """The first day in sight: the loads of its week and month are told."""
        columns = self.timeline.columns
        first, _ = self.timeline.slots_between(self.left + 2, self.left + 2)
        return columns[min(first // 2, len(columns) - 1)].day if columns else None

    @property
    def group(self) -> Row | None:
        """The city or team whose rows are at the top."""
        index = self.layout.row_index(self.top)
        while index is not None and index >= 0:
            if self.layout.rows[index].kind is RowKind.GROUP:
                return self.layout.rows[index]
            index -= 1
        return None


class Kit:
    """Fonts, colours and shortened texts; kept between paints."""

    def __init__(self, base: QFont) -> None:
        self.font = theme.tabular(base)
        self.bold = QFont(self.font)
        self.bold.setWeight(QFont.Weight.DemiBold)
        self.small = QFont(self.font)
        self.small.setPixelSize(SMALL_PIXELS)
        self.small_bold = QFont(self.small)
        self.small_bold.setWeight(QFont.Weight.DemiBold)
        self.metrics = QFontMetrics(self.font)
        self.small_metrics = QFontMetrics(self.small)
        self._short: dict[tuple[str, int, bool], str] = {}
        self._wide: dict[tuple[str, bool], int] = {}
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Take the theme's colours anew."""
        colours = theme.tokens()
        self.grid = theme.mix(colours.border, colours.surface, 0.55)
        self.half_grid = theme.mix(colours.border, colours.surface, 0.25)
        self.afternoon = theme.mix(colours.border, colours.surface, 0.16)
        self.holiday = theme.mix(colours.danger, colours.surface, 0.16)
        self.made_up = theme.mix(colours.warning, colours.surface, 0.12)
        self.today = theme.mix(colours.accent, colours.surface, 0.10)
        self.lock = icon_pixmap(IconName.LOCK, 12)

    def elided(self, text: str, width: int, *, small: bool = False) -> str:
        """Return a text cut with an ellipsis to fit `width` px."""
        key = (text, width, small)
        if key not in self._short:
            if len(self._short) > MOST_TEXTS:
                self._short.clear()
            metrics = self.small_metrics if small else self.metrics
            self._short[key] = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return self._short[key]

    def wide(self, text: str, *, small: bool = True) -> int:
        """Return how wide a text is, in px."""
        key = (text, small)
        if key not in self._wide:
            if len(self._wide) > MOST_TEXTS:
                self._wide.clear()
            metrics = self.small_metrics if small else self.metrics
            self._wide[key] = metrics.horizontalAdvance(text)
        return self._wide[key]

    def fitting(self, texts: tuple[str, ...], room: float, *, small: bool = True) -> str:
        """Return the first text that fits, "" where none does."""
        return next((text for text in texts if self.wide(text, small=small) <= room), "")
