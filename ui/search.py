"""Finding by name, pinyin and initials."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from envoy_app.domain.readings import readings

READINGS_LIMIT = 8
MOST_KEYS = 20_000


def pinyin_keys(text: str) -> tuple[str, ...]:
    """Return full pinyin and initials of a short text, with other readings of its characters.

    The first READINGS_LIMIT combinations of readings are kept: 单晓 is found as shan and dan.
    """
    chars = [readings(char) or (char,) for char in text.lower() if char.isalnum()]
    keys: dict[str, None] = {}
    for reading in itertools.islice(itertools.product(*chars), READINGS_LIMIT):
        keys["".join(reading)] = None
        keys["".join(part[0] for part in reading)] = None
    return tuple(keys)


def search_key(name: str, others: Iterable[str] = ()) -> str:
    """Return the text that a search looks into: the name, its pinyin, and other texts as is."""
    return "\n".join((name.lower(), *pinyin_keys(name), *(part.lower() for part in others)))


def matches(key: str, query: str) -> bool:
    """Whether every word of the query occurs in the key; spaces inside pinyin do no harm."""
    words = query.lower().split()
    return found(key, words, "".join(words))


def found(key: str, words: Sequence[str], whole: str) -> bool:
    """Do what `matches` does for a query split already; `whole` is its words in one."""
    for word in words:
        if word not in key:
            return bool(whole) and whole in key
    return True


class Finder:
    """Searches texts of several words; each text's pinyin is spelled once. For one thread."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def matcher(self, query: str) -> Callable[[str], bool] | None:
        """Return what tells whether a text matches, None where nothing is looked for."""
        words = query.lower().split()
        whole = "".join(words)
        return (lambda text: found(self.key(text), words, whole)) if words else None

    def key(self, text: str) -> str:
        """Return what a search looks into: a text and the pinyin and initials of its words."""
        key = self._keys.get(text)
        if key is None:
            if len(self._keys) > MOST_KEYS:
                self._keys.clear()
            key = "\n".join((text.lower(), *map(_word_keys, text.split())))
            self._keys[text] = key
        return key


@lru_cache(maxsize=16384)
def _word_keys(word: str) -> str:
    return "\n".join(pinyin_keys(word))
