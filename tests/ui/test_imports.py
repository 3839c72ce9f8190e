"""The import page with the real services: from a dropped file to what is stored, and back."""

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QToolButton

from envoy_app.domain.imports import ImportKind, RowStatus
from tests.ui.import_files import HEADINGS, PEOPLE, changed, write_roster
from tests.ui.world import type_chinese
from ui.imports.sheet_facts import CellState, RowFilter, RowMark
from ui.imports.sheet_model import HeadingRole, MarkRole, SheetModel, StateRole
from ui.main_window import MainWindow

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, empty_context, settle):
    made = MainWindow(empty_context)
    qtbot.addWidget(made)
    made.showNormal()
    made.resize(1366, 768)
    made.show_page("imports")
    settle(empty_context)
    return made


@pytest.fixture
def page(window):
    return window.pages["imports"]


@pytest.fixture
def roster(tmp_path):
    return write_roster(tmp_path / "示例县名册.xlsx")


@pytest.fixture
def done(settle, empty_context):
    return lambda: settle(empty_context)


@pytest.fixture
def loaded(page, roster, done):
    page.add_files([roster])
    done()
    return page


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = QPointF(300, 300), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(300, 300), action, data, LEFT, NO_KEYS)
    QApplication.sendEvent(window, enter)
    assert window.drop_hint.isVisible()
    QApplication.sendEvent(window, QDropEvent(place, action, data, LEFT, NO_KEYS))
    assert not window.drop_hint.isVisible()


def press(qtbot, button):
    qtbot.waitUntil(button.isVisible)
    assert button.isEnabled(), button.toolTip()
    qtbot.mouseClick(button, LEFT)


def type_over(qtbot, view, row, column, text):
    assert view.go_to(row, column)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    if text:
        type_chinese(editor, text)
    else:
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.sheet_model.text(row, column) == text)


def choose(menu, text):
    (action,) = [item for item in menu.actions() if item.text() == text]
    assert action.isEnabled()
    action.trigger()


def mark(page, row):
    return page.sheet.view.sheet_model.mark(row).mark


def state(page, row, column):
    model = page.sheet.view.sheet_model
    return CellState(model.place(row, column).data(StateRole))


# Coming in --------------------------------------------------------------------------------


def test_files_dropped_anywhere_on_the_window_are_read(window, roster, done):
    window.show_page("overview")
    done()
    drop(window, roster)
    done()
    page = window.pages["imports"]
    assert window.current_key == "imports"
    assert page.foot.summary.full_text == "新增 3 · 有误 1 · 跳过 1"
    assert page.foot.apply_button.text() == "导入 3 行"
    assert window.context.workspace.roster.envoys() == ()


def test_a_folder_is_searched_and_a_bad_file_is_one_sentence(page, roster, done, tmp_path, qtbot):
    (tmp_path / "坏的.xlsx").write_bytes(b"")
    page.add_files([tmp_path])
    done()
    assert len(page.session.batch.files) == 1
    (refused,) = page.session.batch.refused
    assert "坏的.xlsx" in refused.sentence
    tree = page.files.tree
    tree.setCurrentItem(tree.topLevelItem(1))
    assert page.middle.currentWidget() is page.refused
    assert page.refused.sentence_label.text() == refused.sentence
    assert page.foot.annotate_button.toolTip() == "先在左边选一个文件"
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert page.session.batch.refused == ()
    assert page.middle.currentWidget() is page.sheet


def test_only_bad_files_leave_their_sentence(page, done, tmp_path):
    bad = tmp_path / "坏的.xlsx"
    bad.write_bytes(b"")
    page.add_files([bad])
    done()
    assert page.stack.currentIndex() == 1
    assert page.foot.apply_button.toolTip() == "没有可以新增或更新的行"
    page.files.remove_current()
    assert page.stack.currentIndex() == 0


def test_a_copied_table_is_pasted_with_control_v(qtbot, page, done, tmp_path):
    QGuiApplication.clipboard().setText("姓名\t工作单位\t联系电话\n王一\t示例站\t1380000\n")
    page.start.drop_area.choose_button.setFocus()
    qtbot.keyClick(page.start.drop_area.choose_button, Qt.Key.Key_V, CONTROL)
    done()
    (file,) = page.session.batch.files
    assert file.name.startswith("粘贴的表格")
    assert page.foot.apply_button.text() == "导入 1 行"
    assert page.foot.annotate_button.isEnabled()
    page.save_annotated(0, tmp_path / "发回.xlsx")
    done()
    assert "粘贴的表格没有原文件" in page.result.text_label.text()
    assert (tmp_path / "发回.xlsx").stat().st_size > 0


