from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import UndoConflict
from envoy_app.domain.history import ChangeDetails, ChangeKind, HistoryEntry, HistoryFilter
from envoy_app.domain.people import Envoy
from tests.ui.history_fakes import FakeHistory, change, record
from ui.demands.page import DemandsPage
from ui.history.details_model import DetailsModel
from ui.history.model import PAGE_ROWS, HistoryModel
from ui.history.page import HistoryView
from ui.history_question import HistoryQuestion
from ui.history_words import KIND_GROUPS, kind_name, moment
from ui.parts import LinkButton
from ui.roster.page import RosterPage
from ui.tables import RowsProxy

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def history(workspace):
    workspace.history = FakeHistory([change(number) for number in range(500, 0, -1)])
    return workspace.history


@pytest.fixture
def page(qtbot, context, history, settle):
    made = HistoryView(context)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    made.refresh(None)
    made.show()
    settle(context)
    return made


@pytest.fixture
def done(settle, context):
    return lambda: settle(context)


def shown(page):
    return [entry.change.number for entry in page.table.proxy.shown()]


def pick(qtbot, page, row):
    place = page.table.visualRect(page.table.proxy.index(row, 2)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)


def wait_for_filter(qtbot, page, done):
    qtbot.waitUntil(lambda: not page.filters._timer.isActive())
    done()


# Models --------------------------------------------------------------------------------------


def entries(first, last):
    return [HistoryEntry(change(number), 1, ("张三",)) for number in range(first, last, -1)]


def test_models_keep_qt_rules(qtmodeltester):
    model = HistoryModel()
    model.start(entries(50, 40), 30)
    qtmodeltester.check(model)
    qtmodeltester.check(RowsProxy(model))
    tree = DetailsModel()
    qtmodeltester.check(tree)
    tree.show(ChangeDetails(change(1), (record(), record("e2", fields=()), record("e3")), 3))
    qtmodeltester.check(tree)


def test_more_is_asked_for_once_and_nothing_is_shown_twice():
    model = HistoryModel()
    asked = []
    model.more_wanted.connect(lambda: asked.append(1))
    model.start(entries(50, 40), 20)
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert not model.canFetchMore(QModelIndex())
    assert asked == [1]
    model.append(entries(42, 34), 22)  # two changes were made meanwhile
    assert [entry.change.number for entry in model.rows] == list(range(50, 34, -1))
    assert model.canFetchMore(QModelIndex())
    model.append(entries(42, 40), 22)
    assert not model.canFetchMore(QModelIndex())


def test_texts():
    at = datetime(2026, 12, 3, 14, 20).astimezone()
    assert moment(at, at) == "12-03 周四 14:20"
    assert moment(at, at.replace(year=2027)) == "2026-12-03 周四 14:20"
    assert {kind for group in KIND_GROUPS for kind in group} == set(ChangeKind)
    assert all(kind_name(kind) != kind.value for kind in ChangeKind)


# The table -----------------------------------------------------------------------------------


def test_the_newest_come_first_and_the_rest_while_scrolling(qtbot, page, history, done):
    assert shown(page) == list(range(500, 500 - PAGE_ROWS, -1))
    assert page.count_label.text() == "共 500 次改动"
    for loaded in (2 * PAGE_ROWS, 500):
        page.table.scrollToBottom()
        qtbot.waitUntil(lambda loaded=loaded: page.table.proxy.rowCount() == loaded)
        done()
    assert shown(page) == list(range(500, 0, -1))
    assert [(offset, limit) for _, offset, limit in history.pages] == [
        (0, PAGE_ROWS),
        (PAGE_ROWS, PAGE_ROWS),
        (2 * PAGE_ROWS, PAGE_ROWS),
    ]


def test_a_change_keeps_what_was_loaded_and_chosen(qtbot, page, history, context, done):
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.table.proxy.rowCount() > PAGE_ROWS)
    done()
    page.table.choose(lambda entry: entry.change.number == 150)
    done()
    history.changes.insert(0, change(501))
    page.refresh(Changes(frozenset({Topic.ROSTER}), "改"))
    done()
    assert shown(page)[0] == 501
    assert page.table.current_row().change.number == 150
    assert page.details.change.number == 150


