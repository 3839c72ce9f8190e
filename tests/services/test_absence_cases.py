"""Somebody falls ill: every choice is judged with all others, and stored as one change."""

from datetime import date

import pytest

from envoy_app.domain.absences import Leave
from envoy_app.domain.editing import (
    EditRefused,
    Lock,
    Move,
    RemovePerson,
    Replace,
    Several,
    TakeOff,
)
from envoy_app.domain.people import Absence
from envoy_app.domain.plans import PlanState
from envoy_app.domain.time import HalfDay, SlotTime
from tests.services.edit_scenes import store
from tests.services.test_editing import assert_stored, content, of
from tests.solver.build import DAYS, envoy, held, instance, visit
from tests.ui.edit_world import case as real_case

DATES = tuple(map(date.fromisoformat, DAYS))
AM, PM = HalfDay.AM, HalfDay.PM


def ill(first=(0, AM), last=(1, PM), who="e"):
    return Leave(who, SlotTime(DATES[first[0]], first[1]), SlotTime(DATES[last[0]], last[1]))


def scene():
    """e is to hold u and v on the same half-day's turn, f or g could take one of them each."""
    days = {"earliest": DAYS[0], "latest": DAYS[0]}
    return instance(
        [envoy("e"), envoy("f"), envoy("g", base="B", team="B")],
        [
            visit("u", start_slots=["AM"], **days),
            visit("v", start_slots=["PM"], **days),
            visit("w", slots=2),
        ],
    ), (
        held("u", DAYS[0], "AM", ["e"]),
        held("v", DAYS[0], "PM", ["e"]),
        held("w", DAYS[1], "AM", ["e"]),
    )


@pytest.fixture
def plan(workspace):
    return store(workspace, *scene())


def of_kind(hit, kind, **fields):
    for number, option in enumerate(hit.options):
        command = option.command
        command = command.commands[-1] if isinstance(command, Several) else command
        if isinstance(command, kind) and all(getattr(command, k) == v for k, v in fields.items()):
            return number
    raise AssertionError(f"no {kind.__name__} {fields}")


def test_each_visit_has_its_options_and_all_together_the_exact_verdict(workspace, plan):
    case = workspace.absences.case(ill(), plan.info.id)
    assert [hit.visit for hit in case.hits] == ["u", "v", "w"]
    chosen = (0, 0, 0)
    verdict = case.judge(chosen)
    session = workspace.editing.open(plan.info.id)
    assert verdict.whole == session.verdict(case.command(chosen))
    assert verdict.whole.allowed
    assert all(items[0].fits for items in verdict.options)
    replacing = of_kind(case.hits[0], Replace, coming="g")
    told = verdict.options[0][replacing]
    assert (told.travel_minutes, told.week_slots) == (40, 1)
    assert any("行车多" in word for word in told.words)


def test_choices_that_do_not_go_together_say_the_rule(workspace):
    """f comes to u, so g is left for w; g cannot come to both, each has half a day a week."""
    once = {"max_slots_per_week": 1}
    first = {"earliest": DAYS[0], "latest": DAYS[0], "start_slots": ["AM"]}
    second = first | {"earliest": DAYS[1], "latest": DAYS[1]}
    ground = instance(
        [envoy("e"), envoy("f", **once), envoy("g", base="B", team="B", **once)],
        [visit("u", **first), visit("w", **second)],
    )
    sent = (held("u", DAYS[0], "AM", ["e"]), held("w", DAYS[1], "AM", ["e"]))
    plan = store(workspace, ground, sent)
    case = workspace.absences.case(ill(), plan.info.id)
    coming = [[o.envoy.id if o.envoy else "" for o in hit.options] for hit in case.hits]
    assert coming == [["f", "g", ""], ["g", ""]]
    verdict = case.judge((0, 0))
    assert verdict.whole.allowed
    assert [[item.fits for item in items] for items in verdict.options] == [
        [True, False, True],
        [True, True],
    ]
    both = case.judge((1, 0))
    assert not both.whole.allowed
    assert [items[at].fits for items, at in zip(both.options, (1, 0), strict=True)] == [False] * 2
    assert "人g" in both.options[1][0].broken[0].text
    with pytest.raises(EditRefused, match="人g"):
        workspace.absences.adopt(case, (1, 0), "病假")
    assert content(workspace.planning.view(plan.info.id)) == content(plan)
    assert workspace.roster.envoy("e").absences == ()


