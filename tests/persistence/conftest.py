import pytest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.persistence.database import open_database


@pytest.fixture
def database(tmp_path):
    """An open database with counties and specialties, under a path with a space and Chinese."""
    folder = tmp_path / "数据 100%"
    folder.mkdir()
    opened = open_database(folder / "特派员.db")
    with opened.writing("seed") as uow:
        uow.counties.add(shipped_gazetteer().counties)
        uow.specialties.add(shipped_vocabulary().specialties)
        uow.commit()
    yield opened
    opened.close()
