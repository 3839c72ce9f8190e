"""The page 县团: cards, moves by drag and by keys, roles, search, the empty state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from envoy_app.domain.changes import Topic
from envoy_app.domain.coverage import CoverageState
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.domain.people import Skill
from envoy_app.domain.teams import TeamVerdict
from tests.factories import JINJIANG, LONGQUAN, QINGYANG, make_envoy
from tests.ui.world import make_context
from ui.teams import members
from ui.teams.members import MembersModel, mime_of
from ui.teams.page import TeamsPage

CODES = [county.code for county in shipped_gazetteer().counties]
LEADER_OF = "leader-{}".format


def people():
    """A leader in each county, one member in 锦江, two people in the reserve.

    38 people: a team has one at least and two at most.
    """
    found = [
        make_envoy(
            id=LEADER_OF(code),
            name=f"团长{place}",
            base_county=code,
            team_county=code,
            team_role="团长",
            title_rank=2,
            skills=(),
        )
        for place, code in enumerate(CODES)
    ]
    skills = (Skill("S13", 2),)
    found.append(make_envoy(id="wang", name="王小明", team_role="成员", skills=skills))
    found.append(make_envoy(id="li", name="李梅", team_county=None, skills=()))
    found.append(make_envoy(id="zhao", name="赵强", team_county=None, skills=(), title_rank=3))
    return found


@pytest.fixture
def metro(empty_workspace):
    empty_workspace.roster.add(people())
    return empty_workspace


@pytest.fixture
def context(qtbot, metro, tmp_path):
    made = make_context(metro, tmp_path)
    yield made
    assert made.jobs.close()


@pytest.fixture
def page(qtbot, context, settle):
    made = TeamsPage(context)
    context.changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.refresh(None)
    settle(context)
    return made


def home(page, envoy_id):
    return page.context.workspace.roster.envoy(envoy_id).team_county


def card(page, code):
    return page.board.grid.cards[code]


def center(page, code):
    return QPointF(card(page, code).geometry().center())


def event(kind, where, ids):
    data = mime_of(ids)
    made = kind(
        where if kind is QDropEvent else where.toPoint(),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    made.kept = data  # Qt does not own the data of an event
    return made


def drag(target, where, ids, *, drop=True):
    """Send the events of a drag; return whether the target took the last move."""
    QApplication.sendEvent(target, event(QDragEnterEvent, where, ids))
    move = event(QDragMoveEvent, where, ids)
    QApplication.sendEvent(target, move)
    if drop:
        QApplication.sendEvent(target, event(QDropEvent, where, ids))
    return move.isAccepted()


def test_every_county_has_a_card_that_says_what_it_lacks(page):
    assert list(page.board.grid.cards) == CODES
    one = card(page, JINJIANG)
    assert one.facts.size == "2 人 / 1–2"
    assert one.facts.leader == "团长 团长0 副高"
    assert one.facts.state is CoverageState.COVERED
    assert "锦江区" in one.accessibleName()
    assert "齐备" in one.accessibleName()
    other = card(page, "512022")
    assert other.facts.state is CoverageState.PARTIAL
    assert "组少 1 人" in other.facts.lacks
    assert other.facts.lacks in other.toolTip()
    assert page.count_label.text().startswith("35 / 35 个县团，36 人，缺口 ")
    assert page.board.reserve.title.text() == "机动库 2 人"


def test_a_click_or_enter_unfolds_the_members(qtbot, page):
    one = card(page, JINJIANG)
    assert not one.is_open
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton, pos=QPoint(40, 15))
    assert one.is_open
    assert [row.envoy.id for row in one.members.people.rows] == [LEADER_OF(JINJIANG), "wang"]
    assert one.height() == one.wanted_height > one.sizeHint().height() - 1
    qtbot.keyClick(one, Qt.Key.Key_Return)
    assert not one.is_open


def test_the_arrows_go_from_card_to_card(qtbot, page):
    one = card(page, JINJIANG)
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Right)
    assert card(page, QINGYANG).hasFocus()
    qtbot.keyClick(card(page, QINGYANG), Qt.Key.Key_Left)
    assert one.hasFocus()


def test_all_cards_open_and_shut_at_once(page):
    page.open_button.click()
    assert all(one.is_open for one in page.board.grid.cards.values())
    page.shut_button.click()
    assert not any(one.is_open for one in page.board.grid.cards.values())


# Drags --------------------------------------------------------------------------------------


def test_while_dragging_every_target_shows_its_verdict(page):
    page.board.begin_drag(["wang"])
    verdicts = {code: one.impact.verdict for code, one in page.board.grid.cards.items()}
    assert verdicts[JINJIANG] is TeamVerdict.BROKEN, "already there"
    assert verdicts["512022"] is not TeamVerdict.BROKEN
    assert len(verdicts) == 35
    page.board.end_drag()
    assert all(one.impact is None for one in page.board.grid.cards.values())


def test_a_drop_on_a_card_moves_and_undo_brings_back(qtbot, page, context, settle, monkeypatch):
    grid = page.board.grid
    people_list = page.board.grid.open_card(JINJIANG)
    grid.arrange()
    people_list.choose("wang")
    taken = []

    def exec_(self, action):
        taken.append(drag(grid, center(page, LONGQUAN), ["wang"]))
        assert page.board.hint.isVisible()
        assert "龙泉驿区团" in page.board.hint.accessibleName()

    monkeypatch.setattr(members.QDrag, "exec", exec_)
    with qtbot.waitSignal(context.changed) as told:
        people_list.startDrag(Qt.DropAction.MoveAction)
    settle(context)

    assert taken == [True]
    assert told.args[0].description == "王小明从锦江区团移到龙泉驿区团"
    assert told.args[0].topics == {Topic.ROSTER}
    assert home(page, "wang") == LONGQUAN
    assert len(card(page, LONGQUAN).facts.rows) == 2
    assert page.board.hint.isHidden()
    context.publish(context.workspace.history.undo())
    settle(context)
    assert home(page, "wang") == JINJIANG
    assert len(card(page, LONGQUAN).facts.rows) == 1


def test_a_target_that_a_rule_forbids_says_the_rule_and_takes_nothing(page):
    page.board.begin_drag(["li"])
    assert not drag(page.board.grid, center(page, JINJIANG), ["li"])
    assert page.board.hint.title.text() == "✕ 锦江区团：不可以"
    assert page.board.hint.lines.text() == "锦江区团有 3 人，最多 2 人。"
    page.board.end_drag()
    assert home(page, "li") is None


def test_between_the_cards_and_outside_nothing_is_said(page):
    page.board.begin_drag(["li"])
    grid = page.board.grid
    drag(grid, center(page, LONGQUAN), ["li"], drop=False)
    assert card(page, LONGQUAN).aimed
    QApplication.sendEvent(grid, QDragLeaveEvent())
    assert not card(page, LONGQUAN).aimed
    assert page.board.hint.isHidden()
    page.board.end_drag()


def test_the_reserve_takes_people_and_says_what_they_leave_behind(qtbot, page, context, settle):
    ids = [LEADER_OF(LONGQUAN)]
    page.board.begin_drag(ids)
    where = QPointF(20, 200)
    assert drag(page.board.reserve, where, ids, drop=False)
    assert "龙泉驿区没有团长。" in page.board.hint.lines.text()
    assert "机动库：可以，但有损失" in page.board.hint.title.text()
    with qtbot.waitSignal(context.changed):
        drag(page.board.reserve, where, ids)
    page.board.end_drag()
    settle(context)
    assert home(page, ids[0]) is None
    assert card(page, LONGQUAN).facts.state is CoverageState.UNCOVERED


def test_near_the_edge_the_cards_scroll_and_the_verdict_follows(qtbot, page):
    area, grid = page.board.area, page.board.grid
    page.board.begin_drag(["wang"])
    low = grid.mapFrom(area.viewport(), QPoint(60, area.viewport().height() - 4))
    drag(grid, QPointF(low), ["wang"], drop=False)
    first = page.board.hint.title.text()
    qtbot.waitUntil(lambda: area.verticalScrollBar().value() == area.verticalScrollBar().maximum())
    aimed = [one for one in grid.cards.values() if one.aimed]
    said = page.board.hint.title.text() if page.board.hint.isVisible() else ""
    assert said != first
    assert (aimed[0].facts.county.name in said) if aimed else not said
    page.board.end_drag()


def test_what_scrolled_under_the_pointer_unseen_is_no_target(page):
    grid = page.board.grid
    page.board.begin_drag(["wang"])
    drag(grid, center(page, LONGQUAN), ["wang"], drop=False)
    QApplication.sendEvent(grid, event(QDropEvent, center(page, QINGYANG), ["wang"]))
    page.board.end_drag()
    assert home(page, "wang") == JINJIANG


def test_a_foreign_drag_is_not_taken(page):
    data = QMimeData()
    data.setText("王小明")
    entering = QDragEnterEvent(
        QPoint(30, 30),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering.setAccepted(False)
    page.board.grid.dragEnterEvent(entering)
    assert not entering.isAccepted()


def test_several_people_go_in_one_change(qtbot, page, context, settle):
    page.board.begin_drag(["li", "zhao"])
    assert card(page, LONGQUAN).impact.verdict is TeamVerdict.BROKEN, "three of two"
    page.board.end_drag()
    page.move_people([LEADER_OF(LONGQUAN)], None)
    settle(context)
    page.board.begin_drag(["li", "zhao"])
    with qtbot.waitSignal(context.changed) as told:
        drag(page.board.grid, center(page, LONGQUAN), ["li", "zhao"])
    assert told.args[0].description == "2 人移到龙泉驿区团"


# Keys and menus -----------------------------------------------------------------------------


def test_by_keyboard_m_lists_the_targets_and_enter_moves(qtbot, page, context, settle):
    reserve = page.board.reserve.list
    reserve.setFocus()
    reserve.choose("zhao")
    qtbot.keyClick(reserve, Qt.Key.Key_M)
    dialog = page.board.dialog
    assert dialog.table.proxy.rowCount() == 36
    qtbot.keyClicks(dialog.search, "lqy")
    assert [row.name for row in dialog.table.proxy.shown()] == ["龙泉驿区"]
    with qtbot.waitSignal(context.changed):
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    settle(context)
    assert home(page, "zhao") == LONGQUAN


def test_a_forbidden_target_cannot_be_taken_by_enter(qtbot, page, context):
    page.board.open_move(["li"])
    dialog = page.board.dialog
    qtbot.keyClicks(dialog.search, "jinjiang")
    assert not dialog.accept_button.isEnabled()
    assert dialog.accept_button.toolTip() == "锦江区团有 3 人，最多 2 人。"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert home(page, "li") is None
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    dialog.reject()


def test_delete_sends_to_the_reserve(qtbot, page, context, settle):
    people_list = page.board.grid.open_card(JINJIANG)
    people_list.choose("wang")
    with qtbot.waitSignal(context.changed):
        qtbot.keyClick(people_list, Qt.Key.Key_Delete)
    settle(context)
    assert home(page, "wang") is None
    assert page.board.reserve.title.text() == "机动库 3 人"


def menu_of(page, monkeypatch, ids):
    shown = []
    monkeypatch.setattr("PySide6.QtWidgets.QMenu.popup", lambda self, where: shown.append(self))
    page.board.open_menu(ids, QPoint(0, 0))
    return {action.text().split("\t")[0]: action for action in shown[0].actions()}


def test_the_menu_sets_the_leader_and_says_why_not(qtbot, page, context, settle, monkeypatch):
    page.move_people(["zhao"], LONGQUAN)
    settle(context)
    found = menu_of(page, monkeypatch, ["wang"])
    assert not found["设为团长"].isEnabled()
    assert "不能任团长" in found["设为团长"].toolTip()
    found = menu_of(page, monkeypatch, ["zhao"])
    with qtbot.waitSignal(context.changed) as told:
        found["设为团长"].trigger()
    settle(context)
    assert told.args[0].description == "龙泉驿区团：赵强任团长"
    assert card(page, LONGQUAN).facts.team.leader.id == "zhao"
    assert context.workspace.roster.envoy(LEADER_OF(LONGQUAN)).team_role == "成员"


def test_the_menu_sets_the_group(qtbot, page, context, settle, monkeypatch):
    groups = page._desk.needs[JINJIANG].groups
    assert groups == (("S13", 1),), "what 锦江 needs most, for a team of one"
    below = menu_of(page, monkeypatch, ["wang"])["产业组"].menu()
    name = context.workspace.reference.vocabulary().name("S13")
    action = next(item for item in below.actions() if item.text() == f"{name}组")
    with qtbot.waitSignal(context.changed):
        action.trigger()
    settle(context)
    assert context.workspace.roster.envoy("wang").team_role == f"{name}组成员"
    free = menu_of(page, monkeypatch, ["li"])
    assert not free["产业组"].isEnabled()
    assert "先移到县团" in free["产业组"].toolTip()
    assert not free["移入机动库"].isEnabled()


# Finding ------------------------------------------------------------------------------------


def test_a_search_by_pinyin_opens_the_card_with_those_it_found(qtbot, page):
    qtbot.keyClicks(page.search, "wxm")
    shown = [code for code, one in page.board.grid.cards.items() if one.isVisible()]
    assert shown == [JINJIANG]
    assert [row.envoy.id for row in card(page, JINJIANG).members.people.rows] == ["wang"]
    assert page.count_label.text() == "找到 1 个县团、1 名成员，机动库 0 人"
    page.search.clear()
    assert not card(page, JINJIANG).is_open
    assert sum(one.isVisible() for one in page.board.grid.cards.values()) == 35


def test_a_search_by_the_county_shows_its_card(qtbot, page):
    qtbot.keyClicks(page.search, "longquanyi")
    assert [c for c, one in page.board.grid.cards.items() if one.isVisible()] == [LONGQUAN]


def test_the_reserve_has_its_own_search(qtbot, page):
    qtbot.keyClicks(page.board.reserve.search, "zq")
    assert [row.envoy.id for row in page.board.reserve.list.people.rows] == ["zhao"]
    assert page.board.reserve.title.text() == "机动库 1 / 2 人"


def test_only_those_that_lack_something(page):
    page.lacking.setChecked(True)
    assert not card(page, JINJIANG).isVisible()
    assert card(page, "512022").isVisible()
    page.lacking.setChecked(False)
    page.city_filter.choose("德阳市")
    cities = {one.facts.county.city for one in page.board.grid.cards.values() if one.isVisible()}
    assert cities == {"德阳市"}


def test_the_county_of_the_window_is_brought_into_view(page, context):
    page.city_filter.choose("成都市")
    context.selection.county = "512022"
    one = card(page, "512022")
    assert one.is_open
    assert one.isVisible()
    assert not one.visibleRegion().isEmpty()


def test_the_person_chosen_is_that_of_the_window(page, context):
    page.board.select("wang")
    assert context.selection.envoy == "wang"
    facts = card(page, JINJIANG).members.people.rows[1].facts
    assert dict(facts)["共享"] == "都市圈"
    assert dict(facts)["任期"] == "未填"


def test_the_person_looked_at_elsewhere_is_found_here(page, context):
    page.hide()
    context.selection.envoy = "wang"
    assert not card(page, JINJIANG).is_open
    page.show()
    assert card(page, JINJIANG).is_open
    assert card(page, JINJIANG).members.current_id() == "wang"
    assert page.board.facts.name.full_text == "王小明"


def test_a_person_far_down_is_scrolled_to(page, context):
    last = list(page.board.grid.cards)[-1]
    page.board.select(LEADER_OF(last))
    members = card(page, last).members
    row = members.visualRect(members.currentIndex())
    shown = page.board.area.viewport().rect()
    assert shown.contains(members.viewport().mapTo(page.board.area.viewport(), row.center()))


def test_after_a_crash_the_page_shows_what_it_showed(qtbot, page, context, settle):
    page.board.grid.open_card(LONGQUAN)
    page.city_filter.choose("成都市")
    page.lacking.setChecked(True)
    state = page.whereabouts()
    again = TeamsPage(context)
    qtbot.addWidget(again)
    again.go_back(state)
    again.refresh(None)
    settle(context)
    assert again.whereabouts() == state
    assert again.board.grid.cards[LONGQUAN].is_open
    again.go_back({"open": 7, "search": None, "city": "nowhere", "lacking": "x"})
    assert (again.city_filter.value, again.search.text()) == ("", "")


# The rest -----------------------------------------------------------------------------------


def test_what_was_changed_meanwhile_is_said_and_read_again(page, context, settle):
    shown = []
    context.error_shown.connect(shown.append)
    now = context.workspace.roster.envoy("li")
    context.workspace.roster.save(now)
    page.move_people(["li"], LONGQUAN)
    settle(context)
    assert "已被他人修改" in shown[0]
    page.move_people(["li"], LONGQUAN)
    assert home(page, "li") == LONGQUAN


def test_two_changes_in_a_row_do_not_wait_for_the_cards(page, context, settle):
    shown = []
    context.error_shown.connect(shown.append)
    page.move_people(["li"], LONGQUAN)
    page.move_people(["li"], QINGYANG)
    settle(context)
    assert shown == []
    assert home(page, "li") == QINGYANG


def test_without_people_the_page_says_what_to_do(qtbot, tmp_path, settle, page, context):
    for envoy in context.workspace.roster.envoys():
        context.workspace.roster.save(replace(envoy, active=False))
    page.refresh(None)
    settle(context)
    assert page._stack.currentIndex() == 1
    with qtbot.waitSignal(context.import_requested):
        page._import()


def test_the_model_of_people_keeps_the_rules_of_models(qtmodeltester, page):
    model = MembersModel()
    model.set_rows(card(page, JINJIANG).facts.rows)
    qtmodeltester.check(model)
    assert model.data(model.index(1)).startswith("王小明 成员 中级")


def test_the_main_search_marks_people_in_the_reserve(qtbot, page):
    qtbot.keyClicks(page.search, "zhaoqiang")
    assert page.board.grid.marked == {"zhao"}
    assert page.count_label.text() == "找到 0 个县团、0 名成员，机动库 1 人"
    assert len(page.board.reserve.list.people.rows) == 2, "only marked: the others stay at hand"


def test_the_menu_of_a_card_gives_its_county_to_all_pages(page, context, monkeypatch):
    shown = []
    monkeypatch.setattr("PySide6.QtWidgets.QMenu.popup", lambda self, where: shown.append(self))
    page.board.open_card_menu(card(page, LONGQUAN), QPoint(0, 0))
    fold, only = shown[0].actions()
    assert only.text() == "各页只看龙泉驿区"
    only.trigger()
    assert context.selection.county == LONGQUAN
    assert card(page, LONGQUAN).is_open, "the page goes there"
    fold.trigger()
    assert not card(page, LONGQUAN).is_open


def test_cards_shown_again_choose_nobody(page, context, settle):
    """Every open card has a cursor of its own; only the last one put somewhere is a choice."""
    page.board.grid.open_card(LONGQUAN).choose(LEADER_OF(LONGQUAN))
    page.board.grid.open_card(JINJIANG).choose("wang")
    told = []
    context.selection.envoy_changed.connect(told.append)
    page.refresh(None)
    settle(context)
    context.workspace.roster.save(
        replace(context.workspace.roster.envoy(LEADER_OF(LONGQUAN)), remarks="刚改")
    )
    page.refresh(None)
    settle(context)
    assert told == []
    assert context.selection.envoy == "wang"
    assert page.board.grid.open_card(LONGQUAN).current_id() == LEADER_OF(LONGQUAN)
