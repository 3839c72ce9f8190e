"""Shortages found by a child process: as found here, at once given up, a crash is told."""

import json
import sys
from pathlib import Path

import pytest

from solver import SolverCrashed, parse_instance, shortages_in_child
from solver.explain.shortage import Shortage, shortage_from_json, shortage_to_json
from solver.explain.shortages import shortages
from tests.solver.build import DAYS, envoy, instance, visit
from tests.solver.test_process import child_that, say

TINY = instance([envoy("e")], [visit("v", slots=4, latest=DAYS[0])])
DATA = Path(__file__).parent / "data"


def never():
    return False


def test_a_child_finds_what_is_found_here():
    small = parse_instance(json.loads((DATA / "small.json").read_text("utf-8")))
    assert shortages_in_child(small, 20, never) == shortages(small)


def test_a_shortage_survives_the_way():
    (found,) = shortages(
        instance([envoy("e", max_slots_total=3)], [visit(name, slots=2) for name in "ab"])
    )
    assert found.first is not None
    there = json.loads(json.dumps(shortage_to_json(found)))
    assert shortage_from_json(there) == found
    bare = Shortage("window", ("v",), 1, 0)
    assert shortage_from_json(json.loads(json.dumps(shortage_to_json(bare)))) == bare


def test_a_child_that_never_listens_is_given_up():
    command = (sys.executable, "-c", "import threading; threading.Event().wait()")
    assert shortages_in_child(TINY, 60, lambda: True, command) is None


def test_a_search_that_takes_too_long_is_given_up():
    command = child_that(say({"started": True}), "import threading; threading.Event().wait()")
    assert shortages_in_child(TINY, 0.01, never, command) is None


def test_a_crash_is_a_sentence():
    with pytest.raises(SolverCrashed, match="boom"):
        shortages_in_child(TINY, 10, never, child_that("sys.exit('boom')"))


@pytest.mark.parametrize("shortage", [[], {}, {"kind": "load"}, None])
def test_a_child_that_talks_nonsense_is_not_believed(shortage):
    command = child_that(say({"solution": {"shortages": [shortage]}}))
    with pytest.raises(SolverCrashed, match="未通过校验"):
        shortages_in_child(TINY, 10, never, command)
