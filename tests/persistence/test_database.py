import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.persistence import schema, sqlite_file
from envoy_app.persistence.database import open_database
from tests.factories import make_envoy

ROOT = Path(__file__).parents[2]


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
    return rows


def test_migrations_give_exactly_the_tables_of_the_code(tmp_path):
    open_database(tmp_path / "a.db").close()
    engine = sqlite_file.engine_for(tmp_path / "a.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_known_revisions_are_those_of_the_scripts():
    scripts = ScriptDirectory.from_config(schema.configuration())
    ordered = [script.revision for script in scripts.walk_revisions()][::-1]
    assert ordered == list(schema.REVISIONS)


def test_the_file_keeps_every_acknowledged_commit(tmp_path):
    open_database(tmp_path / "a.db").close()
    engine = sqlite_file.engine_for(tmp_path / "a.db")
    with engine.connect() as connection:

        def pragma(name):
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == sqlite_file.BUSY_MILLISECONDS
        assert pragma("application_id") == sqlite_file.APPLICATION_ID
        mode = sqlite_file.journal_mode(sqlite3.sqlite_version_info)
        assert pragma("journal_mode").upper() == mode
    engine.dispose()


def test_who_reads_already_reads_along_and_is_not_hindered_by_a_writer(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "journal_mode", lambda version: "TRUNCATE")
    database = open_database(tmp_path / "a.db")
    writers = []

    def write():
        with database.writing("乙") as uow:
            uow.settings.put("a", 1)
            writers.append("ready")
            uow.commit()  # waits for the reader below, and keeps others from beginning to read
            writers.append("done")

    with database.reading("甲") as reader:
        assert reader.settings.get("a") is None
        writer = threading.Thread(target=write)
        writer.start()
        with closing(sqlite3.connect(database.path, timeout=0)) as other:
            while not _refused(other):
                pass
        with database.reading_along("甲") as again:
            assert again is reader
            assert again.settings.get("a") is None
        assert writers == ["ready"]
    writer.join()
    assert writers == ["ready", "done"]
    with database.reading_along("甲") as fresh:
        assert fresh is not reader
        assert fresh.settings.get("a") == 1
    database.close()


def _refused(connection):
    try:
        connection.execute("SELECT count(*) FROM setting").fetchone()
    except sqlite3.OperationalError:
        return True
    return False


def test_a_commit_that_somebody_hinders_leaves_nothing_open(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_MILLISECONDS", 100)
    database = open_database(tmp_path / "a.db")

    def write(value):
        with database.writing("乙") as uow:
            uow.settings.put("a", value)
            uow.commit()

    with database.reading("甲") as reader:
        assert reader.envoys.count() == 0
        with pytest.raises(EnvironmentProblem, match="占用"):
            write(1)
    for number in range(3):  # as often as there are connections to use again
        write(number)
        with database.reading("甲") as uow:
            assert uow.settings.get("a") == number
    database.close()


@pytest.mark.parametrize(
    ("version", "mode"),
    [((3, 40, 1), "TRUNCATE"), ((3, 51, 2), "TRUNCATE"), ((3, 51, 3), "WAL"), ((4, 0, 0), "WAL")],
)
def test_write_ahead_logging_only_where_it_is_safe(version, mode):
    assert sqlite_file.journal_mode(version) == mode


def test_a_newer_schema_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "a.db"
    open_database(path).close()
    execute(path, "UPDATE alembic_version SET version_num='9999'")
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="更新版本"):
        open_database(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["a.db"]


def test_a_creation_cut_short_is_begun_again(tmp_path):
    path = tmp_path / "a.db"
    execute(path, "PRAGMA user_version=1")  # a head without any table
    open_database(path).close()
    assert sqlite_file.inspect(path) == schema.HEAD


def test_a_failed_creation_leaves_no_file(tmp_path, monkeypatch):
    def fail(connection):
        raise RuntimeError("power")

    monkeypatch.setattr(schema, "upgrade", fail)
    with pytest.raises(RuntimeError):
        open_database(tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def damaged(path):
    data = bytearray(path.read_bytes())
    data[4096:20000] = b"\x5a" * (20000 - 4096)
    path.write_bytes(data)


def test_a_damaged_file_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "a.db"
    open_database(path).close()
    damaged(path)
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="损坏"):
        open_database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("start", [24, 60, 100, 110])
def test_a_damaged_head_is_refused(tmp_path, start):
    path = tmp_path / "a.db"
    open_database(path).close()
    data = bytearray(path.read_bytes())
    data[start : start + 30] = b"\xa5" * 30
    path.write_bytes(data)
    with pytest.raises(EnvironmentProblem, match=r"损坏|其他程序"):
        open_database(path)
    assert path.read_bytes() == data


def test_what_is_no_database_of_ours_is_refused_and_not_touched(tmp_path):
    text, foreign = tmp_path / "a.db", tmp_path / "b.db"
    text.write_text("姓名,电话")
    execute(foreign, "CREATE TABLE contacts (name TEXT)")
    before = foreign.read_bytes()
    with pytest.raises(EnvironmentProblem, match="不是本程序的数据库"):
        open_database(text)
    with pytest.raises(EnvironmentProblem, match="其他程序的数据库"):
        open_database(foreign)
    assert text.read_text() == "姓名,电话"
    assert foreign.read_bytes() == before


def test_a_missing_folder_and_a_folder_as_file_are_told(tmp_path):
    with pytest.raises(InputError, match="找不到文件夹"):
        open_database(tmp_path / "none" / "a.db")
    with pytest.raises(InputError, match="是文件夹"):
        open_database(tmp_path)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("database or disk is full", "磁盘空间不足"),
        ("attempt to write a readonly database", "没有权限"),
        ("unable to open database file", "无法打开"),
        ("database is locked", "被另一个程序占用"),
        ("database disk image is malformed", "已损坏"),
        ("Could not decode to UTF-8 column 'name' with text 'x'", "已损坏"),
    ],
)
def test_faults_of_the_disk_are_told_in_a_sentence(database, fault, words):
    with pytest.raises(EnvironmentProblem, match=words), database.writing("test"):
        raise sqlite_operational_error(fault)


