"""Stored versions side by side: figures, who is told what, and what publishing would do."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError, NotFoundError
from envoy_app.domain.plan_changes import ToldAs, VisitChangeKind
from envoy_app.domain.plans import EnvoyCard, PlanState, Preset, RoleView, ScoreView
from envoy_app.domain.time import HalfDay, SlotTime
from tests.factories import DECEMBER, LONGQUAN, make_demand
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with
from tests.services.test_plan_matching import plan, visit, wanted

CONTACT = {
    "town": "濛阳镇",
    "content": "柑橘冬管",
    "mode": "集中培训",
    "contact": "王五",
    "contact_phone": "13800000000",
}


def card(key, name, **values):
    defaults = {
        "organisation": "省农科院",
        "phone": f"1390000000{ord(key) - 96}",
        "title": "农艺师",
        "base_county": LONGQUAN,
        "team_county": LONGQUAN,
        "max_slots_week": 4,
        "max_slots_month": 8,
    }
    return EnvoyCard(id=key, name=name, **(defaults | values))


CARDS = {
    "a": card("a", "陈梅"),
    "b": card("b", "李春", organisation="市畜牧站"),
    "c": card("c", "赵冬", phone=""),
}


def version(*visits, number=1, **values):
    made = datetime(2026, 11, number, tzinfo=UTC)
    info = {"version_no": number, "id": f"p{number}", "created_at": made, **values}
    return replace(plan(*visits, **info), envoys=CARDS)


@pytest.fixture
def compare(workspace):
    return workspace.comparing.compare_views


def told(difference):
    return {notice.envoy_id or notice.name: notice.sentences for notice in difference.notices}


def test_who_is_moved_hears_from_when_to_when(compare):
    before = version(wanted("d", 3, "a", **CONTACT))
    after = version(wanted("d", 5, "a", **CONTACT))
    found = told(compare(before, after))
    assert found == {
        "a": ("12-03 周四上午 去 龙泉驿区濛阳镇 讲授 柑橘冬管，改为 12-05 周六上午。",),
        "王五": ("12-03 周四上午 陈梅 到 濛阳镇 讲授 柑橘冬管，改为 12-05 周六上午。",),
    }


def test_who_leaves_who_comes_and_who_stays_are_told(compare):
    roles = (RoleView("S08", 1, 2, ("a", "b")),)
    others = (RoleView("S08", 1, 2, ("a", "c")),)
    before = version(wanted("d", 3, roles=roles, **CONTACT))
    found = told(compare(before, version(wanted("d", 3, roles=others, **CONTACT))))
    line = "12-03 周四上午 去 龙泉驿区濛阳镇 讲授 柑橘冬管"
    assert found == {
        "a": (f"{line}，同去的人改为 赵冬。",),
        "b": (f"取消：{line}，改由 赵冬 去，您不用去了。",),
        "c": (f"新增：{line}，联系人 王五 13800000000，同去 陈梅。",),
        "王五": ("12-03 周四上午 陈梅、李春 到 濛阳镇 讲授 柑橘冬管，李春 换成 赵冬。",),
    }


def test_who_loses_a_visit_is_told_and_a_county_without_contact_too(compare):
    lost = visit("s-1", 3, "a", content="柑橘技术服务", mode="现场指导")
    difference = compare(version(lost), version())
    assert told(difference) == {
        "a": ("取消：12-03 周四上午 去 龙泉驿区 指导 柑橘技术服务，不用去了。",),
        "县级协调员": ("取消：12-03 周四上午 陈梅 到 本县 指导 柑橘技术服务，不来了。",),
    }
    county = difference.notices[-1]
    assert (county.told_as, county.organisation, county.county) == (
        ToldAs.CONTACT,
        "龙泉驿区",
        LONGQUAN,
    )


def test_a_new_contact_hears_the_whole_and_the_old_one_of_the_change(compare):
    other = {**CONTACT, "contact": "孙六", "contact_phone": "13700000000", "town": "石桥镇"}
    before, after = version(wanted("d", 3, "a", **CONTACT)), version(wanted("d", 3, "a", **other))
    found = told(compare(before, after))
    tail = "地点改为 龙泉驿区石桥镇，联系人改为 孙六 13700000000。"
    assert found["a"] == (f"12-03 周四上午 去 龙泉驿区濛阳镇 讲授 柑橘冬管，{tail}",)
    assert found["孙六"] == ("新增：12-03 周四上午 陈梅（13900000001） 到 石桥镇 讲授 柑橘冬管。",)
    assert found["王五"][0].endswith(tail)


def test_people_are_sorted_by_organisation_and_hear_of_their_visits_by_date(compare):
    before = version()
    after = version(
        wanted("y", 9, "b", **CONTACT), wanted("x", 3, "b", **CONTACT), wanted("z", 4, "a")
    )
    notices = compare(before, after).notices
    assert [notice.name for notice in notices] == ["李春", "陈梅", "县级协调员", "王五"]
    assert [said[3:8] for said in notices[0].sentences] == ["12-03", "12-09"]
    assert notices[0].text.startswith("1. 新增：12-03")
    assert "\n2. 新增：12-09" in notices[0].text
    assert notices[1].text == notices[1].sentences[0]


def test_visits_of_days_name_the_last_day(compare):
    days = wanted("d", 7, "a", slots=4, **CONTACT)
    (said,) = compare(version(), version(days)).notices[0].sentences
    assert said.startswith("新增：12-07 周一 至 12-08 周二 去")
    whole = wanted("d", 7, "a", slots=2, **CONTACT)
    (said,) = compare(version(), version(whole)).notices[0].sentences
    assert said.startswith("新增：12-07 周一全天 去")


def figures(difference):
    return {item.name: (item.before, item.after, item.better) for item in difference.figures}


def test_figures_are_counted_from_the_visits(compare):
    far = card("c", "赵冬", team_county="512021")
    after = replace(
        version(visit("s-1", 3, "a"), visit("s-2", 17, "c", slots=2), visit("s-3")),
        envoys={**CARDS, "c": far},
    )
    before = version(visit("s-1", 3, "a"), visit("s-2"), visit("s-3"))
    found = figures(compare(before, after))
    assert found["已排服务"] == ("1/3 项", "2/3 项", None)
    assert found["未排项"] == ("2 项", "1 项", True)
    assert found["派出人数"] == ("1 人", "2 人", None)
    assert found["人均天数"] == ("0.50 天", "0.75 天", None)
    assert found["跨县共享"] == ("0 人次（0%）", "1 人次（50%）", None)
    assert found["其中跨市"] == ("0 人次", "1 人次", None)
    # Days of a, b and c: 0.5, 0, 0 before (mean 1/6), 0.5, 0, 1 after (mean 1/2).
    assert found["均衡（标准差）"] == ("0.24 天", "0.41 天", False)
    assert found["最忙的人"] == ("0.5 天", "1 天", False)


def test_costs_at_other_weights_are_neither_better_nor_worse(compare):
    cheap = ScoreView(1, 2, 0, 250)
    found = figures(compare(version(), version(score=cheap)))
    assert found["综合代价"] == ("300", "250", True)
    found = figures(compare(version(), version(score=cheap, preset=Preset.TRAVEL)))
    assert found["综合代价"] == ("300", "250", None)
    assert found["优先考虑"] == ("覆盖优先", "少跑路优先", None)


def test_plans_of_other_dates_are_compared_on_the_days_of_both(compare):
    before = version(visit("s-1", 3, "a"), visit("s-2", 17, "b"))
    after = version(visit("s-1", 18, "b"), start=date(2026, 12, 14), end=DECEMBER[1], name="另一个")
    difference = compare(before, after)
    assert not difference.same_range
    assert difference.common == (date(2026, 12, 14), DECEMBER[1])
    assert figures(difference)["共同日期服务"] == ("1 项", "1 项", None)
    assert figures(difference)["未排项"][2] is None
    assert [change.kind for change in difference.visits] == [VisitChangeKind.MOVED]


def test_a_whole_month_against_itself_and_mirrored(compare):
    one = make_plan_view(visits=300, envoys=200)
    other = make_plan_view(seed=2, visits=300, envoys=200)
    same = compare(one, one)
    assert (same.visits, same.notices) == ((), ())
    assert all(item.before == item.after and item.better is None for item in same.figures)
    there, back = compare(one, other), compare(other, one)
    assert len(there.visits) == len(back.visits) > 100
    assert {item.envoy_id for item in there.notices} == {item.envoy_id for item in back.notices}
    touched = {
        envoy
        for change in there.visits
        for side in (change.before, change.after)
        if side
        for envoy in side.envoys
    }
    assert {item.envoy_id for item in there.notices if item.envoy_id} == touched


# Stored versions ---------------------------------------------------------------------------


@pytest.fixture
def stored(tmp_path):
    first = version(wanted("d1", 3, "a", **CONTACT), wanted("d2", 4, "b"), wanted("d3"))
    second = version(wanted("d1", 5, "a", **CONTACT), wanted("d2"), wanted("d3", 8, "c"), number=2)
    third = version(wanted("d1", 3, "a", **CONTACT), number=3, name="别的方案")
    with workspace_with(tmp_path, first, second, third) as workspace:
        workspace.demands.add([make_demand(id=f"d{number}") for number in (1, 2, 3)])
        yield workspace


def test_all_versions_are_listed_with_their_key_figures(stored):
    found = {item.info.id: item for item in stored.comparing.versions()}
    assert {key: (item.held, item.unscheduled) for key, item in found.items()} == {
        "p1": (2, 1),
        "p2": (2, 1),
        "p3": (1, 0),
    }
    stored.planning.publish("p1")
    states = {item.info.id: item.info.state for item in stored.comparing.versions()}
    assert states["p1"] is PlanState.PUBLISHED


def test_the_first_publication_is_announced_to_everybody(stored):
    assert stored.comparing.against_published("p1") is None
    expected = stored.comparing.publication("p1")
    assert (expected.archived, expected.difference) == ((), None)
    assert (expected.assigned, expected.reopened, expected.withdrawn) == (2, 0, 0)
    assert expected.notices == stored.comparing.announcement("p1")
    assert [notice.name for notice in expected.notices] == [
        "李春", "陈梅", "县级协调员", "王五",
    ]  # fmt: skip
    assert expected.notices[1].text == (
        "12-03 周四上午 去 龙泉驿区濛阳镇 讲授 柑橘冬管，联系人 王五 13800000000。"
    )


def test_a_revision_says_what_it_would_do_and_then_does_just_that(stored):
    stored.planning.publish("p1")
    stored.demands.set_state(["d3"], DemandState.CANCELLED, "不办了")
    expected = stored.comparing.publication("p2")
    assert [info.id for info in expected.archived] == ["p1"]
    assert (expected.assigned, expected.reopened, expected.withdrawn) == (0, 1, 1)
    assert expected.difference == stored.comparing.compare("p1", "p2")
    assert {notice.name for notice in expected.notices} == {
        "陈梅", "李春", "赵冬", "王五", "县级协调员",
    }  # fmt: skip
    stored.planning.publish("p2")
    states = {demand.id: demand.state.value for demand in stored.demands.demands()}
    assert states == {"d1": "已派员", "d2": "已受理", "d3": "已取消"}


def test_the_version_in_force_is_compared_with_the_one_it_replaced(stored):
    stored.planning.publish("p1")
    assert stored.comparing.against_published("p1") is None
    assert stored.comparing.against_published("p3") is None
    assert stored.comparing.against_published("p2").heads[0].id == "p1"
    stored.planning.publish("p2")
    heads = stored.comparing.against_published("p2").heads
    assert [info.id for info in heads] == ["p1", "p2"]
    assert stored.comparing.against_published("p1").heads[0].id == "p2"


def test_people_whom_another_plan_in_force_sends_elsewhere_are_counted(stored):
    """The other plan of December sends a to d1 on the 3rd in the morning; p1 does too."""
    assert stored.comparing.publication("p1").overlapping == ()
    stored.planning.publish("p3")
    expected = stored.comparing.publication("p1")
    assert [info.id for info in expected.overlapping] == ["p3"]
    assert expected.double_booked == 1
    assert stored.comparing.publication("p2").double_booked == 0


def test_what_cannot_be_published_or_found_is_told(stored):
    stored.planning.publish("p1")
    with pytest.raises(InputError, match="只有草案可以发布；要调整，请重新排班"):
        stored.comparing.publication("p1")
    with pytest.raises(NotFoundError):
        stored.comparing.compare("p1", "没有")


def test_afternoons_strangers_and_visits_without_content_have_words(compare):
    start = SlotTime(date(2026, 12, 3), HalfDay.PM)
    bare = replace(wanted("d", 3, "生人", **CONTACT), start=start, mode="", content="")
    notice = compare(version(), version(bare)).notices[0]
    assert (notice.name, notice.phone, notice.organisation) == ("名册中没有的人", "", "")
    assert notice.text.startswith(
        "新增：12-03 周四下午 去 龙泉驿区濛阳镇 开展 桃李梨葡萄等其他水果，"
    )
