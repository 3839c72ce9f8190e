"""From a stored plan to paper, through the command line as a user types it."""

from __future__ import annotations

import openpyxl
import pypdfium2
import pytest

from envoy_app.cli import main
from envoy_app.domain.geography import shipped_gazetteer
from envoy_app.services.workspace import open_workspace
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    with workspace_with(folder, make_plan_view()):
        return folder / "envoy.db"


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    return "".join("".join(pages).split())


@pytest.mark.parametrize("doc", ["county-schedule", "coverage-matrix"])
def test_print_names_all_counties(database, tmp_path, capsys, doc):
    target = tmp_path / "纸.pdf"

    assert main(["print", "--db", str(database), "--doc", doc, "-o", str(target)]) == 0

    text = text_of(target)
    assert all(county.name in text for county in shipped_gazetteer().counties)
    assert "页" in capsys.readouterr().err
    workspace = open_workspace(database)
    done = {item.key: item.done for item in workspace.overview.figures().checklist}
    workspace.close()
    assert done["print"]


def test_print_one_county(database, tmp_path):
    target = tmp_path / "a.pdf"
    words = ["print", "--db", str(database), "--doc", "county-schedule", "-o", str(target)]

    assert main([*words, "--county", "510104"]) == 0

    assert "锦江区" in text_of(target)
    assert "青羊区科技特派员" not in text_of(target)


def test_a_wrong_county_is_one_sentence(database, tmp_path, capsys):
    target = tmp_path / "a.pdf"
    words = ["print", "--db", str(database), "--doc", "county-schedule", "-o", str(target)]

    assert main([*words, "--county", "123456"]) == 3

    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert "123456" in told[0]
    assert not target.exists()


def test_export_writes_the_workbook(database, tmp_path):
    target = tmp_path / "方案.xlsx"

    assert main(["export", "--db", str(database), "-o", str(target)]) == 0

    assert openpyxl.load_workbook(target).sheetnames[0] == "按县"
