"""Taking an import back and doing it again."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from envoy_app.domain.changes import Topic
from envoy_app.domain.demands import DemandState
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.import_choices import FileChoices, SheetChoice
from envoy_app.domain.imports import RowStatus, Term, TermTopic
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import open_workspace
from tests.services.import_books import MEI, person, write_book

DATA = Path(__file__).parents[1] / "io" / "data"
STORED = Path(__file__).parents[1] / "persistence" / "stored"
ROSTER, DEMANDS = DATA / "02-titled-11.xlsx", DATA / "demand-11.xlsx"
WORD = Term(TermTopic.SPECIALTY, "猕猴桃树")


@pytest.fixture
def imports(workspace) -> ImportService:
    return ImportService(workspace.context, lambda: date(2026, 11, 20))


def bring(imports, *paths):
    return imports.apply_batch(imports.open(paths))


def newest(imports):
    return imports.history()[0]


def content(workspace):
    """All that an import can change but for versions; the ids of new records differ."""
    people = {replace(envoy, id="") for envoy in workspace.roster.envoys(include_inactive=True)}
    wishes = {replace(demand, id="") for demand in workspace.demands.demands()}
    return people, wishes


def test_undo_takes_the_whole_batch_back_and_redo_brings_it_again(workspace, imports):
    bring(imports, ROSTER, DEMANDS)
    after = content(workspace)
    changes = imports.undo(newest(imports).id)
    assert changes.topics == {Topic.ROSTER, Topic.DEMANDS}
    assert changes.description.startswith("撤销：导入名册和服务需求“02-titled-11.xlsx”等 2 个文件")
    assert content(workspace) == (set(), set())
    assert all(run.undone_at for run in imports.history())
    changes = imports.redo(newest(imports).id)
    assert changes.description.startswith("恢复：导入")
    assert content(workspace) == after
    assert not any(run.undone_at for run in imports.history())
    rows = [row for file in imports.open([ROSTER, DEMANDS]).files for row in file.report.rows]
    assert {row.status for row in rows} == {RowStatus.UNCHANGED, RowStatus.ERROR}


def test_after_undo_the_same_import_gives_the_same(workspace, imports, tmp_path):
    bring(imports, write_book(tmp_path / "旧.xlsx", MEI, person(1)))
    before = content(workspace)
    second = (*MEI[:4], "高级农艺师", "猕猴桃树", *MEI[6:])
    path = write_book(tmp_path / "新.xlsx", second, person(2))

    def once():
        batch = imports.open([path])
        told = [(row.status, row.match_reason, row.changes) for row in batch.files[0].report.rows]
        asked = [question.term for question in batch.files[0].report.terms]
        imports.apply_batch(imports.answer(batch, {WORD: ("S06",)}))
        return told, asked, content(workspace)

    first = once()
    assert first[0][0][0] is RowStatus.UPDATE
    imports.undo(newest(imports).id)
    assert content(workspace) == before
    assert imports.own_terms() == {}
    assert once() == first


def test_remembered_columns_are_taken_back_too(imports, tmp_path):
    head = ("姓名", "联系电话", "擅长的活儿")
    path = write_book(tmp_path / "a.xlsx", ("陈梅", "19000006713", "茶叶"), head=head)
    choices = FileChoices(sheets={"Sheet": SheetChoice(columns={3: "spec"})})
    imports.apply_batch(imports.revise(imports.open([path]), 0, choices))
    imports.undo(newest(imports).id)
    assert imports.open([path]).files[0].report.rows[0].values["specialties"] == []


def test_what_was_changed_since_is_named_and_can_be_left(workspace, imports):
    bring(imports, ROSTER, DEMANDS)
    envoy, demand = workspace.roster.envoys()[0], workspace.demands.demands()[0]
    workspace.roster.save(replace(envoy, remarks="已电话确认"))
    workspace.demands.set_state([demand.id], DemandState.ACCEPTED)
    run = newest(imports).id
    with pytest.raises(ConflictError) as told:
        imports.undo(run)
    assert f"特派员“{envoy.name}”" in str(told.value)
    assert "2 条记录" in str(told.value)
    assert envoy.phone not in str(told.value)
    assert len(workspace.roster.envoys()) == 58
    changes = imports.undo(run, leave_changed=True)
    assert changes.description.endswith("2 条后来改过的记录没有动")
    assert [item.id for item in workspace.roster.envoys()] == [envoy.id]
    assert [item.id for item in workspace.demands.demands()] == [demand.id]


def test_who_was_left_is_known_when_the_file_comes_again(workspace, imports):
    bring(imports, ROSTER)
    envoy = workspace.roster.envoys()[0]
    workspace.roster.save(replace(envoy, remarks="已电话确认"))
    imports.undo(newest(imports).id, leave_changed=True)
    report = imports.open([ROSTER]).files[0].report
    (kept,) = [row for row in report.rows if row.status is RowStatus.UNCHANGED]
    assert kept.target_id == envoy.id


def test_imports_are_taken_back_one_after_the_other(workspace, imports, tmp_path):
    bring(imports, write_book(tmp_path / "a.xlsx", MEI))
    first = newest(imports).id
    bring(imports, write_book(tmp_path / "b.xlsx", (*MEI[:4], "高级农艺师", *MEI[5:])))
    second = newest(imports).id
    with pytest.raises(ConflictError, match="陈梅"):
        imports.undo(first)
    imports.undo(second)
    imports.undo(first)
    assert workspace.is_empty
    imports.redo(first)
    imports.redo(second)
    assert workspace.roster.envoys()[0].title == "高级农艺师"
    imports.undo(second)
    assert workspace.roster.envoys()[0].title == "农艺师"


def test_twice_or_never_is_told(imports):
    bring(imports, ROSTER)
    run = newest(imports).id
    with pytest.raises(InputError, match="没有被撤销"):
        imports.redo(run)
    imports.undo(run)
    with pytest.raises(InputError, match="已经撤销过"):
        imports.undo(run)


def test_an_import_of_an_older_version_cannot_be_taken_back(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(gzip.decompress((STORED / "0002.db.gz").read_bytes()))
    workspace = open_workspace(path, actor="李四")
    imports = ImportService(workspace.context, lambda: date(2026, 11, 20))
    with pytest.raises(InputError, match="旧版本"):
        imports.undo(newest(imports).id)
    (edited, *_) = workspace.roster.envoys()
    report = imports.open([ROSTER]).files[0].report
    statuses = {row.status for row in report.rows}
    kept = [row.changes[0] for row in report.rows if row.changes]
    workspace.close()
    assert RowStatus.UPDATE not in statuses
    assert [(change.field, change.kept) for change in kept] == [("phones", True)]
    assert edited.phones == ("19000000000",)


def test_the_command_lines_import_can_be_taken_back_too(workspace, imports):
    imports.apply(imports.read(ROSTER))
    imports.undo(newest(imports).id)
    assert workspace.is_empty


def test_the_sample_can_be_taken_back(workspace):
    workspace.sample.load()
    imports = workspace.imports
    assert len(imports.history()) == 2
    imports.undo(newest(imports).id)
    assert workspace.is_empty
    assert workspace.demands.demands() == ()


def test_descriptions_hold_no_numbers_of_people(workspace, imports, tmp_path):
    bring(imports, write_book(tmp_path / "陈梅19000006713.xlsx", MEI, person(1)))
    imports.undo(newest(imports).id)
    with workspace.context.read() as uow:
        told = "".join(item.description for item in uow.changes.all())
    assert "19000" not in told
    assert "5100" not in told
