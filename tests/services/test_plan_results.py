"""What the optimiser's outcome becomes, by hand-made assignments of a tiny instance."""

from datetime import date

import pytest

import solver
from envoy_app.domain.coverage import CountyMinimum, CoverageState
from envoy_app.domain.people import Sharing, Skill
from envoy_app.domain.plans import Preset
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.instances import build_instance
from envoy_app.services.plan_results import cost_view, coverage_views, placed_visits
from tests.factories import JINGYANG, JINJIANG, LONGQUAN, make_envoy, make_inputs, make_standard


def judged(held=(), reasons=None, cures=None, **values):
    """Build an instance, hold the given visits on their first day by the first envoys; judge."""
    inputs = make_inputs(**values)
    built = build_instance(inputs)
    instance = solver.parse_instance(built.problem)
    people = [envoy.id for envoy in instance.envoys]
    assignments = [
        solver.Assignment(
            visit.id, visit.earliest, "AM", tuple(tuple(people[: r.count]) for r in visit.roles)
        )
        for visit in instance.visits
        if visit.id in held
    ]
    report = solver.check(instance, assignments)
    visits = placed_visits(built.visits, assignments, reasons or {}, cures or {})
    coverage = coverage_views(instance, report, visits, inputs.vocabulary.name)
    return {item.county: item for item in coverage}, visits, (instance, report)


def test_a_held_visit_has_its_start_and_people_and_a_left_one_its_reasons():
    standard = make_standard(visits_per_month=2)
    first, second = f"{standard.id}-1", f"{standard.id}-2"
    envoy = make_envoy(id="e1", skills=(Skill("S08", 2),))
    _, visits, _ = judged(
        [first], {second: ("没有空闲的人",)}, standards=(standard,), envoys=(envoy,)
    )
    assert visits[0].start == SlotTime(date(2026, 12, 1), HalfDay.AM)
    assert visits[0].envoys == ("e1",)
    assert visits[0].reasons == ()
    assert not visits[1].held
    assert visits[1].reasons == ("没有空闲的人",)


def test_a_county_is_covered_partial_uncovered_or_without_rules():
    standard = make_standard(visits_per_month=2, required=2)
    both = [f"{standard.id}-1", f"{standard.id}-2"]
    values = {"standards": (standard,), "minimums": (CountyMinimum(LONGQUAN, 2),)}
    states = [judged(held, **values)[0][LONGQUAN].state for held in (both, both[:1], [])]
    assert states == [CoverageState.COVERED, CoverageState.PARTIAL, CoverageState.UNCOVERED]
    assert judged(both, **values)[0][JINJIANG].state is CoverageState.NONE


def test_counts_of_a_county_are_of_its_own_visits():
    standard = make_standard(visits_per_month=3)
    county = judged([f"{standard.id}-2"], standards=(standard,))[0][LONGQUAN]
    assert (county.visits_held, county.visits_wanted) == (1, 3)
    assert [(line.specialty, line.needed, line.held) for line in county.lines] == [
        ("S08", 1, 1),
        (None, 3, 1),
    ]
    assert county.lines[0].reason == ""


@pytest.mark.parametrize(
    "values",
    [
        {"skills": (Skill("S14", 3),)},
        {"skills": (Skill("S08", 3),), "sharing": Sharing.COUNTY},
        {"skills": (Skill("S08", 3),), "base_county": JINGYANG, "max_travel_minutes": 40},
        {
            "skills": (Skill("S08", 3),),
            "base_county": JINGYANG,
            "team_county": JINGYANG,
            "sharing": Sharing.CITY,
        },
    ],
)
def test_where_nobody_may_come_the_line_says_so(values):
    county = judged(envoys=(make_envoy(**values),))[0][LONGQUAN]
    assert "没有可派往龙泉驿区的特派员" in county.lines[0].reason
    assert county.lines[0].reason.startswith("桃李梨葡萄等其他水果")


def test_where_too_few_visits_are_planned_the_line_says_so():
    values = {
        "standards": (make_standard(visits_per_month=1),),
        "minimums": (CountyMinimum(LONGQUAN, 5),),
        "envoys": (make_envoy(skills=(Skill("S08", 3),)),),
    }
    county = judged([f"{LONGQUAN}-S08-1"], **values)[0][LONGQUAN]
    assert county.lines[1].reason.startswith("下乡服务：本期只计划 1 次，少于要求的 5 次")


def test_where_visits_fell_out_the_line_gives_their_reason():
    values = {
        "standards": (make_standard(visits_per_month=1),),
        "minimums": (),
        "envoys": (make_envoy(skills=(Skill("S08", 3),)),),
    }
    reasons = {f"{LONGQUAN}-S08-1": ("当周没有空闲的人。",)}
    county = judged([], reasons, **values)[0][LONGQUAN]
    assert county.lines[0].reason == "桃李梨葡萄等其他水果：1 次未能安排，当周没有空闲的人。"
    assert county.reasons == (county.lines[0].reason,)
    cures = {f"{LONGQUAN}-S08-1": ("将时间窗口放宽一周。", "提高上限。")}
    county = judged([], reasons, cures, **values)[0][LONGQUAN]
    assert county.lines[0].reason.endswith("当周没有空闲的人。办法：将时间窗口放宽一周。")


def test_minutes_on_the_road_do_not_depend_on_the_preset():
    standard = make_standard(visits_per_month=1)
    minutes = {
        cost_view(report, instance).travel_minutes
        for preset in Preset
        for instance, report in [
            judged([f"{standard.id}-1"], standards=(standard,), preset=preset)[2]
        ]
    }
    assert len(minutes) == 1
    # There and back by the default travel table.
    inputs = make_inputs()
    codes = [county.code for county in inputs.gazetteer.counties]
    one_way = inputs.travel[codes.index(JINJIANG)][codes.index(LONGQUAN)]
    assert minutes == {2 * one_way}
