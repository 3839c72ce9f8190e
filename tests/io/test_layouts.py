"""Every layout of the offices, drawn from seeds, against its truth."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowKey
from envoy_app.io.understanding.importing import understand
from tests.io.demand_layouts import demands
from tests.io.layouts import LAYOUTS, Book, Entry, people
from tests.io.support import lexicon

SEEDS = range(3)
FILES = [(layout, plain) for layout in (*LAYOUTS, "teams", "demand") for plain in (False, True)]


def drawn(layout: str, seed: int, *, plain: bool) -> Book:
    rng = random.Random(seed)
    if layout == "demand":
        return demands(rng, 40, plain=plain)
    return people(rng, layout, 40, plain=plain)


@pytest.fixture(
    scope="module", params=FILES, ids=lambda file: f"{file[0]}-{'text' if file[1] else 'cells'}"
)
def pairs(request: pytest.FixtureRequest) -> list[tuple[Book, ImportReport]]:
    layout, plain = request.param
    books = [drawn(layout, seed, plain=plain) for seed in SEEDS]
    return [
        (book, understand("名册.xlsx", book.sheets, FileChoices(), lexicon())) for book in books
    ]


def matched(pair: tuple[Book, ImportReport]) -> list[tuple[Entry, ImportRow]]:
    book, report = pair
    rows = {row.key: row for row in report.rows}
    return [(entry, rows[RowKey(entry.sheet, entry.row, entry.part)]) for entry in book.entries]


def test_every_record_is_found_and_none_invented(pairs):
    for book, report in pairs:
        told = Counter((row.sheet, row.row, row.part) for row in report.rows)
        assert told == Counter((entry.sheet, entry.row, entry.part) for entry in book.entries)
        assert len(told) > 25


def test_nearly_all_fields_are_right_and_numbers_and_counties_all(pairs):
    total, wrong = 0, []
    for pair in pairs:
        for entry, row in matched(pair):
            for key, truth in entry.fields.items():
                total += 1
                if (row.values[key] or None) != (truth or None):
                    wrong.append((row.row, key, row.values[key], truth))
    assert len(wrong) <= 0.01 * total, wrong
    certain = {"id_number", "phone", "phones", "base_county", "team_county", "county", "name"}
    assert [item for item in wrong if item[1] in certain] == []


def test_every_planted_problem_is_told_and_hardly_another(pairs):
    cells, false = 0, []
    for pair in pairs:
        for entry, row in matched(pair):
            told = {problem.code for problem in row.problems} - {"DUPLICATE_PERSON"}
            assert entry.planted <= told, row
            false += [(row.row, code) for code in told - entry.planted - entry.may]
            cells += len(entry.fields)
    assert len(false) < 0.01 * cells, false


def test_every_problem_says_where_and_what_to_do(pairs):
    for _, report in pairs:
        for row in report.rows:
            for problem in row.problems:
                assert problem.message.startswith(f"第 {row.row} 行") or row.sheet == "名单"
                assert problem.message.endswith("。")
                assert "请" in problem.message
                assert "\n" not in problem.message


def test_words_are_asked_about_once_and_only_with_known_codes(pairs):
    known = set(lexicon().names)
    for _, report in pairs:
        terms = [question.term for question in report.terms]
        assert len(terms) == len(set(terms))
        for question in report.terms:
            assert question.rows
            assert {suggestion.code for suggestion in question.suggestions} <= known


def test_the_kind_is_recognised(pairs):
    for book, report in pairs:
        kind = ImportKind.DEMAND if "county" in book.entries[0].fields else ImportKind.ROSTER
        assert report.kind is kind
        assert {row.kind for row in report.rows} == {kind}