def test_nothing_to_paste_is_said(qtbot, page):
    QGuiApplication.clipboard().setText("柑橘")
    press(qtbot, page.start.drop_area.paste_button)
    assert page.strip.text.startswith("剪贴板里没有表格")


def test_a_clipboard_without_data_is_like_an_empty_one(qtbot, page, monkeypatch):
    monkeypatch.setattr(QClipboard, "mimeData", lambda clipboard: None)
    press(qtbot, page.start.drop_area.paste_button)
    assert page.strip.text.startswith("剪贴板里没有表格")


def test_more_files_join_and_leave_again(qtbot, loaded, done, tmp_path):
    other = write_roster(
        tmp_path / "另一份.xlsx", [("赵四", "男", "示例站", "", "", "13800000009", "")]
    )
    loaded.add_files([other])
    done()
    assert [file.name for file in loaded.session.batch.files] == ["示例县名册.xlsx", "另一份.xlsx"]
    loaded.files.choose(1, "名册")
    qtbot.keyClick(loaded.files.tree, Qt.Key.Key_Delete)
    done()
    assert [file.name for file in loaded.session.batch.files] == ["示例县名册.xlsx"]
    assert loaded.foot.apply_button.text() == "导入 3 行"


# The sheet --------------------------------------------------------------------------------


def test_the_sheet_looks_like_the_users_own(loaded):
    model = loaded.sheet.view.sheet_model
    assert model.rows == (1, 2, 3, 4, 5, 6)
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(place, horizontal) for place in range(7)] == list("ABCDEFG")
    assert model.headerData(0, horizontal, HeadingRole) == "姓名"
    assert model.headerData(5, horizontal, HeadingRole) == "联系电话"
    assert "表头" in model.headerData(5, horizontal, Qt.ItemDataRole.ToolTipRole)
    vertical = Qt.Orientation.Vertical
    marks = [model.headerData(place, vertical, MarkRole) for place in range(6)]
    assert marks == ["other", "header", "new", "new", "new", "error"]
    assert "标题" in model.headerData(0, vertical, Qt.ItemDataRole.ToolTipRole)
    assert loaded.sheet.view.columnSpan(0, 0) == 7
    assert state(loaded, 6, 1) is CellState.PROBLEM
    assert state(loaded, 4, 5) is CellState.DOUBTFUL
    assert state(loaded, 3, 1) is CellState.PLAIN


def test_the_names_stay_in_sight_far_to_the_right(qtbot, window, page, done, tmp_path):
    people = [(n, *row) for n, row in enumerate(PEOPLE, 1)]
    book = openpyxl.Workbook()
    book.active.append(("序号", *HEADINGS, *(f"附加信息第{n}项" for n in range(20))))
    for row in people:
        book.active.append((*row, *(f"内容{n}" for n in range(20))))
    book.save(tmp_path / "宽表.xlsx")
    page.add_files([tmp_path / "宽表.xlsx"])
    done()
    view = page.sheet.view
    pinned = view.pinned
    assert not pinned.isVisible()
    page.sheet.go_to(2, 28)
    assert pinned.isVisible()
    assert pinned.section == 1
    qtbot.mouseClick(pinned, LEFT, pos=QPoint(5, view.horizontalHeader().height() + 60))
    assert view.current_cell() == (3, 2)
    assert pinned.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_F2)
    assert not pinned.isVisible()
    assert QApplication.focusWidget().text() == "李二"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    page.sheet.go_to(3, 28)
    page.sheet.go_to(3, 10)
    under = view.visualRect(view.currentIndex())
    assert under.left() >= pinned.width()
    page.sheet.go_to(3, 2)
    assert not pinned.isVisible()


def test_the_model_keeps_the_rules_of_models(qtmodeltester, loaded):
    qtmodeltester.check(loaded.sheet.view.sheet_model)
    model = SheetModel()
    model.show_facts(loaded.sheet.facts, {}, RowFilter.PROBLEMS)
    qtmodeltester.check(model)
    qtmodeltester.check(loaded.side.changes.table.checked_model)


