"""Zip packages: what is inside, and streams of their parts that cannot grow without bound."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import BinaryIO, cast

from envoy_app.io.reading.output import Refused

MAX_PARTS = 10_000
MAX_UNPACKED = 300 * 1024 * 1024


class Package:
    """A zip archive whose parts are found whatever the case and slashes of their names."""

    def __init__(self, content: bytes) -> None:
        """Open it. Raises Refused ("damaged", "encrypted", "too-large")."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            parts = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Refused("damaged") from error
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("encrypted")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Refused("too-large")
        self._parts = {_key(part.filename): part for part in parts}
        self.names = frozenset(self._parts)

    def open(self, name: str) -> BinaryIO:
        """Return a part as a stream. Raises Refused ("damaged") where it is not there."""
        part = self._parts.get(_key(name))
        if part is None:
            raise Refused("damaged")
        # zipfile reads no more than the size in the directory, which was counted.
        return cast(BinaryIO, self._archive.open(part))

    def read(self, name: str, limit: int = 64 * 1024 * 1024) -> bytes:
        """Return a whole part. Raises Refused where it is missing or longer than `limit`."""
        with self.open(name) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise Refused("too-large")
        return data

    def size(self, name: str) -> int:
        """Return the unpacked size of a part, 0 where it is not there."""
        part = self._parts.get(_key(name))
        return part.file_size if part else 0

    def has(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return _key(name) in self._parts


def _key(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()
