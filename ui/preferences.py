"""What the window remembers between starts: an ini file beside the database."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings

from ui.theme import Scheme

FILE_NAME = "window.ini"
RECENT_LIMIT = 5


class Preferences:
    """Typed access to the ini file; every key the window keeps is a method here."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._told = False
        self._settings = QSettings(str(self.path), QSettings.Format.IniFormat)

    def bytes(self, key: str) -> QByteArray:
        """Return a stored state (geometry, header, splitter), empty where none."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Store a state."""
        self._settings.setValue(key, value)

    def text(self, key: str, default: str = "") -> str:
        """Return a stored text."""
        value = self._settings.value(key)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Store a text."""
        self._settings.setValue(key, value)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a stored yes or no."""
        return self.text(key, "true" if default else "false") == "true"

    def set_flag(self, key: str, value: bool) -> None:
        """Store a yes or no."""
        self.set_text(key, "true" if value else "false")

    @property
    def scheme(self) -> Scheme:
        """The colour scheme wanted."""
        stored = self.text("scheme", Scheme.AUTO.value)
        return Scheme(stored) if stored in set(Scheme) else Scheme.AUTO

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self.set_text("scheme", scheme.value)

    def take_problem(self) -> str:
        """Return a sentence where the file could not be written, once; else ""."""
        failed = self._settings.status() is not QSettings.Status.NoError
        if not failed or self._told:
            self._told = self._told and failed
            return ""
        self._told = True
        return QCoreApplication.translate(
            "Preferences",
            "窗口的布局没有保存，数据不受影响：无法写入“{path}”，请检查磁盘空间和权限。",
        ).format(path=self.path)

    def sync(self) -> None:
        """Write to disk now."""
        self._settings.sync()
