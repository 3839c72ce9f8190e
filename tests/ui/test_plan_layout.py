from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.domain.vocabulary import shipped_vocabulary
from tests.plan_factory import make_plan_view
from ui.plan.board.layout import BoardFilter, BoardMode, Move, RowKind, build_layout, stack
from ui.plan.board.timeline import build_timeline, count_gaps, fitting_slot_width

GAZETTEER = shipped_gazetteer()
NAME = shipped_vocabulary().name


def layout(plan, mode=BoardMode.COUNTY, shown=None):
    return build_layout(plan, GAZETTEER, NAME, mode, shown)


@pytest.fixture(scope="module")
def plan():
    return make_plan_view()


def small(*visits):
    """A plan of one county over 2026-12-01 (Tue) .. 12-11 with exactly these visits."""
    base = make_plan_view(
        counties=["510131"], visits=8, envoys=40, start=date(2026, 12, 1), end=date(2026, 12, 11)
    )
    made = []
    for template, (day, half, slots) in zip(base.visits, visits, strict=False):
        start = SlotTime(date(2026, 12, day), half)
        made.append(replace(template, start=start, slots=slots, id=f"v{len(made)}"))
    return replace(base, visits=tuple(made))


def test_weekends_become_one_gap_and_weeks_are_iso_weeks():
    days = tuple(date(2026, 12, day) for day in (1, 2, 3, 4, 7, 8, 9, 10, 11))
    line = build_timeline(date(2026, 12, 1), date(2026, 12, 13), days, 10, 4)
    assert [(gap.first.day, gap.last.day) for gap in line.gaps] == [(5, 6), (12, 13)]
    assert [(week.number, week.first.day, week.last.day) for week in line.weeks] == [
        (49, 1, 4),
        (50, 7, 11),
    ]
    assert line.columns[4].x == 4 * 20 + 4
    assert line.width == 9 * 20 + 2 * 4
    assert count_gaps(date(2026, 12, 1), date(2026, 12, 13), days) == 2


def test_holidays_and_make_up_days_carry_names():
    names = {date(2026, 10, 1): "国庆节", date(2026, 10, 10): "国庆节调休"}
    days = (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))
    line = build_timeline(date(2026, 10, 1), date(2026, 10, 11), days, 10, 4, names.get)
    assert line.gaps[0].names == ("国庆节",)
    assert (line.gaps[0].first, line.gaps[0].last) == (date(2026, 10, 1), date(2026, 10, 7))
    assert [(column.made_up, column.name) for column in line.columns] == [
        (False, ""),
        (False, ""),
        (True, "国庆节调休"),
    ]


def test_a_point_on_the_axis_is_a_slot_or_a_gap():
    days = (date(2026, 12, 4), date(2026, 12, 7))
    line = build_timeline(date(2026, 12, 4), date(2026, 12, 7), days, 10, 4)
    assert [line.slot_at(x) for x in (0, 9, 10, 19, 20, 23, 24, 43, 44)] == [
        0, 0, 1, 1, None, None, 2, 3, None,
    ]  # fmt: skip
    assert line.gap_at(21) == line.gaps[0]
    assert line.gap_at(19) is None
    assert line.span(1, 2) == (10, 24)
    assert [column.index for column in line.visible(25, 30)] == [1]


def test_the_year_turn_keeps_the_iso_year():
    days = (date(2026, 12, 31), date(2027, 1, 4))
    line = build_timeline(date(2026, 12, 31), date(2027, 1, 4), days, 10, 4)
    assert [(week.year, week.number) for week in line.weeks] == [(2026, 53), (2027, 1)]


def test_zoom_fills_the_width():
    width = fitting_slot_width(1000, 5, 1, 8)
    assert width * 10 + 8 == pytest.approx(1000)
    assert fitting_slot_width(100, 60, 10, 8) == 5


def test_visits_take_their_half_days_and_stack():
    plan = small((2, HalfDay.AM, 1), (2, HalfDay.PM, 1), (2, HalfDay.AM, 2), (3, HalfDay.AM, 4))
    row = layout(plan, shown=BoardFilter(county="510131")).rows[1]
    spans = {chip.visit.id: (chip.first, chip.last, chip.lane) for chip in row.chips}
    # Day 2 is the second working day: slots 2 and 3. The whole day comes first on its lane.
    assert spans == {"v2": (2, 3, 0), "v0": (2, 2, 1), "v1": (3, 3, 1), "v3": (4, 7, 0)}
    assert (row.lanes, row.height) == (2, 24 + 21)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4)), max_size=60))
