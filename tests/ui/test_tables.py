from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.preferences import Preferences
from ui.search import matches, pinyin_keys, search_key
from ui.tables import RIGHT, Column, RowRole, RowsModel, RowsProxy, SortRole, TableView


@dataclass(frozen=True)
class Person:
    name: str
    visits: int


PEOPLE = (Person("单晓", 10), Person("王伟", 9), Person("=1+1", 100))
COLUMNS = [
    Column[Person]("name", "姓名", lambda row: row.name),
    Column[Person](
        "visits", "次数", lambda row: f"{row.visits} 次", sort=lambda row: row.visits, align=RIGHT
    ),
]


@pytest.fixture
def table(qtbot):
    made = TableView(COLUMNS, "人")
    qtbot.addWidget(made)
    made.set_rows(PEOPLE, [search_key(row.name) for row in PEOPLE])
    made.resize(400, 200)
    made.show()
    return made


def names(table):
    return [row.name for row in table.proxy.shown()]


def test_models_keep_qt_rules(qtmodeltester):
    model = RowsModel(COLUMNS, PEOPLE)
    qtmodeltester.check(model)
    proxy = RowsProxy(model)
    qtmodeltester.check(proxy)
    proxy.set_query("wang")
    qtmodeltester.check(proxy)


def test_roles(table):
    index = table.rows_model.index(1, 1)
    assert index.data() == "9 次"
    assert index.data(SortRole) == 9
    assert index.data(RowRole) == PEOPLE[1]
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) == RIGHT
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "9 次"
    header = table.rows_model.headerData(1, Qt.Orientation.Horizontal)
    assert header == "次数"


