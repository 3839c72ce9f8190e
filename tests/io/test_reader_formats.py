"""Every format tells the same of a sheet: values, formats, faults, merges, what is hidden."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.sheets import Area, Sheet
from envoy_app.io.reader import read_content, read_workbook
from tests.io import binary_workbook as xlsb
from tests.io.support import DATA
from tests.io.test_reader import NS, SHEET, body, with_part

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="甲">{}</table:table>
</office:spreadsheet></office:body></office:document>"""

OLD_XML = """<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/></Style>
<Style ss:ID="s2"><NumberFormat ss:Format="Short Date"/></Style></Styles>
<Worksheet ss:Name="名册"><Table>
<Row ss:Index="2"><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">姓名</Data>
</Cell>
<Cell ss:StyleID="s1"><Data ss:Type="DateTime">1975-06-01T00:00:00.000</Data></Cell></Row>
<Row ss:Hidden="1"><Cell ss:Index="4"><Data ss:Type="Number">19000000001</Data></Cell></Row>
<Row ss:Span="2"/>
<Row><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=1+1"/>
<Cell ss:StyleID="s2"><Data ss:Type="Number">27546</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">甲</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


def plain_format(text: str) -> str:
    return text.replace("\\", "").replace('"', "")


@pytest.mark.parametrize("name", ["rich.xls", "rich.ods"])
def test_old_and_open_formats_tell_all(name: str):
    roster, old, filtered = read_workbook(DATA / name)
    assert [sheet.name for sheet in (roster, old, filtered)] == ["名册", "旧名单", "筛选"]
    assert [sheet.hidden for sheet in (roster, old, filtered)] == [False, True, False]
    assert roster.hidden_rows == {5, 21}
    assert filtered.hidden_rows == {4, 5}
    assert set(roster.merged) == {Area(1, 1, 1, 6), Area(6, 1, 8, 1)}
    birth = roster.cell(3, 2)
    assert isinstance(birth.value, date)
    assert f"{birth.value:%Y-%m-%d}" == "1975-06-01"
    assert plain_format(birth.number_format) == "yyyy年m月"
    assert roster.cell(3, 3).value == "510000197503120012"
    assert roster.cell(3, 3).number_format == "@"
    assert isinstance(roster.cell(4, 3).value, float)  # a damaged number stays as it is
    assert roster.cell(3, 4).number_format == "0.00"
    assert (roster.cell(3, 5).value, roster.cell(3, 5).fault) == ("#DIV/0!", "error")
    assert (roster.cell(4, 5).value, roster.cell(4, 5).fault) == ("#N/A", "error")
    assert roster.cell(6, 2).value == time(8, 30)
    assert roster.cell(6, 4).value == "多\n行"
    assert roster.filled_down(7, 1).value == "合并"
    assert roster.cell(8, 3).value == "𠮷"
    assert sorted(roster.rows) == [1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 22]


def test_wps_workbook_is_known_by_its_content():
    content = (DATA / "rich.xls").read_bytes()
    assert read_content("名册.et", content)[0].cell(2, 1).text == "姓名"


def binary_roster() -> bytes:
    rows = [
        xlsb.row(0, xlsb.text_cell(0, "姓名"), xlsb.text_cell(1, "出生年月")),
        xlsb.row(1, xlsb.text_cell(0, "陈梅"), xlsb.number_cell(1, 27546, 1)),
        xlsb.row(2, xlsb.text_cell(0, "王芳"), xlsb.error_cell(1, 0x2A), hidden=True),
    ]
    hidden = xlsb.sheet([xlsb.row(0, xlsb.text_cell(0, "旧"))])
    visible = xlsb.sheet(rows, [(1, 2, 0, 0)])
    return xlsb.workbook([("名册", 0, visible), ("旧", 1, hidden)], [0, 57])


def test_binary_workbook_tells_what_is_hidden():
    roster, old = read_content("名册.xlsb", binary_roster())
    assert (roster.hidden, old.hidden) == (False, True)
    assert roster.hidden_rows == {3}
    assert roster.merged == (Area(2, 1, 3, 1),)
    birth = roster.cell(2, 2)
    assert birth.value == datetime(1975, 6, 1)  # noqa: DTZ001  as Excel has it
    assert birth.number_format == 'yyyy"年"m"月"'  # built in, Chinese Excel only
    assert (roster.cell(3, 2).value, roster.cell(3, 2).fault) == ("#N/A", "error")


def test_binary_workbook_whose_rows_cannot_be_judged_is_refused():
    content = xlsb.workbook([("名册", 0, xlsb.sheet([xlsb.record(0, b"\1")]))], [0])
    with pytest.raises(InputError, match="无法判断哪些行被隐藏"):
        read_content("a.xlsb", content)


def flat(rows: str) -> Sheet:
    return read_content("a.fods", FLAT.format(rows).encode())[0]


def test_open_document_repeats_groups_and_blanks():
    sheet = flat(
        '<table:table-row table:number-rows-repeated="2"><table:table-cell'
        ' table:number-columns-repeated="2"><text:p>a<text:s text:c="2"/>b</text:p>'
        "<text:p>c</text:p></table:table-cell></table:table-row>"
        '<table:table-row-group table:display="false"><table:table-row><table:table-cell'
        ' office:value-type="float" office:value="3"/></table:table-row></table:table-row-group>'
        '<table:table-row table:number-rows-repeated="1048573" table:visibility="collapse">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert {number: sorted(row) for number, row in sheet.rows.items()} == {
        1: [1, 2],
        2: [1, 2],
        3: [1],
    }
    assert sheet.cell(2, 2).value == "a  b\nc"
    assert sheet.cell(3, 1).value == 3
    assert sheet.hidden_rows == {3}


def test_open_document_leaves_comments_out_and_tells_empty_formulas():
    sheet = flat(
        "<table:table-row><table:table-cell><office:annotation><text:p>批注</text:p>"
        "</office:annotation><text:p>陈<text:span>梅</text:span></text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=1+1"/></table:table-row>'
    )
    assert sheet.cell(1, 1).value == "陈梅"
    assert sheet.cell(1, 2).fault == "formula"


def test_open_document_of_a_billion_cells_is_refused():
    row = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="16000"><text:p>a</text:p></table:table-cell>'
        "</table:table-row>"
    )
    with pytest.raises(InputError, match="内容过大"):
        flat(row)


def test_protected_open_document_is_refused(tmp_path: Path):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b"\x8f\x03")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(InputError, match="密码"):
        read_workbook(path)


@pytest.mark.parametrize(
    ("declared", "encoding"), [("UTF-8", "utf-8"), ("gb2312", "gb18030"), ("UTF-16", "utf-16")]
)
def test_xml_of_excel_2003(declared: str, encoding: str):
    content = OLD_XML.format(encoding=declared).encode(encoding)
    roster, old = read_content("名册.xls", content)
    assert (roster.name, roster.hidden, old.hidden) == ("名册", False, True)
    assert roster.merged == (Area(2, 1, 3, 2),)
    assert roster.hidden_rows == {3}
    assert roster.cell(2, 3).value == datetime(1975, 6, 1)  # noqa: DTZ001  as Excel has it
    assert roster.cell(2, 3).number_format == 'yyyy"年"m"月"'
    assert roster.cell(3, 4).value == 19000000001
    assert [roster.cell(7, column).fault for column in (1, 2, 3)] == ["error", "formula", ""]
    assert roster.cell(7, 3).value == datetime(1975, 6, 1)  # noqa: DTZ001
    assert roster.cell(7, 4).value is True


def test_strict_form_odd_prefixes_and_cells_without_references(tmp_path: Path):
    strict = NS.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "urn:x")
    rows = (
        f'<x:worksheet xmlns:x="{strict}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>陈'
        "</x:t></x:r><x:r><x:t>梅_x000D_</x:t></x:r><x:rPh><x:t>chen</x:t></x:rPh></x:is></x:c>"
        '<x:c t="d"><x:v>1975-06-01</x:v></x:c><x:c><x:v>abc</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    sheet = read_workbook(with_part(tmp_path / "a.xlsx", SHEET, lambda old: rows.encode()))[0]
    assert sheet.cell(1, 1).value == "陈梅\r"
    assert sheet.cell(1, 2).value == datetime(1975, 6, 1)  # noqa: DTZ001  as Excel has it
    assert (sheet.cell(1, 3).value, sheet.cell(1, 3).fault) == ("abc", "error")


def test_cell_in_another_row_than_its_own_is_refused(tmp_path: Path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B2"><v>2</v></c></row>'
    with pytest.raises(InputError, match="损坏"):
        read_workbook(with_part(tmp_path / "a.xlsx", SHEET, body(rows)))


def test_dates_of_1904_and_of_chinese_excel(tmp_path: Path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = datetime(2024, 6, 19)  # noqa: DTZ001  as Excel has it
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx")[0].cell(1, 1).value == datetime(2024, 6, 19)  # noqa: DTZ001


def test_many_styled_empty_rows_cost_nothing(tmp_path: Path):
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(2, 60_000))
    first = '<row r="1"><c r="A1" t="str"><v>姓名</v></c></row>'
    sheet = read_workbook(with_part(tmp_path / "a.xlsx", SHEET, body(first + empty)))[0]
    assert list(sheet.rows) == [1]


def test_sheets_of_one_name_are_told_apart():
    table = "<table><tr><td>甲<td>乙</table>"
    names = [sheet.name for sheet in read_content("名册.html", (table * 3).encode())]
    assert names == ["名册", "表2", "表3"]


def test_equal_cells_are_one_object():
    sheet = read_content("a.csv", "县,县\n蒲江县,蒲江县\n".encode())[0]
    assert sheet.cell(2, 1) is sheet.cell(2, 2)


def test_merge_over_whole_columns_finds_its_corner():
    sheet = Sheet("a", {1: {1: sheet_cell()}, 900_000: {}}, merged=(Area(1, 1, 1_048_576, 16_384),))
    assert sheet.merged_cell(800_000, 9_000).text == "题"
    assert sheet.filled_down(800_000, 1).text == "题"
    assert sheet.filled_down(800_000, 2).text == ""


def sheet_cell():
    from envoy_app.domain.sheets import Cell

    return Cell("题")
