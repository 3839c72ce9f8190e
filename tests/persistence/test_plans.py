from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.coverage import CountyCoverage, CoverageLine, CoverageState
from envoy_app.domain.errors import ConflictError, InputError, NotFoundError
from envoy_app.domain.plans import (
    EnvoyCard,
    HandMade,
    PlanState,
    PlanView,
    RoleView,
    ScoreView,
    VisitOrigin,
    VisitView,
)
from envoy_app.domain.time import HalfDay, SlotTime
from tests.factories import make_info

DAYS = (date(2026, 12, 1), date(2026, 12, 2))


def make_visits():
    held = VisitView(
        id="v1",
        county="510104",
        roles=(RoleView("S06", 2, 2, ("e2", "e1")), RoleView("S19", 1, 1, ("e3",))),
        slots=2,
        earliest=DAYS[0],
        latest=DAYS[1],
        weight=3,
        origin=VisitOrigin.DEMAND,
        start=SlotTime(DAYS[1], HalfDay.AM),
        town="三圣街道",
        content="柑橘冬管",
        demand_id="d1",
    )
    left = replace(
        held,
        id="v2",
        start=None,
        demand_id="d2",
        reasons=("没有人",),
        cures=("将共享范围放宽到都市圈。",),
        roles=(RoleView("S06", 1, 1),),
    )
    return held, left


def make_view(**values):
    line = CoverageLine("510104", "S06", 2, 1, "柑橘：1 次未能安排")
    coverage = CountyCoverage("510104", CoverageState.PARTIAL, 1, 2, (line,))
    cards = [
        EnvoyCard(f"e{n}", f"特派员{n}", "农科院", "139", "农艺师", "510104", None, 4, 8, ("S06",))
        for n in (1, 2, 3)
    ]
    return PlanView(
        make_info(start=DAYS[0], end=DAYS[1], **values),
        DAYS,
        make_visits(),
        {card.id: card for card in cards},
        (coverage,),
    )


def store(database, view, instance=None):
    with database.writing("张三") as uow:
        uow.plans.add(view, instance or {"format": "envoy-problem/1"})
        uow.commit()


def test_a_plan_comes_back_as_it_was_stored(database):
    view = make_view()
    store(database, view, {"name": "十二月", "days": ["2026-12-01"]})
    with database.reading("test") as uow:
        found = uow.plans.view(view.info.id)
        assert uow.plans.instance(view.info.id) == {"name": "十二月", "days": ["2026-12-01"]}
    assert found.visits == view.visits
    assert found.envoys == view.envoys
    assert found.coverage == view.coverage
    assert found.days == view.days
    assert replace(found.info, created_at=view.info.created_at, record_version=0) == view.info
    assert found.info.created_at.tzinfo is not None


def test_versions_of_one_name_and_range_count_up_and_others_start_anew(database):
    store(database, make_view())
    with database.reading("test") as uow:
        assert uow.plans.next_version("十二月", *DAYS) == 2
        assert uow.plans.next_version("另一个", *DAYS) == 1
        assert uow.plans.next_version("十二月", DAYS[0], DAYS[0]) == 1
    second = make_view(version_no=2)
    store(database, second)
    with database.reading("test") as uow:
        assert [info.version_no for info in uow.plans.infos()] == [2, 1]
        assert uow.plans.infos()[0].title == "十二月 第2版"


def test_loads_count_half_days_of_seats_over_the_given_versions(database):
    first, second = make_view(), make_view(version_no=2)
    store(database, first)
    store(database, second)
    with database.reading("test") as uow:
        assert uow.plans.loads([first.info.id]) == {"e1": 2, "e2": 2, "e3": 2}
        assert uow.plans.loads([first.info.id, second.info.id])["e1"] == 4
        assert uow.plans.loads([]) == {}


def test_visits_of_an_envoy_are_told_by_start_and_half_days(database):
    first, second = make_view(), make_view(version_no=2)
    store(database, first)
    store(database, second)
    with database.reading("test") as uow:
        assert uow.plans.visits_of("e1", [first.info.id]) == ((DAYS[1], 2),)
        assert len(uow.plans.visits_of("e1", [first.info.id, second.info.id])) == 2
        assert uow.plans.visits_of("nobody", [first.info.id]) == ()


def test_only_held_visits_hold_their_demands(database):
    view = make_view()
    store(database, view)
    with database.reading("test") as uow:
        assert uow.plans.held_demands(view.info.id) == {"d1"}


