"""The current goes at any moment: what was acknowledged is there, and nothing is half-done."""

import sys

import pytest

from tests.faults.checking import CORRUPT, LOST, WHOLE, lay_out
from tests.faults.power import Disk, Recording
from tests.faults.rounds import power_cuts, weaker
from tests.faults.vfs import needs_layer
from tests.faults.workloads import MAIN, PHASES, Stage, take

pytestmark = [
    needs_layer,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="records through /proc"),
]
CUTS = 24
OPENING_CUTS = 10  # what is left is migrated or made anew each time


@pytest.mark.parametrize("name", PHASES)
def test_no_power_cut_loses_or_harms_anything(name, kit, tmp_path):
    count = OPENING_CUTS if PHASES[name].opens else CUTS
    tally = power_cuts(kit, tmp_path, name, count)
    assert tally.wrong == []
    assert tally.counts == {WHOLE: count}


def test_a_second_power_cut_while_the_first_is_mended_harms_nothing(kit, tmp_path):
    assert power_cuts(kit, tmp_path, "import", CUTS, twice=True).counts == {WHOLE: CUTS}


def test_a_first_page_that_was_being_written_is_rolled_back_not_refused(kit, tmp_path):
    stage = kit.stage(tmp_path / "recorded", "filled")
    recording = Recording(stage.folder)
    with recording.running():
        take(stage, PHASES["save"], 0)
    stage.close()
    disk = Disk(recording.first)
    for call in recording.calls:
        disk.take(call)
        if (call.kind, call.name, call.offset) == ("write", MAIN, 0):
            break
    files = disk.everything()
    files[MAIN] = bytes(512) + files[MAIN][512:]
    lay_out(tmp_path / "cut", files)
    left = Stage(tmp_path / "cut", kit)
    assert left.workspace.roster.envoys()
    left.close()
    assert left.state() == kit.known("save").states[0]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", PHASES)
def test_no_power_cut_of_many_loses_or_harms_anything(name, kit, tmp_path):
    assert power_cuts(kit, tmp_path, name, 1500, seed=2).counts == {WHOLE: 1500}


@pytest.mark.parametrize(
    ("mode", "synchronous", "fault"),
    [
        ("TRUNCATE", "NORMAL", LOST),
        ("WAL", "NORMAL", LOST),
        ("TRUNCATE", "OFF", CORRUPT),
        # The removal of the journal is not waited for, whatever the documentation's "FULL" says.
        ("DELETE", "FULL", LOST),
    ],
)
def test_whoever_waits_for_less_is_found_out(mode, synchronous, fault, kit, tmp_path):
    with weaker(mode, synchronous):
        tally = power_cuts(kit, tmp_path, "save", CUTS)
    assert tally.counts[fault]


@pytest.mark.parametrize(("mode", "synchronous"), [("WAL", "FULL"), ("DELETE", "EXTRA")])
def test_other_ways_that_are_safe_pass(mode, synchronous, kit, tmp_path):
    with weaker(mode, synchronous):
        assert power_cuts(kit, tmp_path, "save", CUTS).counts == {WHOLE: CUTS}
