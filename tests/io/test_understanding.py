"""Files that ask something: what is proposed, what waits for the user, and what choices change."""

from __future__ import annotations

import random

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.import_choices import FileChoices, SheetChoice
from envoy_app.domain.imports import (
    ImportKind,
    ImportReport,
    RowKey,
    SheetQuestion,
    SheetReading,
    Term,
    TermAnswers,
    TermTopic,
)
from envoy_app.domain.sheets import Cell, Sheet
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.io.understanding.importing import corrections, require_rows, understand
from envoy_app.io.understanding.row_reader import Lexicon
from tests.io.layouts import LAYOUTS, people
from tests.io.support import TODAY, lexicon, sheet

HEAD = ["姓名", "性别", "工作单位", "联系电话"]
MEI = ["陈梅", "女", "示例市畜牧站", "19000000001"]
TAO = ["徐涛", "男", "示例市畜牧站", "19000000002"]
ZHI = ["吕志", "男", "示例县农业局", "19000000003"]
PEOPLE = ["陈梅", "徐涛", "吕志"]
IDS = ["510000198806246680", "510000196804308519", "510000198701033830"]
DEMAND = ["县（市、区）", "需求产业", "需求内容", "需要人数", "联系电话"]
WANTED = ["金堂县", "柑橘", "现场指导", 2, "19000000009"]


def read(*sheets: Sheet, lex: Lexicon | None = None, **choices: SheetChoice) -> ImportReport:
    """Understand sheets; choices by the name of the sheet."""
    return understand("名册.xlsx", sheets, FileChoices(sheets=choices), lex or lexicon())


def names(report: ImportReport) -> list[object]:
    return [row.values.get("name") for row in report.rows]


def kinds(reading: SheetReading) -> dict[int, str]:
    return {column.index: column.kind for column in reading.columns if column.kind}


def test_a_workbook_may_hold_a_roster_and_demands():
    report = read(sheet([HEAD, MEI, TAO], "名单"), sheet([DEMAND, WANTED], "需求"))
    assert [row.kind for row in report.rows] == [*[ImportKind.ROSTER] * 2, ImportKind.DEMAND]
    assert [s.kind for s in report.sheets] == [ImportKind.ROSTER, ImportKind.DEMAND]
    assert report.kind is ImportKind.ROSTER
    assert report.rows[2].values["county"] == "510121"


def test_a_sheet_may_hold_two_tables_of_other_columns():
    second = ["序号", "专家姓名", "手机", "专业特长"]
    rows = [["一、本级"], HEAD, MEI, TAO, ["合计", "2人"], [], ["二、外聘"], second]
    rows += [[1, "王芳", "19000000005", "茶叶"], [2, "李军", "19000000006", "水稻"]]
    report = read(sheet(rows))
    assert names(report) == ["陈梅", "徐涛", "王芳", "李军"]
    assert [row.values["phone"] for row in report.rows][2:] == ["19000000005", "19000000006"]
    assert [row.values["specialties"] for row in report.rows][2:] == [["S09"], ["S01"]]
    assert report.sheets[0].header_rows == (2, 8)
    told = {row.row: row.reason for row in report.other_rows}
    assert told == {
        1: "title",
        2: "header",
        5: "total",
        6: "blank",
        7: "title",
        8: "header",
    }


def test_a_sheet_may_hold_people_above_and_demands_below():
    report = read(sheet([HEAD, MEI, TAO, [], DEMAND, WANTED]))
    assert [row.kind for row in report.rows] == [*[ImportKind.ROSTER] * 2, ImportKind.DEMAND]
    assert report.rows[2].values["specialties"] == ["S06"]


def test_columns_without_a_heading_are_proposed_and_asked():
    rows = [[*MEI, IDS[0]], [*TAO, IDS[1]], [*ZHI, IDS[2]]]
    report = read(sheet(rows))
    reading = report.sheets[0]
    assert reading.questions == (SheetQuestion.NO_HEADING,)
    assert not reading.taken
    assert report.rows == ()
    assert kinds(reading) == {1: "name", 2: "gender", 3: "org", 4: "phone", 5: "id"}
    assert all(30 <= column.confidence < 100 for column in reading.columns)
    assert reading.sentence.endswith("。")
    with pytest.raises(InputError, match="没有找到表头"):
        require_rows(report)
    for choice in (SheetChoice(take=True), SheetChoice(heading=0)):
        taken = read(sheet(rows), Sheet1=choice)
        assert names(taken) == ["陈梅", "徐涛", "吕志"]
        assert [row.values["id_number"] for row in taken.rows] == IDS
        assert taken.sheets[0].questions == ()


