import subprocess

import pytest

from envoy_app.domain.errors import AlreadyOpen, EnvironmentProblem
from envoy_app.persistence.instance_lock import InstanceLock, lock_file
from tests.other_process import open_elsewhere


@pytest.fixture
def path(tmp_path):
    return tmp_path / "数据 库.db"


def test_another_process_keeps_it_and_its_death_lets_go(path):
    with open_elsewhere(path) as holder:
        with pytest.raises(AlreadyOpen, match="正在另一个窗口中使用"):
            InstanceLock(path).acquire()
        assert lock_file(path).read_text() == f"{holder.pid}\n"
        holder.kill()
        holder.wait()
        with InstanceLock(path):  # the file is still there: it says nothing
            assert lock_file(path).exists()


def test_one_process_takes_it_again_and_lets_go_at_the_last(path):
    first, second = InstanceLock(path), InstanceLock(path.parent / "." / path.name)
    first.acquire()
    second.acquire()
    first.release()
    assert is_held(path)
    second.release()
    assert not is_held(path)
    second.release()  # once too often harms nobody
    with InstanceLock(path):
        assert is_held(path)


def is_held(path):
    """Whether a new process finds the database open."""
    try:
        with open_elsewhere(path):
            return False
    except AssertionError:
        return True


def test_a_folder_that_takes_no_file_is_told(tmp_path):
    with pytest.raises(EnvironmentProblem, match="没有权限"):
        InstanceLock(tmp_path / "none" / "a.db").acquire()


def test_a_child_does_not_inherit_it(path):
    with InstanceLock(path):
        child = subprocess.Popen(["sleep", "60"])
    try:
        assert not is_held(path)
    finally:
        child.kill()
        child.wait()
