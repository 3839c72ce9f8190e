import pytest

from envoy_app.services.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path):
    """A new workspace with reference data and nobody in it."""
    opened = open_workspace(tmp_path / "envoy.db", actor="张三")
    yield opened
    opened.close()
