"""The session of an import with a service that waits for a gate: order, latest wins, undo."""

import gc
import threading
from dataclasses import replace

import pytest

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import Cancelled, ConflictError, InputError
from envoy_app.domain.import_choices import FileChoices, ImportBatch, ImportFile, SheetChoice
from envoy_app.domain.imports import ImportKind, ImportReport, Term, TermTopic
from envoy_app.domain.sheets import Cell, Sheet
from envoy_app.services.collecting import no_full_collections
from ui.imports.collecting import set_aside, take_back
from ui.imports.session import ImportSession

SHEET = Sheet("名册", {1: {1: Cell("姓名")}, 2: {1: Cell("王一")}})


class GatedImports:
    """Notes what it is asked; a closed gate holds its answers back."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.revised = []
        self.error = None

    def _wait(self):
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error

    def open(self, paths, *, texts, kind, on_progress, should_cancel):
        on_progress("正在读取")
        self._wait()
        if should_cancel():
            raise Cancelled
        report = ImportReport("名册.xlsx", ImportKind.ROSTER, ())
        files = [ImportFile(path.name, path, b"", (SHEET,), report) for path in paths]
        return ImportBatch(tuple(files))

    def revise(self, batch, file, choices):
        self.revised.append(choices)
        self._wait()
        files = list(batch.files)
        files[file] = replace(files[file], choices=choices)
        return replace(batch, files=tuple(files))

    def answer(self, batch, answers):
        self._wait()
        return replace(batch, answers={**batch.answers, **answers})

    def refresh(self, batch):
        return batch

    def apply_batch(self, batch):
        self._wait()
        return batch, Changes(frozenset({Topic.ROSTER}), "导入名册")


@pytest.fixture
def service(empty_workspace):
    made = GatedImports()
    empty_workspace.__dict__["imports"] = made
    yield made
    made.gate.set()


@pytest.fixture
def session(qtbot, empty_context, service, settle, tmp_path):
    made = ImportSession(empty_context)
    made.open([tmp_path / "名册.xlsx"])
    settle(empty_context)
    return made


def edited(text):
    return SheetChoice(edits={(2, 1): text})


def edits(session):
    return session.batch.files[0].choices.sheet("名册").edits


def test_the_latest_of_quick_corrections_counts(qtbot, session, service, settle, empty_context):
    service.gate.clear()
    session.revise_sheet(0, "名册", edited("王二"))
    session.revise_sheet(0, "名册", edited("王三"))
    assert session.busy
    assert session.choices(0).sheet("名册").edits == {(2, 1): "王三"}
    assert edits(session) == {}
    service.gate.set()
    settle(empty_context)
    assert edits(session) == {(2, 1): "王三"}
    assert not session.busy


def test_undo_goes_back_one_correction_after_another(session, service, settle, empty_context):
    for text in ("王二", "王三"):
        session.revise_sheet(0, "名册", edited(text))
        settle(empty_context)
    session.undo()
    assert edits(session) == {(2, 1): "王二"}
    session.undo()
    assert edits(session) == {}
    assert not session.can_undo
    session.undo()
    assert edits(session) == {}


def test_undo_of_corrections_made_while_it_worked(session, service, settle, empty_context):
    service.gate.clear()
    session.revise_sheet(0, "名册", edited("王二"))
    session.revise_sheet(0, "名册", edited("王三"))
    service.gate.set()
    settle(empty_context)
    session.undo()
    settle(empty_context)
    assert edits(session) == {(2, 1): "王二"}
    session.undo()
    assert edits(session) == {}


def test_undo_stops_what_is_still_worked_out(session, service, settle, empty_context):
    service.gate.clear()
    session.revise_sheet(0, "名册", edited("王二"))
    session.undo()
    service.gate.set()
    settle(empty_context)
    assert edits(session) == {}
    assert session.choices(0) == FileChoices()


def test_an_answer_waits_for_the_correction_before_it(session, service, settle, empty_context):
    term = Term(TermTopic.SPECIALTY, "柑桔")
    service.gate.clear()
    session.revise_sheet(0, "名册", edited("王二"))
    session.answer({term: ("S01",)})
    service.gate.set()
    settle(empty_context)
    assert edits(session) == {(2, 1): "王二"}
    assert session.batch.answers == {term: ("S01",)}
    session.undo()
    assert session.batch.answers == {}
    assert edits(session) == {(2, 1): "王二"}


def test_the_same_choices_ask_for_nothing(session, service):
    session.revise(0, FileChoices())
    assert service.revised == []
    assert not session.can_undo


def test_files_that_are_read_lock_decisions(qtbot, session, service, settle, empty_context):
    service.gate.clear()
    session.apply()
    assert session.locked
    with qtbot.waitSignal(session.applied) as told:
        service.gate.set()
    assert told.args[0].description == "导入名册"
    assert not session.locked


def test_reading_can_be_stopped(qtbot, session, service, settle, empty_context, tmp_path):
    before = session.batch
    session.clear()
    service.gate.clear()
    session.open([tmp_path / "另一份.xlsx"])
    assert session.locked
    session.cancel()
    service.gate.set()
    settle(empty_context)
    assert session.batch.files == ()
    assert before.files
    assert not session.busy


def test_an_error_is_a_sentence_and_leaves_the_batch(
    qtbot, session, service, settle, empty_context
):
    before = session.batch
    service.error = InputError("一条记录只能对应一行。")
    with qtbot.waitSignal(session.failed) as told:
        session.answer({Term(TermTopic.COUNTY, "甲县"): ()})
    assert told.args == ["一条记录只能对应一行。"]
    assert session.batch is before
    assert not session.can_undo
    assert not session.busy


def test_a_conflict_matches_again(qtbot, session, service, settle, empty_context):
    service.error = ConflictError("名册改过了，请再核对一遍。")
    with qtbot.waitSignal(session.failed):
        session.apply()
    settle(empty_context)
    assert not session.busy
    assert len(session.batch.files) == 1


def test_clearing_drops_what_is_worked_out(session, service, settle, empty_context):
    service.gate.clear()
    session.revise_sheet(0, "名册", edited("王二"))
    session.clear()
    service.gate.set()
    settle(empty_context)
    assert session.batch == ImportBatch()
    assert not session.busy


def test_full_collections_wait_until_the_work_is_done():
    usual = gc.get_threshold()
    with no_full_collections():
        with no_full_collections():
            assert gc.get_threshold()[2] > usual[2]
        assert gc.get_threshold()[2] > usual[2]
    assert gc.get_threshold() == usual


def test_a_large_import_is_set_aside_and_taken_back():
    before = gc.get_freeze_count()
    set_aside(10)
    assert gc.get_freeze_count() == before
    set_aside(50_000)
    assert gc.get_freeze_count() > before
    take_back()
    assert gc.get_freeze_count() == 0
