from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.people import Envoy, Sharing, Skill
from envoy_app.domain.plans import PlanState
from envoy_app.domain.shown_numbers import masked_id
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.record_edits import EditConflict, EditRefused
from envoy_app.services.roster import touched_ids
from envoy_app.services.roster_bulk import BulkEdit, BulkField, preview_bulk
from envoy_app.services.roster_draft import EnvoyDraft, draft_of
from envoy_app.services.roster_load import counted_plans, load_of
from envoy_app.services.workspace import open_workspace
from tests.plan_factory import make_plan_view

ID = "51010019800305121X"


@pytest.fixture
def workspace(tmp_path):
    opened = open_workspace(tmp_path / "envoy.db", actor="测试")
    opened.roster.add(
        [
            Envoy(id="e1", name="陈梅", phones=("13800000001",), id_number=ID, title_rank=2),
            Envoy(id="e2", name="王强", team_county="510183", team_role="团长"),
            Envoy(id="e3", name="李明", team_county="510183", team_role="成员"),
        ]
    )
    yield opened
    opened.close()


def edit(roster, key, **typed):
    base = roster.envoy(key)
    return roster.save_draft(replace(draft_of(base), **typed), base)


def test_a_save_says_what_it_changed_and_can_be_undone(workspace):
    before = workspace.roster.envoy("e1")
    changes = edit(workspace.roster, "e1", title="农艺师", phones="13900000002")
    assert changes.description == "修改特派员“陈梅”：联系电话、职称"
    assert changes.records == {Topic.ROSTER: {"e1"}}
    assert workspace.roster.envoy("e1").phones == ("13900000002",)
    workspace.history.undo()
    assert workspace.roster.envoy("e1") == before


def test_a_save_without_a_difference_is_no_change(workspace):
    assert edit(workspace.roster, "e1").change_id == ""
    assert workspace.history.undoable(5)[0].description == "新增特派员 3 人"


def test_wrong_fields_are_refused_and_nothing_is_written(workspace):
    with pytest.raises(EditRefused) as refused:
        edit(workspace.roster, "e1", phones="12", name="")
    assert set(refused.value.problems) == {"phones", "name"}
    assert workspace.roster.envoy("e1").phones == ("13800000001",)


def test_the_same_id_number_is_refused_with_the_name(workspace):
    with pytest.raises(EditRefused, match="“陈梅”"):
        edit(workspace.roster, "e3", id_number=ID)


def test_a_second_leader_is_refused(workspace):
    with pytest.raises(EditRefused, match="“王强”"):
        edit(workspace.roster, "e3", team_role="团长")


def test_a_conflict_tells_what_changed_and_both_edits_can_stand(workspace):
    roster = workspace.roster
    base = roster.envoy("e1")
    edit(roster, "e1", phones="13900000002", post="站长")
    mine = replace(draft_of(base), post="主任")
    with pytest.raises(EditConflict) as conflict:
        roster.save_draft(mine, base)
    assert "联系电话由“138****0001”改为“139****0002”" in str(conflict.value)
    assert "职务由“空”改为“站长”" in str(conflict.value)
    assert conflict.value.fields == ("phones", "post")
    changes = roster.save_draft(mine, base, merge=True)
    assert changes.description == "修改特派员“陈梅”：职务"
    stored = roster.envoy("e1")
    assert (stored.post, stored.phones) == ("主任", ("13900000002",))


def test_a_new_envoy_is_one_change(workspace):
    changes = workspace.roster.add_draft(EnvoyDraft(name="赵敏"), Envoy(id="e9", name=""))
    assert changes.description == "新增特派员“赵敏”"
    assert workspace.roster.envoy("e9").name == "赵敏"
    workspace.history.undo()
    assert workspace.roster.some(["e9"]) == ()


def test_retiring_keeps_the_record_and_the_reason(workspace):
    roster = workspace.roster
    changes = roster.set_active(["e1", "e3"], False, " 调离 ")
    assert changes.description == "停用特派员 2 人"
    assert workspace.history.undoable(1)[0].reason == "调离"
    assert [envoy.active for envoy in roster.some(["e1", "e3"])] == [False, False]
    assert roster.set_active(["e1"], True).description == "恢复特派员“陈梅”"
    with pytest.raises(InputError, match="在岗"):
        roster.set_active(["e1"], True)


def test_leave_is_one_change_a_stroke(workspace):
    roster = workspace.roster
    stroke = [SlotTime(date(2026, 12, 8), half) for half in HalfDay]
    changes = roster.set_leave("e1", stroke, reason="会议")
    assert changes.description == "登记“陈梅”请假：12-08 周二"
    assert roster.envoy("e1").absences[0].reason == "会议"
    assert roster.set_leave("e1", stroke, reason="会议").change_id == ""
    changes = roster.set_leave("e1", stroke[:1], leave=False)
    assert changes.description == "取消“陈梅”的请假：12-08 周二 上午"
    assert roster.envoy("e1").absences[0].half is HalfDay.PM


