"""Headings and rows: what is a table, what a column means, which rows are people."""

from __future__ import annotations

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import ImportKind, RowStatus
from envoy_app.domain.sheets import Cell, column_letter
from envoy_app.io.understanding.headers import header_key, match_heading
from envoy_app.io.understanding.sheet_reading import read_sheet
from tests.io.support import codes, lexicon, report, sheet

HEAD = ["姓名", "性别", "工作单位", "联系电话"]
ONE = ["陈梅", "女", "示例市畜牧站", "19000000001"]
TWO = ["王芳", "女", "示例市畜牧站", "19000000002"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("姓  名", "name"),
        ("Name 姓名", "name"),
        ("姓名*", "name"),
        ("出生\n年月", "birth"),
        ("服务县（市、区）", "team"),
        ("常驻县(市、区)", "base"),
        ("联系电话（手机）", "phone"),
        ("Title/职称", "title"),
        ("工作单位及职务", "orgpost"),
        ("村/合作社/企业", "extra"),
        ("星座", ""),
        ("Name", ""),
    ],
)
def test_headings_of_rosters(heading: str, kind: str):
    assert match_heading(heading, ImportKind.ROSTER).kind == kind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("县(市、区)", "county"),
        ("期望时间", "when"),
        ("村/合作社/企业", "site"),
        ("时长", "length"),
    ],
)
def test_headings_of_demands(heading: str, kind: str):
    assert match_heading(heading, ImportKind.DEMAND).kind == kind


def test_key_of_a_heading_ignores_width_and_blanks():
    assert header_key("服务县（市、区）：") == header_key(" 服务 县(市、区)")


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_column_letters(number: int, letters: str):
    assert column_letter(number) == letters


def test_rows_around_the_table_have_reasons():
    rows = [
        ["附件1"],
        ["2026年科技特派员名单"],
        ["填报单位：示例市（盖章）", None, "日期：2026年3月"],
        [],
        HEAD,
        ONE,
        [],
        ["（续表）"],
        HEAD,
        TWO,
        ["一、柑橘产业组(7人)"],
        ["合 计", None, "2人"],
        ["注：本表一式两份。"],
        ["填表人：示例", None, None, "审核人：示例"],
    ]
    found = report(sheet(rows))
    assert [row.row for row in found.rows] == [6, 10]
    assert [(row.row, row.reason) for row in found.other_rows] == [
        (1, "attachment"),
        (2, "title"),
        (3, "filling-info"),
        (4, "blank"),
        (5, "header"),
        (7, "blank"),
        (8, "continued"),
        (9, "repeated-header"),
        (11, "group-heading"),
        (12, "total"),
        (13, "note"),
        (14, "filling-info"),
    ]


def test_prenumbered_empty_lines_are_no_people():
    rows = [["序号", *HEAD], [1, *ONE], [2], [3]]
    found = report(sheet(rows))
    assert len(found.rows) == 1
    assert [row.reason for row in found.other_rows] == ["header", "blank", "blank"]


def test_a_name_alone_is_a_person_and_a_long_sentence_is_none():
    rows = [HEAD, ["陈梅"], ["以上人员均已征得本人同意并经所在单位推荐。"]]
    assert [row.values["name"] for row in report(sheet(rows)).rows] == ["陈梅"]


def test_missing_name_is_told_and_the_row_stays():
    found = report(sheet([HEAD, [None, *ONE[1:]]]))
    assert codes(found, 2) == ["MISSING_NAME"]
    assert found.rows[0].status is RowStatus.ERROR
    assert found.rows[0].problems[0].cell == "A2"


def test_hidden_rows_and_sheets_are_told_and_not_imported():
    shown = sheet([HEAD, ONE, TWO], hidden_rows=[3])
    old = sheet([HEAD, ["赵军", "男", "示例", "19000000009"]], "旧名单", hidden=True)
    found = report(shown, old)
    assert [row.values["name"] for row in found.rows] == ["陈梅"]
    assert [(row.sheet, row.row, row.reason) for row in found.other_rows] == [
        ("Sheet1", 1, "header"),
        ("旧名单", 1, "header"),
    ]
    assert [(row.sheet, row.row, row.reason) for row in found.hidden_rows] == [
        ("Sheet1", 3, "row"),
        ("旧名单", 2, "sheet"),
    ]


