"""Sets a document's data as PDF with typst. No network: the templates import no packages."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from threading import Lock

import typst

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.reports.fonts import choose_fonts, installed_families
from envoy_app.reports.model import Source
from envoy_app.reports.registry import Document
from resources import resource_path


class Typesetter:
    """Turns documents into PDF bytes; keeps the fonts read, so that the next one is quick.

    Safe to call from any thread, one document at a time.
    """

    def __init__(self, families: Collection[str] | None = None) -> None:
        """`families` replaces what the computer has; tests take fonts away with it."""
        self._families = families
        self._lock = Lock()
        self._compiler: typst.Compiler | None = None

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
        with self._lock:
            return self._compile(document, text)

    def _compile(self, document: Document, data: str) -> bytes:
        folder = resource_path("documents")
        if self._compiler is None:
            self._compiler = typst.Compiler(root=str(folder))
        try:
            made = self._compiler.compile(
                input=str(folder / document.template),
                format="pdf",
                sys_inputs={"data": data},
                # Tags for screen readers make the file nine times as large; this is for paper.
                pdf_tags=False,
            )
        except typst.TypstError as error:
            raise EnvironmentProblem(
                f"{document.title}排版失败，请把这条信息发给技术支持：{error}"
            ) from error
        if not isinstance(made, bytes):
            raise EnvironmentProblem(f"{document.title}排版失败：没有生成任何页面。")
        return made
