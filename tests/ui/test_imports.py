from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from ui.imports.dialog import ImportDialog

from envoy_app.domain.changes import Topic
from envoy_app.domain.errors import InputError
from envoy_app.domain.imports import ImportKind
from tests.ui.world import roster_report


@pytest.fixture
def dialog(qtbot, empty_context):
    made = ImportDialog(empty_context, ImportKind.ROSTER)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def imports(empty_workspace):
    return empty_workspace.imports


def read(dialog, settle, *names):
    dialog.read_files([Path(name) for name in names])
    settle(dialog._context)


def test_nothing_is_written_before_the_button(qtbot, dialog, imports, settle):
    assert dialog.windowTitle() == "导入名册"
    assert not dialog.apply_button.isVisible()
    read(dialog, settle, "名册.xlsx")
    assert imports.applied == []
    assert dialog.apply_button.text() == "导入 2 行"
    assert "新增 1" in dialog.summary.full_text
    assert "有误 1" in dialog.summary.full_text
    assert "有误的 1 行不会导入" in dialog.state_label.text()


def test_dropping_a_file_reads_it(qtbot, dialog, settle, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "名册.xlsx"))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.drop_area.dropEvent(event)
    settle(dialog._context)
    assert [report.file for report in dialog.reports] == ["名册.xlsx"]


def test_a_problem_leads_to_its_row(qtbot, dialog, settle):
    read(dialog, settle, "名册.xlsx")
    problems = dialog.view.problems
    where = problems.visualRect(problems.proxy.index(0, 5)).center()
    qtbot.mouseClick(problems.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert dialog.view.rows.current_row().values["name"] == "张三"
    texts = [problems.proxy.index(0, column).data() for column in range(6)]
    assert texts == [
        "名册",
        "7",
        "联系电话",
        "E7",
        "1380000",
        "电话应为 11 位数字，请核对。",
    ]


def test_only_rows_with_problems(qtbot, dialog, settle):
    read(dialog, settle, "名册.xlsx")
    assert dialog.view.rows.proxy.rowCount() == 3
    dialog.only_problems.click()
    assert [row.row for row in dialog.view.rows.proxy.shown()] == [7]
    dialog.only_problems.click()
    assert dialog.view.rows.proxy.rowCount() == 3


def test_applying_writes_once_and_tells_the_window(qtbot, dialog, imports, settle):
    read(dialog, settle, "名册.xlsx")
    with qtbot.waitSignal(dialog._context.changed) as told:
        qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert told.args[0].touches(Topic.ROSTER)
    assert imports.applied == [roster_report()]
    assert not dialog.apply_button.isEnabled()
    assert dialog.state_label.text().startswith("已导入")
    dialog.apply()
    assert len(imports.applied) == 1


def test_a_bad_file_is_one_sentence_and_the_good_one_stays(qtbot, dialog, settle):
    read(dialog, settle, "名册.xlsx", "旧名册.doc")
    assert "“旧名册.doc”不是 .xlsx 工作簿" in dialog.strip.text
    assert [report.file for report in dialog.reports] == ["名册.xlsx"]
    assert dialog.stack.currentWidget() is dialog.view


def test_an_error_leaves_the_drop_area(qtbot, dialog, imports, settle):
    imports.error = InputError("没有找到表头")
    read(dialog, settle, "名册.xlsx")
    assert dialog.strip.text == "没有找到表头"
    assert dialog.stack.currentWidget() is dialog.drop_area
    assert dialog.drop_area.choose_button.isEnabled()


def test_a_failed_write_says_so_and_can_be_repeated(qtbot, dialog, imports, settle, monkeypatch):
    read(dialog, settle, "名册.xlsx")

    def fail(report):
        raise InputError("名册已被他人修改，请重新读取文件。")

    monkeypatch.setattr(imports, "apply", fail)
    dialog.apply()
    settle(dialog._context)
    assert dialog.strip.text == "名册已被他人修改，请重新读取文件。"
    assert dialog.apply_button.isEnabled()


def test_closing_while_reading_drops_the_result(qtbot, dialog, settle):
    dialog.read_files([Path("名册.xlsx")])
    dialog.close()
    settle(dialog._context)
    assert dialog.reports == ()


def test_a_demand_file_shows_its_own_columns(qtbot, dialog, settle):
    from dataclasses import replace

    from envoy_app.domain.imports import ImportRow, RowStatus

    row = ImportRow("需求", 4, RowStatus.NEW, {"county": "510183", "content": "柑橘修剪"})
    report = replace(roster_report(), kind=ImportKind.DEMAND, rows=(row,))
    dialog._take(([report], []))
    table = dialog.view.rows
    texts = {
        column.key: table.proxy.index(0, place).data()
        for place, column in enumerate(table.rows_model.columns)
    }
    assert texts["county"] == "邛崃"
    assert texts["content"] == "柑橘修剪"
