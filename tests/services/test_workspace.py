from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.coverage import shipped_minimums, shipped_standards
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import ConflictError, EnvironmentProblem, InputError, NotFoundError
from envoy_app.domain.geography import TravelRule, default_travel, shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.services.workspace import default_database, open_workspace
from tests.factories import make_demand, make_envoy


def test_a_new_workspace_is_empty_but_for_reference_data(workspace):
    reference = workspace.reference
    assert workspace.is_empty
    assert not workspace.is_sample
    assert reference.gazetteer() == shipped_gazetteer()
    assert reference.vocabulary() == shipped_vocabulary()
    assert reference.travel() == default_travel(shipped_gazetteer(), TravelRule())
    assert set(reference.standards()) == set(shipped_standards())
    assert len(reference.minimums()) == 35


def test_boundaries_outline_every_county_around_its_label(workspace):
    boundaries = workspace.reference.boundaries()
    codes = [county.code for county in workspace.reference.gazetteer().counties]
    assert [item.code for item in boundaries] == codes
    for item in boundaries:
        points = [point for ring in item.polygons for point in ring]
        assert min(x for x, _ in points) <= item.label[0] <= max(x for x, _ in points)
        assert min(y for _, y in points) <= item.label[1] <= max(y for _, y in points)


def test_sample_demands_alone_mark_the_workspace(workspace):
    workspace.demands.add([make_demand(sample=True)])
    assert workspace.is_sample


def test_opening_again_keeps_everything_and_seeds_nothing(tmp_path):
    first = open_workspace(tmp_path / "a.db")
    first.roster.add([make_envoy(sample=True)])
    with first.context.uow() as uow:
        uow.describe("布置")
        uow.standards.remove([first.reference.standards()[0].id])
        uow.commit()
    first.close()
    again = open_workspace(tmp_path / "a.db")
    assert not again.is_empty
    assert again.is_sample
    assert len(again.reference.standards()) == len(shipped_standards()) - 1
    again.close()


def test_the_default_database_is_in_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(
        platformdirs, "user_data_dir", lambda name, appauthor: str(tmp_path / "数据" / name)
    )
    assert default_database().parent.parent == tmp_path / "数据"
    opened = open_workspace()
    assert opened.path.is_file()
    opened.close()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(
        platformdirs, "user_data_dir", lambda name, appauthor: str(tmp_path / "file" / name)
    )
    with pytest.raises(EnvironmentProblem, match="无法建立数据文件夹"):
        open_workspace()


def test_the_actor_is_the_systems_user_where_none_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "李四")
    opened = open_workspace(Path(tmp_path / "a.db"))
    assert opened.actor == "李四"
    opened.close()


def test_saving_an_envoy_changes_the_roster_once(workspace):
    added = workspace.roster.add([make_envoy(name="王芳"), make_envoy(active=False)])
    assert added.touches(Topic.ROSTER)
    assert not added.touches(Topic.PLANS)
    (envoy,) = workspace.roster.envoys()
    assert len(workspace.roster.envoys(include_inactive=True)) == 2
    changes = workspace.roster.save(replace(envoy, post="主任"))
    assert changes.description == "修改特派员“王芳”：职务"
    assert workspace.roster.envoy(envoy.id).post == "主任"
    with pytest.raises(ConflictError):
        workspace.roster.save(replace(envoy, post="科长"))
    with pytest.raises(NotFoundError):
        workspace.roster.envoy("nobody")


def test_demands_move_together_or_not_at_all(workspace):
    pending = make_demand(state=DemandState.PENDING)
    rejected = make_demand(state=DemandState.REJECTED)
    workspace.demands.add([pending, rejected])
    with pytest.raises(InputError, match="已驳回"):
        workspace.demands.set_state([pending.id, rejected.id], DemandState.ACCEPTED)
    assert workspace.demands.demands()[0].state is DemandState.PENDING
    changes = workspace.demands.set_state([pending.id], DemandState.ACCEPTED)
    assert changes.description == f"服务需求“{pending.content}”改为已受理"
    assert workspace.demands.demands()[0].state is DemandState.ACCEPTED


def test_rejecting_needs_a_reason_and_keeps_it(workspace):
    demand = make_demand(state=DemandState.PENDING)
    workspace.demands.add([demand])
    with pytest.raises(InputError, match="原因"):
        workspace.demands.set_state([demand.id], DemandState.REJECTED, " ")
    workspace.demands.set_state([demand.id], DemandState.REJECTED, "已有技术员")
    assert workspace.demands.demands()[0].state_reason == "已有技术员"


def test_the_default_standard_covers_every_county_sensibly():
    standards, minimums = shipped_standards(), shipped_minimums()
    vocabulary, counties = shipped_vocabulary().by_code, shipped_gazetteer().by_code
    assert {item.county for item in minimums} == set(counties)
    assert 560 <= sum(item.visits_per_month for item in standards) <= 620
    for minimum in minimums:
        own = [item for item in standards if item.county == minimum.county]
        visits = sum(item.visits_per_month for item in own)
        assert 4 <= len(own) <= 6
        assert len({item.specialty for item in own}) == len(own)
        assert 8 <= minimum.min_visits <= 12 <= visits
        assert max(item.required for item in own) == 2
    for item in standards:
        assert item.specialty in vocabulary
        assert 2 <= item.visits_per_month <= 5
        assert item.required <= item.visits_per_month
        assert item.slots in (1, 2, 4)


def test_the_default_standard_follows_the_leading_industry():
    leading = {}
    for item in shipped_standards():
        leading.setdefault(item.county, item.specialty)
    counties = {county.short_name: county.code for county in shipped_gazetteer().counties}
    expected = {
        "金堂": "S05",
        "安岳": "S06",
        "邛崃": "S21",
        "乐至": "S11",
        "洪雅": "S09",
        "什邡": "S10",
        "新津": "S17",
        "崇州": "S01",
        "龙泉驿": "S08",
    }
    assert {name: leading[counties[name]] for name in expected} == expected
