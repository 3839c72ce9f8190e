"""Takes personal data out of text that leaves the database: the log and the reports of crashes.

What is masked: every run of seven digits or more, with whatever people put between them (ID and
telephone numbers, fixed lines), the values of personal fields where records are printed, quoted
names, and the names of accounts in paths. Too much is masked rather than too little.
"""

from __future__ import annotations

import getpass
import re
from functools import cache

from envoy_app.domain.names import looks_like_name

MASK = "***"
_USUAL = 2  # of `looks_like_name`: it begins with a surname
PERSONAL_FIELDS = (
    *("name", "contact", "contact_name", "contact_phone", "phone", "phones", "id_number"),
    *("envoy_name", "leader_name", "full_name", "person", "state_reason"),
    *("birth", "gender", "remarks", "reason", "address", "leader", "actor", "who", "created_by"),
    *("姓名", "联系人", "联系电话", "电话", "手机", "手机号", "身份证号", "身份证"),
    *("出生年月", "负责人", "团长"),
)

_DATE = r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
_BETWEEN = r"(?:[^\S\n]|[\u200b-\u200f\u2060\ufeff\-\u2010-\u2015\u2212\uff0d_.·()（）+/]){0,3}"
# Dates alone may stay; a date inside a longer number is part of that number.
_NUMBERS = re.compile(rf"(?P<date>{_DATE})|\d(?:{_BETWEEN}\d){{6,}}(?:{_BETWEEN}[XxＸｘ])?")
_STRING = r"""(?:'(?:[^'\\\n]|\\.)*(?:'|$)|"(?:[^"\\\n]|\\.)*(?:"|$))"""
_VALUE = rf"(?:{_STRING}|\((?:{_STRING}|[^()'\"])*(?:\)|$)|\[(?:{_STRING}|[^\[\]'\"])*(?:\]|$))"
_KEYS = "|".join(PERSONAL_FIELDS)
_FIELDS = re.compile(
    rf"""(?P<key>(?<![\w.])(?:{_KEYS})\s*=\s*|['"](?:{_KEYS})['"]\s*:\s*)(?P<value>{_VALUE})""",
    re.MULTILINE,
)
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·]"
_LABELLED = re.compile(rf"(?P<label>姓名|联系人|负责人|团长|特派员)(?P<gap>[:：]\s*){_HAN}{{2,}}")
_OF_A_PERSON = re.compile(r"(?P<noun>(?:特派员|联系人|团长|负责人)[“‘\"'])[^”’\"'\n]+(?=[”’\"'])")
_QUOTED = re.compile(
    rf"(?P<open>[“‘「\"'])(?P<name>{_HAN}{{2,20}}[0-9A-Za-z]{{0,3}})(?P<close>[”’」\"'])"
)
# An account may hold blanks, so what stands before the next separator counts first.
_HOMES = re.compile(
    r"(?P<folder>/home/|[\\/]+Users[\\/]+)(?:[^\\/\n\"'”]{1,64}(?=[\\/])|[^\\/\s\"'”]+)"
)


def masked(text: str) -> str:
    """Return a text without the personal data that can be told by its shape."""
    text = _FIELDS.sub(lambda found: found["key"] + _hidden(found["value"]), text)
    text = _NUMBERS.sub(lambda found: found["date"] or MASK, text)
    text = _LABELLED.sub(rf"\g<label>\g<gap>{MASK}", text)
    text = _OF_A_PERSON.sub(rf"\g<noun>{MASK}", text)
    text = _QUOTED.sub(_without_name, text)
    text = _HOMES.sub(rf"\g<folder>{MASK}", text)
    account = _account()
    return account.sub(MASK, text) if account else text


def _hidden(value: str) -> str:
    """An empty value says that nothing is known, which helps and harms nobody."""
    return value if value in ("''", '""', "()", "[]") else f"'{MASK}'"


def _without_name(found: re.Match[str]) -> str:
    if looks_like_name(found["name"]) == _USUAL:
        return f"{found['open']}{MASK}{found['close']}"
    return found[0]


@cache
def _account() -> re.Pattern[str] | None:
    """The user's own name as a part of a path."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return None
    if name in ("", "root"):
        return None
    return re.compile(rf"(?<=[\\/]){re.escape(name)}(?=[\\/\s\"'”]|$)", re.MULTILINE)
