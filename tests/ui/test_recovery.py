"""Going on where the user was, after a good end and after bad ones, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6

from envoy_app.domain.errors import InputError
from envoy_app.services.recovery import LastRun, Recovery, start_window, way_back
from tests.ui.import_files import write_roster
from tests.ui.world import FakePlanning, make_workspace
from ui.app import Session
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.recovery import WhereKeeper

ROOT = Path(__file__).parents[2]
COUNTY = "510183"
on_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


class Runs:
    """Sessions of the window on one database, one after another."""

    def __init__(self, qtbot, folder, plan, settle):
        self._qtbot, self._folder, self._plan, self._settle = qtbot, folder, plan, settle

    def open(self):
        session = Session(Preferences(self._folder), self._opened)
        session.begin(self._folder / "envoy.db")
        session.keeper.stop()
        self._settle(session.context)
        return session

    def _opened(self, path):
        workspace = make_workspace(self._folder)
        workspace.__dict__["planning"] = FakePlanning(self._plan)
        return workspace

    def keep(self, session):
        session.where.look()
        self._settle(session.context)

    def crash(self, session):
        """Leave the process as a kill would: nothing is said at the end."""
        session.where.stop()
        self._settle(session.context)
        session._recovery = None
        session.window.close()
        session.close()


@pytest.fixture
def runs(qtbot, tmp_path, plan, settle):
    make_workspace(tmp_path, plan=plan).close()
    return Runs(qtbot, tmp_path, plan, settle)


def file_of(folder):
    return json.loads((folder / "envoy.db.session").read_text(encoding="utf-8"))


def strip_of(session, qtbot):
    qtbot.waitUntil(lambda: session.where.strip is not None and session.where.strip.isVisible())
    return session.where.strip


def press(strip, text):
    next(part for part in strip.buttons if part.text() == text).click()


def test_a_good_end_is_followed_by_no_question(qtbot, runs, tmp_path):
    session = runs.open()
    session.window.show_page("roster")
    runs.keep(session)
    assert file_of(tmp_path)["running"]
    session.close()
    assert not file_of(tmp_path)["running"]
    again = runs.open()
    assert again.where.strip is None
    assert again.window.current_key == "overview"
    again.close()


def test_after_a_bad_end_the_way_back_is_offered_and_leads_there(qtbot, runs, tmp_path, plan):
    session = runs.open()
    window, selection = session.window, session.context.selection
    window.show_page("roster")
    window.pages["roster"].search.setText("wang")
    window.show_page("plan")
    runs._settle(session.context)
    visit = plan.held[3]
    window.pages["plan"].board.set_zoom(21)
    selection.visit = visit.id
    runs.keep(session)
    runs.crash(session)

    again = runs.open()
    strip = strip_of(again, qtbot)
    assert strip.isVisible()
    assert "上次没有正常退出，数据完好（最后保存于 " in strip.text
    assert [part.text() for part in strip.buttons] == ["回到刚才的位置", "不用了"]
    press(strip, "回到刚才的位置")
    qtbot.waitUntil(lambda: again.window.current_key == "plan")
    runs._settle(again.context)
    assert not strip.isVisible()
    assert again.context.selection.visit == visit.id
    assert again.window.pages["plan"].board.zoom == 21
    again.window.show_page("roster")
    assert again.window.pages["roster"].search.text() == "wang"
    again.close()


def test_declined_it_is_gone_and_undecided_it_stays(qtbot, runs, tmp_path):
    session = runs.open()
    session.window.show_page("demands")
    runs.keep(session)
    runs.crash(session)
    second = runs.open()
    strip_of(second, qtbot)
    runs.keep(second)  # the user has not answered
    assert file_of(tmp_path)["where"]["page"] == "demands"
    runs.crash(second)
    third = runs.open()
    press(strip_of(third, qtbot), "不用了")
    assert not third.where.strip.isVisible()
    runs.keep(third)
    assert file_of(tmp_path)["where"]["page"] == "overview"
    third.close()


def test_a_planning_run_that_was_broken_off_is_named(qtbot, runs, tmp_path):
    last = LastRun({}, ended_well=False, unfinished=("排班", "写入数据库"), process=1)
    session = runs.open()
    session.where.start(last, "Fatal Python error")
    strip = strip_of(session, qtbot)
    assert "当时正在排班，还没有排完，请重新排班。" in strip.text
    assert "没有做完：写入数据库" in strip.text
    assert [part.text() for part in strip.buttons] == ["重新排班…", "查看报告…", "不用了"]
    press(strip, "查看报告…")
    dialog = session.crash.dialog
    assert "Fatal Python error" in dialog.report
    dialog.accept()
    press(strip, "重新排班…")
    assert session.window.pages["plan"].run_dialog.isVisible()
    session.close()
    shiboken6.delete(session.window)  # and the dialog, whose preview waits to be made


def test_a_job_that_people_see_is_on_record_while_it_runs(qtbot, runs, tmp_path):
    session = runs.open()
    seen = []

    def work(handle):
        for _ in range(200):
            if handle.cancelled():
                return
            seen[:] = file_of(tmp_path).get("unfinished", [])
            if seen:
                return
            handle._cancel.wait(0.05)

    session.context.jobs.start("排班", work, lambda nothing: None)
    runs._settle(session.context)
    assert seen == ["排班"]
    qtbot.waitUntil(lambda: file_of(tmp_path)["unfinished"] == [])
    session.close()


def test_a_restart_goes_on_without_a_question(qtbot, runs, tmp_path, monkeypatch):
    ended = []
    monkeypatch.setattr("ui.app.QApplication.exit", lambda: ended.append(True))
    session = runs.open()
    session.window.show_page("demands")
    session.restart()
    assert session.restarting == tmp_path / "envoy.db"
    assert ended
    session.close()
    assert file_of(tmp_path)["resume"]
    again = runs.open()
    qtbot.waitUntil(lambda: again.window.current_key == "demands")
    assert again.where.strip is None
    again.close()


def test_files_being_imported_come_back_with_their_corrections(qtbot, runs, tmp_path):
    file = write_roster(tmp_path / "名册.xlsx")
    session = runs.open()
    session.window.open_import(files=[file])
    page = session.window.pages["imports"]
    runs._settle(session.context)
    sheet = page.session.batch.files[0].sheets[0].name
    choices = page.session.choices(0).sheet(sheet)
    page.session.revise_sheet(0, sheet, replace(choices, edits={(3, 1): "更正"}))
    runs._settle(session.context)
    runs.keep(session)
    runs.crash(session)
    again = runs.open()
    press(strip_of(again, qtbot), "回到刚才的位置")
    qtbot.waitUntil(lambda: again.window.current_key == "imports")
    runs._settle(again.context)
    found = again.window.pages["imports"].session
    assert [item.path for item in found.batch.files] == [file]
    assert found.choices(0).sheet(sheet).edits == {(3, 1): "更正"}
    again.close()


def test_nothing_is_gone_back_to_that_is_no_more(workspace, tmp_path, plan):
    there = {
        "page": "plan",
        "county": COUNTY,
        "envoy": next(iter(plan.envoys)),
        "plan": plan.info.id,
        "visit": plan.held[0].id,
        "pages": {"imports": {"files": [str(workspace.path), str(tmp_path / "gone.xlsx")]}},
    }
    way = way_back(workspace, LastRun(there))
    assert way.where == there | {"pages": {"imports": {"files": [str(workspace.path)]}}}
    gone = {"page": "plan", "county": "1", "envoy": "x", "plan": "p", "visit": "v", "pages": 3}
    assert way_back(workspace, LastRun(gone)).where == {"page": "plan", "pages": {}}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 9}', '{"format": 1, "where": 7, "unfinished": [1], "x": 2}']
)
def test_a_spoilt_file_is_no_obstacle(tmp_path, text):
    recovery = Recovery(tmp_path / "envoy.db")
    recovery.path.write_text(text, encoding="utf-8")
    last = recovery.begin()
    assert last is None or (last.where, last.unfinished) == ({}, ())
    recovery.end()
    assert Recovery(tmp_path / "envoy.db").begin().ended_well


def test_a_disk_that_refuses_is_told_once_and_the_window_goes_on(
    qtbot, context, settle, tmp_path, monkeypatch
):
    def full(handle):
        raise OSError(28, "No space left on device")

    recovery = Recovery(tmp_path / "envoy.db")
    recovery.begin()
    before = recovery.path.read_bytes()
    window = MainWindow(context)
    qtbot.addWidget(window)
    keeper = WhereKeeper(context, window, recovery)
    told = []
    context.error_shown.connect(told.append)
    monkeypatch.setattr("envoy_app.durable.os.fsync", full)
    for page in ("roster", "demands"):
        window.show_page(page)
        settle(context)
        keeper.look()
        settle(context)
    assert len(told) == 1
    assert "数据不受影响" in told[0]
    assert recovery.path.read_bytes() == before
    with pytest.raises(InputError):
        recovery.end()
    monkeypatch.undo()
    window.close()


def test_preferences_that_cannot_be_written_are_told_once(qtbot, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    preferences = Preferences(tmp_path / "file")
    assert preferences.take_problem() == ""
    preferences.set_text("scheme", "dark")
    preferences.sync()
    assert "数据不受影响" in preferences.take_problem()
    assert preferences.take_problem() == ""


def test_what_a_file_says_is_not_believed(qtbot, context, settle, tmp_path):
    window = MainWindow(context)
    qtbot.addWidget(window)
    settle(context)
    keeper = WhereKeeper(context, window, Recovery(tmp_path / "envoy.db"))
    odd = {"mode": [], "zoom": "x", "day": 7, "search": None, "filters": [1], "files": [None]}
    for page in window.specs:
        keeper.go_back({"page": page, "pages": {page: odd}})
        settle(context)
        assert window.current_key == page
    keeper.go_back({"page": ["roster"]})
    assert window.current_key == "settings"
    assert context.crash.count == 0
    window.close()


# In processes of their own -----------------------------------------------------------------------

WINDOW = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QTimer, qFatal
import ui.app, ui.recovery
from ui.app import Session, run

path, what, page = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
show = Session.show_window

def shown(session):
    window = show(session)
    session.keeper.stop()
    state = {"ticks": 0}
    def tick():
        state["ticks"] += 1
        if state["ticks"] > 600:
            os._exit(9)
        if session.context.jobs.jobs:
            return
        if what == "tell":
            strip = session.where.strip
            if strip is None and state["ticks"] < 20:
                return
            print(strip.text if strip else "-", flush=True)
            print([part.text() for part in strip.buttons] if strip else "", flush=True)
            if strip:
                strip.buttons[0].click()
            settle.stop()
            QTimer.singleShot(1500, lambda: (print(window.current_key), window.close()))
        elif window.current_key != page:
            window.show_page(page)
            session.where.look()
        elif session.where._kept and session.where._kept[0]["page"] == page:
            print("kept", flush=True)
            settle.stop()
            if what == "close":
                window.close()
            elif what == "restart":
                session.restart()
            elif what == "SIGABRT":
                qFatal("Qt cannot go on")
            elif what != "wait":
                os.kill(os.getpid(), getattr(signal, what))
    settle = QTimer(window, interval=50)
    settle.timeout.connect(tick)
    settle.start()
    return window

Session.show_window = shown
ui.app.start_window = lambda database: print("again", database, flush=True)
print("ended", run(["envoy"], path), flush=True)
"""


