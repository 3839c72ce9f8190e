"""Fills added to the styles of a workbook, and taken away again, the other styles kept.

A marked style is its cell's own style with another fill. The fill's second colour, which a solid
fill does not show, keeps the first colour of the fill it replaced: Excel saves both, so that a
file that comes back can be cleaned of our marks.
"""

from __future__ import annotations

import re
from enum import StrEnum

from envoy_app.io.marking.xml_splice import (
    Damaged,
    Element,
    Splice,
    appended,
    elements,
    prefix_of,
    spliced,
    with_attribute,
)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_NO_FILL = re.compile(
    rb"\s(applyFill\s*=\s*(\"[^\"]*\"|'[^']*')|fillId\s*=\s*[\"']0[\"'])|\s+(?=/?>)"
)
_PARTS = frozenset({"fonts", "fills", "borders", "cellXfs"})
_FIRST = {
    "fonts": b'<%(p)sfont><%(p)ssz val="11"/><%(p)sname val="Calibri"/></%(p)sfont>',
    "fills": (
        b'<%(p)sfill><%(p)spatternFill patternType="none"/></%(p)sfill>'
        b'<%(p)sfill><%(p)spatternFill patternType="gray125"/></%(p)sfill>'
    ),
    "borders": b"<%(p)sborder/>",
    "cellXfs": b'<%(p)sxf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
}
_NO_COLOUR = 'indexed="64"'
EMPTY_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="10"/><name val="微软雅黑"/></font></fonts>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
).encode()


class Mark(StrEnum):
    """How bad it is; the value is the fill's colour (ARGB)."""

    REFUSED = "FFFFC9CB"  # the row is not taken
    DOUBTFUL = "FFFFE7A3"  # the cell is not taken
    CHOICE = "FFC9E2F8"  # somebody has to choose

    @property
    def label(self) -> str:
        """What the colour means, in a few words."""
        return {
            Mark.REFUSED: "必须改正，这一行没有导入",
            Mark.DOUBTFUL: "请核对，这一格没有采用",
            Mark.CHOICE: "请选定或改用规范名称",
        }[self]


_COLOURS = frozenset(mark.value for mark in Mark)


