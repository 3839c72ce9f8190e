"""Tables from the clipboard of Word, Excel, WPS, browsers and chats."""

from __future__ import annotations

from datetime import datetime

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.import_choices import PastedTable
from envoy_app.domain.sheets import Area, Sheet
from envoy_app.io.reader import read_content, read_pasted

EXCEL = """Version:1.0
StartHTML:0000000105
<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>
<!--table {mso-displayed-decimal-separator:"\\.";}
.xl65 {mso-number-format:"\\@";}
.xl66 {mso-number-format:"yyyy\\0022年\\0022m\\0022月\\0022";}
--></style></head><body><table>
<!--StartFragment--><col width=72>
<tr height=19><td colspan=2 rowspan=2 class=xl65>姓名&nbsp;<br>（全称）</td><td>号码</td></tr>
<tr style='mso-height-source:userset;display:none'><td>隐藏</td></tr>
<tr><td></td><td class=xl65>510000197503120012</td><td class=xl66 x:num="27546">1975年6月</td></tr>
<!--EndFragment--></table></body></html>"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>
<p class=MsoNormal>附件：名单</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>工作
单位</p></td><td><p>研究
direction</p></td></tr>
<tr><td><p><span>蒲江县<o:p></o:p></span></p><p>农业局</p></td><td><p>&nbsp;</p></td></tr></table>
<p>又一张</p><table><tr><th>县<td>乡<tr><td>甲<td>乙</table></body></html>"""


def pasted(text: str = "", html: str = "") -> tuple[Sheet, ...]:
    return read_pasted(PastedTable("粘贴 6.1", text, html))


def test_excel_s_spans_formats_and_hidden_rows():
    (sheet,) = pasted("text is not used", EXCEL)
    assert sheet.name == "粘贴 6.1"
    assert sheet.cell(1, 1).value == "姓名\n（全称）"
    assert sheet.merged == (Area(1, 1, 2, 2),)
    assert sheet.cell(1, 3).value == "号码"
    assert sheet.cell(2, 3).value == "隐藏"
    assert sheet.hidden_rows == {2}
    assert (sheet.cell(3, 2).value, sheet.cell(3, 2).number_format) == ("510000197503120012", "@")
    assert sheet.cell(3, 3).value == datetime(1975, 6, 1)  # noqa: DTZ001  as Excel has it
    assert sheet.cell(3, 3).number_format == 'yyyy"年"m"月"'


def test_word_s_paragraphs_and_line_breaks():
    first, second = pasted(html=WORD)
    assert first.cell(1, 1).value == "工作单位"  # the source was wrapped between characters
    assert first.cell(1, 2).value == "研究 direction"
    assert first.cell(2, 1).value == "蒲江县\n农业局"
    assert 2 not in first.rows[2]
    assert [cell.text for cell in second.rows[2].values()] == ["甲", "乙"]
    assert first.name != second.name


def test_spans_run_to_the_end_of_the_table_only():
    html = (
        "<table><tr><td rowspan=0>甲<td rowspan=99999999999>乙<td>丙"
        "<tr><td>丁<tr><td colspan=3>戊</table>"
    )
    (sheet,) = pasted(html=html)
    assert sheet.merged == (Area(1, 1, 3, 1), Area(1, 2, 3, 2), Area(3, 3, 3, 5))
    assert sheet.cell(2, 3).text == "丁"


def test_tables_inside_of_cells_are_tables_of_their_own():
    html = "<table><tr><td>外<table><tr><td>内一<td>内二</table></table>"
    outer, inner = pasted(html=html)
    assert outer.cell(1, 1).text == "外"
    assert inner.cell(1, 2).text == "内二"


def test_hidden_tables_are_told():
    html = "<table><tr><td>甲<td>乙</table><table style='display: none'><tr><td>丙<td>丁</table>"
    assert [sheet.hidden for sheet in pasted(html=html)] == [False, True]


def test_numbers_of_libreoffice():
    html = (
        '<table><tr><td sdval="27546" sdnum="2052;0;YYYY-MM-DD">1975-06-01'
        '<td sdval="0" sdnum="2052;">#DIV/0!</table>'
    )
    (sheet,) = pasted(html=html)
    assert sheet.cell(1, 1).value == datetime(1975, 6, 1)  # noqa: DTZ001  as Excel has it
    assert sheet.cell(1, 2).fault == "error"


def test_text_of_a_sheet_with_lines_in_a_cell():
    (sheet,) = pasted('姓名\t单位\r\n陈梅\t"甲局\n乙科"\r\n王芳\t丙\r\n')
    assert sheet.cell(2, 2).value == "甲局\n乙科"
    assert sheet.cell(3, 1).text == "王芳"


def test_chat_without_a_table_uses_its_text():
    html = "<html><body><div>陈梅 190</div><div>王芳 191</div></body></html>"
    (sheet,) = pasted("陈梅 190\n王芳 191", html)
    assert sheet.cell(2, 2).text == "191"
    (sheet,) = pasted(html=html)
    assert sheet.cell(2, 2).text == "191"


@pytest.mark.parametrize("html", ["", "<p> </p>", "<table><tr><td>&nbsp;</table>"])
def test_nothing_pasted_is_told(html: str):
    with pytest.raises(InputError, match="是空的"):
        pasted(" \r\n", html)


def test_too_much_is_told():
    with pytest.raises(InputError, match="内容过大"):
        pasted("字" * 20_000_001)


@pytest.mark.parametrize("encoding", ["gb2312", "big5", "utf-8"])
def test_web_page_named_xls_in_its_own_encoding(encoding: str):
    html = f'<html><meta charset="{encoding}"><table><tr><td>姓名<td>中文<tr><td>王芳<td>水</table>'
    assert read_content("名册.xls", html.encode(encoding))[0].cell(2, 1).text == "王芳"


def test_web_page_without_a_table_is_told():
    with pytest.raises(InputError, match="没有表格"):
        read_content("a.html", "<html><body>无</body></html>".encode())


def test_tables_without_end_are_refused():
    with pytest.raises(InputError, match="损坏"):
        read_content("a.html", b"<html>" + b"<table><tr><td>" * 1000)
