from __future__ import annotations

from datetime import date

import pytest

from envoy_app.domain.imports import RowStatus
from envoy_app.io.understanding.demand_rows import month_of
from tests.io.support import TODAY, report, sheet

HEAD = ["县(市、区)", "需求产业", "需求内容", "需要人数", "期望时间"]


def one(*cells: object, above: list[list[str]] | None = None):
    (row,) = report(sheet([*(above or []), HEAD, list(cells)])).rows
    return row


def test_specialty_comes_from_the_content_where_its_cell_is_empty():
    row = one("金堂", None, "螃蟹/奇异果技术指导，现场问题诊断", 1, "尽快")
    assert row.values["specialties"] == ["S17", "S07"]
    assert row.problems == ()


def test_the_content_does_not_overrule_the_specialty():
    assert one("金堂", "茶叶", "水稻", 1, "尽快").values["specialties"] == ["S09"]


def test_no_specialty_at_all_is_told():
    row = one("金堂", None, "希望专家到场解答", 1, "尽快")
    assert [(problem.code, problem.cell) for problem in row.problems] == [
        ("UNKNOWN_SPECIALTY", "B2")
    ]
    assert "没有填写" in row.problems[0].message
    assert row.status is RowStatus.NEW


def test_a_broad_word_in_the_content_is_asked_about_there():
    row = one("金堂", None, "果树，现场问题诊断", 1, "尽快")
    assert [(problem.code, problem.cell) for problem in row.problems] == [
        ("AMBIGUOUS_SPECIALTY", "C2")
    ]


@pytest.mark.parametrize("county", [None, "汶川"])
def test_a_demand_without_a_county_is_an_error(county: str | None):
    row = one(county, "茶叶", "现场问题诊断", 1, "尽快")
    assert row.status is RowStatus.ERROR
    assert [problem.code for problem in row.problems] == ["UNKNOWN_COUNTY"]


@pytest.mark.parametrize(
    ("above", "month"),
    [
        ([["填报单位：示例    填报日期：2026年12月5日"]], date(2026, 12, 1)),
        ([["2027年3月服务需求汇总表"]], date(2027, 3, 1)),
        ([["2027年3月服务需求汇总表"], ["填报日期：2027-02-20"]], date(2027, 2, 1)),
        ([["2026年度需求汇总表"]], TODAY),
        ([], TODAY),
    ],
)
def test_the_sheet_says_which_month_years_count_from(above: list[list[str]], month: date):
    assert month_of(sheet([*above, HEAD]), len(above) + 1, TODAY) == month


def test_months_before_the_sheets_month_are_next_years():
    row = one("金堂", "茶叶", "讲课", 1, "1月上旬", above=[["填报日期：2026年12月5日"]])
    assert (row.values["window_start"], row.values["window_end"]) == ("2027-01-01", "2027-01-10")
