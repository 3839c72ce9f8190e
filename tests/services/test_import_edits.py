"""Cells typed over in the preview: step by step it comes to the same as all at once."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from envoy_app.domain.import_choices import FileChoices, SheetChoice
from envoy_app.domain.imports import ImportReport, RowStatus
from tests.services.import_books import person, write_book

HEAD = ["姓名", "身份证号", "联系电话", "派出单位", "职称", "专业领域", "服务县"]
WORDS = (
    *("陈梅", "徐涛", "吕志", "", "510000198806246680", "510000196804308519", "13800000001"),
    *("13800000002", "甲站", "乙站", "农艺师", "研究员", "柑橘", "养什么", "金堂县", "合计"),
)


def drawn(rng: random.Random) -> list[list[str]]:
    return [[f"王{rng.choice('一二三四五六')}", *rng.choices(WORDS, k=6)] for _ in range(25)]


def without_ids(report: ImportReport) -> ImportReport:
    """A report without the ids of people proposed as new, now or before: those are drawn."""
    drawn_for = (RowStatus.NEW, RowStatus.ERROR)
    rows = (replace(row, target_id="") if row.status in drawn_for else row for row in report.rows)
    return replace(report, rows=tuple(rows))


@pytest.mark.parametrize("seed", range(6))
def test_edits_one_by_one_are_as_all_at_once(workspace, tmp_path, seed):
    rng = random.Random(seed)
    imports = workspace.imports
    imports.apply_batch(imports.open([write_book(tmp_path / "旧.xlsx", *drawn(rng), head=HEAD)]))
    path = write_book(tmp_path / "名册.xlsx", *drawn(rng), head=HEAD)
    batch = imports.open([path])
    sheet = batch.files[0].sheets[0].name
    edits: dict[tuple[int, int], str] = {}
    for _ in range(8):
        edits[rng.randint(2, 26), rng.randint(1, 7)] = rng.choice(WORDS)
        choices = FileChoices(sheets={sheet: SheetChoice(edits=dict(edits))})
        batch = imports.revise(batch, 0, choices)
        at_once = imports.revise(imports.open([path]), 0, choices)
        assert without_ids(batch.files[0].report) == without_ids(at_once.files[0].report)
    done, _ = imports.apply_batch(batch)
    assert [row.target_id for row in done.files[0].report.rows] == [
        row.target_id for row in batch.files[0].report.rows
    ]


def test_new_people_keep_their_ids_through_edits(workspace, tmp_path):
    imports = workspace.imports
    batch = imports.open([write_book(tmp_path / "名册.xlsx", person(1), person(2))])
    before = [row.target_id for row in batch.files[0].report.rows]
    sheet = batch.files[0].sheets[0].name
    choices = FileChoices(sheets={sheet: SheetChoice(edits={(2, 4): "甲站"})})
    after = imports.revise(batch, 0, choices).files[0].report.rows
    assert [row.target_id for row in after] == before
    imports.apply_batch(imports.revise(batch, 0, choices))
    assert sorted(envoy.id for envoy in workspace.roster.envoys()) == sorted(before)
