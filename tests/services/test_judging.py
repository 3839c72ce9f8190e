"""Rankings and verdicts on a hand-made plan: every rule in words, every figure the checker's."""

from collections import Counter
from dataclasses import astuple, replace
from datetime import date

import pytest

import solver
from envoy_app.domain.errors import EnvironmentProblem, NotFoundError
from envoy_app.domain.people import Absence, Sharing, Skill
from envoy_app.domain.plans import PlanView, ScoreView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.instances import build_instance
from envoy_app.services.plan_instances import assignments_of
from envoy_app.services.plan_results import placed_visits
from envoy_app.services.workspace import open_workspace
from tests.factories import (
    JIANYANG,
    JINGYANG,
    JINJIANG,
    LONGQUAN,
    QINGYANG,
    make_demand,
    make_envoy,
    make_info,
    make_inputs,
)

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 12, day) for day in (7, 8, 9))
FRIDAY = date(2026, 12, 11)
TUESDAY_MORNING = SlotTime(TUESDAY, HalfDay.AM)


def peach(name, level=3, **values):
    return make_envoy(id=f"id-{name}", name=name, skills=(Skill("S08", level),), **values)


PEOPLE = (
    peach("驻村"),
    peach("合适", base_county=LONGQUAN, team_county=LONGQUAN),
    peach("另一位", base_county=JIANYANG, team_county=JIANYANG),
    make_envoy(id="id-种粮", name="种粮", skills=(Skill("S01", 3),)),
    peach("年轻", level=1),
    peach("请假", absences=(Absence(TUESDAY, TUESDAY, HalfDay.AM),)),
    peach("在外"),
    peach("一周一次", max_slots_week=1),
    peach("一月一次", max_slots_month=1),
    peach("怕远", max_travel_minutes=26),
    peach("不出县", sharing=Sharing.COUNTY),
    peach("赶场"),
    peach("回避"),
)
# Demand, county, day, half, who goes.
HELD = (
    ("要换", LONGQUAN, TUESDAY, "AM", "驻村"),
    ("在外", QINGYANG, TUESDAY, "AM", "在外"),
    ("周三", JINJIANG, WEDNESDAY, "AM", "一周一次"),
    ("周四", JINJIANG, date(2026, 12, 10), "AM", "一月一次"),
    ("德阳", JINGYANG, TUESDAY, "PM", "赶场"),
)
SEAT = "D-要换"
LEFT_OUT = "D-没排"


def make_plan():
    demands = [
        make_demand(id=name, county=county, min_rank=2 if name == "要换" else 1)
        for name, county, *_ in HELD
    ]
    left = make_demand(id="没排", county=LONGQUAN, specialties=("S17",))
    inputs = make_inputs(
        start=MONDAY,
        end=FRIDAY,
        standards=(),
        minimums=(),
        envoys=PEOPLE,
        demands=(*demands, left),
    )
    built = build_instance(inputs)
    for visit in built.problem["visits"]:
        if visit["id"] == SEAT:
            visit["exclude"] = ["id-回避"]
    assignments = [
        solver.Assignment(f"D-{name}", day, half, ((f"id-{who}",),))
        for name, _, day, half, who in HELD
    ]
    visits = placed_visits(built.visits, assignments, {}, {})
    info = make_info(start=MONDAY, end=FRIDAY)
    return PlanView(info, built.days, visits, built.cards, ()), built.problem


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A workspace with the plan in it, and the plan; nothing changes them."""
    workspace = open_workspace(tmp_path_factory.mktemp("judging") / "envoy.db", actor="张三")
    plan, problem = make_plan()
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(plan, problem)
        uow.commit()
    yield workspace, workspace.planning.view(plan.info.id)
    workspace.close()


@pytest.fixture
def judge(stored):
    workspace, plan = stored
    return workspace.judging.judge(plan)


@pytest.fixture
def ranking(judge):
    return judge.rank(SEAT, 0)


def checked(judge, assignments):
    return solver.check(judge.instance, assignments)


def with_seat(judge, coming, visit=SEAT):
    """The plan with somebody else on a visit of one seat."""
    return tuple(
        replace(item, roles=((coming,),)) if item.visit == visit else item
        for item in assignments_of(judge.plan.visits)
    )


def difference(judge, after):
    old, new = checked(judge, assignments_of(judge.plan.visits)), checked(judge, after)
    change = ScoreView(*(b - a for a, b in zip(old.score, new.score, strict=True)))
    return change, Counter(new.violations) - Counter(old.violations)


def test_everybody_else_is_ranked_who_breaks_nothing_first(ranking):
    names = [candidate.envoy.name for candidate in ranking.candidates]
    assert set(names) == {person.name for person in PEOPLE} - {"驻村"}
    assert ranking.start == TUESDAY_MORNING
    assert ranking.allowed == 2
    assert names[:2] == ["合适", "另一位"]
    assert set(names[-2:]) == {"种粮", "年轻"}, "nothing can be agreed with them"
    broken = [len(candidate.broken) for candidate in ranking.candidates[:-2]]
    assert broken == sorted(broken)
    assert ranking.candidates[0].travel_minutes == 25
    assert ranking.candidates[1].travel_minutes == 52


@pytest.mark.parametrize(
    ("who", "code", "text"),
    [
        ("种粮", "SKILL", "不做其他水果"),
        ("年轻", "SKILL", "其他水果是中级，要求副高"),
        ("请假", "AVAILABILITY", "12-08 周二 上午请假或有课"),
        ("在外", "OVERLAP", "12-08 周二 上午已派往青羊"),
        ("一周一次", "WEEK_LOAD", "当周将到 2 个半天，上限 1"),
        ("一月一次", "TOTAL_LOAD", "本期将到 2 个半天，上限 1"),
        ("怕远", "TRAVEL", "单程 27 分钟，上限 26"),
        ("不出县", "SHARING", "只在本县共享（锦江）"),
        ("赶场", "TRANSFER", "同日还去旌阳，转场 112 分钟，上限 60"),
        ("回避", "EXCLUDE", "需求方要求回避"),
    ],
)
def test_each_rule_of_a_person_is_said_in_words(ranking, who, code, text):
    (found,) = (item for item in ranking.candidates if item.envoy.name == who)
    assert [(rule.code, rule.text) for rule in found.broken] == [(code, text)]
    assert found.broken[0].name == solver.rule_text(code).name


def test_every_candidate_is_judged_as_the_checker_would(judge, ranking):
    for candidate in ranking.candidates:
        change, broken = difference(judge, with_seat(judge, candidate.envoy.id))
        assert candidate.change == change
        assert Counter(rule.code for rule in candidate.broken) == Counter(
            violation.code for violation in broken.elements()
        )


def test_a_visit_left_out_is_ranked_where_it_could_be_held_best(judge):
    """Nobody knows fish: all break that rule, and it would count if it were held."""
    found = judge.rank(LEFT_OUT, 0)
    assert len(found.candidates) == len(PEOPLE)
    assert found.allowed == 0
    assert found.candidates[0].broken[0].text == "不做水产"
    assert found.candidates[0].change.unscheduled < 0
    assert found.start is not None


def test_gains_are_seats_that_would_come_cheaper(judge):
    """合适 lives where 驻村 goes, and is of the county's team."""
    gains = judge.gains("id-合适")
    assert gains
    first = gains[0]
    assert (first.visit.id, first.leaving.name) == (SEAT, "驻村")
    assert first.start == TUESDAY_MORNING
    change, broken = difference(judge, with_seat(judge, "id-合适"))
    assert first.change == change
    assert astuple(change) < (0, 0, 0, 0)
    assert not broken


