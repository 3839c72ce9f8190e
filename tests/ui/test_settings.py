import subprocess
import sys
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from envoy_app.domain.calendar import DayKind
from envoy_app.domain.imports import Term, TermTopic
from tests.ui.import_files import write_roster
from ui import theme
from ui.preferences import Preferences
from ui.settings.page import SettingsPage


@pytest.fixture
def page(qtbot, context, settle):
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(1000, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


def press(qtbot, page, text):
    (found,) = [part for part in page.findChildren(QPushButton) if part.text() == text]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_where_the_data_is(qtbot, page, context):
    assert page.path_label.full_text == str(context.workspace.path)
    press(qtbot, page, "复制路径")
    assert QGuiApplication.clipboard().text() == str(context.workspace.path)


def test_another_database_is_asked_for(qtbot, page, context):
    with qtbot.waitSignal(context.open_database_requested):
        press(qtbot, page, "打开其他数据")


def test_the_scheme_changes_at_once_and_is_kept(qtbot, page, context):
    page.scheme_combo.setCurrentIndex(page.scheme_combo.findData("dark"))
    assert theme.tokens() is theme.DARK
    context.preferences.sync()
    assert Preferences(context.preferences.path.parent).scheme is theme.Scheme.DARK
    page.scheme_combo.setCurrentIndex(page.scheme_combo.findData("light"))
    assert theme.tokens() is theme.LIGHT


def test_the_calendar_starts_with_this_month_and_says_whether_its_year_is_known(page):
    today = datetime.now().astimezone().date()
    assert page.calendar.month_label.text() == f"{today.year} 年 {today.month} 月"
    assert page.calendar.year_label.text().startswith(f"{today.year} 年放假安排")


def test_a_change_made_elsewhere_is_shown(page, context, settle):
    context.changed.connect(page.refresh)
    start, _ = page.calendar.grid.selection
    context.publish(context.workspace.calendar.set_day(start, DayKind.OFF, "停班"))
    settle(context)
    assert "停班" in page.calendar.selection_label.text()


def test_words_learned_are_shown_and_forgotten(qtbot, page, context, settle, tmp_path):
    context.changed.connect(page.refresh)
    assert not page.terms.table.isVisible()
    assert page.terms.hint.text().startswith("还没有学过词语")
    imports = context.workspace.imports
    batch = imports.open([write_roster(tmp_path / "名册.xlsx")])
    words = {
        Term(TermTopic.SPECIALTY, "英语翻译"): ("S01",),
        Term(TermTopic.COUNTY, "某新区"): (),
    }
    context.publish(imports.apply_batch(imports.answer(batch, words))[1])
    settle(context)
    shown = {item.term.text: item.meaning for item in page.terms.table.rows_model.rows}
    names = {item.code: item.name for item in context.workspace.reference.vocabulary().specialties}
    assert shown == {"英语翻译": names["S01"], "某新区": "忽略，不是县"}
    assert page.terms.forget_button.toolTip() == "先在上面选要忘记的词"
    page.terms.table.selectAll()
    qtbot.keyClick(page.terms.table, Qt.Key.Key_Delete)
    settle(context)
    assert imports.own_terms() == {}
    assert not page.terms.table.isVisible()


def test_a_spoilt_ini_file_falls_back(tmp_path):
    (tmp_path / "window.ini").write_text("[General]\nscheme=purple\n", encoding="utf-8")
    assert Preferences(tmp_path).scheme is theme.Scheme.AUTO


def test_run_opens_a_window_and_leaves_cleanly(tmp_path):
    """The whole start, in a process of its own; the event loop ends as soon as it begins."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "import ui.app\n"
        "ui.app.QApplication.exec = lambda *nothing: 0\n"
        "print(ui.app.run(['envoy'], Path(sys.argv[1]), 'dark'))\n"
    )
    database = tmp_path / "envoy.db"
    done = subprocess.run(
        [sys.executable, "-c", code, str(database)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr
    assert database.exists()
