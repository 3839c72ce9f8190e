"""The workbooks of the offices against what they truly say: every field, problem and row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from envoy_app.domain.imports import ImportKind, ImportReport
from tests.io.support import DATA, read_file

ROSTERS = ["01-clean-template-11", "01-clean-template-12", "02-titled-11"]
FILES = [*ROSTERS, "demand-11"]


@pytest.fixture(scope="module", params=FILES)
def pair(request: pytest.FixtureRequest) -> tuple[ImportReport, dict[str, Any]]:
    truth = json.loads((DATA / f"{request.param}.truth.json").read_text(encoding="utf-8"))
    return read_file(DATA / f"{request.param}.xlsx"), truth


def entries(truth: dict[str, Any]) -> list[dict[str, Any]]:
    return truth.get("persons") or truth["demands"]


def test_kind_is_recognised(pair):
    report, truth = pair
    assert report.kind is (ImportKind.ROSTER if "persons" in truth else ImportKind.DEMAND)


def test_every_row_is_found_and_none_invented(pair):
    report, truth = pair
    found = [(row.sheet, row.row) for row in report.rows]
    assert found == [(entry["sheet"], entry["row"]) for entry in entries(truth)]
    assert len(found) >= 60


def test_every_field_is_right(pair):
    report, truth = pair
    wrong = [
        (row.row, key, value, entry[key])
        for row, entry in zip(report.rows, entries(truth), strict=True)
        for key, value in row.values.items()
        if value != entry[key]
    ]
    assert wrong == []
    assert len(report.rows[0].values) == (20 if report.kind is ImportKind.ROSTER else 17)


def test_every_planted_problem_is_told_and_nothing_else(pair):
    report, truth = pair
    for row, entry in zip(report.rows, entries(truth), strict=True):
        told = {(problem.code, problem.cell, problem.column) for problem in row.problems}
        planted = {
            (problem["code"], problem["cell"], problem["column"]): problem.get("optional", False)
            for problem in entry["problems"]
        }
        assert told <= planted.keys(), row.row
        assert {key for key, optional in planted.items() if not optional} <= told, row.row


def test_candidates_of_ambiguous_words_are_offered(pair):
    report, truth = pair
    offered = {
        (row.row, problem.code): list(problem.candidates)
        for row in report.rows
        for problem in row.problems
        if problem.code == "AMBIGUOUS_SPECIALTY"
    }
    planted = {
        (entry["row"], problem["code"]): problem["candidates"]
        for entry in entries(truth)
        for problem in entry["problems"]
        if problem["code"] == "AMBIGUOUS_SPECIALTY" and not problem.get("optional")
    }
    assert offered == planted


def test_rows_that_are_no_person_have_their_reason(pair):
    report, truth = pair
    told = [(row.sheet, row.row, row.reason) for row in report.other_rows]
    assert told == [(r["sheet"], r["row"], r["reason"]) for r in truth["non_person_rows"]]


def test_messages_say_where_and_what_to_do(pair):
    report, _ = pair
    for row in report.rows:
        for problem in row.problems:
            assert problem.message.startswith(f"第 {row.row} 行")
            assert problem.message.endswith("。")
            assert "请" in problem.message
            assert "\n" not in problem.message