def test_a_replacement_a_move_and_a_swap_have_their_verdict(judge):
    verdict = judge.replace(SEAT, "id-驻村", "id-合适")
    assert verdict.allowed
    assert verdict.change == judge.rank(SEAT, 0, "id-驻村").candidates[0].change
    moved = judge.move(SEAT, SlotTime(WEDNESDAY, HalfDay.PM))
    assert moved.allowed
    assert moved.change == ScoreView(0, 0, 0, 0)
    swapped = judge.swap(SEAT, "id-驻村", "D-在外", "id-在外")
    assert swapped.allowed
    dropped = judge.drop(SEAT)
    assert dropped.change.unscheduled == 5 * make_demand().weight


def test_a_verdict_names_people_and_places_not_ids(judge):
    verdict = judge.replace(SEAT, "id-驻村", "id-在外")
    assert not verdict.allowed
    assert [rule.text for rule in verdict.broken] == [
        "特派员在外在 12-08 上午同时被派往青羊其他水果服务和龙泉驿其他水果服务。"
    ]
    assert [rule.text for rule in judge.replace(SEAT, "id-驻村", "id-年轻").broken] == [
        "特派员年轻的“桃李梨葡萄等其他水果”未达到副高。"
    ]


def test_a_judge_is_kept_until_the_plan_is_another(stored, judge):
    workspace, plan = stored
    assert workspace.judging.judge(plan) is judge
    assert workspace.judging.judge(workspace.planning.view(plan.info.id)) is judge
    edited = replace(
        plan,
        visits=tuple(
            replace(visit, roles=(replace(visit.roles[0], envoys=("id-合适",)),))
            if visit.id == SEAT
            else visit
            for visit in plan.visits
        ),
    )
    other = workspace.judging.judge(edited)
    assert other is not judge
    assert other.instance is judge.instance
    names = {candidate.envoy.name for candidate in other.rank(SEAT, 0).candidates}
    assert "驻村" in names
    assert "合适" not in names


@pytest.mark.parametrize(
    "ask",
    [
        lambda judge: judge.rank("nothing", 0),
        lambda judge: judge.rank(SEAT, 0, "id-合适"),
        lambda judge: judge.gains("nobody"),
        lambda judge: judge.move(LEFT_OUT, TUESDAY_MORNING),
        lambda judge: judge.replace(SEAT, "nobody", "id-合适"),
        lambda judge: judge.swap(SEAT, "id-驻村", LEFT_OUT, "id-合适"),
    ],
)
def test_what_is_not_there_is_a_sentence(judge, ask):
    with pytest.raises(NotFoundError, match="请重新选择"):
        ask(judge)


def test_a_version_that_is_not_stored_or_has_no_instance(stored):
    workspace, plan = stored
    with pytest.raises(NotFoundError):
        workspace.judging.judge(replace(plan, info=make_info()))
    bare = replace(plan, info=make_info(name="没有数据"))
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(bare, {})
        uow.commit()
    with pytest.raises(EnvironmentProblem, match="请重新排班"):
        workspace.judging.judge(bare)
