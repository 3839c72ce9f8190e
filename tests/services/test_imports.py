"""Importing into a database: what is proposed, what is written, and what a second import does."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError
from envoy_app.domain.imports import ImportKind, RowStatus
from envoy_app.domain.people import Skill
from envoy_app.services.imports import ImportService, report_json, summary

DATA = Path(__file__).parents[1] / "io" / "data"
FILES = ["01-clean-template-11", "02-titled-11", "demand-11"]
HEAD = ["姓名", "身份证号", "联系电话", "工作单位", "职称", "专业特长", "服务县", "备注"]
MEI = ["陈梅", "510000198806246680", "19000006713", "甲站", "农艺师", "茶叶", "金堂", None]


@pytest.fixture
def imports(workspace) -> ImportService:
    return ImportService(workspace.context, lambda: date(2026, 11, 20))


@pytest.fixture
def book(tmp_path):
    """Write rows below the heading into a workbook; each call replaces the file."""

    def write(*rows, head=HEAD):
        made = openpyxl.Workbook()
        for row in (head, *rows):
            made.active.append(row)
        made.save(tmp_path / "名册.xlsx")
        return tmp_path / "名册.xlsx"

    return write


def bring(imports: ImportService, path: Path):
    return imports.apply(imports.read(path))


@pytest.mark.parametrize("name", FILES)
def test_reading_writes_nothing(workspace, imports, name):
    report = imports.read(DATA / f"{name}.xlsx")
    assert report.count(RowStatus.NEW) > 50
    assert not report.applied
    assert workspace.roster.envoys(include_inactive=True) == ()
    assert workspace.demands.demands() == ()


@pytest.mark.parametrize("name", FILES)
def test_importing_again_changes_nothing(workspace, imports, name):
    first, changes = bring(imports, DATA / f"{name}.xlsx")
    assert first.applied
    assert changes.topics
    before = (workspace.roster.envoys(), workspace.demands.demands())
    again, changes = bring(imports, DATA / f"{name}.xlsx")
    assert again.count(RowStatus.UNCHANGED) == first.count(RowStatus.NEW)
    assert again.count(RowStatus.NEW) == again.count(RowStatus.UPDATE) == 0
    assert not changes.topics
    assert (workspace.roster.envoys(), workspace.demands.demands()) == before
    assert [row.target_id for row in again.rows] == [row.target_id for row in first.rows]


def test_what_is_stored_is_what_the_file_says(workspace, imports):
    report, changes = bring(imports, DATA / "01-clean-template-11.xlsx")
    assert changes.topics == {Topic.ROSTER}
    envoys = {envoy.id: envoy for envoy in workspace.roster.envoys()}
    good = [row for row in report.rows if row.status is RowStatus.NEW]
    assert list(envoys) == [row.target_id for row in good]
    for row in good:
        envoy = envoys[row.target_id]
        assert (envoy.name, list(envoy.phones)) == (row.values["name"], row.values["phones"])
        assert [skill.specialty for skill in envoy.skills] == row.values["specialties"]
        assert (envoy.base_county, envoy.team_county) == (
            row.values["base_county"],
            row.values["team_county"],
        )
    senior = next(envoy for envoy in envoys.values() if envoy.title == "正高级农艺师")
    assert {skill.level for skill in senior.skills} == {3}


def test_demands_wait_to_be_accepted(workspace, imports):
    _, changes = bring(imports, DATA / "demand-11.xlsx")
    assert changes.topics == {Topic.DEMANDS}
    demands = workspace.demands.demands()
    assert {demand.state for demand in demands} == {DemandState.PENDING}
    first = demands[0]
    assert (first.county, first.specialties, first.headcount) == ("510604", ("S10",), 2)
    assert (first.window_start, first.window_end) == (date(2026, 12, 9), date(2026, 12, 16))
    assert first.slots == 4


def test_rows_with_errors_are_left_out_and_lesser_problems_are_not(workspace, imports, book):
    path = book(
        MEI,
        [None, *MEI[1:]],
        MEI,
        ["王芳", "510000198806246681", "1900000****", "乙站", None, "园艺", "汶川", None],
    )
    report, _ = bring(imports, path)
    assert [row.status.value for row in report.rows] == ["new", "error", "error", "new"]
    mei, fang = workspace.roster.envoys()
    assert (mei.name, fang.name) == ("陈梅", "王芳")
    assert (fang.id_number, fang.phones, fang.skills, fang.team_county) == ("", (), (), None)
    assert [problem.code for problem in report.rows[3].problems] == [
        "BAD_ID",
        "BAD_PHONE",
        "AMBIGUOUS_SPECIALTY",
        "UNKNOWN_COUNTY",
    ]


def test_a_changed_file_updates_and_tells_old_and_new(workspace, imports, book):
    bring(imports, book(MEI))
    report, _ = bring(imports, book([*MEI[:4], "高级农艺师", "茶叶、水稻", "大邑", None]))
    row = report.rows[0]
    assert row.status is RowStatus.UPDATE
    assert row.match_reason == "身份证号相同"
    assert [(item.field, item.old, item.new) for item in row.changes] == [
        ("title", "农艺师", "高级农艺师"),
        ("team_county", "金堂县", "大邑县"),
        ("team_counties", "金堂县", "大邑县"),
        ("specialties", "茶叶", "茶叶、水稻"),
    ]
    (envoy,) = workspace.roster.envoys()
    assert (envoy.title_rank, envoy.team_county) == (2, "510129")
    assert envoy.skills == (Skill("S09", 2), Skill("S01", 2))


def test_an_empty_cell_never_empties_what_is_stored(workspace, imports, book):
    bring(imports, book(MEI))
    report, _ = bring(imports, book(["陈梅", MEI[1]]))
    assert report.rows[0].status is RowStatus.UNCHANGED
    (envoy,) = workspace.roster.envoys()
    assert (envoy.organisation, envoy.phone) == ("甲站", "19000006713")


def test_what_was_typed_in_the_application_stays(workspace, imports, book):
    path = book(MEI)
    bring(imports, path)
    (envoy,) = workspace.roster.envoys()
    by_hand = (Skill("S09", 3),)
    workspace.roster.save(replace(envoy, organisation="乙站", skills=by_hand))
    report, changes = bring(imports, path)
    assert report.rows[0].status is RowStatus.UNCHANGED
    assert [(item.field, item.kept) for item in report.rows[0].changes] == [("organisation", True)]
    assert not changes.topics
    (envoy,) = workspace.roster.envoys()
    assert (envoy.organisation, envoy.skills) == ("乙站", by_hand)


def test_a_level_set_by_hand_survives_a_new_title(workspace, imports, book):
    bring(imports, book(MEI))
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, skills=(Skill("S09", 3),)))
    bring(imports, book([*MEI[:4], "高级农艺师", *MEI[5:]]))
    (envoy,) = workspace.roster.envoys()
    assert (envoy.title_rank, envoy.skills) == (2, (Skill("S09", 3),))


def test_people_are_known_by_phone_and_name_then_by_organisation(workspace, imports, book):
    bring(imports, book(["陈梅", None, "19000006713", "甲站"], ["王芳", None, None, "乙站"]))
    report, _ = bring(
        imports,
        book(["陈梅", None, "19000006713", "丙站"], ["王芳", None, "19000000002", "乙站"]),
    )
    assert [row.match_reason for row in report.rows] == ["姓名和电话相同", "姓名和单位相同"]
    assert [envoy.organisation for envoy in workspace.roster.envoys()] == ["丙站", "乙站"]


def test_one_name_with_another_phone_is_another_person(workspace, imports, book):
    bring(imports, book(["陈梅", None, "19000006713", "甲站"]))
    report, _ = bring(imports, book(["陈梅", None, "19000009999", "甲站"]))
    assert report.rows[0].status is RowStatus.NEW
    assert len(workspace.roster.envoys()) == 2


def test_namesakes_of_one_office_keep_to_their_own_rows(workspace, imports, book):
    path = book(["陈梅", None, None, "甲站"], ["陈梅", None, "19000006713", "甲站"])
    first, _ = bring(imports, path)
    again, _ = bring(imports, path)
    assert [row.target_id for row in again.rows] == [row.target_id for row in first.rows]
    assert again.count(RowStatus.UNCHANGED) == 2


def test_accepted_demands_stay_accepted(workspace, imports):
    path = DATA / "demand-11.xlsx"
    bring(imports, path)
    ids = [demand.id for demand in workspace.demands.demands()]
    workspace.demands.set_state(ids, DemandState.ACCEPTED)
    again, _ = bring(imports, path)
    assert again.count(RowStatus.UNCHANGED) == len(ids)
    assert {demand.state for demand in workspace.demands.demands()} == {DemandState.ACCEPTED}


def test_a_stale_report_does_not_store_people_twice(workspace, imports):
    report = imports.read(DATA / "02-titled-11.xlsx")
    imports.apply(report)
    again, _ = imports.apply(report)
    assert again.count(RowStatus.NEW) == 0
    assert len(workspace.roster.envoys()) == 58


def test_text_that_looks_like_a_formula_stays_text(workspace, imports, tmp_path):
    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.append([*MEI[:7], "x"])
    made.active["H2"].value, made.active["H2"].data_type = "=HYPERLINK(1)", "s"
    made.save(tmp_path / "a.xlsx")
    bring(imports, tmp_path / "a.xlsx")
    assert workspace.roster.envoys()[0].remarks == "=HYPERLINK(1)"


def test_json_is_the_command_lines_contract(imports):
    report, _ = bring(imports, DATA / "01-clean-template-11.xlsx")
    told = report_json(report)
    assert told["file"] == "01-clean-template-11.xlsx"
    assert told["kind"] == "roster"
    assert told["summary"] == {
        "rows": 60,
        "new": 58,
        "update": 0,
        "unchanged": 0,
        "error": 2,
        "problems": 5,
    }
    first = told["rows"][0]
    assert (first["sheet"], first["row"], first["status"]) == ("科技特派员名单", 2, "new")
    assert first["envoy"]["name"] == "阎莉蕙"
    problem = next(row for row in told["rows"] if row["row"] == 53)["problems"][0]
    assert (problem["code"], problem["column"]) == ("BAD_ID", "身份证号")
    assert told["non_person_rows"][0]["reason"] == "header"
    assert (first["part"], first["kind"], first["score"], first["candidates"]) == (
        0,
        "roster",
        0,
        [],
    )
    (sheet,) = told["sheets"]
    assert (sheet["name"], sheet["taken"], sheet["header_rows"]) == ("科技特派员名单", True, [1])
    column = next(item for item in sheet["columns"] if item["kind"] == "id")
    assert (column["header"], column["confidence"] >= 90) == ("身份证号", True)
    (question,) = told["questions"]
    assert (question["topic"], question["term"]) == ("specialty", "作物栽培")
    assert len(question["rows"]) >= 1
    assert told["hidden_rows"] == []
    demand = report_json(imports.read(DATA / "demand-11.xlsx"))
    assert demand["rows"][0]["demand"]["county"] == "510604"
    assert demand["rows"][0]["kind"] == "demand"


def test_json_tells_who_else_a_row_may_be(imports, book):
    bring(imports, book(["陈梅", None, "19000006713", "甲站"]))
    told = report_json(imports.read(book(["陈梅", None, "19000009999", "甲站"])))
    (candidate,) = told["rows"][0]["candidates"]
    assert (candidate["name"], candidate["score"]) == ("陈梅（甲站）", 65)
    assert candidate["reason"] == "姓名和单位相同，电话不同"


def test_an_import_is_on_record(workspace, imports):
    report, _ = bring(imports, DATA / "02-titled-11.xlsx")
    with workspace.context.read() as uow:
        (run,) = uow.import_runs.all()
    assert (run.file, run.kind, run.sha256) == (report.file, ImportKind.ROSTER, report.sha256)
    assert dict(run.summary) == summary(report)
    assert run.created_by == "张三"


def test_a_bad_file_writes_nothing(workspace, imports, tmp_path):
    with pytest.raises(InputError, match="找不到文件"):
        imports.read(tmp_path / "没有.xlsx")
    assert workspace.is_empty


def test_five_hundred_people_are_quick(imports):
    path = DATA / "01-clean-template-12.xlsx"
    began = time.perf_counter()
    report, _ = bring(imports, path)
    seconds = time.perf_counter() - began
    assert report.count(RowStatus.NEW) == 491
    assert seconds < 4  # the issue asks for 2 s on an idle machine; tests share theirs
