"""Today's teams, and the workbook of them. Sizes of the small rosters here: least 1, local 1."""

from __future__ import annotations

import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from envoy_app.domain.people import Skill
from envoy_app.services.current_teams import current_teams
from tests.factories import JINJIANG, LONGQUAN, make_envoy
from tests.io.support_books import formulas


class Built:
    """What team formation asks of two counties' teams."""

    def __init__(self, *counties):
        self.problem = {"counties": list(counties)}


def county(code, groups, size=1, local=0):
    wanted = [{"specialty": name, "min_members": count} for name, count in groups.items()]
    return {"id": code, "min_size": size, "min_local": local, "groups": wanted}


def person(*codes, **values):
    skills = tuple(Skill(code, 1) for code in codes)
    return make_envoy(**({"team_county": LONGQUAN, "skills": skills} | values))


@pytest.fixture
def vocabulary(workspace):
    return workspace.reference.vocabulary()


def test_who_can_do_two_things_leaves_the_only_place_to_whom_it_is_the_only_one(vocabulary):
    both, one = person("S04", "S08"), person("S04")
    found = current_teams(Built(county(LONGQUAN, {"S04": 1, "S08": 1})), [both, one], vocabulary)
    groups = {member.envoy.id: member.group for member in found.teams[0].members}
    assert groups == {both.id: "S08", one.id: "S04"}
    assert [lack.what for lack in found.teams[0].lacks] == ["团长"]


def test_what_a_team_lacks_is_counted(vocabulary):
    leader = person("S04", team_role="团长", base_county=LONGQUAN, title_rank=2)
    built = Built(county(LONGQUAN, {"S04": 1, "S17": 2}, size=3, local=2))
    team = current_teams(built, [person("S19"), leader], vocabulary).teams[0]
    assert team.leader is leader
    assert team.members[0].leads
    assert [(lack.what, lack.count) for lack in team.lacks] == [
        ("人数", 1),
        ("本县人员", 1),
        ("水产组人员", 2),
    ]
    assert team.lacks[0].reason == "现有 2 人，最少 3 人。"


def test_those_on_no_team_are_the_reserve(vocabulary):
    free = person("S04", team_county=None)
    found = current_teams(Built(county(JINJIANG, {})), [free], vocabulary)
    assert found.reserve == (free,)
    assert found.teams[0].members == ()


def test_the_workbook_tells_teams_members_and_reserve(workspace, tmp_path):
    people = [
        person("S08", team_role="团长", name="=团长", phones=("13900000001",)),
        person("S08"),
        person("S04", team_county=None, name="机动"),
    ]
    workspace.roster.add(people)
    path = workspace.exports.teams_workbook(tmp_path / "县团")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["各县县团", "县团名单", "机动库"]
    summary = next(
        row for row in book["各县县团"].iter_rows(values_only=True) if row[1] == "龙泉驿区"
    )
    assert summary[2] == 2
    assert summary[5:8] == ("=团长", "省农科院", "13900000001")
    assert summary[9] >= 1
    assert "最少" in summary[11]
    members = list(book["县团名单"].iter_rows(min_row=4, values_only=True))
    assert [row[2] for row in members] == ["团长", None]
    assert [row[1] for row in book["机动库"].iter_rows(min_row=4, values_only=True)] == ["机动"]
    assert len(list(book["各县县团"].iter_rows(min_row=5))) == 35
    assert formulas(path) == 0


def test_without_people_it_says_what_to_do(workspace, tmp_path):
    with pytest.raises(InputError, match="先导入名册"):
        workspace.exports.teams_workbook(tmp_path / "a.xlsx")
