"""The sender's own file back: marked where it must be, untouched everywhere else."""

from __future__ import annotations

import shutil
import subprocess
import warnings
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowStatus
from envoy_app.domain.problems import Problem
from envoy_app.domain.sheets import Area, Cell, Sheet
from envoy_app.io.marking.annotated import (
    MOST_COMMENTS,
    annotated_name,
    conversion_note,
    write_annotated,
)
from envoy_app.io.marking.comment_marks import AUTHOR, SEPARATOR
from envoy_app.io.marking.style_marks import Mark
from envoy_app.io.reader import read_workbook
from envoy_app.io.understanding.importing import understand
from tests.io.support import lexicon
from tests.io.support_books import PEOPLE, formulas, parts, rich_book

SHEET = "名 册'1"
CHANGED = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
    "xl/comments/comment1.xml",
    "xl/drawings/commentsDrawing1.vml",
}


def annotate(source, target):
    sheets = read_workbook(source)
    report = understand(source.name, sheets, FileChoices(), lexicon())
    return write_annotated(source.read_bytes(), source.name, sheets, report, target), report


@pytest.fixture
def source(tmp_path):
    return rich_book(tmp_path / "名册.xlsx")


@pytest.fixture
def copy(source, tmp_path):
    return annotate(source, tmp_path / "批注.xlsx")[0]


def opened(path):
    with warnings.catch_warnings():
        # What openpyxl would drop on saving is what the copy must keep.
        warnings.filterwarnings("ignore", "Conditional Formatting extension")
        return openpyxl.load_workbook(path)


def fill(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else ""


def test_problem_cells_are_coloured_and_say_what_to_do(copy):
    sheet = opened(copy)[SHEET]

    marked = {cell.coordinate: fill(cell) for row in sheet for cell in row if fill(cell)}
    assert marked == {
        "F4": Mark.CHOICE.value,
        "G4": Mark.DOUBTFUL.value,
        "B5": Mark.REFUSED.value,
        "D6": Mark.DOUBTFUL.value,
        "F6": Mark.CHOICE.value,
        "H6": Mark.CHOICE.value,
    }
    assert sheet["B5"].comment.author == AUTHOR
    assert "没有填写姓名" in sheet["B5"].comment.text
    assert sheet["B5"].comment.height > 20
    assert all(sheet[cell].comment for cell in marked)
    assert "请改成准确的名称" in sheet["F6"].comment.text, "the sender has no program to tell it"


def test_marked_cells_keep_the_rest_of_their_look(copy):
    cell = opened(copy)[SHEET]["F4"]
    assert cell.font.italic
    assert cell.font.color.rgb == "FFFF0000"


def test_everything_else_is_the_same_byte_for_byte(source, copy):
    before, after = parts(source), parts(copy)
    assert {name for name in before if before[name] != after[name]} <= CHANGED
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}
    for name in ("xl/vbaProject.bin", "xl/media/image1.png", "xl/charts/chart1.xml"):
        assert before[name] == after[name]
    marked = after["xl/worksheets/sheet1.xml"]
    assert b"x14:conditionalFormattings" in marked
    assert b"<conditionalFormatting" in marked


def test_cells_hold_what_they_held(source, copy):
    assert read_workbook(copy)[:2] == read_workbook(source)
    assert formulas(copy) == formulas(source) == 1, "the sender's own formula and no other"


def test_comments_of_others_stay_and_ours_stands_below(copy):
    sheet = opened(copy)[SHEET]
    assert sheet["E3"].comment.text == "不动这一条"
    assert sheet["E3"].comment.author == "张三"
    text = sheet["F4"].comment.text
    assert text.startswith("张三：请核实 & 补充")
    assert SEPARATOR in text
    assert "范围太宽" in text


def test_list_of_problems_leads_to_each_cell(copy):
    book = opened(copy)
    assert book.sheetnames == [SHEET, "汇总", "问题清单"]
    listed = book["问题清单"]
    assert [listed.cell(4, column).value for column in range(1, 7)] == [
        "号",
        "位置",
        "所在列",
        "现在的写法",
        "问题和办法",
        "结果",
    ]
    rows = list(listed.iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in rows] == [
        f"{SHEET}!{cell}" for cell in ("F4", "G4", "B5", "D6", "F6", "H6")
    ]
    assert rows[1][2:4] == ("联系电话", "1390000")
    assert listed["B5"].hyperlink.location == "'名 册''1'!F4"
    assert listed.freeze_panes == "A5"
    assert listed.page_setup.paperSize == 9


