import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.errors import EnvironmentProblem
from tests.ui.world import make_workspace
from ui.app import Session
from ui.preferences import Preferences


@pytest.fixture
def session(qtbot, tmp_path):
    def opener(path):
        if path.name == "newer.db":
            raise EnvironmentProblem("数据库由更新的版本建立，请更新程序。")
        folder = tmp_path / path.stem
        folder.mkdir(exist_ok=True)
        return make_workspace(folder)

    made = Session(Preferences(tmp_path), opener)
    yield made
    for widget in (made.window, made.first_start):
        if widget is not None:
            widget.close()
            widget.deleteLater()
    made.close()


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_database_shows_the_first_screen(qtbot, session):
    session.begin(Path("empty.db"))
    screen = session.first_start
    assert screen.isVisible()
    assert session.window is None
    assert [choice.accessibleName() for choice in screen.choices] == [
        "用示例数据试一试",
        "导入名册",
        "打开已有数据",
        "空白开始",
    ]


def test_the_sample_leads_to_the_overview(qtbot, session, settle):
    session.begin(Path("empty.db"))
    press(qtbot, session.first_start.sample_button)
    qtbot.waitUntil(lambda: session.window is not None)
    settle(session.context)
    assert session.first_start is None
    assert session.window.isVisible()
    assert session.window.current_key == "overview"
    assert session.window.top_bar.sample_label.isVisible()


def test_the_sample_can_be_stopped_half_way(qtbot, session):
    session.begin(Path("empty.db"))
    workspace, screen = session.context.workspace, session.first_start
    workspace.sample.gate.clear()
    press(qtbot, screen.sample_button)
    qtbot.waitUntil(lambda: screen.progress_label.text() == "生成名册")
    assert not screen.sample_button.isEnabled()
    press(qtbot, screen.stop_button)
    workspace.sample.gate.set()
    qtbot.waitUntil(lambda: screen.job is None)
    assert workspace.is_empty
    assert screen.sample_button.isEnabled()
    assert session.window is None


def test_importing_opens_the_window_on_its_page(qtbot, session):
    session.begin(Path("empty.db"))
    press(qtbot, session.first_start.import_button)
    assert session.window.current_key == "imports"
    assert session.window.pages["imports"].start.drop_area.choose_button.isVisible()


def test_blank_opens_the_window(qtbot, session, settle):
    session.begin(Path("empty.db"))
    press(qtbot, session.first_start.blank_button)
    settle(session.context)
    assert session.window.isVisible()
    assert not session.window.top_bar.sample_label.isVisible()
    assert session.window.top_bar.plan_label.full_text == "尚无排班方案"


def test_a_database_that_cannot_be_opened_is_told(qtbot, session):
    session.begin(Path("newer.db"))
    assert session.first_start.strip.text == "数据库由更新的版本建立，请更新程序。"
    assert session.context is None
    usable = [choice for choice in session.first_start.choices if choice.isEnabled()]
    assert usable == [session.first_start.open_button]
    assert session.first_start.sample_button.toolTip() == "先打开一个可用的数据库"


def test_after_a_bad_database_a_good_one_can_be_opened(qtbot, session):
    session.begin(Path("newer.db"))
    session.switch_to(Path("one.db"))
    assert session.window.isVisible()
    assert session.first_start is None


def test_another_database_takes_the_place(qtbot, session, settle):
    session.begin(Path("one.db"))
    press(qtbot, session.first_start.blank_button)
    settle(session.context)
    first = session.window
    session.switch_to(Path("two.db"))
    settle(session.context)
    assert session.window is not first
    assert session.window.status.path_label.full_text.endswith("two/envoy.db")
    assert session.preferences.text("database") == "two.db"


def test_a_bad_database_leaves_the_open_one(qtbot, session, settle):
    session.begin(Path("one.db"))
    press(qtbot, session.first_start.blank_button)
    settle(session.context)
    session.switch_to(Path("newer.db"))
    assert session.window.strip.text == "数据库由更新的版本建立，请更新程序。"
    assert session.window.status.path_label.full_text.endswith("one/envoy.db")


def test_the_window_starts_without_heavy_libraries():
    """What takes long to import comes when it is used, or the window would not stand in 2 s."""
    code = (
        "import sys, ui.app, ui.overview.page\n"
        "heavy = {'ortools', 'openpyxl', 'typst', 'pypinyin', 'holidays', 'numpy', 'alembic',\n"
        "         'pypdfium2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
