"""Rosters and demands of every shape this issue reads, drawn at random: nothing may be lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.idnumber import check_digit
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.io.support import report, sheet

VOCABULARY = shipped_vocabulary()
COUNTIES = shipped_gazetteer().counties
SURNAMES = ["陈", "欧阳", "诸葛", "𬭚", "叶"]
GIVEN = ["梅", "志福", "䶮", "云𠅤"]
SUFFIXES = ["", "技术", "技术推广", "技术指导", "技术研究与示范"]
SEPARATORS = ["、", ",", "，", ";", "；", "/", " ", "\n"]
TITLES = [("研究员", 3), ("副教授", 2), ("高级农艺师", 2), ("农艺师", 1), ("助理农艺师", 0)]
TERMS = [
    (term, item.code)
    for item in VOCABULARY.specialties
    if item.code != "S99"
    for term in (item.name, *item.synonyms)
    if "(" not in term and term not in VOCABULARY.ambiguous
]
HEADINGS = {
    "name": ["姓名", "特派员姓名", "姓  名", "Name 姓名"],
    "gender": ["性别"],
    "birth": ["出生年月", "出生日期"],
    "id_number": ["身份证号", "身份证号码"],
    "phone": ["联系电话", "手机号", "手机"],
    "organisation": ["工作单位", "单位名称", "派出单位"],
    "title": ["职称", "Title/职称"],
    "specialties": ["专业特长", "专业领域", "从事专业", "特长"],
    "team_county": ["服务县（市、区）", "服务县区", "受援县", "意向服务县"],
    "remarks": ["备注"],
}

Drawn = tuple[Any, Any]


@st.composite
def names(draw: Callable[..., Any]) -> Drawn:
    surname, rest = draw(st.sampled_from(SURNAMES)), draw(st.sampled_from(GIVEN))
    padding = draw(st.sampled_from(["", " ", "\u3000", "\u3000\u3000", "  "]))
    ends = draw(st.sampled_from(["", " ", "\xa0", "\u3000"]))
    return surname + padding + rest + ends, surname + rest


@st.composite
def id_numbers(draw: Callable[..., Any]) -> Drawn:
    day = draw(st.dates(date(1950, 1, 1), date(2000, 12, 31)))
    first = f"510000{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    number = first + check_digit(first)
    spelling = draw(st.sampled_from([str, str.lower, lambda n: f" {n[:6]} {n[6:]}", "'{}".format]))
    return spelling(number), number


@st.composite
def births(draw: Callable[..., Any]) -> Drawn:
    day = draw(st.dates(date(1950, 1, 1), date(2000, 12, 31)))
    return draw(
        st.sampled_from(
            [
                (f"{day:%Y-%m}", f"{day:%Y-%m}"),
                (f"{day:%Y}年{day.month}月", f"{day:%Y-%m}"),
                (f"{day:%Y}.{day.month}", f"{day:%Y-%m}"),
                (f"{day:%Y%m}", f"{day:%Y-%m}"),
                (f"{day:%Y/%m/%d}", day.isoformat()),
                (datetime(day.year, day.month, day.day), day.isoformat()),  # noqa: DTZ001  Excel's
            ]
        )
    )


@st.composite
def phones(draw: Callable[..., Any]) -> Drawn:
    number = f"1{draw(st.integers(30, 99))}{draw(st.integers(0, 99_999_999)):08d}"
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
    return draw(st.sampled_from([(number, number), (int(number), number), (grouped, number)]))


@st.composite
def specialties(draw: Callable[..., Any]) -> Drawn:
    terms = draw(st.lists(st.sampled_from(TERMS), min_size=1, max_size=3))
    parts = [term + draw(st.sampled_from(SUFFIXES)) for term, _ in terms]
    text = draw(st.sampled_from(SEPARATORS)).join(parts)
    return text, list(dict.fromkeys(code for _, code in terms))


@st.composite
def counties(draw: Callable[..., Any]) -> Drawn:
    county = draw(st.sampled_from(COUNTIES))
    spellings = (county.name, county.short_name, county.city + county.name, f"{county.name} ")
    return draw(st.sampled_from([*spellings, *county.aliases])), county.code


FIELDS: dict[str, st.SearchStrategy[Drawn]] = {
    "name": names(),
    "gender": st.sampled_from([("男", "男"), ("女 ", "女"), (None, None)]),
    "birth": births(),
    "id_number": id_numbers(),
    "phone": phones(),
    "organisation": st.sampled_from([("示例市畜牧站", "示例市畜牧站"), (None, None)]),
    "title": st.sampled_from([(f"{title} ", title) for title, _ in TITLES]),
    "specialties": specialties(),
    "team_county": counties(),
    "remarks": st.sampled_from([(None, None), ("=1+1", "=1+1"), ("自备车辆", "自备车辆")]),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_order_of_columns_and_any_spelling(data: st.DataObject):
    order = data.draw(st.permutations(sorted(FIELDS)))
    above = data.draw(st.integers(0, 3))
    rows: list[list[Any]] = [["2026年科技特派员名单"], [], ["填报单位：示例"]][:above]
    rows.append(["序号", *(data.draw(st.sampled_from(HEADINGS[key])) for key in order)])
    people = []
    for number in range(data.draw(st.integers(1, 4))):
        drawn = {key: data.draw(FIELDS[key]) for key in order}
        rows.append([number + 1, *(drawn[key][0] for key in order)])
        people.append({key: value for key, (_, value) in drawn.items()})
    rows.append(["合计", len(people)])
    found = report(sheet(rows))
    assert [{key: row.values[key] for key in FIELDS} for row in found.rows] == [
        {key: person[key] for key in FIELDS} for person in people
    ]
    drawn_apart = {"DUPLICATE_PERSON", "ID_MISMATCH"}  # fields of a row are drawn on their own
    unexpected = [p for row in found.rows for p in row.problems if p.code not in drawn_apart]
    assert unexpected == []


@st.composite
def windows(draw: Callable[..., Any]) -> Drawn:
    """A window as counties write it, filled in on November 2026; years are mostly left out."""
    start = draw(st.dates(date(2026, 11, 1), date(2027, 9, 20)))
    end = (
        start.replace(day=min(start.day + draw(st.integers(0, 5)), 28)) if start.day < 28 else start
    )
    s, e = f"{start.month}月{start.day}日", f"{end.month}月{end.day}日"
    both = (start.isoformat(), end.isoformat())
    return draw(
        st.sampled_from(
            [
                (f"{s}—{e}", both),
                (f"{s}-{end.day}日", both),
                (f"{start}至{end}", both),
                (f"{start:%Y.%m.%d}-{end:%m.%d}", both),
                (f"{s}下午", (both[0], both[0])),
                (s, (both[0], both[0])),
                ("尽快", (None, None)),
                (f"{start.month}月上旬", (f"{start:%Y-%m}-01", f"{start:%Y-%m}-10")),
            ]
        )
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_demands_in_any_order_of_columns(data: st.DataObject):
    fields: dict[str, st.SearchStrategy[Drawn]] = {
        "县(市、区)": counties(),
        "需求产业": specialties(),
        "需求内容": st.just(("现场问题诊断", "现场问题诊断")),
        "需要人数": st.sampled_from([(2, 2), ("3人", 3), ("两名", 2), ("多人", None)]),
        "职称要求": st.sampled_from([("副高及以上", 2), ("不限", 0), (None, 0), ("农艺师以上", 1)]),
        "期望时间": windows(),
        "时长": st.sampled_from([("半天", 1), ("0.5天", 1), ("一天", 2), ("两天", 4), ("2天", 4)]),
        "联系电话": phones(),
    }
    order = data.draw(st.permutations(sorted(fields)))
    drawn = {key: data.draw(fields[key]) for key in order}
    rows = [["填报日期：2026年11月1日"], order, [drawn[key][0] for key in order]]
    values = report(sheet(rows), kind=ImportKind.AUTO).rows[0].values
    truth = {key: value for key, (_, value) in drawn.items()}
    assert values["county"] == truth["县(市、区)"]
    assert values["specialties"] == truth["需求产业"]
    assert values["headcount"] == truth["需要人数"]
    assert values["min_rank"] == truth["职称要求"]
    assert (values["window_start"], values["window_end"]) == truth["期望时间"]
    assert values["asap"] == (drawn["期望时间"][0] == "尽快")
    assert values["slots"] == truth["时长"]
    assert values["phone"] == truth["联系电话"]