def test_annotating_again_changes_nothing(copy, tmp_path):
    again, _ = annotate(copy, tmp_path / "again.xlsx")
    before, after = parts(copy), parts(again)
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_corrected_file_comes_back_clean(copy, tmp_path):
    """The sender corrected all but one cell: only that mark stays, the look is as it was."""
    book = opened(copy)
    sheet = book[SHEET]
    sheet["F4"], sheet["B5"], sheet["D6"] = "生猪", "赵敏", None
    sheet["F6"], sheet["H6"] = "农机", "蒲江县"
    book.save(tmp_path / "改.xlsx")

    again, report = annotate(tmp_path / "改.xlsx", tmp_path / "again.xlsx")

    book = opened(again)
    marked = {c.coordinate: fill(c) for row in book[SHEET] for c in row if fill(c)}
    assert marked == {"G4": Mark.DOUBTFUL.value, "F4": "FF00FF00"}
    assert book[SHEET]["F4"].comment.text == "张三：请核实 & 补充"
    assert book[SHEET]["B5"].comment is None
    assert book.sheetnames.count("问题清单") == 1
    assert report.problem_count == 1
    assert len(list(book["问题清单"].iter_rows(min_row=5))) == 1


def test_the_list_is_no_roster_when_the_file_comes_in_again(copy):
    report = understand("a.xlsx", read_workbook(copy), FileChoices(), lexicon())
    assert {row.sheet for row in report.rows} == {SHEET}
    assert len(report.rows) == len(PEOPLE)
    assert {row.reason for row in report.other_rows if row.sheet == "问题清单"} == {"instructions"}


def marked_report(*problems, rows=(), status=RowStatus.NEW, sheet="甲"):
    made = tuple(
        ImportRow(sheet, row, status, {}, (Problem("BAD_PHONE", "电话", "不对。", cell),))
        for row, cell in problems
    )
    return ImportReport("a.xlsx", ImportKind.ROSTER, (*made, *rows))


def saved(book):
    memory = BytesIO()
    book.save(memory)
    return memory.getvalue()


