"""An Office file as a package of parts (ECMA-376 part 2): what is not changed stays as it is."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from pathlib import Path

from envoy_app.io.marking.xml_splice import Damaged, appended, elements, in_utf8, prefix_of, spliced

MAX_PARTS = 10_000
MAX_UNPACKED = 300 * 1024 * 1024
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS_PART = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT_TYPES = "[Content_Types].xml"
_CHUNK = 1024 * 1024
_OLDEST = (1980, 1, 1, 0, 0, 0)
_BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error, LZMAError)


class TooLarge(Exception):
    """The package unpacks to more than an office's file ever holds."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One part's way to another: id, the last word of its type, the target's part name."""

    id: str
    kind: str
    target: str


class Package:
    """A zip of parts, read from bytes; changed parts are kept until `write`."""

    def __init__(self, content: bytes) -> None:
        """Open. Raises Damaged, or TooLarge for a bomb."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Damaged("zip") from error
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise TooLarge
        self._parts = {_key(part.filename): part for part in parts}
        if len(self._parts) != len(parts) or any(part.flag_bits & 1 for part in parts):
            raise Damaged("parts")  # which of two parts of one name counts, nobody can say
        self._changed: dict[str, tuple[str, bytes]] = {}

    def has(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return _key(part) in self._parts or _key(part) in self._changed

    def read(self, part: str) -> bytes:
        """Return a part's bytes, XML in UTF-8. Raises Damaged where it is missing or broken."""
        if found := self._changed.get(_key(part)):
            return found[1]
        info = self._parts.get(_key(part))
        if info is None:
            raise Damaged(part)
        try:
            return in_utf8(self._zip.read(info))
        except _BROKEN as error:
            raise Damaged(part) from error

    def put(self, part: str, data: bytes) -> None:
        """Set a part."""
        self._changed[_key(part)] = (part, data)

    def free_name(self, pattern: str) -> str:
        """Return a part name of a pattern with {} that no part has yet."""
        return next(
            name
            for name in (pattern.format(number) for number in range(1, MAX_PARTS * 2))
            if not self.has(name)
        )

    # Relations and content types --------------------------------------------------------------

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Return what a part points to inside the package; "" is the package itself."""
        path = _relations_path(part)
        if not self.has(path):
            return ()
        found = elements(self.read(path), 1, frozenset({"Relationship"}))
        folder = posixpath.dirname(part)
        return tuple(
            Relation(
                item.get("Id", ""),
                item.get("Type", "").rpartition("/")[2],
                _resolved(folder, item.get("Target", "")),
            )
            for item in (element.tag.attributes for element in found)
            if item.get("TargetMode") != "External"
        )

    def related(self, part: str, kind: str) -> str:
        """Return the first part of a kind that a part points to, "" where there is none."""
        return next((item.target for item in self.relations(part) if item.kind == kind), "")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point to another; return the relation's id."""
        path = _relations_path(part)
        if not self.has(path):
            self.put(path, f'<Relationships xmlns="{_RELATIONS_PART}"/>'.encode())
        ids = {item.tag.attributes.get("Id", "") for item in elements(self.read(path), 1)}
        new = next(name for name in (f"rId{n}" for n in range(1, len(ids) + 2)) if name not in ids)
        shown = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        words = f'Id="{new}" Type="{RELATIONS}/{kind}" Target="{shown}"'
        self._append_to_root(path, "Relationship", words)
        return new

    def declare(self, part: str, content_type: str) -> None:
        """Say in the content types what a part holds."""
        known = elements(self.read(_CONTENT_TYPES), 1, frozenset({"Override"}))
        names = {_key(item.tag.attributes.get("PartName", "")) for item in known}
        if _key(part) not in names:
            words = f'PartName="/{part}" ContentType="{content_type}"'
            self._append_to_root(_CONTENT_TYPES, "Override", words)

    def _append_to_root(self, path: str, name: str, words: str) -> None:
        data = self.read(path)
        prefix, root = prefix_of(data), elements(data, 0)[0]
        put = b"<" + prefix + name.encode() + b" " + words.encode() + b"/>"
        splice = appended(data, root, put, prefix + root.tag.name.encode())
        self.put(path, spliced(data, [splice]))

    # Writing -------------------------------------------------------------------------------------

    def write(self, path: Path) -> None:
        """Write all parts in their order, new ones last; raises OSError, or Damaged."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for key, info in self._parts.items():
                if key in self._changed:
                    out.writestr(_like(info), self._changed[key][1])
                else:
                    self._copy(info, out)
            for name, data in self._new_parts():
                out.writestr(_like(zipfile.ZipInfo(name, _OLDEST)), data)

    def _new_parts(self) -> Iterator[tuple[str, bytes]]:
        for key, (name, data) in self._changed.items():
            if key not in self._parts:
                yield name, data

    def _copy(self, info: zipfile.ZipInfo, out: zipfile.ZipFile) -> None:
        copy = _like(info)
        copy.file_size = info.file_size  # decides on zip64 before the first byte
        try:
            with self._zip.open(info) as source, out.open(copy, "w") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
        except _BROKEN as error:
            raise Damaged(info.filename) from error


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a new entry of the same name and date; methods beyond deflate become deflate."""
    new = zipfile.ZipInfo(info.filename, max(info.date_time, _OLDEST))
    plain = info.compress_type == zipfile.ZIP_STORED and info.file_size
    new.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
    new.external_attr = info.external_attr
    return new


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relations_path(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    joined = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(joined).lstrip("/")
