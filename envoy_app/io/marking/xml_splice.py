"""XML changed at a few places, every other byte kept: prefixes, extensions and order survive.

Parsers that write a tree back rename prefixes and drop what they do not know; Excel then calls
the file damaged. So expat only tells where things stand, and bytes are spliced there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

_TAG = re.compile(rb"<[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*>")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BOM = b"\xef\xbb\xbf"
Splice = tuple[int, int, bytes]
"""Bytes from … to … (one behind) and what takes their place."""


class Damaged(Exception):
    """A part is not what it should be."""


class Unsafe(Exception):
    """A part declares entities or another thing that no workbook needs."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag: its name without prefix, attributes as written, and the bytes it takes."""

    name: str
    attributes: Mapping[str, str]
    start: int
    end: int
    empty: bool


@dataclass(frozen=True, slots=True)
class Element:
    """A whole element: its start tag, where its content ends, and where it ends itself."""

    tag: Tag
    inner_end: int
    end: int


OnStart = Callable[[str, dict[str, str], int], None]
OnEnd = Callable[[str, int], None]


def text_of(text: str) -> bytes:
    """Return text as XML holds it, without characters XML cannot hold."""
    return escape(_ILLEGAL.sub("", text), {'"': "&quot;"}).encode()


def in_utf8(data: bytes) -> bytes:
    """Return a document in UTF-8 without a byte order mark. Raises Damaged where it is no text."""
    if data.startswith(_BOM):
        return data[len(_BOM) :]
    head = _DECLARATION.match(data)
    named = _ENCODING.search(head.group()) if head else None
    encoding = named[1].decode().lower() if named else "utf-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        return data
    try:
        text = data.decode(encoding).encode()
    except (UnicodeError, LookupError) as error:
        raise Damaged("encoding") from error
    return _DECLARATION.sub(b'<?xml version="1.0" encoding="UTF-8"?>', text, count=1)


def walk(data: bytes, on_start: OnStart, on_end: OnEnd | None = None) -> None:
    """Call `on_start(name, attributes, offset)` and `on_end(name, offset)` in document order.

    Raises Unsafe where entities are declared, Damaged for what is no XML.
    """
    parser = ParserCreate()

    def refuse(*_words: object) -> int:
        raise Unsafe

    def start(name: str, attributes: dict[str, str]) -> None:
        on_start(name, attributes, parser.CurrentByteIndex)

    def end(name: str) -> None:
        if on_end is not None:
            on_end(name, parser.CurrentByteIndex)

    # A bare document type does no harm; entities are what bombs are made of.
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    if on_end is not None:
        parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        raise Damaged(str(error)) from error


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


class _Found(Exception):
    """Stops a walk; the argument is what was looked for."""


def prefix_of(data: bytes) -> bytes:
    """Return the prefix of the root element with its colon, b"" where it has none."""

    def start(name: str, _attributes: dict[str, str], _offset: int) -> None:
        raise _Found(name)

    try:
        walk(data, start)
    except _Found as found:
        name = str(found)
        return name[: -len(local(name))].encode()
    raise Damaged("root")


def tag_at(data: bytes, start: int, name: str, attributes: Mapping[str, str]) -> Tag:
    """Return the start tag at an offset."""
    match = _TAG.match(data, start)
    if match is None:
        raise Damaged("tag")
    return Tag(local(name), attributes, start, match.end(), data[match.end() - 2] == ord("/"))


def elements(data: bytes, depth: int, names: frozenset[str] | None = None) -> list[Element]:
    """Return the elements at a depth (the root's is 0), of these names where any are given."""
    found: list[Element] = []
    open_tags: list[Tag | None] = []

    def start(name: str, attributes: dict[str, str], offset: int) -> None:
        wanted = len(open_tags) == depth and (names is None or local(name) in names)
        open_tags.append(tag_at(data, offset, name, attributes) if wanted else None)

    def end(_name: str, offset: int) -> None:
        tag = open_tags.pop()
        if tag is None:
            return
        if tag.empty:
            found.append(Element(tag, tag.end, tag.end))
        else:
            found.append(Element(tag, offset, data.index(b">", offset) + 1))

    walk(data, start, end)
    return found


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """Return the data with splices made; those at one place stay in the order given."""
    pieces: list[bytes] = []
    done = 0
    for start, end, put in sorted(splices, key=lambda item: item[0]):
        if start < done:
            raise Damaged("overlap")
        pieces += (data[done:start], put)
        done = end
    pieces.append(data[done:])
    return b"".join(pieces)


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Return a start tag with an attribute set; `name` is written as given."""
    written = name.encode() + b'="' + text_of(value) + b'"'
    found = _attribute(name).search(tag)
    if found:
        return tag[: found.start(1)] + written + tag[found.end(1) :]
    close = -2 if tag.endswith(b"/>") else -1
    return tag[:close].rstrip() + b" " + written + tag[close:]


def without_attribute(tag: bytes, name: str) -> bytes:
    """Return a start tag without an attribute."""
    return _attribute(name).sub(b"", tag)


def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s(" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*'))")


def opened(tag: bytes) -> bytes:
    """Return a start tag that may hold content: <a/> becomes <a>."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def appended(data: bytes, element: Element, put: bytes, name: bytes) -> Splice:
    """Return the splice that puts content at an element's end; `name` closes one that was empty."""
    if not element.tag.empty:
        return element.inner_end, element.inner_end, put
    tag = opened(data[element.tag.start : element.tag.end])
    return element.tag.start, element.tag.end, tag + put + b"</" + name + b">"
