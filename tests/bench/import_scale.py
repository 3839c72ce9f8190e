"""What an import costs by its size: `python -m tests.bench.import_scale [ROWS...]`.

Writes a roster that fills every field of an envoy (500, 5,000 and 50,000 people unless told) and
prints for each step the seconds, the processor's seconds, and the memory of this program and of
the reading child at their highest. Every step runs in a process of its own, as `envoy import`
does, so that none profits from another.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import psutil

from envoy_app.domain.import_choices import FileChoices, ImportBatch, SheetChoice
from envoy_app.io.reader import read_workbook
from envoy_app.services.imports import ImportService
from envoy_app.services.workspace import open_workspace

SIZES = (500, 5_000, 50_000)
HEADINGS = (
    *("序号", "姓名", "性别", "出生年月", "身份证号", "工作单位", "职务", "职称", "学历"),
    *("所学专业", "专业特长", "联系电话", "常驻县", "服务县", "团内职务", "服务期限", "备注"),
)
_SURNAMES = "赵钱孙李周吴郑王冯陈"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_POST, _NAME = 7, 2  # columns, counted from 1


def roster(rows: int, *, changed_every: int = 0) -> Iterator[list[object]]:
    """Yield a heading and people; with `changed_every`, every so many have another post."""
    rng = random.Random(rows)
    yield list(HEADINGS)
    for row in range(rows):
        year, month, day = 1960 + row % 40, 1 + row % 12, 1 + row % 28
        number = f"510124{year}{month:02}{day:02}{row // 840 % 1000:03}"
        check = "10X98765432"[sum(int(c) * w for c, w in zip(number, _WEIGHTS, strict=True)) % 11]
        yield [
            row + 1,
            rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN),
            "男" if int(number[-1]) % 2 else "女",
            f"{year}-{month:02}",
            number + check,
            f"某县农业技术推广站{row % 400}",
            "副站长" if changed_every and row % changed_every == 0 else "站长",
            "农艺师",
            "本科",
            "农学",
            "柑橘、茶叶",
            str(13000000000 + row * 7),
            "金堂",
            "简阳",
            "成员",
            "2024-01至2026-12",
            f"第 {row} 号",
        ]


def write_roster(path: Path, rows: int, *, changed_every: int = 0) -> None:
    """Write a roster as a workbook of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in roster(rows, changed_every=changed_every):
        sheet.append(row)
    book.save(path)


@dataclass
class Cost:
    """What a step took: seconds, processor seconds, and the highest memory in megabytes."""

    seconds: float = 0.0
    processor: float = 0.0
    peak: float = 0.0
    child: float = 0.0
    facts: dict[str, object] = field(default_factory=dict)


@contextmanager
def costing(cost: Cost) -> Iterator[None]:
    """Measure a block; memory is looked at forty times a second, that of the children too."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(cost, over), daemon=True)
    began, spent = time.perf_counter(), _processor()
    watch.start()
    yield
    cost.seconds = time.perf_counter() - began
    cost.processor = _processor() - spent
    over.set()
    watch.join()


def _watch(cost: Cost, over: threading.Event) -> None:
    own = psutil.Process()
    while True:
        cost.peak = max(cost.peak, own.memory_info().rss / 2**20)
        for child in own.children():
            with suppress(psutil.Error):
                cost.child = max(cost.child, child.memory_info().rss / 2**20)
        if over.wait(0.025):
            return


def _processor() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _imported(imports: ImportService, path: Path) -> ImportBatch:
    done, _ = imports.apply_batch(imports.refresh(imports.open([path])))
    return done


def _edited(batch: ImportBatch, column: int, text: str) -> FileChoices:
    """Return the choices of a batch's file with a cell in its middle typed over."""
    row = len(batch.files[0].report.rows) // 2
    return FileChoices(sheets={"名册": SheetChoice(edits={(row, column): text})})


