"""A full or failing disk at any call: the old contents stay, one sentence, then work goes on."""

import pytest

from tests.faults.checking import WHOLE
from tests.faults.rounds import failing_writes
from tests.faults.vfs import needs_layer
from tests.faults.workloads import PHASES


@needs_layer
@pytest.mark.parametrize("name", PHASES)
def test_a_failing_write_changes_nothing_and_is_told(name, kit, tmp_path):
    tally = failing_writes(kit, tmp_path, name, 4)
    assert tally.wrong == []
    assert tally.counts == {WHOLE: 4}


@needs_layer
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PHASES)
def test_every_failing_write_changes_nothing_and_is_told(name, kit, tmp_path):
    tally = failing_writes(kit, tmp_path, name, None)
    assert tally.wrong == []
    assert tally.total > 100


def test_a_disk_that_is_full_at_any_size_changes_nothing_and_is_told(kit, tmp_path):
    pytest.importorskip("resource", reason="no limits of file sizes on Windows")
    from tests.faults.limits import size_limits

    tally = size_limits(kit, tmp_path, range(0, 460_000, 60_000))
    assert tally.wrong == []
    assert tally.counts == {WHOLE: 8}
