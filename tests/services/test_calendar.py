from datetime import date

import pytest

from envoy_app.domain.calendar import CalendarEdits, DayKind
from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import InputError
from envoy_app.services.calendar import MAX_NAME
from envoy_app.services.planning import PlanRequest
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy

WEEK = (date(2026, 12, 7), date(2026, 12, 11))
SATURDAY, TUESDAY = date(2026, 12, 12), date(2026, 12, 8)


def test_a_saturday_made_working_is_worked_until_restored(workspace):
    calendar = workspace.calendar
    assert not calendar.calendar().is_working(SATURDAY)
    changes = calendar.set_day(SATURDAY, DayKind.WORK)
    assert changes.topics == {Topic.SETTINGS}
    assert changes.description == "2026-12-12 已设为上班"
    assert SATURDAY in calendar.calendar().days(date(2026, 12, 7), date(2026, 12, 13))
    assert calendar.edits() == CalendarEdits({}, {SATURDAY: ""})
    assert calendar.set_day(SATURDAY, None).description == "2026-12-12 已恢复默认"
    assert not calendar.calendar().is_working(SATURDAY)
    assert calendar.edits() == CalendarEdits({}, {})


def test_a_day_off_carries_its_name_and_changes_kind(workspace):
    calendar = workspace.calendar
    changes = calendar.set_day(TUESDAY, DayKind.OFF, " 县里会议 ")
    assert changes.description == "2026-12-08 已设为休息：县里会议"
    assert calendar.calendar().name(TUESDAY) == "县里会议"
    (shown,) = calendar.days(TUESDAY, TUESDAY)
    assert (shown.working, shown.name, shown.edit) == (False, "县里会议", DayKind.OFF)
    assert (shown.official_working, shown.official_name, shown.weekend) == (True, "", False)
    calendar.set_day(TUESDAY, DayKind.OFF, "防汛")
    assert calendar.edits().days_off == {TUESDAY: "防汛"}


def test_an_edit_that_changes_nothing_is_not_kept(workspace):
    calendar = workspace.calendar
    nothing = calendar.set_day(SATURDAY, DayKind.OFF)
    assert not nothing.topics
    assert "没有需要改动" in nothing.description
    calendar.set_day(TUESDAY, DayKind.OFF)
    calendar.set_day(TUESDAY, DayKind.WORK)  # worked anyway: back to the official arrangement
    assert calendar.edits() == CalendarEdits({}, {})
    calendar.set_day(date(2026, 10, 4), DayKind.OFF, "国庆节")
    assert calendar.edits() == CalendarEdits({}, {})


def test_a_range_marks_only_what_deviates(workspace):
    calendar = workspace.calendar
    calendar.set_days(date(2027, 2, 5), date(2027, 2, 15), DayKind.OFF)
    # 5 to 10 February are days off by law, 13 and 14 a weekend.
    assert sorted(calendar.edits().days_off) == [date(2027, 2, day) for day in (11, 12, 15)]
    calendar.set_days(date(2027, 2, 13), date(2027, 2, 15), DayKind.WORK)
    assert sorted(calendar.edits().days_on) == [date(2027, 2, 13), date(2027, 2, 14)]
    assert sorted(calendar.edits().days_off) == [date(2027, 2, 11), date(2027, 2, 12)]
    calendar.set_days(date(2027, 2, 1), date(2027, 2, 28), None)
    assert calendar.edits() == CalendarEdits({}, {})


def test_weekends_inside_a_holiday_show_its_name(workspace):
    names = [day.name for day in workspace.calendar.days(date(2026, 9, 30), date(2026, 10, 10))]
    assert names == ["", *["国庆节"] * 7, "", "", "国庆节调休上班"]


@pytest.mark.parametrize(
    ("start", "end", "name", "told"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), "", "2026-12-01 早于开始日期 2026-12-02"),
        (date(2026, 12, 1), date(2027, 1, 1), "", "超过 31 天，请分段设置"),
        (date(2000, 12, 31), date(2001, 1, 1), "", "只含 2001 年至 2099 年"),
        (date(2099, 12, 31), date(2100, 1, 1), "", "只含 2001 年至 2099 年"),
        (TUESDAY, TUESDAY, "长" * (MAX_NAME + 1), "最多 20 个字"),
    ],
)
def test_what_cannot_be_set_is_told_and_nothing_written(workspace, start, end, name, told):
    with pytest.raises(InputError, match=told):
        workspace.calendar.set_days(start, end, DayKind.OFF, name)
    assert workspace.calendar.edits() == CalendarEdits({}, {})


def test_the_longest_range_is_a_month(workspace):
    workspace.calendar.set_days(date(2026, 12, 1), date(2026, 12, 31), DayKind.OFF, "停班")
    assert len(workspace.calendar.edits().days_off) == 31


def test_edits_outlive_the_program(tmp_path):
    first = open_workspace(tmp_path / "a.db")
    first.calendar.set_day(SATURDAY, DayKind.WORK, "补课")
    first.calendar.set_day(TUESDAY, DayKind.OFF, "县里会议")
    first.close()
    again = open_workspace(tmp_path / "a.db")
    assert again.calendar.edits() == CalendarEdits({TUESDAY: "县里会议"}, {SATURDAY: "补课"})
    again.close()


def test_planning_counts_the_edited_days(workspace):
    workspace.roster.add([make_envoy()])
    asked = PlanRequest(date(2026, 12, 1), date(2026, 12, 31))
    ordinary = workspace.planning.preview(asked).days
    assert SATURDAY not in ordinary
    workspace.calendar.set_day(SATURDAY, DayKind.WORK)
    workspace.calendar.set_days(*WEEK, DayKind.OFF, "停班")
    edited = workspace.planning.preview(asked).days
    assert set(ordinary) ^ set(edited) == {SATURDAY, *(date(2026, 12, day) for day in range(7, 12))}
    workspace.calendar.set_days(WEEK[0], SATURDAY, None)
    assert workspace.planning.preview(asked).days == ordinary