def step_read(_: ImportService, folder: Path, cost: Cost) -> None:
    """Read the file into sheets."""
    with costing(cost):
        sheets = read_workbook(folder / "roster.xlsx")
    cost.facts["cells"] = sum(len(row) for sheet in sheets for row in sheet.rows.values())


def step_open(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Read, understand and match: what the preview shows."""
    with costing(cost):
        batch = imports.open([folder / "roster.xlsx"])
    cost.facts["rows"] = len(batch.files[0].report.rows)


def step_import(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Read and write all, as `envoy import` does."""
    with costing(cost):
        done = _imported(imports, folder / "roster.xlsx")
    cost.facts |= _summary(done)


def step_tenth(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Read and write a file in which a tenth of the people have another post."""
    with costing(cost):
        done = _imported(imports, folder / "changed.xlsx")
    cost.facts |= _summary(done)


def step_undo(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Take the newest import back."""
    newest = next(run for run in imports.history() if run.undone_at is None)
    with costing(cost):
        changes = imports.undo(newest.id)
    cost.facts["undone"] = changes.description


def step_edit(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Correct the name of one person of a file that is open."""
    batch = imports.open([folder / "roster.xlsx"])
    with costing(cost):
        imports.revise(batch, 0, _edited(batch, _NAME, "王小明"))


def step_edit_again(imports: ImportService, folder: Path, cost: Cost) -> None:
    """Correct a further cell of the same file."""
    batch = imports.open([folder / "roster.xlsx"])
    batch = imports.revise(batch, 0, _edited(batch, _NAME, "王小明"))
    choices = batch.files[0].choices.sheets["名册"].edits
    more = {**choices, (3, _POST): "书记"}
    with costing(cost):
        imports.revise(batch, 0, FileChoices(sheets={"名册": SheetChoice(edits=more)}))


def _summary(batch: ImportBatch) -> dict[str, object]:
    rows = batch.files[0].report.rows
    return {"rows": len(rows), "first": rows[0].status.value, "last": rows[-1].status.value}


STEPS: dict[str, tuple[str, Callable[[ImportService, Path, Cost], None]]] = {
    "read": ("读文件", step_read),
    "open": ("读、认、对", step_open),
    "edit": ("改一格", step_edit),
    "edit-again": ("再改一格", step_edit_again),
    "import": ("导入", step_import),
    "again": ("再导入一次", step_import),
    "tenth": ("一成有变", step_tenth),
    "undo-tenth": ("撤销一成", step_undo),
    "undo": ("撤销全部", step_undo),
}


def run_step(name: str, folder: Path) -> Cost:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.import_scale", "--step", name, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return Cost(**json.loads(done.stdout))


def one_step(name: str, folder: Path) -> None:
    """Run a step here and print its cost as JSON."""
    cost = Cost()
    workspace = open_workspace(folder / "envoy.db", actor="测量")
    try:
        STEPS[name][1](workspace.imports, folder, cost)
    finally:
        workspace.close()
    print(json.dumps(cost.__dict__))


def measure(rows: int, wanted: list[str]) -> None:
    """Print a line per step for a roster of so many people."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_roster(folder / "roster.xlsx", rows)
        write_roster(folder / "changed.xlsx", rows, changed_every=10)
        for name in wanted:
            cost = run_step(name, folder)
            size = (folder / "envoy.db").stat().st_size / 2**20
            print(
                f"{rows:6,} {name:10} {cost.seconds:7.2f} s {cost.processor:7.2f} s CPU "
                f"{cost.peak:5.0f} MB, child {cost.child:4.0f} MB, database {size:5.1f} MB "
                f"{cost.facts}",
                flush=True,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Measure every size, or run one step for a measuring process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int)
    parser.add_argument("--only", default=",".join(STEPS), help="steps, with commas between")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        one_step(arguments.step[0], Path(arguments.step[1]))
        return 0
    for rows in arguments.rows or SIZES:
        measure(rows, arguments.only.split(","))
    return 0


if __name__ == "__main__":
    sys.exit(main())
