"""`envoy backup`, `restore` and `doctor` as other programs see them."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from envoy_app.cli import main
from envoy_app.domain.backups import Reason
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy
from tests.other_process import open_elsewhere

ROOT = Path(__file__).parents[2]
LIMITED = """
import resource, sys
from envoy_app.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
sys.exit(main())
"""


def add(path, count=1):
    workspace = open_workspace(path, actor="张三")
    workspace.roster.add([make_envoy() for _ in range(count)])
    workspace.close()


def count(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM envoy").fetchone()[0]


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "数据 库.db"
    add(path)
    return path


def run(capsys, *words):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err.strip()


def test_there_and_back(capsys, db, tmp_path):
    target = tmp_path / "备份.db"
    code, out, said = run(capsys, "backup", "--db", db, "-o", target)
    assert (code, out) == (0, "")
    assert "已核对：1 名特派员、0 条需求、0 个排班方案，最后更改于" in said
    add(db, 2)
    code, _, said = run(capsys, "restore", target, "--db", db)
    assert code == 0
    assert "恢复之前的数据已备份到" in said
    assert count(db) == 1
    (kept,) = db.with_name(f"{db.name}-备份").iterdir()
    assert count(kept) == 3


def test_doctor_is_content(capsys, db):
    assert run(capsys, "doctor", "--db", db)[0] == 1  # no backup yet
    workspace = open_workspace(db, actor="a")
    workspace.backups.make(Reason.MANUAL)
    workspace.close()
    code, out, said = run(capsys, "doctor", "--db", db, "--json")
    found = json.loads(out)
    assert (code, found["state"], found["problems"]) == (0, "ok", [])
    assert found["rows"]["envoy"] == 1
    assert found["revision"]
    assert found["sqlite"] == sqlite3.sqlite_version
    assert found["journal_mode"] in ("TRUNCATE", "WAL")
    assert [item["problem"] for item in found["backups"]] == [""]
    assert found["changes"] == 1
    assert re.fullmatch("[0-9a-f]{12}", found["history_code"])
    assert f"改动记录 1 次，历史校验码 {found['history_code']}（" in said
    assert said.endswith("一切完好。")


def test_doctor_names_a_change_that_was_tampered_with_and_a_restore_is_none(capsys, db, tmp_path):
    run(capsys, "backup", "--db", db, "-o", tmp_path / "u.db")
    add(db)
    workspace = open_workspace(db, actor="张三")
    workspace.backups.make(Reason.MANUAL)
    workspace.close()
    assert run(capsys, "restore", tmp_path / "u.db", "--db", db)[0] == 0
    code, _, said = run(capsys, "doctor", "--db", db)
    assert (code, said.splitlines()[-1]) == (0, "一切完好。")
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("UPDATE change_set SET description = '无事' WHERE number = 1")
        connection.commit()
    code, out, said = run(capsys, "doctor", "--db", db, "--json")
    assert (code, json.loads(out)["state"]) == (1, "attention")
    assert "需要注意：历史中的第 1 号改动“无事”（" in said


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE envoy SET base_county='999999'", "1 条记录指向不存在的记录"),
        (
            """INSERT INTO change_set (id, version, created_at, created_by, updated_at, updated_by,
            number, description, kind)
            VALUES ('x', 1, '2026-01-01', 'a', '2026-01-01', 'a', 99, '改动', 'edit')""",
            "1 次操作没有留下更改的内容",
        ),
        ("UPDATE alembic_version SET version_num='0001'", "较早版本"),
        ("UPDATE alembic_version SET version_num='9999'", "更新版本"),
    ],
)
def test_doctor_names_what_is_wrong_inside(capsys, db, statement, words):
    with closing(sqlite3.connect(db)) as connection:
        connection.execute(statement)
        connection.commit()
    before = db.read_bytes()
    code, out, said = run(capsys, "doctor", "--db", db, "--json")
    assert code == 1
    assert any(words in problem for problem in json.loads(out)["problems"])
    assert words in said
    assert db.read_bytes() == before


def test_doctor_on_a_damaged_database_and_backup(capsys, db):
    backup = db.with_name(f"{db.name}-备份")
    backup.mkdir()
    bad = backup / "20261123T123000000Z-手动-0123456789abcdef.db"
    bad.write_bytes(b"rotten")
    data = bytearray(db.read_bytes())
    data[4096:40000] = b"\x5a" * (40000 - 4096)
    db.write_bytes(data)
    code, out, _ = run(capsys, "doctor", "--db", db, "--json")
    found = json.loads(out)
    assert (code, found["state"]) == (3, "unusable")
    assert "已损坏" in found["fatal"]
    assert bad.name in found["problems"][0]
    assert db.read_bytes() == data


def test_what_is_not_there_is_told(capsys, db, tmp_path):
    none = tmp_path / "none.db"
    for words in (
        ("doctor", "--db", none),
        ("backup", "--db", none, "-o", tmp_path / "x.db"),
        ("restore", none, "--db", db),
    ):
        code, _, said = run(capsys, *words)
        assert code == 3
        assert said.startswith("找不到")
        assert "\n" not in said
    assert not none.exists()


def test_a_damaged_database_names_the_backup_to_restore(capsys, db, tmp_path):
    run(capsys, "backup", "--db", db, "-o", tmp_path / "u.db")
    workspace = open_workspace(db, actor="a")
    made = workspace.backups.make(Reason.MANUAL)
    workspace.close()
    db.write_bytes(b"\0" * 9999)
    code, _, said = run(capsys, "export", "--db", db, "--what", "roster", "-o", tmp_path / "x.xlsx")
    assert code == 3
    assert str(made.path) in said
    assert "\n" not in said
    code, _, said = run(capsys, "restore", made.path, "--db", db)
    assert code == 0
    assert "改名保存为" in said
    assert count(db) == 1


def test_a_window_elsewhere_keeps_restore_away_but_not_backup(capsys, db, tmp_path):
    target = tmp_path / "u.db"
    with open_elsewhere(db):
        assert run(capsys, "backup", "--db", db, "-o", target)[0] == 0
        code, _, said = run(capsys, "restore", target, "--db", db)
    assert code == 3
    assert "另一个窗口" in said


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_disk_that_takes_no_more_is_told_in_one_sentence(capsys, db, tmp_path, command):
    target = tmp_path / "u.db"
    run(capsys, "backup", "--db", db, "-o", target)
    add(db)
    before, old = count(db), target.read_bytes()
    words = {"backup": ["-o", str(target)], "restore": [str(target)]}[command]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, command, "--db", str(db), *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert done.returncode == 3
    (said,) = done.stderr.strip().splitlines()
    assert "磁盘" in said
    assert ".part" not in said
    assert (count(db), target.read_bytes()) == (before, old)
    assert not list(tmp_path.rglob("*.part*"))
