"""The real documents, drawn by the real renderer, onto a printer that writes PDF."""

from dataclasses import replace

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter

from envoy_app.domain.errors import Cancelled, InputError
from envoy_app.services.workspace import open_workspace
from tests.plan_factory import make_plan_view
from ui.jobs import JobHandle
from ui.printing.rendering import Drawn, draw_pages, make_document, print_document

COUNTIES = ("510131", "510183", "512021")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    opened = open_workspace(tmp_path_factory.mktemp("print") / "envoy.db", actor="测试")
    plan = make_plan_view(counties=COUNTIES, visits=30, envoys=30)
    with opened.context.uow() as uow:
        uow.describe("布置")
        uow.plans.add(replace(plan, info=replace(plan.info, version_no=1)), {})
        uow.commit()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def document(workspace, tmp_path_factory):
    target = tmp_path_factory.mktemp("pdf") / "schedule.pdf"
    workspace.printing.render("county-schedule", target, counties=COUNTIES)
    return make_document(workspace.printing, target)


def test_a_document_knows_its_pages_and_their_size(document):
    assert document.pages >= len(COUNTIES)
    # A4 across, measured on a coarse picture.
    assert document.width == pytest.approx(11.69, abs=0.1)
    assert document.height == pytest.approx(8.27, abs=0.1)


def test_the_preview_draws_all_pages_at_its_density(workspace, document):
    drawn = Drawn(60)
    handle = JobHandle()
    draw_pages(workspace.printing, document, drawn, handle)
    assert len(drawn.pages) == document.pages
    assert handle.take_report().done == document.pages
    for paper in drawn.pages:
        assert paper.png.startswith(b"\x89PNG")
        assert len(paper.png) < 200_000
        assert paper.width == pytest.approx(11.69, abs=0.05)


def test_drawing_stops_when_it_is_not_wanted_any_more(workspace, document):
    drawn = Drawn(60)
    handle = JobHandle()
    handle.request_cancel()
    with pytest.raises(Cancelled):
        draw_pages(workspace.printing, document, drawn, handle)
    assert drawn.pages == []


def paper(path):
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    made.setOutputFileName(str(path))
    made.setResolution(200)
    return made


def test_pages_reach_paper_across_as_they_are(qapp, workspace, document, tmp_path):
    target = tmp_path / "paper.pdf"
    sent = print_document(workspace.printing, document, paper(target), JobHandle())
    assert sent == document.pages
    printed = pypdfium2.PdfDocument(target)
    assert len(printed) == document.pages
    width, height = printed[0].get_size()
    assert width > height
    picture = printed[0].render(scale=0.5).to_numpy()
    printed.close()
    # The sheet is filled: ink reaches into the outer tenths of it, left and right.
    ink = (picture.min(axis=2) < 128).any(axis=0).nonzero()[0]
    assert ink.min() < picture.shape[1] * 0.12
    assert ink.max() > picture.shape[1] * 0.88


def test_the_dialogs_page_range_is_heeded(qapp, workspace, document, tmp_path):
    target = tmp_path / "range.pdf"
    printer = paper(target)
    printer.setFromTo(2, 2)
    assert print_document(workspace.printing, document, printer, JobHandle()) == 1
    printed = pypdfium2.PdfDocument(target)
    assert len(printed) == 1
    printed.close()


def test_a_file_that_is_gone_is_one_sentence(workspace, tmp_path):
    with pytest.raises(InputError, match="重新"):
        make_document(workspace.printing, tmp_path / "missing.pdf")
