"""A published version stays as it is, and publishing can be taken back as one change."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import InputError, NotFoundError, UndoConflict
from envoy_app.domain.people import Skill
from envoy_app.domain.plans import PlanState
from envoy_app.persistence.plan_seal import seal_of
from envoy_app.services.workspace import open_workspace
from tests.factories import LONGQUAN, make_demand, make_envoy
from tests.services.plan_workspace import workspace_with
from tests.services.test_plan_comparing import CONTACT, version
from tests.services.test_plan_matching import wanted
from tests.services.test_planning import fill, request

CONTENT = ("plan_visit", "plan_seat")


@pytest.fixture
def stored(tmp_path):
    """Two versions: the second holds d2 in place of d1."""
    first = version(wanted("d1", 3, "a", **CONTACT), wanted("d2"))
    second = version(wanted("d1"), wanted("d2", 4, "b"), number=2)
    with workspace_with(tmp_path, first, second) as workspace:
        workspace.demands.add([make_demand(id="d1"), make_demand(id="d2")])
        yield workspace


def states(workspace):
    plans = {info.version_no: info.state.value for info in workspace.planning.plans()}
    return plans, {demand.id: demand.state.value for demand in workspace.demands.demands()}


def rows(workspace, plan_id):
    """All that is stored of a version but for its state, and its seal as it would be now."""
    with workspace.context.read() as uow:
        session = uow.plans._session
        found = {
            table: session.execute(
                text(f"SELECT * FROM {table} WHERE plan_version_id = :id ORDER BY id"),
                {"id": plan_id},
            ).all()
            for table in CONTENT
        }
        return found, seal_of(session, plan_id)


def test_undo_of_a_publication_brings_back_state_demands_and_the_archived_version(stored):
    stored.planning.publish("p1")
    before = states(stored)
    assert before == ({1: "已发布", 2: "草案"}, {"d1": "已派员", "d2": "已受理"})
    stored.planning.publish("p2")
    after = states(stored)
    assert after == ({1: "已归档", 2: "已发布"}, {"d1": "已受理", "d2": "已派员"})
    changes = stored.history.undo()
    assert changes.description == "撤销：发布“十二月 第2版”"
    assert states(stored) == before
    stored.history.redo()
    assert states(stored) == after
    stored.history.undo()
    stored.history.undo()
    assert states(stored) == ({1: "草案", 2: "草案"}, {"d1": "已受理", "d2": "已受理"})
    stored.planning.publish("p2")
    assert states(stored) == ({1: "草案", 2: "已发布"}, {"d1": "已受理", "d2": "已派员"})


def test_a_publication_whose_demands_went_on_is_not_taken_back_unseen(stored):
    stored.planning.publish("p1")
    stored.demands.set_state(["d1"], DemandState.DONE)
    publication = stored.history.undoable()[1]
    with pytest.raises(UndoConflict) as refused:
        stored.history.undo(publication.id)
    assert len(refused.value.records) == 1
    assert states(stored) == ({1: "已发布", 2: "草案"}, {"d1": "已完成", "d2": "已受理"})
    stored.history.undo(publication.id, leave_changed=True)
    assert states(stored) == ({1: "草案", 2: "草案"}, {"d1": "已完成", "d2": "已受理"})


@pytest.mark.parametrize("state", [PlanState.PUBLISHED, PlanState.ARCHIVED])
def test_only_drafts_are_published(stored, state):
    stored.planning.publish("p1")
    if state is PlanState.ARCHIVED:
        stored.planning.publish("p2")
    before = states(stored), len(stored.history.undoable())
    with pytest.raises(InputError, match=f"十二月 第1版”{state.value}，只有草案可以发布"):
        stored.planning.publish("p1")
    assert (states(stored), len(stored.history.undoable())) == before


def test_the_planning_of_a_version_cannot_be_undone_under_its_publication(tmp_path):
    with workspace_with(tmp_path, version(wanted("d1", 3, "a"))) as workspace:
        planned = workspace.history.undoable()[0]
        workspace.planning.publish("p1")
        content = rows(workspace, "p1")
        with pytest.raises(UndoConflict):
            workspace.history.undo(planned.id)
        workspace.history.undo(planned.id, leave_changed=True)
        assert workspace.planning.view("p1").info.state is PlanState.PUBLISHED
        assert rows(workspace, "p1") == content


def test_no_service_changes_a_published_version(workspace):
    """All that goes on around a published version leaves its rows and its seal as they are."""
    fill(workspace)
    view = workspace.planning.run(request())
    workspace.planning.publish(view.info.id)
    content, sealed = workspace.planning.view(view.info.id), rows(workspace, view.info.id)
    assert sealed[0]["plan_seat"]

    workspace.roster.save(
        replace(workspace.roster.envoy("e1"), name="改名", phones=("0",), active=False)
    )
    workspace.roster.add([make_envoy(skills=(Skill("S08", 3),), base_county=LONGQUAN)])
    workspace.planning.publish(workspace.planning.run(request()).info.id)
    workspace.demands.set_state(["d1"], DemandState.CANCELLED, "不办了")
    workspace.comparing.compare(view.info.id, workspace.planning.latest().info.id)
    judged = workspace.judging.judge(content)
    held = content.held[0]
    judged.rank(held.id, 0, held.envoys[0])
    assert workspace.planning.view(view.info.id).info.state is PlanState.ARCHIVED
    assert rows(workspace, view.info.id) == sealed
    assert len(workspace.history.undoable()) > 7
    while workspace.history.undoable():  # an undone plan holds nobody back
        workspace.history.undo()
        if view.info.id in {info.id for info in workspace.planning.plans()}:
            assert rows(workspace, view.info.id) == sealed
    for _ in range(100):
        if not workspace.history.redoable():
            break
        workspace.history.redo()
    found = workspace.planning.view(view.info.id)
    assert replace(found, info=content.info) == content
    assert rows(workspace, view.info.id) == sealed


def test_the_seal_is_that_of_the_content(stored):
    stored.planning.publish("p1")
    with stored.context.read() as uow:
        seal = uow.plans._session.execute(text("SELECT seal FROM plan_version WHERE id = 'p1'"))
        assert seal.scalar_one() == rows(stored, "p1")[1]


def test_planning_undone_and_redone_is_the_same_version_with_its_number(tmp_path):
    path = tmp_path / "envoy.db"
    workspace = open_workspace(path, actor="张三")
    fill(workspace)
    workspace.planning.run(request())
    view = workspace.planning.run(request())
    assert view.info.version_no == 2
    changes = workspace.history.undo()
    assert changes.description == "撤销：排班“一周 第2版”"
    assert [info.version_no for info in workspace.planning.plans()] == [1]
    assert [item.info.version_no for item in workspace.comparing.versions()] == [1]
    with pytest.raises(NotFoundError):
        workspace.planning.publish(view.info.id)
    workspace.close()
    workspace = open_workspace(path, actor="张三")
    workspace.history.redo()
    found = workspace.planning.view(view.info.id)
    number = view.info.record_version  # that of the row goes up with every write
    assert replace(found, info=replace(found.info, record_version=number)) == view
    third = workspace.planning.run(request())
    assert third.info.version_no == 3
    workspace.close()


def test_a_number_is_not_given_twice_while_an_undone_version_may_come_back(workspace):
    fill(workspace)
    first = workspace.planning.run(request())
    workspace.history.undo()
    second = workspace.planning.run(request())
    assert (first.info.version_no, second.info.version_no) == (1, 2)
