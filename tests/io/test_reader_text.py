"""Text from anywhere: the encoding and the separator are found, and no quote swallows rows."""

from __future__ import annotations

from typing import Any

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.sheets import Sheet
from envoy_app.io.reader import read_content
from envoy_app.io.reader_child import FILE, answer
from envoy_app.io.reading import output

ROSTER = (
    "姓名,联系电话,工作单位\n陈梅,19000000001,蒲江县农业农村局\n王芳,19000000002,四川农业大学\n"
)
TAIWAN = "姓名,聯絡電話,服務單位\n陳梅,19000000001,農業改良場\n王芳,19000000002,臺灣大學\n"


def grid(sheet: Sheet) -> list[list[str]]:
    return [[cell.text for cell in row.values()] for row in sheet.rows.values()]


def read(text: str | bytes) -> Sheet:
    return read_content("名册.csv", text if isinstance(text, bytes) else text.encode())[0]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030"],
)
def test_mainland_encodings(encoding: str):
    sheet = read(ROSTER.encode(encoding))
    assert grid(sheet)[1] == ["陈梅", "19000000001", "蒲江县农业农村局"]
    assert sheet.name == "名册"


@pytest.mark.parametrize("text", [TAIWAN, "姓名,電話\n"])
@pytest.mark.parametrize("encoding", ["big5", "cp950", "utf-8"])
def test_traditional_text_in_big5_is_told_from_gb18030(text: str, encoding: str):
    assert grid(read(text.encode(encoding)))[0][0] == "姓名"


def test_rare_characters_in_gb18030():
    assert grid(read("姓名,县\n𠮷䶮,蒲江县\n".encode("gb18030")))[1] == ["𠮷䶮", "蒲江县"]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (ROSTER.encode("gbk") + b"\xff\xff\xff", "编码无法识别"),
        (ROSTER.encode()[:-2], "编码无法识别"),  # cut within a character
        ("Çà et là, où l'été\n".encode("latin-1") * 9, "编码无法识别"),
        ("氏名,電話番号\nさくら,ひらがな\n".encode("shift-jis") * 9, "编码无法识别"),
        (b"a\0b\0\0c", "不是表格"),
        (bytes(range(1, 32)) * 20, "不是表格"),
    ],
)
def test_other_bytes_are_refused(content: bytes, part: str):
    with pytest.raises(InputError, match=part):
        read(content)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str):
    lines = ["姓名|专业|县", "陈梅|水稻、小麦|蒲江县", "王芳|果树|金堂县", "李强||简阳市"]
    text = "".join(line.replace("|", separator) + end for line in lines)
    sheet = read(text)
    assert grid(sheet)[1] == ["陈梅", "水稻、小麦", "蒲江县"]
    assert sheet.cell(4, 3).text == "简阳市"
    assert sorted(sheet.rows[4]) == [1, 3]


def test_separator_inside_of_cells_does_not_win():
    sheet = read("姓名;专业;县\n陈梅;水稻,小麦;蒲江县\n王芳;果树,蔬菜;金堂县\n")
    assert grid(sheet)[2] == ["王芳", "果树,蔬菜", "金堂县"]


def test_separator_that_the_file_names():
    assert grid(read("sep=#\n姓名#县\n陈,梅#蒲江县\n")) == [["姓名", "县"], ["陈,梅", "蒲江县"]]


def test_quoted_cells_hold_separators_lines_and_quotes():
    sheet = read('姓名,地址,备注\n陈梅,"一组,\n二组","说""好"""\n\n王芳,三组,\n')
    assert sheet.cell(2, 2).value == "一组,\n二组"
    assert sheet.cell(2, 3).value == '说"好"'
    assert sheet.cell(4, 1).text == "王芳"  # an empty line is a row, as in Excel


def test_numbers_stay_text_and_excel_s_wrapping_goes():
    sheet = read('号码,电话,编号\n510000197503120012,19000000001,="007"\n')
    assert grid(sheet)[1] == ["510000197503120012", "19000000001", "007"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('姓名,县\n陈梅,蒲江县\n"王芳,金堂县\n李强,简阳市\n', 3),
        ('姓名,单位,县\n陈梅,"甲,蒲江县\n王芳,乙,金堂县\n李强,丙",简阳市\n', 2),
        ('姓名,县\n陈梅,"甲"乙\n', 2),
    ],
)
def test_quote_that_would_swallow_rows_is_told_with_its_line(text: str, line: int):
    with pytest.raises(InputError, match=f"第 {line} 行的引号"):
        read(text)


def test_quote_inside_of_a_cell_is_a_sign_like_others():
    assert grid(read('品名,县\n6"水管,蒲江县\n'))[1] == ['6"水管', "蒲江县"]


def test_line_of_a_million_characters_is_refused():
    with pytest.raises(InputError, match="32767"):
        read("字" * 1_000_000)
    with pytest.raises(InputError, match="32767"):
        read("姓名,县\n" + "字" * 100_000 + ",蒲江县\n")


@pytest.mark.parametrize(
    ("cap", "most"), [("MAX_CELLS", 30), ("MAX_TEXT", 30), ("MAX_FILLED_ROWS", 3)]
)
def test_too_much_is_refused(cap: str, most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(output, cap, most)
    records: list[Any] = []
    answer(FILE, b"1,2,3,4,5,6,7,8\n" * 4, records.append)
    assert records[-1]["refused"] == "too-large"
    assert len(records) <= 5  # what came before the cap was already on its way


def test_lines_with_as_many_words_are_columns():
    assert grid(read("陈梅 19000000001 水稻\n王芳\u3000190 果树\n"))[1] == ["王芳", "190", "果树"]
    assert grid(read("1、陈梅、水稻\n2、王芳、果树\n"))[0] == ["1", "陈梅", "水稻"]


def test_lines_with_unlike_words_are_not_guessed():
    assert grid(read("请各县 上报名单\n谢谢\n")) == [["请各县 上报名单"], ["谢谢"]]


def test_drawn_table_loses_its_rule():
    sheet = read("| 姓名 | 县 |\n|---|:--:|\n| 陈梅 | 蒲江县 |\n")
    assert grid(sheet) == [["姓名", "县"], ["陈梅", "蒲江县"]]
