"""Cells that hold two things: organisation and post, school and major."""

from __future__ import annotations

import re
from functools import cache

from envoy_app.domain.findings import Raw
from envoy_app.domain.names import looks_like_name
from envoy_app.domain.text import cleaned, is_empty, without_gaps
from resources import read_table

_SEPARATORS = " \t\r\n\u00a0\u3000,，;；、/"
_SEPARATOR = re.compile(r"\s*[\r\n,，;；、/]\s*|[ \t\u00a0\u3000]+")
_POST_PREFIX = r"(?:原|兼|第一|常务|党委|党组|执行|名誉|代理)*副?"
_ORGANISATION_END = re.compile(
    r"(院|所|站|局|中心|公司|社|场|厅|委|委员会|大学|学校|部|室|科|股|处|会|镇|乡|街道|园|基地"
    r"|集团|协会|联盟|工作室|村|系|政府|服务部|农场|企业|厂|馆|办|队|[)）])$"
)
_HOUSE_END = re.compile(
    r"(院|所|站|局|中心|公司|合作社|大学|学校|中学|委员会|镇|乡|街道|集团|协会|联盟|政府|农场|基地|[)）])$"
)
_MEMBER = re.compile(r"[\u4e00-\u9fff](?:员|助理|主管|导师|秘书)$")
_SCHOOL = re.compile(
    r"(.*(?:大学|学院|学校|研究院|科学院|研究所|党校|电大|农校|职校|中专|分校|校区|[)）]))"
    r"[\s,，、;；/]*(.*)",
    re.DOTALL,
)


# Parts of an organisation that a post is named after: 研究室副主任, 课题组长, 党组成员.
_UNIT = (
    r"(?:研究室|实验室|教研室|办公室|科室|课题组|项目组|团队|专家组|党组|党委|党支部|党总支|支部|总支"
    r"|工会|班子|领导班子|纪委|分会)"
)
_UNIT_POST = r"(?:主任|组?长|成员|委员|书记|负责人|主席|秘书|干事|带头人|骨干)"
_PART = r"[\u4e00-\u9fff]{0,8}(?:室|科|股|处|办|部)"


@cache
def _one_post() -> str:
    posts = sorted((row["post"] for row in read_table("vocabulary/posts.csv")), key=len)
    names = "|".join(map(re.escape, reversed(posts)))
    return f"(?:{_UNIT}副?{_UNIT_POST}|{_POST_PREFIX}(?:{names}))"


@cache
def _post_pattern() -> re.Pattern[str]:
    one = _one_post()
    # Leftmost match that reaches the end: 研究室主任 wins over 主任, 院长助理 stays whole.
    return re.compile(rf"{one}(?:助理)?(?:(?:[、,，兼/和]|\s)+{one})*(?:[（(][^（()）]*[)）])?$")


@cache
def _set_off_post() -> re.Pattern[str]:
    """Posts that a blank, a comma or a break sets off, with the part of the house before them."""
    one = rf"(?:{_PART})?{_one_post()}"
    return re.compile(rf"{one}(?:助理)?(?:(?:[、,，;；兼/和]|\s)+{one})*(?:[（(][^（()）]*[)）])?")


def is_post(text: str) -> bool:
    """Whether a text is a post and nothing else (副站长, 研究室主任)."""
    match = _post_pattern().search(text)
    return match is not None and match.start() == 0


def is_organisation(text: str) -> bool:
    """Whether a text ends as organisations do (示例县畜牧站)."""
    return len(text) >= 4 and _ORGANISATION_END.search(text) is not None


def split_organisation_post(raw: Raw) -> tuple[str, str]:
    """Return organisation and post; post "" where the cell names none.

    A separator parts them where one is written, else the longest known post at the end does
    (resources/vocabulary/posts.csv).
    """
    if is_empty(raw):
        return "", ""
    text = cleaned(raw)
    for gap in _SEPARATOR.finditer(text):
        head, tail = text[: gap.start()], text[gap.end() :]
        if head and _set_off_post().fullmatch(tail) and not _post_start(head):
            return _SEPARATOR.sub("", head), without_gaps(tail)
    if start := _post_start(text):
        return _SEPARATOR.sub("", text[:start]), without_gaps(text[start:].strip(_SEPARATORS))
    # What follows the last part that ends as organisations do: 示例大学|教授、博导.
    for gap in reversed(list(_SEPARATOR.finditer(text))):
        head, tail = text[: gap.start()], text[gap.end() :]
        if _ORGANISATION_END.search(_last_part(tail)[1]):
            break
        if _ORGANISATION_END.search(head) or not _last_part(head)[0]:
            return _SEPARATOR.sub("", head), without_gaps(tail)
    return _SEPARATOR.sub("", text), ""


def _post_start(text: str) -> int:
    """Return where the post at the end of a text begins, 0 where it names none.

    The longest post counts, but not where it would leave no organisation while a shorter one
    does: 青龙村|主任, not 青龙|村主任.
    """
    match = first = _post_pattern().search(text)
    start = first.start() if first else 0
    while match and not (match.start() > 2 and _ORGANISATION_END.search(text[: match.start()])):
        match = _post_pattern().search(text, match.start() + 1)
    start = match.start() if match else _behind_house(text, start)
    gaps = [gap.end() for gap in _SEPARATOR.finditer(text, 0, start)]
    if gaps and text[gaps[-1] : start] and not _ORGANISATION_END.search(text[gaps[-1] : start]):
        return gaps[-1]  # 示例中心 首席|顾问: what a blank sets off is not cut
    return start


def _behind_house(text: str, start: int) -> int:
    """Return where an unlisted post begins right behind an organisation, else `start`.

    示例公司|销售经理, 示例大学|辅导员: a few characters before a known post or a member of staff.
    """
    end = start or (len(text) - 1 if _MEMBER.search(text) else 0)
    near = range(end - 1, max(end - 6, 3), -1)
    return next((at for at in near if _HOUSE_END.search(text[:at])), start)


def _last_part(text: str) -> tuple[str, str]:
    breaks = list(_SEPARATOR.finditer(text))
    if not breaks:
        return "", text
    return text[: breaks[-1].start()], text[breaks[-1].end() :]


def split_name_affiliation(raw: Raw) -> tuple[str, str, str]:
    """Return name, organisation and post of a cell that holds all three.

    The name stands in front or behind, parted by a blank, a comma, a break or brackets; where
    nothing parts them all of it is the name, for the reader to doubt.
    """
    if is_empty(raw):
        return "", "", ""
    text = cleaned(raw)
    bracket = re.fullmatch(r"([^（(]{2,12})[（(](.+)[)）]", text, re.DOTALL)
    if bracket and looks_like_name(bracket[1].strip()):
        return (bracket[1].strip(), *split_organisation_post(bracket[2]))
    first, *rest = _SEPARATOR.split(text, maxsplit=1)
    if rest and looks_like_name(first):
        return (first, *split_organisation_post(rest[0]))
    head, last = _last_part(text)
    if head and looks_like_name(last):
        return (last, *split_organisation_post(head))
    return text, "", ""


def split_school_major(raw: Raw) -> tuple[str, str]:
    """Return school and major; the word 专业 behind the major goes."""
    if is_empty(raw):
        return "", ""
    text = cleaned(raw)
    match = _SCHOOL.fullmatch(text)
    school, major = (match[1], match[2]) if match else ("", text)
    major = without_gaps(major.strip())
    return without_gaps(school.strip()), major.removesuffix("专业") or major
