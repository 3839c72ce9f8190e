import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import InputError
from tests.ui.world import type_chinese
from ui.jobs import Progress
from ui.main_window import MainWindow, PageSpec, page_specs
from ui.pages import Page

CONTROL = Qt.KeyboardModifier.ControlModifier


class NotedPage(Page):
    """Notes what it was told."""

    topics = frozenset({Topic.PLANS})

    def __init__(self, context):
        super().__init__(context)
        self.told = []

    def refresh(self, changes):
        self.told.append(changes)


def specs():
    """The real pages, the two with heavier parts replaced."""
    replaced = {"plan", "print"}
    return [
        PageSpec(item.key, item.title, item.icon, NotedPage) if item.key in replaced else item
        for item in page_specs()
    ]


@pytest.fixture
def window(qtbot, context, settle):
    made = MainWindow(context, specs())
    qtbot.addWidget(made)
    made.showNormal()
    made.resize(1366, 768)
    qtbot.waitUntil(lambda: bool(made.top_bar.search.entries))
    settle(context)
    return made


def test_pages_are_those_of_the_rail_and_built_on_first_visit(qtbot, window):
    assert [spec.title for spec in page_specs()] == [
        "总览",
        "导入",
        "特派员",
        "需求",
        "排班",
        "打印",
        "历史",
        "设置",
    ]
    assert set(window.pages) == {"overview"}
    qtbot.mouseClick(window.rail.buttons["settings"], Qt.MouseButton.LeftButton)
    assert set(window.pages) == {"overview", "settings"}
    assert window.stack.currentWidget() is window.pages["settings"]
    assert window.rail.buttons["settings"].isChecked()


def test_control_and_number_switch_pages(qtbot, window):
    for number, key in enumerate(window.specs, start=1):
        qtbot.keyClick(window, Qt.Key(int(Qt.Key.Key_0) + number), CONTROL)
        assert window.current_key == key


def test_top_bar_shows_plan_state_and_sample(window, plan):
    assert window.top_bar.plan_label.full_text == plan.info.title
    assert window.top_bar.state_label.text() == plan.info.state.value
    assert window.top_bar.sample_label.isVisible()


def test_one_county_runs_through_all_pages(qtbot, window, context, settle):
    window.show_page("roster")
    settle(context)
    context.selection.county = "510183"
    roster = window.pages["roster"]
    assert window.top_bar.county_chip.text() == "只看 邛崃市"
    assert roster.place_filter.value == "510183"
    shown = roster.table.proxy.shown()
    assert shown
    assert all("510183" in (row.envoy.base_county, row.envoy.team_county) for row in shown)
    qtbot.mouseClick(window.top_bar.county_chip, Qt.MouseButton.LeftButton)
    assert context.selection.county is None
    assert roster.place_filter.value == ""
    assert not window.top_bar.county_chip.isVisible()


def search(qtbot, window, text):
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    field = window.top_bar.search
    qtbot.waitUntil(field.hasFocus)
    type_chinese(field, text)
    return field


def test_search_goes_to_a_county_by_initials(qtbot, window, context):
    field = search(qtbot, window, "qionglai")
    assert field.found.entries[0].title == "邛崃市"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert context.selection.county == "510183"
    assert field.text() == ""


def test_search_goes_to_a_person(qtbot, window, context, workspace, settle):
    envoy = workspace.roster.envoys()[5]
    field = search(qtbot, window, envoy.name)
    assert field.found.entries[0].detail == envoy.organisation
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(context)
    assert window.current_key == "roster"
    assert window.pages["roster"].table.current_row().envoy.name == envoy.name


def test_search_goes_to_pages_and_actions(qtbot, window):
    field = search(qtbot, window, "shezhi")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.current_key == "settings"
    titles = {entry.title for entry in field.entries}
    assert {"导入名册", "导入需求", "帮助"} <= titles


def test_search_without_a_hit_does_nothing(qtbot, window):
    field = search(qtbot, window, "zzzzzz")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.current_key == "overview"


def test_control_f_goes_to_the_search_of_the_page(qtbot, window, context, settle):
    window.show_page("roster")
    settle(context)
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    qtbot.waitUntil(window.pages["roster"].search.hasFocus)


