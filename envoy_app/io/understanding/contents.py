"""Columns known by what they hold: for headings that are missing, unknown or plainly wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from envoy_app.domain.affiliations import is_organisation, is_post
from envoy_app.domain.dates import read_birth
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.names import looks_like_name
from envoy_app.domain.sheets import Cell
from envoy_app.domain.text import compact
from envoy_app.domain.titles import is_education, rank_of
from envoy_app.io.understanding.group_headings import subjects
from envoy_app.io.understanding.row_reader import Lexicon

_SAMPLE = 60
_LONGEST_GROUP = 40
_ID = re.compile(r"\d{17}[\dX]")
_MOBILE = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}")
_FIXED = re.compile(r"(?:0\d{2,3}-?)\d{7,8}")
_GENDERS = frozenset({"男", "女", "男性", "女性"})
_YOUNGEST, _OLDEST = 2012, 1930
_COUNT = re.compile(r"\d{1,2}(?:人|名|位)?")
_LENGTH = re.compile(r"(?:半|[一两二三]|\d(?:\.5)?)(?:个)?(?:天|日|小时)")

_NAMES = {
    "id": "身份证号",
    "phone": "电话号码",
    "gender": "性别",
    "birth": "出生年月",
    "when": "日期",
    "place": "县（市、区）",
    "title": "职称",
    "edu": "学历",
    "post": "职务",
    "spec": "专业领域",
    "name": "姓名",
    "org": "单位",
    "count": "人数",
    "length": "时长",
}


@dataclass(frozen=True, slots=True)
class ContentMatch:
    """What a column's content looks like: `share` 0 to 1 of its filled cells, of `filled`."""

    kind: str
    share: float
    filled: int

    @property
    def confidence(self) -> int:
        """How sure the content makes the kind: few cells or mixed ones less."""
        weak = 15 if self.kind in ("name", "org", "post", "count", "length") else 0
        few = max(0, 4 - self.filled) * 5
        return max(30, round(80 * self.share) - weak - few)

    @property
    def reason(self) -> str:
        """The reason in words."""
        every = "都是" if self.share == 1 else "多是"
        return f"内容{every}{_NAMES[self.kind]}"


def sample(cells: Iterable[Cell]) -> list[Cell]:
    """Return some cells of a column that hold something."""
    found: list[Cell] = []
    for cell in cells:
        if cell.text:
            found.append(cell)
            if len(found) == _SAMPLE:
                break
    return found


@dataclass(frozen=True, slots=True)
class GroupNames:
    """Tells whether a line of a roster is all specialty, or a county: what groups are named after.

    Equal for the same look-ups, so that what was told of rows before is known to hold.
    """

    lexicon: Lexicon
    kind: ImportKind

    def __call__(self, text: str) -> bool:
        """Whether the line names no person and no demand."""
        if self.kind is not ImportKind.ROSTER or len(text) > _LONGEST_GROUP:
            return False
        return any(map(self._is_group, subjects(text)))

    def _is_group(self, words: str) -> bool:
        found = self.lexicon.specialties.read(words)
        named = bool(found.codes or found.broad) and not found.unknown
        return named or bool(self.lexicon.counties.read(words).codes)


class ContentReader:
    """Tells what columns hold, by all that the rows themselves are read with."""

    def __init__(self, lexicon: Lexicon, kind: ImportKind) -> None:
        """Bind to the look-ups and the kind of table; the surest tests come first."""
        self._lexicon = lexicon
        self._kind = kind
        tests: dict[str, Callable[[Cell], bool]] = {
            "id": _is_id,
            "phone": is_phone,
            "gender": _is_gender,
            "edu": lambda cell: is_education(compact(cell.value)),
            "title": lambda cell: _is_title(compact(cell.value)),
            "place": self._is_place,
            "post": lambda cell: is_post(compact(cell.value)),
            "org": lambda cell: is_organisation(cell.text),
            "name": lambda cell: looks_like_name(cell.text) > 0,
            "spec": self._is_specialty,
        }
        if kind is ImportKind.DEMAND:
            tests |= {"when": _is_day, "count": _is_count, "length": _is_length}
        else:
            tests["birth"] = self._is_birth
        self._tests: Mapping[str, Callable[[Cell], bool]] = tests

    @property
    def names_group(self) -> GroupNames:
        """What tells the lines that name what groups are named after."""
        return GroupNames(self._lexicon, self._kind)

    def share(self, cells: Sequence[Cell], kind: str) -> float:
        """Return which part of the cells can be of a kind; 1 for kinds without a test."""
        test = self._tests.get(kind)
        if test is None or not cells:
            return 1.0
        return sum(map(test, cells)) / len(cells)

    def best(self, cells: Sequence[Cell]) -> ContentMatch | None:
        """Return what nearly all of the cells are, None where that is nothing known."""
        if not cells:
            return None
        for kind in self._tests:
            if (share := self.share(cells, kind)) < 0.8:
                continue
            if kind == "name" and not _are_names(cells):
                continue
            return ContentMatch(kind, share, len(cells))
        return None

    def _is_place(self, cell: Cell) -> bool:
        codes, finding = self._lexicon.counties.resolve(cell.value)
        return bool(codes) and finding is None and not compact(cell.value).isdigit()

    def _is_specialty(self, cell: Cell) -> bool:
        reading = self._lexicon.specialties.read(cell.value)
        return bool(reading.codes or reading.broad) and not reading.unknown

    def _is_birth(self, cell: Cell) -> bool:
        if isinstance(cell.value, int) and cell.value < 10**5:
            return False  # serials and years: only a heading tells
        text, _ = read_birth(cell.value, cell.number_format, "", self._lexicon.today)
        return bool(text) and _OLDEST <= int(text[:4]) <= _YOUNGEST


def _are_names(cells: Sequence[Cell]) -> bool:
    """Whether texts shaped like names begin with surnames, and differ as people do."""
    texts = [cell.text for cell in cells]
    surnames = sum(looks_like_name(text) > 1 for text in texts) / len(texts)
    return surnames >= 0.6 and len(set(texts)) >= 0.6 * len(texts)


def _is_id(cell: Cell) -> bool:
    if isinstance(cell.value, float | int):
        return not isinstance(cell.value, bool) and 1e17 <= cell.value < 1e18
    return _ID.fullmatch(compact(cell.value).strip("'’‘`").upper()) is not None


def is_phone(cell: Cell) -> bool:
    """Whether a cell holds a telephone number first of all."""
    text = compact(cell.value).removesuffix(".0").replace("-", "")
    first = re.split(r"[、,;/]", text)[0]
    return _MOBILE.match(first) is not None or _FIXED.fullmatch(first) is not None


def _is_gender(cell: Cell) -> bool:
    return cell.text in _GENDERS


@cache
def _is_title(text: str) -> bool:
    return text not in ("无", "暂无", "其他") and rank_of(text) is not None


def _is_day(cell: Cell) -> bool:
    return isinstance(cell.value, date | datetime)


def _is_count(cell: Cell) -> bool:
    return _COUNT.fullmatch(compact(cell.value)) is not None


def _is_length(cell: Cell) -> bool:
    return _LENGTH.fullmatch(compact(cell.value)) is not None
