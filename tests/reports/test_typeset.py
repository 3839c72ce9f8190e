from __future__ import annotations

import ctypes
import json
from dataclasses import asdict, replace

import pypdfium2
import pypdfium2.raw as raw
import pytest

from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.reports.fonts import choose_fonts
from envoy_app.reports.pages import page_count, page_images
from envoy_app.reports.registry import DOCUMENTS, document
from envoy_app.reports.typeset import Typesetter
from resources import resource_path
from tests.plan_factory import make_plan_view
from tests.reports.conftest import page_texts, source_of

JINJIANG = "510104"
HOSTILE = (
    '#eval("1+1")',
    "$x^2$ *粗* _斜_",
    "= 标题",
    "[内容] {代码}",
    "<标签> @引用 ~ `原样`",
    "\\u{41} \\ // 注释 /* 段 */",
    '#import "@preview/x:1.0.0"',
    "甲" * 120,
    "A1" * 60,
    "'\"“”‘’--- ...",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("key", sorted(DOCUMENTS))
def test_markup_is_printed_as_it_stands(printed, key, text):
    view = make_plan_view(visits=2, counties=[JINJIANG])
    view = replace(
        view,
        visits=tuple(
            replace(visit, town=text, content=text, contact=text, reasons=(text,))
            for visit in (view.visits[0], replace(view.visits[1], start=None))
        ),
        envoys={
            key: replace(card, name=text, organisation=text) for key, card in view.envoys.items()
        },
        info=replace(view.info, name=text),
    )
    joined = "".join(printed(key, view, (JINJIANG,))).replace("\u200b", "")

    assert "".join(text.split()) in joined


def test_long_texts_stay_inside_the_page(typesetter, tmp_path):
    """Nothing is drawn in the outer margin, however long a word is."""
    view = make_plan_view(visits=4, counties=[JINJIANG])
    wide = {
        key: replace(card, name="W" * 80, organisation="M" * 200)
        for key, card in view.envoys.items()
    }
    pdf = tmp_path / "wide.pdf"
    pdf.write_bytes(
        typesetter.pdf(
            document("county-schedule"), source_of(replace(view, envoys=wide), (JINJIANG,))
        )
    )
    for image in page_images(pdf, 50):
        margin = image.width * 12 // 297
        rows = range(0, len(image.data), image.width * 3)
        right = b"".join(
            image.data[row + (image.width - margin) * 3 : row + image.width * 3] for row in rows
        )
        assert set(right) == {255}


def test_unknown_document_lists_those_there_are():
    with pytest.raises(InputError, match=r"sign-in.*county-schedule.*coverage-matrix"):
        document("sign-in")


def test_a_computer_without_chinese_fonts_is_told_the_command():
    bare = Typesetter(families={"DejaVu Sans"})
    with pytest.raises(EnvironmentProblem, match="apt install fonts-noto-cjk"):
        bare.pdf(document("county-schedule"), source_of(make_plan_view(visits=0)))


def test_fonts_are_taken_in_order_of_preference():
    windows = choose_fonts({"Microsoft YaHei", "SimSun", "SimSun-ExtB", "Arial"})
    assert windows.text == ("Microsoft YaHei", "SimSun-ExtB")
    assert windows.title[0] == "SimSun"
    lone = choose_fonts({"WenQuanYi Zen Hei"})
    assert lone.text[0] == lone.title[0] == "WenQuanYi Zen Hei"


def _fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """Base name of every font that draws text, and whether the file holds it."""
    found = set()
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in opened:
            for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,)):
                font = raw.FPDFTextObj_GetFont(item.raw)
                name = ctypes.create_string_buffer(200)
                raw.FPDFFont_GetBaseFontName(font, name, 200)
                found.add((name.value.decode(), bool(raw.FPDFFont_GetIsEmbedded(font))))
    return found


def test_fonts_are_embedded_and_subset(typesetter):
    made = typesetter.pdf(document("coverage-matrix"), source_of(make_plan_view()))
    fonts = _fonts(made)

    assert fonts
    assert all(embedded for _, embedded in fonts)
    # A subset's name starts with six letters and a plus (ISO 32000-1, 9.6.4).
    assert all(name[6] == "+" for name, _ in fonts)
    assert len(made) < 2_000_000


def test_templates_reach_for_nothing_outside():
    for template in resource_path("documents").glob("*.typ"):
        text = template.read_text(encoding="utf-8")
        assert "@preview" not in text
        assert "eval(" not in text


def test_document_data_is_plain():
    for item in DOCUMENTS.values():
        data = asdict(item.build(source_of(make_plan_view(visits=70))))
        assert json.loads(json.dumps(data, ensure_ascii=False))["frame"]["title"] == item.title


def test_pages_are_rgb_pictures(typesetter, tmp_path):
    pdf = tmp_path / "one.pdf"
    view = make_plan_view(visits=3, counties=[JINJIANG])
    pdf.write_bytes(typesetter.pdf(document("county-schedule"), source_of(view, (JINJIANG,))))

    images = list(page_images(pdf, 72))

    assert len(images) == page_count(pdf) == len(page_texts(pdf.read_bytes())) == 1
    assert (images[0].width, images[0].height) == (842, 596)
    assert len(images[0].data) == 3 * 842 * 596
    assert images[0].data[:3] == b"\xff\xff\xff"


@pytest.mark.parametrize("content", [None, b"", b"no pdf"])
def test_what_is_no_pdf_is_told(tmp_path, content):
    path = tmp_path / "x.pdf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.pdf"):
        page_count(path)


def test_documents_are_set_in_a_process_of_their_own(typesetter, monkeypatch):
    """In this one typst would keep every document it ever laid out."""

    def here(*arguments, **more):
        raise AssertionError("typst must not compile in this process")

    monkeypatch.setattr("typst.Compiler", here)
    view = make_plan_view(visits=2, counties=[JINJIANG])
    made = typesetter.pdf(document("county-schedule"), source_of(view))
    assert made.startswith(b"%PDF")


def test_what_typst_refuses_is_told(typesetter):
    view = make_plan_view(visits=2, counties=[JINJIANG])
    broken = replace(document("county-schedule"), template="gone.typ")
    with pytest.raises(EnvironmentProblem, match=r"^县级服务安排表排版失败.*No such file"):
        typesetter.pdf(broken, source_of(view))
