from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.demo import plan_lines, run_demo
from envoy_app.services.workspace import open_workspace
from tests.plan_factory import make_plan_view


def test_lines_say_what_is_uncovered():
    view = make_plan_view()
    held, effort, counties, short = plan_lines(view, shipped_gazetteer(), shipped_vocabulary())

    assert "应排 700 次，已排 651 次，未排 49 次" in held
    assert "平均每人" in effort
    assert counties == "35 个县（市、区）的覆盖情况：已覆盖 24、部分 10、未覆盖 1。"
    assert short.startswith("未达标：安岳县")
    assert "另有 6 个县见“覆盖总表”" in short


def test_lines_of_a_fully_covered_plan():
    view = make_plan_view(visits=7, counties=["510104"])
    assert view.covered_counties == 1

    lines = plan_lines(view, shipped_gazetteer(), shipped_vocabulary())

    assert lines[2:] == ("1 个县（市、区）的覆盖情况：已覆盖 1。", "没有未达标的县（市、区）。")


def test_a_folder_with_a_database_is_left_alone(tmp_path):
    (tmp_path / "envoy.db").write_bytes(b"mine")
    with pytest.raises(InputError, match="已有数据库"):
        run_demo(tmp_path, 1, lambda line: None)
    assert (tmp_path / "envoy.db").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(InputError, match="换一个位置"):
        run_demo(tmp_path / "x", 1, lambda line: None)


@pytest.mark.slow
def test_the_whole_demo(tmp_path):
    told = []
    outcome = run_demo(tmp_path / "out", 1, told.append, time_limit=30, today=date(2026, 11, 23))

    assert len(told) == 10
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "envoy.db",
        "特派员名册(示例).xlsx",
        "服务需求(示例).xlsx",
        "排班方案.xlsx",
        "县级服务安排表.pdf",
        "覆盖总表.pdf",
    }
    assert outcome.view.info.sample
    assert len(outcome.view.held) > 300
    assert outcome.exit_code == (0 if outcome.view.covered_counties == 35 else 1)
    assert openpyxl.load_workbook(outcome.workbooks[-1])["按县"].max_row > 300
    with_plan = open_workspace(outcome.database)
    try:
        assert with_plan.is_sample
        assert with_plan.planning.latest() is not None
    finally:
        with_plan.close()
