from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from envoy_app.domain.people import Absence
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.roster_leave import (
    leave_slots,
    span,
    span_words,
    with_leave,
    without_leave,
)

DAY = date(2026, 12, 7)
AM, PM = HalfDay.AM, HalfDay.PM


def slot(days, half):
    return SlotTime(DAY + timedelta(days=days), half)


def test_a_span_reads_in_both_directions():
    forth = span(slot(0, PM), slot(2, AM))
    assert forth == (slot(0, PM), slot(1, AM), slot(1, PM), slot(2, AM))
    assert span(slot(2, AM), slot(0, PM)) == forth


def test_whole_days_become_one_run_and_halves_stay_halves():
    made = with_leave((), span(slot(0, PM), slot(3, PM)), "出差")
    assert made == (
        Absence(DAY, DAY, PM, "出差"),
        Absence(DAY + timedelta(days=1), DAY + timedelta(days=3), None, "出差"),
    )


def test_painting_over_a_part_splits_a_run():
    week = (Absence(DAY, DAY + timedelta(days=4), None, "教学周"),)
    left = without_leave(week, [slot(2, AM)])
    assert left == (
        Absence(DAY, DAY + timedelta(days=1), None, "教学周"),
        Absence(DAY + timedelta(days=2), DAY + timedelta(days=2), PM, "教学周"),
        Absence(DAY + timedelta(days=3), DAY + timedelta(days=4), None, "教学周"),
    )


def test_what_changes_nothing_leaves_the_runs_as_they_were():
    odd = (Absence(DAY, DAY, AM, "会议"), Absence(DAY, DAY, PM, "会议"))
    assert with_leave(odd, [slot(0, AM)], "会议") is odd
    assert without_leave(odd, [slot(9, AM)]) is odd


def test_strokes_in_words():
    assert span_words(span(slot(1, AM), slot(1, AM))) == "12-08 周二 上午"
    assert span_words(span(slot(1, AM), slot(1, PM))) == "12-08 周二"
    assert span_words(span(slot(1, PM), slot(3, AM))) == "12-08 周二 下午 — 12-10 周四 上午"


slots = st.sets(st.builds(slot, st.integers(0, 20), st.sampled_from(HalfDay)))


@given(st.lists(st.tuples(slots, st.sampled_from(["", "会议", "出差"]), st.booleans()), max_size=8))
def test_runs_say_the_same_as_a_set_of_half_days(strokes):
    absences, model = (), {}
    for painted, reason, leave in strokes:
        if leave:
            absences = with_leave(absences, painted, reason)
            model |= dict.fromkeys(painted, reason)
        else:
            absences = without_leave(absences, painted)
            model = {key: value for key, value in model.items() if key not in painted}
        assert leave_slots(absences) == model
