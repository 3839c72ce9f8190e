"""A damaged file: told in a sentence or harmless, read without a crash, never written to."""

import sqlite3
from contextlib import closing

import pytest

from envoy_app.domain.errors import EnvironmentProblem
from envoy_app.services.workspace import open_workspace
from tests.faults.damage import KINDS, full_database, mutations, read_all


@pytest.fixture(scope="module")
def full(kit, tmp_path_factory):
    """The bytes of a database with imports, an undo, changes and plans."""
    return full_database(kit, tmp_path_factory.mktemp("full") / "a")


def assert_told_or_harmless(tallies, count):
    assert [word for tally in tallies.values() for word in tally.wrong] == []
    assert sum(tally.total for tally in tallies.values()) == count
    assert tallies["cut off"].counts.keys() == {"told"}
    assert tallies["something appended"].counts.keys() == {"harmless"}


def test_damage_is_told_or_harmless(full, tmp_path):
    assert_told_or_harmless(mutations(full, tmp_path, 6 * len(KINDS)), 6 * len(KINDS))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_much_damage_is_told_or_harmless(full, tmp_path):
    assert_told_or_harmless(mutations(full, tmp_path, 1800), 1800)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("envoy", "created_at", "2026=11-23"),
        ("envoy", "phones", "[]]"),
        ("envoy", "skills", '[["S06"]]'),
        ("demand", "window_start", "1 December"),
        ("demand", "state", "nothing known"),
        ("envoy", "name", b"\xff\xfe"),
        ("plan_version", "frozen", b"no zlib"),
        ("import_run", "trace", b"no zlib"),
    ],
)
def test_a_value_that_the_program_never_wrote_is_told(table, column, value, full, tmp_path):
    path = tmp_path / "b.db"
    path.write_bytes(full)
    with closing(sqlite3.connect(path)) as connection:
        kind = "CAST(? AS TEXT)" if column == "name" else "?"
        connection.execute(f"UPDATE {table} SET {column} = {kind}", (value,))
        connection.commit()
    workspace = open_workspace(path, actor="test")
    with pytest.raises(EnvironmentProblem, match="已损坏，请从备份恢复。"):
        read_all(workspace)
    workspace.close()
