"""Lines between the people that head a group: 一、水稻产业组（8人）, 【畜牧组】, 金堂县."""

from __future__ import annotations

import re
from collections.abc import Sequence

from envoy_app.domain.names import looks_like_name
from envoy_app.domain.text import compact, narrow

_MARKS = "【】〖〗[]「」『』〔〕《》<>*★☆●◆■▲△○◇□#—–-─━=_~·•.:、,;"
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LABEL = re.compile(r"^(?:所属|服务)?(?:组别|分组|产业|专业|行业|类别|领域|方向)(?:名称|类别)?:")
_COUNT = re.compile(
    r"(?:\((?:共|计|共计|合计)?\d+(?:人|名|位|个)?[^()\d]{0,6}\)|(?:共|计|共计|合计)?\d+[人名位])$"
)
_NUMBER = re.compile(
    r"^(?:\(?[一二三四五六七八九十]+\)?[、.:]|\([一二三四五六七八九十]+\)|\(?\d{1,2}\)|\d{1,2}[.、:](?!\d)"
    r"|第?[一二三四五六七八九十0-9A-Z]{1,3}(?:部分|[组类团队部]):?(?=.|$)|[①-⑳])"
)
_CHINESE_NUMBER = re.compile(r"^\(?[一二三四五六七八九十]+\)?[、.:]|^\([一二三四五六七八九十]+\)")
_NUMBERED_GROUP = re.compile(
    r"^第[一二三四五六七八九十0-9]+[组类团队部]|^[一二三四五六七八九十A-Z][组类]"
)
_GROUP = re.compile(r"(?:组|团|类|队|团队|专班)$")
_COUNTY = re.compile(r"^[\u4e00-\u9fff]{1,7}[县市区]$")
_END = re.compile(
    r"(?:产业|专业|技术|行业|领域|方向|板块|体系|科技特派员|特派员|专家|人员|科技|服务|推广|指导|工作"
    r"|工作组|服务团|小组|团队|分队|专班|组|团|队|类|名单|业)$"
)
_SPACED = re.compile(r"^\s*\(?([一二三四五六七八九十]{1,3}|\d{1,2})\)?\s+(?=\S)")
_DUTY = re.compile(r"(?<=[^第一二三四五六七八九十0-9A-Z][组团队类]):.+$")  # 蔬菜组：负责…
_LEADER = re.compile(r"[(,;]?(?:副?[组团队]长|负责人|联系人|牵头人?|牵头单位)(?::.*)?$")
_RUNNING = re.compile(r"\(?(?:[一二三四五六七八九十]+|\d{1,3}|[IVX]+)\)?[、.]?")
_LEVELS = (
    re.compile(r"[一二三四五六七八九十]+[、.:]"),
    re.compile(r"\([一二三四五六七八九十]+\)"),
    re.compile(r"\d{1,2}[、.:]"),
    re.compile(r"\(\d{1,2}\)|[①-⑳]"),
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。,;!?]|[:：].{6,}")
_ASIDE = re.compile(
    r"^(?:[一二三四五六七八九十0-9]+[、.])?(?:合计|小计|共计|总计|共\d|注|备注|说明)|^以[上下]无|^以上|^副?[组团队]长|^(?:组员|成员|附件)"
)
_BESIDE = re.compile(
    r"(?:共|计)?\d+[人名位]?|(?:副?组长|负责人|联系人|牵头(?:人|单位)|人数|电话|联系电话)[:：]?.{0,14}"
)
_LONGEST, _LONGEST_ALIKE = 40, 16


def bare(text: str) -> str:
    """Return a line without marks around it and the number of people: 【水稻组】(8人) is 水稻组."""
    text = compact(_SPACED.sub(r"\1、", narrow(text).strip(_MARKS)))
    text = text.strip(_MARKS)
    for _ in range(3):
        inside = _BRACKETED.fullmatch(text)
        shorter = inside[1] if inside else _LABEL.sub("", text)
        shorter = _COUNT.sub("", _DUTY.sub("", _LEADER.sub("", shorter))).strip(_MARKS) or shorter
        if shorter == text:
            break
        text = shorter
    return text


def level(text: str) -> int:
    """Return how deep a heading stands by its number: 一、 then (一) then 1.; 0 without one."""
    words = bare(text)
    found = (depth for depth, pattern in enumerate(_LEVELS, 1) if pattern.match(words))
    return next(found, 0)


def subjects(text: str) -> tuple[str, ...]:
    """Return what a group heading may be about, the longest first; () where it only counts.

    水稻产业组 is about 水稻产业 or 水稻, 第一组 about nothing.
    """
    words = _NUMBER.sub("", bare(text)).strip(_MARKS)
    found = [words]
    while words and (shorter := _END.sub("", words).strip(_MARKS)) != words:
        found.append(shorter)
        words = shorter
    return tuple(found) if words else ()


def is_group_heading(text: str) -> bool:
    """Whether a line that stands alone surely heads a group."""
    words = bare(text)
    if not words or len(words) > _LONGEST:
        return False
    numbered = _CHINESE_NUMBER.search(words) or _NUMBERED_GROUP.search(words)
    return bool(numbered or _GROUP.search(words) or _COUNTY.search(words)) or _is_decorated(text)


def _is_decorated(text: str) -> bool:
    text = compact(text)
    framed = len(text) > 2 and text[0] in _MARKS and text[-1] in _MARKS and text[0] not in "*.·"
    return framed and _is_short(text)


def may_head_a_group(text: str) -> bool:
    """Whether a line may head a group though its words are not known: short, no sentence."""
    return _is_short(text) and not _ASIDE.search(compact(text))


def _is_short(text: str) -> bool:
    words = bare(text)
    short = len(words) <= _LONGEST_ALIKE and _HAN.search(words)
    return bool(short) and not _SENTENCE.search(words)


def heads_behind_number(texts: Sequence[str]) -> bool:
    """Whether cells are a running number and a group heading that is no name: 3, 生猪组."""
    if len(texts) != 2 or not _RUNNING.fullmatch(compact(texts[0])):
        return False
    return is_group_heading(texts[1]) and not looks_like_name(texts[1])


def heads_with_notes(texts: Sequence[str]) -> bool:
    """Whether cells are a group heading with its number of people or its leader beside it."""
    if not 2 <= len(texts) <= 4 or not is_group_heading(texts[0]):
        return False
    return all(_BESIDE.fullmatch(compact(text)) for text in texts[1:])
