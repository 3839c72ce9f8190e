"""The documents that can be printed: their key, title, template and builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from envoy_app.domain.errors import InputError
from envoy_app.reports import county_schedule, coverage_matrix
from envoy_app.reports.model import CountySchedule, CoverageMatrix, Source

DocumentData = CountySchedule | CoverageMatrix


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of paper. `template` is a file in resources/documents."""

    key: str
    title: str
    template: str
    build: Callable[[Source], DocumentData]


_ALL = (
    Document(
        "county-schedule", county_schedule.TITLE, "county-schedule.typ", county_schedule.build
    ),
    Document(
        "coverage-matrix", coverage_matrix.TITLE, "coverage-matrix.typ", coverage_matrix.build
    ),
)
DOCUMENTS: Mapping[str, Document] = MappingProxyType({item.key: item for item in _ALL})


def document(key: str) -> Document:
    """Return the document of this key.

    Raises:
        InputError: there is none; the sentence lists those there are.
    """
    found = DOCUMENTS.get(key)
    if found is None:
        known = "、".join(f"{item.title}（{item.key}）" for item in _ALL)
        raise InputError(f"不能打印“{key}”，现有的文件是{known}，请从中选择。")
    return found
