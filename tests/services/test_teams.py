"""Forming teams from a database: the problem, the proposal, applying it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import solver
from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import (
    Cancelled,
    ConflictError,
    EnvironmentProblem,
    InputError,
    PlanRejected,
)
from envoy_app.domain.geography import TravelRule, default_travel, shipped_gazetteer
from envoy_app.services.team_instances import TeamInputs, TeamSizes, build_teams, team_sizes
from solver import teams
from tests.factories import JINJIANG, LONGQUAN, QINGYANG, make_envoy, make_standard

CODES = [county.code for county in shipped_gazetteer().counties]


def inputs(*envoys, standards=()):
    gazetteer = shipped_gazetteer()
    travel = default_travel(gazetteer, TravelRule())
    return TeamInputs(gazetteer, travel, tuple(standards), envoys)


def county_of(built, code):
    return next(item for item in built.problem["counties"] if item["id"] == code)


def test_the_problem_is_one_that_the_solver_reads():
    built = build_teams(
        inputs(
            make_envoy(id="e1", title_rank=2, base_county=LONGQUAN, team_county=QINGYANG),
            make_envoy(id="e2", base_county=None, team_county=JINJIANG),
        )
    )
    case = teams.parse_teams(built.problem)
    assert [county.id for county in case.counties] == CODES
    first, second = case.envoys
    assert (first.base, first.current_team, first.can_lead) == (LONGQUAN, QINGYANG, True)
    assert (second.base, second.current_team, second.can_lead) == (JINJIANG, JINJIANG, False)
    assert first.specialties == {"S06": 2}


def test_sizes_come_from_the_roster():
    # 520 / 35 = 14.9 each: 60 % are 8.9, 85 % 12.6, 120 % 17.8.
    assert team_sizes(520, 35) == TeamSizes(least=8, target=13, largest=18, local=2)
    assert team_sizes(3, 35) == TeamSizes(least=1, target=1, largest=2, local=1)


def test_groups_come_from_what_a_county_needs_most():
    standards = [
        make_standard(specialty=code, visits_per_month=visits, headcount=people)
        for code, visits, people in [("S01", 2, 1), ("S08", 4, 2), ("S03", 3, 1), ("S04", 1, 1)]
    ]
    crowd = [make_envoy() for _ in range(5 * 35)]  # least size 3
    built = build_teams(inputs(*crowd, standards=standards))
    assert county_of(built, LONGQUAN)["groups"] == [
        {"specialty": "S08", "min_members": 2},
        {"specialty": "S03", "min_members": 1},
    ]
    assert county_of(built, QINGYANG)["groups"] == []


def test_who_has_no_county_is_told_and_left_out():
    homeless = make_envoy(name="无处", base_county=None, team_county=None)
    built = build_teams(inputs(homeless, make_envoy(id="e1"), make_envoy(active=False)))
    assert list(built.envoys) == ["e1"]
    (warning,) = built.warnings
    assert "无处" in warning


def test_nobody_to_form_teams_with(workspace):
    with pytest.raises(InputError, match="先导入名册"):
        workspace.teams.propose()


@pytest.fixture
def metro(workspace):
    """Two people who live in each county, on no team yet; the second may lead."""
    people = []
    for code in CODES:
        people.append(make_envoy(base_county=code, team_county=None))
        people.append(make_envoy(base_county=code, team_county=None, title_rank=2))
    workspace.roster.add(people)
    return workspace


def test_a_proposal_names_teams_leaders_lacks_and_changes(metro):
    news = []

    proposal = metro.teams.propose(20, on_progress=news.append)

    assert news[-1].shortfall == proposal.shortfall
    assert proposal.optimal
    assert [team.county for team in proposal.teams] == CODES
    assert all(team.leader is not None and team.leader.title_rank == 2 for team in proposal.teams)
    # All know S06 only: the group is filled where S06 is what the county needs most.
    lacks = [lack for team in proposal.teams for lack in team.lacks]
    assert proposal.shortfall == sum(lack.count for lack in lacks)
    assert lacks
    assert all("只有 0 人" in lack.reason for lack in lacks if "组人员" in lack.what)
    assert proposal.moves == 0, "nobody was on a team"
    assert len(proposal.changes) == proposal.members
    assert all(change.before.team_county is None for change in proposal.changes)
    assert metro.roster.envoys()[0].team_county is None, "a proposal writes nothing"


def test_applying_writes_team_and_role_at_once(metro):
    proposal = metro.teams.propose(20)

    changes = metro.teams.apply(proposal)

    assert changes.topics == {Topic.ROSTER}
    assert str(len(proposal.changes)) in changes.description
    stored = {envoy.id: envoy for envoy in metro.roster.envoys()}
    for team in proposal.teams:
        for member in team.members:
            now = stored[member.envoy.id]
            assert (now.team_county, now.team_counties) == (team.county, (team.county,))
            assert now.team_role == ("团长" if member.leads else "成员")
    assert all(stored[envoy.id].team_county is None for envoy in proposal.reserve)
    again = metro.teams.propose(20)
    assert again.changes == ()


def test_what_someone_else_changed_is_not_overwritten(metro):
    proposal = metro.teams.propose(20)
    last = proposal.changes[-1].before
    metro.roster.save(replace(last, remarks="刚改"))

    with pytest.raises(ConflictError):
        metro.teams.apply(proposal)

    assert all(envoy.team_county is None for envoy in metro.roster.envoys()), "all or nothing"


@pytest.fixture
def settled(workspace):
    """A local 团长 in each county: who joins 锦江 beside, without a specialty, cures nothing."""
    people = [
        make_envoy(id=code, base_county=code, team_county=code, title_rank=2, team_role="团长")
        for code in CODES
    ]
    workspace.roster.add(people)
    return workspace


def idle(name, **values):
    return make_envoy(**({"id": name, "skills": (), "team_role": "组长"} | values))


def changed(proposal):
    return {
        item.before.id: (item.after.team_county, item.after.team_role) for item in proposal.changes
    }


def test_todays_leader_stays_and_a_role_in_the_team_too(settled):
    settled.roster.add([idle("e1", title_rank=3, team_role="副团长")])
    proposal = settled.teams.propose(20)
    team = next(team for team in proposal.teams if team.county == JINJIANG)
    assert {member.envoy.id: member.leads for member in team.members} == {
        JINJIANG: True,
        "e1": False,
    }
    assert proposal.changes == ()


def test_a_leader_without_the_rank_hands_over(settled):
    settled.roster.save(replace(settled.roster.envoy(JINJIANG), title_rank=1))
    settled.roster.add([idle("e1", title_rank=3)])
    assert changed(settled.teams.propose(20)) == {
        JINJIANG: (JINJIANG, "成员"),
        "e1": (JINJIANG, "团长"),
    }


def test_who_leaves_for_the_reserve_has_no_role(settled):
    settled.roster.add([idle("e1"), idle("e2")])  # 37 people: a team has two at most
    proposal = settled.teams.propose(20)
    (place,) = changed(proposal).values()
    assert place == (None, "")
    assert proposal.moves == 1
    assert [envoy.team_role for envoy in proposal.reserve] == ["组长"], "as it is today"


def test_a_lack_says_why(workspace):
    workspace.roster.add([make_envoy() for _ in range(3)])
    found = workspace.teams.propose(20).teams
    reasons = {lack.what: lack.reason for team in found for lack in team.lacks}
    assert reasons["团长"] == "副高以上职称的只有 0 人，共有 35 个团。"
    assert reasons["人数"] == "全库只有 3 人，各团最少共需 35 人。"
    assert reasons["本县人员"] == "常驻本县的只有 0 人。"
    assert reasons["水稻组人员"].startswith("有水稻专业的只有 0 人，各团共需 ")


def test_a_leader_too_many_helps_out_where_one_lacks(settled):
    settled.roster.save(replace(settled.roster.envoy(JINJIANG), title_rank=1))
    settled.roster.add([idle("e1", base_county=QINGYANG, team_county=QINGYANG, title_rank=2)])
    found = settled.teams.propose(20)
    lacks = [lack for team in found.teams for lack in team.lacks if "组人员" not in lack.what]
    assert lacks == []
    assert changed(found)["e1"] == (JINJIANG, "团长")


def outcome(monkeypatch, solution):
    def solve(*args, **kwargs):
        if isinstance(solution, Exception):
            raise solution
        return solution

    monkeypatch.setattr(teams, "solve_teams_in_child", solve)


@pytest.mark.parametrize(
    ("solution", "error", "words"),
    [
        (teams.TeamsSolution("x", "cancelled", None, None, None), Cancelled, None),
        (teams.TeamsSolution("x", "unknown", None, None, None), InputError, "延长求解时间"),
        (solver.SolverCrashed("求解进程意外退出。"), EnvironmentProblem, "意外退出"),
        (
            teams.TeamsSolution(
                "x",
                "optimal",
                teams.TeamsScore(0, 0, 0),
                teams.TeamsScore(0, 0, 0),
                teams.Formation((), ("nobody",)),
            ),
            PlanRejected,
            "没有通过核对",
        ),
    ],
)
def test_what_the_solver_may_say_instead(metro, monkeypatch, solution, error, words):
    outcome(monkeypatch, solution)
    with pytest.raises(error, match=words):
        metro.teams.propose()
