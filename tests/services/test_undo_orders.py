"""Orders of undo and redo that once went wrong; the model found them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.errors import InputError, UndoConflict
from envoy_app.domain.ids import new_id
from envoy_app.domain.import_choices import PastedTable
from envoy_app.domain.imports import RowStatus, Term, TermTopic
from envoy_app.domain.plans import PlanState
from envoy_app.services.reference import CALENDAR_SETTING
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy
from tests.plan_factory import make_plan_view
from tests.services.import_books import HEAD, person

WORD = Term(TermTopic.SPECIALTY, "看天吃饭")
MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)


def pasted(*rows):
    return PastedTable("名册", "\n".join("\t".join(str(c or "") for c in r) for r in (HEAD, *rows)))


def bring(workspace, *rows, answers=None):
    batch = workspace.imports.open([], texts=[pasted(*rows)])
    _, changes = workspace.imports.apply_batch(workspace.imports.answer(batch, answers or {}))
    return changes.change_id


def newest(workspace):
    return workspace.history.undoable()[0].id


def planned(workspace, name="甲"):
    """Store a version; return its id and that of the change."""
    view = make_plan_view(visits=4, envoys=4, counties=("510104",))
    info = replace(view.info, id=new_id(), name=name)
    workspace.planning.store(replace(view, info=info), {"days": []})
    return info.id, newest(workspace)


def states(workspace):
    return [info.state for info in workspace.planning.plans()]


def test_days_of_the_calendar_go_back_one_by_one(workspace):
    calendar, history = workspace.calendar, workspace.history
    first = calendar.set_day(MONDAY, DayKind.OFF, "培训").change_id
    second = calendar.set_day(TUESDAY, DayKind.OFF).change_id
    history.undo(first)
    assert (calendar.edits().kind(MONDAY), calendar.edits().kind(TUESDAY)) == (None, DayKind.OFF)
    history.redo(first)
    history.undo(second)
    assert dict(calendar.edits().days_off) == {MONDAY: "培训"}
    calendar.set_day(MONDAY, None)
    with pytest.raises(UndoConflict):
        history.undo(first)


def test_days_that_an_older_version_stored_are_edited_and_taken_back(workspace):
    with workspace.context.uow() as uow:
        uow.describe("旧版本")
        uow.settings.put(CALENDAR_SETTING, {"off": {MONDAY.isoformat(): "旧"}, "on": {}})
        uow.commit()
    calendar = workspace.calendar
    calendar.set_day(TUESDAY, DayKind.OFF)
    calendar.set_day(MONDAY, None)
    assert dict(calendar.edits().days_off) == {TUESDAY: ""}
    workspace.history.undo()
    assert dict(calendar.edits().days_off) == {MONDAY: "旧", TUESDAY: ""}


def test_a_word_explained_anew_is_not_explained_twice(workspace):
    row = person(1, spec=WORD.text)
    first = bring(workspace, row, answers={WORD: ("S06",)})
    forgotten = workspace.imports.forget_term(WORD).change_id
    bring(workspace, person(2, spec=WORD.text), answers={WORD: ("S08",)})
    with pytest.raises(UndoConflict, match=WORD.text):
        workspace.history.undo(forgotten)
    assert workspace.imports.own_terms() == {WORD: ("S08",)}
    workspace.history.undo(first, leave_changed=True)
    assert len(workspace.roster.envoys()) == 1


def test_a_plan_that_was_taken_back_is_not_published_by_a_redo(workspace):
    plan, stored = planned(workspace)
    published = workspace.planning.publish(plan).change_id
    workspace.history.undo(published)
    workspace.history.undo(stored)
    with pytest.raises(UndoConflict):
        workspace.history.redo(published)
    workspace.history.redo(stored)
    workspace.history.redo(published)
    assert states(workspace) == [PlanState.PUBLISHED]


def test_a_plan_never_has_two_versions_in_force(workspace):
    first, _ = planned(workspace)
    published = workspace.planning.publish(first).change_id
    workspace.history.undo(published)
    second, _ = planned(workspace)
    again = workspace.planning.publish(second).change_id
    with pytest.raises(UndoConflict, match="排班方案"):
        workspace.history.redo(published)
    workspace.history.undo(again)
    workspace.history.redo(published)
    assert sorted(states(workspace)) == sorted([PlanState.DRAFT, PlanState.PUBLISHED])


def test_a_plan_with_a_published_successor_is_not_taken_back(workspace):
    first, stored = planned(workspace)
    workspace.planning.publish(first)
    second, _ = planned(workspace)
    workspace.planning.publish(second)
    with pytest.raises(UndoConflict):
        workspace.history.undo(stored)
    assert states(workspace) == [PlanState.PUBLISHED, PlanState.ARCHIVED]


def test_numbers_of_versions_are_not_given_twice(workspace):
    _, stored = planned(workspace)
    workspace.history.undo(stored)
    other, _ = planned(workspace)
    assert workspace.planning.view(other).info.version_no == 2
    workspace.history.redo(stored)
    assert sorted(info.version_no for info in workspace.planning.plans()) == [1, 2]


def test_a_plan_does_not_come_back_without_its_people(workspace):
    view = make_plan_view(visits=4, envoys=4, counties=("510104",))
    added = workspace.roster.add([make_envoy(id=key) for key in view.envoys]).change_id
    _, stored = planned(workspace)
    workspace.history.undo(stored)
    workspace.history.undo(added)
    with pytest.raises(UndoConflict, match="恢复会丢掉"):
        workspace.history.redo(stored)
    workspace.history.redo(added)
    workspace.history.redo(stored)
    assert states(workspace) == [PlanState.DRAFT]


def test_marks_go_with_their_record_so_that_the_file_comes_in_again(workspace):
    added = bring(workspace, person(1))
    bring(workspace, person(1))  # recognised: nothing but its marks is written
    raised = bring(workspace, person(1, title="高级农艺师"))
    workspace.history.undo(raised)
    batch = workspace.imports.open([], texts=[pasted(person(1, title="高级农艺师"))])
    (row,) = batch.files[0].report.rows
    assert row.status is RowStatus.UPDATE
    assert not row.changes[0].kept
    workspace.history.undo(added)
    with workspace.context.read() as uow:
        assert uow.origins.all() == ()


def test_to_take_an_undo_back_is_to_do_the_change_again(workspace):
    added = bring(workspace, person(1))
    undone = workspace.history.undo().change_id
    again = workspace.history.undo(undone)
    assert again.description.startswith("恢复：导入")
    assert len(workspace.roster.envoys()) == 1
    assert not workspace.imports.history()[0].undone_at
    with pytest.raises(InputError, match="已经撤销过"):
        workspace.history.undo(undone)
    workspace.history.undo(again.change_id)
    assert workspace.roster.envoys() == ()
    assert [item.id for item in workspace.history.redoable()] == [added]
    with pytest.raises(InputError, match="撤销或恢复本身"):
        workspace.history.redo(undone)


def test_what_was_just_done_again_is_the_next_to_go_back(workspace):
    first = workspace.roster.add([make_envoy()]).change_id
    second = workspace.roster.add([make_envoy()]).change_id
    workspace.history.undo(first)
    workspace.history.redo()
    assert [item.id for item in workspace.history.undoable()] == [first, second]


def test_where_all_was_changed_since_it_can_be_left_and_stepped_over(workspace):
    envoy = make_envoy()
    first = workspace.roster.add([make_envoy()]).change_id
    added = workspace.roster.add([envoy]).change_id
    workspace.roster.save(replace(workspace.roster.envoy(envoy.id), remarks="改"))
    with pytest.raises(UndoConflict) as told:
        workspace.history.undo(added)
    assert told.value.rest == 0
    workspace.history.undo(added, leave_changed=True)
    assert workspace.roster.envoy(envoy.id).remarks == "改"
    assert first in {item.id for item in workspace.history.undoable()}
    workspace.history.redo(added)
    assert added in {item.id for item in workspace.history.undoable()}


def test_a_record_that_comes_back_has_a_version_it_never_had(workspace):
    bring(workspace, person(1, spec=WORD.text), answers={WORD: ("S06",)})
    versions = []
    for _ in range(3):
        workspace.imports.forget_term(WORD)
        workspace.history.undo()
        with workspace.context.read() as uow:
            versions += [own.version for own in uow.own_terms.all()]
        workspace.history.redo()
        workspace.history.undo()
    assert versions == sorted(set(versions))


def test_what_another_program_stored_is_read_again(workspace):
    before = workspace.reference.vocabulary()
    assert not workspace.reference.calendar().days_off
    other = open_workspace(workspace.path, actor="李四")
    other.calendar.set_day(MONDAY, DayKind.OFF, "培训")
    assert dict(workspace.reference.calendar().days_off) == {MONDAY: "培训"}
    assert workspace.reference.vocabulary() is before
    bring(other, person(1, spec=WORD.text), answers={WORD: ("S06",)})
    assert workspace.imports.own_terms() == {WORD: ("S06",)}
    assert workspace.reference.vocabulary() != before
    other.close()