def window(path, what, page="demands", log=None):
    environment = {**os.environ, "XDG_STATE_HOME": str(log)} if log else None
    return subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(path), what, page],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
    )


def lines_of(path, what, log):
    process = window(path, what, log=log)
    told, errors = process.communicate(timeout=120)
    return told.splitlines(), errors, process.returncode


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A database with people, as a window leaves it."""
    from tests.ui.world import small_plan

    folder = tmp_path_factory.mktemp("filled")
    make_workspace(folder, plan=small_plan()).close()
    return folder / "envoy.db"


@on_posix
@pytest.mark.parametrize(
    "how",
    [
        "SIGKILL",
        pytest.param("SIGSEGV", marks=pytest.mark.slow),
        pytest.param("SIGABRT", marks=pytest.mark.slow),
    ],
)
def test_the_next_start_after_a_signal_tells_and_leads_back(filled, tmp_path, how):
    told, _, code = lines_of(filled, how, tmp_path)
    assert (told, code) == (["kept"], -getattr(signal, how))
    told, errors, code = lines_of(filled, "tell", tmp_path)
    assert told[0].startswith("上次没有正常退出，数据完好（最后保存于 "), errors
    ways = ["回到刚才的位置", *([] if how == "SIGKILL" else ["查看报告…"]), "不用了"]
    assert told[1] == str(ways)
    assert told[2:] == ["demands", "ended 0"]
    assert code == 0
    written = (tmp_path / "envoy-scheduling" / "log" / "window.log").read_text(encoding="utf-8")
    assert ("ended by a signal" in written) == (how != "SIGKILL")
    told, _, _ = lines_of(filled, "tell", tmp_path)  # that one ended well
    assert told[0] == "-"


@on_posix
def test_a_restart_and_an_end_by_the_system_are_good_ends(filled, tmp_path):
    told, errors, _ = lines_of(filled, "restart", tmp_path)
    assert told == ["kept", "ended 0", f"again {filled}"] or told == [
        "kept",
        f"again {filled}",
        "ended 0",
    ], errors
    told, _, _ = lines_of(filled, "SIGTERM", tmp_path)
    assert told == ["kept", "ended 0"]
    told, _, _ = lines_of(filled, "tell", tmp_path)
    assert told[0] == "-"


ENDS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import ui.app
from envoy_app.services.workspace import Workspace
from ui.app import Session, run

def fail(*nothing):
    raise RuntimeError("at that moment")

def look():
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        print(dialog.windowTitle(), "at that moment" in dialog.report, flush=True)
        dialog.accept()
    elif session and session[0].window is not None and session[0].window.isVisible():
        session[0].window.close()

session = []
begin = Session.begin

def began(self, path):
    begin(self, path)
    session.append(self)

app = ui.app.make_application(["envoy"])
timer = QTimer(interval=100)
timer.timeout.connect(look)
timer.start()
Session.begin = fail if sys.argv[2] == "start" else began
if sys.argv[2] == "end":
    close = Workspace.close
    Workspace.close = lambda self: (close(self), fail())
print("ended", run(["envoy"], Path(sys.argv[1])), flush=True)
"""


@pytest.mark.parametrize(
    ("moment", "title", "code"),
    [("start", "程序没有能够启动", 3), ("end", "程序关闭时遇到意外错误", 0)],
)
def test_errors_at_both_ends_are_shown(filled, tmp_path, moment, title, code):
    done = subprocess.run(
        [sys.executable, "-c", ENDS, str(filled), moment],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines() == [f"{title} True", f"ended {code}"], done.stderr
    written = (tmp_path / "envoy-scheduling" / "log" / "window.log").read_text(encoding="utf-8")
    assert "at that moment" in written


@on_posix
def test_a_window_is_started_again_in_a_process_of_its_own(qtbot, filled, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    recovery = Recovery(filled)
    recovery.begin()
    recovery.end({"page": "demands"}, resume=True)
    process = start_window(filled)

    def state():
        return json.loads(recovery.path.read_text(encoding="utf-8"))

    def shows_demands():
        return state()["running"] and state().get("where", {}).get("page") == "demands"

    qtbot.waitUntil(shows_demands, timeout=60_000)
    assert state()["process"] == process.pid
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not state()["running"]
