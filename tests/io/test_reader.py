"""Files from anywhere: a workbook, or one sentence; never a traceback, a hang or much memory."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from envoy_app.domain.errors import Cancelled, EnvironmentProblem, InputError
from envoy_app.io import reader, reader_child
from envoy_app.io.reader import read_workbook
from envoy_app.io.reader_child import FLAG

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def good(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.active.append(["陈梅", "19000000001"])
    book.save(path)
    return path


def with_part(
    path: Path, name: str, change: Callable[[bytes], bytes], of: Path | None = None
) -> Path:
    """Rewrite one part of a good workbook."""
    source = of or good(path.with_name("source.xlsx"))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def body(rows: str, before: str = "") -> Callable[[bytes], bytes]:
    text = f'{before}<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'
    return lambda old: text.encode()


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    sentence = str(caught.value)
    assert sentence.endswith("。")
    assert "\n" not in sentence
    return sentence


def test_values_formats_merges_and_hidden_rows_come_through(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "出生年月", "号码"])
    sheet.append(["陈\u3000梅", datetime(1975, 6, 1), 510000197503120012])  # noqa: DTZ001  Excel's
    sheet["B2"].number_format = 'yyyy"年"m"月"'
    sheet.merge_cells("A3:A4")
    sheet["A3"] = "王芳"
    sheet.row_dimensions[4].hidden = True
    sheet["B4"] = "1980.5"
    book.create_sheet("旧").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    first, second = read_workbook(tmp_path / "a.xlsx")
    assert first.cell(2, 1).value == "陈\u3000梅"
    assert first.cell(2, 2).value == datetime(1975, 6, 1)  # noqa: DTZ001
    assert first.cell(2, 2).number_format == 'yyyy"年"m"月"'
    assert first.cell(2, 3).value == pytest.approx(510000197503120012)
    assert first.filled_down(4, 1).value == "王芳"
    assert first.hidden_rows == {4}
    assert (first.hidden, second.hidden) == (False, True)


def test_content_decides_not_the_suffix(tmp_path: Path):
    path = good(tmp_path / "a.xlsx").rename(tmp_path / "名册.xls")
    assert read_workbook(path)[0].cell(2, 1).text == "陈梅"


def test_lying_dimension_drops_nothing(tmp_path: Path):
    path = with_part(
        tmp_path / "a.xlsx",
        SHEET,
        lambda old: old.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"'),
    )
    assert read_workbook(path)[0].cell(2, 2).text == "19000000001"


def test_formula_without_a_result_is_told_from_an_empty_cell(tmp_path: Path):
    path = with_part(
        tmp_path / "a.xlsx",
        SHEET,
        body('<row r="1"><c r="A1"><f>1+1</f></c><c r="B1" t="e"><v>#REF!</v></c></row>'),
    )
    sheet = read_workbook(path)[0]
    assert (sheet.cell(1, 1).fault, sheet.cell(1, 2).fault) == ("formula", "error")


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "是空的"),
        (b"\r\n \0", "是空的"),
        ("姓名,电话\n陈梅,1\n".encode(), "改为 .csv"),
        (b"%PDF-1.7\n", "PDF"),
        (b"%TSD-Header-###%", "加密软件"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"{\\rtf1", "Word"),
        (b"\x09\x04\x06\x00\x00\x04\x10\x00", "很早的 Excel"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "网页存档"),
        (b"<?xml version='1.0'?><feed/>", "不是表格"),
        (b"\x7fELF\x02\x01\x01" + bytes(99), "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        (b"PK\x03\x04 broken", "损坏"),
    ],
)
def test_other_content_is_refused(tmp_path: Path, data: bytes, part: str):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert part in refused(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path):
    assert "找不到文件" in refused(tmp_path / "没有.xlsx")
    assert "是文件夹" in refused(tmp_path)


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["word/document.xml"], "Word"),
        (["ppt/presentation.xml"], "演示文稿"),
        (["[Content_Types].xml"], "不是表格"),
        (["content.xml", "mimetype"], "损坏"),
        (["xl/workbook.bin"], "无法判断哪些行被隐藏"),
        (["a.txt"], "压缩包"),
    ],
)
def test_other_packages_are_refused_by_name(tmp_path: Path, names: list[str], part: str):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    assert part in refused(path)


def test_entity_bomb_is_refused(tmp_path: Path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    assert "不安全" in refused(with_part(tmp_path / "a.xlsx", SHEET, body(rows, bomb)))


def test_zip_bomb_is_refused(tmp_path: Path):
    path = with_part(tmp_path / "a.xlsx", SHEET, lambda old: b" " * (310 * 1024 * 1024))
    assert "内容过大" in refused(path)


@pytest.mark.parametrize("cell", ['<row r="0"><c r="A0"', '<row r="1048577"><c r="A1048577"'])
def test_rows_beyond_the_sheet_are_refused(tmp_path: Path, cell: str):
    rows = f'{cell} t="str"><v>x</v></c></row>'
    assert "超出" in refused(with_part(tmp_path / "a.xlsx", SHEET, body(rows)))


def test_overlong_cell_is_refused(tmp_path: Path):
    rows = f'<row r="1"><c r="A1" t="str"><v>{"长" * 32_768}</v></c></row>'
    assert "32767" in refused(with_part(tmp_path / "a.xlsx", SHEET, body(rows)))


def test_damaged_sheet_is_refused(tmp_path: Path):
    assert "损坏" in refused(with_part(tmp_path / "a.xlsx", SHEET, lambda old: old[:-20]))


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_truncated_file_is_refused(tmp_path: Path, cut: float):
    path = good(tmp_path / "a.xlsx")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    assert "损坏" in refused(path)


def test_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "TIME_LIMIT", 0.0)
    monkeypatch.setattr(reader, "_POLL", 0.001)
    assert "20 秒" in refused(good(tmp_path / "a.xlsx"))


def test_child_that_takes_too_much_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MEMORY_LIMIT", 1)
    monkeypatch.setattr(reader, "_POLL", 0.001)
    assert "内容过大" in refused(good(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("script", "part"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "20 秒"),
        ("import os; os.abort()", "内容过大"),
        ('print(\'{"sheet": "a", "hidden": false}\')', "内容过大"),
        ("print('[1, 2')", "内容过大"),
        ("print('{}\\n[1,[1],[{\"kind\": 7}],0]')", "内容过大"),
        ('print(\'{"refused": "nobody knows"}\')', "损坏"),
    ],
)
def test_child_that_ends_oddly_costs_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, part: str
):
    monkeypatch.setattr(reader, "child_command", lambda what: [sys.executable, "-c", script])
    assert part in refused(good(tmp_path / "a.xlsx"))


def test_reading_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    script = "import signal; signal.pause()"
    monkeypatch.setattr(reader, "child_command", lambda what: [sys.executable, "-c", script])
    with pytest.raises(Cancelled):
        reader.read_content("a.xlsx", b"x", should_cancel=lambda: True)


def test_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "child_command", lambda what: [str(tmp_path / "nothing")])
    with pytest.raises(EnvironmentProblem, match="无法启动"):
        read_workbook(good(tmp_path / "a.xlsx"))


def test_answer_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    script = 'while True: print(\'{"format": "0"}\')'
    monkeypatch.setattr(reader, "child_command", lambda what: [sys.executable, "-c", script])
    monkeypatch.setattr(reader, "MAX_ANSWER", 100_000)
    assert "内容过大" in refused(good(tmp_path / "a.xlsx"))


def test_frozen_program_reads_by_its_flag(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert reader.child_command("file") == [sys.executable, FLAG, "file"]


def test_too_large_a_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_FILE", 10)
    assert "内容过大" in refused(good(tmp_path / "a.xlsx"))


def test_files_beside_the_user_do_not_shadow_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "zipfile.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert read_workbook(good(tmp_path / "a.xlsx"))[0].cell(1, 1).text == "姓名"


@pytest.mark.parametrize(
    ("script", "part"),
    [
        ("raise RuntimeError('deep inside')", "deep inside"),
        ("import faulthandler; faulthandler.enable(); faulthandler._sigsegv()", "Segmentation"),
    ],
)
def test_how_a_child_failed_is_in_the_log(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    script: str,
    part: str,
):
    monkeypatch.setattr(reader, "child_command", lambda what: [sys.executable, "-c", script])
    caplog.set_level("INFO", "envoy_app")
    with pytest.raises(InputError):
        reader.read_content("名册.xlsx", b"PK")
    assert part in caplog.text
    assert "名册.xlsx" in caplog.text


def test_what_broke_the_child_goes_to_the_parent():
    answered: list[dict[str, object]] = []
    reader_child.answer(reader_child.PASTED, b"no JSON", answered.append)
    assert answered[-1]["refused"] == "damaged"
    assert "JSONDecodeError" in str(answered[-1]["trace"])
