from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.reports import county_schedule
from tests.plan_factory import make_plan_view
from tests.reports.conftest import as_real, source_of

HEADER = "日期星期时段地点服务方式专业领域特派员派出单位电话联系人"
JINJIANG = "510104"


def test_every_county_has_its_own_pages(printed):
    pages = printed("county-schedule", make_plan_view(visits=200))

    for county in shipped_gazetteer().counties:
        own = [page for page in pages if f"{county.city}·{county.name}" in page]
        assert own, county.name
        assert f"{county.name}科技特派员下乡服务安排表" in own[0]


def test_pages_carry_plan_period_time_and_number(printed):
    pages = printed("county-schedule", make_plan_view(visits=40, counties=[JINJIANG]), (JINJIANG,))

    assert len(pages) >= 2
    for number, page in enumerate(pages, 1):
        assert f"第{number}页/共{len(pages)}页" in page
        assert "2026年12月下乡服务排班第2版（草案）" in page
        assert "服务期2026年12月1日—31日" in page
        assert "打印时间2026-11-2509:30" in page


def test_header_is_repeated_and_signatures_close_the_section(printed):
    pages = printed("county-schedule", make_plan_view(visits=60, counties=[JINJIANG]), (JINJIANG,))

    assert len(pages) >= 2
    assert all(HEADER in page for page in pages)
    assert all("协调员签字" not in page for page in pages[:-1])
    assert "协调员签字：单位盖章：日期：年月日" in pages[-1]


def test_last_visits_stay_with_the_signatures(printed):
    """However many visits there are, no page holds the signatures alone."""
    for visits in range(16, 27):
        view = make_plan_view(visits=visits, counties=[JINJIANG])
        last = printed("county-schedule", view, (JINJIANG,))[-1]
        assert "协调员签字" in last
        assert "1900000" in last, visits


@pytest.mark.parametrize("key", ["county-schedule", "coverage-matrix"])
def test_sample_is_marked_and_real_plans_are_not(printed, key):
    view = make_plan_view(visits=0, counties=[JINJIANG])

    assert all("示例" in page for page in printed(key, view))
    assert not any("示例" in page for page in printed(key, as_real(view)))


def test_names_and_phones_are_those_of_the_plan(printed):
    view = make_plan_view(visits=12, counties=[JINJIANG])
    text = "".join(printed("county-schedule", view, (JINJIANG,)))

    sent = {envoy for visit in view.held for envoy in visit.envoys}
    assert sent
    for envoy in sent:
        card = view.envoys[envoy]
        assert f"{card.name}{card.organisation}{card.phone}" in text


def test_rare_characters_are_drawn_and_read_back(printed):
    view = make_plan_view(visits=3, counties=[JINJIANG])
    cards = {key: replace(card, name="罗𬭚㛃䶮") for key, card in view.envoys.items()}
    text = "".join(printed("county-schedule", replace(view, envoys=cards), (JINJIANG,)))

    assert "罗𬭚㛃䶮" in text


def test_a_visit_over_two_days_shows_its_span():
    view = make_plan_view(visits=1, counties=[JINJIANG])
    start = SlotTime(date(2026, 12, 3), HalfDay.AM)
    view = replace(view, visits=(replace(view.visits[0], start=start, slots=4, reasons=()),))

    row = county_schedule.build(source_of(view, (JINJIANG,))).sections[0].rows[0]

    assert (row.date, row.weekday, row.time) == ("12-03 至\n12-04", "周四 至\n周五", "两天")


def test_a_county_without_visits_says_why(printed):
    view = make_plan_view()
    code = shipped_gazetteer().counties[-2].code  # the factory sends nobody there

    pages = printed("county-schedule", view, (code,))

    assert "本期没有排定到安岳县的下乡服务。" in pages[0]
    assert "可派的特派员到本县单程均超过180分钟。" in pages[0]
    assert "协调员签字" in pages[-1]


def test_an_empty_plan_prints_all_counties(printed):
    pages = printed("county-schedule", make_plan_view(visits=0, envoys=0))

    assert len(pages) == 35
    assert all("本期没有排定" in page for page in pages)


def test_chosen_counties_come_in_gazetteer_order():
    made = county_schedule.build(source_of(make_plan_view(visits=70), ("512022", JINJIANG)))

    assert [section.county for section in made.sections] == ["锦江区", "乐至县"]


def test_unknown_county_is_told():
    with pytest.raises(InputError, match="999999"):
        county_schedule.build(source_of(make_plan_view(visits=0), ("999999",)))


def test_visits_left_out_for_one_reason_share_a_note():
    view = make_plan_view()
    code = shipped_gazetteer().counties[-2].code
    left = [visit for visit in view.unscheduled if visit.county == code]
    notes = county_schedule.build(source_of(view, (code,))).sections[0].notes

    unscheduled = [note for note in notes if note.startswith("未排：")]
    assert len(left) > len(unscheduled)
    assert any(" 6 次（12-01—12-31）：可派的特派员" in note for note in unscheduled)


def test_demands_say_what_is_wanted_and_standards_do_not():
    view = make_plan_view(visits=14, counties=[JINJIANG])
    rows = county_schedule.build(source_of(view, (JINJIANG,))).sections[0].rows
    assert {bool(row.content) for row in rows if row.place != "由县里安排"} == {True}
    assert {row.content for row in rows if row.place == "由县里安排"} == {""}
