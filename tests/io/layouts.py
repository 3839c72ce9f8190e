"""Rosters and demands of every layout that offices send, drawn from a seed, with their truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from envoy_app.domain.sheets import Area, Cell, Sheet
from envoy_app.domain.text import one_line
from resources import read_table
from tests.io import spellings as sp
from tests.io.spellings import EMPTY, Spelling, pick

SYNONYMS: dict[str, dict[str, list[str]]] = {}
for _row in read_table("vocabulary/headers.csv"):
    SYNONYMS.setdefault(_row["table"], {})[_row["kind"]] = _row["synonyms"].split("|")


@dataclass
class Entry:
    """A person or demand: where it stands, its fields, planted codes and those free to tell."""

    sheet: str
    row: int
    part: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    planted: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)


@dataclass
class Book:
    """The sheets of a file and what they truly say."""

    sheets: list[Sheet] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


class Page:
    """A sheet being written."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merged: list[Area] = []
        self.hidden: set[int] = set()
        self.next = 1

    def put(self, *values: Any, first: int = 1) -> int:
        cells = {
            index: value if isinstance(value, Cell) else Cell(value)
            for index, value in enumerate(values, first)
            if value is not None and value != ""
        }
        row, self.next = self.next, self.next + 1
        if cells:
            self.rows[row] = cells
        return row

    def merge(self, *bounds: int) -> None:
        self.merged.append(Area(*bounds))

    def sheet(self, *, plain: bool = False, hidden: bool = False) -> Sheet:
        """Return the sheet; `plain` as a CSV file gives it: texts alone, nothing merged."""
        if not plain:
            merged = tuple(self.merged)
            return Sheet(self.title, self.rows, hidden, frozenset(self.hidden), merged)
        rows = {
            row: {i: Cell(_shown(c)) for i, c in cells.items()} for row, cells in self.rows.items()
        }
        return Sheet(self.title, rows, hidden)


def _shown(cell: Cell) -> str:
    """Return the text of a cell as a CSV file gets it from Excel."""
    if isinstance(cell.value, datetime) and "d" not in cell.number_format:
        return f"{cell.value.year}年{cell.value.month}月"
    return f"{cell.value:.2f}" if cell.number_format == "0.00" else cell.text


def person(rng: random.Random, kinds: list[str]) -> tuple[dict[str, Spelling], Entry]:
    """Return the cells of a person by kind of column, and the truth of those kinds."""
    number, born, gender = sp.identity(rng)
    entry = Entry("", 0)
    identity = sp.id_number(rng, number)
    known = "id" in kinds and identity.truth is not None
    name, noted = sp.name(rng, gender)
    if rng.random() < 0.015:
        name, noted = Spelling(pick(rng, [None, " ", "/"]), None, "MISSING_NAME"), False
    title, rank = sp.title(rng)
    org, post = pick(rng, sp.ORGS), pick(rng, sp.POSTS)
    team, base = sp.county(rng, 3 if rng.random() < 0.1 else 1), sp.county(rng)
    home = pick(rng, sp.COUNTIES)
    major, edu = pick(rng, sp.MAJORS), sp.education(rng)
    spec, field_ = sp.specialties(rng), sp.specialties(rng)
    joiner = pick(rng, ["", "\n", " ", "，"])
    cells = {
        "name": name,
        "gender": EMPTY if noted and rng.random() < 0.5 else Spelling(gender, gender),
        "birth": sp.birth(rng, born, known=known),
        "id": identity,
        "org": Spelling(org, org),
        "post": Spelling(post, post),
        "orgpost": Spelling(org + joiner + post, (org, post)),
        "title": title,
        "edu": edu,
        "degree": edu,
        "major": Spelling(major, major),
        "schoolmajor": Spelling(f"岷江农业大学（示例）{joiner}{major}专业", major),
        "spec": spec,
        "specmajor": spec,
        "field": field_ if rng.random() < 0.9 else EMPTY,
        "phone": sp.phone(rng, sp.mobile(rng)),
        "base": base,
        "path": Spelling(sp.path(rng, home), [home.code]),
        "team": team,
        "role": Spelling(role := pick(rng, sp.ROLES), role),
        "term": Spelling("2025.02-2027.01", ("2025-02", "2027-01")),
        "remarks": Spelling(note := pick(rng, sp.REMARKS), note) if rng.random() < 0.2 else EMPTY,
        "extra": Spelling(pick(rng, ["汉族", "中共党员", "2004.07", "四川省示例市"]), None),
    }
    cells = {kind: cells[kind] for kind in dict.fromkeys(kinds) if kind in cells}
    entry.fields = _truth(cells, rank, noted, gender)
    for cell in cells.values():
        entry.planted |= {cell.problem} - {""}
        entry.may |= set(cell.may)
    if len({"spec", "field"} & set(cells)) == 2:  # a word of one column may settle the other's
        entry.may |= {"AMBIGUOUS_SPECIALTY"} & entry.planted
    entry.planted -= entry.may
    return cells, entry


