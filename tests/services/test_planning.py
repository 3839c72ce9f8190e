"""From the database through the optimiser's child process to a stored plan, on a small roster."""

from dataclasses import replace
from datetime import date

import pytest

import solver
from envoy_app.domain.changes import Topic
from envoy_app.domain.coverage import CountyMinimum, CoverageState
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import (
    Cancelled,
    EnvironmentProblem,
    InputError,
    NotFoundError,
    PlanRejected,
)
from envoy_app.domain.people import Sharing, Skill
from envoy_app.domain.plans import PlanState, VisitOrigin
from envoy_app.services.planning import PlanRequest, prior_plans
from envoy_app.services.reference import CALENDAR_SETTING
from envoy_app.services.workspace import open_workspace
from tests.factories import (
    JINJIANG,
    LONGQUAN,
    QINGYANG,
    make_demand,
    make_envoy,
    make_info,
    make_standard,
)

WEEK = (date(2026, 12, 7), date(2026, 12, 11))


def request(**values):
    return PlanRequest(*WEEK, **({"name": "一周", "time_limit": 5} | values))


def fill(workspace):
    """Three people, two counties to serve, one demand; nobody knows fish (S17)."""
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.standards.remove([item.id for item in workspace.reference.standards()])
        uow.minimums.remove([item.county for item in workspace.reference.minimums()])
        uow.standards.add(
            [
                make_standard(LONGQUAN, "S08", visits_per_month=5, required=5),
                make_standard(QINGYANG, "S17", visits_per_month=5, required=5),
            ]
        )
        uow.minimums.add([CountyMinimum(LONGQUAN, 5)])
        uow.commit()
    workspace.reference.refresh()
    people = [
        make_envoy(id="e1", name="桃一", skills=(Skill("S08", 3),), base_county=LONGQUAN),
        make_envoy(id="e2", name="桃二", skills=(Skill("S08", 1),), base_county=JINJIANG),
        make_envoy(id="e3", name="本县", skills=(Skill("S06", 3),), sharing=Sharing.COUNTY),
    ]
    workspace.roster.add(people)
    workspace.demands.add([make_demand(id="d1", county=LONGQUAN, specialties=("S08",))])


