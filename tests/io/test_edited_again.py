"""A cell typed over: only its row is read again, and the report is that of a full reading."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from envoy_app.domain.import_choices import FileChoices, SheetChoice
from envoy_app.domain.imports import ImportReport
from envoy_app.domain.sheets import Sheet
from envoy_app.io.understanding.importing import understand
from envoy_app.io.understanding.roster_rows import KEYS, _Person
from tests.io.support import lexicon, sheet

ROSTER = ["姓名", "身份证号", "联系电话", "派出单位", "专业领域", "服务县"]
GROUPED = ["序号", "团长", None, "成员", None]
UNDER = [None, "姓名", "联系电话", "姓名", "联系电话"]
DEMAND = ["县（市、区）", "需求产业", "需求内容", "需要人数", "联系电话"]
CELLS = (
    *(None, "", "陈梅", "徐涛", "吕志", "510000198806246680", "510000196804308519"),
    *("13800000001", "13800000002", "示例县农业局", "柑橘", "养鱼", "什么技术", "金堂县", "汶川"),
    *("合计", "一、柑橘产业组", "姓名", "联系电话", "县（市、区）", "现场指导", 2, "无"),
)
TEXTS = tuple(str(cell) for cell in CELLS if cell is not None)
HEADS = st.sampled_from([[ROSTER], [GROUPED, UNDER], [DEMAND], [["2026年11月名单"], ROSTER], []])
ROWS = st.lists(st.lists(st.sampled_from(CELLS), min_size=5, max_size=6), min_size=3, max_size=14)
MERGED = st.lists(
    st.tuples(st.integers(3, 12), st.integers(1, 6), st.integers(0, 4), st.integers(0, 2)).map(
        lambda item: (item[0], item[1], item[0] + item[2], item[1] + item[3])
    ),
    max_size=3,
)
STEP = st.tuples(
    st.integers(1, 18), st.integers(1, 7), st.sampled_from([*TEXTS, "张三", "9", None])
)


def of(own: Sheet, edits: dict[tuple[int, int], str], **choice: object) -> ImportReport:
    choices = FileChoices(sheets={own.name: SheetChoice(take=True, edits=dict(edits), **choice)})
    return understand("名册.xlsx", [own], choices, lexicon())


def fresh(own: Sheet) -> Sheet:
    """A copy of a sheet of which nothing is remembered."""
    return Sheet(own.name, own.rows, own.hidden, own.hidden_rows, own.merged)


@settings(max_examples=120, deadline=None)
@given(HEADS, ROWS, MERGED, st.lists(STEP, min_size=1, max_size=6), st.sampled_from(["", "phone"]))
def test_edit_after_edit_is_read_as_if_all_were_read_anew(heads, rows, merged, steps, kind):
    own = sheet([*heads, *rows], merged=merged)
    edits: dict[tuple[int, int], str] = {}
    of(own, edits)
    for row, column, text in steps:
        edits.pop((row, column), None)
        if text is not None:
            edits[row, column] = text
        assert of(own, edits) == of(fresh(own), edits)
    if kind:
        assert of(own, edits, columns={2: kind}) == of(fresh(own), edits, columns={2: kind})
    assert of(own, {}) == of(fresh(own), {})


def test_only_the_row_of_the_edit_is_read_again(monkeypatch):
    people = [
        [f"王{number}", None, f"138000000{number:02}", "站", "柑橘", None] for number in range(40)
    ]
    own = sheet([ROSTER, *people])
    before = of(own, {})
    read = []
    whole = _Person.read
    monkeypatch.setattr(
        _Person, "read", lambda self, *rest: read.append(self._reader.row) or whole(self, *rest)
    )
    after = of(own, {(9, 4): "示例县农业局"})
    assert read == [9]
    changed = [row.row for row, old in zip(after.rows, before.rows, strict=True) if row != old]
    assert changed == [9]
    assert set(after.rows[7].values) >= set(KEYS)


def test_cells_merged_down_from_an_edited_one_are_read_again():
    rows = [["王一", None, "13800000001", "甲站", "柑橘", None], ["王二", *[None] * 5]]
    own = sheet([ROSTER, *rows], merged=[(2, 4, 3, 4)])
    assert [row.values["organisation"] for row in of(own, {}).rows] == ["甲站", "甲站"]
    assert [row.values["organisation"] for row in of(own, {(2, 4): "乙站"}).rows] == ["乙站"] * 2


def test_a_sheet_under_another_name_is_another():
    own = sheet([ROSTER, ["王一", None, "13800000001", "甲站", "柑橘", None]], "甲")
    of(own, {})
    assert of(replace(own, name="乙"), {}).rows[0].sheet == "乙"
