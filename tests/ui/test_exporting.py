import openpyxl
import pytest

from envoy_app.domain.errors import InputError
from ui.demands.page import DemandsPage
from ui.exporting import LAST_FOLDER, ExportButton, ExportChoice, with_ending
from ui.plan.page import PlanPage
from ui.roster.page import RosterPage


@pytest.fixture
def roster(qtbot, context, settle):
    made = RosterPage(context)
    qtbot.addWidget(made)
    made.refresh(None)
    made.show()
    settle(context)
    return made


def titles(button):
    return [action.text() for action in button.menu_of_choices().actions()]


def trigger(button, number):
    button.menu_of_choices().actions()[number].trigger()


def test_the_roster_that_is_shown_goes_out(qtbot, roster, context, settle, tmp_path):
    roster.level_filter.choose("3")
    shown = [row.envoy.name for row in roster.table.proxy.shown()]
    roster.export_button.choose_file = lambda title, name: str(tmp_path / "部分")
    with qtbot.waitSignal(context.notified) as heard:
        trigger(roster.export_button, 1)
    settle(context)
    sheet = openpyxl.load_workbook(tmp_path / "部分.xlsx").active
    assert [sheet.cell(row, 2).value for row in range(4, 4 + len(shown))] == shown
    assert heard.args[0].startswith("已导出 ")
    assert context.preferences.text(LAST_FOLDER) == str(tmp_path)


def test_an_empty_table_says_why_it_cannot_go_out(roster):
    roster.search.setText("没有这个人")
    action = roster.export_button.menu_of_choices().actions()[1]
    assert not action.isEnabled()
    assert action.toolTip() == "表中没有显示任何人"


@pytest.mark.parametrize("number", range(4))
def test_every_choice_of_the_roster_writes_a_workbook(roster, context, settle, tmp_path, number):
    asked = []
    target = tmp_path / f"{number}.xlsx"
    roster.export_button.choose_file = lambda title, name: asked.append(name) or str(target)
    trigger(roster.export_button, number)
    settle(context)
    assert openpyxl.load_workbook(target).sheetnames
    assert asked[0].endswith(".xlsx")


def test_giving_up_writes_nothing(roster, context):
    roster.export_button.choose_file = lambda title, name: ""
    trigger(roster.export_button, 0)
    assert not context.jobs.jobs


def test_demands_and_their_form_go_out(qtbot, context, settle, tmp_path):
    page = DemandsPage(context)
    qtbot.addWidget(page)
    for number, sheet in enumerate(("服务需求", "服务需求")):
        target = tmp_path / f"{number}.xlsx"
        page.export_button.choose_file = lambda title, name, target=target: str(target)
        trigger(page.export_button, number)
        settle(context)
        assert openpyxl.load_workbook(target).sheetnames[0] == sheet


def test_the_plan_on_the_board_is_offered(qtbot, context, settle, plan):
    context.plans.reload()
    page = PlanPage(context)
    qtbot.addWidget(page)
    page.show()
    settle(context)
    assert len(titles(page.export_button)) == 1
    assert page.export_button.isVisible()


def test_what_goes_wrong_is_told(qtbot, context):
    def fail(path):
        raise InputError("文件正被别的程序打开，请关掉再导出。")

    button = ExportButton(context, lambda: [ExportChoice("坏", "坏", fail)])
    qtbot.addWidget(button)
    button.choose_file = lambda title, name: "/nowhere/a"
    with qtbot.waitSignal(context.error_shown) as heard:
        trigger(button, 0)
    assert heard.args == ["文件正被别的程序打开，请关掉再导出。"]


def test_endings_are_added_once(tmp_path):
    assert with_ending(tmp_path / "a.XLSX", ".xlsx").name == "a.XLSX"
    assert with_ending(tmp_path / "a.b", ".xlsx").name == "a.b.xlsx"
