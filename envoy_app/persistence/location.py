"""Refuses places where SQLite cannot keep its promises: network drives and synced folders.

Network file systems lock files unreliably (sqlite.org/howtocorrupt.html, 2.1), and a sync client
copies or replaces the file in the middle of a transaction.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil

from envoy_app.domain.errors import EnvironmentProblem

NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "afs", "afpfs", "ncpfs", "davfs"}
    | {"webdav", "ceph", "glusterfs", "lustre", "beegfs", "fuse.glusterfs", "fuse.sshfs"}
    | {"fuse.rclone", "fuse.davfs", "fuse.smb", "fuse.gvfsd-fuse", "fuse.ceph", "fuse.s3fs"}
)
FileIdentity = tuple[int, int]
"""The device and the number of a file on it."""
DRIVE_REMOTE = 4  # GetDriveTypeW

SYNCED_NAMES = {
    "onedrive": "OneDrive",
    "nutstore": "坚果云",
    "坚果云": "坚果云",
    "我的坚果云": "坚果云",
    "baidusyncdisk": "百度网盘",
    "百度网盘": "百度网盘",
    "wps云盘": "WPS 云盘",
    "wps cloud": "WPS 云盘",
    "wpsdrive": "WPS 云盘",
    "dropbox": "Dropbox",
    "icloud": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "谷歌云端硬盘": "Google Drive",
    "我的云端硬盘": "Google Drive",
    "微云同步": "微云",
    "nextcloud": "Nextcloud",
}
SYNCED_MARKERS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nutstore": "坚果云",
    ".tmp.drivedownload": "Google Drive",
    ".owncloudsync.log": "Nextcloud",
    ".nextcloudsync.log": "Nextcloud",
}
SYNCED_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")


def check_location(path: Path) -> None:
    """Raise EnvironmentProblem where a database at `path` would not be safe."""
    where = _resolved(path)
    if on_network(where):
        raise EnvironmentProblem(
            f"数据库不能放在网络位置“{where.parent}”，多台电脑同时写会损坏数据，"
            "请改存到本机硬盘（如 D 盘）的文件夹。"
        )
    if cloud := synced_by(where):
        raise EnvironmentProblem(
            f"数据库不能放在{cloud}的同步文件夹“{where.parent}”，同步会损坏数据，"
            "请改存到不参与同步的本机文件夹。"
        )


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except OSError:  # an unreachable share cannot be resolved; judge what was written
        return path.absolute()


def on_network(path: Path) -> bool:
    """Whether `path` (absolute) lies on a network file system."""
    if sys.platform == "win32":
        return _on_windows_network(path)
    return _on_posix_network(path)


def _on_windows_network(path: Path) -> bool:
    anchor = path.anchor
    if anchor.startswith(("\\\\", "//")) and not anchor.startswith("\\\\?\\"):
        return True
    import ctypes

    loader = getattr(ctypes, "windll", None)
    return bool(loader and loader.kernel32.GetDriveTypeW(anchor) == DRIVE_REMOTE)


def _on_posix_network(path: Path) -> bool:
    """Judge by the deepest mount point above `path`."""
    best, found = -1, False
    for part in psutil.disk_partitions(all=True):
        mount = Path(part.mountpoint)
        if (mount == path or mount in path.parents) and len(mount.parts) >= best:
            best, found = len(mount.parts), _is_share(part.fstype.lower(), part.opts)
    return found


def _is_share(kind: str, options: str) -> bool:
    """Whether a mount is served over a network; 9p also serves sandboxes their own disk (fd)."""
    if kind == "9p":
        return "trans=tcp" in options or "trans=rdma" in options
    return kind in NETWORK_TYPES


def synced_by(path: Path) -> str | None:
    """Return the name of the sync client whose folder holds `path`, or None."""
    for variable in SYNCED_VARIABLES:
        root = os.environ.get(variable)
        if root and path.is_relative_to(Path(root).expanduser()):
            return "OneDrive"
    for folder in path.parents:
        found = _named(folder.name) or _marked(folder)
        if found:
            return found
    return None


def _named(name: str) -> str | None:
    lower = name.lower()
    return next((title for key, title in SYNCED_NAMES.items() if lower.startswith(key)), None)


def _marked(folder: Path) -> str | None:
    for marker, title in SYNCED_MARKERS.items():
        try:
            # A marker in the home folder itself (~/.dropbox) is the client's configuration.
            if folder != Path.home() and (folder / marker).exists():
                return title
        except OSError:
            return None
    return None


def file_identity(path: Path) -> FileIdentity | None:
    """Return what tells a file from all others whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
