"""How Chinese characters are read: without tones, each for itself."""

from __future__ import annotations

import os
from functools import lru_cache


@lru_cache(maxsize=8192)
def readings(character: str) -> tuple[str, ...]:
    """Return every reading of a character, the usual one first; empty if it is not Chinese."""
    # Its phrases, which tell readings apart by the words around, would take 45 MB and are not
    # asked for anywhere: https://pypinyin.readthedocs.io/zh-cn/stable/faq.html
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin  # here: it takes a moment to read its dictionary

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    return tuple(found[0]) if found and found[0][0] else ()
