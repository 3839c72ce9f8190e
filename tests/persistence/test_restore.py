"""Restoring: what comes, what is kept, what is refused without any change."""

import gzip
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import (
    AlreadyOpen,
    DamagedDatabase,
    EnvironmentProblem,
    InputError,
    UserError,
)
from envoy_app.domain.history import ChangeKind, history_code
from envoy_app.persistence import doctor, schema, sqlite_file
from envoy_app.persistence import restore as module
from envoy_app.persistence.backups import BackupStore
from envoy_app.persistence.database import open_database
from envoy_app.persistence.restore import preview, restore
from tests.factories import make_envoy
from tests.other_process import open_elsewhere

STORED = Path(__file__).parent / "stored"


def add(path, count=1):
    database = open_database(path)
    with database.writing("张三") as uow:
        uow.envoys.add([make_envoy(base_county=None, team_county=None) for _ in range(count)])
        uow.commit()
    database.close()


def content(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def spoil(path):
    data = bytearray(path.read_bytes())
    data[4096:30000] = b"\x5a" * (30000 - 4096)
    path.write_bytes(data)


@pytest.fixture
def path(tmp_path):
    """A database with two envoys, and a backup from when it had one."""
    made = tmp_path / "a.db"
    add(made)
    BackupStore(made).make(Reason.MANUAL)
    add(made)
    return made


@pytest.fixture
def backup(path):
    return BackupStore(path).entries()[0].path


def untouched(path, *more):
    """What must be as before when a restore is refused."""
    return {file.name: file.read_bytes() for file in (path, *more)}


def test_the_backup_comes_and_what_was_there_is_kept(path, backup):
    wanted, before = content(backup), content(path)
    done = restore(backup, path)
    assert content(path) == wanted
    assert content(done.kept) == before
    assert not done.set_aside
    assert done.now.contents.envoys == 1
    assert [item.reason for item in BackupStore(path).entries()] == [Reason.RESTORE, Reason.MANUAL]
    again = restore(done.kept, path)
    assert content(path) == before
    assert again.now.contents.envoys == 2
    assert not list(path.parent.glob("*.part"))


def test_who_has_it_open_sees_the_restored_content(path, backup):
    database = open_database(path)
    with database.reading("test") as uow:
        assert uow.envoys.count() == 2
    restore(backup, path)
    with database.writing("test") as uow:
        assert uow.envoys.count() == 1
        uow.envoys.add([make_envoy(base_county=None, team_county=None)])
        uow.commit()
    database.close()
    assert sqlite_file.inspect(path) == schema.HEAD
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM envoy").fetchone() == (2,)


def test_a_preview_says_what_is_in_it_and_leaves_nothing(path, backup):
    before = sorted(item.name for item in backup.parent.iterdir())
    found = preview(backup)
    assert found.usable
    assert (found.contents.envoys, found.contents.demands) == (1, 0)
    assert sorted(item.name for item in backup.parent.iterdir()) == before
    with pytest.raises(InputError, match="找不到备份文件"):
        preview(path.parent / "none.db")


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_an_older_schema_is_migrated_on_the_way(path, tmp_path, revision):
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((STORED / f"{revision}.db.gz").read_bytes()))
    before = old.read_bytes()
    assert preview(old).contents.revision == revision
    done = restore(old, path)
    assert done.now.contents.envoys == 58
    assert sqlite_file.inspect(path) == schema.HEAD
    assert old.read_bytes() == before


def history(path):
    """What is on record, newest first, with who did it."""
    database = open_database(path)
    with database.reading("test") as uow:
        changes = uow.changes.all()
    database.close()
    return changes


def change(path, name):
    database = open_database(path)
    with database.writing("张三") as uow:
        uow.describe(f"新增{name}")
        uow.envoys.add([make_envoy(name=name, base_county=None, team_county=None)])
        uow.commit()
    database.close()


def test_a_restore_is_on_record_in_what_was_restored(path):
    change(path, "陈梅")
    backup = BackupStore(path).make(Reason.MANUAL)
    change(path, "王芳")
    left = history(path)[0]
    done = restore(backup.path, path, "李四")
    newest, before = history(path)
    assert (newest.number, newest.kind, newest.who) == (2, ChangeKind.RESTORE, "李四")
    assert newest.description == (
        f"恢复备份（{backup.made_text}，3 名特派员、0 条需求、0 个排班方案）"
    )
    assert newest.reason == f"恢复之前有 2 次改动，历史校验码 {history_code(left.chain)}"
    assert before.description == "新增陈梅"
    copy = Path(shutil.copyfile(done.kept, path.with_name("b.db")))
    assert history(copy)[0] == left
    assert doctor.examine(path).problems == ()