@pytest.fixture
def small(workspace):
    """The small database, for tests that change it."""
    fill(workspace)
    return workspace


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The small database with one plan, and the progress told; for tests that only read."""
    opened = open_workspace(tmp_path_factory.mktemp("planned") / "envoy.db", actor="张三")
    fill(opened)
    progress = []
    view = opened.planning.run(request(), on_progress=progress.append)
    yield opened, view, progress
    opened.close()


def test_a_plan_is_made_checked_stored_and_read_back(planned):
    small, view, progress = planned
    assert view == small.planning.view(view.info.id) == small.planning.latest()
    assert [visit.origin for visit in view.held] == [VisitOrigin.STANDARD, VisitOrigin.DEMAND]
    assert {envoy for visit in view.held for envoy in visit.envoys} <= {"e1", "e2"}
    assert view.info.title == "一周 第1版"
    assert view.info.state is PlanState.DRAFT
    assert (view.info.created_by, view.info.sample) == ("张三", False)
    assert (view.info.score.coverage, view.info.score.unscheduled) == (1, 2)
    assert view.info.bounds.coverage <= view.info.score.coverage
    assert set(view.envoys) == {"e1", "e2", "e3"}
    assert progress
    assert progress[-1].visits == 3
    assert progress[-1].held == len(view.held)
    assert (progress[-1].covered, progress[-1].counties) == (34, 35)


def test_the_stored_plan_satisfies_the_independent_checker(planned):
    small, view, _ = planned
    with small.context.read() as uow:
        instance = solver.parse_instance(uow.plans.instance(view.info.id))
    assignments = [
        solver.Assignment(
            visit.id, visit.start.date, visit.start.half, tuple(r.envoys for r in visit.roles)
        )
        for visit in view.held
    ]
    report = solver.check(instance, assignments)
    assert report.violations == ()
    assert report.score == (
        view.info.score.coverage,
        view.info.score.unscheduled,
        view.info.score.disruption,
        view.info.score.cost,
    )


def test_every_shortfall_has_a_reason(planned):
    _, view, _ = planned
    coverage = {item.county: item for item in view.coverage}
    assert len(coverage) == 35
    assert coverage[LONGQUAN].state is CoverageState.COVERED
    assert coverage[QINGYANG].state is CoverageState.UNCOVERED
    assert "没有可派往青羊区的特派员" in coverage[QINGYANG].reasons[0]
    (left,) = view.unscheduled
    assert left.county == QINGYANG
    assert "水产" in left.reasons[0]


def test_what_is_left_out_tells_what_would_cure_it(small):
    """One envoy of fishery may not leave the county: lending him or her would do."""
    fisher = make_envoy(
        id="e4",
        name="鱼一",
        skills=(Skill("S17", 3),),
        base_county=LONGQUAN,
        sharing=Sharing.COUNTY,
    )
    small.roster.add([fisher])
    view = small.planning.run(request())
    (left,) = view.unscheduled
    assert left.cures == ("将特派员鱼一的共享范围由本县放宽到本市。",)
    assert small.planning.view(view.info.id) == view
    assert all(visit.cures == () for visit in view.held)


def test_running_again_makes_the_next_version_and_keeps_the_first(small):
    first = small.planning.run(request())
    second = small.planning.run(request())
    assert [info.version_no for info in small.planning.plans()] == [2, 1]
    assert small.planning.latest().info.id == second.info.id
    assert small.planning.view(first.info.id) == first


def test_a_stored_plan_does_not_change_with_the_roster(small):
    view = small.planning.run(request())
    small.planning.publish(view.info.id)
    small.roster.save(replace(small.roster.envoy("e1"), name="改名", phones=("0",)))
    found = small.planning.view(view.info.id)
    assert found.envoys == view.envoys
    assert found.visits == view.visits
    assert found.info.state is PlanState.PUBLISHED


def test_publishing_assigns_held_demands_and_happens_once(small):
    view = small.planning.run(request())
    changes = small.planning.publish(view.info.id)
    assert changes.description == "发布“一周 第1版”"
    assert changes.touches(Topic.PLANS)
    assert changes.touches(Topic.DEMANDS)
    assert small.demands.demands()[0].state is DemandState.ASSIGNED
    with pytest.raises(InputError, match="已发布"):
        small.planning.publish(view.info.id)


def test_the_next_version_plans_assigned_demands_again_and_replaces_the_first(small):
    first = small.planning.run(request())
    small.planning.publish(first.info.id)
    second = small.planning.run(request())
    assert any(visit.demand_id == "d1" for visit in second.held)
    small.planning.publish(second.info.id)
    states = {info.version_no: info.state for info in small.planning.plans()}
    assert states == {1: PlanState.ARCHIVED, 2: PlanState.PUBLISHED}
    assert small.demands.demands()[0].state is DemandState.ASSIGNED


def test_a_demand_that_a_new_version_leaves_out_is_open_again(small):
    first = small.planning.run(request())
    small.planning.publish(first.info.id)
    demand = small.demands.demands()[0]
    with small.context.uow() as uow:  # two of the highest rank, and there is one
        uow.describe("布置")
        uow.demands.save(replace(demand, headcount=2, min_rank=3))
        uow.commit()
    second = small.planning.run(request())
    small.planning.publish(second.info.id)
    assert small.demands.demands()[0].state is DemandState.ACCEPTED


def test_a_demand_another_plan_holds_is_not_planned_twice(small):
    first = small.planning.run(request())
    small.planning.publish(first.info.id)
    preview = small.planning.preview(request(name="另一个"))
    assert preview.visits_from_demands == 0
    assert any("日期重叠" in warning for warning in preview.warnings)


def test_earlier_plans_of_the_year_carry_their_load(small):
    earlier = PlanRequest(date(2026, 11, 30), date(2026, 12, 4), name="上周", time_limit=5)
    view = small.planning.run(earlier)
    slots = {"e1": 0, "e2": 0, "e3": 0}
    for visit in view.held:
        for envoy in visit.envoys:
            slots[envoy] += visit.slots
    assert sum(slots.values()) > 0
    built = small.planning.build(request())
    assert {envoy["id"]: envoy["prior_slots"] for envoy in built.problem["envoys"]} == slots
    again = small.planning.build(earlier)
    assert all(envoy["prior_slots"] == 0 for envoy in again.problem["envoys"])


def test_prior_plans_count_each_period_once_published_before_newer():
    head = make_info(start=WEEK[0], end=WEEK[1])
    draft = replace(head, id="b", version_no=3)
    published = replace(head, id="a", version_no=2, state=PlanState.PUBLISHED)
    archived = replace(head, id="c", state=PlanState.ARCHIVED)
    last_year = replace(head, id="d", start=date(2025, 1, 6), end=date(2025, 1, 10))
    infos = (draft, published, archived, last_year)
    assert prior_plans(infos, date(2026, 12, 14)) == (published,)
    assert prior_plans((draft, archived), date(2026, 12, 14)) == (draft,)
    assert prior_plans(infos, date(2026, 12, 11)) == ()


def test_the_preview_counts_without_solving(small):
    small.demands.add([make_demand(state=DemandState.PENDING)])
    preview = small.planning.preview(request())
    assert (preview.working_days, preview.visits_from_standard) == (5, 2)
    assert (preview.visits_from_demands, preview.envoys_available) == (1, 3)
    assert preview.demands_pending == 1
    assert preview.warnings == ("还有 1 条服务需求待审核，未纳入排班，请先审核。",)


def test_the_users_calendar_is_planned_by(small):
    edits = {"off": {"2026-12-08": "县里会议"}, "on": {"2026-12-12": "补课"}}
    with small.context.uow() as uow:
        uow.describe("布置")
        uow.settings.put(CALENDAR_SETTING, edits)
        uow.commit()
    small.reference.refresh()
    assert small.reference.calendar().name(date(2026, 12, 8)) == "县里会议"
    days = small.planning.preview(replace(request(), end=date(2026, 12, 12))).days
    assert [day.day for day in days] == [7, 9, 10, 11, 12]


def test_a_plan_is_named_after_its_dates():
    assert PlanRequest(date(2026, 12, 1), date(2026, 12, 31)).title == "2026年12月排班"
    assert PlanRequest(*WEEK).title == "2026-12-07至2026-12-11排班"
    assert PlanRequest(*WEEK, name=" 冬培 ").title == "冬培"


def test_bad_ranges_and_unknown_plans_are_told_and_nothing_is_stored(small):
    with pytest.raises(InputError, match="没有工作日"):
        small.planning.run(PlanRequest(date(2026, 12, 5), date(2026, 12, 6)))
    with pytest.raises(NotFoundError):
        small.planning.view("nothing")
    with pytest.raises(NotFoundError):
        small.planning.publish("nothing")
    assert small.planning.plans() == ()
    assert small.planning.latest() is None


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        ("cancelled", Cancelled, None),
        ("unknown", InputError, "延长求解时间"),
        ("infeasible", InputError, "锁定"),
    ],
)
def test_a_run_that_found_nothing_stores_nothing(small, monkeypatch, status, error, words):
    empty = solver.Solution("一周", status, None, None, ())
    monkeypatch.setattr(solver, "solve_in_child", lambda *args, **kwargs: empty)
    with pytest.raises(error, match=words):
        small.planning.run(request())
    assert small.planning.plans() == ()


def test_a_plan_that_breaks_a_rule_is_never_stored(small, monkeypatch):
    wrong = solver.Assignment(f"{LONGQUAN}-S08-1", WEEK[0], "AM", (("e3",),))
    score = solver.Score(0, 0, 0, 0)
    lie = solver.Solution("一周", "optimal", score, score, (wrong,))
    monkeypatch.setattr(solver, "solve_in_child", lambda *args, **kwargs: lie)
    with pytest.raises(PlanRejected, match="没有通过核对"):
        small.planning.run(request())
    assert small.planning.plans() == ()


def test_a_dead_solver_is_told(small, monkeypatch):
    def die(*args, **kwargs):
        raise solver.SolverCrashed("求解进程意外结束，请重试。")

    monkeypatch.setattr(solver, "solve_in_child", die)
    with pytest.raises(EnvironmentProblem, match="求解进程意外结束"):
        small.planning.run(request())


def test_the_overview_follows_the_way_through(workspace):
    def done():
        return [item.key for item in workspace.overview.figures().checklist if item.done]

    before = workspace.overview.figures()
    assert (before.envoys, before.counties, before.plan) == (0, 35, None)
    assert before.effort.average_days == 0.0
    assert done() == []
    workspace.roster.add([make_envoy(skills=(Skill("S08", 3),), base_county=LONGQUAN)])
    workspace.demands.add([make_demand(id="d1", state=DemandState.PENDING)])
    assert done() == ["roster", "teams"]
    workspace.demands.set_state(["d1"], DemandState.ACCEPTED)
    view = workspace.planning.run(request(time_limit=3))
    workspace.planning.publish(view.info.id)
    workspace.context.note_printed()
    assert done() == ["roster", "teams", "demands", "plan", "publish", "print"]
    figures = workspace.overview.figures()
    slots = sum(visit.slots * len(visit.envoys) for visit in view.held)
    assert figures.plan.id == view.info.id
    assert figures.visits_held == len(view.held) > 0
    assert figures.visits_wanted == len(view.visits)
    assert figures.effort.people == 1
    assert figures.effort.seats == sum(len(visit.envoys) for visit in view.held)
    assert figures.effort.average_days == slots / 2
    assert figures.travel_hours == view.info.cost.travel_minutes / 60
    assert figures.covered + figures.partial + figures.uncovered == 35
    assert figures.demands_accepted == 1
