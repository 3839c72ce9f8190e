from __future__ import annotations

from datetime import date, datetime

import pytest

from envoy_app.domain.dates import read_birth, read_term

TODAY = date(2026, 11, 20)
JANUARY = "510000197501031234"
OCTOBER = "510000197510031234"
DAY = datetime(1975, 6, 1)  # noqa: DTZ001  as Excel gives it


@pytest.mark.parametrize(
    ("written", "number_format", "id_number", "birth"),
    [
        ("1994.04", "", "", "1994-04"),
        ("1986.4", "", "", "1986-04"),
        ("1977年9月", "", "", "1977-09"),
        ("1988年2月17日", "", "", "1988-02-17"),
        (" 1977 . 03 ", "", "", "1977-03"),
        ("１９７９.０７", "", "", "1979-07"),
        ("1979/2/24", "", "", "1979-02-24"),
        ("197310", "", "", "1973-10"),
        (197310, "General", "", "1973-10"),
        ("19661105", "", "", "1966-11-05"),
        (DAY, "yyyy-mm-dd", "", "1975-06-01"),
        (DAY, 'yyyy"年"m"月"', "", "1975-06"),
        (DAY, 'yyyy"年"m"月"d"日"', "", "1975-06-01"),
        (1968.12, "General", "", "1968-12"),
        (1967.7, "General", "", "1967-07"),
        (1996.01, "0.00", "", "1996-01"),
        (1975.1, "0.00", "", "1975-10"),
        (1975.1, "General", JANUARY, "1975-01"),
        (1975.1, "General", OCTOBER, "1975-10"),
        ("1975.1", "", "", "1975-01"),
        (27548, "General", "510000197506031234", "1975-06-03"),
    ],
)
def test_births(written: object, number_format: str, id_number: str, birth: str):
    assert read_birth(written, number_format, id_number, TODAY) == (birth, None)


@pytest.mark.parametrize(
    "written",
    [
        "1975.13",
        "1975-02-30",
        "待核实",
        "不详",
        "19756",
        1975.1,
        1975,
        27548,
        "2027-01",
        "1890.01",
        True,
    ],
)
def test_unusable_births(written: object):
    birth, finding = read_birth(written, "General", "", TODAY)
    assert birth == ""
    assert finding is not None
    assert finding.code == "BAD_DATE"


@pytest.mark.parametrize("written", [None, " ", "—"])
def test_empty_births(written: str | None):
    assert read_birth(written, "General", "", TODAY) == ("", None)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("2024-2026年", ("2024", "2026")),
        ("2025.02-2027.01", ("2025-02", "2027-01")),
        ("2025年7月-2027年6月", ("2025-07", "2027-06")),
        ("2025.7.1—2027.6.30", ("2025-07-01", "2027-06-30")),
        ("2024年9月1日至2026年8月31日", ("2024-09-01", "2026-08-31")),
        ("两年", ("", "")),
        (None, ("", "")),
    ],
)
def test_terms(written: str | None, term: tuple[str, str]):
    assert read_term(written) == term
