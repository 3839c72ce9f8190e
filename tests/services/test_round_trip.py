"""Out of one database and into another, or into the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from envoy_app.domain.demands import DemandState
from envoy_app.domain.imports import ImportKind, RowStatus
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.time import HalfDay
from envoy_app.io.workbooks.templates import ROWS
from envoy_app.services.workspace import open_workspace
from tests.factories import JIANYANG, JINJIANG, LONGQUAN, make_demand, make_envoy
from tests.io.support_books import formulas

ENVOYS = (
    make_envoy(
        name="阿木·伍各",
        gender="男",
        birth="1980-05",
        phones=("13900000011", "028-85012345"),
        organisation="=省农科院",
        title="高级农艺师",
        title_rank=2,
        skills=(Skill("S06", 3), Skill("S19", 2)),
        base_county=JINJIANG,
        team_county=LONGQUAN,
        team_counties=(LONGQUAN, JIANYANG),
        team_role="副团长",
        term_start="2026-01",
        term_end="2027-12",
        sharing=Sharing.CITY,
        max_slots_week=2,
        max_slots_month=6,
        target_days_year=12,
        max_travel_minutes=90,
        absences=(
            Absence(date(2026, 12, 7), date(2026, 12, 11), None, "教学周"),
            Absence(date(2026, 12, 20), date(2026, 12, 20), HalfDay.AM),
        ),
        remarks="+86 以外的号码",
    ),
    make_envoy(name="㛃䶮", team_counties=(JINJIANG,)),
)
DEMANDS = (
    make_demand(
        window_start=date(2026, 12, 1),
        window_end=date(2026, 12, 10),
        state=DemandState.REJECTED,
        state_reason="季节不合",
    ),
    make_demand(content="茶树修剪", specialties=("S09",), asap=True, state=DemandState.ASSIGNED),
)


@pytest.fixture
def filled(workspace):
    workspace.roster.add(ENVOYS)
    workspace.demands.add(DEMANDS)
    return workspace


@pytest.fixture
def other(tmp_path):
    opened = open_workspace(tmp_path / "other.db", actor="李四")
    yield opened
    opened.close()


def plain(records):
    return [replace(record, id="") for record in records]


def test_a_roster_fills_an_empty_database_with_the_same_people(filled, other, tmp_path):
    path = filled.exports.roster_workbook(tmp_path / "名册.xlsx")
    other.imports.apply(other.imports.read(path))
    assert plain(other.roster.envoys()) == plain(ENVOYS)


def test_demands_fill_an_empty_database_and_wait_for_approval(filled, other, tmp_path):
    path = filled.exports.demands_workbook(tmp_path / "需求.xlsx")
    other.imports.apply(other.imports.read(path))
    expected = (
        replace(item, state=DemandState.PENDING, state_reason="", id="") for item in DEMANDS
    )
    assert plain(other.demands.demands()) == list(expected)


@pytest.mark.parametrize("what", ["roster", "demands"])
def test_into_the_same_database_nothing_changes(filled, tmp_path, what):
    export = getattr(filled.exports, f"{what}_workbook")
    report = filled.imports.read(export(tmp_path / "a.xlsx"))
    assert {row.status for row in report.rows} == {RowStatus.UNCHANGED}
    assert len(report.rows) == 2
    assert filled.demands.demands()[0].state_reason == "季节不合"


def test_only_those_asked_for_go_out(filled, tmp_path):
    path = filled.exports.roster_workbook(tmp_path / "a.xlsx", envoys=ENVOYS[1:])
    assert [row.values["name"] for row in filled.imports.read(path).rows] == ["㛃䶮"]


ROSTER_FORM = {
    "序号": 1, "姓名": "陈梅", "性别": "女", "出生年月": "1980-05", "身份证号": "",
    "派出单位": "示例县农业农村局", "职务": "站长", "职称": "高级农艺师", "学历": "本科",
    "所学专业": "果树学", "专业领域": "柑橘与柠檬、植物保护", "联系电话": "13900000001",
    "常驻县(市、区)": "蒲江县", "服务县(市、区)": "蒲江县、大邑县", "团内职务": "团长",
    "服务期限": "2026-01至2027-12", "备注": "无",
}  # fmt: skip
DEMAND_FORM = {
    "序号": 1, "县(市、区)": "蒲江县", "乡镇(街道)": "鹤山街道", "村/合作社/企业": "示例合作社",
    "需求产业": "柑橘与柠檬", "需求内容": "冬季清园", "服务方式": "现场指导", "需要人数": 2,
    "职称要求": "副高及以上", "期望时间": "2026-12-05上午", "时长": "2天", "联系人": "李强",
    "联系电话": "13900000002", "紧急程度": "紧急", "备注": "",
}  # fmt: skip


def filled_in(path, values):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[3]]
    assert head == list(values)
    for column, value in enumerate(values.values(), 1):
        sheet.cell(5, column).value = value
    book.save(path)
    return path


def test_a_roster_form_filled_in_is_understood_whole(workspace, tmp_path):
    path = filled_in(workspace.exports.template(ImportKind.ROSTER, tmp_path / "a"), ROSTER_FORM)
    report = workspace.imports.read(path)
    (row,) = report.rows
    assert (report.kind, report.problem_count) == (ImportKind.ROSTER, 0)
    wanted = {
        "name": "陈梅", "gender": "女", "birth": "1980-05", "organisation": "示例县农业农村局",
        "post": "站长", "title": "高级农艺师", "title_rank": 2, "education": "本科",
        "major": "果树学", "specialties": ["S06", "S19"], "phone": "13900000001",
        "base_county": "510131", "team_county": "510131", "team_counties": ["510131", "510129"],
        "team_role": "团长", "term_start": "2026-01", "term_end": "2027-12", "remarks": "无",
    }  # fmt: skip
    assert {key: row.values[key] for key in wanted} == wanted
    assert all(c.kind not in ("", "extra") for c in report.sheets[0].columns if c.header)


def test_a_demand_form_filled_in_is_understood_whole(workspace, tmp_path):
    path = filled_in(workspace.exports.template(ImportKind.DEMAND, tmp_path / "a"), DEMAND_FORM)
    report = workspace.imports.read(path)
    (row,) = report.rows
    assert (report.kind, report.problem_count) == (ImportKind.DEMAND, 0)
    wanted = {
        "county": "510131", "town": "鹤山街道", "site": "示例合作社", "specialties": ["S06"],
        "content": "冬季清园", "mode": "现场指导", "headcount": 2, "min_rank": 2,
        "window_start": "2026-12-05", "window_end": "2026-12-05", "slot": "AM", "slots": 4,
        "contact": "李强", "phone": "13900000002", "urgency": "紧急",
    }  # fmt: skip
    assert {key: row.values[key] for key in wanted} == wanted


@pytest.mark.parametrize("kind", [ImportKind.ROSTER, ImportKind.DEMAND])
def test_an_empty_form_brings_nobody_and_asks_nothing(workspace, tmp_path, kind):
    report = workspace.imports.read(workspace.exports.template(kind, tmp_path / "a.xlsx"))
    assert report.kind is kind
    assert report.rows == ()
    assert report.hidden_rows == ()
    assert not any(sheet.questions for sheet in report.sheets)
    assert "example" in {row.reason for row in report.other_rows}


@pytest.mark.parametrize(
    ("kind", "lists"), [(ImportKind.ROSTER, 7), (ImportKind.DEMAND, 6)], ids=["roster", "demand"]
)
def test_forms_offer_lists_hints_and_text_cells(workspace, tmp_path, kind, lists):
    path = workspace.exports.template(kind, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rules = sheet.data_validations.dataValidation
    offered = [rule for rule in rules if rule.type == "list"]
    assert len(offered) == lists
    for rule in offered:
        assert str(rule.sqref).endswith(str(ROWS + 3))
        assert rule.error
        name, cells = rule.formula1.split("!")
        assert name == "'选项'"
        assert all(cell[0].value for cell in book["选项"][cells.replace("$", "")])
    assert sum(bool(rule.prompt) for rule in rules) >= 5
    assert all(rule.promptTitle is None or len(rule.promptTitle) <= 32 for rule in rules)
    assert all(rule.prompt is None or len(rule.prompt) <= 255 for rule in rules)
    phone = next(cell for cell in sheet[3] if cell.value == "联系电话").column
    assert sheet.cell(ROWS + 3, phone).number_format == "@"
    counties = [cell.value for cell in book["选项"]["A"][3:]]
    assert len([name for name in counties if name]) == 35
    assert formulas(path) == 0