class Styles:
    """The styles part of a workbook: asks for indices, gives back the part's bytes."""

    def __init__(self, data: bytes) -> None:
        """Read; raises Damaged where the part is no styles part."""
        self._prefix = prefix_of(data)
        self._data = _with_all_parts(data, self._prefix)
        self._lists = {
            item.tag.name: item for item in elements(self._data, 1, _PARTS) if item.tag.name
        }
        self._items = {name: self._children(item) for name, item in self._lists.items()}
        self._had = {name: len(items) for name, items in self._items.items()}
        self._marked: dict[tuple[int, Mark], int] = {}
        self._plain = {
            index: -1 for index in range(len(self._items["cellXfs"])) if self._ours(index)
        }

    def plain(self, style: int) -> int:
        """Return a cell style without our fill: itself where it has none of ours."""
        if style not in self._plain:
            return style
        if self._plain[style] < 0:
            colour = self._fill_colours(self._fill_of(style))[1]
            fill = 0 if colour == _NO_COLOUR else self._solid(colour)
            self._plain[style] = self._restyled(style, fill)
        return self._plain[style]

    @property
    def marked_styles(self) -> frozenset[int]:
        """The cell styles that carry a fill of ours."""
        return frozenset(self._plain)

    def marked(self, style: int, mark: Mark) -> int:
        """Return a cell style with a mark's fill in place of its own."""
        # Excel shows a cell whose style does not exist in the first one.
        base = self.plain(style if style < self._had["cellXfs"] else 0)
        if (base, mark) not in self._marked:
            colour = self._fill_colours(self._fill_of(base))[0]
            fill = self._fill(f'<P:fgColor rgb="{mark.value}"/><P:bgColor {colour}/>')
            self._marked[base, mark] = self._restyled(base, fill)
        return self._marked[base, mark]

    def add(
        self,
        font: str = "",
        *,
        border: str = "",
        fill: str = "",
        alignment: str = "",
        number_format: int = 0,
        quoted: bool = False,
    ) -> int:
        """Return a new cell style; the parts are XML with the prefix `P:`, "" for the default."""
        parts = (("fonts", font), ("borders", border), ("fills", fill))
        ids = [self._append(name, inner) if inner else 0 for name, inner in parts]
        words = (
            f'numFmtId="{number_format}" fontId="{ids[0]}" fillId="{ids[2]}" borderId="{ids[1]}"'
        )
        applied = 'applyFont="1" applyBorder="1" applyFill="1" applyNumberFormat="1"'
        quote = ' quotePrefix="1"' if quoted else ""
        inner = f"<P:alignment {alignment}/>" if alignment else ""
        return self._append(
            "cellXfs", f'<P:xf {words} {applied} applyAlignment="1"{quote}>{inner}</P:xf>'
        )

    def to_bytes(self) -> bytes:
        """Return the part with what was added."""
        splices: list[Splice] = []
        for name, element in self._lists.items():
            new = self._items[name][self._had[name] :]
            if not new:
                continue
            tag = self._data[element.tag.start : element.tag.end]
            counted = with_attribute(tag, "count", str(len(self._items[name])))
            close = self._prefix + name.encode()
            if element.tag.empty:
                inner = counted[:-2] + b">" + b"".join(new) + b"</" + close + b">"
                splices.append((element.tag.start, element.tag.end, inner))
            else:
                splices.append((element.tag.start, element.tag.end, counted))
                splices.append((element.inner_end, element.inner_end, b"".join(new)))
        return spliced(self._data, splices)

    def _children(self, element: Element) -> list[bytes]:
        inner = self._data[element.tag.start : element.end]
        # The list stands without the root's namespaces; expat does not look at them here.
        return [inner[item.tag.start : item.end] for item in elements(inner, 1)]

    def _xml(self, text: str) -> bytes:
        return text.encode().replace(b"P:", self._prefix)

    def _append(self, name: str, text: str) -> int:
        item = self._xml(text)
        items = self._items[name]
        if item in items:
            return items.index(item)
        items.append(item)
        return len(items) - 1

    def _fill(self, colours: str) -> int:
        inner = f'<P:fill><P:patternFill patternType="solid">{colours}</P:patternFill></P:fill>'
        return self._append("fills", inner)

    def _fill_of(self, style: int) -> int:
        xfs = self._items["cellXfs"]
        if not 0 <= style < len(xfs):
            raise Damaged("style")
        found = re.search(rb"\sfillId\s*=\s*[\"'](\d+)", xfs[style][: xfs[style].index(b">")])
        return int(found[1]) if found else 0

    def _fill_colours(self, fill: int) -> tuple[str, str]:
        """Return a solid fill's two colours as attributes; none where it is another fill."""
        fills = self._items["fills"]
        item = fills[fill] if fill < len(fills) else b""
        if b'"solid"' not in item and b"'solid'" not in item:
            return _NO_COLOUR, _NO_COLOUR
        return _colour(item, b"fgColor"), _colour(item, b"bgColor")

    def _ours(self, style: int) -> bool:
        colour = self._fill_colours(self._fill_of(style))[0]
        return any(mark in colour for mark in _COLOURS)

    def _restyled(self, style: int, fill: int) -> int:
        item = self._items["cellXfs"][style]
        close = item.index(b">") + 1
        tag = with_attribute(item[:close], "fillId", str(fill))
        tag = with_attribute(tag, "applyFill", "1")
        new = tag + item[close:]
        items = self._items["cellXfs"]
        wanted = _NO_FILL.sub(b"", new)
        for index, known in enumerate(items):
            if known == new or _NO_FILL.sub(b"", known) == wanted:
                return index
        items.append(new)
        return len(items) - 1

    def _solid(self, colour: str) -> int:
        """Return a solid fill of a colour, one that is there where there is one."""
        for fill in range(len(self._items["fills"])):
            if self._fill_colours(fill)[0] == colour:
                return fill
        return self._fill(f"<P:fgColor {colour}/>")


def _colour(item: bytes, name: bytes) -> str:
    found = re.search(rb"<(?:\w+:)?" + name + rb"\s+([^<>]*?)\s*/?>", item)
    return found[1].decode() if found else _NO_COLOUR


def _with_all_parts(data: bytes, prefix: bytes) -> bytes:
    """Return the part with the lists of fonts, fills, borders and cell styles there and filled."""
    for name in _ORDER:
        if name not in _PARTS:
            continue
        own = next(iter(elements(data, 1, frozenset({name}))), None)
        first = _FIRST[name].replace(b"%(p)s", prefix)
        tag = prefix + name.encode()
        if own is None:
            put = b"<" + tag + b">" + first + b"</" + tag + b">"
            data = spliced(data, [_placed(data, prefix, name, put)])
        elif not elements(data[own.tag.start : own.end], 1):
            data = spliced(data, [appended(data, own, first, tag)])
    return data


def _placed(data: bytes, prefix: bytes, name: str, put: bytes) -> Splice:
    later = frozenset(_ORDER[_ORDER.index(name) + 1 :])
    if following := elements(data, 1, later):
        start = following[0].tag.start
        return start, start, put
    root = elements(data, 0)[0]
    return appended(data, root, put, prefix + root.tag.name.encode())
