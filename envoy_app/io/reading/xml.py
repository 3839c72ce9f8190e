"""XML from anywhere through expat: no entities, no outside files, no tree in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from envoy_app.io.reading.output import Refused

Attributes = dict[str, str]
_CHUNK = 64 * 1024


class Finished(Exception):
    """Raised by a handler that needs no more of the document."""


class Handler:
    """What a format does at elements, named without their prefix; attributes keep theirs.

    `main_prefix_only`: elements have the prefix of the root or do not matter, which spares a call
    per element where the root has none.
    """

    main_prefix_only = False

    def __init__(self) -> None:
        """Begin outside of any text that matters."""
        self._text: list[str] | None = None
        self._parser: expat.XMLParserType | None = None
        self._names: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Called where an element begins."""

    def end(self, name: str) -> None:
        """Called where an element ends."""

    def collect(self) -> None:
        """Gather text from here on."""
        self._text = []
        if self._parser:
            self._parser.CharacterDataHandler = self._text.append

    def add(self, text: str) -> None:
        """Add what an element stands for to the text being gathered."""
        if self._parser and self._text is not None:
            self._parser.CharacterDataHandler = self._text.append  # empties expat's own buffer
            self._text.append(text)

    def collected(self) -> str:
        """Return the text gathered, and gather no more."""
        if self._parser:
            self._parser.CharacterDataHandler = None  # hands over what expat still holds
        text, self._text = self._text, None
        return "".join(text or ())

    def parse(self, source: BinaryIO, encoding: str | None = None) -> None:
        """Read a document until its end or Finished. Raises Refused ("unsafe", "damaged")."""
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.EntityDeclHandler = _forbidden
        parser.UnparsedEntityDeclHandler = _forbidden
        parser.ExternalEntityRefHandler = _forbidden
        parser.StartElementHandler = self._root
        self._parser = parser
        try:
            while chunk := source.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except Finished:
            pass
        except expat.ExpatError as error:
            raise Refused("damaged") from error
        finally:
            self._parser = None
            parser.StartElementHandler = parser.EndElementHandler = None
            parser.CharacterDataHandler = None

    def _root(self, name: str, attributes: Attributes) -> None:
        start, end = self.start, self.end
        if ":" in name or not self.main_prefix_only:
            start, end = self._local(self.start), self._local(self.end)
        if self._parser:
            self._parser.StartElementHandler = start
            self._parser.EndElementHandler = end
        start(name, attributes)

    def _local(self, called: Callable[..., None]) -> Callable[..., None]:
        names = self._names

        def with_local_name(name: str, *attributes: Attributes) -> None:
            local = names.get(name)
            if local is None:
                local = name.rsplit(":", 1)[-1]
                if len(names) < 1000:  # a hostile file may have a name per element
                    names[name] = local
            called(local, *attributes)

        return with_local_name


def _forbidden(*_: object) -> int:
    raise Refused("unsafe")
