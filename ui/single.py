"""A second start on one database: it asks the running window to come to the front.

QtNetwork is imported where it is used: it needs a library of the system (Kerberos) that a bare
Linux may lack. Without it a second start says in a sentence that the database is open.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

WAIT_MS = 2_000
_ANSWER = b"here\n"


def _name(path: Path) -> str:
    """Return the name under which the window on a database listens."""
    return f"envoy-{sha256(str(path.resolve()).encode()).hexdigest()[:24]}"


class Doorbell(QObject):
    """Listens for other starts on the database that this process holds; `rung` for each."""

    rung = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None
        try:
            from PySide6.QtNetwork import QLocalServer
        except ImportError:
            return
        self._server = server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._greet)
        # We hold the lock of the database: whoever left this name behind is gone.
        QLocalServer.removeServer(_name(path))
        server.listen(_name(path))

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    def _greet(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            caller = self._server.nextPendingConnection()
            caller.disconnected.connect(caller.deleteLater)
            caller.write(_ANSWER)
            caller.flush()
            self.rung.emit()


def ring(path: Path) -> bool:
    """Ask the window that has a database open to come to the front; whether it answered."""
    try:
        from PySide6.QtNetwork import QLocalSocket
    except ImportError:
        return False
    caller = QLocalSocket()
    caller.connectToServer(_name(path))
    try:
        answered = caller.waitForConnected(WAIT_MS) and caller.waitForReadyRead(WAIT_MS)
        return answered and caller.readAll().data() == _ANSWER
    finally:
        caller.abort()
