import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.services.printing import DOCUMENTS, PageImage
from tests.plan_factory import make_plan_view
from tests.ui.plan_fakes import make_context
from ui.exporting import file_name
from ui.printing.page import PrintPage
from ui.printing.preview import FIT


class FakePrinting:
    """Documents of white A4 pages: three across, or one per county chosen, the last upright."""

    def __init__(self):
        self.calls = []
        self.made = 0
        self.error = None
        self.gate = threading.Event()
        self.gate.set()

    def render(self, doc, target: Path, *, plan_id=None, counties=()):
        self.calls.append((doc, plan_id, tuple(counties)))
        if self.error:
            raise self.error
        target.write_text(str(len(counties) or 3), encoding="utf-8")
        return target

    def document_made(self, plan_id=None):
        self.made += 1
        return Changes(frozenset({Topic.PRINTS}), "")

    def page_count(self, pdf: Path):
        return int(pdf.read_text(encoding="utf-8"))

    def pages(self, pdf: Path, dpi: float):
        count = self.page_count(pdf)
        long, short = round(11.69 * dpi), round(8.27 * dpi)
        for number in range(count):
            self.gate.wait(10)
            width, height = (short, long) if number == count - 1 > 0 else (long, short)
            yield PageImage(width, height, b"\xf0" * (3 * width * height))


class FakeExports:
    def __init__(self):
        self.error = None

    def plan_workbook(self, target: Path, *, plan_id=None):
        if self.error:
            raise self.error
        target.write_text(plan_id, encoding="utf-8")
        return target


@pytest.fixture(scope="module")
def plan():
    return make_plan_view(visits=70, envoys=40)


@pytest.fixture
def context(qtbot, tmp_path, plan):
    made = make_context(tmp_path, plan)
    made.workspace.printing = FakePrinting()
    made.workspace.exports = FakeExports()
    yield made
    made.workspace.printing.gate.set()
    assert made.jobs.close()


@pytest.fixture
def printing(context):
    return context.workspace.printing


@pytest.fixture
def page(qtbot, context):
    made = PrintPage(context)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    context.plans.reload()
    made.refresh(None)
    drawn(qtbot, context, made)
    return made


def drawn(qtbot, context, page):
    """Wait until the preview shows what the choices ask for, drawn to the last page."""

    def ready():
        return (
            page._wanted() == page._shown
            and not page._timer.isActive()
            and not context.jobs.jobs
            and page.preview.count > 0
        )

    qtbot.waitUntil(ready)


def test_no_plan_leads_to_the_plan_page(qtbot, tmp_path):
    context = make_context(tmp_path)
    page = PrintPage(context)
    qtbot.addWidget(page)
    page.show()
    context.plans.reload()
    qtbot.waitUntil(lambda: not context.jobs.jobs)
    assert page.stack.currentIndex() == 0
    assert context.jobs.close()


def test_the_preview_shows_the_first_document_for_all(page, printing, plan):
    assert printing.calls == [(next(iter(DOCUMENTS)), plan.info.id, ())]
    assert page.page_label.text() == "1 / 3 页"
    assert page.choices.documents.count() == len(DOCUMENTS)
    assert len(page.preview._pages) == 3
    picture = page.preview.viewport().grab().toImage()
    middle = page.preview.page_box(1).center()
    assert picture.pixelColor(middle.x(), 100).name() == "#f0f0f0"


def test_another_document_and_counties_are_rendered_anew(page, printing, context, qtbot):
    page.choices.documents.setCurrentRow(1)
    drawn(qtbot, context, page)
    assert printing.calls[-1][0] == tuple(DOCUMENTS)[1]
    page.choices.some.setChecked(True)
    assert page.message.text() == "请勾选至少一个县。"
    assert not page.pdf.isEnabled()
    assert page.pdf.toolTip() == "请勾选至少一个县"
    page.choices.set_checked(frozenset({"510131", "512021"}))
    drawn(qtbot, context, page)
    assert printing.calls[-1][2] == ("510131", "512021")
    assert page.preview.count == 2
    assert page.choices.count.text() == "已选 2 个县"


def test_the_county_selected_elsewhere_is_the_one_printed(page, printing, context, qtbot):
    context.selection.county = "510131"
    drawn(qtbot, context, page)
    assert printing.calls[-1][2] == ("510131",)
    assert page.choices.some.isChecked()
    context.selection.county = None
    drawn(qtbot, context, page)
    assert printing.calls[-1][2] == ()


def test_counties_are_found_by_pinyin(page):
    page.choices.some.setChecked(True)
    page.choices.search.setText("pj")
    items = map(page.choices.counties.item, range(page.choices.counties.count()))
    shown = [item.text().split()[0] for item in items if not item.isHidden()]
    assert "蒲江县" in shown
    assert "安岳县" not in shown