def test_a_state_changes_once_and_nothing_else_with_it(database):
    view = make_view()
    store(database, view)
    with database.writing("test") as uow:
        info = uow.plans.info(view.info.id)
        uow.plans.set_state(info, PlanState.PUBLISHED)
        with pytest.raises(ConflictError, match="排班方案"):
            uow.plans.set_state(info, PlanState.ARCHIVED)
        uow.commit()
    with database.reading("test") as uow:
        found = uow.plans.view(view.info.id)
    assert found.info.state is PlanState.PUBLISHED
    assert found.visits == view.visits


def test_an_unknown_plan_is_told(database):
    with database.reading("test") as uow, pytest.raises(NotFoundError, match="排班方案"):
        uow.plans.view("nothing")


def moved(view):
    """v1 on the other day with one person else and one less, v2 gone, v3 new."""
    first, _ = view.visits
    roles = (replace(first.roles[0], envoys=("e2", "e3")), replace(first.roles[1], envoys=()))
    one = replace(first, start=SlotTime(DAYS[0], HalfDay.AM), roles=roles, date_locked=True)
    made = HandMade((HalfDay.PM,), ("e1",))
    new = replace(first, id="v3", by_hand=made, content="", people_locked=True)
    info = replace(view.info, score=ScoreView(0, 1, 2, 3), status="feasible")
    edit = {"edit": "raise_host", "county": "510104", "to": 2}
    return replace(view, info=info, visits=(one, new), coverage=(), amendments=(edit,))


def stored_view(database, key):
    with database.reading("test") as uow:
        return uow.plans.view(key)


def save(database, before, after):
    with database.writing("张三", recorded=True) as uow:
        uow.describe("改")
        uow.plans.save(before, after)
        return uow.commit()


def content(view):
    return replace(view, info=replace(view.info, record_version=0))


def test_a_draft_is_changed_and_each_visit_and_seat_recorded(database):
    store(database, make_view())
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
    before = stored_view(database, info.id)
    changes = save(database, before, moved(before))
    after = stored_view(database, info.id)
    assert content(after) == content(moved(before))
    assert after.info.record_version == before.info.record_version + 1
    key = info.id
    assert changes.records[Topic.PLANS] == {
        key,
        f"{key}-00000",  # v1
        f"{key}-00000-0-1",
        f"{key}-00000-1-0",
        f"{key}-00001",  # v2
        f"{key}-00002",  # v3, with three people
        *(f"{key}-00002-{seat}" for seat in ("0-0", "0-1", "1-0")),
    }
    with database.writing("张三", recorded=True) as uow:
        uow.changes.undo(changes.change_id, "撤销")
        assert uow.plans.edited() == {key}
        uow.plans.put_figures(before)
        uow.commit()
    assert content(stored_view(database, key)) == content(before)


def test_what_was_changed_meanwhile_is_not_overwritten(database):
    store(database, make_view())
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
    before = stored_view(database, info.id)
    save(database, before, moved(before))
    with pytest.raises(ConflictError, match="已被他人修改"):
        save(database, before, moved(before))


@pytest.mark.parametrize("state", [PlanState.PUBLISHED, PlanState.ARCHIVED])
def test_what_is_no_draft_is_not_changed(database, state):
    store(database, make_view())
    with database.writing("test") as uow:
        (info,) = uow.plans.infos()
        uow.plans.set_state(info, state)
        uow.commit()
    before = stored_view(database, info.id)
    with pytest.raises(InputError, match=f"{state.value}，不能再改"):
        save(database, before, moved(before))
    with database.writing("test") as uow, pytest.raises(InputError):
        uow.plans.put_figures(before)
    assert stored_view(database, info.id) == before


def test_a_plan_or_visit_that_is_not_there_is_not_changed(database):
    view = make_view()
    with pytest.raises(NotFoundError, match="排班方案"):
        save(database, view, moved(view))
    store(database, view)
    before = stored_view(database, view.info.id)
    other = replace(before, visits=(replace(before.visits[0], id="v9"),))
    with pytest.raises(NotFoundError, match="下乡服务"):
        save(database, other, replace(other, visits=(replace(other.visits[0], slots=1),)))


def test_a_change_of_nothing_is_none(database):
    store(database, make_view())
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
    before = stored_view(database, info.id)
    same = replace(before, visits=tuple(replace(visit) for visit in before.visits))
    assert save(database, before, same).change_id == ""
