"""How long reading takes and what it holds: `python -m tests.bench.import_scale [ROWS...]`.

Writes a roster of 16 columns per number of rows (5,000 and 50,000 unless told), reads it as the
application does, and prints seconds and megabytes of this process and of the reading child.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import psutil

from envoy_app.io.reader import read_workbook

HEADINGS = (
    *("序号", "姓名", "性别", "出生年月", "身份证号", "手机号", "单位", "职务"),
    *("职称", "学历", "专业", "服务领域", "服务县", "聘期", "邮箱", "备注"),
)
MEGABYTE = 1024 * 1024


def roster(rows: int) -> Iterator[list[object]]:
    """Yield a heading and people; all names, numbers and addresses differ."""
    rng = random.Random(rows)
    yield list(HEADINGS)
    for row in range(rows):
        name = "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(3))
        yield [
            row + 1,
            name,
            "男女"[row % 2],
            f"{1960 + row % 40}-{1 + row % 12:02}",
            f"510100{rng.randrange(10**12):012}",
            f"139{rng.randrange(10**8):08}",
            f"示例农业科学院{row % 300}所",
            "研究员",
            "高级农艺师",
            "博士研究生",
            "作物学",
            "水稻栽培、病虫害防治",
            "蒲江县",
            "2024-2026",
            f"{rng.randrange(10**9)}@example.com",
            None if row % 3 else "无",
        ]


def write_xlsx(path: Path, rows: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in roster(rows):
        sheet.append(row)
    book.save(path)


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(roster(rows))


def measured(path: Path) -> str:
    before = psutil.Process().memory_info().rss
    began = time.monotonic()
    sheets = read_workbook(path)
    seconds = time.monotonic() - began
    held = psutil.Process().memory_info().rss - before
    cells = sum(len(row) for sheet in sheets for row in sheet.rows.values())
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return (
        f"{path.name:14} {cells:9,} cells {seconds:6.2f} s "
        f"{held / MEGABYTE:6.0f} MB held, child at most {child / MEGABYTE:.0f} MB"
    )


def main(arguments: list[str]) -> int:
    """Measure every size in both formats."""
    with tempfile.TemporaryDirectory() as folder:
        for rows in [int(argument) for argument in arguments] or [5_000, 50_000]:
            for suffix, write in ((".csv", write_csv), (".xlsx", write_xlsx)):
                path = Path(folder, f"{rows}{suffix}")
                write(path, rows)
                print(measured(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