def test_heading_of_two_rows_with_merged_parents():
    rows = [
        ["姓名", "基本情况", None, "服务对象", None],
        [None, "性别", "职称", "县（市、区）", "乡镇（街道）"],
        ["陈梅", "女", "研究员", "金堂", "示例镇"],
    ]
    merged = [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)]
    table = read_sheet(sheet(rows, merged=merged), FileChoices(), lexicon(), {}).tables[0]
    assert table.header_rows == (1, 2)
    assert [(c.parent, c.header, c.kind) for c in table.columns] == [
        ("", "姓名", "name"),
        ("基本情况", "性别", "gender"),
        ("基本情况", "职称", "title"),
        ("服务对象", "县（市、区）", "team"),
        ("服务对象", "乡镇（街道）", "extra"),
    ]


def test_column_without_a_heading_is_known_by_its_content():
    rows = [
        ["姓名", "单位", None],
        ["陈梅", "甲站", "510000198806246680"],
        ["徐涛", "乙站", "510000196804308519"],
        ["吕志", "丙站", "510000198701033830"],
    ]
    found = report(sheet(rows))
    assert [row.values["id_number"] for row in found.rows] == [row[2] for row in rows[1:]]


def test_values_merged_downwards_are_filled_sideways_ones_are_not():
    rows = [
        ["姓名", "工作单位", "职务", "备注"],
        ["陈梅", "甲站", "站长", "退休返聘"],
        ["徐涛", None, "技术员", None],
    ]
    found = report(sheet(rows, merged=[(2, 2, 3, 2), (2, 3, 2, 4)]))
    assert [row.values["organisation"] for row in found.rows] == ["甲站", "甲站"]
    assert found.rows[1].values["remarks"] is None


def test_sheet_named_after_a_county_gives_the_team():
    found = report(sheet([HEAD, ONE], "金堂"), sheet([HEAD, TWO], "汶川"))
    assert [row.values["team_county"] for row in found.rows] == ["510121", None]
    assert [problem.code for problem in found.rows[1].problems] == ["UNKNOWN_COUNTY"]


def test_group_heading_gives_the_specialty_of_empty_cells_only():
    rows = [[*HEAD, "专业特长"], ["一、柑橘产业组(2人)"], ONE, [*TWO, "茶叶"]]
    found = report(sheet(rows))
    assert [row.values["specialties"] for row in found.rows] == [["S06"], ["S09"]]


def test_several_people_in_a_row():
    rows = [
        ["县", "团长", None, "成员1", None],
        [None, "姓名", "电话", "姓名", "专业"],
        ["金堂县", "陈梅", "19000000001", "王芳(女)", "茶学"],
        ["大邑县", "徐涛", "19000000002", None, None],
    ]
    merged = [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)]
    found = report(sheet(rows, merged=merged))
    told = [
        (row.values["name"], row.values["team_role"], row.values["team_county"])
        for row in found.rows
    ]
    assert told == [
        ("陈梅", "团长", "510121"),
        ("王芳", "成员", "510121"),
        ("徐涛", "团长", "510129"),
    ]


def test_cells_at_fault_are_told():
    fault = Cell(None, fault="formula")
    error = Cell("#N/A", fault="error")
    found = report(sheet([HEAD, ["陈梅", "女", error, fault]]))
    assert sorted(codes(found, 2)) == ["CELL_ERROR", "FORMULA_NOT_CALCULATED"]
    assert found.rows[0].values["organisation"] is None


@pytest.mark.parametrize("kind", list(ImportKind))
def test_no_heading_is_one_sentence(kind: ImportKind):
    with pytest.raises(InputError, match="没有找到表头"):
        report(sheet([["甲", "乙"], ["丙", "丁"]]), kind=kind)


def test_empty_workbook_is_one_sentence():
    with pytest.raises(InputError, match="没有可见的内容"):
        report(sheet([]), sheet([HEAD, ONE], "旧名单", hidden=True))


def test_two_columns_of_names_are_asked_about():
    with pytest.raises(InputError, match="A 列、C 列"):
        report(sheet([["姓名", "电话", "姓名"], ["陈梅", "19000000001", "王芳"]]))


def test_forced_kind_reads_only_that_kind():
    with pytest.raises(InputError, match="需求表要有"):
        report(sheet([HEAD, ONE]), kind=ImportKind.DEMAND)


def test_a_stray_cell_far_below_tells_no_million_blank_rows():
    below = sheet([HEAD, ONE])
    rows = {**below.rows, 1_048_576: {1: Cell("x")}}
    found = report(type(below)("Sheet1", rows))
    assert len(found.other_rows) < 10
