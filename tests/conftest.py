"""Before anything imports Qt: no screen, and no noise from the plugin that replaces it."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    # Said by the offscreen plugin about dialogs and popups; nothing the program could do.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")