def test_columns_say_time_person_what_and_state(page, history, context, done):
    history.changes[0] = change(
        500, at=datetime(2026, 12, 3, 6, 20, tzinfo=UTC), reason="电话要求", undone=True
    )
    page.refresh(None)
    done()
    cells = {
        column.key: page.table.proxy.index(0, place).data()
        for place, column in enumerate(page.model.columns)
    }
    assert cells["time"] == moment(datetime(2026, 12, 3, 6, 20, tzinfo=UTC))
    assert (cells["who"], cells["what"]) == ("王协调", "第 500 次改动")
    assert (cells["why"], cells["records"], cells["state"]) == ("电话要求", "1", "已撤销")
    tip = page.table.proxy.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "第 500 次改动\n张三"


def test_rows_are_copied_for_excel(qtbot, page):
    pick(qtbot, page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_C, CONTROL)
    title, line = QGuiApplication.clipboard().text().split("\n")
    assert title.split("\t") == ["时间", "操作人", "内容", "原因", "记录数", "状态"]
    assert line.split("\t")[1:3] == ["王协调", "第 500 次改动"]


# Filters -------------------------------------------------------------------------------------


def test_kinds_and_people_filter(page, done):
    page.filters.kind.choose(str(KIND_GROUPS.index((ChangeKind.IMPORT,))))
    page.filters.who.choose("李管理")
    done()
    found = page.table.proxy.shown()
    assert found
    assert {(entry.change.kind, entry.change.who) for entry in found} == {("import", "李管理")}
    assert page.count_label.text() == f"共 {len(found)} 次改动"


def test_undo_and_redo_are_one_kind(page, done):
    page.filters.kind.choose(str(KIND_GROUPS.index((ChangeKind.UNDO, ChangeKind.REDO))))
    assert page.filters.kind.currentText() == "撤销/恢复"
    assert page.filters.value.kinds == {"undo", "redo"}
    done()


def test_typing_searches_after_a_pause(qtbot, page, history, done):
    before = len(history.pages)
    qtbot.keyClicks(page.search, "499")
    wait_for_filter(qtbot, page, done)
    assert shown(page) == [499]
    assert len(history.pages) == before + 1
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    wait_for_filter(qtbot, page, done)
    assert len(shown(page)) == PAGE_ROWS


def test_days_are_asked_for_only_where_wanted(qtbot, page, done):
    assert not page.filters.start.isVisible()
    page.filters.period.choose("own")
    assert page.filters.start.isVisible()
    page.filters.start.setDate(date(2026, 9, 20))
    page.filters.end.setDate(date(2026, 9, 1))
    wait_for_filter(qtbot, page, done)
    value = page.filters.value
    assert (value.start, value.end) == (date(2026, 9, 1), date(2026, 9, 20))
    days = {entry.change.at.astimezone().date() for entry in page.table.proxy.shown()}
    assert min(days) >= value.start
    assert max(days) <= value.end
    page.filters.period.choose("week")
    done()
    assert not page.filters.start.isVisible()
    assert page.filters.value.start == datetime.now().astimezone().date() - timedelta(days=6)
    page.filters.period.choose("")
    done()
    assert page.filters.value == HistoryFilter()


def test_nothing_found_offers_to_clear(qtbot, page, done):
    page.search.setText("没有这样的改动")
    wait_for_filter(qtbot, page, done)
    assert page.lists.currentIndex() == 1
    clear = page.lists.currentWidget().findChild(type(page.details.turn_button))
    qtbot.mouseClick(clear, LEFT)
    done()
    assert page.lists.currentIndex() == 0
    assert len(shown(page)) == PAGE_ROWS


def test_an_empty_history_says_what_will_be_here(qtbot, context, workspace, done):
    workspace.history = FakeHistory()
    page = HistoryView(context)
    qtbot.addWidget(page)
    page.refresh(None)
    page.show()
    done()
    texts = [part.text() for part in page.findChildren(QLabel) if part.isVisible()]
    assert "还没有改动" in texts