def _truth(cells: dict[str, Spelling], rank: int, noted: bool, gender: str) -> dict[str, Any]:
    def told(kind: str) -> Any:
        return cells[kind].truth if kind in cells else None

    org, post = told("orgpost") or (told("org"), told("post"))
    start, end = told("term") or (None, None)
    counties = told("team") or []
    base = told("base") or told("path") or [None]
    phones = told("phone") or []
    spec = [*(told("spec") or told("specmajor") or []), *(told("field") or [])]
    major = told("major") or told("schoolmajor")
    if major is None and "specmajor" in cells:
        major = one_line(cells["specmajor"].raw) or None
    return {
        "name": told("name"),
        "gender": told("gender") or (gender if noted and told("name") else None),
        "birth": told("birth"),
        "id_number": told("id"),
        "phone": phones[0] if phones else None,
        "phones": phones,
        "organisation": org,
        "post": post,
        "title": told("title"),
        "title_rank": rank if "title" in cells else 0,
        "education": told("edu") or told("degree"),
        "major": major,
        "specialties": list(dict.fromkeys(spec)),
        "base_county": base[0],
        "team_county": counties[0] if counties else None,
        "team_counties": counties,
        "team_role": told("role"),
        "term_start": start,
        "term_end": end,
        "remarks": told("remarks"),
    }


def _kinds(text: str) -> list[str]:
    return text.split()


LAYOUTS: dict[str, list[str]] = {
    "clean": _kinds(
        "name gender birth id org post title edu major spec phone base team role remarks"
    ),
    "titled": _kinds(
        "seq name gender birth extra degree schoolmajor orgpost title spec field phone remarks"
    ),
    "two-row": _kinds(
        "seq name gender birth edu title specmajor org team extra extra term phone remarks"
    ),
    "groups": _kinds("seq name gender org post title spec team role phone remarks"),
    "counties": _kinds("seq name gender birth org post title spec role phone"),
    "numeric": _kinds("seq name gender id birth org title spec phone team remarks"),
    "platform": _kinds(
        "name gender extra extra org post path extra id birth edu title major phone extra spec"
    ),
    "sanqu": _kinds("seq name id org title spec team extra extra phone"),
    "printed": _kinds("seq name gender birth org post title spec team phone remarks"),
    "aliases": _kinds("name gender org title phone spec team remarks"),
}
_AVOID = {"特派员", "科技特派员", "专业", "县", "服务时间", "单位职务"}


def headings(rng: random.Random, kinds: list[str], table: str = "roster") -> list[str]:
    """Return a heading per kind of column, any of its synonyms, spaced and marked at random."""
    found: list[str] = []
    for kind in kinds:
        if kind == "specmajor":
            found.append(pick(rng, ["专业", "专 业", "专业名称"]))
            continue
        free = [h for h in SYNONYMS[table][kind] if h not in found and h not in _AVOID]
        heading = pick(rng, free or SYNONYMS[table][kind])
        if kind == "major" and "spec" not in kinds:
            heading = "专业"
        found.append(heading)
    return [_marked(rng, heading) for heading in found]


