"""Backups in the window: by themselves, in the settings, and where the database is damaged."""

import shutil

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.backups import Reason
from envoy_app.domain.errors import EnvironmentProblem
from tests.factories import make_envoy
from tests.ui.world import make_workspace
from ui.app import Session
from ui.jobs import JobHandle
from ui.preferences import Preferences
from ui.safekeeping import BackupKeeper
from ui.settings.backup_card import BackupCard
from ui.settings.restore_dialog import RestoreDialog


@pytest.fixture
def card(qtbot, context, settle):
    made = BackupCard(context)
    qtbot.addWidget(made)
    made.resize(720, 400)
    made.show()
    made.read()
    settle(context)
    return made


def press(qtbot, part):
    qtbot.mouseClick(part, Qt.MouseButton.LeftButton)


def shown(card):
    return card.table.rows_model.rows


def test_no_backup_yet(card):
    assert card.empty.isVisible()
    assert not card.table.isVisible()
    assert card.restore_button.toolTip() == "先在上面选一份备份"
    assert not card.folder_button.isEnabled()


def test_one_now_is_listed_with_what_is_in_it(qtbot, card, context, settle):
    press(qtbot, card.make_button)
    qtbot.waitUntil(lambda: len(shown(card)) == 1)
    (made,) = shown(card)
    model = card.table.model()
    texts = [model.index(0, column).data() for column in range(model.columnCount())]
    assert texts[1] == "手动"
    assert texts[2] == str(len(context.workspace.roster.envoys()))
    assert texts[-1] == "已核对"
    assert texts[5]
    assert made.usable
    settle(context)


def test_a_rotten_one_is_shown_and_cannot_be_restored(qtbot, card, context, settle):
    made = context.workspace.backups.make(Reason.MANUAL)
    made.path.write_bytes(made.path.read_bytes()[:-4096])
    card.read()
    settle(context)
    card.table.selectRow(0)
    assert not card.restore_button.isEnabled()
    assert "已损坏" in card.restore_button.toolTip()


def test_restoring_shows_both_sides_and_asks_for_a_new_window(qtbot, card, context, settle):
    workspace = context.workspace
    before = len(workspace.roster.envoys())
    workspace.backups.make(Reason.MANUAL)
    workspace.roster.add([make_envoy(base_county=None, team_county=None)])
    card.read()
    settle(context)
    card.table.selectRow(0)
    press(qtbot, card.restore_button)
    settle(context)
    dialog = card.findChild(RestoreDialog)
    facts = [part.text() for part in dialog.findChildren(type(card.note_label))]
    assert {str(before), str(before + 1)} <= set(facts)
    with qtbot.waitSignal(context.reopen_requested) as asked:
        press(qtbot, dialog.restore_button)
    assert asked.args[0].startswith("已恢复；恢复之前的数据备份为 ")
    assert workspace.backups.current().contents.envoys == before


def test_cancelling_changes_nothing(qtbot, card, context, settle):
    context.workspace.backups.make(Reason.MANUAL)
    card.offer(context.workspace.backups.entries()[0].path)
    settle(context)
    press(qtbot, card.findChild(RestoreDialog).cancel_button)
    settle(context)
    assert [item.reason for item in context.workspace.backups.entries()] == [Reason.MANUAL]


def test_a_foreign_file_is_refused_in_the_strip(qtbot, card, context, settle, tmp_path):
    other = tmp_path / "名册.xlsx"
    other.write_bytes(b"PK")
    with qtbot.waitSignal(context.error_shown) as told:
        card.offer(other)
    assert "“名册.xlsx”不能恢复" in told.args[0]
    assert card.findChild(RestoreDialog) is None


def test_nothing_is_restored_while_a_job_runs(qtbot, card, context, settle):
    context.workspace.backups.make(Reason.MANUAL)
    (made,) = context.workspace.backups.entries()

    def wait(handle: JobHandle) -> None:
        while not handle.cancelled():
            pass

    job = context.jobs.start("排班", wait, lambda nothing: None)
    with qtbot.waitSignal(context.error_shown) as told:
        card.restore(made.path)
    assert "有任务正在运行" in told.args[0]
    job.cancel()
    settle(context)
    assert len(context.workspace.backups.entries()) == 1


