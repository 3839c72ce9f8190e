"""Every colour, space and font of the window; nothing else in ui/ names a colour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QStyleFactory

from envoy_app.domain.coverage import CoverageState
from resources import resource_path
from ui.stylesheet import stylesheet

SPACE = 4
ROW_COMFORTABLE = 28
ROW_DENSE = 24
FONT_PIXELS = 13
FONTS = (
    "Microsoft YaHei UI",
    "UOS Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "PingFang SC",
)


class Scheme(StrEnum):
    """Which colours to use; AUTO follows the system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        """Return 跟随系统, 浅色 or 深色."""
        return {"auto": "跟随系统", "light": "浅色", "dark": "深色"}[self.value]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, by what they are for."""

    window: QColor
    surface: QColor
    surface_alt: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    selection: QColor
    hover: QColor
    covered: QColor
    partial: QColor
    uncovered: QColor
    none: QColor
    warning: QColor
    danger: QColor
    changed: QColor
    weekend: QColor
    shadow: QColor
    dark: bool


LIGHT = Tokens(
    window=QColor("#f2f4f2"),
    surface=QColor("#ffffff"),
    surface_alt=QColor("#f7f9f7"),
    border=QColor("#d3d9d5"),
    text=QColor("#1b211d"),
    muted=QColor("#59645d"),
    accent=QColor("#1c6844"),
    on_accent=QColor("#ffffff"),
    selection=QColor("#d6e9de"),
    hover=QColor("#eaf1ec"),
    covered=QColor("#5fae84"),
    partial=QColor("#d08a1d"),
    uncovered=QColor("#c4473a"),
    none=QColor("#b4bcb7"),
    warning=QColor("#8a5300"),
    danger=QColor("#b02a1f"),
    changed=QColor("#1f63a8"),
    weekend=QColor("#edeff1"),
    shadow=QColor(0, 0, 0, 40),
    dark=False,
)

DARK = Tokens(
    window=QColor("#181b19"),
    surface=QColor("#212522"),
    surface_alt=QColor("#272c29"),
    border=QColor("#3d4540"),
    text=QColor("#e5eae7"),
    muted=QColor("#a4afa8"),
    accent=QColor("#5fbf8e"),
    on_accent=QColor("#0b1f14"),
    selection=QColor("#284536"),
    hover=QColor("#2c332f"),
    covered=QColor("#3f8f66"),
    partial=QColor("#d79a35"),
    uncovered=QColor("#dc6a5e"),
    none=QColor("#59625d"),
    warning=QColor("#e5b45c"),
    danger=QColor("#f08a7f"),
    changed=QColor("#86b9ee"),
    weekend=QColor("#1d211f"),
    shadow=QColor(0, 0, 0, 110),
    dark=True,
)

# Paul Tol's "light" scheme: nine colours told apart with any colour vision, made for labels in
# black on them (https://sronpersonalpages.nl/~pault/). Three strengths give 27 chips.
_TOL_LIGHT = (
    "#77aadd",
    "#ee8866",
    "#bbcc33",
    "#ffaabb",
    "#44bb99",
    "#eedd88",
    "#99ddff",
    "#aaaa00",
    "#cccccc",
)
_LIGHT_STRENGTHS = (0.62, 0.95, 0.36)
_DARK_STRENGTHS = (0.29, 0.36, 0.19)


class ThemeNotifier(QObject):
    """Tells painters and icons that the colours changed."""

    theme_changed = Signal()


notifier = ThemeNotifier()
_current: list[Tokens] = [LIGHT]


def tokens() -> Tokens:
    """Return the colours of the scheme in use."""
    return _current[0]


def px(count: float) -> int:
    """Return `count` grid steps of 4 px in logical pixels (Qt scales them with the screen)."""
    return round(count * SPACE)


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """Return `share` (0…1) of `one` mixed with the rest of `other`, in whole steps of 1/255."""
    rest = 1.0 - share
    return QColor(
        round(one.red() * share + other.red() * rest),
        round(one.green() * share + other.green() * rest),
        round(one.blue() * share + other.blue() * rest),
    )


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio 1…21 of two opaque colours (WCAG 2.1, relative luminance)."""

    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    def luminance(colour: QColor) -> float:
        red, green, blue = map(channel, (colour.redF(), colour.greenF(), colour.blueF()))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _chip(index: int) -> QColor:
    hue = QColor(_TOL_LIGHT[index % len(_TOL_LIGHT)])
    strengths = _DARK_STRENGTHS if tokens().dark else _LIGHT_STRENGTHS
    strength = strengths[index // len(_TOL_LIGHT) % len(strengths)]
    return mix(hue, tokens().surface, strength)


def chip_color(index: int) -> QColor:
    """Return the colour of a kind of chips by its number; negative is of no kind, and grey.

    There are 27; more than that need a pattern. Text in `tokens().text` reads on each.
    """
    return _chip(index) if index >= 0 else mix(tokens().none, tokens().surface, 0.4)


def specialty_index(code: str) -> int:
    """Return the number of a specialty's colour."""
    digits = "".join(char for char in code if char.isdigit())
    number = int(digits) if digits else 0
    return number - 1 if number <= 26 else -1


def city_index(city: str) -> int:
    """Return the number of a city's colour."""
    order = ("成都", "德阳", "眉山", "资阳")
    short = city.removesuffix("市")
    return (0, 1, 4, 5)[order.index(short)] if short in order else 8


def specialty_color(code: str) -> QColor:
    """Return a specialty's chip colour; text in `tokens().text` reads on it in both schemes."""
    return chip_color(specialty_index(code))


def city_color(city: str) -> QColor:
    """Return a city's chip colour; text in `tokens().text` reads on it in both schemes."""
    return chip_color(city_index(city))


def coverage_color(state: CoverageState) -> QColor:
    """Return the plain colour of a coverage state, for lines and marks."""
    colours = tokens()
    return {
        CoverageState.COVERED: colours.covered,
        CoverageState.PARTIAL: colours.partial,
        CoverageState.UNCOVERED: colours.uncovered,
        CoverageState.NONE: colours.none,
    }[state]


def coverage_brush(state: CoverageState) -> QBrush:
    """Return how a coverage state fills an area: solid, hatched, cross-hatched or grey.

    The pattern is a texture (colour on its own pale tint), so that the state reads without
    colour and the area stays opaque.
    """
    colour = coverage_color(state)
    if state is CoverageState.COVERED or state is CoverageState.NONE:
        return QBrush(colour)
    return QBrush(_hatched(colour, crossed=state is CoverageState.UNCOVERED))


def scale_color(share: float, *, lacking: bool = False) -> QColor:
    """Return how strongly an area is filled for 0 (nothing) to 1 (most); told apart by lightness.

    What is `lacking` is red, what is given green.

    Names in `tokens().text` with their halo read on all of them.
    """
    colours = tokens()
    if share <= 0:
        return mix(colours.none, colours.surface, 0.25)
    hue = colours.uncovered if lacking else colours.accent
    return mix(hue, colours.surface, 0.14 + 0.62 * min(share, 1.0))


@contextmanager
def on_paper() -> Iterator[None]:
    """Paint in the light colours meanwhile, whatever the window wears: for pictures and paper."""
    worn, _current[0] = _current[0], LIGHT
    try:
        yield
    finally:
        _current[0] = worn


def _hatched(colour: QColor, *, crossed: bool) -> QPixmap:
    side = 8
    pixmap = QPixmap(side, side)
    pixmap.fill(mix(colour, tokens().surface, 0.34))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(colour)
    pen.setWidthF(2.0)
    painter.setPen(pen)
    for shift in (-side, 0, side):
        painter.drawLine(shift, side, shift + side, 0)
        if crossed:
            painter.drawLine(shift, 0, shift + side, side)
    painter.end()
    return pixmap


def ui_font() -> QFont:
    """Return the window's font: the first Chinese UI font installed, 13 px."""
    font = QFont(QGuiApplication.font())
    font.setFamilies([*FONTS, font.family()])
    font.setPixelSize(FONT_PIXELS)
    return font


def tabular(font: QFont) -> QFont:
    """Return the font with figures of one width, for columns of numbers."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def icon_size() -> QSize:
    """Return the size of icons in buttons."""
    return QSize(px(4), px(4))


def _palette(colours: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.surface_alt),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.text),
        (role.Link, colours.accent),
        (role.ToolTipBase, colours.surface),
        (role.ToolTipText, colours.text),
        (role.Mid, colours.border),
        (role.Accent, colours.accent),
    ):
        palette.setColor(which, colour)
    for which in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(
            QPalette.ColorGroup.Disabled, which, mix(colours.muted, colours.surface, 0.75)
        )
    return palette


def _wanted(app: QApplication, scheme: Scheme) -> Tokens:
    if scheme is Scheme.AUTO:
        dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if scheme is Scheme.DARK else LIGHT


class _Follower(QObject):
    """Re-applies the theme when the system's scheme changes."""

    def __init__(self, app: QApplication, scheme: Scheme) -> None:
        super().__init__(app)
        self.scheme = scheme
        self._app = app
        app.styleHints().colorSchemeChanged.connect(self.apply)

    def apply(self) -> None:
        """Set palette, sheet and tokens for the scheme wanted now."""
        colours = _wanted(self._app, self.scheme)
        _current[0] = colours
        # In place of another sheet Qt dresses each widget once for every widget it lies in; taken
        # off and put on anew, twice at all.
        self._app.setStyleSheet("")
        self._app.setPalette(_palette(colours))
        self._app.setStyleSheet(stylesheet(lambda name: _css(colours, name)))
        notifier.theme_changed.emit()


def _css(colours: Tokens, name: str) -> str:
    if name in ("arrow", "arrow_up", "tick"):
        scheme = Scheme.DARK if colours.dark else Scheme.LIGHT
        return resource_path(f"icons/{name}_{scheme.value}.svg").as_posix()
    colour: QColor = getattr(colours, name)
    return colour.name(QColor.NameFormat.HexRgb)


def apply_theme(app: QApplication, scheme: Scheme = Scheme.AUTO) -> None:
    """Dress the application in Fusion, our palette, sheet and font."""
    style = QStyleFactory.create("Fusion")
    if style is not None:
        app.setStyle(style)
    app.setFont(ui_font())
    follower = app.findChild(_Follower) or _Follower(app, scheme)
    follower.scheme = scheme
    follower.apply()


def change_scheme(scheme: Scheme) -> None:
    """Change the colours of the running application; does nothing before `apply_theme`."""
    app = QApplication.instance()
    follower = app.findChild(_Follower) if app is not None else None
    if follower is not None:
        follower.scheme = scheme
        follower.apply()
