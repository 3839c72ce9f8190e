"""Demands that are typed in: one sentence for each wrong field, one described change for a save."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from envoy_app.domain.demands import Demand, DemandState
from envoy_app.domain.ids import new_id
from envoy_app.domain.time import HalfDay
from envoy_app.domain.vocabulary import OTHER
from envoy_app.services.demand_draft import Known, draft_of, read_draft
from envoy_app.services.demands import touched_ids
from envoy_app.services.record_edits import EditConflict, EditRefused
from tests.factories import make_demand

KNOWN = Known({"510112", "510183"}, {"S08", "S19", OTHER}, date(2026, 11, 23))
CITRUS = make_demand(
    county="510183",
    content="柑橘冬管",
    window_start=date(2026, 12, 1),
    window_end=date(2026, 12, 5),
    state=DemandState.PENDING,
)


def read(base=CITRUS, **typed):
    return read_draft(replace(draft_of(base), **typed), base, KNOWN)


def test_an_untouched_draft_changes_nothing():
    reading = read()
    assert (reading.demand, reading.problems, reading.warnings) == (CITRUS, {}, {})


def test_what_was_wrong_before_is_not_held_against_another_edit():
    old = replace(
        CITRUS, county="?", phone="123", headcount=90, slots=3, urgency="", specialties=()
    )
    reading = read(old, contact="李四")
    assert reading.problems == {}
    assert reading.demand == replace(old, contact="李四")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"county": ""}, "county", "哪个县"),
        ({"specialties": ()}, "specialties", "至少选一个专业"),
        ({"specialties": ("S77",)}, "specialties", "不在专业目录"),
        ({"specialties": ("S19", "S19")}, "specialties", "选了两次"),
        ({"content": " ", "site": ""}, "content", "至少填一项"),
        ({"headcount": 0}, "headcount", "1 到 20"),
        ({"headcount": 21}, "headcount", "1 到 20"),
        ({"min_rank": 4}, "min_rank", "从列表里选"),
        ({"urgency": "很急"}, "urgency", "一般、较急或紧急"),
        ({"slots": 3}, "slots", "时长只能是"),
        ({"slots": 2, "half": HalfDay.AM}, "half", "不分上下午"),
        ({"asap": True}, "asap", "只能选一样"),
        ({"window_start": "下周"}, "window_start", "2026-12-03 或 12-03"),
        ({"window_end": "2026-12"}, "window_end", "2026-12-03 或 12-03"),
        ({"window_start": "2026-12-06"}, "window_end", "早于最早日期"),
        ({"slots": 10, "window_end": "12-04"}, "window_end", "只有 4 天，安排不下 5 天"),
        ({"phone": "1380"}, "phone", "电话位数不对"),
    ],
)
def test_each_wrong_field_has_its_sentence(typed, field, said):
    problems = read(**typed).problems
    assert set(problems) == {field}
    assert said in problems[field]


def test_a_day_without_its_year_is_the_next_one():
    reading = read(window_start="12-3", window_end="1月8日")
    assert reading.problems == {}
    assert reading.demand.window_start == date(2026, 12, 3)
    assert reading.demand.window_end == date(2027, 1, 8)


def test_several_phones_are_kept_as_one_text():
    assert read(phone="13800000001,13900000002").demand.phone == "13800000001、13900000002"


def test_days_gone_by_and_nothing_but_other_are_said_but_stored():
    past = read(window_start="2026-10-01", window_end="2026-10-05")
    assert past.problems == {}
    assert "已经过去" in past.warnings["window_end"]
    other = read(specialties=(OTHER,))
    assert other.problems == {}
    assert "只选了“其他”" in other.warnings["specialties"]
    assert read(specialties=(OTHER, "S19")).warnings == {}


@pytest.mark.parametrize("state", [DemandState.ASSIGNED, DemandState.DONE])
def test_what_a_plan_has_settled_stays_and_the_rest_may_change(state):
    base = replace(CITRUS, state=state)
    fixed = {
        "county": "510112",
        "town": "柏合",
        "site": "别处",
        "specialties": ("S19",),
        "headcount": 2,
        "min_rank": 2,
        "window_start": "2026-11-30",
        "window_end": "2026-12-09",
        "half": HalfDay.PM,
        "slots": 2,
    }
    for field, value in fixed.items():
        sentence = read(base, **{field: value}).problems[field]
        assert f"这条需求{state.value}" in sentence
    reading = read(base, contact="李四", phone="13900000002", content="冬管和修剪")
    assert reading.problems == {}


# Stored ---------------------------------------------------------------------------------


@pytest.fixture
def citrus(workspace):
    workspace.demands.add([CITRUS])
    return stored(workspace, CITRUS.id)


def stored(workspace, key) -> Demand:
    (found,) = workspace.demands.some([key])
    return found


def newest(workspace):
    return workspace.history.undoable(1)[0].description


def test_a_save_is_one_change_that_names_its_fields_and_can_be_undone(workspace, citrus):
    draft = replace(draft_of(citrus), window_start="2026-12-02", window_end="2026-12-06")
    changes = workspace.demands.save_draft(replace(draft, headcount=3), citrus)
    assert changes.description == "修改服务需求“柑橘冬管”：人数、日期"
    assert newest(workspace) == changes.description
    assert touched_ids(changes) == {citrus.id}
    after = stored(workspace, citrus.id)
    assert (after.headcount, after.window_start) == (3, date(2026, 12, 2))
    workspace.history.undo()
    assert stored(workspace, citrus.id) == citrus
    workspace.history.redo()
    assert stored(workspace, citrus.id) == after


def test_nothing_changed_writes_nothing(workspace, citrus):
    before = newest(workspace)
    changes = workspace.demands.save_draft(replace(draft_of(citrus), contact=" 王五 "), citrus)
    assert changes.change_id == ""
    assert newest(workspace) == before


def test_a_new_demand_is_stored_under_its_id_and_undone(workspace):
    new = Demand(id=new_id(), county="")
    with pytest.raises(EditRefused) as refused:
        workspace.demands.add_draft(draft_of(new), new)
    assert set(refused.value.problems) == {"county", "specialties", "content", "urgency"}
    draft = replace(draft_of(CITRUS), content="茶园封园")
    changes = workspace.demands.add_draft(draft, new)
    assert changes.description == "新增服务需求“茶园封园”"
    assert stored(workspace, new.id) == replace(CITRUS, id=new.id, content="茶园封园")
    workspace.history.undo()
    assert workspace.demands.some([new.id]) == ()


def test_a_wrong_draft_is_refused_whole(workspace, citrus):
    draft = replace(draft_of(citrus), contact="李四", headcount=0)
    with pytest.raises(EditRefused) as refused:
        workspace.demands.save_draft(draft, citrus)
    assert set(refused.value.problems) == {"headcount"}
    assert stored(workspace, citrus.id) == citrus


def test_an_edit_that_met_another_tells_old_and_new_and_can_be_merged(workspace, citrus):
    other = replace(draft_of(citrus), phone="13900001234", headcount=2)
    workspace.demands.save_draft(other, citrus)
    mine = replace(draft_of(citrus), contact="李四")
    with pytest.raises(EditConflict) as conflict:
        workspace.demands.save_draft(mine, citrus)
    told = str(conflict.value)
    assert "“柑橘冬管”刚被别处改过：人数由“1 人”改为“2 人”；" in told
    assert "联系电话由“138****0000”改为“139****1234”" in told
    assert conflict.value.fields == ("headcount", "phone")
    workspace.demands.save_draft(mine, citrus, merge=True)
    after = stored(workspace, citrus.id)
    assert (after.contact, after.headcount, after.phone) == ("李四", 2, "13900001234")


def test_a_merge_does_not_move_what_was_published_meanwhile(workspace):
    base = replace(CITRUS, state=DemandState.ASSIGNED)
    workspace.demands.add([base])
    base = stored(workspace, base.id)
    early = replace(base, state=DemandState.ACCEPTED, version=base.version - 1)
    later = (CITRUS.window_end + timedelta(days=3)).isoformat()
    draft = replace(draft_of(early), window_end=later)
    with pytest.raises(EditConflict, match="状态由“已受理”改为“已派员”"):
        workspace.demands.save_draft(draft, early)
    with pytest.raises(EditRefused) as refused:
        workspace.demands.save_draft(draft, early, merge=True)
    assert "改方案" in refused.value.problems["window_end"]