def sqlite_operational_error(message):
    return OperationalError("INSERT", {}, sqlite3.OperationalError(message))


def test_errors_hold_nothing_of_the_people_they_are_about(database):
    envoy = make_envoy(name="陈梅", phones=("13912345678",))
    with pytest.raises(IntegrityError) as error, database.writing("test") as uow:
        uow.envoys.add([envoy, envoy])
    assert "陈梅" not in str(error.value)
    assert "13912345678" not in str(error.value)


def test_nothing_is_left_beside_a_closed_database(tmp_path):
    database = open_database(tmp_path / "a.db")
    with database.writing("test") as uow:
        uow.settings.put("rule", 1)
        uow.commit()
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def fill_disk(database, pages):
    with database.writing("test") as uow:
        uow._session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")
        uow.envoys.add([make_envoy(remarks="长" * 5000) for _ in range(50)])
        uow.commit()


def test_a_full_disk_loses_nothing_that_was_stored(database):
    with database.writing("test") as uow:
        uow.envoys.add([make_envoy()])
        uow.commit()
    pages = execute(database.path, "PRAGMA page_count")[0][0][0]
    with pytest.raises(EnvironmentProblem, match="磁盘空间不足"):
        fill_disk(database, pages)
    with database.reading("test") as uow:
        assert uow.envoys.count() == 1


def test_a_second_writer_waits_for_the_first(database):
    order = []

    def second():
        with database.writing("乙") as uow:
            order.append("second")
            uow.envoys.add([make_envoy()])
            uow.commit()

    with database.writing("甲") as uow:
        thread = threading.Thread(target=second)
        thread.start()
        uow.envoys.add([make_envoy()])
        order.append("first")
        uow.commit()
    thread.join()
    with database.reading("test") as uow:
        assert uow.envoys.count() == 2
    assert order == ["first", "second"]


def test_readers_do_not_wait_for_a_writer(database):
    with database.writing("甲") as uow:
        uow.envoys.add([make_envoy()])
        with database.reading("乙") as other:
            assert other.envoys.count() == 0


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from envoy_app.persistence.database import open_database
    from tests.factories import make_envoy
    database = open_database(Path(sys.argv[1]))
    with database.writing("child") as uow:
        uow.envoys.add([make_envoy(name="提交", base_county=None, team_county=None)])
        uow.commit()
    uow = database.writing("child").__enter__()
    uow.envoys.add(
        [make_envoy(name="未提交", base_county=None, team_county=None) for _ in range(2000)]
    )
    uow._session.connection().exec_driver_sql("PRAGMA cache_spill=1")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_a_killed_process_keeps_what_it_committed_and_nothing_else(tmp_path):
    path = tmp_path / "a.db"
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path)]
    ended = subprocess.run(command, check=False, timeout=60, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    again = open_database(path)
    with again.reading("test") as uow:
        assert [envoy.name for envoy in uow.envoys.all()] == ["提交"]
    again.close()
