"""Teams changed by hand and by parts of a proposal: verdicts, words, what is written."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.geography import TravelRule, default_travel, shipped_gazetteer
from envoy_app.domain.history import ChangeKind
from envoy_app.domain.people import Sharing, Skill
from envoy_app.domain.teams import TeamVerdict, group_in_role, plain_role
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.team_instances import TeamInputs, build_teams
from envoy_app.services.team_moves import DeskFacts, TeamDesk
from envoy_app.services.team_results import placed
from envoy_app.services.team_words import lack_text
from solver import teams
from tests.factories import JINJIANG, LONGQUAN, QINGYANG, make_envoy, make_standard

CODES = [county.code for county in shipped_gazetteer().counties]
TODAY = date(2026, 11, 23)
SPECIALTIES = ("S01", "S08", "S13")


def desk_of(*envoys, standards=()):
    gazetteer = shipped_gazetteer()
    travel = default_travel(gazetteer, TravelRule())
    built = build_teams(TeamInputs(gazetteer, travel, tuple(standards), envoys))
    return TeamDesk(DeskFacts(built, shipped_vocabulary(), TODAY), envoys)


def crowd(seed, people=110):
    """A roster in disorder: some teams too large, some empty, leaders without the rank."""
    draw = random.Random(seed)
    few = CODES[:9]
    return [
        make_envoy(
            id=f"e{number:03d}",
            base_county=draw.choice([*few, *CODES]),
            team_county=draw.choice([*few, None]),
            team_role=draw.choice(["团长", "组长", "成员", "水稻组成员", "果树组组长"]),
            title_rank=draw.randrange(4),
            skills=tuple(
                Skill(code, draw.randrange(1, 4))
                for code in draw.sample(SPECIALTIES, draw.randrange(3))
            ),
        )
        for number in range(people)
    ]


STANDARDS = [
    make_standard(county, code, headcount=1 + place)
    for county in CODES[:12]
    for place, code in enumerate(SPECIALTIES[:2])
]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 30),
    picks=st.lists(st.integers(0, 109), min_size=1, max_size=5, unique=True),
    target=st.sampled_from([*CODES[:12], None]),
)
@example(seed=21, picks=[5], target="510104")  # of several 团长 the first in the roster leads
def test_a_verdict_is_what_the_checker_of_whole_teams_says(seed, picks, target):
    desk = desk_of(*crowd(seed), standards=STANDARDS)
    ids = [f"e{number:03d}" for number in picks]
    instance = teams.parse_teams(desk.facts.built.problem)

    impact = desk.judge_move(ids, target)

    after = desk.with_changes(desk.moved(ids, target))
    was = teams.check_teams(instance, desk.formation())
    will = teams.check_teams(instance, after.formation())
    if all(desk.envoys[key].team_county == target for key in ids):
        assert impact.verdict is TeamVerdict.BROKEN
        return
    assert impact.shortfall == will.score.shortfall - was.score.shortfall
    assert impact.cost == will.score.cost - was.score.cost
    assert impact.minutes == will.breakdown.travel - was.breakdown.travel
    assert will.score.shortfall == after.shortfall, "cards lack what the checker counts"
    full = [item for item in will.violations if item.code == "MAX_SIZE" and item.county == target]
    assert [item.message for item in full] == list(impact.broken)
    assert bool(impact.lost) >= (impact.shortfall > 0)


def test_what_a_move_takes_and_gives_is_said():
    leader = make_envoy(id="e1", title_rank=2, team_role="团长", base_county=LONGQUAN)
    rest = [make_envoy(team_county=None) for _ in range(3)]
    desk = desk_of(leader, *rest)
    impact = desk.judge_move(["e1"], LONGQUAN)
    assert impact.verdict is TeamVerdict.COSTS
    assert "锦江区没有团长。" in impact.lost
    assert impact.cured == ("龙泉驿区补上 1 人。", "龙泉驿区补上 1 名本县人员。")
    assert impact.minutes < 0, "nearer to home"
    assert desk.moved(["e1"], LONGQUAN)["e1"].team_role == "成员"
    assert desk.moved(["e1"], None)["e1"].team_role == ""


def test_what_forbids_a_move_is_said_in_words():
    far = make_envoy(id="e1", team_county=None, max_travel_minutes=30, term_end="2026-10")
    homeless = make_envoy(id="e2", base_county=None, team_county=None)
    full = [make_envoy(team_county=LONGQUAN) for _ in range(2)]
    desk = desk_of(far, homeless, *full)
    assert desk.judge_move(["e1"], LONGQUAN).broken == ("龙泉驿区团有 3 人，最多 2 人。",)
    assert desk.judge_move(["e1"], None).broken == ("已经在机动库。",)
    assert "没有常驻县" in desk.judge_move(["e2"], QINGYANG).broken[0]
    notes = desk.judge_move(["e1"], "512022").notes
    assert "超过本人上限 30 分钟" in notes[0]
    assert "任期已于 2026-10 届满" in notes[1]


def test_a_team_too_large_may_get_smaller():
    people = [make_envoy(id=f"e{n}", team_county=LONGQUAN) for n in range(5)]
    desk = desk_of(*people)
    assert desk.judge_move(["e0"], QINGYANG).broken == ()
    assert desk.judge(desk.with_role("e0", "组长")).broken == ()


def test_there_is_one_leader_and_with_the_rank():
    old = make_envoy(id="e1", title_rank=2, team_role="团长")
    new, junior = make_envoy(id="e2", title_rank=3), make_envoy(id="e3", title_rank=1)
    desk = desk_of(old, new, junior)
    changed = desk.with_role("e2", "团长")
    assert {key: envoy.team_role for key, envoy in changed.items()} == {
        "e2": "团长",
        "e1": "成员",
    }
    assert desk.with_changes(changed).teams[JINJIANG].leader.id == "e2"
    assert "不能任团长" in desk.judge(desk.with_role("e3", "团长")).broken[0]


def test_a_group_given_by_hand_holds():
    both = (Skill("S01", 1), Skill("S08", 1))
    one, other = make_envoy(id="e1", skills=both), make_envoy(id="e2", skills=both)
    many = [make_envoy(team_county=None) for _ in range(120)]
    standards = [make_standard(JINJIANG, code, headcount=1) for code in ("S01", "S08")]
    desk = desk_of(one, other, *many, standards=standards)
    for code, back in (("S08", "S01"), ("S01", "S08")):
        after = desk.with_changes(desk.with_group("e1", code))
        groups = {m.envoy.id: m.group for m in after.teams[JINJIANG].members}
        assert groups == {"e1": code, "e2": back}
    named = desk.with_changes(desk.with_group("e1", "S08"))
    head = named.with_changes(named.with_role("e1", "组长")).envoys["e1"]
    assert (plain_role(head.team_role), group_in_role(head.team_role)) == (
        "组长",
        shipped_vocabulary().name("S08"),
    )
    freed = named.with_group("e1", None)["e1"]
    assert freed.team_role == "成员"


@pytest.fixture
def metro(workspace):
    """A leader and two more in each county, all local, and nobody in 锦江."""
    people = []
    for code in CODES:
        home = None if code == JINJIANG else code
        people.append(make_envoy(base_county=code, team_county=home, title_rank=2))
        people.append(make_envoy(base_county=code, team_county=None))
        people.append(make_envoy(base_county=code, team_county=home))
    workspace.roster.add(people)
    return workspace


def test_a_move_is_one_change_that_can_be_taken_back(metro):
    desk = metro.teams.desk()
    ids = [envoy.id for envoy in desk.reserve if envoy.base_county == JINJIANG][:2]

    changes = metro.teams.move(desk, ids, JINJIANG)

    assert changes.description == "2 人移到锦江区团"
    (newest, *_) = metro.history.undoable()
    assert newest.kind == ChangeKind.TEAMS
    assert {m.envoy.id for m in metro.teams.desk().teams[JINJIANG].members} == set(ids)
    metro.history.undo()
    assert metro.teams.desk().teams[JINJIANG].members == ()
    assert [e.id for e in metro.teams.desk().reserve] == [e.id for e in desk.reserve]


def test_one_who_moves_is_named(metro):
    desk = metro.teams.desk()
    envoy = desk.teams[LONGQUAN].members[0].envoy
    said = metro.teams.move(desk, [envoy.id], None).description
    assert said == f"{envoy.name}从龙泉驿区团移到机动库"


def test_roles_are_described_changes(metro):
    desk = metro.teams.desk()
    senior = next(m.envoy for m in desk.teams[LONGQUAN].members if m.envoy.title_rank == 2)
    assert metro.teams.set_role(desk, senior.id, "团长").description == (
        f"龙泉驿区团：{senior.name}任团长"
    )
    assert metro.teams.desk().teams[LONGQUAN].leader.id == senior.id


def test_what_is_forbidden_or_stale_is_not_written(metro):
    desk = metro.teams.desk()
    ids = [envoy.id for envoy in desk.reserve]
    with pytest.raises(InputError, match="最多"):
        metro.teams.move(desk, ids, LONGQUAN)
    metro.roster.save(replace(desk.envoys[ids[0]], remarks="刚改"))
    with pytest.raises(ConflictError):
        metro.teams.move(desk, ids[:1], LONGQUAN)
    assert metro.teams.desk().envoys[ids[0]].team_county is None


def test_a_proposal_taken_whole_gives_the_teams_it_promised(metro):
    proposal = metro.teams.propose(20)
    assert proposal.bounds == proposal.score, "proven"
    compared = metro.teams.compare(proposal)
    everyone = {row.change.before.id for row in compared.rows}
    part = compared.part(everyone)
    assert part.after == proposal.shortfall
    assert part.impact.shortfall == part.after - part.before

    changes = metro.teams.take(compared, everyone)

    assert changes.description.startswith("采用组团建议：")
    assert metro.teams.desk().shortfall == proposal.shortfall
    metro.history.undo()
    assert metro.teams.desk().shortfall == part.before


def test_each_change_of_a_proposal_says_why(metro):
    compared = metro.teams.compare(metro.teams.propose(20))
    why = {row.change.after.team_county: row.why for row in compared.rows}
    assert "没有团长" in why[JINJIANG] or "少 1 人" in why[JINJIANG]
    assert all(row.why for row in compared.rows)


def test_a_proposal_taken_in_part_says_what_still_lacks(metro):
    compared = metro.teams.compare(metro.teams.propose(20))
    first = next(row.change for row in compared.rows if row.change.after.team_county == JINJIANG)
    part = compared.part({first.before.id})
    assert 0 < part.after < part.before
    changes = metro.teams.take(compared, {first.before.id})
    assert changes.description.startswith("采用部分组团建议：")
    assert metro.teams.desk().envoys[first.before.id].team_county == JINJIANG
    assert metro.teams.desk().shortfall == part.after


def test_a_leader_taken_without_the_step_down_of_the_old_one_leaves_one_leader(workspace):
    people = [
        make_envoy(id=code, base_county=code, team_county=code, title_rank=2, team_role="团长")
        for code in CODES
    ]
    workspace.roster.add(people)
    workspace.roster.save(replace(workspace.roster.envoy(JINJIANG), title_rank=1))
    workspace.roster.add([make_envoy(id="e1", title_rank=3, skills=(), team_role="组长")])
    compared = workspace.teams.compare(workspace.teams.propose(20))
    workspace.teams.take(compared, {"e1"})
    stored = {envoy.id: envoy.team_role for envoy in workspace.roster.envoys()}
    assert (stored["e1"], stored[JINJIANG]) == ("团长", "成员")


def test_narrow_sharing_follows_the_team_and_is_said():
    people = [
        make_envoy(id="county", sharing=Sharing.COUNTY),
        make_envoy(id="city", sharing=Sharing.CITY),
        make_envoy(id="metro", sharing=Sharing.METRO),
    ]
    desk = desk_of(*people)
    notes = {key: desk.judge_move([key], "512022").notes for key in ("county", "city", "metro")}
    assert "只在本县共享，以后只能派到乐至县" in notes["county"][0]
    assert "只在本市共享，以后只能派到资阳市各县" in notes["city"][0]
    assert notes["metro"] == ()
    assert desk.judge_move(["city"], QINGYANG).notes == (), "the same city"


def test_a_group_given_by_hand_stays_unless_another_counts_on_the_person():
    envoy = make_envoy(team_role="水稻组组长")
    assert placed(envoy, JINJIANG, group="水稻") is None
    assert placed(envoy, JINJIANG) is None
    assert placed(envoy, JINJIANG, group="蔬菜").team_role == "成员"
    assert placed(envoy, JINJIANG, leads=True).team_role == "团长"
    assert placed(envoy, LONGQUAN).team_role == "成员", "another team"


def test_a_leader_without_the_rank_is_a_lack():
    desk = desk_of(make_envoy(name="张三", team_role="团长", title_rank=1))
    (lack,) = (item for item in desk.teams[JINJIANG].lacks if item.what == "团长")
    assert lack.reason == "团长张三的职称级别是中级，要副高以上。"
    assert lack_text(lack) == "团长职称不够"


def test_reading_the_teams_holds_no_transaction_while_it_reads_the_rest(metro, monkeypatch):
    metro.reference.refresh()
    database, open_now, most = metro.context.database, [], []

    class Counted:
        def __init__(self, uow):
            self._uow = uow

        def __enter__(self):
            open_now.append(self)
            most.append(len(open_now))
            return self._uow.__enter__()

        def __exit__(self, *error):
            open_now.remove(self)
            return self._uow.__exit__(*error)

    real = database.reading
    monkeypatch.setattr(database, "reading", lambda actor: Counted(real(actor)))
    metro.teams.desk()
    assert max(most) == 1