def test_a_choice_is_stored_with_the_leave_as_one_change(workspace, plan):
    case = workspace.absences.case(ill((0, PM), (1, AM)), plan.info.id)
    assert [hit.visit for hit in case.hits] == ["v", "w"]
    done = workspace.absences.adopt(case, (0, of_kind(case.hits[1], TakeOff)), "病假")
    view = assert_stored(workspace, workspace.editing.open(plan.info.id))
    assert done.plan == view
    assert of(view, "u").envoys == ("e",)
    assert "e" not in of(view, "v").envoys
    assert not of(view, "w").held
    assert workspace.roster.envoy("e").absences == (
        Absence(DATES[0], DATES[0], PM, "病假"),
        Absence(DATES[1], DATES[1], AM, "病假"),
    )
    assert done.changes.description == "登记人e12-01至12-02不能下乡，调整 2 项下乡服务"
    workspace.history.undo()
    assert content(workspace.planning.view(plan.info.id)) == content(plan)
    assert workspace.roster.envoy("e").absences == ()
    workspace.history.redo()
    assert content(workspace.planning.view(plan.info.id)) == content(view)


def test_a_published_plan_is_revised_with_it_and_one_undo_takes_all_back(workspace, plan):
    workspace.planning.publish(plan.info.id)
    case = workspace.absences.case(ill(), plan.info.id)
    assert case.revises
    chosen = tuple(of_kind(hit, TakeOff) for hit in case.hits)
    verdict = case.judge(chosen)
    assert verdict.whole.change.disruption > 0
    done = workspace.absences.adopt(case, chosen, "病假")
    stored = workspace.planning.view(done.plan.info.id)
    assert stored == done.plan
    assert (stored.info.state, stored.info.version_no) == (PlanState.DRAFT, 2)
    assert stored.held == ()
    assert_stored(workspace, workspace.editing.open(stored.info.id))
    assert len(workspace.planning.view(plan.info.id).held) == 3
    assert workspace.roster.envoy("e").absences
    assert done.changes.description.endswith("修订为第2版")
    workspace.history.undo()
    assert [info.id for info in workspace.planning.plans()] == [plan.info.id]
    assert workspace.roster.envoy("e").absences == ()
    workspace.history.redo()
    assert workspace.planning.view(stored.info.id).info.version_no == 2


def test_whom_to_call_is_the_person_the_substitute_and_the_county(workspace):
    plan = store(workspace, real_case(), (held("u", DAYS[0], "AM", ["e"]),))
    case = workspace.absences.case(ill((0, AM), (0, PM)), plan.info.id)
    verdict = case.judge((of_kind(case.hits[0], Replace, coming="f"),))
    told = {item.name: item.text for item in verdict.difference.notices}
    assert set(told) == {"人e", "人f", "县级协调员"}
    assert "改由 人f 去" in told["人e"]
    assert told["人f"].startswith("新增：12-01 周二上午")
    assert "换成 人f" in told["县级协调员"]


def test_sending_fewer_comes_after_all_who_could_come(workspace):
    pair = [{"specialty": "柑橘", "min_level": 1, "count": 2}]
    ground = instance(
        [envoy("e"), envoy("f"), envoy("g", base="B", team="B")], [visit("u", roles=pair)]
    )
    plan = store(workspace, ground, (held("u", DAYS[0], "AM", ["e", "f"]),))
    case = workspace.absences.case(ill(), plan.info.id)
    (hit,) = case.hits
    fewer = of_kind(hit, RemovePerson)
    assert fewer == len(hit.options) - 2
    assert not isinstance(hit.options[0].command, RemovePerson)
    done = workspace.absences.adopt(case, (fewer,), "病假")
    assert of(done.plan, "u").envoys == ("f",)
    assert_stored(workspace, workspace.editing.open(plan.info.id))


