"""What the monkey plays with: the sample metro with a planned month, and no way outside."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

import solver
from envoy_app.services.planning import PlanRequest
from envoy_app.services.sample import SampleService
from envoy_app.services.workspace import open_workspace
from solver.candidates import prepare
from solver.engine.insertion import insert
from solver.plan import Plan, assignments_of
from ui.printing.page import PrintPage

MONTH = date(2026, 12, 1), date(2026, 12, 31)
BEFORE = date(2026, 11, 20)
SOLVE_SECONDS = 6.0


def greedy(instance: solver.Instance) -> solver.Solution:
    """A plan that keeps all rules, made in half a second."""
    plan = Plan(prepare(instance))
    for index in range(len(instance.visits)):
        insert(plan, index)
    return solver.Solution("", "feasible", None, None, assignments_of(plan))


@cache
def _template() -> Path:
    """The database, made once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="envoy-monkey-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    workspace = open_workspace(folder / "envoy.db", actor="测试")
    sample = SampleService(workspace, today=lambda: BEFORE)
    sample.write_workbooks(folder)
    sample.load(seed=1)
    planning, request = workspace.planning, PlanRequest(*MONTH)
    built = planning.build(request)
    instance = solver.parse_instance(built.problem)
    planning.store(planning.draft(request, built, instance, greedy(instance)), built.problem)
    workspace.close()
    return folder


def make_world(folder: Path) -> Path:
    """Put a copy of the database and of the sample's workbooks there; return the database."""
    for file in _template().iterdir():
        if file.suffix in (".db", ".xlsx"):
            shutil.copyfile(file, folder / file.name)
    return folder / "envoy.db"


@contextmanager
def fenced(folder: Path, random: Random, *, children: bool) -> Iterator[None]:
    """Answer what would leave the window: files are chosen in `folder`, nothing is opened.

    Without `children` plans are made greedily instead of by the optimiser in its child.
    """
    files = sorted(str(file) for file in folder.glob("*.xlsx"))
    solve_in_child = solver.solve_in_child

    def opened(parent: object, title: str = "", place: str = "", kinds: str = "", *more: Any):
        return ("", "") if ".db" in kinds or random.random() < 0.5 else (random.choice(files), "")

    def many(*arguments: Any):
        name, kind = opened(*arguments)
        return ([name] if name else []), kind

    def saved(parent: object, title: str = "", place: str = "", *more: Any):
        return ("" if random.random() < 0.3 else str(folder / "out" / Path(place).name)), ""

    def solved(instance: solver.Instance, options: solver.SolveOptions, **more: Any):
        short = replace(options, time_limit=min(options.time_limit, SOLVE_SECONDS))
        return solve_in_child(instance, short, **more) if children else greedy(instance)

    (folder / "out").mkdir(exist_ok=True)
    with ExitStack() as fence:
        for place, name, answer in (
            (QFileDialog, "getOpenFileName", staticmethod(opened)),
            (QFileDialog, "getOpenFileNames", staticmethod(many)),
            (QFileDialog, "getSaveFileName", staticmethod(saved)),
            (QFileDialog, "getExistingDirectory", staticmethod(lambda *arguments: "")),
            (QDesktopServices, "openUrl", staticmethod(lambda url: True)),
            (PrintPage, "choose_printer", lambda page, pages: None),
            (solver, "solve_in_child", solved),
        ):
            fence.enter_context(patch.object(place, name, answer))
        yield
