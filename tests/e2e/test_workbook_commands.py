"""Workbooks out of the command line: marked copies, exports, forms."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from envoy_app.cli import main
from envoy_app.services.workspace import open_workspace
from tests.factories import make_demand, make_envoy
from tests.io.support_books import rich_book

ROSTER = Path(__file__).parents[1] / "io" / "data" / "01-clean-template-11.xlsx"


@pytest.fixture
def told(capsys):
    return lambda: capsys.readouterr().err


@pytest.fixture
def database(tmp_path):
    workspace = open_workspace(tmp_path / "有人.db", actor="张三")
    workspace.roster.add([make_envoy(name="陈梅")])
    workspace.demands.add([make_demand()])
    workspace.close()
    return tmp_path / "有人.db"


def test_import_leaves_a_marked_copy_beside_its_work(tmp_path, capsys):
    source, copy = rich_book(tmp_path / "名册.xlsx"), tmp_path / "批注.xlsx"
    before = source.read_bytes()

    code = main(
        ["import", str(source), "--db", str(tmp_path / "a.db"), "--json", "--annotated", str(copy)]
    )

    output = capsys.readouterr()
    assert code == 1
    found = json.loads(output.out)
    assert found["annotated"] == str(copy)
    assert found["applied"]
    assert "已另存批注" in output.err
    assert source.read_bytes() == before
    assert "问题清单" in sheet_names(copy)


def sheet_names(path):
    import zipfile

    with zipfile.ZipFile(path) as package:
        return package.read("xl/workbook.xml").decode()


def test_several_files_get_a_copy_each_and_folders_are_searched(tmp_path, told):
    folder = tmp_path / "各单位"
    folder.mkdir()
    rich_book(folder / "甲.xlsx")
    shutil.copy(ROSTER, folder / "乙.xlsx")

    code = main(["import", str(folder), "--dry-run", "--annotated", str(tmp_path / "批注.xlsx")])

    assert code == 1
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {"批注-甲.xlsx", "批注-乙.xlsx"}
    assert told().count("已另存批注") == 2


def test_what_lies_beside_in_a_folder_is_told_and_left_out(tmp_path, told):
    folder = tmp_path / "各单位"
    folder.mkdir()
    shutil.copy(ROSTER, folder / "乙.xlsx")
    (folder / "通知.pdf").write_bytes(b"%PDF-1.4 not a table")
    database = tmp_path / "a.db"
    assert main(["import", str(folder), "--db", str(database)]) == 1
    words = told()
    assert "通知.pdf" in words
    assert "乙.xlsx（已写入）" in words
    assert main(["import", str(folder / "通知.pdf"), str(ROSTER), "--db", str(database)]) == 3
    (folder / "乙.xlsx").unlink()
    assert main(["import", str(folder), "--db", str(database)]) == 3
    (folder / "通知.pdf").unlink()
    assert main(["import", str(folder), "--db", str(database)]) == 3
    assert "没有表格文件" in told()


def test_a_file_that_gives_nothing_is_marked_all_the_same(tmp_path, told):
    book = openpyxl.Workbook()
    book.active.append(["产品", "单价"])
    book.save(tmp_path / "价目.xlsx")
    database = tmp_path / "a.db"

    copy = tmp_path / "批注.xlsx"
    code = main(
        ["import", str(tmp_path / "价目.xlsx"), "--db", str(database), "--annotated", str(copy)]
    )

    assert code == 3
    assert copy.exists()
    assert not database.exists()
    assert "Traceback" not in told()


def test_the_copy_never_takes_the_place_of_the_file_itself(tmp_path, told):
    source = rich_book(tmp_path / "名册.xlsx")
    before = source.read_bytes()
    assert main(["import", str(source), "--dry-run", "--annotated", str(source)]) == 3
    assert source.read_bytes() == before
    assert "换个文件名" in told()


@pytest.mark.parametrize(
    ("what", "sheet"), [("roster", "特派员名册"), ("demands", "服务需求"), ("teams", "各县县团")]
)
def test_export_writes_what_is_asked_for(tmp_path, database, told, what, sheet):
    target = tmp_path / "出.xlsx"
    assert main(["export", "--what", what, "--db", str(database), "-o", str(target)]) == 0
    assert openpyxl.load_workbook(target).sheetnames[0] == sheet
    assert str(target) in told()


def test_export_without_a_word_is_the_plan(tmp_path, database, told):
    assert main(["export", "--db", str(database), "-o", str(tmp_path / "a.xlsx")]) == 3
    assert "还没有排班方案" in told()
    assert main(["export", "--what", "all", "-o", "a.xlsx"]) == 2


@pytest.mark.parametrize(("kind", "title"), [("roster", "名册"), ("demand", "服务需求")])
def test_template_needs_no_database_and_makes_none(tmp_path, told, kind, title):
    target = tmp_path / f"{kind}.xlsx"
    database = tmp_path / "none.db"
    assert main(["template", kind, "-o", str(target), "--db", str(database)]) == 0
    assert openpyxl.load_workbook(target).sheetnames == [title, "填写说明", "选项"]
    assert not database.exists()
    assert main(["import", str(target), "--db", str(database), "--dry-run"]) == 0
    assert "没有可以导入的行" in told()
    assert main(["template", "plan", "-o", str(target)]) == 2
