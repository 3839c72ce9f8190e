"""What is to be done is listed, and is gone once it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from envoy_app.domain.demands import DemandState
from envoy_app.domain.people import Absence
from envoy_app.domain.teams import LEADER
from envoy_app.domain.todo import Task, TaskKind, in_order
from envoy_app.services.todo import TodoService, broken_tasks
from envoy_app.services.workspace import open_workspace
from tests.factories import JINJIANG, make_demand, make_envoy
from tests.plan_factory import make_plan_view
from tests.ui.edit_world import A, make_workspace

TODAY = date(2026, 11, 30)


@pytest.fixture
def workspace(tmp_path):
    """A draft: u, v and w are held by e, g and f; x and y are left out."""
    opened = make_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def todo(workspace):
    return TodoService(workspace, today=lambda: TODAY)


def found(todo, plan=None):
    return {task.kind: task for task in todo.tasks(plan)}


def rules(workspace, plan):
    broken = workspace.editing.broken(plan.info.id)
    return tuple(broken_tasks(plan.info.id, broken))


def publish(workspace):
    info = workspace.planning.latest().info
    workspace.planning.publish(info.id)
    return workspace.planning.latest()


def test_nothing_is_to_be_done_in_an_empty_database(tmp_path):
    opened = open_workspace(tmp_path / "envoy.db", actor="测试")
    assert opened.todo.tasks(None) == ()
    assert opened.todo.team_tasks() == ()
    opened.close()


def test_a_draft_is_to_be_published_and_its_gaps_filled(workspace, todo):
    plan = workspace.planning.latest()
    tasks = found(todo, plan)
    assert set(tasks) == {TaskKind.PUBLISH, TaskKind.UNSCHEDULED}
    assert tasks[TaskKind.PUBLISH].text == f"“{plan.info.title}”还是草案，核对后请发布。"
    left = tasks[TaskKind.UNSCHEDULED]
    assert left.count == len(plan.unscheduled) == 2
    assert left.visit in {visit.id for visit in plan.unscheduled}


def test_the_visit_with_a_cure_comes_first():
    plan = make_plan_view(visits=140, envoys=70)
    cured = [visit for visit in plan.unscheduled if visit.cures]
    assert cured
    assert cured != list(plan.unscheduled)
    (task,) = [
        task
        for task in TodoService(_Nothing())._gap_tasks(plan)
        if task.kind is TaskKind.UNSCHEDULED
    ]
    assert task.visit == cured[0].id
    assert f"其中 {len(cured)} 项有现成的办法" in task.text


class _Nothing:
    """A workspace of which only the gazetteer is asked."""

    def __init__(self):
        from envoy_app.domain.geography import shipped_gazetteer

        self.context = self
        self.reference = self
        self.gazetteer = shipped_gazetteer


def test_a_published_plan_is_to_be_told_and_printed_until_it_is(workspace, todo):
    plan = publish(workspace)
    tasks = found(todo, plan)
    assert TaskKind.PUBLISH not in tasks
    # e, f and g, and one contact in each of two counties
    assert tasks[TaskKind.TELL].count == len(workspace.comparing.announcement(plan.info.id)) == 5
    assert tasks[TaskKind.PRINT].plan == plan.info.id
    workspace.printing.document_made(plan.info.id)
    told = todo.mark_told(plan.info.id)
    assert told.description == f"记下“{plan.info.title}”的人员都已通知"
    assert {TaskKind.TELL, TaskKind.PRINT}.isdisjoint(found(todo, plan))
    workspace.history.undo()
    assert TaskKind.TELL in found(todo, plan)


def test_paper_of_a_draft_is_no_paper_of_what_is_published(workspace, todo):
    workspace.printing.document_made()
    assert workspace.overview.figures().checklist[-1].done
    plan = publish(workspace)
    assert TaskKind.PRINT in found(todo, plan)


def test_demands_wait_until_they_are_triaged_and_twins_until_one_is_called_off(workspace, todo):
    one = make_demand(state=DemandState.PENDING)
    workspace.demands.add([one, replace(one, id="d2", state=DemandState.ACCEPTED)])
    tasks = found(todo)
    assert tasks[TaskKind.PENDING].text == "1 条服务需求等待审核。"
    assert tasks[TaskKind.TWINS].count == 2
    workspace.demands.set_state([one.id], DemandState.CANCELLED, "重复")
    assert {TaskKind.PENDING, TaskKind.TWINS}.isdisjoint(found(todo))


def test_leave_that_hits_a_published_visit_is_told_with_the_visit(workspace, todo):
    plan = publish(workspace)
    hit = next(visit for visit in plan.held if visit.envoys == ("e",))
    person = workspace.roster.envoy("e")
    day = hit.start.date
    away = replace(person, absences=(Absence(day, day, hit.start.half, "病假"),))
    workspace.roster.save(away)
    task = found(todo, plan)[TaskKind.LEAVE]
    assert task.text == "人e请假，已发布的 1 项服务去不了，请换人或改期。"
    assert (task.plan, task.visit, task.urgent) == (plan.info.id, hit.id, True)


@pytest.mark.parametrize("days", [-30, 30])
def test_leave_that_hits_nothing_is_no_task(workspace, todo, days):
    plan = publish(workspace)
    day = TODAY + timedelta(days=days)
    person = workspace.roster.envoy("e")
    workspace.roster.save(replace(person, absences=(Absence(day, day),)))
    assert TaskKind.LEAVE not in found(todo, plan)


def test_leave_of_a_draft_is_what_planning_is_for(workspace, todo):
    plan = workspace.planning.latest()
    person = workspace.roster.envoy("e")
    away = (Absence(TODAY, date(2027, 1, 1)),)
    workspace.roster.save(replace(person, base_county=A, absences=away))
    assert TaskKind.LEAVE not in found(todo, plan)
    assert TaskKind.BROKEN in {task.kind for task in rules(workspace, plan)}


def test_who_has_no_task_is_counted_but_not_the_retired(workspace, todo):
    plan = workspace.planning.latest()
    assert TaskKind.IDLE not in found(todo, plan)
    workspace.roster.add([make_envoy(), make_envoy(active=False)])
    assert found(todo, plan)[TaskKind.IDLE].text == "1 名在岗特派员本期没有任务。"


def test_broken_rules_are_told_with_the_first_of_them(workspace, todo):
    plan = workspace.planning.latest()
    assert TaskKind.BROKEN not in {task.kind for task in rules(workspace, plan)}
    workspace.roster.save(replace(workspace.roster.envoy("e"), active=False))
    (broken,) = rules(workspace, plan)
    assert broken.visit in {visit.id for visit in plan.held if "e" in visit.envoys}
    assert "人e已不在名册或已停用" in broken.text


def test_teams_without_a_leader_or_with_too_few_are_counted_once_teams_were_formed(workspace, todo):
    assert todo.team_tasks() == ()
    workspace.roster.add([make_envoy(team_county=JINJIANG, base_county=JINJIANG)])
    tasks = {task.kind: task for task in todo.team_tasks()}
    assert tasks[TaskKind.LEADERS].count == 35
    assert tasks[TaskKind.SMALL].count == 34  # with one person on the roster, one is a team
    head = make_envoy(team_county=JINJIANG, base_county=JINJIANG, team_role=LEADER, title_rank=3)
    workspace.roster.add([head])
    assert {task.kind: task.count for task in todo.team_tasks()}[TaskKind.LEADERS] == 34


def test_an_old_backup_is_told(workspace, todo, monkeypatch):
    old = datetime.now(UTC) - timedelta(days=9)
    monkeypatch.setattr(workspace.backups, "newest_at", lambda: old)
    assert found(todo)[TaskKind.BACKUP].text == "最近一次备份是 9 天前，请在设置里备份一次。"
    monkeypatch.setattr(workspace.backups, "newest_at", lambda: old + timedelta(days=5))
    assert TaskKind.BACKUP not in found(todo)


def test_the_newest_backup_is_found(workspace):
    from envoy_app.domain.backups import Reason

    assert workspace.backups.newest_at() is None
    made = workspace.backups.make(Reason.MANUAL)
    assert workspace.backups.newest_at() == made.made_at


def test_the_most_urgent_comes_first():
    kinds = (TaskKind.IDLE, TaskKind.TELL, TaskKind.PENDING)
    tasks = in_order(tuple(Task(kind, 1, "") for kind in kinds))
    assert [task.kind for task in tasks] == [TaskKind.TELL, TaskKind.PENDING, TaskKind.IDLE]


def test_a_county_in_short(workspace, todo):
    head = make_envoy(name="头", team_county=A, base_county=A, team_role=LEADER, title_rank=3)
    workspace.roster.add([make_envoy(team_county=A, base_county=A), head])
    late = make_demand(county=A, state=DemandState.ACCEPTED)
    first = make_demand(county=A, state=DemandState.PENDING)
    over = make_demand(county=A, state=DemandState.REJECTED)
    workspace.demands.add([late, first, over, make_demand()])
    brief = todo.county(A)
    assert brief.leader == head
    assert brief.team[0] == head
    assert len(brief.team) == 2
    assert any("花木" in lack.what for lack in brief.lacks)
    assert [item.id for item in brief.demands] == [first.id, late.id]
    assert todo.county("510603").team == ()