def test_a_click_on_the_header_sorts_by_value_not_by_text(qtbot, table):
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(1) + 10
    where = header.viewport().rect().topLeft()
    where.setX(x)
    where.setY(10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert names(table) == ["王伟", "单晓", "=1+1"]
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert names(table) == ["=1+1", "单晓", "王伟"]


@pytest.mark.parametrize("query", ["王", "wangwei", "ww", "WANG", "wang wei", "王 wei"])
def test_search_finds_by_characters_pinyin_and_initials(table, query):
    table.proxy.set_query(query)
    assert names(table) == ["王伟"]


def test_search_knows_other_readings():
    assert {"shanxiao", "danxiao", "sx", "dx"} <= set(pinyin_keys("单晓"))
    assert matches(search_key("单晓"), "shanx")
    assert not matches(search_key("单晓"), "wang")


def test_predicate_and_query_both_filter(table):
    table.proxy.set_predicate(lambda row: row.visits < 50)
    assert names(table) == ["单晓", "王伟"]
    table.proxy.set_query("ww")
    assert names(table) == ["王伟"]
    table.proxy.set_predicate(None)
    table.proxy.set_query("")
    assert len(names(table)) == 3


def test_copy_gives_visible_columns_and_no_formula(qtbot, table):
    table.selectAll()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table.copy_action.trigger()
    text = QGuiApplication.clipboard().text()
    assert text.split("\n") == ["姓名\t次数", "单晓\t10 次", "王伟\t9 次", "'=1+1\t100 次"]
    table.setColumnHidden(1, True)
    assert table.as_tsv(PEOPLE[:1]) == "姓名\n单晓"


def test_column_menu_hides_all_but_the_first(table):
    first, second = table.column_menu().actions()
    assert not first.isEnabled()
    second.trigger()
    assert table.isColumnHidden(1)


def test_current_row_survives_new_rows(table):
    assert table.choose(lambda row: row.name == "王伟")
    table.set_rows((Person("新", 1), *PEOPLE))
    assert table.current_row() == PEOPLE[1]


def test_clicks_tell_the_row(qtbot, table):
    where = table.visualRect(table.proxy.index(1, 0)).center()
    with qtbot.waitSignal(table.row_chosen) as told:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == [PEOPLE[1]]


def test_room_goes_to_flexible_columns_until_a_width_is_set_by_hand(qtbot):
    columns = [
        Column[Person]("name", "姓名", lambda row: row.name, width=100, flex=1),
        Column[Person]("visits", "次数", lambda row: str(row.visits), width=80),
        Column[Person]("more", "备注", lambda row: "", width=60),
    ]
    table = TableView(columns, "人")
    qtbot.addWidget(table)
    table.resize(500, 200)
    table.show()
    room = table.viewport().width()
    assert table.columnWidth(0) == 100 + room - 240
    table.resize(200, 200)
    assert table.columnWidth(0) == 65
    table.resize(500, 200)
    table.setColumnWidth(0, 120)
    table.resize(700, 200)
    assert table.columnWidth(0) == 120


def test_widths_are_remembered(qtbot, table, tmp_path):
    preferences = Preferences(tmp_path)
    table.setColumnWidth(0, 177)
    table.remember(preferences, "people")
    preferences.sync()
    other = TableView(COLUMNS, "人")
    qtbot.addWidget(other)
    other.restore(Preferences(tmp_path), "people")
    assert other.columnWidth(0) == 177


def test_widths_of_other_columns_are_not_taken(qtbot, table, tmp_path):
    preferences = Preferences(tmp_path)
    table.setColumnWidth(0, 177)
    table.remember(preferences, "people")
    other = TableView(COLUMNS[:1], "人")
    qtbot.addWidget(other)
    before = other.columnWidth(0)
    other.restore(preferences, "people")
    assert other.columnWidth(0) == before


def test_patched_rows_keep_selection_and_place(qtbot, table):
    table.choose(lambda row: row.name == "王伟")
    resets = []
    table.proxy.modelReset.connect(lambda: resets.append(1))
    changed = Person("王伟", 77)
    place = table.rows_model.rows.index(PEOPLE[1])
    table.rows_model.patch(
        {place: (changed, search_key("王伟"))}, [(Person("新来", 3), search_key("新来"))]
    )
    assert table.current_row() == changed
    assert table.selected_rows() == (changed,)
    assert names(table) == ["单晓", "王伟", "=1+1", "新来"]
    assert resets == []
    table.proxy.set_query("xinlai")
    assert names(table) == ["新来"]


def test_patched_rows_move_where_they_belong(table):
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["王伟", "单晓", "=1+1"]
    table.choose(lambda row: row.name == "王伟")
    table.rows_model.patch({1: (Person("王伟", 500), "王伟")}, [])
    assert names(table) == ["单晓", "=1+1", "王伟"]
    assert table.current_row() == Person("王伟", 500)
    assert table.currentIndex().row() == 2


def test_selection_survives_what_hides_other_rows(table):
    table.setColumnWidth(0, 177)
    table.choose(lambda row: row.name == "王伟")
    table.proxy.set_query("w")
    assert table.selected_rows() == (PEOPLE[1],)
    table.proxy.set_query("zzz")
    assert table.selected_rows() == ()
    table.proxy.set_query("")
    assert table.columnWidth(0) == 177
    assert len(names(table)) == 3


def test_sorting_asks_for_each_key_once(qtbot):
    asked = []

    def key(row):
        asked.append(row)
        return row.visits

    columns = [Column[Person]("visits", "次数", lambda row: str(row.visits), sort=key)]
    model = RowsModel(columns, [Person(str(n), -n) for n in range(200)])
    proxy = RowsProxy(model)
    proxy.sort(0, Qt.SortOrder.AscendingOrder)
    assert len(asked) == 200
    proxy.set_predicate(lambda row: row.visits % 2 == 0)
    proxy.set_predicate(None)
    assert len(asked) == 200
    assert [row.visits for row in proxy.shown()][:3] == [-199, -198, -197]


def test_a_sorted_model_keeps_qt_rules(qtmodeltester):
    model = RowsModel(COLUMNS, PEOPLE)
    proxy = RowsProxy(model)
    qtmodeltester.check(proxy)
    proxy.sort(1, Qt.SortOrder.DescendingOrder)
    model.patch({0: (Person("单晓", 1000), "")}, [(Person("新", 5), "")])
    proxy.set_query("1000")
    proxy.set_query("")
    model.set_rows(PEOPLE[:1])
    assert proxy.rowCount() == 1
