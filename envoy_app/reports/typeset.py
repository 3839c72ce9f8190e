"""Sets a document's data as PDF with typst. No network: the templates import no packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.reports.fonts import choose_fonts, installed_families
from envoy_app.reports.model import Source
from envoy_app.reports.registry import Document

MOST_SECONDS = 120
_CHILD = "envoy_app.reports.typeset_child"


class Typesetter:
    """Turns documents into PDF bytes, each in a child that gives its memory back.

    Safe to call from any thread.
    """

    def __init__(self, families: Collection[str] | None = None) -> None:
        """`families` replaces what the computer has; tests take fonts away with it."""
        self._families = families

    def pdf(self, document: Document, source: Source) -> bytes:
        """Return the document as PDF, fonts embedded.

        Raises:
            InputError: a county code is unknown.
            EnvironmentProblem: the computer has no Chinese font, or typst refuses.
        """
        families = installed_families() if self._families is None else self._families
        fonts = asdict(choose_fonts(families))
        data = {**asdict(document.build(source)), "fonts": fonts}
        text = json.dumps(data, ensure_ascii=False)
        return _compiled(document, json.dumps({"template": document.template, "data": text}))


def _compiled(document: Document, told: str) -> bytes:
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-X", "utf8", "-m", _CHILD],
            input=told.encode("ascii"),
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=MOST_SECONDS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(document, str(error)) from error
    if ended.returncode or not ended.stdout:
        said = ended.stderr.decode("utf-8", "replace").strip()
        raise _failed(document, said[-400:] or f"没有生成任何页面（{ended.returncode}）")
    return ended.stdout


def _environment() -> dict[str, str]:
    """The child finds this package whatever the folder the user is in."""
    paths = (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _failed(document: Document, why: str) -> EnvironmentProblem:
    return EnvironmentProblem(f"{document.title}排版失败，请把这条信息发给技术支持：{why}")
