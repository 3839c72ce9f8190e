from __future__ import annotations

from datetime import date

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.reports import coverage_matrix
from tests.plan_factory import make_plan_view
from tests.reports.conftest import as_real, source_of


def test_counts_add_up_to_the_plan():
    view = make_plan_view()
    made = coverage_matrix.build(source_of(view))

    rows = [row for city in made.cities for row in city.rows]
    assert len(rows) == 35
    assert sum(cell.count for row in rows for cell in row.cells) == len(view.held)
    assert made.held == len(view.held)
    assert made.wanted == len(view.visits)
    assert sum(made.totals) == len(view.held)
    assert len(made.unscheduled) == len(view.unscheduled)
    lines = [line for item in view.coverage for line in item.lines if line.shortfall]
    assert len(made.shortfalls) == len(lines)


def test_weeks_show_the_days_inside_the_horizon():
    view = make_plan_view(visits=35, start=date(2026, 12, 31), end=date(2027, 1, 11))
    made = coverage_matrix.build(source_of(view))

    assert [(week.name, week.dates) for week in made.weeks] == [
        ("第53周", "12-31—01-01"),
        ("第1周", "01-04—01-08"),
        ("第2周", "01-11"),
    ]


def test_all_counties_states_and_reasons_are_printed(printed):
    view = make_plan_view()
    pages = printed("coverage-matrix", view)

    for county in shipped_gazetteer().counties:
        assert county.name in pages[0]
    assert "安岳县" in pages[1]
    rest = "".join(pages[1:])
    assert "一、未达覆盖标准" in pages[1]
    assert "二、未排服务（49项）" in rest
    assert "可派的特派员到本县单程均超过180分钟。" in rest
    assert "办法（任选一项）" in rest
    cured = [visit for visit in view.unscheduled if visit.cures]
    assert cured
    assert all(visit.cures[0] in rest for visit in cured)
    assert all(f"第{number}页/共{len(pages)}页" in page for number, page in enumerate(pages, 1))


def test_the_matrix_of_a_month_fits_one_sheet(printed):
    pages = printed("coverage-matrix", as_real(make_plan_view(visits=735)))

    assert "合计" in pages[0]
    assert "未覆盖及原因" in pages[1]


def test_long_lists_repeat_their_header(printed):
    view = make_plan_view(visits=700, envoys=100)
    pages = printed("coverage-matrix", view)

    assert len(view.unscheduled) > 100
    assert all("来源可排日期时长专业领域地点内容原因" in page for page in pages[2:])


def test_three_months_leave_out_the_specialties(printed):
    view = make_plan_view(visits=300, start=date(2026, 12, 1), end=date(2027, 2, 26))
    made = coverage_matrix.build(source_of(view))
    pages = printed("coverage-matrix", view)

    assert len(made.weeks) > 10
    assert not any(cell.detail for city in made.cities for row in city.rows for cell in row.cells)
    assert "合计" in pages[0]


def test_one_county_and_full_coverage(printed):
    view = make_plan_view(visits=2, counties=["510104"])
    pages = printed("coverage-matrix", view, ("510104",))

    assert "锦江区" in pages[0]
    assert "青羊区" not in "".join(pages)


def test_an_empty_plan_has_a_matrix(printed):
    pages = printed("coverage-matrix", make_plan_view(visits=0, envoys=0))

    assert "不适用" in pages[0]
    assert "没有未排的服务。" in pages[1]