# Details -------------------------------------------------------------------------------------


def lines(page):
    model = page.details.model
    found = []
    for row in range(model.rowCount()):
        top = model.index(row, 0)
        found.append(top.data())
        found += [
            [model.index(place, column, top).data() for column in range(3)]
            for place in range(model.rowCount(top))
        ]
    return found


def test_details_show_every_field_before_and_after(qtbot, page, done):
    pick(qtbot, page, 3)
    done()
    assert page.details.title_label.text() == "第 497 次改动"
    assert "李管理" in page.details.facts_label.text()
    assert lines(page) == [
        "修改  特派员“张三”",
        ["职称", "农艺师", "高级农艺师"],
        ["备注", "（空）", "带队 三年"],
    ]
    assert page.details.count_label.text() == "改动了 1 条记录"


def test_of_many_records_the_first_are_listed(qtbot, page, history, done):
    history.records = tuple(record(f"e{number}") for number in range(512))
    pick(qtbot, page, 0)
    done()
    assert page.details.model.rowCount() == 300
    assert page.details.count_label.text() == "改动了 512 条记录，这里列出前 300 条"


def test_any_step_can_be_undone_and_done_again(qtbot, page, history, context, done):
    page.table.choose(lambda entry: entry.change.number == 497)
    done()
    button = page.details.turn_button
    assert button.text() == "撤销这一步"
    qtbot.mouseClick(button, LEFT)
    done()
    page.refresh(None)
    done()
    assert history.turned == [("c497", True, False)]
    assert page.table.current_row().change.undone
    assert button.text() == "恢复这一步"
    qtbot.mouseClick(button, LEFT)
    done()
    assert history.turned[-1] == ("c497", False, False)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ChangeKind.UNDO, "这一步本身就是撤销"),
        (ChangeKind.REDO, "这一步本身就是撤销"),
        (ChangeKind.RESTORE, "恢复备份不能这样撤销"),
    ],
)
def test_steps_that_are_none_say_why(qtbot, page, history, done, kind, words):
    history.changes[0] = change(500, kind=kind.value)
    page.refresh(None)
    done()
    pick(qtbot, page, 0)
    done()
    assert not page.details.turn_button.isEnabled()
    assert page.details.turn_button.toolTip().startswith(words)


def test_a_conflict_is_told_by_the_keeper(qtbot, page, history, context, done):
    history.error = UndoConflict("张三后来又改过。", ("特派员“张三”",), 4)
    pick(qtbot, page, 3)
    done()
    told = []
    context.undo.conflicted.connect(told.append)
    qtbot.mouseClick(page.details.turn_button, LEFT)
    done()
    assert [(item.change.id, item.again, item.error.rest) for item in told] == [("c497", False, 4)]
    assert page.details.turn_button.isEnabled()


def test_a_record_that_is_there_is_gone_to(qtbot, page, history, context, workspace, done):
    envoy = workspace.roster.envoys()[2]
    history.records = (record(envoy.id), record("gone"))
    pick(qtbot, page, 3)
    done()
    went = []
    context.part_requested.connect(lambda key, part: went.append(key))
    qtbot.mouseClick(page.details.go_button, LEFT)
    assert went == ["roster"]
    assert context.selection.envoy == envoy.id
    page.details.tree.setCurrentIndex(page.details.model.index(1, 0))
    assert not page.details.go_button.isEnabled()
    assert page.details.go_button.toolTip() == "这条记录现在已经不在了"


def test_a_demand_is_gone_to_even_if_filtered_out(qtbot, page, history, context, workspace, done):
    demands = DemandsPage(context)
    qtbot.addWidget(demands)
    demands.refresh(None)
    demands.show()
    done()
    wanted = workspace.demands.demands()[4]
    demands.table.choose(lambda row: row.demand.id == wanted.id)
    demands.search.setText("没有这样的需求")
    history.records = (record(wanted.id, "指导", "demand"),)
    pick(qtbot, page, 3)
    done()
    qtbot.mouseClick(page.details.go_button, LEFT)
    done()
    assert demands.table.current_row().demand.id == wanted.id
    assert demands.search.text() == ""


