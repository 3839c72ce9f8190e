"""Professional titles (职称) and their ranks, and education in its normal forms."""

from __future__ import annotations

import re
from functools import cache

from envoy_app.domain.findings import Raw
from envoy_app.domain.text import compact, is_empty, items, one_line, without_gaps
from resources import read_table

_LEVELS = {"高": 2, "中": 1, "初": 0, "员": 0, "助": 0}
_BRACKET = re.compile(r"\s*[（(]\s*([^（()）]*)\s*[)）]\s*$")
_LEVEL_WORD = re.compile(r"(正高|副高|高|中|初|员|助理|教授)级?(职称)?")
_ABOVE = re.compile(r"(职称)?(及其?|或)?以上(职称|人员|专家)?$")
_ANY_RANK = ("", "不限", "无", "无要求", "均可", "都可以", "不作要求")
_EDUCATION = (
    ("博士", "博士"),
    ("硕士", "硕士"),
    ("研究生", "硕士"),
    ("专科", "大专"),
    ("大专", "大专"),
    ("高职", "大专"),
    ("本科", "本科"),
    ("大学", "本科"),
    ("学士", "本科"),
    ("中专", "中专"),
    ("中等专业", "中专"),
    ("高中", "高中"),
    ("初中", "初中"),
    ("小学", "小学"),
)


@cache
def _known_ranks() -> dict[str, int]:
    return {row["title"]: int(row["rank"]) for row in read_table("vocabulary/titles.csv")}


def rank_of(title: str) -> int | None:
    """Return 3 正高, 2 副高, 1 中级, 0 other for one title, None where it is no title.

    Named levels decide first, then the list of titles, then how titles are built: 高级… is
    副高, 助理… 初级, …研究员 and …教授 正高 unless 副 or 助理 stands before.
    """
    text = compact(title)
    for word, rank in (("正高", 3), ("教授级", 3), ("副高", 2)):
        if word in text:
            return rank
    if (bracket := _BRACKET.search(text)) and _LEVEL_WORD.fullmatch(bracket[1]):
        return _LEVELS[bracket[1][0]]
    text = _BRACKET.sub("", text)
    known = _known_ranks()
    if text in known:
        return known[text]
    return _rank_by_parts(text, known)


def _rank_by_parts(text: str, known: dict[str, int]) -> int | None:
    # The longest ending that is a title: 二级教授, 农技推广研究员, 林业高级工程师.
    for start in range(1, len(text)):
        head, tail = text[:start], text[start:]
        if tail not in known or tail in ("无", "其他"):
            continue
        if "高级" in head:
            return 2
        if "助理" in head:
            return 0
        return 2 if head.endswith("副") and known[tail] == 3 else known[tail]
    return None


def read_title(raw: Raw) -> tuple[str, int]:
    """Return the title without a level in brackets behind it, and its rank (several: highest)."""
    if is_empty(raw):
        return "", 0
    text = without_gaps(one_line(raw))
    ranks = [rank for part in items(text) if (rank := rank_of(part)) is not None]
    bracket = _BRACKET.search(text)
    if bracket and _LEVEL_WORD.fullmatch(bracket[1]) and bracket.start():
        text = text[: bracket.start()]
    return text.strip(), max(ranks, default=0)


def read_wanted_rank(raw: Raw) -> int:
    """Return the least rank a demand asks for (中级及以上 1, 研究员 3, 不限 0)."""
    if is_empty(raw):
        return 0
    text = _ABOVE.sub("", compact(raw))
    if text in _ANY_RANK:
        return 0
    ranks = [
        rank
        for part in items(text.replace("或", "、"))
        if (rank := rank_of(part.removesuffix("职称"))) is not None
    ]
    # 副高或正高 is met by the lower of the two.
    return min(ranks, default=0)


def split_title_post(raw: Raw) -> tuple[str, str]:
    """Return title and post of a cell that holds both (副院长/教授)."""
    parts = items(raw)
    titles = [part for part in parts if rank_of(part) is not None]
    return "、".join(titles), "、".join(part for part in parts if part not in titles)


def is_education(text: str) -> bool:
    """Whether a text names a level of education and nothing else (大学本科/学士)."""
    rest = re.sub(r"(?:在职|全日制|研究生|学历|学位|毕业|[/、（）()])", "", text)
    for word, _ in _EDUCATION:
        rest = rest.replace(word, "")
    return rest != text and not rest


def read_education(raw: Raw) -> str:
    """Return 博士, 硕士, 本科, 大专 …, or the text itself where it is none of them."""
    if is_empty(raw):
        return ""
    text = compact(raw)
    first = (items(raw) or (text,))[0]
    if first == "研究生":
        first = text  # the degree behind it tells which
    return next((normal for word, normal in _EDUCATION if word in first), one_line(raw))
