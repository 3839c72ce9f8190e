"""Text of unknown encoding: UTF-8, UTF-16, GB18030 or Big5, by strict decoding and plausibility."""

from __future__ import annotations

import codecs
import re

from envoy_app.io.reading.output import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""")
_GB_NAMES = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "cp936", "ms936"})
_BIG5_NAMES = frozenset({"big5", "big5-hkscs", "cp950", "ms950", "x-x-big5"})
_SAMPLE = 200_000  # bytes looked at to tell GB18030 from Big5
# The frequent characters: level 1 of GB 2312 and level 1 of Big5, by lead and trail byte.
# Punctuation and wide letters are plausible in either.
_GB_COMMON = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_BIG5_COMMON = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
_LEAST_COMMON = 0.3
_PAIR = re.compile(rb"[\x81-\xfe][\x30-\x39\x40-\x7e\x80-\xfe]|[\x00-\x80\xff]")


def decoded(content: bytes) -> str:
    """Return the text. Raises Refused: "not-a-workbook" for binary data, "encoding" else."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _checked(_strict(content, name))
    if b"\0" in content[:_SAMPLE]:
        return _checked(_wide(content))
    text = _strict(content, "utf-8")
    if text is None:
        text = _by_declaration(content)
    if text is None:
        text = _chinese(content)
    return _checked(text)


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeError:
        return None


def _checked(text: str | None) -> str:
    if text is None:
        raise Refused("encoding")
    if "\0" in text or _control_share(text) > 0.02:
        raise Refused("not-a-workbook")
    return text


def _control_share(text: str) -> float:
    head = text[:_SAMPLE]
    odd = sum(1 for sign in head if sign < " " and sign not in "\t\r\n\x0b\x0c\x1a")
    return odd / max(1, len(head))


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: the byte order in which line ends and blanks make sense."""
    if len(content) % 2:
        raise Refused("not-a-workbook")
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strict(content, encoding)
        if text is not None and "\0" not in text and re.search(r"[\n\t, ]", text):
            return text
    raise Refused("not-a-workbook")


def _by_declaration(content: bytes) -> str | None:
    if not content.lstrip().startswith(b"<"):
        return None
    match = _DECLARED.search(content[:4096])
    name = match[1].decode("ascii").lower() if match else ""
    if name in _GB_NAMES:
        return _strict(content, "gb18030")
    if name in _BIG5_NAMES:
        return _strict(content, "big5hkscs") or _strict(content, "cp950")
    return None


def _is_broken_utf8(content: bytes) -> bool:
    """Tell whether only few bytes keep a text from being UTF-8; as GB18030 it would be rubbish."""
    text = content[:_SAMPLE].decode("utf-8", "replace")
    wide = sum(1 for sign in text if sign > "\u007f")
    return text.count("\ufffd") <= 0.2 * wide


def _chinese(content: bytes) -> str | None:
    """GB18030 or Big5: whichever decodes and has the larger share of frequent characters."""
    if _is_broken_utf8(content):
        return None
    mainland, taiwan = _strict(content, "gb18030"), _strict(content, "big5hkscs")
    if taiwan is None:
        taiwan = _strict(content, "cp950")
    pairs = [pair for pair in _PAIR.findall(content[:_SAMPLE]) if len(pair) == 2]
    gb = sum(1 for pair in pairs if _GB_COMMON.fullmatch(pair)) if mainland else -1
    big5 = sum(1 for pair in pairs if _BIG5_COMMON.fullmatch(pair)) if taiwan else -1
    if max(gb, big5) < _LEAST_COMMON * len(pairs):
        return None  # some other language
    return taiwan if big5 > gb else mainland
