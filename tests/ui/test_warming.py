"""Pages are built while nobody does anything, and none is read or kept before it is shown."""

import pytest

from envoy_app.domain.changes import Changes, Topic
from ui.main_window import MainWindow
from ui.warming import Warmer


@pytest.fixture
def window(qtbot, context, settle):
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.show()
    settle(context)
    return made


@pytest.fixture
def warmer(window, context):
    made = Warmer(context, window)
    yield made
    made.stop()


def warm(warmer, context, settle):
    while not warmer.done:
        before = len(warmer._window.unbuilt)
        warmer.look()
        settle(context)
        yield before - len(warmer._window.unbuilt)


def test_modules_first_then_one_page_at_each_look(window, warmer, context, settle):
    pages = len(window.unbuilt)
    assert pages > 5
    assert list(warm(warmer, context, settle)) == [0] + [1] * pages
    assert set(window.pages) == set(window.specs)
    assert set(window.visited) == {"overview"}


def test_nothing_is_done_while_a_job_runs(window, warmer, context, settle):
    before = window.unbuilt
    context.jobs.start("读", lambda handle: None, lambda nothing: None)
    warmer.look()
    assert not context.jobs.jobs[1:]
    settle(context)
    assert window.unbuilt == before


def test_a_page_built_ahead_reads_when_first_shown_and_only_then(
    window, warmer, context, settle, monkeypatch
):
    list(warm(warmer, context, settle))
    page, told = window.pages["roster"], []
    monkeypatch.setattr(page, "refresh", told.append)
    monkeypatch.setattr(page, "remember", lambda: told.append("kept"))
    context.changed.emit(Changes(frozenset({Topic.ROSTER}), "改"))
    assert told == []
    window.show_page("roster")
    assert told == [None]
    window.show_page("overview")
    window.close()
    assert told == [None, "kept"]


def test_widths_of_a_page_never_shown_are_not_kept(window, warmer, context, settle):
    list(warm(warmer, context, settle))
    window.close()
    assert context.preferences.bytes("imports/splitter").isEmpty()