def test_an_envoy_who_comes_back_is_gone_to(qtbot, context, workspace, done):
    roster = RosterPage(context)
    qtbot.addWidget(roster)
    roster.refresh(None)
    roster.show()
    done()
    roster.search.setText("没有这样的人")
    context.publish(workspace.roster.add([Envoy(id="back", name="回来的人")]))
    roster.refresh(None)
    context.selection.envoy = "back"
    done()
    assert roster.table.current_row().envoy.name == "回来的人"
    assert roster.search.text() == ""


def test_the_lines_of_details_are_copied(qtbot, page, done):
    pick(qtbot, page, 3)
    done()
    page.details.tree.selectAll()
    page.details.tree.setFocus()
    qtbot.keyClick(page.details.tree, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text().split("\n")[:2] == [
        "修改  特派员“张三”",
        "职称：农艺师 → 高级农艺师",
    ]


@pytest.mark.parametrize("width", [960 - 48, 1093 - 48])
def test_all_controls_fit_a_narrow_window(page, done, width):
    page.ask(HistoryQuestion(Topic.DEMANDS, "e1", "服务需求“育苗与定植技术指导和现场示范”"))
    page.filters.period.choose("own")
    done()
    assert page.minimumSizeHint().width() <= width
    assert page.record_chip.text().endswith("…")
    assert "育苗与定植技术指导和现场示范" in page.record_chip.toolTip()


# One record ----------------------------------------------------------------------------------


def test_the_history_of_one_record(qtbot, page, history, done):
    page.ask(HistoryQuestion(Topic.ROSTER, "e1", "张三"))
    done()
    assert page.record_chip.isVisible()
    assert page.record_chip.text() == "只看 张三"
    assert len(shown(page)) == 500
    page.filters.who.choose("王协调")
    done()
    assert len(shown(page)) == 250
    qtbot.mouseClick(page.record_chip, LEFT)
    done()
    assert not page.record_chip.isVisible()
    assert page.filters.value == HistoryFilter()


def test_the_record_of_a_change_leads_to_its_history(qtbot, page, history, done):
    pick(qtbot, page, 3)
    done()
    qtbot.mouseClick(page.details.record_button, LEFT)
    done()
    assert page.record_chip.text() == "只看 特派员“张三”"
    assert history.asked[-1][:2] == (Topic.ROSTER, "e1")


@pytest.mark.parametrize("many", [True, False])
def test_an_envoy_shows_his_newest_changes(qtbot, context, workspace, done, many):
    envoy = workspace.roster.envoys(include_inactive=True)[0]
    numbers = range(8, 0, -1) if many else range(2, 0, -1)
    workspace.history = FakeHistory([change(n) for n in numbers], [record(envoy.id)])
    page = RosterPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.refresh(None)
    page.show()
    done()
    page.table.selectRow(0)
    done()
    texts = [part.text() for part in page.details.findChildren(QLabel)]
    assert texts.count("职称：农艺师 → 高级农艺师") == min(5, len(numbers))
    asked = []
    context.history_requested.connect(asked.append)
    (link,) = [
        part for part in page.details.findChildren(LinkButton) if "历史" in part.accessibleName()
    ]
    link.click()
    assert asked == [HistoryQuestion(Topic.ROSTER, envoy.id, envoy.name)]


def test_a_record_left_behind_is_not_written_into(qtbot, context, workspace, done):
    workspace.history = FakeHistory([change(1)])
    page = RosterPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.refresh(None)
    page.show()
    done()
    for row in range(6):
        page.table.selectRow(row)
    done()
    assert page.details.isVisible()


def test_an_undone_change_stays_marked_in_the_record(qtbot, context, workspace, done):
    envoy = workspace.roster.envoys(include_inactive=True)[0]
    changes = [replace(change(2), undone=True), change(1)]
    workspace.history = FakeHistory(changes, [record(envoy.id)])
    page = RosterPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.refresh(None)
    page.show()
    done()
    page.table.selectRow(0)
    done()
    full = [getattr(part, "full_text", "") for part in page.details.findChildren(QLabel)]
    assert sum("已撤销" in text for text in full) == 1