def test_the_backup_that_is_restored_is_not_thinned_away_meanwhile(tmp_path):
    path = tmp_path / "a.db"
    add(path)
    wanted = BackupStore(path).make(Reason.CHANGE)
    # The backup made before a restore stands for others of its hour, which go.
    for _ in range(2):
        add(path)
        done = restore(wanted.path, path, "李四")
        assert done.now.contents.envoys == 1
        assert wanted.path.exists()
    add(path)
    BackupStore(path).make(Reason.CHANGE)
    assert not wanted.path.exists()


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_a_restore_of_an_older_schema_is_on_record_too(path, tmp_path, revision):
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((STORED / f"{revision}.db.gz").read_bytes()))
    restore(old, path, "李四")
    newest = history(path)[0]
    assert (newest.kind, newest.reason) == (ChangeKind.RESTORE, "恢复之前的数据没有改动记录")
    assert newest.description.endswith("，58 名特派员、59 条需求、1 个排班方案）")
    assert doctor.examine(path).problems == ()


def test_a_restore_over_a_damaged_or_missing_database_is_on_record(path, backup, tmp_path):
    spoil(path)
    restore(backup, path, "李四")
    assert history(path)[0].reason == "恢复之前的数据库已损坏"
    restore(backup, tmp_path / "new.db", "李四")
    assert history(tmp_path / "new.db")[0].reason == "恢复之前没有数据库"


def test_what_others_write_while_the_restore_is_put_on_record_is_kept_too(path, monkeypatch):
    change(path, "陈梅")
    backup = BackupStore(path).make(Reason.MANUAL)
    real, others = module.sync_file, ["王芳"]

    def sync_file(copy):
        real(copy)
        if others:
            change(path, others.pop())

    monkeypatch.setattr(module, "sync_file", sync_file)
    done = restore(backup.path, path, "李四")
    newest, *before = history(path)
    assert (newest.kind, len(before)) == (ChangeKind.RESTORE, 1)
    with closing(sqlite3.connect(done.kept)) as connection:
        kept = connection.execute("SELECT count(*), max(chain) FROM change_set").fetchone()
        (last,) = connection.execute("SELECT chain FROM change_set WHERE number = 2").fetchone()
    assert kept[0] == 2
    assert history_code(last) in newest.reason


@pytest.mark.parametrize("fault", ["begin", "check_whole"])
def test_a_restore_that_cannot_be_put_on_record_is_not_done(path, backup, monkeypatch, fault):
    before = content(path)
    if fault == "begin":
        monkeypatch.setattr(module.Journal, "store", disk_full)
    else:
        real, calls = sqlite_file.check_whole, []

        def check_whole(copy, counts=None, *, deep=True):
            calls.append(copy)
            if sum(item.name.startswith(".a-") for item in calls) > 1:
                raise DamagedDatabase(f"“{copy}”")
            real(copy, counts, deep=deep)

        monkeypatch.setattr(sqlite_file, "check_whole", check_whole)
    with pytest.raises(EnvironmentProblem) as told:
        restore(backup, path, "李四")
    assert ".part" not in str(told.value)
    monkeypatch.undo()
    assert content(path) == before
    assert not list(path.parent.glob("a.损坏-*"))
    assert not list(path.parent.glob(".*"))


def make_foreign(file, backup):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")


def make_text(file, backup):
    file.write_text("姓名,电话\n" * 999, encoding="utf-8")


def make_empty(file, backup):
    file.touch()


def make_short(file, backup):
    data = backup.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def make_spoilt(file, backup):
    shutil.copyfile(backup, file)
    spoil(file)


