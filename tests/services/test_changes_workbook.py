"""The workbook of changes: every change, everybody to tell with room for a tick, the figures."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from envoy_app.cli import main
from envoy_app.domain.errors import NotFoundError
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with
from tests.services.test_exports import HOSTILE, body
from tests.services.test_plan_comparing import CONTACT, version
from tests.services.test_plan_matching import visit, wanted


def opened(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def months():
    """A month planned twice; in the second some visits of the first are held otherwise."""
    one = make_plan_view(visits=200, envoys=150)
    other = make_plan_view(seed=2, visits=200, envoys=150)
    return one, replace(other, info=replace(other.info, id="plan-0002", version_no=3))


@pytest.fixture(scope="module")
def book(months, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    with workspace_with(folder, *months) as workspace:
        workspace.planning.publish("plan-0001")
        path = workspace.exports.changes_workbook(folder / "变化", "plan-0002")
        return opened(path), workspace.comparing.against_published("plan-0002")


def test_every_change_and_everybody_is_there(book):
    sheets, difference = book
    assert sheets.sheetnames == ["变化", "需通知人员", "指标对比"]
    changes, tell, figures = (body(sheets[name]) for name in sheets.sheetnames)
    assert [row[0] for row in changes] == [item.kind.value for item in difference.visits]
    told = [row for row in tell if isinstance(row[0], int)]
    for number, item in enumerate(difference.notices, 1):
        own = [row for row in told if row[0] == number]
        assert {row[1] for row in own} == {item.told_as.value}
        assert own[0][2:5] == (item.name, item.organisation or None, item.phone or None)
        assert {row[2] for row in own[1:]} <= {f"{item.name}（续）"}
        assert "\n".join(row[5] for row in own) == item.text
        assert all(len(row[5].split("\n")) <= 5 for row in own)
    assert len(told) > len(difference.notices) > 100  # some county has more than five to hear
    assert {row[6:8] for row in told} == {(None, None)}
    assert tell[-1][0].startswith("通知到人后")
    assert [row[:3] for row in figures] == [
        (item.name, item.before, item.after) for item in difference.figures
    ]
    assert {row[3] for row in figures} <= {"变好", "变差", None}


def test_titles_name_both_versions_and_the_sample(book):
    sheets, _ = book
    for sheet in sheets:
        assert "（示例数据）" in sheet["A1"].value
        assert "第2版（已发布） → 2026年12月下乡服务排班 第3版（草案）" in sheet["A2"].value


def test_what_people_wrote_stays_text(workspace, tmp_path):
    before = version()
    hostile = [
        wanted(str(n), 3 + n, "a", **{**CONTACT, "content": said, "town": said, "contact": said})
        for n, said in enumerate(HOSTILE)
    ]
    difference = workspace.comparing.compare_views(before, version(*hostile))
    path = workspace.exports.difference_workbook(tmp_path / "x.xlsx", difference)
    cells = [cell for sheet in opened(path) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}


def test_plans_of_other_dates_say_what_was_compared(workspace, tmp_path):
    one = version(visit("s-1", 17, "a"))
    other = version(visit("s-1", 18, "a"), start=date(2026, 12, 14))
    path = workspace.exports.difference_workbook(
        tmp_path / "a.xlsx", workspace.comparing.compare_views(one, other)
    )
    assert "只比较都有的日期 12-14 至 12-31" in str(body(opened(path)["变化"])[-1][0])
    later = version(start=date(2027, 1, 1), end=date(2027, 1, 31))
    path = workspace.exports.difference_workbook(
        tmp_path / "b.xlsx", workspace.comparing.compare_views(one, later)
    )
    assert "没有重合" in str(body(opened(path)["指标对比"])[-1][0])


def test_the_command_line_writes_it(tmp_path, capsys):
    first, second = version(wanted("d", 3, "a")), version(wanted("d", 5, "a"), number=2)
    with workspace_with(tmp_path, first, second) as workspace:
        path = workspace.path

    def export(*words):
        target = tmp_path / "out.xlsx"
        command = ["export", "--what", "changes", "--db", str(path), "-o", str(target), *words]
        code = main(command)
        capsys.readouterr()
        return code, opened(target).sheetnames if code == 0 else []

    assert export() == (0, ["需通知人员"])  # nothing in force yet: all are told
    assert export("--plan", "p2", "--against", "p1") == (
        0,
        ["变化", "需通知人员", "指标对比"],
    )
    assert export("--plan", "p2", "--against", "没有")[0] == 3
    with workspace_with(tmp_path) as workspace, pytest.raises(NotFoundError):
        workspace.exports.changes_workbook(tmp_path / "y.xlsx", "没有")