def test_a_list_without_people_is_no_roster():
    stock = [["螺丝", 12, "箱"], ["垫片", 40, "袋"], ["轴承", 7, "个"]]
    reading = read(sheet(stock)).sheets[0]
    assert not reading.taken
    assert reading.questions == ()


def test_a_column_of_names_is_known_under_an_unknown_heading():
    rows = [["同志", "性别", "工作单位", "联系电话"], MEI, TAO, ZHI]
    report = read(sheet(rows))
    column = report.sheets[0].columns[0]
    assert (column.kind, column.reason) == ("name", "内容都是姓名")
    assert column.confidence < 70
    assert report.sheets[0].questions == (SheetQuestion.NO_HEADING,)
    assert names(read(sheet(rows), Sheet1=SheetChoice(take=True))) == ["陈梅", "徐涛", "吕志"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("本人现联系电话", "phone"),
        ("专家姓名及头衔", ""),
        ("身份证号吗", "id"),
        ("职称及取得时间", "title"),
        ("紧急联系人电话", ""),
        ("所长审批意见", ""),
    ],
)
def test_headings_that_are_like_known_ones_count_less(heading: str, kind: str):
    value = {"phone": "19000000001", "id": IDS[0], "title": "农艺师"}.get(kind, "同意")
    rows = [["姓名", "性别", heading], *[[row[0], row[1], value] for row in (MEI, TAO, ZHI)]]
    column = read(sheet(rows)).sheets[0].columns[2]
    assert column.kind == kind
    assert column.confidence < 95


def test_known_headings_are_sure():
    columns = read(sheet([HEAD, MEI, TAO])).sheets[0].columns
    assert [column.confidence for column in columns] == [100] * 4
    assert columns[3].reason == "表头“联系电话”"


def test_content_contradicts_a_heading():
    rows = [
        ["姓名", "单位", "联系方式"],
        *zip(["陈梅", "徐涛", "吕志"], ["甲站"] * 3, IDS, strict=True),
    ]
    report = read(sheet(rows))
    column = report.sheets[0].columns[2]
    assert column.kind == "id"
    assert column.confidence <= 65
    assert column.reason == "表头是“联系方式”，但内容都是身份证号"
    assert [row.values["id_number"] for row in report.rows] == IDS
    assert [row.values["phone"] for row in report.rows] == [None] * 3


def test_two_headings_that_changed_places_are_read_by_their_content():
    rows = [["姓名", "联系电话", "身份证号"]]
    rows += [
        [n, i, p]
        for n, i, p in zip(["陈梅", "徐涛", "吕志"], IDS, ["19000000001"] * 3, strict=True)
    ]
    report = read(sheet(rows))
    assert kinds(report.sheets[0]) == {1: "name", 2: "id", 3: "phone"}
    assert [row.values["id_number"] for row in report.rows] == IDS


def test_a_sheet_on_its_side_is_asked_about_and_keeps_its_cells():
    people_ = [[*MEI, "茶叶"], [*TAO, "绘画"], [*ZHI, "水稻"]]
    upright = [[*HEAD, "专业特长"], *people_]
    lying = [list(column) for column in zip(*upright, strict=True)]
    report = read(sheet(lying))
    assert report.sheets[0].questions == (SheetQuestion.SIDEWAYS,)
    assert report.rows == ()
    taken = read(sheet(lying), Sheet1=SheetChoice(sideways=True))
    assert names(taken) == ["陈梅", "徐涛", "吕志"]
    assert [row.key for row in taken.rows] == [RowKey("Sheet1", 1, part) for part in (2, 3, 4)]
    problem = taken.rows[1].problems[0]
    assert problem.cell == "C5"
    assert problem.message.startswith("C 列“专业特长”")


def test_two_columns_of_names_wait_for_a_choice():
    rows = [["姓名", "电话", "姓名"], ["陈梅", "19000000001", "王芳"]]
    reading = read(sheet(rows)).sheets[0]
    assert reading.questions == (SheetQuestion.RIVAL_NAMES,)
    assert "A 列、C 列" in reading.sentence
    chosen = read(sheet(rows), Sheet1=SheetChoice(columns={1: "", 3: "name"}))
    assert names(chosen) == ["王芳"]
    assert chosen.sheets[0].questions == ()


