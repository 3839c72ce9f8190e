from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.coverage import CountyCoverage, CoverageLine, CoverageState
from envoy_app.domain.errors import ConflictError, NotFoundError
from envoy_app.domain.plans import (
    EnvoyCard,
    PlanState,
    PlanView,
    RoleView,
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
