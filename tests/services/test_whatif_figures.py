"""Figures of variants side by side, and the workbook of them."""

from dataclasses import replace

import openpyxl
import pytest

from envoy_app.domain.side_by_side import ComparedFigure
from envoy_app.domain.whatif import LoadsView, WhatIfResult, WhatIfView
from envoy_app.services.whatif_figures import side_by_side
from tests.plan_factory import make_plan_view
from tests.services.test_exports import HOSTILE, body
from tests.services.test_plan_comparing import version
from tests.services.test_plan_matching import visit
from tests.ui.whatif_fakes import draft_of, figures, solved

PLAN = make_plan_view(visits=60, envoys=40)


@pytest.mark.parametrize(
    ("values", "good", "changes", "better", "best"),
    [
        ((34, 35, 33), 1, ["", "+1", "−1"], [None, True, False], {1}),
        ((4, 2, 2), -1, ["", "−2", "−2"], [None, True, True], {1, 2}),
        ((4, 2, None), 0, ["", "−2", ""], [None, None, None], set()),
        ((4, 4, 4), 1, ["", "", ""], [None, None, None], set()),
        ((None, 4, 5), 1, ["", "", ""], [None, None, None], {2}),
    ],
)
def test_changes_and_the_best(values, good, changes, better, best):
    figure = ComparedFigure("x", values, good=good)
    assert [figure.change_text(place) for place in range(3)] == changes
    assert [figure.better(place) for place in range(3)] == better
    assert figure.best == best


def test_what_is_not_seen_is_no_change():
    figure = ComparedFigure("x", (2.501, 2.504, 2.49), digits=2, good=-1)
    assert [figure.text(place) for place in range(3)] == ["2.50", "2.50", "2.49"]
    assert figure.change_text(1) == ""
    assert figure.change_text(2) == "−0.01"
    assert figure.best == {2}


def test_figures_are_those_of_the_plans():
    loads = LoadsView(0, 2.5, 9, 1.25, 0.3, 0, 7)
    base = solved(PLAN, PLAN, "")
    even = solved(
        PLAN,
        draft_of(PLAN, coverage=0),
        "甲",
        same_weights=False,
        cost_as_base=7,
        figures=figures(PLAN, loads=loads, covered=35, travel_hours=1.6),
    )
    late = WhatIfView("乙", (), "没有轮到。")
    table = side_by_side(WhatIfResult(base, (even, late)), (3, 0))
    assert [plan.name for plan in table.plans] == ["现状", "甲", "乙"]
    assert table.plans[2].error == "没有轮到。"
    assert table.title == PLAN.info.title
    texts = {figure.name: [figure.text(n) for n in range(3)] for figure in table.figures}
    left = str(len(PLAN.unscheduled))
    assert texts["已覆盖县（个）"] == [str(PLAN.covered_counties), "35", "—"]
    assert texts["覆盖还差（次）"][1:] == ["0", "—"]
    assert texts["未排服务（项）"] == [left, left, "—"]
    assert texts["安排不同（项）"] == ["—", "3", "—"]
    assert texts["最忙的人（半天）"] == ["8", "9", "—"]
    assert texts["忙闲差距（半天）"] == ["2.00", "1.25", "—"]
    assert texts["行车（小时）"] == ["1,950", "2", "—"]
    assert texts["综合代价"] == [f"{PLAN.info.score.cost:,}", "7", "—"]
    # At other weights the parts are other numbers for the same plan.
    assert texts["其中行车代价"] == [f"{PLAN.info.cost.travel:,}", "—", "—"]


def test_the_workbook_has_numbers_and_every_change(workspace, tmp_path):
    before, after = version(visit("s-1", 17, "a")), version(visit("s-1", 18, "a"))
    base = solved(before, before, "")
    moved = solved(before, draft_of(after), "甲", figures=figures(after, travel_hours=1800.0))
    late = WhatIfView("乙", (), "没有轮到。")
    result = WhatIfResult(base, (moved, late))
    path = workspace.exports.variants_workbook(tmp_path / "对比", result)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["指标对比", "改法", "变化"]
    rows = {row[0]: row[1:6] for row in body(book["指标对比"])}
    assert rows["行车（小时）"] == (1950, 1800, "−150 变好", "—", None)
    assert rows["人均（半天）"][:2] == (2.5, 2.5)
    assert "没有方案的改法：乙" in body(book["指标对比"])[-1][0]
    assert [row[0] for row in body(book["改法"])] == ["现状", "甲", "乙"]
    assert [row[:2] for row in body(book["变化"])] == [("甲", "改期")]


def test_names_of_variants_stay_text(workspace, tmp_path):
    before = version(visit("s-1", 17, "a"))
    base = solved(before, before, "")
    views = tuple(
        replace(solved(before, draft_of(before), name), changes=(name,)) for name in HOSTILE
    )
    path = workspace.exports.variants_workbook(tmp_path / "x.xlsx", WhatIfResult(base, views))
    cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