def test_the_keeper_backs_up_at_the_start_and_after_changes(qtbot, context, settle):
    keeper = BackupKeeper(context)
    service = context.workspace.backups
    keeper.start()
    keeper.first.timeout.emit()
    settle(context)
    assert [item.reason for item in service.entries()] == [Reason.START]
    keeper.timer.timeout.emit()
    settle(context)
    assert len(service.entries()) == 1
    context.workspace.roster.add([make_envoy(base_county=None, team_county=None)])
    with qtbot.waitSignal(context.backup_made):
        keeper.timer.timeout.emit()
    assert service.entries()[0].reason is Reason.CHANGE
    keeper.stop()
    assert not keeper.timer.isActive()
    assert not keeper.first.isActive()


def test_a_backup_that_fails_is_told(qtbot, context, monkeypatch, settle):
    def fail(reason):
        raise EnvironmentProblem("磁盘空间不足，没有写入“备份”，请清理磁盘后重试。")

    monkeypatch.setattr(context.workspace.backups, "make", fail)
    keeper = BackupKeeper(context)
    with qtbot.waitSignal(context.error_shown) as told:
        keeper.run(Reason.CHANGE)
    assert told.args[0].startswith("自动备份没有做成，数据本身已保存：磁盘空间不足")
    settle(context)


@pytest.fixture
def session(qtbot, tmp_path):
    made = Session(Preferences(tmp_path), lambda path: make_workspace(path.parent))
    yield made
    for widget in (made.window, made.first_start):
        if widget is not None:
            widget.close()
            widget.deleteLater()
    made.close()


def filled(folder):
    """A database with one envoy and a backup of it."""
    folder.mkdir()
    workspace = make_workspace(folder)
    workspace.roster.add([make_envoy(base_county=None, team_county=None)])
    workspace.backups.make(Reason.MANUAL)
    workspace.close()
    return workspace.path


def test_a_restore_builds_the_window_anew(qtbot, session, tmp_path, settle):
    path = filled(tmp_path / "one")
    session.begin(path)
    settle(session.context)
    window, workspace = session.window, session.context.workspace
    workspace.roster.add([make_envoy(base_county=None, team_county=None)])
    window.show_page("settings")
    window.pages["settings"].backups.restore(workspace.backups.entries()[0].path)
    qtbot.waitUntil(lambda: session.window is not window)
    settle(session.context)
    assert session.context.workspace is not workspace
    assert len(session.context.workspace.roster.envoys()) == 1
    assert session.window.current_key == "settings"
    assert session.preferences.text("database") == ""


def test_a_damaged_database_offers_its_newest_backup(qtbot, session, tmp_path, settle):
    path = filled(tmp_path / "one")
    path.write_bytes(b"\0" * 9999)
    session.begin(path)
    screen = session.first_start
    assert "已损坏" in screen.strip.text
    assert screen.restore_choice.isVisible()
    assert "1 名特派员" in screen.restore_choice.accessibleDescription()
    assert not screen.sample_button.isEnabled()
    press(qtbot, screen.restore_choice)
    qtbot.waitUntil(lambda: session.window is not None)
    settle(session.context)
    assert session.first_start is None
    assert len(session.context.workspace.roster.envoys()) == 1
    (aside,) = path.parent.glob("envoy.损坏-*.db")
    assert aside.read_bytes() == b"\0" * 9999


def test_a_damaged_database_without_a_backup_offers_none(qtbot, session, tmp_path):
    path = filled(tmp_path / "one")
    path.write_bytes(b"\0" * 9999)
    shutil.rmtree(path.with_name("envoy.db-备份"))
    path.write_bytes(b"SQLite format 3\0" + b"\0" * 9999)
    session.begin(path)
    assert session.first_start.strip.text
    assert session.first_start.restore_choice is None


def test_where_the_database_is_gone_its_backup_is_offered(qtbot, session, tmp_path, settle):
    path = filled(tmp_path / "one")
    path.unlink()
    session.begin(path)
    screen = session.first_start
    assert screen.sample_button.isEnabled()
    press(qtbot, screen.restore_choice)
    qtbot.waitUntil(lambda: session.window is not None)
    settle(session.context)
    assert session.first_start is None
    assert len(session.context.workspace.roster.envoys()) == 1
