"""Which demands look like one that was sent twice."""

from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.demand_twins import likely_twins
from envoy_app.domain.demands import DemandState
from tests.factories import make_demand


@pytest.fixture
def one():
    return make_demand(
        id="a",
        county="510182",
        specialties=("S04", "S19"),
        site="红光合作社",
        content="大棚番茄病害防治",
        phone="13800000001",
        window_start=date(2026, 12, 1),
        window_end=date(2026, 12, 10),
    )


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"content": "大棚番茄病害的防治"},
        {"site": "另一个村"},
        {"phone": "13900000002"},
        {"content": "完全不同的事情"},
        {"specialties": ("S19",)},
        {"window_start": None, "window_end": None},
        {"window_start": date(2026, 12, 10), "window_end": date(2026, 12, 20)},
    ],
)
def test_two_signs_make_twins(one, change):
    other = replace(one, id="b", **change)
    assert likely_twins([one, other]) == {"a": ("b",), "b": ("a",)}


@pytest.mark.parametrize(
    "change",
    [
        {"county": "510183"},
        {"specialties": ("S06",)},
        {"window_start": date(2026, 12, 11), "window_end": date(2026, 12, 20)},
        {"site": "另一个村", "phone": "13900000002"},
        {"content": "完全不同的事情", "site": "另一个村"},
        {"content": "", "site": ""},
        {"state": DemandState.CANCELLED},
        {"state": DemandState.DONE},
    ],
)
def test_these_are_no_twins(one, change):
    assert likely_twins([one, replace(one, id="b", **change)]) == {}


def test_three_of_a_kind_know_each_other_once(one):
    others = [replace(one, id=key) for key in "bc"]
    found = likely_twins([one, *others])
    assert found == {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b")}