def _marked(rng: random.Random, heading: str) -> str:
    chance = rng.random()
    if chance < 0.05 and len(heading) == 2:
        return f"{heading[0]}  {heading[1]}"
    if chance < 0.1 and len(heading) >= 4:
        return f"{heading[:2]}\n{heading[2:]}"
    if chance < 0.15:
        return heading + pick(rng, ["*", "：", " ", "（必填）"])
    return heading.replace("(", "（").replace(")", "）") if chance < 0.3 else heading


def _write(
    page: Page, book: Book, kinds: list[str], cells: dict[str, Spelling], entry: Entry
) -> None:
    number = len(book.entries) + 1
    entry.sheet = page.title
    values = [number if kind == "seq" else cells[kind].raw for kind in kinds]
    entry.row = page.put(*values)
    book.entries.append(entry)


def people(rng: random.Random, layout: str, count: int, *, plain: bool = False) -> Book:
    """Return a book of a layout."""
    makers: dict[str, Callable[[random.Random, int, bool], Book]] = {
        "groups": _groups,
        "counties": _counties,
        "teams": _teams,
        "two-row": _two_rows,
    }
    maker = makers.get(layout)
    return maker(rng, count, plain) if maker else _list(rng, layout, count, plain)


def _list(rng: random.Random, layout: str, count: int, plain: bool) -> Book:
    book, page, kinds = Book(), Page("Sheet1"), LAYOUTS[layout]
    if layout in ("titled", "printed", "numeric") or rng.random() < 0.3:
        page.put(pick(rng, ["附件1", "附件：", "附表2"]))
        page.put(f"{rng.randint(2024, 2027)}年度科技特派员推荐人选汇总表（示例）")
        page.put("填报单位：示例市农业农村局（盖章）", None, None, "日期：2026年3月")
    head = headings(rng, kinds)
    page.put(*head)
    for number in range(count):
        cells, entry = person(rng, kinds)
        _write(page, book, kinds, cells, entry)
        if layout == "printed" and number % 11 == 9:
            page.put()
            if rng.random() < 0.6:
                page.put(pick(rng, ["（续表）", "续表", "接上页"]))
                page.put(*head)
        if layout == "printed" and not plain and rng.random() < 0.08:
            page.hidden.add(book.entries.pop().row)
    if rng.random() < 0.5:
        page.put(pick(rng, ["合计", "合 计", "总计", "小计"]), None, f"{count}人")
        page.put(
            pick(
                rng,
                ["注：本表一式两份。", "备注：1.请如实填写。", "填表人：示例", "说明：仅供参考"],
            )
        )
    book.sheets.append(page.sheet(plain=plain))
    return book


