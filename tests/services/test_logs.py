"""The log: where it lies, what it keeps out, and that it troubles nobody."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from envoy_app.cli import main
from envoy_app.domain.people import Envoy
from envoy_app.services import logs
from envoy_app.services.logs import open_log

ROOT = Path(__file__).parents[2]
ID, PHONE = "510107198001011234", "13812345678"
log = logging.getLogger("envoy_app.test")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Both folders of the log, in the test's own."""
    found = (tmp_path / "state" / "log", tmp_path / "temporary")
    monkeypatch.setattr(logs, "log_folders", lambda: found)
    return found


@pytest.fixture
def opened(places):
    made = open_log("test.log")
    yield made
    made.close()


def text_of(made):
    return made.file.read_text(encoding="utf-8")


def test_it_says_when_who_and_with_what(opened, places):
    log.info("导入 %s", "成都名册.xlsx")
    first, second = text_of(opened).splitlines()[:2]
    assert opened.folder == places[0]
    assert "start: envoy-scheduling" in first
    assert "Python 3." in first
    assert "INFO envoy_app.test: 导入 成都名册.xlsx" in second
    assert second[:2] == "20"


def test_messages_values_and_tracebacks_are_masked(opened):
    envoy = Envoy(id="e1", name="王强", id_number=ID, phones=(PHONE,))
    try:
        try:
            raise KeyError(PHONE)
        except KeyError as inner:
            raise ValueError(f"{envoy} {ID}") from inner
    except ValueError as error:
        error.add_note(f"note {PHONE}")
        log.exception("failed with %r", envoy)
    told = text_of(opened)
    assert "Traceback" in told
    assert "ValueError" in told
    assert "id='e1'" in told
    for secret in (ID, PHONE, "王强"):
        assert secret not in told


def test_failures_in_threads_and_destructors_are_logged(opened):
    class Sour:
        def __del__(self):
            raise RuntimeError("in a destructor")

    def fail():
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Sour()
    assert "in a destructor" in text_of(opened)
    assert "in a thread" in text_of(opened)


def test_where_the_folder_is_refused_another_takes_its_place(places):
    places[0].parent.write_text("a file, no folder", encoding="utf-8")
    made = open_log("test.log")
    made.close()
    assert made.folder == places[1]


def test_without_any_folder_nobody_is_troubled(places, tmp_path, capsys):
    for place in places:
        place.parent.mkdir(exist_ok=True)
        place.write_text("", encoding="utf-8")
    made = open_log("test.log")
    log.error("nobody hears this")
    made.close()
    assert made.file is None
    assert made.folder is None


def test_it_does_not_grow_without_end(opened, monkeypatch):
    handler = next(item for item in logging.getLogger().handlers if isinstance(item, logs._LogFile))
    monkeypatch.setattr(handler, "maxBytes", 5_000)
    for number in range(1_000):
        log.info("line %d %s", number, "x" * 80)
    files = sorted(opened.folder.glob("test.log*"))
    assert len(files) == logs.KEPT + 1
    assert all(file.stat().st_size <= 5_000 for file in files)


def test_a_full_disk_costs_log_lines_only(opened, monkeypatch, capsys):
    handler = next(item for item in logging.getLogger().handlers if isinstance(item, logs._LogFile))

    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

        def flush(self):
            """Nothing was written."""

        def seek(self, *where):
            """Where the file ends."""

        def tell(self):
            return 0

        def close(self):
            """Nothing is open."""

    handler.stream.close()
    handler.stream = Full()
    log.error("lost")
    assert capsys.readouterr().err == ""


FATAL = """
import os, signal, sys
from pathlib import Path
from envoy_app.services import logs
logs.log_folders = lambda: (Path(sys.argv[1]),)
made = logs.open_log("test.log")
def in_here(): os.kill(os.getpid(), getattr(signal, sys.argv[2]))
in_here()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_what_a_signal_ends_leaves_its_trace_for_the_next(name, places):
    words = [sys.executable, "-c", FATAL, str(places[0]), name]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE)
    process.communicate(timeout=60)
    assert process.returncode < 0
    made = open_log("test.log")
    made.close()
    assert list(made.faults) == [process.pid]
    assert "in_here" in made.faults[process.pid]
    assert "in_here" in text_of(made)
    again = open_log("test.log")
    again.close()
    assert again.faults == {}
    assert [path.name for path in places[0].iterdir()] == ["test.log"]


def test_the_command_line_says_one_sentence_and_where_the_log_is(places, monkeypatch, capsys):
    def fail(arguments):
        raise RuntimeError(f"unforeseen\n{PHONE}")

    monkeypatch.setattr("envoy_app.cli.safety.doctor", fail)
    assert main(["doctor"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "Traceback" not in told
    assert PHONE not in told
    file = places[0] / "command.log"
    assert str(file) in told
    written = file.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "unforeseen" in written
    assert PHONE not in written
    assert "command: doctor" in written


def test_a_command_leaves_the_hooks_as_they_were(places, capsys):
    before = sys.unraisablehook, threading.excepthook, logging.getLogger().handlers[:]
    assert main(["doctor", "--db", os.devnull + "x"]) == 3
    assert (sys.unraisablehook, threading.excepthook, logging.getLogger().handlers[:]) == before
