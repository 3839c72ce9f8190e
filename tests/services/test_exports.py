from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zipfile import ZipFile

import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.io.workbooks.plan_workbook import write_plan_workbook
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with

SHEETS = ["按县", "按特派员", "按日", "覆盖情况", "未排服务"]
HOSTILE = (
    "=1+1",
    "+86 28",
    "-3",
    "@SUM(A1)",
    '=HYPERLINK("x","y")',
    "\x07响铃",
    "#N/A",
    "甲" * 40_000,
)


def written(path, view):
    made = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    write_plan_workbook(path, view, shipped_gazetteer(), shipped_vocabulary(), made)
    return openpyxl.load_workbook(path)


def body(sheet):
    first = int(sheet.freeze_panes[1:])
    return list(sheet.iter_rows(min_row=first, values_only=True))


@pytest.fixture(scope="module")
def view():
    return make_plan_view()


@pytest.fixture(scope="module")
def book(view, tmp_path_factory):
    return written(tmp_path_factory.mktemp("export") / "plan.xlsx", view)


def test_every_visit_and_seat_is_there(book, view):
    assert book.sheetnames == SHEETS
    seats = sum(len(visit.envoys) for visit in view.held)
    assert {name: len(body(book[name])) for name in SHEETS[:3]} == dict.fromkeys(SHEETS[:3], seats)
    assert len(body(book["覆盖情况"])) == sum(len(item.lines) for item in view.coverage)
    assert len(body(book["未排服务"])) == len(view.unscheduled)
    assert {row[1] for row in body(book["覆盖情况"])} == {
        county.name for county in shipped_gazetteer().counties
    }


def test_rows_say_who_goes_where_and_when(book, view):
    visit = next(visit for visit in view.held if visit.slots == 4)
    card = view.envoys[visit.envoys[0]]
    own = [row for row in body(book["按特派员"]) if row[2] == card.phone and "至" in row[3]]

    first, last = (item.date for item in visit.slot_times(view.days)[:: visit.slots - 1])
    assert (card.name, card.organisation) in {row[:2] for row in own}
    assert f"{first}\n至 {last}" in {row[3] for row in own}


def test_sheets_are_set_up_for_reading_and_printing(book):
    for sheet in book:
        head = 4 if sheet.title == "覆盖情况" else 3  # grouped headings take two rows
        assert sheet.freeze_panes == f"A{head + 1}"
        assert sheet.auto_filter.ref == f"A{head}:{sheet.dimensions.split(':')[1]}"
        assert sheet.print_title_rows == f"$3:${head}"
        assert sheet.print_area
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet["A3"].border.top.style == "thin"
        assert sheet["A1"].value.endswith("（示例数据）")


def test_grouped_headings_are_merged(book):
    sheet = book["覆盖情况"]
    assert {str(area) for area in sheet.merged_cells.ranges} >= {"D3:E3", "F3:I3", "A3:A4", "J3:J4"}
    assert [sheet.cell(3, column).value for column in (1, 4, 6)] == ["市", "服务次数", "覆盖标准"]
    assert [sheet.cell(4, column).value for column in (4, 5, 6)] == ["已排", "应排", "专业领域"]


def test_phones_are_text(book):
    column = [cell.value for cell in book["按特派员"][3]].index("联系电话") + 1
    cells = [book["按特派员"].cell(row, column) for row in range(4, 40)]
    assert all(isinstance(cell.value, str) and cell.number_format == "@" for cell in cells)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_never_becomes_a_formula(tmp_path, text):
    view = make_plan_view(visits=7, counties=["510104"])
    view = replace(
        view,
        visits=tuple(
            replace(visit, town=text, content=text, contact=text, reasons=(text,), mode=text)
            for visit in (*view.visits[:-1], replace(view.visits[-1], start=None))
        ),
        envoys={key: replace(card, name=text, phone=text) for key, card in view.envoys.items()},
        info=replace(view.info, name=text),
    )
    book = written(tmp_path / "a.xlsx", view)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    stripped = text.replace("\x07", "")[:32_767]
    assert stripped in {cell.value for cell in cells}
    marked = [cell for cell in cells if cell.value == stripped]
    assert all(cell.quotePrefix for cell in marked) == (stripped[0] in "=+-@")
    with ZipFile(tmp_path / "a.xlsx") as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)


def test_a_real_plan_is_not_marked(tmp_path, view):
    real = replace(view, info=replace(view.info, sample=False))
    assert written(tmp_path / "a.xlsx", real)["按县"]["A1"].value == "下乡服务安排（按县）"


def test_an_empty_plan_has_all_sheets(tmp_path):
    book = written(tmp_path / "a.xlsx", make_plan_view(visits=0, envoys=0))
    assert book.sheetnames == SHEETS
    assert len(body(book["覆盖情况"])) == 35


def test_service_writes_the_newest_plan_and_adds_the_ending(tmp_path, view):
    with workspace_with(tmp_path, view) as workspace:
        made = workspace.exports.plan_workbook(tmp_path / "方案")
    assert made == tmp_path / "方案.xlsx"
    assert openpyxl.load_workbook(made).sheetnames == SHEETS


def test_without_a_plan_it_says_what_to_do(tmp_path):
    with workspace_with(tmp_path) as workspace, pytest.raises(InputError, match="还没有排班方案"):
        workspace.exports.plan_workbook(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
