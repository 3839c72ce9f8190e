from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_app.domain.idnumber import (
    birth_of,
    check_digit,
    gender_of,
    is_valid,
    read_id_number,
    was_rounded,
)

GOOD = "11010519491231002X"  # the example of GB 11643-1999


def test_the_standards_own_example():
    assert check_digit(GOOD[:17]) == "X"
    assert is_valid(GOOD)
    assert birth_of(GOOD) == date(1949, 12, 31)
    assert gender_of(GOOD) == "女"


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        GOOD.lower(),
        f" {GOOD}\n",
        f"'{GOOD}",
        f"\xa0{GOOD}",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_spellings_of_one_number(written: str):
    assert read_id_number(written) == (GOOD, None)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("110105194912310021", "BAD_ID"),
        ("11010519491331002X", "BAD_ID"),
        ("110105491231002", "BAD_ID"),
        ("abc", "BAD_ID"),
        (5.1000019670219e17, "ID_PRECISION_LOST"),
        (510000196702190000, "ID_PRECISION_LOST"),
        ("5.1E+17", "ID_PRECISION_LOST"),
        ("510124198501010000.0", "ID_PRECISION_LOST"),
        (12345, "BAD_ID"),
    ],
)
def test_unusable_numbers_are_flagged_never_repaired(written: str | float, code: str):
    number, finding = read_id_number(written)
    assert number == ""
    assert finding is not None
    assert finding.code == code


def test_a_rounded_number_that_passes_by_chance_is_flagged_where_numbers_are_rounded():
    number = "510124198501070000"
    assert read_id_number(number) == (number, None)
    found, finding = read_id_number(number, rounded=True)
    assert found == ""
    assert finding is not None
    assert finding.code == "ID_PRECISION_LOST"
    assert read_id_number(GOOD, rounded=True) == (GOOD, None)
    assert [was_rounded(text) for text in (number, "510124198501010000")] == [False, True]


@pytest.mark.parametrize("written", [None, "", " ", "无"])
def test_an_empty_cell_is_no_problem(written: str | None):
    assert read_id_number(written) == ("", None)


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 999), st.integers(0, 17))
def test_any_single_wrong_digit_is_found(day: date, serial: int, at: int):
    first = f"510000{day:%Y%m%d}{serial:03d}"
    number = first + check_digit(first)
    assert is_valid(number)
    wrong = "1" if number[at] != "1" else "2"
    assert not is_valid(number[:at] + wrong + number[at + 1 :])
