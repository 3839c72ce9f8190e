"""Turns the text of a file into JSON data, for the readers of the formats.

What JSON itself lets pass is caught here or marked for the readers, who know the place: a key that
stands twice, a number of a million digits.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

_DIGITS: Final = 40
"""More of a number say nothing: it is too large anyway, and Python refuses to read thousands."""


class JsonObject(dict[str, Any]):
    """An object of a file.

    Attributes:
        repeated: A key that stands in it more than once; None if there is none.
    """

    repeated: str | None = None


def decode_json(text: str) -> object:
    """Read JSON text.

    Args:
        text: The whole file, without a byte order mark.

    Returns:
        JSON data whose objects know of repeated keys. A number with very many digits is read as
        another one that is as far beyond every limit.

    Raises:
        json.JSONDecodeError: It is no JSON.
        RecursionError: It is nested deeper than any format asks for.
    """
    return json.loads(text, object_pairs_hook=_object, parse_int=_integer)


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        found.repeated = next(name for name, count in times.items() if count > 1)
    return found


def _integer(digits: str) -> int:
    return int(digits[:_DIGITS])
