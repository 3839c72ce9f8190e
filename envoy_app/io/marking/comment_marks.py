"""Comments of a worksheet and the shapes Excel draws them in; those of others stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from envoy_app.domain.sheets import column_letter, column_number
from envoy_app.io.marking.xml_splice import (
    Element,
    Splice,
    appended,
    elements,
    opened,
    prefix_of,
    spliced,
    text_of,
)

AUTHOR = "特派员排班"
SEPARATOR = f"—— {AUTHOR} ——"
"""Stands before what we add to somebody else's comment."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{_MAIN}">'
    "<authors/><commentList/></comments>"
).encode()
EMPTY_SHAPES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NAMESPACES = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}
_SHAPE = re.compile(rb"<v:shape\b(?!type).*?</v:shape>\s*", re.DOTALL)
_SHAPE_ID = re.compile(rb"_x0000_s(\d{1,9})")
_ROW = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>")
_COLUMN = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_RUN = re.compile(rb"<(?:\w+:)?r[\s>]")
_NOTHING = re.compile(rb"<[^>]*>|\s|&#1[03];|&#x[aAdD];")
_BREAKS = re.compile(rb"(\s|&#1[03];|&#x[aAdD];)+$")
_BOX_WIDTH, _LINE, _PADDING = 260, 18, 14  # pixels
_LETTERS = 17  # Chinese characters of a comment's line
_MOST_LINES = 20
_PIXELS = 7.0  # of a character of column width
_ROW_HEIGHT = 20
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comments:
    """A comments part as changed, and the cells that need a shape or have lost theirs."""

    data: bytes
    new: tuple[Place, ...]
    gone: frozenset[Place]


def commented(data: bytes, texts: Mapping[Place, str]) -> Comments:
    """Return a comments part with our comments replaced by these.

    A comment of somebody else gets ours below it; a conversation of Excel 365 is left alone, since
    Excel writes its text anew from elsewhere.
    """
    editor = _Editor(data)
    editor.change(texts)
    return editor.result()


class _Editor:
    def __init__(self, data: bytes) -> None:
        self._data = _with_lists(data)
        self._prefix = prefix_of(self._data)
        self._authors = [
            _plain(self._data[item.tag.end : item.inner_end])
            for item in elements(self._data, 2, frozenset({"author"}))
        ]
        self._splices: list[Splice] = []
        self._gone: set[Place] = set()
        self._new: list[Place] = []

    def change(self, texts: Mapping[Place, str]) -> None:
        left = dict(texts)
        for item in elements(self._data, 2, frozenset({"comment"})):
            place = _place(item.tag.attributes.get("ref", ""))
            author = self._author(item.tag.attributes.get("authorId", ""))
            if author == AUTHOR:
                self._splices.append((item.tag.start, item.end, b""))
                self._gone.add(place)
            else:
                text = left.pop(place, "")
                if not author.startswith("tc="):
                    self._extend(item, text)
        self._add(left)

    def result(self) -> Comments:
        data = spliced(self._data, self._splices)
        return Comments(data, tuple(self._new), frozenset(self._gone))

    def _author(self, number: str) -> str:
        known = number.isascii() and number.isdigit() and int(number) < len(self._authors)
        return self._authors[int(number)] if known else ""

    def _extend(self, item: Element, text: str) -> None:
        """Put our text below another's comment, in place of what stood there from us."""
        inner = self._data[item.tag.start : item.end]
        body = next(iter(elements(inner, 1, frozenset({"text"}))), None)
        if body is None:
            return
        tag, name = inner[body.tag.start : body.tag.end], self._prefix + b"text"
        content = _without_ours(inner[body.tag.end : body.inner_end])
        if text:
            content += self._run(f"\n{SEPARATOR}\n{text}")
        new = opened(tag) + content + b"</" + name + b">"
        if new != inner[body.tag.start : body.end]:
            start = item.tag.start
            self._splices.append((start + body.tag.start, start + body.end, new))

    def _add(self, texts: Mapping[Place, str]) -> None:
        if not texts:
            return
        authors, comments = (
            elements(self._data, 1, frozenset({name}))[0] for name in ("authors", "commentList")
        )
        p = self._prefix
        if AUTHOR in self._authors:
            number = self._authors.index(AUTHOR)
        else:
            number = len(self._authors)
            name = b"<" + p + b"author>" + text_of(AUTHOR) + b"</" + p + b"author>"
            self._splices.append(appended(self._data, authors, name, p + b"authors"))
        made = b"".join(self._comment(place, text, number) for place, text in texts.items())
        self._splices.append(appended(self._data, comments, made, p + b"commentList"))
        self._new = list(texts)

    def _comment(self, place: Place, text: str, author: int) -> bytes:
        p = self._prefix
        words = f'comment ref="{column_letter(place[1])}{place[0]}" authorId="{author}">'.encode()
        close = b"</" + p + b"text></" + p + b"comment>"
        return b"<" + p + words + b"<" + p + b"text>" + self._run(text) + close

    def _run(self, text: str) -> bytes:
        p = self._prefix
        look = b'<P:rPr><P:sz val="9"/><P:rFont val="SimSun"/></P:rPr>'.replace(b"P:", p)
        held = b'<P:t xml:space="preserve">'.replace(b"P:", p) + text_of(text)
        return b"<" + p + b"r>" + look + held + b"</P:t></P:r>".replace(b"P:", p)


