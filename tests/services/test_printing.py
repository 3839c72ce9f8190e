from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest

from envoy_app.domain.errors import EnvironmentProblem, InputError, NotFoundError
from envoy_app.reports.typeset import Typesetter
from envoy_app.services.printing import DOCUMENTS, PrintService
from tests.plan_factory import make_plan_view
from tests.services.plan_workspace import workspace_with


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    return "".join("".join(pages).split())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    older = make_plan_view(visits=40)
    newer = make_plan_view(seed=2, visits=80)
    newer = replace(newer, info=replace(newer.info, id="plan-0002", name="修订排班"))
    with workspace_with(tmp_path_factory.mktemp("printing"), older, newer) as opened:
        yield opened


def test_both_documents_of_the_newest_plan(workspace, tmp_path):
    for key in DOCUMENTS:
        target = tmp_path / f"{key}.pdf"
        assert workspace.printing.render(key, target) == target
        text = text_of(target)
        assert "修订排班第" in text
        for county in workspace.reference.gazetteer().counties:
            assert county.name in text


def test_an_older_version_by_its_id(workspace, tmp_path):
    made = workspace.printing.render("coverage-matrix", tmp_path / "a.pdf", plan_id="plan-0001")

    assert "2026年12月下乡服务排班" in text_of(made)


def test_only_the_chosen_counties(workspace, tmp_path):
    made = workspace.printing.render("county-schedule", tmp_path / "a.pdf", counties=["512022"])

    assert "乐至县" in text_of(made)
    assert "安岳县" not in text_of(made)


def test_pages_for_preview(workspace, tmp_path):
    made = workspace.printing.render("county-schedule", tmp_path / "a.pdf", counties=["512022"])
    images = list(workspace.printing.pages(made, 40))

    assert len(images) == workspace.printing.page_count(made)
    assert all(len(image.data) == image.width * image.height * 3 for image in images)
    assert all(image.width > image.height for image in images)


def test_what_cannot_be_printed_writes_nothing(workspace, tmp_path):
    target = tmp_path / "a.pdf"
    target.write_text("old")
    service = workspace.printing
    with pytest.raises(InputError, match="county-schedule"):
        service.render("poster", target)
    with pytest.raises(InputError, match="999999"):
        service.render("county-schedule", target, counties=["999999"])
    with pytest.raises(NotFoundError):
        service.render("county-schedule", target, plan_id="none")
    bare = PrintService(workspace.context, typesetter=Typesetter(families=set()))
    with pytest.raises(EnvironmentProblem, match="字体"):
        bare.render("county-schedule", target)

    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert target.read_text() == "old"


def test_a_folder_is_no_target(workspace, tmp_path):
    with pytest.raises(InputError, match="文件夹"):
        workspace.printing.render("coverage-matrix", tmp_path)


def test_without_a_plan_it_says_what_to_do(tmp_path):
    with workspace_with(tmp_path) as empty, pytest.raises(InputError, match="先在“排班”页排班"):
        empty.printing.render("county-schedule", tmp_path / "a.pdf")


def test_threads_print_and_draw_at_once(workspace, tmp_path):
    def render(number):
        key = list(DOCUMENTS)[number % 2]
        return workspace.printing.render(key, tmp_path / f"{number}.pdf")

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(render, range(4)))

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda path: list(workspace.printing.pages(path, 20)), made))
    assert [len(images) for images in drawn] == [workspace.printing.page_count(p) for p in made]
    assert drawn[0] == drawn[2]
