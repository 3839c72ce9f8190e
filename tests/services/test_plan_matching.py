"""Which visit is which in two versions: properties over drawn plans, and the rules by example."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from envoy_app.domain.plan_changes import VisitChangeKind
from envoy_app.domain.plans import PlanView, RoleView, VisitOrigin, VisitView
from envoy_app.domain.time import HalfDay, SlotTime
from envoy_app.services.plan_matching import assignment, pair_visits, visit_changes
from tests.factories import DECEMBER, LONGQUAN, QINGYANG, make_info

FIRST = date(2026, 12, 1)
DAYS = tuple(FIRST + timedelta(days=offset) for offset in range(31))
PEOPLE = ("a", "b", "c", "d")
MIRRORED = {
    VisitChangeKind.ADDED: VisitChangeKind.DROPPED,
    VisitChangeKind.DROPPED: VisitChangeKind.ADDED,
}


def visit(name, day=None, *people, **values):
    """A visit of the standard on a day of December, in the morning."""
    defaults = {
        "county": LONGQUAN,
        "roles": (RoleView("S08", 1, max(1, len(people)), people),),
        "slots": 1,
        "earliest": DAYS[0],
        "latest": DAYS[-1],
        "weight": 2,
        "origin": VisitOrigin.STANDARD,
        "start": SlotTime(date(2026, 12, day), HalfDay.AM) if day else None,
    }
    return VisitView(id=name, **(defaults | values))


def wanted(name, day=None, *people, **values):
    """A visit that answers a demand."""
    defaults = {"origin": VisitOrigin.DEMAND, "demand_id": name}
    return visit(f"D-{name}", day, *people, **(defaults | values))


def plan(*visits, start=DECEMBER[0], end=DECEMBER[1], **values):
    info = make_info(start=start, end=end, **values)
    return PlanView(info, DAYS, tuple(visits), {}, ())


def kinds(before, after):
    return [change.kind for change in visit_changes(before, after)]


@st.composite
def visits(draw, number):
    people = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
    day = draw(st.one_of(st.none(), st.integers(1, 6)))
    values = {
        "county": draw(st.sampled_from((LONGQUAN, QINGYANG))),
        "town": draw(st.sampled_from(("", "柏合镇"))),
    }
    if draw(st.booleans()):
        return wanted(f"d{number}", day, *(people if day else ()), **values)
    return visit(f"v{number}", day, *(people if day else ()), **values)


@st.composite
def plans(draw):
    numbers = draw(st.lists(st.integers(0, 9), max_size=8, unique=True))
    return plan(*[draw(visits(number)) for number in numbers])


@settings(max_examples=80, deadline=None)
@given(plans())
def test_a_version_does_not_differ_from_itself(one):
    again = replace(one, info=make_info(), visits=tuple(reversed(one.visits)))
    assert visit_changes(one, again) == ()


@settings(max_examples=80, deadline=None)
@given(plans(), plans())
def test_every_visit_held_appears_once(one, other):
    pairs = pair_visits(one, other)
    assert Counter(a for a, _ in pairs if a) == Counter(one.held)
    assert Counter(b for _, b in pairs if b) == Counter(other.held)
    assert (None, None) not in pairs


@settings(max_examples=80, deadline=None)
@given(plans(), plans())
def test_the_other_way_round_is_the_mirror_image(one, other):
    there, back = visit_changes(one, other), visit_changes(other, one)
    assert [
        (MIRRORED.get(item.kind, item.kind), item.after, item.before, item.joining, item.leaving)
        for item in there
    ] == [(item.kind, item.before, item.after, item.leaving, item.joining) for item in back]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5).flatmap(lambda size: st.lists(
    st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size
)))  # fmt: skip
def test_theassignment_is_the_cheapest(costs):
    def total(chosen):
        return sum(costs[row][column] for row, column in enumerate(chosen))

    chosen = assignment(costs)
    assert sorted(chosen) == list(range(len(costs)))
    assert total(chosen) == min(map(total, permutations(range(len(costs)))))


def test_a_demand_is_the_same_visit_whatever_its_id_date_and_county():
    before = plan(wanted("d", 3, "a"))
    moved = replace(wanted("d", 9, "a"), id="再排", county=QINGYANG)
    (change,) = visit_changes(before, plan(moved))
    assert change.kind is VisitChangeKind.MOVED
    assert (change.before, change.after) == (before.visits[0], moved)


def test_visits_of_the_standard_that_only_changed_their_numbers_did_not_change():
    """-1 and -2 count the rows of a series: here they were dealt the other way round."""
    before = plan(visit("s-1", 3, "a"), visit("s-2", 17, "b"))
    after = plan(visit("s-1", 17, "b"), visit("s-2", 3, "a"))
    assert kinds(before, after) == []


def test_visits_of_the_standard_are_paired_so_that_fewest_people_are_told():
    before = plan(visit("s-1", 3, "a"), visit("s-2", 17, "b"))
    after = plan(visit("s-1", 4, "b"), visit("s-2", 18, "a"), visit("s-3", 25, "c"))
    found = {change.shown.id: change for change in visit_changes(before, after)}
    # a and b are moved (2 to tell) rather than exchanged (4); c is new.
    assert {key: item.kind for key, item in found.items()} == {
        "s-1": VisitChangeKind.MOVED,
        "s-2": VisitChangeKind.MOVED,
        "s-3": VisitChangeKind.ADDED,
    }
    assert found["s-1"].before.id == "s-2"


def test_other_counties_and_specialties_are_never_paired():
    fish = visit("s-1", 3, "a", roles=(RoleView("S17", 1, 1, ("a",)),))
    before = plan(visit("s-1", 3, "a"), visit("t-1", 4, "b"))
    after = plan(fish, visit("t-1", 4, "b", county=QINGYANG))
    assert Counter(kinds(before, after)) == {
        VisitChangeKind.ADDED: 2,
        VisitChangeKind.DROPPED: 2,
    }


def test_every_kind_of_change():
    before = plan(
        *(wanted(name, day, "a") for name, day in (("同", 1), ("改", 2), ("换", 3), ("都", 4))),
        wanted("地", 7, "a"),
        wanted("没", 8, "a"),
        wanted("新"),
    )
    after = plan(
        wanted("同", 1, "a"),
        wanted("改", 9, "a"),
        wanted("换", 3, "b", "c"),
        wanted("都", 10, "b"),
        wanted("地", 7, "a", town="柏合镇"),
        wanted("没", reasons=("没有人。",)),
        wanted("新", 11, "d"),
    )
    found = {change.shown.demand_id: change for change in visit_changes(before, after)}
    assert {key: item.kind.value for key, item in found.items()} == {
        "改": "改期",
        "换": "换人",
        "都": "改期并换人",
        "地": "信息变更",
        "没": "取消",
        "新": "新增",
    }
    assert (found["换"].leaving, found["换"].joining) == (("a",), ("b", "c"))
    assert found["没"].reason == "没有人。"
    assert list(found) == ["改", "换", "都", "地", "没", "新"]


def test_people_who_only_change_seats_are_not_changed():
    one = RoleView("S08", 1, 1, ("a",)), RoleView("S01", 1, 1, ("b",))
    other = RoleView("S08", 1, 1, ("b",)), RoleView("S01", 1, 1, ("a",))
    assert kinds(plan(wanted("d", 3, roles=one)), plan(wanted("d", 3, roles=other))) == []


def test_of_plans_with_other_dates_only_the_days_of_both_are_compared():
    """The second plan begins on the 14th and says nothing of the 3rd; a demand goes along."""
    before = plan(visit("s-1", 3, "a"), visit("s-2", 17, "b"), wanted("d", 4, "c"))
    after = plan(
        visit("s-1", 18, "b"), wanted("d", 28, "c"), start=date(2026, 12, 14), end=DAYS[-1]
    )
    found = visit_changes(before, after)
    assert [change.before.id for change in found] == ["D-d", "s-2"]
    assert kinds(before, after) == [VisitChangeKind.MOVED, VisitChangeKind.MOVED]
    january = plan(visit("s-1", 18, "b"), start=date(2027, 1, 1), end=date(2027, 1, 31))
    assert kinds(before, january) == []