def test_cells_that_are_not_there_are_made_in_their_place(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active["B2"], book.active["D2"], book.active["B9"] = "二", "四", "九"
    content = saved(book)
    report = marked_report((2, "A2"), (2, "C2"), (2, "E2"), (5, "C5"), (9, "A9"), (20, "ZZ20"))
    sheets = (Sheet("甲", {2: {2: Cell("二"), 4: Cell("四")}, 9: {2: Cell("九")}}),)

    path = write_annotated(content, "a.xlsx", sheets, report, tmp_path / "b.xlsx")

    xml = parts(path)["xl/worksheets/sheet1.xml"].decode()
    order = [xml.index(f'r="{name}"') for name in ("A2", "B2", "C2", "D2", "E2", "C5", "A9", "B9")]
    assert order == sorted(order)
    sheet = opened(path)["甲"]
    for name in ("A2", "C2", "E2", "C5", "A9", "ZZ20"):
        assert fill(sheet[name]) == Mark.DOUBTFUL.value
    assert read_workbook(path)[0].rows == sheets[0].rows


def test_sheet_without_rows_can_be_marked(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    report = marked_report((3, "B3"))
    path = write_annotated(saved(book), "a.xlsx", (Sheet("甲", {}),), report, tmp_path / "b.xlsx")
    assert fill(opened(path)["甲"]["B3"]) == Mark.DOUBTFUL.value


def test_a_cell_inside_a_merge_is_marked_where_it_shows(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active["A2"] = "合"
    book.active.merge_cells("A2:A5")
    sheets = (Sheet("甲", {2: {1: Cell("合")}}, merged=(Area(2, 1, 5, 1),)),)
    report = marked_report((3, "A3"), (4, "A4"))
    path = write_annotated(saved(book), "a.xlsx", sheets, report, tmp_path / "b.xlsx")
    sheet = opened(path)["甲"]
    assert fill(sheet["A2"]) == Mark.DOUBTFUL.value
    assert sheet["A2"].comment.text == "不对。"


def test_prefixed_names_as_other_programs_write_them(tmp_path):
    """Open XML SDK writes <x:c>: what we add must carry the same prefix."""
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active["A1"] = "文"
    with zipfile.ZipFile(BytesIO(saved(book))) as source:
        inside = {item.filename: source.read(item) for item in source.infolist()}
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"):
        inside[name] = prefixed(inside[name])
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as target:
        for name, data in inside.items():
            target.writestr(name, data)
    sheets = (Sheet("甲", {1: {1: Cell("文")}}),)
    path = write_annotated(
        memory.getvalue(),
        "a.xlsx",
        sheets,
        marked_report((1, "A1"), (1, "B1")),
        tmp_path / "b.xlsx",
    )
    sheet = opened(path)["甲"]
    assert fill(sheet["A1"]) == fill(sheet["B1"]) == Mark.DOUBTFUL.value
    assert sheet["A1"].value == "文"


def prefixed(data: bytes) -> bytes:
    import re

    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = re.sub(rb"<(/?)(?![?!])(\w+)(?=[\s/>])", rb"<\1x:\2", data)
    return data.replace(b'xmlns="' + main, b'xmlns:x="' + main)


@pytest.mark.parametrize("name", ["名册.xls", "名册.ods", "名册.csv", "名册.et", "粘贴的表格"])
def test_other_formats_become_a_new_workbook_with_the_same_cells(tmp_path, name):
    sheets = (
        Sheet(
            "一/二:三",
            {
                1: {1: Cell("姓名"), 2: Cell("电话"), 3: Cell("备注")},
                2: {1: Cell("陈梅"), 2: Cell("139"), 3: Cell("=1+1")},
                3: {1: Cell("李刚"), 2: Cell(13900000000), 3: Cell(True)},
            },
            merged=(Area(1, 3, 1, 4),),
            hidden_rows=frozenset({3}),
        ),
        Sheet("一_二_三", {1: {1: Cell("重名")}}, hidden=True),
    )
    report = marked_report((2, "B2"), sheet="一/二:三")

    path = write_annotated(b"\xd0\xcf", name, sheets, report, tmp_path / "批注.xls")

    assert path.name == "批注.xlsx"
    book = opened(path)
    assert book.sheetnames == ["一_二_三", "一_二_三(2)", "问题清单"]
    sheet = book["一_二_三"]
    assert [cell.value for cell in sheet[2]][:3] == ["陈梅", "139", "=1+1"]
    assert sheet["C2"].data_type == "s"
    assert sheet["C2"].quotePrefix
    assert sheet["B3"].value == 13900000000
    assert fill(sheet["B2"]) == Mark.DOUBTFUL.value
    assert "C1:D1" in sheet.merged_cells
    assert sheet.row_dimensions[3].hidden
    assert book["一_二_三(2)"].sheet_state == "hidden"
    assert "原文件没有改动" in book["问题清单"]["A2"].value
    assert formulas(path) == 0
    assert conversion_note(name, b"\xd0\xcf")


def test_a_workbook_under_a_wrong_name_is_marked_as_it_is(source, tmp_path):
    wrong = source.rename(tmp_path / "名册.xls")
    copy, _ = annotate(wrong, tmp_path / "批注.xls")
    assert copy.name == "批注.xlsx"
    assert parts(copy)["xl/vbaProject.bin"] == parts(wrong)["xl/vbaProject.bin"]


def test_conversion_keeps_how_numbers_are_shown(tmp_path):
    row = {
        1: Cell(1975.1, "0.00"),
        2: Cell(date(1975, 1, 5), "yyyy.mm"),
        3: Cell(datetime.fromisoformat("2026-01-05T09:30")),
        4: Cell(time(9, 30)),
        5: Cell(0.5, '0.0"人"'),
        6: Cell("#N/A", fault="error"),
        7: Cell(float("inf")),
    }
    path = write_annotated(
        b"", "a.xls", (Sheet("甲", {1: row}),), marked_report(), tmp_path / "b.xlsx"
    )
    cells = opened(path)["甲"][1]
    assert [cell.number_format for cell in cells[:5]] == [
        "0.00", "yyyy.mm", "m/d/yy h:mm", "h:mm", '0.0"人"',
    ]  # fmt: skip
    shown = [str(cell.value) for cell in cells]
    assert shown[:3] == ["1975.1", "1975-01-05 00:00:00", "2026-01-05 09:30:00"]
    assert shown[3:] == ["09:30:00", "0.5", "#N/A", "inf"]


def test_names_to_offer():
    assert annotated_name("名册.xlsm", b"PK") == "名册-批注.xlsm"
    assert annotated_name("名册.xls", b"\xd0\xcf") == "名册-批注.xlsx"
    assert conversion_note("名册.xlsx", b"PK") == ""


def test_the_ending_follows_the_file(source, tmp_path):
    macro = source.rename(tmp_path / "名册.xlsm")
    assert annotate(macro, tmp_path / "批注.xlsx")[0].name == "批注.xlsm"


def test_no_problems_still_gives_a_copy_that_says_so(source, tmp_path):
    sheets = read_workbook(source)
    report = ImportReport(source.name, ImportKind.ROSTER, ())
    path = write_annotated(source.read_bytes(), source.name, sheets, report, tmp_path / "b.xlsx")
    assert "没有发现问题" in opened(path)["问题清单"]["A2"].value
    assert parts(path)["xl/worksheets/sheet1.xml"] == parts(source)["xl/worksheets/sheet1.xml"]


def test_thousands_of_marks_keep_the_comments_few(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    for _ in range(MOST_COMMENTS + 50):
        book.active.append(["文"])
    rows = {number: {1: Cell("文")} for number in range(1, MOST_COMMENTS + 51)}
    report = marked_report(*((number, f"A{number}") for number in rows))
    path = write_annotated(saved(book), "a.xlsx", (Sheet("甲", rows),), report, tmp_path / "b.xlsx")
    assert parts(path)["xl/comments1.xml"].count(b"<comment ") == MOST_COMMENTS
    listed = parts(path)["xl/worksheets/sheet2.xml"]
    assert listed.count(b"<hyperlink ") == len(rows)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>'
    b"</worksheet>"
)


def with_part(content, name, data):
    memory = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(memory, "w") as target:
        for item in source.infolist():
            target.writestr(item.filename, data if item.filename == name else source.read(item))
    return memory.getvalue()


def plain_book():
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active["A1"] = "文"
    return saved(book)


def test_entities_are_refused_with_a_sentence(tmp_path):
    content = with_part(plain_book(), "xl/worksheets/sheet1.xml", BOMB)
    sheets = (Sheet("甲", {1: {1: Cell("文")}}),)
    with pytest.raises(InputError, match="不安全"):
        write_annotated(content, "a.xlsx", sheets, marked_report((1, "A1")), tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
        ("xl/styles.xml", b"no xml"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("[Content_Types].xml", b""),
    ],
)
def test_a_file_broken_inside_becomes_a_whole_one(tmp_path, part, data):
    content = with_part(plain_book(), part, data)
    sheets = (Sheet("甲", {1: {1: Cell("文")}}),)
    path = write_annotated(content, "a.xlsm", sheets, marked_report((1, "A1")), tmp_path / "b.xlsx")
    assert path.suffix == ".xlsx", "Excel refuses a workbook without macros named .xlsm"
    book = opened(path)
    assert book["甲"]["A1"].value == "文"
    assert "内部结构不完整" in book["问题清单"]["A2"].value


def test_skipped_rows_are_not_held_against_the_sender(source, tmp_path):
    sheets = read_workbook(source)
    report = understand(source.name, sheets, FileChoices(), lexicon())
    report = replace(report, rows=tuple(replace(row, skipped=True) for row in report.rows))
    path = write_annotated(source.read_bytes(), source.name, sheets, report, tmp_path / "b.xlsx")
    assert opened(path)[SHEET]["B5"].comment is None


@pytest.mark.slow
def test_libreoffice_opens_it_with_comments_and_colours(copy, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         str(tmp_path / "out"), str(copy)],
        check=True, capture_output=True, timeout=150,
    )  # fmt: skip
    book = opened(tmp_path / "out" / copy.name)
    assert book.sheetnames == [SHEET, "汇总", "问题清单"]
    assert "没有填写姓名" in book[SHEET]["B5"].comment.text
    assert fill(book[SHEET]["B5"]) == Mark.REFUSED.value
    assert book["问题清单"]["B5"].hyperlink is not None
