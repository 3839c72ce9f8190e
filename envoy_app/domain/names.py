"""Names of people as rosters write them."""

from __future__ import annotations

import re
from functools import cache

from envoy_app.domain.findings import Raw
from envoy_app.domain.text import cleaned, is_empty, without_gaps
from resources import read_table

# Interpuncts met between the parts of minority names; all become U+00B7 (GB/T 15834).
_DOTS = re.compile("\\s*[•‧・･·⋅∙●．.⸱ᐧ]\\s*")
_GENDER_NOTE = re.compile(r"\s*[（(【\[]\s*([男女])\s*(?:性)?\s*[）)】\]]\s*$")
_GENDER_BEHIND = re.compile(r"(?<=[\u3400-\u9fff]{2})\s+([男女])$")
# What stands behind a name and is no part of it: a role in the team, an ethnic group.
_ASIDE = re.compile(
    r"\s*[（(【\[]\s*(?:副?[团组队]长|成员|负责人|牵头人?|联系人|联络员|召集人|首席专家|首席|兼职?|新增|续聘|返聘"
    r"|退休|特邀|外聘|[\u4e00-\u9fff]{1,4}族|[汉彝藏羌回苗满])\s*[）)】\]]\s*$"
)
_FULL_WIDTH_LATIN = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B)}


def read_name(raw: Raw) -> tuple[str, str]:
    """Return the name in its normal form and the gender noted behind it ("" where none).

    Padding between Chinese characters goes (陈　梅), dots become ·, a trailing （女） or 女 behind
    a blank is the gender, a trailing （团长） or （彝族） goes. Characters are never replaced by
    look-alikes: people bear rare ones.
    """
    text = "" if is_empty(raw) else _ASIDE.sub("", cleaned(raw))
    gender = ""
    if behind := _GENDER_BEHIND.search(text):
        gender, text = behind[1], text[: behind.start()]
    elif note := _GENDER_NOTE.search(text):
        gender, text = note.group(1), text[: note.start()]
    text = without_gaps(text.translate(_FULL_WIDTH_LATIN))
    return _DOTS.sub("·", text).strip("· "), gender


def read_gender(raw: Raw) -> str:
    """Return 男 or 女, or "" for anything else."""
    text = cleaned(raw)
    if text[:1] in ("男", "女"):
        return text[0]
    return {"m": "男", "male": "男", "f": "女", "female": "女"}.get(text.lower(), "")


_NAME = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]{2,4}")
_LONG_NAME = re.compile(r"[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8}){1,3}")
_NUMBERED = re.compile(r"(?<=..)[0-9A-Za-z]{1,3}$")  # 王伟2: two of one name
_NO_NAME = re.compile(r"(?:[县区市镇乡村组团站所局院司社场部科室处员师长任]|街道|专业|技术|产业)$")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(row["surname"] for row in read_table("vocabulary/surnames.csv"))


def looks_like_name(text: str) -> int:
    """Return 0 for what is no name, 1 for what may be one, 2 for one with a usual surname."""
    name = _NUMBERED.sub("", read_name(text)[0])
    if _LONG_NAME.fullmatch(name):
        return 2
    if not _NAME.fullmatch(name) or _NO_NAME.search(name):
        return 0
    return 2 if {name[:1], name[:2]} & _surnames() else 1


_UNREADABLE = re.compile(
    "[\u25a1\u25a0\u3013\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[?？]{2}"
)
_LONG_NOTE = re.compile(r"[（(][^（()）]{2,}[)）]?$")  # 李军（已调离）: asked about
_NOT_IN_NAMES = re.compile(r"[?？*＊、，,；;/／]")  # several people in a cell, too


def is_legible(text: str) -> bool:
    """Whether no character of a text was lost: no □, no ??, no control or private character."""
    return _UNREADABLE.search(text) is None


def name_is_sound(name: str) -> bool:
    """Whether a name may be a person's: legible, and without question marks and asterisks."""
    found = _NOT_IN_NAMES.search(name) or _LONG_NOTE.search(name)
    return is_legible(name) and found is None
