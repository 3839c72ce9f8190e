"""Databases as earlier versions of the program left them, one for each schema that was in use."""

import gzip
import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from envoy_app.domain.errors import AlreadyOpen, EnvironmentProblem
from envoy_app.persistence import doctor, migrating, schema, sqlite_file
from envoy_app.persistence.chain import broken_links
from envoy_app.persistence.database import open_database
from tests.other_process import open_elsewhere

STORED = Path(__file__).parent / "stored"
OLDER = schema.REVISIONS[:-1]


BEFORE_UNDO = ("0001", "0002")


@pytest.fixture(params=OLDER)
def old(request, tmp_path):
    """A database with 58 imported envoys (one edited since), 59 demands and a plan."""
    path = tmp_path / "a.db"
    path.write_bytes(gzip.decompress((STORED / f"{request.param}.db.gz").read_bytes()))
    return path


def marks_before(path):
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT json_each.key, json_each.value FROM setting, json_each(setting.value)"
        return dict(connection.execute(f"{query} WHERE setting.id = 'imports.written'").fetchall())


def test_everything_is_still_there(old):
    database = open_database(old)
    with database.reading("test") as uow:
        assert (uow.envoys.count(), uow.demands.count()) == (58, 59)
        assert [run.file for run in uow.import_runs.all()] == [
            "demand-11.xlsx",
            "02-titled-11.xlsx",
        ]
        (info,) = uow.plans.infos()
        view = uow.plans.view(info.id)
    database.close()
    assert [visit.id for visit in view.visits] == ["v1", "v2"]


@pytest.mark.parametrize("old", BEFORE_UNDO, indirect=True)
def test_runs_before_undo_have_no_batch_and_no_original(old):
    database = open_database(old)
    with database.reading("test") as uow:
        runs = uow.import_runs.all()
    database.close()
    assert {(run.batch_id, run.undone_at, run.has_original) for run in runs} == {("", None, False)}


@pytest.mark.parametrize("old", BEFORE_UNDO, indirect=True)
def test_marks_of_imports_become_rows(old):
    before = marks_before(old)
    database = open_database(old)
    with database.reading("test") as uow:
        origins = {item.record_id: item for item in uow.origins.all()}
        assert uow.settings.get("imports.written") is None
        known = {item.id for item in (*uow.envoys.all(), *uow.demands.all())}
    database.close()
    assert len(before) == 117
    assert origins.keys() == before.keys() == known
    assert all(item.digests and item.aliases == () for item in origins.values())


def test_a_copy_is_kept_and_the_result_is_sound(old):
    with closing(sqlite3.connect(old)) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    open_database(old).close()
    assert revision_of_copy(old) == revision
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (
            schema.HEAD,
        )


def test_the_history_of_the_result_is_whole(old):
    open_database(old).close()
    found = doctor.examine(old)
    assert found.problems == ()
    had_changes = revision_of_copy(old) not in BEFORE_UNDO
    assert (found.changes > 0, found.history_code != "") == (had_changes, had_changes)


def revision_of_copy(path):
    (copy,) = path.parent.glob("a.db-备份/*-升级前-*.db")
    with closing(sqlite3.connect(copy)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_plans_stored_before_cures_were_known_have_none(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(gzip.decompress((STORED / "0001.db.gz").read_bytes()))
    database = open_database(path)
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
        visits = uow.plans.view(info.id).visits
    database.close()
    assert {visit.cures for visit in visits} == {()}


def frozen(path):
    with closing(sqlite3.connect(path)) as connection:
        (packed,) = connection.execute("SELECT frozen FROM plan_version").fetchone()
    return json.loads(zlib.decompress(packed))


def test_the_coverage_of_plans_stands_beside_what_is_frozen(old):
    before = frozen(old)
    database = open_database(old)
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
        coverage = uow.plans.view(info.id).coverage
    database.close()
    assert json.loads(json.dumps([asdict(item) for item in coverage])) == before["coverage"]
    assert before["coverage"]
    assert frozen(old) == {key: before[key] for key in ("days", "cards")}


def test_what_was_locked_keeps_date_and_people(old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE plan_visit SET locked = 1 WHERE visit = 'v1'")
        connection.commit()
    database = open_database(old)
    with database.reading("test") as uow:
        (info,) = uow.plans.infos()
        visits = uow.plans.view(info.id).visits
    database.close()
    locks = {visit.id: (visit.date_locked, visit.people_locked) for visit in visits}
    assert locks == {"v1": (True, True), "v2": (False, False)}
    assert {visit.by_hand for visit in visits} == {None}


def test_there_is_a_stored_database_for_every_older_schema():
    assert sorted(path.name.split(".")[0] for path in STORED.iterdir()) == list(OLDER)


def test_changes_made_before_the_chain_are_chained_and_can_be_undone(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(gzip.decompress((STORED / "0003.db.gz").read_bytes()))
    database = open_database(path)
    with database.reading("张三") as uow:
        assert [item.number for item in uow.changes.all()] == [4, 3, 2, 1]
        (last, first) = uow.changes.undoable()
    assert (first.number, last.number) == (1, 2)
    with database.writing("张三", recorded=True) as uow:
        uow.changes.undo(last.id, "撤销")
        uow.commit()
    with database.reading("张三") as uow:
        assert uow.demands.count() == 0
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        assert broken_links(connection) == ()
        connection.execute("UPDATE change_set SET description = 'x' WHERE number = 2")
        assert broken_links(connection) == (2,)


def content(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("fault", ["upgrade", "lost", "unsound"])
def test_a_migration_that_fails_or_does_not_verify_leaves_the_old_database(old, monkeypatch, fault):
    before = content(old)

    def failing(connection):
        if fault == "upgrade":
            raise RuntimeError("power")
        if fault == "lost":
            connection.exec_driver_sql("DELETE FROM envoy")
        real(connection)

    real = schema.upgrade
    monkeypatch.setattr(schema, "upgrade", failing)
    if fault == "unsound":
        monkeypatch.setattr(sqlite_file, "check_whole", unsound_when_migrated)
    with pytest.raises((RuntimeError, EnvironmentProblem)):
        open_database(old)
    assert content(old) == before
    assert not list(old.parent.glob(".*"))


def unsound_when_migrated(path, counts=None, *, deep=True):
    if path.name.startswith(".a-"):
        raise sqlite_file.damaged(path)


def test_a_database_open_in_a_window_is_not_migrated_by_another_process(old, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.0)
    before = content(old)
    with open_elsewhere(old), pytest.raises(AlreadyOpen, match="另一个窗口"):
        open_database(old)
    assert content(old) == before


def test_what_an_older_program_writes_meanwhile_is_migrated_too(old, monkeypatch):
    real, others = migrating.migrate_copy, [1]

    def migrate_copy(copy):
        real(copy)
        if others:
            others.pop()
            with closing(sqlite3.connect(old)) as connection:
                connection.execute("UPDATE envoy SET remarks = '同时改的'")
                connection.commit()

    monkeypatch.setattr(migrating, "migrate_copy", migrate_copy)
    database = open_database(old)
    with database.reading("test") as uow:
        assert {envoy.remarks for envoy in uow.envoys.all()} == {"同时改的"}
    database.close()
