from __future__ import annotations

from envoy_app.domain.imports import RowStatus
from tests.io.support import codes, report, sheet

HEAD = ["姓名", "身份证号", "联系电话", "工作单位"]


def test_same_id_number_is_the_same_person():
    first = ["陈梅", "510000198806246680", "19000000001", "甲站"]
    again = ["陈 梅", "510000198806246680 ", "19000000002", "乙站"]
    found = report(sheet([HEAD, first, again]))
    assert [row.status for row in found.rows] == [RowStatus.NEW, RowStatus.ERROR]
    problem = found.rows[1].problems[0]
    assert (problem.code, problem.cell) == ("DUPLICATE_PERSON", "B3")
    assert "第 2 行" in problem.message


def test_same_name_and_phone_without_an_id_number():
    found = report(
        sheet([HEAD, ["陈梅", None, "19000000001"], ["陈梅", None, "190 0000 0001", "甲站"]])
    )
    assert codes(found, 3) == ["DUPLICATE_PERSON"]
    assert found.rows[1].problems[0].cell == "C3"


def test_one_name_and_different_phones_are_two_people():
    found = report(sheet([HEAD, ["陈梅", None, "19000000001"], ["陈梅", None, "19000000002"]]))
    assert codes(found, 3) == []


def test_one_office_phone_and_different_names_are_two_people():
    found = report(sheet([HEAD, ["陈梅", None, "028-85551234"], ["王芳", None, "028-85551234"]]))
    assert codes(found, 3) == []


def test_duplicate_across_sheets_names_the_sheet():
    row = ["陈梅", None, "19000000001"]
    found = report(sheet([HEAD, row], "金堂"), sheet([HEAD, row], "大邑"))
    assert "工作表“金堂”第 2 行" in found.rows[1].problems[-1].message


def test_two_valid_id_numbers_are_two_people_whatever_else_agrees():
    first = ["陈梅", "510000198806246680", "19000000001"]
    other = ["陈梅", "510000196509152208", "19000000001"]
    assert codes(report(sheet([HEAD, first, other])), 3) == []
