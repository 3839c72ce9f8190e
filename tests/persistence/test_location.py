from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.persistence import location
from envoy_app.persistence.database import open_database

Mount = namedtuple("Mount", "mountpoint fstype opts")


def mounted(monkeypatch, point, kind, options="rw"):
    mounts = [Mount("/", "ext4", "rw"), Mount(str(point), kind, options)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounts)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "davfs"])
def test_a_network_drive_is_refused(tmp_path, monkeypatch, kind):
    mounted(monkeypatch, tmp_path, kind)
    with pytest.raises(EnvironmentProblem, match="网络位置"):
        open_database(tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def test_9p_is_a_network_only_over_tcp(tmp_path, monkeypatch):
    mounted(monkeypatch, tmp_path, "9p", "rw,trans=fd")
    assert not location.on_network(tmp_path / "a.db")
    mounted(monkeypatch, tmp_path, "9p", "rw,trans=tcp")
    assert location.on_network(tmp_path / "a.db")


def test_the_deepest_mount_decides(tmp_path, monkeypatch):
    mounts = [Mount("/", "nfs", ""), Mount(str(tmp_path), "ext4", "")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounts)
    location.check_location(tmp_path / "a.db")
    with pytest.raises(EnvironmentProblem):
        location.check_location(tmp_path.parent / "a.db")


@pytest.mark.parametrize(
    ("folder", "client"),
    [
        ("OneDrive", "OneDrive"),
        ("OneDrive - 农业农村局", "OneDrive"),
        ("Nutstore Files", "坚果云"),
        ("我的坚果云", "坚果云"),
        ("BaiduSyncdisk", "百度网盘"),
        ("WPS云盘", "WPS 云盘"),
        ("WPSDrive", "WPS 云盘"),
        ("Dropbox", "Dropbox"),
        ("iCloudDrive", "iCloud"),
        ("Google Drive", "Google Drive"),
    ],
)
def test_a_synced_folder_is_refused_by_its_name(tmp_path, folder, client):
    place = tmp_path / folder / "工作"
    place.mkdir(parents=True)
    with pytest.raises(EnvironmentProblem, match=client):
        open_database(place / "a.db")
    assert list(place.iterdir()) == []


def test_a_synced_folder_is_refused_by_its_marker_or_variable(tmp_path, monkeypatch):
    (tmp_path / "资料").mkdir()
    assert location.synced_by(tmp_path / "资料" / "a.db") is None
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "资料"))
    assert location.synced_by(tmp_path / "资料" / "a.db") == "OneDrive"
    monkeypatch.delenv("OneDriveCommercial")
    (tmp_path / ".dropbox.cache").mkdir()
    assert location.synced_by(tmp_path / "资料" / "a.db") == "Dropbox"


def test_the_clients_configuration_in_the_home_folder_is_no_marker(tmp_path, monkeypatch):
    (tmp_path / ".dropbox").mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert location.synced_by(tmp_path / "a.db") is None
