"""When backups are made by themselves, and what happens where they cannot be made."""

from pathlib import Path

import pytest

from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import AlreadyOpen, DamagedDatabase, EnvironmentProblem
from envoy_app.services import backups
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy
from tests.other_process import open_elsewhere

ROSTER = Path(__file__).parents[1] / "io" / "data" / "02-titled-11.xlsx"


@pytest.fixture
def workspace(tmp_path):
    opened = open_workspace(tmp_path / "a.db", actor="张三")
    yield opened
    opened.close()


def add(workspace):
    workspace.roster.add([make_envoy()])


def reasons(workspace):
    return [item.reason for item in workspace.backups.entries()]


def test_an_empty_database_is_backed_up_by_hand_only(workspace):
    assert workspace.backups.make(Reason.START) is None
    assert not workspace.backups.folder.exists()
    assert workspace.backups.make(Reason.MANUAL).usable


def test_only_what_changed_is_backed_up(workspace, tmp_path):
    add(workspace)
    assert workspace.backups.make(Reason.START).contents.envoys == 1
    assert workspace.backups.make(Reason.CHANGE) is None
    add(workspace)
    assert workspace.backups.make(Reason.CHANGE).contents.envoys == 2
    workspace.close()
    again = open_workspace(tmp_path / "a.db", actor="张三")
    again.backups.make(Reason.START)  # nothing changed since: no further file
    assert len(again.backups.entries()) == len(reasons(workspace))
    again.close()


def test_an_import_makes_one_before(workspace):
    add(workspace)
    service = ImportService(workspace.context)
    service.apply_batch(service.open([ROSTER]))
    (made,) = workspace.backups.entries()
    assert (made.reason, made.contents.envoys) == (Reason.IMPORT, 1)
    assert workspace.backups.current().contents.envoys > 1


def test_without_its_backup_an_import_writes_nothing(workspace, monkeypatch):
    add(workspace)
    workspace.backups.folder.write_text("a file where the folder should be")
    service = ImportService(workspace.context)
    batch = service.open([ROSTER])
    with pytest.raises(EnvironmentProblem, match="备份"):
        service.apply_batch(batch)
    assert workspace.backups.current().contents.envoys == 1


def test_a_restore_and_back(workspace, tmp_path):
    add(workspace)
    made = workspace.backups.make(Reason.MANUAL)
    add(workspace)
    assert workspace.backups.preview(made.path).contents.envoys == 1
    done = workspace.backups.restore(made.path)
    assert workspace.backups.current().contents.envoys == 1
    workspace.backups.restore(done.kept)
    assert workspace.backups.current().contents.envoys == 2


def test_one_window_at_a_time_but_others_may_read(tmp_path):
    path = tmp_path / "a.db"
    open_workspace(path, actor="a", sole=True).close()
    with open_elsewhere(path):
        with pytest.raises(AlreadyOpen, match="另一个窗口"):
            open_workspace(path, actor="a", sole=True)
        other = open_workspace(path, actor="a")
        add(other)
        assert not other.is_empty
        other.close()
    open_workspace(path, actor="a", sole=True).close()


def test_a_window_that_could_not_open_lets_go_of_its_lock(tmp_path):
    path = tmp_path / "a.db"
    path.write_text("姓名,电话")
    for _ in range(2):
        with pytest.raises(EnvironmentProblem):
            open_workspace(path, actor="a", sole=True)
    with open_elsewhere(path):
        pass


def test_the_newest_good_backup_of_a_damaged_database(workspace, tmp_path):
    add(workspace)
    made = workspace.backups.make(Reason.START)
    workspace.close()
    path = tmp_path / "a.db"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedDatabase):
        open_workspace(path)
    found = backups.newest_backup(path)
    assert found.path == made.path
    assert backups.restore_database(found.path, path).set_aside
    again = open_workspace(path, actor="a")
    assert not again.is_empty
    again.close()