def test_one_chosen_column_of_names_is_enough():
    rows = [["姓名", "电话", "姓名"], ["陈梅", "19000000001", "王芳"]]
    assert names(read(sheet(rows), Sheet1=SheetChoice(columns={3: "name"}))) == ["王芳"]


def test_hidden_sheets_and_rows_wait_for_a_choice():
    sheets = (sheet([HEAD, MEI, TAO], hidden_rows=[3]), sheet([HEAD, ZHI], "旧名单", hidden=True))
    report = read(*sheets)
    assert names(report) == ["陈梅"]
    assert [reading.questions for reading in report.sheets] == [
        (SheetQuestion.HIDDEN_ROWS,),
        (SheetQuestion.HIDDEN_SHEET,),
    ]
    assert [reading.taken for reading in report.sheets] == [True, False]
    shown = read(*sheets, Sheet1=SheetChoice(rows={3: True}), 旧名单=SheetChoice(take=True))
    assert names(shown) == ["陈梅", "徐涛", "吕志"]
    assert shown.hidden_rows == ()
    assert all(reading.questions == () for reading in shown.sheets)


def test_rows_are_left_out_and_notes_taken_as_the_user_says():
    rows = [HEAD, MEI, TAO, ["合计王", "女", "甲站", "19000000004"]]
    assert names(read(sheet(rows))) == ["陈梅", "徐涛"]
    report = read(sheet(rows), Sheet1=SheetChoice(rows={2: False, 4: True}))
    assert names(report) == ["徐涛", "合计王"]
    assert [(row.row, row.reason) for row in report.other_rows] == [(1, "header"), (2, "skipped")]


def test_a_sheet_is_left_out_and_its_kind_and_heading_are_chosen():
    left = read(sheet([HEAD, MEI]), Sheet1=SheetChoice(take=False))
    assert left.rows == ()
    assert [row.reason for row in left.other_rows] == ["skipped", "skipped"]
    forced = read(sheet([DEMAND, WANTED]), Sheet1=SheetChoice(kind=ImportKind.ROSTER))
    assert forced.rows == ()
    rows = [["姓名", "电话"], ["名字", "手机"], ["陈梅", "19000000001"]]
    assert names(read(sheet(rows), Sheet1=SheetChoice(heading=2))) == ["陈梅"]


def test_cells_typed_over_come_before_all_else():
    rows = [HEAD, [None, *MEI[1:]], TAO]
    edits = {(2, 1): "陈梅", (3, 4): "", (1, 3): "职称", (2, 3): "农艺师"}
    report = read(sheet(rows), Sheet1=SheetChoice(edits=edits))
    assert names(report) == ["陈梅", "徐涛"]
    assert report.rows[0].problems == ()
    assert report.rows[0].values["title"] == "农艺师"
    assert report.rows[1].values["phone"] is None


def test_the_form_of_one_person_is_no_list():
    rows = [
        ["科技特派员登记表"],
        ["姓名", "陈梅", "性别", "女", "出生年月", "1988.06"],
        ["民族", "汉族", "政治面貌", "群众", "学历", "本科"],
        ["工作单位", "示例市畜牧站", "职称", "农艺师", "联系电话", "19000000001"],
    ]
    report = read(sheet(rows))
    assert report.rows == ()
    assert "登记表" in report.sheets[0].sentence
    with pytest.raises(InputError, match="登记表"):
        require_rows(report)


def test_corrections_are_remembered_for_the_layout():
    rows = [
        ["姓名", "手机", "单位备注", "说明情况"],
        *[[n, "19000000001", "甲", "茶叶"] for n in ["陈梅", "徐涛"]],
    ]
    choices = FileChoices(sheets={"Sheet1": SheetChoice(columns={4: "spec", 2: ""})})
    first = understand("a.xlsx", [sheet(rows)], choices, lexicon())
    kept = corrections(first, choices)
    assert kept == {first.sheets[0].layout: {"说明情况": "spec", "手机": ""}}
    other = sheet([["新名单"], rows[0], ["王芳", "19000000003", "乙", "水稻"]], "另一张")
    again = understand("b.xlsx", [other], FileChoices(), lexicon(), kept)
    assert again.sheets[0].layout == first.sheets[0].layout
    assert kinds(again.sheets[0]) == {1: "name", 3: "remarks", 4: "spec"}
    assert again.sheets[0].columns[3].reason == "按您上次的更正"
    assert again.rows[0].values["specialties"] == ["S01"]
    assert again.rows[0].values["phone"] is None
    unlike = sheet([["姓名", "手机"], ["王芳", "19000000003"]])
    assert understand("c.xlsx", [unlike], FileChoices(), lexicon(), kept).rows[0].values["phone"]


