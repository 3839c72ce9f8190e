"""Small workbooks for tests of the import page."""

from pathlib import Path

import openpyxl

HEADINGS = ("姓名", "性别", "工作单位", "职称", "专业领域", "联系电话", "服务县")
PEOPLE = (
    ("王一", "男", "示例县畜牧站", "农艺师", "柑橘", "13800000001", "邛崃市"),
    ("李二", "女", "示例县农技站", "高级农艺师", "英语翻译", "13800000002", "邛崃市"),
    ("张三", "男", "示例县农技站", "农艺师", "英语翻译", "1380000", "大邑县"),
    (None, "女", "示例县林业站", "工程师", "柑橘", "13800000004", "大邑县"),
)


def write_roster(path: Path, people=PEOPLE, *, title="特派员名册", hidden_rows=(), hidden=None):
    """A roster under a merged title: rows 1 title, 2 heading, 3… people; returns the path."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADINGS))
    sheet.append(HEADINGS)
    for row in people:
        sheet.append(row)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    if hidden is not None:
        other = book.create_sheet("旧名单")
        other.append(HEADINGS)
        for row in hidden:
            other.append(row)
        other.sheet_state = "hidden"
    book.save(path)
    return path


def changed(people, place, **values):
    """The people with some cells of one of them changed, by their headings."""
    rows = [list(row) for row in people]
    for heading, value in values.items():
        rows[place][HEADINGS.index(heading)] = value
    return [tuple(row) for row in rows]
