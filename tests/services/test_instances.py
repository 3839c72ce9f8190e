"""Each rule of building an instance, on a handful of records."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envoy_app.domain.calendar import WorkCalendar
from envoy_app.domain.coverage import CountyMinimum
from envoy_app.domain.errors import InputError
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.plans import Preset, VisitOrigin
from envoy_app.domain.time import HalfDay
from envoy_app.services.instances import build_instance
from envoy_app.services.planned_visits import demand_roles, possible_starts, spread
from solver import parse_instance
from tests.factories import (
    DECEMBER,
    JINJIANG,
    LONGQUAN,
    QINGYANG,
    make_demand,
    make_envoy,
    make_inputs,
    make_standard,
)

WEEK = (date(2026, 12, 7), date(2026, 12, 11))
CALENDAR = WorkCalendar()


def problem(**values):
    built = build_instance(make_inputs(**values))
    parse_instance(built.problem)  # whatever we build, the optimiser accepts
    return built.problem


def envoy_in(**values):
    inputs = {
        name: values.pop(name)
        for name in ("start", "end", "prior_slots", "prior_months")
        if name in values
    }
    return problem(envoys=(make_envoy(**values),), **inputs)["envoys"][0]


def visits_of_demand(*demands, **values):
    built = build_instance(make_inputs(standards=(), demands=demands, **values))
    parse_instance(built.problem)
    return built.problem["visits"], built


def test_days_are_the_working_days_of_the_range():
    days = problem(start=date(2026, 9, 19), end=date(2026, 10, 10))["days"]
    assert "2026-09-20" in days  # Sunday, worked for National Day
    assert "2026-09-25" not in days  # Mid-Autumn
    assert not [day for day in days if "2026-10-01" <= day <= "2026-10-07"]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-12-05", "2026-12-06", "没有工作日"),
        ("2026-12-09", "2026-12-08", "早于开始日期"),
        ("2026-01-01", "2027-01-02", "超过一年"),
    ],
)
def test_a_range_that_cannot_be_planned_is_told(start, end, words):
    with pytest.raises(InputError, match=words):
        problem(start=date.fromisoformat(start), end=date.fromisoformat(end))


def test_nobody_to_send_and_nothing_to_hold_are_told():
    with pytest.raises(InputError, match="没有可派的特派员"):
        problem(envoys=(make_envoy(active=False),))
    with pytest.raises(InputError, match="没有要安排的下乡服务"):
        problem(standards=())


def test_counties_and_travel_are_those_of_the_gazetteer():
    built = problem()
    assert len(built["counties"]) == 35
    assert built["counties"][0]["max_visits_per_slot"] == 2
    assert built["travel"]["ids"] == [county["id"] for county in built["counties"]]
    assert built["travel"]["minutes"][0][0] == 25


def test_the_monthly_load_is_kept_for_any_full_month_and_shared_out_for_a_part():
    whole = envoy_in(max_slots_month=8, max_slots_week=3)
    assert (whole["max_slots_total"], whole["max_slots_per_week"]) == (8, 3)
    february = envoy_in(start=date(2026, 2, 1), end=date(2026, 2, 28), max_slots_month=8)
    assert february["max_slots_total"] == 8
    # 5 of 23 working days of 8 slots: 1.74, rounded up.
    assert envoy_in(start=WEEK[0], end=WEEK[1], max_slots_month=8)["max_slots_total"] == 2


def test_the_target_covers_the_same_period_as_the_carried_load():
    # 24 days a year are 48 half-days, 4 a month; with two months before, 12.
    alone = envoy_in(target_days_year=24)
    assert (alone["target_slots"], alone["prior_slots"]) == (4, 0)
    later = envoy_in(id="e1", target_days_year=24, prior_slots={"e1": 7}, prior_months=2.0)
    assert (later["target_slots"], later["prior_slots"]) == (12, 7)


def test_the_base_falls_back_to_the_team_and_without_both_one_stays_home():
    assert envoy_in(base_county=None, team_county=QINGYANG)["base"] == QINGYANG
    homeless = make_envoy(name="无家", base_county=None, team_county=None)
    unskilled = make_envoy(name="无专业", skills=(Skill("S99", 2),))
    built = build_instance(make_inputs(envoys=(make_envoy(), homeless, unskilled)))
    assert len(built.problem["envoys"]) == 1
    assert any("无家" in warning and "常驻县" in warning for warning in built.warnings)
    assert any("无专业" in warning and "专业领域" in warning for warning in built.warnings)


def test_skills_keep_the_highest_level_and_leave_out_the_unsorted():
    envoy = envoy_in(skills=(Skill("S06", 1), Skill("S06", 3), Skill("S99", 3)))
    assert envoy["specialties"] == {"S06": 3}


def test_sharing_and_travel_limit_are_passed_on():
    envoy = envoy_in(sharing=Sharing.CITY, max_travel_minutes=90)
    assert (envoy["sharing"], envoy["max_travel_minutes"]) == ("city", 90)


def test_absences_block_their_working_half_days_only():
    envoy = envoy_in(
        absences=(
            Absence(date(2026, 12, 4), date(2026, 12, 7)),  # Friday to Monday
            Absence(date(2026, 12, 8), date(2026, 12, 8), HalfDay.PM),
            Absence(date(2026, 12, 8), date(2026, 12, 8), HalfDay.PM, "重复"),
            Absence(date(2027, 3, 1), date(2027, 3, 2)),
        )
    )
    assert envoy["unavailable"] == [
        ["2026-12-04", "AM"],
        ["2026-12-04", "PM"],
        ["2026-12-07", "AM"],
        ["2026-12-07", "PM"],
        ["2026-12-08", "PM"],
    ]


def test_a_standard_becomes_a_series_with_windows_that_follow_each_other():
    standard = make_standard(visits_per_month=3, headcount=2, min_level=2, min_gap_days=5)
    built = problem(standards=(standard,))
    assert built["series"] == [{"id": standard.id, "min_gap_days": 5}]
    windows = [(visit["earliest"], visit["latest"]) for visit in built["visits"]]
    assert windows == [
        ("2026-12-01", "2026-12-09"),
        ("2026-12-10", "2026-12-21"),
        ("2026-12-22", "2026-12-31"),
    ]
    assert all(visit["series"] == standard.id for visit in built["visits"])
    assert built["visits"][0]["roles"] == [{"specialty": "S08", "min_level": 2, "count": 2}]
    assert built["visits"][0]["start_slots"] == ["AM", "PM"]


def test_longer_visits_start_in_the_morning():
    built = problem(standards=(make_standard(slots=4),))
    assert {tuple(visit["start_slots"]) for visit in built["visits"]} == {("AM",)}


def test_standards_and_minimums_scale_with_the_range():
    standard = make_standard(visits_per_month=4, required=2)
    minimum = CountyMinimum(LONGQUAN, 10)
    month = problem(standards=(standard,), minimums=(minimum,))
    assert len(month["visits"]) == 4
    assert month["coverage"] == [
        {"county": LONGQUAN, "specialty": "S08", "min_visits": 2},
        {"county": LONGQUAN, "specialty": None, "min_visits": 10},
    ]
    # A week is 5/23 of December: 4 visits → 0.87 → 1, 2 required → 0.43 → none, 10 → 2.17 → 2.
    week = problem(standards=(standard,), minimums=(minimum,), start=WEEK[0], end=WEEK[1])
    assert len(week["visits"]) == 1
    assert week["coverage"] == [{"county": LONGQUAN, "specialty": None, "min_visits": 2}]


def test_a_demand_keeps_its_window_inside_the_range():
    demand = make_demand(
        window_start=date(2026, 11, 20), window_end=date(2026, 12, 9), half=HalfDay.PM, slots=1
    )
    (visit,), built = visits_of_demand(demand)
    assert (visit["earliest"], visit["latest"]) == ("2026-12-01", "2026-12-09")
    assert visit["start_slots"] == ["PM"]
    assert visit["series"] is None
    view = built.visits[0]
    assert (view.demand_id, view.town, view.contact_phone) == (demand.id, "柏合镇", "13800000000")
    assert built.count(VisitOrigin.DEMAND) == 1


def test_a_demand_without_a_window_takes_any_day_and_an_urgent_one_the_first_third():
    (anytime, soon), _ = visits_of_demand(make_demand(slots=2), make_demand(asap=True))
    assert (anytime["earliest"], anytime["latest"]) == ("2026-12-01", "2026-12-31")
    assert anytime["start_slots"] == ["AM"]
    # 23 working days: a third rounded up is 8, the eighth is 10 December.
    assert (soon["earliest"], soon["latest"]) == ("2026-12-01", "2026-12-10")


def test_demands_of_other_months_are_left_alone_and_missed_ones_told():
    later = make_demand(window_start=date(2027, 1, 4), window_end=date(2027, 1, 8))
    missed = make_demand(content="已经过去", window_end=date(2026, 11, 30))
    weekend = make_demand(
        content="只能周末", window_start=date(2026, 12, 5), window_end=date(2026, 12, 6)
    )
    long = make_demand(
        content="两天放不下", slots=4, window_start=date(2026, 12, 4), window_end=date(2026, 12, 7)
    )
    unsorted = make_demand(content="没有专业", specialties=("S99",))
    visits, built = visits_of_demand(make_demand(), later, missed, weekend, long, unsorted)
    assert len(visits) == 1
    told = "\n".join(built.warnings)
    for words in ("已经过去", "只能周末", "两天放不下", "没有专业"):
        assert words in told
    assert len(built.warnings) == 4


@pytest.mark.parametrize(
    ("specialties", "headcount", "counts"),
    [
        (("S06",), 3, [3]),
        (("S06", "S19"), 1, [1, 1]),
        (("S06", "S19"), 5, [3, 2]),
        (("S06", "S99", "S06"), 2, [2]),
        ((), 2, []),
    ],
)
def test_a_demands_headcount_is_dealt_over_its_specialties(specialties, headcount, counts):
    roles = demand_roles(make_demand(specialties=specialties, headcount=headcount, min_rank=0))
    assert [role.count for role in roles] == counts
    assert all(role.min_level == 1 for role in roles)


def test_the_rank_asked_for_becomes_the_level_and_urgency_the_weight():
    (plain, urgent), _ = visits_of_demand(
        make_demand(urgency=""), make_demand(urgency="紧急", min_rank=3)
    )
    assert (plain["weight"], urgent["weight"]) == (5, 15)
    assert urgent["roles"][0]["min_level"] == 3


def test_presets_weigh_what_they_are_named_for():
    weights = {preset: problem(preset=preset)["weights"] for preset in Preset}
    assert weights[Preset.BALANCE]["load_square"] > weights[Preset.COVERAGE]["load_square"]
    assert weights[Preset.TRAVEL]["travel_minute"] > weights[Preset.COVERAGE]["travel_minute"]


def test_a_year_without_a_notice_is_warned_about():
    built = build_instance(make_inputs(start=date(2090, 3, 1), end=date(2090, 3, 31)))
    assert any("2090" in warning and "尚未公布" in warning for warning in built.warnings)
    assert build_instance(make_inputs()).warnings == ()


def test_sample_people_or_demands_make_a_sample_plan():
    assert not build_instance(make_inputs()).sample
    assert build_instance(make_inputs(envoys=(make_envoy(sample=True),))).sample
    assert build_instance(make_inputs(demands=(make_demand(sample=True),))).sample


def test_cards_freeze_what_a_plan_shows():
    envoy = make_envoy(base_county=JINJIANG, phones=("13900000001", "028-1"))
    card = build_instance(make_inputs(envoys=(envoy,))).cards[envoy.id]
    assert (card.name, card.phone, card.organisation) == (envoy.name, "13900000001", "省农科院")
    assert card.specialties == ("S06",)


def test_a_two_day_visit_starts_only_before_another_working_day_of_its_week():
    days = CALENDAR.days(date(2026, 12, 2), date(2026, 12, 8))
    assert [day.day for day in possible_starts(days, 4)] == [2, 3, 7]


@settings(max_examples=80, deadline=None)
@given(
    start=st.dates(date(2026, 1, 1), date(2026, 11, 1)),
    length=st.integers(1, 60),
    number=st.integers(0, 8),
    slots=st.sampled_from([1, 2, 4, 6]),
    gap=st.integers(0, 14),
)
def test_windows_of_a_series_can_always_be_held_together(start, length, number, slots, gap):
    days = CALENDAR.days(start, start + timedelta(days=length))
    if not days:
        return
    windows = spread(days, number, slots, gap)
    assert len(windows) <= number
    tail = timedelta(days=math.ceil(slots / 2) - 1)
    last = None
    for first, end in windows:
        assert {first, end} <= set(days)
        last = next(
            day
            for day in possible_starts(days, slots)
            if first <= day and day + tail <= end and (last is None or (day - last).days >= gap)
        )


def test_december_is_the_month_these_tests_count_on():
    assert len(CALENDAR.days(*DECEMBER)) == 23
