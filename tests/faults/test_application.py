"""The application when solving goes wrong: the plan in force stays, one sentence."""

from functools import partial

import pytest

import solver
from envoy_app.domain.errors import Cancelled, EnvironmentProblem
from envoy_app.domain.plans import PlanState
from envoy_app.services.workspace import open_workspace
from solver import teams
from solver.process import solve_in_child
from solver.teams.process import solve_teams_in_child
from tests.faults.fakes import assert_gone, fake, offspring, relay
from tests.services.test_planning import fill, request

FAULTS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "rubbish": "say('{}'); hang()",
    "output closed": "os.close(1); hang()",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A database with a plan in force."""
    opened = open_workspace(tmp_path_factory.mktemp("faults") / "envoy.db", actor="张三")
    fill(opened)
    plan = opened.planning.run(request())
    opened.planning.publish(plan.info.id)
    yield opened, opened.planning.view(plan.info.id)
    opened.close()


def with_child(monkeypatch, command):
    monkeypatch.setattr(solver, "solve_in_child", partial(solve_in_child, command=command))
    monkeypatch.setattr(
        teams, "solve_teams_in_child", partial(solve_teams_in_child, command=command)
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_before_a_plan_changes_nothing(name, published, monkeypatch):
    opened, plan = published
    before = opened.planning.plans()
    with_child(monkeypatch, fake(FAULTS[name]))
    with pytest.raises(EnvironmentProblem) as error:
        opened.planning.run(request(time_limit=600))
    assert str(error.value).count("。") == 1
    assert opened.planning.plans() == before
    assert opened.planning.view(plan.info.id) == plan
    assert_gone(offspring())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_after_a_plan_keeps_it_as_a_draft(name, published, monkeypatch):
    opened, plan = published
    with_child(monkeypatch, relay(FAULTS[name]))
    told = []
    made = opened.planning.run(request(time_limit=600), on_progress=told.append)
    assert made.info.state is PlanState.DRAFT
    assert made.held
    assert made.info.version_no > plan.info.version_no
    assert told[-1].phase.endswith("。")
    assert "保留" in told[-1].phase
    assert opened.planning.view(plan.info.id) == plan
    assert opened.planning.view(plan.info.id).info.state is PlanState.PUBLISHED
    assert_gone(offspring())


def test_how_a_child_failed_is_in_the_log_and_a_sentence_on_the_screen(
    published, monkeypatch, caplog
):
    opened, _ = published
    with_child(monkeypatch, fake("raise RuntimeError('deep inside')"))
    with pytest.raises(EnvironmentProblem) as error:
        opened.planning.run(request(time_limit=600))
    assert "Traceback" not in str(error.value)
    (told,) = (record for record in caplog.records if record.name == "solver.process")
    assert told.levelname == "ERROR"
    assert "Traceback" in told.getMessage()
    assert "deep inside" in told.getMessage()


def test_a_child_that_a_signal_ends_leaves_its_frames(published, monkeypatch, caplog):
    opened, _ = published
    crash = "import faulthandler; faulthandler.enable(); os.kill(os.getpid(), signal.SIGSEGV)"
    with_child(monkeypatch, fake(crash))
    with pytest.raises(EnvironmentProblem) as error:
        opened.planning.run(request(time_limit=600))
    assert "求解进程意外退出，没有得到方案" in str(error.value)
    assert "Segmentation fault" in caplog.text
    assert "ended with -11" in caplog.text


def test_hanging_before_a_plan_can_be_cancelled(published, monkeypatch):
    opened, plan = published
    before = opened.planning.plans()
    with_child(monkeypatch, fake("hang()"))
    with pytest.raises(Cancelled):
        opened.planning.run(request(), should_cancel=lambda: True)
    assert opened.planning.plans() == before
    assert opened.planning.view(plan.info.id) == plan
    assert_gone(offspring())


def test_hanging_after_a_plan_can_be_stopped(published, monkeypatch):
    opened, plan = published
    with_child(monkeypatch, relay("os.kill(os.getpid(), signal.SIGSTOP)"))
    told = []
    made = opened.planning.run(
        request(time_limit=600), told.append, lambda: any(item.held for item in told)
    )
    assert made.held
    assert opened.planning.view(plan.info.id) == plan
    assert_gone(offspring())


@pytest.mark.parametrize("name", FAULTS)
def test_teams_are_proposed_or_not_and_nothing_is_written(name, published, monkeypatch):
    opened, _ = published
    before = opened.roster.envoys()
    with_child(monkeypatch, fake(FAULTS[name]))
    with pytest.raises(EnvironmentProblem):
        opened.teams.propose(600)
    assert opened.roster.envoys() == before
    assert_gone(offspring())
