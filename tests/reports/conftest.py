from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest

from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.plans import PlanView
from envoy_app.domain.vocabulary import shipped_vocabulary
from envoy_app.reports.model import Source
from envoy_app.reports.registry import document
from envoy_app.reports.typeset import Typesetter

Printer = Callable[..., list[str]]


def source_of(view: PlanView, counties: tuple[str, ...] = ()) -> Source:
    printed = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    return Source(view, shipped_gazetteer(), shipped_vocabulary(), printed, counties)


def page_texts(pdf: bytes) -> list[str]:
    """Each page's text without white space: typesetting breaks lines where it likes."""
    with pypdfium2.PdfDocument(pdf) as opened:
        texts = [page.get_textpage().get_text_bounded() for page in opened]
    return ["".join(text.replace("\ufffe", "").split()) for text in texts]


def as_real(view: PlanView) -> PlanView:
    return replace(view, info=replace(view.info, sample=False))


@pytest.fixture(scope="session")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture(scope="session")
def printed(typesetter) -> Printer:
    def print_pages(key: str, view: PlanView, counties: tuple[str, ...] = ()) -> list[str]:
        return page_texts(typesetter.pdf(document(key), source_of(view, counties)))

    return print_pages
