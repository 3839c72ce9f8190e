"""Backups: what is made, verified, thinned, and what a failure leaves."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from envoy_app import durable
from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import DamagedDatabase, EnvironmentProblem, InputError
from envoy_app.persistence import backups, sqlite_file
from envoy_app.persistence.backups import BackupStore, export, looked_into
from tests.factories import make_demand, make_envoy

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


@pytest.fixture
def store(database):
    add(database)
    return BackupStore(database.path)


def add(database, count=1):
    with database.writing("张三") as uow:
        uow.envoys.add([make_envoy() for _ in range(count)])
        uow.demands.add([make_demand()])
        uow.commit()


def content(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def spoil(path, start=9000, length=4000):
    data = bytearray(path.read_bytes())
    data[start : start + length] = bytes(byte ^ 0xA5 for byte in data[start : start + length])
    path.write_bytes(data)


def test_a_backup_holds_all_and_says_what(store, database):
    made = store.make(Reason.MANUAL, NOW)
    assert content(made.path) == content(database.path)
    assert made.usable
    assert made.path.name.startswith("20261123T123000000Z-手动-")
    assert made.path.parent == database.path.parent / "特派员.db-备份"
    assert (made.made_at, made.reason, made.size) == (NOW, Reason.MANUAL, made.path.stat().st_size)
    assert (made.contents.envoys, made.contents.demands, made.contents.plans) == (1, 1, 0)
    assert abs(made.contents.newest_change - datetime.now(UTC)) < timedelta(minutes=5)
    assert [item.path for item in store.entries()] == [made.path]
    assert list(store.folder.iterdir()) == [made.path]


def test_nothing_new_makes_no_new_file(store, database):
    first = store.make(Reason.START, NOW)
    assert store.make(Reason.CHANGE, NOW + timedelta(hours=1)) == first
    add(database)
    second = store.make(Reason.CHANGE, NOW + timedelta(hours=2))
    assert second.path != first.path
    assert second.contents.envoys == 2


def test_one_that_must_last_is_made_beside_an_equal_one_that_may_go(store):
    store.make(Reason.START, NOW)
    kept = store.make(Reason.IMPORT, NOW + timedelta(minutes=1))
    assert kept.reason is Reason.IMPORT
    assert store.make(Reason.RESTORE, NOW + timedelta(minutes=2)) == kept


def test_a_rotten_copy_does_not_stand_for_the_present(store):
    first = store.make(Reason.START, NOW)
    spoil(first.path)
    second = BackupStore(store.path).make(Reason.CHANGE, NOW + timedelta(minutes=1))
    assert second.path != first.path
    assert second.usable


def test_a_backup_is_made_while_others_write_and_holds_one_moment(store, database):
    with database.writing("乙") as uow:
        uow.envoys.add([make_envoy()])
        made = store.make(Reason.CHANGE, NOW)
        uow.commit()
    assert made.contents.envoys == 1


def test_older_ones_are_thinned_once_the_new_one_is_there(store, database):
    for minutes in (0, 5, 10):
        add(database)
        store.make(Reason.CHANGE, NOW + timedelta(minutes=minutes))
    (left,) = store.entries()
    assert left.contents is None
    assert store.look(left).contents.envoys == 4


def test_none_goes_for_one_that_has_rotted(store, database):
    old = store.make(Reason.CHANGE, NOW)
    add(database)
    newer = store.make(Reason.CHANGE, NOW + timedelta(hours=1))
    spoil(newer.path)
    again = BackupStore(database.path)
    again.thin(NOW + timedelta(days=3))  # both are of one day by now
    assert old.path.exists()
    assert again.newest_good().path == old.path


def test_a_damaged_database_makes_no_backup_and_costs_none(store, database):
    good = store.make(Reason.START, NOW)
    database.close()
    spoil(database.path, 20_000)
    with pytest.raises(DamagedDatabase, match=r"特派员\.db”已损坏"):
        store.make(Reason.CHANGE, NOW + timedelta(minutes=1))
    assert [item.path for item in store.entries()] == [good.path]
    assert list(store.folder.iterdir()) == [good.path]


def test_a_copy_that_lacks_rows_is_refused(store, monkeypatch):
    real = sqlite_file.snapshot

    def lossy(path, target):
        counts = real(path, target)
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("DELETE FROM envoy")
            connection.commit()
        return counts

    monkeypatch.setattr(sqlite_file, "snapshot", lossy)
    with pytest.raises(DamagedDatabase):
        store.make(Reason.CHANGE, NOW)
    assert list(store.folder.iterdir()) == []


def no_space(*_):
    raise OSError(28, "No space left on device")


def read_only(*_):
    raise OSError(30, "Read-only file system")


def full(*_):
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("module", "name", "fault", "words"),
    [
        (durable, "sync_file", no_space, "磁盘空间不足"),
        (sqlite_file, "_copy_pages", full, "磁盘空间不足"),
        (backups, "make_folder", read_only, "没有权限写入"),
        (durable.os, "fsync", no_space, "磁盘空间不足"),
    ],
)
def test_a_disk_that_refuses_is_told_and_leaves_what_was(
    store, database, monkeypatch, module, name, fault, words
):
    good = store.make(Reason.START, NOW)
    add(database)
    before = content(database.path)
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(EnvironmentProblem, match=words) as told:
        store.make(Reason.CHANGE, NOW + timedelta(minutes=1))
    assert ".part" not in str(told.value)
    assert list(store.folder.iterdir()) == [good.path]
    assert content(database.path) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(store):
    store.folder.mkdir()
    store.folder.chmod(0o500)
    with pytest.raises(EnvironmentProblem, match="没有权限"):
        store.make(Reason.START, NOW)


def test_what_a_broken_off_backup_left_goes_later(store):
    store.folder.mkdir()
    rest = store.folder / ".0123456789ab.part"
    beside = store.path.with_name(".特派员-01234567.part-journal")
    for left in (rest, beside):
        left.write_bytes(b"half")
    store.make(Reason.START)
    for left in (rest, beside):
        assert left.exists()  # another process may be at work on it
        os.utime(left, (0, 0))
    store.thin(datetime.now(UTC))
    assert not rest.exists()
    assert not beside.exists()


def test_any_flipped_byte_of_a_backup_is_found(store):
    made = store.make(Reason.START, NOW)
    good = made.path.read_bytes()
    for place in (0, 20, 30, 70, 100, 4096, len(good) // 2, len(good) - 1):
        made.path.write_bytes(good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1 :])
        assert looked_into(made).problem, place
    made.path.write_bytes(good[: len(good) // 2])
    assert looked_into(made).problem
    made.path.write_bytes(good)
    assert looked_into(made).usable


def test_a_backup_of_a_newer_schema_is_not_usable(store):
    made = store.make(Reason.START, NOW)
    copy = made.path.with_name("copy.db")
    made.path.rename(copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num='9999'")
        connection.commit()
    assert "更新版本" in backups.backup_of(copy).problem


def test_an_export_goes_where_people_want_it(store, tmp_path):
    target = tmp_path / "u 盘" / "备份.db"
    target.parent.mkdir()
    target.write_bytes(b"old")
    made = export(store.path, target)
    assert made.usable
    assert content(target) == content(store.path)
    assert list(target.parent.iterdir()) == [target]


def test_an_export_never_goes_over_a_database_in_use(store, tmp_path):
    other = tmp_path / "other.db"
    other.write_bytes(b"x")
    other.with_name("other.db.lock").touch()
    for target in (store.path, other):
        with pytest.raises(InputError, match="正在使用"):
            export(store.path, target)
    with pytest.raises(InputError, match="找不到文件夹"):
        export(store.path, tmp_path / "none" / "a.db")
    assert other.read_bytes() == b"x"


def test_a_failed_export_leaves_the_old_one(store, tmp_path, monkeypatch):
    target = tmp_path / "备份.db"
    target.write_bytes(b"old")
    monkeypatch.setattr(durable, "sync_file", no_space)
    with pytest.raises(EnvironmentProblem, match="磁盘空间不足"):
        export(store.path, target)
    assert target.read_bytes() == b"old"
    assert {item.name for item in tmp_path.iterdir()} == {"备份.db", "数据 100%"}
