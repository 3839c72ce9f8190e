from datetime import date

import pytest

from envoy_app.domain.calendar import WorkCalendar

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "working", "name"),
    [
        ("2026-01-01", False, "元旦"),
        ("2026-01-02", False, "元旦"),  # swapped for Sunday 4 January
        ("2026-01-04", True, "元旦调休上班"),
        ("2026-02-14", True, "春节调休上班"),
        ("2026-02-16", False, "农历除夕"),
        ("2026-02-23", False, "春节"),
        ("2026-02-24", True, None),
        ("2026-02-28", True, "春节调休上班"),
        ("2026-04-06", False, "清明节"),  # Monday for Sunday 5 April
        ("2026-05-09", True, "劳动节调休上班"),
        ("2026-09-20", True, "国庆节调休上班"),
        ("2026-10-07", False, "国庆节"),
        ("2026-12-05", False, None),  # a plain Saturday
        ("2026-12-07", True, None),
    ],
)
def test_the_official_arrangement_of_2026(day, working, name):
    assert CALENDAR.is_working(date.fromisoformat(day)) is working
    assert CALENDAR.name(date.fromisoformat(day)) == name


def test_december_2026_has_23_working_days():
    days = CALENDAR.days(date(2026, 12, 1), date(2026, 12, 31))
    assert len(days) == 23
    assert days[0] == date(2026, 12, 1)
    assert days[-1] == date(2026, 12, 31)


def test_spring_festival_is_skipped_and_its_make_up_days_are_worked():
    days = CALENDAR.days(date(2026, 2, 9), date(2026, 2, 28))
    assert [day.day for day in days] == [9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28]


def test_a_year_without_a_notice_says_so_and_keeps_the_days_fixed_by_law():
    assert CALENDAR.announced(2026)
    assert CALENDAR.announced(2025)
    assert not CALENDAR.announced(2090)
    assert not CALENDAR.is_working(date(2090, 10, 2))
    assert CALENDAR.name(date(2090, 10, 2)) == "国庆节"


def test_a_make_up_day_at_the_end_of_december_belongs_to_next_years_notice():
    assert CALENDAR.is_working(date(2006, 12, 30))  # a Saturday, worked for New Year 2007


def test_edits_win_over_the_official_calendar():
    edited = WorkCalendar(days_off={date(2026, 12, 1): "县里会议"}, days_on={date(2026, 12, 5): ""})
    assert not edited.is_working(date(2026, 12, 1))
    assert edited.name(date(2026, 12, 1)) == "县里会议"
    assert edited.is_working(date(2026, 12, 5))


def test_any_full_month_is_one_month_and_a_part_its_share():
    assert CALENDAR.months(date(2026, 2, 1), date(2026, 2, 28)) == 1
    assert CALENDAR.months(date(2026, 11, 1), date(2026, 12, 31)) == 2
    assert CALENDAR.months(date(2026, 12, 7), date(2026, 12, 11)) == pytest.approx(5 / 23)


def test_an_empty_range_has_no_days():
    assert CALENDAR.days(date(2026, 12, 2), date(2026, 12, 1)) == ()
    assert CALENDAR.months(date(2026, 12, 5), date(2026, 12, 6)) == 0