def _with_lists(data: bytes) -> bytes:
    """Return the part with <authors> and <commentList> there."""
    prefix = prefix_of(data)
    for name in (b"authors", b"commentList"):
        if not elements(data, 1, frozenset({name.decode()})):
            root = elements(data, 0)[0]
            put = b"<" + prefix + name + b"/>"
            data = spliced(data, [appended(data, root, put, prefix + b"comments")])
    return data


def _without_ours(content: bytes) -> bytes:
    """Return a comment's text without what we put below it.

    That is a run of its own, the last one; a program that knows no runs makes one text of all.
    """
    at = content.find(SEPARATOR.encode())
    if at < 0:
        return content
    runs = [match.start() for match in _RUN.finditer(content, 0, at)]
    if runs and not _NOTHING.sub(b"", content[runs[-1] : at]):
        return content[: runs[-1]]
    return _BREAKS.sub(b"", content[:at]) + content[content.find(b"</", at) :]


def _plain(inner: bytes) -> str:
    text = inner.decode(errors="replace")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _place(reference: str) -> Place:
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", reference)
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def with_shapes(
    data: bytes, comments: Comments, texts: Mapping[Place, str], width: Callable[[int], float]
) -> bytes:
    """Return a drawing part with boxes for new comments and without those that went.

    `width` tells a column's width in characters. Drawing parts of Excel are not always XML, so
    they are searched as bytes.
    """
    if comments.gone:
        data = _SHAPE.sub(lambda match: b"" if _cell(match[0]) in comments.gone else match[0], data)
    if not comments.new:
        return data
    end = data.rfind(b"</")
    head = data[: data.find(b">", data.find(b"<xml")) + 1]
    local = b"".join(
        b" xmlns:" + name + b'="' + uri + b'"'
        for name, uri in _NAMESPACES.items()
        if b"xmlns:" + name + b"=" not in head
    )
    first = max([1024, *(int(number) for number in _SHAPE_ID.findall(data))]) + 1
    shapes = [
        _shape(first + number, place, texts[place], width, local)
        for number, place in enumerate(comments.new)
    ]
    if b"_x0000_t202" not in data:
        shapes.insert(0, _SHAPE_TYPE.replace(b"<v:shapetype", b"<v:shapetype" + local))
    return data[:end] + b"".join(shapes) + data[end:]


def _cell(shape: bytes) -> Place:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if row is None or column is None or b'"Note"' not in shape:
        return 0, 0
    return int(row[1]) + 1, int(column[1]) + 1


def _shape(
    number: int, place: Place, text: str, width: Callable[[int], float], local: bytes
) -> bytes:
    row, column = place
    high = _height(text)
    last = column + 1
    room = width(last) * _PIXELS
    while room < _BOX_WIDTH and last < column + 30:
        last += 1
        room += width(last) * _PIXELS
    rest = max(0, int(width(last) * _PIXELS - (room - _BOX_WIDTH)))
    rows, over = divmod(high, _ROW_HEIGHT)
    top = max(0, row - 2)
    anchor = f"{column},12,{top},4,{last - 1},{rest},{top + rows},{over}"
    style = (
        "position:absolute;margin-left:60pt;margin-top:2pt;"
        f"width:{_BOX_WIDTH * 0.75:g}pt;height:{high * 0.75:g}pt;z-index:{number};visibility:hidden"
    )
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="{style}" '
        'fillcolor="#fffbe6" o:insetmode="auto"'
    ).encode() + local + (
        '><v:fill color2="#fffbe6"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    ).encode()  # fmt: skip


def _height(text: str) -> int:
    lines = sum(max(1, -(-len(line) // _LETTERS)) for line in text.split("\n"))
    return _PADDING + _LINE * min(_MOST_LINES, lines)
