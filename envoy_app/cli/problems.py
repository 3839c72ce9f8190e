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

from envoy_app.cli.problem_kinds import Problem, read_problem
from envoy_app.cli.terminal import DONE, NEEDS_ATTENTION, print_json, say
from envoy_app.domain.errors import EnvironmentProblem, InputError
from envoy_app.io.atomic import write_atomically
from solver import InstanceError, SolutionError, SolveOptions, SolverCrashed, decode_json

SAME_REQUEST_SECONDS = 0.5
LARGEST_FILE = 64 << 20
"""Bytes; four metropolitan areas at once take three million."""


def read_json(path: Path) -> object:
    """Read a JSON file; every way it can fail is one sentence (InputError)."""
    try:
        return decode_json(_contents(path).decode("utf-8-sig"))
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


def _contents(path: Path) -> bytes:
    """Everything in a file that is not absurdly large; devices do not tell their size."""
    with path.open("rb") as file:
        contents = file.read(LARGEST_FILE + 1)
    if len(contents) > LARGEST_FILE:
        raise InputError(f"“{path}”超过 {LARGEST_FILE >> 20} MB，不是问题文件，请检查。")
    return contents


def _read_problem(path: Path) -> Problem:
    """Read a problem file of any format; InputError names the key and its place."""
    try:
        return read_problem(read_json(path))
    except InstanceError as error:
        raise InputError(f"问题文件“{path.name}”：{error}") from None


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


def solve(arguments: argparse.Namespace) -> int:
    """Solve a problem file; exit 1 where nothing was found or something is missing."""
    problem = _read_problem(arguments.problem)
    _prepare_output(arguments.output)
    options = SolveOptions(
        time_limit=arguments.time_limit,
        workers=arguments.workers,
        seed=arguments.seed,
        deterministic=arguments.deterministic,
    )
    try:
        with stop_on_interrupt() as stopped:
            answer = problem.solve(options, say if arguments.progress else _silent, stopped)
    except SolverCrashed as error:
        raise EnvironmentProblem(str(error)) from error
    text = json.dumps(answer.data, ensure_ascii=False, indent=1)
    write_atomically(arguments.output, lambda path: _write_text(path, text))
    say(answer.sentence)
    return DONE if answer.complete else NEEDS_ATTENTION


def _silent(line: str) -> None:
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


def check(arguments: argparse.Namespace) -> int:
    """Judge a solution file; exit 1 where a rule is broken."""
    problem = _read_problem(arguments.problem)
    data = read_json(arguments.solution)
    try:
        verdict = problem.check(data)
    except SolutionError as error:
        raise InputError(f"解文件“{arguments.solution.name}”：{error}") from None
    if arguments.json:
        print_json(verdict.data)
    else:
        print("\n".join(verdict.lines))
    return DONE if verdict.valid else NEEDS_ATTENTION
