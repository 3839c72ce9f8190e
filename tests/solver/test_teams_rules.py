"""The checker of teams: one hand-made case per rule and per part of the score."""

import pytest

from solver.teams import CountyShortfall, Formation, Team, TeamsScore, check_teams
from tests.solver.build_teams import codes, county, envoy, formed, instance


def test_a_valid_formation_breaks_nothing():
    case = instance([envoy("e1", can_lead=True), envoy("e2")])
    report = check_teams(case, formed(case, ["e2"], {"A": "e1"}, A=["e1"]))
    assert report.violations == ()


@pytest.mark.parametrize(
    ("envoys", "reserve", "teams"),
    [
        pytest.param([envoy("e1")], [], {"A": ["e1"], "B": ["e1"]}, id="two teams"),
        pytest.param([envoy("e1")], ["e1"], {"A": ["e1"]}, id="team and reserve"),
        pytest.param([envoy("e1")], [], {"A": ["e1", ("e1", None)]}, id="twice on one team"),
        pytest.param([envoy("e1")], [], {}, id="nowhere"),
    ],
)
def test_everyone_has_one_place(envoys, reserve, teams):
    case = instance(envoys)
    assert codes(case, formed(case, reserve, **teams)) == ["TEAM"]


def test_fixed_team_holds():
    case = instance([envoy("e1", fixed_team="B")])
    assert codes(case, formed(case, A=["e1"])) == ["FIXED"]
    assert codes(case, formed(case, ["e1"])) == ["FIXED"]
    assert codes(case, formed(case, B=["e1"])) == []


def test_excluded_counties_are_closed():
    case = instance([envoy("e1", exclude=["B"])])
    assert codes(case, formed(case, B=["e1"])) == ["EXCLUDE"]


def test_a_team_is_not_larger_than_its_maximum():
    case = instance(
        [envoy("e1"), envoy("e2")], counties=[county("A", max_size=1), county("B"), county("C")]
    )
    assert codes(case, formed(case, A=["e1", "e2"])) == ["MAX_SIZE"]


def test_a_group_is_the_countys_and_its_members_know_the_specialty():
    groups = [{"specialty": "柑橘", "min_members": 0}, {"specialty": "水稻", "min_members": 1}]
    case = instance([envoy("e1")], counties=[county("A", groups=groups), county("B"), county("C")])
    assert codes(case, formed(case, A=[("e1", "柑橘")])) == []
    assert codes(case, formed(case, A=[("e1", "水稻")])) == ["GROUP"]
    assert codes(case, formed(case, B=[("e1", "柑橘")])) == ["GROUP"]


def test_a_leader_is_an_able_member():
    case = instance([envoy("e1"), envoy("e2", can_lead=True)])
    assert codes(case, formed(case, ["e2"], {"A": "e1"}, A=["e1"])) == ["LEADER"]
    assert codes(case, formed(case, ["e2"], {"A": "e2"}, A=["e1"])) == ["LEADER"]
    assert codes(case, formed(case, [], {"A": "e2"}, A=["e1", "e2"])) == []


def test_what_cannot_be_understood_is_told_and_not_counted():
    case = instance([envoy("e1")])
    formation = Formation((Team("A", "e9", ()), Team("A", None, ()), Team("X", None, ())), ("e9",))
    report = check_teams(case, formation)
    places = {(found.code, found.county, found.envoy) for found in report.violations}
    assert places == {
        ("FORMAT", "A", None),  # twice
        ("FORMAT", "B", None),  # missing
        ("FORMAT", "C", None),
        ("FORMAT", "X", None),
        ("FORMAT", None, "e9"),
        ("TEAM", None, "e1"),  # nowhere
        ("LEADER", "A", "e9"),
    }
    assert all(found.message.endswith("。") for found in report.violations)


def test_shortfall_counts_people_locals_leader_and_groups():
    groups = [{"specialty": "柑橘", "min_members": 2}, {"specialty": "水稻", "min_members": 1}]
    wants = county("A", min_size=4, min_local=2, groups=groups)
    case = instance(
        [envoy("e1"), envoy("e2", base="B")], counties=[wants, county("B"), county("C")]
    )
    report = check_teams(case, formed(case, A=[("e1", "柑橘"), "e2"]))
    # Size 4 - 2, local 2 - 1 (e2 lives in B), no leader, 柑橘 2 - 1 (e2 is in no group), 水稻 1.
    assert report.breakdown.shortfalls[0] == CountyShortfall(
        "A", size=2, local=1, leader=1, groups=(("柑橘", 1), ("水稻", 1))
    )
    assert report.score.shortfall == 6 + 2  # B and C lack a leader each
    assert report.breakdown.shortfalls[0].total == 6


def test_moves_count_whoever_left_also_for_the_reserve():
    case = instance(
        [
            envoy("stays", current_team="A"),
            envoy("changes", current_team="A"),
            envoy("leaves", current_team="B"),
            envoy("new"),
        ]
    )
    report = check_teams(case, formed(case, ["leaves"], A=["stays", "new"], C=["changes"]))
    assert report.score.moves == 2
    assert report.breakdown.moved == ("changes", "leaves")


def test_cost_is_travel_wishes_sizes_and_levels():
    case = instance(
        [
            envoy("e1", base="B", preferences=["C", "A"], specialties={"柑橘": 1}),
            envoy("e2", base="A", preferences=["B"], specialties={"柑橘": 3}),
            envoy("e3", base="C"),
        ],
        counties=[
            county("A", target_size=3, groups=[{"specialty": "柑橘", "min_members": 2}]),
            county("B"),
            county("C", target_size=0),
        ],
    )
    report = check_teams(case, formed(case, A=[("e1", "柑橘"), ("e2", "柑橘")], C=["e3"]))
    parts = report.breakdown
    assert parts.travel == 40 + 5 + 15  # B to A (not A to B, 30), within A, within C
    assert parts.preference == 20 * (1 + 1 + 0)  # second wish; not in a list of one; no list
    assert parts.size == 15 * (1 + 0 + 1)  # A is one short of 3, C is one above 0
    assert parts.level == 5 * (2 + 0)
    assert report.score == TeamsScore(3, 0, 60 + 40 + 30 + 10)
