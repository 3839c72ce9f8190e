"""The command line: parses words, calls services, prints (SPEC.md "Command line")."""

from __future__ import annotations

from envoy_app.cli.main import main

__all__ = ["main"]