def make_newer(file, backup):
    shutil.copyfile(backup, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num='9999'")
        connection.commit()


def make_journal(file, backup):
    file.write_bytes(bytes.fromhex("d9d505f920a163d7") + backup.read_bytes())


def altered(*words):
    """Return what makes a database that says it is ours and current, and is not."""

    def make(file, backup):
        shutil.copyfile(backup, file)
        with closing(sqlite3.connect(file)) as connection:
            for word in words:
                connection.execute(word)
            connection.commit()

    return make


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_journal, "不是本程序的数据库文件"),
        (altered("DROP TABLE plan_seat"), "已损坏"),
        (altered("ALTER TABLE envoy DROP COLUMN remarks"), "已损坏"),
        (altered("DROP TABLE envoy", "CREATE TABLE envoy (name TEXT)"), "已损坏"),
        (altered("DELETE FROM alembic_version"), "已损坏"),
        (make_foreign, "其他程序的数据库"),
        (make_text, "不是本程序的数据库文件"),
        (make_empty, "不是本程序的数据库文件"),
        (make_short, "已损坏"),
        (make_spoilt, "已损坏"),
        (make_newer, "更新版本"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(path, backup, tmp_path, make, words):
    source = tmp_path / "给我恢复.db"
    make(source, backup)
    before = untouched(path, source)
    names = sorted(item.name for item in tmp_path.rglob("*"))
    with pytest.raises(UserError, match=words) as told:
        restore(source, path)
    assert "给我恢复.db" in str(told.value)
    assert ".part" not in str(told.value)
    assert untouched(path, source) == before
    assert {item.name for item in tmp_path.rglob("*")} - set(names) <= {"a.db.lock"}
    assert preview(source).problem


def test_the_database_itself_is_no_backup(path):
    with pytest.raises(InputError, match="就是正在使用的数据库"):
        restore(path, path)


def test_a_backup_is_neither_opened_nor_written_over(path, backup):
    before = untouched(path, backup)
    with pytest.raises(InputError, match="是备份，不能直接打开"):
        open_database(backup)
    with pytest.raises(InputError, match="是备份，不能直接打开"):
        restore(path, backup)
    assert untouched(path, backup) == before


def test_another_programs_database_is_not_replaced(path, backup, tmp_path):
    other = tmp_path / "contacts.db"
    make_foreign(other, backup)
    before = untouched(other)
    with pytest.raises(EnvironmentProblem, match="其他程序的数据库"):
        restore(backup, other)
    assert untouched(other) == before


def test_a_database_open_in_a_window_is_not_replaced(path, backup):
    before = untouched(path)
    with open_elsewhere(path), pytest.raises(AlreadyOpen, match="另一个窗口"):
        restore(backup, path)
    assert untouched(path) == before


def test_where_none_was_the_backup_becomes_the_database(backup, tmp_path):
    target = tmp_path / "new.db"
    done = restore(backup, target)
    assert done.kept is None
    assert content(target) == content(backup)


@pytest.mark.parametrize("damage", [spoil, lambda path: path.write_bytes(b"\0" * 50_000)])
def test_a_damaged_database_is_set_aside(path, backup, damage):
    damage(path)
    left = path.read_bytes()
    with pytest.raises(DamagedDatabase, match="最新的完好备份是") as told:
        open_database(path)
    assert str(backup) in str(told.value)
    assert path.read_bytes() == left
    done = restore(backup, path)
    assert done.set_aside
    assert done.kept.name.startswith("a.损坏-")
    assert done.kept.read_bytes() == left
    assert content(path) == content(backup)
    open_database(path).close()


def test_an_emptied_database_is_not_taken_for_a_new_one(path, backup):
    path.write_bytes(b"")
    with pytest.raises(DamagedDatabase, match="最新的完好备份是"):
        open_database(path)
    assert path.read_bytes() == b""
    restore(backup, path)
    assert content(path) == content(backup)


def test_what_lies_beside_a_damaged_database_goes_aside_with_it(path):
    left = path.read_bytes()
    for ending in ("-journal", "-wal"):
        path.with_name(f"a.db{ending}").write_bytes(b"left by a crash")
    aside = module.set_aside(path)
    assert {aside.read_bytes(), path.read_bytes()} == {left}
    for ending in ("-journal", "-wal"):
        assert not path.with_name(f"a.db{ending}").exists()
        assert aside.with_name(f"{aside.name}{ending}").read_bytes() == b"left by a crash"


def test_without_a_good_backup_the_sentence_says_so(path, backup):
    spoil(backup)
    spoil(path)
    with pytest.raises(DamagedDatabase, match="也没有找到可用的备份"):
        open_database(path)


def test_what_others_write_meanwhile_is_in_the_backup(path, backup, monkeypatch):
    real, others = BackupStore.make, [5]

    def make(self, reason, now=None, spare=None):
        made = real(self, reason, now, spare)
        if others:
            add(path, others.pop())
        return made

    monkeypatch.setattr(BackupStore, "make", make)
    done = restore(backup, path)
    with closing(sqlite3.connect(done.kept)) as connection:
        assert connection.execute("SELECT count(*) FROM envoy").fetchone() == (7,)
    assert done.now.contents.envoys == 1


def no_space(*_):
    raise OSError(28, "No space left on device")


def disk_full(*_):
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("target", "name", "fault"),
    [
        (module, "sync_file", no_space),
        (module.shutil, "copyfile", no_space),
        (sqlite_file, "_copy_pages", disk_full),
        (sqlite_file, "replace_content", disk_full),
    ],
)
def test_a_full_disk_leaves_the_database_as_it_was(path, backup, monkeypatch, target, name, fault):
    before = content(path)
    monkeypatch.setattr(target, name, fault)
    with pytest.raises(EnvironmentProblem, match="磁盘空间不足") as told:
        restore(backup, path)
    assert ".part" not in str(told.value)
    monkeypatch.undo()
    assert content(path) == before
    assert not list(path.parent.glob(".*"))


def rounds(folder, count):
    """Backup and restore in random order against what should be there."""
    rng, path = random.Random(count), folder / "a.db"
    add(path)
    known = {}
    for n in range(count):
        if rng.random() < 0.6:
            add(path, rng.randint(1, 3))
        made = BackupStore(path).make(Reason.MANUAL)
        known.setdefault(made.path, content(path))
        if n % 2:
            wanted = rng.choice([item.path for item in BackupStore(path).entries()])
            done = restore(wanted, path)
            known.setdefault(done.kept, content(done.kept))
            assert content(path) == known[wanted]
    assert all(content(item.path) == known[item.path] for item in BackupStore(path).entries())


def test_rounds_of_backup_and_restore_are_equal(tmp_path):
    rounds(tmp_path, 12)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_rounds_of_backup_and_restore_are_equal(tmp_path):
    rounds(tmp_path, 500)
