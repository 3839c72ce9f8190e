"""Which numbers are dates, and which day they mean."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from envoy_app.io.reader import read_workbook
from envoy_app.io.reading.numbers import BUILTIN_FORMATS, date_kind, from_serial, number_cell
from tests.io.test_reader import SHEET, body, with_part


@pytest.mark.parametrize(
    ("number_format", "kind"),
    [
        ("General", ""),
        ("GENERAL", ""),
        ("0.00", ""),
        ("@", ""),
        ('0"days"', ""),
        ("[Red]0.00", ""),
        ("0_m", ""),
        (r"0\d", ""),
        ("#,##0;[Red]-#,##0;yyyy", ""),
        ("yyyy/m/d", "date"),
        ('[$-804]yyyy"年"m"月";@', "date"),
        ("上午/下午h:mm", "date"),
        ("[h]:mm:ss", "duration"),
        ("[MM]:ss", "duration"),
        (BUILTIN_FORMATS[57], "date"),
    ],
)
def test_formats_that_show_dates(number_format: str, kind: str):
    assert date_kind(number_format) == kind


@pytest.mark.parametrize(
    ("number", "number_format", "shown"),
    [
        (27546, "yyyy-mm-dd", datetime(1975, 6, 1)),  # noqa: DTZ001  Excel's dates have no zone
        (27546.5, "yyyy-mm-dd", datetime(1975, 6, 1, 12)),  # noqa: DTZ001
        (59, "yyyy-mm-dd", datetime(1900, 2, 28)),  # noqa: DTZ001  before Excel's 29 February
        (61, "yyyy-mm-dd", datetime(1900, 3, 1)),  # noqa: DTZ001
        (0.25, "h:mm", time(6)),
        (1.25, "[h]:mm", timedelta(hours=30)),
        (45291.9999999999, "yyyy-mm-dd", datetime(2024, 1, 1)),  # noqa: DTZ001  rounded
        (-1, "yyyy-mm-dd", -1),
        (1e300, "yyyy-mm-dd", 1e300),
        (float("inf"), "yyyy-mm-dd", float("inf")),
        (27546, "0", 27546),
    ],
)
def test_numbers_as_dates(number: float, number_format: str, shown: object):
    assert from_serial(number, number_format) == shown


def test_days_of_1904():
    day = from_serial(26084, "yyyy-mm-dd", date1904=True)
    assert day == datetime(1975, 6, 1)  # noqa: DTZ001  Excel's dates have no zone


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("510000197503120012", 510000197503120012),
        ("5.1000019750312E+17", 5.1000019750312e17),
        ("1e999", "inf"),
        ("nan", "nan"),
        ("9" * 5000, "inf"),
        ("abc", {"fault": "error", "value": "abc"}),
    ],
)
def test_numbers_as_xml_writes_them(text: str, value: object):
    assert number_cell(text, "General") == value


def test_built_in_date_formats_of_chinese_excel(tmp_path: Path):
    styles = b'<styleSheet><cellXfs><xf/><xf numFmtId="57"/></cellXfs></styleSheet>'
    path = with_part(tmp_path / "b.xlsx", "xl/styles.xml", lambda old: styles)
    plain = body('<row r="1"><c r="A1" s="1"><v>27546</v></c><c r="B1" s="9"><v>1</v></c></row>')
    path = with_part(tmp_path / "a.xlsx", SHEET, plain, of=path)
    cell = read_workbook(path)[0].cell(1, 1)
    assert cell.value == datetime(1975, 6, 1)  # noqa: DTZ001  Excel's dates have no zone
    assert cell.number_format == 'yyyy"年"m"月"'
    assert read_workbook(path)[0].cell(1, 2).number_format == "General"
