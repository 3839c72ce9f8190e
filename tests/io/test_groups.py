"""Group headings in any dress, and who inherits what from them."""

from __future__ import annotations

import pytest

from envoy_app.domain.imports import ImportReport, ImportRow
from tests.io.support import report, sheet

HEADING = ["序号", "姓名", "单位", "职称", "专业特长", "电话"]


def person(number: int, name: str, specialty: str | None = None) -> list[str | int | None]:
    return [number, name, "甲县农业农村局", "农艺师", specialty, f"1380000{number:04d}"]


def read(*lines: list[str | int | None]) -> ImportReport:
    return report(sheet([HEADING, *lines]))


def last(found: ImportReport) -> tuple[object, list[tuple[str, str]]]:
    row: ImportRow = found.rows[-1]
    return row.values["specialties"], [(p.code, p.value) for p in row.problems]


@pytest.mark.parametrize("column", [0, 1], ids=["first column", "column of names"])
@pytest.mark.parametrize(
    "heading",
    [
        "【水稻产业组】",
        "〖水稻组〗",
        "［水稻］",
        "—— 水稻组 ——",
        "水稻产业组：",
        "水稻产业组（8人）",
        "水稻产业组（共8名特派员）",
        "水稻 8人",
        "第一组 水稻",
        "第3组：水稻",
        "一、水稻产业组",
        "（二）水稻",
        "1、水稻",
        "一 水稻产业",
        "组别：水稻产业组",
        "★水稻组★",
        "水稻组 组长：陈梅",
        "水稻产业科技特派员服务团（8人）",
        "粮油（水稻）组",
        "水稻",
    ],
)
def test_headings_in_any_dress(heading: str, column: int):
    line: list[str | int | None] = [None] * 6
    line[column] = heading
    found = read(["一、花椒组"], person(1, "陈梅"), line, person(2, "徐涛"))
    assert last(found) == (["S01"], [])
    assert [row.values["name"] for row in found.rows] == ["陈梅", "徐涛"]
    assert found.other_rows[-1].reason == "group-heading"


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("【畜牧兽医组】", [("AMBIGUOUS_SPECIALTY", "畜牧兽医")]),
        ("市级特派员", [("UNKNOWN_SPECIALTY", "市级")]),
        ("以下为2025年新增", [("UNKNOWN_SPECIALTY", "以下为2025年新增")]),
        ("汶川县", [("UNKNOWN_COUNTY", "汶川县")]),
        ("第二组", []),
    ],
)
def test_nobody_inherits_past_a_heading_that_is_not_understood(
    heading: str, told: list[tuple[str, str]]
):
    assert last(read(["一、花椒组"], person(1, "陈梅"), [heading], person(2, "徐涛"))) == ([], told)


def test_a_word_in_the_column_of_names_ends_the_group_too():
    found = read(["一、花椒组"], person(1, "陈梅"), [None, "省级"], person(2, "徐涛"))
    assert last(found) == ([], [("UNKNOWN_SPECIALTY", "省级")])


def test_a_person_of_whom_but_the_name_is_known_ends_no_group():
    found = read(["一、花椒组"], person(1, "陈梅"), [None, "黄精"], person(2, "徐涛"))
    assert [row.values["name"] for row in found.rows] == ["陈梅", "黄精", "徐涛"]
    assert last(found) == (["S12"], [])


@pytest.mark.parametrize("line", ["小计：1人", "花椒组合计", "备注：以下为外聘", "以上人员已公示"])
def test_sums_and_notes_end_no_group(line: str):
    assert last(read(["一、花椒组"], person(1, "陈梅"), [line], person(2, "徐涛"))) == (["S12"], [])


def test_a_persons_own_cell_goes_before_the_heading():
    assert last(read(["【水稻组】"], person(1, "陈梅", "茶叶"))) == (["S09"], [])


def test_groups_below_groups():
    found = read(
        ["一、金堂县"],
        ["（一）水稻组"],
        person(1, "陈梅"),
        ["（二）蔬菜组"],
        person(2, "王强"),
        ["二、简阳市"],
        person(3, "李军"),
        ["（一）水产组"],
        person(4, "李红"),
    )
    said = [(row.values["team_county"], row.values["specialties"]) for row in found.rows]
    assert said == [
        ("510121", ["S01"]),
        ("510121", ["S04"]),
        ("510185", []),
        ("510185", ["S17"]),
    ]


def test_counties_below_a_specialty():
    found = read(
        ["水稻组"], ["金堂县"], person(1, "陈梅"), ["简阳市"], person(2, "王强"),
        ["茶叶组"], person(3, "李军"), ["大邑县"], person(4, "李红"),
    )  # fmt: skip
    said = [(row.values["team_county"], row.values["specialties"]) for row in found.rows]
    # Somebody stands directly below 茶叶组: whether 大邑县 is part of it nobody can tell.
    assert said == [("510121", ["S01"]), ("510185", ["S01"]), (None, ["S09"]), ("510129", [])]


def test_a_heading_with_its_number_of_people_beside_it():
    found = read(["水稻组", "3人"], person(1, "陈梅"), ["茶叶组", "组长：王强"], person(2, "王强"))
    assert [row.values["specialties"] for row in found.rows] == [["S01"], ["S09"]]


def test_ditto_is_the_cell_above():
    found = read(["【水稻组】"], person(1, "陈梅", "茶叶"), ["合计"], person(2, "徐涛", "同上"))
    assert last(found) == (["S09"], [])
    assert last(read(person(1, "徐涛", "同上"))) == ([], [("UNKNOWN_SPECIALTY", "同上")])


def test_the_line_above_the_heading_may_be_that_of_the_first_group():
    found = report(
        sheet(
            [["一、水稻组"], HEADING, person(1, "陈梅"), ["二、茶叶组"], HEADING, person(2, "王强")]
        )
    )
    assert [row.values["specialties"] for row in found.rows] == [["S01"], ["S09"]]


@pytest.mark.parametrize(
    "line",
    [
        ["备注", "本表由县局填写"],
        ["联系人", "张三", None, None, None, "13900000000"],
        ["领导签字：", "李四"],
        ["填表人", "王五", "2026年11月"],
        ["主要领导", "赵六"],
    ],
    ids=lambda line: str(line[0]),
)
def test_signatures_below_a_table_are_no_people(line: list[str | int | None]):
    found = read(person(1, "陈梅", "水稻"), line)
    assert [row.values["name"] for row in found.rows] == ["陈梅"]
    assert found.other_rows[-1].reason in ("note", "filling-info")


@pytest.mark.parametrize(
    "line",
    [[3, "水稻组"], ["Ⅰ", "水稻组"], ["二", "水稻组（3人）"], ["水稻组：负责蔬菜以外，联系金堂县"]],
)
def test_numbers_before_and_duties_behind_a_heading(line: list[str | int | None]):
    found = read(["一、花椒组"], person(1, "陈梅"), line, person(2, "徐涛"))
    assert [row.values["name"] for row in found.rows] == ["陈梅", "徐涛"]
    assert last(found) == (["S01"], [])


def test_a_line_among_counties_that_is_none_is_asked_as_a_place():
    found = read(["金堂县"], person(1, "陈梅"), ["市本级"], person(2, "徐涛"))
    assert found.rows[-1].values["team_county"] is None
    assert last(found) == ([], [("UNKNOWN_COUNTY", "市本级")])


def test_a_word_without_a_running_number_is_no_person():
    found = read([None, "粮食"], person(1, "陈梅"), person(2, "待定"))
    assert [row.values["name"] for row in found.rows] == ["陈梅", None]
    assert last(found) == ([], [("MISSING_NAME", "")])