def test_a_look_at_an_id_number_is_noted_and_is_no_change(workspace):
    steps = workspace.history.undoable(9)
    assert workspace.roster.reveal_id_number("e1") == ID
    assert workspace.roster.reveal_id_number("e1") == ID
    looks = workspace.roster.id_looks("e1")
    assert [look.who for look in looks] == ["测试", "测试"]
    assert looks[0].at >= looks[1].at
    assert workspace.history.undoable(9) == steps
    assert workspace.roster.id_looks("e2") == ()
    assert masked_id(ID) == "510100***********X"


def test_some_reads_those_there_are(workspace):
    assert [envoy.id for envoy in workspace.roster.some(["e3", "zz", "e1"])] == ["e1", "e3"]
    assert touched_ids(None) is None
    assert touched_ids(workspace.roster.set_active(["e3"], False)) == {"e3"}


def test_a_bulk_edit_shows_first_and_is_one_change(workspace):
    roster = workspace.roster
    preview = preview_bulk(roster.envoys(), BulkEdit(BulkField.SHARING, Sharing.CITY))
    assert len(preview.changes) == 3
    changes = roster.apply_bulk(preview)
    assert changes.description == "批量修改特派员 3 人：共享范围"
    assert {envoy.sharing for envoy in roster.envoys()} == {Sharing.CITY}
    again = preview_bulk(roster.envoys(), BulkEdit(BulkField.SHARING, Sharing.CITY))
    assert (again.changes, again.same) == ((), 3)
    with pytest.raises(InputError):
        roster.apply_bulk(again)
    workspace.history.undo()
    assert {envoy.sharing for envoy in roster.envoys()} == {Sharing.METRO}


def test_a_bulk_edit_says_who_cannot_have_it(workspace):
    preview = preview_bulk(workspace.roster.envoys(), BulkEdit(BulkField.ROLE, "组长"))
    assert [after.id for _, after in preview.changes] == ["e3"]
    assert [(one.id, why) for one, why in preview.refused] == [
        ("e1", "在机动库，没有团内角色"),
        ("e2", "是团长，请到他的资料里改"),
    ]


def test_a_specialty_is_added_with_the_level_of_the_title(workspace):
    envoys = workspace.roster.envoys()
    preview = preview_bulk(envoys, BulkEdit(BulkField.ADD_SPECIALTY, "S19"))
    assert {after.id: after.skills for _, after in preview.changes} == {
        "e1": (Skill("S19", 2),),
        "e2": (Skill("S19", 1),),
        "e3": (Skill("S19", 1),),
    }
    workspace.roster.apply_bulk(preview)
    gone = preview_bulk(workspace.roster.envoys(), BulkEdit(BulkField.REMOVE_SPECIALTY, "S19"))
    assert all(after.skills == () for _, after in gone.changes)


def test_a_bulk_edit_of_people_changed_meanwhile_writes_nothing(workspace):
    preview = preview_bulk(workspace.roster.envoys(), BulkEdit(BulkField.WEEK, 2))
    edit(workspace.roster, "e2", post="站长")
    with pytest.raises(ConflictError, match="什么都没有保存"):
        workspace.roster.apply_bulk(preview)
    assert {envoy.max_slots_week for envoy in workspace.roster.envoys()} == {4}


def test_load_counts_every_half_day_once(workspace):
    plan = make_plan_view(visits=60, envoys=40)
    calendar = workspace.calendar.calendar()
    for envoy_id in plan.envoys:
        person = Envoy(id=envoy_id, name="某", max_slots_week=2)
        slots = sum(visit.slots for visit in plan.held if envoy_id in visit.envoys)
        load = load_of(person, 2026, [], plan, calendar)
        assert load.total == slots == sum(load.planned.values())
        assert sum(bar.slots for bar in load.months()) == slots
        assert sum(bar.slots for bar in load.weeks(plan.info.start)) <= slots
        assert all(bar.over == (bar.slots > 2) for bar in load.weeks(plan.info.start))


def test_longer_visits_of_published_plans_go_on_over_working_days(workspace):
    friday = date(2026, 12, 4)
    visits = [(friday, 4), (date(2026, 3, 2), 1)]
    load = load_of(Envoy(id="a", name="某"), 2026, visits, None, workspace.calendar.calendar())
    assert load.published == {friday: 2, date(2026, 12, 7): 2, date(2026, 3, 2): 1}
    weeks = load.weeks(date(2026, 12, 1))
    assert [bar.slots for bar in weeks] == [2, 2, 0, 0, 0]
    assert weeks[0].start == date(2026, 11, 30)
    assert [bar.slots for bar in load.months()][2] == 1


def test_plans_that_overlap_the_one_on_view_do_not_count_twice():
    view = make_plan_view(visits=5, envoys=5).info
    published = replace(view, id="p", state=PlanState.PUBLISHED)
    january = replace(published, id="j", start=date(2026, 1, 4), end=date(2026, 1, 31))
    older, draft = replace(january, id="o"), replace(january, id="d", state=PlanState.DRAFT)
    infos = [published, draft, january, older]
    assert [info.id for info in counted_plans(infos, view)] == ["j"]
    assert [info.id for info in counted_plans(infos, None)] == ["p", "j"]


def test_load_of_a_stored_envoy_reads_published_plans(workspace):
    load = workspace.roster.load("e1", 2026)
    assert (load.total, load.week_limit, load.month_limit) == (0, 4, 8)