def test_stacking_never_overlaps_and_needs_no_lane_too_many(pairs):
    spans = sorted((first, first + length - 1) for first, length in pairs)
    lanes = stack(spans)
    taken = [
        (lane, slot)
        for lane, (first, last) in zip(lanes, spans, strict=True)
        for slot in range(first, last + 1)
    ]
    assert len(taken) == len(set(taken))
    crowd = max((sum(a <= slot <= b for a, b in spans) for slot in range(50)), default=0)
    assert (max(lanes) + 1 if lanes else 0) == crowd


def test_counties_are_grouped_by_city_and_every_held_visit_has_one_chip(plan):
    made = layout(plan)
    heads = [row.title for row in made.rows if row.kind is RowKind.GROUP]
    assert heads == ["成都市", "德阳市", "眉山市", "资阳市"]
    assert sum(row.kind is RowKind.COUNTY for row in made.rows) == 35
    assert sorted(chip.visit.id for chip in made.chips) == sorted(v.id for v in plan.held)
    for row in made.rows:
        if row.kind is RowKind.COUNTY:
            own = [visit for visit in plan.visits if visit.county == row.key]
            assert (row.done, row.total) == (sum(v.held for v in own), len(own))


def test_rows_follow_each_other_without_holes(plan):
    for mode in BoardMode:
        made = layout(plan, mode)
        y = 0
        for index, row in enumerate(made.rows):
            assert row.y == y
            assert all(chip.row == index for chip in row.chips)
            y += row.height
        assert made.height == y


def test_an_envoys_row_holds_each_visit_he_is_on_and_counts_half_days(plan):
    made = layout(plan, BoardMode.ENVOY)
    rows = {row.key: row for row in made.rows if row.kind is RowKind.ENVOY}
    assert set(rows) == set(plan.envoys)
    for key, row in rows.items():
        own = [visit for visit in plan.held if key in visit.envoys]
        assert {chip.visit.id for chip in row.chips} == {visit.id for visit in own}
        assert row.done == sum(visit.slots for visit in own)
        assert row.total == plan.envoys[key].max_slots_month
        assert row.lanes == 1


def test_a_point_hits_the_chip_that_lies_there(plan):
    made = layout(plan)
    for chip in made.chips[:200]:
        top = made.chip_top(chip)
        assert made.chip_at(chip.last, top + 12) == chip
    assert made.chip_at(0, made.height + 5) is None
    assert made.row_index(-1) is None


def test_visible_rows_are_those_that_touch_the_window(plan):
    made = layout(plan, BoardMode.ENVOY)
    shown = made.visible(1000, 1600)
    expected = [i for i, row in enumerate(made.rows) if row.y + row.height > 1000 and row.y <= 1600]
    assert list(shown) == expected


def test_a_county_filters_rows_and_envoys(plan):
    one = layout(plan, shown=BoardFilter(county="510131"))
    assert [row.key for row in one.rows if row.kind is RowKind.COUNTY] == ["510131"]
    people = layout(plan, BoardMode.ENVOY, BoardFilter(county="510131"))
    keys = {row.key for row in people.rows if row.kind is RowKind.ENVOY}
    assert keys == {
        key
        for key, card in plan.envoys.items()
        if card.team_county == "510131"
        or any(v.county == "510131" and key in v.envoys for v in plan.held)
    }


def test_a_city_filters_rows(plan):
    made = layout(plan, shown=BoardFilter(city="资阳市"))
    assert [row.title for row in made.rows] == ["资阳市", "雁江区", "安岳县", "乐至县"]


def test_search_keeps_rows_and_dims_the_visits_that_do_not_match(plan):
    made = layout(plan, shown=BoardFilter(matches=lambda text: "白马镇" in text))
    assert made.chips
    for chip in made.chips:
        assert chip.dimmed == (chip.visit.town != "白马镇")
    for row in made.rows:
        if row.kind is RowKind.COUNTY:
            assert any(not chip.dimmed for chip in row.chips)
    named = layout(plan, shown=BoardFilter(matches=lambda text: "蒲江" in text))
    assert [row.key for row in named.rows if row.kind is RowKind.COUNTY] == ["510131"]
    assert not any(chip.dimmed for chip in named.chips)


def test_arrows_walk_every_chip_of_a_row_in_time(plan):
    made = layout(plan)
    row = made.rows[1]
    chip, seen = row.chips[0], [row.chips[0]]
    while (step := made.neighbour(chip, Move.RIGHT)) is not None:
        chip = step
        seen.append(step)
    assert tuple(seen) == row.chips
    assert made.neighbour(row.chips[0], Move.LEFT) is None


def test_down_reaches_the_last_row_with_visits(plan):
    made = layout(plan)
    chip = made.chips[0]
    rows = [chip.row]
    while (step := made.neighbour(chip, Move.DOWN)) is not None:
        chip = step
        rows.append(step.row)
    assert rows == sorted(rows)
    assert rows[-1] == made.chips[-1].row
    assert made.neighbour(made.rows[1].chips[0], Move.UP) is None
