"""A file that comes again changes nothing, whatever was edited and decided in between.

Drawn rosters are full of namesakes, shared telephones and organisations spelled two ways.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from envoy_app.domain.idnumber import check_digit
from envoy_app.domain.import_choices import ImportBatch, ImportFile, RowChoice
from envoy_app.domain.imports import ImportKind, ImportReport, ImportRow, RowStatus
from envoy_app.services.imports import ImportService

NAMES = ("陈梅", "陈枚", "王芳", "王方", "欧阳建国", "欧阳建囯", "张伟")
OFFICES = (
    "金堂县农业农村局",
    "金堂农业农村局",
    "甲站",
    "乙农业有限公司",
    "乙农业有限责任公司",
    None,
)
PHONES = (*(f"1390000000{number}" for number in range(6)), None, None, "028-85551234")
HEADS = [f"5101001970010{number}001" for number in range(1, 5)]
NUMBERS = (None, None, *(head + check_digit(head) for head in HEADS))
EDITS = (
    {"phones": ("13711111111",)},
    {"name": "新名"},
    {"organisation": "新单位"},
    {"id_number": ""},
    {"title": "研究员"},
)


def drawn(draw, count, name):
    """Return a report as the reader gives it: nobody stands in a file twice."""
    rows, seen = [], set()
    for number in range(2, count + 2):
        phone, identity = draw.choice(PHONES), draw.choice(NUMBERS)
        values = {
            "name": draw.choice(NAMES),
            "gender": draw.choice(("女", "男", None)),
            "birth": draw.choice(("1970-01", "1980-05-03", None)),
            "id_number": identity,
            "phones": [phone] if phone else [],
            "organisation": draw.choice(OFFICES),
            "title": draw.choice(("农艺师", None)),
            "title_rank": 1,
            "specialties": draw.choice((["S01"], [], ["S09", "S01"])),
            "team_county": draw.choice(("510121", "510129", None)),
        }
        keys = {("id", identity)} if identity else set()
        keys |= {("phone", values["name"], phone)} if phone else set()
        if not keys & seen:
            seen |= keys
            rows.append(ImportRow("a", number, RowStatus.NEW, values))
    return ImportReport(name, ImportKind.ROSTER, tuple(rows), sha256=name)


def opened(imports, report):
    file = ImportFile(report.file, None, b"", (), report)
    return imports.refresh(ImportBatch((file,)))


def decisions(batch, draw):
    """Merge some of the possible duplicates, keep others apart."""
    choices, used = {}, set()
    for row in batch.files[0].report.rows:
        if row.rivals and draw.random() < 0.7:
            target = draw.choice((row.rivals[0].record_id, ""))
            if target not in used:
                choices[row.key] = RowChoice(target=target)
                used |= {target} - {""}
    return choices


@pytest.mark.parametrize("seed", range(15))
def test_the_same_file_again_changes_nothing(workspace, seed):
    draw = random.Random(seed)
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    imports.apply(drawn(draw, 10, "甲"))
    last = drawn(draw, 10, "乙")
    batch = opened(imports, last)
    imports.apply_batch(imports.decide(batch, 0, decisions(batch, draw)))
    for envoy in workspace.roster.envoys():
        if draw.random() < 0.4:
            workspace.roster.save(replace(envoy, **draw.choice(EDITS)))
    rows = opened(imports, last).files[0].report.rows
    assert {row.status for row in rows} == {RowStatus.UNCHANGED}
    assert len({row.target_id for row in rows}) == len(rows)
