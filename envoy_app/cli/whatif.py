"""`envoy whatif`: a problem and its variants solved and laid side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import solver
from envoy_app.cli.problems import read_json, stop_on_interrupt
from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.domain.errors import InputError
from envoy_app.io.atomic import write_atomically
from solver import whatif as what_if

BASE = "现状"
COLUMNS = 4
"""Variants beside the problem as it is in one block of the table."""
MINUTES_PER_HOUR = 60
_PROVEN = {"lower": "已证实更低", "equal": "已证实相同", "higher": "已证实更高", "": ""}


def whatif(arguments: argparse.Namespace) -> int:
    """Solve and compare; exit 1 where something has no plan."""
    instance = _read_problem(arguments.problem)
    variants = _read_variants(arguments.variants, instance)
    if arguments.output is not None:
        _prepare_folder(arguments.output)
    options = solver.SolveOptions(
        time_limit=arguments.time_limit, workers=arguments.workers, seed=arguments.seed
    )
    with stop_on_interrupt() as stopped:
        tell = _Teller().tell if arguments.progress else _silent
        outcomes = what_if.solve_variants(instance, variants, options, tell, stopped)
    found = what_if.compare(outcomes)
    if arguments.output is not None:
        _write(arguments.output, instance, outcomes, found)
    if arguments.json:
        print_json(comparison_json(instance, found))
    else:
        print("\n".join(table(found)))
    for item in found:
        if item.error:
            say(f"{item.name or BASE}：{item.error}")
    return DONE if all(item.score is not None for item in found) else NEEDS_ATTENTION


def comparison_json(
    instance: solver.Instance, found: Sequence[what_if.Comparison]
) -> dict[str, Any]:
    """What `--json` prints and `comparison.json` holds."""
    base, *variants = (item.to_json() for item in found)
    return {"problem": instance.name, "base": base, "variants": variants}


def table(found: Sequence[what_if.Comparison]) -> Iterator[str]:
    """The comparison as lines for people, a few variants at a time."""
    base, *variants = found
    for item in variants:
        yield f"{item.name}：{'；'.join(item.changes)}"
    for first in range(0, len(variants), COLUMNS):
        shown = [base, *variants[first : first + COLUMNS]]
        rows = [["", *(item.name or BASE for item in shown)]]
        rows += [[name, *map(cell, shown)] for name, cell in _ROWS]
        yield ""
        yield from _aligned(rows)


def _tier(number: int) -> Callable[[what_if.Comparison], str]:
    def cell(item: what_if.Comparison) -> str:
        if item.score is None:
            return "—"
        text = str(item.score[number])
        if not item.name or not item.differences:
            return text
        if number == len(item.score) - 1 and not item.same_weights:
            return text
        difference = item.differences[number]
        change = f"{difference.change:+d}" if difference.change else ""
        notes = "，".join(filter(None, (change, _PROVEN[difference.proven])))
        return f"{text}（{notes}）" if notes else text

    return cell


def _bound(item: what_if.Comparison) -> str:
    return "—" if item.bounds is None else str(item.bounds.cost)


def _at_old_weights(item: what_if.Comparison) -> str:
    return "—" if item.cost_as_base is None else str(item.cost_as_base)


def _figure(text: Callable[[what_if.Figures], object]) -> Callable[[what_if.Comparison], str]:
    return lambda item: "—" if item.figures is None else str(text(item.figures))


def _moved(text: Callable[[what_if.Moves], object]) -> Callable[[what_if.Comparison], str]:
    return lambda item: "—" if not item.name or item.moves is None else str(text(item.moves))


_ROWS: tuple[tuple[str, Callable[[what_if.Comparison], str]], ...] = (
    ("覆盖缺口", _tier(0)),
    ("未排权重", _tier(1)),
    ("变动", _tier(2)),
    ("成本", _tier(3)),
    ("成本下界", _bound),
    ("按现状权重的成本", _at_old_weights),
    ("覆盖的县", _figure(lambda f: f"{f.covered}/{f.counties}")),
    ("排上的服务", _figure(lambda f: f"{f.held}/{f.visits}")),
    (
        "半天数最少/平均/最多",
        _figure(lambda f: f"{f.loads.least}/{f.loads.mean:.2f}/{f.loads.most}"),
    ),
    (
        "半天数标准差、基尼系数",
        _figure(lambda f: f"{f.loads.deviation:.2f}、{f.loads.gini:.3f}"),
    ),
    ("超过目标的人", _figure(lambda f: f.loads.over_target)),
    ("没有派到的人", _figure(lambda f: f.loads.idle)),
    ("路程（小时）", _figure(lambda f: round(f.travel_minutes / MINUTES_PER_HOUR, 1))),
    (
        "跨团席位（其中跨市）",
        _figure(lambda f: f"{f.out_of_team}（{f.out_of_city}）/{f.seats}"),
    ),
    ("与现状不同的服务", _moved(lambda m: m.visits)),
    ("其中改了时间", _moved(lambda m: len(m.restarted))),
    ("其中换了人", _moved(lambda m: len(m.restaffed))),
    ("新排、不再排", _moved(lambda m: f"{len(m.added)}、{len(m.dropped)}")),
)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _read_problem(path: Path) -> solver.Instance:
    try:
        return solver.parse_instance(read_json(path))
    except solver.InstanceError as error:
        raise InputError(f"问题文件“{path.name}”：{error}") from None


def _read_variants(path: Path, instance: solver.Instance) -> tuple[what_if.Variant, ...]:
    try:
        return what_if.parse_variants(read_json(path), instance)
    except what_if.VariantError as error:
        raise InputError(f"方案文件“{path.name}”：{error}") from None


def _prepare_folder(folder: Path) -> None:
    """Make sure that the folder is there: say it before minutes of solving, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"无法建立文件夹“{folder}”（{error.strerror}），请换一个位置。") from None


def _write(
    folder: Path,
    instance: solver.Instance,
    outcomes: Sequence[what_if.Outcome],
    found: Sequence[what_if.Comparison],
) -> None:
    """The comparison, and each problem with its plan, as `envoy check` reads them."""
    _write_json(folder / "comparison.json", comparison_json(instance, found))
    for number, outcome in enumerate(outcomes):
        stem = "base" if outcome.variant is None else f"variant-{number:02d}"
        problem = solver.instance_to_json(outcome.instance)
        _write_json(folder / f"{stem}.problem.json", problem)
        if outcome.solution.score is not None:
            solution = solver.solution_to_json(outcome.solution)
            _write_json(folder / f"{stem}.solution.json", solution)


def _write_json(target: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    write_atomically(target, write)


class _Teller:
    """Tells progress, a line for each step forward."""

    def __init__(self) -> None:
        self._told = ""

    def tell(self, news: what_if.VariantProgress) -> None:
        """Pass news on."""
        score = news.progress.score
        best = "—" if score is None else "/".join(map(str, score))
        what = f"[{news.number + 1}/{news.count}] {news.name or BASE}  {news.progress.phase}"
        line = f"{what}  最好 {best}"
        if line != self._told:
            self._told = line
            say(f"{news.seconds:7.1f} 秒  {line}")


def _silent(news: what_if.VariantProgress) -> None:
    """Take progress without a word."""
