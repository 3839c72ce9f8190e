"""The window (PySide6). Talks to envoy_app.services only."""

import builtins

import PySide6.QtCore  # noqa: F401 - replaces `import` when it is loaded first

# PySide6 would read the source of every module imported from here on, to see whether it asks for
# `from __feature__ import snake_case`. None does; it keeps the text of all of them (15 MB) and
# makes the database layer half a second slower to import.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
