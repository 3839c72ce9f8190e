"""Variants of a plan on a small roster: compared, told in people's words, kept as versions."""

from dataclasses import replace

import pytest

import solver
from envoy_app.domain.errors import Cancelled, InputError, NotFoundError
from envoy_app.domain.people import Sharing, Skill
from envoy_app.domain.plan_changes import VisitChangeKind
from envoy_app.domain.plans import Preset
from envoy_app.domain.whatif import MoveKind, NewExpert, Proof, WhatIf
from envoy_app.services.workspace import open_workspace
from tests.factories import LONGQUAN, QINGYANG, make_envoy
from tests.services.test_planning import fill, request

FISH = WhatIf(experts=(NewExpert(QINGYANG, "S17", level=1),))
EVEN = WhatIf(name="更均衡", preset=Preset.BALANCE)


@pytest.fixture
def small(workspace):
    """Three people, two counties to serve, one demand; nobody knows fish (S17)."""
    fill(workspace)
    return workspace


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Two variants and the news of them; for tests that only read."""
    opened = open_workspace(tmp_path_factory.mktemp("compared") / "envoy.db", actor="张三")
    fill(opened)
    news = []
    result = opened.whatif.run(request(time_limit=16), (FISH, EVEN), news.append)
    yield opened, result, news
    opened.close()


def test_one_more_expert_covers_a_county(compared):
    _, result, _ = compared
    base, fish = result.base, result.variants[0]
    assert (base.name, base.changes, base.error, base.supposed) == ("", (), "", ())
    assert base.plan.info.score.coverage == 1
    assert base.figures.short == ((QINGYANG, 1),)
    assert fish.name == "青羊区增加 1 名水产特派员"
    assert fish.changes == ("青羊区增加 1 名“水产”中级及以上特派员",)
    assert fish.plan.info.score.coverage == 0
    assert fish.figures.short == ()
    assert (fish.differences[0].tier, fish.differences[0].change) == ("coverage", -1)
    assert fish.differences[0].proof is Proof.LOWER
    assert {move.kind for move in fish.moves if move.county == QINGYANG} == {MoveKind.ADDED}


def test_a_supposed_person_has_a_card_that_says_so(compared):
    _, result, _ = compared
    fish = result.variants[0]
    (key,) = fish.supposed
    assert fish.plan.envoys[key].name == "设想的水产特派员1"
    assert any(key in visit.envoys for visit in fish.plan.held)
    assert key not in result.base.plan.envoys
    assert key not in result.variants[1].plan.envoys


def test_other_weights_are_a_plan_with_another_preset(compared):
    _, result, _ = compared
    even = result.variants[1]
    assert even.plan.info.preset is Preset.BALANCE
    assert result.base.plan.info.preset is Preset.COVERAGE
    assert not even.same_weights
    assert even.differences[3].proof is Proof.OPEN
    assert even.cost_as_base >= result.base.bounds.cost
    assert even.changes[0].startswith("权重：")


def test_news_tell_which_variant_is_solved(compared):
    _, _, news = compared
    told = {(item.number, item.count, item.name) for item in news}
    assert told == {(0, 3, ""), (1, 3, "青羊区增加 1 名水产特派员"), (2, 3, "更均衡")}
    assert news[-1].score is not None


def test_comparing_writes_nothing(compared):
    opened, _, _ = compared
    assert opened.planning.plans() == ()


def test_plans_and_their_problems_pass_the_checker(compared):
    _, result, _ = compared
    for view in (result.base, *result.variants):
        instance = solver.parse_instance(view.problem)
        plan = [
            solver.Assignment(
                visit.id, visit.start.date, visit.start.half, tuple(r.envoys for r in visit.roles)
            )
            for visit in view.plan.held
        ]
        report = solver.check(instance, plan)
        assert report.violations == ()
        assert report.score.cost == view.plan.info.score.cost


def test_a_variant_is_kept_as_the_next_version(small):
    result = small.whatif.run(request(time_limit=8), (EVEN,))
    first = small.whatif.keep(result.base)
    second = small.whatif.keep(result.variants[0])
    assert (first.info.title, second.info.title) == ("一周 第1版", "一周 第2版")
    assert second.info.preset is Preset.BALANCE
    assert second.visits == result.variants[0].plan.visits
    assert small.planning.latest() == second
    again = small.whatif.keep(result.variants[0], "备选")
    assert (again.info.title, again.info.id != second.info.id) == ("备选 第1版", True)


def test_a_plan_with_supposed_people_is_a_plan_of_its_own(small):
    result = small.whatif.run(request(time_limit=8), (replace(FISH, name="来个懂鱼的"),))
    kept = small.whatif.keep(result.variants[0])
    assert kept.info.title == "一周（来个懂鱼的） 第1版"
    (key,) = result.variants[0].supposed
    assert kept.envoys[key].name == "设想的水产特派员1"
    with small.context.read() as uow:
        assert key in {e["id"] for e in uow.plans.instance(kept.info.id)["envoys"]}


def test_a_stored_version_is_taken_for_the_plan_as_it_is(small):
    plan = small.planning.run(request())
    news = []
    result = small.whatif.run(request(time_limit=6), (EVEN,), news.append, plan_id=plan.info.id)
    assert result.base.plan == plan
    assert {item.number for item in news} == {1}


def test_a_version_of_other_data_is_planned_anew(small):
    plan = small.planning.run(request())
    small.roster.add([make_envoy(id="e4", skills=(Skill("S17", 3),), base_county=QINGYANG)])
    news = []
    result = small.whatif.run(request(time_limit=6), (EVEN,), news.append, plan_id=plan.info.id)
    assert {item.number for item in news} == {0, 1}
    assert result.base.plan.info.score.coverage == 0


def test_an_unknown_version_is_told(small):
    with pytest.raises(NotFoundError):
        small.whatif.run(request(), (EVEN,), plan_id="none")


@pytest.mark.parametrize(
    ("variants", "words"),
    [
        ((), "请至少选一种改法"),
        ((WhatIf(),), "改法“未命名”没有改动任何东西"),
        ((EVEN, WhatIf(name="更均衡", more_hosts=1)), "有两种改法都叫“更均衡”"),
        ((WhatIf(experts=(NewExpert("000000", "S17"),)),), "没有编号为“000000”的县"),
        ((WhatIf(name="甲", widen_sharing=1, sharing_county=QINGYANG),), "没有这样的特派员"),
    ],
)
def test_variants_that_make_no_sense_are_told(small, variants, words):
    with pytest.raises(InputError, match=words):
        small.whatif.run(request(), variants)


def test_names_are_made_of_what_changes(small):
    item = WhatIf(
        preset=Preset.TRAVEL,
        widen_sharing=2,
        experts=(NewExpert(LONGQUAN, "S08", count=2),),
        more_slots_week=1,
        more_hosts=1,
        wider_windows=2,
    )
    view = small.whatif.run(request(time_limit=6), (item,)).variants[0]
    assert view.name == (
        "少跑路优先，共享放宽两级，龙泉驿区增加 2 名桃李梨葡萄等其他水果特派员，"
        "每周多 1 个半天，各县多接待 1 次，时间放宽 2 天"
    )
    assert len(view.changes) == 6
    assert view.error == ""


def test_a_stop_before_the_first_plan_is_a_cancel(small):
    with pytest.raises(Cancelled):
        small.whatif.run(request(), (EVEN,), should_cancel=lambda: True)


def test_a_stop_keeps_what_was_found(small):
    news = []

    def stop():
        return any(item.number == 1 for item in news)

    result = small.whatif.run(request(time_limit=12), (EVEN, FISH), news.append, stop)
    assert result.base.error == ""
    assert result.variants[1].error == "已停止，这个方案还没有轮到。"
    assert result.variants[1].plan is None
    with pytest.raises(InputError, match="没有可以保存的方案"):
        small.whatif.keep(result.variants[1])


def test_suggestions_follow_the_newest_plan(small):
    names = [item.name for item in small.whatif.suggestions(request())]
    assert names == [
        *("均衡优先", "少跑路优先", "共享放宽一级", "时间放宽两天"),
        *("每人每周多半天", "各县多接待一次"),
    ]
    small.planning.run(request())
    (*_, expert) = small.whatif.suggestions(request())
    assert expert.name == "增加一名水产特派员"
    assert expert.experts == (NewExpert(QINGYANG, "S17"),)
    first = small.planning.latest().info.id
    small.roster.add([make_envoy(id="e4", skills=(Skill("S17", 3),), base_county=QINGYANG)])
    small.planning.run(request())
    assert small.whatif.suggestions(request())[-1].experts == ()
    assert small.whatif.suggestions(request(), first)[-1] == expert


def test_wider_sharing_of_some(small):
    small.roster.add(
        [
            make_envoy(
                id="e5", skills=(Skill("S17", 2),), base_county=LONGQUAN, sharing=Sharing.COUNTY
            )
        ]
    )
    wide = WhatIf(widen_sharing=1, sharing_specialty="S17")
    result = small.whatif.run(request(time_limit=8), (wide,))
    assert result.base.figures.covered < result.variants[0].figures.covered
    assert result.variants[0].name == "水产共享放宽一级"
    assert result.variants[0].plan.info.score.coverage == 0


def test_a_variant_is_compared_like_a_version(compared):
    opened, result, _ = compared
    base, fish = result.base.plan, result.variants[0].plan
    difference = opened.comparing.compare_views(base, fish)
    moves = {move.visit for move in result.variants[0].moves}
    assert {change.shown.id for change in difference.visits} == moves
    added = [change for change in difference.visits if change.shown.county == QINGYANG]
    assert [change.kind for change in added] == [VisitChangeKind.ADDED]
    assert "设想的水产特派员1" in {notice.name for notice in difference.notices}
    covered = next(item for item in difference.figures if item.name == "已覆盖县")
    assert (covered.before, covered.after, covered.better) == ("1/2 县", "2/2 县", True)