def test_a_click_on_a_county_checks_it(page, qtbot):
    page.choices.some.setChecked(True)
    counties = page.choices.counties
    place = counties.visualItemRect(counties.item(2))
    where = place.center()
    qtbot.mouseClick(counties.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert page.choices.codes == (counties.item(2).data(int(Qt.ItemDataRole.UserRole)),)
    qtbot.mouseClick(counties.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert page.choices.codes == ()


def test_page_keys_and_buttons_turn_pages(page):
    page.preview.setFocus()
    QTest.keyClick(page.preview, Qt.Key.Key_PageDown)
    assert page.page_label.text() == "2 / 3 页"
    page.next.click()
    assert page.page_label.text() == "3 / 3 页"
    assert not page.next.isEnabled()
    QTest.keyClick(page.preview, Qt.Key.Key_Home)
    assert page.preview.page == 1
    assert not page.previous.isEnabled()


def test_zoom_draws_the_pages_at_its_density(page, context, qtbot):
    page.preview.set_zoom(1.0)
    assert page.zoom.currentText() == "100%"
    assert page.preview.page_box(1).width() == pytest.approx(11.69 * 96, abs=2)
    qtbot.waitUntil(lambda: page._drawn.dpi == pytest.approx(96 * page.devicePixelRatioF()))
    drawn(qtbot, context, page)
    page.preview.set_zoom(FIT)
    assert page.preview.page_box(1).width() < page.preview.viewport().width()


def test_pages_appear_while_the_rest_is_drawn(page, printing, context, qtbot):
    printing.gate.clear()
    page.preview.set_zoom(0.5)
    qtbot.waitUntil(lambda: page._drawn.dpi == pytest.approx(48 * page.devicePixelRatioF()))
    assert page._drawn.pages == []
    assert page.preview.count == 3
    assert not page.preview.viewport().grab().isNull()
    printing.gate.set()
    drawn(qtbot, context, page)
    assert len(page.preview._pages) == 3


def test_a_missing_font_is_told_in_the_preview(page, printing, context, qtbot):
    printing.error = EnvironmentProblem("电脑上没有中文字体，请安装后再打印。")
    page.choices.documents.setCurrentRow(1)
    qtbot.waitUntil(lambda: page.message.text() == "电脑上没有中文字体，请安装后再打印。")
    assert page.views.currentWidget() is page.message
    assert not page.print_button.isEnabled()


def test_export_pdf_writes_the_file_and_offers_to_open_it(
    page, context, qtbot, tmp_path, monkeypatch
):
    asked = []
    target = tmp_path / "out" / "安排表"
    target.parent.mkdir()
    page.choose_file = lambda title, name, kinds: asked.append(name) or str(target)
    page.pdf.click()
    qtbot.waitUntil(lambda: page.outcome.full_text == "已导出 安排表.pdf")
    assert (tmp_path / "out" / "安排表.pdf").exists()
    qtbot.waitUntil(lambda: context.workspace.printing.made == 1)
    assert asked[0].endswith(".pdf")
    assert "/" not in asked[0]
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    page.open_file.click()
    page.open_folder.click()
    assert [Path(url.toLocalFile()).name for url in opened] == ["安排表.pdf", "out"]
    assert context.preferences.text("export/folder") == str(tmp_path / "out")


def test_giving_up_the_file_dialog_writes_nothing(page, context):
    page.choose_file = lambda *_: ""
    page.pdf.click()
    page.excel.click()
    assert not context.jobs.jobs
    assert not page.outcome.isVisible()


def test_export_excel_and_its_error(page, context, qtbot, tmp_path, plan):
    page.choose_file = lambda *_: str(tmp_path / "方案.xlsx")
    page.excel.click()
    qtbot.waitUntil(lambda: page.outcome.full_text == "已导出 方案.xlsx")
    assert (tmp_path / "方案.xlsx").read_text(encoding="utf-8") == plan.info.id
    context.workspace.exports.error = InputError("文件正被别的程序打开，请关掉再导出。")
    with qtbot.waitSignal(context.error_shown) as heard:
        page.excel.click()
    assert heard.args == ["文件正被别的程序打开，请关掉再导出。"]
    assert page.excel.isEnabled()


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_printing_sends_every_page(page, context, qtbot, tmp_path):
    page.choose_printer = lambda pages: printer_to(tmp_path / "paper.pdf")
    page.print_button.click()
    assert not page.print_button.isEnabled()
    qtbot.waitUntil(lambda: page.outcome.full_text == "已把 3 页交给打印机。", timeout=20_000)
    assert (tmp_path / "paper.pdf").stat().st_size > 0
    assert page.print_button.isEnabled()


def test_printing_can_be_stopped(page, printing, context, qtbot, tmp_path):
    page.choose_printer = lambda pages: printer_to(tmp_path / "paper.pdf")
    printing.gate.clear()
    page.print_button.click()
    assert "正在打印" in page.print_button.toolTip()
    next(job for job in context.jobs.jobs if not job.quiet).cancel()
    printing.gate.set()
    qtbot.waitUntil(lambda: page.outcome.full_text == "打印已停止，已送出的页可能仍会打印。")
    assert page.print_button.isEnabled()


def test_giving_up_the_print_dialog_prints_nothing(page, context):
    page.choose_printer = lambda pages: None
    page.print_button.click()
    assert not context.jobs.jobs


def test_file_names_fit_windows_and_linux():
    assert file_name('2026年12月 排班/第1版: "草案"', ".pdf") == "2026年12月_排班_第1版_草案.pdf"
