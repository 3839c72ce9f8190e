"""What a new user does first, with the real services: sample, overview, roster, import again."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from envoy_app.domain.imports import RowStatus
from envoy_app.services.workspace import open_workspace
from ui.app import Session
from ui.preferences import Preferences

LONG = 60_000


@pytest.fixture
def session(qtbot, tmp_path):
    made = Session(Preferences(tmp_path), lambda path: open_workspace(path, actor="测试"))
    made.begin(tmp_path / "envoy.db")
    yield made
    for widget in (made.window, made.first_start):
        if widget is not None:
            widget.close()
            widget.deleteLater()
    made.close()


def wait_for_jobs(qtbot, session):
    qtbot.waitUntil(lambda: not session.context.jobs.jobs, timeout=LONG)


def test_from_first_start_to_the_board(qtbot, session, tmp_path):
    qtbot.mouseClick(session.first_start.sample_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None, timeout=LONG)
    wait_for_jobs(qtbot, session)
    window = session.window
    assert window.top_bar.sample_label.isVisible()

    overview = window.pages["overview"]
    figures = {card.name_label.text(): card.figure_label.text() for card in overview.figures.cards}
    assert figures["特派员"] == "520"
    (go,) = [part for part in overview.checklist.findChildren(QPushButton) if part.text() == "去做"]
    assert go.accessibleName() == "下一步：排班"
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert window.current_key == "plan"

    window.show_page("roster")
    wait_for_jobs(qtbot, session)
    roster = window.pages["roster"]
    assert roster.count_label.full_text == "显示 520 / 520 人"
    qtbot.keyClicks(roster.search, "zhangyun")
    assert all("张" in row.envoy.name for row in roster.table.proxy.shown())

    files = session.context.workspace.sample.write_workbooks(tmp_path)
    window.open_import(files=[files.roster])
    wait_for_jobs(qtbot, session)
    page = window.pages["imports"]
    (file,) = page.session.batch.files
    assert file.report.count(RowStatus.UNCHANGED) == 520
    assert not page.foot.apply_button.isEnabled()
    assert page.foot.apply_button.toolTip() == "没有可以新增或更新的行"


def test_a_roster_is_imported_row_by_row_and_shown(qtbot, session, tmp_path):
    files = session.context.workspace.sample.write_workbooks(tmp_path, envoys=40)
    qtbot.mouseClick(session.first_start.import_button, Qt.MouseButton.LeftButton)
    page = session.window.pages["imports"]
    page.start.drop_area.take([files.roster])
    wait_for_jobs(qtbot, session)
    assert page.foot.apply_button.text() == "导入 40 行"
    qtbot.mouseClick(page.foot.apply_button, Qt.MouseButton.LeftButton)
    wait_for_jobs(qtbot, session)
    assert len(session.context.workspace.roster.envoys()) == 40
    session.window.show_page("roster")
    wait_for_jobs(qtbot, session)
    assert session.window.pages["roster"].count_label.full_text == "显示 40 / 40 人"


def test_a_file_that_is_no_workbook_is_one_sentence(qtbot, session, tmp_path):
    bad = tmp_path / "名册.xlsx"
    bad.write_bytes(b"")
    qtbot.mouseClick(session.first_start.import_button, Qt.MouseButton.LeftButton)
    page = session.window.pages["imports"]
    page.start.drop_area.take([bad, tmp_path / "没有.xlsx"])
    wait_for_jobs(qtbot, session)
    assert page.session.batch.files == ()
    first, second = (item.sentence for item in page.session.batch.refused)
    assert "名册.xlsx" in first
    assert "没有.xlsx" in second


def test_files_dropped_on_the_first_screen_are_read(qtbot, session, tmp_path):
    files = session.context.workspace.sample.write_workbooks(tmp_path, envoys=40)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(files.roster))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    screen, copy = session.first_start, Qt.DropAction.CopyAction
    place = screen.rect().center()
    QApplication.sendEvent(screen, QDragEnterEvent(place, copy, data, buttons, keys))
    assert screen.drop_hint.isVisible()
    QApplication.sendEvent(screen, QDropEvent(place.toPointF(), copy, data, buttons, keys))
    wait_for_jobs(qtbot, session)
    assert session.window.current_key == "imports"
    assert session.window.pages["imports"].foot.apply_button.text() == "导入 40 行"
