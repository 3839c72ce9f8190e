"""Styles of OpenDocument that matter here: hidden tables and how dates and numbers are shown."""

from __future__ import annotations

from typing_extensions import override

from envoy_app.io.reading.output import GENERAL
from envoy_app.io.reading.xml import Attributes, Finished, Handler

_PARTS = {
    "year": ("yy", "yyyy"),
    "month": ("m", "mm"),
    "day": ("d", "dd"),
    "hours": ("h", "hh"),
    "minutes": ("mm", "mm"),
    "seconds": ("s", "ss"),
    "day-of-week": ("aaa", "aaaa"),
    "quarter": ("q", "q"),
    "era": ("e", "e"),
    "am-pm": ("AM/PM", "AM/PM"),
    "text-content": ("@", "@"),
}
_STYLES = frozenset(
    {"date-style", "time-style", "number-style", "text-style", "percentage-style", "currency-style"}
)
_MAX_STYLES = 70_000


class DateStyles(Handler):
    """Number formats in Excel's spelling by the names of cell styles."""

    def __init__(self) -> None:
        """Begin without styles."""
        super().__init__()
        self._data: dict[str, str] = {}
        self._cells: dict[str, tuple[str, str]] = {}  # name: data style, parent
        self._hidden: set[str] = set()
        self._open = ""
        self._parts: list[str] = []
        self._style = ""
        self._literal = False

    def hides(self, style: str) -> bool:
        """Tell whether tables of this style are not displayed."""
        return style in self._hidden

    def format_of(self, style: str) -> str:
        """Return the number format of a cell style, General where it names none."""
        for _ in range(20):
            data, parent = self._cells.get(style, ("", ""))
            if data or not parent:
                return self._data.get(data, GENERAL)
            style = parent
        return GENERAL

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if self._open:
            self._start_part(name, attributes)
        elif name in _STYLES and len(self._data) < _MAX_STYLES:
            self._open = attributes.get("style:name", "")
            self._parts = []
        elif name == "style" and len(self._cells) < _MAX_STYLES:
            self._style = attributes.get("style:name", "")
            parent = attributes.get("style:parent-style-name", "")
            self._cells[self._style] = (attributes.get("style:data-style-name", ""), parent)
        elif name == "body":
            raise Finished
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self._hidden.add(self._style)

    def _start_part(self, name: str, attributes: Attributes) -> None:
        if name == "number":
            places = attributes.get("number:decimal-places", "0")
            count = min(int(places), 20) if places.isdecimal() and len(places) < 4 else 0
            self._parts.append("0." + "0" * count if count else "0")
        elif name == "text":
            self._literal = True
            self.collect()
        elif name in _PARTS:
            long = attributes.get("number:style") == "long"
            self._parts.append(_PARTS[name][long])

    @override
    def end(self, name: str) -> None:
        if not self._open:
            return
        if name == "text" and self._literal:
            self._literal = False
            text = self.collected().replace('"', "")
            self._parts.append(text if text in ("", "-", "/", ".", ":", " ", "%") else f'"{text}"')
        elif name in _STYLES:
            self._data.setdefault(self._open, "".join(self._parts) or GENERAL)
            self._open = ""
