"""What goes out comes in again with no difference, whatever people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import HealthCheck, given, settings

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.imports import ImportKind
from envoy_app.domain.people import Envoy, Skill
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.io.workbooks.demand_workbook import write_demand_workbook
from envoy_app.io.workbooks.roster_workbook import write_roster_workbook
from envoy_app.services.import_changes import (
    Background,
    changed_demand,
    changed_envoy,
    new_demand,
    new_envoy,
)
from tests.io.outgoing import demand_lists, rosters
from tests.io.support import read_file
from tests.io.support_books import formulas

MADE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
GAZETTEER, VOCABULARY = shipped_gazetteer(), shipped_vocabulary()


def roster_file(folder, people):
    path = Path(folder) / "名册.xlsx"
    write_roster_workbook(path, people, GAZETTEER, VOCABULARY, MADE)
    return path


def demand_file(folder, wanted):
    path = Path(folder) / "需求.xlsx"
    write_demand_workbook(path, wanted, GAZETTEER, VOCABULARY, MADE)
    return path


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rosters())
def test_a_roster_comes_in_as_it_went_out(people):
    with TemporaryDirectory() as folder:
        path = roster_file(folder, people)
        report = read_file(path)
        assert formulas(path) == 0
    assert report.kind is ImportKind.ROSTER
    assert [problem for row in report.rows for problem in row.problems] == []
    made = [new_envoy(row.values).record for row in report.rows]
    assert [replace(one, id=other.id) for one, other in zip(made, people, strict=True)] == people
    for row, person in zip(report.rows, people, strict=True):
        assert changed_envoy(person, row.values, Background()).changes == ()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(demand_lists())
def test_demands_come_in_as_they_went_out(wanted):
    with TemporaryDirectory() as folder:
        path = demand_file(folder, wanted)
        report = read_file(path)
        assert formulas(path) == 0
    assert report.kind is ImportKind.DEMAND
    assert [problem for row in report.rows for problem in row.problems] == []
    made = [new_demand(row.values).record for row in report.rows]
    assert [replace(one, id=other.id) for one, other in zip(made, wanted, strict=True)] == wanted
    for row, demand in zip(report.rows, wanted, strict=True):
        assert changed_demand(demand, row.values, Background()).changes == ()


ENVOY = Envoy(
    id="1", name="=1+1", organisation="@SUM(A1)", remarks="-3\n+4", phones=("13900000001",),
    id_number="510104198001010017", title="农艺师", title_rank=1, skills=(Skill("S06", 3),),
    sample=True,
)  # fmt: skip


def test_text_is_text_and_numbers_keep_their_digits(tmp_path):
    path = roster_file(tmp_path, [ENVOY])
    sheet = openpyxl.load_workbook(path).active
    head = {cell.value: cell.column for cell in sheet[3]}
    name, number = sheet.cell(4, head["姓名"]), sheet.cell(4, head["身份证号"])
    assert (name.value, name.data_type, name.quotePrefix) == ("=1+1", "s", True)
    assert (number.value, number.number_format) == ("510104198001010017", "@")
    assert sheet.cell(4, head["联系电话"]).number_format == "@"
    assert formulas(path) == 0


def test_the_sheet_is_made_for_the_office_and_the_printer(tmp_path):
    sheet = openpyxl.load_workbook(roster_file(tmp_path, [ENVOY])).active
    assert sheet["A1"].value == "农业科技特派员名册（示例数据）"
    assert sheet["A2"].value == "共 1 人    导出时间 2026-11-25 09:30"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'特派员名册'!$A$1:$N$5", "the terms of service stay off the paper"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.auto_filter.ref.startswith("A3:")


def test_the_same_roster_gives_the_same_bytes(tmp_path):
    first = roster_file(tmp_path, [ENVOY]).read_bytes()
    (tmp_path / "again").mkdir()
    assert roster_file(tmp_path / "again", [ENVOY]).read_bytes() == first


def test_a_term_of_service_that_says_nothing_usable_is_flagged(tmp_path):
    path = roster_file(tmp_path, [replace(ENVOY, name="陈梅", remarks="", id_number="")])
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = {cell.value: cell.column for cell in sheet[3]}
    for header, text in (("共享范围", "全国"), ("每周最多(半天)", "很多"), ("不能出勤", "常常")):
        sheet.cell(4, head[header]).value = text
    book.save(path)
    (row,) = read_file(path).rows
    assert [(problem.code, problem.column) for problem in row.problems] == [
        ("BAD_VALUE", "共享范围"),
        ("BAD_VALUE", "每周最多(半天)"),
        ("BAD_VALUE", "不能出勤"),
    ]
    assert new_envoy(row.values).record.max_slots_week == 4