def answered(answers: TermAnswers) -> Lexicon:
    return Lexicon(shipped_gazetteer(), shipped_vocabulary(), TODAY, answers)


ROSTER = [
    ["姓名", "专业特长", "服务县"],
    ["陈梅", "绘画", "汶川"],
    ["徐涛", "绘画、茶叶", "金糖县、大邑县"],
    ["吕志", "果树技术", "待定"],
    ["王芳", "果树", "金糖县"],
]


def test_words_are_asked_once_with_all_their_rows():
    report = read(sheet(ROSTER))
    asked = {
        (question.term.topic, question.term.text): [key.row for key in question.rows]
        for question in report.terms
    }
    spec, county = TermTopic.SPECIALTY, TermTopic.COUNTY
    assert asked == {
        (spec, "绘画"): [2, 3],
        (county, "汶川"): [2],
        (county, "金糖县"): [3, 5],
        (spec, "果树"): [4, 5],
        (county, "待定"): [4],
    }
    by_text = {question.term.text: question.suggestions for question in report.terms}
    assert [item.code for item in by_text["果树"]] == ["S06", "S07", "S08"]
    assert by_text["金糖县"][0].name == "金堂县"
    assert by_text["绘画"] == ()


def test_rows_that_only_look_like_people_are_none():
    head = ["序号", *HEAD, "专业特长"]
    rows = [
        head,
        ["No.", "Name", "Sex", "Unit", "Phone", "Skill"],
        ["1", "2", "3", "4", "5", "6"],
        ["例", "张三", "男", "某某站", "13800000000", "水稻"],
        [1, "（示例）李四", "男", "某某站", "13800000001", "水稻"],
        ["一", "柑橘专家"],
        [1, *MEI],
        ["二", "茶叶组"],
        [2, *TAO, "水稻"],
        [None, "单位负责人：王某", None, "填表人：李某", "19000000009"],
        [None, "2026年3月1日"],
    ]
    report = read(sheet(rows))
    assert names(report) == ["陈梅", "徐涛"]
    assert [row.values["specialties"] for row in report.rows] == [["S06"], ["S01"]]
    assert [row.reason for row in report.other_rows] == [
        "header",
        "repeated-header",
        "note",
        "example",
        "example",
        "group-heading",
        "group-heading",
        "filling-info",
        "filling-info",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "陈梅 示例县农业农村局站长",
        "陈梅（示例县农业农村局站长）",
        "陈梅，示例县农业农村局，站长",
        "陈梅\n示例县农业农村局站长",
        "示例县农业农村局站长 陈梅",
    ],
)
def test_name_organisation_and_post_in_one_cell(written: str):
    row = read(sheet([["姓名、单位及职务", "联系电话"], [written, "19000000001"]])).rows[0]
    told = (row.values["name"], row.values["organisation"], row.values["post"])
    assert told == ("陈梅", "示例县农业农村局", "站长")


def test_group_headings_may_name_the_county():
    rows = [
        [*HEAD, "专业特长"],
        ["一、金堂县（1人）"],
        [*MEI, "茶叶"],
        ["大邑县"],
        TAO,
        ["成都金牛区(2人)"],
        ZHI,
    ]
    report = read(sheet(rows))
    assert [row.values["team_county"] for row in report.rows] == ["510121", "510129", "510106"]
    assert [problem for row in report.rows for problem in row.problems] == []
    assert [row.reason for row in report.other_rows] == ["header", *["group-heading"] * 3]


def test_several_people_in_a_cell_are_told():
    report = read(sheet([HEAD, ["陈梅、徐涛", *MEI[1:]]]))
    assert [problem.code for problem in report.rows[0].problems] == ["BAD_NAME"]


def test_a_place_in_another_city_gets_no_suggestion():
    report = read(sheet([["姓名", "服务县"], ["陈梅", "乐山市市中区"], ["徐涛", "成都市金糖县"]]))
    offered = [[item.code for item in question.suggestions] for question in report.terms]
    assert offered[0] == []
    assert offered[1][0] == "510121"


