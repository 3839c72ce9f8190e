"""A window and the command line work on one database at once: none loses what the other did."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from envoy_app.domain.calendar import DayKind
from envoy_app.persistence.chain import broken_links
from envoy_app.services.workspace import open_workspace
from tests.factories import make_envoy
from tests.services.import_books import person, write_book

ROOT = Path(__file__).parents[2]
ENDED_WELL, REFUSED = (0, 1), 3


def importing(path, *files):
    """Start the command line in a process of its own."""
    command = [sys.executable, "-m", "envoy_app", "import", *map(str, files), "--db", str(path)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def assert_sound(path):
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert broken_links(connection) == ()


@pytest.fixture
def window(tmp_path):
    """The application with one envoy, the only window on its database."""
    opened = open_workspace(tmp_path / "a.db", actor="窗口", sole=True)
    opened.roster.add([make_envoy(id="own", name="本人")])
    yield opened
    opened.close()


def test_both_see_what_the_other_did_and_none_loses_anything(window, tmp_path):
    books = [
        write_book(
            tmp_path / f"{part}.xlsx", *(person(n) for n in range(part * 60, part * 60 + 60))
        )
        for part in (0, 1)
    ]
    others = [importing(window.path, book) for book in books]
    edits, days = 0, []
    while any(other.poll() is None for other in others) or edits < 10:
        edits += 1
        own = window.roster.envoy("own")
        window.roster.save(replace(own, remarks=f"第 {edits} 次"))
        if edits % 5 == 0:
            days.append(date(2027, 1, 1) + timedelta(days=edits // 5 % 300))
            window.calendar.set_day(days[-1], DayKind.OFF, f"第 {edits} 次")
            window.history.undo()
            window.history.redo()
    told = [other.communicate()[1] for other in others]
    assert [other.returncode in ENDED_WELL for other in others] == [True, True], told
    assert window.roster.envoy("own").remarks == f"第 {edits} 次"
    assert set(days) <= window.calendar.edits().days_off.keys()
    names = {envoy.name for envoy in window.roster.envoys()}
    assert names == {"本人", *(person(number)[0] for number in range(120))}
    assert_sound(window.path)
    with window.context.read() as uow:
        foreign = [item for item in uow.changes.all() if item.who != "窗口"]
    assert len(foreign) == 2
    assert window.history.undoable(1)[0].who == "窗口"
    for change in foreign:
        window.history.undo(change.id)
    assert [envoy.id for envoy in window.roster.envoys()] == ["own"]
    assert_sound(window.path)


def test_one_file_imported_twice_at_once_is_there_once(window, tmp_path):
    book = write_book(tmp_path / "名册.xlsx", *(person(number) for number in range(80)))
    others = [importing(window.path, book) for _ in range(3)]
    told = [other.communicate()[1] for other in others]
    codes = [other.returncode for other in others]
    assert set(codes) & set(ENDED_WELL), told
    assert set(codes) <= {*ENDED_WELL, REFUSED}, told
    assert "Traceback" not in "".join(told)
    assert len(window.roster.envoys()) == 81
    assert_sound(window.path)
