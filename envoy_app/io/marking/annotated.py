"""The sender's own file back: problem cells coloured and commented, all else as it was.

The package is changed at the few places concerned (styles, the cells, comments, one more sheet);
pictures, charts, macros and whatever else it holds are copied byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from envoy_app.domain.errors import InputError
from envoy_app.domain.imports import ImportReport
from envoy_app.domain.sheets import Sheet, is_helper
from envoy_app.io.atomic import write_atomically
from envoy_app.io.marking.comment_marks import EMPTY_COMMENTS, EMPTY_SHAPES, commented, with_shapes
from envoy_app.io.marking.marks import Remark, SheetMarks, marks_of, remarks_of
from envoy_app.io.marking.package import RELATIONS, Package, TooLarge
from envoy_app.io.marking.plain_workbook import plain_workbook, sheet_names
from envoy_app.io.marking.problem_list import SHEET, list_sheet
from envoy_app.io.marking.sheet_marks import marked_sheet, sheet_facts
from envoy_app.io.marking.sheet_xml import attribute
from envoy_app.io.marking.style_marks import EMPTY_STYLES, Styles
from envoy_app.io.marking.xml_splice import Damaged, Unsafe, appended, elements, prefix_of, spliced

_OFFICE = "application/vnd.openxmlformats-officedocument"
_SPREADSHEET = f"{_OFFICE}.spreadsheetml"
_KEPT = (".xlsx", ".xlsm", ".xltx", ".xltm")
_CONVERTED = (".xls", ".xlsb", ".ods", ".et", ".csv", ".txt")
MOST_COMMENTS = 2_000
"""Comments of one sheet; more make Excel slow, and the list has them all."""


def annotated_name(name: str, content: bytes) -> str:
    """Return the name to offer for the annotated copy of a file."""
    path = Path(name)
    ending = _ending(name) if _in_place(name, content) else ".xlsx"
    return f"{path.stem}-批注{ending}"


def conversion_note(name: str, content: bytes) -> str:
    """Return the sentence that tells of a change of format, "" where the format stays."""
    if _in_place(name, content):
        return ""
    kind = Path(name).suffix.lower() or "粘贴的表格"
    return f"原文件是 {kind} 格式，批注只能写在 .xlsx 中，这里是内容相同的一份，原文件没有改动。"


def write_annotated(
    content: bytes, name: str, sheets: Sequence[Sheet], report: ImportReport, target: Path
) -> Path:
    """Write a copy of a file with what the import found marked in it; returns its path.

    An .xlsx or .xlsm keeps everything it holds; marks of an earlier run are replaced. Another
    format becomes a new .xlsx with the same cells. The target gets the ending that fits.

    Args:
        content: the file itself; anything for a pasted table.
        name: its name, for the format and for people.
        sheets: the sheets as they were read.
        report: what the import found.
        target: the file to write; one that exists is replaced.

    Raises:
        InputError: the file cannot be changed (unsafe, broken inside), or the target not written.
    """
    remarks = remarks_of(report, sheets)
    note = conversion_note(name, content)
    try:
        if not note:
            try:
                ended = _ended(target, _ending(name))
                return _write(_Workbook(content), sheets, remarks, "", ended)
            except Damaged:  # readable all the same: the cells go into a file that is whole
                note = "原文件的内部结构不完整，这里是内容相同的一份，原文件没有改动。"
        return _write_converted(sheets, remarks, note, _ended(target, ".xlsx"))
    except Unsafe as error:
        raise InputError(f"文件“{name}”含有不安全的内容（XML 实体），不能在上面批注。") from error
    except TooLarge as error:
        raise InputError(
            f"文件“{name}”展开后过大，不能在上面批注，请只保留有用的工作表。"
        ) from error


def _ended(target: Path, ending: str) -> Path:
    if target.suffix.lower() in (*_KEPT, *_CONVERTED):
        return target.with_suffix(ending)
    return target.with_name(f"{target.name}{ending}")


def _in_place(name: str, content: bytes) -> bool:
    """Whether the file is what its own copy can be made of, whatever it is called."""
    if not content.startswith(b"PK"):
        return False
    try:
        return Path(name).suffix.lower() in _KEPT or Package(content).has("xl/workbook.xml")
    except (Damaged, TooLarge):
        return False


def _ending(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix in _KEPT else ".xlsx"


def _write(
    editor: _Workbook, sheets: Sequence[Sheet], remarks: Sequence[Remark], note: str, target: Path
) -> Path:
    editor.mark(marks_of(remarks, sheets))
    editor.add_list(remarks, note, {sheet.name for sheet in sheets if is_helper(sheet)})
    return write_atomically(target, editor.package.write)


def _write_converted(
    sheets: Sequence[Sheet], remarks: Sequence[Remark], note: str, target: Path
) -> Path:
    """Write the cells into a new workbook, under names that Excel takes for its sheets."""
    names = sheet_names(sheets)
    new = dict(zip((sheet.name for sheet in sheets), names, strict=True))
    sheets = [replace(sheet, name=name) for sheet, name in zip(sheets, names, strict=True)]
    remarks = [replace(item, sheet=new.get(item.sheet, item.sheet)) for item in remarks]
    return _write(_Workbook(plain_workbook(sheets)), sheets, remarks, note, target)


class _Workbook:
    """An .xlsx package under change."""

    def __init__(self, content: bytes) -> None:
        self.package = Package(content)
        self._part = self.package.related("", "officeDocument") or "xl/workbook.xml"
        data = self.package.read(self._part)
        targets = {item.id: item.target for item in self.package.relations(self._part)}
        self._sheets: dict[str, str] = {}
        for item in elements(data, 2, frozenset({"sheet"})):
            ids = [v for key, v in item.tag.attributes.items() if key.endswith(":id")]
            part = targets.get(ids[0] if ids else "", "")
            if part and self.package.has(part):
                self._sheets[item.tag.attributes.get("name", "")] = part
        part = self.package.related(self._part, "styles")
        self._styles_part = part if self.package.has(part) else ""
        self._styles = Styles(self.package.read(part) if self.package.has(part) else EMPTY_STYLES)

    def mark(self, marks: Mapping[str, SheetMarks]) -> None:
        """Colour and comment cells, and take away what an earlier run left."""
        nothing = SheetMarks()
        for name, part in self._sheets.items():
            own = marks.get(name, nothing)
            if own.fills or self._was_marked(part):
                self._mark_sheet(part, own)

    def _was_marked(self, part: str) -> bool:
        return bool(self._styles.marked_styles or self.package.related(part, "comments"))

    def _mark_sheet(self, part: str, marks: SheetMarks) -> None:
        package = self.package
        data = package.read(part)
        if b"sheetData" not in data:
            return  # a chart's or a dialog's sheet
        facts = sheet_facts(data, marks.fills, self._styles.marked_styles)
        texts = dict(list(marks.texts.items())[:MOST_COMMENTS])
        comments_part = package.related(part, "comments")
        if not (texts or comments_part):
            package.put(part, marked_sheet(data, facts, marks.fills, self._styles, ""))
            return
        old = package.read(comments_part) if comments_part else EMPTY_COMMENTS
        comments = commented(old, texts)
        if not comments_part:
            comments_part = self._new_part(
                part, "comments", "xl/comments{}.xml", f"{_SPREADSHEET}.comments+xml"
            )
        package.put(comments_part, comments.data)
        drawing = ""
        shapes_part = self._target(part, facts.drawing) if facts.drawing else ""
        if not shapes_part and comments.new:
            shapes_part = package.free_name("xl/drawings/vmlDrawing{}.vml")
            package.put(shapes_part, EMPTY_SHAPES)
            drawing = package.relate(part, "vmlDrawing", shapes_part)
            package.declare(shapes_part, f"{_OFFICE}.vmlDrawing")
        if shapes_part and (comments.new or comments.gone):
            shapes = with_shapes(package.read(shapes_part), comments, texts, facts.width)
            package.put(shapes_part, shapes)
        package.put(part, marked_sheet(data, facts, marks.fills, self._styles, drawing))

    def _target(self, part: str, relation: str) -> str:
        return next((i.target for i in self.package.relations(part) if i.id == relation), "")

    def _new_part(self, source: str, kind: str, pattern: str, content_type: str) -> str:
        name = self.package.free_name(pattern)
        self.package.put(name, b"")
        self.package.relate(source, kind, name)
        self.package.declare(name, content_type)
        return name

    def add_list(self, remarks: Sequence[Remark], note: str, helpers: set[str]) -> None:
        """Add the list of problems as the last sheet, or replace that of an earlier run."""
        sheet = list_sheet(remarks, note, self._styles)
        own = next((n for n in self._sheets if n in helpers and n.startswith(SHEET)), "")
        if own:
            self.package.put(self._sheets[own], sheet)
        else:
            self._add_sheet(sheet)
        if not self._styles_part:
            self._styles_part = self._new_part(
                self._part, "styles", "xl/styles{}.xml", f"{_SPREADSHEET}.styles+xml"
            )
        self.package.put(self._styles_part, self._styles.to_bytes())
        self.package.declare(self._styles_part, f"{_SPREADSHEET}.styles+xml")

    def _add_sheet(self, sheet: bytes) -> None:
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.put(part, sheet)
        relation = self.package.relate(self._part, "worksheet", part)
        self.package.declare(part, f"{_SPREADSHEET}.worksheet+xml")
        data = self.package.read(self._part)
        listed = elements(data, 1, frozenset({"sheets"}))
        if not listed:
            raise Damaged("sheets")
        known = {name.casefold() for name in self._sheets}
        names = (SHEET, *(f"{SHEET}({number})" for number in range(2, len(known) + 3)))
        name = next(item for item in names if item.casefold() not in known)
        ids = [i.tag.attributes.get("sheetId", "") for i in elements(data, 2, frozenset({"sheet"}))]
        number = max((int(text) for text in ids if text.isdecimal()), default=0) + 1
        prefix = prefix_of(data)
        words = f'sheet xmlns:er="{RELATIONS}" name="{attribute(name)}" sheetId="{number}"'
        put = b"<" + prefix + f'{words} er:id="{relation}"/>'.encode()
        self.package.put(
            self._part, spliced(data, [appended(data, listed[0], put, prefix + b"sheets")])
        )
