"""The only place that knows icon names; icons are line drawings tinted with the theme's text."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Protocol

import shiboken6
from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import resource_path
from ui import theme

_SIDES = (16, 20, 24, 32, 48, 64)


class IconName(StrEnum):
    """Icons in resources/icons."""

    OVERVIEW = "overview"
    ENVOYS = "envoys"
    DEMANDS = "demands"
    PLAN = "plan"
    PRINT = "print"
    SETTINGS = "settings"
    SEARCH = "search"
    IMPORT = "import"
    EXPORT = "export"
    REFRESH = "refresh"
    STOP = "stop"
    PLAY = "play"
    CHECK = "check"
    DONE = "done"
    TODO = "todo"
    NEXT = "next"
    WARNING = "warning"
    ERROR = "error"
    INFO = "info"
    CLOSE = "close"
    MENU = "menu"
    HELP = "help"
    COPY = "copy"
    COLUMNS = "columns"
    FILTER = "filter"
    LEFT = "left"
    RIGHT = "right"
    DOWN = "down"
    UP = "up"
    LOCK = "lock"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    FIT = "fit"
    FOLDER = "folder"
    FILE = "file"
    SAMPLE = "sample"
    PERSON = "person"
    COUNTY = "county"
    TODAY = "today"
    SAVE = "save"
    SEND = "send"
    CHART = "chart"
    DATABASE = "database"
    MOON = "moon"
    PANEL = "panel"
    UNDO = "undo"
    REDO = "redo"
    HISTORY = "history"


class HasIcon(Protocol):
    """An action or a button."""

    def setIcon(self, icon: QIcon, /) -> None:
        """Show the icon."""


@cache
def _source(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


def _pixmap(name: IconName, side: int, colour: QColor) -> QPixmap:
    svg = _source(name.value).replace("currentColor", colour.name())
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return pixmap


@cache
def _tinted(name: IconName, normal: str, disabled: str) -> QIcon:
    icon = QIcon()
    for side in _SIDES:
        icon.addPixmap(_pixmap(name, side, QColor(normal)))
        icon.addPixmap(_pixmap(name, side, QColor(disabled)), QIcon.Mode.Disabled)
    return icon


def icon(name: IconName, colour: QColor | None = None) -> QIcon:
    """Return an icon in the theme's text colour, or in `colour`, as of now."""
    tint = colour or theme.tokens().text
    return _tinted(name, tint.name(), theme.tokens().none.name())


def set_icon(target: HasIcon, name: IconName, token: str = "text") -> None:
    """Give an action or a button an icon that keeps to the theme; `token` names its colour."""

    def show() -> None:
        if isinstance(target, QObject) and not shiboken6.isValid(target):
            theme.notifier.theme_changed.disconnect(show)
            return
        target.setIcon(icon(name, getattr(theme.tokens(), token)))

    theme.notifier.theme_changed.connect(show)
    show()


def icon_pixmap(name: IconName, side: int, colour: QColor | None = None) -> QPixmap:
    """Return a pixmap `side` logical pixels wide, for labels and painters."""
    return icon(name, colour).pixmap(side, side)
