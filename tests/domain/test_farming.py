"""The farming calendar: complete, balanced over the year, and what it does to visits."""

from datetime import date

import pytest

from envoy_app.domain.coverage import CoverageStandard
from envoy_app.domain.farming import (
    MONTHS,
    FarmingCalendar,
    FarmingTask,
    Season,
    shipped_farming_calendar,
)
from envoy_app.domain.vocabulary import OTHER, shipped_vocabulary
from envoy_app.services.planned_visits import from_standard

# Weights 3 in two months, 1 in ten: 16 in all, so a busy month has 3 * 12 / 16 = 2.25 of the
# average, a slack one 0.75.
TWO_BUSY = FarmingCalendar(
    [
        FarmingTask("S01", 1, 4, Season.SLACK, "备种"),
        FarmingTask("S01", 5, 6, Season.BUSY, "栽秧"),
        FarmingTask("S01", 7, 12, Season.SLACK, "总结"),
    ]
)


def visits(month, *, seasonal, required=0):
    days = [date(2026, month, day) for day in range(1, 29)]
    line = CoverageStandard("x", "510104", "S01", 4, min_gap_days=1, required=required)
    vocabulary = shipped_vocabulary()
    return list(from_standard(line, days, 1.0, vocabulary, TWO_BUSY, seasonal=seasonal))


def test_every_specialty_has_every_month_and_its_year_adds_up():
    calendar = shipped_farming_calendar()
    for item in shipped_vocabulary().specialties:
        if item.code != OTHER:
            assert all(calendar.task(item.code, month) for month in MONTHS)
            assert sum(calendar.factor(item.code, month) for month in MONTHS) == 12


def test_a_specialty_that_is_not_in_it_is_needed_alike_all_year():
    assert shipped_farming_calendar().task(OTHER, 3) is None
    assert shipped_farming_calendar().factor(OTHER, 3) == 1


@pytest.mark.parametrize(("month", "number"), [(5, 9), (1, 3)])
def test_a_busy_month_gets_more_and_a_slack_one_fewer(month, number):
    assert len(visits(month, seasonal=True)) == number
    assert len(visits(month, seasonal=False)) == 4


def test_never_fewer_than_required():
    assert len(visits(1, seasonal=True, required=4)) == 4


def test_visits_are_about_what_is_done_in_their_month():
    assert {visit.view.content for visit in visits(5, seasonal=False)} == {"栽秧"}
    assert {visit.view.content for visit in visits(1, seasonal=False)} == {"备种"}
