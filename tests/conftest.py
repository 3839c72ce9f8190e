"""Before anything imports Qt: no screen, no noise from the plugin for it, a log of our own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The log of those who run the tests stays as it is (platformdirs looks here on Linux).
os.environ["XDG_STATE_HOME"] = _STATE = tempfile.mkdtemp(prefix="envoy-state-")
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    # Said by the offscreen plugin about dialogs and popups; nothing the program could do.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")
