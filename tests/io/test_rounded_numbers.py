"""ID numbers that lost their last digits before they became text: some pass by chance."""

from __future__ import annotations

from dataclasses import replace

from envoy_app.domain.import_choices import FileChoices, PastedTable, SheetChoice
from envoy_app.domain.sheets import Sheet
from envoy_app.io.reader import read_content, read_pasted
from envoy_app.io.understanding.importing import understand
from tests.io.support import lexicon, sheet

PASSES, FAILS, GOOD = "510124198501070000", "510124198501010000", "510124198501010008"
LOST = "ID_PRECISION_LOST"


def roster(*numbers: str) -> Sheet:
    people = [[f"陈{given}", number] for given, number in zip("梅兰竹菊", numbers, strict=False)]
    return sheet([["姓名", "身份证号"], *people])


def read(*sheets: Sheet, choices: FileChoices | None = None) -> list[tuple[object, list[str]]]:
    found = understand("名册.xlsx", sheets, choices or FileChoices(), lexicon())
    return [(row.values["id_number"], [p.code for p in row.problems]) for row in found.rows]


def test_in_text_files_and_from_the_clipboard_it_is_flagged():
    text = f"姓名,身份证号\n陈梅,{PASSES}\n陈兰,{GOOD}\n"
    expected = [(None, [LOST]), (GOOD, [])]
    assert read(*read_content("名册.csv", text.encode("gb18030"))) == expected
    assert read(*read_pasted(PastedTable("粘贴", text.replace(",", "\t")))) == expected


def test_in_workbooks_it_is_flagged_beside_numbers_that_surely_were_rounded():
    assert read(roster(PASSES, GOOD)) == [(PASSES, []), (GOOD, [])]
    assert read(roster(PASSES, FAILS, GOOD)) == [(None, [LOST]), (None, [LOST]), (GOOD, [])]


def test_what_the_user_types_over_it_counts():
    plain = replace(roster(FAILS), plain=True)
    choices = FileChoices(sheets={"Sheet1": SheetChoice(edits={(2, 2): PASSES})})
    assert read(plain, choices=choices) == [(PASSES, [])]
