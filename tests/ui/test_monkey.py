"""The monkey's short run in the suite; `python -m tests.bench.monkey` is the long one."""

from collections import deque

import pytest

from tests.ui.monkey import checks
from tests.ui.monkey.run import MonkeyRun
from tests.ui.monkey.world import make_world

SHORT, LONG = 1_500, 20_000


@pytest.fixture
def play(qapp, watch, tmp_path, expected_logs):
    expected_logs.allow = True  # the run hears them itself, and tells what was done before

    def run(seed, deeds, **more):
        return MonkeyRun(tmp_path, seed, watch, **more).play(lambda done: done >= deeds)

    font = qapp.font()
    yield run
    qapp.setFont(font)


def test_random_input_leaves_everything_sound(play):
    report = play(11, SHORT, every=500)
    assert not report.faults, report.text
    assert report.deeds >= SHORT
    assert report.checks >= 3
    assert not report.silences, "\n".join(report.silences)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_much_random_input_leaves_everything_sound(play, seed):
    report = play(seed, LONG, children=True)
    assert not report.faults, report.text


def test_an_error_in_the_window_ends_the_run_with_what_was_done_before(play, monkeypatch):
    from ui.command_bar import CommandBar

    def fail(bar, event):
        raise ValueError("摔了一跤")

    monkeypatch.setattr(CommandBar, "focusInEvent", fail, raising=False)
    report = play(11, SHORT)
    assert any("摔了一跤" in fault for fault in report.faults)
    assert isinstance(report.said, deque)
    assert report.said


def test_a_stored_plan_that_breaks_a_rule_is_found(tmp_path):
    from envoy_app.services.workspace import open_workspace

    workspace = open_workspace(make_world(tmp_path), actor="测试")
    assert list(checks.unsound_plans(workspace)) == []
    envoy = workspace.planning.latest().held[0].envoys[0]
    with workspace.context.uow() as uow:
        uow.describe("动手脚")
        plan = uow.plans.view(uow.plans.infos()[0].id)
        uow.plans.save(plan, _doubled(plan, envoy))
        uow.commit()
    assert any(list(checks.unsound_plans(workspace)))
    workspace.close()


def _doubled(plan, envoy):
    """The same plan with two visits of one person at one time."""
    from dataclasses import replace

    one = next(visit for visit in plan.held if envoy in visit.envoys)
    other = next(visit for visit in plan.held if envoy not in visit.envoys)
    role = replace(other.roles[0], envoys=(envoy,) * other.roles[0].count)
    moved = replace(other, start=one.start, roles=(role, *other.roles[1:]))
    visits = tuple(moved if visit is other else visit for visit in plan.visits)
    return replace(plan, visits=visits)