def test_pages_out_of_sight_catch_up_when_shown(window, context):
    window.show_page("plan")
    page = window.pages["plan"]
    assert page.told == [None]
    window.show_page("settings")
    context.publish(Changes(frozenset({Topic.PLANS}), "一"))
    context.publish(Changes(frozenset({Topic.ROSTER}), "二"))
    assert page.told == [None]
    window.show_page("plan")
    assert [bool(item and item.touches(Topic.PLANS)) for item in page.told] == [False, True]
    context.publish(Changes(frozenset({Topic.PLANS}), "三"))
    assert page.told[-1].description == "三"
    assert len(page.told) == 3


def test_errors_are_a_sentence_in_the_strip(qtbot, window, context):
    context.show_error(InputError("文件“a.xlsx”不存在，请重新选择。"))
    assert window.strip.isVisible()
    assert window.strip.text == "文件“a.xlsx”不存在，请重新选择。"
    qtbot.mouseClick(window.strip.close_button, Qt.MouseButton.LeftButton)
    assert not window.strip.isVisible()


def test_status_bar_shows_progress_and_stops(qtbot, window, context):
    strip = window.status.jobs
    assert not strip.isVisible()

    def work(handle):
        handle.report(Progress(3, 10, "三"))
        while not handle.cancelled():
            threading.Event().wait(0.005)

    context.jobs.start("慢活", work, lambda nothing: None)
    assert strip.isVisible()
    qtbot.waitUntil(lambda: strip.bar.value() == 3)
    assert strip.bar.maximum() == 10
    qtbot.mouseClick(strip.stop_button, Qt.MouseButton.LeftButton)
    assert "正在停止" in strip.title_label.text() or not strip.isVisible()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_quiet_jobs_are_not_shown(qtbot, window, context):
    gate = threading.Event()
    context.jobs.start("读", lambda handle: gate.wait(10), lambda nothing: None, quiet=True)
    assert not window.status.jobs.isVisible()
    gate.set()


def test_saving_is_told(window, context):
    context.publish(Changes(frozenset({Topic.ROSTER}), "导入名册"))
    assert window.status.currentMessage() == "导入名册"
    assert window.status.saved_label.text().startswith("已保存 ")
    assert window.status.path_label.full_text == str(context.workspace.path)


def test_help_opens_with_f1(qtbot, window):
    from ui.help import HelpDialog

    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert dialog is not None
    assert dialog.isVisible()
    text = "\n".join(part.text() for part in dialog.findChildren(QLabel))
    for topic in ("工作日历", "排前检查", "可替换人选", "Ctrl+K"):
        assert topic in text
    assert dialog.height() < 560, "a screen of 768 lines at 125 % has no more"
    dialog.accept()


def test_rail_collapses_and_remembers(qtbot, window, context):
    assert not window.rail.collapsed
    qtbot.mouseClick(window.rail.collapse_button, Qt.MouseButton.LeftButton)
    assert window.rail.collapsed
    assert context.preferences.text("rail") == "narrow"


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (1920, 1080), (960, 460)])
def test_nothing_is_clipped(qtbot, window, context, settle, size):
    window.resize(*size)
    for key in ("overview", "roster", "demands", "history", "settings"):
        window.show_page(key)
        settle(context)
        page = window.pages[key]
        assert (window.width(), window.height()) == size
        hint = page.minimumSizeHint()
        assert hint.width() <= page.width()
        assert hint.height() <= page.height()
        for button in page.findChildren(QToolButton):
            if button.isVisible():
                inside = button.mapTo(page, button.rect().bottomRight())
                assert page.rect().contains(inside), button.accessibleName()


def test_controls_have_names(window, context, settle):
    for key in ("overview", "roster", "demands", "history", "settings"):
        window.show_page(key)
    settle(context)
    for button in window.findChildren(QToolButton):
        # Qt's own parts (clear button, scroll buttons) name themselves.
        if button.objectName().startswith("qt_") or isinstance(button.parent(), QLineEdit):
            continue
        assert button.accessibleName() or button.text() or not button.isVisible()


def test_geometry_is_remembered(qtbot, window, context):
    window.resize(1234, 700)
    window.close()
    assert context.preferences.path.exists()
    assert not context.preferences.bytes("window/geometry").isEmpty()


def test_unknown_page_is_a_programming_error(window):
    with pytest.raises(KeyError):
        window.show_page("teams")
