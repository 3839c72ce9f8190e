"""Reads the columns of a roster that this program wrote beside what offices send."""

from __future__ import annotations

from envoy_app.domain.conditions import CONDITIONS
from envoy_app.domain.findings import Finding
from envoy_app.domain.problems import ProblemCode
from envoy_app.domain.text import cleaned
from envoy_app.io.understanding.row_reader import RowReader


def read_conditions(reader: RowReader) -> dict[str, object]:
    """Return the terms of service of a row: only what the table has columns for."""

    def code(name: str) -> str:
        codes = reader.lexicon.specialties.read(name).codes
        return codes[0] if len(codes) == 1 else ""

    values: dict[str, object] = {}
    for item in CONDITIONS:
        if not reader.has(item.kind):
            continue
        text = cleaned(reader.raw(item.kind))
        value = item.read(text, code) if text else None
        if text and value is None:
            reader.note(Finding(ProblemCode.BAD_VALUE, text), reader.place(item.kind))
        values[item.field] = value
    return values
