"""A backup brought back holds what was backed up, whatever was done before and since."""

import pytest

from tests.faults.checking import WHOLE
from tests.faults.restores import restore_rounds


def test_what_is_restored_is_what_was_backed_up(kit, tmp_path):
    tally = restore_rounds(kit, tmp_path, 12)
    assert tally.wrong == []
    assert tally.counts == {WHOLE: 12}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_restores_bring_back_what_was_backed_up(kit, tmp_path):
    assert restore_rounds(kit, tmp_path, 500, seed=2).counts == {WHOLE: 500}
