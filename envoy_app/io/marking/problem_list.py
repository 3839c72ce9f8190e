"""The sheet 问题清单: every problem of a file with a link to its cell and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envoy_app.domain.sheets import HELPER_MARK, Area
from envoy_app.io.marking.marks import Remark
from envoy_app.io.marking.sheet_xml import (
    HEAD,
    TAIL,
    Styled,
    attribute,
    merges_xml,
    row_xml,
    widths_xml,
)
from envoy_app.io.marking.style_marks import Mark, Styles

SHEET = "问题清单"
_TITLE = f"{SHEET}{HELPER_MARK}"
# No heading may be one that a roster has: this sheet comes back with the sender's file.
_HEADERS = ("号", "位置", "所在列", "现在的写法", "问题和办法", "结果")
_WIDTHS = (6.0, 24.0, 18.0, 26.0, 74.0, 18.0)
_LETTERS = (0, 11, 8, 12, 36, 8)  # Chinese characters of a line in each column
_MOST = 20_000
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]")
_PAGE = (
    '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C第 &amp;P 页/共 &amp;N 页</oddFooter></headerFooter>"
).encode()
_FACE = '<P:name val="微软雅黑"/>'
_BORDER = "".join(
    f'<P:{side} style="thin"><P:color rgb="FFA6A6A6"/></P:{side}>'
    for side in ("left", "right", "top", "bottom")
)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Cell styles of the list."""

    title: int
    note: int
    head: int
    body: int
    centred: int
    quoted: int
    link: int
    legend: dict[Mark, int]


def _looks(styles: Styles) -> _Looks:
    border = f"<P:border>{_BORDER}<P:diagonal/></P:border>"
    body = f'<P:font><P:sz val="10"/>{_FACE}</P:font>'
    bold = f'<P:font><P:b/><P:sz val="10"/>{_FACE}</P:font>'
    big = f'<P:font><P:b/><P:sz val="16"/>{_FACE}</P:font>'
    blue = f'<P:font><P:u/><P:sz val="10"/><P:color rgb="FF0563C1"/>{_FACE}</P:font>'
    left = 'horizontal="left" vertical="center" wrapText="1"'
    centre = 'horizontal="center" vertical="center" wrapText="1"'
    return _Looks(
        title=styles.add(big, alignment='horizontal="left" vertical="center"'),
        note=styles.add(body, alignment=left),
        head=styles.add(bold, border=border, fill=_solid("FFE4E4E4"), alignment=centre),
        body=styles.add(body, border=border, alignment=left, number_format=49),
        centred=styles.add(body, border=border, alignment=centre),
        quoted=styles.add(body, border=border, alignment=left, number_format=49, quoted=True),
        link=styles.add(blue, border=border, alignment=left),
        legend={
            mark: styles.add(body, border=border, fill=_solid(mark.value), alignment=centre)
            for mark in Mark
        },
    )


def _solid(colour: str) -> str:
    fill = f'<P:patternFill patternType="solid"><P:fgColor rgb="{colour}"/></P:patternFill>'
    return f"<P:fill>{fill}</P:fill>"


def list_sheet(remarks: Sequence[Remark], note: str, styles: Styles) -> bytes:
    """Return the worksheet of all remarks; `note` stands below the title."""
    looks = _looks(styles)
    shown = remarks[:_MOST]
    rows = [*_top(looks, note, len(remarks)), *_lines(looks, shown)]
    first = len(rows) - len(shown) + 1
    last = max(len(rows), first - 1)
    columns = "ABCDEF"
    return b"".join(
        (
            HEAD,
            b'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
            b'<sheetViews><sheetView workbookViewId="0" showGridLines="0">'
            b'<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>'
            b"</sheetView></sheetViews>" % (first - 1, first),
            b'<sheetFormatPr defaultRowHeight="18"/>',
            widths_xml(_WIDTHS),
            b"<sheetData>", *rows, b"</sheetData>",
            f'<autoFilter ref="A{first - 1}:{columns[-1]}{last}"/>'.encode(),
            merges_xml([Area(1, 1, 1, 6), Area(2, 1, 2, 6)]),
            _links(shown, first),
            _PAGE,
            TAIL,
        )
    )  # fmt: skip


def _top(looks: _Looks, note: str, total: int) -> Iterator[bytes]:
    yield row_xml(1, [(1, (_TITLE, looks.title))], ' ht="30" customHeight="1"')
    count = f"共 {total} 处" if total else "没有发现问题"
    if total > _MOST:
        count += f"，这里列出前 {_MOST} 处"
    text = f"{note}{count}。点“位置”可以直接跳到那一格；改好后保存，把整个文件发回即可。"
    height = f' ht="{18 * max(1, -(-len(text) // 80)) + 4}" customHeight="1"'
    yield row_xml(2, [(1, (text, looks.note))], height)
    legend: list[tuple[int, Styled]] = [(2, ("颜色", looks.centred))]
    for column, mark in zip((3, 4, 5), Mark, strict=True):
        legend.append((column, (mark.label, looks.legend[mark])))
    yield row_xml(3, legend, ' ht="33" customHeight="1"')
    heads = [(column, (text, looks.head)) for column, text in enumerate(_HEADERS, 1)]
    yield row_xml(4, heads, ' ht="24" customHeight="1"')


def _lines(looks: _Looks, remarks: Sequence[Remark]) -> Iterator[bytes]:
    for number, remark in enumerate(remarks, 1):
        texts = (_where(remark), remark.header, remark.value, remark.text, remark.outcome)
        cells: list[tuple[int, Styled]] = [(1, (number, looks.centred))]
        for column, text in enumerate(texts, 2):
            style = looks.quoted if _FORMULA.match(text) else looks.body
            if column == 6 and remark.mark:
                style = looks.legend[remark.mark]
            cells.append((column, (text, looks.link if column == 2 and remark.row else style)))
        lines = max(
            sum(max(1, -(-len(part) // room)) for part in text.split("\n"))
            for text, room in zip(texts, _LETTERS[1:], strict=True)
        )
        height = f' ht="{16.5 * min(lines, 10) + 3:g}" customHeight="1"'
        yield row_xml(number + 4, cells, height)


def _where(remark: Remark) -> str:
    return f"{remark.sheet}!{remark.place}" if remark.row else remark.sheet


def _links(remarks: Sequence[Remark], first: int) -> bytes:
    links = [
        f'<hyperlink ref="B{row}" location="{attribute(_location(remark))}" '
        f'display="{attribute(_where(remark))}"/>'
        for row, remark in enumerate(remarks, first)
        if remark.row
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>".encode() if links else b""


def _location(remark: Remark) -> str:
    name = remark.sheet.replace("'", "''")
    return f"'{name}'!{remark.place}"