def test_locked_visits_can_go_from_one_option_to_any_other(workspace, plan):
    workspace.editing.open(plan.info.id).do(Lock(("u", "w"), date=True, people=True))
    case = workspace.absences.case(ill(), plan.info.id)
    for number in range(len(case.hits[2].options)):
        verdict = case.judge((0, 0, number))
        session = workspace.editing.open(plan.info.id)
        for other in range(len(case.hits[2].options)):
            whole = session.verdict(case.command((0, 0, other)))
            assert verdict.options[2][other].fits == whole.allowed
    moved = of_kind(case.hits[2], Move)
    done = workspace.absences.adopt(case, (0, 0, moved), "病假")
    assert of(done.plan, "w").people_locked
    assert not of(done.plan, "w").date_locked


def test_without_a_hit_only_the_leave_is_noted(workspace, plan):
    case = workspace.absences.case(ill((3, AM), (3, AM)), plan.info.id)
    assert case.hits == ()
    done = workspace.absences.adopt(case, (), "病假")
    assert workspace.roster.envoy("e").absences == (Absence(DATES[3], DATES[3], AM, "病假"),)
    assert done.plan.amendments  # the draft sends nobody who is away
    workspace.history.undo()
    assert content(workspace.planning.view(plan.info.id)) == content(plan)


@pytest.mark.parametrize("published", [True, False])
def test_without_a_plan_on_these_days_the_roster_alone_changes(workspace, plan, published):
    if published:
        workspace.planning.publish(plan.info.id)
    day = DATES[3] if published else date(2027, 3, 1)
    leave = Leave("e", SlotTime(day, AM), SlotTime(day, PM))
    case = workspace.absences.case(leave, plan.info.id)
    done = workspace.absences.adopt(case, (), "病假")
    assert done.plan is None
    assert len(workspace.planning.plans()) == 1
    assert workspace.roster.envoy("e").absences == (Absence(day, day, None, "病假"),)
    assert workspace.absences.adopt(case, (), "病假").changes.change_id == ""


def test_leave_that_was_noted_before_stays_one(workspace, plan):
    workspace.roster.set_leave("e", (SlotTime(DATES[0], AM), SlotTime(DATES[0], PM)), reason="病假")
    case = workspace.absences.case(ill((0, AM), (0, PM)), plan.info.id)
    workspace.absences.adopt(case, (0, 0), "病假")
    assert workspace.roster.envoy("e").absences == (Absence(DATES[0], DATES[0], None, "病假"),)


def test_the_version_that_sends_the_person_is_treated_and_all_are_named(workspace, plan):
    workspace.planning.publish(plan.info.id)
    draft = workspace.editing.revise(plan.info.id)
    other = store(workspace, scene()[0], ())
    leave = ill()
    wished = workspace.absences.case(leave, draft.id)
    assert wished.plan.info.id == draft.id
    assert not wished.revises
    assert {(hit.info.id, hit.visits) for hit in wished.plans} == {
        (draft.id, 3),
        (plan.info.id, 3),
    }
    led = workspace.absences.case(leave, other.info.id)
    assert led.plan.info.id == plan.info.id
    assert led.revises
    assert {hit.visits for hit in led.plans if hit.info.id == other.info.id} == {0}
    exact = workspace.absences.case(leave, other.info.id, exact=True)
    assert exact.plan.info.id == other.info.id
    assert exact.hits == ()


def test_somebody_who_was_not_planned_with_has_leave_only(workspace, plan):
    store(workspace, instance([envoy("z")], [visit("u")]), ())
    case = workspace.absences.case(ill(who="z"), plan.info.id)
    assert (case.hits, case.notes_plan) == ((), False)
    workspace.absences.adopt(case, (), "病假")
    assert workspace.roster.envoy("z").absences