def test_filters_show_the_rows_they_name(qtbot, loaded):
    buttons, model = loaded.sheet.filter_buttons, loaded.sheet.view.sheet_model
    assert buttons[RowFilter.PROBLEMS].text().strip() == "问题 3"
    press(qtbot, buttons[RowFilter.PROBLEMS])
    assert model.rows == (2, 4, 5, 6)
    press(qtbot, buttons[RowFilter.CHANGES])
    assert model.rows == (2, 3, 4, 5)
    press(qtbot, buttons[RowFilter.SKIPPED])
    assert model.rows == (1, 2)
    press(qtbot, buttons[RowFilter.ALL])
    assert len(model.rows) == 6


def test_f8_walks_through_the_problems(qtbot, loaded):
    view = loaded.sheet.view
    view.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_F8)
        seen.append(view.current_cell())
    assert seen == [(4, 5), (5, 5), (5, 6), (6, 1)]
    qtbot.keyClick(view, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert view.current_cell() == (5, 6)
    assert "1380000" in loaded.sheet.inspector.sentence.full_text
    assert loaded.sheet.inspector.place_label.full_text.endswith("（张三）")


def test_a_problem_of_the_list_leads_to_its_cell(qtbot, loaded):
    loaded.side.setCurrentWidget(loaded.side.problems)
    table = loaded.side.problems.table
    cells = [item.problem.cell for item in table.rows_model.rows]
    place = table.visualRect(table.proxy.index(cells.index("F5"), 1)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    assert loaded.sheet.view.current_cell() == (5, 6)


# Correcting -------------------------------------------------------------------------------


def test_a_cell_is_corrected_in_place_and_taken_back(qtbot, loaded, done):
    view = loaded.sheet.view
    type_over(qtbot, view, 6, 1, "赵四")
    done()
    assert mark(loaded, 6) is RowMark.NEW
    assert loaded.foot.apply_button.text() == "导入 4 行"
    assert "原来是：空" in view.sheet_model.tip(6, 1)
    qtbot.keyClick(view, Qt.Key.Key_Z, CONTROL)
    done()
    assert mark(loaded, 6) is RowMark.ERROR
    assert view.sheet_model.text(6, 1) == ""
    assert not loaded.foot.undo_button.isEnabled()


def test_corrections_in_a_row_all_count(qtbot, loaded, done):
    view = loaded.sheet.view
    type_over(qtbot, view, 6, 1, "赵四")
    type_over(qtbot, view, 5, 6, "13800000003")
    done()
    assert loaded.sheet.choice.edits == {(6, 1): "赵四", (5, 6): "13800000003"}
    assert state(loaded, 5, 6) is CellState.PLAIN
    assert view.current_cell() == (5, 6)


def test_what_is_being_typed_survives_the_answer_to_the_one_before(qtbot, loaded, done):
    view = loaded.sheet.view
    type_over(qtbot, view, 6, 1, "赵四")
    assert view.go_to(5, 6)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    editor.selectAll()
    type_chinese(editor, "13800000003")
    done()
    assert editor.text() == "13800000003"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(loaded.sheet.choice.edits) == 2)
    done()
    assert loaded.sheet.choice.edits == {(6, 1): "赵四", (5, 6): "13800000003"}
    assert mark(loaded, 6) is RowMark.NEW


def test_typing_what_the_file_has_is_no_correction(qtbot, loaded, done):
    view = loaded.sheet.view
    type_over(qtbot, view, 3, 1, "王五")
    done()
    type_over(qtbot, view, 3, 1, "王一")
    done()
    assert loaded.sheet.choice.edits == {}


def test_a_column_is_corrected_from_its_heading(qtbot, loaded, done):
    view = loaded.sheet.view
    menu = view.column_menu(3)
    names = {action.text(): action for action in menu.actions()}
    assert names["职称"].isChecked()
    names["备注"].trigger()
    done()
    assert view.sheet_model.kind_name(4) == "备注"
    view.column_menu(3).actions()[0].trigger()
    done()
    assert view.sheet_model.kind_name(4) == ""
    assert loaded.sheet.choice.columns == {4: ""}


def test_alt_down_opens_the_menu_of_a_column(qtbot, loaded):
    view = loaded.sheet.view
    view.go_to(3, 2)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert any(action.text() == "性别" and action.isChecked() for action in menu.actions())
    menu.close()


def test_a_row_is_left_out_and_taken_again(qtbot, loaded, done):
    view = loaded.sheet.view
    view.go_to(3, 1)
    texts = {action.text(): action for action in view.cell_menu().actions()}
    texts["不导入所选的 1 行"].trigger()
    done()
    assert mark(loaded, 3) is RowMark.LEFT_OUT
    assert loaded.foot.apply_button.text() == "导入 2 行"
    texts = {action.text(): action for action in view.cell_menu().actions()}
    texts["导入所选的 1 行"].trigger()
    done()
    assert loaded.foot.apply_button.text() == "导入 3 行"


def test_the_inspector_leaves_a_faulty_row_out(qtbot, loaded, done):
    loaded.sheet.view.go_to(6, 1)
    (leave,) = loaded.sheet.inspector.buttons
    press(qtbot, leave)
    done()
    assert mark(loaded, 6) is RowMark.LEFT_OUT
    assert "有误" not in loaded.foot.summary.full_text


def test_another_row_can_be_the_heading(loaded, done):
    view = loaded.sheet.view
    view.go_to(2, 1)
    texts = {action.text(): action for action in view.cell_menu().actions()}
    assert not texts["这一行是表头"].isEnabled()
    view.go_to(1, 1)
    texts = {action.text(): action for action in view.cell_menu().actions()}
    texts["这一行是表头"].trigger()
    done()
    assert loaded.sheet.choice.heading == 1


# Questions and words ----------------------------------------------------------------------


def test_hidden_rows_wait_for_an_answer(qtbot, page, done, tmp_path):
    page.add_files([write_roster(tmp_path / "有隐藏.xlsx", hidden_rows=(3,))])
    done()
    assert mark(page, 3) is RowMark.HIDDEN
    assert page.foot.apply_button.text() == "导入 2 行"
    assert page.sheet.questions.isVisible()
    press(qtbot, page.sheet.questions.buttons[0])
    done()
    assert mark(page, 3) is RowMark.NEW
    assert not page.sheet.questions.isVisible()
    assert page.foot.apply_button.text() == "导入 3 行"


def test_a_hidden_sheet_waits_for_an_answer(qtbot, page, done, tmp_path):
    old = [("钱五", "男", "示例站", "", "柑橘", "13800000008", "邛崃市")]
    page.add_files([write_roster(tmp_path / "有旧表.xlsx", hidden=old)])
    done()
    assert page.foot.apply_button.text() == "导入 3 行"
    page.files.choose(0, "旧名单")
    press(qtbot, page.sheet.questions.buttons[0])
    done()
    assert page.foot.apply_button.text() == "导入 4 行"


def test_a_word_is_explained_once_for_all_rows(qtbot, loaded, done):
    loaded.side.setCurrentWidget(loaded.side.terms)
    (card,) = loaded.side.terms.cards
    assert card.asked.term.text == "英语翻译"
    assert card.asked.count == 2
    picker = card.open_picker()
    qtbot.keyClicks(picker.search, "ganju")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    done()
    assert state(loaded, 4, 5) is CellState.PLAIN
    assert state(loaded, 5, 5) is CellState.PLAIN
    assert not loaded.side.isTabVisible(loaded.side.indexOf(loaded.side.terms))
    rows = loaded.session.batch.files[0].report.rows
    codes = {tuple(row.values["specialties"]) for row in rows if row.row in (3, 4, 5)}
    assert len(codes) == 1
    loaded.session.undo()
    assert state(loaded, 4, 5) is CellState.DOUBTFUL


def test_a_word_can_stand_for_several_or_for_nothing(qtbot, loaded, done):
    loaded.side.setCurrentWidget(loaded.side.terms)
    picker = loaded.side.terms.cards[0].open_picker()
    for place in (0, 1):
        picker.list.item(place).setCheckState(Qt.CheckState.Checked)
    press(qtbot, picker.take_button)
    done()
    (codes,) = loaded.session.batch.answers.values()
    assert len(codes) == 2
    loaded.session.undo()
    loaded.side.setCurrentWidget(loaded.side.terms)
    press(qtbot, loaded.side.terms.cards[0].ignore_button)
    done()
    assert list(loaded.session.batch.answers.values()) == [()]


def test_a_sheet_on_its_side_is_turned_once_the_user_agrees(qtbot, page, done, tmp_path):
    book = openpyxl.Workbook()
    for line in zip(HEADINGS, *PEOPLE[:3], strict=True):
        book.active.append(line)
    book.save(tmp_path / "横表.xlsx")
    page.add_files([tmp_path / "横表.xlsx"])
    done()
    assert page.foot.apply_button.text() == "导入"
    press(qtbot, page.sheet.questions.buttons[0])
    done()
    assert page.foot.apply_button.text() == "导入 3 行"
    model = page.sheet.view.sheet_model
    assert model.headerData(1, Qt.Orientation.Horizontal, HeadingRole) == "新增"
    assert "姓名" in model.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert state(page, 5, 3) is CellState.DOUBTFUL
    page.side.setCurrentWidget(page.side.changes)
    page.side.changes.table.selectRow(1)
    assert page.sheet.view.current_cell() == (1, 3)
    page.sheet.go_to(1, 3)
    choose(page.sheet.view.cell_menu(), "不导入所选的 1 条记录")
    done()
    assert page.foot.apply_button.text() == "导入 2 行"
    assert model.headerData(2, Qt.Orientation.Horizontal, HeadingRole) == "不导入"
    assert RowMark(model.place(5, 3).data(MarkRole)) is RowMark.LEFT_OUT
    choose(page.sheet.view.column_menu(2), "导入所选的 1 条记录")
    done()
    assert page.foot.apply_button.text() == "导入 3 行"


def test_a_sheet_without_a_heading_is_asked_about(qtbot, page, done, tmp_path):
    book = openpyxl.Workbook()
    for number in range(5):
        book.active.append([f"王{'一二三四五'[number]}", f"1380000000{number}", "示例县畜牧站"])
    book.save(tmp_path / "没有表头.xlsx")
    page.add_files([tmp_path / "没有表头.xlsx"])
    done()
    assert page.foot.apply_button.text() == "导入"
    press(qtbot, page.sheet.questions.buttons[0])
    done()
    assert page.foot.apply_button.text() == "导入 5 行"


def test_a_sheet_is_left_out_from_the_list(loaded, done):
    texts = {action.text(): action for action in loaded.files.menu().actions()}
    texts["不导入这张表"].trigger()
    done()
    assert loaded.foot.apply_button.text() == "导入"
    texts = {action.text(): action for action in loaded.files.menu().actions()}
    assert texts["不导入这张表"].isChecked()
    texts["导入这张表"].trigger()
    done()
    assert loaded.foot.apply_button.text() == "导入 3 行"


# Taking over ------------------------------------------------------------------------------


def test_one_click_takes_over_and_one_takes_back(qtbot, window, loaded, done):
    roster = window.context.workspace.roster
    press(qtbot, loaded.foot.apply_button)
    done()
    assert {envoy.name for envoy in roster.envoys()} == {"王一", "李二", "张三"}
    assert loaded.result.text_label.text().startswith("已导入：新增 3")
    assert not loaded.foot.apply_button.isEnabled()
    assert loaded.foot.apply_button.toolTip() == "已经导入"
    press(qtbot, loaded.result.undo_button)
    done()
    assert roster.envoys() == ()
    assert not loaded.result.isVisible()
    assert loaded.foot.apply_button.text() == "导入 3 行"


def test_what_was_faulty_is_corrected_and_imported_later(qtbot, window, loaded, done):
    press(qtbot, loaded.foot.apply_button)
    done()
    type_over(qtbot, loaded.sheet.view, 6, 1, "赵四")
    done()
    assert loaded.foot.apply_button.text() == "导入 1 行"
    press(qtbot, loaded.foot.apply_button)
    done()
    assert len(window.context.workspace.roster.envoys()) == 4


def test_the_result_leads_to_the_roster(qtbot, window, loaded, done):
    press(qtbot, loaded.foot.apply_button)
    done()
    press(qtbot, loaded.result.roster_button)
    assert window.current_key == "roster"


def test_the_same_file_again_changes_nothing(qtbot, loaded, roster, done):
    press(qtbot, loaded.foot.apply_button)
    done()
    press(qtbot, loaded.foot.clear_button)
    assert loaded.stack.currentIndex() == 0
    loaded.add_files([roster])
    done()
    assert loaded.foot.summary.full_text.startswith("无变化 3")
    assert loaded.foot.apply_button.toolTip() == "没有可以新增或更新的行"


def test_changes_are_shown_field_by_field(qtbot, loaded, done, tmp_path):
    press(qtbot, loaded.foot.apply_button)
    done()
    loaded.clear()
    people = changed(PEOPLE[:1], 0, 职称="高级农艺师")
    loaded.add_files([write_roster(tmp_path / "新名册.xlsx", people)])
    done()
    loaded.side.setCurrentWidget(loaded.side.changes)
    rows = loaded.side.changes.table.rows_model.rows
    assert [(item.who, item.field, item.text) for item in rows] == [
        ("王一", "职称", "农艺师 → 高级农艺师")
    ]
    assert state(loaded, 3, 4) is CellState.CHANGED
    assert loaded.foot.summary.full_text.startswith("更新 1")


def test_the_history_takes_back_and_gives_the_original(qtbot, loaded, roster, done, tmp_path):
    press(qtbot, loaded.foot.apply_button)
    done()
    press(qtbot, loaded.foot.clear_button)
    done()
    history = loaded.start.history
    assert history.undo_button.toolTip() == "先在下面选一次导入"
    history.table.selectRow(0)
    (run,) = history.table.rows_model.rows
    assert (run.file, run.kind) == ("示例县名册.xlsx", ImportKind.ROSTER)
    history.save_original_to(run, tmp_path / "原文件.xlsx")
    done()
    assert (tmp_path / "原文件.xlsx").read_bytes() == roster.read_bytes()
    press(qtbot, history.undo_button)
    done()
    assert loaded.context.workspace.roster.envoys() == ()
    assert not history.undo_button.isVisible()
    press(qtbot, history.redo_button)
    done()
    assert len(loaded.context.workspace.roster.envoys()) == 3
    assert history.undo_button.isEnabled()


def test_the_senders_file_goes_back_marked(loaded, done, tmp_path):
    target = tmp_path / "标注.xlsx"
    loaded.save_annotated(0, target)
    done()
    assert target.stat().st_size > 0
    assert loaded.session.batch.files[0].report.count(RowStatus.ERROR) == 1


def test_a_copy_in_another_format_says_so_and_the_original_is_safe(
    page, done, tmp_path, monkeypatch
):
    source = tmp_path / "名册.csv"
    source.write_text("姓名,联系电话,服务县\n王一,138,邛崃市\n", encoding="utf-8")
    before = source.read_bytes()
    page.add_files([source])
    done()
    offered = []

    def ask(parent, title, name, filters):
        offered.append(name)
        return answer, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    answer = str(source)
    page.ask_annotated()
    assert "原文件不能覆盖" in page.strip.text
    answer = str(tmp_path / "名册-批注.xlsx")
    page.ask_annotated()
    done()
    assert offered == [answer, answer]
    assert "原文件是 .csv 格式" in page.result.text_label.text()
    assert source.read_bytes() == before


# Room and names ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (1920, 1080), (960, 460)])
def test_nothing_is_clipped(qtbot, window, loaded, done, size):
    window.resize(*size)
    qtbot.waitUntil(lambda: loaded.width() == size[0] - window.rail.width())
    for place in range(loaded.side.count()):
        loaded.side.setCurrentIndex(place)
        done()
        assert (window.width(), window.height()) == size
        hint = loaded.minimumSizeHint()
        assert hint.width() <= loaded.width()
        assert hint.height() <= loaded.height()
        for button in loaded.findChildren(QToolButton):
            if button.isVisible() and not button.objectName():
                inside = button.mapTo(loaded, button.rect().bottomRight())
                assert loaded.rect().contains(inside), button.accessibleName()


def test_controls_have_names(loaded):
    for part in (*loaded.findChildren(QToolButton), *loaded.findChildren(QLineEdit)):
        if part.isVisible() and not part.objectName().startswith("qt_"):
            assert part.accessibleName() or getattr(part, "text", str)()
    for view in (loaded.sheet.view, loaded.files.tree, loaded.side.problems.table):
        assert view.accessibleName()


def test_a_cell_that_cannot_be_typed_over_is_left_alone_without_a_warning(qtbot, loaded):
    view = loaded.sheet.view
    assert view.go_to(3, 0)
    view.setFocus()
    menu = view.cell_menu()
    view.sheet_model.writable = False
    menu.actions()[0].trigger()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.editing
    view.sheet_model.writable = True
    menu.actions()[0].trigger()
    assert view.editing
    menu.actions()[0].trigger()  # asked for once more while it is
    assert view.editing
