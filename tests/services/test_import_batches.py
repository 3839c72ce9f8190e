"""Several files on their way in: corrected, decided, answered, applied together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import Cancelled, ConflictError, InputError, NotFoundError
from envoy_app.domain.import_choices import (
    FileChoices,
    ImportBatch,
    PastedTable,
    RowChoice,
    SheetChoice,
)
from envoy_app.domain.imports import RowKey, RowStatus, Term, TermTopic
from envoy_app.services.imports import ImportService
from tests.services.import_books import MEI, person, write_book

DATA = Path(__file__).parents[1] / "io" / "data"
NEW, UPDATE, UNCHANGED = RowStatus.NEW, RowStatus.UPDATE, RowStatus.UNCHANGED


@pytest.fixture
def imports(workspace) -> ImportService:
    return ImportService(workspace.context, lambda: date(2026, 11, 20))


@pytest.fixture
def book(tmp_path):
    def write(*rows, name="名册.xlsx", **options):
        return write_book(tmp_path / name, *rows, **options)

    return write


def bring(imports, *paths):
    return imports.apply_batch(imports.open(paths))


def rows(batch, file=0):
    return batch.files[file].report.rows


def statuses(batch, file=0):
    return [row.status for row in rows(batch, file)]


def key(batch, index, file=0):
    return rows(batch, file)[index].key


def choose(imports, batch, index, **choice):
    return imports.decide(batch, 0, {key(batch, index): RowChoice(**choice)})


def test_opening_writes_nothing_and_a_bad_file_costs_a_sentence(workspace, imports, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 nothing")
    paths = [tmp_path / "没有.xlsx", tmp_path / "坏.xlsx", DATA / "02-titled-11.xlsx"]
    batch = imports.open(paths)
    assert [file.name for file in batch.files] == ["02-titled-11.xlsx"]
    assert [refused.name for refused in batch.refused] == ["没有.xlsx", "坏.xlsx"]
    assert all(refused.sentence.endswith("。") for refused in batch.refused)
    assert batch.files[0].content == (DATA / "02-titled-11.xlsx").read_bytes()
    assert batch.files[0].saved_at is not None
    assert workspace.is_empty


def test_progress_is_told_and_stopping_is_heard(imports):
    told = []
    paths = [DATA / "02-titled-11.xlsx", DATA / "demand-11.xlsx"]
    imports.open(paths, on_progress=told.append)
    assert told == [
        "正在读取“02-titled-11.xlsx”（1/2）",
        "正在读取“demand-11.xlsx”（2/2）",
    ]
    with pytest.raises(Cancelled):
        imports.open(paths, should_cancel=lambda: True)


def test_the_same_content_is_taken_once(imports, book):
    first = book(MEI)
    copy = first.with_name("名册 (2).xlsx")
    copy.write_bytes(first.read_bytes())
    batch = imports.open([first])
    batch = imports.add(batch, [copy])
    assert [file.name for file in batch.files] == ["名册.xlsx"]
    assert batch.refused[0].sentence == "文件“名册 (2).xlsx”与“名册.xlsx”内容相同，只读取一次。"


def test_a_pasted_table_is_a_file_too(workspace, imports):
    table = PastedTable("粘贴的表格", text="姓名\t联系电话\t工作单位\n陈梅\t19000006713\t甲站\n")
    batch, _ = imports.apply_batch(imports.open([], texts=[table]))
    assert workspace.roster.envoys()[0].name == "陈梅"
    assert batch.files[0].path is None
    (run,) = imports.history()
    assert (run.file, run.has_original) == ("粘贴的表格", True)


def test_all_files_are_written_at_once_and_share_a_batch(workspace, imports):
    batch, changes = bring(imports, DATA / "02-titled-11.xlsx", DATA / "demand-11.xlsx")
    assert all(file.report.applied for file in batch.files)
    assert changes.topics == {Topic.ROSTER, Topic.DEMANDS}
    assert changes.description.startswith("导入名册和服务需求“02-titled-11.xlsx”等 2 个文件：新增")
    assert (len(workspace.roster.envoys()), len(workspace.demands.demands())) == (58, 59)
    first, second = imports.history()
    assert first.batch_id == second.batch_id != ""


def test_a_person_on_two_lists_is_one_person(workspace, imports, book):
    one = book(MEI, name="甲.xlsx")
    two = book((*MEI[:4], "高级农艺师", *MEI[5:]), person(1), name="乙.xlsx")
    batch = imports.open([one, two])
    assert statuses(batch) == [NEW]
    assert statuses(batch, 1) == [UPDATE, NEW]
    assert rows(batch, 1)[0].target_id == rows(batch)[0].target_id
    imports.apply_batch(batch)
    assert [envoy.title for envoy in workspace.roster.envoys()] == ["高级农艺师", "农艺师"]
    batch = imports.open([two])
    assert statuses(batch) == [UNCHANGED, UNCHANGED]


def test_dropping_a_file_settles_the_others_anew(imports, book):
    one, two = book(MEI, name="甲.xlsx"), book(MEI, person(1), name="乙.xlsx")
    batch = imports.open([one, two])
    assert statuses(batch, 1) == [UNCHANGED, NEW]
    batch = imports.drop(batch, 0)
    assert statuses(batch) == [NEW, NEW]
    assert imports.drop(batch, 0).files == ()


def test_batches_are_never_changed_only_replaced(imports, book):
    batch = imports.open([book(MEI)])
    before = (batch, batch.files[0], rows(batch))
    edits = {(2, 1): "陈枚"}
    after = imports.revise(batch, 0, FileChoices(sheets={"Sheet": SheetChoice(edits=edits)}))
    assert rows(after)[0].values["name"] == "陈枚"
    assert (batch, batch.files[0], rows(batch)) == before
    assert rows(batch)[0].values["name"] == "陈梅"


def test_a_new_row_keeps_its_id_while_it_is_corrected(workspace, imports, book):
    batch = imports.open([book(MEI)])
    choices = FileChoices(sheets={"Sheet": SheetChoice(edits={(2, 4): "乙站"})})
    after = imports.revise(batch, 0, choices)
    assert rows(after)[0].target_id == rows(batch)[0].target_id
    imports.apply_batch(after)
    (envoy,) = workspace.roster.envoys()
    assert (envoy.id, envoy.organisation) == (rows(batch)[0].target_id, "乙站")


def test_rows_left_out_are_not_written(workspace, imports, book):
    batch = imports.open([book(MEI, person(1))])
    batch = choose(imports, batch, 0, skip=True)
    assert [row.skipped for row in rows(batch)] == [True, False]
    assert batch.files[0].report.count(NEW) == 1
    imports.apply_batch(batch)
    assert [envoy.name for envoy in workspace.roster.envoys()] == [person(1)[0]]
    batch = choose(imports, choose(imports, batch, 0, skip=True), 0)
    assert not rows(batch)[0].skipped


OTHER_PHONE = ("陈梅", None, "19000009999", "甲站", "农艺师", "茶叶", "金堂", None)
NO_ID = ("陈梅", None, *MEI[2:])


def test_a_possible_duplicate_merged_stays_merged(workspace, imports, book):
    bring(imports, book(NO_ID))
    path = book(OTHER_PHONE)
    batch = imports.open([path])
    (rival,) = rows(batch)[0].rivals
    assert (rows(batch)[0].status, rival.reason) == (NEW, "姓名和单位相同，电话不同")
    batch = choose(imports, batch, 0, target=rival.record_id)
    assert statuses(batch) == [UPDATE]
    assert (rows(batch)[0].match_reason, rows(batch)[0].score) == ("由您选定", 100)
    imports.apply_batch(batch)
    (envoy,) = workspace.roster.envoys()
    assert envoy.phones == ("19000009999",)
    assert statuses(imports.open([path])) == [UNCHANGED]


def test_a_merge_is_remembered_even_where_nothing_was_written(workspace, imports, book):
    """The phone was typed in the application: it stays, and the row is known all the same."""
    bring(imports, book(NO_ID))
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, phones=("19000001111",)))
    path = book(OTHER_PHONE)
    batch = imports.open([path])
    batch = choose(imports, batch, 0, target=envoy.id)
    assert [(item.field, item.kept) for item in rows(batch)[0].changes] == [("phones", True)]
    imports.apply_batch(batch)
    again = imports.open([path])
    assert statuses(again) == [UNCHANGED]
    assert rows(again)[0].match_reason == "与以前导入的这一行相同"
    assert workspace.roster.envoys()[0].phones == ("19000001111",)


def test_two_kept_apart_stay_apart(workspace, imports, book):
    bring(imports, book(NO_ID))
    path = book(("陈梅", None, None, "甲站", "农艺师", "茶叶", "金堂", "另一人"))
    batch = imports.open([path])
    assert statuses(batch) == [UPDATE]
    batch = choose(imports, batch, 0, target="")
    assert statuses(batch) == [NEW]
    imports.apply_batch(batch)
    assert len(workspace.roster.envoys()) == 2
    assert statuses(imports.open([path])) == [UNCHANGED]
    assert statuses(imports.open([book(NO_ID)])) == [UNCHANGED]


def test_a_row_is_known_again_whatever_was_edited_since(workspace, imports, book):
    """Without an ID number, name and phone edited: nothing but the earlier import tells."""
    path = book(NO_ID)
    bring(imports, path)
    (envoy,) = workspace.roster.envoys()
    edited = replace(envoy, name="陈枚", phones=("19000001111",), organisation="乙站")
    workspace.roster.save(edited)
    batch, changes = bring(imports, path)
    assert statuses(batch) == [UNCHANGED]
    assert not changes.topics
    assert workspace.roster.envoys() == (edited,)


def test_a_cell_corrected_before_the_import_is_not_undone_by_the_same_file(
    workspace, imports, book
):
    """Name and title were typed over; the file, sent again with one more row, has the slips."""
    path = book(NO_ID)
    edits = {(2, 1): "陈枚", (2, 5): "研究员"}
    choices = FileChoices(sheets={"Sheet": SheetChoice(edits=edits)})
    imports.apply_batch(imports.revise(imports.open([path]), 0, choices))
    batch = imports.open([book(NO_ID, person(1))])
    assert statuses(batch) == [UNCHANGED, NEW]
    assert [(c.field, c.kept, c.newer) for c in rows(batch)[0].changes] == [
        ("name", True, "stored"),
        ("title", True, "stored"),
    ]
    batch = imports.open([book((*NO_ID[:4], "高级农艺师", *NO_ID[5:]))])
    assert [(c.field, c.kept) for c in rows(batch)[0].changes] == [("name", True), ("title", True)]


def test_an_answer_is_no_correction_of_a_row(workspace, imports, book):
    """The word was explained after the name was corrected: a later list may change the field."""
    path = book((*NO_ID[:5], "猕猴桃树", *NO_ID[6:]))
    choices = FileChoices(sheets={"Sheet": SheetChoice(edits={(2, 1): "陈枚"})})
    batch = imports.revise(imports.open([path]), 0, choices)
    imports.apply_batch(imports.answer(batch, {WORD: ("S06",)}))
    batch = imports.open([book((*NO_ID[:5], "茶叶", *NO_ID[6:]))])
    assert [(c.field, c.kept) for c in rows(batch)[0].changes] == [
        ("name", True),
        ("specialties", False),
    ]


def test_a_correction_taken_back_is_forgotten(imports, book):
    batch = imports.open([book(MEI)])
    choices = FileChoices(sheets={"Sheet": SheetChoice(edits={(2, 5): "研究员"})})
    batch = imports.revise(batch, 0, choices)
    assert [values["title"] for values in batch.files[0].originals.values()] == ["农艺师"]
    batch = imports.revise(batch, 0, FileChoices())
    assert batch.files[0].originals == {}


def test_one_record_is_not_chosen_for_two_rows(imports, book):
    bring(imports, book(NO_ID))
    batch = imports.open([book(OTHER_PHONE, (*OTHER_PHONE[:2], "19000008888", *OTHER_PHONE[3:]))])
    target = rows(batch)[0].rivals[0].record_id
    batch = choose(imports, batch, 0, target=target)
    with pytest.raises(InputError, match="第 2 行已经并入"):
        choose(imports, batch, 1, target=target)


def test_an_edited_field_is_taken_only_when_asked_for(workspace, imports, book):
    path = book(MEI)
    bring(imports, path)
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, organisation="乙站", title="研究员"))
    batch = imports.open([path])
    assert statuses(batch) == [UNCHANGED]
    assert [(c.field, c.kept, c.newer) for c in rows(batch)[0].changes] == [
        ("organisation", True, "stored"),
        ("title", True, "stored"),
    ]
    batch = choose(imports, batch, 0, take=frozenset({"organisation"}))
    assert statuses(batch) == [UPDATE]
    imports.apply_batch(batch)
    (envoy,) = workspace.roster.envoys()
    assert (envoy.organisation, envoy.title) == ("甲站", "研究员")
    assert [c.field for c in rows(imports.open([path]))[0].changes] == ["title"]


def test_what_was_emptied_in_the_application_stays_empty(workspace, imports, book):
    path = book(MEI)
    bring(imports, path)
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, organisation="", phones=()))
    batch = imports.open([path])
    assert statuses(batch) == [UNCHANGED]
    assert [(c.field, c.old, c.kept, c.newer) for c in rows(batch)[0].changes] == [
        ("organisation", "", True, "stored"),
        ("phones", "", True, "stored"),
    ]


def test_which_is_newer_the_file_or_the_edit(workspace, imports, book):
    bring(imports, book(MEI))
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, organisation="乙站"))
    batch = imports.open([book((*MEI[:3], "丙站", "高级农艺师", *MEI[5:]))])
    assert [(c.field, c.kept, c.newer) for c in rows(batch)[0].changes] == [
        ("organisation", True, "file"),
        ("title", False, "file"),
    ]
    old = replace(batch.files[0], saved_at=batch.files[0].saved_at.replace(year=2020))
    batch = imports.refresh(replace(batch, files=(old,)))
    assert [change.newer for change in rows(batch)[0].changes] == ["stored", "stored"]


def test_who_is_retired_and_on_a_list_again_comes_back_only_when_asked_for(
    workspace, imports, book
):
    path = book(MEI)
    bring(imports, path)
    (envoy,) = workspace.roster.envoys()
    workspace.roster.save(replace(envoy, active=False))
    batch = imports.open([path])
    (change,) = rows(batch)[0].changes
    assert (change.field, change.old, change.new, change.kept) == ("active", "停用", "在册", True)
    assert statuses(batch) == [UNCHANGED]
    imports.apply_batch(choose(imports, batch, 0, take=frozenset({"active"})))
    assert workspace.roster.envoys() == (envoy,)


def test_what_changed_while_the_user_looked_is_told_and_nothing_is_written(
    workspace, imports, book
):
    batch = imports.open([book(MEI)])
    bring(imports, book((*MEI[:4], "高级农艺师", *MEI[5:]), name="乙.xlsx"))
    with pytest.raises(ConflictError, match="再核对一遍"):
        imports.apply_batch(batch)
    assert workspace.roster.envoys()[0].title == "高级农艺师"
    batch = imports.refresh(batch)
    assert statuses(batch) == [UPDATE]
    imports.apply_batch(batch)
    assert workspace.roster.envoys()[0].title == "农艺师"


def test_what_changed_elsewhere_does_not_disturb(workspace, imports, book):
    batch = imports.open([book(MEI)])
    bring(imports, book(person(1), name="乙.xlsx"))
    imports.apply_batch(batch)
    assert len(workspace.roster.envoys()) == 2


WORD = Term(TermTopic.SPECIALTY, "猕猴桃树")
ODD = (*MEI[:5], "猕猴桃树", *MEI[6:])


def test_an_unknown_word_is_asked_once_and_the_answer_is_kept(workspace, imports, book):
    batch = imports.open([book(ODD, person(1, spec="猕猴桃树"))])
    (question,) = batch.files[0].report.terms
    assert (question.term, len(question.rows)) == (WORD, 2)
    batch = imports.answer(batch, {WORD: ("S06",)})
    assert batch.files[0].report.terms == ()
    assert [row.values["specialties"] for row in rows(batch)] == [["S06"], ["S06"]]
    assert imports.own_terms() == {}
    _, changes = imports.apply_batch(batch)
    assert Topic.SETTINGS in changes.topics
    assert imports.own_terms() == {WORD: ("S06",)}
    assert WORD.text in workspace.reference.vocabulary().by_code["S06"].synonyms
    batch = imports.open([book(person(2, spec="猕猴桃树"), name="乙.xlsx")])
    assert rows(batch)[0].values["specialties"] == ["S06"]
    assert not rows(batch)[0].problems


def test_a_word_is_forgotten_when_asked(workspace, imports, book):
    batch = imports.answer(imports.open([book(ODD)]), {WORD: ("S06",)})
    imports.apply_batch(batch)
    changes = imports.forget_term(WORD)
    assert (changes.topics, changes.description) == (
        {Topic.SETTINGS},
        "不再记住“猕猴桃树”的含义",
    )
    assert imports.own_terms() == {}
    assert WORD.text not in workspace.reference.vocabulary().by_code["S06"].synonyms
    assert imports.open([book(ODD, name="乙.xlsx")]).files[0].report.terms


def test_answers_reach_files_added_later(imports, book):
    batch = imports.answer(imports.open([book(MEI)]), {WORD: ("S06",)})
    batch = imports.add(batch, [book(ODD, name="乙.xlsx")])
    assert rows(batch, 1)[0].values["specialties"] == ["S06"]


def test_a_corrected_column_is_remembered_for_that_layout(imports, book):
    head = ("姓名", "联系电话", "擅长的活儿")
    batch = imports.open([book(("陈梅", "19000006713", "茶叶"), head=head)])
    assert rows(batch)[0].values["specialties"] == []
    choices = FileChoices(sheets={"Sheet": SheetChoice(columns={3: "spec"})})
    batch = imports.revise(batch, 0, choices)
    assert rows(batch)[0].values["specialties"] == ["S09"]
    imports.apply_batch(batch)
    batch = imports.open([book(("王芳", "19000006714", "水稻"), head=head, name="乙.xlsx")])
    assert rows(batch)[0].values["specialties"] == ["S01"]


def test_the_original_is_kept_and_comes_back_byte_for_byte(imports, book, tmp_path):
    path = book(MEI)
    content = path.read_bytes()
    bring(imports, path)
    path.unlink()
    (run,) = imports.history()
    assert run.has_original
    saved = imports.save_original(run.id, tmp_path / "原件.xlsx")
    assert saved.read_bytes() == content
    with pytest.raises(NotFoundError):
        imports.save_original("nothing", tmp_path / "b.xlsx")


def test_the_same_original_is_stored_once(workspace, imports, book):
    path = book(MEI)
    bring(imports, path)
    imports.undo(imports.history()[0].id)
    bring(imports, path)
    assert [run.has_original for run in imports.history()] == [True, True]


def test_nothing_new_leaves_no_trace(imports, book):
    path = book(MEI)
    bring(imports, path)
    batch, changes = bring(imports, path)
    assert not changes.topics
    assert batch.files[0].report.applied
    assert len(imports.history()) == 1


def test_the_annotated_copy_is_the_users_own_file(imports, book, tmp_path):
    batch = imports.open([book(ODD)])
    target = imports.annotate(batch, 0, tmp_path / "标注.xlsx")
    again = imports.open([target]).files[0]
    assert again.report.rows[0].values == rows(batch)[0].values


def test_an_empty_batch_does_nothing(imports):
    batch, changes = imports.apply_batch(ImportBatch())
    assert (batch.files, changes.topics) == ((), frozenset())
    assert imports.history() == ()


def test_keys_tell_people_of_one_row_apart():
    assert RowKey("a", 2) != RowKey("a", 2, 1)
