"""One set of templates for all the faults of storage."""

import pytest

from tests.faults.workloads import make_kit


@pytest.fixture(scope="session")
def kit(tmp_path_factory):
    return make_kit(tmp_path_factory.mktemp("kit") / "a b 库")
