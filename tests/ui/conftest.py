"""What every test of the window gets: a fixed theme, and no unexpected log record."""

from __future__ import annotations

import logging
from importlib import import_module

import pytest
from PySide6.QtCore import QEvent

from tests.plan_factory import make_plan_view
from tests.ui import edit_world
from tests.ui.watchdog import Watch, look_at_events
from tests.ui.world import make_context, make_workspace
from ui import theme
from ui.garbage import Collector
from ui.main_window import page_specs


class ExpectedLogs:
    """A test that provokes errors says so: `expected_logs.allow = True`."""

    allow = False


@pytest.fixture
def expected_logs():
    return ExpectedLogs()


@pytest.fixture(autouse=True)
def _no_unexpected_logs(caplog, expected_logs):
    yield
    bad = [
        record
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    if bad and not expected_logs.allow:
        pytest.fail("unexpected log records: " + "; ".join(item.getMessage() for item in bad))


@pytest.fixture(scope="session")
def collector(qapp):
    """As in the program: what Qt made is destroyed on Qt's thread only."""
    made = Collector()
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _no_garbage_for_jobs(collector):
    yield
    collector.look()


@pytest.fixture(scope="session")
def watch(qapp):
    for spec in page_specs():
        import_module(spec.module)  # as the window does on another thread after its start
    made = Watch()
    made.start()
    look_at_events(made)
    yield made
    made.stop()


class ExpectedSilence:
    """A test that keeps the event loop waiting on purpose says so: `allow = True`."""

    allow = False


@pytest.fixture
def expected_silence():
    return ExpectedSilence()


@pytest.fixture(autouse=True)
def _no_silence(watch, expected_silence):
    """No event of any test may keep the window from the next for more than 200 ms."""
    watch.take()
    yield
    found = watch.take()
    if found and not expected_silence.allow:
        pytest.fail("the event loop was silent:\n" + "\n".join(item.text for item in found))


@pytest.fixture(autouse=True)
def _theme(qapp):
    # Without a running event loop the widgets of earlier tests would pile up.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply_theme(qapp, theme.Scheme.LIGHT)


@pytest.fixture(scope="session")
def plan():
    """A plan of 140 visits and 70 people over all counties."""
    return make_plan_view(visits=140, envoys=70)


@pytest.fixture
def workspace(tmp_path, plan):
    """An open database with that plan's people and demands."""
    opened = make_workspace(tmp_path, plan=plan)
    yield opened
    opened.close()


@pytest.fixture
def empty_workspace(tmp_path):
    opened = make_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def draft_workspace(tmp_path):
    """An open database with the small real draft of `edit_world`."""
    opened = edit_world.make_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def context(qtbot, workspace, tmp_path):
    made = make_context(workspace, tmp_path)
    yield made
    assert made.jobs.close()


@pytest.fixture
def empty_context(qtbot, empty_workspace, tmp_path):
    made = make_context(empty_workspace, tmp_path)
    yield made
    assert made.jobs.close()


@pytest.fixture
def said(context):
    """What was told in the status bar so far."""
    heard = []
    context.notified.connect(heard.append)
    return heard


@pytest.fixture
def draft_page(qtbot, context, said, settle):
    """The page of plans on a real draft, ready for changes by hand."""
    made = edit_world.open_page(context)
    qtbot.addWidget(made)
    settle(context)
    assert made.hand.editor.why_not == ""
    return made


@pytest.fixture
def settle(qtbot):
    """Wait until a context's jobs have ended and delivered."""

    def wait(context):
        qtbot.waitUntil(lambda: not context.jobs.jobs, timeout=10_000)

    return wait
