from __future__ import annotations

from datetime import date, datetime

import pytest

from envoy_app.domain.demand_terms import Window, read_headcount, read_slots, read_window
from envoy_app.domain.time import HalfDay

NOVEMBER = date(2026, 11, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026.12.09-12.16", "2026-12-09", "2026-12-16"),
        ("12月8日-13日", "2026-12-08", "2026-12-13"),
        ("11月10日—11月15日", "2026-11-10", "2026-11-15"),
        ("2026-12-08至2026-12-11", "2026-12-08", "2026-12-11"),
        ("1月9日-11日", "2027-01-09", "2027-01-11"),
        ("12月28日-1月3日", "2026-12-28", "2027-01-03"),
        ("12月2日", "2026-12-02", "2026-12-02"),
        ("12月2日（周三）", "2026-12-02", "2026-12-02"),
        ("12.5", "2026-12-05", "2026-12-05"),
        ("11月", "2026-11-01", "2026-11-30"),
        ("10月", "2027-10-01", "2027-10-31"),
        ("2027年2月下旬", "2027-02-21", "2027-02-28"),
        ("1月上旬", "2027-01-01", "2027-01-10"),
        ("12月中下旬", "2026-12-11", "2026-12-31"),
        ("12月-1月", "2026-12-01", "2027-01-31"),
        (datetime(2026, 12, 7), "2026-12-07", "2026-12-07"),  # noqa: DTZ001  as Excel gives it
    ],
)
def test_windows(written: object, start: str, end: str):
    assert read_window(written, NOVEMBER) == (Window(day(start), day(end)), None)


def test_half_days_asap_and_deadlines():
    afternoon = Window(day("2026-11-16"), day("2026-11-16"), half=HalfDay.PM)
    assert read_window("11月16日下午", NOVEMBER) == (afternoon, None)
    assert read_window("尽快", NOVEMBER) == (Window(asap=True), None)
    assert read_window("12月10日前", NOVEMBER) == (Window(None, day("2026-12-10")), None)
    assert read_window(None, NOVEMBER) == (Window(), None)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026-12-05起", "2026-12-05", None),
        ("12月5日（周六）起", "2026-12-05", None),
        ("自12月5日开始", "2026-12-05", None),
        ("12月5日以后", "2026-12-05", None),
        ("12月上旬起", "2026-12-01", None),
        ("2026-12-05前", None, "2026-12-05"),
        ("12月5日之前", None, "2026-12-05"),
        ("12月5日以前", None, "2026-12-05"),
        ("12月底前", None, "2026-12-31"),
        ("12月前", None, "2026-11-30"),
        ("12月20日止", None, "2026-12-20"),
        ("即日起至12月20日", None, "2026-12-20"),
    ],
)
def test_windows_of_which_one_end_is_named(written: str, start: str | None, end: str | None):
    window = Window(day(start) if start else None, day(end) if end else None)
    assert read_window(written, NOVEMBER) == (window, None)


@pytest.mark.parametrize(
    "written",
    [
        "12月10日前后",
        "5日起",
        "春节后",
        "待定",
        "农闲时",
        "2月30日",
        "13月",
        "12",
        5,
        "12月16日-9日",
    ],
)
def test_windows_not_understood(written: object):
    window, finding = read_window(written, NOVEMBER)
    assert window == Window()
    assert finding is not None
    assert finding.code == "BAD_DATE"


@pytest.mark.parametrize(
    ("written", "count"),
    [(2, 2), (2.0, 2), ("5名", 5), ("3人", 3), ("两人", 2), ("１", 1), (None, None)],
)
def test_headcounts(written: object, count: int | None):
    assert read_headcount(written) == (count, None)


@pytest.mark.parametrize("written", [-1, 0, "多人", "若干", 1.5, "3-5人", 100])
def test_bad_headcounts(written: object):
    count, finding = read_headcount(written)
    assert count is None
    assert finding is not None
    assert finding.code == "BAD_COUNT"


@pytest.mark.parametrize(
    ("written", "slots"),
    [
        ("半天", 1),
        ("0.5天", 1),
        ("一天", 2),
        ("1天", 2),
        ("两天", 4),
        (2, 4),
        (0.5, 1),
        ("3小时", 1),
        ("全天", 2),
        ("上午", 1),
        (None, None),
    ],
)
def test_lengths(written: object, slots: int | None):
    assert read_slots(written) == (slots, None)


@pytest.mark.parametrize("written", ["3天", "一周", "1.5天", "视情况"])
def test_lengths_no_visit_can_have(written: object):
    slots, finding = read_slots(written)
    assert slots is None
    assert finding is not None
    assert finding.code == "BAD_COUNT"
