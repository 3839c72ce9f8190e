"""The coverage standard as a grid: typing, clipboard, fields, copying, going back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from tests.ui.world import type_chinese
from ui.demands_home import DemandsHome
from ui.parts import SearchBox
from ui.standards.grid import StandardsGrid
from ui.standards.model import FIRST_SPECIALTY, LEAST, TOTAL, StandardsModel
from ui.standards.page import StandardsPage
from ui.standards.preview_dialog import CopyDialog, DefaultsDialog

JINJIANG, QINGYANG = "510104", "510105"


@pytest.fixture
def page(qtbot, context, settle):
    made = StandardsPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    context.changed.connect(made.refresh)
    settle(context)
    return made


def choose(page, county, specialty):
    index = page.model.place((county, specialty))
    page.grid.clearSelection()
    page.grid.setCurrentIndex(index)
    return index


def stored(page, county, specialty):
    return page.context.workspace.standards.table().lines.get((county, specialty))


def edits(page):
    found = page.context.workspace.history.undoable()
    return [change for change in found if change.description.startswith("修改覆盖标准")]


def test_the_model_keeps_the_rules_of_models(qtmodeltester, page, context):
    qtmodeltester.check(page.model)
    reference = context.workspace.reference
    qtmodeltester.check(StandardsModel(reference.gazetteer().counties, reference.vocabulary()))


def test_the_grid_shows_what_is_stored(page):
    table = page.context.workspace.standards.table()
    for row, county in enumerate(page.model.counties):
        assert page.model.index(row, TOTAL).data() == str(table.visits_of(county.code))
        assert page.model.index(row, LEAST).data() == str(table.least_of(county.code))
    for cell, line in table.lines.items():
        assert page.model.place(cell).data() == str(line.visits_per_month)
    shown = [
        code
        for number, code in enumerate(page.model.specialties, start=FIRST_SPECIALTY)
        if not page.grid.isColumnHidden(number)
    ]
    assert set(shown) == {specialty for _, specialty in table.lines}
    page.all_box.setChecked(True)
    assert not any(map(page.grid.isColumnHidden, range(page.model.columnCount())))


def test_typing_a_number_stores_it_and_goes_down(qtbot, page, settle):
    index = choose(page, JINJIANG, "S13")
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_7)
    editor = page.grid.viewport().findChild(QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: index.data() == "7")
    assert stored(page, JINJIANG, "S13").visits_per_month == 7
    below = index.siblingAtRow(index.row() + 1)
    qtbot.waitUntil(lambda: page.grid.currentIndex() == below)
    (change, *_) = page.context.workspace.history.undoable()
    assert change.description == "修改覆盖标准：锦江·花木园林与林竹"


def test_delete_takes_a_specialty_from_a_county_and_undo_brings_it_back(qtbot, page, settle):
    before = stored(page, JINJIANG, "S13")
    index = choose(page, JINJIANG, "S13")
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    settle(page.context)
    assert stored(page, JINJIANG, "S13") is None
    assert index.data() == ""
    page.context.publish(page.context.workspace.history.undo())
    settle(page.context)
    assert stored(page, JINJIANG, "S13") == before
    assert index.data() == str(before.visits_per_month)


def test_the_least_visits_are_typed_too(page, settle):
    page.model.setData(page.model.index(0, LEAST), "9")
    settle(page.context)
    county = page.model.counties[0].code
    assert page.context.workspace.standards.table().least_of(county) == 9
    assert not page.model.setData(page.model.index(0, LEAST), "many")
    assert not page.model.flags(page.model.index(0, TOTAL)) & Qt.ItemFlag.ItemIsEditable


def test_edits_made_fast_are_all_stored_in_their_order(page, settle):
    for number in (5, 6, 3):
        page.model.setData(page.model.place((JINJIANG, "S13")), str(number))
    page.model.setData(page.model.place((QINGYANG, "S25")), "1")
    settle(page.context)
    assert stored(page, JINJIANG, "S13").visits_per_month == 3
    assert stored(page, QINGYANG, "S25").visits_per_month == 1
    assert len(edits(page)) == 4


def test_a_block_goes_to_excel_and_back(page, settle):
    first, last = page.model.place((JINJIANG, "S23")), page.model.place((QINGYANG, "S25"))
    selection = page.grid.selectionModel()
    for row in (first.row(), last.row()):
        for column in range(first.column(), last.column() + 1):
            selection.select(page.model.index(row, column), selection.SelectionFlag.Select)
    page.grid.copy()
    head, *lines = QGuiApplication.clipboard().text().split("\n")
    assert head.split("\t")[0] == "县"
    assert [line.split("\t")[0] for line in lines] == ["锦江", "青羊"]
    before = {cell: index.data() for cell, index in _block(page, first, last).items()}
    changed = "\n".join([head, *(line.replace("3", "6") for line in lines)])
    page.grid.paste(changed)
    settle(page.context)
    now = {cell: index.data() for cell, index in _block(page, first, last).items()}
    assert now == {cell: text.replace("3", "6") for cell, text in before.items()}
    assert now != before
    assert len(edits(page)) == 1


def _block(page, first, last):
    return {
        (row, column): page.model.index(row, column)
        for row in range(first.row(), last.row() + 1)
        for column in range(first.column(), last.column() + 1)
    }


def test_one_number_fills_all_that_is_selected_and_words_fill_nothing(page, settle):
    for specialty in ("S13", "S25"):
        index = page.model.place((JINJIANG, specialty))
        selection = page.grid.selectionModel()
        selection.select(index, selection.SelectionFlag.Select)
    page.grid.paste("水稻")
    settle(page.context)
    assert edits(page) == []
    page.grid.paste("2\n")
    settle(page.context)
    found = [stored(page, JINJIANG, code).visits_per_month for code in ("S13", "S25")]
    assert found == [2, 2]


def test_the_fields_of_the_selection(page, settle):
    choose(page, JINJIANG, "S13")
    combo = page.panel.combos["headcount"]
    assert page.panel.title_label.text() == "锦江 · 花木园林与林竹"
    assert combo.currentText() == "2 人"
    combo.setCurrentIndex(combo.findData(4))
    combo.activated.emit(combo.currentIndex())
    settle(page.context)
    assert stored(page, JINJIANG, "S13").headcount == 4
    page.grid.selectRow(page.model.place((JINJIANG, "S13")).row())
    assert combo.currentIndex() == -1
    assert combo.placeholderText() == "不同"
    assert "选中的 4 项" in page.panel.hint_label.text()


def test_a_value_that_makes_no_sense_is_told_and_the_grid_shows_what_is_stored(page, settle):
    told = []
    page.context.error_shown.connect(told.append)
    choose(page, JINJIANG, "S13")
    page.panel.field_chosen.emit("required", 9)
    settle(page.context)
    assert told == ["锦江·花木园林与林竹的必保场次 9 多于每月场次 4，请改小。"]
    assert stored(page, JINJIANG, "S13").required == 2


def test_a_county_is_copied_to_others(qtbot, page, settle):
    assert "先在表中选" in page.copy_button.toolTip()
    page.grid.selectRow(page.model.place((JINJIANG, "S13")).row())
    qtbot.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(CopyDialog)
    assert not dialog.apply_button.isEnabled()
    item = next(
        item for item in dialog._items() if item.data(Qt.ItemDataRole.UserRole).code == QINGYANG
    )
    item.setCheckState(Qt.CheckState.Checked)
    assert dialog.changes.rows_model.rowCount() == len(dialog.edits.lines) > 0
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    settle(page.context)
    table = page.context.workspace.standards.table()
    here, there = (
        {
            code: line.visits_per_month
            for (county, code), line in table.lines.items()
            if county == wanted
        }
        for wanted in (JINJIANG, QINGYANG)
    )
    assert here == there


def test_one_specialty_is_copied_to_the_counties_found(page, settle):
    choose(page, JINJIANG, "S24")
    page.ask_copy()
    (dialog,) = page.findChildren(CopyDialog)
    type_chinese(dialog.findChild(SearchBox), "qy")
    seen = [item.text() for item in dialog._items() if not item.isHidden()]
    assert "成都 青羊" in seen
    dialog._check(same_city=False)
    assert {cell[1] for cell in dialog.edits.lines} == {"S24"}
    assert dialog.edits.minimums == {}
    dialog.reject()


def test_the_shipped_standard_comes_back_after_a_look(qtbot, page, settle):
    before = stored(page, JINJIANG, "S13")
    page.model.setData(page.model.place((JINJIANG, "S13")), "9")
    settle(page.context)
    choose(page, JINJIANG, "S13")
    qtbot.mouseClick(page.default_button, Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(DefaultsDialog)
    (row,) = dialog.changes.rows_model.rows
    assert (row.before, row.after) == ("每月 9 场", "每月 4 场")
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    settle(page.context)
    assert stored(page, JINJIANG, "S13") == before


def test_the_county_of_the_window_is_shown(page):
    page.context.selection.county = QINGYANG
    assert page.grid.chosen_counties() == (QINGYANG,)


def test_both_pages_stand_under_tabs_and_hear_of_changes(qtbot, context, settle):
    home = DemandsHome(context)
    qtbot.addWidget(home)
    home.resize(1200, 680)
    home.refresh(None)
    home.show()
    context.changed.connect(home.refresh)
    settle(context)
    assert home.focus_search()
    home.tabs.setCurrentIndex(1)
    settle(context)
    page = home.part
    assert isinstance(page, StandardsPage)
    assert isinstance(home.start_focus(), StandardsGrid)
    home.tabs.setCurrentIndex(0)
    service = context.workspace.standards
    context.publish(service.save(service.visits(service.table(), {(JINJIANG, "S13"): 8})))
    settle(context)
    index = page.model.place((JINJIANG, "S13"))
    assert index.data() == "4"
    home.tabs.setCurrentIndex(1)
    settle(context)
    assert index.data() == "8"
    home.remember()


def test_the_tab_is_found_again_after_a_crash(qtbot, context, settle):
    homes = []
    for _ in range(2):
        home = DemandsHome(context)
        qtbot.addWidget(home)
        home.refresh(None)
        settle(context)
        homes.append(home)
    first, again = homes
    type_chinese(first.parts[0].search, "冬剪")
    first_words = first.whereabouts()
    first.tabs.setCurrentIndex(1)
    again.go_back(first_words)
    assert again.tabs.currentIndex() == 0
    assert again.parts[0].search.text() == "冬剪"
    again.go_back(first.whereabouts())
    assert again.tabs.currentIndex() == 1
    for rubbish in ({}, {"tab": 9}, {"tab": "x", "part": 3}, {"tab": 1, "part": 3}):
        again.go_back(rubbish)
    assert again.tabs.currentIndex() == 1
    settle(context)
