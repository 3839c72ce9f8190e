"""A disk that refuses: one sentence, the old data as it was, and the window goes on."""

import errno
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from envoy_app import durable
from envoy_app.domain.backups import Reason
from envoy_app.domain.demands import DemandState
from envoy_app.persistence import sqlite_file
from envoy_app.services.planning import PlanningService
from tests.faults import vfs
from tests.ui.import_files import write_roster
from tests.ui.world import make_context, make_workspace
from ui.main_window import MainWindow
from ui.settings.calendar_card import CalendarEditor

REFUSALS = {"full": vfs.SQLITE_FULL, "broken": vfs.IOERR_WRITE, "read only": 8}
SATURDAY = date(2026, 12, 12)


class Disk:
    """Refuses writes while `code` is set."""

    code = 0

    def __call__(self, operation):
        refuses = self.code and operation.kind in ("write", "open", "truncate")
        return vfs.fail(self.code) if refuses else None


@pytest.fixture
def disk():
    made = Disk()
    with vfs.watched(made):
        yield made


@pytest.fixture
def window(qtbot, disk, tmp_path, plan, settle):
    """The whole window on a database behind that disk; with the real service of plans."""
    workspace = make_workspace(tmp_path, plan=plan)
    with workspace.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(plan, {})
        uow.commit()
    workspace.__dict__["planning"] = PlanningService(workspace.context)
    context = make_context(workspace, tmp_path)
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.show()
    settle(context)
    yield made
    disk.code = 0
    assert context.jobs.close()
    workspace.close()


def demand_state(window):
    window.show_page("demands")
    yield
    demands = window.context.workspace.demands.demands()
    waiting = [item.id for item in demands if item.state is DemandState.PENDING]
    service = window.context.workspace.demands
    window.context.jobs.start(
        "保存需求状态",
        lambda handle: service.set_state(waiting[:3], DemandState.ACCEPTED, ""),
        window.context.publish,
    )


def calendar(window):
    editor = CalendarEditor(window.context, date(2026, 12, 1), window)
    editor.read()
    yield
    editor.grid.select(SATURDAY)
    editor.work_button.click()


def publishing(window):
    window.show_page("plan")
    page, context = window.pages["plan"], window.context
    if context.plans.loaded:
        page.toolbar.publish_requested.emit()
    else:
        context.plans.plan_loaded.connect(lambda plan: page.toolbar.publish_requested.emit())
    yield
    page.publish_dialog.publish_button.click()


def importing(window):
    file = write_roster(window.context.workspace.path.with_name("名册.xlsx"))
    window.open_import(files=[file])
    yield
    window.pages["imports"].session.apply()


ACTIONS = (demand_state, calendar, publishing, importing)


def everything(workspace):
    """All that people see of a database."""
    return (
        workspace.roster.envoys(include_inactive=True),
        workspace.demands.demands(),
        workspace.planning.plans(),
        workspace.calendar.days(SATURDAY, SATURDAY),
        tuple(step.description for step in workspace.history.undoable(9)),
    )


def shown(window):
    """The sentences that the window shows now."""
    page, plan = window.pages.get("imports"), window.pages.get("plan")
    strips = [window.strip, *([page.strip] if page else [])]
    found = [strip.text for strip in strips if strip.isVisibleTo(window) and strip.text]
    dialog = plan.publish_dialog if plan else None
    if dialog is not None and dialog.isVisible() and dialog.problem.isVisible():
        found.append(dialog.problem.text())
    return found


@vfs.needs_layer
@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_change_is_refused_whole_and_told(qtbot, window, disk, settle, action, refusal):
    steps = action(window)
    next(steps)
    settle(window.context)
    before = everything(window.context.workspace)
    disk.code = REFUSALS[refusal]
    next(steps, None)
    settle(window.context)
    (sentence,) = shown(window)
    assert sentence.count("。") == 1
    assert "envoy.db" in sentence
    assert window.context.crash.count == 0
    disk.code = 0
    assert everything(window.context.workspace) == before
    window.strip.clear()
    again = demand_state(window)  # the window goes on
    next(again)
    next(again, None)
    settle(window.context)
    assert everything(window.context.workspace) != before


def test_a_database_that_another_program_holds_is_told(qtbot, tmp_path, plan, settle, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_MILLISECONDS", 100)
    workspace = make_workspace(tmp_path, plan=plan)
    context = make_context(workspace, tmp_path)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    steps = demand_state(window)
    next(steps)
    settle(context)
    before = workspace.demands.demands()
    with closing(sqlite3.connect(workspace.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(workspace.demands, "demands", lambda: before)
        next(steps, None)
        settle(context)
        other.rollback()
    monkeypatch.undo()
    (sentence,) = shown(window)
    assert "正被另一个程序占用" in sentence
    assert workspace.demands.demands() == before
    assert context.jobs.close()
    workspace.close()


def refuse(number):
    def fail(*words, **more):
        raise OSError(number, "refused")

    return fail


def roster_workbook(window, target):
    exports = window.context.workspace.exports
    window.context.jobs.start(
        "导出", lambda handle: exports.roster_workbook(target), lambda _: None
    )


def backup(window, target):
    service = window.context.workspace.backups
    window.context.jobs.start("备份", lambda handle: service.make(Reason.MANUAL), lambda _: None)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("action", [roster_workbook, backup])
def test_a_file_is_refused_whole_and_told(window, settle, tmp_path, monkeypatch, action, number):
    target = tmp_path / "out" / "名册.xlsx"
    target.parent.mkdir()
    target.write_bytes(b"old")
    monkeypatch.setattr(durable.os, "fsync", refuse(number))
    before = sorted(tmp_path.rglob("*.db")), target.read_bytes()
    action(window, target)
    settle(window.context)
    monkeypatch.undo()
    (sentence,) = shown(window)
    assert sentence.count("。") == 1
    assert (sorted(tmp_path.rglob("*.db")), target.read_bytes()) == before
    assert list(target.parent.iterdir()) == [target]
    assert window.context.crash.count == 0


@pytest.mark.parametrize("instead", ["nothing", "another"])
def test_a_database_that_is_taken_away_is_told_and_not_written(window, settle, tmp_path, instead):
    steps = publishing(window)
    next(steps)
    settle(window.context)
    path = window.context.workspace.path
    aside = path.with_name("aside.db")
    if instead == "another":
        aside.write_bytes(path.read_bytes())
        path.with_name("other.db").write_bytes(path.read_bytes())
    path.rename(aside)
    if instead == "another":
        path.with_name("other.db").rename(path)
    before = aside.read_bytes()
    next(steps, None)
    settle(window.context)
    (sentence,) = shown(window)
    assert "被移走或换掉了" in sentence
    assert aside.read_bytes() == before
    assert path.exists() == (instead == "another")
    aside.replace(path)  # put back, all goes on
    window.strip.clear()
    steps = publishing(window)
    for _ in range(2):
        next(steps, None)
        settle(window.context)
    assert shown(window) == []