def _groups(rng: random.Random, count: int, plain: bool) -> Book:
    book, page, kinds = Book(), Page("名单"), LAYOUTS["groups"]
    page.put("农业科技特派员产业服务组名单（示例）")
    page.put(*headings(rng, kinds))
    for group in range(max(1, count // 7)):
        term, code = pick(rng, [t for t in sp.TERMS if len(t[0]) > 1])
        number = f"{sp.chinese_number(group + 1)}、"
        end = pick(rng, ["产业组", "组", "产业服务组", "专业组", "产业服务团"])
        row = page.put(f"{number}{term}{end}{pick(rng, ['', '(7人)', '（共7人）'])}")
        page.merge(row, 1, row, len(kinds))
        for _ in range(7):
            cells, entry = person(rng, kinds)
            if rng.random() < 0.5:
                cells["spec"] = EMPTY
                entry.fields["specialties"] = [code]
                entry.planted -= {"UNKNOWN_SPECIALTY", "AMBIGUOUS_SPECIALTY"}
            _write(page, book, kinds, cells, entry)
    book.sheets.append(page.sheet(plain=plain))
    return book


def _counties(rng: random.Random, count: int, plain: bool) -> Book:
    book, kinds = Book(), LAYOUTS["counties"]
    notes = Page("说明")
    notes.put("填表说明：每县一张工作表，工作表名称为县（市、区）简称。")
    notes.put("联系人：示例，电话：028-00000000。")
    book.sheets.append(notes.sheet())
    chosen = [(c.short_name, c.code) for c in rng.sample(sp.COUNTIES, 4)]
    for title, code in [*chosen, ("汶川", None)]:
        page = Page(title)
        page.put(f"{title}农业科技特派员服务团名单（示例）")
        page.put(*headings(rng, kinds))
        for _ in range(max(1, count // 5)):
            cells, entry = person(rng, kinds)
            entry.fields |= {"team_county": code, "team_counties": [code] if code else []}
            entry.planted |= set() if code else {"UNKNOWN_COUNTY"}
            _write(page, book, kinds, cells, entry)
        book.sheets.append(page.sheet(plain=plain))
    old = Page("旧名单")
    old.put(*headings(rng, kinds))
    old.put(1, "赵军", "男", "1975.03", "示例站", "站长", "农艺师", "茶叶", "成员", sp.mobile(rng))
    book.sheets.append(old.sheet(hidden=True))
    return book


def _teams(rng: random.Random, count: int, plain: bool) -> Book:
    book, page = Book(), Page("服务团")
    roles = ["团长", "副团长", "成员1", "成员2", "成员3"][: rng.randint(2, 5)]
    kinds = ["name", "org", "specmajor", "phone"]
    page.put("县级科技特派员服务团一览表（示例）")
    page.put("序号", "县（市、区）", *(v for role in roles for v in (role, None, None, None)))
    below = [h for _ in roles for h in ("姓名", "单位", "专业", "电话")]
    page.put(*below, first=3)
    page.merge(2, 1, 3, 1)
    page.merge(2, 2, 3, 2)
    for position in range(len(roles)):
        page.merge(2, 3 + 4 * position, 2, 6 + 4 * position)
    for number in range(max(1, count // len(roles))):
        place = sp.county(rng)
        values: list[Any] = [number + 1, place.raw]
        row = page.next
        for part, role in enumerate(roles):
            if part > 1 and rng.random() < 0.15:
                values += [None] * 4
                continue
            cells, entry = person(rng, kinds)
            entry.sheet, entry.row, entry.part = page.title, row, part
            codes = place.truth
            entry.fields |= {"team_county": codes[0] if codes else None, "team_counties": codes}
            entry.fields["team_role"] = role.rstrip("123")
            entry.planted |= {place.problem} - {""}
            values += [cells[kind].raw for kind in kinds]
            book.entries.append(entry)
        page.put(*values)
    book.sheets.append(page.sheet(plain=plain))
    return book


def _two_rows(rng: random.Random, count: int, plain: bool) -> Book:
    book, page, kinds = Book(), Page("选派情况"), LAYOUTS["two-row"]
    page.put("科技特派员选派情况表（示例）")
    page.put(
        "序号",
        "姓名",
        "基本情况",
        *[None] * 4,
        "派出单位",
        "服务对象",
        None,
        None,
        "服务期限",
        "联系电话",
        "备注",
    )
    page.put(
        "性别",
        "出生年月",
        "学历",
        "职称",
        "专业",
        None,
        "县（市、区）",
        "乡镇（街道）",
        "村/合作社/企业",
        first=3,
    )
    page.merge(2, 3, 2, 7)
    page.merge(2, 9, 2, 11)
    for column in (1, 2, 8, 12, 13, 14):
        page.merge(2, column, 3, column)
    for _ in range(count):
        cells, entry = person(rng, kinds)
        _write(page, book, kinds, cells, entry)
        previous = book.entries[-2] if len(book.entries) > 1 else None
        if not plain and previous and previous.fields["organisation"] and rng.random() < 0.1:
            page.rows[entry.row].pop(8, None)
            if page.merged[-1].last_row == previous.row:
                continue
            page.merge(previous.row, 8, entry.row, 8)
            entry.fields["organisation"] = previous.fields["organisation"]
        elif plain:
            continue
    _settle_merges(page, book)
    book.sheets.append(page.sheet(plain=plain))
    return book


def _settle_merges(page: Page, book: Book) -> None:
    """Make the truth of cells that were emptied but not merged null."""
    covered = {area.last_row for area in page.merged}
    for entry in book.entries:
        if 8 not in page.rows[entry.row] and entry.row not in covered:
            entry.fields["organisation"] = None
