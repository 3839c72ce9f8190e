"""Decisions about persons on the import page: kept values, likely twins, who is gone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from envoy_app.domain.import_choices import ImportBatch
from envoy_app.domain.imports import FieldChange, RowStatus
from envoy_app.services.import_changes import readable
from tests.ui.import_files import PEOPLE, changed, write_roster
from ui.imports.changes_tab import ChangesTab
from ui.imports.fields import field_kinds, field_name
from ui.imports.rivals_tab import compared
from ui.imports.sheet_facts import cell_place
from ui.imports.totals import FileTotals, result_text
from ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def done(settle, empty_context):
    return lambda: settle(empty_context)


@pytest.fixture
def page(qtbot, empty_context, done):
    window = MainWindow(empty_context)
    qtbot.addWidget(window)
    window.showNormal()
    window.resize(1366, 768)
    window.show_page("imports")
    done()
    return window.pages["imports"]


@pytest.fixture
def stored(page, done, tmp_path):
    """The page after the first roster was imported and put away."""
    page.add_files([write_roster(tmp_path / "示例县名册2025.xlsx", PEOPLE[:3])])
    done()
    page.session.apply()
    done()
    page.clear()
    done()
    return page


def read(page, done, path):
    page.add_files([path])
    done()


def press(qtbot, button):
    qtbot.waitUntil(button.isVisible)
    assert button.isEnabled(), button.toolTip()
    qtbot.mouseClick(button, LEFT)


def test_what_was_edited_here_is_kept_unless_ticked(qtbot, stored, done, tmp_path):
    roster = stored.context.workspace.roster
    envoy = next(item for item in roster.envoys() if item.name == "王一")
    roster.save(replace(envoy, organisation="手工改的单位"))
    people = changed(PEOPLE[:1], 0, 工作单位="文件中的新单位")
    read(stored, done, write_roster(tmp_path / "新名册.xlsx", people))
    assert stored.session.batch.files[0].report.count(RowStatus.UNCHANGED) == 1
    assert stored.foot.apply_button.toolTip() == "没有可以新增或更新的行"
    stored.side.setCurrentWidget(stored.side.changes)
    table = stored.side.changes.table
    (item,) = table.rows_model.rows
    assert item.change.kept
    assert "手工改的，保留不动" in item.tip
    table.selectRow(0)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Space)
    done()
    (item,) = table.rows_model.rows
    assert item.taken
    assert stored.foot.apply_button.text() == "导入 1 行"
    stored.session.apply()
    done()
    (envoy,) = (item for item in roster.envoys() if item.name == "王一")
    assert envoy.organisation == "文件中的新单位"


@pytest.mark.parametrize(("merged", "people"), [(True, 3), (False, 4)])
def test_a_likely_twin_is_merged_or_kept_apart(qtbot, stored, done, tmp_path, merged, people):
    twin = changed(PEOPLE[:1], 0, 联系电话="13900000001", 工作单位="示例县畜牧站")
    read(stored, done, write_roster(tmp_path / "补报.xlsx", twin))
    tab = stored.side.rivals
    assert stored.side.isTabVisible(stored.side.indexOf(tab))
    stored.side.setCurrentWidget(tab)
    done()
    (item,) = tab.table.rows_model.rows
    assert (item.who, item.decision) == ("王一", "")
    press(qtbot, tab.merge_button if merged else tab.keep_button)
    done()
    (item,) = tab.table.rows_model.rows
    assert item.decision == ("合并" if merged else "分开")
    stored.session.apply()
    done()
    assert len(stored.context.workspace.roster.envoys()) == people


def test_a_twin_in_another_file_is_compared_with_its_row(stored, done, tmp_path):
    one = changed(PEOPLE[:1], 0, 姓名="赵六", 联系电话="13900000077")
    other = changed(PEOPLE[:1], 0, 姓名="钱七", 联系电话="13900000077", 工作单位="示例县林业站")
    read(stored, done, write_roster(tmp_path / "甲.xlsx", one))
    read(stored, done, write_roster(tmp_path / "乙.xlsx", other))
    tab = stored.side.rivals
    stored.side.setCurrentWidget(tab)
    done()
    (item,) = tab.table.rows_model.rows
    record = stored.side._find(item.rival.record_id)
    assert record.place == "“甲.xlsx”第 3 行"
    lines = {name: (here, there) for name, here, there in compared(item.row, record, {})}
    assert lines["姓名"] == ("钱七", "赵六")
    assert lines["派出单位"] == ("示例县林业站", "示例县畜牧站")


def test_who_is_gone_is_asked_and_can_be_retired(qtbot, stored, done, tmp_path):
    read(stored, done, write_roster(tmp_path / "示例县名册2026.xlsx", [PEOPLE[0], PEOPLE[2]]))
    tab = stored.side.gone
    assert [item.name for item in stored.session.batch.gone] == ["李二"]
    stored.side.setCurrentWidget(tab)
    assert not tab.none_button.isEnabled()
    press(qtbot, tab.all_button)
    done()
    assert "退出 1" in stored.foot.summary.full_text
    tab.table.selectRow(0)
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Qt.Key.Key_Space)
    done()
    assert stored.session.batch.retired == frozenset()
    press(qtbot, tab.all_button)
    done()
    stored.session.apply()
    done()
    names = {envoy.name for envoy in stored.context.workspace.roster.envoys()}
    assert names == {"王一", "张三"}


def test_an_undo_that_would_lose_edits_offers_to_leave_them(qtbot, stored, done):
    roster = stored.context.workspace.roster
    envoy = next(item for item in roster.envoys() if item.name == "王一")
    roster.save(replace(envoy, remarks="后来补的"))
    history = stored.start.history
    history.refresh()
    done()
    history.table.selectRow(0)
    press(qtbot, history.undo_button)
    done()
    assert "王一" in stored.strip.text
    press(qtbot, stored.strip.way_out)
    done()
    assert [envoy.name for envoy in roster.envoys()] == ["王一"]


def test_an_empty_template_is_saved(stored, done, tmp_path):
    from envoy_app.domain.imports import ImportKind

    stored.start.save_template(ImportKind.ROSTER, tmp_path / "模板.xlsx")
    done()
    assert (tmp_path / "模板.xlsx").stat().st_size > 0


def test_nothing_to_change_says_so(qtbot):
    tab = ChangesTab()
    qtbot.addWidget(tab)
    assert tab.table.rows_model.rows == ()


@pytest.mark.parametrize(
    ("name", "place"), [("E7", (7, 5)), ("$AB$12", (12, 28)), ("A1:C3", (1, 1)), ("第 3 行", None)]
)
def test_names_of_cells(name, place):
    assert cell_place(name) == place


def test_the_result_tells_written_from_left():
    totals = FileTotals({RowStatus.NEW: 5, RowStatus.ERROR: 2}, 1, 0, 2, (), False)
    assert result_text(ImportBatch(), [totals]) == "已导入：新增 5；没有写入：有误 2 · 跳过 1"


def test_terms_of_service_are_told_in_words():
    change = FieldChange("levels", "", "S01：副高、S02：中级")
    (told,) = readable((change,), {"S01": "水稻", "S02": "小麦"})
    assert (field_name(told.field), told.new) == ("专业级别", "水稻：副高、小麦：中级")
    assert field_name("max_slots_week") == "每周最多（半天）"
    assert field_kinds("max_slots_week") == ("week",)