def test_answers_settle_all_rows_and_the_problems_go():
    spec, county = TermTopic.SPECIALTY, TermTopic.COUNTY
    answers = {
        Term(spec, "绘画"): ("S25",),
        Term(spec, "果树"): ("S06", "S08"),
        Term(county, "汶川"): (),
        Term(county, "金糖县"): ("510121",),
        Term(county, "待定"): (),
    }
    report = read(sheet(ROSTER), lex=answered(answers))
    assert report.terms == ()
    assert [problem for row in report.rows for problem in row.problems] == []
    assert [row.values["specialties"] for row in report.rows] == [
        ["S25"],
        ["S25", "S09"],
        ["S06", "S08"],
        ["S06", "S08"],
    ]
    assert [row.values["team_counties"] for row in report.rows] == [
        [],
        ["510121", "510129"],
        [],
        ["510121"],
    ]


def test_a_sheet_named_after_no_county_is_asked_once():
    report = read(sheet([HEAD, MEI], "金堂"), sheet([HEAD, TAO, ZHI], "汶川"))
    assert [(q.term.text, len(q.rows)) for q in report.terms] == [("汶川", 2)]
    answers = answered({Term(TermTopic.COUNTY, "汶川"): ()})
    silent = read(sheet([HEAD, MEI], "金堂"), sheet([HEAD, TAO, ZHI], "汶川"), lex=answers)
    assert [row.problems for row in silent.rows] == [(), (), ()]


def test_lost_characters_and_contradictions_are_told():
    head = ["姓名", "性别", "身份证号", "工作单位"]
    rows = [head, ["陈□", "女", IDS[0], "甲站"], ["徐涛", "女", IDS[1], "乙\ue123站"]]
    rows += [["𬭚𠅤", "未知", IDS[2], "丙站"]]
    report = read(sheet(rows))
    assert [[p.code for p in row.problems] for row in report.rows] == [
        ["BAD_NAME"],
        ["ID_MISMATCH", "BAD_TEXT"],
        ["BAD_GENDER"],
    ]


def test_dates_that_no_calendar_has_are_told_in_columns_not_taken_too():
    head = ["姓名", "单位", "入职日期"]
    days = ["2024/2/30", "2004.07", "二〇二四年六月", 2958466.0, "长期", "2020-01-01至2022-12-31"]
    report = read(sheet([head, *[["陈梅", "甲站", day] for day in days]]))
    assert [len(row.problems) for row in report.rows] == [1, 0, 0, 1, 0, 0]


def test_parts_count_the_people_of_a_row():
    rows = [["县", "团长", None, "成员1", None], [None, "姓名", "电话", "姓名", "电话"]]
    rows += [["金堂县", "陈梅", "19000000001", "王芳", "19000000001"]]
    rows += [["大邑县", "徐涛", "19000000002", "徐涛", "19000000002"]]
    report = read(sheet(rows, merged=[(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)]))
    assert [row.key for row in report.rows] == [
        RowKey("Sheet1", row, part) for row in (3, 4) for part in (0, 1)
    ]
    problem = report.rows[3].problems[0]
    assert (problem.code, problem.cell) == ("DUPLICATE_PERSON", "E4")
    assert "同一行" in problem.message


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in ("groups", "two-row")])
def test_lists_that_lie_on_their_side_are_read_like_those_that_stand(layout: str):
    book = people(random.Random(5), "aliases", 12)
    upright = book.sheets[0]
    rows: dict[int, dict[int, Cell]] = {}
    for row, cells in upright.rows.items():
        for column, cell in cells.items():
            rows.setdefault(column, {})[row] = cell
    lying = Sheet("Sheet1", rows)
    taken = read(lying, Sheet1=SheetChoice(sideways=True))
    assert names(taken) == names(read(upright))


@pytest.mark.parametrize("seed", range(40))
def test_nothing_raises_whatever_is_in_the_cells(seed: int):
    rng = random.Random(seed)
    words = [
        "姓名",
        "联系电话",
        "需求内容",
        "县",
        "合计",
        "注：",
        "#N/A",
        "陈梅",
        "茶叶",
        IDS[0],
        "1900",
    ]
    values = [
        *words,
        IDS[0],
        1e300,
        -1.5,
        True,
        0,
        "",
        "\x00",
        "一" * 500,
        float("inf"),
        float("nan"),
    ]
    rows = [
        [rng.choice(values) for _ in range(rng.randint(0, 8))] for _ in range(rng.randint(0, 30))
    ]
    report = read(sheet(rows), sheet(rows[::-1], "乙"))
    assert len(report.sheets) == 2
