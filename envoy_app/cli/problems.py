"""`envoy solve` and `envoy check`: problem files in, solution files and verdicts out."""

from __future__ import annotations

import argparse
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.domain.errors import InputError
from envoy_app.io.atomic import write_atomically
from solver import (
    CheckReport,
    Instance,
    InstanceError,
    Progress,
    Score,
    Solution,
    SolutionError,
    SolveOptions,
    parse_instance,
    parse_solution,
    solution_to_json,
    solve_in_child,
)
from solver import check as check_plan

SAME_REQUEST_SECONDS = 0.5


def read_json(path: Path) -> object:
    """Read a JSON file; every way it can fail is one sentence (InputError)."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"找不到文件“{path}”，请检查路径。") from None
    except IsADirectoryError:
        raise InputError(f"“{path}”是文件夹，请给出文件。") from None
    except PermissionError:
        raise InputError(f"没有权限读取“{path}”，请检查文件权限。") from None
    except OSError as error:
        raise InputError(f"读不了“{path}”（{error.strerror}），请检查磁盘和路径。") from None
    except UnicodeDecodeError:
        raise InputError(f"“{path}”不是 UTF-8 文本，请另存为 UTF-8 的 JSON 文件。") from None
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列"
        raise InputError(f"“{path}”不是完整的 JSON，{where}写得不对，请检查文件。") from None
    except RecursionError:
        raise InputError(f"“{path}”的 JSON 嵌套过深，不是问题文件。") from None


def read_instance(path: Path) -> Instance:
    """Read a problem file (problem-format.md §1); InputError names the key and its place."""
    try:
        return parse_instance(read_json(path))
    except InstanceError as error:
        raise InputError(f"问题文件“{path.name}”：{error}") from None


def _read_solution(path: Path, instance: Instance) -> Solution:
    try:
        return parse_solution(read_json(path), instance)
    except SolutionError as error:
        raise InputError(f"解文件“{path.name}”：{error}") from None


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl+C asks the solver to stop and keeps its best plan; once more ends at once.

    Some callers signal a process and then its group: what follows at once is the same request.
    """
    asked = threading.Event()
    first = time.monotonic()

    def ask(number: int, frame: object) -> None:
        nonlocal first
        if asked.is_set() and time.monotonic() - first > SAME_REQUEST_SECONDS:
            raise KeyboardInterrupt
        if not asked.is_set():
            first = time.monotonic()
            asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _score_text(score: Score | None) -> str:
    if score is None:
        return "—"
    return f"{score.coverage}/{score.unscheduled}/{score.disruption}/{score.cost}"


def _progress_line(progress: Progress) -> None:
    best, bounds = _score_text(progress.score), _score_text(progress.bounds)
    say(f"{progress.seconds:7.1f} 秒  {progress.phase}  最好 {best}  下界 {bounds}")


def solve(arguments: argparse.Namespace) -> int:
    """Solve a problem file; exit 1 where no plan was found or coverage falls short."""
    instance = read_instance(arguments.problem)
    _prepare_output(arguments.output)
    options = SolveOptions(
        time_limit=arguments.time_limit,
        workers=arguments.workers,
        seed=arguments.seed,
        deterministic=arguments.deterministic,
    )
    report = _progress_line if arguments.progress else _silent
    with stop_on_interrupt() as stopped:
        solution = solve_in_child(instance, options, report, stopped)
    text = json.dumps(solution_to_json(solution), ensure_ascii=False, indent=1)
    write_atomically(arguments.output, lambda path: _write_text(path, text))
    return _tell_solution(instance, solution)


def _silent(progress: Progress) -> None:
    """Take progress without a word."""


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _prepare_output(output: Path) -> None:
    """Make sure that the folder is there: say it before minutes of solving, not after."""
    if output.is_dir():
        raise InputError(f"“{output}”是文件夹，请给出要写的文件名。")
    folder = output.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"无法建立文件夹“{folder}”（{error.strerror}），请换一个位置。") from None


def _tell_solution(instance: Instance, solution: Solution) -> int:
    held = len(solution.assignments)
    say(
        f"{instance.name}：{solution.status}，排定 {held}/{len(instance.visits)} 项，"
        f"得分 {_score_text(solution.score)}，下界 {_score_text(solution.bounds)}"
    )
    covered = solution.score is not None and solution.score.coverage == 0
    return DONE if covered else NEEDS_ATTENTION


def check(arguments: argparse.Namespace) -> int:
    """Judge a solution file; exit 1 where a rule is broken."""
    instance = read_instance(arguments.problem)
    solution = _read_solution(arguments.solution, instance)
    report = check_plan(instance, solution.assignments)
    if arguments.json:
        print_json(_report_json(report))
    else:
        _tell_report(report)
    return NEEDS_ATTENTION if report.violations else DONE


def _report_json(report: CheckReport) -> dict[str, object]:
    score = report.score
    return {
        "violations": [
            {"code": item.code, "visit": item.visit, "envoy": item.envoy, "message": item.message}
            for item in report.violations
        ],
        "score": {
            "coverage": score.coverage,
            "unscheduled": score.unscheduled,
            "disruption": score.disruption,
            "cost": score.cost,
        },
        "breakdown": {
            "sharing": report.breakdown.sharing,
            "travel": report.breakdown.travel,
            "fairness": report.breakdown.fairness,
        },
    }


def _tell_report(report: CheckReport) -> None:
    score, parts = report.score, report.breakdown
    print(f"违反规则 {len(report.violations)} 处")
    for item in report.violations:
        print(f"  {item.code}  {item.message}")
    print(f"覆盖缺口 {score.coverage}  未排 {score.unscheduled}  变动 {score.disruption}")
    print(f"成本 {score.cost} = 共享 {parts.sharing} + 路程 {parts.travel} + 均衡 {parts.fairness}")
